//! Values of every column type: they come back as they went, and what a type or a column cannot hold is told.
//!
//! - `plain`: the types without a feature, and what cannot be read.
//! - `sample`: how random rows are written, read, found by their values and changed; each family of types has a file.
//! - `limits`: values that a column cannot hold.
//! - `keys`: UUIDs, addresses, enums and newtypes as primary and foreign keys.

mod choices;
mod documents;
mod identifiers;
mod keys;
mod limits;
mod moments;
mod numbers;
mod plain;
mod sample;
mod texts;
