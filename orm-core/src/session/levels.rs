//! A list whose entries belong to the transaction, or to a savepoint in it: what is undone is what came since.

/// Entries in the order in which they came, the transaction's own first.
#[derive(Debug)]
pub(crate) struct Levels<T> {
    /// Those that came before the innermost savepoint, a list for each level.
    outer: Vec<Vec<T>>,
    innermost: Vec<T>,
}

impl<T> Default for Levels<T> {
    fn default() -> Self {
        Self { outer: Vec::new(), innermost: Vec::new() }
    }
}

impl<T> Levels<T> {
    /// The number of savepoints.
    pub(crate) fn depth(&self) -> usize {
        self.outer.len()
    }

    pub(crate) fn push(&mut self, entry: T) {
        self.innermost.push(entry);
    }

    pub(crate) fn extend(&mut self, entries: impl IntoIterator<Item = T>) {
        self.innermost.extend(entries);
    }

    /// A savepoint is set.
    pub(crate) fn begin(&mut self) {
        self.outer.push(std::mem::take(&mut self.innermost));
    }

    /// The innermost savepoint goes, and what came since it stays.
    pub(crate) fn keep(&mut self) {
        let mut kept = self.outer.pop().expect("a savepoint that goes was set");
        kept.append(&mut self.innermost);
        self.innermost = kept;
    }

    /// The innermost savepoint goes; what came since it, which is given here, does too.
    pub(crate) fn end(&mut self) -> Vec<T> {
        let before = self.outer.pop().expect("a savepoint that goes was set");
        std::mem::replace(&mut self.innermost, before)
    }

    /// What came since the innermost savepoint, which stays.
    pub(crate) fn take(&mut self) -> Vec<T> {
        std::mem::take(&mut self.innermost)
    }

    /// The same, which stay as well.
    pub(crate) fn innermost(&self) -> &[T] {
        &self.innermost
    }

    pub(crate) fn innermost_mut(&mut self) -> &mut Vec<T> {
        &mut self.innermost
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.outer.iter().flatten().chain(&self.innermost)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    pub(crate) fn retain(&mut self, is_kept: impl Fn(&T) -> bool) {
        self.levels_mut().for_each(|level| level.retain(&is_kept));
    }

    /// An entry comes to each level, unless it is there.
    pub(crate) fn push_to_all(&mut self, entry: T)
    where
        T: Clone + PartialEq,
    {
        self.levels_mut().filter(|level| !level.contains(&entry)).for_each(|level| level.push(entry.clone()));
    }

    /// As many savepoints, and no entries.
    pub(crate) fn emptied(&self) -> Self {
        Self { outer: self.outer.iter().map(|_| Vec::new()).collect(), innermost: Vec::new() }
    }

    fn levels_mut(&mut self) -> impl Iterator<Item = &mut Vec<T>> {
        self.outer.iter_mut().chain([&mut self.innermost])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(levels: &Levels<i32>) -> Vec<i32> {
        levels.iter().copied().collect()
    }

    #[test]
    fn what_is_kept_stays_in_order_and_what_is_undone_goes() {
        let mut levels = Levels::default();
        levels.push(1);
        levels.begin();
        levels.push(2);
        levels.begin();
        levels.push(3);
        assert_eq!((numbers(&levels), levels.innermost(), levels.depth()), (vec![1, 2, 3], &[3][..], 2));
        levels.keep();
        assert_eq!(levels.innermost(), [2, 3]);
        assert_eq!((levels.end(), numbers(&levels), levels.depth()), (vec![2, 3], vec![1], 0));
    }

    #[test]
    fn what_comes_to_all_levels_stays_when_one_is_undone() {
        let mut levels = Levels::default();
        levels.begin();
        levels.push_to_all(7);
        levels.push_to_all(7);
        assert_eq!((levels.end(), levels.innermost()), (vec![7], &[7][..]));
    }
}
