//! The state of the API: what its handlers are given.

use std::sync::Arc;

use axum::body::Bytes;
use bindeledd_engine::Engine;
use bindeledd_engine::ports::MasterKeys;
use bindeledd_http::Web;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// The state of the API.
pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) web: Arc<Web>,
    pub(crate) master_keys: Option<Arc<dyn MasterKeys>>,
    pub(crate) readiness: Readiness,
    pub(crate) openapi: Bytes,
}

/// The store's last answer, and its time. Asking is a commit, which anyone may cause, so the store is asked once a second at most.
#[derive(Debug, Default)]
pub(crate) struct Readiness(pub(crate) Mutex<Option<(Instant, Option<Unready>)>>);

/// Reason why nothing can be taken in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unready {
    Full,
    Differs,
    Away,
    Damaged,
}
