//! One binary for all tests on a server: they share it, and each has a database of its own.

mod autoflush;
mod behaviours;
mod big_company;
mod bulk;
mod embedded;
mod eviction;
mod expiring;
mod flush;
mod hooks;
mod identity;
mod inspect;
mod keys_in_keys;
mod listings;
mod load;
mod loading;
mod made_by_the_database;
mod merging;
mod natural_keys;
mod queries;
mod random;
mod raw;
mod relationships;
mod schema;
mod transactions;
mod values;
mod versions;
