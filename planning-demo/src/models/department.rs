//! A department and its employees.

use orm_core::prelude::*;

use crate::models::Employee;

/// A part of the company.
#[derive(Debug, Model)]
#[model(table = "departments")]
pub struct Department {
    /// Given by the database.
    #[primary_key]
    pub id: Auto<i32>,
    /// What it is called.
    #[column(length = 50)]
    pub name: String,
    /// Who works there.
    #[has_many]
    pub employees: HasMany<Employee>,
}

impl Department {
    /// A department without employees.
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}
