//! What a walk does with users, clubs and memberships, and what the oracle makes of it.

use std::collections::BTreeSet;

use orm_core::prelude::*;
use proptest::prelude::*;

use super::super::world::{Done, World};
use super::{Book, Club, Membership, Memberships, Name, Pair, ROLE, Step, User};

impl Memberships {
    pub(super) fn take(&mut self, session: &mut Session, step: &Step) -> Done {
        match *step {
            Step::User(name)
                if ![&self.now, &self.stored, &self.saved].iter().any(|rows| rows.users.contains(&name)) =>
            {
                self.book.users.insert(name, session.add(User { number: name, ..Default::default() }));
                self.now.users.insert(name);
            }
            Step::Club(name)
                if ![&self.now, &self.stored, &self.saved].iter().any(|rows| rows.clubs.contains(&name)) =>
            {
                self.book.clubs.insert(name, session.add(Club { number: name, ..Default::default() }));
                self.now.clubs.insert(name);
            }
            Step::DeleteUser(name) => self.delete(session, name, |book| book.users.remove(&name)),
            Step::DeleteClub(name) => self.delete(session, name, |book| book.clubs.remove(&name)),
            Step::Push(pair) => self.link(session, pair, |session, user, club| session[user].clubs.push(club)),
            Step::PushBack(pair) => self.link(session, pair, |session, user, club| session[club].users.push(user)),
            Step::Replace(pair) if self.both(pair).is_some() => {
                self.link(session, pair, |session, user, club| session[user].clubs.set([club]));
                self.take_away(|other| other.0 == pair.0 && other != pair);
            }
            Step::ReplaceBack(pair) if self.both(pair).is_some() => {
                self.link(session, pair, |session, user, club| session[club].users.set([user]));
                self.take_away(|other| other.1 == pair.1 && other != pair);
            }
            Step::Remove(pair) => {
                if let Some((user, club)) = self.both(pair) {
                    session[user].clubs.remove(club);
                    self.take_away(|other| other == pair);
                }
            }
            Step::RemoveBack(pair) => {
                if let Some((user, club)) = self.both(pair) {
                    session[club].users.remove(user);
                    self.take_away(|other| other == pair);
                }
            }
            Step::Clear(name) => {
                if let Some(&user) = self.book.users.get(&name) {
                    session[user].clubs.clear();
                    self.take_away(|pair| pair.0 == name);
                }
            }
            Step::Join(pair, role) => {
                let Some((user, club)) = self.both(pair).filter(|_| self.can_join(pair)) else { return Ok(()) };
                let membership = session.add(Membership { user: user.into(), club: club.into(), role });
                self.book.memberships.insert(pair, membership);
                self.join(pair, role);
            }
            Step::JoinInside(pair, role) => {
                let Some((user, club)) = self.both(pair).filter(|_| self.can_join(pair)) else { return Ok(()) };
                session[user].memberships.push(Membership { club: club.into(), role, ..Default::default() });
                self.join(pair, role);
            }
            Step::Leave(pair) => {
                if let Some(membership) = self.membership(pair) {
                    session.delete(membership);
                    self.book.memberships.remove(&pair);
                    self.now.roles.remove(&pair);
                    self.new.remove(&pair);
                    self.left.insert(pair);
                }
            }
            Step::Role(pair, role) => {
                // After a failure the row of a link waits to be inserted, and an object that was read of it cannot be changed.
                if let Some(membership) = self.membership(pair).filter(|_| !self.pushed.contains(&pair)) {
                    session[membership].role = role;
                    self.now.roles.insert(pair, role);
                }
            }
            Step::Clubs(name) => self.load_clubs(session, name)?,
            Step::User(_) | Step::Club(_) | Step::Replace(_) | Step::ReplaceBack(_) => {}
        }
        Ok(())
    }

    fn both(&self, pair: Pair) -> Option<(Handle<User>, Handle<Club>)> {
        self.book.users.get(&pair.0).copied().zip(self.book.clubs.get(&pair.1).copied())
    }

    /// The association object, where its link was not taken away.
    fn membership(&self, pair: Pair) -> Option<Handle<Membership>> {
        self.book.memberships.get(&pair).copied().filter(|_| self.now.roles.contains_key(&pair))
    }

    fn can_join(&self, pair: Pair) -> bool {
        !self.now.roles.contains_key(&pair)
    }

    fn join(&mut self, pair: Pair, role: i32) {
        self.now.roles.insert(pair, role);
        self.new.insert(pair);
        self.pushed.remove(&pair);
        self.new_taken_away.remove(&pair);
    }

    fn link(&mut self, session: &mut Session, pair: Pair, link: impl FnOnce(&mut Session, Handle<User>, Handle<Club>)) {
        if let Some((user, club)) = self.both(pair) {
            link(session, user, club);
            if let Some(role) = self.new_taken_away.remove(&pair) {
                self.join(pair, role);
            }
            if !self.now.roles.contains_key(&pair) {
                let role = self.taken_away.get(&pair).copied().unwrap_or(ROLE);
                self.now.roles.insert(pair, role);
                self.pushed.insert(pair);
            }
        }
    }

    fn take_away(&mut self, is_taken: impl Fn(Pair) -> bool) {
        let (stored, new) = (&self.stored.roles, &mut self.new);
        let taken = self.now.roles.extract_if(.., |pair, _| is_taken(*pair));
        for (pair, role) in taken {
            if new.remove(&pair) {
                self.new_taken_away.insert(pair, role);
            } else if stored.contains_key(&pair) {
                self.taken_away.insert(pair, role);
            }
        }
        self.book.memberships.retain(|pair, _| self.now.roles.contains_key(pair));
    }

    fn delete<M: Model>(
        &mut self,
        session: &mut Session,
        name: Name,
        take: impl FnOnce(&mut Book) -> Option<Handle<M>>,
    ) {
        let is_of = |pair: &Pair| pair.0 == name || pair.1 == name;
        if let Some(handle) = take(&mut self.book) {
            session.delete(handle);
            self.now.users.remove(&name);
            self.now.clubs.remove(&name);
            self.now.roles.retain(|pair, _| !is_of(pair));
            self.taken_away.retain(|pair, _| !is_of(pair));
            self.new_taken_away.retain(|pair, _| !is_of(pair));
            self.new.retain(|pair| !is_of(pair));
            self.book.memberships.retain(|pair, _| !is_of(pair));
        }
    }

    fn load_clubs(&mut self, session: &mut Session, name: Name) -> Done {
        let Some(&user) = self.book.users.get(&name) else { return Ok(()) };
        let clubs: BTreeSet<Name> = session.view(user).clubs()?.iter().map(|club| club.number).collect();
        self.flushed();
        let expected = self.now.roles.keys().filter(|pair| pair.0 == name).map(|pair| pair.1);
        prop_assert_eq!(clubs, expected.collect(), "the clubs of {}", name);
        Ok(())
    }
}
