//! The statements of a flush, as data: ordered rows come in, steps go out, each of which is one statement.

use std::fmt;

use crate::model::Cell;
use crate::schema::{Generated, Table};
use crate::session::assign::Assigned;
use crate::session::chunks::{self, MAX_INSERTED, chunks, size};
use crate::session::flush::collect::{Columns, Delete, Insert, Release, Update};
use crate::session::flush::order::Ordered;
use crate::sql::MAX_PLACEHOLDERS;
use crate::sql::{self, Dialect};
use crate::value::{KeyValue, Value};

/// What a flush sends: printed, a line for each statement.
///
/// It is made by [`Session::pending`](crate::Session::pending), which sends nothing.
#[derive(Debug)]
pub struct FlushPlan {
    pub(crate) steps: Vec<Step>,
}

/// One statement to send, with the rows that it writes.
#[derive(Debug)]
pub(crate) enum Step {
    /// Several new rows that give the same columns.
    Insert { table: &'static Table, columns: Vec<usize>, rows: Vec<Insert>, generated: Vec<usize> },
    /// Several rows in which the same columns change.
    Update { table: &'static Table, columns: Columns, rows: Vec<Update> },
    /// Foreign keys that become NULL.
    Release { table: &'static Table, relationship: usize, keys: Vec<KeyValue> },
    /// Several rows to delete.
    Delete { table: &'static Table, by: Columns, rows: Vec<Delete> },
}

/// Rows of one UPDATE, which are a UNION of SELECTs there and cost the server more.
const MAX_UPDATED: usize = 128;
/// Bytes of one UPDATE: the server keeps its rows in a temporary table, which should stay in memory.
const MAX_UPDATED_BYTES: usize = 1 << 20;

/// The statements, in the order in which they are to be sent.
pub(crate) fn steps(ordered: Ordered, dialect: Dialect) -> FlushPlan {
    let Ordered {
        freed,
        emptied,
        early,
        inserts,
        updates,
        leaving,
        unlinks,
        links,
        releases,
        cuts,
        deletes,
        deletes_first,
    } = ordered;
    let mut left = Vec::new();
    plan_updates(&mut left, leaving, dialect);
    plan_releases(&mut left, emptied.releases, dialect);
    plan_deletes(&mut left, emptied.unlinks, dialect);

    let mut written = Vec::new();
    plan_updates(&mut written, freed, dialect);
    early.into_iter().for_each(|rows| plan_updates(&mut written, rows, dialect));
    inserts.into_iter().for_each(|rows| plan_inserts(&mut written, rows, dialect));
    plan_updates(&mut written, updates, dialect);

    let (mut unlinked, mut linked) = (Vec::new(), Vec::new());
    plan_deletes(&mut unlinked, unlinks, dialect);
    plan_inserts(&mut linked, links, dialect);

    let mut gone = Vec::new();
    plan_releases(&mut gone, releases, dialect);
    plan_updates(&mut gone, cuts, dialect);
    deletes.into_iter().for_each(|rows| plan_deletes(&mut gone, rows, dialect));

    let mut steps = left;
    match deletes_first {
        false => [written, unlinked, linked, gone],
        true => [unlinked, gone, written, linked],
    }
    .iter_mut()
    .for_each(|others| steps.append(others));
    FlushPlan { steps }
}

fn plan_inserts(steps: &mut Vec<Step>, rows: Vec<Insert>, dialect: Dialect) {
    let is_given = |cell: &Cell| !matches!(cell, Cell::Generated);
    let give_the_same = |(one, other): (&Cell, &Cell)| is_given(one) == is_given(other);
    let same = |one: &Insert, other: &Insert| {
        let alike = one.existing == other.existing && one.assigned == other.assigned;
        one.table.is(other.table) && alike && one.cells.iter().zip(&other.cells).all(give_the_same)
    };
    let runs: Vec<usize> = rows.chunk_by(same).map(<[Insert]>::len).collect();
    let mut rows = rows.into_iter();
    for run in runs {
        let first = &rows.as_slice()[0];
        let (table, cells) = (first.table, &first.cells);
        let columns: Vec<usize> = (0..cells.len()).filter(|&column| is_given(&cells[column])).collect();
        let object = first.object.is_some();
        let is_made = |column: &usize| !columns.contains(column) || table.columns[*column].by_trigger;
        let generated: Vec<usize> = (0..table.columns.len()).filter(|column| object && is_made(column)).collect();
        let most = match key_is_unknown(table, &generated) {
            true => 1,
            false => MAX_INSERTED.min(MAX_PLACEHOLDERS / (columns.len() + values_in(table, &first.assigned)).max(1)),
        };
        let rows = rows.by_ref().take(run);
        for rows in chunks(rows, most, dialect.max_packet / 2, |row| row.cells.iter().map(size).sum()) {
            steps.push(Step::Insert { table, columns: columns.clone(), rows, generated: generated.clone() });
        }
    }
}

/// How many values stand in terms.
fn values_in(table: &'static Table, assigned: &[Assigned]) -> usize {
    if assigned.is_empty() { 0 } else { sql::terms(table, assigned).1.len() }
}

/// A key that the table makes, but not by counting: rows cannot be told apart in an answer of several.
fn key_is_unknown(table: &Table, generated: &[usize]) -> bool {
    let is_unknown =
        |column: &usize| generated.contains(column) && table.columns[*column].generated != Generated::AutoIncrement;
    table.primary_key.iter().any(is_unknown)
}

fn plan_updates(steps: &mut Vec<Step>, rows: Vec<Update>, dialect: Dialect) {
    let same = |one: &Update, other: &Update| {
        let (table, versioned) = (one.object.table, one.version.is_some());
        let alike = one.columns == other.columns && one.assigned == other.assigned;
        table.is(other.object.table) && alike && versioned == other.version.is_some()
    };
    for rows in groups(rows, same) {
        let (table, columns) = (rows[0].object.table, rows[0].columns.clone());
        let placeholders = MAX_PLACEHOLDERS - values_in(table, &rows[0].assigned);
        let most = MAX_UPDATED.min(placeholders / (table.identity().len() + columns.len()));
        let (alone, rows) = not_joined(table, &columns, rows);
        let alone = alone.into_iter().map(|row| Step::Update { table, columns: columns.clone(), rows: vec![row] });
        steps.extend(alone);
        for rows in
            chunks(rows, most, MAX_UPDATED_BYTES.min(dialect.max_packet / 2), |row| row.cells.iter().map(size).sum())
        {
            steps.push(Step::Update { table, columns: columns.clone(), rows });
        }
    }
}

/// The rows that cannot be changed by a join, and the others: those with a value that its column may not take, and with a key in
/// letters of a character set of its own. In a statement for one row the server refuses such a value; where it comes by a join,
/// MariaDB 10.11 keeps a part of it and says nothing. And joined texts have the connection's character set, which the servers
/// compare with no other. (<https://mariadb.com/kb/en/character-set-and-collation-overview/>)
fn not_joined(table: &Table, columns: &[usize], rows: Vec<Update>) -> (Vec<Update>, Vec<Update>) {
    let takes = |(place, &column): (usize, &usize)| Some((place, table.columns[column].sql_type().surely_takes()?));
    let limits: Vec<(usize, usize)> = columns.iter().enumerate().filter_map(takes).collect();
    let is_longer = |row: &Update, (place, most): (usize, usize)| match &row.cells[place] {
        Cell::Value(Value::Bytes(bytes)) => bytes.len() > most,
        _ => false,
    };
    let has_own_charset = table.primary_key.iter().any(|&key| sql::has_own_charset(table, &table.columns[key]));
    let is_foreign = |row: &Update| has_own_charset && !row.key.as_ref().is_none_or(KeyValue::is_ascii);
    let is_alone = |row: &Update| limits.iter().any(|&limit| is_longer(row, limit)) || is_foreign(row);
    match rows.iter().any(is_alone) {
        true => rows.into_iter().partition(is_alone),
        false => (Vec::new(), rows),
    }
}

fn plan_releases(steps: &mut Vec<Step>, releases: Vec<Release>, dialect: Dialect) {
    let same = |one: &Release, other: &Release| one.table.is(other.table) && one.relationship == other.relationship;
    for rows in groups(releases, same) {
        let (table, relationship) = (rows[0].table, rows[0].relationship);
        let keys: Vec<KeyValue> = rows.into_iter().map(|row| row.key).collect();
        for keys in chunks(keys, sql::MAX_KEYS, most_bytes_of_keys(dialect), chunks::size_of_key) {
            steps.push(Step::Release { table, relationship, keys });
        }
    }
}

fn plan_deletes(steps: &mut Vec<Step>, rows: Vec<Delete>, dialect: Dialect) {
    let same = |one: &Delete, other: &Delete| {
        one.table.is(other.table) && one.by == other.by && one.exactly_one == other.exactly_one
    };
    for rows in groups(rows, same) {
        let (table, by) = (rows[0].table, rows[0].by.clone());
        let size = |row: &Delete| chunks::size_of_key(&row.key);
        for rows in chunks(rows, sql::MAX_KEYS, most_bytes_of_keys(dialect), size) {
            steps.push(Step::Delete { table, by: by.clone(), rows });
        }
    }
}

/// A list of keys is filled up to twice its length at most.
fn most_bytes_of_keys(dialect: Dialect) -> usize {
    dialect.max_packet / 4
}

/// All that are the same in something, neighbours or not.
fn groups<R>(rows: Vec<R>, same: impl Fn(&R, &R) -> bool) -> Vec<Vec<R>> {
    let Some(first) = rows.first() else { return Vec::new() };
    if rows.iter().all(|row| same(first, row)) {
        return vec![rows];
    }
    let mut groups: Vec<Vec<R>> = Vec::new();
    for row in rows {
        match groups.iter_mut().find(|group| same(&group[0], &row)) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

impl FlushPlan {
    /// Whether there is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The number of statements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.steps.len()
    }
}

impl fmt::Display for FlushPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps.iter().try_for_each(|step| writeln!(f, "{step}"))
    }
}

impl Step {
    /// The table that is written.
    pub(crate) fn table(&self) -> &'static Table {
        match self {
            Self::Insert { table, .. } | Self::Update { table, .. } => table,
            Self::Release { table, .. } | Self::Delete { table, .. } => table,
        }
    }

    fn rows(&self) -> usize {
        match self {
            Self::Insert { rows, .. } => rows.len(),
            Self::Update { rows, .. } => rows.len(),
            Self::Release { keys, .. } => keys.len(),
            Self::Delete { rows, .. } => rows.len(),
        }
    }
}

fn with_assigned(columns: &[usize], assigned: &[Assigned]) -> Vec<usize> {
    columns.iter().copied().chain(assigned.iter().map(|(column, _)| *column)).collect()
}

/// What the step does, for somebody who reads a plan.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (table, names) = (self.table(), |columns: &[usize]| {
            columns.iter().map(|&column| self.table().columns[column].name).collect::<Vec<_>>().join(", ")
        });
        let rows = self.rows();
        match self {
            Self::Insert { columns, rows: inserted, .. } => {
                let columns = with_assigned(columns, &inserted[0].assigned);
                write!(f, "insert {rows} into {} ({})", table.name, names(&columns))
            }
            Self::Update { columns, rows: updated, .. } => {
                let columns = with_assigned(columns, &updated[0].assigned);
                write!(f, "update {rows} of {} ({})", table.name, names(&columns))
            }
            Self::Release { relationship, .. } => {
                write!(f, "release {} from {rows} ({})", table.name, names(table.reference(*relationship).columns))
            }
            Self::Delete { by, .. } => write!(f, "delete {rows} from {} ({})", table.name, names(by)),
        }
    }
}
