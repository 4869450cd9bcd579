//! A row has a value for each column: parts of several columns, and what no column holds, are none.

use orm_core::prelude::*;

#[derive(Row)]
struct Headcount {
    department: String,
    site: (i32, i32),
    color: Color,
}

struct Color;

fn main() {}
