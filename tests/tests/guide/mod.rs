//! The guide, `guide/*.md`: every listing there stands in these tests, line for line, so that it compiles, runs, gives what
//! it says, and sends the SQL that it shows. `listings` holds the two together.

mod connections;
mod listings;
mod loading;
mod more_querying;
mod querying;
mod results;
mod transactions;
mod values;
mod watching;

use orm_core::prelude::*;
use tests::{Database, record, recorded};

#[derive(Debug, Model)]
#[model(table = "departments")]
struct Department {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 50)]
    name: String,
    #[has_many(order_by = name)]
    employees: HasMany<Employee>,
}

#[derive(Debug, Model)]
#[model(table = "employees")]
struct Employee {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 50)]
    name: String,
    salary: i32,
    bonus: Option<i32>,
    hired: NaiveDate,
    #[belongs_to]
    department: Option<BelongsTo<Department>>,
    #[belongs_to]
    manager: Option<BelongsTo<Employee>>,
    #[has_many(inverse = manager)]
    reports: HasMany<Employee>,
    #[many_to_many(through = "employees_projects")]
    projects: ManyToMany<Project>,
}

#[derive(Debug, Model)]
#[model(table = "projects")]
struct Project {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 50)]
    name: String,
    due: Option<NaiveDate>,
    #[many_to_many(through = "employees_projects")]
    employees: ManyToMany<Employee>,
}

/// A session on the company of the guide, which has not read anything. From now on its statements are recorded.
fn company() -> (Database, Session) {
    let database = Database::with(&Schema::of::<(Department, Project)>());
    for sql in [
        "INSERT INTO departments VALUES (1, 'Marketing'), (2, 'Engineering'), (3, 'Archive')",
        "INSERT INTO employees (id, name, salary, bonus, hired, department_id, manager_id) VALUES \
         (1, 'Ada', 90, 5, '2015-02-01', 1, NULL), (2, 'Ben', 60, NULL, '2019-06-15', 1, 1), \
         (3, 'Cid', 95, 10, '2018-01-01', 2, 1), (4, 'Dan', 60, NULL, '2024-10-01', 2, 2), \
         (5, 'Eve', 40, 0, '2025-03-01', NULL, NULL)",
        "INSERT INTO projects VALUES (1, 'Boat', '2026-01-15'), (2, 'Plane', '2026-01-31'), (3, 'Car', '2026-03-01'), \
         (4, 'Idea', NULL)",
        "INSERT INTO employees_projects (employee_id, project_id) VALUES (1, 1), (1, 2), (1, 3), (2, 1), (3, 3), (4, 3)",
    ] {
        database.run(sql);
    }
    let session = database.engine().session();
    record();
    (database, session)
}

/// The names of some employees.
fn names(employees: &[View<'_, Employee>]) -> Vec<String> {
    employees.iter().map(|employee| employee.name.clone()).collect()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

/// The statements since the last call are those of a listing: with a semicolon after each but the last, lines broken anywhere,
/// and `…` for any text.
#[track_caller]
fn sent(listing: &str) {
    let sent = recorded().join(";\n");
    assert!(is_shown(&in_one_line(&sent), &in_one_line(listing)), "sent:\n{sent}\nshown:\n{listing}");
    record();
}

fn in_one_line(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace("( ", "(").replace(" )", ")")
}

/// Whether a text is a pattern, in which `…` is any text.
fn is_shown(text: &str, pattern: &str) -> bool {
    match pattern.split_once('…') {
        None => text == pattern,
        Some((first, rest)) => text.strip_prefix(first).is_some_and(|text| {
            let mut places = text.char_indices().map(|(place, _)| place).chain([text.len()]);
            places.any(|place| is_shown(&text[place..], rest))
        }),
    }
}
