//! Rules about indexes over several columns.

use syn::Ident;
use syn::ext::IdentExt;

use crate::check::rules::columns::column_names;
use crate::check::shape;
use crate::error::{Errors, err};
use crate::parse::{Field, Model, nearest};

/// `unique(a, b)` and `index(a, b)` name fields of the model that have columns, and no field twice.
pub(super) fn an_index_names_different_columns_of_the_model(model: &Model, errors: &mut Errors) {
    for index in model.options.unique.iter().chain(&model.options.index) {
        for (place, name) in index.value.iter().enumerate() {
            if index.value[..place].contains(name) {
                errors.push(err!(name, "`{name}` is named twice: remove one of the two"));
            } else {
                names_a_column(model, name, errors);
            }
        }
        if let [name] = index.value.as_slice() {
            let option = &index.name;
            errors.push(err!(
                name,
                "an index over one column is written at its field: `#[column({option})]` above `{name}`"
            ));
        }
    }
}

fn names_a_column(model: &Model, name: &Ident, errors: &mut Errors) {
    let written = name.unraw().to_string();
    match model.fields.iter().find(|field| field.name.unraw() == written) {
        Some(Field { embed: Some(_), ty, .. }) => {
            let value = shape::text(shape::innermost(ty).unwrap_or(ty));
            errors.push(err!(
                name,
                "`{name}` is several columns: write `#[column(unique)]` or `#[column(index)]` in `{value}`, and remove it here"
            ));
        }
        Some(field) if column_names(field).is_empty() => {
            errors.push(err!(name, "`{name}` has no column in this table: name another field"));
        }
        Some(_) => {}
        None => {
            let fields: Vec<String> = model.fields.iter().map(|field| field.name.unraw().to_string()).collect();
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            errors.push(match nearest(&written, &fields) {
                Some(near) => err!(name, "`{}` has no field `{name}`: did you mean `{near}`?", model.name),
                None => err!(name, "`{}` has no field `{name}`: name its fields, not its columns", model.name),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::tests::mistakes;

    #[test]
    fn unknown_fields_and_repeated_ones_are_told() {
        mistakes(
            "#[model(unique(first_nam, id), index(id, id), index(color, id))] struct Person { #[primary_key] id: i32, first_name: String }",
            expect![[r#"
                first_nam
                    `Person` has no field `first_nam`: did you mean `first_name`?
                id
                    `id` is named twice: remove one of the two
                color
                    `Person` has no field `color`: name its fields, not its columns
            "#]],
        );
    }

    #[test]
    fn a_collection_cannot_be_indexed() {
        mistakes(
            "#[model(unique(id, tags))] struct Person { #[primary_key] id: i32, #[has_many] tags: HasMany<Tag> }",
            expect![[r#"
                tags
                    `tags` has no column in this table: name another field
            "#]],
        );
    }

    #[test]
    fn an_index_over_one_column_belongs_to_its_field() {
        mistakes(
            "#[model(unique(name))] struct Person { #[primary_key] id: i32, name: String }",
            expect![[r#"
            name
                an index over one column is written at its field: `#[column(unique)]` above `name`
        "#]],
        );
    }
}
