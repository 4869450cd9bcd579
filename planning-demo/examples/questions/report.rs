//! The answers as text, each with the number of statements that it took.

use std::io::Write;

use anyhow::Result;
use orm_core::prelude::*;

use crate::questions;

/// Asks all questions and prints the answers.
pub(crate) fn print(session: &Session, out: &mut impl Write) -> Result<()> {
    asked(session, out, "Headcount by department", headcount)?;
    asked(session, out, "Employees in no project", in_no_project)?;
    asked(session, out, "From employee 60 to the top", management_chain)?;
    asked(session, out, "Top 3 projects of each department", top_projects)?;
    asked(session, out, "Due from March 2026 on, by month", due_by_month)?;
    asked(session, out, "People with \"ar\" in their name, in pages of 6", search)
}

/// Prints a heading, the answer to a question, and how many statements were sent for it.
fn asked<W: Write>(
    session: &Session,
    out: &mut W,
    heading: &str,
    question: impl Fn(&Session, &mut W) -> Result<()>,
) -> Result<()> {
    let before = session.engine().statistics().statements;
    writeln!(out, "### {heading} ###")?;
    question(session, out)?;
    match session.engine().statistics().statements - before {
        1 => writeln!(out, "(1 statement)\n")?,
        more => writeln!(out, "({more} statements)\n")?,
    }
    Ok(())
}

fn headcount(session: &Session, out: &mut impl Write) -> Result<()> {
    for department in questions::headcount(session)? {
        write!(out, "{:<12} {:>2}", department.department, department.employees)?;
        match department.average_projects {
            Some(average) => writeln!(out, "   {average:.2} projects each")?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

fn in_no_project(session: &Session, out: &mut impl Write) -> Result<()> {
    for person in questions::in_no_project(session)? {
        writeln!(out, "{:<12} {}", person.department, person.name)?;
    }
    Ok(())
}

fn management_chain(session: &Session, out: &mut impl Write) -> Result<()> {
    for person in questions::management_chain(session, 60)? {
        writeln!(out, "{:indent$}{}", "", person.name, indent = 2 * person.level as usize)?;
    }
    Ok(())
}

fn top_projects(session: &Session, out: &mut impl Write) -> Result<()> {
    for top in questions::top_projects(session, 3)? {
        writeln!(out, "{:<12} {}. {} ({})", top.department, top.place, top.project, top.people)?;
    }
    Ok(())
}

fn due_by_month(session: &Session, out: &mut impl Write) -> Result<()> {
    let spring = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day of the calendar");
    for month in questions::due_by_month(session, spring)? {
        writeln!(out, "{}: {} by {} people: {}", month.month, month.projects, month.people, month.names)?;
    }
    Ok(())
}

fn search(session: &Session, out: &mut impl Write) -> Result<()> {
    let mut after = None;
    for number in 1.. {
        let page = questions::search(session, "ar", None, after, 6)?;
        writeln!(out, "Page {number}")?;
        for person in page.people {
            writeln!(out, "  {}, {} ({})", person.lastname, person.firstname, person.department)?;
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(())
}
