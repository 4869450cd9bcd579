//! Which objects came in one result: what is related to them is loaded for all of them at once.

use crate::session::slots::Slots;

/// Objects that came in one result.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) members: Vec<u32>,
    /// How many of them have not come in a later result.
    present: usize,
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

    /// One that came alone joins the others that did. It does not leave the company that it came in before.
    fn group_alone(&mut self, slot: u32) {
        if self.get(slot).group.is_some() {
            return;
        }
        let group = self.alone.unwrap_or_else(|| self.new_group());
        self.alone = Some(group);
        self.get_mut(slot).group = Some(group);
        let company = &mut self.groups[group as usize];
        company.members.push(slot);
        company.present += 1;
    }

    fn new_group(&mut self) -> u32 {
        self.free_groups.pop().unwrap_or_else(|| {
            self.groups.push(Group::default());
            u32::try_from(self.groups.len() - 1).expect("a session has less than 2^32 results in use")
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
        self.groups[group as usize] = Group { members: slots.to_vec(), present: slots.len() };
    }

    pub(super) fn leave(&mut self, group: u32) {
        let left = &mut self.groups[group as usize];
        left.present -= 1;
        if left.present == 0 {
            left.members = Vec::new();
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
            Some(group) => self.groups[group as usize].members.clone(),
            None => vec![slot],
        }
    }
}
