//! `impl Record` and `impl Model`: the contract with `orm_core`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use crate::check::{Model, State};
use crate::expand::{places, relations, table};

pub(super) fn implementation(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let relations = relations::name(model);
    let key = key(model);
    let Bodies { table, read, field } = bodies(model);
    quote! {
        #[automatically_derived]
        impl __orm::Record for #name {
            type Key = #key;

            fn table() -> &'static __schema::Table {
                #table
            }

            fn read(row: &mut __orm::RowReader<'_>) -> __orm::Result<Self> {
                #read
            }

            fn field(&self, position: usize) -> &dyn __orm::Field {
                #field
            }
        }

        #[automatically_derived]
        impl __orm::Model for #name {
            type Relations<'s> = #relations<'s>;
        }
    }
}

fn key(model: &Model<'_>) -> TokenStream {
    match model.key.as_slice() {
        [] => quote!(i32),
        [field] => quote!(<#field as __orm::KeyField>::Key),
        fields => quote!((#(<#fields as __orm::KeyField>::Key),*)),
    }
}

struct Bodies {
    table: TokenStream,
    read: TokenStream,
    field: TokenStream,
}

/// A model with mistakes never runs: its functions only have to be there.
fn bodies(model: &Model<'_>) -> Bodies {
    let names: Vec<&Ident> = model.fields.iter().map(|field| field.name).collect();
    let positions = places(0..names.len());
    match model.state {
        State::Sound => Bodies {
            table: table::descriptor(model),
            read: quote!(::core::result::Result::Ok(Self { #(#names: row.field()?),* })),
            field: quote! {
                match position {
                    #(#positions => &self.#names,)*
                    _ => __orm::no_field(position),
                }
            },
        },
        State::Mistaken => Bodies {
            table: quote!(__orm::no_field(0)),
            read: quote!({
                let _ = row;
                __orm::no_field(0)
            }),
            field: quote!(__orm::no_field(position)),
        },
    }
}
