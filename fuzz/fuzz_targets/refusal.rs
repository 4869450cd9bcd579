//! What servers say against statements.

#![no_main]

libfuzzer_sys::fuzz_target!(|said: (u16, &str)| orm_core::fuzzing::refusal(said.0, said.1));
