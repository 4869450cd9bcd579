//! Questions: the SQL that they become, and what they find.

mod about_relationships;
mod ends;
mod joins;
mod operators;
mod order;
