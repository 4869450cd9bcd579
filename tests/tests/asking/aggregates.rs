//! Rows in groups.

use expect_test::expect;
use orm_core::func;
use orm_core::prelude::*;

use super::{Department, Employee, company};

#[derive(Debug, PartialEq, Row)]
struct Headcount {
    department: String,
    people: i64,
    paid: Option<i64>,
}

#[test]
fn aggregates_are_calculated_for_each_group() -> orm_core::Result<()> {
    let (_database, session) = company();
    let query = session
        .query::<Department>()
        .left_join(Department::employees)
        .select(HeadcountColumns {
            department: Department::name,
            people: func::count_of(Employee::id),
            paid: func::sum(Employee::salary),
        })
        .group_by((Department::id, Department::name))
        .order_by(Department::id);
    expect!["SELECT `departments`.`name`, COUNT(`employees`.`id`), SUM(`employees`.`salary`) FROM `departments` LEFT JOIN `employees` ON `employees`.`department_id` = `departments`.`id` GROUP BY `departments`.`id`, `departments`.`name` ORDER BY `departments`.`id`"]
    .assert_eq(&query.to_sql());
    let count = |department: &str, people, paid| Headcount { department: department.to_owned(), people, paid };
    let expected = [count("Marketing", 2, Some(150)), count("Engineering", 2, Some(155)), count("Archive", 0, None)];
    assert_eq!(query.rows()?, expected);
    Ok(())
}

#[test]
fn having_lets_only_some_groups_through() -> orm_core::Result<()> {
    let (_database, session) = company();
    let rows: Vec<(i32, i64)> = session
        .query::<Employee>()
        .select((Employee::salary, func::count()))
        .group_by(Employee::salary)
        .having(func::count().gt(1))
        .rows()?;
    assert_eq!(rows, [(60, 2)]);
    Ok(())
}

#[test]
fn every_aggregate_has_the_type_of_what_it_gives() -> orm_core::Result<()> {
    let (_database, session) = company();
    let row: (i64, i64, i64, Option<i64>, Option<i64>, Option<f64>, Option<i32>, Option<i32>, Option<String>) = session
        .query::<Employee>()
        .select((
            func::count(),
            func::count_of(Employee::bonus),
            func::count_distinct(Employee::salary),
            func::sum(Employee::salary),
            func::sum_distinct(Employee::salary),
            func::avg(Employee::bonus),
            func::min(Employee::salary),
            func::max(Employee::bonus),
            func::group_concat(Employee::name).order_by(Employee::id.desc()).separator("'"),
        ))
        .one()?;
    let names = Some("Eve'Dan'Cid'Ben'Ada".to_owned());
    assert_eq!(row, (5, 3, 4, Some(345), Some(285), Some(5.0), Some(40), Some(10), names));
    Ok(())
}

#[test]
fn an_aggregate_of_nothing_is_none_and_coalesce_makes_it_something() -> orm_core::Result<()> {
    let (_database, session) = company();
    let nobody = || session.query::<Employee>().filter(Employee::id.eq(9));
    assert_eq!(nobody().select(func::sum(Employee::salary)).one()?, None);
    let sum: i64 = nobody().select(func::coalesce(func::sum(Employee::salary), 0)).one()?;
    assert_eq!(sum, 0);
    Ok(())
}

#[test]
fn a_term_with_values_is_grouped_and_ordered_by_its_place() -> orm_core::Result<()> {
    let (_database, session) = company();
    let band = || func::when(Employee::salary.ge(90), "high").otherwise("low");
    let query = session.query::<Employee>().select((func::count(), band())).group_by(band()).order_by(band().desc());
    expect!["SELECT COUNT(*), CASE WHEN `employees`.`salary` >= ? THEN ? ELSE ? END FROM `employees` GROUP BY 2 ORDER BY 2 DESC"]
        .assert_eq(&query.to_sql());
    assert_eq!(query.rows()?, [(3, "low".to_owned()), (2, "high".to_owned())]);
    Ok(())
}

#[test]
fn count_speaks_of_groups() -> orm_core::Result<()> {
    let (_database, session) = company();
    let salaries = || session.query::<Employee>().select(Employee::salary).group_by(Employee::salary);
    assert_eq!(salaries().count()?, 4);
    assert!(salaries().having(func::count().gt(1)).exists()?);
    assert!(!salaries().having(func::count().gt(2)).exists()?);
    Ok(())
}

#[test]
fn having_speaks_of_a_term_that_is_selected_and_grouped_by() -> orm_core::Result<()> {
    let (_database, session) = company();
    let band = || func::if_(Employee::salary.gt(50), "high", "low");
    let query = session.query::<Employee>().select((band(), func::count())).group_by(band()).having(band().eq("high"));
    expect!["SELECT CASE WHEN `employees`.`salary` > ? THEN ? ELSE ? END AS `#1`, COUNT(*) FROM `employees` GROUP BY 1 HAVING `#1` = ?"].assert_eq(&query.to_sql());
    assert_eq!((query.clone().count()?, query.clone().exists()?), (1, true));
    assert_eq!(query.rows()?, [("high".to_owned(), 4)]);
    Ok(())
}

#[test]
fn an_order_from_before_does_not_matter_to_one_row() -> orm_core::Result<()> {
    let (_database, session) = company();
    let ordered = session.query::<Employee>().order_by(Employee::name);
    assert_eq!(ordered.select(func::max(Employee::salary)).one()?, Some(95));
    Ok(())
}

#[test]
fn a_term_with_a_question_inside_is_grouped_by_its_place() -> orm_core::Result<()> {
    let (_database, session) = company();
    let busy = || Employee::projects.exists();
    let mut rows = session.query::<Employee>().select((busy(), func::count())).group_by(busy()).rows()?;
    rows.sort_unstable();
    assert_eq!(rows, [(Some(false), 1), (Some(true), 4)]);
    Ok(())
}
