//! What was asked of parts of relationships, remembered for as long as nothing changes.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::sql::RelatedSelect;

/// So many questions are remembered; then the oldest is forgotten.
const MOST: usize = 64;
/// After so many questions about one relationship that only one owner wanted to know, the next one is asked for one alone.
const MOST_ALONE: usize = 4;

/// The answers to questions, for each owner that they were asked for.
#[derive(Debug)]
pub(crate) struct Answers<T> {
    known: VecDeque<Answered<T>>,
}

#[derive(Debug)]
struct Answered<T> {
    question: RelatedSelect,
    by_owner: FxHashMap<u32, T>,
    /// The owner for which it was asked first.
    first: u32,
    /// Whether another one has wanted to know it too.
    shared: bool,
}

impl<T: Clone> Answers<T> {
    pub(crate) fn get(&mut self, question: &RelatedSelect, owner: u32) -> Option<T> {
        let known = self.known.iter_mut().find(|known| known.question == *question)?;
        known.shared |= known.first != owner;
        known.by_owner.get(&owner).cloned()
    }

    pub(crate) fn has(&self, question: &RelatedSelect, owner: u32) -> bool {
        self.of(question).is_some_and(|known| known.by_owner.contains_key(&owner))
    }

    /// Whether the peers of an owner are asked about too. Where each owner has a question of its own, such as one with its
    /// name in the condition, that would be for nothing.
    pub(crate) fn asks_for_peers(&self, question: &RelatedSelect) -> bool {
        let is_alike =
            |other: &RelatedSelect| other.owner == question.owner && other.relationship == question.relationship;
        let alone = self.known.iter().filter(|known| is_alike(&known.question) && !known.shared);
        self.of(question).is_some() || alone.count() < MOST_ALONE
    }

    /// Keeps the answers to a question that was asked for the first of these owners.
    pub(crate) fn keep(&mut self, question: &RelatedSelect, answers: Vec<(u32, T)>) {
        if let Some(known) = self.known.iter_mut().find(|known| known.question == *question) {
            known.by_owner.extend(answers);
            return;
        }
        let Some(&(first, _)) = answers.first() else { return };
        if self.known.len() == MOST {
            self.known.pop_front();
        }
        let by_owner = answers.into_iter().collect();
        self.known.push_back(Answered { question: question.clone(), by_owner, first, shared: false });
    }

    pub(crate) fn forget(&mut self) {
        self.known.clear();
    }

    fn of(&self, question: &RelatedSelect) -> Option<&Answered<T>> {
        self.known.iter().find(|known| known.question == *question)
    }
}

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self { known: VecDeque::new() }
    }
}
