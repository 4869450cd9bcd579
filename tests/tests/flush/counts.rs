//! How many statements go to the server, as a function of tables and chunks: objects count only where a chunk is full.

use orm_core::Flavour;
use orm_core::prelude::*;
use tests::{Database, statements};

/// The most rows of an INSERT.
const INSERTED: usize = 512;
/// The most rows of an UPDATE to different values.
const UPDATED: usize = 128;
/// The most keys of a list.
const KEYS: usize = 1000;

#[derive(Debug, Model)]
#[model(table = "bands")]
struct Band {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    name: String,
    founded: i32,
    #[has_many(cascade)]
    albums: HasMany<Album>,
    #[has_many]
    fans: HasMany<Fan>,
}

#[derive(Debug, Model)]
#[model(table = "albums")]
struct Album {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    band: BelongsTo<Band>,
    #[has_many(cascade)]
    songs: HasMany<Song>,
}

#[derive(Debug, Model)]
#[model(table = "songs")]
struct Song {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    album: BelongsTo<Album>,
}

#[derive(Debug, Model)]
#[model(table = "fans")]
struct Fan {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    band: Option<BelongsTo<Band>>,
}

#[derive(Debug, Model)]
#[model(table = "films")]
struct Film {
    #[primary_key]
    id: Auto<i32>,
    #[many_to_many(through = "films_genres")]
    genres: ManyToMany<Genre>,
}

#[derive(Debug, Model)]
#[model(table = "genres")]
struct Genre {
    #[primary_key]
    id: Auto<i32>,
    #[many_to_many(through = "films_genres")]
    films: ManyToMany<Film>,
}

#[derive(Debug, Model)]
#[model(table = "seats")]
struct Seat {
    #[primary_key]
    id: Auto<i32>,
    taken: bool,
    #[version]
    version: u32,
}

#[derive(Debug, Model)]
#[model(table = "lines")]
struct Line {
    #[primary_key]
    id: Auto<i32>,
    price: i32,
    #[column(computed = "price * 2")]
    double: Auto<i64>,
}

/// Runs some code for so many rows, which sends these statements, each for so many rows at most.
fn sends<R>(rows: usize, expected: &[(&str, usize)], run: impl FnOnce() -> orm_core::Result<R>) -> orm_core::Result<R> {
    let (result, sent) = statements(run);
    let result = result?;
    let expected: Vec<_> = expected.iter().map(|(kind, most)| ((*kind).to_owned(), rows.div_ceil(*most))).collect();
    assert_eq!(by_kind(&sent), expected, "{rows} rows");
    Ok(result)
}

/// How many statements there are of each kind, in the order of the first ones.
fn by_kind(sent: &[String]) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for sql in sent {
        let kind = kind(sql);
        match counts.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((kind, 1)),
        }
    }
    counts
}

/// What a statement does, and with which table.
fn kind(sql: &str) -> String {
    let verb = sql.split(' ').next().unwrap_or_default();
    format!("{verb} {}", sql.split('`').nth(1).unwrap_or_default())
}

/// A band with an album of one song, and a fan.
fn band(number: usize) -> Band {
    let album = Album { songs: [Song::default()].into_iter().collect(), ..Default::default() };
    Band {
        name: number.to_string(),
        albums: [album].into_iter().collect(),
        fans: [Fan::default()].into_iter().collect(),
        ..Default::default()
    }
}

/// A band without anything.
fn plain_band(number: usize) -> Band {
    Band { name: number.to_string(), ..Default::default() }
}

/// A session that has read so many new rows in its transaction.
fn loaded<M: Model>(
    database: &Database,
    rows: usize,
    new: impl Fn(usize) -> M,
) -> orm_core::Result<(Session, Vec<Handle<M>>)> {
    let mut session = database.engine().session();
    session.insert_all((0..rows).map(new))?;
    let handles = session.query::<M>().handles()?;
    assert_eq!(handles.len(), rows);
    Ok((session, handles))
}

#[test]
fn a_graph_takes_an_insert_for_512_rows_of_each_table() -> orm_core::Result<()> {
    // unit-of-work 12, 15, 16
    let database = Database::with(&Schema::of::<Band>());
    let inserts = ["INSERT bands", "INSERT albums", "INSERT fans", "INSERT songs"].map(|kind| (kind, INSERTED));
    for rows in [1, 511, 512, 513, 1025] {
        let mut session = database.engine().session();
        session.add_many((0..rows).map(band));
        sends(rows, &inserts, || session.flush())?;
    }
    Ok(())
}

#[test]
fn rows_in_which_one_column_changes_take_an_update_for_128() -> orm_core::Result<()> {
    // unit-of-work 15
    let database = Database::with(&Schema::of::<Band>());
    for rows in [1, 127, 128, 129, 257] {
        let (mut session, bands) = loaded(&database, rows, plain_band)?;
        bands.iter().for_each(|&band| session[band].name += "!");
        sends(rows, &[("UPDATE bands", UPDATED)], || session.flush())?;
    }
    Ok(())
}

#[test]
fn rows_in_which_other_columns_change_take_updates_of_their_own() -> orm_core::Result<()> {
    // unit-of-work 15
    let database = Database::with(&Schema::of::<Band>());
    for rows in [1, 127, 128, 129] {
        let (mut session, bands) = loaded(&database, 2 * rows, plain_band)?;
        for pair in bands.chunks(2) {
            session[pair[0]].name += "!";
            session[pair[1]].founded = 1970;
        }
        let (flushed, sent) = statements(|| session.flush());
        flushed?;
        assert_eq!(by_kind(&sent), [("UPDATE bands".to_owned(), 2 * rows.div_ceil(UPDATED))]);
    }
    Ok(())
}

#[test]
fn one_changed_object_is_one_update_whatever_the_session_holds() -> orm_core::Result<()> {
    // unit-of-work 20
    let database = Database::with(&Schema::of::<Band>());
    for rows in [1, 1001] {
        let (mut session, bands) = loaded(&database, rows, plain_band)?;
        session[bands[rows / 2]].name += "!";
        let (flushed, sent) = statements(|| session.flush());
        flushed?;
        assert_eq!(sent, ["UPDATE `bands` SET `name` = ? WHERE `id` = ?"]);
    }
    Ok(())
}

#[test]
fn a_flush_with_nothing_changed_sends_nothing() -> orm_core::Result<()> {
    // unit-of-work 18
    let database = Database::with(&Schema::of::<Band>());
    let (mut session, bands) = loaded(&database, 1001, plain_band)?;
    sends(0, &[], || session.flush())?;
    for &band in &bands {
        session[band].name += "!";
        session[band].name.pop();
    }
    sends(0, &[], || session.flush())
}

#[test]
fn rows_are_deleted_by_lists_of_1000_keys() -> orm_core::Result<()> {
    // unit-of-work 17
    let database = Database::with(&Schema::of::<Line>());
    for rows in [1, 999, 1000, 1001] {
        let (mut session, lines) = loaded(&database, rows, |_| Line::default())?;
        lines.iter().for_each(|&line| session.delete(line));
        sends(rows, &[("DELETE lines", KEYS)], || session.flush())?;
    }
    Ok(())
}

#[test]
fn link_rows_are_inserted_512_at_a_time_and_deleted_by_lists_of_1000_pairs() -> orm_core::Result<()> {
    // unit-of-work 59
    let database = Database::with(&Schema::of::<Film>());
    for rows in [1, 511, 512, 513, 999, 1000, 1001] {
        let (mut session, genres) = loaded(&database, rows, |_| Genre::default())?;
        let film = session.add(Film::default());
        session.flush()?;
        session[film].genres.extend(genres.iter().copied());
        sends(rows, &[("INSERT films_genres", INSERTED)], || session.flush())?;
        genres.iter().for_each(|&genre| session[film].genres.remove(genre));
        sends(rows, &[("DELETE films_genres", KEYS)], || session.flush())?;
    }
    Ok(())
}

#[test]
fn deleting_owners_asks_and_writes_for_1000_of_each_table() -> orm_core::Result<()> {
    // unit-of-work 17, 44, 79
    let database = Database::with(&Schema::of::<Band>());
    let cascade = [
        ("SELECT albums", KEYS),
        ("SELECT songs", KEYS),
        ("UPDATE fans", KEYS),
        ("DELETE songs", KEYS),
        ("DELETE albums", KEYS),
        ("DELETE bands", KEYS),
    ];
    for rows in [1, 999, 1000, 1001] {
        let mut session = database.engine().session();
        session.add_many((0..rows).map(band));
        session.flush()?;
        let bands = session.query::<Band>().handles()?;
        bands.iter().for_each(|&band| session.delete(band));
        sends(rows, &cascade, || session.flush())?;
    }
    Ok(())
}

#[test]
fn a_version_costs_no_statement() -> orm_core::Result<()> {
    // unit-of-work 146
    let database = Database::with(&Schema::of::<Seat>());
    for rows in [1, 127, 128, 129, 1000, 1001] {
        let (mut session, seats) = loaded(&database, rows, |_| Seat::default())?;
        seats.iter().for_each(|&seat| session[seat].taken = true);
        sends(rows, &[("UPDATE seats", UPDATED)], || session.flush())?;
        seats.iter().for_each(|&seat| session.delete(seat));
        sends(rows, &[("DELETE seats", KEYS)], || session.flush())?;
    }
    Ok(())
}

#[test]
fn computed_columns_come_with_the_insert_and_by_one_question_after_an_update() -> orm_core::Result<()> {
    // unit-of-work 41
    let database = Database::with(&Schema::of::<Line>());
    let inserts: &[_] = match database.engine().dialect().flavour {
        Flavour::MariaDb => &[("INSERT lines", INSERTED)],
        Flavour::MySql => &[("INSERT lines", INSERTED), ("SELECT lines", INSERTED)],
    };
    for rows in [1, 127, 128, 129, 511, 512, 513] {
        let mut session = database.engine().session();
        let lines = session.add_many((0..rows).map(|_| Line::default()));
        sends(rows, inserts, || session.flush())?;
        lines.iter().for_each(|&line| session[line].price = 5);
        sends(rows, &[("UPDATE lines", UPDATED), ("SELECT lines", UPDATED)], || session.flush())?;
        assert!(lines.iter().all(|&line| session[line].double.get() == Some(10)));
    }
    Ok(())
}

#[test]
fn an_update_by_a_query_is_one_statement_and_a_question_for_1000_objects() -> orm_core::Result<()> {
    // unit-of-work 150
    let database = Database::with(&Schema::of::<Band>());
    for rows in [1, 999, 1000, 1001] {
        let (mut session, _) = loaded(&database, rows, plain_band)?;
        let founded = [Band::founded.set(1970)];
        sends(rows, &[("UPDATE bands", rows), ("SELECT bands", KEYS)], || session.update_all(query(), founded))?;
    }
    Ok(())
}

#[test]
fn rows_without_handles_take_an_insert_for_512() -> orm_core::Result<()> {
    // unit-of-work 154
    let database = Database::with(&Schema::of::<Band>());
    for rows in [1, 511, 512, 513, 1025] {
        let mut session = database.engine().session();
        sends(rows, &[("INSERT bands", INSERTED)], || session.insert_all((0..rows).map(plain_band)))?;
        let with_key = |number: usize| Band { id: Auto::of(10_000 + number as i32), ..plain_band(number) };
        sends(rows, &[("INSERT bands", INSERTED)], || session.upsert((0..rows).map(with_key)))?;
        sends(rows, &[("INSERT bands", INSERTED)], || session.insert_ignore((0..rows).map(with_key)))?;
    }
    Ok(())
}

#[test]
fn merged_objects_are_asked_for_by_1000_keys_and_written_like_others() -> orm_core::Result<()> {
    // unit-of-work 140
    let database = Database::with(&Schema::of::<Band>());
    for rows in [1, 127, 128, 129, 999, 1000, 1001] {
        let mut session = database.engine().session();
        let with_key = |founded| move |id: usize| Band { id: Auto::of(id as i32), founded, ..plain_band(id) };
        session.insert_all((1..=rows).map(with_key(1960)))?;
        let merged = (1..=rows).map(with_key(1970));
        sends(rows, &[("SELECT bands", KEYS)], || session.merge_all(merged))?;
        sends(rows, &[("UPDATE bands", UPDATED)], || session.flush())?;
        sends(0, &[], || session.merge_all((0..rows).map(plain_band)))?;
        sends(rows, &[("INSERT bands", INSERTED)], || session.flush())?;
    }
    Ok(())
}
