//! `#[derive(ColumnType)]`: a struct of one field, stored as that is.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DataStruct, DeriveInput, Field, Ident, Type};

use crate::check::shape::{self, Shape};
use crate::error::{Errors, err};
use crate::parse::{Options, Setting, only};

/// The struct as understood.
struct Newtype {
    name: Ident,
    /// The field's name; of a tuple's, none.
    field: Option<Ident>,
    ty: Type,
    number: Option<Setting<()>>,
}

/// Parse and check, then expand.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let understood = read(input, &mut errors);
    let expanded = understood.as_ref().map(expand);
    quote!(#expanded #errors)
}

fn read(input: TokenStream, errors: &mut Errors) -> Option<Newtype> {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let number = only("column_type", &input.attrs, errors).and_then(|attribute| number(attribute, errors));
    if !input.generics.params.is_empty() {
        errors.push(err!(&input.generics, "a column has one type, so this has no parameters: remove them"));
        return None;
    }
    let field = only_field(&input, errors)?;
    if let Shape::Nullable(inner) = Shape::of(&field.ty) {
        let (name, inner) = (&input.ident, shape::text(inner));
        errors.push(err!(
            &field.ty,
            "whether `NULL` is allowed says the field of the model: write `{inner}` here, and `Option<{name}>` there"
        ));
        return None;
    }
    Some(Newtype { field: field.ident.clone(), ty: field.ty.clone(), name: input.ident, number })
}

fn number(attribute: &Attribute, errors: &mut Errors) -> Option<Setting<()>> {
    let mut options = Options::of(attribute, errors);
    let number = options.flag("number");
    options.finish();
    number
}

fn only_field<'i>(input: &'i DeriveInput, errors: &mut Errors) -> Option<&'i Field> {
    let name = &input.ident;
    errors.push(match &input.data {
        Data::Struct(data) => match (data.fields.len(), data.fields.iter().next()) {
            (1, Some(field)) => return Some(field),
            _ => err!(
                fields_or_name(data, name),
                "a column holds one value: write `struct {name}(i64);`, say; several columns are a `#[derive(Embed)]`"
            ),
        },
        Data::Enum(data) => {
            err!(data.enum_token, "`ColumnType` is for a struct of one field: for an enum write `#[derive(DbEnum)]`")
        }
        Data::Union(data) => err!(data.union_token, "`ColumnType` is for a struct of one field: write `struct`"),
    });
    None
}

fn fields_or_name(data: &DataStruct, name: &Ident) -> TokenStream {
    if data.fields.is_empty() { name.to_token_stream() } else { data.fields.to_token_stream() }
}

fn expand(newtype: &Newtype) -> TokenStream {
    let Newtype { name, ty, .. } = newtype;
    let (read, made) = match &newtype.field {
        Some(field) => (quote!(self.#field), quote!(|#field| Self { #field })),
        None => (quote!(self.0), quote!(Self)),
    };
    let column_type = quote_spanned!(ty.span()=> <#ty as __orm::ColumnType>);
    let quotient = quote_spanned!(ty.span()=> <#ty as __orm::Number>::Quotient);
    let number = newtype.number.as_ref().map(|_| {
        quote! {
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::Number for #name {
                type Sum = Self;
                type Quotient = #quotient;
            }
        }
    });
    // A bound with a lifetime may be false: then there is no key of this type.
    quote! {
        const _: () = {
            use ::orm_core::support as __orm;

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::ColumnType for #name {
                const SQL_TYPE: __orm::SqlType = #column_type::SQL_TYPE;

                fn to_value(&self) -> __orm::Value {
                    #column_type::to_value(&#read)
                }

                fn from_value(value: __orm::Value) -> ::core::result::Result<Self, __orm::ConversionError> {
                    #column_type::from_value(value).map(#made)
                }
            }
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            #[diagnostic::do_not_recommend]
            impl __orm::KeyColumn for #name
            where
                for<'any> #ty: __orm::KeyColumn,
                for<'any> #name: ::core::clone::Clone,
            {
            }
            #number
        };
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{derive, read};
    use crate::error::Errors;
    use crate::tests::formatted;

    fn mistakes(input: &str, expected: Expect) {
        let mut errors = Errors::default();
        read(input.parse().expect("the struct consists of tokens"), &mut errors);
        expected.assert_eq(&errors.told());
    }

    #[test]
    fn a_number_expands_to_forwarding() {
        expect![[r#"
            const _: () = {
                use ::orm_core::support as __orm;
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl __orm::ColumnType for Cents {
                    const SQL_TYPE: __orm::SqlType = <i64 as __orm::ColumnType>::SQL_TYPE;
                    fn to_value(&self) -> __orm::Value {
                        <i64 as __orm::ColumnType>::to_value(&self.0)
                    }
                    fn from_value(
                        value: __orm::Value,
                    ) -> ::core::result::Result<Self, __orm::ConversionError> {
                        <i64 as __orm::ColumnType>::from_value(value).map(Self)
                    }
                }
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                #[diagnostic::do_not_recommend]
                impl __orm::KeyColumn for Cents
                where
                    for<'any> i64: __orm::KeyColumn,
                    for<'any> Cents: ::core::clone::Clone,
                {}
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl __orm::Number for Cents {
                    type Sum = Self;
                    type Quotient = <i64 as __orm::Number>::Quotient;
                }
            };
        "#]]
        .assert_eq(&formatted(derive, "#[column_type(number)] struct Cents(i64);"));
    }

    #[test]
    fn a_field_with_a_name_is_made_by_it() {
        let code = formatted(derive, "struct Email { address: String }");
        assert!(code.contains("to_value(&self.address)"), "{code}");
        assert!(code.contains("map(|address| Self { address })"), "{code}");
    }

    #[test]
    fn what_is_not_one_field_is_told() {
        mistakes(
            "struct Point(i32, i32);",
            expect![[r#"
            (i32, i32)
                a column holds one value: write `struct Point(i64);`, say; several columns are a `#[derive(Embed)]`
        "#]],
        );
        mistakes(
            "struct Point { x: i32, y: i32 }",
            expect![[r#"
            { x: i32, y: i32 }
                a column holds one value: write `struct Point(i64);`, say; several columns are a `#[derive(Embed)]`
        "#]],
        );
        mistakes(
            "struct Nothing;",
            expect![[r#"
            Nothing
                a column holds one value: write `struct Nothing(i64);`, say; several columns are a `#[derive(Embed)]`
        "#]],
        );
        mistakes(
            "enum Color { Red }",
            expect![[r#"
            enum
                `ColumnType` is for a struct of one field: for an enum write `#[derive(DbEnum)]`
        "#]],
        );
        mistakes(
            "union Color { red: i32 }",
            expect![[r#"
            union
                `ColumnType` is for a struct of one field: write `struct`
        "#]],
        );
    }

    #[test]
    fn parameters_and_options_inside_are_told() {
        mistakes(
            "struct Wrapper<T>(T);",
            expect![[r#"
            <T>
                a column has one type, so this has no parameters: remove them
        "#]],
        );
        mistakes(
            "struct Cents(Option<i64>);",
            expect![[r#"
            Option<i64>
                whether `NULL` is allowed says the field of the model: write `i64` here, and `Option<Cents>` there
        "#]],
        );
    }

    #[test]
    fn an_unknown_option_is_told() {
        mistakes(
            "#[column_type(numbr)] struct Cents(i64);",
            expect![[r#"
            numbr
                `#[column_type]` has no option `numbr`: did you mean `number`?
        "#]],
        );
    }
}
