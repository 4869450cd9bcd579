//! Statements for many rows: what they send, what they give, and what becomes of loaded objects.

mod delete_all;
mod insert_all;
mod streaming;
mod terms;
mod undone;
mod update_all;
mod upsert;

use orm_core::prelude::*;
use tests::Database;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "shelves")]
struct Shelf {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    name: String,
    #[has_many]
    products: HasMany<Product>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "products")]
struct Product {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    name: String,
    stock: i32,
    minimum: i32,
    #[column(length = 20)]
    note: Option<String>,
    #[belongs_to]
    shelf: Option<BelongsTo<Shelf>>,
    #[has_many]
    labels: HasMany<Label>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "labels")]
struct Label {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    text: String,
    #[belongs_to(on_delete = "cascade")]
    product: BelongsTo<Product>,
}

/// A price with a key of two columns.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "prices")]
struct Price {
    #[primary_key]
    #[column(length = 10)]
    article: String,
    #[primary_key]
    day: NaiveDate,
    cents: i64,
}

fn product(name: &str, stock: i32, minimum: i32) -> Product {
    Product { name: name.into(), stock, minimum, ..Default::default() }
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 5, day).expect("a day")
}

fn price(article: &str, on: u32, cents: i64) -> Price {
    Price { article: article.into(), day: day(on), cents }
}

/// Tea (1) and milk (2) on the upper shelf (1), salt (3) on the lower one (2), and a session that has read nothing.
fn stocked() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Shelf>());
    let mut session = database.engine().session();
    let [upper, lower] = ["upper", "lower"].map(|name| session.add(Shelf { name: name.into(), ..Default::default() }));
    session.add_all([
        Product { shelf: upper.into(), ..product("tea", 10, 5) },
        Product { shelf: upper.into(), ..product("milk", 2, 4) },
        Product { shelf: lower.into(), ..product("salt", 7, 7) },
    ]);
    session.commit().expect("the products are committed");
    let session = database.engine().session();
    (database, session)
}

fn find<M: orm_core::support::Model<Key = i32>>(session: &Session, key: i32) -> Handle<M> {
    session.find::<M>(key).expect("an answer").expect("the object is there").handle()
}
