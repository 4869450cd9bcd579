use orm_core::prelude::*;

#[derive(Model)]
struct Employee {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    #[column(name = "boss")]
    manager: Option<BelongsTo<Employee>>,
}

fn main() {}
