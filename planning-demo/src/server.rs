//! The server that the demo runs on: the user's, or a private one that ends with the program.

use anyhow::Result;
use orm_core::Engine;
use orm_sandbox::Sandbox;

/// The database of a private server.
const DATABASE: &str = "planning";

pub(crate) struct Server {
    url: String,
    /// It ends when this is dropped.
    private: Option<Sandbox>,
}

impl Server {
    /// The server of the URL, or a private one with an empty database.
    pub(crate) fn start(url: Option<String>) -> Result<Self> {
        if let Some(url) = url {
            return Ok(Self { url, private: None });
        }
        let sandbox = Sandbox::start()?;
        Engine::connect(&sandbox.url())?.create_database(DATABASE)?;
        Ok(Self { url: sandbox.url_for(DATABASE), private: Some(sandbox) })
    }

    /// Where its database is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn is_private(&self) -> bool {
        self.private.is_some()
    }
}
