//! Departments, employees with their managers, and the projects that they work on.

use orm_core::prelude::*;

/// A part of the company.
#[derive(Debug, Model)]
#[model(table = "org_departments")]
pub(crate) struct Department {
    #[primary_key]
    pub(crate) id: Auto<i32>,
    #[column(length = 50)]
    pub(crate) name: String,
    #[has_many]
    pub(crate) employees: HasMany<Employee>,
}

/// Somebody who works for the company. The index serves the pages of a search.
#[derive(Debug, Model)]
#[model(table = "org_employees", index(lastname, firstname))]
pub(crate) struct Employee {
    #[primary_key]
    pub(crate) id: Auto<i32>,
    #[column(length = 50)]
    pub(crate) firstname: String,
    #[column(length = 50)]
    pub(crate) lastname: String,
    #[belongs_to]
    pub(crate) department: BelongsTo<Department>,
    /// To whom they report; nobody at the top.
    #[belongs_to]
    pub(crate) manager: Option<BelongsTo<Employee>>,
    #[has_many(inverse = manager)]
    pub(crate) reports: HasMany<Employee>,
    #[many_to_many(through = "org_projects_employees")]
    pub(crate) projects: ManyToMany<Project>,
}

/// Something to be done, most often by a day.
#[derive(Debug, Model)]
#[model(table = "org_projects")]
pub(crate) struct Project {
    #[primary_key]
    pub(crate) id: Auto<i32>,
    #[column(length = 100)]
    pub(crate) name: String,
    pub(crate) due_date: Option<NaiveDate>,
    #[many_to_many(through = "org_projects_employees")]
    pub(crate) employees: ManyToMany<Employee>,
}

/// The schema of the three models.
pub(crate) fn schema() -> Schema {
    Schema::of::<(Department, Employee, Project)>()
}
