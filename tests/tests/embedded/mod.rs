//! Embedded values: the customers of a shop, whose addresses are columns of their table.

mod changes;
mod failures;
mod nested;
mod queries;
mod relationships;
mod tables;

use orm_core::prelude::*;
use tests::Database;

#[derive(Clone, Debug, PartialEq, Embed)]
pub(crate) struct Address {
    #[column(length = 100)]
    street: String,
    #[column(length = 10, index, check = "`zip` <> ''")]
    zip: String,
    #[column(length = 50)]
    city: Option<String>,
    #[column(length = 2, default = "DE", name = "land")]
    country: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "customers")]
pub(crate) struct Customer {
    #[primary_key]
    id: Auto<i32>,
    #[embed]
    address: Address,
    #[embed(prefix = "billing_")]
    bill_to: Option<Address>,
    #[column(length = 50)]
    name: String,
}

fn address(street: &str, zip: &str, city: &str) -> Address {
    Address { street: street.into(), zip: zip.into(), city: Some(city.into()), ..Default::default() }
}

fn customer(name: &str, address: Address, bill_to: Option<Address>) -> Customer {
    Customer { name: name.into(), address, bill_to, ..Default::default() }
}

/// Ada gets her bills at home, Bob in Bonn; what a new session has not read.
fn customers() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Customer>());
    let mut session = database.engine().session();
    session.add(customer("Ada", address("Am Tor 1", "10115", "Berlin"), None));
    session.add(customer("Bob", address("Zoo 2", "20095", "Hamburg"), Some(address("Markt 3", "53111", "Bonn"))));
    session.commit().expect("the customers are committed");
    let session = database.engine().session();
    (database, session)
}

fn find(session: &Session, id: i32) -> Handle<Customer> {
    session.find::<Customer>(id).expect("the customers are read").expect("the customer is there").handle()
}
