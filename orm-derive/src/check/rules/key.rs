//! Rules about the primary key.

use crate::check::rules::columns::counts;
use crate::check::shape::{self, Shape};
use crate::error::{Errors, err};
use crate::parse::{Field, Model, RelationshipOptions};

/// A session knows its objects by their primary keys, so every model has one.
pub(super) fn a_model_has_a_primary_key(model: &Model, errors: &mut Errors) {
    if model.fields.iter().all(|field| field.primary_key.is_none()) {
        let name = &model.name;
        errors.push(match model.fields.iter().find(|field| field.name == "id") {
            Some(field) => err!(&field.name, "`{name}` has no primary key: write `#[primary_key]` above `id`"),
            None => {
                err!(name, "`{name}` has no primary key: write `#[primary_key]` above a field, such as `id: Auto<i32>`")
            }
        });
    }
}

/// A field without columns cannot be in the key.
pub(super) fn a_key_is_made_of_columns(_: &Model, field: &Field, errors: &mut Errors) {
    let Some(primary_key) = &field.primary_key else { return };
    let elsewhere = field.relationships.iter().find(|it| !matches!(it.options, RelationshipOptions::BelongsTo(_)));
    if let Some(relationship) = elsewhere {
        let attribute = shape::text(&relationship.attribute);
        errors.push(err!(primary_key, "a `{attribute}` has no column in this table: remove `#[primary_key]`"));
    }
}

/// The database refuses `NULL` in a primary key.
pub(super) fn a_key_is_never_null(_: &Model, field: &Field, errors: &mut Errors) {
    if field.primary_key.is_none() || field.embed.is_some() {
        return;
    }
    match Shape::of(&field.ty) {
        Shape::Nullable(inner) => {
            let inner = shape::text(inner);
            errors.push(err!(&field.ty, "a primary key cannot be `NULL`: write `{inner}`"));
        }
        Shape::BelongsTo { target, nullable: true } => {
            let target = shape::text(target);
            errors.push(err!(&field.ty, "a primary key cannot be `NULL`: write `BelongsTo<{target}>`"));
        }
        _ => {}
    }
}

/// The Rust type of a key of several columns is a tuple of two to four plain values.
pub(super) fn a_key_has_four_columns_at_most(model: &Model, errors: &mut Errors) {
    let key: Vec<&Field> = model.fields.iter().filter(|field| field.primary_key.is_some()).collect();
    if let Some(fifth) = key.get(4) {
        errors.push(err!(
            &fifth.primary_key,
            "a primary key has at most four fields: remove `#[primary_key]`, or use a key of its own"
        ));
    }
    for field in key.iter().filter(|_| key.len() > 1) {
        for relationship in &field.relationships {
            if let RelationshipOptions::BelongsTo(options) = &relationship.options
                && let Some(columns) = options.columns.as_ref().filter(|columns| columns.value.len() > 1)
            {
                errors.push(err!(
                    &columns.name,
                    "a foreign key of several columns is a primary key alone or not at all: remove `#[primary_key]` here \
                     or from the other fields"
                ));
            }
        }
    }
}

/// A table has one `AUTO_INCREMENT` column at most, and it is the first of the primary key. Another column that the
/// database fills says how.
pub(super) fn one_column_is_auto_increment_and_leads_the_key(model: &Model, errors: &mut Errors) {
    let Some(first_of_key) = model.fields.iter().find(|field| field.primary_key.is_some()) else { return };
    for field in &model.fields {
        let leads = field.name == first_of_key.name;
        // A literal default on an `Auto` is told by another rule.
        let has_default = field.column.as_ref().is_some_and(|(_, it)| it.default.is_some());
        if counts(field) && !has_default && !leads {
            errors.push(if field.primary_key.is_some() {
                err!(
                    &field.ty,
                    "only the first field of a primary key can be AUTO_INCREMENT: move `{}` up, or write \
                     `#[column(server_default = \"…\")]`",
                    field.name
                )
            } else {
                err!(
                    &field.ty,
                    "only a primary key is AUTO_INCREMENT: say what the database puts here, \
                     `#[column(server_default = \"…\")]` or `#[column(computed = \"…\")]`"
                )
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::tests::{mistakes, mistakes_of_fields};

    #[test]
    fn a_model_without_a_key_is_told_where_to_write_one() {
        mistakes(
            "struct Tag { name: String }",
            expect![[r#"
            Tag
                `Tag` has no primary key: write `#[primary_key]` above a field, such as `id: Auto<i32>`
        "#]],
        );
    }

    #[test]
    fn a_field_id_is_taken_for_the_key_that_was_meant() {
        mistakes(
            "struct Tag { id: Auto<i32> }",
            expect![[r#"
                id
                    `Tag` has no primary key: write `#[primary_key]` above `id`
            "#]],
        );
    }

    #[test]
    fn a_collection_is_no_key() {
        mistakes_of_fields(
            "#[primary_key] #[has_many] tags: HasMany<Tag>",
            expect![[r#"
            primary_key
                a `has_many` has no column in this table: remove `#[primary_key]`
        "#]],
        );
    }

    #[test]
    fn an_option_is_no_key() {
        mistakes(
            "struct Tag { #[primary_key] id: Option<i32>, #[primary_key] #[belongs_to] post: Option<BelongsTo<Post>> }",
            expect![[r#"
                Option<i32>
                    a primary key cannot be `NULL`: write `i32`
                Option<BelongsTo<Post>>
                    a primary key cannot be `NULL`: write `BelongsTo<Post>`
            "#]],
        );
    }

    #[test]
    fn a_second_auto_increment_column_is_told() {
        mistakes_of_fields(
            r#"number: Auto<i64>, #[column(server_default = "NOW()")] created: Auto<NaiveDateTime>"#,
            expect![[r#"
                Auto<i64>
                    only a primary key is AUTO_INCREMENT: say what the database puts here, `#[column(server_default = "…")]` or `#[column(computed = "…")]`
            "#]],
        );
    }

    #[test]
    fn auto_increment_comes_first_in_the_key() {
        mistakes(
            "struct Tag { #[primary_key] post: i32, #[primary_key] id: Auto<i32> }",
            expect![[r#"
            Auto<i32>
                only the first field of a primary key can be AUTO_INCREMENT: move `id` up, or write `#[column(server_default = "…")]`
        "#]],
        );
    }

    #[test]
    fn a_fifth_key_field_is_told() {
        mistakes(
            "struct T { #[primary_key] a: i32, #[primary_key] b: i32, #[primary_key] c: i32, #[primary_key] d: i32, #[primary_key] e: i32 }",
            expect![[r#"
                primary_key
                    a primary key has at most four fields: remove `#[primary_key]`, or use a key of its own
            "#]],
        );
    }

    #[test]
    fn a_foreign_key_of_two_columns_is_a_key_alone() {
        mistakes_of_fields(
            r#"#[primary_key] #[belongs_to(columns("a", "b"))] line: BelongsTo<Line>"#,
            expect![[r#"
            columns
                a foreign key of several columns is a primary key alone or not at all: remove `#[primary_key]` here or from the other fields
        "#]],
        );
    }
}
