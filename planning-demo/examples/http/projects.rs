//! Projects, with their members.

use orm_core::prelude::*;
use planning_demo::models::{Employee, Project};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::failure::{Failure, read};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMember {
    employee: i32,
}

/// All projects: three statements, however many they are.
pub(crate) fn all(engine: &Engine) -> Result<Answer, Failure> {
    engine.read(|session| {
        let projects = session.query::<Project>().order_by(Project::id.asc()).all()?;
        let shown = projects.into_iter().map(shown).collect::<orm_core::Result<Vec<Value>>>()?;
        Ok(Answer::ok(shown.into()))
    })
}

/// A member more; one who is there already stays.
pub(crate) fn add_member(engine: &Engine, key: i32, body: &[u8]) -> Result<Answer, Failure> {
    let new: NewMember = read(body)?;
    engine.transaction(|session| {
        let project = session.find::<Project>(key)?.map(|project| project.handle());
        let employee = session.find::<Employee>(new.employee)?.map(|employee| employee.handle());
        match (project, employee) {
            (None, _) => Err(Failure::not_found(&format!("project {key}"))),
            (_, None) => Err(Failure::Refused(422, format!("there is no employee {}", new.employee))),
            (Some(project), Some(employee)) => {
                session[project].employees.push(employee);
                session.flush()?;
                Ok(Answer::ok(shown(session.view(project))?))
            }
        }
    })
}

fn shown(project: View<'_, Project>) -> orm_core::Result<Value> {
    let name = |employee: &View<'_, Employee>| format!("{} {}", employee.firstname, employee.lastname);
    Ok(json!({
        "id": project.id.get(),
        "name": project.name,
        "due_date": project.due_date.map(|day| day.to_string()),
        "members": project.employees()?.iter().map(name).collect::<Vec<_>>(),
    }))
}
