//! `impl Default`, from the declared defaults.

use proc_macro2::TokenStream;
use quote::quote;

use crate::check::{DefaultImpl, Field, FieldDefault, Model, State};
use crate::parse::Literal;

pub(super) fn implementation(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let body = match (model.default, model.state) {
        (DefaultImpl::OfTheUser, _) => return TokenStream::new(),
        (DefaultImpl::Derived, State::Mistaken) => quote!(__orm::no_field(0)),
        (DefaultImpl::Derived, State::Sound) => {
            let fields = model.fields.iter().map(field);
            quote!(Self { #(#fields),* })
        }
    };
    quote! {
        #[automatically_derived]
        impl ::core::default::Default for #name {
            fn default() -> Self {
                #body
            }
        }
    }
}

fn field(field: &Field<'_>) -> TokenStream {
    let (name, ty) = (field.name, field.ty);
    let value = match &field.default {
        FieldDefault::OfItsType => quote!(<#ty as ::core::default::Default>::default()),
        FieldDefault::Literal(literal) => value(literal),
        FieldDefault::SomeLiteral(literal) => {
            let value = value(literal);
            quote!(::core::option::Option::Some(#value))
        }
    };
    quote!(#name: #value)
}

fn value(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Text(text) => quote!(::core::convert::Into::into(#text)),
        other => quote!(#other),
    }
}
