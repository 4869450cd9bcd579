//! A value in the type that MariaDB alone has for it.

use std::ops::{Deref, DerefMut};

/// A value in MariaDB's own type for it, which MySQL does not have: `Native<Uuid>` is a `UUID` column, `Native<Ipv4Addr>` an
/// `INET4` and `Native<Ipv6Addr>` an `INET6`.
///
/// MariaDB refuses a few UUIDs, as an error: those that have the form of no version (1 to 7), but for the ones of all zeros
/// and all ones. `Uuid` itself, as `BINARY(16)`, takes all.
///
/// These columns take and give text, and the types themselves are stored as bytes or numbers: that is why they are two types.
///
/// ```
/// use std::net::Ipv6Addr;
///
/// use orm_core::prelude::*;
/// use orm_core::value::Native;
///
/// #[derive(Model)]
/// struct Host {
///     #[primary_key]
///     id: Auto<i32>,
///     address: Option<Native<Ipv6Addr>>,
/// }
///
/// assert!(Schema::of::<Host>().ddl().contains("`address` INET6 NULL"));
/// let host = Host { address: Some(Ipv6Addr::LOCALHOST.into()), ..Default::default() };
/// assert!(host.address.is_some_and(|address| address.is_loopback()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Native<T>(pub T);

impl<T> From<T> for Native<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for Native<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Native<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
