//! The descriptor of the model's table.

use proc_macro2::{Literal as Number, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Ident, LitStr, Type};

use crate::check::{
    Action, Column, ColumnSource, ForeignKeyIndex, Index, Kind, Members, Model, Nullable, Property, Reference,
    Relationship, Storage, TableOptions, Through, Uniqueness, Version, VersionMaker,
};
use crate::expand::{association, at, embedding, other_side, place, places};
use crate::parse::{Direction, Literal, Sort};

/// `static TABLE: Table = …; &TABLE`
pub(super) fn descriptor(model: &Model<'_>) -> TokenStream {
    let name = model.name;
    let model_name = name.unraw().to_string();
    let table_name = &model.table;
    let columns = model.columns.iter().map(column);
    let primary_key = places(model.primary_key.iter().copied());
    let relationships = model.relationships.iter().map(relationship);
    let fields = place(model.fields.len() - model.embedded.len());
    let indexes = model.indexes.iter().map(index);
    let version = version(model.version.as_ref());
    let options = table_options(&model.options);
    let new_store = match model.hooks {
        Some(hooks) => {
            let name = at(hooks, name);
            quote_spanned!(hooks=> <#name as __orm::Hooks>::new_store)
        }
        None => quote!(__orm::new_store::<#name>),
    };
    let (table, whole) = match embedding::descriptors(model).as_slice() {
        [] => (quote!(TABLE), TokenStream::new()),
        embedded => (quote!(OWN), embedding::whole_table(embedded)),
    };
    quote! {
        static #table: __schema::Table = __schema::Table {
            model: #model_name,
            name: #table_name,
            type_id: __orm::type_id::<#name>,
            columns: &[#(#columns),*],
            primary_key: &[#(#primary_key),*],
            relationships: &[#(#relationships),*],
            fields: #fields,
            indexes: &[#(#indexes),*],
            version: #version,
            options: #options,
            new_store: #new_store,
        };
        #whole
        &TABLE
    }
}

pub(super) fn column(column: &Column<'_>) -> TokenStream {
    let field = column.field.unraw().to_string();
    let position = place(column.position);
    let start = match &column.source {
        ColumnSource::Own(ty) => own_column(&field, &position, ty),
        ColumnSource::KeyOf { target, part, nullable } => {
            let (part, nullable) = (place(*part), *nullable == Nullable::Yes);
            quote!(__orm::key_of::<#target>(#field, #position, #part, #nullable))
        }
    };
    let name = Some(&column.name).filter(|name| **name != field).map(|name| quote!(.named(#name)));
    let properties = column.properties.iter().map(property);
    quote!(#start #name #(#properties)*)
}

/// A column of the field's own type.
pub(super) fn own_column(field: &str, position: &Number, ty: &Type) -> TokenStream {
    let stored = quote_spanned!(ty.span()=> <#ty as __orm::Stored>::COLUMN);
    quote!(__orm::column(#field, #position, #stored))
}

fn property(property: &Property<'_>) -> TokenStream {
    match property {
        Property::Length(length) => {
            let length = proc_macro2::Literal::u32_unsuffixed(*length);
            quote!(.length(#length))
        }
        Property::Decimal(precision, scale) => {
            let [precision, scale] = [precision, scale].map(|digits| place(usize::from(*digits)));
            quote!(.typed(__orm::SqlType::Decimal(#precision, #scale)))
        }
        Property::Fraction(digits) => {
            let digits = place(usize::from(*digits));
            quote!(.fraction(#digits))
        }
        Property::SqlType(name) => quote!(.typed(__orm::SqlType::Raw(#name))),
        Property::AutoIncrement => quote!(.auto_increment()),
        Property::ServerDefault(sql) => quote!(.server_default(#sql)),
        Property::Computed(sql, Storage::Virtual) => quote!(.computed(#sql, __schema::Storage::Virtual)),
        Property::Computed(sql, Storage::Stored) => quote!(.computed(#sql, __schema::Storage::Stored)),
        Property::OnUpdate(sql) => quote!(.on_update(#sql)),
        Property::ByTrigger => quote!(.by_trigger()),
        Property::Default(value) => {
            let value = literal(value);
            quote!(.default(#value))
        }
        Property::Unique => quote!(.unique()),
        Property::Index => quote!(.index()),
        Property::Check(sql) => quote!(.check(#sql)),
        Property::Collation(name) => quote!(.collation(#name)),
        Property::Comment(text) => quote!(.comment(#text)),
    }
}

fn literal(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Bool(value) => quote!(__schema::Literal::Bool(#value)),
        Literal::Integer(minus, digits) => {
            let digits = proc_macro2::Literal::i128_unsuffixed(digits.base10_parse().unwrap_or_default());
            quote!(__schema::Literal::Integer(#minus #digits))
        }
        Literal::Float(minus, digits) => {
            let digits = proc_macro2::Literal::f64_unsuffixed(digits.base10_parse().unwrap_or_default());
            quote!(__schema::Literal::Float(#minus #digits))
        }
        Literal::Text(text) => quote!(__schema::Literal::Text(#text)),
    }
}

fn relationship(relationship: &Relationship<'_>) -> TokenStream {
    let Relationship { target, .. } = relationship;
    let position = place(relationship.position);
    let name = relationship.field.unraw().to_string();
    let kind = match &relationship.kind {
        Kind::BelongsTo(reference) => {
            let reference = self::reference(reference);
            quote!(BelongsTo(#reference))
        }
        Kind::HasMany(_, members) => {
            let inverse = inverse(relationship.field, *members);
            quote!(HasMany(#inverse))
        }
        Kind::HasOne(_, members) => {
            let inverse = inverse(relationship.field, *members);
            quote!(HasOne(#inverse))
        }
        Kind::ManyToMany(through, _) => {
            let through = self::through(through, relationship.field);
            quote!(ManyToMany(#through))
        }
    };
    let order = order(relationship);
    quote! {
        __schema::Relationship::new(
            #name,
            #position,
            <#target as __orm::Record>::table,
            __schema::RelationshipKind::#kind,
        )
        #order
    }
}

fn order(relationship: &Relationship<'_>) -> Option<TokenStream> {
    let sort = |sort: &Sort| {
        let (first, inside) = sort.field.split_first()?;
        let column = other_side::named(relationship.target, first);
        let at_end = inside.last().unwrap_or(first).span();
        let direction = match sort.direction {
            Direction::Ascending => quote_spanned!(at_end=> __orm::ascending),
            Direction::Descending => quote_spanned!(at_end=> __orm::descending),
        };
        Some(quote_spanned!(at_end=> const {
            let column: __orm::Column<_, _> = #column #(.#inside)*;
            #direction(column)
        }))
    };
    let order: Vec<TokenStream> = relationship.order.iter().filter_map(sort).collect();
    (!order.is_empty()).then(|| quote!(.ordered(&[#(#order),*])))
}

fn inverse(field: &Ident, members: Members) -> TokenStream {
    let inverse = other_side::inverse(field);
    let members = match members {
        Members::Released => None,
        Members::Deleted => Some(quote!(Deleted)),
        Members::DeletedAsOrphans => Some(quote!(DeletedAsOrphans)),
        Members::DeletedByTheDatabase => Some(quote!(DeletedByTheDatabase)),
        Members::Restrict => Some(quote!(Restrict)),
    };
    let members = members.map(|members| quote!(.members(__schema::Members::#members)));
    quote!(__schema::Inverse::of(#inverse.place()) #members)
}

fn version(version: Option<&Version<'_>>) -> TokenStream {
    let Some(Version { column, ty, made_by }) = version else { return quote!(::core::option::Option::None) };
    let column = place(*column);
    let version = match made_by {
        VersionMaker::ItsType => quote_spanned!(ty.span()=> __orm::version::<#ty>(#column)),
        VersionMaker::TheDatabase => quote!(__orm::version_of_database(#column)),
    };
    quote!(::core::option::Option::Some(#version))
}

fn reference(reference: &Reference) -> TokenStream {
    let columns = places(reference.columns.iter().copied());
    let nullable = reference.nullable == Nullable::Yes;
    let unique = (reference.uniqueness == Uniqueness::Unique).then(|| quote!(.unique()));
    let index = (reference.index == ForeignKeyIndex::LeftToTheServer).then(|| quote!(.without_index()));
    let on_delete = action(reference.on_delete).map(|action| quote!(.on_delete(#action)));
    let on_update = action(reference.on_update).map(|action| quote!(.on_update(#action)));
    quote!(__schema::Reference::new(&[#(#columns),*], #nullable) #unique #index #on_delete #on_update)
}

fn action(action: Action) -> Option<TokenStream> {
    match action {
        Action::Restrict => None,
        Action::Cascade => Some(quote!(__schema::Action::Cascade)),
        Action::SetNull => Some(quote!(__schema::Action::SetNull)),
    }
}

fn through(through: &Through<'_>, field: &Ident) -> TokenStream {
    match through {
        Through::Table { .. } => {
            let table = association::function_name(field);
            quote!(__schema::Through { table: #table, from: 0, to: 1 })
        }
        Through::Model { model: through, .. } => {
            let (from, to) = other_side::ends(field);
            quote! {
                __schema::Through {
                    table: <#through as __orm::Record>::table,
                    from: #from.place(),
                    to: #to.place(),
                }
            }
        }
    }
}

fn index(index: &Index) -> TokenStream {
    let columns = places(index.columns.iter().copied());
    let unique = index.uniqueness == Uniqueness::Unique;
    quote!(__schema::Index { columns: &[#(#columns),*], unique: #unique })
}

fn table_options(options: &TableOptions<'_>) -> TokenStream {
    let set = |name: TokenStream, value: Option<&LitStr>| {
        value.map(|value| quote!(#name: ::core::option::Option::Some(#value)))
    };
    let set: Vec<TokenStream> = [
        set(quote!(engine), options.engine),
        set(quote!(charset), options.charset),
        set(quote!(collation), options.collation),
        set(quote!(comment), options.comment),
    ]
    .into_iter()
    .flatten()
    .collect();
    let none = quote!(__schema::TableOptions::NONE);
    match set.len() {
        0 => none,
        4 => quote!(__schema::TableOptions { #(#set,)* }),
        _ => quote!(__schema::TableOptions { #(#set,)* ..#none }),
    }
}
