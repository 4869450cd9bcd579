//! The models, derived as Diesel's guides do it.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::schema::{contact_details, departments, employees, projects, projects_employees};

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = departments, check_for_backend(diesel::mysql::Mysql))]
pub struct Department {
    pub id: i32,
    pub name: String,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = employees, check_for_backend(diesel::mysql::Mysql))]
#[diesel(belongs_to(Department))]
pub struct Employee {
    pub id: i32,
    pub firstname: String,
    pub lastname: String,
    pub active: bool,
    pub department_id: Option<i32>,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = contact_details, check_for_backend(diesel::mysql::Mysql))]
#[diesel(belongs_to(Employee))]
pub struct ContactDetails {
    pub id: i32,
    pub phone_number: String,
    pub address: String,
    pub employee_id: i32,
}

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = projects, check_for_backend(diesel::mysql::Mysql))]
pub struct Project {
    pub id: i32,
    pub name: String,
    pub description: Option<String>,
    pub due_date: Option<NaiveDate>,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = projects_employees, check_for_backend(diesel::mysql::Mysql))]
#[diesel(primary_key(project_id, employee_id))]
#[diesel(belongs_to(Project))]
#[diesel(belongs_to(Employee))]
pub struct Link {
    pub project_id: i32,
    pub employee_id: i32,
}

#[derive(Insertable)]
#[diesel(table_name = departments)]
pub struct NewDepartment {
    pub name: String,
}

#[derive(Insertable)]
#[diesel(table_name = employees)]
pub struct NewEmployee {
    pub firstname: String,
    pub lastname: String,
    pub active: bool,
    pub department_id: Option<i32>,
}

#[derive(Insertable)]
#[diesel(table_name = contact_details)]
pub struct NewContactDetails {
    pub phone_number: String,
    pub address: String,
    pub employee_id: i32,
}
