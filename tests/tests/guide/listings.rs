//! The listings of the guide stand in these tests, line for line and in the same order.

use std::fs;
use std::path::Path;

/// What of a chapter is a listing: the kinds of its fences.
const KINDS: [&str; 3] = ["```rust", "```sql", "```text"];

/// A listing: the line of the guide above it, and its own lines.
type Listing<'g> = (usize, Vec<&'g str>);

#[test]
fn the_index() {
    check("README.md", "mod.rs");
}

#[test]
fn querying() {
    check("querying.md", "querying.rs");
}

#[test]
fn more_querying() {
    check("more-querying.md", "more_querying.rs");
}

#[test]
fn loading() {
    check("loading.md", "loading.rs");
}

#[test]
fn results() {
    check("results.md", "results.rs");
}

#[test]
fn transactions() {
    check("transactions.md", "transactions.rs");
}

#[test]
fn values() {
    check("values.md", "values.rs");
}

#[test]
fn watching() {
    check("watching.md", "watching.rs");
}

#[test]
fn connections() {
    check("connections.md", "connections.rs");
}

#[test]
fn the_index_names_each_chapter() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guide");
    let index = read(&folder.join("README.md"));
    let files = fs::read_dir(folder).expect("the guide is there").map(|file| file.expect("a file").file_name());
    for chapter in files.filter_map(|name| name.into_string().ok()).filter(|name| name != "README.md") {
        assert!(index.contains(&format!("]({chapter})")), "{chapter} is not in the index");
    }
}

fn check(chapter: &str, tests: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = read(&folder.join("../guide").join(chapter));
    let source = read(&folder.join("tests/guide").join(tests));
    let source: Vec<&str> = source.lines().collect();
    let mut from = 0;
    for (line, listing) in listings(&guide) {
        let place = (from..source.len()).find(|&place| stands_at(&source[place..], &listing));
        from = place.unwrap_or_else(|| panic!("{chapter}:{line}: this listing is not in {tests} after line {from}"));
        from += listing.len();
    }
    assert!(from > 0, "{chapter} has listings");
}

/// The listings of a chapter.
fn listings(guide: &str) -> Vec<Listing<'_>> {
    let mut found = Vec::new();
    let mut lines = guide.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        if line.starts_with("```") {
            let is_listing = KINDS.contains(&line);
            let listing = lines.by_ref().map(|(line, _)| line).take_while(|line| *line != "```").collect();
            found.extend(is_listing.then_some((number, listing)));
        }
    }
    found
}

/// Whether a source begins with a listing, which may be indented there.
fn stands_at(source: &[&str], listing: &[&str]) -> bool {
    let indent = source[0].len() - source[0].trim_start().len();
    let same = |(source, shown): (&&str, &&str)| match shown.is_empty() {
        true => source.is_empty(),
        false => {
            source.get(..indent).is_some_and(|space| space.trim().is_empty()) && source.get(indent..) == Some(*shown)
        }
    };
    source.len() >= listing.len() && source.iter().zip(listing).all(same)
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
