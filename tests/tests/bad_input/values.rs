//! Hostile texts and bytes, and values that no packet takes.

use orm_core::Error;
use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "papers")]
struct Paper {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 100)]
    title: String,
    #[column(sql_type = "LONGBLOB")]
    scan: Vec<u8>,
}

/// Texts that mean something to a server, a shell, a driver or a formatter.
const HOSTILE: [&str; 13] = [
    "'",
    "''; DROP TABLE papers; -- ",
    "\\",
    "\\' OR 1=1 #",
    "\"`\"",
    "\0",
    "a\0b",
    "\u{1a}\r\n\t",
    "?",
    ":name @x %s {}",
    "/* */ --",
    "\u{10ffff}\u{fffd}\u{202e}",
    "Ⅷ é e\u{301} ß 😀",
];

fn paper(title: &str, scan: &[u8]) -> Paper {
    Paper { title: title.into(), scan: scan.into(), ..Default::default() }
}

#[test]
fn any_text_and_any_bytes_come_back_as_they_were() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Paper>());
    let mut session = database.engine().session();
    let all_bytes: Vec<u8> = (0..=255).collect();
    let papers = session.add_many(HOSTILE.map(|text| paper(text, &all_bytes)));
    session.commit()?;
    for (title, &paper) in HOSTILE.iter().zip(&papers) {
        session[paper].title = format!("{title}{title}");
        session[paper].scan.extend(title.as_bytes());
    }
    session.commit()?;
    session.insert_all(HOSTILE.map(|text| paper(text, b"\xff\xfe\0'")))?;
    session.commit()?;
    let mut other = database.engine().session();
    for (title, &paper) in HOSTILE.iter().zip(&papers) {
        let twice = format!("{title}{title}");
        let found = other.query::<Paper>().filter(Paper::title.eq(&*twice)).all()?;
        let key = session[paper].id.get();
        let found = found.iter().find(|found| found.id.get() == key).expect("it is found by its title");
        assert_eq!((&found.title, &found.scan), (&twice, &[&all_bytes, title.as_bytes()].concat()));
        assert_eq!(
            other
                .query::<Paper>()
                .filter(Paper::title.contains(title))
                .filter(Paper::id.eq(key.unwrap_or(0)))
                .count()?,
            1
        );
        let raw = other.sql("SELECT title FROM papers WHERE id = :id AND title = :title");
        let raw: String = raw.bind_as("id", key).bind_as("title", twice.clone()).scalar()?;
        assert_eq!(raw, twice);
    }
    let renamed = query::<Paper>().filter(Paper::title.in_(HOSTILE));
    other.update_all(renamed, [Paper::title.set("'; --")])?;
    other.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM papers"), [(2 * HOSTILE.len()).to_string()]);
    Ok(())
}

#[test]
fn a_value_that_no_packet_takes_is_told_and_nothing_is_lost() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Paper>());
    let most = database.engine().dialect().max_packet;
    let mut session = database.engine().session();
    let small = session.add(paper("small", b"s"));
    session.flush()?;
    let large = session.add(paper("large", &vec![7; most]));
    let error = session.commit().expect_err("it is too large");
    assert!(
        matches!(error, Error::TooLarge { model: Some("Paper"), field: Some("scan"), most: Some(told), .. } if told == most),
        "{error}"
    );
    assert!(error.is_invalid_data() && !error.is_retryable());
    assert!(error.to_string().len() < 500, "{error}");
    assert_eq!((session[small].id.get(), session[large].id.get()), (None, None));
    session[large].scan.truncate(most - 1000);
    session.commit()?;
    assert_eq!(
        database.ask("SELECT title, LENGTH(scan) FROM papers ORDER BY id"),
        ["small | 1".to_owned(), format!("large | {}", most - 1000)]
    );
    session[small].scan = vec![8; most];
    let error = session.commit().expect_err("it is too large");
    assert!(matches!(error, Error::TooLarge { model: Some("Paper"), field: Some("scan"), .. }), "{error}");
    session.rollback()?;
    assert_eq!(session[small].scan, b"s");
    Ok(())
}

#[test]
fn the_connection_goes_on_after_a_statement_that_was_too_large() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Paper>());
    let most = database.engine().dialect().max_packet;
    let mut session = database.engine().session();
    let connection = |session: &Session| session.sql("SELECT CONNECTION_ID()").scalar::<u64>();
    let before = connection(&session)?;
    let rows = [paper("a", b"a"), paper("b", &vec![7; most])];
    let error = session.insert_all(rows).expect_err("it is too large");
    assert!(matches!(error, Error::TooLarge { model: Some("Paper"), .. }), "{error}");
    session.rollback()?;
    let asked = session.query::<Paper>().filter(Paper::scan.eq(vec![7; most])).all().map(drop);
    assert!(matches!(asked, Err(Error::TooLarge { .. })), "{asked:?}");
    let text = session.sql(orm_core::query::Composed(format!("SELECT '{}'", "x".repeat(most)))).scalar::<String>();
    assert!(matches!(text, Err(Error::TooLarge { .. })), "the text is too long");
    assert_eq!(connection(&session)?, before);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "notes")]
struct Note {
    #[primary_key]
    id: Auto<i32>,
    text: String,
    #[column(sql_type = "TINYBLOB")]
    mark: Vec<u8>,
}

/// MariaDB 10.11 takes the rest of a length by 65,536, or by 256, where several rows are changed by a join.
#[test]
fn what_is_too_long_for_its_column_is_refused_among_other_rows_too() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Note>());
    let mut session = database.engine().session();
    let notes = session.add_all(["a", "b", "c"].map(|text| Note { text: text.into(), ..Default::default() }));
    session.commit()?;
    let too_long = |note: &mut Note, round| match round {
        0 => note.text = "x".repeat(65_536),
        1 => note.text = "x".repeat(70_000),
        _ => note.mark = vec![b'x'; 300],
    };
    for round in 0..3 {
        notes.into_iter().for_each(|note| session[note].text = "longer".into());
        notes.into_iter().for_each(|note| session[note].mark = b"mark".into());
        too_long(&mut session[notes[1]], round);
        let error = session.commit().expect_err("one of the values is too long");
        let field = if round < 2 { "text" } else { "mark" };
        assert!(
            matches!(&error, Error::TooLong { model: Some("Note"), field: Some(told), .. } if *told == field),
            "{error:?}"
        );
        session.rollback()?;
        assert_eq!(database.ask("SELECT text FROM notes ORDER BY id"), ["a", "b", "c"]);
    }
    // The longest that there may be.
    session[notes[0]].text = "x".repeat(65_535);
    session[notes[1]].mark = vec![0; 255];
    session[notes[1]].text = "y".repeat(65_535);
    session[notes[0]].mark = vec![1; 255];
    session.commit()?;
    let lengths = database.ask("SELECT LENGTH(text), LENGTH(mark) FROM notes ORDER BY id");
    assert_eq!(lengths, ["65535 | 255", "65535 | 255", "1 | 0"]);
    Ok(())
}
