//! Random numbers of every kind.

use orm_core::prelude::*;
use proptest::num::{f32, f64};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::sample::{come_back, sample};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "numbers")]
struct Number {
    #[primary_key]
    id: i32,
    tiny: i8,
    tiny_unsigned: u8,
    small: i16,
    small_unsigned: u16,
    int: i32,
    int_unsigned: u32,
    big: i64,
    big_unsigned: u64,
    single: f32,
    double: f64,
    flag: bool,
    #[column(sql_type = "BIT(1)")]
    bit: bool,
}

sample!(Number: tiny tiny_unsigned small small_unsigned int int_unsigned big big_unsigned single double flag bit);

fn signed() -> impl Strategy<Value = (i8, i16, i32, i64)> {
    let at_its_limits = |least: i64, most: i64| prop_oneof![4 => Just(0), 1 => Just(least), 1 => Just(most)];
    (
        prop_oneof![any::<i8>(), at_its_limits(i8::MIN.into(), i8::MAX.into()).prop_map(|number| number as i8)],
        prop_oneof![any::<i16>(), at_its_limits(i16::MIN.into(), i16::MAX.into()).prop_map(|number| number as i16)],
        prop_oneof![any::<i32>(), at_its_limits(i32::MIN.into(), i32::MAX.into()).prop_map(|number| number as i32)],
        prop_oneof![any::<i64>(), at_its_limits(i64::MIN, i64::MAX)],
    )
}

fn unsigned() -> impl Strategy<Value = (u8, u16, u32, u64)> {
    (
        prop_oneof![any::<u8>(), Just(0), Just(u8::MAX)],
        prop_oneof![any::<u16>(), Just(0), Just(u16::MAX)],
        prop_oneof![any::<u32>(), Just(0), Just(u32::MAX)],
        prop_oneof![any::<u64>(), Just(0), Just(u64::MAX), Just(i64::MAX as u64 + 1)],
    )
}

fn number() -> impl Strategy<Value = Number> {
    let floats = (f32::NORMAL | f32::ZERO, f64::NORMAL | f64::ZERO);
    (signed(), unsigned(), floats, any::<bool>()).prop_map(|(signed, unsigned, (single, double), flag)| Number {
        id: 0,
        tiny: signed.0,
        small: signed.1,
        int: signed.2,
        big: signed.3,
        tiny_unsigned: unsigned.0,
        small_unsigned: unsigned.1,
        int_unsigned: unsigned.2,
        big_unsigned: unsigned.3,
        single,
        double,
        flag,
        bit: !flag,
    })
}

#[test]
fn random_numbers_come_back() {
    come_back(number());
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "amounts")]
struct Amount {
    #[primary_key]
    id: i32,
    any: Decimal,
    #[column(precision = 12, scale = 2)]
    money: Decimal,
    #[column(precision = 28, scale = 28)]
    part: Decimal,
    #[column(sql_type = "DECIMAL(20)")]
    whole: Decimal,
    maybe: Option<Decimal>,
}

sample!(Amount: any money part whole);

fn decimal() -> impl Strategy<Value = Decimal> {
    let any = (any::<[u32; 3]>(), any::<bool>(), 0..=28_u32).prop_map(|([low, middle, high], is_negative, scale)| {
        Decimal::from_parts(low, middle, high, is_negative, scale)
    });
    let near =
        (0..9_i64).prop_map(|last| Decimal::from_i128_with_scale(1_234_567_890_123_456_789_010 + i128::from(last), 8));
    prop_oneof![4 => any, 1 => near, 1 => Just(Decimal::ZERO), 1 => Just(Decimal::MAX), 1 => Just(Decimal::MIN)]
}

fn amount() -> impl Strategy<Value = Amount> {
    let part = -10_i128.pow(28) + 1..10_i128.pow(28);
    (decimal(), -999_999_999_999_i64..=999_999_999_999, part, any::<i64>(), proptest::option::of(decimal())).prop_map(
        |(any, cents, part, whole, maybe)| Amount {
            id: 0,
            any,
            money: Decimal::new(cents, 2),
            part: Decimal::from_i128_with_scale(part, 28),
            whole: whole.into(),
            maybe,
        },
    )
}

#[test]
fn random_decimal_numbers_come_back() {
    come_back(amount());
}

#[test]
fn a_decimal_number_has_the_digits_of_its_column() -> orm_core::Result<()> {
    let database = tests::Database::with(&Schema::of::<Amount>());
    let number = Decimal::new(125, 1);
    let mut session = database.engine().session();
    session.add(Amount { id: 1, any: number, money: number, maybe: None, ..Default::default() });
    session.commit()?;
    let session = database.engine().session();
    let read = session.query::<Amount>().one()?;
    assert_eq!((read.any.to_string(), read.money.to_string()), ("12.5".to_owned(), "12.50".to_owned()));
    Ok(())
}

#[test]
fn the_server_calculates_with_decimal_numbers() -> orm_core::Result<()> {
    let database = tests::Database::with(&Schema::of::<Amount>());
    let mut session = database.engine().session();
    let amount = session.add(Amount { id: 1, money: Decimal::new(1999, 2), ..Default::default() });
    session.commit()?;
    session.assign(amount, Amount::money.set(Amount::money * Decimal::new(2, 0) + Decimal::new(1, 2)))?;
    session.commit()?;
    assert_eq!(session[amount].money, Decimal::new(3999, 2));
    Ok(())
}
