//! Rules about embedded values: where they are fields, and what is inside them.

use std::collections::HashMap;

use syn::Ident;
use syn::ext::IdentExt;

use crate::check::rules::columns::column_names;
use crate::check::shape::{self, Shape};
use crate::error::{Errors, err};
use crate::parse::{ColumnOptions, Field, Model, Setting, nearest};

/// A key is a few plain columns.
pub(super) fn an_embedded_value_is_no_key(_: &Model, field: &Field, errors: &mut Errors) {
    if let (Some(_), Some(primary_key)) = (&field.embed, &field.primary_key) {
        errors.push(err!(primary_key, "an embedded value cannot be a key: remove `#[primary_key]`"));
    }
}

/// An embedded value is part of its owner's row; a relationship leads to another row.
pub(super) fn an_embedded_value_is_no_relationship(_: &Model, field: &Field, errors: &mut Errors) {
    let Some((embed, _)) = &field.embed else { return };
    let name = &field.name;
    if let Some(relationship) = field.relationships.first() {
        let attribute = shape::text(&relationship.attribute);
        errors.push(err!(embed, "`{name}` is `#[{attribute}]` already: remove `#[embed]`"));
    } else if let Some(attribute) = relationship_attribute(field) {
        errors.push(err!(embed, "`{name}` is a relationship: write `{attribute}` instead of `#[embed]`"));
    }
}

fn relationship_attribute(field: &Field) -> Option<&'static str> {
    match Shape::of(&field.ty) {
        Shape::BelongsTo { .. } => Some("#[belongs_to]"),
        Shape::HasMany(_) => Some("#[has_many]"),
        Shape::HasOne(_) => Some("#[has_one]"),
        Shape::ManyToMany(_) => Some("#[many_to_many(through = \"…\")]"),
        Shape::Plain | Shape::Nullable(_) | Shape::Auto(_) => None,
    }
}

/// Each column of an embedded value is a field of its struct, and has its options there.
pub(super) fn an_embedded_value_has_its_options_inside(_: &Model, field: &Field, errors: &mut Errors) {
    if let (Some(_), Some((column, _))) = (&field.embed, &field.column) {
        let value = value_name(field);
        errors.push(err!(
            column,
            "an embedded value is several columns: write their options in `{value}`, and remove `#[column]`"
        ));
    }
}

/// A prefix and at least one letter make a name that the server takes. A backtick would end the name in a `check`.
pub(super) fn a_prefix_leaves_room_for_a_name(_: &Model, field: &Field, errors: &mut Errors) {
    let Some(Setting { value, .. }) = written_prefix(field) else { return };
    let text = value.value();
    if text.chars().count() > 63 || text.contains(['\0', '`']) {
        errors.push(err!(value, "a prefix has 63 characters at most, and no backtick among them"));
    }
}

/// One value object under one prefix makes the same names twice. (Of other structs only the compiler knows the names; they
/// are compared when the tables are created.)
pub(super) fn no_two_values_have_the_same_columns(model: &Model, errors: &mut Errors) {
    let mut values: HashMap<(String, String), &Ident> = HashMap::new();
    for field in model.fields.iter().filter(|field| field.embed.is_some()) {
        // The server compares names of columns without regard to case.
        let Some(other) = values.insert((value_name(field), prefix(field).to_lowercase()), &field.name) else {
            continue;
        };
        let message = format!(
            "the columns of `{}` belong to `{other}` already: write another prefix, `#[embed(prefix = \"…\")]`",
            field.name
        );
        errors.push(match written_prefix(field) {
            Some(Setting { value, .. }) => err!(value, "{message}"),
            None => err!(&field.name, "{message}"),
        });
    }
}

/// What the names of the columns begin with: the name of the field, unless the user says something else.
pub(in crate::check) fn prefix(field: &Field) -> String {
    match written_prefix(field) {
        Some(prefix) => prefix.value.value(),
        None => format!("{}_", field.name.unraw()),
    }
}

fn written_prefix(field: &Field) -> Option<&Setting<syn::LitStr>> {
    field.embed.as_ref().and_then(|(_, options)| options.prefix.as_ref())
}

fn value_name(field: &Field) -> String {
    shape::text(shape::innermost(&field.ty).unwrap_or(&field.ty))
}

/// The row is found by the key of its model, and by its version.
pub(super) fn there_is_no_key_inside(model: &Model, field: &Field, errors: &mut Errors) {
    let name = &model.name;
    if let Some(primary_key) = &field.primary_key {
        errors.push(err!(primary_key, "`{name}` is embedded, so it has no key of its own: remove `#[primary_key]`"));
    }
    if let Some(version) = &field.version {
        errors.push(err!(version, "`{name}` is embedded, so it has no version of its own: remove `#[version]`"));
    }
}

/// Relationships are between models.
pub(super) fn there_are_no_relationships_inside(model: &Model, field: &Field, errors: &mut Errors) {
    let name = &model.name;
    let advice = format!("move `{}` to the models that embed `{name}`, or make `{name}` a model", field.name);
    if let Some(relationship) = field.relationships.first() {
        errors.push(err!(&relationship.attribute, "`{name}` is embedded, so it has no relationships: {advice}"));
    } else if relationship_attribute(field).is_some() {
        errors.push(err!(&field.ty, "`{name}` is embedded, so it has no relationships: {advice}"));
    }
}

/// A value object is equal to another by its values, so all of them are the program's.
pub(super) fn the_database_makes_no_values_inside(model: &Model, field: &Field, errors: &mut Errors) {
    let name = &model.name;
    let optional = match Shape::of(&field.ty) {
        Shape::Nullable(inner) => Shape::of(inner),
        shape => shape,
    };
    if let Shape::Auto(inner) = optional {
        let inner = shape::text(inner);
        errors.push(err!(&field.ty, "`{name}` is embedded, so the program gives all its values: write `{inner}`"));
        return;
    }
    for option in field.column.iter().flat_map(|(_, column)| made_by_the_database(column)) {
        errors.push(err!(option, "`{name}` is embedded, so the program gives all its values: remove `{option}`"));
    }
}

/// The options that let the database make a value.
fn made_by_the_database(column: &ColumnOptions) -> impl Iterator<Item = &Ident> {
    let texts = [&column.server_default, &column.on_update, &column.computed].into_iter().flatten();
    let flags = [&column.stored, &column.trigger].into_iter().flatten();
    texts.map(|option| &option.name).chain(flags.map(|option| &option.name))
}

/// Names of columns get the prefix of the place where the value is embedded, so a condition shows which words are names.
pub(super) fn a_check_names_columns_in_backticks(model: &Model, field: &Field, errors: &mut Errors) {
    let Some(check) = field.column.as_ref().and_then(|(_, column)| column.check.as_ref()) else { return };
    let columns: Vec<String> = model.fields.iter().flat_map(column_names).map(|(name, _)| name).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let text = check.value.value();
    let parts: Vec<&str> = text.split('`').collect();
    let named: Vec<&str> = parts.iter().skip(1).step_by(2).copied().collect();
    if named.is_empty() || parts.len().is_multiple_of(2) {
        let own = column_names(field).into_iter().next().map_or_else(|| field.name.to_string(), |(name, _)| name);
        errors.push(err!(
            &check.value,
            "the names of its columns begin with a prefix where `{}` is embedded: write them in backticks, \"`{own}` …\"",
            model.name
        ));
        return;
    }
    for name in named.into_iter().filter(|name| !columns.contains(name)) {
        errors.push(match nearest(name, &columns) {
            Some(near) => err!(&check.value, "`{}` has no column `{name}`: did you mean `{near}`?", model.name),
            None => err!(&check.value, "`{}` has no column `{name}`, it has: {}", model.name, columns.join(", ")),
        });
    }
}

/// A value without columns could not be told from none.
pub(super) fn there_is_something_inside(model: &Model, errors: &mut Errors) {
    if model.fields.is_empty() {
        let name = &model.name;
        errors
            .push(err!(name, "`{name}` has no columns: write a field for each, `struct {name} {{ field: Type, … }}`"));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::tests::{mistakes, mistakes_of_a_value, mistakes_of_fields};

    #[test]
    fn other_attributes_on_an_embedded_value_are_told() {
        mistakes(
            "struct Customer { #[primary_key] #[embed] id: Option<Key>, #[embed] #[column(unique)] address: Option<Address>, #[embed] #[belongs_to] boss: BelongsTo<Customer> }",
            expect![[r#"
                primary_key
                    an embedded value cannot be a key: remove `#[primary_key]`
                column
                    an embedded value is several columns: write their options in `Address`, and remove `#[column]`
                embed
                    `boss` is `#[belongs_to]` already: remove `#[embed]`
            "#]],
        );
    }

    #[test]
    fn an_embedded_relationship_is_told() {
        mistakes_of_fields(
            "#[embed] a: Option<BelongsTo<A>>, #[embed] b: HasMany<B>, #[embed] c: HasOne<C>, #[embed] d: ManyToMany<D>",
            expect![[r#"
                embed
                    `a` is a relationship: write `#[belongs_to]` instead of `#[embed]`
                embed
                    `b` is a relationship: write `#[has_many]` instead of `#[embed]`
                embed
                    `c` is a relationship: write `#[has_one]` instead of `#[embed]`
                embed
                    `d` is a relationship: write `#[many_to_many(through = "…")]` instead of `#[embed]`
            "#]],
        );
    }

    #[test]
    fn a_prefix_that_the_server_refuses_is_told() {
        mistakes_of_fields(
            r#"#[embed(prefix = "")] a: A, #[embed(prefix = "a`b")] b: B, #[embed(prefix = "a_prefix_as_long_as_the_longest_name_in_a_database_leaves_no_room")] c: C"#,
            expect![[r#"
                "a`b"
                    a prefix has 63 characters at most, and no backtick among them
                "a_prefix_as_long_as_the_longest_name_in_a_database_leaves_no_room"
                    a prefix has 63 characters at most, and no backtick among them
            "#]],
        );
    }

    #[test]
    fn one_value_under_one_prefix_is_told() {
        mistakes_of_fields(
            r#"#[embed] home: Address, #[embed(prefix = "HOME_")] work: Option<Address>, #[embed(prefix = "home_")] name: Name, #[embed] home_: Name, #[embed(prefix = "home__")] again: Name"#,
            expect![[r#"
                "HOME_"
                    the columns of `work` belong to `home` already: write another prefix, `#[embed(prefix = "…")]`
                "home__"
                    the columns of `again` belong to `home_` already: write another prefix, `#[embed(prefix = "…")]`
            "#]],
        );
    }

    #[test]
    fn an_index_over_an_embedded_value_is_told() {
        mistakes(
            "#[model(unique(id, home))] struct Person { #[primary_key] id: i32, #[embed] home: Option<Address> }",
            expect![[r#"
                home
                    `home` is several columns: write `#[column(unique)]` or `#[column(index)]` in `Address`, and remove it here
            "#]],
        );
    }

    #[test]
    fn keys_versions_and_relationships_inside_are_told() {
        mistakes_of_a_value(
            "struct Address { #[primary_key] id: i32, #[version] version: i32, #[belongs_to] country: BelongsTo<Country>, #[has_many] people: Vec<Person>, pets: HasMany<Pet>, #[embed] owner: HasOne<Person> }",
            expect![[r#"
                primary_key
                    `Address` is embedded, so it has no key of its own: remove `#[primary_key]`
                version
                    `Address` is embedded, so it has no version of its own: remove `#[version]`
                belongs_to
                    `Address` is embedded, so it has no relationships: move `country` to the models that embed `Address`, or make `Address` a model
                has_many
                    `Address` is embedded, so it has no relationships: move `people` to the models that embed `Address`, or make `Address` a model
                HasMany<Pet>
                    `Address` is embedded, so it has no relationships: move `pets` to the models that embed `Address`, or make `Address` a model
                HasOne<Person>
                    `Address` is embedded, so it has no relationships: move `owner` to the models that embed `Address`, or make `Address` a model
            "#]],
        );
    }

    #[test]
    fn generated_values_inside_are_told() {
        mistakes_of_a_value(
            r#"struct Address { #[column(server_default = "1")] a: Auto<i32>, b: Option<Auto<i32>>, #[column(server_default = "1")] c: i32, #[column(computed = "1", stored)] d: i32, #[column(on_update = "1", trigger)] e: i32 }"#,
            expect![[r#"
                Auto<i32>
                    `Address` is embedded, so the program gives all its values: write `i32`
                Option<Auto<i32>>
                    `Address` is embedded, so the program gives all its values: write `i32`
                server_default
                    `Address` is embedded, so the program gives all its values: remove `server_default`
                computed
                    `Address` is embedded, so the program gives all its values: remove `computed`
                stored
                    `Address` is embedded, so the program gives all its values: remove `stored`
                on_update
                    `Address` is embedded, so the program gives all its values: remove `on_update`
                trigger
                    `Address` is embedded, so the program gives all its values: remove `trigger`
            "#]],
        );
    }

    #[test]
    fn a_check_without_backticks_or_with_other_columns_is_told() {
        mistakes_of_a_value(
            r#"struct Price { #[column(check = "amount > 0", name = "sum")] amount: i64, #[column(check = "`amount` > 0 AND `amount")] vat: i64, #[column(check = "`vaat` < `sum` OR `amount` < `vat`")] net: i64 }"#,
            expect![[r#"
                "amount > 0"
                    the names of its columns begin with a prefix where `Price` is embedded: write them in backticks, "`sum` …"
                "`amount` > 0 AND `amount"
                    the names of its columns begin with a prefix where `Price` is embedded: write them in backticks, "`vat` …"
                "`vaat` < `sum` OR `amount` < `vat`"
                    `Price` has no column `vaat`: did you mean `vat`?
                "`vaat` < `sum` OR `amount` < `vat`"
                    `Price` has no column `amount`, it has: sum, vat, net
            "#]],
        );
    }

    #[test]
    fn a_check_that_names_its_columns_is_taken() {
        mistakes_of_a_value(
            r#"struct Price { #[column(check = "`sum` > 0 OR `vat` = 0", name = "sum")] amount: i64, vat: i64 }"#,
            expect![""],
        );
    }

    #[test]
    fn a_value_without_columns_is_told() {
        mistakes_of_a_value(
            "struct Nothing {}",
            expect![[r#"
            Nothing
                `Nothing` has no columns: write a field for each, `struct Nothing { field: Type, … }`
        "#]],
        );
    }

    #[test]
    fn the_rules_of_columns_hold_inside() {
        mistakes_of_a_value(
            r#"struct Price { #[column(length = 0)] a: String, #[column(default = "x", name = "A")] b: i32, #[column(unique, index)] c: i32, #[column(precision = 3)] d: f64 }"#,
            expect![[r#"
                0
                    `length` is a number from 1 to 65535 here
                "x"
                    `b` is `i32`: write `default = 1`
                index
                    what is unique has an index: remove `index`
                precision
                    write the digits after the point too: `scale = 2`
                "A"
                    the column `A` belongs to `a` already: write another, `#[column(name = "…")]`
            "#]],
        );
    }

    #[test]
    fn what_can_be_no_embedded_value_is_told() {
        mistakes_of_a_value(
            "enum Color { Red }",
            expect![[r#"
            enum
                an embedded value is a struct with named fields: write `struct Color { … }`
        "#]],
        );
        mistakes_of_a_value(
            "struct Pair(i32, i32);",
            expect![[r#"
            (i32, i32)
                a column needs a name: write `struct Pair { field: Type, … }`
        "#]],
        );
        mistakes_of_a_value(
            "struct Pair<T> { one: T, other: T }",
            expect![[r#"
            <T>
                an embedded value has the same columns everywhere, so it has no parameters: remove them
        "#]],
        );
    }

    #[test]
    fn an_unknown_option_is_told() {
        mistakes_of_a_value(
            r#"#[embed(nodefault, prefix = "a")] struct Address { #[embed(prefx = "b")] place: Place }"#,
            expect![[r#"
                prefx
                    `#[embed]` has no option `prefx`: did you mean `prefix`?
                nodefault
                    `#[embed]` has no option `nodefault`: did you mean `no_default`?
                prefix
                    `#[embed]` has no option `prefix`, it has: no_default
            "#]],
        );
    }
}
