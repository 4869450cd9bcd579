//! How the two sides of a relationship find each other.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Type};

use crate::check::{Candidate, Inverse, Kind, Model, Relationship};

/// What lets the other side find a relationship by its type.
pub(super) fn implementations(model: &Model<'_>) -> TokenStream {
    model.relationships.iter().filter_map(|relationship| implementation(model, relationship)).collect()
}

/// The `belongs_to` of `target` that leads to `model`.
pub(super) fn belongs_to(target: &Type, inverse: Inverse<'_>, model: &Ident) -> TokenStream {
    match inverse {
        Inverse::Sole => quote!(<#target as __orm::SoleBelongsTo<#model>>::RELATION),
        Inverse::Named(field) => quote!(<#target>::#field),
        Inverse::Unknown => quote!(__orm::Relation::belongs_to(0, false)),
    }
}

/// The `many_to_many` of `target` that leads to `model`.
pub(super) fn many_to_many(target: &Type, inverse: Inverse<'_>, model: &Ident) -> TokenStream {
    match inverse {
        Inverse::Named(field) => quote!(<#target>::#field),
        Inverse::Sole | Inverse::Unknown => quote!(<#target as __orm::SoleManyToMany<#model>>::RELATION),
    }
}

fn implementation(model: &Model<'_>, relationship: &Relationship<'_>) -> Option<TokenStream> {
    let (one_of_its_kind, kind) = match (relationship.candidate, &relationship.kind) {
        (Candidate::Sole, Kind::BelongsTo(_)) => (quote!(SoleBelongsTo), quote!(BelongsTo)),
        (Candidate::Sole, Kind::ManyToMany(_)) => (quote!(SoleManyToMany), quote!(ManyToMany)),
        _ => return None,
    };
    let name = model.name;
    let Relationship { field, target, .. } = relationship;
    Some(quote! {
        impl __orm::#one_of_its_kind<#target> for #name {
            const RELATION: __orm::Relation<Self, #target, __kind::#kind> = Self::#field;
        }
    })
}
