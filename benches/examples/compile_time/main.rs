//! What a model costs the compiler, beside the same model for other libraries:
//! `cargo run --release -p benches --example compile_time -- --with diesel,sea-orm`.

mod build;
mod diesel;
mod models;
mod ours;
mod page;
mod sea_orm;
mod subject;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use clap::{Parser, ValueEnum};

use crate::build::Work;
use crate::models::Generated;
use crate::subject::{FEW, Measured, Subject};

/// Measures what a model costs the compiler: writes crates with few and with many models, and builds them.
#[derive(Parser)]
struct Arguments {
    /// How many models, each of 10 columns and 3 relationships: an even number above 4.
    #[arg(long, default_value_t = 100, value_parser = even)]
    models: usize,
    /// Other libraries, measured beside this one.
    #[arg(long, value_enum, value_delimiter = ',')]
    with: Vec<Library>,
    /// How often each crate is built; the median counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Where the crates are written, and stay; a temporary folder where none is given.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Checks alone, without release builds.
    #[arg(long, conflicts_with = "record")]
    check: bool,
    /// Writes COMPILE_TIME.md.
    #[arg(long)]
    record: bool,
}

/// Whose models they are.
#[derive(Clone, Copy, ValueEnum)]
enum Library {
    #[value(skip)]
    OrmCore,
    Diesel,
    SeaOrm,
}

fn even(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(models) if models > FEW && models % 2 == 0 => Ok(models),
        _ => Err(format!("it is no even number above {FEW}")),
    }
}

impl Library {
    fn name(self) -> &'static str {
        match self {
            Self::OrmCore => "orm-core",
            Self::Diesel => "diesel",
            Self::SeaOrm => "sea-orm",
        }
    }

    fn generate(self, models: usize) -> Generated {
        match self {
            Self::OrmCore => ours::generate(models, this_crate().parent().expect("it is in the workspace")),
            Self::Diesel => diesel::generate(models),
            Self::SeaOrm => sea_orm::generate(models),
        }
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let temporary = tempfile::tempdir()?;
    let folder = arguments.folder.as_deref().unwrap_or(temporary.path());
    let libraries = [Library::OrmCore].into_iter().chain(arguments.with);
    let write = |library| Subject::write(library, arguments.models, folder);
    let mut subjects: Vec<Subject> = libraries.map(write).collect::<Result<_>>()?;
    let work = if arguments.check { [Work::Check].as_slice() } else { &[Work::Check, Work::Release] };
    for _ in 0..arguments.rounds {
        for subject in &mut subjects {
            work.iter().try_for_each(|work| subject.build(*work))?;
        }
    }
    let measured: Vec<Measured> = subjects.iter_mut().map(Subject::measured).collect::<Result<_>>()?;
    println!("\n{}", page::table(&measured));
    if arguments.record {
        let file = this_crate().join("COMPILE_TIME.md");
        fs::write(&file, page::page(&rustc()?, arguments.models, arguments.rounds, &measured))?;
        println!("{} is written", file.display());
    }
    Ok(())
}

fn this_crate() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The compiler and its version.
fn rustc() -> Result<String> {
    let output = Command::new("rustc").arg("--version").output()?;
    let version = String::from_utf8(output.stdout)?;
    Ok(version.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_generated_is_rust_without_words_of_the_templates() {
        for library in [Library::OrmCore, Library::Diesel, Library::SeaOrm] {
            for (file, text) in library.generate(6).files {
                syn::parse_file(&text).unwrap_or_else(|error| panic!("{} of {}: {error}", file, library.name()));
                let left = ["THIS", "PARENT", "CHILD", "PEER", "LINK", "CALLS", "TABLES"]
                    .into_iter()
                    .find(|word| text.contains(word));
                assert_eq!(left, None, "{file} of {}", library.name());
            }
        }
    }

    #[test]
    fn each_library_has_all_models_and_uses_as_many() {
        for library in [Library::OrmCore, Library::Diesel, Library::SeaOrm] {
            let text: String = library.generate(6).files.into_iter().map(|(_, text)| text).collect();
            let models = (0..6).filter(|model| {
                text.contains(&format!("\"model_{model}\"")) || text.contains(&format!(" model_{model} (id)"))
            });
            assert_eq!(models.count(), 6, "{}", library.name());
            assert_eq!(text.matches("fn use_").count(), 2, "{}", library.name());
        }
    }
}
