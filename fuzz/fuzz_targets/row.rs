//! Values that a server might send, read into every type of a column, into tuples and structs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let values: Vec<_> = orm_core::fuzzing::values(bytes).into_iter().map(|(_, value)| value).collect();
    orm_core::fuzzing::row(&values);
});
