//! How the two sides of a relationship find each other.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{Ident, Path};

use crate::check::{Candidate, Inverse, Kind, Model, OtherSide, Relationship, Through};
use crate::expand::constant_name;

/// By what the other side finds a relationship: it is the only one of its kind to the other model.
pub(super) fn implementations(model: &Model<'_>) -> TokenStream {
    model.relationships.iter().filter_map(|relationship| implementation(model, relationship)).collect()
}

/// The other sides, each a constant whose type says what it must be: a wrong one is one mistake, told once.
pub(super) fn constants(model: &Model<'_>) -> TokenStream {
    let sound = model.relationships.iter().filter(|relationship| relationship.mistake.is_none());
    sound.map(|relationship| constants_of(model, relationship)).collect()
}

/// The constant for the other side of a field.
pub(super) fn inverse(field: &Ident) -> Ident {
    constant_name(field, "INVERSE")
}

/// The constants for the two foreign keys of the model that a field goes through.
pub(super) fn ends(field: &Ident) -> (Ident, Ident) {
    (constant_name(field, "FROM"), constant_name(field, "TO"))
}

fn implementation(model: &Model<'_>, relationship: &Relationship<'_>) -> Option<TokenStream> {
    let Relationship { field, target, .. } = relationship;
    let (one_of_its_kind, kind, value) = match (relationship.candidate, &relationship.kind) {
        (Candidate::Sole, Kind::BelongsTo(_)) => {
            (quote!(SoleBelongsTo), quote!(BelongsTo), quote!(__orm::foreign_key(Self::#field)))
        }
        (Candidate::Sole, Kind::ManyToMany(..)) => (quote!(SoleManyToMany), quote!(ManyToMany), quote!(Self::#field)),
        _ => return None,
    };
    let name = model.name;
    Some(quote! {
        #[diagnostic::do_not_recommend]
        impl __orm::#one_of_its_kind<#target> for #name {
            const RELATION: __orm::Relation<Self, #target, __kind::#kind> = #value;
        }
    })
}

fn constants_of(model: &Model<'_>, relationship: &Relationship<'_>) -> TokenStream {
    let Relationship { field, target, .. } = relationship;
    match &relationship.kind {
        Kind::BelongsTo(_) => TokenStream::new(),
        Kind::HasMany(inverse, _) | Kind::HasOne(inverse, _) => {
            belongs_to(self::inverse(field), target, inverse_field(*inverse), model.name)
        }
        Kind::ManyToMany(through, other_side) => {
            let inverse = match other_side {
                OtherSide::Of(inverse) => many_to_many(self::inverse(field), target, *inverse, model.name),
                OtherSide::Missing => TokenStream::new(),
            };
            let ends = match through {
                Through::Model { model: through, from, to } => ends_of(model.name, relationship, through, *from, *to),
                Through::Table { .. } => TokenStream::new(),
            };
            quote!(#inverse #ends)
        }
    }
}

fn ends_of(
    model: &Ident,
    relationship: &Relationship<'_>,
    through: &Path,
    from: Option<&Ident>,
    to: Option<&Ident>,
) -> TokenStream {
    let (from_name, to_name) = ends(relationship.field);
    let from = belongs_to(from_name, through, from, model);
    let to = belongs_to(to_name, through, to, relationship.target);
    quote!(#from #to)
}

fn inverse_field(inverse: Inverse<'_>) -> Option<&Ident> {
    match inverse {
        Inverse::Named(field) => Some(field),
        Inverse::Sole => None,
    }
}

/// The `belongs_to` of `model` that leads to `target`.
fn belongs_to(name: Ident, model: impl ToTokens, field: Option<&Ident>, target: impl ToTokens) -> TokenStream {
    let value = match field {
        Some(field) => {
            let named = named(&model, field);
            quote_spanned!(field.span()=> {
                let named: __orm::Relation<#model, #target, __kind::BelongsTo<_>> = #named;
                __orm::foreign_key(named)
            })
        }
        None => quote!(<#model as __orm::SoleBelongsTo<#target>>::RELATION),
    };
    quote!(const #name: __orm::Relation<#model, #target, __kind::BelongsTo> = #value;)
}

/// The `many_to_many` of `model` that leads to `target`.
fn many_to_many(name: Ident, model: impl ToTokens, inverse: Inverse<'_>, target: &Ident) -> TokenStream {
    let value = match inverse {
        Inverse::Named(field) => named(&model, field),
        Inverse::Sole => quote!(<#model as __orm::SoleManyToMany<#target>>::RELATION),
    };
    quote!(const #name: __orm::Relation<#model, #target, __kind::ManyToMany> = #value;)
}

/// A constant of another model. If it is not there or of another kind, that is told at its name.
pub(super) fn named(model: impl ToTokens, field: &Ident) -> TokenStream {
    let at_field = |mut token: proc_macro2::TokenTree| {
        token.set_span(field.span());
        token
    };
    let model: TokenStream = model.into_token_stream().into_iter().map(at_field).collect();
    quote_spanned!(field.span()=> <#model>::#field)
}
