//! The order of the statements, and when they are sent.

use expect_test::expect;
use orm_core::prelude::*;
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use planning_demo::schema;
use tests::{Database, company, returning, statements};

#[test]
fn parents_go_before_children_whatever_the_order_of_adding() -> orm_core::Result<()> {
    // unit-of-work 12, 13
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let john = session.add(Employee { firstname: "John".into(), lastname: "Locke".into(), ..Default::default() });
    session.add(ContactDetails::new("1", "here", john));
    let marketing = session.add(Department::new("Marketing"));
    session[john].department.set(marketing);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    let id = returning(database.engine(), "`id`");
    assert_eq!(
        sent,
        [
            format!("INSERT INTO `departments` (`name`) VALUES (?){id}"),
            format!(
                "INSERT INTO `employees` (`firstname`, `lastname`, `active`, `department_id`) VALUES (?, ?, ?, ?){id}"
            ),
            format!("INSERT INTO `contact_details` (`phone_number`, `address`, `employee_id`) VALUES (?, ?, ?){id}"),
            "COMMIT".to_owned(),
        ]
    );
    assert_eq!(database.ask("SELECT department_id FROM employees"), ["1"]);
    Ok(())
}

#[test]
fn tables_are_ordered_by_their_relationships_even_for_raw_keys() -> orm_core::Result<()> {
    // unit-of-work 13
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let john = Employee { firstname: "John".into(), department: Some(BelongsTo::key(3)), ..Default::default() };
    session.add(john);
    session.add(Department { id: 3.into(), ..Department::new("Marketing") });
    session.commit()?;
    assert_eq!(database.ask("SELECT department_id FROM employees"), ["3"]);
    Ok(())
}

#[test]
fn rows_of_a_table_are_inserted_in_the_order_of_add() -> orm_core::Result<()> {
    // unit-of-work 14
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    for name in ["b", "c", "a"] {
        session.add(Department::new(name));
    }
    session.commit()?;
    assert_eq!(database.ask("SELECT id, name FROM departments ORDER BY id"), ["1 | b", "2 | c", "3 | a"]);
    Ok(())
}

#[test]
fn deletes_go_children_first_with_a_list_of_keys_for_each_table() -> orm_core::Result<()> {
    // unit-of-work 17, 61
    let (database, mut session) = company();
    let departments = session.query::<Department>().handles()?;
    let employees = session.query::<Employee>().handles()?;
    let details = session.query::<ContactDetails>().handles()?;
    departments.into_iter().for_each(|department| session.delete(department));
    employees.into_iter().for_each(|employee| session.delete(employee));
    details.into_iter().for_each(|details| session.delete(details));
    let (committed, sent) = statements(|| session.commit());
    committed?;
    expect![[r#"
        DELETE FROM `projects_employees` WHERE `projects_employees`.`employee_id` IN (?, ?, ?, ?, ?, ?, ?, ?)
        UPDATE `employees` SET `department_id` = NULL WHERE `employees`.`department_id` IN (?, ?)
        DELETE FROM `contact_details` WHERE `contact_details`.`id` IN (?, ?, ?, ?, ?, ?, ?, ?)
        DELETE FROM `employees` WHERE `employees`.`id` IN (?, ?, ?, ?, ?, ?, ?, ?)
        DELETE FROM `departments` WHERE `departments`.`id` IN (?, ?)
        COMMIT"#]]
    .assert_eq(&sent.join("\n"));
    assert_eq!(database.ask("SELECT COUNT(*) FROM employees"), ["0"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects"), ["3"]);
    Ok(())
}

#[test]
fn deleted_keys_go_in_the_order_of_the_primary_key() -> orm_core::Result<()> {
    let (database, mut session) = company();
    for key in [3, 1, 2] {
        let project = session.find::<Project>(key)?.expect("the project is there").handle();
        session.delete(project);
    }
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects"), ["0"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects_employees"), ["0"]);
    Ok(())
}

#[test]
fn a_query_flushes_first() -> orm_core::Result<()> {
    // unit-of-work 108
    let (_database, mut session) = company();
    let john = session.query::<Employee>().filter(Employee::firstname.eq("John")).one()?.handle();
    session[john].firstname = "Jeremy".into();
    session.add(Department::new("Sales"));
    let (found, sent) = statements(|| session.query::<Employee>().filter(Employee::firstname.eq("Jeremy")).count());
    assert_eq!(found?, 1);
    assert_eq!(
        sent,
        [
            &format!("INSERT INTO `departments` (`name`) VALUES (?){}", returning(session.engine(), "`id`")),
            "UPDATE `employees` SET `firstname` = ? WHERE `id` = ?",
            "SELECT COUNT(*) FROM `employees` WHERE `employees`.`firstname` = ?",
        ]
    );
    assert_eq!(session.query::<Department>().count()?, 3);
    Ok(())
}

#[test]
fn a_lazy_load_and_find_flush_first() -> orm_core::Result<()> {
    // unit-of-work 108
    let (_database, mut session) = company();
    let marketing = session.find::<Department>(1)?.expect("the department is there").handle();
    let hugo = session.add(Employee::new("Hugo", "Reyes", marketing));
    let names: Vec<&str> =
        session.view(marketing).employees()?.iter().map(|employee| employee.get().firstname.as_str()).collect();
    assert_eq!(names, ["John", "Jack", "Ben", "Hugo"]);
    let charlie = session.add(Employee::new("Charlie", "Pace", marketing));
    assert_eq!(session[hugo].id.get(), Some(6));
    assert_eq!(session.find::<Employee>(7)?.map(|found| found.handle()), Some(charlie));
    Ok(())
}

#[test]
fn several_flushes_are_one_commit() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    session.flush()?;
    session[sales].name = "Selling".into();
    session.flush()?;
    let hugo = session.add(Employee::new("Hugo", "Reyes", sales));
    session.flush()?;
    session[hugo].active = false;
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["2"], "nobody else sees it yet");
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments WHERE id = 3"), ["Selling"]);
    assert_eq!(database.ask("SELECT firstname, active, department_id FROM employees WHERE id = 6"), ["Hugo | 0 | 3"]);
    Ok(())
}

#[test]
fn deleting_a_row_and_adding_its_key_again_is_one_update() -> orm_core::Result<()> {
    // unit-of-work 21, 22
    let (database, mut session) = company();
    let old = session.find::<Project>(1)?.expect("the project is there").handle();
    session.delete(old);
    session.add(Project { id: 1.into(), name: "New".into(), ..Default::default() });
    let (committed, sent) = statements(|| session.commit());
    committed?;
    let stored = database.ask("SELECT name, description, due_date FROM projects WHERE id = 1");
    assert_eq!(stored, ["New | NULL | NULL"]);
    assert!(!sent.iter().any(|sql| sql.starts_with("DELETE FROM `projects`")), "{sent:#?}");
    Ok(())
}

#[test]
fn what_referred_to_a_row_that_is_taken_over_leaves_it_and_what_refers_to_the_new_object_stays() -> orm_core::Result<()>
{
    // unit-of-work 21
    let (database, mut session) = company();
    let marketing = session.find::<Department>(1)?.expect("marketing is there").handle();
    let staff = session.query::<Employee>().order_by(Employee::id).handles()?;
    session.delete(marketing);
    let sales = session.add(Department { id: 1.into(), name: "Sales".into(), ..Default::default() });
    session[sales].employees.push(Employee::new("Hugo", "Reyes", sales));
    session[sales].employees.push(staff[2]);
    session[staff[4]].department.set(sales);
    let first = session.find::<Project>(1)?.expect("the project is there").handle();
    session.delete(first);
    let again = session.add(Project { id: 1.into(), name: "again".into(), ..Default::default() });
    session[again].employees.push(staff[4]);
    session.commit()?;
    let departments = database.ask("SELECT firstname, department_id FROM employees ORDER BY id");
    assert_eq!(departments, ["John | NULL", "Kate | 2", "Jack | 1", "Ben | NULL", "Sun | 1", "Hugo | 1"]);
    assert_eq!(session[staff[0]].department.key(), None);
    assert_eq!([staff[2], staff[4]].map(|employee| session[employee].department.key()), [Some(1), Some(1)]);
    assert_eq!(session.view(sales).employees()?.len(), 3);
    assert_eq!(database.ask("SELECT employee_id FROM projects_employees WHERE project_id = 1"), ["5"]);
    Ok(())
}

#[test]
fn an_object_added_and_deleted_before_the_flush_writes_nothing() -> orm_core::Result<()> {
    // unit-of-work 5
    let database = Database::with(&schema());
    let mut session = database.engine().session();
    let sales = session.add(Department::new("Sales"));
    session.delete(sales);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, [""; 0]);
    Ok(())
}
