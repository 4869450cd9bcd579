//! The proxy of these tests does what it says.

use std::time::Duration;

use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder};
use tests::Database;
use tests::proxy::Direction::{ToClient, ToServer};
use tests::proxy::{Direction, Fault, Kind, Proxy};

/// A connection through a proxy that is not armed yet.
fn connected(database: &Database) -> (Proxy, Conn) {
    let proxy = Proxy::before(database);
    let options = OptsBuilder::from_opts(Opts::from_url(proxy.url()).expect("the URL is valid"));
    let options = options.prefer_socket(false).read_timeout(Some(Duration::from_millis(300)));
    let connection = Conn::new(options).expect("the proxy lets everything through");
    (proxy, connection)
}

fn insert(connection: &mut Conn) -> mysql::Result<()> {
    connection.query_drop("INSERT INTO t VALUES (1)")
}

/// What an INSERT through the proxy says when it meets a fault at its first packet, and how many rows there are then.
fn meet(kind: Kind, direction: Direction) -> (Result<(), String>, String) {
    let database = Database::empty();
    database.run("CREATE TABLE t (a INT)");
    let (proxy, mut connection) = connected(&database);
    proxy.arm(Some(Fault { kind, direction, at: 1 }));
    let result = insert(&mut connection).map_err(|error| error.to_string());
    assert!(proxy.heal(), "the fault has happened");
    drop(connection);
    if kind != Kind::Interrupt {
        proxy.wait_for_its_end();
    }
    (result, database.ask("SELECT COUNT(*) FROM t").remove(0))
}

#[test]
fn packets_and_statements_are_counted() {
    let database = Database::empty();
    let (proxy, mut connection) = connected(&database);
    proxy.arm(None);
    connection.query_drop("SELECT 1").expect("an answer");
    connection.exec_drop("SELECT ?", (2,)).expect("an answer");
    // A query, a PREPARE and an EXECUTE; and a result: its columns' number, a column, an end, a row and an end.
    assert_eq!(proxy.packets(ToServer), 3);
    assert!(proxy.packets(ToClient) > 10, "{}", proxy.packets(ToClient));
    let thread = connection.connection_id();
    assert_eq!(proxy.sent(), [(thread, "SELECT 1".to_owned()), (thread, "SELECT ?".to_owned())]);
    assert!(!proxy.has_hit());
}

#[test]
fn a_cut_is_before_the_packet() {
    for kind in [Kind::Cut, Kind::CutInside, Kind::Reset] {
        for (direction, rows) in [(ToServer, "0"), (ToClient, "1")] {
            let (result, there) = meet(kind, direction);
            assert!(result.is_err(), "{kind:?} {direction:?}");
            assert_eq!(there, rows, "{kind:?} {direction:?}");
        }
    }
}

#[test]
fn a_reset_is_no_good_bye() {
    let database = Database::empty();
    let (proxy, mut connection) = connected(&database);
    proxy.arm(Some(Fault { kind: Kind::Reset, direction: ToServer, at: 1 }));
    let error = connection.ping().expect_err("the connection is gone");
    assert!(error.to_string().contains("reset by peer"), "{error}");
}

#[test]
fn a_stall_is_silence_until_the_client_gives_up() {
    for (direction, rows) in [(ToServer, "0"), (ToClient, "1")] {
        let (result, there) = meet(Kind::Stall, direction);
        assert!(result.is_err(), "{direction:?}");
        assert_eq!(there, rows, "{direction:?}");
    }
}

#[test]
fn a_delay_and_an_interruption_that_is_late_lose_nothing() {
    let database = Database::empty();
    database.run("CREATE TABLE t (a INT)");
    let (proxy, mut connection) = connected(&database);
    for (kind, direction) in [(Kind::Delay, ToServer), (Kind::Delay, ToClient), (Kind::Interrupt, ToClient)] {
        proxy.arm(Some(Fault { kind, direction, at: 1 }));
        insert(&mut connection).expect("nothing is lost");
        assert!(proxy.heal());
    }
    assert_eq!(database.ask("SELECT COUNT(*) FROM t"), ["3"]);
}

#[test]
fn an_answer_is_dropped_after_the_work_is_done() {
    let (result, there) = meet(Kind::DropAnswer, ToServer);
    assert!(result.is_err());
    assert_eq!(there, "1");
}

#[test]
fn a_thread_is_killed_before_its_work_or_during_it() {
    let (result, there) = meet(Kind::KillBefore, ToServer);
    assert!(result.is_err());
    assert_eq!(there, "0");
    let (result, there) = meet(Kind::KillAfter, ToServer);
    assert!(result.is_err() || there == "1", "what is acknowledged is there");
}

#[test]
fn a_fault_happens_once() {
    let database = Database::empty();
    let (proxy, _connection) = connected(&database);
    proxy.arm(Some(Fault { kind: Kind::Cut, direction: ToClient, at: 1 }));
    let options = Opts::from_url(proxy.url()).expect("the URL is valid");
    let options = || OptsBuilder::from_opts(options.clone()).prefer_socket(false);
    Conn::new(options()).expect_err("the greeting is cut off");
    Conn::new(options()).expect("the next is not");
}
