//! Which models make a schema.

use crate::model::Record;
use crate::schema::{Schema, Table};

/// Several models: a tuple of one to twelve, or one model.
pub trait Models {
    /// Their tables.
    fn tables() -> Vec<&'static Table>;
}

impl<M: Record> Models for M {
    fn tables() -> Vec<&'static Table> {
        vec![M::table()]
    }
}

macro_rules! tuples {
    ($($($model:ident)*;)*) => {$(
        impl<$($model: Record),*> Models for ($($model,)*) {
            fn tables() -> Vec<&'static Table> {
                vec![$($model::table()),*]
            }
        }
    )*};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
    A B C D E F G H I;
    A B C D E F G H I J;
    A B C D E F G H I J K;
    A B C D E F G H I J K L;
}

impl Schema {
    /// The schema of some models; the models related to them and the association tables come along.
    #[must_use]
    pub fn of<M: Models>() -> Self {
        Self::from_tables(M::tables())
    }
}
