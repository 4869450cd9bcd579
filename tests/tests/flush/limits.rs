//! What one statement can take: as many bytes as a packet, and as many values as the protocol counts.

use orm_core::prelude::*;
use tests::{Database, statements};

#[derive(Debug, Model)]
#[model(table = "recordings")]
struct Recording {
    #[primary_key]
    id: Auto<i32>,
    #[column(sql_type = "LONGBLOB")]
    sound: Vec<u8>,
    #[column(sql_type = "LONGTEXT")]
    words: String,
}

/// Eight columns.
#[derive(Clone, Debug, PartialEq, Embed)]
struct Row {
    a: i32,
    b: i32,
    c: i32,
    d: i32,
    e: i32,
    f: i32,
    g: i32,
    h: i32,
}

/// Sixty-four columns.
#[derive(Clone, Debug, PartialEq, Embed)]
struct Square {
    #[embed]
    a: Row,
    #[embed]
    b: Row,
    #[embed]
    c: Row,
    #[embed]
    d: Row,
    #[embed]
    e: Row,
    #[embed]
    f: Row,
    #[embed]
    g: Row,
    #[embed]
    h: Row,
}

/// 512 columns, and the key.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "cubes")]
struct Cube {
    #[primary_key]
    id: Auto<i32>,
    #[embed]
    a: Square,
    #[embed]
    b: Square,
    #[embed]
    c: Square,
    #[embed]
    d: Square,
    #[embed]
    e: Square,
    #[embed]
    f: Square,
    #[embed]
    g: Square,
    #[embed]
    h: Square,
}

/// How many rows each statement gives, told by its placeholders.
fn rows_of_each(sent: &[String], placeholders_of_a_row: usize) -> Vec<usize> {
    sent.iter().map(|sql| sql.matches('?').count() / placeholders_of_a_row).collect()
}

fn recording(bytes: usize) -> Recording {
    Recording { sound: vec![7; bytes], ..Default::default() }
}

fn square(number: i32) -> Square {
    let row = Row { a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number };
    Square {
        a: row.clone(),
        b: row.clone(),
        c: row.clone(),
        d: row.clone(),
        e: row.clone(),
        f: row.clone(),
        g: row.clone(),
        h: row,
    }
}

/// The same number 512 times.
fn cube(id: Auto<i32>, number: i32) -> Cube {
    let square = square(number);
    Cube {
        id,
        a: square.clone(),
        b: square.clone(),
        c: square.clone(),
        d: square.clone(),
        e: square.clone(),
        f: square.clone(),
        g: square.clone(),
        h: square,
    }
}

#[test]
fn new_rows_fill_half_a_packet_and_a_longer_one_goes_alone() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Recording>());
    let mut session = database.engine().session();
    let quarter_of_a_packet = session.engine().dialect().max_packet / 4;
    let (long, longer) = (quarter_of_a_packet - 100, 3 * quarter_of_a_packet);
    session.add_many([long, long, long, longer, long, long].map(recording));
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(rows_of_each(&sent, 2), [2, 1, 1, 2]);
    session.commit()?;
    let lengths = [long, long, long, longer, long, long].map(|bytes| bytes.to_string());
    assert_eq!(database.ask("SELECT LENGTH(sound) FROM recordings ORDER BY id"), lengths);
    Ok(())
}

#[test]
fn changed_rows_fill_a_megabyte_and_a_longer_one_goes_alone() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Recording>());
    let mut session = database.engine().session();
    let recordings = session.add_many((0..7).map(|_| recording(0)));
    session.flush()?;
    let lengths = [300_000, 300_000, 300_000, 300_000, 3_000_000, 300_000, 300_000];
    for (&recording, bytes) in recordings.iter().zip(lengths) {
        session[recording].sound = vec![8; bytes];
    }
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(rows_of_each(&sent, 2), [3, 1, 1, 2]);
    session.commit()?;
    let lengths = lengths.map(|bytes| bytes.to_string());
    assert_eq!(database.ask("SELECT LENGTH(sound) FROM recordings ORDER BY id"), lengths);
    Ok(())
}

#[test]
fn values_of_any_length_are_changed_together() -> orm_core::Result<()> {
    const LENGTHS: [usize; 8] = [1, 255, 30_000, 65_532, 65_536, 300_000, 0, 28_000];
    let database = Database::with(&Schema::of::<Recording>());
    let mut session = database.engine().session();
    let recordings = session.add_many(LENGTHS.map(|_| recording(0)));
    session.flush()?;
    // The same statement comes again: it is prepared for shorter values than it is given then.
    for turn in 0..LENGTHS.len() {
        for (place, &recording) in recordings.iter().enumerate() {
            let length = |step: usize| LENGTHS[(place + turn + step) % LENGTHS.len()];
            session[recording].sound = vec![200; length(0)];
            session[recording].words = "🦀".repeat(length(3) / 4) + &turn.to_string();
        }
        session.commit()?;
        let reading = database.engine().session();
        let stored = reading.query::<Recording>().order_by(Recording::id.asc()).all()?;
        for (stored, &given) in stored.iter().zip(&recordings) {
            let (given, lengths) = (&session[given], (stored.sound.len(), stored.words.len()));
            assert_eq!(lengths, (given.sound.len(), given.words.len()), "in turn {turn}");
            assert!(stored.sound == given.sound && stored.words == given.words, "other bytes in turn {turn}");
        }
    }
    Ok(())
}

#[test]
fn rows_of_many_columns_go_together_as_far_as_their_values_can_be_counted() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Cube>());
    let mut session = database.engine().session();
    let cubes = session.add_many((0..128).map(|number| cube(Auto::unset(), number)));
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(rows_of_each(&sent, 512), [127, 1]);

    for &changed in &cubes {
        let old = &session[changed];
        session[changed] = cube(old.id.clone(), old.a.a.a + 1);
    }
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(rows_of_each(&sent, 1 + 512), [127, 1]);

    let (inserted, sent) = statements(|| session.insert_all((0..128).map(|number| cube(Auto::unset(), number))));
    inserted?;
    assert_eq!(rows_of_each(&sent, 512), [127, 1]);
    session.commit()?;
    let stored = "SELECT COUNT(*), SUM(a_a_a), SUM(h_h_h) FROM cubes";
    assert_eq!(database.ask(stored), [format!("256 | {0} | {0}", 128 * 129 / 2 + 127 * 128 / 2)]);
    Ok(())
}
