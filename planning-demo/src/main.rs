//! The command line of the planning demo: the tutorial from the schema to the listings, whole or step by step.

mod arguments;
mod server;

use std::io;

use anyhow::{Result, bail};
use clap::Parser;
use orm_core::Error;
use orm_core::prelude::*;
use planning_demo::models::Project;
use planning_demo::{company, listings, schema};

use crate::arguments::{Arguments, Command};
use crate::server::Server;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if arguments.echo {
        server::echo_statements();
    }
    if let Some(Command::Schema { diagram }) = arguments.command {
        print!("{}", if diagram { schema().mermaid() } else { schema().ddl() });
        return Ok(());
    }
    let server = Server::start(arguments.database_url)?;
    let engine = Engine::connect(server.url())?;
    match arguments.command {
        Some(Command::Load) => load(&engine)?,
        Some(Command::Query) if !server.is_private() => query(&engine)?,
        Some(Command::Reset) => engine.drop_all(&schema())?,
        _ => tutorial(&engine)?,
    }
    eprintln!("{} statements", engine.statements_sent());
    Ok(())
}

/// Everything; a private server has nothing to query before.
fn tutorial(engine: &Engine) -> Result<()> {
    load(engine)?;
    query(engine)
}

/// Creates the tables that are missing, and loads the company unless it is there.
fn load(engine: &Engine) -> Result<()> {
    engine.create_all(&schema())?;
    let mut session = engine.session();
    if session.query::<Project>().exists()? {
        eprintln!("the database has projects already, so nothing was loaded; `planning-demo reset` drops the tables");
        return Ok(());
    }
    company::load(&mut session)?;
    Ok(())
}

/// Prints the listings.
fn query(engine: &Engine) -> Result<()> {
    let session = engine.session();
    match session.query::<Project>().exists() {
        // 1146: there is no such table.
        Err(error @ Error::Server { code: 1146, .. }) => {
            bail!("the planning tables are not there, run `planning-demo load` first: {error}")
        }
        other => other?,
    };
    listings::print(&session, &mut io::stdout().lock())
}
