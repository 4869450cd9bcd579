//! Programs with a mistake, and what the compiler says about it: short, in the user's words, at the token to change.
//!
//! `TRYBUILD=overwrite cargo test -p tests --test compile_fail` writes what it says now; read it before you keep it.

#[test]
fn a_mistake_is_told_at_the_token_to_change() {
    trybuild::TestCases::new().compile_fail("compile-fail/*/*.rs");
}

#[test]
fn every_kind_of_relationship_compiles() {
    trybuild::TestCases::new().pass("compile-fail/relationships_that_compile.rs");
}
