//! A map from numbers that mostly follow each other: generated keys, and slots.

use rustc_hash::FxHashMap;

/// An array while the numbers lie so close together that it takes no more memory than a hash map would; else a hash map.
#[derive(Debug)]
pub(crate) enum ByNumber<T> {
    Dense(Dense<T>),
    Sparse(FxHashMap<i64, T>),
}

/// The values of a first number and of those after it.
#[derive(Debug)]
pub(crate) struct Dense<T> {
    first: i64,
    values: Vec<Option<T>>,
    /// How many numbers have one.
    count: usize,
}

impl<T> ByNumber<T> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Dense(dense) => dense.count,
            Self::Sparse(map) => map.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub(crate) fn get(&self, number: i64) -> Option<&T> {
        match self {
            Self::Dense(dense) => dense.values.get(dense.place(number))?.as_ref(),
            Self::Sparse(map) => map.get(&number),
        }
    }

    #[inline]
    pub(crate) fn insert(&mut self, number: i64, value: T) {
        match self {
            Self::Dense(dense) if dense.is_next(number) => dense.push(value),
            _ => self.insert_anywhere(number, value),
        }
    }

    fn insert_anywhere(&mut self, number: i64, value: T) {
        self.make_room(number);
        match self {
            Self::Dense(dense) => {
                let place = dense.place(number);
                dense.count += usize::from(dense.values[place].replace(value).is_none());
            }
            Self::Sparse(map) => drop(map.insert(number, value)),
        }
    }

    /// The value that a number has; where it has none, it gets this one.
    #[inline]
    pub(crate) fn get_or_insert(&mut self, number: i64, value: T) -> Option<&T> {
        if self.get(number).is_some() {
            return self.get(number);
        }
        self.insert(number, value);
        None
    }

    pub(crate) fn remove(&mut self, number: i64) -> Option<T> {
        match self {
            Self::Dense(dense) => {
                let place = dense.place(number);
                let removed = dense.values.get_mut(place)?.take();
                dense.count -= usize::from(removed.is_some());
                removed
            }
            Self::Sparse(map) => map.remove(&number),
        }
    }

    pub(crate) fn retain(&mut self, is_kept: impl Fn(i64, &T) -> bool) {
        match self {
            Self::Dense(Dense { first, values, count }) => {
                for (number, value) in (*first..=i64::MAX).zip(values) {
                    *count -= usize::from(value.take_if(|value| !is_kept(number, value)).is_some());
                }
            }
            Self::Sparse(map) => map.retain(|number, value| is_kept(*number, value)),
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Room for so many more.
    pub(crate) fn reserve(&mut self, more: usize) {
        match self {
            Self::Dense(dense) => dense.values.reserve(more),
            Self::Sparse(map) => map.reserve(more),
        }
    }

    /// Becomes what this number can be put into.
    fn make_room(&mut self, number: i64) {
        match self {
            Self::Dense(dense) => {
                if dense.place(number) >= dense.values.len() && !dense.reach(number) {
                    self.become_sparse();
                }
            }
            // It grows, for which it has to look at all numbers anyway.
            Self::Sparse(map) if map.len() == map.capacity() => self.become_dense(number),
            Self::Sparse(_) => {}
        }
    }

    #[cold]
    fn become_sparse(&mut self) {
        let Self::Dense(Dense { first, values, count }) = self else { return };
        let mut map = FxHashMap::with_capacity_and_hasher(2 * *count + 1, Default::default());
        map.extend((*first..=i64::MAX).zip(values).filter_map(|(number, value)| Some((number, value.take()?))));
        *self = Self::Sparse(map);
    }

    /// The numbers may have come in an order that left gaps for a while.
    #[cold]
    fn become_dense(&mut self, next: i64) {
        let Self::Sparse(map) = self else { return };
        let (first, last) = map.keys().fold((next, next), |(first, last), &one| (first.min(one), last.max(one)));
        let span = last.abs_diff(first) as usize;
        if span >= Dense::<T>::longest(map.len() + 1) {
            return;
        }
        let mut dense = Dense { first, values: Vec::new(), count: map.len() };
        dense.values.resize_with(span + 1, || None);
        for (number, value) in map.drain() {
            let place = dense.place(number);
            dense.values[place] = Some(value);
        }
        *self = Self::Dense(dense);
    }
}

impl<T> Dense<T> {
    /// How many values there may be for so many that are there: about as many as take the memory of a hash map.
    fn longest(count: usize) -> usize {
        let per_value = (size_of::<(i64, T)>() * 3 / 2) / size_of::<Option<T>>();
        (count * per_value.max(2)).saturating_add(32)
    }

    /// Where the value of a number is; beyond the end where it cannot be there.
    #[inline]
    fn place(&self, number: i64) -> usize {
        usize::try_from(number.wrapping_sub(self.first).cast_unsigned()).unwrap_or(usize::MAX)
    }

    /// Whether a number is the one after the last, and may have a place.
    #[inline]
    fn is_next(&self, number: i64) -> bool {
        let length = self.values.len();
        number > self.first && self.place(number) == length && self.count > 0 && length < Self::longest(self.count)
    }

    #[inline]
    fn push(&mut self, value: T) {
        self.values.push(Some(value));
        self.count += 1;
    }

    /// Becomes longer, so that the number has a place; it does not where it would become too long.
    fn reach(&mut self, number: i64) -> bool {
        if self.count == 0 {
            self.values.clear();
            self.first = number;
        }
        let longest = Self::longest(self.count + 1) as u64;
        let before = self.first.saturating_sub(number).max(0).cast_unsigned();
        let after = number.saturating_sub(self.first).max(0).cast_unsigned();
        if after >= longest || before + self.values.len() as u64 > longest {
            return false;
        }
        match before {
            0 => self.values.resize_with((after as usize + 1).max(self.values.len()), || None),
            // With some room for the next ones, so that not each of them moves all values.
            before => {
                let spare = self.values.len().min(longest as usize - self.values.len() - before as usize);
                let room = before + (spare as u64).min(number.abs_diff(i64::MIN));
                self.values.splice(0..0, (0..room).map(|_| None));
                self.first -= room.cast_signed();
            }
        }
        true
    }
}

impl<T> Default for ByNumber<T> {
    fn default() -> Self {
        Self::Dense(Dense { first: 0, values: Vec::new(), count: 0 })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn is_dense(numbers: impl IntoIterator<Item = i64>) -> bool {
        let mut map = ByNumber::default();
        numbers.into_iter().for_each(|number| map.insert(number, number as u32));
        matches!(map, ByNumber::Dense(_))
    }

    #[test]
    fn numbers_with_few_gaps_are_an_array() {
        assert!(is_dense(1..10_000));
        assert!(is_dense((1..10_000).rev()));
        assert!(is_dense((1..30_000).step_by(3)));
        assert!(is_dense(i64::MAX - 100..=i64::MAX));
        assert!(is_dense((i64::MIN..i64::MIN + 100).rev()));
        assert!(!is_dense((1..1_000_000).step_by(100)));
        assert!(!is_dense([i64::MIN, 0, i64::MAX]));
        assert!(
            is_dense([5_000].into_iter().chain(1..10_000)),
            "what was sparse at first becomes an array when it grows"
        );
        assert!(!is_dense((1..1_000).chain([i64::MAX])));
    }

    #[test]
    fn after_the_largest_number_comes_none() {
        let mut map = ByNumber::default();
        [i64::MAX, i64::MIN, 0].into_iter().for_each(|number| map.insert(number, number));
        assert_eq!((map.len(), map.get(i64::MIN), map.get(i64::MAX)), (3, Some(&i64::MIN), Some(&i64::MAX)));
    }

    proptest! {
        #[test]
        fn it_is_a_map(steps in prop::collection::vec((0..6_u8, number()), 0..200)) {
            let (mut map, mut model) = (ByNumber::default(), BTreeMap::new());
            for (place, (step, number)) in steps.into_iter().enumerate() {
                match step {
                    0 | 1 => {
                        map.insert(number, place);
                        model.insert(number, place);
                    }
                    2 | 3 => {
                        prop_assert_eq!(map.get_or_insert(number, place).copied(), model.get(&number).copied());
                        model.entry(number).or_insert(place);
                    }
                    4 => prop_assert_eq!(map.remove(number), model.remove(&number)),
                    _ if place % 20 == 0 => {
                        map.clear();
                        model.clear();
                    }
                    _ => {
                        map.retain(|one, value| one % 7 != number % 7 && value % 5 != 1);
                        model.retain(|one, value| one % 7 != number % 7 && *value % 5 != 1);
                    }
                }
                prop_assert_eq!((map.len(), map.is_empty()), (model.len(), model.is_empty()));
                prop_assert_eq!(map.get(number), model.get(&number));
            }
            for (number, value) in model {
                prop_assert_eq!(map.get(number), Some(&value));
            }
        }
    }

    /// Near to each other, near to either end, or anything.
    fn number() -> impl Strategy<Value = i64> {
        prop_oneof![
            4 => -50..100_i64,
            2 => (0..40_i64).prop_map(|offset| i64::MAX - offset),
            2 => (0..40_i64).prop_map(|offset| i64::MIN + offset),
            1 => any::<i64>(),
        ]
    }
}
