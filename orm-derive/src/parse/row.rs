//! A row of a result as written: a struct with a field for each column.

use proc_macro2::TokenStream;
use syn::{Ident, LitStr, Type, Visibility};

use crate::error::{Errors, err};
use crate::parse::options::Options;
use crate::parse::{Form, Setting, only, struct_fields, without_parameters};

/// A struct that a row of a result is read into, as the user wrote it.
pub(crate) struct Row {
    pub(crate) name: Ident,
    pub(crate) visibility: Visibility,
    pub(crate) form: Form,
    pub(crate) fields: Vec<RowField>,
}

/// A field with its attribute.
pub(crate) struct RowField {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    /// The name of the column, where it is not the field's.
    pub(crate) column: Option<Setting<LitStr>>,
}

/// Reads the input of `#[derive(Row)]`; `None` where nothing of it can be used.
pub(crate) fn row(input: TokenStream, errors: &mut Errors) -> Option<Row> {
    let reason = "a row has the same columns everywhere, so it has no parameters: remove them";
    let input = without_parameters(input, reason, errors)?;
    if let Some(attribute) = only("row", &input.attrs, errors) {
        errors.push(err!(attribute, "`#[row(…)]` names the column of a field: remove it here"));
    }
    let written = struct_fields(&input, "a row", errors);
    Some(Row {
        form: if written.is_some() { Form::Struct } else { Form::Other },
        fields: written.into_iter().flatten().map(|field| read_field(field, errors)).collect(),
        name: input.ident,
        visibility: input.vis,
    })
}

fn read_field((name, field): (&Ident, &syn::Field), errors: &mut Errors) -> RowField {
    let column = only("row", &field.attrs, errors).and_then(|attribute| {
        let mut options = Options::of(attribute, errors);
        let name = options.text("name");
        options.finish();
        name
    });
    RowField { name: name.clone(), ty: field.ty.clone(), column }
}
