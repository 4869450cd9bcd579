//! Bad input: hostile texts, values that are too large, names that need their quotes in errors too, and tables that do not
//! match the models. A clear error each, and nothing lost.

mod names;
mod schemas;
mod values;
