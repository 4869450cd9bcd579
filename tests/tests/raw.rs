//! SQL of the user's own: into objects, structs and values; parameters; statements that are run.

use orm_core::Error;
use orm_core::prelude::*;
use orm_core::query::Composed;
use planning_demo::models::{Department, Employee};
use tests::{Database, company, statements};

/// Whom an employee reports to: a model that refers to itself.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "staff")]
struct Staff {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    name: String,
    #[belongs_to]
    boss: Option<BelongsTo<Staff>>,
}

#[derive(Debug, PartialEq, Row)]
struct Headcount {
    department: String,
    #[row(name = "n")]
    employees: u64,
}

const HEADCOUNT: &str = "SELECT COUNT(*) AS N, d.name AS department, MIN(e.id) AS first \
    FROM departments d JOIN employees e ON e.department_id = d.id GROUP BY d.id, d.name ORDER BY d.id";

fn told<T: std::fmt::Debug>(result: orm_core::Result<T>) -> String {
    result.expect_err("something is wrong").to_string()
}

#[test]
fn tuples_take_the_columns_in_their_order() -> orm_core::Result<()> {
    let (_database, session) = company();
    let sql = "SELECT id, firstname, NULLIF(lastname, 'Locke') FROM employees WHERE id < ? ORDER BY id";
    let rows: Vec<(i32, String, Option<String>)> = session.sql(sql).bind(3).rows()?;
    assert_eq!(rows, [(1, "John".into(), None), (2, "Kate".into(), Some("Austin".into()))]);
    let nested: Vec<(i32, (String, Option<String>))> = session.sql(sql).bind(2).rows()?;
    assert_eq!(nested, [(1, ("John".into(), None))]);
    let single: Vec<i32> = session.sql("SELECT id FROM employees ORDER BY id DESC").rows()?;
    assert_eq!(single, [5, 4, 3, 2, 1]);
    Ok(())
}

#[test]
fn a_struct_finds_its_columns_by_name() -> orm_core::Result<()> {
    let (_database, session) = company();
    let counts: Vec<Headcount> = session.sql(HEADCOUNT).rows()?;
    let expected = |department: &str, employees| Headcount { department: department.into(), employees };
    assert_eq!(counts, [expected("Marketing", 3), expected("Engineering", 2)]);
    Ok(())
}

#[test]
fn columns_that_do_not_fit_are_told() {
    let (_database, session) = company();
    assert_eq!(
        told(session.sql("SELECT id, firstname FROM employees").rows::<(i32, Option<String>, i64)>()),
        "the columns of a result do not fit: `(i32, Option<String>, i64)` takes 3 columns of a row, and the result has: id, \
         firstname; in: SELECT id, firstname FROM employees"
    );
    assert_eq!(
        told(session.sql("SELECT name AS department FROM departments").rows::<Headcount>()),
        "the columns of a result do not fit: `Headcount` needs a column `n`, and the result has: department; in: SELECT name \
         AS department FROM departments"
    );
    assert_eq!(
        told(session.sql("SELECT 1 AS n, 2 AS N, 'a' AS department").rows::<Headcount>()),
        "the columns of a result do not fit: `Headcount` needs one column `n`, and the result has: n, N, department; in: \
         SELECT 1 AS n, 2 AS N, 'a' AS department"
    );
    assert_eq!(
        told(session.sql("SELECT id, firstname, lastname, active FROM employees").all::<Employee>()),
        "the columns of a result do not fit: `Employee` needs a column `department_id`, and the result has: id, firstname, \
         lastname, active; in: SELECT id, firstname, lastname, active FROM employees"
    );
}

#[test]
fn a_value_that_cannot_be_read_is_told_with_its_column() {
    let (_database, session) = company();
    assert_eq!(
        told(session.sql("SELECT id, 70000 AS n, 'x' AS department FROM employees").rows::<(i32, i16, String)>()),
        "the column `n` of a result cannot be read: 70000 is not in the range of i16 (-32768 to 32767)"
    );
    assert_eq!(
        told(session.sql("SELECT NULL AS n, 'x' AS department").rows::<Headcount>()),
        "the column `n` of a result cannot be read: NULL is not allowed: it is not read as an `Option`"
    );
}

#[test]
fn models_are_objects_of_the_session() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let john = session.find::<Employee>(1)?.map(|john| john.handle()).expect("John is there");
    session[john].lastname = "Bold".into();
    let sql = "SELECT 'more' AS more, e.*, d.name FROM employees e JOIN departments d ON d.id = e.department_id \
        WHERE d.name = :name ORDER BY e.id";
    let (loaded, sent) = statements(|| session.sql(sql).bind_as("name", "Marketing").all::<Employee>());
    let loaded = loaded?;
    let names: Vec<&str> = loaded.iter().map(|employee| employee.lastname.as_str()).collect();
    assert_eq!((loaded[0].handle(), names), (john, vec!["Bold", "Shepherd", "Linus"]));
    assert_eq!(sent.len(), 2, "what has changed is flushed before: {sent:#?}");
    let (projects, sent) = statements(|| loaded.iter().map(|one| one.projects().map(|all| all.len())).collect());
    let projects: orm_core::Result<Vec<usize>> = projects;
    assert_eq!((projects?, sent.len()), (vec![2, 2, 2], 2), "peers load together: {sent:#?}");
    Ok(())
}

#[test]
fn an_object_that_stands_in_several_rows_comes_once() -> orm_core::Result<()> {
    let (_database, session) = company();
    let sql = "SELECT d.* FROM employees e JOIN departments d ON d.id = e.department_id ORDER BY e.id DESC";
    let names: Vec<String> = session.sql(sql).all::<Department>()?.iter().map(|one| one.name.clone()).collect();
    assert_eq!(names, ["Engineering", "Marketing"]);
    assert_eq!(session.sql(sql).handles::<Department>()?.len(), 2);
    Ok(())
}

#[test]
fn one_wants_exactly_one() -> orm_core::Result<()> {
    let (_database, session) = company();
    let below = |id: i32| session.sql("SELECT * FROM employees WHERE id < ? ORDER BY id").bind(id);
    assert_eq!(below(2).one::<Employee>()?.firstname, "John");
    assert_eq!(below(9).first::<Employee>()?.map(|first| first.firstname.clone()).as_deref(), Some("John"));
    assert!(below(1).one_or_none::<Employee>()?.is_none() && below(1).first::<Employee>()?.is_none());
    assert_eq!(told(below(1).one::<Employee>()), "there is no `Employee` for this SQL");
    assert_eq!(told(below(3).one::<Employee>()), "more than one `Employee` for this SQL");
    assert_eq!(told(below(3).one_or_none::<Employee>()), "more than one `Employee` for this SQL");
    let ids = |id: i32| session.sql("SELECT id FROM employees WHERE id < ? ORDER BY id").bind(id);
    assert_eq!((ids(2).row::<i32>()?, ids(3).first_row::<i32>()?, ids(1).row_or_none::<i32>()?), (1, Some(1), None));
    assert_eq!(told(ids(1).row::<i32>()), "there is no `row` for this SQL");
    assert_eq!(told(ids(3).row_or_none::<i32>()), "more than one `row` for this SQL");
    Ok(())
}

#[test]
fn a_scalar_is_the_one_value_of_the_one_row() -> orm_core::Result<()> {
    let (_database, session) = company();
    assert_eq!(session.sql("SELECT COUNT(*) FROM employees").scalar::<u64>()?, 5);
    assert_eq!(session.sql("SELECT SUM(id) FROM employees").scalar::<i64>()?, 15);
    assert_eq!(session.sql("SELECT MAX(id) FROM employees WHERE id > 9").scalar::<Option<i32>>()?, None);
    let days: NaiveDate = session.sql("SELECT MIN(due_date) FROM projects").scalar()?;
    assert_eq!(Some(days), NaiveDate::from_ymd_opt(2021, 4, 30));
    Ok(())
}

#[test]
fn every_value_is_bound() -> orm_core::Result<()> {
    let (_database, session) = company();
    let sql = "SELECT id FROM employees WHERE (firstname = :name OR lastname = :name OR id IN (:ids)) AND id NOT IN (:none) \
        AND active = ? AND NOT (firstname <=> ?) -- and that's it?";
    let ask = || {
        session
            .sql("SELECT 'it''s :name?' AS text")
            .scalar::<String>()
            .map(|text| assert_eq!(text, "it's :name?"))
            .and_then(|()| {
                let bound = session.sql(sql).bind_as("name", "Kwan").bind_list("ids", [1, 2]);
                bound.bind_list("none", [-1]).bind(true).bind(None::<&str>).rows::<i32>()
            })
    };
    let (found, sent) = statements(ask);
    assert_eq!(found?, [1, 2, 5]);
    assert_eq!(
        sent,
        [
            "SELECT 'it''s :name?' AS text",
            "SELECT id FROM employees WHERE (firstname = ? OR lastname = ? OR id IN (?, ?)) AND id NOT IN (?) AND active = ? \
             AND NOT (firstname <=> ?) -- and that's it?"
        ]
    );
    let hostile = "x' OR '1' = '1";
    let named = session.sql("SELECT id FROM employees WHERE firstname = :name").bind_as("name", hostile);
    assert_eq!(named.rows::<i32>()?, [0; 0]);
    Ok(())
}

#[test]
fn an_empty_list_is_equal_to_nothing() -> orm_core::Result<()> {
    let (_database, session) = company();
    for operator in ["IN", "NOT IN"] {
        let text = Composed(format!("SELECT id FROM employees WHERE id {operator} (:ids)"));
        assert_eq!(session.sql(text).bind_list("ids", [0; 0]).rows::<i32>()?, [0; 0]);
    }
    Ok(())
}

#[test]
fn parameters_that_do_not_fit_are_told_before_anything_is_sent() {
    let (_database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let ((), sent) = statements(|| {
        assert_eq!(
            told(session.sql("SELECT id FROM employees WHERE id = :id").rows::<i32>()),
            "the SQL cannot be sent: nothing is bound to `:id`; in: SELECT id FROM employees WHERE id = :id"
        );
        assert_eq!(
            told(session.sql("SELECT id FROM employees WHERE id = ?").bind(1).bind(2).all::<Employee>()),
            "the SQL cannot be sent: it has 1 `?`, and 2 values are bound in order; in: SELECT id FROM employees WHERE id = ?"
        );
        assert_eq!(
            told(session.execute(sql("DELETE FROM employees").bind_as("id", 1))),
            "the SQL cannot be sent: something is bound to `:id`, which is not there; in: DELETE FROM employees"
        );
    });
    assert_eq!((sent, session[sales].id.get()), (Vec::<String>::new(), None));
}

#[test]
fn a_typed_condition_takes_the_place_of_a_name() -> orm_core::Result<()> {
    let (_database, session) = company();
    let marketing = session.find::<Department>(1)?.expect("Marketing is there");
    let text = "SELECT employees.id FROM employees JOIN departments ON departments.id = employees.department_id \
        WHERE :condition AND employees.id > :id ORDER BY employees.id";
    let condition = Department::name.eq("Engineering") | Employee::department.eq(marketing) & !Employee::id.eq(1);
    let ask = || session.sql(text).splice("condition", condition.clone()).bind_as("id", 2).rows::<i32>();
    let (found, sent) = statements(ask);
    assert_eq!(found?, [3, 4, 5]);
    assert_eq!(
        sent,
        ["SELECT employees.id FROM employees JOIN departments ON departments.id = employees.department_id WHERE \
         (`departments`.`name` = ? OR (`employees`.`department_id` = ? AND NOT (`employees`.`id` = ?))) AND employees.id > ? \
         ORDER BY employees.id"]
    );
    Ok(())
}

#[test]
fn a_condition_about_the_same_table_reads_it_under_another_name() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Staff>());
    let mut session = database.engine().session();
    let ann = session.add(Staff { name: "Ann".into(), ..Default::default() });
    session.add(Staff { name: "Bob".into(), boss: ann.into(), ..Default::default() });
    let led_by_ann = Staff::boss.has(Staff::name.eq("Ann"));
    let ask = || session.sql("SELECT name FROM staff WHERE :led").splice("led", led_by_ann).rows::<String>();
    let (found, sent) = statements(ask);
    assert_eq!(found?, ["Bob"]);
    assert_eq!(
        sent[2..],
        [
            "SELECT name FROM staff WHERE (EXISTS (SELECT 1 FROM `staff` AS `staff_1` WHERE `staff`.`boss_id` = `staff_1`.`id` \
         AND `staff_1`.`name` = ?))"
        ]
    );
    Ok(())
}

#[test]
fn a_question_flushes_first_unless_told_not_to() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    session.add(Department::new("Sales"));
    let count = "SELECT COUNT(*) FROM departments";
    assert_eq!(session.sql(count).no_autoflush().scalar::<u64>()?, 2);
    assert_eq!(session.sql(count).scalar::<u64>()?, 3);
    Ok(())
}

#[test]
fn a_statement_is_run_after_a_flush_and_tells_the_number_of_rows() -> orm_core::Result<()> {
    let (database, mut session) = company();
    session.add(Employee { firstname: "Hugo".into(), lastname: "Reyes".into(), ..Default::default() });
    let leave = sql("UPDATE employees SET active = ? WHERE :who").bind(false).splice("who", Employee::id.gt(3));
    let (ran, sent) = statements(|| session.execute(leave));
    assert_eq!(ran?, 3);
    assert!(sent[0].starts_with("INSERT INTO `employees`"), "{sent:#?}");
    assert_eq!(sent[1..], ["UPDATE employees SET active = ? WHERE (`employees`.`id` > ?)"]);
    session.commit()?;
    assert_eq!(database.ask("SELECT SUM(active), COUNT(*) FROM employees"), ["3 | 6"]);
    Ok(())
}

#[test]
fn after_a_statement_objects_are_read_again_and_a_rollback_brings_their_values_back() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    assert_eq!(session.view(john).projects()?.len(), 2);
    session.execute(sql("UPDATE employees SET lastname = 'Bold' WHERE id = 1"))?;
    session.execute(sql("DELETE FROM projects_employees WHERE project_id = 1"))?;
    assert_eq!(session[john].lastname, "Locke", "nobody has asked yet");
    assert_eq!(session.get(john)?.lastname, "Bold");
    assert_eq!(session.view(john).projects()?.len(), 1);
    session.rollback()?;
    assert_eq!(session[john].lastname, "Locke");
    assert_eq!(session.view(john).projects()?.len(), 2);
    Ok(())
}

#[test]
fn a_statement_that_was_undone_does_not_wait_again() -> orm_core::Result<()> {
    let (database, mut session) = company();
    session.execute(sql("UPDATE employees SET active = FALSE WHERE id = ?").bind(1))?;
    let wrong = session.add(Department::new(&"x".repeat(60)));
    assert!(matches!(session.flush(), Err(Error::TooLong { .. })));
    session[wrong].name = "Sales".into();
    assert_eq!(
        told(session.commit()),
        "the transaction that failed had also run `UPDATE employees SET active = FALSE WHERE id = ?`, which is undone and does \
         not wait: roll back, and begin again"
    );
    session.rollback()?;
    assert_eq!(database.ask("SELECT SUM(active) FROM employees"), ["5"]);
    Ok(())
}

#[test]
fn a_statement_that_the_server_refuses_leaves_the_transaction_alone() -> orm_core::Result<()> {
    let (database, mut session) = company();
    session.execute(sql("UPDATE employees SET active = FALSE WHERE id = 1"))?;
    let error = session.execute(sql("UPDATE employees SET nothing = 1")).expect_err("there is no such column");
    assert!(matches!(error, Error::MissingColumn { .. }), "{error}");
    session.commit()?;
    assert_eq!(database.ask("SELECT SUM(active) FROM employees"), ["4"]);
    Ok(())
}

#[test]
fn a_question_that_writes_is_remembered_too() -> orm_core::Result<()> {
    let (database, mut session) = company();
    if session.engine().dialect().flavour == orm_core::Flavour::MySql {
        return Ok(()); // It knows no RETURNING.
    }
    let text = "INSERT INTO departments (name) VALUES (?), (?) RETURNING id, name";
    let made: Vec<(i32, String)> = session.sql(text).bind("Sales").bind("Legal").rows()?;
    assert_eq!(made, [(3, "Sales".into()), (4, "Legal".into())]);
    session.add(Department::new(&"x".repeat(60)));
    assert!(session.flush().is_err());
    assert!(matches!(session.flush(), Err(Error::Undone { .. })));
    session.rollback()?;
    session.sql(text).bind("Sales").bind("Legal").rows::<(i32, String)>()?;
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["4"]);
    Ok(())
}

#[test]
fn a_definition_lasts_at_once_and_so_does_what_came_before() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let script = "CREATE TABLE notes (id INT); INSERT INTO notes VALUES (1), (2); ALTER TABLE notes ADD text TEXT";
    let (ran, sent) = statements(|| session.execute(sql(script)));
    ran?;
    assert!(sent[0].starts_with("INSERT INTO `departments`"), "{sent:#?}");
    assert_eq!(sent[1..], ["COMMIT", script, "COMMIT"]);
    session.rollback()?;
    assert_eq!(session[sales].id.get(), Some(3));
    assert_eq!(database.ask("SELECT COUNT(*), MAX(text) FROM notes"), ["2 | NULL"]);
    let copy = sql("CREATE TABLE copies AS SELECT * FROM departments WHERE name = ?").bind("Sales");
    session.execute(copy)?;
    assert_eq!(database.ask("SELECT name FROM copies"), ["Sales"]);
    assert_eq!(
        told(session.sql("DROP TABLE notes").rows::<i32>()),
        "the SQL cannot be sent: it is no question: run it with `execute`; in: DROP TABLE notes"
    );
    Ok(())
}

#[test]
fn where_the_server_commits_in_silence_the_session_does_so_too() -> orm_core::Result<()> {
    let (database, mut session) = company();
    for (number, text) in
        (3..).zip(["FLUSH TABLES employees", "FLUSH LOCAL STATUS", "CACHE INDEX departments IN DEFAULT"])
    {
        let new = session.add(Department::new("new"));
        let (ran, sent) = statements(|| session.execute(sql(text)));
        ran?;
        assert_eq!(sent[1..], ["COMMIT", text, "COMMIT"]);
        session.rollback()?;
        assert_eq!(session[new].id.get(), Some(number), "{text}");
        assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), [number.to_string()]);
    }
    let inside = database.engine().transaction(|session| {
        session.add(Department::new("new"));
        session.execute(sql("FLUSH TABLES employees"))
    });
    assert!(matches!(inside, Err(Error::Misplaced { .. })), "{inside:?}");
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["5"]);
    Ok(())
}

#[test]
fn a_temporary_table_belongs_to_the_transaction() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    session.execute(sql("CREATE TEMPORARY TABLE ids (id INT PRIMARY KEY)"))?;
    session.execute(sql("INSERT INTO ids VALUES (1), (3)"))?;
    let names = session.sql("SELECT name FROM departments JOIN ids USING (id) ORDER BY id").rows::<String>()?;
    assert_eq!(names, ["Marketing", "Sales"]);
    session.execute(sql("DROP TEMPORARY TABLE ids"))?;
    session.rollback()?;
    assert!(session.get(sales).is_err(), "nothing was committed");
    Ok(())
}

#[test]
fn the_session_alone_ends_its_transaction() {
    let (_database, mut session) = company();
    let ((), sent) = statements(|| {
        assert_eq!(
            told(session.execute(sql("COMMIT"))),
            "the SQL cannot be sent: the session begins and ends its transaction itself; in: COMMIT"
        );
        assert!(matches!(session.sql("SET autocommit = 1").rows::<i32>(), Err(Error::Sql { .. })));
        assert!(matches!(session.execute(sql("LOCK TABLES employees READ")), Err(Error::Sql { .. })));
    });
    assert_eq!(sent, Vec::<String>::new());
}

#[test]
fn a_procedure_gives_one_result() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    session.execute(sql("CREATE PROCEDURE names(most INT) SELECT name FROM departments WHERE id <= most"))?;
    session.execute(sql("CREATE PROCEDURE two() BEGIN SELECT 1; SELECT 2; END"))?;
    assert_eq!(session.sql("CALL names(?)").bind(1).rows::<String>()?, ["Marketing"]);
    assert_eq!(
        told(session.sql("CALL two()").rows::<i32>()),
        "the columns of a result do not fit: there is more than one result; in: CALL two()"
    );
    assert_eq!(session.sql("SELECT 1").scalar::<i32>()?, 1, "the connection can be used");
    Ok(())
}

#[test]
fn a_statement_shows_its_text_without_values() {
    let (_database, session) = company();
    let text = "SELECT id FROM employees WHERE firstname = :name";
    assert_eq!(format!("{:?}", session.sql(text).bind_as("name", "secret")), text);
}
