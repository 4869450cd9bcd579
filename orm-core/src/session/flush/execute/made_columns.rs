//! What the database has made for the rows of one INSERT.

use crate::value::Value;

/// The values of some columns, row by row.
#[derive(Debug)]
pub(crate) struct MadeColumns {
    columns: Vec<usize>,
    /// One for each column of each row; none where it is not known.
    values: Vec<Option<Value>>,
}

impl MadeColumns {
    pub(crate) fn new(columns: Vec<usize>, values: Vec<Option<Value>>) -> Self {
        Self { columns, values }
    }

    /// For so many rows, of which nothing is known.
    pub(crate) fn unknown(columns: Vec<usize>, rows: usize) -> Self {
        let values = vec![None; columns.len() * rows];
        Self { columns, values }
    }

    /// The number of rows, where there are columns.
    pub(crate) fn rows(&self) -> usize {
        self.values.len() / self.columns.len().max(1)
    }

    /// The columns of a row, with their values as far as they are known.
    pub(crate) fn row(&self, place: usize) -> impl Iterator<Item = (usize, &Value)> {
        let values = &self.values[self.range(place)];
        self.columns.iter().zip(values).filter_map(|(&column, value)| Some((column, value.as_ref()?)))
    }

    pub(crate) fn value(&self, place: usize, column: usize) -> Option<&Value> {
        self.row(place).find(|(other, _)| *other == column).map(|(_, value)| value)
    }

    pub(crate) fn set(&mut self, place: usize, column: usize, value: Value) {
        if let Some(part) = self.columns.iter().position(|&other| other == column) {
            let first = self.range(place).start;
            self.values[first + part] = Some(value);
        }
    }

    /// The rows in another order, given by their places.
    pub(crate) fn in_order(mut self, places: &[usize]) -> Self {
        let mut values = Vec::with_capacity(self.values.len());
        for &place in places {
            let range = self.range(place);
            values.extend(self.values[range].iter_mut().map(Option::take));
        }
        Self { columns: self.columns, values }
    }

    fn range(&self, place: usize) -> std::ops::Range<usize> {
        let width = self.columns.len();
        place * width..(place + 1) * width
    }
}
