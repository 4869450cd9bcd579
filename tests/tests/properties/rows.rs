//! Random values for every type of a column: they are read or refused, and what is read comes back as it is.

use orm_core::fuzzing;
use orm_core::value::Value;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::never_panics;

/// Any value, and often one that some type takes.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => Just(Value::NULL),
        3 => prop_oneof![any::<i64>(), -300..300_i64, select(vec![0, 1, i64::MAX, i64::MIN, 1 << 53])].prop_map(Value::Int),
        2 => prop_oneof![any::<u64>(), 0..300_u64, Just(u64::MAX)].prop_map(Value::UInt),
        1 => any::<f32>().prop_map(Value::Float),
        2 => prop_oneof![any::<f64>(), -1e3..1e3, Just(f64::NAN), Just(f64::INFINITY), Just(-0.0)].prop_map(Value::Double),
        4 => date(),
        3 => time(),
        6 => text().prop_map(|text| Value::Bytes(text.into_bytes())),
        3 => prop_oneof![vec(any::<u8>(), 0..40), vec(any::<u8>(), 16), vec(any::<u8>(), 4)].prop_map(Value::Bytes),
    ]
}

fn date() -> impl Strategy<Value = Value> {
    let day = (prop_oneof![0..10_000_u16, any::<u16>()], 0..14_u8, 0..33_u8);
    let time = (prop_oneof![0..25_u8, any::<u8>()], 0..61_u8, 0..62_u8);
    let micros = prop_oneof![Just(0), 0..1_000_001_u32, any::<u32>()];
    (day, time, micros).prop_map(|((year, month, day), (hour, minute, second), micros)| {
        Value::Date(year, month, day, hour, minute, second, micros)
    })
}

fn time() -> impl Strategy<Value = Value> {
    // The driver itself cannot print more days, and so neither could a failed test.
    let days = prop_oneof![2 => Just(0), 2 => 0..36_u32, 1 => 0..u32::MAX / 24 - 24];
    let micros = prop_oneof![Just(0), 0..1_000_001_u32, any::<u32>()];
    let time = (prop_oneof![0..25_u8, any::<u8>()], 0..61_u8, prop_oneof![0..61_u8, any::<u8>()]);
    (any::<bool>(), days, time, micros).prop_map(|(negative, days, (hours, minutes, seconds), micros)| {
        Value::Time(negative, days, hours, minutes, seconds, micros)
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,30}",
        "-?[0-9]{1,40}(\\.[0-9]{0,40})?([eE][-+]?[0-9]{1,4})?",
        "[0-9a-fA-F]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}",
        "[0-9a-f:]{0,20}(:[0-9.]{0,15})?",
        "[0-9]{1,5}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{0,9})?)?)?",
        "-?[0-9]{1,4}:[0-9]{1,2}:[0-9]{1,2}(\\.[0-9]{0,9})?",
        "[\\[{\":,0-9a-z}\\]]{0,24}",
        "(\\[){1,200}",
        "\\{\"[a-z]{1,3}\": ?\\[(null|[0-9]{1,3}|-1|1e9)(, [0-9]{1,3}){0,3}\\]\\}",
        select(vec![
            "open",
            "OPEN",
            "it's \\ done; é🦀",
            "open,open",
            "open,it's \\ done; é🦀",
            ",",
            "0000-00-00 00:00:00"
        ])
        .prop_map(str::to_owned),
    ]
}

#[test]
fn every_type_takes_a_value_and_gives_it_back_or_refuses_it() {
    never_panics(vec(value(), 0..20), |values| fuzzing::row(&values));
}

#[test]
fn every_model_takes_a_row_and_gives_it_back_or_refuses_it() {
    never_panics(vec((any::<u8>(), value()), 0..6), |others| fuzzing::object(&others));
}

#[test]
fn what_a_fuzzer_sends_is_values() {
    never_panics(vec(any::<u8>(), 0..120), |bytes| {
        let values = fuzzing::values(&bytes);
        assert!(values.len() <= bytes.len());
        fuzzing::object(&values);
    });
}
