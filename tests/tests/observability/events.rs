//! An event for each statement.

use orm_core::prelude::*;
use orm_core::{Error, Flavour};
use tests::told;

use super::{Person, lines, people};

#[test]
fn each_statement_is_told_with_what_it_read_and_wrote() -> orm_core::Result<()> {
    let (_database, engine) = people();
    let mut session = engine.session();
    session.query::<Person>().exists()?;
    let (result, told) = told(|| {
        session.add_many([Person::new("Ada", 36), Person::new("Ben", 20)]);
        session.flush()?;
        session.execute(sql("UPDATE people SET age = age + 1"))?;
        session.query::<Person>().pluck(Person::age)?;
        session.commit()
    });
    result?;
    let statements: Vec<_> = told.into_iter().filter(|told| told.target == "orm_core::statement").collect();
    let insert = match engine.dialect().flavour {
        Flavour::MariaDb => {
            "DEBUG statement session> flush> sql=INSERT INTO `people` (`name`, `age`) VALUES (?, ?), (?, ?) \
             RETURNING `id` rows=2 affected=0 microseconds=# connection=#"
        }
        Flavour::MySql => {
            "DEBUG statement session> flush> sql=INSERT INTO `people` (`name`, `age`) VALUES (?, ?), (?, ?) \
             rows=0 affected=2 microseconds=# connection=#"
        }
    };
    assert_eq!(
        lines(&statements),
        [
            insert,
            "DEBUG statement session> sql=UPDATE people SET age = age + 1 rows=0 affected=2 microseconds=# connection=#",
            "DEBUG statement session> sql=SELECT `people`.`age` FROM `people` rows=2 affected=0 microseconds=# \
             connection=#",
            "DEBUG statement session> sql=COMMIT rows=0 affected=0 microseconds=# connection=#",
        ]
    );
    let connections: Vec<_> = statements.iter().map(|statement| statement.field("connection")).collect();
    assert!(connections.iter().all(|connection| *connection == connections[0]), "{connections:?}");
    let time = statements[0].field("microseconds").expect("a time").parse::<u64>().expect("a number");
    assert!((1..600_000_000).contains(&time), "{time}");
    Ok(())
}

#[test]
fn the_connection_is_the_number_that_the_server_has_given_it() -> orm_core::Result<()> {
    let (_database, engine) = people();
    let session = engine.session();
    let (own, told) = told(|| session.sql("SELECT CONNECTION_ID()").scalar::<i64>());
    assert_eq!(told[0].field("connection"), Some(&*own?.to_string()));
    Ok(())
}

#[test]
fn a_statement_that_is_refused_is_told_with_the_servers_code() {
    let (_database, engine) = people();
    let session = engine.session();
    let (result, told) = told(|| session.sql("SELECT nothing FROM people").scalar::<i64>());
    result.expect_err("there is no such column");
    assert_eq!(
        lines(&told),
        ["DEBUG statement session> sql=SELECT nothing FROM people microseconds=# connection=# code=1054"]
    );
}

#[test]
fn definitions_are_told_outside_of_any_session() -> orm_core::Result<()> {
    let (_database, engine) = people();
    let (result, told) = told(|| engine.drop_all(&Schema::of::<Person>()));
    result?;
    assert_eq!(told.len(), 2);
    assert_eq!(
        told[1].to_string(),
        "DEBUG statement sql=DROP TABLE `people` rows=0 affected=0 microseconds=# connection=#"
    );
    Ok(())
}

#[test]
fn a_row_that_cannot_be_read_does_not_make_the_statement_fail() -> orm_core::Result<()> {
    let (database, engine) = people();
    database.run("INSERT INTO people (name, age) VALUES ('Ada', 36)");
    let session = engine.session();
    let (result, told) = told(|| session.sql("SELECT name FROM people").scalar::<i64>());
    assert!(matches!(result, Err(Error::Value { .. })), "{result:?}");
    assert_eq!(
        lines(&told),
        ["DEBUG statement session> sql=SELECT name FROM people rows=1 affected=0 microseconds=# connection=#"]
    );
    Ok(())
}
