//! Models and rows with a column of every type.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use bitflags::bitflags;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::fuzzing::{read_object, read_row, read_value, shown, values_of};
use crate::model::{Record, Row};
use crate::relation::{BelongsTo, HasMany, HasOne, ManyToMany};
use crate::schema::Table;
use crate::sql::known_tables;
use crate::value::{Auto, Bits, Json, Native, Set, Value};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, orm_derive::DbEnum)]
enum Status {
    #[default]
    Open,
    #[db_enum(rename = "it's \\ done; é🦀")]
    Done,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, orm_derive::DbEnum)]
#[db_enum(integer)]
#[repr(i16)]
enum Level {
    Lowest = i16::MIN,
    #[default]
    None = 0,
    Highest = i16::MAX,
}

bitflags! {
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    struct Rights: u64 {
        const READ = 1;
        const OWN = 1 << 63;
    }
}

#[derive(Clone, Debug, Default, PartialEq, orm_derive::ColumnType)]
#[column_type(number)]
struct Cents(i64);

#[derive(Clone, Debug, PartialEq, orm_derive::Embed)]
struct Address {
    #[column(length = 100)]
    street: String,
    city: Option<String>,
}

#[derive(Clone, Debug, PartialEq, orm_derive::Model)]
struct Number {
    #[primary_key]
    id: Auto<i32>,
    #[version]
    version: u32,
    tiny: i8,
    tiny_unsigned: u8,
    small: i16,
    small_unsigned: u16,
    int: i32,
    int_unsigned: Option<u32>,
    big: i64,
    big_unsigned: u64,
    single: f32,
    double: Option<f64>,
    flag: bool,
    #[column(sql_type = "BIT(1)")]
    bit: Option<bool>,
    #[column(precision = 10, scale = 2)]
    price: Decimal,
    any: Decimal,
    text: Option<String>,
    bytes: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, orm_derive::Model)]
struct Moment {
    #[primary_key]
    id: NaiveDate,
    #[version]
    changed: DateTime<Utc>,
    time: NaiveTime,
    maybe: Option<NaiveTime>,
    moment: NaiveDateTime,
    #[column(precision = 0)]
    second: Option<DateTime<Utc>>,
    span: Duration,
    delta: Option<TimeDelta>,
    #[column(server_default = "NOW(6)")]
    made: Auto<NaiveDateTime>,
}

#[derive(Clone, Debug, PartialEq, orm_derive::Model)]
#[model(no_default)]
struct Choice {
    #[primary_key]
    id: Uuid,
    native: Option<Native<Uuid>>,
    four: Ipv4Addr,
    native_four: Native<Ipv4Addr>,
    six: Ipv6Addr,
    native_six: Option<Native<Ipv6Addr>>,
    address: IpAddr,
    status: Status,
    level: Option<Level>,
    several: Set<Status>,
    rights: Bits<Rights>,
    cents: Cents,
    document: serde_json::Value,
    map: Option<Json<BTreeMap<String, Vec<Option<u8>>>>>,
}

#[derive(Clone, Debug, orm_derive::Model)]
struct Customer {
    #[primary_key]
    site: i32,
    #[primary_key]
    #[column(length = 20)]
    code: String,
    #[belongs_to(columns("agent_site", "agent_code"))]
    agent: BelongsTo<Customer>,
    #[belongs_to(unique, columns("rival_site", "rival_code"))]
    rival: Option<BelongsTo<Customer>>,
    #[has_many(inverse = agent)]
    clients: HasMany<Customer>,
    #[has_one(inverse = rival)]
    rivals: HasOne<Customer>,
    #[embed]
    address: Address,
    #[embed(prefix = "billing_")]
    billing_address: Option<Address>,
}

#[derive(Clone, Debug, orm_derive::Model)]
struct Label {
    #[primary_key]
    name: Status,
    #[belongs_to]
    parent: Option<BelongsTo<Label>>,
    #[many_to_many(through = "labels_labels", from = "from", to = "to", one_sided)]
    others: ManyToMany<Label>,
}

#[derive(Debug, orm_derive::Row)]
#[expect(dead_code, reason = "it is read from a row and dropped")]
struct Headcount {
    department: String,
    #[row(name = "n")]
    employees: Option<u64>,
    status: Option<Status>,
    mean: Option<Decimal>,
    last: NaiveDateTime,
}

/// The tables of all these models, and of the links between them.
pub(super) fn tables() -> Vec<&'static Table> {
    known_tables([Number::table(), Moment::table(), Choice::table(), Customer::table(), Label::table()])
}

pub(super) fn each_object(others: &[(u8, Value)]) {
    changed(&Number::default(), others);
    changed(&Moment::default(), others);
    changed(&Customer { agent: BelongsTo::key((1, "a".to_owned())), ..Customer::default() }, others);
    changed(&Label::default(), others);
    let choice = Choice {
        id: Uuid::nil(),
        native: None,
        four: Ipv4Addr::LOCALHOST,
        native_four: Native(Ipv4Addr::LOCALHOST),
        six: Ipv6Addr::LOCALHOST,
        native_six: None,
        address: Ipv4Addr::LOCALHOST.into(),
        status: Status::Open,
        level: Some(Level::Lowest),
        several: Set::default(),
        rights: Bits::default(),
        cents: Cents(5),
        document: serde_json::Value::Null,
        map: None,
    };
    changed(&choice, others);
}

/// The row of an object that is right, with other values in some places. What is read then comes back as it is.
fn changed<M: Record>(object: &M, others: &[(u8, Value)]) {
    let mut values = values_of(object);
    read_object::<M>(values.clone()).expect("the row of an object is right");
    let places = values.len();
    for (place, other) in others {
        values[usize::from(*place) % places] = other.clone();
    }
    let Ok(given) = read_object::<M>(values) else { return };
    let again = read_object::<M>(given.clone());
    let again = again.unwrap_or_else(|error| panic!("{} is taken, and not as {given:?}: {error}", M::table().model));
    let all_shown = |values: &[Value]| values.iter().map(shown).collect::<Vec<_>>();
    assert_eq!(all_shown(&again), all_shown(&given), "{} changes when it is read again", M::table().model);
}

macro_rules! each_value {
    ($values:ident: $($ty:ty,)*) => {
        for value in $values {
            $(
                read_value::<$ty>(value);
                read_is_told::<$ty>(std::slice::from_ref(value));
                read_is_told::<Option<$ty>>(std::slice::from_ref(value));
            )*
        }
    };
}

pub(super) fn each_row(values: &[Value]) {
    each_value! { values:
        bool, i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, Decimal, String, Vec<u8>,
        NaiveDate, NaiveTime, NaiveDateTime, DateTime<Utc>, Duration, TimeDelta,
        Uuid, Native<Uuid>, Ipv4Addr, Ipv6Addr, IpAddr, Native<Ipv4Addr>, Native<Ipv6Addr>,
        Status, Level, Set<Status>, Bits<Rights>, Cents, serde_json::Value, Json<BTreeMap<String, Vec<Option<u8>>>>,
    }
    read_is_told::<(i32, Option<String>, (NaiveDate, bool))>(values);
    read_is_told::<(Option<(i32, Option<String>)>, Option<Headcount>, u8)>(values);
    read_is_told::<Headcount>(values);
    read_is_told::<Option<Headcount>>(values);
}

/// A row is read, or it is said what is wrong with it.
fn read_is_told<R: Row>(values: &[Value]) {
    if let Err(error) = read_row::<R>(values) {
        assert!(!error.to_string().is_empty());
    }
}
