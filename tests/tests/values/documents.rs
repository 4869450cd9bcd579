//! JSON: random documents, and what is a change in them.

use std::collections::{BTreeMap, HashMap};

use orm_core::prelude::*;
use orm_core::value::Json;
use orm_core::{Error, Flavour};
use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tests::{Database, statements};

use super::sample::{come_back, sample};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Settings {
    name: String,
    sizes: Vec<u64>,
    parts: HashMap<String, Option<f64>>,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
enum Kind {
    #[default]
    None,
    Some {
        z: i64,
        a: bool,
    },
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "documents")]
struct Document {
    #[primary_key]
    id: i32,
    number: i32,
    settings: Json<Settings>,
    any: Value,
    maybe: Option<Json<BTreeMap<String, Value>>>,
}

sample!(Document: number);

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1.0e6..1.0e6).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        let object = vec((text(), inner.clone()), 0..4).prop_map(|pairs| Value::Object(Map::from_iter(pairs)));
        prop_oneof![vec(inner, 0..4).prop_map(Value::Array), object]
    })
}

fn text() -> impl Strategy<Value = String> {
    "[a-cé🦀\"\\\\'\n]{0,8}"
}

fn settings() -> impl Strategy<Value = Settings> {
    let kind = prop_oneof![Just(Kind::None), (any::<i64>(), any::<bool>()).prop_map(|(z, a)| Kind::Some { z, a })];
    let parts = hash_map(text(), proptest::option::of(-1.0e9..1.0e9), 0..6);
    (text(), vec(any::<u64>(), 0..4), parts, kind).prop_map(|(name, sizes, parts, kind)| Settings {
        name,
        sizes,
        parts,
        kind,
    })
}

#[test]
fn random_documents_come_back() {
    let object = vec((text(), any_json()), 0..3).prop_map(|pairs| Json(BTreeMap::from_iter(pairs)));
    let rows = (any::<i32>(), settings(), any_json(), proptest::option::of(object));
    come_back(rows.prop_map(|(number, settings, any, maybe)| Document {
        id: 0,
        number,
        settings: settings.into(),
        any,
        maybe,
    }));
}

/// A document that another session has written, with a space after each colon and its keys the other way round.
fn written_by_somebody_else() -> (Database, Session, Handle<Document>) {
    let database = Database::with(&Schema::of::<Document>());
    database.run(
        r#"INSERT INTO documents VALUES (1, 0, '{"sizes": [1, 2], "parts": {"b": 1, "a": 2.50}, "name": "x", "kind": "None"}', '{"b" : 1, "a" : [ ]}', NULL)"#,
    );
    let session = database.engine().session();
    let document = session.find::<Document>(1).expect("an answer").expect("it is there").handle();
    (database, session, document)
}

#[test]
fn other_words_for_the_same_document_are_no_change() -> orm_core::Result<()> {
    let (_database, mut session, document) = written_by_somebody_else();
    session[document].any = json!({ "a": [], "b": 1 });
    session[document].settings.parts = HashMap::from([("a".into(), Some(2.5)), ("b".into(), Some(1.0))]);
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(sent, [""; 0]);
    Ok(())
}

#[test]
fn a_change_inside_of_a_document_is_seen() -> orm_core::Result<()> {
    let (database, mut session, document) = written_by_somebody_else();
    session[document].settings.sizes.push(3);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, ["UPDATE `documents` SET `settings` = ? WHERE `id` = ?", "COMMIT"]);
    assert_eq!(database.ask("SELECT JSON_EXTRACT(settings, '$.sizes[2]') FROM documents"), ["3"]);
    Ok(())
}

#[test]
fn mariadb_finds_a_document_by_its_text() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Document>());
    if database.engine().dialect().flavour == Flavour::MySql {
        return Ok(()); // Its documents are no texts.
    }
    let mut session = database.engine().session();
    for (id, name) in [(1, "a"), (2, "b")] {
        let settings = Settings { name: name.into(), parts: HashMap::from([("z".into(), None)]), ..Default::default() };
        session.add(Document { id, settings: settings.into(), ..Default::default() });
    }
    session.commit()?;
    let wanted = Settings { name: "b".into(), parts: HashMap::from([("z".into(), None)]), ..Default::default() };
    assert_eq!(session.query::<Document>().filter(Document::settings.eq(Json(wanted))).one()?.id, 2);
    Ok(())
}

#[test]
fn json_null_is_not_null() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Document>());
    let mut session = database.engine().session();
    session.add(Document { id: 1, any: Value::Null, maybe: Some(Json::default()), ..Default::default() });
    session.commit()?;
    assert_eq!(database.ask("SELECT any, maybe FROM documents"), ["null | {}"]);
    let session = database.engine().session();
    assert_eq!(session.query::<Document>().one()?.any, Value::Null);
    Ok(())
}

#[test]
fn what_is_no_such_document_is_told() {
    let told = [
        r#"UPDATE documents SET settings = '{"name": 5}'"#,
        r#"UPDATE documents SET maybe = '[1, 2]'"#,
        "ALTER TABLE documents MODIFY any LONGTEXT NOT NULL; UPDATE documents SET any = 'nothing'",
    ]
    .map(|change| {
        let (database, _, _) = written_by_somebody_else();
        database.run(change);
        let read = database.engine().session().query::<Document>().all().map(|found| found.len());
        read.expect_err("it cannot be read").to_string()
    });
    expect_test::expect![[r#"
        `Document.settings` cannot be read from `documents.settings`: '{"name": 5}' is not JSON of a `main::values::documents::Settings` (invalid type: integer `5`, expected a string at line 1 column 10)
        `Document.maybe` cannot be read from `documents.maybe`: '[1, 2]' is not JSON of a `alloc::collections::btree::map::BTreeMap<alloc::string::String, serde_json::value::Value>` (invalid type: sequence, expected a map at line 1 column 0)
        `Document.any` cannot be read from `documents.any`: 'nothing' is not JSON of a `serde_json::value::Value` (expected ident at line 1 column 2)"#]].assert_eq(&told.join("\n"));
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "pairs")]
struct Pairs {
    #[primary_key]
    id: i32,
    pairs: Option<Json<HashMap<(i32, i32), i32>>>,
}

#[test]
fn what_serde_cannot_write_is_an_error_and_nothing_is_lost() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Pairs>());
    let mut session = database.engine().session();
    let pairs = session.add(Pairs { id: 1, pairs: Some(HashMap::from([((1, 2), 3)]).into()) });
    let error = session.commit().expect_err("a key of JSON is text");
    assert!(matches!(error, Error::Encode { column: "pairs", .. }), "{error}");
    session[pairs].pairs = None;
    session.commit()
}
