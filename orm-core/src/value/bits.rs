//! Sets of bits, of the crate `bitflags`.

use std::ops::{Deref, DerefMut};

use bitflags::Flags;

use crate::value::{ColumnType, ConversionError, SqlType, Value};

/// Flags of the crate `bitflags`, in a column of their integer type. Bits that are no flag are an error when they are read.
///
/// ```
/// use orm_core::prelude::*;
/// use orm_core::value::Bits;
///
/// bitflags::bitflags! {
///     #[derive(Clone, Copy, Debug, Default, PartialEq)]
///     struct Rights: u8 {
///         const READ = 1;
///         const WRITE = 2;
///     }
/// }
///
/// #[derive(Model)]
/// struct Account {
///     #[primary_key]
///     id: Auto<i32>,
///     rights: Bits<Rights>,
/// }
///
/// assert!(Schema::of::<Account>().ddl().contains("`rights` TINYINT UNSIGNED NOT NULL"));
/// let account = Account { rights: Rights::READ.into(), ..Default::default() };
/// assert!(!account.rights.contains(Rights::WRITE));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bits<F>(pub F);

#[diagnostic::do_not_recommend]
impl<F> ColumnType for Bits<F>
where
    F: Flags + Send,
    F::Bits: ColumnType,
{
    const SQL_TYPE: SqlType = F::Bits::SQL_TYPE;

    fn to_value(&self) -> Value {
        self.0.bits().to_value()
    }

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        let flags = F::Bits::from_value(value.clone()).ok().and_then(F::from_bits);
        flags.map(Self).ok_or_else(|| {
            let names: Vec<&str> = F::FLAGS.iter().map(|flag| flag.name()).collect();
            ConversionError::new(format!("made of the bits {}", names.join(", ")), &value)
        })
    }
}

impl<F> From<F> for Bits<F> {
    fn from(flags: F) -> Self {
        Self(flags)
    }
}

impl<F> Deref for Bits<F> {
    type Target = F;

    fn deref(&self) -> &F {
        &self.0
    }
}

impl<F> DerefMut for Bits<F> {
    fn deref_mut(&mut self) -> &mut F {
        &mut self.0
    }
}
