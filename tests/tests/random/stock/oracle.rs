//! What should have become of products with versions, terms and computed columns.

use std::collections::{BTreeMap, BTreeSet};

use super::super::world::Facts;

pub(super) type Number = u16;

/// A row, without what the database computes from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Product {
    pub(super) stock: i32,
    pub(super) sold: i32,
    pub(super) made: i32,
    pub(super) version: i32,
    pub(super) shelf: Option<Number>,
}

/// What the server puts into `made`.
pub(super) const MADE: i32 = 7;

/// What the database calculates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Term {
    /// `stock - 1`
    Sell,
    /// `sold + stock`
    Count,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    pub(super) products: BTreeMap<Number, Product>,
    pub(super) shelves: BTreeSet<Number>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Oracle {
    pub(super) now: Rows,
    /// As the transaction has written it.
    pub(super) stored: Rows,
    pub(super) saved: Rows,
    /// Terms that wait.
    terms: BTreeSet<(Number, Term)>,
    /// Terms that the transaction has sent, with what came of them.
    sent: BTreeMap<(Number, Term), i32>,
    lives: BTreeMap<Number, u16>,
}

impl Product {
    fn set(&mut self, term: Term, row: Self) {
        match term {
            Term::Sell => self.stock = row.stock - 1,
            Term::Count => self.sold = row.sold + row.stock,
        }
    }

    fn shown(&self, term: Term) -> i32 {
        match term {
            Term::Sell => self.stock,
            Term::Count => self.sold,
        }
    }
}

impl Oracle {
    pub(super) fn product(&self, name: Number) -> Option<Number> {
        self.now.products.keys().copied().rfind(|number| number % 100 == name)
    }

    pub(super) fn shelf(&self, name: Number) -> Option<Number> {
        self.now.shelves.iter().copied().rfind(|number| number % 100 == name)
    }

    /// The number of a new object, where the name is free.
    pub(super) fn name(&mut self, name: Number) -> Option<Number> {
        if self.product(name).is_some() || self.shelf(name).is_some() {
            return None;
        }
        let lives = self.lives.entry(name).or_default();
        *lives += 1;
        Some(name + 100 * (*lives - 1))
    }

    pub(super) fn change(&mut self, number: Number, change: impl FnOnce(&mut Product)) {
        let Some(product) = self.now.products.get_mut(&number) else { return };
        let before = *product;
        change(product);
        let after = *product;
        self.terms.retain(|(other, term)| *other != number || before.shown(*term) == after.shown(*term));
    }

    pub(super) fn assign(&mut self, number: Number, term: Term) {
        self.terms.insert((number, term));
    }

    pub(super) fn delete(&mut self, number: Number) {
        self.now.products.remove(&number);
        self.terms.retain(|(other, _)| *other != number);
    }

    /// Changes that wait are given up.
    pub(super) fn give_up(&mut self, number: Number) {
        if let Some(stored) = self.stored.products.get(&number) {
            self.now.products.insert(number, *stored);
        }
        self.terms.retain(|(other, _)| *other != number);
    }

    /// Rows that differ get the next version. Terms see what the database has, or will have of a new row.
    pub(super) fn flushed(&mut self) {
        let Rows { products, shelves } = &mut self.now;
        for (&number, product) in products {
            product.shelf = product.shelf.filter(|shelf| shelves.contains(shelf));
            let stored = self.stored.products.get(&number).copied();
            let row = stored.unwrap_or(*product);
            let terms = self.terms.iter().filter(|(other, _)| *other == number).map(|(_, term)| *term);
            let terms: Vec<Term> = terms.collect();
            let is_changed = stored.is_some_and(|stored| stored != *product) || !terms.is_empty();
            for term in terms {
                product.set(term, row);
                if stored.is_some() {
                    self.sent.insert((number, term), product.shown(term));
                }
            }
            if stored.is_some() && is_changed {
                product.version += 1;
            }
        }
        self.terms.clear();
        self.stored = self.now.clone();
    }

    pub(super) fn committed(&mut self) {
        self.saved = self.now.clone();
        self.sent.clear();
    }

    /// All that was written waits to be written again by one flush. Terms that were sent are calculated again, where nothing
    /// else was set since.
    pub(super) fn failed(&mut self) {
        self.calculate_waiting();
        self.stored = self.saved.clone();
        let Rows { products, .. } = &mut self.now;
        self.sent.retain(|(number, term), became| {
            self.saved.products.contains_key(number)
                && products.get(number).is_some_and(|product| product.shown(*term) == *became)
        });
        for (&number, product) in products {
            let Some(saved) = self.saved.products.get(&number) else { continue };
            product.version = saved.version;
            if *product == *saved && self.sent.keys().any(|(other, _)| *other == number) {
                // The UPDATE is sent all the same.
                product.version += 1;
                self.stored.products.insert(number, *product);
            }
        }
    }

    /// Terms that wait see what the transaction had written, also when it has failed.
    fn calculate_waiting(&mut self) {
        let Rows { products, .. } = &self.stored;
        for (number, term) in self.terms.extract_if(.., |(number, _)| products.contains_key(number)) {
            if let (Some(product), Some(row)) = (self.now.products.get_mut(&number), products.get(&number)) {
                product.set(term, *row);
                self.sent.insert((number, term), product.shown(term));
            }
        }
    }

    pub(super) fn rolled_back(&mut self) {
        self.now = self.saved.clone();
        self.stored = self.saved.clone();
        self.terms.clear();
        self.sent.clear();
    }

    /// What was done since a savepoint belongs to the transaction.
    pub(super) fn kept(&mut self, before: &Self) {
        self.saved = before.saved.clone();
        let sent = std::mem::replace(&mut self.sent, before.sent.clone());
        self.sent.extend(sent);
    }

    /// One statement for many rows.
    pub(super) fn update_all(&mut self, more_than: i32, add: i32) -> u64 {
        let rows = self.now.products.values_mut().filter(|product| product.stock > more_than);
        let updated = rows.map(|product| (product.stock += add, product.version += 1)).count();
        self.stored = self.now.clone();
        updated as u64
    }

    pub(super) fn delete_all(&mut self, stock: i32) -> u64 {
        let before = self.now.products.len();
        self.now.products.retain(|_, product| product.stock != stock);
        self.stored = self.now.clone();
        (before - self.now.products.len()) as u64
    }

    pub(super) fn facts(&self) -> Facts {
        let shelves = self.now.shelves.iter().map(|shelf| format!("{shelf} is a shelf"));
        shelves.chain(self.now.products.iter().map(|(number, product)| fact(*number, *product))).collect()
    }
}

pub(super) fn fact(number: Number, product: Product) -> String {
    let Product { stock, sold, made, version, shelf } = product;
    let (bought, shelf) = (stock + sold, shelf.map_or("no shelf".to_owned(), |shelf| format!("shelf {shelf}")));
    format!("{number}: {stock} + {sold} = {bought}, made {made}, version {version}, {shelf}")
}
