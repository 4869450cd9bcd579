//! The command line of the planning demo: the tutorial from the schema to the listings, whole or step by step.

mod arguments;
mod progress;
mod server;

use std::io;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Parser;
use orm_core::Error;
use orm_core::prelude::*;
use planning_demo::big_company::BigCompany;
use planning_demo::models::Project;
use planning_demo::{company, listings, schema};

use crate::arguments::{Arguments, Command};
use crate::server::Server;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(Command::Schema { diagram }) = arguments.command {
        print!("{}", if diagram { schema().mermaid() } else { schema().ddl() });
        return Ok(());
    }
    let server = Server::start(arguments.database_url)?;
    let engine = Engine::connect(server.url())?;
    engine.echo(arguments.echo).show_values(arguments.values);
    match arguments.command {
        Some(Command::Load { employees: Some(employees) }) => load_big(&engine, employees)?,
        Some(Command::Load { employees: None }) => load(&engine)?,
        Some(Command::Query) if !server.is_private() => query(&engine)?,
        Some(Command::Reset) => engine.drop_all(&schema())?,
        _ => tutorial(&engine)?,
    }
    eprintln!("{} statements", engine.statistics().statements);
    Ok(())
}

/// Everything; a private server has nothing to query before.
fn tutorial(engine: &Engine) -> Result<()> {
    load(engine)?;
    query(engine)
}

/// Creates the tables that are missing, and loads the company unless it is there.
fn load(engine: &Engine) -> Result<()> {
    match empty(engine)? {
        Some(mut session) => Ok(company::load(&mut session)?),
        None => Ok(()),
    }
}

/// The same with a company of so many employees.
fn load_big(engine: &Engine, employees: u32) -> Result<()> {
    let Some(mut session) = empty(engine)? else { return Ok(()) };
    let company = BigCompany::new(employees);
    let counts = company.counts();
    let bar = progress::bar(counts.rows());
    let started = Instant::now();
    company.load(&mut session, || bar.inc(1))?;
    bar.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64();
    println!("{counts}");
    eprintln!("{} rows in {seconds:.1} s, {:.0} rows per second", counts.rows(), counts.rows() as f64 / seconds);
    Ok(())
}

/// A session on tables without projects; where there are some, nothing is to be loaded.
fn empty(engine: &Engine) -> Result<Option<Session>> {
    engine.create_all(&schema())?;
    let session = engine.session();
    if session.query::<Project>().exists()? {
        eprintln!("the database has projects already, so nothing was loaded; `planning-demo reset` drops the tables");
        return Ok(None);
    }
    Ok(Some(session))
}

/// Prints the listings.
fn query(engine: &Engine) -> Result<()> {
    let session = engine.session();
    match session.query::<Project>().exists() {
        Err(error @ Error::MissingTable { .. }) => {
            bail!("the planning tables are not there, run `planning-demo load` first: {error}")
        }
        other => other?,
    };
    listings::print(&session, &mut io::stdout().lock())
}
