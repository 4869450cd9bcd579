//! The fields of a struct that are embedded values: what the table knows of them, and where their columns are.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Ident, Type};

use crate::check::{Embedding, Model, Nullable};
use crate::expand::{at, constant_name, place};

/// A constant for each, by which all other code knows its type: a field that is no embedded value is one mistake, told once.
pub(super) fn types(model: &Model<'_>) -> TokenStream {
    let constant = |embedding: &Embedding<'_>| {
        let name = type_name(embedding.field, embedding.value);
        let columns = columns(embedding, &quote!(__orm), &quote!(()), &quote!(__orm::Required));
        quote_spanned!(embedding.value.span()=> const #name: #columns = __orm::EmbeddedColumns::FIRST;)
    };
    model.embedded.iter().map(constant).collect()
}

/// The name of that constant. What is wrong with the type is told at the type, wherever the constant is named.
pub(super) fn type_name(field: &Ident, value: &Type) -> Ident {
    at(value.span(), &constant_name(field, "COLUMNS"))
}

/// The type that has the columns of a field, in the table of `model`. (`orm` leads to what expanded code may name.)
pub(super) fn columns(
    embedding: &Embedding<'_>,
    orm: &TokenStream,
    model: &TokenStream,
    presence: &TokenStream,
) -> TokenStream {
    let value = embedding.value;
    let presence = match embedding.nullable {
        Nullable::Yes => quote!(#orm::Optional),
        Nullable::No => presence.clone(),
    };
    quote_spanned!(value.span()=> <#value as #orm::Embedded>::Columns<#model, #presence>)
}

/// A descriptor for each.
pub(super) fn descriptors(model: &Model<'_>) -> Vec<TokenStream> {
    model.embedded.iter().map(descriptor).collect()
}

fn descriptor(embedding: &Embedding<'_>) -> TokenStream {
    let (field, prefix) = (embedding.field.unraw().to_string(), &embedding.prefix);
    let kind = match embedding.nullable {
        Nullable::Yes => quote!(optional),
        Nullable::No => quote!(required),
    };
    let columns = type_name(embedding.field, embedding.value);
    quote!(__schema::Embedding::#kind(#field, #prefix, __orm::value_object(#columns)))
}

/// The table with all columns, made of the one with the model's own.
pub(super) fn whole_table(embedded: &[TokenStream]) -> TokenStream {
    quote! {
        static TABLE: ::std::sync::LazyLock<__schema::Table> =
            ::std::sync::LazyLock::new(|| OWN.with_embedded(&[#(#embedded),*]));
    }
}

/// `Customer::address`
pub(super) fn constants(model: &Model<'_>) -> Vec<TokenStream> {
    let constant = |(embedding, first): (&Embedding<'_>, TokenStream)| {
        let (visibility, field, name) =
            (model.visibility, embedding.field, type_name(embedding.field, embedding.value));
        let columns = columns(embedding, &quote!(__orm), &quote!(Self), &quote!(__orm::Required));
        let doc = format!(" The columns of `{}`.", field.unraw());
        let at = quote_spanned!(embedding.value.span()=> #name.at(#first));
        quote! {
            #[doc = #doc]
            #visibility const #field: #columns = #at;
        }
    };
    model.embedded.iter().zip(first_places(model)).map(constant).collect()
}

/// The place of the first column of each: after the struct's own columns, and those of the fields before.
pub(super) fn first_places(model: &Model<'_>) -> Vec<TokenStream> {
    let own = place(model.columns.len());
    let mut next = quote!(#own);
    let first = |embedding: &Embedding<'_>| {
        let columns = type_name(embedding.field, embedding.value);
        let after = quote!(#next + __orm::width(#columns));
        std::mem::replace(&mut next, after)
    };
    model.embedded.iter().map(first).collect()
}
