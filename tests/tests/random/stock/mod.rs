//! Products with a version, a computed column and a default of the server's; terms, and statements for many rows.

mod oracle;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use orm_core::prelude::*;
use proptest::prelude::*;

use super::walk::walks;
use super::world::{Done, Facts, World};
use oracle::{Number, Oracle, Term, fact};

#[derive(Debug, Model)]
#[model(table = "shelves")]
struct Shelf {
    #[primary_key]
    id: Auto<i32>,
    number: i32,
    #[has_many]
    products: HasMany<Product>,
}

#[derive(Debug, Model)]
#[model(table = "products")]
struct Product {
    #[primary_key]
    id: Auto<i32>,
    number: i32,
    stock: i32,
    sold: i32,
    #[column(computed = "stock + sold")]
    bought: Auto<i64>,
    #[column(server_default = "7")]
    made: Auto<i32>,
    #[version]
    version: i32,
    #[belongs_to]
    shelf: Option<BelongsTo<Shelf>>,
}

#[derive(Debug, Clone)]
enum Step {
    Add(Number),
    /// With `sold` calculated by the INSERT.
    AddCounted(Number, i32),
    AddShelf(Number),
    Stock(Number, i32),
    Sold(Number, i32),
    Made(Number, i32),
    /// `stock = stock - 1`
    Sell(Number),
    /// `sold = sold + stock`
    Count(Number),
    PutOn(Number, Number),
    TakeDown(Number),
    Push {
        shelf: Number,
        product: Number,
    },
    Empty(Number),
    Delete(Number),
    DeleteShelf(Number),
    Get(Number),
    Expire(Number),
    Refresh(Number),
    Merge(Number, i32),
    /// Those with more than this get so many more.
    UpdateAll {
        more_than: i32,
        add: i32,
    },
    DeleteAll {
        stock: i32,
    },
}

/// Names of products are below 10, those of shelves from there.
#[derive(Clone, Default)]
struct Stock {
    oracle: Oracle,
    products: BTreeMap<Number, Handle<Product>>,
    shelves: BTreeMap<Number, Handle<Shelf>>,
    has_run_statements: bool,
    /// Whether handles may show what was before a statement for many rows.
    is_stale: bool,
    /// The same at the last commit, where nothing has been read since.
    was_stale: bool,
    /// Products that were first read after such a statement: nobody knows what they were before.
    late: BTreeSet<Number>,
}

impl World for Stock {
    type Step = Step;

    fn schema() -> Schema {
        Schema::of::<Product>()
    }

    fn tables() -> &'static [&'static str] {
        &["products", "shelves"]
    }

    fn beginning() -> Vec<Step> {
        vec![Step::Add(0), Step::Add(1), Step::AddCounted(2, 3), Step::AddShelf(10), Step::AddShelf(11)]
    }

    fn steps() -> BoxedStrategy<Step> {
        let (product, shelf, value) = (0..4u16, 10..12u16, 1..9i32);
        prop_oneof![
            2 => product.clone().prop_map(Step::Add),
            1 => (product.clone(), value.clone()).prop_map(|(name, value)| Step::AddCounted(name, value)),
            1 => shelf.clone().prop_map(Step::AddShelf),
            4 => (product.clone(), value.clone()).prop_map(|(name, value)| Step::Stock(name, value)),
            2 => (product.clone(), value.clone()).prop_map(|(name, value)| Step::Sold(name, value)),
            1 => (product.clone(), value.clone()).prop_map(|(name, value)| Step::Made(name, value)),
            3 => product.clone().prop_map(Step::Sell),
            3 => product.clone().prop_map(Step::Count),
            2 => (product.clone(), shelf.clone()).prop_map(|(name, shelf)| Step::PutOn(name, shelf)),
            1 => product.clone().prop_map(Step::TakeDown),
            2 => (shelf.clone(), product.clone()).prop_map(|(shelf, product)| Step::Push { shelf, product }),
            1 => shelf.clone().prop_map(Step::Empty),
            1 => product.clone().prop_map(Step::Delete),
            1 => shelf.prop_map(Step::DeleteShelf),
            1 => product.clone().prop_map(Step::Get),
            1 => product.clone().prop_map(Step::Expire),
            1 => product.clone().prop_map(Step::Refresh),
            2 => (product, value.clone()).prop_map(|(name, value)| Step::Merge(name, value)),
            1 => (value.clone(), value.clone()).prop_map(|(more_than, add)| Step::UpdateAll { more_than, add }),
            1 => value.prop_map(|stock| Step::DeleteAll { stock }),
        ]
        .boxed()
    }

    fn step(&mut self, session: &mut Session, step: &Step) -> Done {
        match *step {
            Step::Add(name) => self.add(session, name, 0, None),
            Step::AddCounted(name, stock) => self.add(session, name, stock, Some(Term::Count)),
            Step::AddShelf(name) => {
                if let Some(number) = self.oracle.name(name) {
                    let shelf = session.add(Shelf { number: number.into(), ..Default::default() });
                    self.shelves.insert(number, shelf);
                    self.oracle.now.shelves.insert(number);
                }
                Ok(())
            }
            Step::Stock(name, stock) => self.change(session, name, |row| row.stock = stock, |to| to.stock = stock),
            Step::Sold(name, sold) => self.change(session, name, |row| row.sold = sold, |to| to.sold = sold),
            Step::Made(name, made) => self.change(session, name, |row| row.made = made.into(), |to| to.made = made),
            Step::Sell(name) => self.assign(session, name, Term::Sell),
            Step::Count(name) => self.assign(session, name, Term::Count),
            Step::PutOn(name, shelf) => {
                let Some((number, shelf)) = self.shelf(shelf) else { return Ok(()) };
                self.change(session, name, |row| row.shelf.set(shelf), |to| to.shelf = Some(number))
            }
            Step::TakeDown(name) => self.change(session, name, |row| row.shelf.clear(), |to| to.shelf = None),
            Step::Push { shelf, product } => self.push(session, shelf, product),
            Step::Empty(shelf) => self.empty(session, shelf),
            Step::Delete(name) => self.delete(session, name),
            Step::DeleteShelf(name) => {
                if let Some((number, shelf)) = self.shelf(name) {
                    session.delete(shelf);
                    self.oracle.now.shelves.remove(&number);
                    self.shelves.remove(&number);
                }
                Ok(())
            }
            Step::Get(name) => self.product(session, name).map(drop),
            Step::Expire(name) => self.expire(session, name),
            Step::Refresh(name) => self.refresh(session, name),
            Step::Merge(name, stock) => self.merge(session, name, stock),
            Step::UpdateAll { more_than, add } => self.update_all(session, more_than, add),
            Step::DeleteAll { stock } => self.delete_all(session, stock),
        }
    }

    fn flushed(&mut self) {
        self.oracle.flushed();
    }

    fn committed(&mut self) {
        self.oracle.committed();
        (self.has_run_statements, self.was_stale) = (false, self.is_stale);
        self.late.clear();
    }

    /// Terms of the same column would take each other's place, if more were assigned before they are sent again.
    fn failed(&mut self, session: &mut Session) -> Done {
        self.oracle.failed();
        session.flush()?;
        self.flushed();
        Ok(())
    }

    fn rolled_back(&mut self) {
        self.oracle.rolled_back();
        let is_late = |number: &Number| self.late.contains(number);
        self.products.retain(|number, _| self.oracle.now.products.contains_key(number) && !is_late(number));
        self.shelves.retain(|number, _| self.oracle.now.shelves.contains(number));
        (self.has_run_statements, self.is_stale) = (false, self.was_stale);
        self.late.clear();
    }

    fn kept(&mut self, before: &Self) {
        self.oracle.kept(&before.oracle);
        self.has_run_statements |= before.has_run_statements;
        self.was_stale = before.was_stale;
        self.late.extend(&before.late);
    }

    fn cleared(&mut self) {
        self.products.clear();
        self.shelves.clear();
    }

    fn has_run_statements(&self) -> bool {
        self.has_run_statements
    }

    fn expected(&self) -> Facts {
        self.oracle.facts()
    }

    fn shown(&self, session: &Session) -> Facts {
        if self.is_stale {
            return Facts::new();
        }
        let id = |shelf: &Handle<Shelf>| session[*shelf].id.get();
        let shown = |(&number, &handle): (&Number, &Handle<Product>)| {
            let key = session[handle].shelf.key();
            let shelf = self.shelves.iter().find(|(_, shelf)| key.is_some() && id(shelf) == key);
            (key.is_none() || shelf.is_some())
                .then(|| fact(number, row(&session[handle], shelf.map(|(number, _)| *number))))
        };
        self.products.iter().filter_map(shown).collect()
    }

    fn seen(&mut self, session: &Session) -> Done<Facts> {
        let mut facts = Facts::new();
        for product in session.query::<Product>().all()? {
            let shelf = product.shelf()?.map(|shelf| number(shelf.number));
            facts.insert(fact(number(product.number), row(product.get(), shelf)));
            if self.products.insert(number(product.number), product.handle()).is_none() && self.has_run_statements {
                self.late.insert(number(product.number));
            }
        }
        for shelf in session.query::<Shelf>().all()? {
            facts.insert(format!("{} is a shelf", shelf.number));
            self.shelves.entry(number(shelf.number)).or_insert(shelf.handle());
            for product in shelf.products()? {
                prop_assert_eq!(product.shelf()?.map(|other| other.handle()), Some(shelf.handle()));
            }
        }
        self.is_stale = false;
        self.was_stale &= self.has_run_statements;
        Ok(facts)
    }

    fn stored() -> String {
        "SELECT CONCAT(p.number, ': ', p.stock, ' + ', p.sold, ' = ', p.bought, ', made ', p.made, ', version ', p.version, \
         ', ', COALESCE(CONCAT('shelf ', s.number), 'no shelf')) FROM products p LEFT JOIN shelves s ON s.id = p.shelf_id \
         UNION ALL SELECT CONCAT(number, ' is a shelf') FROM shelves"
            .to_owned()
    }
}

fn number(number: i32) -> Number {
    Number::try_from(number).expect("numbers are small")
}

/// What an object shows. Of what the database computes, the walk knows what it must be.
fn row(product: &Product, shelf: Option<Number>) -> oracle::Product {
    let (stock, sold, version) = (product.stock, product.sold, product.version);
    assert_eq!(product.bought.get(), Some(i64::from(stock + sold)), "what is bought by {product:?}");
    oracle::Product { stock, sold, made: product.made.get().unwrap_or_default(), version, shelf }
}

#[test]
fn products_with_versions_and_terms_end_as_the_oracle_says() {
    walks::<Stock>();
}
