use orm_core::prelude::*;

#[derive(Embed)]
struct Nothing {}

fn main() {}
