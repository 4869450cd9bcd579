//! Lazy loading: peers load together, and nothing is asked twice.

mod chunks;
mod counts;
mod joined;
mod ordered;
mod parts;
mod peers;
mod results;
mod strict;
mod with;
