//! Foreign keys that lead nowhere, and rows that are referred to.

use orm_core::prelude::*;

use super::{City, Club, Member, changed, find, grace, members, new_rows, raw, told};

const CITY: &str = "ForeignKey Member.city needs City fk_members_city_id";
const HOLDS: &str = "ForeignKey Member.city holds City fk_members_city_id";
const LINK: &str = "ForeignKey members_clubs.club_id needs Club fk_members_clubs_club_id";

#[test]
fn a_key_that_is_not_there_is_named_by_the_relationship() -> orm_core::Result<()> {
    new_rows(&|member| member.city = BelongsTo::key(99).into(), CITY)?;
    changed(&|member| member.city = BelongsTo::key(99).into(), CITY)
}

#[test]
fn rows_that_are_changed_by_a_query_are_refused() -> orm_core::Result<()> {
    let (database, mut session) = members();
    let to = |key| [Member::city.set(BelongsTo::<City>::key(key))];
    let error = session.update_all(query::<Member>(), to(99)).expect_err("there is no such city");
    assert_eq!(told(&error), CITY, "{error}");
    session.update_all(query::<Member>(), to(1))?;
    session.commit()?;
    assert_eq!(database.ask("SELECT city_id FROM members"), ["1"]);
    Ok(())
}

#[test]
fn a_row_that_is_referred_to_is_named_with_who_refers_to_it() -> orm_core::Result<()> {
    let (database, mut session) = members();
    let error = session.delete_all(query::<City>()).expect_err("Ada lives there");
    // Nobody has spoken of members in this session, so that their table is not known.
    assert_eq!(told(&error), "ForeignKey ?.? holds ? fk_members_city_id", "{error}");
    let ada = find(&session);
    let error = session.delete_all(query::<City>()).expect_err("Ada lives there");
    assert_eq!(told(&error), HOLDS, "{error}");
    assert!(error.to_string().starts_with("a `City` is still referred to by `Member.city` (constraint"), "{error}");
    session[ada].city = None;
    session.delete_all(query::<City>())?;
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM cities"), ["0"]);
    Ok(())
}

#[test]
fn a_key_that_is_referred_to_cannot_change() -> orm_core::Result<()> {
    let (database, mut session) = members();
    find(&session);
    let error = session.execute(orm_core::sql("UPDATE cities SET id = 5")).expect_err("Ada lives there");
    assert_eq!(told(&error), HOLDS, "{error}");
    session.rollback()?;
    assert_eq!(database.ask("SELECT id FROM cities"), ["1"]);
    Ok(())
}

#[test]
fn sql_of_ones_own_is_refused_in_terms_of_models() -> orm_core::Result<()> {
    raw("UPDATE members SET city_id = 99", CITY)?;
    raw("INSERT INTO members_clubs VALUES (1, 'none')", LINK)?;
    raw("DELETE FROM cities", HOLDS)
}

#[test]
fn a_link_to_what_has_gone_names_the_two_models() -> orm_core::Result<()> {
    let (database, mut session) = members();
    let chess = session.find::<Club>("chess".to_owned())?.expect("the club is there").handle();
    let new = session.add(grace());
    session[new].clubs.push(chess);
    database.run("DELETE FROM clubs");
    let error = session.commit().expect_err("the club has gone");
    assert_eq!(told(&error), LINK, "{error}");
    let mut links = error.server().and_then(orm_core::ServerError::links).expect("it is a link row");
    links.sort_unstable();
    assert_eq!(links, ["Club", "Member"]);
    session[new].clubs.remove(chess);
    session.commit()?;
    assert_eq!(database.ask("SELECT first FROM members WHERE id > 1"), ["Grace"]);
    Ok(())
}

#[test]
fn a_link_that_is_there_twice_names_the_two_models() -> orm_core::Result<()> {
    let (_database, mut session) = members();
    find(&session);
    let twice = "INSERT INTO members_clubs VALUES (1, 'chess')";
    let error = session.execute(orm_core::sql(twice)).expect_err("the link is there");
    match session.engine().dialect().flavour {
        // It does not say whose the primary key is.
        orm_core::Flavour::MariaDb => assert_eq!(told(&error), "Duplicate ?. () PRIMARY", "{error}"),
        orm_core::Flavour::MySql => {
            assert!(error.to_string().starts_with("this link between a `"), "{error}");
            assert!(error.to_string().contains("is there already in `members_clubs`"), "{error}");
        }
    }
    session.commit()
}

#[test]
fn a_foreign_key_that_somebody_else_has_named_is_known_by_its_columns() -> orm_core::Result<()> {
    let (database, mut session) = members();
    database.run("ALTER TABLE members DROP FOREIGN KEY fk_members_city_id");
    database.run("ALTER TABLE members ADD CONSTRAINT lives FOREIGN KEY (city_id) REFERENCES cities (id)");
    let new = session.add(Member { city: BelongsTo::key(99).into(), ..grace() });
    let error = session.commit().expect_err("there is no such city");
    assert_eq!(told(&error), "ForeignKey Member.city needs City lives", "{error}");
    session[new].city = None;
    session.commit()
}
