//! Slots whose objects were freed: their numbers are not used again, and what is left moves up in memory.

use std::ops::Range;

/// Which slots were freed, in few ranges.
#[derive(Debug, Default)]
pub(crate) struct Freed {
    /// In ascending order, with something between them.
    ranges: Vec<Range<u32>>,
}

impl Freed {
    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        self.ranges.iter().map(|range| range.end - range.start).sum()
    }

    /// The place of a slot among those that are left.
    #[inline]
    pub(crate) fn place(&self, slot: u32) -> Option<usize> {
        if self.ranges.is_empty() {
            return Some(slot as usize);
        }
        let is_freed = self.ranges.iter().any(|range| range.contains(&slot));
        (!is_freed).then(|| self.left_before(slot))
    }

    /// How many slots before this one are left.
    pub(crate) fn left_before(&self, slot: u32) -> usize {
        let freed = self.ranges.iter().map(|range| range.end.min(slot).saturating_sub(range.start));
        (slot - freed.sum::<u32>()) as usize
    }

    /// The slots that are left, of so many.
    pub(crate) fn left(&self, slots: u32) -> impl DoubleEndedIterator<Item = u32> + use<> {
        let starts = std::iter::once(0).chain(self.ranges.iter().map(|range| range.end));
        let ends = self.ranges.iter().map(|range| range.start).chain([slots]);
        let between: Vec<Range<u32>> = starts.zip(ends).map(|(start, end)| start..end).collect();
        between.into_iter().flatten()
    }

    /// Frees these, the last of all slots.
    pub(crate) fn free(&mut self, last: Range<u32>) {
        self.ranges.retain(|range| range.start < last.start);
        match self.ranges.last_mut() {
            Some(range) if range.end >= last.start => range.end = last.end,
            _ if last.is_empty() => {}
            _ => self.ranges.push(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Freed;

    #[test]
    fn what_is_left_moves_up() {
        let mut freed = Freed::default();
        assert_eq!((freed.place(7), freed.count(), freed.left(3).collect::<Vec<_>>()), (Some(7), 0, vec![0, 1, 2]));
        freed.free(2..5);
        freed.free(5..6);
        freed.free(8..10);
        assert_eq!(freed.count(), 6);
        assert_eq!(freed.left(12).collect::<Vec<_>>(), [0, 1, 6, 7, 10, 11]);
        let places: Vec<Option<usize>> = (0..12).map(|slot| freed.place(slot)).collect();
        let left = |place| Some(place);
        let gone = None;
        assert_eq!(places[..6], [left(0), left(1), gone, gone, gone, gone]);
        assert_eq!(places[6..], [left(2), left(3), gone, gone, left(4), left(5)]);
    }

    #[test]
    fn a_longer_end_takes_the_shorter_ones_in() {
        let mut freed = Freed::default();
        freed.free(4..5);
        freed.free(7..8);
        freed.free(1..10);
        assert_eq!((freed.count(), freed.left(11).collect::<Vec<_>>()), (9, vec![0, 10]));
        freed.free(11..11);
        assert_eq!(freed.left(12).collect::<Vec<_>>(), [0, 10, 11]);
    }
}
