//! URLs that are right, and what is said of those that are not.

use proptest::prelude::*;

use super::*;
use crate::connection::Engine;

fn settings(url: &str) -> Settings {
    parse(url).unwrap_or_else(|reason| panic!("{url}: {reason}"))
}

#[track_caller]
fn told(url: &str) -> String {
    parse(url).map(drop).expect_err("a mistake")
}

#[test]
fn a_url_names_its_parts() {
    let it = settings("mysql://app_user:Password123%21@127.0.0.1/planning");
    assert_eq!((it.place.to_string().as_str(), it.user.as_str()), ("127.0.0.1:3306", "app_user"));
    assert_eq!(it.password, Password::Text("Password123!".into()));
    assert_eq!(it.database.as_deref(), Some("planning"));
    let it = settings(" MariaDB://me@[::1]:3307/gr%C3%B6%C3%9Fe%2F1?pool_size=8\n");
    assert_eq!((it.place.to_string().as_str(), it.password), ("[::1]:3307", Password::None));
    assert_eq!((it.database.as_deref(), it.limits.size), (Some("größe/1"), 8));
    let it = settings("mysql://db.example.com");
    assert_eq!((it.place, it.user.as_str(), it.database), (Place::Host("db.example.com".into(), 3306), "", None));
}

#[test]
fn signs_that_part_nothing_may_stand_in_a_password() {
    let it = settings("mysql://me:a@b:c!$&'()*+,;=[x]~\"@db/planning");
    assert_eq!(it.password, Password::Text("a@b:c!$&'()*+,;=[x]~\"".into()));
    assert_eq!(it.place.to_string(), "db:3306");
}

#[test]
fn a_socket_takes_the_place_of_host_and_port() {
    for url in ["mariadb://root@localhost/planning?socket=%2Ftmp%2Fs.sock", "mysql:///planning?socket=/tmp/s.sock"] {
        assert_eq!(settings(url).place, Place::Socket("/tmp/s.sock".into()));
    }
    let two = "it has two places, a host or a port and a socket: write the one or the other, \
               mysql://user@localhost/database?socket=/path for a socket";
    assert_eq!(told("mysql://root@db/planning?socket=/tmp/s"), two);
    assert_eq!(told("mysql://root@localhost:3306/planning?socket=/tmp/s"), two);
}

#[test]
fn each_option_has_its_place() {
    let it = settings(
        "mysql://db/x?pool_size=8&wait_timeout=500ms&connect_timeout=5s&read_timeout=2m&write_timeout=none&max_lifetime=1h&\
         idle_timeout=none&test_after=0s&ssl_mode=VERIFY_IDENTITY&ssl_ca=/ca&ssl_cert=/c&ssl_key=/k&password_env=P",
    );
    let (s, ms) = (Duration::from_secs, Duration::from_millis);
    assert_eq!((it.limits.size, it.limits.wait, it.connect_timeout), (8, ms(500), s(5)));
    assert_eq!((it.read_timeout, it.write_timeout), (Some(s(120)), None));
    assert_eq!((it.limits.lifetime, it.limits.idle, it.limits.trusted), (Some(s(3600)), None, s(0)));
    assert_eq!(it.tls.mode, Some(SslMode::VerifyIdentity));
    let files = [it.tls.ca, it.tls.certificate, it.tls.key];
    assert_eq!(files, ["/ca", "/c", "/k"].map(|path| Some(path.into())));
    assert_eq!(it.password, Password::Variable("P".into()));
    assert_eq!(settings("mysql://db?password_file=%2Frun%2Fp").password, Password::File("/run/p".into()));
}

#[test]
fn the_documents_name_each_option() {
    let documents = [include_str!("../builder.rs"), include_str!("../../../../guide/connections.md")];
    for text in documents {
        for (name, _) in OPTIONS {
            assert!(text.contains(&format!("`{name}=")), "`{name}` is missing");
        }
    }
}

#[test]
fn a_mistake_is_told_with_its_part() {
    let form = "write mysql://user:password@host:port/database";
    for (url, reason) in [
        ("", "it is empty; FORM"),
        ("localhost/db", "it does not begin with `mysql://` or `mariadb://`; FORM"),
        ("me:S3cr3t@db/x", "it does not begin with `mysql://` or `mariadb://`; FORM"),
        ("me:S3cr3t://@db/x", "it does not begin with `mysql://` or `mariadb://`; FORM"),
        ("postgres://me:S3cr3t@db/x", "it begins with `postgres:`, not with `mysql:` or `mariadb:`"),
        ("mysql://me:S3cr3t@/x", "it has no host; FORM, or `?socket=/path` for a socket"),
        ("mysql://me:S3cr3t@:3306/x", "it has a port and no host; FORM"),
        ("mysql://me:S3cr3t@db:99999/x", "the port is `99999`, and not a number from 1 to 65535"),
        ("mysql://me:S3cr3t@db:/x", "the port is ``, and not a number from 1 to 65535"),
        ("mysql://me:S3cr3t@db:+1/x", "the port is `+1`, and not a number from 1 to 65535"),
        (
            "mysql://me:S3cr3t",
            "what follows the `:` is not a port, a number from 1 to 65535; if it is a password, `@` and a host are missing \
             behind it; FORM",
        ),
        (
            "mysql://me:S3cr3t@::1/x",
            "the host and the port have more than one `:` between them: write an IPv6 address in brackets, [::1]:3306, and \
             %3A for a `:` in a user",
        ),
        ("mysql://me@[::1/x", "the host begins with `[`, and no `]` ends it"),
        ("mysql://me@[db]/x", "the host in brackets is no IPv6 address"),
        ("mysql://me@[::1]3306/x", "only `:` and a port can follow the `]` of the host"),
        (
            "mysql://me@%2Ftmp%2Fs.sock/x",
            "the host has a character that no name and no address has; a socket is given as `?socket=/path`",
        ),
        (
            "mysql://me:100%@db/x",
            "the password has a `%` without two hexadecimal digits behind it: write %25 for the sign itself",
        ),
        ("mysql://me:%FF@db/x", "the password is not UTF-8 behind its %XX"),
        (
            "mysql://m%e@db/x",
            "the user has a `%` without two hexadecimal digits behind it: write %25 for the sign itself",
        ),
        (
            "mysql://me@db/x/y",
            "there is a second `/` behind the host: write %2F for one in a password or a database; FORM",
        ),
        ("mysql://me@db/x#y", "it has a `#`: write %23 for one in a password, a database or an option"),
        (
            "mysql://me:S3\tcr3t@db/x",
            "it has a line break, a tab or another control character: in a password write %0A and the like",
        ),
        ("mysql://me@db/x?sokcet=/x", "`sokcet` is not an option; did you mean `socket`?"),
        ("mysql://me@db/x?ssl-mode=required", "`ssl-mode` is not an option; did you mean `ssl_mode`?"),
        ("mysql://me@db/x?poolSize=8", "`poolSize` is not an option; did you mean `pool_size`?"),
        ("mysql://me@db/x?=8", "what follows the `?` is no list of `name=value` with `&` between them"),
        ("mysql://me@db/x?pool_size", "the option `pool_size` has no value; write `pool_size=16`"),
        ("mysql://me@db/x?pool_size=8&pool_size=9", "the option `pool_size` is given twice"),
        ("mysql://me@db/x?pool_size=many", "`pool_size` is `many`, and not a number from 1 on"),
        ("mysql://me@db/x?pool_size=0", "`pool_size` is `0`, and not a number from 1 on"),
        (
            "mysql://me@db/x?read_timeout=5",
            "`read_timeout` is `5` without a unit: write `5s` for seconds, or `ms`, `m` or `h`",
        ),
        (
            "mysql://me@db/x?read_timeout=1.5s",
            "`read_timeout` is `1.5s`, and not a whole number with a unit, such as `500ms`, `5s`, `2m` or `1h`",
        ),
        (
            "mysql://me@db/x?wait_timeout=none",
            "`wait_timeout` is `none`, and not a whole number with a unit, such as `500ms`, `5s`, `2m` or `1h`",
        ),
        ("mysql://me@db/x?ssl_mode=on", "`ssl_mode` is none of `disabled`, `required` and `verify_identity`"),
        (
            "mysql://me@db/x?ssl_mode=preferred",
            "`ssl_mode` cannot be `preferred`, which gives encryption up where somebody in between wants it: write `required` \
             or `verify_identity`, or `disabled` where no encryption is needed",
        ),
        (
            "mysql://me@db/x?ssl_mode=verify_ca",
            "`ssl_mode` cannot be `verify_ca`: without the server's name any certificate of a public CA would do; write \
             `verify_identity`",
        ),
        (
            "mysql://me:S3cr3t@db/x?password_env=P",
            "it says twice what the password is: it can stand behind the user, in `password_env` or in `password_file`",
        ),
    ] {
        assert_eq!(told(url), reason.replace("FORM", form), "{url}");
    }
    let list = told("mysql://me@db/x?autocommit=true");
    assert!(list.starts_with("`autocommit` is not an option; there are pool_size, wait_timeout,"), "{list}");
}

#[test]
fn a_password_that_is_not_escaped_is_told_without_it() {
    let told_of = "an `@` stands after the first `/`, `?` or `#`: write %40 for `@`, %2F for `/`, %3F for `?` and %23 for `#` \
                   in a user, a password, a database and an option; write mysql://user:password@host:port/database";
    for password in ["S3cr3t/x", "1/S3cr3t", "S3cr3t#1", "1#S3cr3t", "1?S3cr3t&x", "x@S3cr3t/1", "1?pool_size=S3cr3t"] {
        assert_eq!(told(&format!("mysql://me:{password}@db/planning")), told_of, "{password}");
    }
}

#[test]
fn options_that_do_not_fit_together_are_told() {
    for (url, reason) in [
        ("mysql://me@db/x?ssl_cert=/c", "`ssl_cert` and `ssl_key` belong together, and one of them is missing"),
        (
            "mysql:///x?socket=/s&ssl_mode=required",
            "a Unix socket is never encrypted, and needs not be: leave out `ssl_mode` and the other `ssl_` options",
        ),
        (
            "mysql://db/x?ssl_mode=disabled&ssl_ca=/ca",
            "`ssl_mode` is `disabled`, so that `ssl_ca`, `ssl_cert` and `ssl_key` are of no use: leave them out",
        ),
        (
            "mysql://db/x?ssl_mode=required&ssl_ca=/ca",
            "`ssl_mode` is `required`, which verifies nothing, so that `ssl_ca` is of no use: write `ssl_mode=verify_identity`",
        ),
        ("mysql://db/x?connect_timeout=0s", "`connect_timeout` is 0, in which nothing can be done"),
    ] {
        let error = Engine::builder(url).check().expect_err("they do not fit");
        assert_eq!(error.to_string(), format!("the database URL is not valid: {reason}"), "{url}");
    }
}

#[test]
fn a_host_that_is_not_this_machine_has_tls_unless_something_else_is_said() {
    let mode = |url: &str| {
        let settings = settings(url);
        settings.tls.mode(&settings.place)
    };
    for url in ["mysql://localhost", "mysql://127.0.0.1", "mysql://127.8.9.1", "mysql://[::1]", "mysql://?socket=/s"] {
        assert_eq!(mode(url), SslMode::Disabled, "{url}");
    }
    for url in [
        "mysql://db",
        "mysql://10.0.0.1",
        "mysql://[fe80::1]",
        "mysql://localhost.example",
        "mysql://localhost?ssl_ca=/ca",
    ] {
        assert_eq!(mode(url), SslMode::VerifyIdentity, "{url}");
    }
    assert_eq!(mode("mysql://db?ssl_mode=disabled"), SslMode::Disabled);
}

proptest! {
    /// The password has a mark that is in no other text, and around it any of the signs that part a URL.
    #[test]
    fn no_text_has_a_password(
        before in "[-a-z0-9@:/?#%&=\\[\\] .\\\\é]{0,8}",
        after in "[-a-z0-9@:/?#%&=\\[\\] .\\\\é]{0,8}",
        form in 0..6,
    ) {
        let password = format!("{before}S3cr3tZq{after}");
        let url = match form {
            0 => format!("mysql://me:{password}@127.0.0.1:1/planning"),
            1 => format!("mysql://me:{password}@127.0.0.1:1/planning?pool_size=x"),
            2 => format!("mysql://me:{password}@/planning?sokcet=1"),
            3 => format!("{password}@db"),
            4 => format!("me:{password}@db/planning"),
            _ => format!("mysql://me:{}@127.0.0.1:1/planning", percent_encoding::utf8_percent_encode(
                &password, percent_encoding::NON_ALPHANUMERIC,
            )),
        };
        let builder = Engine::builder(&url);
        let mut texts = vec![format!("{builder:?}")];
        if let Err(error) = builder.check() {
            texts.extend([error.to_string(), format!("{error:?}")]);
        }
        if let Ok(settings) = parse(&url) {
            texts.extend([settings.failed("why").to_string(), format!("{:?}", settings.unusable("why"))]);
        }
        for text in texts {
            prop_assert!(!text.contains("S3cr3t"), "{text} tells the password of {url}");
        }
    }

    #[test]
    fn any_text_is_a_url_or_told(text in "(mysql://)?\\PC{0,40}") {
        let _ = parse(&text);
    }
}
