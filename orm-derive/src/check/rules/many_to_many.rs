//! Rules about many-to-many relationships.

use heck::ToSnakeCase;
use quote::ToTokens;
use syn::LitStr;
use syn::ext::IdentExt;

use crate::check::rules::columns::column_names;
use crate::check::rules::name_fits;
use crate::check::shape::{self, Shape};
use crate::error::{Errors, err};
use crate::parse::{End, Field, ManyToManyOptions, Model, RelationshipOptions, Setting, Table};

/// The association table is named, never guessed: both sides must name the same.
pub(super) fn many_to_many_leads_through_something(model: &Model, field: &Field, errors: &mut Errors) {
    for (attribute, options) in many_to_many(field) {
        match &options.through {
            Some(Setting { value: Table::Named(name), .. }) => name_fits(name, errors),
            Some(_) => {}
            None if field.mistake.is_none() => {
                let target = shape::innermost(&field.ty).and_then(shape::last_name);
                let names = [Some(&model.name), target]
                    .map(|name| name.map_or_else(String::new, |name| name.unraw().to_string().to_snake_case()));
                errors.push(err!(
                    attribute,
                    "say which association table: `#[many_to_many(through = \"{}\")]`",
                    names.join("_")
                ));
            }
            None => {}
        }
    }
}

/// A table is entered and left by its columns, a model by its `belongs_to` fields.
pub(super) fn ends_are_columns_of_a_table_or_fields_of_a_model(_: &Model, field: &Field, errors: &mut Errors) {
    for (_, options) in many_to_many(field) {
        for Setting { name, value } in [&options.from, &options.to].into_iter().flatten() {
            match (options.through.as_ref().map(|through| &through.value), value) {
                (Some(Table::Model(through)), End::Columns(columns)) => {
                    let through = shape::text(through);
                    let first = columns.first();
                    errors.push(err!(
                        first,
                        "name a `belongs_to` field of `{through}`, without quotes: `{name} = field`"
                    ));
                }
                (Some(Table::Named(_)), End::Field(ident)) => {
                    errors.push(err!(ident, "name a column of the association table: `{name} = \"{ident}\"`"));
                }
                (_, End::Columns(columns)) => columns.iter().for_each(|column| name_fits(column, errors)),
                (None, End::Field(_)) | (Some(Table::Model(_)), End::Field(_)) => {}
            }
        }
        if let (Some(End::Columns(from)), Some(End::Columns(to))) =
            (options.from.as_ref().map(|it| &it.value), options.to.as_ref().map(|it| &it.value))
        {
            let same = |column: &&LitStr| from.iter().any(|other| other.value().eq_ignore_ascii_case(&column.value()));
            if let Some(column) = to.iter().find(same) {
                errors.push(err!(
                    column,
                    "`from` names this column already: `to` is the one that refers to the other model"
                ));
            }
        }
    }
}

/// The association table has a column for each column of this model's primary key. (The other model's is counted by the
/// compiler.)
pub(super) fn from_has_a_column_for_each_of_the_key(model: &Model, field: &Field, errors: &mut Errors) {
    let key = model.fields.iter().filter(|field| field.primary_key.is_some());
    let parts: usize = key.map(|field| column_names(field).len()).sum();
    for (attribute, options) in many_to_many(field) {
        let Some(Table::Named(_)) = options.through.as_ref().map(|through| &through.value) else { continue };
        let (at, columns) = match &options.from {
            Some(Setting { name, value: End::Columns(columns) }) => (name.to_token_stream(), columns.len()),
            Some(_) => continue,
            None => (attribute.to_token_stream(), 1),
        };
        if parts != 0 && columns != parts {
            let name = &model.name;
            let names = vec!["\"…\""; parts].join(", ");
            errors
                .push(err!(at, "the primary key of `{name}` has {parts} columns: name one for each, `from({names})`"));
        }
    }
}

/// Where both models are the same, only names tell the two ends apart.
pub(super) fn both_ends_of_a_relationship_to_itself_are_named(model: &Model, field: &Field, errors: &mut Errors) {
    let Shape::ManyToMany(target) = Shape::of(&field.ty) else { return };
    if shape::last_name(target) != Some(&model.name) {
        return;
    }
    for (attribute, options) in many_to_many(field) {
        let Some(through) = &options.through else { continue };
        let name = &model.name;
        if options.from.is_none() || options.to.is_none() {
            let ends = match through.value {
                Table::Named(_) => "from = \"…_id\", to = \"…_id\"",
                Table::Model(_) => "from = field, to = field",
            };
            errors.push(err!(attribute, "both ends are `{name}`: say which is which, `{ends}`"));
        } else if options.inverse.is_none() && options.one_sided.is_none() {
            errors.push(err!(
                attribute,
                "both ends are `{name}`: name the field of the other direction, `inverse = field`, or write `one_sided`"
            ));
        }
    }
}

/// `one_sided` says that there is no other side.
pub(super) fn one_sided_has_no_other_side(_: &Model, field: &Field, errors: &mut Errors) {
    for (_, options) in many_to_many(field) {
        if let (Some(_), Some(one_sided)) = (&options.inverse, &options.one_sided) {
            errors.push(err!(&one_sided.name, "`inverse` names the other side: remove one of the two"));
        }
    }
}

fn many_to_many(field: &Field) -> impl Iterator<Item = (&syn::Path, &ManyToManyOptions)> {
    field.relationships.iter().filter_map(|relationship| match &relationship.options {
        RelationshipOptions::ManyToMany(options) => Some((&relationship.attribute, options)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::tests::{mistakes, mistakes_of_fields};

    #[test]
    fn a_missing_table_is_told() {
        mistakes_of_fields(
            "#[many_to_many] tags: ManyToMany<Tag>",
            expect![[r#"
            many_to_many
                say which association table: `#[many_to_many(through = "example_tag")]`
        "#]],
        );
    }

    #[test]
    fn columns_of_a_model_and_fields_of_a_table_are_told() {
        mistakes_of_fields(
            r#"#[many_to_many(through = Tagging, from = "post_id")] tags: ManyToMany<Tag>, #[many_to_many(through = "taggings", to = tag)] more: ManyToMany<Tag>"#,
            expect![[r#"
                "post_id"
                    name a `belongs_to` field of `Tagging`, without quotes: `from = field`
                tag
                    name a column of the association table: `to = "tag"`
            "#]],
        );
    }

    #[test]
    fn one_column_for_both_ends_is_told() {
        mistakes_of_fields(
            r#"#[many_to_many(through = "taggings", from = "id", to = "ID")] tags: ManyToMany<Tag>"#,
            expect![[r#"
                "ID"
                    `from` names this column already: `to` is the one that refers to the other model
            "#]],
        );
    }

    #[test]
    fn a_key_of_two_columns_needs_two() {
        mistakes(
            r#"struct Post { #[primary_key] a: i32, #[primary_key] b: i32, #[many_to_many(through = "t")] tags: ManyToMany<Tag>, #[many_to_many(through = "u", from = "x")] more: ManyToMany<Tag> }"#,
            expect![[r#"
                many_to_many
                    the primary key of `Post` has 2 columns: name one for each, `from("…", "…")`
                from
                    the primary key of `Post` has 2 columns: name one for each, `from("…", "…")`
            "#]],
        );
    }

    #[test]
    fn both_ends_to_itself_are_named() {
        mistakes(
            r#"struct User { #[primary_key] id: i32, #[many_to_many(through = "follows")] a: ManyToMany<User>, #[many_to_many(through = Follow)] b: ManyToMany<User>, #[many_to_many(through = "follows", from = "x", to = "y")] c: ManyToMany<User> }"#,
            expect![[r#"
                many_to_many
                    both ends are `User`: say which is which, `from = "…_id", to = "…_id"`
                many_to_many
                    both ends are `User`: say which is which, `from = field, to = field`
                many_to_many
                    both ends are `User`: name the field of the other direction, `inverse = field`, or write `one_sided`
            "#]],
        );
    }

    #[test]
    fn one_sided_with_another_side_is_told() {
        mistakes_of_fields(
            r#"#[many_to_many(through = "t", inverse = posts, one_sided)] tags: ManyToMany<Tag>"#,
            expect![[r#"
                one_sided
                    `inverse` names the other side: remove one of the two
            "#]],
        );
    }
}
