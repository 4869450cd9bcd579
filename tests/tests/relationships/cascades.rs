//! Members that go with their owner, that go when it lets them go, or that keep it.

use orm_core::{Error, ObjectState, prelude::*};
use tests::{Database, statements};

#[derive(Debug, Model)]
#[model(table = "orders")]
struct Order {
    #[primary_key]
    id: Auto<i32>,
    #[has_many(cascade, delete_orphan)]
    items: HasMany<Item>,
    #[has_many(cascade)]
    notes: HasMany<Note>,
    #[has_one(cascade, delete_orphan)]
    invoice: HasOne<Invoice>,
    #[has_many(restrict)]
    payments: HasMany<Payment>,
    #[has_many(cascade, passive_deletes)]
    events: HasMany<Event>,
}

#[derive(Debug, Model)]
#[model(table = "items")]
struct Item {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    order: BelongsTo<Order>,
    #[has_many(cascade)]
    parts: HasMany<Part>,
}

#[derive(Debug, Model)]
#[model(table = "parts")]
struct Part {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    item: BelongsTo<Item>,
}

#[derive(Debug, Model)]
#[model(table = "notes")]
struct Note {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    text: String,
    #[belongs_to]
    order: Option<BelongsTo<Order>>,
}

#[derive(Debug, Model)]
#[model(table = "invoices")]
struct Invoice {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to(unique)]
    order: BelongsTo<Order>,
}

#[derive(Debug, Model)]
#[model(table = "payments")]
struct Payment {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    order: Option<BelongsTo<Order>>,
}

#[derive(Debug, Model)]
#[model(table = "events")]
struct Event {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to(on_delete = "cascade")]
    order: BelongsTo<Order>,
}

/// Two orders: each with two items of two parts, two notes, an invoice and two events; the second with a payment.
fn orders() -> (Database, Session, Vec<Handle<Order>>) {
    let database = Database::with(&Schema::of::<Order>());
    let mut session = database.engine().session();
    let order = |number: i32| {
        let item = || Item { parts: [Part::default(), Part::default()].into_iter().collect(), ..Default::default() };
        let note = |text: &str| Note { text: format!("{text} {number}"), ..Default::default() };
        Order {
            items: [item(), item()].into_iter().collect(),
            notes: ["first", "second"].map(note).into_iter().collect(),
            invoice: Invoice::default().into(),
            events: [Event::default(), Event::default()].into_iter().collect(),
            ..Default::default()
        }
    };
    let orders = session.add_many([order(1), order(2)]);
    session.add(Payment { order: orders[1].into(), ..Default::default() });
    session.commit().expect("the orders are written");
    let session = database.engine().session();
    let orders = session.query::<Order>().handles().expect("the orders are read");
    (database, session, orders)
}

const COUNTS: &str = "SELECT (SELECT COUNT(*) FROM orders), (SELECT COUNT(*) FROM items), (SELECT COUNT(*) FROM parts), \
                      (SELECT COUNT(*) FROM notes), (SELECT COUNT(*) FROM invoices), (SELECT COUNT(*) FROM events)";

#[test]
fn members_that_are_not_loaded_go_with_their_owner_and_so_do_theirs() -> orm_core::Result<()> {
    // unit-of-work 51, 79
    let (database, mut session, orders) = orders();
    session.delete(orders[0]);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    let sent: Vec<String> = sent.iter().map(|sql| sql.split(" WHERE").next().unwrap_or_default().to_owned()).collect();
    assert_eq!(
        sent,
        [
            "SELECT `items`.`id`, `items`.`order_id` FROM `items`",
            "SELECT `notes`.`id`, `notes`.`text`, `notes`.`order_id` FROM `notes`",
            "SELECT `invoices`.`id`, `invoices`.`order_id` FROM `invoices`",
            "SELECT `parts`.`id`, `parts`.`item_id` FROM `parts`",
            "SELECT `payments`.`order_id`, `payments`.`id` FROM `payments`",
            "DELETE FROM `parts`",
            "DELETE FROM `notes`",
            "DELETE FROM `items`",
            "DELETE FROM `invoices`",
            "DELETE FROM `orders`",
            "COMMIT",
        ]
    );
    assert_eq!(database.ask(COUNTS), ["1 | 2 | 4 | 2 | 1 | 2"]);
    Ok(())
}

#[test]
fn the_statements_of_a_cascade_grow_with_tables_and_not_with_rows() -> orm_core::Result<()> {
    let (database, mut session, _) = orders();
    let orders = session
        .add_many((0..300).map(|_| Order { items: (0..3).map(|_| Item::default()).collect(), ..Default::default() }));
    session.commit()?;
    orders.iter().for_each(|&order| session.delete(order));
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent.len(), 8, "items, notes, invoices, parts, payments; items and orders; COMMIT: {sent:#?}");
    assert_eq!(database.ask("SELECT COUNT(*) FROM items"), ["4"]);
    Ok(())
}

#[test]
fn a_member_that_has_moved_to_another_owner_stays() -> orm_core::Result<()> {
    // unit-of-work 82
    let (database, mut session, orders) = orders();
    let items = session.query::<Item>().order_by(Item::id).handles()?;
    session[items[0]].order.set(orders[1]);
    let note = session.find::<Note>(1)?.expect("a note").handle();
    session[orders[1]].notes.push(note);
    session.delete(orders[0]);
    session.commit()?;
    assert_eq!(database.ask(COUNTS), ["1 | 3 | 6 | 3 | 1 | 2"]);
    Ok(())
}

#[test]
fn a_member_that_has_left_an_owner_which_is_deleted_then_stays() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Order>());
    let mut session = database.engine().session();
    let order = session.add(Order::default());
    let [left, stayed] = ["left", "stayed"].map(|text| Note { text: text.into(), ..Default::default() });
    let [left, stayed] = session.add_all([left, stayed]);
    session[order].notes.extend([left, stayed]);
    session.commit()?;
    session[order].notes.set([stayed]); // nobody has loaded them
    session.delete(order);
    session.commit()?;
    assert_eq!(database.ask("SELECT text, order_id FROM notes"), ["left | NULL"]);
    assert_eq!((session.state(left)?, session.state(stayed)?), (ObjectState::Persistent, ObjectState::Gone));
    Ok(())
}

#[test]
fn a_member_that_leaves_its_owner_is_deleted_as_an_orphan() -> orm_core::Result<()> {
    // unit-of-work 80, 83
    let (database, mut session, orders) = orders();
    let items = session.query::<Item>().order_by(Item::id).handles()?;
    session[orders[0]].items.remove(items[0]);
    session[orders[1]].items.clear();
    session.commit()?;
    assert_eq!(database.ask("SELECT order_id, (SELECT COUNT(*) FROM parts) FROM items"), ["1 | 2"]);
    assert_eq!(session.state(items[0])?, ObjectState::Gone);
    Ok(())
}

#[test]
fn a_member_that_is_replaced_is_deleted_as_an_orphan() -> orm_core::Result<()> {
    // unit-of-work 55, 80
    let (database, mut session, orders) = orders();
    session[orders[0]].invoice.set(Invoice::default());
    session.commit()?;
    assert_eq!(database.ask("SELECT id, order_id FROM invoices ORDER BY id"), ["2 | 2", "3 | 1"]);
    Ok(())
}

#[test]
fn a_member_that_takes_the_place_by_its_foreign_key_replaces_the_other_too() -> orm_core::Result<()> {
    // unit-of-work 57
    let (database, mut session, orders) = orders();
    session.add(Invoice { order: orders[0].into(), ..Default::default() });
    session.commit()?;
    assert_eq!(database.ask("SELECT id, order_id FROM invoices ORDER BY id"), ["2 | 2", "3 | 1"]);
    Ok(())
}

#[test]
fn a_member_that_moves_is_no_orphan() -> orm_core::Result<()> {
    let (database, mut session, orders) = orders();
    let items = session.query::<Item>().order_by(Item::id).handles()?;
    session[orders[0]].items.remove(items[0]);
    session[orders[1]].items.push(items[0]);
    session.commit()?;
    assert_eq!(database.ask("SELECT order_id FROM items ORDER BY id"), ["2", "1", "2", "2"]);
    Ok(())
}

#[test]
fn a_new_member_that_is_taken_out_again_is_never_inserted() -> orm_core::Result<()> {
    // unit-of-work 81
    let (database, mut session, orders) = orders();
    let [first, second, third] = session.add_all([Item::default(), Item::default(), Item::default()]);
    session[orders[0]].items.extend([first, second]);
    session[orders[0]].items.remove(first);
    session[third].order.set(orders[0]);
    session[third].order = BelongsTo::default();
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM items"), ["5"]);
    let states = [session.state(first)?, session.state(second)?, session.state(third)?];
    assert_eq!(states, [ObjectState::Gone, ObjectState::Persistent, ObjectState::Gone]);
    session.add(Item::default());
    assert!(matches!(session.commit(), Err(Error::Unset { model: "Item", field: "order", .. })));
    Ok(())
}

#[test]
fn new_members_of_an_owner_that_is_deleted_before_the_flush_are_never_inserted() -> orm_core::Result<()> {
    let (database, mut session, orders) = orders();
    let pending = session.add(Order { items: [Item::default()].into_iter().collect(), ..Default::default() });
    session[orders[0]].items.push(Item::default());
    session.delete(orders[0]);
    session.delete(pending);
    session.commit()?;
    assert_eq!(database.ask(COUNTS), ["1 | 2 | 4 | 2 | 1 | 2"]);
    Ok(())
}

#[test]
fn what_went_along_comes_back_with_a_rollback_and_waits_again_after_a_failure() -> orm_core::Result<()> {
    let (database, mut session, orders) = orders();
    let items = session.query::<Item>().order_by(Item::id).handles()?;
    session.delete(orders[0]);
    session.flush()?;
    assert_eq!(session.state(items[0])?, ObjectState::Deleted);
    session.rollback()?;
    assert_eq!(session.state(items[0])?, ObjectState::Persistent);
    assert_eq!(session.view(orders[0]).items()?.len(), 2);

    session.delete(orders[0]);
    session.flush()?;
    let wrong = session.add(Note { text: "x".repeat(21), ..Default::default() });
    session.commit().expect_err("the text is too long");
    session[items[0]].order.set(orders[1]);
    session.delete(wrong);
    session.commit()?;
    assert_eq!(database.ask("SELECT id, order_id FROM items ORDER BY id"), ["1 | 2", "3 | 2", "4 | 2"]);
    Ok(())
}

#[test]
fn an_owner_with_members_that_keep_it_is_refused_before_the_database_is_asked_to_delete() -> orm_core::Result<()> {
    let (database, mut session, orders) = orders();
    session.delete(orders[1]);
    let (error, sent) = statements(|| session.commit());
    let message = "`Order` with key 2 cannot be deleted: `Payment.order` of the row with key 1 refers to it";
    assert_eq!(error.expect_err("there is a payment").to_string(), message);
    assert!(!sent.iter().any(|sql| sql.starts_with("DELETE")), "{sent:?}");
    session.find_mut::<Payment>(1).expect_err("the order waits to be deleted");
    session.rollback()?;
    session.find_mut::<Payment>(1)?.expect("the payment is there").order.set(orders[0]);
    session.delete(orders[1]);
    session.commit()?;
    assert_eq!(database.ask("SELECT order_id FROM payments"), ["1"]);
    Ok(())
}

#[test]
fn of_members_that_the_database_deletes_those_that_are_loaded_are_deleted_here() -> orm_core::Result<()> {
    // unit-of-work 51, 159
    let (database, mut session, orders) = orders();
    let event = session.find::<Event>(1)?.expect("an event").handle();
    session.delete(orders[0]);
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert!(sent.contains(&"DELETE FROM `events` WHERE `events`.`id` IN (?)".to_owned()), "{sent:#?}");
    assert!(!sent.iter().any(|sql| sql.contains("FROM `events` WHERE `events`.`order_id`")), "{sent:#?}");
    assert_eq!(session.state(event)?, ObjectState::Gone);
    assert_eq!(database.ask("SELECT order_id FROM events"), ["2", "2"]);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "folders")]
struct Folder {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    parent: Option<BelongsTo<Folder>>,
    #[has_many(cascade, delete_orphan)]
    children: HasMany<Folder>,
}

#[test]
fn a_tree_goes_with_its_root_leaf_first_and_a_branch_when_it_is_cut() -> orm_core::Result<()> {
    // unit-of-work 83, 87
    let database = Database::with(&Schema::of::<Folder>());
    let mut session = database.engine().session();
    let folder = |children: Vec<Folder>| Folder { children: children.into_iter().collect(), ..Default::default() };
    let [one, other] = session.add_all([
        folder(vec![folder(vec![folder(vec![])]), folder(vec![])]),
        folder(vec![folder(vec![folder(vec![])]), folder(vec![])]),
    ]);
    session.commit()?;
    session.delete(one);
    let branch = session.view(other).children()?[0].handle();
    session[branch].parent.clear();
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*), COUNT(parent_id) FROM folders"), ["2 | 1"]);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "keepers")]
struct Keeper {
    #[primary_key]
    id: Auto<i32>,
    #[has_many]
    kept: HasMany<Kept>,
}

#[derive(Debug, Model)]
#[model(table = "kept")]
struct Kept {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    keeper: BelongsTo<Keeper>,
}

#[test]
fn a_row_that_the_server_does_not_delete_is_named_with_the_one_that_refers_to_it() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Keeper>());
    let mut session = database.engine().session();
    let keeper = session.add(Keeper::default());
    session.add(Kept { keeper: keeper.into(), ..Default::default() });
    session.commit()?;
    session.delete(keeper);
    let error = session.commit().expect_err("somebody refers to it");
    let message = "`Keeper` with key 1 cannot be deleted: `Kept.keeper` of the row with key 1 refers to it";
    assert_eq!(error.to_string(), message);
    assert!(matches!(error, Error::Restricted { .. }));
    Ok(())
}

/// A commit that fails for another reason, which is taken away again.
fn fail(session: &mut Session) {
    let wrong = session.add(Note { text: "x".repeat(21), ..Default::default() });
    session.commit().expect_err("the text is too long");
    session.delete(wrong);
}

#[test]
fn a_member_keeps_its_place_when_the_one_that_took_it_is_given_up_after_a_failure() -> orm_core::Result<()> {
    let (database, mut session, orders) = orders();
    let new = session.add(Invoice { order: orders[0].into(), ..Default::default() });
    session.pending()?;
    fail(&mut session);
    session.delete(new);
    session.commit()?;
    assert_eq!(database.ask("SELECT id, order_id FROM invoices ORDER BY id"), ["1 | 1", "2 | 2"]);
    Ok(())
}

#[test]
fn of_two_that_took_a_place_one_after_the_other_in_a_transaction_that_failed_the_later_one_has_it()
-> orm_core::Result<()> {
    let (database, mut session, orders) = orders();
    session.add(Invoice { order: orders[0].into(), ..Default::default() });
    session.flush()?;
    let later = session.add(Invoice { order: orders[0].into(), ..Default::default() });
    fail(&mut session);
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM invoices WHERE order_id = 1"), ["1"]);
    assert_eq!(session.view(orders[0]).invoice()?.map(|invoice| invoice.handle()), Some(later));
    Ok(())
}

#[test]
fn an_orphan_that_was_never_inserted_can_find_another_owner_after_a_failure() -> orm_core::Result<()> {
    let (database, mut session, orders) = orders();
    let item = session.add(Item { order: orders[0].into(), ..Default::default() });
    session[item].order = BelongsTo::default();
    fail(&mut session);
    session[item].order.set(orders[1]);
    session.commit()?;
    assert_eq!(database.ask("SELECT order_id FROM items ORDER BY id"), ["1", "1", "2", "2", "2"]);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "trees")]
struct Tree {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    root: Option<BelongsTo<Tree>>,
    #[has_many(inverse = root, cascade)]
    branches: HasMany<Tree>,
    #[belongs_to]
    supports: Option<BelongsTo<Tree>>,
    #[has_many(inverse = supports)]
    props: HasMany<Tree>,
}

#[test]
fn what_was_given_to_a_member_that_goes_along_is_released() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Tree>());
    let mut session = database.engine().session();
    let [root, other] = session.add_all([Tree::default(), Tree::default()]);
    let branch = session.add(Tree { root: root.into(), ..Default::default() });
    session.commit()?;
    session[branch].props.push(other);
    session.delete(root);
    session.commit()?;
    assert_eq!(database.ask("SELECT id, supports_id FROM trees"), ["2 | NULL"]);
    Ok(())
}
