//! Decides what the user left open: names of tables and columns, places, the other sides of relationships.
//!
//! The rules have been checked before. What broke one is left out or replaced, so that nothing here fails.

use std::mem::{Discriminant, discriminant};

use heck::ToSnakeCase;
use syn::ext::IdentExt;
use syn::{Ident, LitStr, Type};

use crate::check::assertions;
use crate::check::model::{
    Action, Candidate, Column, ColumnSource, DefaultImpl, Embedding, Field, FieldDefault, FieldRole, ForeignKeyIndex,
    Index, Inverse, KeyPart, Kind, Members, Model, Nullable, OtherSide, Property, Reference, Relationship, State,
    Storage, TableOptions, Through, Uniqueness, Version, VersionMaker,
};
use crate::check::rules::{self, action, column_names, default_table, guessed_target, prefix};
use crate::check::shape::{self, Shape};
use crate::parse::{
    self, BelongsToOptions, End, Form, InverseOptions, ManyToManyOptions, RelationshipOptions, Setting, Sort, Table,
};

/// The model as understood.
pub(super) fn model<'m>(written: &'m parse::Model, state: State, mistakes: Vec<Option<syn::Error>>) -> Model<'m> {
    let mut model = Model {
        name: &written.name,
        visibility: &written.visibility,
        table: written.options.table.as_ref().map_or_else(|| default_table(&written.name), |name| name.value.value()),
        fields: Vec::new(),
        columns: Vec::new(),
        primary_key: Vec::new(),
        key: Vec::new(),
        relationships: Vec::new(),
        version: None,
        embedded: Vec::new(),
        indexes: Vec::new(),
        options: TableOptions {
            engine: text(&written.options.engine),
            charset: text(&written.options.charset),
            collation: text(&written.options.collation),
            comment: text(&written.options.comment),
        },
        default: default_impl(written),
        hooks: written.options.hooks.as_ref().map(|hooks| hooks.name.span()),
        assertions: Vec::new(),
        state,
    };
    for (position, (field, mistake)) in embedded_last(written, mistakes).into_iter().enumerate() {
        let first_column = model.columns.len();
        let field = FieldInPlace { field, position, mistake };
        let role = Role::of(field.field);
        model.fields.push(Field {
            name: &field.field.name,
            ty: &field.field.ty,
            role: field_role(&role),
            default: default(field.field),
        });
        model.columns.extend(columns(&field, &role));
        let columns: Vec<usize> = (first_column..model.columns.len()).collect();
        if field.field.primary_key.is_some() {
            model.primary_key.extend(&columns);
            model.key.extend(key_part(&field.field.ty, &role));
        }
        if let (Some(_), [column]) = (&field.field.version, columns.as_slice()) {
            model.version = Some(version(field.field, *column));
        }
        model.embedded.extend(embedding(field.field, &role));
        model.relationships.extend(relationship(&field, &role, columns, &written.name));
        if field.mistake.is_none() {
            model.assertions.extend(assertions::of_field(field.field, written));
        }
    }
    mark_sole_candidates(&mut model.relationships);
    model.indexes = indexes(written, &model.columns);
    model
}

/// How many columns an embedded value has, the derive cannot see. At the end it moves no other column.
fn embedded_last(
    written: &parse::Model,
    mistakes: Vec<Option<syn::Error>>,
) -> Vec<(&parse::Field, Option<syn::Error>)> {
    let mut fields: Vec<_> = written.fields.iter().zip(mistakes).collect();
    fields.sort_by_key(|(field, _)| matches!(Role::of(field), Role::Embedded(_)));
    fields
}

struct FieldInPlace<'m> {
    field: &'m parse::Field,
    position: usize,
    mistake: Option<syn::Error>,
}

/// What a field is: by its attribute, else by its type.
enum Role<'m> {
    Column,
    /// A value of this type, or `Option` of it.
    Embedded(&'m Type),
    Relationship(WrittenKind<'m>, &'m Type),
    Unknown,
}

/// The kind of a relationship with its options, where it has an attribute.
enum WrittenKind<'m> {
    BelongsTo(Option<&'m BelongsToOptions>),
    HasMany(Option<&'m InverseOptions>),
    HasOne(Option<&'m InverseOptions>),
    ManyToMany(Option<&'m ManyToManyOptions>),
}

impl<'m> Role<'m> {
    fn of(field: &'m parse::Field) -> Self {
        let (kind, target) = match Shape::of(&field.ty) {
            Shape::BelongsTo { target, .. } => (Some(WrittenKind::BelongsTo(None)), Some(target)),
            Shape::HasMany(target) => (Some(WrittenKind::HasMany(None)), Some(target)),
            Shape::HasOne(target) => (Some(WrittenKind::HasOne(None)), Some(target)),
            Shape::ManyToMany(target) => (Some(WrittenKind::ManyToMany(None)), Some(target)),
            Shape::Plain | Shape::Nullable(_) | Shape::Auto(_) => (None, guessed_target(&field.ty)),
        };
        let declared = field.relationships.first().map(|relationship| match &relationship.options {
            RelationshipOptions::BelongsTo(options) => WrittenKind::BelongsTo(Some(options)),
            RelationshipOptions::HasMany(options) => WrittenKind::HasMany(Some(options)),
            RelationshipOptions::HasOne(options) => WrittenKind::HasOne(Some(options)),
            RelationshipOptions::ManyToMany(options) => WrittenKind::ManyToMany(Some(options)),
        });
        match (declared.or(kind), target) {
            (Some(kind), Some(target)) => Self::Relationship(kind, target),
            (Some(_), None) => Self::Unknown,
            (None, _) if field.embed.is_some() => Self::Embedded(match Shape::of(&field.ty) {
                Shape::Nullable(value) => value,
                _ => &field.ty,
            }),
            (None, _) => Self::Column,
        }
    }
}

fn version(field: &parse::Field, column: usize) -> Version<'_> {
    let set_by_database = field.column.as_ref().is_some_and(|(_, column)| column.on_update.is_some());
    let made_by = if set_by_database { VersionMaker::TheDatabase } else { VersionMaker::ItsType };
    Version { column, ty: &field.ty, made_by }
}

fn field_role<'m>(role: &Role<'m>) -> FieldRole<'m> {
    match role {
        Role::Embedded(value) => FieldRole::Embedded(value),
        Role::Column | Role::Relationship(WrittenKind::BelongsTo(_), _) | Role::Unknown => FieldRole::Stored,
        Role::Relationship(..) => FieldRole::Members,
    }
}

fn default_impl(written: &parse::Model) -> DefaultImpl {
    match (written.form, &written.options.no_default) {
        (Form::Struct, None) => DefaultImpl::Derived,
        (Form::Struct, Some(_)) | (Form::Other, _) => DefaultImpl::OfTheUser,
    }
}

fn default(field: &parse::Field) -> FieldDefault<'_> {
    match (field.column.as_ref().and_then(|(_, column)| column.default.as_ref()), Shape::of(&field.ty)) {
        (Some(literal), Shape::Nullable(_)) => FieldDefault::SomeLiteral(&literal.value),
        (Some(literal), Shape::Plain) => FieldDefault::Literal(&literal.value),
        _ => FieldDefault::OfItsType,
    }
}

fn key_part<'m>(ty: &'m Type, role: &Role<'m>) -> Option<KeyPart<'m>> {
    match (role, Shape::of(ty)) {
        (Role::Column, Shape::Auto(inner) | Shape::Nullable(inner)) => Some(KeyPart::Plain(inner)),
        (Role::Column, _) => Some(KeyPart::Plain(ty)),
        (Role::Relationship(WrittenKind::BelongsTo(_), target), _) => Some(KeyPart::KeyOf(target)),
        (Role::Relationship(..) | Role::Embedded(_) | Role::Unknown, _) => None,
    }
}

fn embedding<'m>(field: &'m parse::Field, role: &Role<'m>) -> Option<Embedding<'m>> {
    let Role::Embedded(value) = role else { return None };
    Some(Embedding { field: &field.name, value, nullable: nullable(field), prefix: prefix(field) })
}

fn columns<'m>(field: &FieldInPlace<'m>, role: &Role<'m>) -> Vec<Column<'m>> {
    let nullable = nullable(field.field);
    let source = |part| match role {
        Role::Column => Some(ColumnSource::Own(&field.field.ty)),
        Role::Relationship(WrittenKind::BelongsTo(_), target) => Some(ColumnSource::KeyOf { target, part, nullable }),
        Role::Relationship(..) | Role::Embedded(_) | Role::Unknown => None,
    };
    let column = |(part, (name, _))| {
        let properties = match role {
            Role::Column => properties(field.field),
            Role::Relationship(..) | Role::Embedded(_) | Role::Unknown => Vec::new(),
        };
        Some(Column { field: &field.field.name, position: field.position, name, source: source(part)?, properties })
    };
    column_names(field.field).into_iter().enumerate().filter_map(column).collect()
}

fn nullable(field: &parse::Field) -> Nullable {
    match Shape::of(&field.ty) {
        Shape::BelongsTo { nullable: true, .. } | Shape::Nullable(_) => Nullable::Yes,
        _ => Nullable::No,
    }
}

fn properties(field: &parse::Field) -> Vec<Property<'_>> {
    let counts = rules::counts(field);
    let Some((_, column)) = &field.column else {
        return if counts { vec![Property::AutoIncrement] } else { Vec::new() };
    };
    let decimal = column.precision.as_ref().zip(column.scale.as_ref()).and_then(|(precision, scale)| {
        Some(Property::Decimal(precision.value.base10_parse().ok()?, scale.value.base10_parse().ok()?))
    });
    let fraction = rules::fraction(field, column).and_then(|digits| digits.value.base10_parse().ok());
    let length = column.length.as_ref().and_then(|length| length.value.base10_parse().ok());
    let storage = if column.stored.is_some() { Storage::Stored } else { Storage::Virtual };
    let made_by = match (text(&column.server_default), text(&column.computed)) {
        (Some(sql), _) => Some(Property::ServerDefault(sql)),
        (None, Some(sql)) => Some(Property::Computed(sql, storage)),
        (None, None) => counts.then_some(Property::AutoIncrement),
    };
    [
        text(&column.sql_type).map(Property::SqlType),
        decimal,
        fraction.map(Property::Fraction),
        length.map(Property::Length),
        made_by,
        text(&column.on_update).map(Property::OnUpdate),
        column.trigger.as_ref().map(|_| Property::ByTrigger),
        column.default.as_ref().map(|literal| Property::Default(&literal.value)),
        column.unique.as_ref().map(|_| Property::Unique),
        column.index.as_ref().map(|_| Property::Index),
        text(&column.check).map(Property::Check),
        text(&column.collation).map(Property::Collation),
        text(&column.comment).map(Property::Comment),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn relationship<'m>(
    field: &FieldInPlace<'m>,
    role: &Role<'m>,
    columns: Vec<usize>,
    model: &Ident,
) -> Option<Relationship<'m>> {
    let Role::Relationship(kind, target) = role else { return None };
    let order = order(kind);
    let kind = match kind {
        WrittenKind::BelongsTo(options) => Kind::BelongsTo(reference(*options, columns, nullable(field.field))),
        WrittenKind::HasMany(options) => {
            Kind::HasMany(inverse(options.and_then(|it| it.inverse.as_ref())), members(*options))
        }
        WrittenKind::HasOne(options) => {
            Kind::HasOne(inverse(options.and_then(|it| it.inverse.as_ref())), members(*options))
        }
        WrittenKind::ManyToMany(options) => Kind::ManyToMany(through(*options, model, target), other_side(*options)),
    };
    let FieldInPlace { field, position, mistake } = field;
    Some(Relationship {
        field: &field.name,
        position: *position,
        docs: &field.docs,
        target,
        kind,
        order,
        candidate: Candidate::OneOfSeveral,
        mistake: mistake.clone(),
    })
}

fn order<'m>(kind: &WrittenKind<'m>) -> &'m [Sort] {
    let order = match kind {
        WrittenKind::HasMany(options) => options.and_then(|options| options.order_by.as_ref()),
        WrittenKind::ManyToMany(options) => options.and_then(|options| options.order_by.as_ref()),
        WrittenKind::BelongsTo(_) | WrittenKind::HasOne(_) => None,
    };
    order.map_or(&[], |order| &order.value)
}

fn reference(options: Option<&BelongsToOptions>, columns: Vec<usize>, nullable: Nullable) -> Reference {
    let is = |option: fn(&BelongsToOptions) -> bool| options.is_some_and(option);
    let action_of = |option: fn(&BelongsToOptions) -> &Option<Setting<LitStr>>| {
        options.and_then(|it| action(&option(it).as_ref()?.value)).unwrap_or(Action::Restrict)
    };
    Reference {
        columns,
        nullable,
        uniqueness: if is(|it| it.unique.is_some()) { Uniqueness::Unique } else { Uniqueness::Any },
        index: if is(|it| it.index.as_ref().is_some_and(|index| !index.value.value)) {
            ForeignKeyIndex::LeftToTheServer
        } else {
            ForeignKeyIndex::Declared
        },
        on_delete: action_of(|it| &it.on_delete),
        on_update: action_of(|it| &it.on_update),
    }
}

fn members(options: Option<&InverseOptions>) -> Members {
    let Some(options) = options else { return Members::Released };
    match (&options.restrict, &options.delete_orphan, &options.passive_deletes, &options.cascade) {
        (Some(_), ..) => Members::Restrict,
        (None, Some(_), ..) => Members::DeletedAsOrphans,
        (None, None, Some(_), _) => Members::DeletedByTheDatabase,
        (None, None, None, Some(_)) => Members::Deleted,
        (None, None, None, None) => Members::Released,
    }
}

fn inverse(written: Option<&Setting<Ident>>) -> Inverse<'_> {
    written.map_or(Inverse::Sole, |inverse| Inverse::Named(&inverse.value))
}

fn other_side(options: Option<&ManyToManyOptions>) -> OtherSide<'_> {
    match options.and_then(|options| options.one_sided.as_ref()) {
        Some(_) => OtherSide::Missing,
        None => OtherSide::Of(inverse(options.and_then(|options| options.inverse.as_ref()))),
    }
}

fn through<'m>(options: Option<&'m ManyToManyOptions>, model: &Ident, target: &'m Type) -> Through<'m> {
    let end = |end: fn(&'m ManyToManyOptions) -> &'m Option<Setting<End>>| Some(&end(options?).as_ref()?.value);
    let (from, to) = (end(|options| &options.from), end(|options| &options.to));
    match options.and_then(|options| options.through.as_ref()).map(|through| &through.value) {
        Some(Table::Model(model)) => Through::Model { model, from: end_field(from), to: end_field(to) },
        named => Through::Table {
            name: match named {
                Some(Table::Named(name)) => name.value(),
                _ => String::new(),
            },
            from: end_columns(from, Some(model)),
            to: end_columns(to, shape::last_name(target)),
        },
    }
}

fn end_field(end: Option<&End>) -> Option<&Ident> {
    match end? {
        End::Field(field) => Some(field),
        End::Columns(_) => None,
    }
}

fn end_columns(end: Option<&End>, model: Option<&Ident>) -> Vec<String> {
    match end {
        Some(End::Columns(columns)) => columns.iter().map(LitStr::value).collect(),
        _ => model.map(|model| format!("{}_id", model.unraw().to_string().to_snake_case())).into_iter().collect(),
    }
}

/// The only relationship of its kind to a model is found by its type. Models are told apart by their names alone: the
/// derive cannot see what a path leads to.
fn mark_sole_candidates(relationships: &mut [Relationship<'_>]) {
    let keys: Vec<_> = relationships.iter().map(kind_and_target).collect();
    for (relationship, key) in relationships.iter_mut().zip(&keys) {
        if keys.iter().filter(|other| *other == key).count() == 1 {
            relationship.candidate = Candidate::Sole;
        }
    }
}

fn kind_and_target<'m>(relationship: &Relationship<'m>) -> (Discriminant<Kind<'m>>, String) {
    (discriminant(&relationship.kind), relationship.target_name())
}

fn indexes(written: &parse::Model, columns: &[Column<'_>]) -> Vec<Index> {
    let index = |fields: &Setting<Vec<Ident>>, uniqueness| Index {
        columns: fields.value.iter().flat_map(|field| places(field, columns)).collect(),
        uniqueness,
    };
    let unique = written.options.unique.iter().map(|fields| index(fields, Uniqueness::Unique));
    unique.chain(written.options.index.iter().map(|fields| index(fields, Uniqueness::Any))).collect()
}

fn places(field: &Ident, columns: &[Column<'_>]) -> Vec<usize> {
    (0..columns.len()).filter(|place| columns[*place].field.unraw() == field.unraw()).collect()
}

fn text(setting: &Option<Setting<LitStr>>) -> Option<&LitStr> {
    setting.as_ref().map(|setting| &setting.value)
}
