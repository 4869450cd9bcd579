//! Where objects are: places that never move, so that references stay valid while more is loaded.

use std::cell::OnceCell;

use elsa::FrozenVec;

/// The number of places in the first chunk. Each further chunk has twice as many, up to [`LARGEST`].
const FIRST: usize = 4;
/// The number of places in a large chunk.
const LARGEST: usize = 1024;
/// The chunks that are smaller.
const SMALL_CHUNKS: usize = (LARGEST / FIRST).ilog2() as usize;
/// The places in all of them.
const IN_SMALL_CHUNKS: usize = LARGEST - FIRST;

/// A list that grows while it is shared. It allocates for many objects at once.
pub(crate) struct Arena<T> {
    chunks: FrozenVec<Box<[OnceCell<T>]>>,
    length: std::cell::Cell<usize>,
}

impl<T> Arena<T> {
    pub(crate) fn new() -> Self {
        Self { chunks: FrozenVec::new(), length: std::cell::Cell::new(0) }
    }

    pub(crate) fn push(&self, item: T) {
        let place = self.length.get();
        let (chunk, offset) = locate(place);
        if offset == 0 {
            self.chunks.push(empty(size(chunk)));
        }
        let is_taken = self.chunks[chunk][offset].set(item).is_err();
        debug_assert!(!is_taken, "a place is filled once");
        self.length.set(place + 1);
    }

    /// The item at this place.
    ///
    /// # Panics
    /// There is none.
    pub(crate) fn get(&self, place: usize) -> &T {
        let (chunk, offset) = locate(place);
        self.chunks[chunk][offset].get().expect("there is an item at this place")
    }

    /// The item at this place, to be changed.
    ///
    /// # Panics
    /// There is none.
    pub(crate) fn get_mut(&mut self, place: usize) -> &mut T {
        let (chunk, offset) = locate(place);
        self.chunks.as_mut()[chunk][offset].get_mut().expect("there is an item at this place")
    }

    /// Only so many items stay.
    pub(crate) fn truncate(&mut self, length: usize) {
        let chunks = self.chunks.as_mut();
        for place in length..self.length.get() {
            let (chunk, offset) = locate(place);
            chunks[chunk][offset].take();
        }
        self.length.set(self.length.get().min(length));
        let (chunk, offset) = locate(self.length.get());
        chunks.truncate(chunk + usize::from(offset > 0));
    }
}

/// The chunk of a place, and where it is there.
#[inline]
fn locate(place: usize) -> (usize, usize) {
    match place.checked_sub(IN_SMALL_CHUNKS) {
        Some(place) => (SMALL_CHUNKS + place / LARGEST, place % LARGEST),
        None => {
            let chunk = ((place + FIRST) / FIRST).ilog2();
            (chunk as usize, place + FIRST - (FIRST << chunk))
        }
    }
}

/// A chunk of so many places. Iterators would be much more for the compiler to do, for each model again.
fn empty<T>(size: usize) -> Box<[OnceCell<T>]> {
    let mut places = Vec::with_capacity(size);
    while places.len() < size {
        places.push(OnceCell::new());
    }
    places.into_boxed_slice()
}

/// The number of places in a chunk.
fn size(chunk: usize) -> usize {
    if chunk < SMALL_CHUNKS { FIRST << chunk } else { LARGEST }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_in_one_chunk() {
        let mut next = 0;
        for chunk in 0..SMALL_CHUNKS + 3 {
            for offset in 0..size(chunk) {
                assert_eq!(locate(next), (chunk, offset));
                next += 1;
            }
        }
    }

    #[test]
    fn references_stay_valid_while_it_grows() {
        let arena = Arena::new();
        arena.push(String::from("first"));
        let first = arena.get(0);
        (1..5_000).for_each(|number| arena.push(number.to_string()));
        assert_eq!((first.as_str(), arena.get(1_020).as_str(), arena.get(4_999).as_str()), ("first", "1020", "4999"));
    }

    #[test]
    fn what_is_cut_off_can_be_filled_again() {
        let mut arena = Arena::new();
        (0..3_000).for_each(|number| arena.push(number));
        for length in [2_044, 2_043, 1_021, 1_020, 4, 3, 0, 7] {
            arena.truncate(length);
            let left = arena.length.get();
            arena.push(left);
            assert_eq!(*arena.get(left), left);
            *arena.get_mut(left) += 1;
            assert_eq!(*arena.get(left), left + 1);
            arena.truncate(left);
        }
        assert_eq!(arena.chunks.len(), 0);
    }
}
