//! The load of the planning demo: what it sends, and what is in the database then.

use expect_test::expect;
use planning_demo::{company, schema};
use tests::{Database, returning, statements};

/// What the load sends to a database of its own.
fn load() -> (Database, Vec<String>) {
    let database = Database::with(&schema());
    let (loaded, sent) = statements(|| company::load(&mut database.engine().session()));
    loaded.expect("the company is loaded");
    (database, sent)
}

#[test]
fn the_load_takes_one_insert_for_each_table() {
    // unit-of-work 16
    let (_database, sent) = load();
    let tables: Vec<&str> = sent.iter().filter_map(|sql| sql.strip_prefix("INSERT INTO ")?.split(' ').next()).collect();
    assert_eq!(tables, ["`departments`", "`employees`", "`contact_details`", "`projects`", "`projects_employees`"]);
    assert_eq!(sent.len(), 6, "five inserts and a commit: {sent:#?}");
}

#[test]
fn the_statements_of_the_load() {
    let (database, sent) = load();
    let id = returning(database.engine(), "`id`");
    assert_eq!(
        sent,
        [
            format!("INSERT INTO `departments` (`name`) VALUES (?), (?){id}"),
            format!(
                "INSERT INTO `employees` (`firstname`, `lastname`, `active`, `department_id`) \
                 VALUES (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?){id}"
            ),
            format!(
                "INSERT INTO `contact_details` (`phone_number`, `address`, `employee_id`) \
                 VALUES (?, ?, ?), (?, ?, ?), (?, ?, ?), (?, ?, ?), (?, ?, ?){id}"
            ),
            format!(
                "INSERT INTO `projects` (`name`, `description`, `due_date`) VALUES (?, ?, ?), (?, ?, ?), (?, ?, ?){id}"
            ),
            "INSERT INTO `projects_employees` (`project_id`, `employee_id`) \
             VALUES (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?)"
                .to_owned(),
            "COMMIT".to_owned(),
        ]
    );
}

#[test]
fn the_statements_are_the_same_in_twenty_runs() {
    let first = load().1;
    assert!((0..20).all(|_| load().1 == first));
}

#[test]
fn ids_follow_the_order_of_add() {
    // unit-of-work 16
    let (database, _) = load();
    expect![[r#"
        1 | John | Locke | 1 | 1
        2 | Kate | Austin | 1 | 2
        3 | Jack | Shepherd | 1 | 1
        4 | Ben | Linus | 1 | 1
        5 | Sun | Kwan | 1 | 2"#]]
    .assert_eq(&database.ask("SELECT * FROM employees ORDER BY id").join("\n"));
    expect![[r#"
        1 | Marketing
        2 | Engineering"#]]
    .assert_eq(&database.ask("SELECT * FROM departments ORDER BY id").join("\n"));
    expect![[r#"
        1 | Project 1 | Project 1 description | 2021-05-31
        2 | Project 2 | Project 2 description | 2021-04-30
        3 | Project 3 | Project 3 description | 2021-06-15"#]]
    .assert_eq(&database.ask("SELECT * FROM projects ORDER BY id").join("\n"));
    expect![[r#"
        1 | 417 315 2531 | 123 S Main ST | 1
        2 | 212 315 2533 | 124 S Main ST | 2
        3 | 816 315 2534 | 125 S Main ST | 3
        4 | 913 315 2535 | 126 S Main ST | 4
        5 | 773 315 2536 | 127 S Main ST | 5"#]]
    .assert_eq(&database.ask("SELECT * FROM contact_details ORDER BY id").join("\n"));
    expect![[r#"
        1 | 1
        1 | 2
        2 | 3
        2 | 4
        2 | 5
        3 | 1
        3 | 2
        3 | 3
        3 | 4
        3 | 5"#]]
    .assert_eq(&database.ask("SELECT * FROM projects_employees ORDER BY 1, 2").join("\n"));
}
