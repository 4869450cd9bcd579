//! Random rows of a model: written, read by another session, found by each of their values, and changed in one flush.

use std::fmt::Debug;

use orm_core::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use tests::Database;

/// How many sets of rows a test writes, where `PROPTEST_CASES` does not say it.
const CASES: u32 = 6;
/// Where they begin, where nothing is asked for.
const SEED: u64 = 1;
const MOST_ROWS: usize = 40;
/// The rows of each set that are looked for by their values.
const FOUND_BY_VALUE: usize = 8;

/// What a step of a check says.
pub(super) type Done<T = ()> = Result<T, TestCaseError>;

/// A model of which random rows are written. Its key is `id`.
pub(super) trait Sample: Model + Clone + Debug + PartialEq {
    fn with_id(self, id: i32) -> Self;

    /// All rows, in the order of their keys.
    fn all(session: &Session) -> orm_core::Result<Vec<Self>>;

    /// By each of its values the server finds the rows that have the same one.
    fn is_found_by_its_values(&self, all: &[Self], session: &Session) -> Done;
}

/// `sample!(Model: column other_column)`: the columns by which rows are looked for.
macro_rules! sample {
    ($model:ident: $($column:ident)*) => {
        impl crate::values::sample::Sample for $model {
            fn with_id(self, id: i32) -> Self {
                Self { id, ..self }
            }

            fn all(session: &Session) -> orm_core::Result<Vec<Self>> {
                let all = session.query::<Self>().order_by($model::id).all()?;
                Ok(all.into_iter().map(|view| view.get().clone()).collect())
            }

            fn is_found_by_its_values(&self, all: &[Self], session: &Session) -> crate::values::sample::Done {
                $({
                    let with_value = session.query::<Self>().filter($model::$column.eq(&self.$column));
                    let found = with_value.order_by($model::id).all()?;
                    let found: Vec<i32> = found.into_iter().map(|view| view.id).collect();
                    let same = all.iter().filter(|row| row.$column == self.$column);
                    let same: Vec<i32> = same.map(|row| row.id).collect();
                    proptest::prop_assert_eq!(found, same, "{} = {:?}", stringify!($column), self.$column);
                })*
                Ok(())
            }
        }
    };
}

pub(super) use sample;

/// Random rows come back, are found, and come back again after all have been changed in one flush.
pub(super) fn come_back<M: Sample>(rows: impl Strategy<Value = M> + 'static) {
    let database = Database::with(&Schema::of::<M>());
    let rows = rows.boxed();
    let pairs = vec((rows.clone(), rows), 1..MOST_ROWS);
    let checked = TestRunner::new(config()).run(&pairs, |pairs| check(&database, pairs));
    checked.unwrap_or_else(|error| panic!("{error}"));
}

/// The same rows every time, unless their number or their seed is asked for.
fn config() -> Config {
    let default = Config::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { CASES };
    let rng_seed = match default.rng_seed {
        RngSeed::Random => RngSeed::Fixed(SEED),
        fixed => fixed,
    };
    Config { cases, rng_seed, failure_persistence: None, max_shrink_iters: 300, ..default }
}

fn check<M: Sample>(database: &Database, pairs: Vec<(M, M)>) -> Done {
    database.run(&format!("DELETE FROM {}", M::table().name));
    let numbered = |rows: Vec<M>| (1..).zip(rows).map(|(id, row)| row.with_id(id)).collect::<Vec<M>>();
    let (before, after): (Vec<M>, Vec<M>) = pairs.into_iter().unzip();
    let (before, after) = (numbered(before), numbered(after));

    let mut session = database.engine().session();
    let handles = session.add_many(before.iter().cloned());
    session.commit()?;
    is_stored(database, &before)?;

    for (handle, row) in handles.into_iter().zip(&after) {
        session[handle] = row.clone();
    }
    session.commit()?;
    is_stored(database, &after)
}

/// Another session reads these rows, sees no change in them, and finds them by their values.
fn is_stored<M: Sample>(database: &Database, rows: &[M]) -> Done {
    let mut session = database.engine().session();
    let stored = M::all(&session)?;
    prop_assert_eq!(stored.len(), rows.len());
    for (stored, row) in stored.iter().zip(rows) {
        prop_assert_eq!(stored, row);
    }
    for row in rows.iter().take(FOUND_BY_VALUE) {
        row.is_found_by_its_values(rows, &session)?;
    }
    let handles = session.query::<M>().handles()?;
    for handle in handles {
        let same = session[handle].clone();
        session[handle] = same;
    }
    let pending = session.pending()?;
    prop_assert!(pending.is_empty(), "what was read is changed: {pending}");
    Ok(())
}
