use orm_core::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, DbEnum)]
enum Status {
    #[default]
    Open,
    Done,
}

#[derive(Model)]
struct Ticket {
    #[primary_key]
    id: Auto<i32>,
    #[column(default = "done")]
    status: Status,
}

fn main() {}
