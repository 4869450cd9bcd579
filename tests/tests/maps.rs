//! Answers as maps, by the value of a column.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use orm_core::Error;
use orm_core::prelude::*;
use planning_demo::models::{Department, Employee, Project};
use tests::{company, statements};

/// The first names of each group.
fn names<K: Ord + Hash>(groups: HashMap<K, Vec<View<'_, Employee>>>) -> BTreeMap<K, Vec<String>> {
    let names = |group: Vec<View<'_, Employee>>| group.into_iter().map(|one| one.firstname.clone()).collect();
    groups.into_iter().map(|(key, group)| (key, names(group))).collect()
}

#[test]
fn objects_are_found_by_their_keys() -> orm_core::Result<()> {
    let (_database, session) = company();
    let (employees, sent) = statements(|| session.query::<Employee>().filter(Employee::id.le(3)).all_by(Employee::id));
    let employees = employees?;
    assert_eq!((employees.len(), sent.len()), (3, 1));
    assert_eq!((employees[&1].firstname.as_str(), employees[&3].firstname.as_str()), ("John", "Jack"));
    assert_eq!(session.find::<Employee>(1)?.map(|john| john.handle()), Some(employees[&1].handle()));
    let by_name = session.query::<Department>().all_by(Department::name)?;
    assert_eq!(by_name["Marketing"].employees()?.len(), 3);
    Ok(())
}

#[test]
fn two_objects_with_the_same_value_are_told() {
    let (_database, session) = company();
    let error = session.query::<Employee>().all_by(Employee::active).expect_err("all are active");
    assert!(matches!(error, Error::TooMany { .. }), "{error}");
    assert_eq!(error.to_string(), "more than one `Employee` with the same `active`");
}

#[test]
fn groups_have_the_order_of_the_query() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    for key in [1, 4] {
        if let Some(employee) = session.find_mut::<Employee>(key)? {
            employee.active = false;
        }
    }
    let groups = session.query::<Employee>().order_by(Employee::id.desc()).all_grouped_by(Employee::active)?;
    let expected = [(false, vec!["Ben", "John"]), (true, vec!["Sun", "Jack", "Kate"])];
    let expected = expected.map(|(active, names)| (active, names.into_iter().map(str::to_owned).collect()));
    assert_eq!(names(groups), BTreeMap::from(expected), "what has changed is flushed before");
    Ok(())
}

#[test]
fn null_is_no_key() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    session.add(Project { name: "Some day".into(), ..Default::default() });
    let by_day = session.query::<Project>().all_by(Project::due_date)?;
    let mut names: Vec<(NaiveDate, &str)> = by_day.iter().map(|(day, one)| (*day, one.get().name.as_str())).collect();
    names.sort();
    let day = |month, day| NaiveDate::from_ymd_opt(2021, month, day).expect("a day");
    assert_eq!(names, [(day(4, 30), "Project 2"), (day(5, 31), "Project 1"), (day(6, 15), "Project 3")]);
    let groups = session.query::<Project>().all_grouped_by(Project::description)?;
    assert_eq!(groups.len(), 3);
    Ok(())
}
