//! Messages as the servers have sent them: MariaDB 10.11 and MySQL 9.7.

use super::*;
use crate::schema::{Column, Index, Reference, Relationship, RelationshipKind, Table};
use crate::value::SqlType;

fn people() -> &'static Table {
    static TABLE: Table = Table {
        model: "Person",
        name: "people",
        type_id: std::any::TypeId::of::<Table>,
        columns: &[
            Column::new("id", 0, SqlType::Int, false),
            Column::new("name", 1, SqlType::VarChar(5), false).check("name <> ''"),
            Column::new("address.mail", 2, SqlType::VarChar(200), true).named("address_mail").unique(),
            Column::key_of("boss", 3, people, 0, true).named("boss_id"),
        ],
        primary_key: &[0],
        relationships: &[Relationship::new("boss", 3, people, RelationshipKind::BelongsTo(Reference::new(&[3], true)))],
        fields: 4,
        indexes: &[Index { columns: &[1, 3], unique: true }],
        ..Table::ASSOCIATION
    };
    &TABLE
}

fn hostile() -> &'static Table {
    static TABLE: Table = Table {
        model: "Hostile",
        name: "p`a'r.t",
        type_id: std::any::TypeId::of::<Column>,
        columns: &[
            Column::new("id", 0, SqlType::Int, false),
            Column::new("text", 1, SqlType::VarChar(5), false).named("na`'me").unique().check("1"),
            Column::key_of("person", 2, people, 0, true).named("p`id"),
        ],
        primary_key: &[0],
        relationships: &[Relationship::new(
            "person",
            2,
            people,
            RelationshipKind::BelongsTo(Reference::new(&[2], true)),
        )],
        fields: 3,
        ..Table::ASSOCIATION
    };
    &TABLE
}

fn links() -> &'static Table {
    static TABLE: Table = Table {
        model: "people_hostile",
        name: "people_hostile",
        columns: &[
            Column::key_of("person_id", 0, people, 0, false),
            Column::key_of("hostile_id", 1, hostile, 0, false),
        ],
        relationships: &[
            Relationship::new("person_id", 0, people, RelationshipKind::BelongsTo(Reference::new(&[0], false))),
            Relationship::new("hostile_id", 1, hostile, RelationshipKind::BelongsTo(Reference::new(&[1], false))),
        ],
        fields: 2,
        ..Table::ASSOCIATION
    };
    &TABLE
}

fn said(code: u16, message: &str) -> Error {
    refused(ServerError::new(code, "HY000".into(), message.into(), "INSERT".into()))
}

/// Of a statement that writes all columns of `people`.
fn traced(code: u16, message: &str) -> Error {
    let written = Written { table: people(), columns: None };
    trace(said(code, message), Some(written), &known_tables([people(), hostile(), links()]))
}

fn duplicate(message: &str) -> (String, Option<&'static str>, Vec<&'static str>, Vec<&'static str>) {
    match traced(1062, message) {
        Error::Duplicate { key, model, fields, columns, .. } => (key.unwrap_or_default(), model, fields, columns),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_duplicate_key_is_found_behind_any_value() {
    for key in ["uq_people_address_mail", "people.uq_people_address_mail"] {
        for value in ["x", "x' for key 'uq_people_name_boss_id", "' for key ", "é`'"] {
            assert_eq!(
                duplicate(&format!("Duplicate entry '{value}' for key '{key}'")),
                (key.to_owned(), Some("Person"), vec!["address.mail"], vec!["address_mail"])
            );
        }
    }
    let (_, model, fields, columns) = duplicate("Duplicate entry 'x-1' for key 'uq_people_name_boss_id'");
    assert_eq!((model, fields, columns), (Some("Person"), vec!["name", "boss"], vec!["name", "boss_id"]));
}

#[test]
fn only_mysql_says_whose_a_primary_key_is() {
    let (key, model, fields, _) = duplicate("Duplicate entry '1' for key 'people.PRIMARY'");
    assert_eq!((&*key, model, fields), ("people.PRIMARY", Some("Person"), vec!["id"]));
    let (key, model, fields, _) = duplicate("Duplicate entry '1' for key 'PRIMARY'");
    assert_eq!((&*key, model, fields.len()), ("PRIMARY", None, 0));
    let (_, model, fields, _) = duplicate("Duplicate entry '1' for key 'people.of_somebody'");
    assert_eq!((model, fields.len()), (Some("Person"), 0), "the model has no such index");
    let (_, model, ..) = duplicate("Duplicate entry '1' for key 'of_somebody'");
    assert_eq!(model, None);
    let (_, model, ..) = duplicate("Duplicate entry '1' for key 'others.PRIMARY'");
    assert_eq!(model, None);
}

#[test]
fn names_may_hold_quotes_and_backticks() {
    for key in ["uq_p`a'r.t_na`'me", "p`a'r.t.uq_p`a'r.t_na`'me"] {
        let (_, model, fields, columns) = duplicate(&format!("Duplicate entry 'it''s' for key '{key}'"));
        assert_eq!((model, fields, columns), (Some("Hostile"), vec!["text"], vec!["na`'me"]));
    }
    let mariadb = "Cannot add or update a child row: a foreign key constraint fails (`d``b`.`p``a'r.t`, CONSTRAINT \
                   `fk_p``a'r.t_p``id` FOREIGN KEY (`p``id`) REFERENCES `people` (`id`) ON UPDATE CASCADE)";
    for message in [mariadb.to_owned(), mariadb.replace("``", "`")] {
        let Error::ForeignKey { constraint, model, field, target, violation, .. } = traced(1452, &message) else {
            panic!("{message}")
        };
        assert_eq!(constraint.as_deref(), Some("fk_p`a'r.t_p`id"));
        assert_eq!((model, field, target), (Some("Hostile"), Some("person"), Some("Person")));
        assert_eq!(violation, Violation::TargetMissing);
    }
    for (code, message) in [
        (4025, "CONSTRAINT `ck_p``a'r.t_na``'me` failed for `d``b`.`p``a'r.t`"),
        (4025, "CONSTRAINT `p``a'r.t.na``'me` failed for `d``b`.`p``a'r.t`"),
        (3819, "Check constraint 'ck_p`a'r.t_na`'me' is violated."),
    ] {
        assert!(
            matches!(traced(code, message), Error::Check { model: Some("Hostile"), field: Some("text"), .. }),
            "{message}"
        );
    }
    let missing = traced(1146, "Table 'd`b.p`a'r.t' doesn't exist");
    assert!(matches!(missing, Error::MissingTable { model: Some("Hostile"), .. }), "{missing:?}");
}

#[test]
fn a_foreign_key_that_somebody_else_has_named_is_found_by_its_columns() {
    let message = "Cannot delete or update a parent row: a foreign key constraint fails (`db`.`people`, CONSTRAINT \
                   `people_ibfk_1` FOREIGN KEY (`boss_id`) REFERENCES `people` (`id`))";
    let Error::ForeignKey { constraint, model, field, target, violation, .. } = traced(1451, message) else {
        panic!("{message}")
    };
    assert_eq!(constraint.as_deref(), Some("people_ibfk_1"));
    assert_eq!((model, field, target), (Some("Person"), Some("boss"), Some("Person")));
    assert_eq!(violation, Violation::StillReferred);
    let other = message.replace("(`boss_id`)", "(`other_id`)");
    assert!(matches!(traced(1451, &other), Error::ForeignKey { model: None, target: None, .. }));
    assert!(matches!(traced(1217, "Cannot delete or update a parent row"), Error::ForeignKey { constraint: None, .. }));
}

#[test]
fn a_column_is_found_behind_any_value() {
    let place = |code, message: &str| match traced(code, message) {
        Error::NotNull { model, field, column, .. }
        | Error::TooLong { model, field, column, .. }
        | Error::OutOfRange { model, field, column, .. }
        | Error::Incorrect { model, field, column, .. } => (model, field, column),
        other => panic!("{other:?}"),
    };
    let name = (Some("Person"), Some("name"), Some("name".to_owned()));
    for (code, message) in [
        (1048, "Column 'name' cannot be null"),
        (1364, "Field 'name' doesn't have a default value"),
        (1263, "Column set to default value; NULL supplied to NOT NULL column 'name' at row 3"),
        (1406, "Data too long for column 'name' at row 12"),
        (1264, "Out of range value for column 'name' at row 1"),
        (167, "Out of range value for column 'name' at row 1"),
        (1265, "Data truncated for column 'name' at row 1"),
        (1366, "Incorrect integer value: 'x' for column 'id' at row 1' for column `db`.`people`.`name` at row 1"),
        (1366, "Incorrect integer value: 'x' for column 'id' at row 1' for column 'name' at row 1"),
        (
            3140,
            "Invalid JSON text: \"Missing a name for object member.\" at position 1 in value for column 'people.name'.",
        ),
    ] {
        let (model, field, column) = place(code, message);
        let column = column.map(|column| column.replace("people.", ""));
        assert_eq!((model, field, column), name, "{message}");
    }
    // Of another table, by a trigger.
    assert_eq!(
        place(1366, "Incorrect integer value: 'x' for column `db`.`others`.`name` at row 1"),
        (None, None, Some("name".to_owned()))
    );
    assert_eq!(place(1406, "Data too long for column 'other' at row 1"), (None, None, Some("other".to_owned())));
    assert_eq!(place(1690, "BIGINT UNSIGNED value is out of range in '(1 - 2)'"), (None, None, None));
    let written = Written { table: people(), columns: Some(&[0]) };
    let not_written = trace(said(1406, "Data too long for column 'name' at row 1"), Some(written), &[people()]);
    assert!(matches!(not_written, Error::TooLong { model: None, field: None, .. }), "{not_written:?}");
}

#[test]
fn a_link_row_is_named_by_the_models_that_it_links() {
    let message = "Cannot add or update a child row: a foreign key constraint fails (`db`.`people_hostile`, CONSTRAINT \
                   `fk_people_hostile_hostile_id` FOREIGN KEY (`hostile_id`) REFERENCES `p``a'r.t` (`id`))";
    let error = traced(1452, message);
    assert!(
        matches!(error, Error::ForeignKey { model: Some("people_hostile"), target: Some("Hostile"), .. }),
        "{error:?}"
    );
    assert_eq!(error.server().and_then(ServerError::links), Some(["Person", "Hostile"]));
    let again = traced(1062, "Duplicate entry '1-2' for key 'people_hostile.PRIMARY'").to_string();
    assert!(
        again.starts_with("this link between a `Person` and a `Hostile` is there already in `people_hostile`"),
        "{again}"
    );
}

#[test]
fn what_is_missing_is_named() {
    assert!(matches!(
        traced(1146, "Table 'planning.people' doesn't exist"),
        Error::MissingTable { table: Some(table), model: Some("Person"), .. } if table == "people"
    ));
    assert!(matches!(
        traced(1051, "Unknown table 'planning.others'"),
        Error::MissingTable { table: Some(table), model: None, .. } if table == "planning.others"
    ));
    for message in ["Unknown column 'people.boss_id' in 'SELECT'", "Unknown column 'boss_id' in 'field list'"] {
        let error = traced(1054, message);
        assert!(matches!(error, Error::MissingColumn { model: Some("Person"), field: Some("boss"), .. }), "{error:?}");
    }
    assert!(matches!(traced(1054, "Unknown column 'x' in 'WHERE'"), Error::MissingColumn { model: None, .. }));
}

#[test]
fn a_number_of_several_meanings_is_told_apart_by_the_words() {
    let read_only = "The MariaDB server is running with the --read-only option so it cannot execute this statement";
    assert!(matches!(said(1290, read_only), Error::ReadOnly { .. }));
    assert!(matches!(said(1290, &read_only.replace("read-only", "skip-grant-tables")), Error::Server { .. }));
    let packet = "Parameter of prepared statement which is set through mysql_send_long_data() is longer than \
                  'max_allowed_packet' bytes";
    assert!(matches!(said(1105, packet), Error::TooLarge { .. }));
    assert!(matches!(said(1105, "Unknown error"), Error::Server { .. }));
}

#[test]
fn a_login_is_refused_for_what_will_be_so_the_next_time() {
    let login = |code| refused_login(ServerError::new(code, String::new(), String::new(), String::new()), "db".into());
    // 3159 is MySQL without TLS where it wants TLS; MariaDB says 1045 then.
    for code in [1045, 3159] {
        assert!(matches!(login(code), Some(Error::Login { .. })), "{code}");
    }
    assert!(login(1040).is_none(), "too many connections: there may be fewer later");
}
