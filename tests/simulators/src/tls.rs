//! TLS in both directions, and an authority that makes certificates for one run on one machine.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};

use crate::Problem;

/// The files of a TLS server.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// Certificate, PEM.
    pub cert: PathBuf,
    /// Private key, PEM.
    pub key: PathBuf,
    /// Authority of the callers' certificates. If absent, callers need no certificate.
    pub client_ca: Option<PathBuf>,
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    read.map_err(|e| Problem::new(format!("cannot read certificates from {}: {e}", path.display())))
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, Problem> {
    let read = PrivateKeyDer::from_pem_file(path);
    read.map_err(|e| Problem::new(format!("cannot read a private key from {}: {e}", path.display())))
}

fn roots(path: &Path) -> Result<RootCertStore, Problem> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots
            .add(certificate)
            .map_err(|e| Problem::new(format!("{} is no authority: {e}", path.display())))?;
    }
    Ok(roots)
}

impl TlsFiles {
    pub(crate) fn server(&self) -> Result<Arc<ServerConfig>, Problem> {
        let wrong = |e: rustls::Error| Problem::new(format!("the certificate and its key do not work: {e}"));
        let builder = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(wrong)?;
        let builder = match &self.client_ca {
            None => builder.with_no_client_auth(),
            Some(path) => {
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots(path)?), provider()).build();
                builder.with_client_cert_verifier(verifier.map_err(|e| Problem::new(e.to_string()))?)
            }
        };
        let mut config = builder
            .with_single_cert(certificates(&self.cert)?, key(&self.key)?)
            .map_err(wrong)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// Makes an HTTP client that trusts only the authority in `ca`. Without an authority, the client speaks plain HTTP to this
/// machine.
///
/// # Errors
/// The file can not be read.
pub fn client(ca: Option<&Path>) -> Result<reqwest::Client, Problem> {
    let roots = ca.map_or_else(|| Ok(RootCertStore::empty()), roots)?;
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|e| Problem::new(e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(std::time::Duration::from_secs(30))
        .no_proxy()
        .build()
        .map_err(|e| Problem::new(format!("cannot make an HTTP client: {e}")))
}

/// A certificate authority for one run. Its certificates are only for this machine's loopback addresses.
pub struct Authority {
    certificate: rcgen::Certificate,
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
}

impl Authority {
    /// Makes an authority.
    ///
    /// # Errors
    /// No key can be made.
    pub fn new() -> Result<Self, Problem> {
        let key = rcgen::KeyPair::generate().map_err(wrong)?;
        let mut params = rcgen::CertificateParams::new(Vec::new()).map_err(wrong)?;
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, "Bindeledd demo authority");
        let certificate = params.self_signed(&key).map_err(wrong)?;
        Ok(Self {
            certificate,
            issuer: rcgen::Issuer::new(params, key),
        })
    }

    /// Writes the authority's certificate.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_ca(&self, path: &Path) -> Result<(), Problem> {
        fs::write(path, self.certificate.pem()).map_err(|e| unwritten(path, &e))
    }

    /// Makes a certificate for `localhost`, `127.0.0.1` and `::1`, and writes it and its key to files. Only the owner may read the
    /// key's file.
    ///
    /// # Errors
    /// The files can not be written.
    pub fn write_leaf(&self, cert: &Path, key: &Path) -> Result<(), Problem> {
        let pair = rcgen::KeyPair::generate().map_err(wrong)?;
        let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let mut params = rcgen::CertificateParams::new(names).map_err(wrong)?;
        params.extended_key_usages = vec![
            rcgen::ExtendedKeyUsagePurpose::ServerAuth,
            rcgen::ExtendedKeyUsagePurpose::ClientAuth,
        ];
        params.distinguished_name.push(rcgen::DnType::CommonName, "localhost");
        let leaf = params.signed_by(&pair, &self.issuer).map_err(wrong)?;
        fs::write(cert, leaf.pem()).map_err(|e| unwritten(cert, &e))?;
        write_secret(key, &pair.serialize_pem()).map_err(|e| unwritten(key, &e))
    }
}

/// Writes a file that only its owner may read.
///
/// # Errors
/// The file can not be written.
pub fn write_secret(path: &Path, content: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(content.as_bytes())
}

fn wrong(error: rcgen::Error) -> Problem {
    Problem::new(format!("cannot make a certificate: {error}"))
}

fn unwritten(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(format!("cannot write {}: {error}", path.display()))
}
