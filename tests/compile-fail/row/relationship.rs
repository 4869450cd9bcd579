//! A row has values; what they are related to is asked by a query for objects.

use orm_core::prelude::*;

#[derive(Model)]
struct Department {
    #[primary_key]
    id: Auto<i32>,
}

#[derive(Row)]
struct Headcount {
    department: Option<BelongsTo<Department>>,
    #[row(nam = "n")]
    employees: u64,
}

fn main() {}
