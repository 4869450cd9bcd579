//! What a walk does with products and shelves, and what the oracle makes of it.

use orm_core::prelude::*;
use proptest::prelude::*;

use super::super::world::Done;
use super::oracle::{self, MADE, Number, Term};
use super::{Product, Shelf, Stock};

impl Stock {
    /// A product with this name, which has been read again where it could be out of date.
    pub(super) fn product(&self, session: &Session, name: Number) -> Done<Option<(Number, Handle<Product>)>> {
        let Some(number) = self.oracle.product(name) else { return Ok(None) };
        let Some(&handle) = self.products.get(&number) else { return Ok(None) };
        session.get(handle)?;
        Ok(Some((number, handle)))
    }

    pub(super) fn shelf(&self, name: Number) -> Option<(Number, Handle<Shelf>)> {
        let number = self.oracle.shelf(name)?;
        self.shelves.get(&number).map(|&handle| (number, handle))
    }

    pub(super) fn add(&mut self, session: &mut Session, name: Number, stock: i32, term: Option<Term>) -> Done {
        let Some(number) = self.oracle.name(name) else { return Ok(()) };
        let handle = session.add(Product { number: number.into(), stock, ..Default::default() });
        let row = oracle::Product { stock, sold: 0, made: MADE, version: 0, shelf: None };
        self.oracle.now.products.insert(number, row);
        self.products.insert(number, handle);
        term.map_or(Ok(()), |term| self.assign(session, name, term))
    }

    pub(super) fn change(
        &mut self,
        session: &mut Session,
        name: Number,
        change: impl FnOnce(&mut Product),
        expect: impl FnOnce(&mut oracle::Product),
    ) -> Done {
        if let Some((number, handle)) = self.product(session, name)? {
            change(&mut session[handle]);
            self.oracle.change(number, expect);
        }
        Ok(())
    }

    pub(super) fn assign(&mut self, session: &mut Session, name: Number, term: Term) -> Done {
        if let Some((number, handle)) = self.product(session, name)? {
            let assignment = match term {
                Term::Sell => Product::stock.set(Product::stock - 1),
                Term::Count => Product::sold.set(Product::sold + Product::stock),
            };
            session.assign(handle, assignment)?;
            self.oracle.assign(number, term);
        }
        Ok(())
    }

    pub(super) fn push(&mut self, session: &mut Session, shelf: Number, product: Number) -> Done {
        if let (Some((shelf, owner)), Some((number, member))) = (self.shelf(shelf), self.product(session, product)?) {
            session[owner].products.push(member);
            self.oracle.change(number, |row| row.shelf = Some(shelf));
        }
        Ok(())
    }

    pub(super) fn empty(&mut self, session: &mut Session, shelf: Number) -> Done {
        let Some((shelf, owner)) = self.shelf(shelf) else { return Ok(()) };
        session[owner].products.clear();
        self.oracle.now.products.values_mut().filter(|row| row.shelf == Some(shelf)).for_each(|row| row.shelf = None);
        Ok(())
    }

    pub(super) fn delete(&mut self, session: &mut Session, name: Number) -> Done {
        if let Some((number, handle)) = self.product(session, name)? {
            session.delete(handle);
            self.oracle.delete(number);
            self.products.remove(&number);
        }
        Ok(())
    }

    /// A product with this name that is in the database. A collection that was cleared would clear it again, if its change were
    /// given up: it is flushed before.
    fn stored(&mut self, session: &mut Session, name: Number) -> Done<Option<(Number, Handle<Product>)>> {
        let is_released =
            |number: &Number| match (self.oracle.now.products.get(number), self.oracle.stored.products.get(number)) {
                (Some(now), Some(stored)) => now.shelf != stored.shelf,
                _ => false,
            };
        if self.oracle.product(name).as_ref().is_some_and(is_released) {
            session.flush()?;
            self.oracle.flushed();
        }
        Ok(self.product(session, name)?.filter(|(number, _)| self.oracle.stored.products.contains_key(number)))
    }

    pub(super) fn expire(&mut self, session: &mut Session, name: Number) -> Done {
        if let Some((number, handle)) = self.stored(session, name)? {
            session.expire(handle)?;
            self.oracle.give_up(number);
        }
        Ok(())
    }

    pub(super) fn refresh(&mut self, session: &mut Session, name: Number) -> Done {
        if let Some((number, handle)) = self.stored(session, name)? {
            session.refresh(handle)?;
            self.oracle.give_up(number);
        }
        Ok(())
    }

    /// All columns are copied but those that the database makes.
    pub(super) fn merge(&mut self, session: &mut Session, name: Number, stock: i32) -> Done {
        if let Some((number, handle)) = self.stored(session, name)? {
            let (id, version) = (session[handle].id.clone(), session[handle].version);
            let data = Product { id, number: number.into(), stock, version, ..Default::default() };
            prop_assert_eq!(session.merge(data)?, handle);
            self.oracle.change(number, |row| (row.stock, row.sold, row.shelf) = (stock, 0, None));
        }
        Ok(())
    }

    pub(super) fn update_all(&mut self, session: &mut Session, more_than: i32, add: i32) -> Done {
        let rows = query::<Product>().filter(Product::stock.gt(more_than));
        let updated = session.update_all(rows, [Product::stock.set(Product::stock + add)])?;
        self.oracle.flushed();
        prop_assert_eq!(updated, self.oracle.update_all(more_than, add));
        (self.has_run_statements, self.is_stale) = (true, true);
        Ok(())
    }

    pub(super) fn delete_all(&mut self, session: &mut Session, stock: i32) -> Done {
        let deleted = session.delete_all(query::<Product>().filter(Product::stock.eq(stock)))?;
        self.oracle.flushed();
        prop_assert_eq!(deleted, self.oracle.delete_all(stock));
        self.products.retain(|number, _| self.oracle.now.products.contains_key(number));
        self.has_run_statements = true;
        Ok(())
    }
}
