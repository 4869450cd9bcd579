//! What the type of a field looks like. Only its words are seen here: an alias of `Auto<i32>` is not recognized.

use quote::ToTokens;
use syn::{GenericArgument, Ident, PathArguments, PathSegment, Type};

/// The types that this framework treats in their own way.
#[derive(Clone, Copy)]
pub(crate) enum Shape<'t> {
    /// Any other type.
    Plain,
    /// `Option<T>` of any other type.
    Nullable(&'t Type),
    /// `Auto<T>`
    Auto(&'t Type),
    /// `BelongsTo<M>`, or `Option` of it.
    BelongsTo {
        target: &'t Type,
        nullable: bool,
    },
    HasMany(&'t Type),
    HasOne(&'t Type),
    ManyToMany(&'t Type),
}

impl<'t> Shape<'t> {
    /// The shape of a type.
    pub(crate) fn of(ty: &'t Type) -> Self {
        match wrapper(ty) {
            Some((name, inner)) if name == "Option" => match Self::of(inner) {
                Self::BelongsTo { target, nullable: false } => Self::BelongsTo { target, nullable: true },
                _ => Self::Nullable(inner),
            },
            Some((name, inner)) if name == "Auto" => Self::Auto(inner),
            Some((name, target)) if name == "BelongsTo" => Self::BelongsTo { target, nullable: false },
            Some((name, target)) if name == "HasMany" => Self::HasMany(target),
            Some((name, target)) if name == "HasOne" => Self::HasOne(target),
            Some((name, target)) if name == "ManyToMany" => Self::ManyToMany(target),
            _ => Self::Plain,
        }
    }
}

/// `Option<BelongsTo<M>>`, `Vec<M>` and `M` are all about `M`.
pub(crate) fn innermost(ty: &Type) -> Option<&Type> {
    match wrapper(ty) {
        Some((_, inner)) => innermost(inner),
        None => last_segment(ty).map(|_| ty),
    }
}

/// The name of a type without its path.
pub(crate) fn last_name(ty: &Type) -> Option<&Ident> {
    last_segment(ty).map(|segment| &segment.ident)
}

/// A type as its user would write it: without the spaces between tokens.
pub(crate) fn text(tokens: impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, plain) in [(" :: ", "::"), (":: ", "::"), (" < ", "<"), (" >", ">"), (" ,", ","), ("& ", "&")] {
        text = text.replace(spaced, plain);
    }
    text
}

/// `Option` and `i32` of `Option<i32>`.
fn wrapper(ty: &Type) -> Option<(&Ident, &Type)> {
    let segment = last_segment(ty)?;
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) if arguments.args.len() == 1 => match arguments.args.first()? {
            GenericArgument::Type(inner) => Some((&segment.ident, inner)),
            _ => None,
        },
        _ => None,
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}
