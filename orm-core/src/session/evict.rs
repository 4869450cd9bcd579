//! Taking objects out of the session, while their rows stay as they are.

use crate::error::Result;
use crate::model::{Handle, ObjectRef};
use crate::session::objects::Objects;
use crate::session::{Model, Session};

impl Session {
    /// Takes an object out of the session, and with it its changes, its insertion or its deletion, as far as they are not
    /// flushed. Nothing is sent. The handle cannot be used any more, and the next query that finds the row makes a new object
    /// of it.
    ///
    /// Links to it that wait are given up. A foreign key that refers to it keeps its key; where the object is not in the
    /// database, the next flush says [`Error::LostTarget`](crate::Error::LostTarget). If the transaction fails later, what was
    /// flushed of the object does not wait again, which the next flush tells ([`Error::Undone`](crate::Error::Undone)). Its memory is freed by [`clear`](Self::clear) or with the session.
    ///
    /// # Errors
    /// [`Error::Handle`](crate::Error::Handle): the handle cannot be used. A type of the user's cannot read back what it has
    /// written.
    pub fn evict<M: Model>(&mut self, handle: Handle<M>) -> Result<()> {
        let object = handle.reference();
        self.objects.check(object)?;
        self.objects.absorb_changed();
        self.objects.evict(object)?;
        self.objects.settle();
        Ok(())
    }

    /// Takes all objects out of the session and frees their memory: in a long import, after each commit. Nothing is sent.
    ///
    /// What is not flushed is not written: flush or commit before. The transaction goes on; if it fails later, what was flushed
    /// in it is undone and does not wait again, which the next flush tells ([`Error::Undone`](crate::Error::Undone)). No handle that was made before can be used any more.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model)]
    /// # struct Measurement { #[primary_key] id: Auto<i64>, celsius: f64 }
    /// # fn import(session: &mut Session, measured: Vec<f64>) -> orm_core::Result<()> {
    /// for some in measured.chunks(1000) {
    ///     session.add_many(some.iter().map(|&celsius| Measurement { celsius, ..Default::default() }));
    ///     session.commit()?;
    ///     session.clear();
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn clear(&mut self) {
        self.objects.clear();
    }
}

impl Objects {
    fn evict(&self, object: ObjectRef) -> Result<()> {
        let store = self.store(object.table);
        let baseline = store.slots().borrow().baseline(object.slot).cloned();
        if let Some(values) = baseline {
            // Foreign keys that refer to it take its key from it, which has to be the one that its row has.
            self.restore(object, values)?;
        }
        let key = self.key(object);
        if store.slots().borrow().at_commit(object.slot).is_some() {
            let flushed = format!("the flush of a `{}` that was evicted", object.table.model);
            self.edits.borrow_mut().ran_at_any_time(flushed);
        }
        self.forget_members_with(object);
        let mut slots = store.slots().borrow_mut();
        slots.evict(object.slot);
        if let Some(key) = key {
            slots.unknow(&key, object.slot);
        }
        Ok(())
    }
}
