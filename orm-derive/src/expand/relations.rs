//! `EmployeeRelations<'s>`: the model's relationships as methods that may load.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::check::{Kind, Model, Nullable, Relationship};
use crate::expand::{at, variable};

/// The struct, beside the model.
pub(super) fn definition(model: &Model<'_>) -> TokenStream {
    let (visibility, model_name, name) = (model.visibility, model.name, name(model));
    let doc = format!(" The relationships of a [`{model_name}`], as methods that load what is not there.");
    quote! {
        #[doc = #doc]
        #[derive(Clone, Copy, Debug)]
        #visibility struct #name<'s>(::orm_core::support::Located<'s, #model_name>);
    }
}

/// Its name.
pub(super) fn name(model: &Model<'_>) -> Ident {
    format_ident!("{}Relations", model.name)
}

/// How it is made, how it leads to the object, and its methods.
pub(super) fn implementations(model: &Model<'_>) -> TokenStream {
    let (model_name, name) = (model.name, name(model));
    let accessors = model.relationships.iter().map(|relationship| accessor(model, relationship));
    quote! {
        impl<'s> ::core::convert::From<__orm::Located<'s, #model_name>> for #name<'s> {
            #[inline]
            fn from(located: __orm::Located<'s, #model_name>) -> Self {
                Self(located)
            }
        }

        impl<'s> ::core::convert::From<#name<'s>> for __orm::Located<'s, #model_name> {
            fn from(relations: #name<'s>) -> Self {
                relations.0
            }
        }

        #[automatically_derived]
        impl<'s> ::core::ops::Deref for #name<'s> {
            type Target = #model_name;

            #[inline]
            fn deref(&self) -> &#model_name {
                self.0.object()
            }
        }

        #[allow(dead_code, reason = "a program need not use all of them")]
        impl<'s> #name<'s> {
            #(#accessors)*
        }
    }
}

fn accessor(model: &Model<'_>, relationship: &Relationship<'_>) -> TokenStream {
    let (visibility, model_name) = (model.visibility, model.name);
    let Relationship { field, target, .. } = relationship;
    let view = quote_spanned!(target.span()=> __orm::View<'s, #target>);
    let (load, found) = match &relationship.kind {
        Kind::BelongsTo(reference) if reference.nullable == Nullable::No => ("required", view),
        Kind::BelongsTo(_) | Kind::HasOne(..) => ("optional", quote!(::core::option::Option<#view>)),
        Kind::HasMany(..) | Kind::ManyToMany(..) => ("many", quote!(::std::vec::Vec<#view>)),
    };
    let docs = match relationship.docs {
        [] => {
            let doc = format!(" Its `{}`, loaded where it is not there yet.", field.unraw());
            quote!(#[doc = #doc])
        }
        docs => quote!(#(#docs)*),
    };
    // What is wrong with the other model is told at its name.
    let load = Ident::new(load, target.span());
    let (at_model, at_field) = (at(target.span(), model_name), at(target.span(), field));
    let object = variable("self", target.span());
    let loaded = quote_spanned!(target.span()=> #object.0.#load(#at_model::#at_field));
    quote! {
        #docs
        #[inline]
        #[track_caller]
        #visibility fn #field(&self) -> __orm::Result<#found> {
            #loaded
        }
    }
}
