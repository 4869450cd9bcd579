//! Stories that are told under faults, and what must hold after each: for the tests, and for the example that tells them for
//! as long as one likes.

pub mod club;
pub mod faults;
pub mod kills;
pub mod reads;

pub use faults::End;

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// What fits into the test suite.
    Some,
    /// So many trials of each kind.
    Number(usize),
    /// Each possible one.
    All,
}

impl Amount {
    /// What the environment variable `RELIABILITY` asks for: `full`, or a number.
    ///
    /// # Panics
    /// It is neither.
    #[must_use]
    pub fn asked_for() -> Self {
        match std::env::var("RELIABILITY") {
            Ok(text) if text == "full" => Self::All,
            Ok(text) => Self::Number(text.parse().expect("RELIABILITY is `full` or a number")),
            Err(_) => Self::Some,
        }
    }

    /// The places to try, of those from 1 to `last`: all, or a number of them that are spread evenly, with the first and the
    /// last among them; `few` where nothing is asked for. Where all are tried, those after the last come too, until there is
    /// nothing to hit any more.
    pub fn places(self, last: u64, few: u64) -> Box<dyn Iterator<Item = u64>> {
        let number = match self {
            Self::All => return Box::new(1..),
            Self::Number(number) => number as u64,
            Self::Some => few,
        };
        if number >= last {
            return Box::new(1..=last);
        }
        let steps = number.saturating_sub(1).max(1);
        Box::new((0..number).map(move |place| 1 + place * (last - 1) / steps))
    }
}

/// How often which end was met.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often something went wrong.
    pub faults: u64,
    /// [`End::Unnoticed`].
    pub unnoticed: u64,
    /// [`End::Undone`].
    pub undone: u64,
    /// [`End::UnknownUndone`].
    pub unknown_undone: u64,
    /// [`End::UnknownDone`].
    pub unknown_done: u64,
}

impl Tally {
    /// Counts an end.
    pub fn count(&mut self, end: End) {
        let counted = match end {
            End::Missed => return,
            End::Unnoticed => &mut self.unnoticed,
            End::Undone => &mut self.undone,
            End::UnknownUndone => &mut self.unknown_undone,
            End::UnknownDone => &mut self.unknown_done,
        };
        *counted += 1;
        self.faults += 1;
    }
}
