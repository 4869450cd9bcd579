//! Tables that do not match the models: a clear error names what differs, and nothing is lost.

use mysql::prelude::Queryable;
use orm_core::Error;
use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "things")]
struct Thing {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 10)]
    name: String,
    size: i32,
    made: Option<NaiveDate>,
    color: Color,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, DbEnum)]
enum Color {
    #[default]
    Red,
    Green,
}

fn things() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Thing>());
    database.run("INSERT INTO things (id, name, size, color) VALUES (1, 'one', 1, 'Red')");
    let session = database.engine().session();
    (database, session)
}

fn thing(name: &str) -> Thing {
    Thing { name: name.into(), ..Default::default() }
}

#[test]
fn a_text_where_a_number_is_expected() -> orm_core::Result<()> {
    let (database, mut session) = things();
    let new = session.add(thing("new"));
    session.commit()?;
    database.run("ALTER TABLE things MODIFY size VARCHAR(20) NOT NULL");
    database.run("UPDATE things SET size = 'many' WHERE id = 1");
    session[new].size = 5;
    let error = session.query::<Thing>().filter(Thing::id.eq(1)).all().map(drop).expect_err("it cannot be read");
    assert!(matches!(error, Error::Decode { model: "Thing", field: "size", table: "things", .. }), "{error:?}");
    assert!(error.to_string().starts_with("`Thing.size` cannot be read from `things.size`: "), "{error}");
    session.commit()?;
    database.run("UPDATE things SET size = '1' WHERE id = 1");
    assert_eq!(session.query::<Thing>().filter(Thing::id.eq(1)).one()?.name, "one");
    assert_eq!(database.ask("SELECT size FROM things WHERE id > 1"), ["5"]);
    Ok(())
}

#[test]
fn a_number_that_the_type_cannot_hold() -> orm_core::Result<()> {
    let (database, session) = things();
    database.run("ALTER TABLE things MODIFY size BIGINT NOT NULL");
    database.run("UPDATE things SET size = 3000000000");
    let error = session.query::<Thing>().all().map(drop).expect_err("it cannot be read");
    assert!(matches!(error, Error::Decode { model: "Thing", field: "size", .. }), "{error:?}");
    assert!(error.to_string().contains("3000000000"), "{error}");
    Ok(())
}

#[test]
fn null_where_the_model_says_that_there_is_a_value() -> orm_core::Result<()> {
    let (database, mut session) = things();
    database.run("ALTER TABLE things MODIFY size INT NULL");
    database.run("UPDATE things SET size = NULL");
    let error = session.query::<Thing>().all().map(drop).expect_err("it cannot be read");
    assert!(matches!(error, Error::Decode { model: "Thing", field: "size", .. }), "{error:?}");
    assert!(error.to_string().contains("the field is not an `Option`"), "{error}");
    session.add(thing("new"));
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM things ORDER BY id"), ["one", "new"]);
    Ok(())
}

#[test]
fn a_word_that_the_enum_has_not() -> orm_core::Result<()> {
    let (database, session) = things();
    database.run("ALTER TABLE things MODIFY color VARCHAR(20) NOT NULL");
    database.run("UPDATE things SET color = 'Blue'");
    let error = session.query::<Thing>().all().map(drop).expect_err("it cannot be read");
    assert!(matches!(error, Error::Decode { model: "Thing", field: "color", .. }), "{error:?}");
    assert!(error.to_string().contains("Blue"), "{error}");
    Ok(())
}

#[test]
fn a_date_that_is_none() -> orm_core::Result<()> {
    let (database, session) = things();
    let mut lenient = database.driver();
    lenient.query_drop("SET sql_mode = ''").expect("the mode is set");
    lenient.query_drop("UPDATE things SET made = '0000-00-00'").expect("the date is stored");
    let error = session.query::<Thing>().all().map(drop).expect_err("it cannot be read");
    assert!(matches!(error, Error::Decode { model: "Thing", field: "made", .. }), "{error:?}");
    Ok(())
}

#[test]
fn a_column_that_the_model_has_not_and_that_must_have_a_value() -> orm_core::Result<()> {
    let (database, mut session) = things();
    database.run("ALTER TABLE things ADD COLUMN weight INT NOT NULL");
    let new = session.add(thing("new"));
    let error = session.commit().expect_err("the column has no value");
    assert!(
        matches!(&error, Error::NotNull { model: Some("Thing"), field: None, column: Some(column), .. } if column == "weight"),
        "{error:?}"
    );
    assert!(
        error.to_string().starts_with("the column `weight` of `Thing` must have a value, and got none: "),
        "{error}"
    );
    let bulk = session.insert_all([thing("bulk")]).expect_err("the column has no value");
    assert!(bulk.to_string().contains("`weight`"), "{bulk}");
    session[new].size = 3;
    database.run("ALTER TABLE things MODIFY weight INT NOT NULL DEFAULT 9");
    session.commit()?;
    assert_eq!(database.ask("SELECT name, size, weight FROM things WHERE id > 1"), ["new | 3 | 9"]);
    Ok(())
}

#[test]
fn a_table_that_is_missing() -> orm_core::Result<()> {
    let database = Database::empty();
    let mut session = database.engine().session();
    let missing = session.query::<Thing>().all().map(drop).expect_err("there is no table");
    let Error::MissingTable { table, model, .. } = &missing else { panic!("{missing:?}") };
    assert_eq!((table.as_deref(), *model), (Some("things"), Some("Thing")));
    let words = "the database has not the table `things` of `Thing`: create it (`engine.create_all`), or look whether this \
                 is the right database; the server says: Table 'orm_test_";
    assert!(missing.to_string().starts_with(words), "{missing}");
    for refused in [
        session.find::<Thing>(1).map(drop),
        session.query::<Thing>().count().map(drop),
        session.query::<Thing>().select(Thing::name).rows().map(drop),
    ] {
        assert!(matches!(refused, Err(Error::MissingTable { model: Some("Thing"), .. })), "{refused:?}");
    }
    session.add(thing("new"));
    assert!(matches!(session.commit(), Err(Error::MissingTable { model: Some("Thing"), .. })));
    database.engine().create_all(&Schema::of::<Thing>())?;
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM things"), ["new"]);
    Ok(())
}
