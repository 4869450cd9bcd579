//! Employees, with department and contact details.

use orm_core::prelude::*;
use planning_demo::models::{ContactDetails, Employee};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::failure::{Failure, read};

/// An employee as a client describes one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewEmployee {
    /// Given by the database where it is not said.
    id: Option<i32>,
    firstname: String,
    lastname: String,
    department: Option<i32>,
    phone: Option<String>,
    #[serde(default)]
    address: String,
}

impl NewEmployee {
    fn check(&self) -> Result<(), Failure> {
        let names = [("firstname", &self.firstname), ("lastname", &self.lastname)];
        match names.into_iter().find(|(_, name)| name.trim().is_empty()) {
            Some((field, _)) => Err(Failure::invalid(&format!("`{field}` must not be empty"))),
            None => Ok(()),
        }
    }
}

/// All employees: three statements, however many they are.
pub(crate) fn all(engine: &Engine) -> Result<Answer, Failure> {
    engine.read(|session| {
        let employees = session.query::<Employee>().order_by(Employee::id.asc()).all()?;
        let shown = employees.into_iter().map(shown).collect::<orm_core::Result<Vec<Value>>>()?;
        Ok(Answer::ok(shown.into()))
    })
}

/// One employee.
pub(crate) fn one(engine: &Engine, key: i32) -> Result<Answer, Failure> {
    engine.read(|session| match session.find::<Employee>(key)? {
        Some(employee) => Ok(Answer::ok(shown(employee)?)),
        None => Err(Failure::not_found(&format!("employee {key}"))),
    })
}

/// A new employee, with contact details if there is a phone number: all of it or nothing.
pub(crate) fn create(engine: &Engine, body: &[u8]) -> Result<Answer, Failure> {
    let new: NewEmployee = read(body)?;
    new.check()?;
    engine.transaction(|session| {
        let employee = session.add(Employee {
            id: new.id.map(Auto::from).unwrap_or_default(),
            firstname: new.firstname.clone(),
            lastname: new.lastname.clone(),
            department: new.department.map(BelongsTo::key),
            ..Default::default()
        });
        if let Some(phone) = &new.phone {
            session.add(ContactDetails::new(phone, &new.address, employee));
        }
        session.flush()?;
        Ok(Answer::created(shown(session.view(employee))?))
    })
}

/// The contact details go along, and so does the membership in projects.
pub(crate) fn delete(engine: &Engine, key: i32) -> Result<Answer, Failure> {
    engine.transaction(|session| {
        let Some(employee) = session.find::<Employee>(key)? else {
            return Err(Failure::not_found(&format!("employee {key}")));
        };
        let (details, employee) = (employee.contact_details()?.map(|details| details.handle()), employee.handle());
        if let Some(details) = details {
            session.delete(details);
        }
        session.delete(employee);
        Ok(Answer::done())
    })
}

fn shown(employee: View<'_, Employee>) -> orm_core::Result<Value> {
    Ok(json!({
        "id": employee.id.get(),
        "firstname": employee.firstname,
        "lastname": employee.lastname,
        "active": employee.active,
        "department": employee.department()?.map(|department| department.name.clone()),
        "phone": employee.contact_details()?.map(|details| details.phone_number.clone()),
    }))
}
