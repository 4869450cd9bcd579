//! `impl Record` and `impl Model`: the contract with `orm_core`.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

use crate::check::{Field, FieldRole, KeyPart, Model, State};
use crate::expand::{embedding, places, relations, table, variable};

pub(super) fn implementation(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let relations = relations::name(model);
    let key = key(model);
    let Bodies { table, read, field } = bodies(model);
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::Record for #name {
            type Key = #key;

            fn table() -> &'static __schema::Table {
                #table
            }

            fn read(row: &mut __orm::RowReader<'_>) -> ::core::result::Result<Self, __orm::Unreadable> {
                #read
            }

            fn field(&self, position: usize) -> &dyn __orm::Field {
                #field
            }
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::Model for #name {
            type Relations<'s> = #relations<'s>;
        }
    }
}

fn key(model: &Model<'_>) -> TokenStream {
    let parts: Vec<TokenStream> = model.key.iter().map(key_part).collect();
    match parts.as_slice() {
        // There is none only where that was told as a mistake.
        [] => quote!(i32),
        [part] => quote!(#part),
        parts => quote!((#(#parts),*)),
    }
}

fn key_part(part: &KeyPart<'_>) -> TokenStream {
    match part {
        KeyPart::Plain(ty) => quote!(#ty),
        KeyPart::KeyOf(target) => quote!(<#target as __orm::Record>::Key),
    }
}

struct Bodies {
    table: TokenStream,
    read: TokenStream,
    field: TokenStream,
}

/// A model with mistakes never runs: its functions only have to be there.
fn bodies(model: &Model<'_>) -> Bodies {
    let reads = model.fields.iter().map(read);
    let arms = model.fields.iter().zip(places(0..model.fields.len())).map(arm);
    match model.state {
        State::Sound => Bodies {
            table: table::descriptor(model),
            read: quote!(::core::result::Result::Ok(Self { #(#reads),* })),
            field: quote! {
                match (position, self) {
                    #(#arms,)*
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

/// What is wrong with the type of a field is told at that type.
fn read(field: &Field<'_>) -> TokenStream {
    let name = field.name;
    match field.role {
        FieldRole::Embedded(value) => {
            let columns = embedding::type_name(name, value);
            quote!(#name: __orm::read_field(row, #columns)?)
        }
        FieldRole::Members => quote_spanned!(field.ty.span()=> #name: ::core::default::Default::default()),
        FieldRole::Stored => {
            let ty = field.ty;
            let row = variable("row", ty.span());
            quote_spanned!(ty.span()=> #name: #row.field(<#ty as __orm::Field>::read)?)
        }
    }
}

/// The reference to a field stands at the field's type, and so does what is wrong with that.
fn arm((field, position): (&Field<'_>, Literal)) -> TokenStream {
    let name = field.name;
    let reference = Ident::new("field", field.ty.span());
    let value = match field.role {
        FieldRole::Embedded(value) => {
            let columns = embedding::type_name(name, value);
            quote!(__orm::field(#reference, #columns))
        }
        FieldRole::Members | FieldRole::Stored => quote!(#reference),
    };
    quote!((#position, Self { #name: #reference, .. }) => #value)
}
