//! The example `questions`: what each question finds, and what the program prints.

#[path = "../examples/questions/company.rs"]
mod company;
#[path = "../examples/questions/models.rs"]
mod models;
#[path = "../examples/questions/questions.rs"]
mod questions;
#[path = "../examples/questions/report.rs"]
mod report;

use std::sync::atomic::{AtomicU32, Ordering};

use orm_core::prelude::*;
use orm_sandbox::Sandbox;

use crate::models::{Employee, Project};
use crate::questions::{Chain, Headcount, Month, Person, Position, TopProject};

#[test]
fn the_program_prints_its_answers_and_how_many_statements_they_took() -> anyhow::Result<()> {
    let mut printed = Vec::new();
    report::print(&company(), &mut printed)?;
    assert_eq!(String::from_utf8(printed)?, include_str!("../expected/questions.txt"));
    Ok(())
}

#[test]
fn every_question_is_one_statement() -> orm_core::Result<()> {
    let session = company();
    let sent = |ask: &dyn Fn() -> orm_core::Result<()>| {
        let before = session.engine().statistics().statements;
        ask().map(|()| session.engine().statistics().statements - before)
    };
    assert_eq!(sent(&|| questions::headcount(&session).map(drop))?, 1);
    assert_eq!(sent(&|| questions::in_no_project(&session).map(drop))?, 1);
    assert_eq!(sent(&|| questions::management_chain(&session, 60).map(drop))?, 1);
    assert_eq!(sent(&|| questions::top_projects(&session, 3).map(drop))?, 1);
    assert_eq!(sent(&|| questions::due_by_month(&session, day(1)).map(drop))?, 1);
    assert_eq!(sent(&|| questions::search(&session, "a", None, None, 20).map(drop))?, 1);
    Ok(())
}

#[test]
fn a_department_without_people_is_counted_too() -> orm_core::Result<()> {
    let session = company();
    let count = |department: &str, employees, average_projects| Headcount {
        department: department.into(),
        employees,
        average_projects,
    };
    let expected = [
        count("Engineering", 18, Some(1.6667)),
        count("Sales", 12, Some(1.9167)),
        count("Support", 10, Some(1.5)),
        count("Marketing", 8, Some(1.875)),
        count("Finance", 6, Some(1.6667)),
        count("People", 4, Some(2.0)),
        count("Legal", 1, Some(0.0)),
        count("Management", 1, Some(1.0)),
        count("Archive", 0, None),
    ];
    assert_eq!(questions::headcount(&session)?, expected);
    Ok(())
}

#[test]
fn those_in_no_project_are_found() -> orm_core::Result<()> {
    let mut session = company();
    let person = |name: &str, department: &str| Person { name: name.into(), department: department.into() };
    let found = questions::in_no_project(&session)?;
    assert_eq!(found.len(), 9);
    assert_eq!(found[0], person("David Dupont", "Engineering"));
    assert_eq!(found[4], person("Uwe Lind", "Legal"));

    let david = session.query::<Employee>().filter(Employee::lastname.eq("Dupont")).first()?.expect("he is there");
    let project = session.query::<Project>().first()?.expect("it is there").handle();
    let david = david.handle();
    session[david].projects.push(project);
    assert_eq!(questions::in_no_project(&session)?.len(), 8, "a question knows what is not committed");
    Ok(())
}

#[test]
fn the_chain_ends_with_the_one_who_reports_to_nobody() -> orm_core::Result<()> {
    let session = company();
    let found = questions::management_chain(&session, 60)?;
    let names: Vec<(i32, &str)> = found.iter().map(|person| (person.level, person.name.as_str())).collect();
    assert_eq!(names, [(0, "Tara Kowalski"), (1, "Sven Jensen"), (2, "Paul Hansen"), (3, "Ada Abel")]);
    let ada = Chain { id: 1, name: "Ada Abel".into(), manager: None, level: 0 };
    assert_eq!(questions::management_chain(&session, 1)?, [ada]);
    assert_eq!(questions::management_chain(&session, 61)?, []);
    Ok(())
}

#[test]
fn the_top_projects_are_those_of_each_department() -> orm_core::Result<()> {
    let session = company();
    let found = questions::top_projects(&session, 3)?;
    let top = |place, project: &str, people| TopProject {
        department: "Engineering".into(),
        place,
        project: project.into(),
        people,
    };
    assert_eq!(found[..3], [top(1, "Mobile app", 5), top(2, "Budget", 4), top(3, "Annual report", 3)]);
    assert_eq!(found.len(), 19, "three for six departments, one for Management, none for Legal and the Archive");
    assert_eq!(questions::top_projects(&session, 1)?.len(), 7);
    Ok(())
}

#[test]
fn months_come_in_their_order_and_what_has_no_date_comes_last() -> orm_core::Result<()> {
    let session = company();
    let month = |month: &str, projects, people, names: &str| Month {
        month: month.into(),
        projects,
        people,
        names: names.into(),
    };
    let expected = [
        month("2026-09", 2, 16, "Data warehouse, Trade fair"),
        month("2026-11", 2, 14, "Budget, Security audit"),
        month("no date", 1, 8, "Intranet"),
    ];
    let second = NaiveDate::from_ymd_opt(2026, 9, 2).expect("a day of the calendar");
    assert_eq!(questions::due_by_month(&session, second)?, expected);
    assert_eq!(questions::due_by_month(&session, day(1))?.len(), 5, "nothing of January");
    Ok(())
}

#[test]
fn a_search_goes_from_page_to_page_until_there_is_no_next() -> orm_core::Result<()> {
    let session = company();
    let pages = |name: &str, department: Option<&str>| -> orm_core::Result<Vec<Vec<String>>> {
        let (mut pages, mut after): (_, Option<Position>) = (Vec::new(), None);
        loop {
            let page = questions::search(&session, name, department, after, 2)?;
            pages.push(page.people.iter().map(|found| format!("{} {}", found.firstname, found.lastname)).collect());
            after = page.next;
            if after.is_none() {
                return Ok(pages);
            }
        }
    };
    assert_eq!(pages("ar", Some("Sales"))?, [vec!["Farid Brandt", "Karin Garcia"], vec!["Carla Kowalski"]]);
    assert_eq!(pages("Ar", Some("Support"))?, [["Tara Costa"]]);
    assert_eq!(pages("Tara", None)?, [vec!["Tara Costa", "Tara Garcia"], vec!["Tara Kowalski"]]);
    assert_eq!(pages("%", None)?, [[""; 0]]);
    Ok(())
}

/// A session on the company, in a database of its own that goes with the server.
fn company() -> Session {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let sandbox = Sandbox::shared().expect("a private server starts");
    let name = format!("questions_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let server = Engine::connect(&sandbox.url()).expect("the private server can be reached");
    server.create_database(&name).expect("a database can be created");
    let engine = Engine::connect(&sandbox.url_for(&name)).expect("the database can be reached");
    engine.create_all(&models::schema()).expect("the tables can be created");
    company::load(&mut engine.session()).expect("the company is loaded");
    let session = engine.session();
    // The statements that set up its connection are not those of a question.
    assert!(session.query::<Employee>().exists().expect("an answer"));
    session
}

/// A day of March 2026.
fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).expect("a day of the calendar")
}
