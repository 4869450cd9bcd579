//! Changes to relationships, from either side, and what becomes of them in the database and in memory.

mod association_object;
mod belongs_to;
mod cascades;
mod database_actions;
mod deletion;
mod failures;
mod has_many;
mod has_one;
mod last_word;
mod many_to_many;
mod nested;
mod orphans;
mod replaced_rows;
mod self_reference;
mod several;
