//! A company of any size, made up: the same number of employees always gives the same company.

mod dice;
mod words;

use std::fmt;

use orm_core::chrono::Days;
use orm_core::prelude::*;

use crate::models::{ContactDetails, Department, Employee, Project};
use dice::Dice;
use words::{CITIES, DIRECTIONS, FIRSTNAMES, GOALS, LASTNAMES, STREETS, TASKS, THINGS};

/// A company with so many employees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BigCompany {
    employees: u32,
}

/// What a company consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// One for 50 employees.
    pub departments: u64,
    /// As was asked for.
    pub employees: u64,
    /// 19 of 20 employees have some.
    pub contact_details: u64,
    /// One for 10 employees.
    pub projects: u64,
    /// Employees who work on a project; 20 on one, more or less.
    pub memberships: u64,
}

impl Counts {
    /// All rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.departments + self.employees + self.contact_details + self.projects + self.memberships
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { departments, employees, contact_details, projects, memberships } = self;
        write!(f, "departments: {departments}, employees: {employees}, contact details: {contact_details}, ")?;
        write!(f, "projects: {projects}, members of projects: {memberships}")
    }
}

/// A row of the association table between projects and employees, which for the other models is only a link.
#[derive(Debug, Model)]
#[model(table = "projects_employees")]
struct Membership {
    #[primary_key]
    #[belongs_to]
    project: BelongsTo<Project>,
    #[primary_key]
    #[belongs_to]
    employee: BelongsTo<Employee>,
}

impl BigCompany {
    /// The company with so many employees, from one to ten millions.
    ///
    /// # Panics
    /// There are fewer or more.
    #[must_use]
    pub fn new(employees: u32) -> Self {
        assert!((1..=10_000_000).contains(&employees), "a company has from 1 to 10,000,000 employees");
        Self { employees }
    }

    /// How much there is of everything.
    #[must_use]
    pub fn counts(self) -> Counts {
        Counts {
            departments: self.departments().into(),
            employees: self.employees.into(),
            contact_details: (1..=self.employees).filter(|&id| can_be_reached(id)).count() as u64,
            projects: self.projects().into(),
            memberships: (1..=self.projects()).map(|id| u64::from(self.team_size(id))).sum(),
        }
    }

    /// Adds the company to an empty database, with keys from 1 on, and commits it: all of it or nothing. Rows are made one by
    /// one, and `on_row` is told of each.
    ///
    /// # Errors
    /// What the database says.
    pub fn load(self, session: &mut Session, on_row: impl Fn()) -> orm_core::Result<()> {
        session.insert_all(self.department_rows().inspect(|_| on_row()))?;
        session.insert_all(self.employee_rows().inspect(|_| on_row()))?;
        session.insert_all(self.contact_rows().inspect(|_| on_row()))?;
        session.insert_all(self.project_rows().inspect(|_| on_row()))?;
        session.insert_all(self.membership_rows().inspect(|_| on_row()))?;
        session.commit()
    }

    fn departments(self) -> u32 {
        self.employees.div_ceil(50)
    }

    fn projects(self) -> u32 {
        self.employees.div_ceil(10)
    }

    /// From 5 to 35, or all.
    fn team_size(self, project: u32) -> u32 {
        (5 + project.wrapping_mul(7) % 31).min(self.employees)
    }

    fn department_rows(self) -> impl Iterator<Item = Department> {
        let row = |id: u32| {
            let (task, place) = ((id - 1) % count(&TASKS), (id - 1) / count(&TASKS));
            let (city, round) = (place % count(&CITIES), place / count(&CITIES));
            let name = format!("{} {}", TASKS[task as usize], CITIES[city as usize]);
            let name = if round == 0 { name } else { format!("{name} {}", round + 1) };
            Department { id: key(id), name, ..Department::default() }
        };
        (1..=self.departments()).map(row)
    }

    fn employee_rows(self) -> impl Iterator<Item = Employee> {
        let mut dice = Dice::new(1);
        (1..=self.employees).map(move |id| Employee {
            id: key(id),
            firstname: dice.one_of(&FIRSTNAMES).into(),
            lastname: dice.one_of(&LASTNAMES).into(),
            active: dice.below(20) > 0,
            department: Some(1 + dice.below(self.departments())).filter(|_| dice.below(50) > 0).map(refer),
            ..Employee::default()
        })
    }

    fn contact_rows(self) -> impl Iterator<Item = ContactDetails> {
        let mut dice = Dice::new(2);
        (1..=self.employees).filter(|&id| can_be_reached(id)).map(move |employee| ContactDetails {
            phone_number: format!("{} {} {:04}", 200 + dice.below(800), 200 + dice.below(800), dice.below(10_000)),
            address: format!(
                "{} {} {}, {}",
                1 + dice.below(999),
                dice.one_of(&DIRECTIONS),
                dice.one_of(&STREETS),
                dice.one_of(&CITIES)
            ),
            employee: refer(employee),
            ..ContactDetails::default()
        })
    }

    fn project_rows(self) -> impl Iterator<Item = Project> {
        let mut dice = Dice::new(3);
        let first_day = NaiveDate::from_ymd_opt(2021, 1, 1).expect("the year begins with a day");
        (1..=self.projects()).map(move |id| {
            let (goal, thing) = (dice.one_of(&GOALS), dice.one_of(&THINGS));
            Project {
                id: key(id),
                name: format!("Project {id}: {goal} the {thing}"),
                description: Some(format!("{goal} the {thing} in {}", dice.one_of(&CITIES)))
                    .filter(|_| dice.below(10) > 0),
                due_date: first_day.checked_add_days(Days::new(dice.below(730).into())).filter(|_| dice.below(10) > 0),
                ..Project::default()
            }
        })
    }

    /// Who works together is near each other in the table too, which spares the server half of its work on indexes.
    fn membership_rows(self) -> impl Iterator<Item = Membership> {
        let mut dice = Dice::new(4);
        (1..=self.projects()).flat_map(move |project| {
            let size = self.team_size(project);
            let (first, step) = ((project - 1) * 10 + dice.below(10), 1 + dice.below((self.employees / size).min(9)));
            (0..size).map(move |place| {
                let employee = 1 + (first + place * step) % self.employees;
                Membership { project: refer(project), employee: refer(employee) }
            })
        })
    }
}

fn can_be_reached(employee: u32) -> bool {
    !employee.is_multiple_of(20)
}

fn key(id: u32) -> Auto<i32> {
    Auto::of(number(id))
}

fn refer<M: orm_core::support::Record<Key = i32>>(id: u32) -> BelongsTo<M> {
    BelongsTo::key(number(id))
}

fn number(id: u32) -> i32 {
    i32::try_from(id).expect("there is less than 2^31 of everything in a company")
}

fn count(words: &[&str]) -> u32 {
    u32::try_from(words.len()).expect("the lists of words are short")
}
