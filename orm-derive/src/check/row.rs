//! A row of a result as understood, and the rules that it is held to.

use std::collections::HashMap;

use syn::ext::IdentExt;
use syn::{Ident, Type, Visibility};

use crate::check::State;
use crate::check::rules::name_fits;
use crate::check::shape::{self, Shape};
use crate::error::{Errors, err};
use crate::parse::{self, Form, RowField};

/// A struct that a row of a result is read into.
pub(crate) struct Row<'r> {
    pub(crate) name: &'r Ident,
    pub(crate) visibility: &'r Visibility,
    pub(crate) columns: Vec<RowColumn<'r>>,
    pub(crate) state: State,
}

/// A column of it.
pub(crate) struct RowColumn<'r> {
    pub(crate) field: &'r Ident,
    pub(crate) ty: &'r Type,
    pub(crate) name: String,
}

/// Checks the struct. Every mistake is told.
pub(crate) fn row<'r>(written: &'r parse::Row, errors: &mut Errors) -> Row<'r> {
    if written.form == Form::Struct {
        a_row_has_columns(written, errors);
        written.fields.iter().for_each(|field| a_row_has_values_alone(field, errors));
        no_two_fields_have_one_column(written, errors);
    }
    let column = |field: &'r RowField| RowColumn { field: &field.name, ty: &field.ty, name: column_name(field) };
    Row {
        name: &written.name,
        visibility: &written.visibility,
        columns: written.fields.iter().map(column).collect(),
        state: if errors.count() == 0 { State::Sound } else { State::Mistaken },
    }
}

/// A row without columns is none.
fn a_row_has_columns(row: &parse::Row, errors: &mut Errors) {
    if row.fields.is_empty() {
        let name = &row.name;
        errors
            .push(err!(name, "`{name}` has no columns: write a field for each, `struct {name} {{ field: Type, … }}`"));
    }
}

/// A row is read and kept by nobody: it follows no relationships, and the database fills in nothing later.
fn a_row_has_values_alone(field: &RowField, errors: &mut Errors) {
    let (optional, before, after) = match Shape::of(&field.ty) {
        Shape::Nullable(inner) => (Shape::of(inner), "Option<", ">"),
        shape => (shape, "", ""),
    };
    match optional {
        Shape::Auto(inner) => {
            let inner = shape::text(inner);
            errors
                .push(err!(&field.ty, "the values of a row are there when it is read: write `{before}{inner}{after}`"));
        }
        Shape::BelongsTo { .. } => {
            let advice = "write the type of the key, such as `i32`";
            errors.push(err!(&field.ty, "a row has values and no relationships: {advice}"));
        }
        Shape::HasMany(_) | Shape::HasOne(_) | Shape::ManyToMany(_) => {
            let name = &field.name;
            errors.push(err!(&field.ty, "a row has values and no relationships: remove `{name}`"));
        }
        Shape::Plain | Shape::Nullable(_) => {}
    }
}

/// Values are found by the names of their columns.
fn no_two_fields_have_one_column(row: &parse::Row, errors: &mut Errors) {
    let mut fields: HashMap<String, &Ident> = HashMap::new();
    for field in &row.fields {
        let written = field.column.as_ref().map(|setting| &setting.value);
        if let Some(written) = written {
            name_fits(written, errors);
        }
        let name = column_name(field);
        // The server compares names of columns without regard to case.
        let Some(other) = fields.insert(name.to_lowercase(), &field.name) else { continue };
        let message =
            format!("the column `{name}` belongs to `{other}` already: write another, `#[row(name = \"…\")]`");
        errors.push(written.map_or_else(|| err!(&field.name, "{message}"), |written| err!(written, "{message}")));
    }
}

fn column_name(field: &RowField) -> String {
    let own = || field.name.unraw().to_string();
    field.column.as_ref().map_or_else(own, |setting| setting.value.value())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::tests::mistakes_of_a_row;

    #[test]
    fn what_can_be_no_row_is_told() {
        mistakes_of_a_row(
            "enum Color { Red }",
            expect![[r#"
            enum
                a row is a struct with named fields: write `struct Color { … }`
        "#]],
        );
        mistakes_of_a_row(
            "struct Pair(i32, i32);",
            expect![[r#"
            (i32, i32)
                a column needs a name: write `struct Pair { field: Type, … }`
        "#]],
        );
        mistakes_of_a_row(
            "struct Pair<T> { one: T, other: T }",
            expect![[r#"
            <T>
                a row has the same columns everywhere, so it has no parameters: remove them
        "#]],
        );
        mistakes_of_a_row(
            "struct Nothing {}",
            expect![[r#"
            Nothing
                `Nothing` has no columns: write a field for each, `struct Nothing { field: Type, … }`
        "#]],
        );
    }

    #[test]
    fn what_is_no_value_is_told() {
        mistakes_of_a_row(
            "struct Staff { id: Auto<i32>, boss: Option<Auto<i32>>, department: BelongsTo<Department>, site: Option<BelongsTo<Site>>, projects: ManyToMany<Project> }",
            expect![[r#"
                Auto<i32>
                    the values of a row are there when it is read: write `i32`
                Option<Auto<i32>>
                    the values of a row are there when it is read: write `Option<i32>`
                BelongsTo<Department>
                    a row has values and no relationships: write the type of the key, such as `i32`
                Option<BelongsTo<Site>>
                    a row has values and no relationships: write the type of the key, such as `i32`
                ManyToMany<Project>
                    a row has values and no relationships: remove `projects`
            "#]],
        );
    }

    #[test]
    fn two_fields_with_one_column_are_told() {
        mistakes_of_a_row(
            r#"struct Headcount { department: String, #[row(name = "Department")] employees: u64, #[row(name = "")] none: i32, r#type: i32, Type: i32 }"#,
            expect![[r#"
                "Department"
                    the column `Department` belongs to `department` already: write another, `#[row(name = "…")]`
                ""
                    a name in the database has 1 to 64 characters and does not end with a space
                Type
                    the column `Type` belongs to `r#type` already: write another, `#[row(name = "…")]`
            "#]],
        );
    }

    #[test]
    fn unknown_options_are_told() {
        mistakes_of_a_row(
            r#"#[row(table = "x")] struct Headcount { #[row(nam = "dept")] department: String, #[row(flatten)] employees: u64, #[row] #[row(name = x)] total: i64 }"#,
            expect![[r#"
                #[row(table = "x")]
                    `#[row(…)]` names the column of a field: remove it here
                nam
                    `#[row]` has no option `nam`: did you mean `name`?
                flatten
                    `#[row]` has no option `flatten`, it has: name
                #[row(name = x)]
                    `#[row]` is written twice: write all options into one
            "#]],
        );
    }
}
