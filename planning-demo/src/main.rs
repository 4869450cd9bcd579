//! The command line of the planning demo: create the schema, load the company, print its listings.

mod arguments;
mod server;

use std::io;

use anyhow::{Result, bail};
use clap::Parser;
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
    let server = Server::start(arguments.database_url.as_deref())?;
    run(&server, arguments.command)?;
    eprintln!("{} statements", server.engine().statements_sent());
    Ok(())
}

fn run(server: &Server, command: Option<Command>) -> Result<()> {
    let engine = server.engine();
    match command {
        None => {
            load(engine)?;
            query(engine)
        }
        Some(Command::Load) => load(engine),
        Some(Command::Query) => {
            if server.is_private() {
                load(engine)?;
            }
            query(engine)
        }
        Some(Command::Reset) => Ok(engine.drop_all(&schema())?),
        Some(Command::Schema { .. }) => Ok(()),
    }
}

/// Creates the tables that are missing, and loads the company unless it is there.
fn load(engine: &Engine) -> Result<()> {
    engine.create_all(&schema())?;
    let mut session = engine.session();
    if session.query::<Project>().exists()? {
        eprintln!("the database has projects already, so nothing was loaded; `planning-demo reset` drops the tables");
        return Ok(());
    }
    Ok(company::load(&mut session)?)
}

fn query(engine: &Engine) -> Result<()> {
    let session = engine.session();
    if let Err(error) = session.query::<Project>().exists() {
        bail!("the planning tables cannot be read, run `planning-demo load` first: {error}");
    }
    listings::print(&session, &mut io::stdout().lock())
}
