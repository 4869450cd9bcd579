//! What is generated: models in a ring, each tied to three others, as crates that have them in one library's words.

/// A crate that is generated.
pub(crate) struct Generated {
    /// Its `[dependencies]`.
    pub(crate) dependencies: String,
    /// Its files below `src`, `main.rs` first.
    pub(crate) files: Vec<(String, String)>,
}

/// A model by its number, and its three neighbours.
pub(crate) struct Neighbours {
    /// The model itself.
    pub(crate) this: usize,
    /// The next one, which it belongs to.
    pub(crate) parent: usize,
    /// The one before, of which it has many.
    pub(crate) child: usize,
    /// The one across the ring, with which it shares link rows.
    pub(crate) peer: usize,
    /// The table of these link rows.
    pub(crate) link: usize,
}

/// One in so many models is used by the program.
const USED: usize = 5;

/// The models of a ring. Below four, or with an odd number, a model would be its own neighbour, or one neighbour twice.
pub(crate) fn ring(models: usize) -> impl Iterator<Item = Neighbours> {
    assert!(models >= 4 && models.is_multiple_of(2), "{models} models make no ring");
    (0..models).map(move |this| Neighbours {
        this,
        parent: (this + 1) % models,
        child: (this + models - 1) % models,
        peer: (this + models / 2) % models,
        link: this % (models / 2),
    })
}

/// Those that the program uses.
pub(crate) fn used(models: usize) -> impl Iterator<Item = Neighbours> {
    ring(models).step_by(USED)
}

impl Neighbours {
    /// The template with numbers for `THIS`, `PARENT`, `CHILD`, `PEER` and `LINK`.
    pub(crate) fn in_place(&self, template: &str) -> String {
        let Self { this, parent, child, peer, link } = self;
        [("THIS", this), ("PARENT", parent), ("CHILD", child), ("PEER", peer), ("LINK", link)]
            .into_iter()
            .fold(template.to_owned(), |text, (word, number)| text.replace(word, &number.to_string()))
    }
}

/// One text after the other.
pub(crate) fn all(models: impl Iterator<Item = Neighbours>, template: &str) -> String {
    models.map(|model| model.in_place(template)).collect()
}
