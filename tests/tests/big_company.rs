//! The demo's company of any size: the right number of everything, and always the same.

use expect_test::expect;
use planning_demo::big_company::{BigCompany, Counts};
use planning_demo::schema;
use tests::{Database, statements};

fn loaded(employees: u32) -> (Database, Vec<String>) {
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let (loaded, sent) = statements(|| BigCompany::new(employees).load(&mut session, || ()));
    loaded.expect("the company is loaded");
    (database, sent)
}

/// The number of rows of each table, and a checksum of all their values.
fn content(database: &Database) -> String {
    let tables = [
        ("departments", "id, name"),
        ("employees", "id, firstname, lastname, active, IFNULL(department_id, 'none')"),
        ("contact_details", "id, phone_number, address, employee_id"),
        ("projects", "id, name, IFNULL(description, 'none'), IFNULL(due_date, 'none')"),
        ("projects_employees", "project_id, employee_id"),
    ];
    let content = |(table, columns)| {
        let sql = format!("SELECT COUNT(*), BIT_XOR(CRC32(CONCAT_WS('|', {columns}))) FROM {table}");
        format!("{table}: {}\n", database.ask(&sql).join(""))
    };
    tables.map(content).concat()
}

#[test]
fn it_is_the_same_on_every_machine() {
    let (first, _) = loaded(1234);
    expect![[r#"
        departments: 25 | 3993691253
        employees: 1234 | 3588349226
        contact_details: 1173 | 130106570
        projects: 124 | 1929817794
        projects_employees: 2480 | 3463848207
    "#]]
    .assert_eq(&content(&first));
    assert_eq!(content(&loaded(1234).0), content(&first));
}

#[test]
fn there_is_as_much_as_was_told() {
    let counts = BigCompany::new(1234).counts();
    let expected = Counts { departments: 25, employees: 1234, contact_details: 1173, projects: 124, memberships: 2480 };
    assert_eq!(counts, expected);
    let (database, _) = loaded(1234);
    let rows = "SELECT (SELECT COUNT(*) FROM departments) + (SELECT COUNT(*) FROM employees) \
        + (SELECT COUNT(*) FROM contact_details) + (SELECT COUNT(*) FROM projects) \
        + (SELECT COUNT(*) FROM projects_employees)";
    assert_eq!(database.ask(rows), [counts.rows().to_string()]);
}

#[test]
fn it_goes_in_chunks_and_one_transaction() {
    let (_database, sent) = loaded(1234);
    let chunks = |table: &str| sent.iter().filter(|sql| sql.starts_with(&format!("INSERT INTO `{table}` "))).count();
    let tables = ["departments", "employees", "contact_details", "projects", "projects_employees"];
    assert_eq!(tables.map(chunks), [1, 3, 3, 1, 5]);
    assert_eq!((sent.len(), sent.last().map(String::as_str)), (14, Some("COMMIT")));
}

#[test]
fn the_smallest_company_has_one_of_everything() {
    let (database, _) = loaded(1);
    let joined = "SELECT p.name, e.firstname, d.name, c.address FROM projects p \
        JOIN projects_employees l ON l.project_id = p.id JOIN employees e ON e.id = l.employee_id \
        JOIN contact_details c ON c.employee_id = e.id JOIN departments d ON d.id = e.department_id";
    let only = "Project 1: Simplify the website | Hana | Accounting Athens | 453 W Park AVE, Hanoi";
    assert_eq!(database.ask(joined), [only]);
}
