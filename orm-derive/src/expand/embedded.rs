//! The code that an embedded value derives: how it is read and written, and its columns as constants.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Ident, Type};

use crate::check::{ColumnSource, Field, FieldRole, Model, State};
use crate::expand::{assertions, default, embedding, place, table, variable};

/// All of it.
pub(crate) fn embedded(model: &Model<'_>) -> TokenStream {
    let columns_struct = definition(model);
    let parts = [
        embedding::types(model),
        field(model),
        implementation(model),
        constructor(model),
        copies(model),
        default::implementation(model),
        assertions::constants(model),
    ];
    quote! {
        #columns_struct

        const _: () = {
            use ::orm_core::support::{self as __orm, schema as __schema};

            #(#parts)*
        };
    }
}

fn columns_name(model: &Model<'_>) -> Ident {
    format_ident!("{}Columns", model.name)
}

/// `AddressColumns<Customer>`, beside the struct. Its parameters have names that no type of the user has.
fn definition(model: &Model<'_>) -> TokenStream {
    let (visibility, value, name) = (model.visibility, model.name, columns_name(model));
    let doc = format!(" The columns of [`{value}`] in the table of the model `__M`, under the names of their fields.");
    let columns = own_columns(model).map(|(field, ty)| {
        let doc = format!(" The column of `{}`.", field.unraw());
        let ty = quote_spanned!(ty.span()=> __P::Column<#ty>);
        quote!(#[doc = #doc] #visibility #field: ::orm_core::support::Column<__M, #ty>,)
    });
    let embedded = model.embedded.iter().map(|embedding| {
        let field = embedding.field;
        let doc = format!(" The columns of `{}`.", field.unraw());
        let ty = embedding::columns(embedding, &quote!(::orm_core::support), &quote!(__M), &quote!(__P));
        quote!(#[doc = #doc] #visibility #field: #ty,)
    });
    let nothing = nothing(model).map(|name| quote!(#name: ::core::marker::PhantomData<fn() -> (__M, __P)>));
    quote! {
        #[doc = #doc]
        #[allow(dead_code, reason = "a program need not use all of them")]
        #visibility struct #name<__M, __P: ::orm_core::support::Presence = ::orm_core::support::Required> {
            #(#columns)*
            #(#embedded)*
            #nothing
        }
    }
}

/// The fields that are columns: of a value with mistakes, not those that cannot be.
fn own_columns<'m>(model: &'m Model<'m>) -> impl Iterator<Item = (&'m Ident, &'m Type)> {
    model.columns.iter().filter_map(|column| match column.source {
        ColumnSource::Own(ty) => Some((column.field, ty)),
        ColumnSource::KeyOf { .. } => None,
    })
}

/// Something has to name the parameters of a struct without columns, which is a mistake.
fn nothing(model: &Model<'_>) -> Option<Ident> {
    (own_columns(model).next().is_none() && model.embedded.is_empty()).then(|| format_ident!("nothing"))
}

/// To a row and back. A value with mistakes never runs: its functions only have to be there.
fn field(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let (read, write) = match model.state {
        State::Sound => {
            let (reads, writes) = (model.fields.iter().map(read), model.fields.iter().map(write));
            (quote!(::core::result::Result::Ok(Self { #(#reads),* })), quote!(#(#writes)*))
        }
        State::Mistaken => (
            quote!({
                let _ = row;
                __orm::no_field(0)
            }),
            quote!(let _ = cells;),
        ),
    };
    quote! {
        #[automatically_derived]
        impl __orm::Field for #name {
            fn read(row: &mut __orm::RowReader<'_>) -> ::core::result::Result<Self, __orm::ConversionError> {
                #read
            }

            fn write(&self, cells: &mut ::std::vec::Vec<__orm::Cell>) {
                #write
            }
        }
    }
}

fn read(field: &Field<'_>) -> TokenStream {
    let name = field.name;
    match field.role {
        FieldRole::Embedded(value) => {
            let columns = embedding::type_name(name, value);
            quote!(#name: __orm::read_part(row, #columns)?)
        }
        FieldRole::Members | FieldRole::Stored => {
            let ty = field.ty;
            let row = variable("row", ty.span());
            quote_spanned!(ty.span()=> #name: #row.part(<#ty as __orm::Field>::read)?)
        }
    }
}

fn write(field: &Field<'_>) -> TokenStream {
    let name = field.name;
    match field.role {
        FieldRole::Embedded(value) => {
            let columns = embedding::type_name(name, value);
            quote!(__orm::field(&self.#name, #columns).write(cells);)
        }
        FieldRole::Members | FieldRole::Stored => {
            let [value, cells] = ["self", "cells"].map(|name| variable(name, field.ty.span()));
            quote_spanned!(field.ty.span()=> __orm::Field::write(&#value.#name, #cells);)
        }
    }
}

/// What it tells about itself.
fn implementation(model: &Model<'_>) -> TokenStream {
    let (name, columns_name) = (model.name, columns_name(model));
    let (columns, embedded) = match model.state {
        State::Sound => (model.columns.iter().map(table::column).collect(), embedding::descriptors(model)),
        State::Mistaken => (Vec::new(), Vec::new()),
    };
    quote! {
        #[automatically_derived]
        impl __orm::NotNull for #name {
            const WIDTH: usize = VALUE.width();
        }

        #[automatically_derived]
        impl __orm::Embedded for #name {
            type Columns<__M, __P: __orm::Presence> = #columns_name<__M, __P>;
        }

        #[automatically_derived]
        impl<__M, __P: __orm::Presence> __orm::EmbeddedColumns for #columns_name<__M, __P> {
            type Value = __P::Value<#name>;

            const VALUE: &'static __schema::ValueObject = &VALUE;
            const FIRST: Self = Self::new(0);
        }

        static VALUE: __schema::ValueObject =
            __schema::ValueObject { columns: &[#(#columns),*], embedded: &[#(#embedded),*] };
    }
}

/// The columns, the first of which has this place in the table.
fn constructor(model: &Model<'_>) -> TokenStream {
    let (visibility, name) = (model.visibility, columns_name(model));
    let own = own_columns(model).enumerate().map(|(number, (field, _))| {
        let number = place(number);
        quote!(#field: __orm::Column::new(first + #number),)
    });
    let embedded = model.embedded.iter().zip(embedding::first_places(model)).map(|(embedding, number)| {
        let (field, columns) = (embedding.field, embedding::type_name(embedding.field, embedding.value));
        quote!(#field: #columns.at(first + #number),)
    });
    let nothing = nothing(model).map(|name| quote!(#name: ::core::marker::PhantomData));
    quote! {
        impl<__M, __P: __orm::Presence> #name<__M, __P> {
            const fn new(first: usize) -> Self {
                Self { #(#own)* #(#embedded)* #nothing }
            }

            #[doc(hidden)]
            #visibility const fn at<__N, __Q: __orm::Presence>(self, first: usize) -> #name<__N, __Q> {
                #name::new(first)
            }
        }
    }
}

/// What `derive` would give only where the model has it too.
fn copies(model: &Model<'_>) -> TokenStream {
    let name = columns_name(model);
    let text = name.to_string();
    quote! {
        #[automatically_derived]
        impl<__M, __P: __orm::Presence> ::core::clone::Clone for #name<__M, __P> {
            fn clone(&self) -> Self {
                *self
            }
        }

        #[automatically_derived]
        impl<__M, __P: __orm::Presence> ::core::marker::Copy for #name<__M, __P> {}

        #[automatically_derived]
        impl<__M, __P: __orm::Presence> ::core::fmt::Debug for #name<__M, __P> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(#text)
            }
        }
    }
}
