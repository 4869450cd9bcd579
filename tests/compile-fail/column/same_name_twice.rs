use orm_core::prelude::*;

#[derive(Model)]
struct Employee {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    manager: Option<BelongsTo<Employee>>,
    manager_id: Option<i32>,
}

fn main() {}

// unit-of-work 164
