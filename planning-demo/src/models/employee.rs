//! An employee, with a department, contact details and projects.

use orm_core::prelude::*;

use crate::models::{ContactDetails, Department, Project};

/// Somebody who works for the company.
#[derive(Debug, Model)]
#[model(table = "employees")]
pub struct Employee {
    /// Given by the database.
    #[primary_key]
    pub id: Auto<i32>,
    /// First name.
    #[column(length = 100)]
    pub firstname: String,
    /// Last name.
    #[column(length = 100)]
    pub lastname: String,
    /// Whether they still work here.
    #[column(default = true)]
    pub active: bool,
    /// Where they work.
    #[belongs_to]
    pub department: Option<BelongsTo<Department>>,
    /// How to reach them.
    #[has_one]
    pub contact_details: HasOne<ContactDetails>,
    /// What they work on.
    #[many_to_many(through = "projects_employees")]
    pub projects: ManyToMany<Project>,
}

impl Employee {
    /// An active employee of a department.
    pub fn new(firstname: &str, lastname: &str, department: Handle<Department>) -> Self {
        Self {
            firstname: firstname.into(),
            lastname: lastname.into(),
            department: Some(department.into()),
            ..Self::default()
        }
    }
}
