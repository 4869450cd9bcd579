//! Passwords that stand in files and environment variables.

use std::{env, fs};

use orm_core::query::Composed;
use orm_core::{Engine, Error};
use orm_sandbox::Sandbox;
use tempfile::NamedTempFile;

#[test]
fn a_password_in_a_file_is_read_anew_for_each_connection() -> orm_core::Result<()> {
    let sandbox = Sandbox::builder().tcp().start().expect("a server starts");
    let file = NamedTempFile::new().expect("a file can be made");
    let admin = Engine::connect(&sandbox.url())?;
    let set = |password: &str| {
        fs::write(file.path(), format!("{password}\n")).expect("the file can be written");
        let create = format!("CREATE OR REPLACE USER app@'127.0.0.1' IDENTIFIED BY '{password}'");
        admin.session().execute(orm_core::sql(Composed(create))).map(drop)
    };
    set("first/S3cr3t")?;
    let address = sandbox.url().split_once('@').map(|(_, rest)| rest.to_owned()).expect("a login");
    let url = format!("mysql://app@{address}?max_lifetime=0s&password_file={}", file.path().display());
    let engine = Engine::connect(&url)?;
    engine.session().sql("SELECT 1").scalar::<i32>()?;
    set("second/S3cr3t")?;
    engine.session().sql("SELECT 1").scalar::<i32>()?;
    fs::write(file.path(), "\n").expect("the file can be written");
    let error = engine.session().sql("SELECT 1").scalar::<i32>().expect_err("there is no password");
    assert!(matches!(error, Error::Setup { .. }) && error.to_string().contains("it is empty"), "{error}");
    let shown = format!("{engine:?} {error} {error:?}");
    assert!(!shown.contains("S3cr3t"), "{shown}");
    Ok(())
}

#[test]
fn a_password_is_taken_from_the_environment() -> orm_core::Result<()> {
    let sandbox = Sandbox::builder().tcp().start().expect("a server starts");
    // A variable that there is everywhere: a test cannot set one for other threads without danger.
    let password = env::var("PATH").expect("there is a PATH").replace('\\', "\\\\").replace('\'', "''");
    let create = format!("CREATE USER app@'127.0.0.1' IDENTIFIED BY '{password}'");
    Engine::connect(&sandbox.url())?.session().execute(orm_core::sql(Composed(create)))?;
    let address = sandbox.url().split_once('@').map(|(_, rest)| rest.to_owned()).expect("a login");
    let engine = Engine::connect(&format!("mysql://app@{address}?password_env=PATH"))?;
    assert_eq!(engine.session().sql("SELECT 1").scalar::<i32>()?, 1);
    let engine = Engine::builder(&format!("mysql://app:wrong@{address}")).password_env("PATH").connect()?;
    assert_eq!(engine.session().sql("SELECT 1").scalar::<i32>()?, 1);
    Ok(())
}
