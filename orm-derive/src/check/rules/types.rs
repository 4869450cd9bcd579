//! Rules about the types of columns, as far as their names tell.

use syn::Type;

use crate::check::shape::{self, Shape};
use crate::error::{Errors, err};
use crate::parse::{ColumnOptions, Field, Model};

/// The integers of every machine have a width; a column has one of 64 bits at most, and text is longer than a character.
pub(super) fn a_column_has_a_type_of_the_server(_: &Model, field: &Field, errors: &mut Errors) {
    let (true, None) = (field.relationships.is_empty(), &field.embed) else { return };
    let ty = plain(&field.ty);
    let written = shape::text(ty);
    let other = match written.as_str() {
        "usize" | "u128" => "u64",
        "isize" | "i128" => "i64",
        "char" => "String",
        _ => return,
    };
    errors.push(err!(ty, "no column has the type `{written}`: write `{other}`"));
}

/// What MariaDB alone has takes and gives text. `BIT` comes as bytes, which are
/// taken for the digits of a number.
pub(super) fn a_type_of_the_server_fits_the_field(_: &Model, field: &Field, errors: &mut Errors) {
    let Some((_, ColumnOptions { sql_type: Some(sql_type), .. })) = &field.column else { return };
    let ty = plain(&field.ty);
    let (written, name) = (shape::text(ty), shape::last_name(ty).map(ToString::to_string).unwrap_or_default());
    let given = sql_type.value.value();
    let word = given.trim().split(['(', ' ']).next().unwrap_or_default().to_uppercase();
    match (word.as_str(), name.as_str()) {
        ("UUID", "Uuid") | ("INET4", "Ipv4Addr") | ("INET6", "Ipv6Addr") => {
            errors.push(err!(
                &sql_type.value,
                "what is stored as `{word}` is sent as text: write `Native<{written}>` as the field's type, and no `sql_type`"
            ));
        }
        ("BIT", name) if name != "bool" => {
            errors.push(err!(&sql_type.value, "`BIT` is for `bool`, as `BIT(1)`: leave `sql_type` out"));
        }
        _ => {}
    }
}

/// The type of the value: without `Option` and `Auto`.
fn plain(ty: &Type) -> &Type {
    match Shape::of(ty) {
        Shape::Nullable(inner) | Shape::Auto(inner) => plain(inner),
        _ => ty,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::tests::mistakes_of_fields;

    #[test]
    fn a_type_that_no_column_has_is_told() {
        mistakes_of_fields(
            "a: usize, b: Option<i128>, c: char",
            expect![[r#"
            usize
                no column has the type `usize`: write `u64`
            i128
                no column has the type `i128`: write `i64`
            char
                no column has the type `char`: write `String`
        "#]],
        );
    }

    #[test]
    fn a_type_of_mariadb_that_takes_text_is_told() {
        mistakes_of_fields(
            r#"#[column(sql_type = "uuid")] a: Uuid, #[column(sql_type = "INET6")] b: Option<std::net::Ipv6Addr>, #[column(sql_type = "UUID")] c: String"#,
            expect![[r#"
                "uuid"
                    what is stored as `UUID` is sent as text: write `Native<Uuid>` as the field's type, and no `sql_type`
                "INET6"
                    what is stored as `INET6` is sent as text: write `Native<std::net::Ipv6Addr>` as the field's type, and no `sql_type`
            "#]],
        );
    }

    #[test]
    fn what_is_no_bool_in_a_bit_column_is_told() {
        mistakes_of_fields(
            r#"#[column(sql_type = "BIT(8)")] a: u8, #[column(sql_type = "BIT(1)")] b: bool, #[column(sql_type = "bit")] c: Vec<u8>"#,
            expect![[r#"
                "BIT(8)"
                    `BIT` is for `bool`, as `BIT(1)`: leave `sql_type` out
                "bit"
                    `BIT` is for `bool`, as `BIT(1)`: leave `sql_type` out
            "#]],
        );
    }
}
