//! Rules about all relationships, and about foreign keys.

use quote::ToTokens;
use syn::{LitStr, Type};

use crate::check::model::Action;
use crate::check::shape::{self, Shape};
use crate::error::{Errors, err};
use crate::parse::{BelongsToOptions, Field, InverseOptions, Model, RelationshipOptions, Setting, nearest};

/// A field is a relationship in one way.
pub(super) fn a_field_is_one_relationship_at_most(_: &Model, field: &Field, errors: &mut Errors) {
    if let [first, others @ ..] = field.relationships.as_slice() {
        let first = shape::text(&first.attribute);
        for other in others {
            let attribute = shape::text(&other.attribute);
            errors.push(err!(&other.attribute, "`{}` is `#[{first}]` already: remove `#[{attribute}]`", field.name));
        }
    }
}

/// A relationship is declared, so that it is not mistaken for a column.
pub(super) fn a_relationship_type_has_its_attribute(_: &Model, field: &Field, errors: &mut Errors) {
    if !field.relationships.is_empty() || field.embed.is_some() {
        return;
    }
    let attribute = match Shape::of(&field.ty) {
        Shape::BelongsTo { .. } => "#[belongs_to]",
        Shape::HasMany(_) => "#[has_many]",
        Shape::HasOne(_) => "#[has_one]",
        Shape::ManyToMany(_) => "#[many_to_many(through = \"…\")]",
        Shape::Plain | Shape::Nullable(_) | Shape::Auto(_) => return,
    };
    errors.push(err!(&field.ty, "`{}` is a relationship: write `{attribute}` above it", field.name));
}

/// Each relationship attribute has a field type of its own.
pub(super) fn a_relationship_attribute_is_on_its_type(_: &Model, field: &Field, errors: &mut Errors) {
    let Some(relationship) = field.relationships.first() else { return };
    let (before, after) = match (&relationship.options, Shape::of(&field.ty)) {
        (RelationshipOptions::BelongsTo(_), Shape::BelongsTo { .. })
        | (RelationshipOptions::HasMany(_), Shape::HasMany(_))
        | (RelationshipOptions::HasOne(_), Shape::HasOne(_))
        | (RelationshipOptions::ManyToMany(_), Shape::ManyToMany(_)) => return,
        (RelationshipOptions::BelongsTo(_), Shape::Nullable(_)) => ("Option<BelongsTo<", ">>"),
        (RelationshipOptions::BelongsTo(_), _) => ("BelongsTo<", ">"),
        (RelationshipOptions::HasMany(_), _) => ("HasMany<", ">"),
        (RelationshipOptions::HasOne(_), _) => ("HasOne<", ">"),
        (RelationshipOptions::ManyToMany(_), _) => ("ManyToMany<", ">"),
    };
    let attribute = shape::text(&relationship.attribute);
    errors.push(match guessed_target(&field.ty) {
        Some(target) => {
            let target = shape::text(target);
            err!(&field.ty, "`#[{attribute}]` is not for this type: write `{before}{target}{after}`")
        }
        None => err!(
            &field.ty,
            "`#[{attribute}]` is not for this type: write `{before}M{after}`, where `M` is the other model"
        ),
    });
}

/// The model that a type of the wrong kind is about: not a number or text.
pub(in crate::check) fn guessed_target(ty: &Type) -> Option<&Type> {
    let target = shape::innermost(ty)?;
    let name = shape::last_name(target)?.to_string();
    let is_model = name.starts_with(char::is_uppercase) && name != "String" && !name.starts_with("Naive");
    is_model.then_some(target)
}

/// `column` is for a key of one column, `columns` for one of several.
pub(super) fn a_foreign_key_names_its_columns_once(_: &Model, field: &Field, errors: &mut Errors) {
    for options in belongs_to(field) {
        if let (Some(column), Some(_)) = (&options.column, &options.columns) {
            errors.push(err!(&column.name, "`columns` names all columns of the foreign key: remove `column`"));
        }
    }
}

/// The actions of a foreign key; `NULL` can be set only where it is allowed.
pub(super) fn actions_are_known_and_possible(_: &Model, field: &Field, errors: &mut Errors) {
    let nullable = matches!(Shape::of(&field.ty), Shape::BelongsTo { nullable: true, .. } | Shape::Nullable(_));
    for options in belongs_to(field) {
        for Setting { name, value } in [&options.on_delete, &options.on_update].into_iter().flatten() {
            match action(value) {
                Some(Action::SetNull) if !nullable => {
                    let target = shape::text(
                        guessed_target(&field.ty).map_or_else(|| "M".into_token_stream(), ToTokens::to_token_stream),
                    );
                    errors.push(err!(
                        value,
                        "`{}` cannot be `NULL`: write `Option<BelongsTo<{target}>>`, or another `{name}`",
                        field.name
                    ));
                }
                Some(_) => {}
                None => {
                    let known = ["restrict", "cascade", "set_null"];
                    let written = value.value().to_lowercase().replace([' ', '-'], "_");
                    errors.push(match nearest(&written, &known) {
                        Some(near) => {
                            err!(value, "`{name}` has no action \"{}\": did you mean \"{near}\"?", value.value())
                        }
                        None => err!(value, "`{name}` is \"restrict\", \"cascade\" or \"set_null\""),
                    });
                }
            }
        }
    }
}

/// The action that a text names.
pub(in crate::check) fn action(text: &LitStr) -> Option<Action> {
    match text.value().as_str() {
        "restrict" => Some(Action::Restrict),
        "cascade" => Some(Action::Cascade),
        "set_null" => Some(Action::SetNull),
        _ => None,
    }
}

/// Uniqueness is checked by an index.
pub(super) fn a_unique_foreign_key_has_an_index(_: &Model, field: &Field, errors: &mut Errors) {
    for options in belongs_to(field) {
        if let (Some(_), Some(index)) = (&options.unique, &options.index)
            && !index.value.value
        {
            errors.push(err!(&index.name, "what is unique has an index: remove `index = false`"));
        }
    }
}

/// A view has methods of its own, and those of `Clone`, `ToOwned` and `Into`, before which a relationship of the same name
/// could not be called.
pub(super) fn no_relationship_is_hidden_by_a_view(_: &Model, field: &Field, errors: &mut Errors) {
    let name = field.name.to_string();
    if !field.relationships.is_empty()
        && ["get", "handle", "related", "clone", "to_owned", "into", "try_into"].contains(&name.as_str())
    {
        errors.push(err!(&field.name, "`View::{name}` would hide this relationship: give it another name"));
    }
}

/// Members are deleted with their owner, or protect it, or are released: `delete_orphan` and `passive_deletes` say more of the
/// first.
pub(super) fn members_have_one_fate(_: &Model, field: &Field, errors: &mut Errors) {
    let options = field.relationships.iter().filter_map(|relationship| match &relationship.options {
        RelationshipOptions::HasMany(options) | RelationshipOptions::HasOne(options) => Some(options),
        _ => None,
    });
    for InverseOptions { cascade, delete_orphan, passive_deletes, restrict, .. } in options {
        for more in [delete_orphan, passive_deletes].into_iter().flatten() {
            let name = &more.name;
            match (cascade, restrict) {
                (_, Some(_)) => {
                    errors.push(err!(name, "`restrict` keeps the owner as long as it has members: remove `{name}`"))
                }
                (None, None) => {
                    errors.push(err!(name, "`{name}` is for members that go with their owner: write `cascade, {name}`"))
                }
                (Some(_), None) => {}
            }
        }
        if let (Some(cascade), Some(_)) = (cascade, restrict) {
            errors.push(err!(&cascade.name, "`restrict` keeps the owner as long as it has members: remove `cascade`"));
        }
        if let (Some(delete_orphan), Some(_)) = (delete_orphan, passive_deletes) {
            errors.push(err!(
                &delete_orphan.name,
                "the database does not delete orphans: remove `delete_orphan` or `passive_deletes`"
            ));
        }
    }
}

/// One member needs no order.
pub(super) fn only_collections_are_ordered(_: &Model, field: &Field, errors: &mut Errors) {
    for relationship in &field.relationships {
        if let RelationshipOptions::HasOne(InverseOptions { order_by: Some(order_by), .. }) = &relationship.options {
            errors.push(err!(&order_by.name, "`{}` leads to one object at most: remove `order_by`", field.name));
        }
    }
}

fn belongs_to(field: &Field) -> impl Iterator<Item = &BelongsToOptions> {
    field.relationships.iter().filter_map(|relationship| match &relationship.options {
        RelationshipOptions::BelongsTo(options) => Some(options),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::tests::mistakes_of_fields;

    #[test]
    fn a_field_with_two_relationship_attributes_is_told() {
        mistakes_of_fields(
            "#[has_many] #[has_one] tags: HasMany<Tag>",
            expect![[r#"
            has_one
                `tags` is `#[has_many]` already: remove `#[has_one]`
        "#]],
        );
    }

    #[test]
    fn a_relationship_without_its_attribute_is_told() {
        mistakes_of_fields(
            "a: Option<BelongsTo<Tag>>, b: HasMany<Tag>, c: HasOne<Tag>, d: ManyToMany<Tag>",
            expect![[r#"
                Option<BelongsTo<Tag>>
                    `a` is a relationship: write `#[belongs_to]` above it
                HasMany<Tag>
                    `b` is a relationship: write `#[has_many]` above it
                HasOne<Tag>
                    `c` is a relationship: write `#[has_one]` above it
                ManyToMany<Tag>
                    `d` is a relationship: write `#[many_to_many(through = "…")]` above it
            "#]],
        );
    }

    #[test]
    fn an_attribute_on_another_type_says_the_type_to_write() {
        mistakes_of_fields(
            r#"#[has_many] a: Vec<Tag>, #[belongs_to] b: Option<Box<Tag>>, #[belongs_to] c: i32, #[has_one] d: HasMany<blog::Tag>, #[many_to_many(through = "t")] e: Tag, #[has_many] f: Option<HasMany<Tag>>"#,
            expect![[r#"
                Vec<Tag>
                    `#[has_many]` is not for this type: write `HasMany<Tag>`
                Option<Box<Tag>>
                    `#[belongs_to]` is not for this type: write `Option<BelongsTo<Tag>>`
                i32
                    `#[belongs_to]` is not for this type: write `BelongsTo<M>`, where `M` is the other model
                HasMany<blog::Tag>
                    `#[has_one]` is not for this type: write `HasOne<blog::Tag>`
                Tag
                    `#[many_to_many]` is not for this type: write `ManyToMany<Tag>`
                Option<HasMany<Tag>>
                    `#[has_many]` is not for this type: write `HasMany<Tag>`
            "#]],
        );
    }

    #[test]
    fn columns_named_twice_are_told() {
        mistakes_of_fields(
            r#"#[belongs_to(column = "a", columns("b", "c"))] line: BelongsTo<Line>"#,
            expect![[r#"
            column
                `columns` names all columns of the foreign key: remove `column`
        "#]],
        );
    }

    #[test]
    fn unknown_actions_are_told() {
        mistakes_of_fields(
            r#"#[belongs_to(on_delete = "CASCADES", on_update = "explode")] tag: BelongsTo<Tag>"#,
            expect![[r#"
                "CASCADES"
                    `on_delete` has no action "CASCADES": did you mean "cascade"?
                "explode"
                    `on_update` is "restrict", "cascade" or "set_null"
            "#]],
        );
    }

    #[test]
    fn null_cannot_be_set_where_it_is_not_allowed() {
        mistakes_of_fields(
            r#"#[belongs_to(on_delete = "set_null")] tag: BelongsTo<Tag>"#,
            expect![[r#"
            "set_null"
                `tag` cannot be `NULL`: write `Option<BelongsTo<Tag>>`, or another `on_delete`
        "#]],
        );
    }

    #[test]
    fn a_unique_foreign_key_without_index_is_told() {
        mistakes_of_fields(
            "#[belongs_to(unique, index = false)] tag: BelongsTo<Tag>",
            expect![[r#"
            index
                what is unique has an index: remove `index = false`
        "#]],
        );
    }

    #[test]
    fn more_about_members_that_do_not_go_with_their_owner_is_told() {
        mistakes_of_fields(
            "#[has_many(delete_orphan)] tags: HasMany<Tag>, #[has_one(passive_deletes)] cover: HasOne<Cover>",
            expect![[r#"
                delete_orphan
                    `delete_orphan` is for members that go with their owner: write `cascade, delete_orphan`
                passive_deletes
                    `passive_deletes` is for members that go with their owner: write `cascade, passive_deletes`
            "#]],
        );
    }

    #[test]
    fn members_that_protect_their_owner_and_go_with_it_are_told() {
        mistakes_of_fields(
            "#[has_many(restrict, cascade)] a: HasMany<Tag>, #[has_one(restrict, cascade, delete_orphan)] b: HasOne<Tag>, #[has_many(restrict, passive_deletes)] c: HasMany<Tag>",
            expect![[r#"
                cascade
                    `restrict` keeps the owner as long as it has members: remove `cascade`
                delete_orphan
                    `restrict` keeps the owner as long as it has members: remove `delete_orphan`
                cascade
                    `restrict` keeps the owner as long as it has members: remove `cascade`
                passive_deletes
                    `restrict` keeps the owner as long as it has members: remove `passive_deletes`
            "#]],
        );
    }

    #[test]
    fn orphans_that_are_left_to_the_database_are_told() {
        mistakes_of_fields(
            "#[has_many(cascade, delete_orphan, passive_deletes)] tags: HasMany<Tag>",
            expect![[r#"
                delete_orphan
                    the database does not delete orphans: remove `delete_orphan` or `passive_deletes`
            "#]],
        );
    }

    #[test]
    fn every_fate_of_members_can_be_written() {
        mistakes_of_fields(
            "#[has_many(cascade)] a: HasMany<A>, #[has_one(cascade, delete_orphan)] b: HasOne<B>, #[has_many(cascade, passive_deletes)] c: HasMany<C>, #[has_one(restrict)] d: HasOne<D>",
            expect![""],
        );
    }

    #[test]
    fn an_order_of_one_member_and_one_that_cannot_be_read_are_told() {
        mistakes_of_fields(
            r#"#[has_one(order_by = name)] a: HasOne<A>, #[has_many(order_by = "name")] b: HasMany<B>, #[has_many(order_by(up(name)))] c: HasMany<C>, #[has_many(order_by)] d: HasMany<D>"#,
            expect![[r#"
                order_by = "name"
                    `order_by` takes fields of the other model: write `order_by = name` or `order_by(name, desc(date))`
                order_by(up(name)
                    `order_by` takes fields of the other model: write `order_by = name` or `order_by(name, desc(date))`
                order_by
                    `order_by` takes fields of the other model: write `order_by = name` or `order_by(name, desc(date))`
                order_by
                    `a` leads to one object at most: remove `order_by`
            "#]],
        );
    }

    #[test]
    fn a_name_that_a_view_hides_is_told() {
        mistakes_of_fields(
            "#[has_many] handle: HasMany<Handle>",
            expect![[r#"
            handle
                `View::handle` would hide this relationship: give it another name
        "#]],
        );
    }
}
