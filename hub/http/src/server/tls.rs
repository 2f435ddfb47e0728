//! The server's certificate and key, and the authorities of its callers. They are replaced without a restart.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum_server::tls_rustls::RustlsConfig;
use bindeledd_core::encoding::without_mark;
use bindeledd_texts::Pem;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};

use super::ServerError;
use crate::certificate::{Authority, CurrentTrust, Trust};

/// The PEM files of a server's certificate and its callers' authorities.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate chain, the server's own certificate first.
    pub certificate: PathBuf,
    /// The certificate's private key.
    pub key: PathBuf,
    /// The authorities whose client certificates are accepted. If there are none, the server asks for no certificate.
    pub client_authorities: Vec<PathBuf>,
    /// The authorities' revocation lists, PEM or DER. Once a list has expired, the certificates that it covers are refused.
    pub revoked: Vec<PathBuf>,
}

/// The content of the TLS files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    certificate: Vec<u8>,
    key: Vec<u8>,
    authorities: Vec<Vec<u8>>,
    revoked: Vec<Vec<u8>>,
}

/// The TLS settings of a listener.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) config: Arc<ServerConfig>,
    pub(super) trust: Arc<Trust>,
    pub(super) seen: Seen,
}

pub(super) fn load(files: &TlsFiles) -> Result<Loaded, ServerError> {
    let read = |path: &PathBuf| match std::fs::read(path) {
        Ok(bytes) => Ok(without_mark(&bytes).to_vec()),
        Err(error) => Err(ServerError::File(path.clone(), error)),
    };
    let seen = Seen {
        certificate: read(&files.certificate)?,
        key: read(&files.key)?,
        authorities: files.client_authorities.iter().map(read).collect::<Result<_, _>>()?,
        revoked: files.revoked.iter().map(read).collect::<Result<_, _>>()?,
    };
    configure(files, seen)
}

fn configure(files: &TlsFiles, seen: Seen) -> Result<Loaded, ServerError> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&seen.certificate).collect();
    let chain = chain.ok().filter(|c| !c.is_empty());
    let chain = chain.ok_or_else(|| no_certificate(&files.certificate))?;
    let no_key = |_| ServerError::Pem {
        path: files.key.clone(),
        what: Pem::PrivateKey,
    };
    let key = PrivateKeyDer::from_pem_slice(&seen.key).map_err(no_key)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let revoked = lists(files, &seen)?;
    let (mut all, mut authorities) = (RootCertStore::empty(), Vec::new());
    for (path, pem) in files.client_authorities.iter().zip(&seen.authorities) {
        let mut own = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| no_certificate(path))?;
            own.add(certificate).map_err(|_| no_certificate(path))?;
        }
        if own.is_empty() {
            return Err(no_certificate(path));
        }
        all.extend(own.roots.iter().cloned());
        authorities.push(Authority {
            file: path.clone(),
            verifier: verifier(own, &revoked, &provider)?,
        });
    }
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(ServerError::Tls)?;
    let asks = !all.is_empty();
    let builder = if asks {
        // Callers with a key show no certificate. An invalid certificate ends the handshake.
        builder.with_client_cert_verifier(verifier(all, &revoked, &provider)?)
    } else {
        builder.with_no_client_auth()
    };
    let mut config = builder.with_single_cert(chain, key).map_err(ServerError::Tls)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    if asks {
        // A resumed session would bring back a certificate that was not checked since.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
    }
    Ok(Loaded {
        config: Arc::new(config),
        trust: Arc::new(Trust::new(authorities)),
        seen,
    })
}

fn no_certificate(path: &std::path::Path) -> ServerError {
    ServerError::Pem {
        path: path.to_owned(),
        what: Pem::Certificate,
    }
}

/// Reads the revocation lists; each file has one or several in PEM, or one in DER.
fn lists(files: &TlsFiles, seen: &Seen) -> Result<Vec<CertificateRevocationListDer<'static>>, ServerError> {
    let mut all = Vec::new();
    for (path, bytes) in files.revoked.iter().zip(&seen.revoked) {
        let no_list = || ServerError::Pem {
            path: path.clone(),
            what: Pem::RevokedCertificates,
        };
        let found = crate::certificate::revocation_lists(bytes).ok_or_else(no_list)?;
        all.extend(found);
    }
    Ok(all)
}

/// Makes the verifier of client certificates for these authorities. A revocation list counts until it expires. Without a list, no
/// certificate counts as revoked.
fn verifier(
    roots: RootCertStore,
    revoked: &[CertificateRevocationListDer<'static>],
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, ServerError> {
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .allow_unauthenticated()
        .with_crls(revoked.iter().cloned())
        .allow_unknown_revocation_status()
        .enforce_revocation_expiration()
        .build()
        .map_err(|error| ServerError::Tls(rustls::Error::General(error.to_string())))
}

/// Applies changed files: certificate and key to new connections, authorities and revocation lists to open ones too. Files that
/// can not be used, for example while they are being replaced, change nothing.
pub(super) async fn keep_fresh(
    files: TlsFiles,
    mut seen: Seen,
    config: RustlsConfig,
    trust: Arc<CurrentTrust>,
    every: Duration,
) {
    loop {
        tokio::time::sleep(every).await;
        let files = files.clone();
        match tokio::task::spawn_blocking(move || load(&files)).await {
            Ok(Ok(fresh)) if fresh.seen != seen => {
                trust.replace(fresh.trust);
                config.reload_from_config(fresh.config);
                seen = fresh.seen;
                tracing::info!("the server's certificate, its authorities or their lists have changed and are in use");
            }
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the server's certificate and authorities stay as they are"),
            Err(_) => return,
        }
    }
}
