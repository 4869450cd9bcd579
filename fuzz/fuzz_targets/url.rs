//! Database URLs.

#![no_main]

libfuzzer_sys::fuzz_target!(|url: &str| orm_core::fuzzing::url(url));
