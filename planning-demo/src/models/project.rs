//! A project and the employees who work on it.

use orm_core::prelude::*;

use crate::models::Employee;

/// Something to be done by a day.
#[derive(Debug, Model)]
#[model(table = "projects")]
pub struct Project {
    /// Given by the database.
    #[primary_key]
    pub id: Auto<i32>,
    /// What it is called.
    #[column(length = 100)]
    pub name: String,
    /// What it is about.
    #[column(length = 500)]
    pub description: Option<String>,
    /// When it has to be done.
    pub due_date: Option<NaiveDate>,
    /// Who works on it.
    #[many_to_many(through = "projects_employees")]
    pub employees: ManyToMany<Employee>,
}

impl Project {
    /// A project without employees.
    pub fn new(name: &str, description: &str, due_date: NaiveDate) -> Self {
        Self { name: name.into(), description: Some(description.into()), due_date: Some(due_date), ..Self::default() }
    }
}
