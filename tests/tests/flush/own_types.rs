//! Types of the user's own: their words for what is equal, and changes inside of them.

use orm_core::prelude::*;
use orm_core::value::{ColumnType, ConversionError, SqlType, Value};
use tests::{Database, statements};

/// A set of words; their order and repetitions mean nothing.
#[derive(Debug, Clone, Default)]
struct Labels(Vec<String>);

impl ColumnType for Labels {
    const SQL_TYPE: SqlType = SqlType::VarChar(100);

    fn to_value(&self) -> Value {
        let mut words = self.0.clone();
        words.sort_unstable();
        words.dedup();
        words.join(",").to_value()
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        let words = String::from_value(value)?;
        Ok(Self(words.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect()))
    }
}

fn labels(words: &[&str]) -> Labels {
    Labels(words.iter().map(|&word| word.to_owned()).collect())
}

#[derive(Debug, Model)]
#[model(table = "photos")]
struct Photo {
    #[primary_key]
    id: Auto<i32>,
    labels: Labels,
}

/// A photo with the labels sea and sky, loaded in a new session.
fn photo() -> (Database, Session, Handle<Photo>) {
    let database = Database::with(&Schema::of::<Photo>());
    let mut session = database.engine().session();
    session.add(Photo { labels: labels(&["sea", "sky"]), ..Default::default() });
    session.commit().expect("the photo is committed");
    let session = database.engine().session();
    let photo = session.find::<Photo>(1).expect("an answer").expect("the photo is there").handle();
    (database, session, photo)
}

#[test]
fn what_the_type_stores_in_the_same_way_is_no_change() -> orm_core::Result<()> {
    // unit-of-work 33
    let (_database, mut session, photo) = photo();
    session[photo].labels = labels(&["sky", "sea", "sky"]);
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(sent, [""; 0]);
    Ok(())
}

#[test]
fn a_change_inside_a_value_is_seen() -> orm_core::Result<()> {
    // unit-of-work 34
    let (database, mut session, photo) = photo();
    session[photo].labels.0.push("boat".into());
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, ["UPDATE `photos` SET `labels` = ? WHERE `id` = ?", "COMMIT"]);
    assert_eq!(database.ask("SELECT labels FROM photos"), ["boat,sea,sky"]);
    Ok(())
}
