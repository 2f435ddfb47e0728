//! The state that the API's handlers share.

use std::sync::Arc;

use axum::body::Bytes;
use bindeledd_accounts::Accounts;
use bindeledd_engine::Engine;
use bindeledd_engine::ports::MasterKeys;
use bindeledd_http::Web;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// The state that the API's handlers share.
pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) accounts: Accounts,
    pub(crate) web: Arc<Web>,
    pub(crate) master_keys: Option<Arc<dyn MasterKeys>>,
    /// Base address of the console, where the hub serves one.
    pub(crate) console: Option<String>,
    pub(crate) readiness: Readiness,
    pub(crate) openapi: Bytes,
}

/// The store's last answer, and its time. A check costs a commit, and anyone may cause it, so that the store is checked once a
/// second at most.
#[derive(Debug, Default)]
pub(crate) struct Readiness(pub(crate) Mutex<Option<(Instant, Option<Unready>)>>);

/// Reason why the hub can not accept messages.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unready {
    Full,
    Differs,
    Away,
    Damaged,
}
