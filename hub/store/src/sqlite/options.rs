//! The options of a store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bindeledd_engine::ports::{Entropy, MasterKey};

use crate::commands::watch::AlertRules;

/// The options of a store.
#[derive(Clone)]
pub struct SqliteOptions {
    /// Store file. Its log and its lock lie beside it.
    pub path: PathBuf,
    /// Master key that opens all sealed data. The store does not hold this key.
    pub master_key: MasterKey,
    /// Source of keys, nonces and ids.
    pub entropy: Arc<dyn Entropy>,
    /// Retention of the content of settled messages, in days; 90 is usual.
    pub retention_days: u32,
    /// Signing and witnessing of the audit log.
    pub audit: AuditOptions,
    /// Limits that raise alerts.
    pub alerts: AlertRules,
    /// Budgets of a party, and the reserve on the disk.
    pub budgets: Budgets,
}

/// The budgets of a party, and the reserve for commands that must not fail. By default there is no limit and no
/// reserve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budgets {
    /// Bytes of the disk that are reserved for withdrawals and for a start.
    pub reserve: u64,
    /// Maximum number of bytes of messages that one party may have stored.
    pub stored_per_party: u64,
    /// Maximum number of messages that one party may send in a day although no receiver gets them.
    pub nowhere_per_day: u32,
}

impl Default for Budgets {
    fn default() -> Self {
        Self {
            reserve: 0,
            stored_per_party: u64::MAX,
            nowhere_per_day: u32::MAX,
        }
    }
}

/// The signing and witnessing of the audit log.
#[derive(Debug, Clone)]
pub struct AuditOptions {
    /// Name of the log, set when the log begins: the hub's name.
    pub name: String,
    /// File of the key that signs checkpoints. The hub makes a key if the file is missing. `None` for a file beside the
    /// store.
    pub key_file: Option<PathBuf>,
    /// Second place: a file on another disk or machine for the newest checkpoint, with the journal of withdrawals
    /// beside it. `None` for no second place; the hub then does not notice a restored backup.
    pub checkpoint_file: Option<PathBuf>,
    /// Time between two checkpoints at the second place that no caller waits for.
    pub every: Duration,
    /// Longest time of a round in which every row is hashed again and compared with the tree.
    pub recheck: Duration,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self {
            name: "Bindeledd".into(),
            key_file: None,
            checkpoint_file: None,
            every: Duration::from_secs(10),
            recheck: Duration::from_secs(24 * 3600),
        }
    }
}

impl AuditOptions {
    pub(crate) fn key_file(&self, store: &Path) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| {
            let mut name = store.as_os_str().to_owned();
            name.push(".audit.key");
            name.into()
        })
    }
}

impl std::fmt::Debug for SqliteOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteOptions")
            .field("path", &self.path)
            .field("retention_days", &self.retention_days)
            .finish_non_exhaustive()
    }
}
