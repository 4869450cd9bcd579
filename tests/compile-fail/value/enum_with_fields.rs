use orm_core::prelude::*;

#[derive(Clone, Debug, Default, DbEnum)]
enum Status {
    #[default]
    Open,
    Waiting(u32),
}

#[derive(Clone, Debug, DbEnum)]
#[db_enum(integer)]
enum Level {
    Low = 1,
    High = 10,
}

#[derive(Model)]
#[model(no_default)]
struct Ticket {
    #[primary_key]
    id: Auto<i32>,
    status: Status,
    level: Option<Level>,
}

fn main() {}
