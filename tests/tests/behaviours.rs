//! The table of behaviours, `tests/unit-of-work.md`, held to the tests: each names the numbers that it shows, and the table
//! names each of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The number of a behaviour, and a test that shows it.
type Shown = (usize, String);

/// What the table says of a behaviour.
struct Row {
    number: usize,
    priority: String,
    /// Tests, and words where there is something to say.
    shown_by: String,
}

#[test]
fn each_behaviour_has_a_row() {
    let numbers: Vec<usize> = rows().iter().map(|row| row.number).collect();
    let wrong = (1..=171).find(|&number| numbers.get(number - 1) != Some(&number));
    assert_eq!((wrong, numbers.len()), (None, 171), "the rows are in order, without gaps");
}

#[test]
fn what_must_or_should_be_has_a_test_or_a_reason() {
    let nothing = |row: &Row| row.priority != "rare" && tests_in(&row.shown_by).is_empty() && !has_words(&row.shown_by);
    let bare: Vec<usize> = rows().iter().filter(|row| nothing(row)).map(|row| row.number).collect();
    assert_eq!(bare, [0; 0]);
}

#[test]
fn the_table_and_the_tests_name_each_other() {
    let table: BTreeSet<Shown> = rows().iter().flat_map(shown_in_the_table).collect();
    let sources: BTreeSet<Shown> = shown_in_the_sources().into_iter().collect();
    let only_in_the_table: Vec<&Shown> = table.difference(&sources).collect();
    let only_in_the_tests: Vec<&Shown> = sources.difference(&table).collect();
    assert!(only_in_the_table.is_empty(), "these tests are not there, or do not say so: {only_in_the_table:#?}");
    assert!(only_in_the_tests.is_empty(), "the table lacks these tests: {only_in_the_tests:#?}");
}

fn rows() -> Vec<Row> {
    let table = read(&folder().join("unit-of-work.md"));
    table.lines().filter_map(row).collect()
}

/// `| 1 | must | behaviour | tests of SQLAlchemy | tests of ours |`
fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
    let number = cells.first()?.parse().ok()?;
    let [_, priority, _, _, shown_by, ""] = cells.as_slice() else { panic!("{number} has not five cells") };
    Some(Row { number, priority: (*priority).to_owned(), shown_by: (*shown_by).to_owned() })
}

fn shown_in_the_table(row: &Row) -> Vec<Shown> {
    tests_in(&row.shown_by).into_iter().map(|test| (row.number, test)).collect()
}

/// The texts in backticks that are names of tests: `module::test` or `compile-fail/kind/test.rs`.
fn tests_in(cell: &str) -> Vec<String> {
    let is_test = |text: &&str| text.starts_with("compile-fail/") || is_path(text);
    cell.split('`').skip(1).step_by(2).filter(is_test).map(str::to_owned).collect()
}

fn is_path(text: &str) -> bool {
    text.contains("::") && text.chars().all(|letter| letter.is_ascii_lowercase() || "_:0123456789".contains(letter))
}

/// Whether something is said outside of backticks.
fn has_words(cell: &str) -> bool {
    cell.split('`').step_by(2).any(|text| text.contains(char::is_alphabetic))
}

/// What tests say of themselves: `// unit-of-work 5, 6`.
fn shown_in_the_sources() -> Vec<Shown> {
    let server = modules("tests", "").into_iter().flat_map(shown_in_a_module);
    let core = modules("../orm-core/src", "orm_core").into_iter().flat_map(shown_in_a_module);
    let compile_fail = files(&folder().join("compile-fail")).into_iter().flat_map(|file| shown_in_a_program(&file));
    server.chain(core).chain(compile_fail).collect()
}

/// The files of a folder beside this crate's manifest, with their modules as the test binary prints them, below `root`.
fn modules(sources: &str, root: &str) -> Vec<(PathBuf, String)> {
    let sources = folder().join(sources);
    let module = |file: &Path| {
        let path = file.with_extension("");
        let path = path.strip_prefix(&sources).expect("a file is inside its folder");
        let names = path.iter().filter_map(|name| name.to_str()).filter(|name| *name != "mod");
        [root].into_iter().filter(|root| !root.is_empty()).chain(names).collect::<Vec<_>>().join("::")
    };
    files(&sources).into_iter().map(|file| (file.clone(), module(&file))).collect()
}

fn shown_in_a_module((file, module): (PathBuf, String)) -> Vec<Shown> {
    let text = read(&file);
    let mut test = None;
    let mut shown = Vec::new();
    for (before, line) in text.lines().zip(text.lines().skip(1)) {
        if let Some(function) = line.strip_prefix("fn ") {
            let name = function.split('(').next().unwrap_or_default();
            test = (before == "#[test]").then(|| format!("{module}::{name}"));
        }
        for number in numbers(line) {
            let test = test.clone().unwrap_or_else(|| panic!("{number} in {} is in no test", file.display()));
            shown.push((number, test));
        }
    }
    shown
}

/// A program that must not compile is one test.
fn shown_in_a_program(file: &Path) -> Vec<Shown> {
    let name = file.strip_prefix(folder()).expect("it is in a folder of this crate").display().to_string();
    read(file).lines().flat_map(numbers).map(|number| (number, name.clone())).collect()
}

fn numbers(line: &str) -> Vec<usize> {
    let Some(numbers) = line.trim_start().strip_prefix("// unit-of-work ") else { return Vec::new() };
    numbers.split(", ").map(|number| number.parse().unwrap_or_else(|_| panic!("`{line}` has no number"))).collect()
}

/// All files with Rust below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).filter(|path| is_rust(path)).collect()
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).expect("the file can be read")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
