//! Values that a column does not take.

use orm_core::prelude::*;

use super::{Address, Member, changed, find, grace, members, new_rows, raw, told};

#[test]
fn a_text_that_is_too_long_names_its_field() -> orm_core::Result<()> {
    let bad = |member: &mut Member| member.first = "Grace Brewster".into();
    new_rows(&bad, "TooLong Member.first (first)")?;
    changed(&bad, "TooLong Member.first (first)")?;
    let street = |member: &mut Member| member.address = Address { street: "a very long street".into() };
    new_rows(&street, "TooLong Member.address.street (address_street)")?;
    raw("UPDATE members SET first = 'Augusta Ada King'", "TooLong ?.? (first)")
}

#[test]
fn a_value_that_breaks_a_check_names_its_field() -> orm_core::Result<()> {
    const POINTS: &str = "Check Member.points (ck_members_points)";
    new_rows(&|member| member.points = -1, POINTS)?;
    changed(&|member| member.points = -1, POINTS)?;
    raw("UPDATE members SET points = -1", POINTS)?;
    let nowhere = |member: &mut Member| member.address.street = "nowhere".into();
    new_rows(&nowhere, "Check Member.address.street (ck_members_address_street)")
}

#[test]
fn what_a_query_changes_is_refused_in_the_same_words() -> orm_core::Result<()> {
    let (database, mut session) = members();
    let all = query::<Member>;
    let error = session.update_all(all(), [Member::points.set(Member::points - 2)]).expect_err("it is negative");
    assert_eq!(told(&error), "Check Member.points (ck_members_points)", "{error}");
    let error = session.update_all(all(), [Member::points.set(Member::points + i32::MAX)]).expect_err("it is too much");
    assert_eq!(told(&error), "OutOfRange Member.points (points)", "{error}");
    let error = session.update_all(all(), [Member::first.set("Augusta Ada King")]).expect_err("too long");
    assert_eq!(told(&error), "TooLong Member.first (first)", "{error}");
    assert!(error.is_invalid_data() && !error.is_constraint() && !error.is_retryable());
    session.update_all(all(), [Member::points.set(Member::points + 2)])?;
    session.commit()?;
    assert_eq!(database.ask("SELECT points FROM members"), ["3"]);
    Ok(())
}

#[test]
fn a_term_that_is_out_of_range_waits_as_a_term() -> orm_core::Result<()> {
    let (database, mut session) = members();
    let ada = find(&session);
    session.assign(ada, Member::points.set(Member::points + i32::MAX))?;
    let error = session.commit().expect_err("it is too much");
    assert_eq!(told(&error), "OutOfRange Member.points (points)", "{error}");
    session.assign(ada, Member::points.set(Member::points + 1))?;
    session.rollback()?;
    session.assign(ada, Member::points.set(Member::points + 1))?;
    session.commit()?;
    assert_eq!(database.ask("SELECT points FROM members"), ["2"]);
    Ok(())
}

#[test]
fn a_number_that_a_narrower_column_does_not_hold_names_its_field() -> orm_core::Result<()> {
    let (database, mut session) = members();
    database.run("ALTER TABLE members MODIFY points TINYINT NOT NULL");
    let new = session.add(Member { points: 1000, ..grace() });
    let error = session.commit().expect_err("the column is narrower than the model says");
    assert_eq!(told(&error), "OutOfRange Member.points (points)", "{error}");
    let words = "the value of `Member.points` is out of the range of its type: give one that fits, or the column a wider type; \
                 the server says: Out of range value for column 'points' at row 1 (code 1264, state 22003) in: INSERT INTO";
    assert!(error.to_string().starts_with(words), "{error}");
    session[new].points = 100;
    session.commit()?;
    assert_eq!(database.ask("SELECT points FROM members"), ["1", "100"]);
    Ok(())
}

#[test]
fn a_counter_that_has_reached_its_end_names_the_key() -> orm_core::Result<()> {
    let (database, mut session) = members();
    database.run("UPDATE members_clubs SET member_id = member_id");
    database.run("INSERT INTO members (id, first, last, points, address_street) VALUES (2147483647, 'a', 'b', 1, 'c')");
    let new = session.add(grace());
    let error = session.commit().expect_err("there is no next key");
    match session.engine().dialect().flavour {
        orm_core::Flavour::MariaDb => assert_eq!(told(&error), "OutOfRange ?.? (id)", "{error}"),
        // It takes the last key again.
        orm_core::Flavour::MySql => assert_eq!(told(&error), "Duplicate Member.id (id) PRIMARY", "{error}"),
    }
    session[new].id = 7.into();
    session.commit()
}

#[test]
fn a_value_that_is_missing_names_its_field() -> orm_core::Result<()> {
    const NOTE: &str = "NotNull Member.note (note)";
    let (database, mut session) = members();
    database.run("UPDATE members SET note = 'n'");
    database.run("ALTER TABLE members MODIFY note VARCHAR(10) NOT NULL");
    let good = Member { note: Some("n".into()), ..grace() };
    let new = session.add(grace());
    let error = session.commit().expect_err("the table wants a note");
    assert_eq!(told(&error), NOTE, "{error}");
    assert!(error.is_constraint(), "{error}");
    session[new].note = Some("n".into());
    session.commit()?;
    let ada = find(&session);
    session[ada].note = None;
    assert_eq!(told(&session.commit().expect_err("the table wants a note")), NOTE);
    session[ada].note = Some("m".into());
    session.commit()?;
    let rows = || [Member { first: "a".into(), ..good.clone() }, Member { first: "b".into(), ..grace() }];
    assert_eq!(told(&session.insert_all(rows()).expect_err("a note is missing")), NOTE);
    assert_eq!(told(&session.upsert(rows()).expect_err("a note is missing")), NOTE);
    session.rollback()?; // Rows that were refused may be locked, and others are to write now.
    assert_eq!(told(&database.engine().bulk_insert(rows(), |_| {}).expect_err("a note is missing")), NOTE);
    let none = || [Member::note.set_null()];
    assert_eq!(told(&session.update_all(query::<Member>(), none()).expect_err("the table wants a note")), NOTE);
    let own = orm_core::sql("UPDATE members SET note = NULL");
    assert_eq!(told(&session.execute(own).expect_err("the table wants a note")), "NotNull ?.? (note)");
    session.commit()?;
    assert_eq!(database.ask("SELECT note FROM members ORDER BY id"), ["m", "n"]);
    Ok(())
}
