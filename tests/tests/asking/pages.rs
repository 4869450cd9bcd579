//! Pages: by offset, and after the last row of the page before.

use expect_test::expect;
use orm_core::prelude::*;

use super::{Department, Employee, company};

#[test]
fn a_page_begins_after_the_last_row_of_the_one_before() -> orm_core::Result<()> {
    let (_database, session) = company();
    let page = |after| session.query::<Employee>().keyset((Employee::salary.desc(), Employee::id), after).limit(2);
    let sql = page(Some((60, 2))).to_sql();
    expect!["`employees`.`salary` <= ? AND (`employees`.`salary` < ? OR `employees`.`id` > ?) ORDER BY `employees`.`salary` DESC, `employees`.`id` LIMIT 2"].assert_eq(sql.split_once(" WHERE ").map_or("", |(_, end)| end));
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let found = page(after).all()?;
        let Some(last) = found.last() else { break };
        after = Some((last.salary, last.id));
        names.push(found.iter().map(|employee| employee.name.clone()).collect::<Vec<_>>().join(" "));
    }
    assert_eq!(names, ["Cid Ada", "Ben Dan", "Eve"]);
    Ok(())
}

#[test]
fn columns_of_several_models_and_terms_make_a_keyset() -> orm_core::Result<()> {
    let (_database, session) = company();
    let page = |after| {
        let keys = (Department::name, func::coalesce(Employee::bonus, -1).asc(), Employee::id.desc());
        session.query::<Employee>().join(Employee::department).keyset(keys, after).limit(1).select(Employee::name)
    };
    expect!["`departments`.`name` >= ? AND (`departments`.`name` > ? OR (COALESCE(`employees`.`bonus`, ?) >= ? AND (COALESCE(`employees`.`bonus`, ?) > ? OR `employees`.`id` < ?))) ORDER BY `departments`.`name`, COALESCE(`employees`.`bonus`, ?), `employees`.`id` DESC LIMIT 1"].assert_eq(page(Some(("a".to_owned(), 0, 1))).to_sql().split_once(" WHERE ").map_or("", |(_, end)| end));
    assert_eq!(page(None).scalar()?, Some("Dan".to_owned()));
    assert_eq!(page(Some(("Engineering".to_owned(), -1, 4))).scalar()?, Some("Cid".to_owned()));
    assert_eq!(page(Some(("Engineering".to_owned(), 10, 3))).scalar()?, Some("Ben".to_owned()));
    assert_eq!(page(Some(("Marketing".to_owned(), 5, 1))).scalar()?, None);
    Ok(())
}

#[test]
fn a_page_by_offset_counts_objects() -> orm_core::Result<()> {
    let (_database, session) = company();
    let page = |number: u64| {
        session.query::<Employee>().order_by(Employee::id).limit(2).offset(2 * number).pluck(Employee::id)
    };
    assert_eq!((page(0)?, page(2)?, page(3)?), (vec![1, 2], vec![5], vec![]));
    Ok(())
}

#[test]
fn a_keyset_takes_the_place_of_another_order() -> orm_core::Result<()> {
    let (_database, session) = company();
    let page = session.query::<Employee>().order_by(Employee::salary).keyset((Employee::id,), Some((3,)));
    assert_eq!(page.pluck(Employee::id)?, [4, 5]);
    Ok(())
}

#[test]
fn pages_of_an_enum_go_by_its_names_or_by_its_numbers() -> orm_core::Result<()> {
    #[derive(Debug, Clone, Copy, PartialEq, Default, DbEnum)]
    enum Status {
        #[default]
        Open,
        InProgress,
    }
    #[derive(Debug, Model)]
    #[model(table = "tickets")]
    struct Ticket {
        #[primary_key]
        id: i32,
        status: Status,
    }
    let database = tests::Database::with(&Schema::of::<Ticket>());
    let mut session = database.engine().session();
    session.add_all([Ticket { id: 1, status: Status::Open }, Ticket { id: 2, status: Status::InProgress }]);
    session.commit()?;
    let by_name = |after: &str| {
        let keys = (func::text(Ticket::status, 20).asc(), Ticket::id);
        session.query::<Ticket>().keyset(keys, Some((after.to_owned(), 0))).pluck(Ticket::id)
    };
    assert_eq!((by_name("in_progress")?, by_name("open")?), (vec![2, 1], vec![1]));
    let by_number = |after| {
        let keys = (func::cast::<i32, _>(Ticket::status).asc(), Ticket::id);
        session.query::<Ticket>().keyset(keys, Some((after, 2))).pluck(Ticket::id)
    };
    assert_eq!((by_number(1)?, by_number(2)?), (vec![2], vec![]));
    Ok(())
}
