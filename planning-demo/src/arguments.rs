//! What the command line takes.

use clap::{Parser, Subcommand};

/// Creates the planning schema, loads a small company and prints its listings.
///
/// Without a database of your own, a private MariaDB is started for the program's time.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Arguments {
    /// The database to use instead of a private one: `mysql://user:password@host:port/database`.
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// Print every statement that is sent, on standard error.
    #[arg(long, global = true)]
    pub(crate) echo: bool,
    /// With `--echo`: their values too.
    #[arg(long, global = true, requires = "echo")]
    pub(crate) values: bool,
    /// What to do; everything, if nothing is said.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Command {
    /// Print the statements that create the schema.
    Schema {
        /// Print an entity-relationship diagram for Mermaid instead.
        #[arg(long)]
        diagram: bool,
    },
    /// Create the tables and load the company.
    Load {
        /// Make up a company with so many employees instead, the same for the same number; prints a summary.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
        employees: Option<u32>,
    },
    /// Print the listings.
    Query,
    /// Drop the tables.
    Reset,
}
