//! The questions that people ask of a company's database: `cargo run -p planning-demo --example questions`.
//!
//! It runs on the database of `DATABASE_URL`, or on a private server that is gone afterwards.

mod company;
mod models;
mod questions;
mod report;

use std::{env, io};

use anyhow::Result;
use orm_core::prelude::*;
use orm_sandbox::Sandbox;

use crate::models::Employee;

fn main() -> Result<()> {
    if let Ok(url) = env::var("DATABASE_URL") {
        return run(&url);
    }
    let sandbox = Sandbox::start()?;
    Engine::connect(&sandbox.url())?.create_database("company")?;
    run(&sandbox.url_for("company"))
}

/// Creates what is missing in the database, and prints the report.
fn run(url: &str) -> Result<()> {
    let engine = Engine::connect(url)?;
    engine.create_all(&models::schema())?;
    let mut session = engine.session();
    if !session.query::<Employee>().exists()? {
        company::load(&mut session)?;
    }
    report::print(&session, &mut io::stdout().lock())
}
