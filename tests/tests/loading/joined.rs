//! Loading along with a query, by a join in its own statement.

use expect_test::expect;
use orm_core::prelude::*;
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use tests::{Database, company, statements};

fn department(employee: &View<'_, Employee>) -> orm_core::Result<String> {
    Ok(employee.department()?.map_or_else(String::new, |department| department.name.clone()))
}

#[test]
fn a_foreign_key_is_followed_in_the_same_statement() -> orm_core::Result<()> {
    // unit-of-work 125
    let (database, session) = company();
    database.run("UPDATE employees SET department_id = NULL WHERE id = 3");
    let (employees, sent) = statements(|| session.query::<Employee>().with_joined(Employee::department).all());
    expect!["SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id`, `departments`.`id`, `departments`.`name` FROM `employees` LEFT JOIN `departments` ON `employees`.`department_id` = `departments`.`id`"].assert_eq(&sent.join("\n"));
    let (names, sent) = statements(|| employees?.iter().map(department).collect::<orm_core::Result<Vec<_>>>());
    assert_eq!(names?, ["Marketing", "Engineering", "", "Marketing", "Engineering"]);
    assert!(sent.is_empty(), "{sent:#?}");
    Ok(())
}

#[test]
fn conditions_and_joins_of_the_query_do_not_touch_it() -> orm_core::Result<()> {
    // unit-of-work 125
    let (_database, session) = company();
    let query = session
        .query::<Employee>()
        .join(Employee::department)
        .filter(Department::name.eq("Marketing"))
        .filter(Department::employees.any(Employee::firstname.eq("Jack")))
        .order_by(Department::name)
        .order_by(Employee::firstname.desc())
        .with_joined(Employee::department);
    let (employees, sent) = statements(|| query.all());
    expect!["SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id`, `departments_1`.`id`, `departments_1`.`name` FROM `employees` INNER JOIN `departments` ON `employees`.`department_id` = `departments`.`id` LEFT JOIN `departments` AS `departments_1` ON `employees`.`department_id` = `departments_1`.`id` WHERE `departments`.`name` = ? AND EXISTS (SELECT 1 FROM `employees` AS `employees_1` WHERE `employees_1`.`department_id` = `departments`.`id` AND `employees_1`.`firstname` = ?) ORDER BY `departments`.`name`, `employees`.`firstname` DESC"].assert_eq(&sent.join("\n"));
    let names: Vec<String> = employees?.iter().map(|it| it.firstname.clone()).collect();
    assert_eq!(names, ["John", "Jack", "Ben"]);
    Ok(())
}

#[test]
fn the_side_without_the_foreign_key_is_followed_too() -> orm_core::Result<()> {
    // unit-of-work 124
    let (database, session) = company();
    database.run("DELETE FROM contact_details WHERE employee_id = 2");
    let query = session.query::<Employee>().order_by(Employee::id).with_joined(Employee::contact_details);
    let (employees, sent) = statements(|| query.all());
    assert_eq!(sent.len(), 1, "{sent:#?}");
    let (found, sent) = statements(|| -> orm_core::Result<Vec<bool>> {
        let has_way_back = |it: &View<'_, Employee>| Ok(it.contact_details()?.map(|it| it.employee()).is_some());
        employees?.iter().map(has_way_back).collect()
    });
    assert_eq!((found?, sent.len()), (vec![true, false, true, true, true], 0), "{sent:#?}");
    Ok(())
}

#[test]
fn a_path_is_followed_in_the_same_statement() -> orm_core::Result<()> {
    // unit-of-work 129
    let (_database, session) = company();
    let query = session
        .query::<ContactDetails>()
        .with_joined(ContactDetails::employee.then(Employee::department))
        .with_joined(ContactDetails::employee.then(Employee::contact_details));
    let (details, sent) = statements(|| query.all());
    expect!["SELECT `contact_details`.`id`, `contact_details`.`phone_number`, `contact_details`.`address`, `contact_details`.`employee_id`, `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id`, `departments`.`id`, `departments`.`name`, `contact_details_1`.`id`, `contact_details_1`.`phone_number`, `contact_details_1`.`address`, `contact_details_1`.`employee_id` FROM `contact_details` LEFT JOIN `employees` ON `contact_details`.`employee_id` = `employees`.`id` LEFT JOIN `departments` ON `employees`.`department_id` = `departments`.`id` LEFT JOIN `contact_details` AS `contact_details_1` ON `contact_details_1`.`employee_id` = `employees`.`id`"].assert_eq(&sent.join("\n"));
    let (names, sent) = statements(|| {
        let name = |it: &View<'_, ContactDetails>| department(&it.employee()?);
        details?.iter().map(name).collect::<orm_core::Result<Vec<_>>>()
    });
    assert_eq!((names?.len(), sent.len()), (5, 0), "{sent:#?}");
    Ok(())
}

#[test]
fn the_way_to_its_own_model_has_another_name_there() -> orm_core::Result<()> {
    #[derive(Debug, Model)]
    #[model(table = "people")]
    struct Person {
        #[primary_key]
        id: Auto<i32>,
        #[belongs_to]
        boss: Option<BelongsTo<Person>>,
    }
    let database = Database::with(&Schema::of::<Person>());
    database.run("INSERT INTO people VALUES (1, NULL), (2, 1), (3, 2)");
    let session = database.engine().session();
    let query = session.query::<Person>().filter(Person::id.eq(3)).with_joined(Person::boss.then(Person::boss));
    let (person, sent) = statements(|| query.one());
    expect!["SELECT `people`.`id`, `people`.`boss_id`, `people_1`.`id`, `people_1`.`boss_id`, `people_2`.`id`, `people_2`.`boss_id` FROM `people` LEFT JOIN `people` AS `people_1` ON `people`.`boss_id` = `people_1`.`id` LEFT JOIN `people` AS `people_2` ON `people_1`.`boss_id` = `people_2`.`id` WHERE `people`.`id` = ? LIMIT 2"].assert_eq(&sent.join("\n"));
    let (found, sent) = statements(|| -> orm_core::Result<Option<i32>> {
        let boss = person?.boss()?.expect("2 is the boss of 3");
        Ok(boss.boss()?.and_then(|boss| boss.id.get()))
    });
    assert_eq!((found?, sent.len()), (Some(1), 0), "{sent:#?}");
    Ok(())
}

#[test]
fn a_limit_counts_the_same_rows_as_without() -> orm_core::Result<()> {
    // unit-of-work 126
    let (_database, session) = company();
    let query = session.query::<Employee>().order_by(Employee::id.desc()).limit(2).with_joined(Employee::department);
    let (employees, sent) = statements(|| query.all());
    assert!(sent[0].ends_with(" ORDER BY `employees`.`id` DESC LIMIT 2"), "{sent:#?}");
    let names: Vec<String> = employees?.iter().map(|it| it.firstname.clone()).collect();
    assert_eq!((names, sent.len()), (vec!["Sun".to_owned(), "Ben".to_owned()], 1));
    Ok(())
}

#[test]
fn with_a_limit_and_a_join_to_many_it_takes_a_statement_of_its_own() -> orm_core::Result<()> {
    // unit-of-work 126
    let (_database, session) = company();
    let query = session
        .query::<Employee>()
        .join(Employee::projects)
        .order_by(Project::name)
        .limit(3)
        .with_joined(Employee::department);
    let (employees, sent) = statements(|| query.all());
    assert_eq!((employees?.len(), sent.len()), (3, 2), "{sent:#?}");
    Ok(())
}

#[test]
fn each_object_comes_once_after_a_join_to_many() -> orm_core::Result<()> {
    // unit-of-work 127
    let (_database, session) = company();
    let query = session.query::<Employee>().join(Employee::projects).with_joined(Employee::contact_details);
    let (employees, sent) = statements(|| query.all());
    let (found, more) = statements(|| employees?.iter().map(|it| it.contact_details()).collect::<Result<Vec<_>, _>>());
    assert_eq!((found?.len(), sent.len(), more.len()), (5, 1, 0), "{sent:#?}");
    Ok(())
}

#[test]
fn objects_that_were_there_keep_what_they_have() -> orm_core::Result<()> {
    // unit-of-work 131
    let (_database, mut session) = company();
    let marketing = session.find::<Department>(1)?.expect("it is there").handle();
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    session[marketing].name = "Sales".into();
    session[john].department = None;
    session.query::<Employee>().no_autoflush().with_joined(Employee::department).all()?;
    assert_eq!(session[marketing].name, "Sales");
    session.flush()?;
    assert!(session.view(john).department()?.is_none());
    Ok(())
}

#[test]
fn the_text_of_a_query_has_its_joins() {
    let query = orm_core::query::<Employee>().with_joined(Employee::department);
    assert!(format!("{query:?}").contains(" LEFT JOIN `departments` ON "), "{query:?}");
}
