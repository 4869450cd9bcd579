//! A database URL in, settings out; or which part of it is wrong, without the password.
//!
//! Where a password is not written as it must be, its parts stand where host, port, database or options should. So no part of
//! a URL is shown before it is sure that the password is none of it.

use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::connection::SslMode;
use crate::connection::settings::{Password, Place, Settings};

/// The port that MariaDB and MySQL listen on where nothing else is said.
const DEFAULT_PORT: u16 = 3306;

const FORM: &str = "write mysql://user:password@host:port/database";

/// What is wrong, and what to write.
type Told<T> = Result<T, String>;

/// `mysql://user:password@host:port/database?option=value&…`
pub(crate) fn parse(text: &str) -> Told<Settings> {
    // Whoever reads a URL from a file has a line break at its end.
    let rest = after_scheme(text.trim())?;
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if rest.contains('@') {
        return Err(format!(
            "an `@` stands after the first `/`, `?` or `#`: write %40 for `@`, %2F for `/`, %3F for `?` and %23 for `#` in a \
             user, a password, a database and an option; {FORM}"
        ));
    }
    if rest.contains('#') {
        return Err("it has a `#`: write %23 for one in a password, a database or an option".into());
    }
    let (path, listed) = rest.split_once('?').unwrap_or((rest, ""));
    let (login, host) = authority.rsplit_once('@').map_or((None, authority), |(login, host)| (Some(login), host));
    let (host, port) = host_and_port(host, login.is_some())?;
    let mut options = options(listed)?;
    let socket = options.iter().position(|(name, _)| *name == "socket").map(|at| options.remove(at).1);
    let place = place(socket, host, port)?;
    let mut settings = Settings::new(place);
    log_in(login.unwrap_or_default(), &mut settings)?;
    settings.database = database(path)?;
    options.into_iter().try_for_each(|(option, value)| apply(option, &value, &mut settings))?;
    Ok(settings)
}

/// What stands behind `mysql://`.
fn after_scheme(text: &str) -> Told<&str> {
    if text.is_empty() {
        return Err(format!("it is empty; {FORM}"));
    }
    if text.contains(char::is_control) {
        return Err(
            "it has a line break, a tab or another control character: in a password write %0A and the like".into()
        );
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(format!("it does not begin with `mysql://` or `mariadb://`; {FORM}"));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "mysql" | "mariadb" => Ok(rest),
        other if other.len() <= 12 && other.chars().all(|c| c.is_ascii_alphanumeric()) => {
            Err(format!("it begins with `{other}:`, not with `mysql:` or `mariadb:`"))
        }
        _ => Err(format!("it does not begin with `mysql://` or `mariadb://`; {FORM}")),
    }
}

/// The host, if there is one, and the port, if there is one. Without a login the port may be what should be a password.
fn host_and_port(text: &str, has_login: bool) -> Told<(Option<&str>, Option<u16>)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or("the host begins with `[`, and no `]` ends it")?;
            if host.parse::<std::net::Ipv6Addr>().is_err() {
                return Err("the host in brackets is no IPv6 address".into());
            }
            match port.strip_prefix(':') {
                _ if port.is_empty() => (host, None),
                Some(port) => (host, Some(port)),
                None => return Err("only `:` and a port can follow the `]` of the host".into()),
            }
        }
        None => match text.split_once(':') {
            Some((_, rest)) if rest.contains(':') => {
                return Err(format!(
                    "the host and the port have more than one `:` between them: write an IPv6 address in brackets, \
                     [::1]:{DEFAULT_PORT}, and %3A for a `:` in a user"
                ));
            }
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    if !host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':')) {
        return Err(
            "the host has a character that no name and no address has; a socket is given as `?socket=/path`".into()
        );
    }
    let port = port.map(|port| port_number(port, has_login)).transpose()?;
    if host.is_empty() && port.is_some() {
        return Err(format!("it has a port and no host; {FORM}"));
    }
    Ok((Some(host).filter(|host| !host.is_empty()), port))
}

fn port_number(text: &str, has_login: bool) -> Told<u16> {
    match text.parse::<u16>() {
        Ok(port) if port > 0 && text.bytes().all(|digit| digit.is_ascii_digit()) => Ok(port),
        _ if has_login => Err(format!("the port is `{}`, and not a number from 1 to 65535", shown(text))),
        _ => Err(format!(
            "what follows the `:` is not a port, a number from 1 to 65535; if it is a password, `@` and a host are missing \
             behind it; {FORM}"
        )),
    }
}

fn log_in(login: &str, settings: &mut Settings) -> Told<()> {
    let (user, password) = login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
    settings.user = decoded(user, "user")?;
    if let Some(password) = password.filter(|password| !password.is_empty()) {
        settings.password = Password::Text(decoded(password, "password")?);
    }
    Ok(())
}

fn database(path: &str) -> Told<Option<String>> {
    let name = path.strip_prefix('/').unwrap_or(path);
    if name.contains('/') {
        return Err(format!(
            "there is a second `/` behind the host: write %2F for one in a password or a database; {FORM}"
        ));
    }
    Ok(Some(decoded(name, "database")?).filter(|name| !name.is_empty()))
}

/// The options, each with its value.
fn options(text: &str) -> Told<Vec<(&'static str, String)>> {
    let mut options: Vec<(&'static str, String)> = Vec::new();
    for option in text.split('&').filter(|option| !option.is_empty()) {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let (name, example) = known(name)?;
        if options.iter().any(|(other, _)| *other == name) {
            return Err(format!("the option `{name}` is given twice"));
        }
        let value = decoded(value, &format!("value of `{name}`"))?;
        if value.is_empty() {
            return Err(format!("the option `{name}` has no value; write `{name}={example}`"));
        }
        options.push((name, value));
    }
    Ok(options)
}

fn place(socket: Option<String>, host: Option<&str>, port: Option<u16>) -> Told<Place> {
    match (socket, host) {
        (Some(path), None | Some("localhost")) if port.is_none() => Ok(Place::Socket(PathBuf::from(path))),
        (Some(_), _) => Err("it has two places, a host or a port and a socket: write the one or the other, \
                             mysql://user@localhost/database?socket=/path for a socket"
            .into()),
        (None, Some(host)) => Ok(Place::Host(host.to_owned(), port.unwrap_or(DEFAULT_PORT))),
        (None, None) => Err(format!("it has no host; {FORM}, or `?socket=/path` for a socket")),
    }
}

/// The options of a URL, each with an example of its value.
const OPTIONS: [(&str, &str); 15] = [
    ("pool_size", "16"),
    ("wait_timeout", "10s"),
    ("connect_timeout", "10s"),
    ("read_timeout", "1m"),
    ("write_timeout", "1m"),
    ("max_lifetime", "30m"),
    ("idle_timeout", "10m"),
    ("test_after", "5s"),
    ("ssl_mode", "verify_identity"),
    ("ssl_ca", "/path/ca.pem"),
    ("ssl_cert", "/path/client.pem"),
    ("ssl_key", "/path/client-key.pem"),
    ("socket", "/path/mysqld.sock"),
    ("password_env", "DB_PASSWORD"),
    ("password_file", "/path/password"),
];

/// An option, and an example of its value.
fn known(name: &str) -> Told<(&'static str, &'static str)> {
    if let Some(option) = OPTIONS.into_iter().find(|(known, _)| *known == name) {
        return Ok(option);
    }
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if !is_name {
        return Err("what follows the `?` is no list of `name=value` with `&` between them".into());
    }
    let like = name.to_ascii_lowercase().replace('-', "_");
    let nearest = OPTIONS.iter().map(|&(known, _)| (distance(&like, known), known)).min();
    match nearest {
        Some((distance, nearest)) if distance <= 3 => {
            Err(format!("`{}` is not an option; did you mean `{nearest}`?", shown(name)))
        }
        _ => {
            let names: Vec<_> = OPTIONS.iter().map(|(name, _)| *name).collect();
            Err(format!("`{}` is not an option; there are {}", shown(name), names.join(", ")))
        }
    }
}

/// How many letters are to be put in, taken out or changed.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for column in 0..other.len() {
            let changed = diagonal + usize::from(letter != other[column]);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

fn apply(option: &'static str, value: &str, settings: &mut Settings) -> Told<()> {
    let told = |reason: String| format!("`{option}` {reason}");
    let limit = || duration(value).map_err(told);
    let or_none = || if value == "none" { Ok(None) } else { limit().map(Some) };
    let path = || Some(PathBuf::from(value));
    match option {
        "pool_size" => settings.limits.size = number(value).map_err(told)?,
        "wait_timeout" => settings.limits.wait = limit()?,
        "connect_timeout" => settings.connect_timeout = limit()?,
        "read_timeout" => settings.read_timeout = or_none()?,
        "write_timeout" => settings.write_timeout = or_none()?,
        "max_lifetime" => settings.limits.lifetime = or_none()?,
        "idle_timeout" => settings.limits.idle = or_none()?,
        "test_after" => settings.limits.trusted = limit()?,
        "ssl_mode" => settings.tls.mode = Some(SslMode::parse(value).map_err(told)?),
        "ssl_ca" => settings.tls.ca = path(),
        "ssl_cert" => settings.tls.certificate = path(),
        "ssl_key" => settings.tls.key = path(),
        "password_env" => password(Password::Variable(value.to_owned()), settings)?,
        _ => password(Password::File(PathBuf::from(value)), settings)?,
    }
    Ok(())
}

fn password(password: Password, settings: &mut Settings) -> Told<()> {
    if settings.password != Password::None {
        return Err("it says twice what the password is: it can stand behind the user, in `password_env` or in \
                    `password_file`"
            .into());
    }
    settings.password = password;
    Ok(())
}

fn number(text: &str) -> Told<usize> {
    match text.parse::<u32>() {
        Ok(number) if number > 0 => Ok(number as usize),
        _ => Err(format!("is `{}`, and not a number from 1 on", shown(text))),
    }
}

/// A whole number and its unit.
fn duration(text: &str) -> Told<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let each = match unit {
        "ms" => Some(Duration::from_millis(1)),
        "s" => Some(Duration::from_secs(1)),
        "m" => Some(Duration::from_secs(60)),
        "h" => Some(Duration::from_secs(60 * 60)),
        _ => None,
    };
    match (number.parse::<u32>(), each) {
        (Ok(number), Some(each)) => Ok(each.saturating_mul(number)),
        (Ok(number), None) if unit.is_empty() => {
            Err(format!("is `{number}` without a unit: write `{number}s` for seconds, or `ms`, `m` or `h`"))
        }
        _ => Err(format!(
            "is `{}`, and not a whole number with a unit, such as `500ms`, `5s`, `2m` or `1h`",
            shown(text)
        )),
    }
}

/// The text behind `%XX`; a `%` alone is a mistake, and not itself.
fn decoded(text: &str, part: &str) -> Told<String> {
    let is_escape = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|digit| digit.is_ascii_hexdigit());
    if !text.split('%').skip(1).all(is_escape) {
        return Err(format!(
            "the {part} has a `%` without two hexadecimal digits behind it: write %25 for the sign itself"
        ));
    }
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| format!("the {part} is not UTF-8 behind its %XX"))
}

/// The beginning of a long text.
fn shown(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
