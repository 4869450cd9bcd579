//! Each function of the server, with its text and what it gives.

use expect_test::{Expect, expect};
use orm_core::prelude::*;
use orm_core::query::{Nothing, Reading, Selection};

use super::{Employee, Project, company, day};

/// The terms as SQL, and the row that they give for the employee with this number.
fn check<X, Place>(number: i32, selection: X, expected: &Expect)
where
    X: Selection<Reading<Employee, Nothing>, Place, Output: std::fmt::Debug>,
{
    let (_database, session) = company();
    let query = session.query::<Employee>().filter(Employee::id.eq(number)).select(selection);
    let sql = query.to_sql();
    let terms = sql.strip_prefix("SELECT ").and_then(|sql| sql.split_once(" FROM `employees` WHERE "));
    let terms = terms.map(|(terms, _)| terms.replace("`employees`.", "")).expect("a question");
    expected.assert_eq(&format!("{terms}\n{:?}", query.one().expect("one row")));
}

#[test]
fn functions_of_texts() {
    check(
        1,
        (func::lower(Employee::name), func::upper(Employee::name), func::reverse(Employee::name), func::trim("  a ")),
        &expect![[r#"
            LOWER(`name`), UPPER(`name`), REVERSE(`name`), TRIM(?)
            ("ada", "ADA", "adA", "a")"#]],
    );
    check(
        1,
        (
            func::length(Employee::name),
            func::left(Employee::name, 2),
            func::right(Employee::name, 1),
            func::substring(Employee::name, 2, 1),
            func::repeat("ab", 2),
            func::replace(Employee::name, "d", "dd"),
            func::pad_left(Employee::name, 5, "."),
            func::pad_right(Employee::name, 5, "."),
        ),
        &expect![[r#"
            CHAR_LENGTH(`name`), LEFT(`name`, ?), RIGHT(`name`, ?), SUBSTRING(`name`, ?, ?), REPEAT(?, ?), REPLACE(`name`, ?, ?), LPAD(`name`, ?, ?), RPAD(`name`, ?, ?)
            (3, "Ad", "a", "d", "abab", "Adda", "..Ada", "Ada..")"#]],
    );
    check(
        2,
        (
            func::concat((Employee::name, " ", Employee::salary)),
            func::concat((Employee::name, Employee::bonus)),
            func::concat_with("-", (Employee::name, Employee::bonus, 7)),
            func::text(Employee::salary, 1),
        ),
        &expect![[r#"
            CONCAT(`name`, ?, `salary`), CONCAT(`name`, `bonus`), CONCAT_WS(?, `name`, `bonus`, ?), CAST(`salary` AS CHAR(1))
            ("Ben 60", None, "Ben-7", "6")"#]],
    );
}

#[test]
fn functions_of_numbers() {
    check(
        1,
        (
            func::abs(Employee::salary - 100),
            func::sign(Employee::salary - 100),
            func::ceil(Employee::salary / 4),
            func::floor(Employee::salary / 4),
            func::round(Employee::salary / 7, 2),
            func::sqrt(Employee::salary + 10),
            func::power(Employee::salary, 2.0),
        ),
        &expect![[r#"
            ABS(`salary` - ?), SIGN(`salary` - ?), CEILING(`salary` / ?), FLOOR(`salary` / ?), ROUND(`salary` / ?, ?), SQRT(`salary` + ?), POWER(`salary`, ?)
            (10, -1, Some(23), Some(22), Some(12.86), Some(10.0), 8100.0)"#]],
    );
    check(
        1,
        (
            Employee::salary / 4,
            Employee::salary.div_whole(4),
            Employee::salary % 4,
            Employee::salary / 0,
            Employee::salary % 0,
        ),
        &expect![[r#"
            `salary` / ?, `salary` DIV ?, `salary` % ?, `salary` / ?, `salary` % ?
            (Some(22.5), Some(22), Some(2), None, None)"#]],
    );
    check(
        1,
        (func::cast::<f64, _>(Employee::salary), func::cast::<i32, _>("12"), func::number::<i64, _>(Employee::salary)),
        &expect![[r#"
            CAST(`salary` AS DOUBLE), CAST(? AS SIGNED), `salary`
            (90.0, 12, 90)"#]],
    );
}

#[test]
fn functions_of_dates() {
    check(
        1,
        (
            func::year(Employee::born),
            func::quarter(Employee::born),
            func::month(Employee::born),
            func::day(Employee::born),
            func::day_of_week(Employee::born),
            func::week(Employee::born),
            func::last_day(Employee::born),
            func::format_date(Employee::born, "%Y-%m"),
        ),
        &expect![[r#"
            YEAR(`born`), QUARTER(`born`), MONTH(`born`), DAY(`born`), WEEKDAY(`born`), WEEKOFYEAR(`born`), LAST_DAY(`born`), DATE_FORMAT(`born`, ?)
            (Some(1980), Some(1), Some(2), Some(29), Some(4), Some(9), Some(1980-02-29), Some("1980-02"))"#]],
    );
    check(
        1,
        (
            func::days(1).after(Employee::born),
            func::months(1).before(Employee::born),
            func::years(Employee::salary).after(Employee::born),
            func::days_between(Employee::born, day(1980, 3, 1)),
            func::months_between(Employee::born, day(1981, 3, 1)),
            func::years_between(Employee::born, day(1970, 3, 1)),
        ),
        &expect![[r#"
            `born` + INTERVAL ? DAY, `born` - INTERVAL ? MONTH, `born` + INTERVAL `salary` YEAR, TIMESTAMPDIFF(DAY, `born`, ?), TIMESTAMPDIFF(MONTH, `born`, ?), TIMESTAMPDIFF(YEAR, `born`, ?)
            (Some(1980-03-01), Some(1980-01-29), Some(2070-02-28), Some(1), Some(12), Some(-9))"#]],
    );
    let moment = day(2026, 11, 22).and_hms_micro_opt(13, 14, 15, 16).expect("a moment");
    check(
        1,
        (
            func::date(moment),
            func::hour(moment),
            func::minute(moment),
            func::second(moment),
            func::seconds(1).after(moment),
            func::hours_between(moment, func::minutes(121).after(moment)),
        ),
        &expect![[r#"
            DATE(?), HOUR(?), MINUTE(?), SECOND(?), ? + INTERVAL ? SECOND, TIMESTAMPDIFF(HOUR, ?, (? + INTERVAL ? MINUTE))
            (2026-11-22, 13, 14, 15, 2026-11-22T13:14:16.000016, 2)"#]],
    );
}

#[test]
fn the_moment_of_the_statement() -> orm_core::Result<()> {
    let (_database, session) = company();
    let (now, today) = session.query::<Project>().limit(1).select((func::now(), func::current_date())).one()?;
    let difference = chrono_now() - now;
    assert!(difference.num_minutes().abs() < 5 && (now.date() - today).num_days().abs() <= 1, "{now} {today}");
    let late = session.query::<Project>().filter(Project::due.lt(func::current_date())).exists()?;
    assert_eq!(late, today > day(2026, 1, 15));
    Ok(())
}

fn chrono_now() -> NaiveDateTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    DateTime::<Utc>::from_timestamp_secs(i64::try_from(since.as_secs()).expect("in range"))
        .expect("in range")
        .naive_utc()
}

#[test]
fn one_of_several_values() {
    check(
        2,
        (
            func::coalesce(Employee::bonus, 0),
            func::coalesce(Employee::bonus, Employee::salary),
            func::null_if(Employee::salary, 60),
            func::greatest(Employee::salary, 61),
            func::least(Employee::salary, Employee::bonus),
            func::if_(Employee::salary.gt(50), "much", "little"),
            func::when(Employee::bonus.is_null(), 1).when(Employee::salary.gt(1), Employee::salary),
        ),
        &expect![[r#"
            COALESCE(`bonus`, ?), COALESCE(`bonus`, `salary`), NULLIF(`salary`, ?), GREATEST(`salary`, ?), LEAST(`salary`, `bonus`), CASE WHEN `salary` > ? THEN ? ELSE ? END, CASE WHEN `bonus` IS NULL THEN ? WHEN `salary` > ? THEN `salary` END
            (0, 60, None, 61, None, "much", Some(1))"#]],
    );
}

#[test]
fn a_function_by_its_name() {
    check(
        1,
        (func::call::<u32, _>("CRC32", (Employee::name,)), func::call::<f64, _>("PI", ())),
        &expect![[r#"
        CRC32(`name`), PI()
        (Some(3040723336), Some(3.141592653589793))"#]],
    );
}

#[test]
#[should_panic(expected = "`SLEEP(1) OR X` is no name of a function")]
fn what_is_no_name_is_no_function() {
    let _ = func::call::<i32, ()>("SLEEP(1) OR X", ());
}

#[test]
fn texts_are_found_by_patterns() -> orm_core::Result<()> {
    let (database, session) = company();
    database.run("INSERT INTO projects (id, name) VALUES (5, '100% _a\\\\b')");
    let found = |condition| session.query::<Project>().filter(condition).order_by(Project::id).pluck(Project::id);
    assert_eq!(found(Project::name.starts_with("100%"))?, [5]);
    assert_eq!(found(Project::name.contains("% _"))?, [5]);
    assert_eq!(found(Project::name.contains("a\\b"))?, [5]);
    assert_eq!(found(Project::name.ends_with("a"))?, [4]);
    assert_eq!(found(Project::name.matches("^[BC]"))?, [1, 3]);
    assert_eq!(found(Project::name.like("_a%"))?, [3]);
    assert_eq!(found(Project::due.same_as(None::<NaiveDate>))?, [4, 5]);
    assert_eq!(found(Project::due.same_as(Some(day(2026, 3, 1))))?, [3]);
    Ok(())
}
