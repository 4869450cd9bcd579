//! The listings of `guide/connections.md`.

use std::time::Duration;

use orm_core::{Error, SslMode};
use tests::Database;

use super::*;

#[test]
fn an_engine_is_built() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Department>());
    let url = database.url();
    let engine = Engine::builder(url)
        .pool_size(2)
        .wait_timeout(Duration::from_millis(50))
        .read_timeout(Duration::from_secs(60))
        .connect()?;
    let [one, other, third] = [engine.session(), engine.session(), engine.session()];
    one.query::<Department>().count()?;
    other.query::<Department>().count()?;
    let error = third.query::<Department>().count().expect_err("both connections are in use");
    assert!(matches!(error, Error::Exhausted { size: 2, .. }));
    drop(other); // its transaction is rolled back, and the connection is free
    third.query::<Department>().count()?;
    Ok(())
}

#[test]
fn options_are_checked() {
    let url = "mysql://app_user@db.example.com/planning?pool_size=8&read_timeout=1m&password_file=/run/p";
    assert!(Engine::builder(url).check().is_ok());
    let url = "mysql://app_user:p/w@db.example.com/planning";
    let error = Engine::builder(url).check().expect_err("the password is not written as it must be");
    assert!(error.to_string().contains("write %40 for `@`, %2F for `/`"));
    let error = Engine::builder("mysql://db.example.com/?poolsize=8").check().expect_err("there is no such option");
    assert!(error.to_string().ends_with("`poolsize` is not an option; did you mean `pool_size`?"));
}

#[test]
fn encryption_is_said() {
    let engine = Engine::builder("mysql://app_user@db.internal/planning")
        .ssl_mode(SslMode::VerifyIdentity)
        .ssl_ca("/etc/ssl/our-ca.pem")
        .password_env("DB_PASSWORD");
    assert!(engine.check().is_ok());
}
