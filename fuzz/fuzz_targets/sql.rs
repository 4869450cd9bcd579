//! SQL of the user's own.

#![no_main]

libfuzzer_sys::fuzz_target!(|sql: &str| orm_core::fuzzing::sql(sql));
