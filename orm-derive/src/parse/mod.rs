//! From tokens to the model as written: is the struct one that can be a model, and is each attribute well-formed? An embedded
//! value is read like a model; it has other options.

mod attributes;
mod literal;
mod nearest;
mod options;
mod row;

use proc_macro2::TokenStream;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Path, Type, Visibility};

pub(crate) use attributes::{
    BelongsToOptions, ColumnOptions, EmbedOptions, InverseOptions, ManyToManyOptions, ModelOptions, Relationship,
    RelationshipOptions, Table,
};
pub(crate) use literal::Literal;
pub(crate) use nearest::nearest;
pub(crate) use options::{Direction, End, Options, Setting, Sort};
pub(crate) use row::{Row, RowField, row};

use crate::error::{Errors, err};

/// A struct with its attributes, as the user wrote it: a model, or an embedded value.
pub(crate) struct Model {
    pub(crate) name: Ident,
    pub(crate) visibility: Visibility,
    pub(crate) form: Form,
    pub(crate) options: ModelOptions,
    pub(crate) fields: Vec<Field>,
}

/// Whether the type can be a model at all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A struct with named fields.
    Struct,
    /// Something else; it is told, and there are no fields.
    Other,
}

/// A field with its attributes.
pub(crate) struct Field {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) docs: Vec<Attribute>,
    pub(crate) primary_key: Option<Path>,
    pub(crate) version: Option<Path>,
    pub(crate) column: Option<(Path, ColumnOptions)>,
    pub(crate) embed: Option<(Path, EmbedOptions)>,
    pub(crate) relationships: Vec<Relationship>,
    /// The first mistake in the attributes.
    pub(crate) mistake: Option<syn::Error>,
}

/// What a struct is derived to be: how it is called, why it has no parameters, and its attribute.
struct Purpose {
    name: &'static str,
    without_parameters: &'static str,
    attribute: &'static str,
    options: fn(&Attribute, &mut Errors) -> ModelOptions,
}

const MODEL: Purpose = Purpose {
    name: "a model",
    without_parameters: "a model is one table, so it has no parameters: remove them",
    attribute: "model",
    options: ModelOptions::read,
};

const EMBEDDED: Purpose = Purpose {
    name: "an embedded value",
    without_parameters: "an embedded value has the same columns everywhere, so it has no parameters: remove them",
    attribute: "embed",
    options: ModelOptions::read_embedded,
};

/// Reads the input of `#[derive(Model)]`; `None` where nothing of it can be used.
pub(crate) fn model(input: TokenStream, errors: &mut Errors) -> Option<Model> {
    read(input, &MODEL, errors)
}

/// Reads the input of `#[derive(Embed)]`; `None` where nothing of it can be used.
pub(crate) fn embedded(input: TokenStream, errors: &mut Errors) -> Option<Model> {
    read(input, &EMBEDDED, errors)
}

fn read(input: TokenStream, purpose: &Purpose, errors: &mut Errors) -> Option<Model> {
    let input = without_parameters(input, purpose.without_parameters, errors)?;
    let written = struct_fields(&input, purpose.name, errors);
    Some(Model {
        form: if written.is_some() { Form::Struct } else { Form::Other },
        fields: written.into_iter().flatten().map(|field| read_field(field, errors)).collect(),
        options: only(purpose.attribute, &input.attrs, errors)
            .map_or_else(ModelOptions::default, |attribute| (purpose.options)(attribute, errors)),
        name: input.ident,
        visibility: input.vis,
    })
}

/// The type, which must have no parameters for this reason.
fn without_parameters(input: TokenStream, reason: &str, errors: &mut Errors) -> Option<DeriveInput> {
    let input: DeriveInput = syn::parse2(input).map_err(|error| errors.push(error)).ok()?;
    if !input.generics.params.is_empty() {
        errors.push(err!(&input.generics, "{reason}"));
        return None;
    }
    Some(input)
}

fn struct_fields<'i>(
    input: &'i DeriveInput,
    what: &str,
    errors: &mut Errors,
) -> Option<Vec<(&'i Ident, &'i syn::Field)>> {
    let name = &input.ident;
    let error = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => {
                return Some(fields.named.iter().filter_map(|field| Some((field.ident.as_ref()?, field))).collect());
            }
            Fields::Unnamed(fields) => {
                err!(fields, "a column needs a name: write `struct {name} {{ field: Type, … }}`")
            }
            Fields::Unit => err!(name, "{what} has a field for each column: write `struct {name} {{ … }}`"),
        },
        Data::Enum(data) => {
            err!(data.enum_token, "{what} is a struct with named fields: write `struct {name} {{ … }}`")
        }
        Data::Union(data) => {
            err!(data.union_token, "{what} is a struct with named fields: write `struct {name} {{ … }}`")
        }
    };
    errors.push(error);
    None
}

fn read_field((name, field): (&Ident, &syn::Field), errors: &mut Errors) -> Field {
    let before = errors.count();
    let mut without_options =
        |name| only(name, &field.attrs, errors).map(|attribute| attributes::read_without_options(attribute, errors));
    let (primary_key, version) = (without_options("primary_key"), without_options("version"));
    let column = only("column", &field.attrs, errors)
        .map(|attribute| (attribute.path().clone(), ColumnOptions::read(attribute, errors)));
    let embed = only("embed", &field.attrs, errors)
        .map(|attribute| (attribute.path().clone(), EmbedOptions::read(attribute, errors)));
    let relationships = ["belongs_to", "has_many", "has_one", "many_to_many"]
        .into_iter()
        .filter_map(|kind| Relationship::read(only(kind, &field.attrs, errors)?, errors))
        .collect();
    Field {
        name: name.clone(),
        ty: field.ty.clone(),
        docs: field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).cloned().collect(),
        primary_key,
        version,
        column,
        embed,
        relationships,
        mistake: errors.first_after(before),
    }
}

/// The attribute of this name.
pub(crate) fn only<'a>(name: &str, attributes: &'a [Attribute], errors: &mut Errors) -> Option<&'a Attribute> {
    let mut found = attributes.iter().filter(|attribute| attribute.path().is_ident(name));
    let first = found.next();
    for again in found {
        errors.push(err!(again, "`#[{name}]` is written twice: write all options into one"));
    }
    first
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::tests::{mistakes, mistakes_of_fields};

    #[test]
    fn what_is_no_struct_with_fields_is_told() {
        mistakes(
            "enum Color { Red }",
            expect![[r#"
            enum
                a model is a struct with named fields: write `struct Color { … }`
        "#]],
        );
    }

    #[test]
    fn a_tuple_struct_is_told() {
        mistakes(
            "struct Pair(i32, i32);",
            expect![[r#"
            (i32, i32)
                a column needs a name: write `struct Pair { field: Type, … }`
        "#]],
        );
    }

    #[test]
    fn a_unit_struct_is_told() {
        mistakes(
            "struct Nothing;",
            expect![[r#"
            Nothing
                a model has a field for each column: write `struct Nothing { … }`
        "#]],
        );
    }

    #[test]
    fn parameters_are_told() {
        mistakes(
            "struct Tag<'a, T> { #[primary_key] id: i32, name: &'a T }",
            expect![[r#"
            <'a, T>
                a model is one table, so it has no parameters: remove them
        "#]],
        );
    }

    #[test]
    fn an_attribute_written_twice_is_told() {
        mistakes_of_fields(
            "#[column(unique)] #[column(index)] name: String",
            expect![[r#"
            #[column(index)]
                `#[column]` is written twice: write all options into one
        "#]],
        );
    }
}
