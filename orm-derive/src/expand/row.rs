//! The code that a row of a result derives: how it is read, and a struct with a part for each of its columns.
//!
//! What makes it a source of questions, as a model is one (a descriptor, its columns as constants), stands beside
//! [`implementation`].

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::check::{Row, RowColumn, State};
use crate::expand::place;

/// All of it.
pub(crate) fn row(row: &Row<'_>) -> TokenStream {
    let (columns, implementation) = (definition(row), implementation(row));
    quote! {
        #columns

        const _: () = {
            use ::orm_core::support as __orm;

            #implementation
        };
    }
}

/// `HeadcountColumns { department: …, employees: … }`, beside the struct.
fn definition(row: &Row<'_>) -> TokenStream {
    let (visibility, value) = (row.visibility, row.name);
    let name = format_ident!("{value}Columns");
    let doc = format!(" What a query selects for each column of a [`{value}`], under the names of its fields.");
    let types: Vec<Ident> = (1..=row.columns.len()).map(|number| format_ident!("T{number}")).collect();
    let fields = row.columns.iter().zip(&types).map(|(column, ty)| {
        let field = column.field;
        let doc = format!(" For `{}`.", field.unraw());
        quote!(#[doc = #doc] #visibility #field: #ty,)
    });
    quote! {
        #[doc = #doc]
        #[allow(dead_code, reason = "a program need not select it")]
        #[derive(Clone, Copy, Debug)]
        #visibility struct #name<#(#types),*> {
            #(#fields)*
        }
    }
}

/// Its names, and how it is read. A struct with mistakes is never read.
fn implementation(row: &Row<'_>) -> TokenStream {
    let (name, width) = (row.name, place(row.columns.len()));
    let names = row.columns.iter().map(|column| &column.name);
    let read = match row.state {
        State::Sound => {
            let fields = row.columns.iter().map(read);
            quote!(::core::result::Result::Ok(Self { #(#fields),* }))
        }
        State::Mistaken => quote!({
            let _ = row;
            __orm::no_field(0)
        }),
    };
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::Row for #name {
            const NAMES: ::core::option::Option<&'static [&'static str]> = ::core::option::Option::Some(&[#(#names),*]);
            const WIDTH: usize = #width;

            fn read(row: &mut __orm::ResultRow<'_>) -> __orm::Result<Self> {
                #read
            }
        }
    }
}

fn read(column: &RowColumn<'_>) -> TokenStream {
    let (field, ty) = (column.field, column.ty);
    quote_spanned!(ty.span()=> #field: row.value::<#ty>()?)
}
