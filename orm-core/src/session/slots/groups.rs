//! Which objects came in one result: what is related to them is loaded for all of them at once.

use crate::session::slots::Slots;
use crate::session::slots::seldom::Place;

/// Objects that came in one result.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) members: Vec<u32>,
    /// How many of them have not come in a later result.
    present: usize,
    /// When they were all rows of their table, if they were.
    whole_in: Option<u32>,
}

impl Slots {
    /// These objects came in one result.
    pub(crate) fn group(&mut self, slots: &[u32]) {
        match slots {
            [] => {}
            [slot] => self.group_alone(*slot),
            slots => self.group_together(slots),
        }
    }

    /// These objects, which have come in one result, are at this moment all rows of their table.
    pub(crate) fn are_whole(&mut self, slots: &[u32], moment: u32) {
        if let Some(group) = slots.first().and_then(|&slot| self.get(slot).group)
            && self.groups[group.index()].members.len() == slots.len()
        {
            self.groups[group.index()].whole_in = Some(moment);
        }
    }

    /// When those that came with this object were all rows of their table, if they were.
    pub(crate) fn whole_in(&self, slot: u32) -> Option<u32> {
        self.groups[self.get(slot).group?.index()].whole_in
    }

    /// One that came alone joins the others that did. It does not leave the company that it came in before.
    fn group_alone(&mut self, slot: u32) {
        if self.get(slot).group.is_some() {
            return;
        }
        let group = self.alone.unwrap_or_else(|| self.new_group());
        self.alone = Some(group);
        self.get_mut(slot).group = Some(group);
        let company = &mut self.groups[group.index()];
        company.members.push(slot);
        company.present += 1;
    }

    fn new_group(&mut self) -> Place {
        self.free_groups.pop().unwrap_or_else(|| {
            self.groups.push(Group::default());
            Place::new(self.groups.len() - 1)
        })
    }

    fn group_together(&mut self, slots: &[u32]) {
        let group = self.new_group();
        for &slot in slots {
            if let Some(left) = self.get_mut(slot).group.replace(group)
                && left != group
            {
                self.leave(left);
            }
        }
        self.groups[group.index()] = Group { members: slots.to_vec(), present: slots.len(), whole_in: None };
    }

    pub(super) fn leave(&mut self, group: Place) {
        let left = &mut self.groups[group.index()];
        left.present -= 1;
        if left.present == 0 {
            *left = Group::default();
            self.free_groups.push(group);
            self.alone = self.alone.filter(|&alone| alone != group);
        }
    }

    /// Those that come alone from now on are no company for this object: it is asked for its relationships now, and what comes
    /// and is asked one after the other is not looked at again for each.
    pub(crate) fn close_company(&mut self, slot: u32) {
        if self.get(slot).group == self.alone {
            self.alone = None;
        }
    }

    /// The objects that came with this one, itself included.
    pub(crate) fn peers(&self, slot: u32) -> Vec<u32> {
        match self.get(slot).group {
            Some(group) => self.groups[group.index()].members.clone(),
            None => vec![slot],
        }
    }
}
