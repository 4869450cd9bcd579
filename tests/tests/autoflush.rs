//! A question flushes before it is asked, says so where that fails, and can be told not to.

use orm_core::Error;
use planning_demo::models::{ContactDetails, Department, Employee};
use tests::{company, statements};

/// Contact details without the employee that they need.
fn nobodys_details() -> ContactDetails {
    ContactDetails { phone_number: "1".into(), address: "here".into(), ..Default::default() }
}

const UNSET: &str = "`ContactDetails.employee` is not set: give it a handle, a new object or a key before the flush";

#[test]
fn a_flush_that_fails_before_a_question_says_so() -> orm_core::Result<()> {
    // unit-of-work 108
    let (_database, mut session) = company();
    session.add(nobodys_details());
    let error = session.query::<Employee>().count().expect_err("the details have no employee");
    assert_eq!(
        error.to_string(),
        format!(
            "{UNSET}; this happened while pending changes were flushed before a question, and `flush()` and `commit()` \
             send them too"
        )
    );
    let Error::Autoflush { source } = error else { panic!("{error}") };
    assert!(matches!(*source, Error::Unset { model: "ContactDetails", field: "employee", key: None }), "{source}");
    Ok(())
}

#[test]
fn every_kind_of_question_says_so() -> orm_core::Result<()> {
    // unit-of-work 108
    let (_database, mut session) = company();
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    session.add(nobodys_details());
    let errors = [
        session.query::<Employee>().all().map(drop),
        session.query::<Employee>().exists().map(drop),
        session.find::<Department>(1).map(drop),
        session.view(john).department().map(drop),
        session.view(john).projects().map(drop),
    ];
    let is_autoflush = |error: &Result<(), Error>| matches!(error, Err(Error::Autoflush { source }) if matches!(**source, Error::Unset { .. }));
    assert!(errors.iter().all(is_autoflush), "{errors:#?}");
    Ok(())
}

#[test]
fn a_flush_by_hand_and_a_commit_give_the_bare_error() {
    // unit-of-work 108
    let (_database, mut session) = company();
    session.add(nobodys_details());
    for error in [session.flush(), session.commit()] {
        assert_eq!(error.expect_err("the details have no employee").to_string(), UNSET);
    }
}

#[test]
fn what_the_server_refused_before_a_question_waits_to_be_corrected() -> orm_core::Result<()> {
    // unit-of-work 108
    let (database, mut session) = company();
    let sales = session.add(Department::new(&"x".repeat(51)));
    let Err(Error::Autoflush { source }) = session.query::<Employee>().all() else { panic!("the name is too long") };
    assert!(matches!(*source, Error::TooLong { .. }), "{source}");
    session[sales].name = "Sales".into();
    assert_eq!(session.query::<Department>().count()?, 3);
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments WHERE id > 2"), ["Sales"]);
    Ok(())
}

#[test]
fn a_connection_lost_before_a_question_can_be_told_by_the_source() -> orm_core::Result<()> {
    let (database, mut session) = company();
    session.find_mut::<Department>(1)?.expect("marketing is there").name = "Sales".into();
    for connection in
        database.ask("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()")
    {
        database.run(&format!("KILL {connection}"));
    }
    let Err(Error::Autoflush { source }) = session.query::<Employee>().count() else { panic!("it is gone") };
    assert!(matches!(*source, Error::Connection { .. }), "{source}");
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments WHERE id = 1"), ["Sales"]);
    Ok(())
}

#[test]
fn a_question_without_autoflush_sends_only_itself() -> orm_core::Result<()> {
    // unit-of-work 108
    let (_database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let (count, sent) = statements(|| session.query::<Department>().no_autoflush().count());
    assert_eq!((count?, sent), (2, vec!["SELECT COUNT(*) FROM `departments`".to_owned()]));
    let (found, sent) = statements(|| session.query::<Department>().no_autoflush().handles());
    assert_eq!((found?.contains(&sales), sent.len()), (false, 1));
    assert_eq!(session[sales].id.get(), None);
    assert_eq!(session.query::<Department>().count()?, 3, "the next question flushes");
    Ok(())
}

#[test]
fn a_question_without_autoflush_leaves_changed_objects_as_they_are() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    let kate = session.find::<Employee>(2)?.expect("Kate is there").handle();
    session[john].firstname = "Jeremy".into();
    session.delete(kate);
    let named = session.query::<Employee>().filter(Employee::id.le(2)).order_by(Employee::id.asc()).no_autoflush();
    let handles = named.handles()?;
    assert_eq!((handles, session[john].firstname.as_str()), (vec![john, kate], "Jeremy"));
    Ok(())
}

#[test]
fn following_what_such_a_question_found_flushes() -> orm_core::Result<()> {
    // unit-of-work 108
    let (_database, mut session) = company();
    let marketing = session.find::<Department>(1)?.expect("marketing is there").handle();
    session.add(Employee::new("Hugo", "Reyes", marketing));
    let found = session.query::<Department>().filter(Department::id.eq(1)).no_autoflush().one()?;
    assert_eq!(found.employees()?.len(), 4);
    Ok(())
}

#[test]
fn a_condition_with_an_object_that_has_no_key_is_an_error() {
    let (_database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let asked = session.query::<Employee>().filter(Employee::department.eq(sales)).no_autoflush();
    let error = asked.all().expect_err("the department has no key");
    assert_eq!(error.to_string(), "this handle of a `Department` is of an object without a key");
}
