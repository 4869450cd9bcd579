//! Objects that leave the session while their rows stay: one by one, or all at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicIsize, Ordering};

use orm_core::prelude::*;
use orm_core::value::{ColumnType, ConversionError, SqlType, Value};
use orm_core::{Error, ObjectState};
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use tests::{Database, company, statements};

fn handle<M: Model<Key = i32>>(session: &Session, key: i32) -> Handle<M> {
    session.find::<M>(key).expect("an answer").expect("the object is there").handle()
}

fn text<T>(result: orm_core::Result<T>) -> String {
    result.map(drop).expect_err("it is refused").to_string()
}

const OUT: &str = "this handle of a `Employee` is of an object that was taken out of the session";

#[test]
fn an_evicted_object_is_not_written_and_found_anew() -> orm_core::Result<()> {
    // unit-of-work 1, 9
    let (database, mut session) = company();
    let john = handle::<Employee>(&session, 1);
    session[john].firstname = "Jeremy".into();
    let (evicted, sent) = statements(|| session.evict(john));
    assert_eq!((evicted?, sent.len()), ((), 0));
    assert_eq!(session.state(john)?, ObjectState::Evicted);
    let again = handle::<Employee>(&session, 1);
    assert_ne!(again, john);
    assert_eq!(session[again].firstname, "John");
    session.commit()?;
    assert_eq!(database.ask("SELECT firstname FROM employees WHERE id = 1"), ["John"]);
    Ok(())
}

#[test]
fn a_handle_of_an_evicted_object_panics_and_is_an_error() -> orm_core::Result<()> {
    // unit-of-work 9, 114
    let (_database, mut session) = company();
    let (john, project) = (handle::<Employee>(&session, 1), handle::<Project>(&session, 1));
    session.evict(john)?;
    assert_eq!(
        (text(session.get(john)), text(session.evict(john)), text(session.expire(john))),
        (OUT.into(), OUT.into(), OUT.into())
    );
    let caught = catch_unwind(AssertUnwindSafe(|| session[john].active));
    let panic = caught.expect_err("indexing panics");
    assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some(OUT));
    assert_eq!(text(session.query::<ContactDetails>().filter(ContactDetails::employee.eq(john)).all()), OUT);
    session[project].employees.push(john);
    assert_eq!(text(session.flush()), OUT, "it cannot become a member either");
    Ok(())
}

#[test]
fn an_evicted_addition_is_not_inserted() -> orm_core::Result<()> {
    // unit-of-work 9
    let (database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    session.evict(sales)?;
    let (committed, sent) = statements(|| session.commit());
    assert_eq!((committed?, sent.len()), ((), 0));
    assert_eq!(session.state(sales)?, ObjectState::Evicted);
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["2"]);
    Ok(())
}

#[test]
fn an_evicted_deletion_is_not_done() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let details = handle::<ContactDetails>(&session, 1);
    session.delete(details);
    session.evict(details)?;
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM contact_details"), ["5"]);
    Ok(())
}

#[test]
fn a_foreign_key_to_an_evicted_object_keeps_its_key() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let (john, engineering) = (handle::<Employee>(&session, 1), handle::<Department>(&session, 2));
    session[john].department.set(engineering);
    let hugo = session.add(Employee::new("Hugo", "Reyes", engineering));
    session.evict(engineering)?;
    session.commit()?;
    assert_eq!(session[hugo].department.key(), Some(2));
    assert_ne!(session.view(hugo).department()?.map(|found| found.handle()), Some(engineering));
    assert_eq!(database.ask("SELECT department_id FROM employees WHERE id IN (1, 6)"), ["2", "2"]);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "countries")]
struct Country {
    #[primary_key]
    #[column(length = 2)]
    code: String,
    #[has_many]
    cities: HasMany<City>,
}

#[derive(Debug, Model)]
#[model(table = "cities")]
struct City {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    country: BelongsTo<Country>,
}

#[test]
fn a_foreign_key_to_an_evicted_object_has_the_key_of_its_row() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<City>());
    let mut session = database.engine().session();
    let germany = session.add(Country { code: "WG".into(), ..Default::default() });
    session.commit()?;
    session[germany].code = "DE".into();
    session.add(City { country: germany.into(), ..Default::default() });
    session.evict(germany)?;
    session.commit()?;
    assert_eq!(database.ask("SELECT country_id FROM cities"), ["WG"]);
    assert!(session.find::<Country>("WG")?.is_some_and(|found| found.handle() != germany));
    Ok(())
}

#[test]
fn a_foreign_key_to_an_evicted_addition_is_an_error_until_it_is_set() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let hugo = session.add(Employee::new("Hugo", "Reyes", sales));
    session.evict(sales)?;
    let error = session.commit().expect_err("the department is not saved");
    assert!(
        matches!(error, Error::LostTarget { model: "Employee", field: "department", target: "Department" }),
        "{error}"
    );
    session[hugo].department.clear();
    session.commit()?;
    assert_eq!(database.ask("SELECT firstname, department_id FROM employees WHERE id > 5"), ["Hugo | NULL"]);
    Ok(())
}

#[test]
fn links_that_wait_are_dropped_with_an_evicted_object() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let (john, project) = (handle::<Employee>(&session, 1), handle::<Project>(&session, 2));
    let first = handle::<Project>(&session, 1);
    session[project].employees.push(john);
    session[john].projects.remove(first);
    session.evict(john)?;
    session.commit()?;
    assert_eq!(database.ask("SELECT project_id FROM projects_employees WHERE employee_id = 1 ORDER BY 1"), ["1", "3"]);
    Ok(())
}

#[test]
fn collections_that_contain_an_evicted_object_are_asked_again() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let (marketing, engineering) = (handle::<Department>(&session, 1), handle::<Department>(&session, 2));
    let project = handle::<Project>(&session, 1);
    let john = handle::<Employee>(&session, 1);
    let members = |session: &Session| -> orm_core::Result<Vec<Handle<Employee>>> {
        let all = [session.view(marketing).employees()?, session.view(project).employees()?];
        Ok(all.iter().flatten().map(|employee| employee.handle()).collect())
    };
    session.view(engineering).employees()?;
    let before = members(&session)?;
    session.evict(john)?;
    let after = members(&session)?;
    assert_eq!((before.len(), after.len()), (5, 5));
    assert_eq!((before.contains(&john), after.contains(&john)), (true, false));
    assert_eq!((after[0], before[1..3] == after[1..3]), (after[3], true));
    let (_, sent) = statements(|| session.view(engineering).employees().map(|members| members.len()));
    assert_eq!(sent, [""; 0]);
    Ok(())
}

#[test]
fn the_peers_of_an_evicted_object_go_on_without_it() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let employees = session.query::<Employee>().order_by(Employee::id.asc()).handles()?;
    session.evict(employees[0])?;
    let (phones, sent) = statements(|| {
        let details = |&peer: &Handle<Employee>| {
            Ok(session.view(peer).contact_details()?.map(|details| details.phone_number.clone()))
        };
        employees[1..].iter().map(details).collect::<orm_core::Result<Vec<_>>>()
    });
    assert_eq!((phones?.len(), sent.len()), (4, 1), "{sent:#?}");
    assert_eq!(sent[0].matches('?').count(), 4);
    Ok(())
}

#[test]
fn a_rollback_does_not_bring_an_evicted_object_back() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let john = handle::<Employee>(&session, 1);
    session[john].firstname = "Jeremy".into();
    let sales = session.add(Department::new("Sales"));
    session.flush()?;
    session.evict(john)?;
    session.evict(sales)?;
    session.rollback()?;
    assert_eq!((session.state(john)?, session.state(sales)?), (ObjectState::Evicted, ObjectState::Evicted));
    let again = handle::<Employee>(&session, 1);
    assert_eq!((again == john, session[again].firstname.as_str()), (false, "John"));
    assert_eq!(session.query::<Department>().count()?, 2);
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["2"]);
    Ok(())
}

#[test]
fn a_failed_commit_does_not_bring_an_evicted_object_back() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let (john, kate) = (handle::<Employee>(&session, 1), handle::<Employee>(&session, 2));
    session[john].firstname = "Jeremy".into();
    session[kate].firstname = "Katherine".into();
    let sales = session.add(Department::new("Sales"));
    let hugo = session.add(Employee::new("Hugo", "Reyes", sales));
    session.flush()?;
    session.evict(john)?;
    session.evict(sales)?;
    let wrong = session.add(Department::new(&"x".repeat(51)));
    session.commit().expect_err("the name is too long");
    session.evict(wrong)?;
    let error = session.commit().expect_err("what was flushed of evicted objects cannot wait");
    let message = "the transaction that failed had also run the flush of a `Employee` that was evicted, the flush of a \
        `Department` that was evicted, which is undone and does not wait: roll back, and begin again";
    assert_eq!(error.to_string(), message);
    session.rollback()?;
    assert_eq!(session.state(hugo)?, ObjectState::Gone);
    assert_eq!((session[kate].firstname.as_str(), session.query::<Department>().count()?), ("Kate", 2));
    session.commit()?;
    let names = database.ask("SELECT firstname FROM employees ORDER BY id");
    assert_eq!(names, ["John", "Kate", "Jack", "Ben", "Sun"]);
    assert!(session.get(john).is_err());
    Ok(())
}

#[test]
fn what_was_flushed_before_an_eviction_is_committed() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    session.flush()?;
    session.evict(sales)?;
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments WHERE id = 3"), ["Sales"]);
    assert_ne!(handle::<Department>(&session, 3), sales);
    Ok(())
}

#[test]
fn a_cleared_session_finds_its_rows_anew() -> orm_core::Result<()> {
    // unit-of-work 1
    let (database, mut session) = company();
    let john = handle::<Employee>(&session, 1);
    session[john].firstname = "Jeremy".into();
    session.add(Department::new("Sales"));
    let ((), sent) = statements(|| session.clear());
    assert_eq!(sent, [""; 0]);
    let again = handle::<Employee>(&session, 1);
    assert_eq!((again == john, session[again].firstname.as_str()), (false, "John"));
    session.commit()?;
    assert_eq!(database.ask("SELECT firstname FROM employees WHERE id = 1"), ["John"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["2"]);
    Ok(())
}

#[test]
fn handles_from_before_a_clear_lead_nowhere() -> orm_core::Result<()> {
    // unit-of-work 1
    let (database, mut session) = company();
    let marketing = handle::<Department>(&session, 1);
    session.clear();
    session.add(Department::new("Sales"));
    session.clear();
    let sales = session.add(Department::new("Sales"));
    let cleared = "this handle of a `Department` is of an object that the session had before it was cleared";
    assert_eq!((text(session.get(marketing)), text(session.state(marketing))), (cleared.into(), cleared.into()));
    assert_eq!(text(session.query::<Employee>().filter(Employee::department.eq(marketing)).all()), cleared);
    let hugo = session.add(Employee::new("Hugo", "Reyes", marketing));
    assert_eq!(text(session.flush()), cleared);
    session[hugo].department.set(sales);
    session.commit()?;
    let department = "SELECT name FROM departments WHERE id = (SELECT department_id FROM employees WHERE id = 6)";
    assert_eq!(database.ask(department), ["Sales"]);
    let own = database.engine().session();
    assert_eq!(text(own.get(sales)), "this handle of a `Department` belongs to another session");
    Ok(())
}

#[test]
fn the_transaction_goes_on_after_a_clear() -> orm_core::Result<()> {
    let (database, mut session) = company();
    session.find_mut::<Employee>(1)?.expect("John is there").firstname = "Jeremy".into();
    session.add(Department::new("Sales"));
    session.flush()?;
    session.clear();
    assert_eq!(session[handle::<Employee>(&session, 1)].firstname, "Jeremy");
    session.commit()?;
    assert_eq!(database.ask("SELECT firstname FROM employees WHERE id = 1"), ["Jeremy"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["3"]);
    Ok(())
}

#[test]
fn what_was_flushed_before_a_clear_is_undone_by_a_failure_and_does_not_wait() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let (marketing, project) = (handle::<Department>(&session, 1), handle::<Project>(&session, 1));
    session[marketing].name = "changed".into();
    session[project].employees.push(Employee {
        firstname: "Hugo".into(),
        lastname: "Reyes".into(),
        ..Default::default()
    });
    let details = handle::<ContactDetails>(&session, 1);
    session.delete(details);
    session.flush()?;
    session.clear();
    let wrong = session.add(Department::new(&"x".repeat(51)));
    session.commit().expect_err("the name is too long");
    session[wrong].name = "Sales".into();
    let error = session.commit().expect_err("what was flushed is lost");
    assert!(
        matches!(&error, Error::Undone { statements } if statements == &["what was flushed before `clear`"]),
        "{error}"
    );
    session.rollback()?;
    session.add(Department::new("Sales"));
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments ORDER BY id"), ["Marketing", "Engineering", "Sales"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM employees"), ["5"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM contact_details"), ["5"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM projects_employees"), ["10"]);
    Ok(())
}

#[test]
fn a_rollback_after_a_clear_undoes_what_was_flushed_before() -> orm_core::Result<()> {
    let (database, mut session) = company();
    session.add(Department::new("Sales"));
    session.flush()?;
    session.clear();
    session.add(Department::new("Law"));
    session.rollback()?;
    assert_eq!(session.query::<Department>().count()?, 2);
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments"), ["2"]);
    Ok(())
}

/// A number that counts its copies in memory.
#[derive(Debug)]
struct Counted(i64);

static ALIVE: AtomicIsize = AtomicIsize::new(0);

impl Counted {
    fn new(number: i64) -> Self {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Self(number)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ColumnType for Counted {
    const SQL_TYPE: SqlType = SqlType::BigInt;

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        i64::from_value(value).map(Self::new)
    }

    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

#[derive(Debug, Model)]
#[model(table = "measurements", no_default)]
struct Measurement {
    #[primary_key]
    id: Auto<i64>,
    value: Counted,
}

#[test]
fn a_long_import_that_clears_the_session_does_not_grow() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Measurement>());
    let mut session = database.engine().session();
    for batch in 0..50_i64 {
        let number = |row: i64| Measurement { id: Auto::unset(), value: Counted::new(batch * 1000 + row) };
        session.add_many((0..1000_i64).map(number));
        session.commit()?;
        assert_eq!(ALIVE.load(Ordering::Relaxed), 1000);
        session.clear();
        assert_eq!(ALIVE.load(Ordering::Relaxed), 0);
    }
    assert_eq!(database.ask("SELECT COUNT(*), SUM(value) FROM measurements"), ["50000 | 1249975000"]);
    Ok(())
}
