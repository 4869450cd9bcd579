//! Fetching the server on Debian and Ubuntu: apt downloads its packages into the cache under a
//! state of its own, and `dpkg-deb` unpacks them there. Nothing is installed, and root is not
//! needed.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::cache::{Cache, Locked};
use crate::environment;
use crate::error::{Doing, Error};
use crate::log;
use crate::mariadbd::{self, Mariadbd};

/// The name in the cache.
const TREE: &str = "server";

/// Without the version that older releases append to it.
const PACKAGE: &str = "mariadb-server-core";

/// Read after the machine's own configuration. It takes back the hooks, which would touch the
/// system (those of container images remove files), and needs no other user than ours.
const CONFIGURATION: &str = "\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Post-Invoke;
APT::Update::Error-Mode \"any\";
Acquire::Languages \"none\";
Acquire::Retries \"2\";
APT::Sandbox::User \"root\";
APT::Get::Assume-Yes \"true\";
APT::Install-Recommends \"false\";
Debug::NoLocking \"true\";
Dir::State::status \"/var/lib/dpkg/status\";
";

/// The root directory of the fetched server; fetches it unless that was done before.
pub(crate) fn fetched(cache: &Cache) -> Result<PathBuf, Error> {
    if let Some(root) = cache.find(TREE) {
        return Ok(root);
    }
    check_that_we_can_and_may()?;
    let locked = cache.lock()?;
    // Another process may have fetched it while this one waited for the lock.
    if let Some(root) = cache.find(TREE) {
        return Ok(root);
    }
    announce(cache);
    locked.replace(TREE, |root| fetch(&locked, root))?;
    cache.find(TREE).ok_or(Error::NoServer { reason: "what was fetched disappeared from the cache at once" })
}

fn check_that_we_can_and_may() -> Result<(), Error> {
    if environment::fetching_is_forbidden() {
        return Err(Error::NoServer { reason: "ORM_SANDBOX_NO_FETCH forbids it" });
    }
    if ["apt-get", "apt-cache", "dpkg-deb"].iter().any(|tool| mariadbd::in_path(tool).is_none()) {
        return Err(Error::NoServer { reason: "apt and dpkg-deb are not on this machine" });
    }
    Ok(())
}

/// A download that nobody asked for must be seen.
fn announce(cache: &Cache) {
    eprintln!(
        "orm-sandbox: no mariadbd on this machine; fetching the package {PACKAGE} once into {} \
         (nothing is installed)",
        cache.directory().display()
    );
}

fn fetch(locked: &Locked<'_>, root: &Path) -> Result<(), Error> {
    let apt = Apt::new(locked.new_directory()?)?;
    let update = apt.update()?;
    let packages = apt
        .package_name()
        .and_then(|package| apt.download(&package))
        // A list that could not be loaded explains best why the package is not there.
        .map_err(|error| update.err().unwrap_or(error))?;
    fs::create_dir(root).doing("create", root)?;
    for package in &packages {
        unpack(package, root)?;
    }
    check_that_it_runs(&Mariadbd::below(root)?)
}

fn unpack(package: &Path, root: &Path) -> Result<(), Error> {
    let mut command = Command::new("dpkg-deb");
    command.arg("--extract").arg(package).arg(root);
    run("dpkg-deb --extract", &mut command).map(drop)
}

fn check_that_it_runs(server: &Mariadbd) -> Result<(), Error> {
    let words = server.command();
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).arg("--version");
    run("mariadbd --version", &mut command).map(drop)
}

/// apt with a state and a cache of its own, but with the system's sources and keys, and with
/// the system's list of installed packages, so that only what is lacking is downloaded.
struct Apt {
    directory: PathBuf,
}

impl Apt {
    fn new(directory: PathBuf) -> Result<Self, Error> {
        for needed in ["state/lists/partial", "cache/archives/partial"] {
            let path = directory.join(needed);
            fs::create_dir_all(&path).doing("create", &path)?;
        }
        let apt = Self { directory };
        let configuration = apt.configuration();
        fs::write(&configuration, CONFIGURATION).doing("write", &configuration)?;
        Ok(apt)
    }

    /// Loads the package lists. Some source of a machine often fails and does not matter, so a
    /// failure is returned inside, to be reported only if the package is not found.
    fn update(&self) -> Result<Result<(), Error>, Error> {
        let mut command = self.command("apt-get");
        command.arg("update");
        match run("apt-get update", &mut command) {
            Err(error @ Error::Fetch { .. }) => Ok(Err(error)),
            result => result.map(|_| Ok(())),
        }
    }

    /// `mariadb-server-core`, or that with the version that older releases append.
    fn package_name(&self) -> Result<String, Error> {
        let mut command = self.command("apt-cache");
        command.arg("pkgnames").arg(PACKAGE);
        let output = run("apt-cache pkgnames", &mut command)?;
        let names = String::from_utf8_lossy(&output.stdout).into_owned();
        // The plain name is the shortest.
        let shortest = names.lines().min_by_key(|name| name.len());
        shortest.map(str::to_owned).ok_or(Error::NoServer { reason: "apt knows no package mariadb-server-core" })
    }

    fn download(&self, package: &str) -> Result<Vec<PathBuf>, Error> {
        let mut command = self.command("apt-get");
        command.args(["--download-only", "install", package]);
        run("apt-get --download-only install", &mut command)?;
        self.downloaded()
    }

    fn downloaded(&self) -> Result<Vec<PathBuf>, Error> {
        let archives = self.directory.join("cache/archives");
        let mut packages = Vec::new();
        for entry in fs::read_dir(&archives).doing("read", &archives)? {
            let path = entry.doing("read", &archives)?.path();
            if path.extension() == Some(OsStr::new("deb")) {
                packages.push(path);
            }
        }
        Ok(packages)
    }

    fn configuration(&self) -> PathBuf {
        self.directory.join("apt.conf")
    }

    fn command(&self, tool: &str) -> Command {
        let mut command = Command::new(tool);
        command.arg("-c").arg(self.configuration()).arg("--quiet");
        for (name, place) in [
            ("Dir::State", "state/"),
            ("Dir::State::lists", "state/lists/"),
            ("Dir::Cache", "cache/"),
            ("Dir::Cache::archives", "cache/archives/"),
        ] {
            let mut setting = OsString::from(format!("{name}="));
            setting.push(self.directory.join(place));
            command.arg("-o").arg(setting);
        }
        command
    }
}

/// Runs a step to its end; its failure carries the last lines that it wrote.
fn run(step: &'static str, command: &mut Command) -> Result<Output, Error> {
    let program = PathBuf::from(command.get_program());
    let output = command.env("LC_ALL", "C").stdin(Stdio::null()).output().doing("run", &program)?;
    if output.status.success() {
        return Ok(output);
    }
    Err(Error::Fetch { step, status: output.status, output: log::tail(&[output.stdout, output.stderr].concat()) })
}
