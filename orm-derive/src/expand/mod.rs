//! From the model as understood to code: data for `orm_core`, and thin accessors. One file for each part.

mod assertions;
mod association;
mod constants;
mod default;
mod embedded;
mod embedding;
mod nullable;
mod other_side;
mod record;
mod relations;
mod row;
mod table;

use heck::ToShoutySnakeCase;
use proc_macro2::{Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Ident;
use syn::ext::IdentExt;

use crate::check::Model;
pub(crate) use embedded::embedded;
pub(crate) use row::row;

/// The code that a model derives.
pub(crate) fn model(model: &Model<'_>) -> TokenStream {
    let relations_struct = relations::definition(model);
    let parts = [
        record::implementation(model),
        embedding::types(model),
        association::functions(model),
        relations::implementations(model),
        constants::implementation(model),
        other_side::implementations(model),
        other_side::constants(model),
        default::implementation(model),
        nullable::implementation(model),
        assertions::constants(model),
    ];
    quote! {
        #relations_struct

        const _: () = {
            use ::orm_core::support::{self as __orm, kind as __kind, schema as __schema};

            #(#parts)*
        };
    }
}

/// A place in a list, as one writes it.
fn place(place: usize) -> Literal {
    Literal::usize_unsuffixed(place)
}

/// Places in a list.
fn places(places: impl IntoIterator<Item = usize>) -> Vec<Literal> {
    places.into_iter().map(place).collect()
}

/// The name of a constant that is about a field: `MANAGER_INVERSE`.
fn constant_name(field: &Ident, end: &str) -> Ident {
    let field = field.unraw().to_string().to_shouty_snake_case();
    match field.starts_with(|first: char| first.is_ascii_digit()) {
        // The field is `_0`, say.
        true => format_ident!("_{field}_{end}"),
        false => format_ident!("{field}_{end}"),
    }
}

/// A name in code of ours that is about another token of the user: mistakes are told there.
fn at(token: Span, name: &Ident) -> Ident {
    let mut name = name.clone();
    name.set_span(token);
    name
}

/// A variable in code of ours that stands at a token of the user. It is ours, also where a `macro_rules!` has written the token.
fn variable(name: &str, token: Span) -> Ident {
    Ident::new(name, token.resolved_at(Span::call_site()))
}
