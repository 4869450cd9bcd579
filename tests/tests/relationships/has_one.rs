//! One-to-one, required and nullable.

use orm_core::{Error, prelude::*};
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "users")]
struct User {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    name: String,
    #[has_one]
    passport: HasOne<Passport>,
    #[has_one]
    desk: HasOne<Desk>,
}

#[derive(Debug, Model)]
#[model(table = "passports")]
struct Passport {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    number: String,
    #[belongs_to(unique)]
    user: BelongsTo<User>,
}

#[derive(Debug, Model)]
#[model(table = "desks")]
struct Desk {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    place: String,
    #[belongs_to(unique)]
    user: Option<BelongsTo<User>>,
}

fn user(name: &str) -> User {
    User { name: name.into(), ..Default::default() }
}

fn desk(place: &str) -> Desk {
    Desk { place: place.into(), ..Default::default() }
}

fn passport(number: &str) -> Passport {
    Passport { number: number.into(), ..Default::default() }
}

/// Ann at the window with a passport, Bob at the door without, and a desk in the hall that is free.
fn office() -> (Database, Session) {
    let database = Database::with(&Schema::of::<User>());
    let mut session = database.engine().session();
    let mut ann = user("Ann");
    ann.passport.set(passport("A1"));
    ann.desk.set(desk("window"));
    let bob = session.add_all([ann, user("Bob")])[1];
    session.add(Desk { user: Some(bob.into()), ..desk("door") });
    session.add(desk("hall"));
    session.commit().expect("the office is committed");
    let session = database.engine().session();
    (database, session)
}

fn handles<M: orm_core::support::Model>(session: &Session) -> Vec<Handle<M>> {
    session.query::<M>().handles().expect("all are read")
}

fn place(session: &Session, user: Handle<User>) -> orm_core::Result<Option<String>> {
    Ok(session.view(user).desk()?.map(|desk| desk.place.clone()))
}

const PASSPORTS: &str = "SELECT number, user_id FROM passports ORDER BY id";
const DESKS: &str = "SELECT place, user_id FROM desks ORDER BY id";

#[test]
fn new_members_come_along_from_either_side() {
    let (database, _) = office();
    assert_eq!(database.ask(DESKS), ["window | 1", "door | 2", "hall | NULL"]);
    assert_eq!(database.ask("SELECT number, user_id FROM passports"), ["A1 | 1"]);
}

#[test]
fn a_replaced_member_is_released() -> orm_core::Result<()> {
    // unit-of-work 55
    let (database, mut session) = office();
    let users = handles::<User>(&session);
    session[users[0]].desk.set(desk("roof"));
    assert_eq!(place(&session, users[0])?.as_deref(), Some("roof"));
    session.commit()?;
    assert_eq!(database.ask(DESKS), ["window | NULL", "door | 2", "hall | NULL", "roof | 1"]);
    Ok(())
}

#[test]
fn a_member_is_replaced_by_a_free_one() -> orm_core::Result<()> {
    let (database, mut session) = office();
    let (users, desks) = (handles::<User>(&session), handles::<Desk>(&session));
    session[users[1]].desk.set(desks[2]);
    session.commit()?;
    assert_eq!(database.ask(DESKS), ["window | 1", "door | NULL", "hall | 2"]);
    assert_eq!(place(&session, users[1])?.as_deref(), Some("hall"));
    Ok(())
}

#[test]
fn taking_the_member_of_another_owner_empties_that_one() -> orm_core::Result<()> {
    // unit-of-work 57, 58
    let (database, mut session) = office();
    let (users, desks) = (handles::<User>(&session), handles::<Desk>(&session));
    assert_eq!(place(&session, users[0])?.as_deref(), Some("window"));
    session[users[1]].desk.set(desks[0]);
    assert_eq!(place(&session, users[1])?.as_deref(), Some("window"));
    assert_eq!(place(&session, users[0])?, None);
    session.commit()?;
    assert_eq!(database.ask(DESKS), ["window | 2", "door | NULL", "hall | NULL"]);
    Ok(())
}

#[test]
fn a_replaced_member_may_have_other_changes() -> orm_core::Result<()> {
    let (database, mut session) = office();
    let (users, desks) = (handles::<User>(&session), handles::<Desk>(&session));
    session[desks[1]].place = "cellar".into();
    session[users[1]].desk.set(desks[0]);
    session.commit()?;
    assert_eq!(database.ask(DESKS), ["window | 2", "cellar | NULL", "hall | NULL"]);
    Ok(())
}

#[test]
fn a_required_member_goes_to_another_owner_before_a_new_one_takes_its_place() -> orm_core::Result<()> {
    let (database, mut session) = office();
    let (users, passports) = (handles::<User>(&session), handles::<Passport>(&session));
    session[passports[0]].user.set(users[1]);
    session[users[0]].passport.set(passport("A2"));
    session.commit()?;
    assert_eq!(database.ask(PASSPORTS), ["A1 | 2", "A2 | 1"]);
    let passports = handles::<Passport>(&session);
    session[passports[0]].user.set(users[0]);
    session[passports[1]].user.set(users[1]);
    let error = session.commit().expect_err("none can go first");
    assert!(matches!(error, Error::Exchange { model: "Passport", .. }), "{error}");
    Ok(())
}

#[test]
fn two_owners_swap_their_members() -> orm_core::Result<()> {
    let (database, mut session) = office();
    let (users, desks) = (handles::<User>(&session), handles::<Desk>(&session));
    session[users[0]].desk.set(desks[1]);
    session[users[1]].desk.set(desks[0]);
    session.commit()?;
    assert_eq!(database.ask(DESKS), ["window | 2", "door | 1", "hall | NULL"]);
    Ok(())
}

#[test]
fn clear_releases_the_member() -> orm_core::Result<()> {
    let (database, mut session) = office();
    let users = handles::<User>(&session);
    session[users[0]].desk.clear();
    session.commit()?;
    assert_eq!(database.ask(DESKS), ["window | NULL", "door | 2", "hall | NULL"]);
    assert_eq!(place(&session, users[0])?, None);
    Ok(())
}

#[test]
fn a_required_foreign_key_cannot_be_released() -> orm_core::Result<()> {
    let (database, mut session) = office();
    let users = handles::<User>(&session);
    session[users[0]].passport.clear();
    let error = session.commit().expect_err("a passport has a user");
    let message = "`Passport.user` of the row with key 1 is not set: give it a handle, a new object or a key before the flush, \
         or delete the object (`cascade, delete_orphan` does so with one that leaves its owner)";
    assert_eq!(error.to_string(), message);
    let passport = handles_after_rollback(&mut session)?;
    session.delete(passport);
    session[users[0]].passport.set(self::passport("A2"));
    session.commit()?;
    assert_eq!(database.ask("SELECT number, user_id FROM passports"), ["A2 | 1"]);
    Ok(())
}

fn handles_after_rollback(session: &mut Session) -> orm_core::Result<Handle<Passport>> {
    session.rollback()?;
    Ok(session.query::<Passport>().one()?.handle())
}

#[test]
fn without_a_member_there_is_none() -> orm_core::Result<()> {
    let (_database, session) = office();
    let users = handles::<User>(&session);
    assert!(session.view(users[1]).passport()?.is_none());
    assert_eq!(session.view(users[0]).passport()?.map(|passport| passport.number.clone()).as_deref(), Some("A1"));
    Ok(())
}
