//! A trigger that fails in another table: the wrong model is not named.

use orm_core::prelude::*;

use super::{Badge, Member, find, grace, members, told};

/// A table that no model of the session knows, and into which a trigger writes.
fn with_trigger(insert: &str) -> (tests::Database, Session) {
    let (database, session) = members();
    database.run(
        "CREATE TABLE log (id INT PRIMARY KEY, mail VARCHAR(3) UNIQUE, size INT NOT NULL, \
         CONSTRAINT sizes CHECK (size < 10)) ENGINE=InnoDB",
    );
    database.run("INSERT INTO log VALUES (1, 'a', 1)");
    database.run(&format!("CREATE TRIGGER logged AFTER INSERT ON members FOR EACH ROW {insert}"));
    (database, session)
}

fn refused(insert: &str) -> orm_core::Result<String> {
    let (database, mut session) = with_trigger(insert);
    session.add(Member { id: 44.into(), ..grace() });
    let error = session.commit().expect_err("the trigger fails");
    let mut bulk = database.engine().session();
    let in_bulk = bulk.insert_all([Member { id: 45.into(), ..grace() }]).expect_err("the trigger fails");
    assert_eq!(told(&in_bulk), told(&error));
    bulk.rollback()?;
    database.run("DROP TRIGGER logged");
    session.commit()?;
    assert_eq!(database.ask("SELECT id FROM members ORDER BY id"), ["1", "44"]);
    Ok(told(&error))
}

#[test]
fn a_key_of_the_other_table_is_not_taken_for_one_of_this() -> orm_core::Result<()> {
    assert_eq!(refused("INSERT INTO log VALUES (1, 'b', 1)")?, "Duplicate ?. () PRIMARY");
    assert_eq!(refused("INSERT INTO log VALUES (2, 'a', 1)")?, "Duplicate ?. () mail");
    Ok(())
}

#[test]
fn a_condition_of_the_other_table_is_not_taken_for_one_of_this() -> orm_core::Result<()> {
    assert_eq!(refused("INSERT INTO log VALUES (2, 'b', 11)")?, "Check ?.? (sizes)");
    Ok(())
}

#[test]
fn a_column_of_the_other_table_is_not_taken_for_one_of_this() -> orm_core::Result<()> {
    assert_eq!(refused("INSERT INTO log (id, mail) VALUES (2, 'b')")?, "NotNull ?.? (size)");
    assert_eq!(refused("INSERT INTO log VALUES (2, 'b', NULL)")?, "NotNull ?.? (size)");
    assert_eq!(refused("INSERT INTO log VALUES (2, 'b', 3000000000)")?, "OutOfRange ?.? (size)");
    assert_eq!(refused("INSERT INTO log VALUES (2, 'b', 'x')")?, "Incorrect ?.? (size)");
    Ok(())
}

#[test]
fn a_trigger_that_writes_a_known_table_is_told_of_that() -> orm_core::Result<()> {
    let (database, mut session) = members();
    database.run("CREATE TRIGGER logged AFTER INSERT ON badges FOR EACH ROW UPDATE members SET points = -1");
    find(&session);
    session.add(Badge { id: 3 });
    let error = session.commit().expect_err("the trigger breaks a condition");
    assert_eq!(told(&error), "Check Member.points (ck_members_points)", "{error}");
    session.rollback()
}
