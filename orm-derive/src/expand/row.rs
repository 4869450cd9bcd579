//! The code that a row of a result derives: how it is read, and a struct with a part for each of its columns, by which a query
//! selects it.
//!
//! With a descriptor and its columns as constants it is also a source of questions: the rows of a common table expression.

use heck::ToSnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::check::{Row, RowColumn, State};
use crate::expand::table::own_column;
use crate::expand::{place, variable};

/// All of it.
pub(crate) fn row(row: &Row<'_>) -> TokenStream {
    let (columns, implementation) = (definition(row), implementation(row));
    let (selection, source) = (selection(row), source(row));
    quote! {
        #columns

        const _: () = {
            use ::orm_core::support as __orm;

            #implementation
            #selection
            #source
        };
    }
}

/// `HeadcountColumns { department: …, employees: … }`, beside the struct.
fn definition(row: &Row<'_>) -> TokenStream {
    let (visibility, value) = (row.visibility, row.name);
    let name = format_ident!("{value}Columns");
    let doc = format!(" What a query selects for each column of a [`{value}`], under the names of its fields.");
    let types = numbered(row, "T");
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

            fn width() -> usize {
                #width
            }

            fn read(row: &mut __orm::ResultRow<'_>) -> __orm::Result<Self> {
                #read
            }
        }
    }
}

fn read(column: &RowColumn<'_>) -> TokenStream {
    let (field, ty) = (column.field, column.ty);
    let row = variable("row", ty.span());
    quote_spanned!(ty.span()=> #field: <#ty as __orm::Row>::read(#row)?)
}

/// Selecting the columns gives the struct, whose fields say which types they must have.
fn selection(row: &Row<'_>) -> TokenStream {
    let value = row.name;
    let name = format_ident!("{value}Columns");
    let types = numbered(row, "T");
    let needs = types.iter().rfold(quote!(()), |rest, ty| quote!((#ty::Needs, #rest)));
    let parts = row.columns.iter().zip(&types).rfold(quote!(__orm::Nothing), |rest, (column, ty)| {
        let field = column.ty;
        quote!(__orm::Part<#field, #ty::Shape, #rest>)
    });
    let fields = row.columns.iter().map(|column| column.field);
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<#(#types: __orm::Selectable),*> __orm::Selectable for #name<#(#types),*> {
            type Needs = #needs;
            type Shape = __orm::Struct<#value, #parts>;

            fn selected(self) -> __orm::Selected {
                __orm::Selected::default()#(.and(self.#fields.selected()))*
            }
        }
    }
}

/// What a query reads where the rows have a name of their own.
fn source(row: &Row<'_>) -> TokenStream {
    let (name, visibility) = (row.name, row.visibility);
    // No table of a model has such a name: the rows stand beside it and never in its place.
    let (model, table) = (name.unraw().to_string(), format!("#{}", name.unraw().to_string().to_snake_case()));
    let constants = row.columns.iter().enumerate().map(|(number, column)| {
        let (field, ty, number) = (column.field, column.ty, place(number));
        let doc = format!(" The column of `{}`.", field.unraw());
        quote! {
            #[doc = #doc]
            #visibility const #field: __orm::Column<Self, #ty> = __orm::Column::new(#number);
        }
    });
    let columns = row.columns.iter().enumerate().map(|(number, column)| {
        let (field, ty, number) = (column.field.unraw().to_string(), column.ty, place(number));
        let name = &column.name;
        let start = own_column(&field, &number, ty);
        quote!(#start.named(#name))
    });
    let fields = place(row.columns.len());
    quote! {
        #[allow(dead_code, non_upper_case_globals, reason = "named like fields")]
        impl #name {
            #(#constants)*
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::Source for #name {
            type Model = Self;
            const ALIAS: ::core::option::Option<&'static str> = ::core::option::Option::None;

            fn source() -> &'static __orm::schema::Table {
                static TABLE: __orm::schema::Table = __orm::schema::Table {
                    model: #model,
                    name: #table,
                    columns: &[#(#columns),*],
                    primary_key: &[],
                    fields: #fields,
                    ..__orm::schema::Table::ASSOCIATION
                };
                &TABLE
            }
        }
    }
}

/// A name for each column.
fn numbered(row: &Row<'_>, letter: &str) -> Vec<Ident> {
    (1..=row.columns.len()).map(|number| format_ident!("{letter}{number}")).collect()
}
