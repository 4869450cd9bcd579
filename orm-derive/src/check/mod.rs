//! From the model as written to the model as understood: do the attributes fit the types, and each other?

mod assertions;
mod model;
mod resolve;
mod row;
mod rules;
pub(crate) mod shape;

pub(crate) use model::{
    Action, Assertion, Candidate, Column, ColumnSource, DefaultImpl, Embedding, Fact, Field, FieldDefault, FieldRole,
    ForeignKeyIndex, Index, Inverse, KeyPart, Kind, Members, Model, Nullable, OtherSide, Property, Reference,
    Relationship, State, Storage, TableOptions, Through, Uniqueness, Version, VersionMaker,
};
pub(crate) use row::{Row, RowColumn, row};

use crate::check::rules::Rules;
use crate::error::Errors;
use crate::parse::{self, Form};

/// Checks the model, and decides what is left open in it. Every mistake is told.
pub(crate) fn model<'m>(written: &'m parse::Model, errors: &mut Errors) -> Model<'m> {
    check(written, &rules::OF_A_MODEL, errors)
}

/// The same for an embedded value, which has no table, no key and no relationships.
pub(crate) fn embedded<'m>(written: &'m parse::Model, errors: &mut Errors) -> Model<'m> {
    check(written, &rules::OF_AN_EMBEDDED_VALUE, errors)
}

fn check<'m>(written: &'m parse::Model, rules: &Rules, errors: &mut Errors) -> Model<'m> {
    let mistakes = written.fields.iter().map(|field| first_mistake(written, field, rules, errors)).collect();
    if written.form == Form::Struct {
        rules.of_structs.iter().for_each(|rule| rule(written, errors));
    }
    let state = if errors.count() == 0 { State::Sound } else { State::Mistaken };
    resolve::model(written, state, mistakes)
}

/// The first mistake of a field, in its attributes or by the rules.
fn first_mistake(model: &parse::Model, field: &parse::Field, rules: &Rules, errors: &mut Errors) -> Option<syn::Error> {
    let before = errors.count();
    rules.of_fields.iter().for_each(|rule| rule(model, field, errors));
    field.mistake.clone().or_else(|| errors.first_after(before))
}
