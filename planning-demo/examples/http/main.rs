//! A small HTTP API over the planning models, as JSON: `cargo run -p planning-demo --example http`.
//!
//! It listens on `127.0.0.1:8080`, or on the address that is its only argument. It runs on the database of `DATABASE_URL`, or
//! on a private server that is gone afterwards, with the company of the tutorial. Ctrl-C stops it when the requests
//! that are under way have been answered.
//!
//! | request | answer |
//! | --- | --- |
//! | `GET /employees` | all, with department and phone number |
//! | `GET /employees/1` | one of them |
//! | `POST /employees` | a new one: `{"firstname": "Hugo", "lastname": "Reyes", "department": 1, "phone": "…", "address": "…"}` |
//! | `DELETE /employees/1` | nothing |
//! | `GET /projects` | all, with their members |
//! | `POST /projects/1/members` | a new member: `{"employee": 1}` |
//! | `GET /statistics` | what the engine has counted |

mod answer;
mod employees;
mod failure;
mod projects;
mod routes;
mod server;

use std::env;
use std::sync::mpsc;

use anyhow::Result;
use orm_core::prelude::*;
use orm_sandbox::Sandbox;
use planning_demo::models::Employee;
use planning_demo::{company, schema};

use crate::server::Server;

fn main() -> Result<()> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    if let Ok(url) = env::var("DATABASE_URL") {
        return run(&url, &address);
    }
    let sandbox = Sandbox::start()?;
    Engine::connect(&sandbox.url())?.create_database("planning")?;
    run(&sandbox.url_for("planning"), &address)
}

/// Serves until somebody stops the program.
fn run(url: &str, address: &str) -> Result<()> {
    let engine = Engine::connect(url)?;
    prepare(&engine)?;
    let (stop, stopped) = mpsc::channel();
    ctrlc::set_handler(move || {
        // The second time nobody waits for it any more.
        let _ = stop.send(());
    })?;
    let server = Server::start(&engine, address)?;
    println!("listening on http://{}", server.address());
    stopped.recv()?;
    server.stop();
    println!("{}", engine.statistics());
    Ok(())
}

/// Creates what is missing.
fn prepare(engine: &Engine) -> orm_core::Result<()> {
    engine.create_all(&schema())?;
    let mut session = engine.session();
    match session.query::<Employee>().exists()? {
        true => Ok(()),
        false => company::load(&mut session),
    }
}
