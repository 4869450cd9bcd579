//! Whether connections are encrypted, and whom they trust.

use std::net::IpAddr;
use std::path::PathBuf;

use crate::connection::settings::{Place, Settings};
use crate::error::{Error, Result};

/// Whether connections are encrypted. In a URL the modes have the names that MySQL gives them.
///
/// ```no_run
/// use orm_core::{Engine, SslMode};
///
/// let engine = Engine::builder("mysql://app_user@db.internal/planning")
///     .ssl_mode(SslMode::VerifyIdentity)
///     .ssl_ca("/etc/ssl/our-ca.pem")
///     .password_env("DB_PASSWORD")
///     .connect()?;
/// # Ok::<(), orm_core::Error>(())
/// ```
///
/// Two of MySQL's modes are missing on purpose. `PREFERRED` goes on without encryption where the server has none, or where
/// somebody in between says so. `VERIFY_CA` trusts any server with a certificate of a CA, whatever its name; the driver always
/// trusts the public CAs too, and these certify everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SslMode {
    /// Not encrypted. The default for a loopback address and for a Unix socket.
    Disabled,
    /// Encrypted, and with whomever answers: this keeps out who listens, and not who pretends to be the server. `required` in a
    /// URL.
    Unverified,
    /// Encrypted, and only with a server whose certificate is valid for the host of the URL. The default for other hosts.
    VerifyIdentity,
}

/// What is said of encryption.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tls {
    pub(crate) mode: Option<SslMode>,
    /// Certificates that are trusted beside the public ones.
    pub(crate) ca: Option<PathBuf>,
    pub(crate) certificate: Option<PathBuf>,
    pub(crate) key: Option<PathBuf>,
}

impl SslMode {
    pub(crate) const NAMES: [(&'static str, Self); 3] =
        [("disabled", Self::Disabled), ("required", Self::Unverified), ("verify_identity", Self::VerifyIdentity)];

    /// From what a URL says.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let name = text.to_lowercase().replace('-', "_");
        if let Some((_, mode)) = Self::NAMES.iter().find(|(other, _)| *other == name) {
            return Ok(*mode);
        }
        match name.as_str() {
            "preferred" => Err("cannot be `preferred`, which gives encryption up where somebody in between wants it: \
                                write `required` or `verify_identity`, or `disabled` where no encryption is needed"
                .into()),
            "verify_ca" => {
                Err("cannot be `verify_ca`: without the server's name any certificate of a public CA would do; \
                                write `verify_identity`"
                    .into())
            }
            _ => Err("is none of `disabled`, `required` and `verify_identity`".into()),
        }
    }
}

impl Tls {
    /// The mode that was said, else the one for this place.
    pub(crate) fn mode(&self, place: &Place) -> SslMode {
        self.mode.unwrap_or(match place {
            Place::Socket(_) => SslMode::Disabled,
            Place::Host(host, _) if is_loopback(host) && *self == Self::default() => SslMode::Disabled,
            Place::Host(..) => SslMode::VerifyIdentity,
        })
    }

    /// Whether what is said fits together.
    ///
    /// # Errors
    /// [`Error::Url`]: it does not.
    pub(crate) fn check(&self, place: &Place) -> Result<()> {
        let refused = |reason: &str| Err(Error::Url { reason: reason.to_owned() });
        if self.certificate.is_some() != self.key.is_some() {
            return refused("`ssl_cert` and `ssl_key` belong together, and one of them is missing");
        }
        let has_files = self.ca.is_some() || self.certificate.is_some();
        let mode = self.mode(place);
        match place {
            Place::Socket(_) if mode != SslMode::Disabled || has_files => refused(
                "a Unix socket is never encrypted, and needs not be: leave out `ssl_mode` and the other `ssl_` options",
            ),
            _ if mode == SslMode::Disabled && has_files => refused(
                "`ssl_mode` is `disabled`, so that `ssl_ca`, `ssl_cert` and `ssl_key` are of no use: leave them out",
            ),
            _ if mode == SslMode::Unverified && self.ca.is_some() => refused(
                "`ssl_mode` is `required`, which verifies nothing, so that `ssl_ca` is of no use: write \
                 `ssl_mode=verify_identity`",
            ),
            _ => Ok(()),
        }
    }
}

/// Whether what is sent there leaves the machine.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The driver's options for this mode; none where nothing is encrypted.
///
/// # Errors
/// [`Error::Setup`]: a file cannot be read.
#[cfg(feature = "tls")]
pub(crate) fn options(settings: &Settings) -> Result<Option<mysql::SslOpts>> {
    let tls = &settings.tls;
    let mode = tls.mode(&settings.place);
    if mode == SslMode::Disabled {
        return Ok(None);
    }
    for (name, file) in [("ssl_ca", &tls.ca), ("ssl_cert", &tls.certificate), ("ssl_key", &tls.key)] {
        if let Some(path) = file {
            // The driver's own error does not say which file it was.
            std::fs::read(path).map_err(|error| {
                settings.unusable(format!("the file `{}` of `{name}` cannot be read: {error}", path.display()))
            })?;
        }
    }
    choose_cryptography();
    let identity = tls.certificate.clone().zip(tls.key.clone());
    let options = mysql::SslOpts::default()
        .with_root_cert_path(tls.ca.clone())
        .with_client_identity(identity.map(|(certificate, key)| mysql::ClientIdentity::new(certificate, key)))
        .with_danger_accept_invalid_certs(mode == SslMode::Unverified);
    Ok(Some(options))
}

/// Where another part of the program has brought a second library of cryptography along, `rustls` would not know which one
/// to take, and panic.
#[cfg(feature = "tls")]
fn choose_cryptography() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may have done so in between.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

/// # Errors
/// [`Error::Setup`]: encryption is wanted, and this program cannot encrypt.
#[cfg(not(feature = "tls"))]
pub(crate) fn options(settings: &Settings) -> Result<Option<mysql::SslOpts>> {
    match settings.tls.mode(&settings.place) {
        SslMode::Disabled => Ok(None),
        _ => Err(settings.unusable(
            "connections to it are encrypted, and this program was built without the feature `tls` of orm-core: switch it \
             on, or write `ssl_mode=disabled` where nobody can listen",
        )),
    }
}
