//! What goes wrong at any moment, and what must hold then: see `RELIABILITY.md`, also for how to try more.

mod faults;
mod kills;
mod proxy;
mod reads;
