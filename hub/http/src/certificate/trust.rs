//! The authorities that vouch for callers' certificates now.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::ClientCertVerifier;

/// A file with one or several certificates of authorities that vouch for the same callers.
pub(crate) struct Authority {
    pub(crate) file: PathBuf,
    pub(crate) verifier: Arc<dyn ClientCertVerifier>,
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Authority").field(&self.file).finish()
    }
}

/// The authorities that are trusted at one time.
#[derive(Debug)]
pub(crate) struct Trust {
    authorities: Vec<Authority>,
}

impl Trust {
    pub(crate) const fn new(authorities: Vec<Authority>) -> Self {
        Self { authorities }
    }

    /// Returns the files of the authorities that vouch for a chain at this time.
    pub(super) fn vouch_for(&self, chain: &[CertificateDer<'_>], now: Timestamp) -> Vec<PathBuf> {
        let Some((own, between)) = chain.split_first() else {
            return Vec::new();
        };
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let vouch = |authority: &&Authority| authority.verifier.verify_client_cert(own, between, now).is_ok();
        let vouching = self.authorities.iter().filter(vouch);
        vouching.map(|authority| authority.file.clone()).collect()
    }
}

/// The authorities that are trusted now. A listener shares the value with all of its connections, open ones included.
#[derive(Debug)]
pub(crate) struct CurrentTrust(RwLock<Arc<Trust>>);

impl CurrentTrust {
    pub(crate) const fn new(trust: Arc<Trust>) -> Self {
        Self(RwLock::new(trust))
    }

    pub(crate) fn now(&self) -> Arc<Trust> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn replace(&self, trust: Arc<Trust>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = trust;
    }
}
