//! Writes crates, and builds them with a watch on it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};
use std::{env, fmt, fs};

use anyhow::{Context, Result, ensure};
use rustix::param::clock_ticks_per_second;

use crate::models::Generated;

/// What cargo does.
#[derive(Clone, Copy)]
pub(crate) enum Work {
    Check,
    Release,
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Check => "check",
            Self::Release => "release build",
        })
    }
}

/// What it takes.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    /// Time on the clock.
    pub(crate) wall: Duration,
    /// Time of all processors together.
    pub(crate) cpu: Duration,
}

/// A crate on the disk.
pub(crate) struct Crate {
    folder: PathBuf,
    target: PathBuf,
}

impl Crate {
    /// Writes it to a folder of its own inside of `into`. Crates in one folder share what their dependencies are built to.
    pub(crate) fn write(into: &Path, name: &str, generated: &Generated) -> Result<Self> {
        let folder = into.join(name);
        let package = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\n");
        let manifest = format!("{package}{}\n[workspace]\n", generated.dependencies);
        let files = generated.files.iter().map(|(file, text)| (folder.join("src").join(file), text));
        for (file, text) in files.chain([(folder.join("Cargo.toml"), &manifest)]) {
            fs::create_dir_all(file.parent().expect("it is in a folder"))?;
            fs::write(file, text)?;
        }
        Ok(Self { folder, target: into.join("target") })
    }

    /// Builds the crate again, and before that, unmeasured, what it depends on and is not there yet.
    pub(crate) fn build(&self, work: Work) -> Result<Cost> {
        self.cargo(work)?;
        let main = fs::File::options().append(true).open(self.folder.join("src/main.rs"))?;
        main.set_modified(SystemTime::now())?;
        let (began, cpu) = (Instant::now(), cpu_of_children()?);
        self.cargo(work)?;
        Ok(Cost { wall: began.elapsed(), cpu: cpu_of_children()?.saturating_sub(cpu) })
    }

    /// The version of a dependency, as it was resolved.
    pub(crate) fn version_of(&self, dependency: &str) -> Result<String> {
        let lock = fs::read_to_string(self.folder.join("Cargo.lock"))?;
        let (_, package) = lock.split_once(&format!("name = \"{dependency}\"")).context("it is a dependency")?;
        Ok(package.split('"').nth(1).context("it has a version")?.to_owned())
    }

    fn cargo(&self, work: Work) -> Result<()> {
        let output = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
            .args(match work {
                Work::Check => ["check", "--quiet"].as_slice(),
                Work::Release => &["build", "--release", "--quiet"],
            })
            .arg("--target-dir")
            .arg(&self.target)
            .current_dir(&self.folder)
            .env("CARGO_INCREMENTAL", "0")
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{}: {said}", self.folder.display());
        Ok(())
    }
}

/// What all programs took that this one has started and waited for, and theirs; it is counted in hundredths of seconds. Nothing where
/// the system does not tell.
fn cpu_of_children() -> Result<Duration> {
    let Ok(stat) = fs::read_to_string("/proc/self/stat") else { return Ok(Duration::ZERO) };
    // The name, in parentheses, may have spaces. `cutime` and `cstime` are the 16th and 17th of all (proc_pid_stat(5)).
    let (_, after_the_name) = stat.rsplit_once(')').context("the name ends")?;
    let ticks = after_the_name.split_whitespace().skip(13).take(2).map(str::parse::<u64>);
    let ticks: u64 = ticks.sum::<Result<_, _>>()?;
    Ok(Duration::from_secs_f64(ticks as f64 / clock_ticks_per_second() as f64))
}
