//! Random input for all five derives: whatever comes out is a list of items, and each mistake in it has a message.
//!
//! `PROPTEST_CASES=50000 cargo test -p orm-derive random` tries more, and other input each time.

use proc_macro2::TokenStream;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

use super::written::{self, Kind};
use crate::{column_type, db_enum, derive, derive_result_row, derive_value};

/// How many inputs a test tries, where `PROPTEST_CASES` does not say it.
const CASES: u32 = 150;
/// Where they begin, where nothing is asked for.
const SEED: u64 = 1;

type Derive = fn(TokenStream) -> TokenStream;

const DERIVES: [(&str, Derive); 5] = [
    ("Model", derive),
    ("Embed", derive_value),
    ("Row", derive_result_row),
    ("DbEnum", db_enum::derive),
    ("ColumnType", column_type::derive),
];

#[test]
fn random_models_expand_or_their_mistakes_are_told() {
    try_out(written::input(Kind::Model), 0);
}

#[test]
fn random_embedded_values_expand_or_their_mistakes_are_told() {
    try_out(written::input(Kind::Embedded), 1);
}

#[test]
fn random_rows_expand_or_their_mistakes_are_told() {
    try_out(written::input(Kind::Row), 2);
}

#[test]
fn random_enums_expand_or_their_mistakes_are_told() {
    try_out(written::input(Kind::Enum), 3);
}

#[test]
fn random_newtypes_expand_or_their_mistakes_are_told() {
    try_out(written::input(Kind::Newtype), 4);
}

#[test]
fn random_tokens_are_told() {
    run(tokens(), |input| each_derive(&input).map(drop));
}

/// All derives take all input. The one that it is for must take some without a mistake and tell mistakes in other: else the
/// input would try nothing.
fn try_out(input: impl Strategy<Value = String>, derive: usize) {
    let (mut taken, mut told) = (0, 0);
    run(input, |input| {
        match each_derive(&input)?[derive] {
            0 => taken += 1,
            _ => told += 1,
        }
        Ok(())
    });
    assert!(taken > 0 && told > 0, "{taken} without a mistake, {told} with some");
}

fn run<S: Strategy<Value = String>>(input: S, mut check: impl FnMut(String) -> Result<(), TestCaseError>) {
    let check = std::cell::RefCell::new(&mut check);
    let tried = TestRunner::new(config()).run(&input, |input| check.borrow_mut()(input));
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
    Config { cases, rng_seed, max_global_rejects: cases, failure_persistence: None, max_shrink_iters: 4000, ..default }
}

/// How many mistakes each derive tells.
fn each_derive(input: &str) -> Result<[usize; 5], TestCaseError> {
    let Ok(tokens) = input.parse::<TokenStream>() else { return Err(TestCaseError::reject("these are no tokens")) };
    let mut told = [0; 5];
    for (told, (name, derive)) in told.iter_mut().zip(DERIVES) {
        let expansion = derive(tokens.clone());
        let text = expansion.to_string();
        let items = syn::parse2::<syn::File>(expansion)
            .map_err(|error| TestCaseError::fail(format!("{name}: {error} in: {text}")))?;
        for item in &items.items {
            let Some(message) = mistake(item) else { continue };
            prop_assert!(message.is_ok_and(|message| !message.trim().is_empty()), "{} tells nothing: {}", name, text);
            *told += 1;
        }
    }
    Ok(told)
}

/// What a `compile_error!` says.
fn mistake(item: &syn::Item) -> Option<syn::Result<String>> {
    let syn::Item::Macro(syn::ItemMacro { mac, .. }) = item else { return None };
    let is_error = mac.path.segments.last().is_some_and(|last| last.ident == "compile_error");
    is_error.then(|| mac.parse_body::<syn::LitStr>().map(|message| message.value()))
}

/// Tokens without any plan, in brackets that close.
fn tokens() -> impl Strategy<Value = String> {
    let words = written::WORDS.iter().chain(written::LITERALS).copied().collect::<Vec<_>>();
    let marks =
        vec![",", "=", "#", "#!", ":", "::", "<", ">", "->", "=>", "|", "&", "*", "!", "?", ";", ".", "..", "-", "$"];
    let leaf = Union::new([select(words).boxed(), select(marks).boxed()]).prop_map(str::to_owned);
    let nested = leaf.prop_recursive(4, 40, 8, |inner| {
        (vec(inner, 0..8), select(vec![("(", ")"), ("[", "]"), ("{", "}")]))
            .prop_map(|(inside, (open, close))| format!("{open}{}{close}", inside.join(" ")))
    });
    vec(nested, 0..20).prop_map(|tokens| tokens.join(" "))
}
