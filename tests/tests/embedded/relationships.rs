//! Relationships of models that have embedded values, wherever the values stand among the fields.

use expect_test::expect;
use orm_core::prelude::*;
use tests::{Database, statements};

use crate::embedded::{Address, address};

#[derive(Clone, Debug, PartialEq, Embed)]
struct Price {
    #[column(precision = 10, scale = 2)]
    amount: String,
    #[column(length = 3, default = "EUR")]
    currency: String,
}

#[derive(Debug, Model)]
#[model(table = "shops")]
struct Shop {
    #[embed]
    address: Address,
    #[has_many]
    orders: HasMany<Order>,
    #[primary_key]
    id: Auto<i32>,
}

#[derive(Debug, Model)]
#[model(table = "orders")]
struct Order {
    #[embed]
    price: Price,
    #[belongs_to]
    shop: BelongsTo<Shop>,
    #[embed]
    discount: Option<Price>,
    #[primary_key]
    id: Auto<i32>,
}

fn price(amount: &str) -> Price {
    Price { amount: amount.into(), ..Default::default() }
}

#[test]
fn relationships_and_embedded_values_do_not_get_in_each_others_way() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Shop>());
    let mut session = database.engine().session();
    let order = Order { price: price("9.50"), discount: Some(price("1.00")), ..Default::default() };
    let [north, south] = ["Nordweg 1", "Südweg 2"]
        .map(|street| session.add(Shop { address: address(street, "10115", "Berlin"), ..Default::default() }));
    session[north].orders.push(order);
    session.commit()?;
    let order = session.view(north).orders()?[0].handle();
    session[order].shop.set(south);
    session[order].price.amount = "8.00".into();
    session[order].discount = None;
    let (committed, sent) = statements(|| session.commit());
    committed?;
    expect![[r#"
        UPDATE `orders` SET `shop_id` = ?, `price_amount` = ?, `discount_amount` = ?, `discount_currency` = ? WHERE `id` = ?
        COMMIT"#]].assert_eq(&sent.join("\n"));
    let session = database.engine().session();
    let found = session
        .query::<Shop>()
        .filter(Shop::orders.any(Order::price.amount.eq("8.00") & Order::discount.currency.is_null()))
        .one()?;
    assert_eq!(found.address.street, "Südweg 2");
    let orders = found.orders()?;
    assert_eq!(
        orders.iter().map(|order| (&order.price, &order.discount)).collect::<Vec<_>>(),
        [(&price("8.00"), &None)]
    );
    assert_eq!(orders[0].shop()?.address.street, "Südweg 2");
    Ok(())
}
