//! A made-up company of sixty people, which is always the same.

use orm_core::prelude::*;

use crate::models::{Department, Employee, Project};

/// Departments with the number of their people. The first of a department leads it; the only one of the first leads all.
const DEPARTMENTS: [(&str, usize); 9] = [
    ("Management", 1),
    ("Engineering", 18),
    ("Sales", 12),
    ("Support", 10),
    ("Marketing", 8),
    ("Finance", 6),
    ("People", 4),
    ("Legal", 1),
    ("Archive", 0),
];

const FIRSTNAMES: [&str; 20] = [
    "Ada", "Ben", "Carla", "David", "Emma", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Karin", "Liam", "Mia", "Noah",
    "Olga", "Paul", "Rosa", "Sven", "Tara", "Uwe",
];

/// With twelve last names and twenty first names, taken in turn, sixty people have sixty names.
const LASTNAMES: [&str; 12] =
    ["Abel", "Brandt", "Costa", "Dupont", "Ek", "Fischer", "Garcia", "Hansen", "Ito", "Jensen", "Kowalski", "Lind"];

/// Projects with the month and day of 2026 on which they are due.
const PROJECTS: [(&str, Option<(u32, u32)>); 12] = [
    ("Annual report", Some((3, 31))),
    ("Budget", Some((11, 30))),
    ("Customer portal", Some((6, 30))),
    ("Data warehouse", Some((9, 15))),
    ("Hiring campaign", Some((3, 15))),
    ("Intranet", None),
    ("Mobile app", Some((6, 15))),
    ("New office", Some((9, 1))),
    ("Price list", Some((1, 15))),
    ("Product launch", Some((6, 1))),
    ("Security audit", Some((11, 15))),
    ("Trade fair", Some((9, 30))),
];

/// Adds the company to a session and commits it.
pub(crate) fn load(session: &mut Session) -> orm_core::Result<()> {
    let projects = session.add_all(PROJECTS.map(|(name, due)| Project {
        name: name.into(),
        due_date: due.and_then(|(month, day)| NaiveDate::from_ymd_opt(2026, month, day)),
        ..Default::default()
    }));
    let mut people: Vec<Handle<Employee>> = Vec::new();
    for (name, size) in DEPARTMENTS {
        let department = session.add(Department { name: name.into(), ..Default::default() });
        let first = people.len();
        for place in 0..size {
            let number = people.len();
            let manager = manager(place).map_or(0, |above| first + above);
            people.push(session.add(Employee {
                firstname: FIRSTNAMES[number % FIRSTNAMES.len()].into(),
                lastname: LASTNAMES[number % LASTNAMES.len()].into(),
                department: department.into(),
                manager: people.get(manager).map(|&manager| manager.into()),
                projects: projects_of(number).map(|project| projects[project]).collect(),
                ..Default::default()
            }));
        }
    }
    session.commit()
}

/// Who leads the one at this place of a department: its first leads two team leaders, and these the others. Who leads the
/// first is not in the department.
fn manager(place: usize) -> Option<usize> {
    match place {
        0 => None,
        1 | 2 => Some(0),
        other => Some(1 + other % 2),
    }
}

/// The projects of the person with this number: every seventh has none, the others have one to three.
fn projects_of(number: usize) -> impl Iterator<Item = usize> {
    let count = if number % 7 == 3 { 0 } else { 1 + number % 3 };
    (0..count).map(move |turn| (number * number / 3 + number + 5 * turn) % PROJECTS.len())
}
