//! Questions about the company. Each is a function that gives typed rows, and sends one statement.

use orm_core::func::Over;
use orm_core::prelude::*;

use crate::models::{Department, Employee, Project};

/// How many people a department has, and on how many projects they work, on average.
#[derive(Debug, PartialEq, Row)]
pub(crate) struct Headcount {
    pub(crate) department: String,
    pub(crate) employees: i64,
    /// `None` where there is nobody.
    pub(crate) average_projects: Option<f64>,
}

/// On how many projects an employee works.
#[derive(Debug, Row)]
#[expect(dead_code, reason = "only the server reads these rows")]
struct Workload {
    employee: i32,
    projects: i64,
}

/// The headcount of each department, the largest first.
pub(crate) fn headcount(session: &Session) -> orm_core::Result<Vec<Headcount>> {
    let workload = cte(query::<Employee>()
        .left_join(Employee::projects)
        .select(WorkloadColumns { employee: Employee::id, projects: func::count_of(Project::id) })
        .group_by(Employee::id));
    session
        .query::<Department>()
        .left_join(Department::employees)
        .left_join_on(workload, Workload::employee.eq(Employee::id))
        .select(HeadcountColumns {
            department: Department::name,
            employees: func::count_of(Employee::id),
            average_projects: func::avg(Workload::projects),
        })
        .group_by((Department::id, Department::name))
        .order_by(func::count_of(Employee::id).desc())
        .order_by(Department::name)
        .rows()
}

/// Somebody, and where they work.
#[derive(Debug, PartialEq, Row)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) department: String,
}

/// Employees in no project, by department and name.
pub(crate) fn in_no_project(session: &Session) -> orm_core::Result<Vec<Person>> {
    session
        .query::<Employee>()
        .join(Employee::department)
        .filter(!Employee::projects.exists())
        .order_by(Department::name)
        .order_by(Employee::lastname)
        .order_by(Employee::firstname)
        .select(PersonColumns {
            name: func::concat((Employee::firstname, " ", Employee::lastname)),
            department: Department::name,
        })
        .rows()
}

/// Somebody on the way from an employee to the top.
#[derive(Debug, PartialEq, Row)]
pub(crate) struct Chain {
    pub(crate) id: i32,
    pub(crate) name: String,
    /// To whom they report.
    pub(crate) manager: Option<i32>,
    /// How many levels above the employee; 0 is the employee.
    pub(crate) level: i32,
}

/// An employee, their manager, the manager of that one, and so on.
pub(crate) fn management_chain(session: &Session, employee: i32) -> orm_core::Result<Vec<Chain>> {
    let name = || func::concat((Employee::firstname, " ", Employee::lastname));
    let first = query::<Employee>().filter(Employee::id.eq(employee)).select(ChainColumns {
        id: Employee::id,
        name: name(),
        manager: Employee::manager.key(),
        level: func::value(0),
    });
    let chain = recursive(first, |chain| {
        query::<Employee>().join_on(chain, Employee::id.eq(Chain::manager)).select(ChainColumns {
            id: Employee::id,
            name: name(),
            manager: Employee::manager.key(),
            level: Chain::level + 1,
        })
    });
    chain.query().order_by(Chain::level).on(session).rows()
}

/// A project, with the place that it has among the projects of a department.
#[derive(Debug, PartialEq, Row)]
pub(crate) struct TopProject {
    pub(crate) department: String,
    pub(crate) place: i64,
    pub(crate) project: String,
    /// How many people of the department work on it.
    pub(crate) people: i64,
}

/// The projects of each department on which most of its people work: so many of each, by name where there are equals.
pub(crate) fn top_projects(session: &Session, most: i64) -> orm_core::Result<Vec<TopProject>> {
    let by_people = func::window().partition_by(Department::id).order_by(func::count().desc()).order_by(Project::name);
    let ranked = cte(query::<Department>()
        .join(Department::employees)
        .join(Employee::projects)
        .select(TopProjectColumns {
            department: Department::name,
            place: func::row_number().over(by_people),
            project: Project::name,
            people: func::count(),
        })
        .group_by((Department::id, Department::name, Project::id, Project::name)));
    ranked
        .query()
        .filter(TopProject::place.le(most))
        .order_by(TopProject::department)
        .order_by(TopProject::place)
        .on(session)
        .rows()
}

/// What is due in a month.
#[derive(Debug, PartialEq, Row)]
pub(crate) struct Month {
    /// `2026-06`, or `no date`.
    pub(crate) month: String,
    pub(crate) projects: i64,
    /// How many people work on them.
    pub(crate) people: i64,
    pub(crate) names: String,
}

/// The projects that are due from a day on, by month; those without a date come last.
pub(crate) fn due_by_month(session: &Session, from: NaiveDate) -> orm_core::Result<Vec<Month>> {
    let month = || func::coalesce(func::format_date(Project::due_date, "%Y-%m"), "no date");
    let names = func::group_concat(Project::name).distinct().order_by(Project::name).separator(", ");
    session
        .query::<Project>()
        .left_join(Project::employees)
        .filter(Project::due_date.ge(from) | Project::due_date.is_null())
        .select(MonthColumns {
            month: month(),
            projects: func::count_distinct(Project::id),
            people: func::count_distinct(Employee::id),
            names: func::coalesce(names, ""),
        })
        .group_by(month())
        .order_by(month())
        .rows()
}

/// Where a page of a search ends, and the next one begins: last name, first name, key.
pub(crate) type Position = (String, String, i32);

/// A part of what a search has found.
#[derive(Debug, PartialEq)]
pub(crate) struct Page {
    pub(crate) people: Vec<Found>,
    /// Where the next page begins; `None` after the last one.
    pub(crate) next: Option<Position>,
}

/// Somebody that a search has found.
#[derive(Debug, PartialEq, Row)]
pub(crate) struct Found {
    pub(crate) id: i32,
    pub(crate) firstname: String,
    pub(crate) lastname: String,
    pub(crate) department: String,
}

/// People by a part of their name, of one department or of all: a page of at most so many, after the one that ended at a
/// position.
pub(crate) fn search(
    session: &Session,
    name: &str,
    department: Option<&str>,
    after: Option<Position>,
    size: usize,
) -> orm_core::Result<Page> {
    let mut found = session
        .query::<Employee>()
        .join(Employee::department)
        .filter(Employee::firstname.contains(name) | Employee::lastname.contains(name));
    if let Some(department) = department {
        found = found.filter(Department::name.eq(department));
    }
    let mut people = found
        .keyset((Employee::lastname, Employee::firstname, Employee::id), after)
        .limit(size as u64 + 1) // One more says whether there is a next page.
        .select(FoundColumns {
            id: Employee::id,
            firstname: Employee::firstname,
            lastname: Employee::lastname,
            department: Department::name,
        })
        .rows()?;
    let has_next = people.len() > size;
    people.truncate(size);
    let next = people.last().filter(|_| has_next).map(|last| (last.lastname.clone(), last.firstname.clone(), last.id));
    Ok(Page { people, next })
}
