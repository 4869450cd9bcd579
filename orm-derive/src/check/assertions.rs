//! What only the compiler knows, because it is about a type or another model: as questions to it.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Ident, Type};

use crate::check::model::{Assertion, Fact};
use crate::check::rules;
use crate::check::shape::{self, Shape};
use crate::parse::{
    BelongsToOptions, ColumnOptions, End, Field, InverseOptions, ManyToManyOptions, Model, RelationshipOptions, Table,
};

/// The questions about a field that breaks no rule itself.
pub(super) fn of_field<'m>(field: &'m Field, model: &'m Model) -> Vec<Assertion<'m>> {
    let name = format!("{}::{}", model.name, field.name);
    let options = field.relationships.first().map(|relationship| &relationship.options);
    match (options, Shape::of(&field.ty)) {
        (None, _) if field.embed.is_some() => Vec::new(),
        (None, _) => about_column(field, model, &name),
        (Some(RelationshipOptions::BelongsTo(options)), Shape::BelongsTo { target, .. }) => {
            vec![about_foreign_key(options, target)]
        }
        (Some(RelationshipOptions::HasMany(options)), Shape::HasMany(target)) => {
            about_passive_deletes(field, options, target, &name).chain([about_has_many(field, target, &name)]).collect()
        }
        (Some(RelationshipOptions::HasOne(options)), Shape::HasOne(target)) => {
            about_passive_deletes(field, options, target, &name).chain([about_has_one(field, target, &name)]).collect()
        }
        (Some(RelationshipOptions::ManyToMany(options)), Shape::ManyToMany(target)) => {
            about_many_to_many(field, options, target, &name)
        }
        _ => Vec::new(),
    }
}

fn about_column<'m>(field: &'m Field, model: &'m Model, name: &str) -> Vec<Assertion<'m>> {
    let nothing = ColumnOptions::default();
    let column = field.column.as_ref().map_or(&nothing, |(_, column)| column);
    let known = Known::of(&field.ty);
    let auto_increment = rules::counts(field);
    let of_known_size = auto_increment
        || column.length.is_some()
        || column.sql_type.is_some()
        || column.precision.is_some()
        || known == Some(Known::Integer);
    let mut assertions = Vec::new();
    if let Some(length) = &column.length
        && known != Some(Known::TextOrBytes)
    {
        assertions.push(Assertion {
            at: length.name.span(),
            fact: Fact::HasLength(&field.ty),
            message: format!("`{name}`: `length` is for text and bytes: remove it"),
        });
    }
    if let Some(precision) = rules::fraction(field, column)
        && column.length.is_none()
    {
        assertions.push(Assertion {
            at: precision.name.span(),
            fact: Fact::HasFraction(&field.ty),
            message: format!("`{name}` is no time: write the digits after the point too, `scale = 2`"),
        });
    }
    if auto_increment && known != Some(Known::Integer) {
        assertions.push(Assertion {
            at: field.ty.span(),
            fact: Fact::IsInteger(&field.ty),
            message: format!(
                "`{name}`: AUTO_INCREMENT makes whole numbers: take `Auto` away, or say what the database puts here, \
                 `#[column(server_default = \"…\")]`"
            ),
        });
    }
    if let Some(at) = indexed_by(field, column, model)
        && !of_known_size
    {
        assertions.push(Assertion {
            at,
            fact: Fact::CanBeIndexed(&field.ty),
            message: format!(
                "`{name}` is as long as it likes, so the server cannot index it: write `#[column(length = …)]` above it"
            ),
        });
    }
    assertions
}

/// What the name of a type tells, so that the compiler need not be asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Integer,
    TextOrBytes,
}

impl Known {
    fn of(ty: &Type) -> Option<Self> {
        match shape::text(shape::innermost(ty)?).as_str() {
            "i8" | "i16" | "i32" | "i64" | "u16" | "u32" | "u64" => Some(Self::Integer),
            "u8" if shape::text(ty).contains("Vec<u8>") => Some(Self::TextOrBytes),
            "u8" => Some(Self::Integer),
            "String" => Some(Self::TextOrBytes),
            _ => None,
        }
    }
}

/// The words that ask for an index of this column.
fn indexed_by(field: &Field, column: &ColumnOptions, model: &Model) -> Option<Span> {
    let own = column.unique.as_ref().or(column.index.as_ref());
    let mut shared = model.options.unique.iter().chain(&model.options.index).flat_map(|index| &index.value);
    (field.primary_key.as_ref().map(Spanned::span))
        .or_else(|| own.map(|option| option.name.span()))
        .or_else(|| shared.find(|name| **name == field.name).map(Ident::span))
}

fn about_foreign_key<'m>(options: &BelongsToOptions, target: &'m Type) -> Assertion<'m> {
    let model = shape::text(target);
    let names = options.columns.as_ref().map_or(1, |columns| columns.value.len());
    let given = options.columns.as_ref().map(|columns| &columns.name);
    let given = given.or(options.column.as_ref().map(|column| &column.name));
    Assertion {
        at: given.map_or_else(|| target.span(), Ident::span),
        fact: Fact::KeyHasParts(target, names),
        message: format!(
            "the primary key of `{model}` is not of {}: name one for each of its columns, \
             `#[belongs_to(columns(\"…\", \"…\"))]`",
            number_of_columns(names)
        ),
    }
}

fn about_passive_deletes<'m>(
    field: &'m Field,
    options: &InverseOptions,
    target: &Type,
    name: &str,
) -> impl Iterator<Item = Assertion<'m>> {
    let other = shape::text(target);
    let assertion = options.passive_deletes.as_ref().map(|passive| Assertion {
        at: passive.name.span(),
        fact: Fact::InverseCascades(&field.name),
        message: format!(
            "`{name}` leaves the deletion to the database, which does not do it: write \
             `#[belongs_to(on_delete = \"cascade\")]` in `{other}`"
        ),
    });
    assertion.into_iter()
}

fn about_has_many<'m>(field: &'m Field, target: &Type, name: &str) -> Assertion<'m> {
    let other = shape::text(target);
    Assertion {
        at: attribute(field),
        fact: Fact::InverseIsNotUnique(&field.name),
        message: format!(
            "`{name}` cannot have many: the foreign key in `{other}` is unique. Write `#[has_one]` and `HasOne<{other}>`, \
             or `#[belongs_to]` without `unique` in `{other}`"
        ),
    }
}

fn about_has_one<'m>(field: &'m Field, target: &Type, name: &str) -> Assertion<'m> {
    let other = shape::text(target);
    Assertion {
        at: attribute(field),
        fact: Fact::InverseIsUnique(&field.name),
        message: format!(
            "`{name}` may have many: the foreign key in `{other}` is not unique. Write `#[belongs_to(unique)]` in \
             `{other}`, or `#[has_many]` and `HasMany<{other}>` here"
        ),
    }
}

fn about_many_to_many<'m>(
    field: &'m Field,
    options: &'m ManyToManyOptions,
    target: &'m Type,
    name: &str,
) -> Vec<Assertion<'m>> {
    let model = shape::text(target);
    let through = options.through.as_ref();
    let columns = match options.to.as_ref().map(|to| &to.value) {
        Some(End::Columns(columns)) => columns.len(),
        _ => 1,
    };
    let parts = through.filter(|through| matches!(through.value, Table::Named(_))).map(|_| Assertion {
        at: options.to.as_ref().map_or_else(|| target.span(), |to| to.name.span()),
        fact: Fact::KeyHasParts(target, columns),
        message: format!(
            "the primary key of `{model}` is not of {}: name one for each of its columns, `to(\"…\", \"…\")`",
            number_of_columns(columns)
        ),
    });
    let same = options.one_sided.is_none().then(|| Assertion {
        at: through.map_or_else(|| attribute(field), |through| through.name.span()),
        fact: Fact::SameAssociation(&field.name),
        message: format!(
            "`{name}` and its other side in `{model}` go different ways: write the same `through` at both, and what is \
             `from` here as `to` there"
        ),
    });
    parts.into_iter().chain(same).collect()
}

fn number_of_columns(number: usize) -> String {
    if number == 1 { "one column".to_owned() } else { format!("{number} columns") }
}

fn attribute(field: &Field) -> Span {
    field.relationships.first().map_or_else(|| field.name.span(), |relationship| relationship.attribute.span())
}
