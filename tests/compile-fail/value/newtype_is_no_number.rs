use orm_core::prelude::*;

#[derive(Clone, Debug, ColumnType)]
#[column_type(number)]
struct Email(String);

#[derive(Clone, Debug, ColumnType)]
struct Range(i32, i32);

#[derive(Clone, Debug, ColumnType)]
struct Cents(Option<i64>);

fn main() {}
