//! The demo as a user runs it.

use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use orm_core::Engine;
use orm_sandbox::Sandbox;
use planning_demo::models::Employee;

const LISTINGS: &str = include_str!("../expected/listings.txt");

#[test]
fn without_arguments_it_prints_the_listings_from_a_private_server() {
    let output = demo(&[], None);
    assert_eq!(output.stdout, LISTINGS);
    assert_eq!(output.stderr, "24 statements\n");
}

#[test]
fn a_second_run_on_the_same_database_says_that_it_loads_nothing() {
    let database = database();
    assert_eq!(demo(&[], Some(&database)).stdout, LISTINGS);
    let second = demo(&[], Some(&database));
    assert_eq!(second.stdout, LISTINGS);
    assert!(second.stderr.contains("nothing was loaded"), "{}", second.stderr);
}

#[test]
fn load_query_and_reset_are_steps_of_their_own() {
    let database = database();
    assert_eq!(demo(&["load"], Some(&database)).stdout, "");
    assert_eq!(demo(&["query"], Some(&database)).stdout, LISTINGS);
    demo(&["reset"], Some(&database));
    let empty = run(&["query"], Some(&database));
    assert!(!empty.status.success());
    assert!(text(empty.stderr).contains("run `planning-demo load` first"));
}

#[test]
fn a_query_on_a_private_server_loads_first() {
    assert_eq!(demo(&["query"], None).stdout, LISTINGS);
}

#[test]
fn the_schema_needs_no_server() {
    let unreachable = "mysql://nobody@127.0.0.1:1/nowhere";
    let ddl = demo(&["schema"], Some(unreachable)).stdout;
    assert_eq!(ddl, planning_demo::schema().ddl());
    assert_eq!(ddl.matches("CREATE TABLE").count(), 5);
}

#[test]
fn the_diagram_is_the_one_in_the_readme() {
    let diagram = demo(&["schema", "--diagram"], None).stdout;
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&format!("```mermaid\n{diagram}```")), "put this into the README:\n{diagram}");
}

#[test]
fn echo_shows_every_statement() {
    let output = demo(&["--echo"], None);
    assert_eq!(output.stdout, LISTINGS);
    let echoed = without_times(&output.stderr);
    assert_eq!(echoed.matches("INSERT INTO").count(), 5, "{echoed}");
    // But for the one that sets up the connection.
    assert_eq!(echoed.matches("\n  -- ").count(), 23, "{echoed}");
    let departments = "INSERT INTO `departments` (`name`) VALUES (?), (?) RETURNING `id`\n  -- 2 rows, 0 affected\n";
    assert!(echoed.contains(departments), "{echoed}");
    assert!(echoed.contains("\nCOMMIT\n  -- 0 rows, 0 affected\n"), "{echoed}");
    assert!(!echoed.contains("Marketing"), "values are shown only when asked for: {echoed}");
}

#[test]
fn echo_shows_values_when_asked_for() {
    let output = demo(&["--echo", "--values"], None);
    assert_eq!(output.stdout, LISTINGS);
    let departments = "INSERT INTO `departments` (`name`) VALUES (?), (?) RETURNING `id`
  -- values: 'Marketing', 'Engineering'
  -- 2 rows, 0 affected\n";
    let echoed = without_times(&output.stderr);
    assert!(echoed.contains(departments), "{echoed}");
    let in_the_guide = without_times(include_str!("../../guide/watching.md"));
    assert!(in_the_guide.contains(departments), "put this into the guide:\n{departments}");
    assert!(!run(&["--values"], None).status.success(), "without an echo there is nothing to show them in");
}

#[test]
fn an_unreachable_server_is_named_without_the_password() {
    let output = run(&[], Some("mysql://me:very-secret@127.0.0.1:1/planning"));
    assert!(!output.status.success());
    let error = text(output.stderr);
    assert!(error.contains("127.0.0.1:1"), "{error}");
    assert!(!error.contains("very-secret"), "{error}");
}

#[test]
fn a_company_of_any_size_is_made_up() {
    let database = database();
    let loaded = demo(&["load", "--employees", "300"], Some(&database));
    assert_eq!(
        loaded.stdout,
        "departments: 6, employees: 300, contact details: 285, projects: 30, members of projects: 615\n"
    );
    let (rate, statements) = loaded.stderr.split_once('\n').expect("two lines");
    assert!(rate.starts_with("1236 rows in ") && rate.ends_with(" rows per second"), "{rate}");
    assert_eq!(statements, "15 statements\n");
    let session = Engine::connect(&database).expect("the database can be reached").session();
    assert_eq!(session.query::<Employee>().count().expect("an answer"), 300);
    let second = demo(&["load", "--employees", "400"], Some(&database));
    assert_eq!(second.stdout, "");
    assert!(second.stderr.contains("nothing was loaded"), "{}", second.stderr);
    assert_eq!(session.query::<Employee>().count().expect("an answer"), 300);
}

#[test]
fn a_company_of_any_size_needs_no_database_of_ones_own() {
    let loaded = demo(&["load", "--employees", "1"], None);
    assert_eq!(
        loaded.stdout,
        "departments: 1, employees: 1, contact details: 1, projects: 1, members of projects: 1\n"
    );
}

#[test]
fn a_company_without_employees_is_none() {
    let output = run(&["load", "--employees", "0"], None);
    assert!(!output.status.success());
    let error = text(output.stderr);
    assert!(error.contains("0 is not in 1..=10000000"), "{error}");
}

struct Printed {
    stdout: String,
    stderr: String,
}

/// An echo without what differs from run to run.
fn without_times(echo: &str) -> String {
    let line = |line: &str| match line.strip_prefix("  -- ").and_then(|line| line.split_once(" affected, ")) {
        Some((counts, time)) => {
            let (time, connection) = time.split_once(" ms, connection ").expect("time and connection");
            assert!(time.parse::<f64>().is_ok() && connection.parse::<u32>().is_ok(), "{line}");
            format!("  -- {counts} affected\n")
        }
        None => format!("{line}\n"),
    };
    echo.lines().map(line).collect()
}

/// Runs the demo, which has to succeed.
fn demo(arguments: &[&str], database: Option<&str>) -> Printed {
    let output = run(arguments, database);
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{arguments:?} failed: {stderr}");
    Printed { stdout, stderr }
}

fn run(arguments: &[&str], database: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_planning-demo"));
    command.args(arguments).env_remove("DATABASE_URL");
    if let Some(url) = database {
        command.args(["--database-url", url]);
    }
    command.output().expect("the demo can be run")
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("the demo prints UTF-8")
}

/// The URL of an empty database.
fn database() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let sandbox = Sandbox::shared().expect("a private server starts");
    let name = format!("planning_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let engine = Engine::connect(&sandbox.url()).expect("the private server can be reached");
    engine.create_database(&name).expect("a database can be created");
    sandbox.url_for(&name)
}
