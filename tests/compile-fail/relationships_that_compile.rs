//! Two relationships between the same two models, a self-reference, a natural key, a nullable one-to-one, a many-to-many
//! to itself, composite keys, and a model between two others.

use orm_core::prelude::*;

#[derive(Model)]
struct Country {
    #[primary_key]
    #[column(length = 2)]
    code: String,
    #[has_many(inverse = birth_country)]
    natives: HasMany<Person>,
    #[has_many(inverse = home_country)]
    residents: HasMany<Person>,
}

#[derive(Model)]
struct Person {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    birth_country: BelongsTo<Country>,
    #[belongs_to(on_delete = "set_null")]
    home_country: Option<BelongsTo<Country>>,
    #[belongs_to]
    mother: Option<BelongsTo<Person>>,
    #[has_many]
    children: HasMany<Person>,
    #[has_one]
    passport: HasOne<Passport>,
    #[many_to_many(through = "follows", from = "follower_id", to = "followee_id", inverse = followers)]
    followees: ManyToMany<Person>,
    #[many_to_many(through = "follows", from = "followee_id", to = "follower_id", inverse = followees)]
    followers: ManyToMany<Person>,
    #[many_to_many(through = "blocks", from = "person_id", to = "blocked_id", one_sided)]
    blocked: ManyToMany<Person>,
    #[many_to_many(through = Membership)]
    clubs: ManyToMany<Club>,
}

#[derive(Model)]
struct Passport {
    #[primary_key]
    #[column(length = 9)]
    number: String,
    #[belongs_to(unique)]
    person: Option<BelongsTo<Person>>,
}

#[derive(Model)]
struct Club {
    #[primary_key]
    id: Auto<i32>,
    #[many_to_many(through = Membership)]
    members: ManyToMany<Person>,
    #[has_many]
    memberships: HasMany<Membership>,
}

#[derive(Model)]
#[model(index(club, since))]
struct Membership {
    #[primary_key]
    #[belongs_to]
    person: BelongsTo<Person>,
    #[primary_key]
    #[belongs_to]
    club: BelongsTo<Club>,
    #[column(default = false)]
    r#final: bool,
    since: Option<NaiveDate>,
    #[has_many]
    fees: HasMany<Fee>,
}

#[derive(Model)]
#[model(no_default)]
pub(crate) struct Fee {
    #[primary_key]
    id: Auto<u64>,
    #[belongs_to(columns("person_id", "club_id"), on_delete = "cascade")]
    membership: BelongsTo<Membership>,
    #[column(precision = 10, scale = 2)]
    amount: f64,
    #[column(server_default = "CURRENT_TIMESTAMP(6)")]
    booked: Auto<NaiveDateTime>,
}

fn main() {
    let schema = Schema::of::<Person>();
    assert_eq!(schema.ddl().matches("CREATE TABLE").count(), 8);
}
