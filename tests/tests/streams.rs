//! Results of any length, row by row, of which the session keeps nothing.

use std::sync::atomic::{AtomicIsize, Ordering};

use orm_core::Error;
use orm_core::prelude::*;
use orm_core::value::{ColumnType, ConversionError, SqlType, Value};
use planning_demo::models::{Department, Employee, Project};
use tests::{Database, company, statements};

/// A number that counts its copies in memory.
#[derive(Debug)]
struct Counted(i64);

static ALIVE: AtomicIsize = AtomicIsize::new(0);

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ColumnType for Counted {
    const SQL_TYPE: SqlType = SqlType::BigInt;

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        let number = i64::from_value(value)?;
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Ok(Self(number))
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

/// A database with 200,000 rows, valued 0 to 199,999.
fn measured() -> Database {
    let database = Database::with(&Schema::of::<Measurement>());
    let digits = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 \
        UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";
    let twice = "(SELECT 0 AS d UNION ALL SELECT 1)";
    database.run(&format!(
        "INSERT INTO measurements (value) SELECT a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d + 100000 * f.d \
         FROM {digits} a, {digits} b, {digits} c, {digits} d, {digits} e, {twice} f"
    ));
    database
}

#[test]
fn two_hundred_thousand_rows_are_in_memory_one_by_one() -> orm_core::Result<()> {
    // unit-of-work 133
    let database = measured();
    let session = database.engine().session();
    let (mut rows, mut sum, mut most) = (0, 0, 0);
    let (streamed, sent) = statements(|| {
        session.query::<Measurement>().stream(|measurement| {
            rows += 1;
            sum += measurement.value.0;
            most = most.max(ALIVE.load(Ordering::Relaxed));
            Ok(())
        })
    });
    streamed?;
    assert_eq!((rows, sum, most), (200_000, 19_999_900_000, 1));
    assert_eq!(ALIVE.load(Ordering::Relaxed), 0, "the session has kept nothing");
    assert_eq!(sent, ["SELECT `measurements`.`id`, `measurements`.`value` FROM `measurements`"]);
    let mut sum = 0;
    session.sql("SELECT id, value FROM measurements").stream(|(_, value): (i64, Counted)| {
        sum += value.0;
        assert_eq!(ALIVE.load(Ordering::Relaxed), 1);
        Ok(())
    })?;
    assert_eq!(sum, 19_999_900_000);
    Ok(())
}

/// A department as its hook leaves it.
#[derive(Debug, Model)]
#[model(table = "departments", hooks)]
struct Loud {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 50)]
    name: String,
}

impl Hooks for Loud {
    fn after_load(&mut self) {
        self.name = self.name.to_uppercase();
    }
}

#[test]
fn a_hook_sees_each_object() -> orm_core::Result<()> {
    let (_database, session) = company();
    let mut names = Vec::new();
    session.query::<Loud>().stream(|department| {
        names.push(department.name);
        Ok(())
    })?;
    assert_eq!(names, ["MARKETING", "ENGINEERING"]);
    Ok(())
}

#[test]
fn a_stream_has_the_order_and_the_limit_of_its_query() -> orm_core::Result<()> {
    let (_database, session) = company();
    let mut names = Vec::new();
    let query = session.query::<Employee>().filter(Employee::id.gt(1)).order_by(Employee::id.desc()).limit(3);
    query.stream(|employee| {
        names.push((employee.firstname.clone(), employee.department.key()));
        Ok(())
    })?;
    assert_eq!(names, [("Sun".into(), Some(2)), ("Ben".into(), Some(1)), ("Jack".into(), Some(1))]);
    Ok(())
}

#[test]
fn an_object_comes_once_after_a_join_to_many() -> orm_core::Result<()> {
    let (_database, session) = company();
    let mut names = Vec::new();
    session.query::<Project>().join(Project::employees).order_by(Project::due_date.asc()).stream(|project| {
        names.push(project.name);
        Ok(())
    })?;
    assert_eq!(names, ["Project 2", "Project 1", "Project 3"]);
    Ok(())
}

#[test]
fn what_has_changed_is_flushed_first() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let mut names = Vec::new();
    session.query::<Department>().stream(|department| {
        names.push(department.name);
        Ok(())
    })?;
    assert_eq!(names, ["Marketing", "Engineering", "Sales"]);
    session[sales].name = "Selling".into();
    let mut names = Vec::new();
    session.sql("SELECT name FROM departments").stream(|name: String| {
        names.push(name);
        Ok(())
    })?;
    assert_eq!(names, ["Marketing", "Engineering", "Selling"]);
    Ok(())
}

#[test]
fn an_error_ends_the_stream_and_the_session_goes_on() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let mut seen = 0;
    let error = session
        .query::<Employee>()
        .stream(|employee| {
            seen += 1;
            let number: u32 = employee.firstname.parse()?;
            panic!("{number} is no name")
        })
        .expect_err("John is no number");
    assert_eq!((error.to_string().as_str(), seen), ("the stream was ended: invalid digit found in string", 1));
    let Error::Stopped { source } = error else { panic!("the function has ended it") };
    assert!(source.is::<std::num::ParseIntError>());
    assert_eq!(session.query::<Employee>().count()?, 5, "the rest of the answer is not in the way");
    assert_eq!(session[sales].id.get(), Some(3), "the transaction goes on");
    session.commit()
}

#[test]
fn a_value_that_cannot_be_read_ends_the_stream() -> orm_core::Result<()> {
    let (_database, session) = company();
    let mut seen = Vec::new();
    let rows = session.sql("SELECT NULLIF(id, 3) AS id FROM employees ORDER BY employees.id");
    let error = rows.stream(|id: i32| {
        seen.push(id);
        Ok(())
    });
    let error = error.expect_err("NULL is no number");
    assert!(matches!(error, Error::Value { .. }), "{error}");
    assert_eq!(seen, [1, 2]);
    assert_eq!(session.sql("SELECT 1").scalar::<i32>()?, 1);
    Ok(())
}

#[test]
fn the_session_cannot_be_asked_in_the_middle_of_a_stream() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let john = session.find::<Employee>(1)?.expect("John is there").handle();
    session[john].lastname = "Bold".into();
    let session = &session;
    let text = "the session is in the middle of a stream, which has its connection: ask when the stream has ended, or walk \
        through the objects in chunks";
    let mut told = Vec::new();
    session.query::<Employee>().no_autoflush().stream(|_| {
        assert_eq!(session[john].lastname, "Bold", "what is there can be read");
        told.extend([
            session.query::<Employee>().count().map(drop),
            session.query::<Employee>().no_autoflush().all().map(drop),
            session.find::<Employee>(5).map(drop),
            session.view(john).projects().map(drop),
            session.sql("SELECT 1").scalar::<i32>().map(drop),
            session.query::<Employee>().stream(|_| Ok(())),
        ]);
        Ok(())
    })?;
    assert_eq!(told.len(), 30);
    for error in told {
        assert_eq!(error.expect_err("the connection is busy").to_string(), text);
    }
    let error = session.query::<Employee>().stream(|_| Ok(session.query::<Project>().count().map(drop)?));
    assert!(matches!(error, Err(Error::Streaming)), "an error of the library's own comes as it is: {error:?}");
    assert_eq!(session.query::<Employee>().filter(Employee::lastname.eq("Bold")).count()?, 1);
    Ok(())
}
