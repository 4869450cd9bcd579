//! `Employee::firstname`, `Project::employees`: columns and relationships as constants.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

use crate::check::{Action, Column, ColumnSource, Kind, Model, Nullable, Relationship, Through, Uniqueness};
use crate::expand::{embedding, other_side, place};

pub(super) fn implementation(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let columns = model.columns.iter().enumerate().filter_map(|(place, column)| column_constant(model, place, column));
    let relationships =
        model.relationships.iter().enumerate().map(|(place, relationship)| constant(model, place, relationship));
    let embedded = embedding::constants(model);
    quote! {
        #[allow(dead_code, non_upper_case_globals, reason = "named like fields")]
        impl #name {
            #(#columns)*
            #(#embedded)*
            #(#relationships)*
        }
    }
}

fn column_constant(model: &Model<'_>, place: usize, column: &Column<'_>) -> Option<TokenStream> {
    let ColumnSource::Own(ty) = &column.source else { return None };
    let (visibility, field) = (model.visibility, column.field);
    let doc = format!(" The column of `{}`.", field.unraw());
    let place = self::place(place);
    Some(quote! {
        #[doc = #doc]
        #visibility const #field: __orm::Column<Self, #ty> = __orm::Column::new(#place);
    })
}

fn constant(model: &Model<'_>, place: usize, relationship: &Relationship<'_>) -> TokenStream {
    let visibility = model.visibility;
    let Relationship { field, target, .. } = relationship;
    let (place, inverse) = (self::place(place), other_side::inverse(field));
    let (kind, value) = match &relationship.kind {
        Kind::BelongsTo(reference) => {
            let unique = (reference.uniqueness == Uniqueness::Unique).then(|| quote!(.unique()));
            let cascading = (reference.on_delete == Action::Cascade).then(|| quote!(.cascading()));
            let kind = match reference.nullable {
                Nullable::Yes => quote!(BelongsTo<__kind::Optional>),
                Nullable::No => quote!(BelongsTo),
            };
            (kind, quote!(belongs_to(#place) #unique #cascading))
        }
        Kind::HasMany(..) => (quote!(HasMany), quote!(has_many(#place, &#inverse))),
        Kind::HasOne(..) => (quote!(HasOne), quote!(has_one(#place, &#inverse))),
        Kind::ManyToMany(through, _) => {
            let (through, from, to) = ends(through, model, relationship);
            (quote!(ManyToMany), quote!(many_to_many(#place, #through, &[#(#from),*], &[#(#to),*])))
        }
    };
    let value = match &relationship.mistake {
        Some(mistake) => mistake.to_compile_error(),
        None => quote!(__orm::Relation::#value),
    };
    let doc = format!(" The relationship `{}`.", field.unraw());
    quote! {
        #[doc = #doc]
        #visibility const #field: __orm::Relation<Self, #target, __kind::#kind> = #value;
    }
}

/// What both sides must agree on: the table or model, and how it is entered and left.
fn ends(
    through: &Through<'_>,
    model: &Model<'_>,
    relationship: &Relationship<'_>,
) -> (String, Vec<String>, Vec<String>) {
    match through {
        Through::Table { name, from, to } => (name.clone(), from.clone(), to.clone()),
        Through::Model { model: through, from, to } => {
            let name = through.segments.last().map_or_else(String::new, |segment| segment.ident.to_string());
            let from = from.map_or_else(|| model.name.to_string(), ToString::to_string);
            let to = to.map_or_else(|| relationship.target_name(), ToString::to_string);
            (name, vec![from], vec![to])
        }
    }
}
