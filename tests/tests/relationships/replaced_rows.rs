//! A row is deleted and another takes its unique value, in one flush.

use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "users")]
struct User {
    #[primary_key]
    id: Auto<i32>,
    #[has_one]
    passport: HasOne<Passport>,
}

#[derive(Debug, Model)]
#[model(table = "passports")]
struct Passport {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 10, unique)]
    number: String,
    #[belongs_to(unique)]
    user: BelongsTo<User>,
    #[has_many]
    stamps: HasMany<Stamp>,
    #[has_many]
    pages: HasMany<Page>,
    #[many_to_many(through = "passports_visas")]
    visas: ManyToMany<Visa>,
}

#[derive(Debug, Model)]
#[model(table = "stamps")]
struct Stamp {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    passport: Option<BelongsTo<Passport>>,
}

#[derive(Debug, Model)]
#[model(table = "pages")]
struct Page {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    passport: BelongsTo<Passport>,
}

#[derive(Debug, Model)]
#[model(table = "visas")]
struct Visa {
    #[primary_key]
    id: Auto<i32>,
    #[many_to_many(through = "passports_visas")]
    passports: ManyToMany<Passport>,
}

fn passport(user: Handle<User>) -> Passport {
    Passport { number: "A1".into(), user: user.into(), ..Default::default() }
}

/// A user with a passport.
fn user() -> (Database, Session, Handle<User>, Handle<Passport>) {
    let database = Database::with(&Schema::of::<User>());
    let mut session = database.engine().session();
    let user = session.add(User::default());
    let old = session.add(passport(user));
    session.commit().expect("the user is committed");
    (database, session, user, old)
}

const PASSPORTS: &str = "SELECT id, number, user_id FROM passports";

#[test]
fn the_new_row_takes_the_unique_values_of_the_old_one() -> orm_core::Result<()> {
    let (database, mut session, user, old) = user();
    session.delete(old);
    let new = session.add(passport(user));
    session.commit()?;
    assert_eq!(database.ask(PASSPORTS), ["2 | A1 | 1"]);
    assert_eq!(session.view(user).passport()?.map(|passport| passport.handle()), Some(new));
    Ok(())
}

#[test]
fn a_replaced_row_is_referred_to_by_others() -> orm_core::Result<()> {
    let (database, mut session, user, old) = user();
    session[old].stamps.push(Stamp::default());
    session[old].visas.push(Visa::default());
    session.commit()?;
    session.delete(old);
    session.add(passport(user));
    session.commit()?;
    assert_eq!(database.ask(PASSPORTS), ["2 | A1 | 1"]);
    assert_eq!(database.ask("SELECT passport_id FROM stamps"), ["NULL"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM passports_visas"), ["0"]);
    Ok(())
}

#[test]
fn a_replaced_row_goes_with_its_children() -> orm_core::Result<()> {
    // unit-of-work 21
    let (database, mut session, user, old) = user();
    let page = session.add(Page { passport: old.into(), ..Default::default() });
    session.commit()?;
    session.delete(old);
    session.delete(page);
    session.add(passport(user));
    session.commit()?;
    assert_eq!(database.ask(PASSPORTS), ["2 | A1 | 1"]);
    Ok(())
}

#[test]
fn a_child_of_a_replaced_row_goes_over_to_the_new_one() -> orm_core::Result<()> {
    // unit-of-work 21
    let (database, mut session, user, old) = user();
    let stamp = session.add(Stamp { passport: old.into(), ..Default::default() });
    session.commit()?;
    session.delete(old);
    let new = session.add(Passport { number: "A2".into(), ..passport(user) });
    session[new].stamps.push(stamp);
    session.commit()?;
    assert_eq!(database.ask(PASSPORTS), ["2 | A2 | 1"]);
    assert_eq!(database.ask("SELECT passport_id FROM stamps"), ["2"]);
    Ok(())
}

#[test]
fn a_child_that_needs_an_owner_goes_over_to_a_third_one_before_the_row_goes() -> orm_core::Result<()> {
    let (database, mut session, user, old) = user();
    let other = session.add(User::default());
    let third = session.add(Passport { number: "B1".into(), ..passport(other) });
    let pages = session.add_many([old, old].map(|passport| Page { passport: passport.into(), ..Default::default() }));
    session.commit()?;
    session.delete(old);
    session.add(passport(user));
    pages.iter().for_each(|&page| session[page].passport.set(third));
    session.commit()?;
    assert_eq!(database.ask(PASSPORTS), ["2 | B1 | 2", "3 | A1 | 1"]);
    assert_eq!(database.ask("SELECT passport_id FROM pages"), ["2", "2"]);
    Ok(())
}

#[test]
fn a_child_that_needs_an_owner_cannot_wait_for_a_new_one_and_the_error_names_it() -> orm_core::Result<()> {
    let (database, mut session, user, old) = user();
    let page = session.add(Page { passport: old.into(), ..Default::default() });
    session.commit()?;
    session.delete(old);
    let new = session.add(passport(user));
    session[page].passport.set(new);
    let error = session.commit().expect_err("the old passport has the number of the new one, and a page");
    let message = "`Passport` with key 1 cannot be deleted: `Page.passport` of the row with key 1 refers to it";
    assert_eq!(error.to_string(), message);
    session[new].number = "A2".into();
    session[new].user.set(User::default());
    session.commit()?;
    assert_eq!(database.ask(PASSPORTS), ["2 | A2 | 2"]);
    assert_eq!(database.ask("SELECT passport_id FROM pages"), ["2"]);
    Ok(())
}
