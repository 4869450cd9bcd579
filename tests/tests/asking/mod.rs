//! What a query can say beyond filters: values instead of objects, functions, other names, questions inside of questions.

#![expect(clippy::type_complexity, reason = "the types of rows are a part of what is tested")]

mod aggregates;
mod agreement;
mod common_tables;
mod convenience;
mod functions;
mod hints;
mod locks;
mod names;
mod pages;
mod selections;
mod subqueries;
mod unions;
mod values;
mod windows;

use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "departments")]
struct Department {
    #[primary_key]
    id: i32,
    #[column(length = 50)]
    name: String,
    #[has_many]
    employees: HasMany<Employee>,
}

#[derive(Debug, Model)]
#[model(table = "employees")]
struct Employee {
    #[primary_key]
    id: i32,
    #[column(length = 50)]
    name: String,
    salary: i32,
    bonus: Option<i32>,
    born: Option<NaiveDate>,
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
    id: i32,
    #[column(length = 50)]
    name: String,
    due: Option<NaiveDate>,
    #[many_to_many(through = "employees_projects")]
    employees: ManyToMany<Employee>,
}

/// Salaries have grades, by no foreign key.
#[derive(Debug, Model)]
#[model(table = "grades")]
struct Grade {
    #[primary_key]
    name: Key,
    lowest: i32,
    highest: i32,
}

type Key = i32;

alias!(Manager = Employee);

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

/// Two departments with people and one without; Ada leads, Ben and Cid are hers, Dan is Ben's, and Eve is nobody's.
fn company() -> (Database, Session) {
    let database = Database::with(&Schema::of::<(Department, Grade, Project)>());
    for sql in [
        "INSERT INTO departments VALUES (1, 'Marketing'), (2, 'Engineering'), (3, 'Archive')",
        "INSERT INTO employees (id, name, salary, bonus, born, department_id, manager_id) VALUES \
         (1, 'Ada', 90, 5, '1980-02-29', 1, NULL), (2, 'Ben', 60, NULL, '1990-12-31', 1, 1), \
         (3, 'Cid', 95, 10, NULL, 2, 1), (4, 'Dan', 60, NULL, '1999-01-01', 2, 2), (5, 'Eve', 40, 0, NULL, NULL, NULL)",
        "INSERT INTO projects VALUES (1, 'Boat', '2026-01-15'), (2, 'Plane', '2026-01-31'), (3, 'Car', '2026-03-01'), \
         (4, 'Idea', NULL)",
        "INSERT INTO employees_projects (employee_id, project_id) VALUES (1, 1), (1, 2), (1, 3), (2, 1), (3, 3), (4, 3)",
        "INSERT INTO grades VALUES (1, 0, 49), (2, 50, 89), (3, 90, 99)",
    ] {
        database.run(sql);
    }
    let session = database.engine().session();
    (database, session)
}
