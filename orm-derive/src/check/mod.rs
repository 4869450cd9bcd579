//! From the model as written to the model as understood: do the attributes fit the types, and each other?

mod assertions;
mod model;
mod resolve;
mod rules;
mod shape;

pub(crate) use model::{
    Action, Assertion, Candidate, Column, ColumnSource, DefaultImpl, Fact, Field, FieldDefault, ForeignKeyIndex, Index,
    Inverse, Kind, Model, Nullable, Property, Reference, Relationship, State, TableOptions, Through, Uniqueness,
};

use crate::error::Errors;
use crate::parse::{self, Form};

/// Checks the model, and decides what is left open in it. Every mistake is told.
pub(crate) fn model<'m>(written: &'m parse::Model, errors: &mut Errors) -> Model<'m> {
    let sound: Vec<_> = written.fields.iter().map(|field| field_is_sound(written, field, errors)).collect();
    if written.form == Form::Struct {
        rules::OF_MODELS.iter().for_each(|rule| rule(written, errors));
    }
    let state = if errors.count() == 0 { State::Sound } else { State::Mistaken };
    resolve::model(written, state, &sound)
}

fn field_is_sound(model: &parse::Model, field: &parse::Field, errors: &mut Errors) -> Soundness {
    let before = errors.count();
    rules::OF_FIELDS.iter().for_each(|rule| rule(model, field, errors));
    if field.is_complete() && errors.count() == before { Soundness::Sound } else { Soundness::Mistaken }
}

/// Whether a field has no mistake of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Soundness {
    Sound,
    Mistaken,
}
