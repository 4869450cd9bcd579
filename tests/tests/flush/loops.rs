//! Rows that refer to each other: a document and its current revision.

use orm_core::prelude::*;
use tests::{Database, statements};

#[derive(Debug, Model)]
#[model(table = "docs")]
struct Doc {
    #[primary_key]
    id: Auto<i32>,
    #[has_many(inverse = doc, cascade)]
    revisions: HasMany<Revision>,
    #[belongs_to]
    current: Option<BelongsTo<Revision>>,
}

#[derive(Debug, Model)]
#[model(table = "revisions")]
struct Revision {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    doc: BelongsTo<Doc>,
}

/// Two documents with two revisions each, of which the second is the current one.
fn docs() -> (Database, Session, Vec<Handle<Doc>>) {
    let database = Database::with(&Schema::of::<Doc>());
    let mut session = database.engine().session();
    let docs = session.add_many([Doc::default(), Doc::default()]);
    for &doc in &docs {
        let revision = |_| Revision { doc: doc.into(), ..Default::default() };
        let [_, current] = session.add_all([(); 2].map(revision));
        session[doc].current.set(current);
    }
    session.commit().expect("the documents are written");
    (database, session, docs)
}

const COUNTS: &str = "SELECT (SELECT COUNT(*) FROM docs), (SELECT COUNT(*) FROM revisions)";

#[test]
fn rows_of_a_loop_are_deleted_in_the_order_of_what_is_left_when_it_is_cut() -> orm_core::Result<()> {
    // unit-of-work 89
    let (database, mut session, docs) = docs();
    docs.iter().for_each(|&doc| session.delete(doc));
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(
        sent[1..],
        [
            "UPDATE `docs` INNER JOIN (SELECT ? AS `k0`, ? AS `v0` UNION ALL SELECT ?, ?) AS `new` \
             ON `docs`.`id` = `new`.`k0` SET `docs`.`current_id` = `new`.`v0`",
            "DELETE FROM `revisions` WHERE `revisions`.`id` IN (?, ?, ?, ?)",
            "DELETE FROM `docs` WHERE `docs`.`id` IN (?, ?)",
            "COMMIT"
        ]
    );
    assert_eq!(database.ask(COUNTS), ["0 | 0"]);
    Ok(())
}

#[test]
fn a_loop_that_the_user_has_cut_in_the_same_flush_is_deleted_too() -> orm_core::Result<()> {
    let (database, mut session, docs) = docs();
    session[docs[0]].current.clear();
    session.delete(docs[0]);
    session.commit()?;
    assert_eq!(database.ask(COUNTS), ["1 | 2"]);
    Ok(())
}
