//! `EmployeeRelations<'s>`: the model's relationships as methods that may load.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;
use syn::ext::IdentExt;

use crate::check::{Kind, Model, Nullable, Relationship};

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
        #[automatically_derived]
        impl<'s> ::core::convert::From<__orm::Located<'s, #model_name>> for #name<'s> {
            fn from(located: __orm::Located<'s, #model_name>) -> Self {
                Self(located)
            }
        }

        #[automatically_derived]
        impl<'s> ::core::ops::Deref for #name<'s> {
            type Target = #model_name;

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
    let view = quote!(__orm::View<'s, #target>);
    let (load, found) = match &relationship.kind {
        Kind::BelongsTo(reference) if reference.nullable == Nullable::No => (quote!(required), view),
        Kind::BelongsTo(_) | Kind::HasOne(_) => (quote!(optional), quote!(::core::option::Option<#view>)),
        Kind::HasMany(_) | Kind::ManyToMany(_) => (quote!(many), quote!(::std::vec::Vec<#view>)),
    };
    let docs = match relationship.docs {
        [] => {
            let doc = format!(" Its `{}`, loaded where it is not there yet.", field.unraw());
            quote!(#[doc = #doc])
        }
        docs => quote!(#(#docs)*),
    };
    quote! {
        #docs
        #visibility fn #field(&self) -> __orm::Result<#found> {
            self.0.#load(#model_name::#field)
        }
    }
}
