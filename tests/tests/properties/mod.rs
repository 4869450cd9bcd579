//! What the fuzz targets try, as property tests: the functions of `orm_core::fuzzing` with input that is nearer to what is
//! right than what a fuzzer begins with. No server is asked.
//!
//! `PROPTEST_CASES=100000 cargo test -p tests --test main properties` tries more, and other input each time.

mod rows;
mod texts;

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// How many inputs a test tries, where `PROPTEST_CASES` does not say it.
const CASES: u32 = 400;
/// Where they begin, where nothing is asked for.
const SEED: u64 = 1;

/// Each input is looked at, and none is a panic: proptest catches it and shortens the input.
fn never_panics<T: Debug>(input: impl Strategy<Value = T>, looked_at: impl Fn(T)) {
    let tried = TestRunner::new(config()).run(&input, |input| {
        looked_at(input);
        Ok(())
    });
    tried.unwrap_or_else(|error| panic!("{error}"));
}

/// The same input every time, unless its number or its seed is asked for.
fn config() -> Config {
    let default = Config::default();
    let is_asked_for = std::env::var_os("PROPTEST_CASES").is_some();
    let cases = if is_asked_for { default.cases } else { CASES };
    let rng_seed = match default.rng_seed {
        RngSeed::Random if !is_asked_for => RngSeed::Fixed(SEED),
        other => other,
    };
    Config { cases, rng_seed, failure_persistence: None, max_shrink_iters: 4000, ..default }
}
