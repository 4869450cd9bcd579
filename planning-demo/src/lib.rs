//! The planning demo: four models with all four kinds of relationship, a small company, and its listings.

pub mod big_company;
pub mod company;
pub mod listings;
pub mod models;

use orm_core::Schema;

use crate::models::{ContactDetails, Department, Employee, Project};

/// The schema of the four models.
#[must_use]
pub fn schema() -> Schema {
    Schema::of::<(Project, Employee, Department, ContactDetails)>()
}
