//! The columns of embedded values in DDL and diagrams, and columns that two fields claim.

use expect_test::expect;
use orm_core::prelude::*;
use tests::Database;

use crate::embedded::{Customer, customers};

#[test]
fn the_table_has_the_columns_under_their_prefixes_after_its_own() {
    expect![[r#"
        CREATE TABLE `customers` (
          `id` INT NOT NULL AUTO_INCREMENT,
          `name` VARCHAR(50) NOT NULL,
          `address_street` VARCHAR(100) NOT NULL,
          `address_zip` VARCHAR(10) NOT NULL,
          `address_city` VARCHAR(50) NULL,
          `address_land` VARCHAR(2) NOT NULL DEFAULT 'DE',
          `billing_street` VARCHAR(100) NULL,
          `billing_zip` VARCHAR(10) NULL,
          `billing_city` VARCHAR(50) NULL,
          `billing_land` VARCHAR(2) NULL,
          PRIMARY KEY (`id`),
          KEY `ix_customers_address_zip` (`address_zip`),
          KEY `ix_customers_billing_zip` (`billing_zip`),
          CONSTRAINT `ck_customers_address_zip` CHECK (`address_zip` <> ''),
          CONSTRAINT `ck_customers_billing_zip` CHECK (`billing_zip` <> '')
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
    "#]]
    .assert_eq(&Schema::of::<Customer>().ddl());
}

#[test]
fn the_diagram_has_them_too() {
    expect![[r#"
        erDiagram
            customers {
                INT id PK
                VARCHAR(50) name
                VARCHAR(100) address_street
                VARCHAR(10) address_zip
                VARCHAR(50) address_city "NULL"
                VARCHAR(2) address_land
                VARCHAR(100) billing_street "NULL"
                VARCHAR(10) billing_zip "NULL"
                VARCHAR(50) billing_city "NULL"
                VARCHAR(2) billing_land "NULL"
            }
    "#]]
    .assert_eq(&Schema::of::<Customer>().mermaid());
}

#[test]
fn a_row_of_somebody_else_without_a_value_is_read_as_none() -> orm_core::Result<()> {
    let (database, session) = customers();
    database.run("INSERT INTO customers (name, address_street, address_zip) VALUES ('Eve', 'Weg 4', '80331')");
    let eve = session.find::<Customer>(3)?.expect("the row is there");
    assert_eq!((eve.address.country.as_str(), eve.bill_to.as_ref()), ("DE", None));
    Ok(())
}

#[derive(Debug, Embed)]
struct Login {
    #[column(length = 40, unique)]
    name: String,
    #[column(sql_type = "TINYTEXT", comment = "hashed")]
    password: String,
}

#[derive(Debug, Model)]
#[model(table = "users")]
struct User {
    #[primary_key]
    id: Auto<i32>,
    #[embed]
    login: Login,
}

#[test]
fn a_unique_value_inside_is_given_from_one_object_to_another() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<User>());
    let mut session = database.engine().session();
    let login = |name: &str| Login { name: name.into(), ..Default::default() };
    let ada = session.add(User { login: login("ada"), ..Default::default() });
    let bob = session.add(User { login: login("bob"), ..Default::default() });
    session.commit()?;
    session[bob].login.name = "ada".into();
    session.delete(ada);
    session.commit()?;
    assert_eq!(database.ask("SELECT id, login_name FROM users"), ["2 | ada"]);
    session.add(User { login: login("ada"), ..Default::default() });
    let error = session.commit().expect_err("the name is taken");
    assert!(error.to_string().contains("uq_users_login_name"), "{error}");
    Ok(())
}

#[derive(Debug, Embed)]
struct Name {
    #[column(name = "First")]
    first: String,
    last: String,
}

#[derive(Debug, Model)]
struct Person {
    #[primary_key]
    id: Auto<i32>,
    name_first: String,
    #[embed]
    name: Name,
}

#[test]
fn a_column_that_two_fields_claim_is_told_when_the_tables_are_created() {
    let database = Database::empty();
    let error = database.engine().create_all(&Schema::of::<Person>()).expect_err("two fields have one column");
    assert_eq!(
        error.to_string(),
        "the models do not make a schema: `Person.name_first` and `Person.name.first` both have the column `name_First`; \
         write another prefix, `#[embed(prefix = \"…\")]`"
    );
    assert_eq!(database.ask("SHOW TABLES"), [""; 0]);
}
