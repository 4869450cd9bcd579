use orm_core::prelude::*;

struct Street(String);

#[derive(ColumnType)]
struct Address(Street);

fn main() {}
