//! Keys that are values of the user's: changed, deleted, taken over, written in another case.

use orm_core::Error;
use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "countries")]
struct Country {
    #[primary_key]
    #[column(length = 5)]
    code: String,
    #[column(length = 20, unique)]
    name: Option<String>,
    #[column(server_default = "CURRENT_TIMESTAMP(6)")]
    made: Auto<NaiveDateTime>,
    #[has_many]
    cities: HasMany<City>,
}

#[derive(Debug, Model)]
#[model(table = "cities", unique(country, place))]
struct City {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to(on_update = "cascade")]
    country: BelongsTo<Country>,
    place: Option<i32>,
}

fn country(code: &str) -> Country {
    Country { code: code.into(), name: Some(code.into()), ..Default::default() }
}

/// Germany, France and Great Britain.
fn countries() -> (Database, Session, [Handle<Country>; 3]) {
    let database = Database::with(&Schema::of::<Country>());
    let mut session = database.engine().session();
    let handles = session.add_all(["DE", "FR", "GB"].map(country));
    session.commit().expect("the countries are committed");
    (database, session, handles)
}

const CODES: &str = "SELECT code FROM countries ORDER BY 1";

#[test]
fn a_row_is_deleted_by_the_key_that_it_has() -> orm_core::Result<()> {
    let (database, mut session, [germany, ..]) = countries();
    session.delete(germany);
    session[germany].code = "FR".into();
    session.commit()?;
    assert_eq!(database.ask(CODES), ["FR", "GB"]);
    Ok(())
}

#[test]
fn a_key_that_is_being_changed_is_not_found() -> orm_core::Result<()> {
    let (_database, mut session, [germany, ..]) = countries();
    assert!(session.find::<Country>("DE")?.is_some());
    session[germany].code = "XX".into();
    assert!(session.find::<Country>("DE")?.is_none());
    assert_eq!(session.find::<Country>("XX")?.map(|found| found.handle()), Some(germany));
    Ok(())
}

#[test]
fn the_key_of_a_deleted_row_can_be_taken() -> orm_core::Result<()> {
    let (database, mut session, [germany, france, britain]) = countries();
    session.delete(germany);
    session[france].code = "DE".into();
    session.commit()?;
    session.delete(britain);
    session.add(country("gb"));
    session.commit()?;
    assert_eq!(database.ask(CODES), ["DE", "gb"]);
    Ok(())
}

#[test]
fn an_object_that_took_over_a_row_keeps_what_the_server_made() -> orm_core::Result<()> {
    // unit-of-work 21
    let (database, mut session, [germany, ..]) = countries();
    let made = session.view(germany).made.get();
    session.delete(germany);
    let again = session.add(country("DE"));
    session.flush()?;
    assert!(made.is_none_or(|made| session[again].made.get() == Some(made)));
    session[again].name = Some("Germany".into());
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM countries WHERE code = 'DE'"), ["Germany"]);
    Ok(())
}

#[test]
fn unique_values_change_hands() -> orm_core::Result<()> {
    let (database, mut session, [germany, france, _]) = countries();
    session[germany].name = Some("fr".into());
    session[france].name = Some("de".into());
    let [berlin, bonn] =
        session.add_all([1, 2].map(|place| City { country: germany.into(), place: Some(place), ..Default::default() }));
    session.commit()?;
    session[berlin].place = Some(2);
    session[bonn].place = Some(1);
    session.commit()?;
    session.delete(berlin);
    session[bonn].place = Some(2);
    session.commit()?;
    assert_eq!(database.ask("SELECT code, name FROM countries ORDER BY 1"), ["DE | fr", "FR | de", "GB | GB"]);
    assert_eq!(database.ask("SELECT id, place FROM cities"), ["2 | 2"]);
    Ok(())
}

#[test]
fn a_foreign_key_in_another_case_is_followed_to_where_it_is_set_to() -> orm_core::Result<()> {
    let (database, session, _) = countries();
    drop(session);
    database.run("INSERT INTO cities (country_id) VALUES ('de')");
    let mut session = database.engine().session();
    let city = session.query::<City>().one()?.handle();
    assert_eq!(session.view(city).country()?.code, "DE");
    session[city].country.set(BelongsTo::key("FR"));
    assert_eq!(session.view(city).country()?.code, "FR");
    Ok(())
}

#[test]
fn foreign_keys_follow_a_key_that_changes() -> orm_core::Result<()> {
    // unit-of-work 93
    let (database, mut session, [germany, france, _]) = countries();
    let by_handle = session.add(City { country: germany.into(), ..Default::default() });
    let by_key = session.add(City { country: BelongsTo::key("DE"), ..Default::default() });
    session.commit()?;
    assert_eq!(session.view(germany).cities()?.len(), 2);
    session[germany].code = "XX".into();
    session.flush()?;
    for city in [by_handle, by_key] {
        assert_eq!(session[city].country.key().as_deref(), Some("XX"));
        assert_eq!(session.view(city).country()?.handle(), germany);
    }
    assert_eq!(session.view(germany).cities()?.len(), 2);
    session.rollback()?;
    assert_eq!(session.view(by_key).country()?.code, "DE");
    session[germany].code = "XX".into();
    session.commit()?;
    session[by_key].country.set(france);
    session.commit()?;
    assert_eq!(database.ask("SELECT country_id FROM cities ORDER BY id"), ["XX", "FR"]);
    Ok(())
}

#[test]
fn a_condition_with_a_handle_can_be_printed() {
    let (_database, session, [germany, ..]) = countries();
    let cities = session.query::<City>().filter(City::country.eq(germany)).to_sql();
    assert!(cities.ends_with("WHERE `cities`.`country_id` = ?"), "{cities}");
}

#[test]
fn a_handle_of_another_session_is_told_wherever_it_is_found() -> orm_core::Result<()> {
    // unit-of-work 4, 77
    let (database, mut session, [germany, ..]) = countries();
    let mut other = database.engine().session();
    let stranger = other.add_many((0..9).map(|number| country(&number.to_string())))[8];
    let city = session.add(City { country: germany.into(), ..Default::default() });
    session.flush()?;
    session[city].country.set(stranger);
    assert!(matches!(session.commit(), Err(Error::Handle { .. })));
    session.rollback()?;
    session[germany].cities.push(City { country: stranger.into(), ..Default::default() });
    session.commit()?;
    assert_eq!(database.ask("SELECT country_id FROM cities"), ["DE"]);
    Ok(())
}

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
    #[belongs_to(unique)]
    user: BelongsTo<User>,
    number: i32,
}

#[test]
fn a_key_that_is_a_foreign_key_is_forgotten_by_a_rollback() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<User>());
    let mut session = database.engine().session();
    let user =
        session.add(User { passport: Passport { number: 1, ..Default::default() }.into(), ..Default::default() });
    session.flush()?;
    let id = session[user].id.get().expect("the user has a key");
    session.rollback()?;
    database.run(&format!("INSERT INTO users VALUES ({id})"));
    database.run(&format!("INSERT INTO passports VALUES ({id}, 2)"));
    assert_eq!(session.query::<Passport>().one()?.number, 2);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "user")]
struct Account {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    profile: BelongsTo<Profile>,
}

#[derive(Debug, Model)]
#[model(table = "user_profile")]
struct Profile {
    #[primary_key]
    #[belongs_to(column = "id")]
    user: BelongsTo<User>,
}

#[test]
fn two_foreign_keys_of_one_name_are_told() {
    let error = Database::empty().engine().create_all(&Schema::of::<Account>()).expect_err("the names are the same");
    let message = "the foreign keys of `Account.profile` and `Profile.user` would both be called `fk_user_profile_id`";
    assert!(error.to_string().contains(message), "{error}");
}

#[derive(Debug, Model)]
#[model(table = "words")]
struct Word {
    #[primary_key]
    #[column(length = 20, collation = "utf8mb4_bin")]
    text: String,
    meaning: i32,
}

#[test]
fn keys_that_differ_in_case_alone_are_different_rows() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Word>());
    let mut session = database.engine().session();
    let words = ["polish", "Polish", "POLISH"].map(|text| Word { text: text.into(), meaning: 1 });
    let handles = session.add_all(words);
    session.commit()?;
    handles.into_iter().for_each(|word| session.delete(word));
    session.add(Word { text: "Polish".into(), meaning: 2 });
    session.commit()?;
    assert_eq!(database.ask("SELECT text, meaning FROM words"), ["Polish | 2"]);
    Ok(())
}

fn find(session: &Session, code: &str) -> orm_core::Result<Option<Handle<Country>>> {
    Ok(session.find::<Country>(code)?.map(|country| country.handle()))
}

#[test]
fn two_rows_swap_their_keys_over_several_flushes() -> orm_core::Result<()> {
    // unit-of-work 95
    let (database, mut session, [germany, france, _]) = countries();
    for (country, code) in [(germany, "tmp"), (france, "DE"), (germany, "FR")] {
        session[country].code = code.into();
        session.flush()?;
    }
    assert_eq!(
        [find(&session, "DE")?, find(&session, "FR")?, find(&session, "tmp")?],
        [Some(france), Some(germany), None]
    );
    session.rollback()?;
    assert_eq!([find(&session, "DE")?, find(&session, "FR")?], [Some(germany), Some(france)]);
    session[germany].code = "tmp".into();
    session.flush()?;
    session[france].code = "DE".into();
    session.commit()?;
    assert_eq!(database.ask("SELECT code, name FROM countries ORDER BY 1"), ["DE | FR", "GB | GB", "tmp | DE"]);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "languages")]
struct Language {
    #[primary_key]
    #[column(length = 5)]
    code: String,
    #[many_to_many(through = Spoken)]
    speakers: ManyToMany<Speaker>,
}

#[derive(Debug, Model)]
#[model(table = "speakers")]
struct Speaker {
    #[primary_key]
    id: Auto<i32>,
    #[many_to_many(through = Spoken)]
    languages: ManyToMany<Language>,
}

#[derive(Debug, Model)]
#[model(table = "spoken")]
struct Spoken {
    #[primary_key]
    #[belongs_to]
    speaker: BelongsTo<Speaker>,
    #[primary_key]
    #[belongs_to(on_update = "cascade")]
    language: BelongsTo<Language>,
}

#[test]
fn links_follow_a_key_that_changes() -> orm_core::Result<()> {
    // unit-of-work 94
    let database = Database::with(&Schema::of::<Language>());
    let mut session = database.engine().session();
    let german = session.add(Language { code: "ger".into(), ..Default::default() });
    let anna = session.add(Speaker { languages: [german].into_iter().collect(), ..Default::default() });
    session.commit()?;
    assert_eq!(session.view(anna).languages()?.len(), 1);
    session[german].code = "deu".into();
    session.commit()?;
    assert_eq!(session.view(anna).languages()?[0].code, "deu");
    assert_eq!(session.view(german).speakers()?[0].handle(), anna);
    session[anna].languages.remove(german);
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM spoken"), ["0"]);
    Ok(())
}

#[test]
fn after_a_rollback_foreign_keys_that_had_followed_have_the_old_key_again() -> orm_core::Result<()> {
    // unit-of-work 93, 97
    let (_database, mut session, [germany, ..]) = countries();
    let added = session.add(City { country: germany.into(), ..Default::default() });
    session.commit()?;
    for city in [added, session.query::<City>().one()?.handle()] {
        session[germany].code = "XX".into();
        session.flush()?;
        assert_eq!(session[city].country.key(), Some("XX".into()));
        session.rollback()?;
        assert_eq!(session[city].country.key(), Some("DE".into()));
        assert_eq!(session.view(city).country()?.handle(), germany);
    }
    Ok(())
}

#[test]
fn members_are_read_again_after_their_owner_has_another_key() -> orm_core::Result<()> {
    let (_database, mut session, [germany, ..]) = countries();
    let city = session.add(City { country: germany.into(), ..Default::default() });
    session.commit()?;
    assert_eq!(session.view(germany).cities()?.len(), 1);
    session[germany].code = "XX".into();
    session.delete(city);
    assert!(session.view(germany).cities()?.is_empty());
    Ok(())
}

mod in_other_words {
    use orm_core::prelude::*;
    use tests::Database;

    #[derive(Debug, Model)]
    #[model(table = "countries")]
    struct Country {
        #[primary_key]
        #[column(length = 5, collation = "utf8mb4_general_ci")]
        code: String,
        #[many_to_many(through = "countries_tags", from = "country", to = "tag")]
        tags: ManyToMany<Tag>,
    }

    #[derive(Debug, Model)]
    #[model(table = "tags")]
    struct Tag {
        #[primary_key]
        id: i32,
        #[many_to_many(through = "countries_tags", from = "tag", to = "country")]
        countries: ManyToMany<Country>,
    }

    #[test]
    fn a_link_row_in_another_case_leads_to_its_object() -> orm_core::Result<()> {
        let database = Database::with(&Schema::of::<Country>());
        database.run("INSERT INTO countries VALUES ('DE'), ('fr')");
        database.run("INSERT INTO tags VALUES (1)");
        database.run("INSERT INTO countries_tags (country, tag) VALUES ('de', 1), ('FR', 1)");
        let session = database.engine().session();
        assert_eq!(session.query::<Country>().filter(Country::code.eq("DE")).one()?.tags()?.len(), 1);
        assert_eq!(session.query::<Tag>().one()?.countries()?.len(), 2);
        Ok(())
    }
}
