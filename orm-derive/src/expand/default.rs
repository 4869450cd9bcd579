//! `impl Default`, from the declared defaults.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::check::{DefaultImpl, Field, FieldDefault, FieldRole, Model, State};
use crate::expand::embedding;
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
            #[inline]
            fn default() -> Self {
                #body
            }
        }
    }
}

fn field(field: &Field<'_>) -> TokenStream {
    let name = field.name;
    let value = match (&field.default, field.role) {
        (FieldDefault::OfItsType, FieldRole::Embedded(value)) => {
            let columns = embedding::type_name(name, value);
            quote!(__orm::default(#columns))
        }
        (FieldDefault::OfItsType, FieldRole::Members | FieldRole::Stored) => {
            quote_spanned!(field.ty.span()=> ::core::default::Default::default())
        }
        (FieldDefault::Literal(literal), _) => value(literal),
        (FieldDefault::SomeLiteral(literal), _) => {
            let value = value(literal);
            quote!(::core::option::Option::Some(#value))
        }
    };
    quote!(#name: #value)
}

fn value(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Text(text) => quote_spanned!(text.span()=> __orm::FromText::from_text(#text)),
        other => quote!(#other),
    }
}
