//! A library with what was measured of it: crates with few models and with many, each built several times.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::Library;
use crate::build::{Cost, Crate, Work};

/// What these cost is not the models': a program that has a model at all.
pub(crate) const FEW: usize = 4;

/// A library that is measured.
pub(crate) struct Subject {
    library: Library,
    few: Side,
    many: Side,
}

/// A crate, and what each build of it took.
struct Side {
    models: usize,
    written: Crate,
    checks: Vec<Cost>,
    releases: Vec<Cost>,
}

/// What a model costs.
pub(crate) struct Measured {
    /// The library and its version.
    pub(crate) name: String,
    /// When it is checked.
    pub(crate) check: Cost,
    /// In a release build, where there were some.
    pub(crate) release: Option<Cost>,
}

impl Subject {
    /// Writes the crates into the folder.
    pub(crate) fn write(library: Library, models: usize, folder: &Path) -> Result<Self> {
        let side = |models| {
            let written = Crate::write(folder, &format!("{}-{models}", library.name()), &library.generate(models))?;
            Ok::<_, anyhow::Error>(Side { models, written, checks: Vec::new(), releases: Vec::new() })
        };
        Ok(Self { library, few: side(FEW)?, many: side(models)? })
    }

    /// Builds both crates once more.
    pub(crate) fn build(&mut self, work: Work) -> Result<()> {
        for side in [&mut self.few, &mut self.many] {
            let cost = side.written.build(work)?;
            let [wall, cpu] = [cost.wall, cost.cpu].map(|time| time.as_secs_f64());
            println!("{}, {} models, {work}: {wall:.2} s, processors {cpu:.2} s", self.library.name(), side.models);
            side.costs(work).push(cost);
        }
        Ok(())
    }

    /// What the builds say of a model.
    pub(crate) fn measured(&mut self) -> Result<Measured> {
        let name = self.library.name();
        let name = format!("{name} {}", self.many.written.version_of(name)?);
        let release = (!self.many.releases.is_empty()).then(|| self.per_model(Work::Release));
        Ok(Measured { name, check: self.per_model(Work::Check), release })
    }

    fn per_model(&mut self, work: Work) -> Cost {
        let models = (self.many.models - self.few.models) as u32;
        let (few, many) = (self.few.costs(work), self.many.costs(work));
        let more = |time: fn(&Cost) -> Duration| median(many, time).saturating_sub(median(few, time)) / models;
        Cost { wall: more(|cost| cost.wall), cpu: more(|cost| cost.cpu) }
    }
}

impl Side {
    fn costs(&mut self, work: Work) -> &mut Vec<Cost> {
        match work {
            Work::Check => &mut self.checks,
            Work::Release => &mut self.releases,
        }
    }
}

fn median(costs: &[Cost], time: fn(&Cost) -> Duration) -> Duration {
    let mut times: Vec<Duration> = costs.iter().map(time).collect();
    times.sort_unstable();
    times[times.len() / 2]
}
