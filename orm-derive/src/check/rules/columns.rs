//! Rules about columns.

use std::collections::HashMap;

use heck::ToSnakeCase;
use syn::ext::IdentExt;
use syn::{Ident, LitInt, LitStr};

use crate::check::rules::name_fits;
use crate::check::shape::{self, Shape};
use crate::error::{Errors, err};
use crate::parse::{ColumnOptions, Field, Literal, Model, RelationshipOptions, Setting};

/// A foreign key takes its type from the key that it refers to, and the other relationships have no column here.
pub(super) fn column_options_are_on_columns(_: &Model, field: &Field, errors: &mut Errors) {
    let (Some((attribute, _)), Some(relationship)) = (&field.column, field.relationships.first()) else { return };
    errors.push(match &relationship.options {
        RelationshipOptions::BelongsTo(_) => err!(
            attribute,
            "a foreign key has the type of the key that it refers to: remove `#[column]`, and write its name and \
             whether it is unique as `#[belongs_to(column = \"…\", unique)]`"
        ),
        _ => {
            let name = shape::text(&relationship.attribute);
            err!(attribute, "a `{name}` has no column in this table: remove `#[column]`")
        }
    });
}

/// A value that the database makes is unset, not `NULL`, until the object is flushed.
pub(super) fn auto_is_not_optional(_: &Model, field: &Field, errors: &mut Errors) {
    if let Shape::Nullable(inner) = Shape::of(&field.ty)
        && let Shape::Auto(_) = Shape::of(inner)
        && field.primary_key.is_none()
    {
        let inner = shape::text(inner);
        errors.push(err!(&field.ty, "an `Auto` has no value until the object is flushed: write `{inner}`"));
    }
}

/// The server's limits: 65,535 bytes in a `VARCHAR`, 65 digits in a `DECIMAL`, 38 of them after the point, 6 digits after a
/// second.
pub(super) fn numbers_are_in_range(_: &Model, field: &Field, errors: &mut Errors) {
    let Some((_, column)) = &field.column else { return };
    let digits = column.precision.as_ref().and_then(|precision| precision.value.base10_parse::<u32>().ok());
    number_is_in(&column.length, 1, 65_535, errors);
    match fraction(field, column) {
        Some(_) => number_is_in(&column.precision, 0, 6, errors),
        None => number_is_in(&column.precision, 1, 65, errors),
    }
    number_is_in(&column.scale, 0, digits.unwrap_or(38).min(38), errors);
}

/// A `precision` alone is the number of digits after the second of a time; of what is a number by its name, it is a mistake.
pub(in crate::check) fn fraction<'c>(field: &Field, column: &'c ColumnOptions) -> Option<&'c Setting<LitInt>> {
    const NUMBERS: [&str; 12] =
        ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "Decimal", "String"];
    let is_number = shape::innermost(&field.ty).map(shape::text).is_some_and(|ty| NUMBERS.contains(&ty.as_str()));
    column.precision.as_ref().filter(|_| column.scale.is_none() && !is_number)
}

fn number_is_in(setting: &Option<Setting<LitInt>>, least: u32, most: u32, errors: &mut Errors) {
    let Some(Setting { name, value }) = setting else { return };
    if !value.base10_parse::<u32>().is_ok_and(|number| (least..=most).contains(&number)) {
        errors.push(err!(value, "`{name}` is a number from {least} to {most} here"));
    }
}

/// A type is given by the field, by a length or a precision, or in the server's words, and in one of these ways.
pub(super) fn a_column_has_one_type(_: &Model, field: &Field, errors: &mut Errors) {
    let Some((_, column)) = &field.column else { return };
    if let Some(sql_type) = &column.sql_type {
        if sql_type.value.value().trim().is_empty() {
            errors.push(err!(&sql_type.value, "write a type of the server, such as `sql_type = \"MEDIUMTEXT\"`"));
        }
        for other in [&column.length, &column.precision, &column.scale].into_iter().flatten() {
            errors.push(err!(&other.name, "`sql_type` is the whole type: write `{}` into it", other.name));
        }
        return;
    }
    match (&column.length, &column.precision, &column.scale) {
        (Some(length), Some(_), _) | (Some(length), _, Some(_)) => {
            errors.push(err!(&length.name, "`length` is for text, `precision` and `scale` for numbers: remove one"));
        }
        (None, Some(precision), None) if fraction(field, column).is_none() => {
            errors.push(err!(&precision.name, "write the digits after the point too: `scale = 2`"));
        }
        (None, None, Some(scale)) => {
            errors.push(err!(&scale.name, "write the number of all digits too: `precision = 10`"));
        }
        _ => {}
    }
}

/// A default is made by the program (a literal) or by the database (SQL, in an `Auto`, so that it can be unset).
pub(super) fn a_default_is_made_by_one_side(_: &Model, field: &Field, errors: &mut Errors) {
    let Some((_, column)) = &field.column else { return };
    if !field.relationships.is_empty() {
        return;
    }
    let auto = match Shape::of(&field.ty) {
        Shape::Nullable(inner) => matches!(Shape::of(inner), Shape::Auto(_)),
        shape => matches!(shape, Shape::Auto(_)),
    };
    if let Some(default) = &column.default
        && auto
        && column.computed.is_none()
    {
        errors.push(err!(
            &default.name,
            "the database makes the value of an `Auto`: write `server_default = \"{}\"`",
            sql(&default.value)
        ));
    }
    if let Some(server_default) = &column.server_default
        && !auto
    {
        let ty = shape::text(shape::innermost(&field.ty).unwrap_or(&field.ty));
        errors.push(err!(
            &field.ty,
            "`{}` is for a value that may be unset until the flush: write `Auto<{ty}>`",
            server_default.name
        ));
    }
}

/// Whether the table counts the values of a field by `AUTO_INCREMENT`.
pub(in crate::check) fn counts(field: &Field) -> bool {
    let is_made_otherwise = |column: &ColumnOptions| column.server_default.is_some() || column.computed.is_some();
    let otherwise = field.version.is_some() || field.column.as_ref().is_some_and(|(_, it)| is_made_otherwise(it));
    field.relationships.is_empty() && matches!(Shape::of(&field.ty), Shape::Auto(_)) && !otherwise
}

/// A computed column is read and never written, so it is an `Auto`, and nothing else says what its value is.
pub(super) fn a_computed_column_is_made_by_the_database_alone(_: &Model, field: &Field, errors: &mut Errors) {
    let Some((_, column)) = &field.column else { return };
    let Some(computed) = &column.computed else {
        if let Some(stored) = &column.stored {
            errors.push(err!(
                &stored.name,
                "`stored` is for a computed column: write `computed = \"…\"` too, or remove it"
            ));
        }
        return;
    };
    if !matches!(Shape::of(&field.ty), Shape::Auto(_)) {
        let ty = shape::text(shape::innermost(&field.ty).unwrap_or(&field.ty));
        errors
            .push(err!(&field.ty, "the database computes this column, so it has no value before: write `Auto<{ty}>`"));
    }
    let others = [
        column.server_default.as_ref().map(|it| &it.name),
        column.on_update.as_ref().map(|it| &it.name),
        column.default.as_ref().map(|it| &it.name),
        column.trigger.as_ref().map(|it| &it.name),
    ];
    for other in others.into_iter().flatten() {
        errors.push(err!(other, "the value is computed: remove `{other}`"));
    }
    if field.primary_key.is_some() {
        errors.push(err!(&computed.name, "a primary key cannot be computed: remove `computed`"));
    }
}

/// A version changes with every UPDATE: it is a column, and it is neither part of the key nor computed.
pub(super) fn a_version_is_a_column_of_its_own(_: &Model, field: &Field, errors: &mut Errors) {
    let Some(version) = &field.version else { return };
    if field.primary_key.is_some() {
        errors.push(err!(version, "a primary key does not change, and a version does: remove one of the two"));
    } else if !field.relationships.is_empty() {
        errors.push(err!(version, "a version is a column, not a relationship: remove `#[version]`"));
    } else if field.embed.is_some() {
        errors.push(err!(version, "a version is one column, not an embedded value: remove `#[version]`"));
    } else if matches!(Shape::of(&field.ty), Shape::Nullable(_)) {
        let inner = shape::text(shape::innermost(&field.ty).unwrap_or(&field.ty));
        errors.push(err!(&field.ty, "a version is never `NULL`: write `{inner}`"));
    } else if let Some((_, ColumnOptions { computed: Some(computed), .. })) = &field.column {
        errors.push(err!(&computed.name, "a version is written with every UPDATE: remove `computed`"));
    } else if let Some((_, column)) = &field.column
        && let Some(precision) = fraction(field, column)
    {
        errors.push(err!(&precision.name, "the next version may be a microsecond later: remove `precision`"));
    }
}

/// One version tells whether the row has changed.
pub(super) fn a_model_has_one_version_at_most(model: &Model, errors: &mut Errors) {
    let mut versions = model.fields.iter().filter_map(|field| Some((&field.name, field.version.as_ref()?)));
    let Some((first, _)) = versions.next() else { return };
    for (_, again) in versions {
        errors.push(err!(again, "`{first}` is the version already: remove one of the two"));
    }
}

fn sql(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => format!("'{}'", text.value()),
        other => shape::text(other).replace(' ', ""),
    }
}

/// A default is a value of the column's type, as far as the type's name tells.
pub(super) fn a_default_is_of_its_type(_: &Model, field: &Field, errors: &mut Errors) {
    let Some((_, ColumnOptions { default: Some(Setting { value, .. }), .. })) = &field.column else { return };
    let Some(ty) = shape::innermost(&field.ty).map(shape::text) else { return };
    let (fits, example) = match (ty.as_str(), value) {
        ("bool", value) => (matches!(value, Literal::Bool(_)), "true".to_owned()),
        ("String", value) => (matches!(value, Literal::Text(_)), "\"…\"".to_owned()),
        ("f32" | "f64", Literal::Integer(..)) => (false, format!("{}.0", sql(value))),
        ("f32" | "f64", value) => (matches!(value, Literal::Float(..)), "0.5".to_owned()),
        ("i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64", value) => {
            (matches!(value, Literal::Integer(..)), "1".to_owned())
        }
        _ => return,
    };
    if !fits {
        errors.push(err!(value, "`{}` is `{ty}`: write `default = {example}`", field.name));
    }
}

/// What is unique has an index already, and a primary key is both.
pub(super) fn unique_is_an_index(model: &Model, field: &Field, errors: &mut Errors) {
    let Some((_, ColumnOptions { unique, index, .. })) = &field.column else { return };
    let keys = model.fields.iter().filter(|field| field.primary_key.is_some()).count();
    if field.primary_key.is_some() && keys == 1 {
        for option in [unique, index].into_iter().flatten() {
            errors.push(err!(&option.name, "a primary key is unique and has an index: remove `{}`", option.name));
        }
    } else if let (Some(_), Some(index)) = (unique, index) {
        errors.push(err!(&index.name, "what is unique has an index: remove `index`"));
    }
}

/// The name of the table is one that the server takes.
pub(super) fn a_table_has_a_name_that_fits(model: &Model, errors: &mut Errors) {
    if let Some(table) = &model.options.table {
        name_fits(&table.value, errors);
    }
}

/// Two fields cannot share a column; a `belongs_to` has the column `{field}_id` where it names no other.
pub(super) fn no_two_columns_have_the_same_name(model: &Model, errors: &mut Errors) {
    let mut fields: HashMap<String, &Ident> = HashMap::new();
    for field in &model.fields {
        for (name, written) in column_names(field) {
            if let Some(written) = written {
                name_fits(written, errors);
            }
            // The server compares names of columns without regard to case.
            let Some(other) = fields.insert(name.to_lowercase(), &field.name) else { continue };
            let way = match (field.relationships.is_empty(), other == &field.name) {
                (_, true) => "name different columns",
                (true, _) => "write another, `#[column(name = \"…\")]`",
                (false, _) => "remove one field, or write `#[belongs_to(column = \"…\")]`",
            };
            let message = format!("the column `{name}` belongs to `{other}` already: {way}");
            errors.push(written.map_or_else(|| err!(&field.name, "{message}"), |written| err!(written, "{message}")));
        }
    }
}

/// The columns of a field, with the words of the user who named them.
pub(in crate::check) fn column_names(field: &Field) -> Vec<(String, Option<&LitStr>)> {
    let given = |name: &'_ LitStr| name.value();
    let own = field.name.unraw().to_string();
    let belongs_to = match field.relationships.first().map(|relationship| &relationship.options) {
        Some(RelationshipOptions::BelongsTo(options)) => Some(options),
        Some(_) => return Vec::new(),
        None => None,
    };
    // The names are those of another struct, with a prefix.
    if belongs_to.is_none() && field.embed.is_some() {
        return Vec::new();
    }
    match (belongs_to, Shape::of(&field.ty)) {
        (Some(options), _) => match (&options.columns, &options.column) {
            (Some(columns), _) => columns.value.iter().map(|name| (given(name), Some(name))).collect(),
            (None, Some(column)) => vec![(given(&column.value), Some(&column.value))],
            (None, None) => vec![(format!("{own}_id"), None)],
        },
        (None, Shape::BelongsTo { .. }) => vec![(format!("{own}_id"), None)],
        (None, Shape::HasMany(_) | Shape::HasOne(_) | Shape::ManyToMany(_)) => Vec::new(),
        (None, _) => match field.column.as_ref().and_then(|(_, column)| column.name.as_ref()) {
            Some(name) => vec![(given(&name.value), Some(&name.value))],
            None => vec![(own, None)],
        },
    }
}

/// The table of a model that names none.
pub(in crate::check) fn default_table(model: &Ident) -> String {
    model.unraw().to_string().to_snake_case()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::tests::{mistakes, mistakes_of_fields};

    #[test]
    fn column_options_on_a_relationship_are_told() {
        mistakes_of_fields(
            r#"#[belongs_to] #[column(name = "dept")] department: BelongsTo<Department>, #[has_many] #[column(unique)] tags: HasMany<Tag>"#,
            expect![[r#"
                column
                    a foreign key has the type of the key that it refers to: remove `#[column]`, and write its name and whether it is unique as `#[belongs_to(column = "…", unique)]`
                column
                    a `has_many` has no column in this table: remove `#[column]`
            "#]],
        );
    }

    #[test]
    fn an_optional_auto_is_told() {
        mistakes_of_fields(
            r#"#[column(server_default = "1")] rank: Option<Auto<i32>>"#,
            expect![[r#"
                Option<Auto<i32>>
                    an `Auto` has no value until the object is flushed: write `Auto<i32>`
            "#]],
        );
    }

    #[test]
    fn lengths_and_digits_have_limits() {
        mistakes_of_fields(
            "#[column(length = 0)] a: String, #[column(length = 70000)] b: String, #[column(precision = 5, scale = 6)] c: f64",
            expect![[r#"
                0
                    `length` is a number from 1 to 65535 here
                70000
                    `length` is a number from 1 to 65535 here
                6
                    `scale` is a number from 0 to 5 here
            "#]],
        );
    }

    #[test]
    fn a_precision_alone_is_the_fraction_of_a_time() {
        mistakes_of_fields(
            "#[column(precision = 3)] a: NaiveDateTime, #[column(precision = 7)] b: Option<DateTime<Utc>>",
            expect![[r#"
                7
                    `precision` is a number from 0 to 6 here
            "#]],
        );
    }

    #[test]
    fn a_type_is_given_in_one_way() {
        mistakes_of_fields(
            r#"#[column(sql_type = "TEXT", length = 5)] a: String, #[column(length = 5, scale = 2)] b: String, #[column(precision = 9)] c: f64, #[column(scale = 2)] d: f64, #[column(sql_type = "")] e: f64"#,
            expect![[r#"
                length
                    `sql_type` is the whole type: write `length` into it
                length
                    `length` is for text, `precision` and `scale` for numbers: remove one
                precision
                    write the digits after the point too: `scale = 2`
                scale
                    write the number of all digits too: `precision = 10`
                ""
                    write a type of the server, such as `sql_type = "MEDIUMTEXT"`
            "#]],
        );
    }

    #[test]
    fn a_default_on_the_wrong_side_is_told() {
        mistakes_of_fields(
            r#"#[column(default = 1)] a: Auto<i32>, #[column(server_default = "NOW()")] b: Option<NaiveDate>"#,
            expect![[r#"
                default
                    the database makes the value of an `Auto`: write `server_default = "1"`
                Option<NaiveDate>
                    `server_default` is for a value that may be unset until the flush: write `Auto<NaiveDate>`
            "#]],
        );
    }

    #[test]
    fn a_default_of_another_type_is_told() {
        mistakes_of_fields(
            r#"#[column(default = "yes")] a: bool, #[column(default = -1)] b: Option<f64>, #[column(default = 1.5)] c: i32, #[column(default = 1)] d: String"#,
            expect![[r#"
                "yes"
                    `a` is `bool`: write `default = true`
                -1
                    `b` is `f64`: write `default = -1.0`
                1.5
                    `c` is `i32`: write `default = 1`
                1
                    `d` is `String`: write `default = "…"`
            "#]],
        );
    }

    #[test]
    fn a_computed_column_that_is_no_auto_is_told() {
        mistakes_of_fields(
            r#"#[column(computed = "a + 1")] b: i32, #[column(computed = "a + 2", stored)] c: Option<i32>"#,
            expect![[r#"
                i32
                    the database computes this column, so it has no value before: write `Auto<i32>`
                Option<i32>
                    the database computes this column, so it has no value before: write `Auto<i32>`
            "#]],
        );
    }

    #[test]
    fn a_computed_column_that_something_else_sets_too_is_told() {
        mistakes_of_fields(
            r#"#[column(computed = "1", server_default = "2", on_update = "3", default = 4, trigger)] a: Auto<i32>"#,
            expect![[r#"
                server_default
                    the value is computed: remove `server_default`
                on_update
                    the value is computed: remove `on_update`
                default
                    the value is computed: remove `default`
                trigger
                    the value is computed: remove `trigger`
            "#]],
        );
    }

    #[test]
    fn stored_without_an_expression_is_told() {
        mistakes_of_fields(
            "#[column(stored)] total: i32",
            expect![[r#"
            stored
                `stored` is for a computed column: write `computed = "…"` too, or remove it
        "#]],
        );
    }

    #[test]
    fn a_computed_key_is_told() {
        mistakes(
            r#"struct Tag { #[primary_key] #[column(computed = "1 + 1")] id: Auto<i32> }"#,
            expect![[r#"
                computed
                    a primary key cannot be computed: remove `computed`
            "#]],
        );
    }

    #[test]
    fn what_the_database_sets_at_an_update_need_be_no_auto() {
        mistakes_of_fields(
            r#"#[column(on_update = "NOW(6)")] changed: NaiveDateTime, #[column(trigger)] slug: String"#,
            expect![""],
        );
    }

    #[test]
    fn a_version_that_is_no_column_of_its_own_is_told() {
        mistakes(
            "struct Tag { #[primary_key] #[version] id: i32, #[belongs_to] #[version] page: BelongsTo<Page>, #[embed] #[version] state: State }",
            expect![[r#"
                version
                    a primary key does not change, and a version does: remove one of the two
                version
                    a version is a column, not a relationship: remove `#[version]`
                version
                    a version is one column, not an embedded value: remove `#[version]`
                version
                    `id` is the version already: remove one of the two
                version
                    `id` is the version already: remove one of the two
            "#]],
        );
    }

    #[test]
    fn a_version_that_may_be_null_is_told() {
        mistakes_of_fields(
            "#[version] version: Option<i32>",
            expect![[r#"
            Option<i32>
                a version is never `NULL`: write `i32`
        "#]],
        );
    }

    #[test]
    fn a_computed_version_is_told() {
        mistakes_of_fields(
            r#"#[version] #[column(computed = "pieces + 1")] version: Auto<i32>"#,
            expect![[r#"
                computed
                    a version is written with every UPDATE: remove `computed`
            "#]],
        );
    }

    #[test]
    fn a_version_without_microseconds_is_told() {
        mistakes_of_fields(
            "#[version] #[column(precision = 3)] changed: NaiveDateTime",
            expect![[r#"
            precision
                the next version may be a microsecond later: remove `precision`
        "#]],
        );
    }

    #[test]
    fn a_second_version_is_told() {
        mistakes_of_fields(
            "#[version] version: i32, #[version] changed: NaiveDateTime, #[version] checked: NaiveDateTime",
            expect![[r#"
                version
                    `version` is the version already: remove one of the two
                version
                    `version` is the version already: remove one of the two
            "#]],
        );
    }

    #[test]
    fn an_index_beside_unique_is_told() {
        mistakes_of_fields(
            "#[column(unique, index)] name: String",
            expect![[r#"
            index
                what is unique has an index: remove `index`
        "#]],
        );
    }

    #[test]
    fn unique_on_the_only_key_is_told() {
        mistakes(
            "struct Tag { #[primary_key] #[column(unique, length = 5)] name: String }",
            expect![[r#"
            unique
                a primary key is unique and has an index: remove `unique`
        "#]],
        );
    }

    #[test]
    fn a_name_that_the_server_refuses_is_told() {
        mistakes(
            r#"#[model(table = "")] struct Tag { #[primary_key] #[column(name = "id ")] id: i32 }"#,
            expect![[r#"
                ""
                    a name in the database has 1 to 64 characters and does not end with a space
                "id "
                    a name in the database has 1 to 64 characters and does not end with a space
            "#]],
        );
    }

    #[test]
    fn a_column_that_is_taken_is_told() {
        mistakes_of_fields(
            r#"#[belongs_to] department: BelongsTo<Department>, department_id: i32, #[column(name = "ID")] number: i32, #[belongs_to(columns("a", "A"))] line: BelongsTo<Line>"#,
            expect![[r#"
                department_id
                    the column `department_id` belongs to `department` already: write another, `#[column(name = "…")]`
                "ID"
                    the column `ID` belongs to `id` already: write another, `#[column(name = "…")]`
                "A"
                    the column `A` belongs to `line` already: name different columns
            "#]],
        );
    }
}
