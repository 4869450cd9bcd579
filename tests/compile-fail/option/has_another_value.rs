use orm_core::prelude::*;

#[derive(Model)]
#[model(table = tags)]
struct Tag {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = "20", unique = true)]
    name: String,
    #[column(default = NaiveDate::MIN)]
    since: NaiveDate,
}

fn main() {}
