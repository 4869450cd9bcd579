//! A many-to-many relationship through a model of the user's own, with columns of its own.

use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "users")]
struct User {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    name: String,
    #[has_many]
    memberships: HasMany<Membership>,
    #[many_to_many(through = Membership)]
    clubs: ManyToMany<Club>,
}

#[derive(Debug, Model)]
#[model(table = "clubs")]
struct Club {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    name: String,
    #[has_many]
    memberships: HasMany<Membership>,
    #[many_to_many(through = Membership)]
    users: ManyToMany<User>,
}

#[derive(Debug, Model)]
#[model(table = "memberships")]
struct Membership {
    #[primary_key]
    #[belongs_to]
    user: BelongsTo<User>,
    #[primary_key]
    #[belongs_to]
    club: BelongsTo<Club>,
    #[column(length = 20, default = "member")]
    role: String,
}

/// Ann leads the chess club; Bob is in no club; nobody rows.
fn clubs() -> (Database, Session, [Handle<User>; 2], [Handle<Club>; 2]) {
    let database = Database::with(&Schema::of::<User>());
    let mut session = database.engine().session();
    let users = session.add_all(["Ann", "Bob"].map(|name| User { name: name.into(), ..Default::default() }));
    let clubs = session.add_all(["chess", "rowing"].map(|name| Club { name: name.into(), ..Default::default() }));
    session.add(Membership { user: users[0].into(), club: clubs[0].into(), role: "lead".into() });
    session.commit().expect("the clubs are committed");
    (database, session, users, clubs)
}

const MEMBERSHIPS: &str = "SELECT user_id, club_id, role FROM memberships ORDER BY 1, 2";

#[test]
fn its_objects_are_links_that_both_sides_show() -> orm_core::Result<()> {
    // unit-of-work 65
    let (_database, session, [ann, bob], [chess, _]) = clubs();
    let clubs = session.view(ann).clubs()?;
    assert_eq!(clubs.iter().map(|club| club.name.as_str()).collect::<Vec<_>>(), ["chess"]);
    assert_eq!(session.view(chess).users()?.iter().map(|user| user.handle()).collect::<Vec<_>>(), [ann]);
    assert!(session.view(bob).clubs()?.is_empty());
    assert_eq!(session.view(ann).memberships()?[0].role, "lead");
    let leads = session.query::<User>().filter(User::memberships.any(Membership::role.eq("lead")));
    assert_eq!(leads.one()?.handle(), ann);
    assert_eq!(session.query::<Club>().join(Club::users).filter(User::name.eq("Ann")).count()?, 1);
    Ok(())
}

#[test]
fn it_is_found_changed_and_deleted_by_its_key() -> orm_core::Result<()> {
    // unit-of-work 65
    let (database, mut session, [ann, _], [chess, _]) = clubs();
    assert_eq!(session.view(ann).clubs()?.len(), 1);
    let membership = session.find::<Membership>((1, 1))?.expect("the membership is there").handle();
    session[membership].role = "member".into();
    session.commit()?;
    assert_eq!(database.ask(MEMBERSHIPS), ["1 | 1 | member"]);
    assert_eq!(session.view(ann).clubs()?.len(), 1);
    session.delete(membership);
    assert_eq!(session.view(ann).clubs()?.len(), 0);
    assert_eq!(session.view(chess).memberships()?.len(), 0);
    session.commit()?;
    assert_eq!(database.ask(MEMBERSHIPS), [""; 0]);
    Ok(())
}

#[test]
fn a_new_one_shows_on_both_sides_after_the_flush() -> orm_core::Result<()> {
    let (database, mut session, [ann, bob], [chess, rowing]) = clubs();
    assert_eq!((session.view(bob).clubs()?.len(), session.view(rowing).users()?.len()), (0, 0));
    session.add(Membership { user: bob.into(), club: rowing.into(), ..Default::default() });
    assert_eq!((session.view(bob).clubs()?.len(), session.view(rowing).users()?.len()), (1, 1));
    session[ann].memberships.push(Membership { club: rowing.into(), ..Default::default() });
    session.commit()?;
    assert_eq!(database.ask(MEMBERSHIPS), ["1 | 1 | lead", "1 | 2 | member", "2 | 2 | member"]);
    assert_eq!(session.view(rowing).users()?.len(), 2);
    assert_eq!(session.view(chess).users()?.len(), 1);
    Ok(())
}

#[test]
fn pushing_to_the_relationship_writes_a_row_with_the_defaults() -> orm_core::Result<()> {
    let (database, mut session, [ann, bob], [chess, rowing]) = clubs();
    session[rowing].users.push(bob);
    session[ann].clubs.remove(chess);
    session.commit()?;
    assert_eq!(database.ask(MEMBERSHIPS), ["2 | 2 | member"]);
    assert_eq!(session.view(bob).memberships()?.len(), 1);
    assert_eq!(session.view(ann).memberships()?.len(), 0);
    Ok(())
}

#[test]
fn deleting_an_owner_deletes_its_link_rows() -> orm_core::Result<()> {
    // unit-of-work 61, 64
    let (database, mut session, [ann, _], [chess, _]) = clubs();
    session.delete(ann);
    session.commit()?;
    assert_eq!(database.ask(MEMBERSHIPS), [""; 0]);
    assert!(session.view(chess).memberships()?.is_empty());
    assert!(session.find::<Membership>((1, 1))?.is_none());
    Ok(())
}

#[test]
fn a_link_taken_away_deletes_its_object_and_a_rollback_brings_it_back() -> orm_core::Result<()> {
    let (database, mut session, [ann, _], [chess, _]) = clubs();
    let membership = session.find::<Membership>((1, 1))?.expect("the membership is there").handle();
    session[ann].clubs.remove(chess);
    session.flush()?;
    assert!(session.get(membership).is_err());
    session.rollback()?;
    assert_eq!(session[membership].role, "lead");
    session.delete(ann);
    session.flush()?;
    assert!(session.get(membership).is_err());
    session.rollback()?;
    assert_eq!(session.view(ann).memberships()?.len(), 1);
    assert_eq!(database.ask(MEMBERSHIPS), ["1 | 1 | lead"]);
    Ok(())
}

/// A change that no commit can make, until it is given up.
fn wrong(session: &mut Session) -> Handle<User> {
    session.add(User { name: "a name that is much too long".into(), ..Default::default() })
}

#[test]
fn links_and_their_objects_are_written_once_after_a_failure() -> orm_core::Result<()> {
    let (database, mut session, [ann, bob], [chess, rowing]) = clubs();
    session.add(Membership { user: bob.into(), club: rowing.into(), role: "lead".into() });
    session.flush()?;
    let wrong = wrong(&mut session);
    session.commit().expect_err("the name is too long");
    session.delete(wrong);
    session[bob].clubs.push(rowing);
    session[ann].clubs.remove(chess);
    session.commit()?;
    assert_eq!(database.ask(MEMBERSHIPS), ["2 | 2 | lead"]);
    Ok(())
}

#[test]
fn a_link_added_and_taken_away_stays_away_after_a_failure() -> orm_core::Result<()> {
    let (database, mut session, [ann, bob], [_, rowing]) = clubs();
    session.add(Membership { user: bob.into(), club: rowing.into(), ..Default::default() });
    session.flush()?;
    session[bob].clubs.remove(rowing);
    session.flush()?;
    let first = wrong(&mut session);
    session.commit().expect_err("the name is too long");
    session.delete(first);
    session.add(Membership { user: ann.into(), club: rowing.into(), ..Default::default() });
    session.flush()?;
    session.delete(ann);
    session.flush()?;
    let second = wrong(&mut session);
    session.commit().expect_err("the name is too long");
    session.delete(second);
    session.commit()?;
    assert_eq!(database.ask(MEMBERSHIPS), [""; 0]);
    assert_eq!(database.ask("SELECT name FROM users"), ["Bob"]);
    Ok(())
}

#[test]
fn an_object_and_its_owner_or_link_are_deleted_together() -> orm_core::Result<()> {
    let (database, mut session, [ann, bob], [chess, rowing]) = clubs();
    let second = session.add(Membership { user: bob.into(), club: rowing.into(), ..Default::default() });
    session.commit()?;
    let first = session.find::<Membership>((1, 1))?.expect("the membership is there").handle();
    session.delete(first);
    session.delete(ann);
    session[rowing].users.remove(bob);
    session.delete(second);
    session.commit()?;
    assert_eq!(database.ask(MEMBERSHIPS), [""; 0]);
    assert!(session.view(chess).memberships()?.is_empty());
    Ok(())
}

#[test]
fn a_link_taken_away_is_no_member_of_either_side() -> orm_core::Result<()> {
    let (_database, mut session, [ann, _], [chess, _]) = clubs();
    assert_eq!(session.view(chess).memberships()?.len(), 1);
    session[chess].users.remove(ann);
    assert_eq!(session.view(chess).memberships()?.len(), 0);
    assert!(session.find::<Membership>((1, 1))?.is_none());
    Ok(())
}

#[test]
fn a_condition_on_the_joined_object_means_it_in_either_order_of_joins() -> orm_core::Result<()> {
    let (_database, mut session, [_, bob], [chess, _]) = clubs();
    session.add(Membership { user: bob.into(), club: chess.into(), ..Default::default() });
    let lead_with_bob = || Membership::role.eq("lead") & User::name.eq("Bob");
    let one = session.query::<Club>().join(Club::memberships).join(Club::users).filter(lead_with_bob()).count()?;
    let other = session.query::<Club>().join(Club::users).join(Club::memberships).filter(lead_with_bob()).count()?;
    assert_eq!((one, other), (1, 1));
    Ok(())
}

#[test]
fn objects_that_are_loaded_show_links_that_are_pushed() -> orm_core::Result<()> {
    let (_database, mut session, [_, bob], [_, rowing]) = clubs();
    assert_eq!(session.view(bob).memberships()?.len(), 0);
    session[rowing].users.push(bob);
    assert_eq!(session.view(bob).memberships()?.len(), 1);
    Ok(())
}

#[test]
fn of_a_link_and_its_object_the_last_word_counts() -> orm_core::Result<()> {
    let (database, mut session, [ann, bob], [chess, rowing]) = clubs();
    let membership = session.find::<Membership>((1, 1))?.expect("the membership is there").handle();
    session.delete(membership);
    session[ann].clubs.push(chess);
    let lead = || Membership { user: bob.into(), club: rowing.into(), role: "lead".into() };
    let new = session.add(lead());
    session[bob].clubs.remove(rowing);
    session.commit()?;
    assert_eq!(database.ask(MEMBERSHIPS), ["1 | 1 | member"]);
    assert!(session.get(new).is_err());

    session[ann].clubs.clear();
    session.add(Membership { user: ann.into(), club: chess.into(), role: "lead".into() });
    session.add(lead());
    session[bob].clubs.set([rowing]);
    session.commit()?;
    assert_eq!(database.ask(MEMBERSHIPS), ["1 | 1 | lead", "2 | 2 | lead"]);
    Ok(())
}

#[test]
fn a_link_taken_away_and_then_added_as_an_object_is_written_again_after_a_failure() -> orm_core::Result<()> {
    let (database, mut session, [ann, bob], [chess, rowing]) = clubs();
    let first = session.add(Membership { user: bob.into(), club: rowing.into(), ..Default::default() });
    session[ann].clubs.remove(chess);
    session.flush()?;
    session.add(Membership { user: ann.into(), club: chess.into(), role: "guest".into() });
    session[bob].clubs.remove(rowing);
    session.add(Membership { user: bob.into(), club: rowing.into(), role: "lead".into() });
    let wrong = wrong(&mut session);
    session.commit().expect_err("the name is too long");
    session.delete(wrong);
    session.commit()?;
    assert_eq!(database.ask(MEMBERSHIPS), ["1 | 1 | guest", "2 | 2 | lead"]);
    assert!(session.get(first).is_err());
    Ok(())
}

#[test]
fn new_objects_and_objects_of_new_links_go_with_an_end_that_is_deleted_also_after_a_failure() -> orm_core::Result<()> {
    let (database, mut session, [ann, _], [_, rowing]) = clubs();
    let club = session.add(Club { name: "go".into(), ..Default::default() });
    session.add(Membership { user: ann.into(), club: club.into(), ..Default::default() });
    let carl = session.add(User { name: "Carl".into(), ..Default::default() });
    session[carl].clubs.push(rowing);
    let of_carl = session.view(carl).memberships()?[0].handle();
    session.delete(club);
    session.delete(of_carl);
    let wrong = wrong(&mut session);
    session.commit().expect_err("the name is too long");
    session.delete(wrong);
    session.commit()?;
    assert_eq!(database.ask(MEMBERSHIPS), ["1 | 1 | lead"]);
    Ok(())
}

#[test]
fn a_link_that_was_flushed_read_as_an_object_deleted_and_pushed_again_survives_a_failure() -> orm_core::Result<()> {
    let (database, mut session, [_, bob], [chess, rowing]) = clubs();
    session[bob].clubs.push(rowing);
    let membership = session.find::<Membership>((2, 2))?.expect("the link was flushed").handle();
    session.delete(membership);
    session[bob].clubs.push(rowing);
    session[chess].name = "x".repeat(21);
    session.commit().expect_err("the name is too long");
    assert!(session.get(membership).is_err(), "its row is not there, and the link waits");
    session[chess].name = "chess".into();
    session.commit()?;
    assert_eq!(database.ask(MEMBERSHIPS), ["1 | 1 | lead", "2 | 2 | member"]);
    Ok(())
}
