//! Property tests of the unit of work: random steps on random graphs of objects, compared with an oracle of plain
//! collections after every commit and rollback.
//!
//! - `world`: what a set of models and its oracle are to the walk, and the facts that are compared.
//! - `walk`: the steps that every set of models has, and the test itself.
//! - `traps`: reasons why a commit fails, put in on purpose and taken away again.
//! - `graph`: the oracle for models with values, foreign keys and links, shared by `owners` and `nodes`.
//! - `memberships`, `keys`, `stock`: models with an oracle of their own.
//!
//! A failure prints the shortest list of steps that shows it. Steps name objects by small numbers; 103 is the second object
//! that is called 3, after the first one was deleted.

mod graph;
mod keys;
mod memberships;
mod nodes;
mod owners;
mod stock;
mod traps;
mod walk;
mod world;
