//! The example `http`: what clients get, from many threads, and how it stops.

#[path = "../examples/http/answer.rs"]
mod answer;
#[path = "../examples/http/employees.rs"]
mod employees;
#[path = "../examples/http/failure.rs"]
mod failure;
#[path = "../examples/http/projects.rs"]
mod projects;
#[path = "../examples/http/routes.rs"]
mod routes;
#[path = "../examples/http/server.rs"]
mod server;

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use orm_core::prelude::*;
use orm_core::query::Composed;
use orm_sandbox::Sandbox;
use planning_demo::models::{ContactDetails, Employee};
use planning_demo::{company, schema};
use serde_json::{Value, json};

use crate::server::Server;

#[test]
fn employees_have_department_and_phone() {
    let api = Api::start();
    let (status, employees) = api.get("/employees");
    assert_eq!(status, 200);
    assert_eq!(employees.as_array().map(Vec::len), Some(5));
    let john = json!({
        "id": 1, "firstname": "John", "lastname": "Locke", "active": true, "department": "Marketing",
        "phone": "417 315 2531"
    });
    assert_eq!(employees[0], john);
    assert_eq!(api.get("/employees/1"), (200, john));
}

#[test]
fn any_number_of_employees_is_three_statements() {
    let api = Api::start();
    let statements = || api.engine.statistics().statements;
    api.get("/employees");
    let before = statements();
    api.get("/employees");
    // START TRANSACTION, three questions, COMMIT.
    assert_eq!(statements() - before, 5);
}

#[test]
fn what_is_not_there_is_told() {
    let api = Api::start();
    assert_eq!(api.get("/employees/77"), (404, json!({"error": "there is no employee 77"})));
    assert_eq!(api.get("/employees/John").0, 404);
    assert_eq!(api.get("/elsewhere").0, 404);
    assert_eq!(api.get("/").0, 404);
    assert_eq!(api.send("PUT", "/employees", &json!({})).0, 405);
}

#[test]
fn a_new_employee_is_there_at_once() {
    let api = Api::start();
    let hugo = json!({"firstname": "Hugo", "lastname": "Reyes", "department": 2, "phone": "555", "address": "Beach 1"});
    let (status, created) = api.send("POST", "/employees", &hugo);
    let expected = json!({
        "id": 6, "firstname": "Hugo", "lastname": "Reyes", "active": true, "department": "Engineering", "phone": "555"
    });
    assert_eq!((status, &created), (201, &expected));
    assert_eq!(api.get("/employees/6"), (200, expected));
}

#[test]
fn a_request_that_makes_no_sense_is_refused_and_leaves_nothing_behind() {
    let api = Api::start();
    let refused = |body: Value| api.send("POST", "/employees", &body);
    assert_eq!(
        refused(json!({"firstname": " ", "lastname": "Reyes"})),
        (400, json!({"error": "`firstname` must not be empty"}))
    );
    let (status, unknown) = refused(json!({"firstname": "Hugo", "surname": "Reyes"}));
    assert_eq!(status, 400);
    assert!(unknown["error"].as_str().is_some_and(|words| words.contains("unknown field `surname`")), "{unknown}");
    let too_long = json!({"firstname": "Hugo", "lastname": "Reyes", "phone": "0123456789012345"});
    assert_eq!(refused(too_long), (400, json!({"error": "`ContactDetails.phone_number` is too long"})));
    let nowhere = json!({"firstname": "Hugo", "lastname": "Reyes", "department": 77});
    assert_eq!(
        refused(nowhere),
        (422, json!({"error": "`Employee.department` refers to a Department that is not there"}))
    );
    let second = json!({"id": 1, "firstname": "Hugo", "lastname": "Reyes"});
    assert_eq!(refused(second), (409, json!({"error": "there is an Employee with the same id"})));
    assert_eq!(api.raw("POST", "/employees", b"{\"firstname\": ").0, 400);
    assert_eq!(api.raw("POST", "/employees", &[b' '; 100_000]).0, 413);
    assert_eq!(api.get("/employees").1.as_array().map(Vec::len), Some(5));
}

#[test]
fn an_employee_goes_with_contact_details_and_memberships() {
    let api = Api::start();
    assert_eq!(api.send("DELETE", "/employees/1", &Value::Null), (204, Value::Null));
    assert_eq!(api.send("DELETE", "/employees/1", &Value::Null).0, 404);
    let session = api.engine.session();
    assert_eq!(session.query::<Employee>().count().expect("an answer"), 4);
    assert_eq!(session.query::<ContactDetails>().count().expect("an answer"), 4);
    assert_eq!(api.get("/projects").1[0]["members"], json!(["Kate Austin"]));
}

#[test]
fn a_project_has_each_member_once() {
    let api = Api::start();
    let with_jack = json!({
        "id": 1, "name": "Project 1", "due_date": "2021-05-31", "members": ["John Locke", "Kate Austin", "Jack Shepherd"]
    });
    for _ in 0..2 {
        assert_eq!(api.send("POST", "/projects/1/members", &json!({"employee": 3})), (200, with_jack.clone()));
    }
    assert_eq!(api.get("/projects").1[0], with_jack);
    assert_eq!(api.send("POST", "/projects/77/members", &json!({"employee": 3})).0, 404);
    assert_eq!(api.send("POST", "/projects/1/members", &json!({"employee": 77})).0, 422);
}

#[test]
fn eight_clients_at_once_are_all_answered() {
    const CLIENTS: usize = 8;
    const EACH: usize = 8;
    let api = Api::start();
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let api = &api;
            scope.spawn(move || {
                for round in 0..EACH {
                    let name = format!("{client} {round}");
                    let new = json!({"firstname": "Hugo", "lastname": name, "department": 1, "phone": "555"});
                    let (status, created) = api.send("POST", "/employees", &new);
                    assert_eq!(status, 201, "{created}");
                    let (status, read) = api.get(&format!("/employees/{}", created["id"]));
                    assert_eq!((status, &read["lastname"]), (200, &json!(name)));
                    assert_eq!(api.get("/projects").0, 200);
                }
            });
        }
    });
    assert_eq!(api.get("/employees").1.as_array().map(Vec::len), Some(5 + CLIENTS * EACH));
    let (status, statistics) = api.get("/statistics");
    assert_eq!(status, 200);
    assert_eq!(statistics["connections"]["in_use"], 0);
    assert_eq!(statistics["connections"]["waited_for"], 0);
    assert_eq!(statistics["transactions"]["unknown"], 0);
    // The company, each request so far but for those of statistics.
    assert_eq!(statistics["transactions"]["committed"], 1 + CLIENTS * EACH * 3 + 1);
}

#[test]
fn a_restarted_database_costs_no_request() {
    let api = Api::start();
    assert_eq!(api.get("/employees").0, 200);
    let admin = Engine::connect(&Sandbox::shared().expect("a server").url()).expect("the server can be reached");
    let session = admin.session();
    let idle =
        session.sql("SELECT id FROM information_schema.processlist WHERE db = :db").bind_as("db", &*api.database);
    for connection in idle.rows::<i64>().expect("an answer") {
        admin.session().execute(sql(Composed(format!("KILL {connection}")))).expect("it may");
    }
    assert_eq!(api.get("/employees").0, 200);
    let hugo = json!({"firstname": "Hugo", "lastname": "Reyes"});
    assert_eq!(api.send("POST", "/employees", &hugo).0, 201);
}

#[test]
fn it_stops_when_all_requests_that_came_are_answered() {
    let api = Api::start();
    let (engine, address, created) = (api.engine.clone(), api.address.clone(), AtomicUsize::new(0));
    thread::scope(|scope| {
        for client in 0..8 {
            let (address, created) = (&address, &created);
            scope.spawn(move || {
                for round in 0.. {
                    let new = json!({"firstname": "Hugo", "lastname": format!("{client} {round}")});
                    match request(address, "POST", "/employees", new.to_string().as_bytes()) {
                        Some((201, _)) => created.fetch_add(1, Ordering::Relaxed),
                        // It stops, or has stopped.
                        _ => break,
                    };
                }
            });
        }
        let started = Instant::now();
        while created.load(Ordering::Relaxed) < 20 && started.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(1));
        }
        api.stop();
    });
    assert!(created.load(Ordering::Relaxed) >= 20, "clients were answered before");
    assert_eq!(engine.statistics().in_use, 0);
    let employees = engine.session().query::<Employee>().count().expect("an answer");
    assert_eq!(employees as usize, 5 + created.load(Ordering::Relaxed), "what was done was told, and nothing else");
}

#[test]
fn ctrl_c_stops_the_program_in_order() {
    let mut program = Command::new(example())
        .arg("127.0.0.1:0")
        .env_remove("DATABASE_URL")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the example can be run");
    let mut printed = BufReader::new(program.stdout.take().expect("it is piped"));
    let mut line = String::new();
    printed.read_line(&mut line).expect("it prints where it listens");
    let address = line.trim().strip_prefix("listening on http://").expect("an address").to_owned();
    let (status, employees) = request(&address, "GET", "/employees", b"").expect("an answer");
    assert_eq!((status, employees.as_array().map(Vec::len)), (200, Some(5)));
    let sent = Command::new("kill").args(["-INT", &program.id().to_string()]).status();
    assert!(sent.expect("there is a `kill`").success());
    let mut rest = String::new();
    printed.read_to_string(&mut rest).expect("it prints its statistics");
    assert!(program.wait().expect("it ends").success());
    assert!(rest.contains("2 committed, ") && rest.contains(", 0 in use, "), "{rest}");
}

/// A server with the company, in a database of its own.
struct Api {
    server: Option<Server>,
    engine: Engine,
    address: String,
    database: String,
}

impl Api {
    fn start() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let sandbox = Sandbox::shared().expect("a private server starts");
        let database = format!("http_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let admin = Engine::connect(&sandbox.url()).expect("the private server can be reached");
        admin.create_database(&database).expect("a database can be created");
        let engine = Engine::connect(&sandbox.url_for(&database)).expect("the database can be reached");
        engine.create_all(&schema()).expect("the tables can be created");
        company::load(&mut engine.session()).expect("the company is loaded");
        let server = Server::start(&engine, "127.0.0.1:0").expect("a port is free");
        let address = server.address();
        Self { server: Some(server), engine, address, database }
    }

    fn get(&self, path: &str) -> (u16, Value) {
        self.raw("GET", path, b"")
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        self.raw(method, path, body.to_string().as_bytes())
    }

    fn raw(&self, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
        request(&self.address, method, path, body).expect("the server answers")
    }

    fn stop(mut self) {
        self.server.take().expect("it stops once").stop();
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
    }
}

/// Sends a request; gives status and JSON, or nothing where the server does not answer any more.
fn request(address: &str, method: &str, path: &str, body: &[u8]) -> Option<(u16, Value)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    // A server that refuses a long body need not read it.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let json = if body.is_empty() { Value::Null } else { serde_json::from_str(body).ok()? };
    Some((status, json))
}

/// The program, beside the folder of the tests; it is built where only this test was.
fn example() -> PathBuf {
    let tests = env::current_exe().expect("the test knows where it is");
    let folder = tests.parent().and_then(|deps| deps.parent()).expect("it is in target/debug/deps");
    let program = folder.join("examples/http");
    if !program.exists() {
        let built =
            Command::new(env!("CARGO")).args(["build", "-q", "-p", "planning-demo", "--example", "http"]).status();
        assert!(built.expect("cargo can be run").success());
    }
    program
}
