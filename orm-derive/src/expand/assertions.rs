//! Rules about types and other models, for the compiler to check at the token that the user will change.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;

use crate::check::{Assertion, Fact, Model};
use crate::expand::{other_side, place};

pub(super) fn constants(model: &Model<'_>) -> TokenStream {
    model.assertions.iter().map(|assertion| constant(assertion, model.name)).collect()
}

fn constant(assertion: &Assertion<'_>, model: &Ident) -> TokenStream {
    let fact = fact(&assertion.fact, model);
    let message = assertion.message.replace('{', "{{").replace('}', "}}");
    quote_spanned!(assertion.at=> const _: () = ::core::assert!(#fact, #message);)
}

fn fact(fact: &Fact<'_>, model: &Ident) -> TokenStream {
    match fact {
        Fact::HasLength(ty) => quote!(__orm::has_length::<#ty>()),
        Fact::CanBeIndexed(ty) => quote!(__orm::can_be_indexed::<#ty>()),
        Fact::HasFraction(ty) => quote!(__orm::has_fraction::<#ty>()),
        Fact::IsInteger(ty) => quote!(__orm::is_integer::<#ty>()),
        Fact::KeyHasParts(target, parts) => {
            let parts = place(*parts);
            quote!(<<#target as __orm::Record>::Key as __orm::Key>::PARTS == #parts)
        }
        Fact::InverseIsUnique(field) => {
            let inverse = other_side::inverse(field);
            quote!(#inverse.is_unique())
        }
        Fact::InverseIsNotUnique(field) => {
            let inverse = other_side::inverse(field);
            quote!(!#inverse.is_unique())
        }
        Fact::InverseCascades(field) => {
            let inverse = other_side::inverse(field);
            quote!(#inverse.cascades_on_delete())
        }
        Fact::SameAssociation(field) => {
            let inverse = other_side::inverse(field);
            quote!(__orm::same_association(&#model::#field, &#inverse))
        }
    }
}
