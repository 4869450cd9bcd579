//! Association tables: what a many-to-many relationship leads through.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::Ident;

use crate::check::{Kind, Model, Relationship, State, Through};
use crate::expand::{place, places};

/// A descriptor for each association table that is not a model.
pub(super) fn functions(model: &Model<'_>) -> TokenStream {
    match model.state {
        State::Sound => model.relationships.iter().filter_map(|relationship| function(model, relationship)).collect(),
        State::Mistaken => TokenStream::new(),
    }
}

/// The name of the function that gives the association table of a field.
pub(super) fn function_name(field: &Ident) -> Ident {
    format_ident!("{field}_association")
}

fn function(model: &Model<'_>, relationship: &Relationship<'_>) -> Option<TokenStream> {
    let Kind::ManyToMany(Through::Table { name: table, from, to }, _) = &relationship.kind else { return None };
    let name = function_name(relationship.field);
    let (from_end, from_columns) = self::columns(from, 0, model.name);
    let (to_end, to_columns) = self::columns(to, from.len(), relationship.target);
    let all = places(0..from.len() + to.len());
    let fields = place(all.len());
    Some(quote! {
        fn #name() -> &'static __schema::Table {
            static TABLE: __schema::Table = __schema::Table {
                model: #table,
                name: #table,
                columns: &[#from_columns #to_columns],
                primary_key: &[#(#all),*],
                relationships: &[#from_end, #to_end],
                fields: #fields,
                ..__schema::Table::ASSOCIATION
            };
            &TABLE
        }
    })
}

/// The relationship to one of the two models, and its columns.
fn columns(names: &[String], first: usize, target: impl ToTokens) -> (TokenStream, TokenStream) {
    let (start, places, parts) = (place(first), places(first..first + names.len()), places(0..names.len()));
    let name = names.first();
    (
        quote!(__orm::association_end::<#target>(#name, #start, &[#(#places),*])),
        quote!(#(__orm::key_of::<#target>(#names, #places, #parts, false),)*),
    )
}
