//! A fixed number of threads answers requests, each request in a session of its own.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use anyhow::{Result, anyhow};
use orm_core::Engine;
use tiny_http::{Header, Request, Response};

use crate::answer::Answer;
use crate::routes;

/// There are more connections to the database than this (`EngineStatistics::waiting` stays at 0).
const THREADS: usize = 8;
/// The longest body of a request, in bytes.
const MAX_BODY: u64 = 64 * 1024;

/// A server that listens, until it is stopped.
pub(crate) struct Server {
    http: Arc<tiny_http::Server>,
    threads: Vec<JoinHandle<()>>,
}

impl Server {
    /// Listens on an address; with port 0 on any that is free.
    pub(crate) fn start(engine: &Engine, address: &str) -> Result<Self> {
        let http = tiny_http::Server::http(address).map_err(|error| anyhow!("cannot listen on {address}: {error}"))?;
        let http = Arc::new(http);
        let start = |_| {
            let (http, engine) = (Arc::clone(&http), engine.clone());
            thread::spawn(move || serve(&http, &engine))
        };
        let threads = (0..THREADS).map(start).collect();
        Ok(Self { http, threads })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> String {
        self.http.server_addr().to_string()
    }

    /// Stops when the requests that have come are answered.
    pub(crate) fn stop(self) {
        self.threads.iter().for_each(|_| self.http.unblock());
        for thread in self.threads {
            thread.join().expect("a thread catches panics");
        }
        // Who comes later is told so.
        while let Ok(Some(request)) = self.http.try_recv() {
            let _ = request.respond(response(&Answer::error(503, "the server stops")));
        }
    }
}

/// Answers requests until the server is told to stop.
fn serve(http: &tiny_http::Server, engine: &Engine) {
    while let Ok(mut request) = http.recv() {
        // A panic is one request's: its session has rolled back, and the thread goes on.
        let answered = catch_unwind(AssertUnwindSafe(|| answer(engine, &mut request)));
        let answer = answered.unwrap_or_else(|_| Answer::error(500, "something went wrong"));
        // Who does not wait for the answer any more, does not get it.
        let _ = request.respond(response(&answer));
    }
}

fn answer(engine: &Engine, request: &mut Request) -> Answer {
    let mut body = Vec::new();
    if request.as_reader().take(MAX_BODY + 1).read_to_end(&mut body).is_err() {
        return Answer::error(400, "the body of the request broke off");
    }
    if body.len() as u64 > MAX_BODY {
        return Answer::error(413, "the body of the request is too long");
    }
    let (method, path) = (request.method().to_string(), request.url().to_owned());
    routes::answer(engine, &method, &path, &body)
}

fn response(answer: &Answer) -> Response<std::io::Cursor<Vec<u8>>> {
    let json = Header::from_bytes("Content-Type", "application/json").expect("a header");
    let response = Response::from_string(answer.body()).with_status_code(answer.status).with_header(json);
    match answer.status {
        // Soon the database may have time again.
        503 => response.with_header(Header::from_bytes("Retry-After", "1").expect("a header")),
        _ => response,
    }
}
