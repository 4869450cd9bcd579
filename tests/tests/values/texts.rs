//! Random text and bytes in every kind of column.

use expect_test::expect;
use orm_core::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;
use tests::{Database, statements};

use super::sample::{come_back, sample};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "texts", collation = "utf8mb4_bin")]
struct Text {
    #[primary_key]
    id: i32,
    #[column(length = 30)]
    short: String,
    long: String,
    #[column(sql_type = "CHAR(30)")]
    fixed: String,
    #[column(sql_type = "TINYTEXT")]
    tiny: String,
    #[column(sql_type = "MEDIUMTEXT")]
    medium: String,
    #[column(sql_type = "LONGTEXT")]
    longest: Option<String>,
    #[column(sql_type = "VARCHAR(30) COLLATE utf8mb4_unicode_ci")]
    worded: String,
}

sample!(Text: short long fixed tiny medium);

/// Some with characters of four bytes, quotes and backslashes; the server overlooks spaces at the end where it compares.
fn text() -> impl Strategy<Value = String> {
    let any = vec(any::<char>(), 0..30).prop_map(|characters| characters.into_iter().collect::<String>());
    let odd = "[🦀é\\\\'\"%_\u{0}a]{0,30}";
    prop_oneof![any, odd].prop_map(|text| text.trim_end_matches(' ').to_owned())
}

#[test]
fn random_text_comes_back() {
    let longest = proptest::option::of(prop_oneof![8 => text(), 1 => text().prop_map(|text| text.repeat(3000))]);
    come_back((text(), text(), text(), text(), text(), longest, text()).prop_map(
        |(short, long, fixed, tiny, medium, longest, worded)| Text {
            id: 0,
            short,
            long,
            fixed,
            tiny,
            medium,
            longest,
            worded,
        },
    ));
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "files")]
struct File {
    #[primary_key]
    id: i32,
    #[column(length = 40)]
    short: Vec<u8>,
    long: Vec<u8>,
    #[column(sql_type = "BINARY(4)")]
    fixed: Vec<u8>,
    #[column(sql_type = "LONGBLOB")]
    longest: Option<Vec<u8>>,
}

sample!(File: short long fixed);

#[test]
fn random_bytes_come_back() {
    let bytes = || vec(any::<u8>(), 0..40);
    let longest = proptest::option::of(prop_oneof![8 => bytes(), 1 => vec(any::<u8>(), 70_000)]);
    come_back((bytes(), bytes(), vec(any::<u8>(), 4), longest).prop_map(|(short, long, fixed, longest)| File {
        id: 0,
        short,
        long,
        fixed,
        longest,
    }));
}

#[test]
fn bytes_of_any_length_replace_each_other() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<File>());
    let mut session = database.engine().session();
    let files = [1, 2].map(|id| session.add(File { id, fixed: vec![0; 4], ..Default::default() }));
    session.commit()?;
    for lengths in [[Some(0), Some(70_000)], [Some(70_000), Some(0)], [Some(60_000), Some(1)], [None, Some(2)]] {
        for (file, length) in files.into_iter().zip(lengths) {
            session[file].longest = length.map(|length| vec![200; length]);
        }
        let (committed, sent) = statements(|| session.commit());
        committed?;
        expect![[r#"
            UPDATE `files` INNER JOIN (SELECT `files`.`id` AS `k0`, `files`.`longest` AS `v0` FROM `files` WHERE FALSE UNION ALL SELECT ?, ? UNION ALL SELECT ?, ?) AS `new` ON `files`.`id` = `new`.`k0` SET `files`.`longest` = `new`.`v0`
            COMMIT"#]]
        .assert_eq(&sent.join("\n"));
        let stored = database.ask("SELECT LENGTH(longest) FROM files ORDER BY id");
        assert_eq!(stored, lengths.map(|length| length.map_or("NULL".to_owned(), |length| length.to_string())));
    }
    Ok(())
}

#[test]
fn spaces_at_the_end_come_back() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Text>());
    let text = Text { id: 1, short: "a  ".into(), long: "  ".into(), tiny: " ".into(), ..Default::default() };
    let mut session = database.engine().session();
    session.add(text.clone());
    session.commit()?;
    let session = database.engine().session();
    assert_eq!(session.query::<Text>().one()?.get(), &text);
    Ok(())
}
