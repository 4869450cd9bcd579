//! Counts the instructions of the hot paths with callgrind, and compares them with `instructions.txt`:
//! `cargo run --release -p benches --bin instructions`. It needs `valgrind`.

use std::collections::BTreeMap;
use std::path::{Path as FilePath, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use benches::Job;
use benches::paths::{ALL, Path};
use benches::world::World;
use clap::Parser;

/// Counts the instructions of the hot paths, and fails where one needs more than is recorded.
#[derive(Parser)]
struct Arguments {
    /// Those whose names contain one of these; all where there is none.
    names: Vec<String>,
    /// Records what is counted.
    #[arg(long)]
    record: bool,
    /// By how many percent a path may need more than is recorded.
    #[arg(long, default_value_t = 2.0)]
    tolerance: f64,
    /// The server; a private one where none is given. Databases `bench_…` are made there.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    url: Option<String>,
    /// Goes one path, for so many objects: this is what callgrind runs.
    #[arg(long, hide = true, num_args = 2, value_names = ["PATH", "N"])]
    go: Vec<String>,
}

/// Objects of a path.
const OBJECTS: u64 = 1_000;
/// The same, where the path should not depend on it.
const MANY: u64 = 10_000;

/// Instructions, by path and number of objects.
type Counts = BTreeMap<(String, u64), u64>;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let world = World::start(arguments.url.as_deref())?;
    if let [name, n] = &arguments.go[..] {
        return go(&world, name, n.parse()?);
    }
    ensure!(!cfg!(debug_assertions), "only a release build is worth counting");
    let chosen: Vec<(&str, u64)> = chosen(&arguments.names).collect();
    ensure!(!chosen.is_empty(), "no path is called so; there are {}", ALL.map(|path| path.name).join(", "));
    let (recorded, mut counts) = (read()?, Counts::new());
    println!("Instructions, for n objects");
    println!("{:14}{:>6}{:>14}{:>14}{:>10}", "path", "n", "recorded", "now", "change");
    for (name, n) in chosen {
        let now = count(world.url(), name, n)?;
        let before = recorded.get(&(name.to_owned(), n)).copied();
        let change = before.map_or("new".to_owned(), |before| format!("{:+.1} %", more(before, now)));
        println!("{name:14}{n:>6}{:>14}{now:>14}{change:>10}", before.unwrap_or_default());
        counts.insert((name.to_owned(), n), now);
    }
    match arguments.record {
        true => record(recorded, counts),
        false => compare(&recorded, &counts, arguments.tolerance),
    }
}

fn chosen(names: &[String]) -> impl Iterator<Item = (&'static str, u64)> {
    let all = ALL.iter().map(|path| (path.name, OBJECTS)).chain([("change-one", MANY)]);
    all.filter(|(path, _)| names.is_empty() || names.iter().any(|name| path.contains(name)))
}

/// The first time prepares statements.
fn go(world: &World, name: &str, n: u64) -> Result<()> {
    let path: &Path = ALL.iter().find(|path| path.name == name).context("there is no such path")?;
    (path.ready)(world, n)?()?;
    counted_by_callgrind(&mut (path.ready)(world, n)?)
}

/// Callgrind counts while it is inside of this function, which it knows by name.
#[inline(never)]
fn counted_by_callgrind(job: &mut Job<'_>) -> Result<()> {
    job().map(drop)
}

fn count(url: &str, name: &str, n: u64) -> Result<u64> {
    let program = env::current_exe()?;
    let profile = program.with_file_name(format!("callgrind.{name}.{n}"));
    let ran = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*counted_by_callgrind*"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(program)
        .args(["--go", name, &n.to_string()])
        .env("DATABASE_URL", url)
        .stderr(Stdio::piped())
        .output()
        .context("valgrind is needed")?;
    ensure!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let profile = fs::read_to_string(profile)?;
    let summary = profile.lines().find_map(|line| line.strip_prefix("summary: "));
    Ok(summary.context("callgrind sums up")?.trim().parse()?)
}

/// By how many percent it is more.
fn more(before: u64, now: u64) -> f64 {
    (now as f64 / before as f64 - 1.0) * 100.0
}

fn compare(recorded: &Counts, counts: &Counts, tolerance: f64) -> Result<()> {
    let is_more = |(path, now): (&(String, u64), &u64)| {
        let before = recorded.get(path).with_context(|| format!("{} is new: --record", path.0))?;
        Ok::<_, anyhow::Error>((more(*before, *now) > tolerance).then(|| path.0.clone()))
    };
    let worse: Vec<String> = counts.iter().map(is_more).filter_map(Result::transpose).collect::<Result<_>>()?;
    if !worse.is_empty() {
        bail!("more than {tolerance} % more than is recorded: {}", worse.join(", "));
    }
    Ok(())
}

fn file() -> PathBuf {
    FilePath::new(env!("CARGO_MANIFEST_DIR")).join("instructions.txt")
}

/// What is recorded; nothing where there is no file.
fn read() -> Result<Counts> {
    let text = if file().exists() { fs::read_to_string(file())? } else { String::new() };
    let read = |line: &str| {
        let [path, n, instructions] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            bail!("not a path with two numbers: {line}");
        };
        Ok(((path.to_owned(), n.parse()?), instructions.parse()?))
    };
    text.lines().filter(|line| !line.starts_with('#')).map(read).collect()
}

/// What was not counted now stays.
fn record(recorded: Counts, counts: Counts) -> Result<()> {
    let rustc = Command::new("rustc").arg("--version").output()?.stdout;
    let mut text = format!(
        "# Instructions of the hot paths (`paths.rs`), each for n objects; `{}` on {}.\n\
         # Written by `cargo run --release -p benches --bin instructions -- --record`.\n",
        String::from_utf8_lossy(&rustc).trim(),
        env::consts::ARCH
    );
    for (path, n) in chosen(&[]) {
        let path = (path.to_owned(), n);
        if let Some(instructions) = counts.get(&path).or_else(|| recorded.get(&path)) {
            text += &format!("{:14}{n:>6}{instructions:>14}\n", path.0);
        }
    }
    Ok(fs::write(file(), text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_is_recorded() {
        let recorded = read().expect("what was written can be read");
        let paths: Vec<(&str, u64)> = recorded.keys().map(|(path, n)| (path.as_str(), *n)).collect();
        let mut all: Vec<(&str, u64)> = chosen(&[]).collect();
        all.sort_unstable();
        assert_eq!(paths, all);
    }
}
