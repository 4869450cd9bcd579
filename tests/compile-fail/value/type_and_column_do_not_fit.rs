use orm_core::prelude::*;
use uuid::Uuid;

#[derive(Model)]
struct Host {
    #[primary_key]
    #[column(sql_type = "UUID")]
    id: Uuid,
    visits: usize,
    #[column(precision = 3)]
    seen: NaiveDate,
    #[column(sql_type = "BIT(8)")]
    flags: u8,
}

fn main() {}
