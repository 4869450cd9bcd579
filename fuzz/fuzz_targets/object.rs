//! Rows that a server might send for models with a column of every type.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| orm_core::fuzzing::object(&orm_core::fuzzing::values(bytes)));
