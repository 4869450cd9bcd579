//! The planning models: projects, the employees who work on them, their departments and contact details.

mod contact_details;
mod department;
mod employee;
mod project;

pub use contact_details::{ContactDetails, ContactDetailsRelations};
pub use department::{Department, DepartmentRelations};
pub use employee::{Employee, EmployeeRelations};
pub use project::{Project, ProjectRelations};
