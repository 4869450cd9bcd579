//! Sandboxes with real servers: how they start, and that nothing of them stays.

mod child;
mod cleaning_up;
mod failing;
mod fetching;
mod ordinary_user;
mod starting;
mod support;
