//! Numbers that look random and are the same on every machine, in every version.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A series of numbers: that of the ChaCha cipher with 8 rounds, which no version of a library can change.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The series with this number.
    pub(super) fn new(series: u64) -> Self {
        let mut numbers = ChaCha8Rng::from_seed(*b"a company to plan with, made up.");
        numbers.set_stream(series);
        Self(numbers)
    }

    /// From 0 to one less than the limit. That small numbers come a little more often does no harm here.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        self.0.next_u32() % limit
    }

    pub(super) fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.0.next_u32() as usize % words.len()]
    }
}
