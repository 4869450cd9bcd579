//! The server that the demo runs on: the user's, or a private one that ends with the program.

use std::io;

use anyhow::Result;
use orm_core::Engine;
use orm_sandbox::Sandbox;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The database of a private server.
const DATABASE: &str = "planning";

pub(crate) struct Server {
    engine: Engine,
    /// It ends when this is dropped.
    private: Option<Sandbox>,
}

impl Server {
    /// Connects to the database of the URL, or to a private server.
    pub(crate) fn start(url: Option<&str>) -> Result<Self> {
        match url {
            Some(url) => Ok(Self { engine: Engine::connect(url)?, private: None }),
            None => {
                let sandbox = Sandbox::start()?;
                Engine::connect(&sandbox.url())?.create_database(DATABASE)?;
                Ok(Self { engine: Engine::connect(&sandbox.url_for(DATABASE))?, private: Some(sandbox) })
            }
        }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn is_private(&self) -> bool {
        self.private.is_some()
    }
}

/// Every statement is a `tracing` event: here they are printed.
pub(crate) fn echo_statements() {
    let statements = Targets::new().with_target("orm_core::statement", LevelFilter::DEBUG);
    let printed = tracing_subscriber::fmt::layer().with_writer(io::stderr).without_time().with_level(false);
    tracing_subscriber::registry().with(printed).with(statements).init();
}
