//! Conditions on columns: every operator, and how they combine.

use expect_test::{Expect, expect};
use orm_core::prelude::*;
use orm_core::query::{Nothing, PerRow, Predicate, ReadBy, Reading};
use planning_demo::models::{Employee, Project};
use planning_demo::{company, schema};
use tests::Database;

/// The condition as SQL, and the keys of the projects that it finds among four: the last has nothing but a name.
fn check<S, Place>(condition: Predicate<S>, expected: &Expect)
where
    S: PerRow + ReadBy<Reading<Project, Nothing>, Place>,
{
    let database = Database::with(&schema());
    company::load(&mut database.engine().session()).expect("the company is loaded");
    database.run("INSERT INTO projects (id, name) VALUES (4, '100% of it')");
    let session = database.engine().session();
    let query = session.query::<Project>().filter(condition).order_by(Project::id.asc());
    let sql = query.to_sql();
    let (_, sql) = sql.split_once(" WHERE ").expect("there is a condition");
    let found: Vec<i32> = query.all().expect("an answer").iter().filter_map(|project| project.id.get()).collect();
    expected.assert_eq(&format!("{sql}\n{found:?}"));
}

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, month, day).expect("a day")
}

#[test]
fn comparisons() {
    check(
        Project::name.eq("Project 2"),
        &expect![[r#"
        `projects`.`name` = ? ORDER BY `projects`.`id`
        [2]"#]],
    );
    check(
        Project::name.eq("Project 2".to_owned()),
        &expect![[r#"
        `projects`.`name` = ? ORDER BY `projects`.`id`
        [2]"#]],
    );
    check(
        Project::name.ne("Project 2"),
        &expect![[r#"
        `projects`.`name` <> ? ORDER BY `projects`.`id`
        [1, 3, 4]"#]],
    );
    check(
        Project::due_date.lt(day(5, 31)),
        &expect![[r#"
        `projects`.`due_date` < ? ORDER BY `projects`.`id`
        [2]"#]],
    );
    check(
        Project::due_date.le(day(5, 31)),
        &expect![[r#"
        `projects`.`due_date` <= ? ORDER BY `projects`.`id`
        [1, 2]"#]],
    );
    check(
        Project::due_date.gt(day(5, 31)),
        &expect![[r#"
        `projects`.`due_date` > ? ORDER BY `projects`.`id`
        [3]"#]],
    );
    check(
        Project::due_date.ge(day(5, 31)),
        &expect![[r#"
        `projects`.`due_date` >= ? ORDER BY `projects`.`id`
        [1, 3]"#]],
    );
    check(
        Project::id.eq(2),
        &expect![[r#"
        `projects`.`id` = ? ORDER BY `projects`.`id`
        [2]"#]],
    );
}

#[test]
fn patterns_lists_and_ranges() {
    check(
        Project::name.like("Project%"),
        &expect![[r#"
        `projects`.`name` LIKE ? ORDER BY `projects`.`id`
        [1, 2, 3]"#]],
    );
    check(
        Project::name.like("100\\% %"),
        &expect![[r#"
        `projects`.`name` LIKE ? ORDER BY `projects`.`id`
        [4]"#]],
    );
    check(
        Project::due_date.between(day(4, 30), day(5, 31)),
        &expect![[r#"
        `projects`.`due_date` BETWEEN ? AND ? ORDER BY `projects`.`id`
        [1, 2]"#]],
    );
    check(
        Project::id.in_([1, 3]),
        &expect![[r#"
        `projects`.`id` IN (?, ?) ORDER BY `projects`.`id`
        [1, 3]"#]],
    );
    check(
        Project::name.in_(vec!["Project 3".to_owned()]),
        &expect![[r#"
        `projects`.`name` IN (?) ORDER BY `projects`.`id`
        [3]"#]],
    );
    check(
        Project::id.in_(Vec::<i32>::new()),
        &expect![[r#"
        FALSE ORDER BY `projects`.`id`
        []"#]],
    );
    check(
        !Project::id.in_(Vec::<i32>::new()),
        &expect![[r#"
        NOT (FALSE) ORDER BY `projects`.`id`
        [1, 2, 3, 4]"#]],
    );
}

#[test]
fn nulls() {
    check(
        Project::due_date.is_null(),
        &expect![[r#"
        `projects`.`due_date` IS NULL ORDER BY `projects`.`id`
        [4]"#]],
    );
    check(
        Project::due_date.is_not_null(),
        &expect![[r#"
        `projects`.`due_date` IS NOT NULL ORDER BY `projects`.`id`
        [1, 2, 3]"#]],
    );
    check(
        !Project::due_date.is_null(),
        &expect![[r#"
        `projects`.`due_date` IS NOT NULL ORDER BY `projects`.`id`
        [1, 2, 3]"#]],
    );
    check(
        !!Project::due_date.is_null(),
        &expect![[r#"
        NOT (`projects`.`due_date` IS NOT NULL) ORDER BY `projects`.`id`
        [4]"#]],
    );
    check(
        !Project::due_date.is_not_null(),
        &expect![[r#"
        NOT (`projects`.`due_date` IS NOT NULL) ORDER BY `projects`.`id`
        [4]"#]],
    );
}

#[test]
fn and_or_not() {
    let (one, two, three) = (|| Project::id.eq(1), || Project::id.eq(2), || Project::id.gt(3));
    check(
        one() & two(),
        &expect![[r#"
        `projects`.`id` = ? AND `projects`.`id` = ? ORDER BY `projects`.`id`
        []"#]],
    );
    check(
        one() | two() | three(),
        &expect![[r#"
        `projects`.`id` = ? OR `projects`.`id` = ? OR `projects`.`id` > ? ORDER BY `projects`.`id`
        [1, 2, 4]"#]],
    );
    check(
        one() & two() | three(),
        &expect![[r#"
        (`projects`.`id` = ? AND `projects`.`id` = ?) OR `projects`.`id` > ? ORDER BY `projects`.`id`
        [4]"#]],
    );
    check(
        (one() | two()) & !three(),
        &expect![[r#"
        (`projects`.`id` = ? OR `projects`.`id` = ?) AND NOT (`projects`.`id` > ?) ORDER BY `projects`.`id`
        [1, 2]"#]],
    );
    check(
        !(one() | two()),
        &expect![[r#"
        NOT (`projects`.`id` = ? OR `projects`.`id` = ?) ORDER BY `projects`.`id`
        [3, 4]"#]],
    );
    check(
        !(one() & two()) & (two() | three()),
        &expect![[r#"
        NOT (`projects`.`id` = ? AND `projects`.`id` = ?) AND (`projects`.`id` = ? OR `projects`.`id` > ?) ORDER BY `projects`.`id`
        [2, 4]"#]],
    );
    check(
        !!one(),
        &expect![[r#"
        NOT (NOT (`projects`.`id` = ?)) ORDER BY `projects`.`id`
        [1]"#]],
    );
    check(
        Project::id.between(1, 2) & Project::id.between(2, 3),
        &expect![[r#"
        `projects`.`id` BETWEEN ? AND ? AND `projects`.`id` BETWEEN ? AND ? ORDER BY `projects`.`id`
        [2]"#]],
    );
}

#[test]
fn several_filters_must_all_hold() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    company::load(&mut database.engine().session())?;
    let session = database.engine().session();
    let query = session
        .query::<Employee>()
        .filter(Employee::firstname.eq("John") | Employee::firstname.eq("Kate"))
        .filter(Employee::active.eq(true))
        .filter(Employee::lastname.like("A%"));
    expect!["SELECT `employees`.`id`, `employees`.`firstname`, `employees`.`lastname`, `employees`.`active`, `employees`.`department_id` FROM `employees` WHERE (`employees`.`firstname` = ? OR `employees`.`firstname` = ?) AND `employees`.`active` = ? AND `employees`.`lastname` LIKE ?"].assert_eq(&query.to_sql());
    assert_eq!(query.one()?.firstname, "Kate");
    Ok(())
}

#[test]
fn values_are_bound_whatever_they_contain() {
    check(
        Project::name.eq("' OR 1 = 1 -- "),
        &expect![[r#"
        `projects`.`name` = ? ORDER BY `projects`.`id`
        []"#]],
    );
    check(
        Project::name.eq("?") | Project::name.eq(":name"),
        &expect![[r#"
        `projects`.`name` = ? OR `projects`.`name` = ? ORDER BY `projects`.`id`
        []"#]],
    );
}

#[test]
fn a_filter_without_rows_finds_nothing() -> orm_core::Result<()> {
    let database = Database::with(&schema());
    let session = database.engine().session();
    assert!(session.query::<Project>().all()?.is_empty());
    assert_eq!(session.query::<Project>().count()?, 0);
    Ok(())
}
