//! How to reach an employee.

use orm_core::prelude::*;

use crate::models::Employee;

/// Phone number and address of one employee.
#[derive(Debug, Model)]
#[model(table = "contact_details")]
pub struct ContactDetails {
    /// Given by the database.
    #[primary_key]
    pub id: Auto<i32>,
    /// As it is dialled.
    #[column(length = 12)]
    pub phone_number: String,
    /// Street and number.
    #[column(length = 100)]
    pub address: String,
    /// Whose they are.
    #[belongs_to(unique)]
    pub employee: BelongsTo<Employee>,
}

impl ContactDetails {
    /// The contact details of an employee.
    pub fn new(phone_number: &str, address: &str, employee: Handle<Employee>) -> Self {
        Self {
            phone_number: phone_number.into(),
            address: address.into(),
            employee: employee.into(),
            ..Self::default()
        }
    }
}
