//! The DDL of models, and creating and dropping tables.

mod chains;
mod collations;
mod creating;
mod cycles;
mod names;
mod options;
mod planning;
