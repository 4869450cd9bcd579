//! A started sandbox is a usable server of one's own.

use mysql::prelude::Queryable;
use orm_sandbox::Sandbox;

use crate::child::{self, Role};
use crate::support::{
    ask, cache_without_data, connect, connect_to_socket, connect_to_url, is_empty, started, temporary_directory,
};

const PROCESSES: usize = 8;

#[test]
fn a_started_server_speaks_unicode_in_universal_time() {
    let sandbox = started();
    let mut connection = connect(&sandbox);
    let settings: (String, String, String) = connection
        .query_first("SELECT @@character_set_server, @@collation_server, @@time_zone")
        .expect("an answer")
        .expect("a row");
    assert_eq!(settings, ("utf8mb4".to_owned(), "utf8mb4_unicode_ci".to_owned(), "+00:00".to_owned()));
}

#[test]
fn tables_of_both_engines_can_be_used() {
    let sandbox = started();
    let mut connection = connect(&sandbox);
    for statement in [
        "CREATE DATABASE shop",
        "CREATE TABLE shop.fruit (name VARCHAR(20) PRIMARY KEY) ENGINE=InnoDB",
        "CREATE TABLE shop.log (line TEXT) ENGINE=Aria",
        "INSERT INTO shop.fruit VALUES ('kiwi 🥝')",
        "INSERT INTO shop.log VALUES ('sold')",
    ] {
        connection.query_drop(statement).expect(statement);
    }
    let name: String = ask(&mut connection, "SELECT name FROM shop.fruit");
    assert_eq!(name, "kiwi 🥝");
}

#[test]
fn the_small_files_of_the_server_grow_with_the_data() {
    let sandbox = started();
    let mut connection = connect(&sandbox);
    for statement in [
        "CREATE DATABASE archive",
        "CREATE TABLE archive.film (picture LONGBLOB)",
        "START TRANSACTION",
        "INSERT INTO archive.film SELECT REPEAT('x', 12 * 1024 * 1024) FROM archive.seq_1_to_4",
        "COMMIT",
    ] {
        connection.query_drop(statement).expect(statement);
    }
    let bytes: u64 = ask(&mut connection, "SELECT SUM(LENGTH(picture)) FROM archive.film");
    assert_eq!(bytes, 4 * 12 * 1024 * 1024);
}

#[test]
fn two_sandboxes_do_not_see_each_other() {
    let (one, other) = (started(), started());
    assert_ne!(one.url(), other.url());
    connect(&one).query_drop("CREATE DATABASE only_here").expect("a database");
    let found: u8 =
        ask(&mut connect(&other), "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = 'only_here'");
    assert_eq!(found, 0);
}

#[test]
fn a_port_lets_in_the_user_of_the_url_and_nobody_else() {
    let sandbox = Sandbox::builder().tcp().start().expect("it starts");
    let url = sandbox.url();
    let mut connection = connect_to_url(&url).expect("the user of the URL is let in");
    connection.query_drop("CREATE DATABASE shop").expect("with all rights");
    connect_to_url(&sandbox.url_for("shop")).expect("the database is there");

    let (_, host) = url.split_once('@').expect("a user stands before the host");
    for stranger in ["root", "root:guess", "sandbox", "sandbox:guess"] {
        let result = connect_to_url(&format!("mysql://{stranger}@{host}"));
        assert!(result.is_err(), "{stranger} was let in");
    }
    connect_to_socket(sandbox.socket());
}

#[test]
fn the_password_of_a_port_is_not_shown() {
    let sandbox = Sandbox::builder().tcp().start().expect("it starts");
    let url = sandbox.url();
    let (before_host, _) = url.split_once('@').expect("a user stands before the host");
    let password = before_host.rsplit(':').next().expect("a password");
    assert_eq!(password.len(), 32);
    let shown = format!("{sandbox:?}");
    assert!(shown.contains("mysql://sandbox@127.0.0.1:"), "{shown}");
    assert!(!shown.contains(password), "{shown}");
}

#[test]
fn a_crashed_server_comes_back_with_what_was_committed() {
    for builder in [Sandbox::builder(), Sandbox::builder().tcp()] {
        let mut sandbox = builder.start().expect("it starts");
        let mut connection = connect(&sandbox);
        connection.query_drop("CREATE DATABASE shop").expect("a database");
        connection.query_drop("CREATE TABLE shop.fruit AS SELECT 'kiwi' AS name").expect("a table");

        let url = sandbox.url();
        sandbox.kill().expect("the server can be killed");
        connection.query_drop("SELECT 1").expect_err("nobody answers");
        sandbox.restart().expect("the server comes back");

        assert_eq!(sandbox.url(), url);
        let name: String = ask(&mut connect(&sandbox), "SELECT name FROM shop.fruit");
        assert_eq!(name, "kiwi");
    }
}

#[test]
fn a_running_server_can_be_restarted() {
    let mut sandbox = started();
    connect(&sandbox).query_drop("CREATE DATABASE shop").expect("a database");
    sandbox.restart().expect("the server comes back");
    connect(&sandbox).query_drop("USE shop").expect("it is still there");
}

#[test]
fn many_processes_can_start_at_once_even_the_first_time() {
    let cache = cache_without_data();
    let temporary = temporary_directory();
    let children: Vec<_> = (0..PROCESSES)
        .map(|_| {
            child::command(Role::Ask, temporary.path())
                .env("ORM_SANDBOX_CACHE", cache.path())
                .spawn()
                .expect("the child starts")
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().expect("the child ends");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}");
    }
    assert!(is_empty(temporary.path()));
}

#[test]
fn a_damaged_data_directory_in_the_cache_is_made_again() {
    let cache = cache_without_data();
    let temporary = temporary_directory();
    let start = || {
        child::success(child::command(Role::Ask, temporary.path()).env("ORM_SANDBOX_CACHE", cache.path()));
    };
    start();
    let data = data_directory_in(cache.path());
    std::fs::remove_file(data.join("mysql/global_priv.MAD")).expect("a file to lose");
    start();
    std::fs::write(data.join("ibdata1"), "cut off").expect("a file to spoil");
    start();
    std::fs::remove_dir_all(&data).expect("a directory to lose");
    start();
}

fn data_directory_in(cache: &std::path::Path) -> std::path::PathBuf {
    let entries = std::fs::read_dir(cache).expect("the cache is there");
    let mut paths = entries.map(|entry| entry.expect("an entry").path());
    let is_data = |path: &std::path::PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy();
        name.starts_with("data-")
    };
    paths.find(is_data).expect("a data directory").join("tree")
}
