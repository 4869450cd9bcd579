//! What was given to be merged, taken apart outside of the session: nothing here changes it.

use rustc_hash::FxHashMap;

use crate::model::{Cell, Edit, NewObject, ObjectRef};
use crate::session::objects::Objects;
use crate::value::{KeyValue, Value};

/// Objects, and the new ones that were inside their relationship fields.
pub(super) struct Given {
    /// Those that were given, and after them those inside.
    pub(super) all: Vec<ObjectRef>,
    cells: FxHashMap<ObjectRef, Vec<Cell>>,
    /// The changed members of the relationship at a place of an owner, in the order of the user's words.
    pub(super) edits: Vec<(ObjectRef, usize, Edit)>,
}

impl Given {
    pub(super) fn take_apart(given: impl Iterator<Item = NewObject>) -> Self {
        // They are taken apart where they do no harm.
        let objects = Objects::new();
        let mut all: Vec<ObjectRef> = given.map(|new| objects.adopt(new)).collect();
        let (mut edits, mut next) = (Vec::new(), 0);
        while let Some(&owner) = all.get(next) {
            for (relationship, descriptor) in owner.table.relationships.iter().enumerate() {
                let mut adopt = |new| {
                    all.push(objects.adopt(new));
                    all[all.len() - 1]
                };
                let field = objects.store(owner.table).field(owner.slot, descriptor.position);
                edits.extend(field.absorb(&mut adopt).into_iter().map(|edit| (owner, relationship, edit)));
            }
            next += 1;
        }
        let cells = all.iter().map(|&object| (object, objects.store(object.table).cells(object.slot))).collect();
        let mut given = Self { all, cells, edits };
        given.refer_to_owners();
        given
    }

    /// Members that are inside their owner refer to it: its key may be a part of theirs.
    fn refer_to_owners(&mut self) {
        for (owner, relationship, edit) in &self.edits {
            if let Edit::Add(member) = edit
                && let Some(inverse) = owner.table.relationships[*relationship].inverse()
                && let Some(cells) = self.cells.get_mut(member)
            {
                for (part, &column) in member.table.reference(inverse.belongs_to).columns.iter().enumerate() {
                    cells[column] = Cell::KeyOf(*owner, part);
                }
            }
        }
    }

    /// Whether it is one of these, and not one of the session.
    pub(super) fn contains(&self, object: ObjectRef) -> bool {
        self.cells.contains_key(&object)
    }

    /// A cell for each column.
    pub(super) fn cells(&self, object: ObjectRef) -> &[Cell] {
        &self.cells[&object]
    }

    /// The primary key, where it is set; a part of it may be the key of an object of the session.
    pub(super) fn key(&self, object: ObjectRef, session: &Objects) -> Option<KeyValue> {
        let cells = self.cells(object);
        let value = |&column: &usize| self.value(&cells[column], session);
        KeyValue::of(&object.table.primary_key.iter().map(value).collect::<Option<Vec<Value>>>()?)
    }

    fn value(&self, cell: &Cell, session: &Objects) -> Option<Value> {
        match cell {
            Cell::KeyOf(target, part) if self.contains(*target) => {
                self.key(*target, session)?.values().into_iter().nth(*part)
            }
            other => session.value(other),
        }
    }
}
