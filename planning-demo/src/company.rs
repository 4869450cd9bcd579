//! The company of the tutorial: three projects, two departments, five employees.

use orm_core::prelude::*;

use crate::models::{ContactDetails, Department, Employee, Project};

/// Adds the company to a session and commits it.
///
/// # Errors
/// What the database says.
pub fn load(session: &mut Session) -> orm_core::Result<()> {
    let [marketing, engineering] = session.add_all([Department::new("Marketing"), Department::new("Engineering")]);

    let [john, kate, jack, ben, sun] = session.add_all([
        Employee::new("John", "Locke", marketing),
        Employee::new("Kate", "Austin", engineering),
        Employee::new("Jack", "Shepherd", marketing),
        Employee::new("Ben", "Linus", marketing),
        Employee::new("Sun", "Kwan", engineering),
    ]);

    let [first, second, third] = session.add_all([
        Project::new("Project 1", "Project 1 description", day(2021, 5, 31)),
        Project::new("Project 2", "Project 2 description", day(2021, 4, 30)),
        Project::new("Project 3", "Project 3 description", day(2021, 6, 15)),
    ]);
    session[first].employees.extend([john, kate]);
    session[second].employees.extend([jack, ben, sun]);
    session[third].employees.extend([john, kate, jack, ben, sun]);

    session.add_all([
        ContactDetails::new("417 315 2531", "123 S Main ST", john),
        ContactDetails::new("212 315 2533", "124 S Main ST", kate),
        ContactDetails::new("816 315 2534", "125 S Main ST", jack),
        ContactDetails::new("913 315 2535", "126 S Main ST", ben),
        ContactDetails::new("773 315 2536", "127 S Main ST", sun),
    ]);

    session.commit()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the tutorial's dates are in the calendar")
}
