use orm_core::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, ColumnType)]
struct Celsius(f64);

#[derive(Model)]
struct Reading {
    #[primary_key]
    celsius: Celsius,
}

fn main() {}
