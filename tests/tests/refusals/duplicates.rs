//! Values of unique keys that are there already.

use orm_core::prelude::*;

use super::{Address, Member, changed, find, grace, members, new_rows, raw, told};

const EMAIL: &str = "Duplicate Member.email (mail) uq_members_mail";
const NAME: &str = "Duplicate Member.first+last (first+last) uq_members_first_last";
const BADGE: &str = "Duplicate Member.badge (badge_id) uq_members_badge_id";
const KEY: &str = "Duplicate Member.id (id) PRIMARY";

#[test]
fn a_unique_column_is_named_by_its_field() -> orm_core::Result<()> {
    new_rows(&|member| member.email = Some("ada@x".into()), EMAIL)
}

#[test]
fn a_unique_key_of_two_columns_is_named_by_both_fields() -> orm_core::Result<()> {
    new_rows(&|member| (member.first, member.last) = ("Ada".into(), "Lovelace".into()), NAME)
}

#[test]
fn a_one_to_one_place_is_named_by_the_relationship() -> orm_core::Result<()> {
    new_rows(&|member| member.badge = BelongsTo::key(1).into(), BADGE)
}

#[test]
fn a_primary_key_is_named_too() -> orm_core::Result<()> {
    new_rows(&|member| member.id = 1.into(), KEY)
}

#[test]
fn a_value_that_looks_like_the_end_of_the_message_misleads_nobody() -> orm_core::Result<()> {
    let (database, mut session) = members();
    database.run("UPDATE members SET mail = \"' for key 'PRIMARY\"");
    let new = session.add(Member { email: Some("' for key 'PRIMARY".into()), ..grace() });
    let error = session.commit().expect_err("the address is taken");
    assert_eq!(told(&error), EMAIL, "{error}");
    session[new].email = None;
    session.commit()
}

/// What somebody does to a member.
type Change<'c> = &'c dyn Fn(&mut Member);

#[test]
fn a_change_to_what_another_row_has_is_refused() -> orm_core::Result<()> {
    let (database, mut session) = members();
    let other = session.add(Member { email: Some("grace@x".into()), badge: BelongsTo::key(2).into(), ..grace() });
    session.commit()?;
    database.run("DELETE FROM members_clubs");
    let ada = find(&session);
    let tries: [(Change<'_>, &str); 4] = [
        (&|member| member.email = Some("grace@x".into()), EMAIL),
        (&|member| (member.first, member.last) = ("Grace".into(), "Hopper".into()), NAME),
        (&|member| member.badge = BelongsTo::key(2).into(), BADGE),
        (&|member| member.id = 2.into(), KEY),
    ];
    for (bad, refused) in tries {
        session[other].points += 1;
        bad(&mut session[ada]);
        let error = session.commit().expect_err("the value is taken");
        assert_eq!(told(&error), refused, "{error}");
        session.refresh(ada)?;
        session.commit()?;
    }
    assert_eq!(database.ask("SELECT id, mail, points FROM members ORDER BY id"), ["1 | ada@x | 1", "2 | grace@x | 6"]);
    Ok(())
}

#[test]
fn two_new_rows_with_one_key_are_refused_though_the_table_has_neither() -> orm_core::Result<()> {
    let (database, mut session) = members();
    let rows = [Member { id: 5.into(), ..grace() }, Member { id: 5.into(), first: "G".into(), ..grace() }];
    let error = session.insert_all(rows.clone()).expect_err("the key is there twice");
    assert_eq!(told(&error), KEY, "{error}");
    session.insert_all([rows[0].clone()])?;
    session.commit()?;
    assert_eq!(database.ask("SELECT id FROM members ORDER BY id"), ["1", "5"]);
    Ok(())
}

#[test]
fn a_key_that_others_have_taken_since_is_found_by_a_lock() -> orm_core::Result<()> {
    let (database, mut session) = members();
    assert_eq!(session.query::<Member>().count()?, 1);
    database.run("INSERT INTO members (id, first, last, points, address_street) VALUES (9, 'a', 'b', 1, 'c')");
    let new = session.add(Member { id: 9.into(), ..grace() });
    let error = session.commit().expect_err("the key is taken");
    assert_eq!(told(&error), KEY, "{error}");
    session[new].id = Auto::unset();
    session.commit()
}

#[test]
fn rows_that_are_changed_by_a_query_are_refused() -> orm_core::Result<()> {
    let (database, mut session) = members();
    session.add(Member { email: Some("grace@x".into()), ..grace() });
    session.commit()?;
    let all = || query::<Member>();
    let error = session.update_all(all(), [Member::email.set("x")]).expect_err("both get it");
    assert_eq!(told(&error), EMAIL, "{error}");
    session.update_all(all().filter(Member::id.eq(2)), [Member::email.set("x")])?;
    session.commit()?;
    assert_eq!(database.ask("SELECT mail FROM members ORDER BY id"), ["ada@x", "x"]);
    Ok(())
}

#[test]
fn sql_of_ones_own_is_refused_in_terms_of_the_models_that_the_session_knows() -> orm_core::Result<()> {
    raw("UPDATE members SET mail = 'ada@x'", EMAIL)?;
    raw("INSERT INTO members (mail, first, last, points, address_street) VALUES ('ada@x', 'a', 'b', 1, 'c')", EMAIL)
}

#[test]
fn a_unique_column_inside_a_value_is_named_by_the_way_to_it() -> orm_core::Result<()> {
    let database = tests::Database::with(&Schema::of::<House>());
    let mut session = database.engine().session();
    let home = |street: &str| House { home: Place { street: street.into() }, ..Default::default() };
    session.add(home("Main"));
    let second = session.add(home("Main"));
    let error = session.commit().expect_err("the street is there twice");
    assert_eq!(told(&error), "Duplicate House.home.street (home_street) uq_houses_home_street", "{error}");
    session[second].home.street = "Side".into();
    session.commit()?;
    assert_eq!(database.ask("SELECT home_street FROM houses ORDER BY id"), ["Main", "Side"]);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "houses")]
struct House {
    #[primary_key]
    id: Auto<i32>,
    #[embed]
    home: Place,
}

#[derive(Debug, Clone, PartialEq, Embed)]
struct Place {
    #[column(length = 20, unique)]
    street: String,
}

#[test]
fn a_loaded_object_is_corrected_or_rolled_back() -> orm_core::Result<()> {
    changed(&|member| member.address = Address { street: "nowhere".into() }, CHECK)
}

const CHECK: &str = "Check Member.address.street (ck_members_address_street)";
