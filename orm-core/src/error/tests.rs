//! What errors say, and what they are.

use std::error::Error as _;

use super::*;

fn said(code: u16, statement: &str) -> ServerError {
    ServerError::new(code, "23000".into(), "Duplicate entry".into(), statement.into())
}

#[test]
fn a_result_is_not_much_larger_for_its_errors() {
    assert!(size_of::<Error>() <= 120, "{}", size_of::<Error>());
}

#[test]
fn a_long_statement_is_cut_in_the_text_only() {
    let statement = format!("INSERT INTO `t` (`é`) VALUES {}", vec!["(?)"; 1000].join(", "));
    let error = Error::Server { source: said(1062, &statement) };
    let text = error.to_string();
    assert!(text.contains("INSERT INTO `t`") && text.ends_with("characters in all)"), "{text}");
    assert!(text.len() < 500, "{text}");
    assert_eq!(error.server().map(ServerError::statement), Some(&*statement));
}

#[test]
fn an_error_is_found_in_those_that_say_when_it_happened() {
    let deadlock = Error::Deadlock { source: said(1213, "UPDATE") };
    let flushed = Error::Autoflush { source: Box::new(deadlock) };
    assert!(matches!(flushed.innermost(), Error::Deadlock { .. }));
    assert!(flushed.is_retryable() && !flushed.is_constraint());
    assert_eq!(flushed.server().map(ServerError::code), Some(1213));
    assert!(matches!(Error::Streaming.innermost(), Error::Streaming));
    assert_eq!(Error::Streaming.server(), None);
}

#[test]
fn sources_lead_to_what_the_server_said() {
    let error = Error::Autoflush { source: Box::new(Error::Denied { source: said(1142, "SELECT 1") }) };
    let innermost = error.source().and_then(|denied| denied.source()).expect("a source of the source");
    assert_eq!(innermost.downcast_ref::<ServerError>(), Some(&said(1142, "SELECT 1")));
}

#[test]
fn a_transaction_is_run_again_where_it_may_succeed_then() {
    let server = |code, state: &str| Error::Server {
        source: ServerError::new(code, state.into(), String::new(), String::new()),
    };
    let lost = || Error::Connection { server: "db".into(), reason: "broken pipe".into() };
    assert!(lost().is_retryable());
    assert!(server(1047, "08S01").is_retryable(), "a Galera node without its cluster");
    assert!(server(3101, "40000").is_retryable(), "a group of MySQL servers has rolled back");
    assert!(!server(1180, "HY000").is_retryable(), "whether it was committed is not known");
    assert!(!Error::CommitUnknown { server: "db".into(), reason: "broken pipe".into() }.is_retryable());
    assert!(!Error::Login { server: "db".into(), source: said(1045, "") }.is_retryable());
    assert!(!Error::Interrupted { source: said(1317, "SELECT") }.is_retryable());
}

#[test]
fn the_text_names_the_model_and_what_to_do_and_then_lets_the_server_speak() {
    let duplicate = |model, fields| Error::Duplicate {
        key: Some("uq_users_email".into()),
        model,
        fields,
        columns: Vec::new(),
        source: said(1062, "INSERT INTO `users`"),
    };
    assert_eq!(
        duplicate(Some("User"), vec!["email", "name"]).to_string(),
        "a `User` with this `email` and `name` is there already (key `uq_users_email`): give another value, or change the \
         row that is there; the server says: Duplicate entry (code 1062, state 23000) in: INSERT INTO `users`"
    );
    assert!(
        duplicate(None, Vec::new()).to_string().starts_with("a row with these values of a unique key is there already")
    );
}
