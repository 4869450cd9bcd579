//! Servers that let nobody in, or are none: told at once, and what is wrong with what.

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use orm_core::{Engine, Error};
use orm_sandbox::Sandbox;
use tests::Database;

use crate::connections::{refused, with};

#[test]
fn a_login_that_is_refused_is_told_at_once() {
    let sandbox = Sandbox::builder().tcp().start().expect("a server starts");
    let (begin, rest) =
        sandbox.url().split_once('@').map(|(_, rest)| ("mysql://sandbox:S3cr3t@", rest.to_owned())).expect("a login");
    let started = Instant::now();
    let error = refused(&with(&format!("{begin}{rest}"), "wait_timeout=5m&connect_timeout=5m"));
    assert!(matches!(&error, Error::Login { source, .. } if source.code() == 1045), "{error}");
    assert!(error.to_string().contains("Access denied for user 'sandbox'"), "{error}");
    assert!(!format!("{error} {error:?}").contains("S3cr3t"));
    assert!(!error.is_retryable());
    let error = refused(&with(&sandbox.url_for("no_such_database"), "wait_timeout=5m&connect_timeout=5m"));
    assert!(matches!(&error, Error::Login { source, .. } if source.code() == 1049), "{error}");
    assert!(started.elapsed() < Duration::from_secs(60), "it was told after {:?}", started.elapsed());
}

#[test]
fn a_password_that_is_changed_meanwhile_is_told_to_who_needs_a_new_connection() {
    let sandbox = Sandbox::builder().tcp().start().expect("a server starts");
    let engine = Engine::connect(&with(&sandbox.url(), "pool_size=2&wait_timeout=5m")).expect("it can be reached");
    let mut held = engine.session();
    held.execute(orm_core::sql("ALTER USER sandbox@'127.0.0.1' IDENTIFIED BY 'another'")).expect("it is changed");
    held.sql("SELECT 1").scalar::<i32>().expect("there is a connection");
    let error = engine.session().sql("SELECT 1").scalar::<i32>().expect_err("a new connection needs the new password");
    assert!(matches!(&error, Error::Login { source, .. } if source.code() == 1045), "{error}");
    // Nothing that has failed keeps a place.
    assert_eq!(engine.statistics().in_use, 1);
}

#[test]
fn a_server_that_is_not_there_is_told() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
    let error = refused(&format!("mysql://me:S3cr3t@127.0.0.1:{port}/x"));
    assert!(matches!(&error, Error::Connection { server, .. } if *server == format!("127.0.0.1:{port}")), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
    let error = refused("mysql://me@nowhere.invalid/x?ssl_mode=disabled");
    assert!(error.to_string().contains("the address of `nowhere.invalid` is not found"), "{error}");
    let error = refused("mysql:///x?socket=/nowhere/s.sock");
    assert!(matches!(error, Error::Connection { .. }), "{error}");
}

#[test]
fn a_host_with_several_addresses_is_tried_at_each_of_them() {
    // `localhost` may be ::1 first, where nobody listens.
    let sandbox = Sandbox::builder().tcp().start().expect("a server starts");
    let engine =
        Engine::connect(&sandbox.url().replace("127.0.0.1", "localhost")).expect("one of the addresses answers");
    assert_eq!(engine.session().sql("SELECT 1").scalar::<i32>().expect("it answers"), 1);
}

#[test]
fn a_server_that_takes_the_connection_and_says_nothing_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = silent.local_addr().expect("it has one").port();
    let error = refused(&format!("mysql://me@127.0.0.1:{port}/x?connect_timeout=200ms"));
    assert_eq!(
        error.to_string(),
        format!(
            "the connection to 127.0.0.1:{port} failed: no connection could be made within 200ms (`connect_timeout`)"
        )
    );
}

#[test]
fn a_server_that_is_none_is_told() {
    let other = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = other.local_addr().expect("it has one").port();
    let speaker = thread::spawn(move || {
        use std::io::Write as _;
        let (mut client, _) = other.accept().expect("somebody comes");
        client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").expect("he listens");
    });
    let error = refused(&format!("mysql://me@127.0.0.1:{port}/x"));
    assert!(matches!(error, Error::Connection { .. } | Error::Setup { .. }), "{error}");
    speaker.join().expect("he has spoken");
}

#[test]
fn an_engine_and_its_builder_show_no_password() {
    let database = Database::empty();
    let builder = Engine::builder(database.url()).password("S3cr3t").pool_size(3);
    let shown = format!("{builder:?}");
    assert!(!shown.contains("S3cr3t") && shown.contains("size: 3"), "{shown}");
    assert!(!format!("{:?}", database.engine()).contains("S3cr3t"));
}
