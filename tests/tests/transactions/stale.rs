//! Rows that somebody else has deleted in the meantime.

use orm_core::prelude::*;
use planning_demo::models::{Department, Project};
use tests::company;

/// The handles of all projects, with no transaction open.
fn projects(session: &mut Session) -> orm_core::Result<Vec<Handle<Project>>> {
    let projects = session.query::<Project>().handles()?;
    session.commit()?;
    Ok(projects)
}

const DELETE: &str = "DELETE p, l FROM projects p JOIN projects_employees l ON l.project_id = p.id WHERE p.id = 2";

#[test]
fn an_update_of_a_deleted_row_is_stale() -> orm_core::Result<()> {
    // unit-of-work 144
    let (database, mut session) = company();
    let projects = projects(&mut session)?;
    database.run(DELETE);
    session[projects[1]].name = "new".into();
    let error = session.commit().expect_err("the row is gone");
    let message =
        "`Project` with key 2 was not found: another transaction has deleted or changed it, or it never was there";
    assert_eq!(error.to_string(), message);
    Ok(())
}

#[test]
fn an_update_of_several_rows_names_the_one_that_is_gone_and_makes_no_change() -> orm_core::Result<()> {
    // unit-of-work 144
    let (database, mut session) = company();
    let projects = projects(&mut session)?;
    database.run(DELETE);
    for &project in &projects {
        session[project].name = "new".into();
    }
    let error = session.commit().expect_err("the second row is gone");
    assert!(matches!(&error, orm_core::Error::StaleRow { model: "Project", key } if key == "2"), "{error}");
    assert_eq!(database.ask("SELECT name FROM projects"), ["Project 1", "Project 3"]);
    session.rollback()?;
    session[projects[0]].name = "new".into();
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM projects"), ["new", "Project 3"]);
    Ok(())
}

#[test]
fn a_delete_of_a_deleted_row_is_stale() -> orm_core::Result<()> {
    // unit-of-work 145
    let (database, mut session) = company();
    let projects = projects(&mut session)?;
    database.run(DELETE);
    projects.iter().for_each(|&project| session.delete(project));
    let error = session.commit().expect_err("the second row is gone");
    assert!(matches!(error, orm_core::Error::StaleRow { model: "Project", .. }), "{error}");
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects"), ["2"]);
    Ok(())
}

#[test]
fn a_row_that_has_the_values_already_is_not_stale() -> orm_core::Result<()> {
    // unit-of-work 144
    let (database, mut session) = company();
    let projects = projects(&mut session)?;
    database.run("UPDATE projects SET name = 'new'");
    for &project in &projects {
        session[project].name = "new".into();
    }
    session.commit()?;
    assert_eq!(database.ask("SELECT DISTINCT name FROM projects"), ["new"]);
    Ok(())
}

#[test]
fn a_row_that_is_gone_is_not_found_any_more() -> orm_core::Result<()> {
    // unit-of-work 112
    let (database, mut session) = company();
    projects(&mut session)?;
    database.run(DELETE);
    assert!(session.find::<Project>(2)?.is_none());
    assert_eq!(session.query::<Project>().all()?.len(), 2);
    assert_eq!(session.query::<Department>().all()?.len(), 2);
    Ok(())
}
