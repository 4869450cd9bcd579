//! Functions over the rows around each row.

use expect_test::expect;
use orm_core::func::{self, Over};

use super::{Employee, company};

#[test]
fn rows_are_numbered_in_their_partition() -> orm_core::Result<()> {
    let (_database, session) = company();
    let by_salary = || func::window().partition_by(Employee::department.key()).order_by(Employee::salary.desc());
    let query = session
        .query::<Employee>()
        .filter(Employee::department.is_not_null())
        .order_by(Employee::id)
        .select((Employee::name, func::row_number().over(by_salary())));
    expect!["SELECT `employees`.`name`, ROW_NUMBER() OVER (PARTITION BY `employees`.`department_id` ORDER BY `employees`.`salary` DESC) FROM `employees` WHERE `employees`.`department_id` IS NOT NULL ORDER BY `employees`.`id`"]
    .assert_eq(&query.to_sql());
    let numbers: Vec<i64> = query.rows()?.into_iter().map(|(_, number)| number).collect();
    assert_eq!(numbers, [1, 2, 1, 2]);
    Ok(())
}

#[test]
fn ranks_and_neighbours_have_their_types() -> orm_core::Result<()> {
    let (_database, session) = company();
    let by_salary = || func::window().order_by(Employee::salary);
    let rows: Vec<(String, i64, i64, i64, f64, Option<String>, Option<i32>)> = session
        .query::<Employee>()
        .order_by(Employee::salary)
        .order_by(Employee::id)
        .select((
            Employee::name,
            func::rank().over(by_salary()),
            func::dense_rank().over(by_salary()),
            func::ntile(2).over(by_salary().order_by(Employee::id)),
            func::cume_dist().over(by_salary()),
            func::lag(Employee::name, 1).over(by_salary().order_by(Employee::id)),
            func::lead(Employee::salary, 2).over(by_salary().order_by(Employee::id)),
        ))
        .rows()?;
    let text = |text: &str| text.to_owned();
    let expected = [
        (text("Eve"), 1, 1, 1, 0.2, None, Some(60)),
        (text("Ben"), 2, 2, 1, 0.6, Some(text("Eve")), Some(90)),
        (text("Dan"), 2, 2, 1, 0.6, Some(text("Ben")), Some(95)),
        (text("Ada"), 4, 3, 2, 0.8, Some(text("Dan")), None),
        (text("Cid"), 5, 4, 2, 1.0, Some(text("Ada")), None),
    ];
    assert_eq!(rows, expected);
    Ok(())
}

#[test]
fn an_aggregate_runs_over_its_window() -> orm_core::Result<()> {
    let (_database, session) = company();
    let in_order = || func::window().order_by(Employee::id);
    let rows: Vec<(Option<i64>, i64, Option<f64>, Option<i32>)> = session
        .query::<Employee>()
        .order_by(Employee::id)
        .select((
            func::sum(Employee::salary).over(in_order()),
            func::count().over(func::window()),
            func::avg(Employee::salary).over(in_order().rows_between(1, 1)),
            func::last_value(Employee::salary).over(in_order().all_rows()),
        ))
        .rows()?;
    let sums: Vec<Option<i64>> = rows.iter().map(|row| row.0).collect();
    assert_eq!(sums, [90, 150, 245, 305, 345].map(Some));
    assert!(rows.iter().all(|row| row.1 == 5 && row.3 == Some(40)));
    assert_eq!((rows[0].2, rows[4].2), (Some(75.0), Some(50.0)));
    Ok(())
}
