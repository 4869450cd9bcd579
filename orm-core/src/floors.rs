//! The architecture's floors, held to the code: a file names only its own floor and those below.

use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up, as in ARCHITECTURE.md.
const FLOORS: [&str; 12] = [
    "value",
    "error",
    "schema",
    "model",
    "relation",
    "sql",
    "connection",
    "query",
    "session",
    "support",
    "prelude",
    "lib",
];

/// The floors that may name the driver: `value` has its `Value`, `connection` everything.
const NAME_THE_DRIVER: [&str; 2] = ["value", "connection"];

#[test]
fn a_file_names_only_its_own_floor_and_those_below() {
    let mut wrong = Vec::new();
    for file in source_files() {
        let floor = floor_of(&file);
        for line in code_lines(&file) {
            for other in named_floors(&line).filter(|other| height(other) > height(&floor)) {
                wrong.push(format!("{} ({floor}) names {other}: {line}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_connection_names_the_driver() {
    let names_driver = |line: &String| line.contains("mysql::");
    let wrong: Vec<String> = source_files()
        .iter()
        .filter(|file| !NAME_THE_DRIVER.contains(&floor_of(file).as_str()))
        .flat_map(|file| code_lines(file).filter(names_driver).collect::<Vec<_>>())
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

fn source_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the sources can be read") {
            let path = entry.expect("the sources can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("floors.rs") {
                files.push(path);
            }
        }
    }
    files
}

/// The first name below `src`: a folder or a file.
fn floor_of(file: &Path) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let inside = file.strip_prefix(source).expect("a source file is below src");
    let first = inside.iter().next().expect("a file has a name").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

fn code_lines(file: &Path) -> impl Iterator<Item = String> + use<> {
    let text = fs::read_to_string(file).expect("the sources can be read");
    let lines: Vec<String> =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).map(str::to_owned).collect();
    lines.into_iter()
}

fn named_floors(line: &str) -> impl Iterator<Item = String> {
    let after_crate = line.split("crate::").skip(1);
    after_crate.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
}

/// Names that are no floor are of the crate's root.
fn height(floor: &str) -> usize {
    FLOORS.iter().position(|other| *other == floor).unwrap_or(FLOORS.len() - 1)
}
