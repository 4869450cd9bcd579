//! A new object in a foreign key that may be `NULL`: only the model's own crate may say how it becomes one.

use proc_macro2::TokenStream;
use quote::quote;

use crate::check::Model;

pub(super) fn implementation(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<#name> for ::core::option::Option<__orm::BelongsTo<#name>> {
            #[inline]
            fn from(object: #name) -> Self {
                ::core::option::Option::Some(object.into())
            }
        }
    }
}
