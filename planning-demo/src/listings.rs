//! The listings of the tutorial, each through lazy relationships or a join.

use std::io::Write;

use anyhow::Result;
use orm_core::prelude::*;

use crate::models::{Department, Employee, Project};

/// Prints all listings.
///
/// # Errors
/// What the database says, or that the text cannot be written.
pub fn print(session: &Session, out: &mut impl Write) -> Result<()> {
    employees(session, out)?;
    projects(session, out)?;
    departments(session, out)?;
    projects_of_john(session, out)
}

fn employees(session: &Session, out: &mut impl Write) -> Result<()> {
    writeln!(out, "### Employees ###")?;
    for employee in session.query::<Employee>().all()? {
        let phone = employee.contact_details()?.map(|details| details.phone_number.clone());
        writeln!(out, "  - {} {}, phone: {}", employee.firstname, employee.lastname, phone.unwrap_or_default())?;
    }
    Ok(())
}

fn projects(session: &Session, out: &mut impl Write) -> Result<()> {
    writeln!(out, "### Projects ###")?;
    for project in session.query::<Project>().all()? {
        writeln!(out, "{}", project.name)?;
        for employee in project.employees()? {
            let department = employee.department()?.map(|department| department.name.clone());
            writeln!(out, "  - {} {} ({})", employee.firstname, employee.lastname, department.unwrap_or_default())?;
        }
    }
    Ok(())
}

fn departments(session: &Session, out: &mut impl Write) -> Result<()> {
    writeln!(out, "### Departments ###")?;
    for department in session.query::<Department>().all()? {
        writeln!(out, "{}", department.name)?;
        for employee in department.employees()? {
            writeln!(out, "  - {} {}", employee.firstname, employee.lastname)?;
        }
    }
    Ok(())
}

fn projects_of_john(session: &Session, out: &mut impl Write) -> Result<()> {
    writeln!(out, "### John Locke projects ###")?;
    let projects = session
        .query::<Project>()
        .join(Project::employees)
        .filter(Employee::firstname.eq("John") & Employee::lastname.eq("Locke"))
        .all()?;
    for project in projects {
        writeln!(out, "- {}", project.name)?;
    }
    Ok(())
}
