//! What a program has at hand can be given: texts in lists, handles, options.

use expect_test::expect;
use orm_core::prelude::*;
use orm_core::query::{One, Order, Perhaps, Predicate, Term};
use tests::Database;

use super::{Department, Employee, Project, company};

#[derive(Debug, Model)]
#[model(table = "tickets")]
struct Ticket {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    title: String,
    points: Option<i32>,
}

/// The same table, with less of it.
#[derive(Debug, Model)]
#[model(table = "tickets")]
struct Light {
    #[primary_key]
    id: Auto<i32>,
    points: Option<i32>,
}

fn label() -> Term<Perhaps<One<Employee>>, String> {
    func::concat((Employee::name, " ", Employee::salary)).on()
}

fn orders() -> Vec<Order<One<Employee>>> {
    vec![Employee::bonus.desc().on(), Employee::name.asc().on()]
}

fn is_rich() -> Predicate<One<Employee>> {
    (Employee::salary.gt(80) | Employee::bonus.gt(100)).on()
}

#[test]
fn a_list_of_texts_is_given_as_it_is() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Ticket>());
    database.run("INSERT INTO tickets (title) VALUES ('one'), ('three')");
    let session = database.engine().session();
    let titles: &[&str] = &["one", "two"];
    assert_eq!(session.query::<Ticket>().filter(Ticket::title.in_(titles)).count()?, 1);
    Ok(())
}

#[test]
fn a_column_is_set_to_a_value_or_to_null() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Ticket>());
    database.run("INSERT INTO tickets (title, points) VALUES ('a', 1), ('b', 2)");
    let mut session = database.engine().session();
    let set = |title: &'static str, points: Option<i32>| {
        (query::<Ticket>().filter(Ticket::title.eq(title)), [Ticket::points.set_or_null(points)])
    };
    for (found, assigned) in [set("a", None), set("b", Some(7))] {
        session.update_all(found, assigned)?;
    }
    assert_eq!(session.query::<Ticket>().order_by(Ticket::id).pluck(Ticket::points)?, [None, Some(7)]);
    Ok(())
}

#[test]
fn two_models_of_one_table_are_read_beside_each_other() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Ticket>());
    database.run("INSERT INTO tickets (title, points) VALUES ('a', 1), ('b', 2)");
    let session = database.engine().session();
    let query = session
        .query::<Ticket>()
        .join_on(model::<Light>(), Light::points.gt(Ticket::points))
        .select((Ticket::title, Light::points));
    expect!["SELECT `tickets`.`title`, `tickets_1`.`points` FROM `tickets` INNER JOIN `tickets` AS `tickets_1` ON `tickets_1`.`points` > `tickets`.`points`"]
        .assert_eq(&query.to_sql());
    assert_eq!(query.rows()?, [("a".to_owned(), Some(2))]);
    Ok(())
}

#[test]
fn a_foreign_key_is_one_of_several() -> orm_core::Result<()> {
    let (_database, session) = company();
    let departments = session.query::<Department>().filter(Department::id.le(2)).handles()?;
    let query = session.query::<Employee>().filter(Employee::department.in_(departments)).select(Employee::id);
    expect!["SELECT `employees`.`id` FROM `employees` WHERE `employees`.`department_id` IN (?, ?)"]
        .assert_eq(&query.to_sql());
    assert_eq!(query.count()?, 4);
    let nobody = session.query::<Employee>().filter(Employee::department.in_(Vec::<Handle<Department>>::new()));
    assert_eq!(nobody.count()?, 0);
    Ok(())
}

#[test]
fn functions_give_terms_orders_and_conditions() -> orm_core::Result<()> {
    let (_database, session) = company();
    let mut query = session.query::<Employee>().filter(is_rich());
    for order in orders() {
        query = query.order_by(order);
    }
    let labels: Vec<Option<String>> = query.pluck(label())?;
    assert_eq!(labels, [Some("Cid 95".to_owned()), Some("Ada 90".to_owned())]);
    assert!(session.query::<Project>().exists()?);
    Ok(())
}
