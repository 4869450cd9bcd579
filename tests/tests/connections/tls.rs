//! Encrypted connections, on servers with certificates of their own.

use std::fs;
use std::path::PathBuf;

use orm_core::{Engine, Error, SslMode};
use orm_sandbox::Sandbox;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::connections::refused;

/// A CA, what it has certified, and one that nobody knows.
struct Certificates(TempDir);

impl Certificates {
    fn new() -> Self {
        let files = Self(TempDir::new().expect("a directory can be made"));
        let ca = files.authority("ca");
        files.authority("stranger");
        files.certify("server", &["localhost"], &ca);
        files.certify("client", &["a client"], &ca);
        files
    }

    fn authority(&self, name: &str) -> Issuer<'static, KeyPair> {
        let mut wanted = CertificateParams::new(Vec::new()).expect("nothing is wrong with no names");
        wanted.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        wanted.distinguished_name.push(DnType::CommonName, format!("{name} of a test"));
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = wanted.self_signed(&key).expect("it certifies itself");
        fs::write(self.path(&format!("{name}.pem")), certificate.pem()).expect("the file can be written");
        Issuer::new(wanted, key)
    }

    fn certify(&self, name: &str, hosts: &[&str], ca: &Issuer<'_, KeyPair>) {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mut wanted = CertificateParams::new(hosts).expect("these are names");
        wanted.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = wanted.signed_by(&key, ca).expect("the CA certifies it");
        fs::write(self.path(&format!("{name}.pem")), certificate.pem()).expect("the file can be written");
        fs::write(self.path(&format!("{name}-key.pem")), key.serialize_pem()).expect("the file can be written");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn server(&self) -> Sandbox {
        let file = |name: &str, path: &str| format!("--{name}={}", self.path(path).display());
        let server = Sandbox::builder().tcp().argument("--ssl").argument(file("ssl-ca", "ca.pem"));
        let server = server.argument(file("ssl-cert", "server.pem")).argument(file("ssl-key", "server-key.pem"));
        server.start().expect("a server with TLS starts")
    }
}

/// The URL by the name that the server's certificate is for.
fn by_name(server: &Sandbox) -> String {
    server.url().replace("127.0.0.1", "localhost")
}

/// How the session of an engine is encrypted; not at all if there is nothing.
fn cipher(engine: &Engine) -> orm_core::Result<String> {
    let row = engine.session().sql("SHOW SESSION STATUS LIKE 'Ssl_cipher'").row::<(String, String)>()?;
    Ok(row.1)
}

#[test]
fn a_server_is_trusted_by_its_ca_and_its_name() -> orm_core::Result<()> {
    let files = Certificates::new();
    let server = files.server();
    let ca = files.path("ca.pem");
    // A CA alone says that the server is to be verified, also on this machine.
    for engine in [
        Engine::builder(&by_name(&server)).ssl_ca(&ca).connect()?,
        Engine::connect(&format!("{}?ssl_mode=verify_identity&ssl_ca={}", by_name(&server), ca.display()))?,
        Engine::builder(&by_name(&server)).ssl_mode(SslMode::Unverified).connect()?,
        Engine::connect(&format!("{}?ssl_mode=required", server.url()))?,
    ] {
        assert_ne!(cipher(&engine)?, "");
    }
    for engine in
        [Engine::connect(&server.url())?, Engine::connect(&format!("{}?ssl_mode=disabled", by_name(&server)))?]
    {
        assert_eq!(cipher(&engine)?, "");
    }
    let advice =
        "a CA that is not public is given as `ssl_ca=/path`, and the certificate must be for the name in the URL";
    for (why, url) in [
        ("UnknownIssuer", format!("{}?ssl_ca={}", by_name(&server), files.path("stranger.pem").display())),
        ("UnknownIssuer", format!("{}?ssl_mode=verify_identity", by_name(&server))),
        ("not valid for name", format!("{}?ssl_ca={}", server.url(), ca.display())),
    ] {
        let error = refused(&url);
        assert!(matches!(error, Error::Setup { .. }) && !error.is_retryable(), "{error}");
        let text = error.to_string();
        assert!(text.contains("invalid peer certificate") && text.contains(why) && text.contains(advice), "{text}");
    }
    let error = refused(&format!("{}?ssl_ca=/nowhere/ca.pem", by_name(&server)));
    assert!(
        error.to_string().contains("the file `/nowhere/ca.pem` of `ssl_ca` cannot be read: No such file"),
        "{error}"
    );
    Ok(())
}

#[test]
fn a_client_is_known_by_its_certificate() -> orm_core::Result<()> {
    let files = Certificates::new();
    let server = files.server();
    let create = "CREATE USER known@'127.0.0.1' IDENTIFIED BY 'S3cr3t' REQUIRE X509";
    Engine::connect(&server.url())?.session().execute(orm_core::sql(create))?;
    let address = by_name(&server).split_once('@').map(|(_, rest)| rest.to_owned()).expect("a login");
    let url = format!("mysql://known:S3cr3t@{address}?ssl_ca={}", files.path("ca.pem").display());
    let (certificate, key) = (files.path("client.pem"), files.path("client-key.pem"));
    let engine = Engine::builder(&url).ssl_cert(&certificate).ssl_key(&key).connect()?;
    assert_ne!(cipher(&engine)?, "");
    let error = refused(&url);
    assert!(matches!(&error, Error::Login { source, .. } if source.code() == 1045), "{error}");
    let error = refused(&format!("{url}&ssl_cert={}", certificate.display()));
    assert!(error.to_string().contains("`ssl_cert` and `ssl_key` belong together"), "{error}");
    Ok(())
}

#[test]
fn a_server_without_tls_is_told_with_the_way_out() {
    let server = Sandbox::builder().tcp().start().expect("a server starts");
    let error = refused(&format!("{}?ssl_mode=required", server.url()));
    assert!(matches!(error, Error::Setup { .. }), "{error}");
    let text = "cannot be used: the server has no TLS, and a host that is not this machine must have it: switch it on there, or \
                write `ssl_mode=disabled` where nobody can listen";
    assert!(error.to_string().ends_with(text), "{error}");
}
