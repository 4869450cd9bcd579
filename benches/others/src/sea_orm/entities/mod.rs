//! The entities, in SeaORM's compact format.

pub mod contact_details;
pub mod department;
pub mod employee;
pub mod link;
pub mod project;
