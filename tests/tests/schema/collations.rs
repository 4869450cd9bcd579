//! Foreign keys to text keys have the character set and the collation of what they refer to.

use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Model)]
#[model(table = "words")]
struct Word {
    #[primary_key]
    #[column(length = 20, collation = "utf8mb4_bin")]
    word: String,
    #[has_many]
    meanings: HasMany<Meaning>,
    #[many_to_many(through = "words_tags")]
    tags: ManyToMany<Tag>,
}

#[derive(Debug, Model)]
#[model(table = "meanings")]
struct Meaning {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    word: BelongsTo<Word>,
}

#[derive(Debug, Model)]
#[model(table = "tags", charset = "latin1", collation = "latin1_general_cs")]
struct Tag {
    #[primary_key]
    #[column(length = 20)]
    name: String,
    #[many_to_many(through = "words_tags")]
    words: ManyToMany<Word>,
}

#[test]
fn a_key_with_a_collation_of_its_own_is_referred_to() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Word>());
    let mut session = database.engine().session();
    for word in ["polish", "Polish"] {
        let mut word = Word { word: word.into(), ..Default::default() };
        word.meanings.push(Meaning::default());
        word.tags.push(Tag { name: format!("{}é", word.word), ..Default::default() });
        session.add(word);
    }
    session.commit()?;
    let session = database.engine().session();
    for word in session.query::<Word>().all()? {
        assert_eq!((word.meanings()?.len(), word.tags()?[0].name.clone()), (1, format!("{}é", word.word)));
        assert_eq!(session.query::<Meaning>().filter(Meaning::word.eq(word)).count()?, 1);
        assert_eq!(
            session.query::<Word>().join(Word::tags).filter(Tag::name.eq(word.tags()?[0].name.as_str())).count()?,
            1
        );
    }
    Ok(())
}

#[test]
fn many_links_with_such_keys_are_deleted_and_rows_changed() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Word>());
    let mut session = database.engine().session();
    let word = session.add(Word { word: "Polish".into(), ..Default::default() });
    let names = (0..10).map(|number| format!("tag {number}"));
    let tags: Vec<Handle<Tag>> =
        names.map(|name| session.add(Tag { name: name.clone(), ..Default::default() })).collect();
    session[word].tags.extend(tags.clone());
    let other = session.add(Word { word: "polish".into(), ..Default::default() });
    session[other].tags.extend(tags.clone());
    let meanings: Vec<Handle<Meaning>> =
        (0..10).map(|_| session.add(Meaning { word: word.into(), ..Default::default() })).collect();
    session.commit()?;
    session[word].tags.clear();
    for &meaning in &meanings {
        session[meaning].word = other.into();
    }
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM words_tags WHERE word_id = 'Polish'"), ["0"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM words_tags WHERE word_id = 'polish'"), ["10"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM meanings WHERE word_id = 'polish'"), ["10"]);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "labels", charset = "latin1", collation = "latin1_general_cs")]
struct Label {
    #[primary_key]
    #[column(length = 20)]
    name: String,
    size: i32,
}

/// The column alone has the character set.
#[derive(Debug, Model)]
#[model(table = "marks")]
struct Mark {
    #[primary_key]
    #[column(length = 20, collation = "latin1_general_cs")]
    name: String,
    size: i32,
}

#[test]
fn rows_with_such_keys_are_changed_together() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<(Label, Mark)>());
    let mut session = database.engine().session();
    let labels = session.add_all(["é", "ü", "a"].map(|name| Label { name: name.into(), size: 1 }));
    let marks = session.add_all(["é", "ü", "a"].map(|name| Mark { name: name.into(), size: 1 }));
    session.commit()?;
    for (label, mark) in labels.into_iter().zip(marks) {
        session[label].size = 2;
        session[mark].size = 2;
    }
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM marks WHERE size = 2"), ["3"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM labels WHERE size = 2"), ["3"]);
    Ok(())
}
