//! Programs with a mistake, and what the compiler says about it: short, in the user's words, at the token to change.
//!
//! `TRYBUILD=overwrite cargo test -p tests --test compile_fail` writes what it says now; read it before you keep it.

use std::fs;
use std::path::{Path, PathBuf};

/// Programs with an error of more than 15 lines, and its length, where no words or types of ours make it shorter.
const LONGER: &[(&str, usize)] = &[
    // A model that is read twice by one name is an ambiguity to the compiler, which has words for it that nobody can replace.
    ("query/model_is_read_twice", 22),
    // Where the type with the mistake is the user's own, the compiler shows it in five lines, beside the bound in five.
    ("query/query_of_no_model", 17),
    ("relationship/target_is_no_model", 17),
    ("relationship/target_of_a_collection_is_no_model", 17),
    ("sql/row_is_none", 17),
    ("sql/value_cannot_be_bound", 17),
    ("value/newtype_is_no_key", 17),
];

#[test]
fn a_mistake_is_told_at_the_token_to_change() {
    trybuild::TestCases::new().compile_fail("compile-fail/*/*.rs");
}

#[test]
fn every_kind_of_relationship_compiles() {
    trybuild::TestCases::new().pass("compile-fail/relationships_that_compile.rs");
}

#[test]
fn an_error_has_15_lines_at_most() {
    let longest = answers().into_iter().map(|path| {
        let answer = fs::read_to_string(&path).expect("a text");
        let errors = answer.trim_end().split("\n\nerror").map(|error| error.lines().count());
        (name(&path), errors.max().expect("an error"))
    });
    let mut longer: Vec<(String, usize)> = longest.filter(|(_, lines)| *lines > 15).collect();
    longer.sort_unstable();
    let expected: Vec<(String, usize)> = LONGER.iter().map(|&(name, lines)| (name.to_owned(), lines)).collect();
    assert_eq!(longer, expected);
}

/// The files with what the compiler says.
fn answers() -> Vec<PathBuf> {
    let folders = entries(Path::new("compile-fail")).into_iter().filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| entries(&folder));
    files.filter(|path| path.extension().is_some_and(|extension| extension == "stderr")).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}

/// The folder and the name of a program.
fn name(path: &Path) -> String {
    let name = path.strip_prefix("compile-fail").expect("it was found there");
    name.with_extension("").to_str().expect("a name in ASCII").to_owned()
}
