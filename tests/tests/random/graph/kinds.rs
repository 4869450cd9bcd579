//! The models of a set, without their types: what the walk does with objects of any model.

use std::any::Any;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::rc::Rc;

use orm_core::model::Record;
use orm_core::prelude::*;

use super::super::world::{Done, Facts};
use super::oracle::Number;

/// The handles of a session, by the numbers of the objects.
#[derive(Clone, Default)]
pub(crate) struct Book(BTreeMap<Number, Rc<dyn Any>>);

impl Book {
    pub(crate) fn get<M: Model>(&self, number: Number) -> Option<Handle<M>> {
        self.0.get(&number)?.downcast_ref().copied()
    }

    pub(crate) fn knows(&self, number: Number) -> bool {
        self.0.contains_key(&number)
    }

    pub(crate) fn put<M: Model>(&mut self, number: Number, handle: Handle<M>) {
        self.0.insert(number, Rc::new(handle));
    }

    pub(crate) fn forget(&mut self, number: Number) {
        self.0.remove(&number);
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(Number) -> bool) {
        self.0.retain(|&number, _| keep(number));
    }

    fn of<M: Model>(&self) -> impl Iterator<Item = (Number, Handle<M>)> {
        self.0.iter().filter_map(|(number, handle)| Some((*number, *handle.downcast_ref()?)))
    }
}

/// A model whose objects have a number and a value.
pub(crate) trait Numbered: Model + Record<Key = i32> {
    fn numbered(number: Number) -> Self;
    fn number(&self) -> Number;
    fn value(&mut self) -> &mut i32;
    fn read_value(&self) -> i32;
    fn id(&mut self) -> &mut Auto<i32>;
    fn read_id(&self) -> Option<i32>;
}

/// Plain data with the key of an object; `None` where it has none.
pub(crate) fn data<M: Numbered>(session: &Session, book: &Book, number: Number, value: i32) -> Option<M> {
    let id = session[book.get::<M>(number)?].read_id()?;
    let mut data = M::numbered(number);
    (*data.id(), *data.value()) = (id.into(), value);
    Some(data)
}

/// A model of a set.
pub(crate) trait AnyKind: Sync {
    fn table(&self) -> &'static str;
    fn add(&self, session: &mut Session, book: &mut Book, number: Number);
    fn set_value(&self, session: &mut Session, book: &Book, number: Number, value: i32);
    fn delete(&self, session: &mut Session, book: &Book, number: Number);
    fn refresh(&self, session: &mut Session, book: &Book, number: Number) -> Done;
    fn get(&self, session: &Session, book: &Book, number: Number) -> Done;
    fn evict(&self, session: &mut Session, book: &Book, number: Number) -> Done;
    fn shown(&self, session: &Session, book: &Book, facts: &mut Facts);
    fn seen(&self, session: &Session, book: &mut Book, facts: &mut Facts) -> Done;
}

pub(crate) struct Kind<M>(&'static str, PhantomData<fn() -> M>);

impl<M> Kind<M> {
    pub(crate) const fn of(table: &'static str) -> Self {
        Self(table, PhantomData)
    }
}

impl<M: Numbered> Kind<M> {
    fn handle(&self, book: &Book, number: Number) -> Handle<M> {
        book.get(number).expect("the step is possible")
    }
}

impl<M: Numbered> AnyKind for Kind<M> {
    fn table(&self) -> &'static str {
        self.0
    }

    fn add(&self, session: &mut Session, book: &mut Book, number: Number) {
        book.put(number, session.add(M::numbered(number)));
    }

    fn set_value(&self, session: &mut Session, book: &Book, number: Number, value: i32) {
        *session[self.handle(book, number)].value() = value;
    }

    fn delete(&self, session: &mut Session, book: &Book, number: Number) {
        session.delete(self.handle(book, number));
    }

    fn refresh(&self, session: &mut Session, book: &Book, number: Number) -> Done {
        session.refresh(self.handle(book, number))?;
        Ok(())
    }

    fn get(&self, session: &Session, book: &Book, number: Number) -> Done {
        session.get(self.handle(book, number))?;
        Ok(())
    }

    fn evict(&self, session: &mut Session, book: &Book, number: Number) -> Done {
        Ok(session.evict(self.handle(book, number))?)
    }

    fn shown(&self, session: &Session, book: &Book, facts: &mut Facts) {
        facts.extend(book.of::<M>().map(|(number, handle)| format!("{number} = {}", session[handle].read_value())));
    }

    fn seen(&self, session: &Session, book: &mut Book, facts: &mut Facts) -> Done {
        for object in session.query::<M>().all()? {
            facts.insert(format!("{} = {}", object.get().number(), object.get().read_value()));
            if !book.knows(object.get().number()) {
                book.put(object.get().number(), object.handle());
            }
        }
        Ok(())
    }
}

/// Makes a model of the fields `id`, `number` and `value` one whose objects are counted.
macro_rules! numbered {
    ($($model:ident),*) => {$(
        impl Numbered for $model {
            fn numbered(number: Number) -> Self {
                Self { number: number.into(), ..Default::default() }
            }

            fn number(&self) -> Number {
                Number::try_from(self.number).expect("numbers are small")
            }

            fn value(&mut self) -> &mut i32 {
                &mut self.value
            }

            fn read_value(&self) -> i32 {
                self.value
            }

            fn id(&mut self) -> &mut Auto<i32> {
                &mut self.id
            }

            fn read_id(&self) -> Option<i32> {
                self.id.get()
            }
        }
    )*};
}

pub(crate) use numbered;
