//! The options of opening a store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bindeledd_engine::ports::{Entropy, MasterKey};

use crate::commands::watch::AlertRules;

/// The options of a store.
#[derive(Clone)]
pub struct SqliteOptions {
    /// The file. Its log and its lock lie beside it.
    pub path: PathBuf,
    /// The key that everything sealed opens with. It is not kept in the store.
    pub master_key: MasterKey,
    /// Where keys, nonces and ids come from.
    pub entropy: Arc<dyn Entropy>,
    /// After how many days the contents of what is settled are removed; 90 is usual.
    pub retention_days: u32,
    /// How the audit log is signed and witnessed.
    pub audit: AuditOptions,
    /// When something is out of the ordinary.
    pub alerts: AlertRules,
    /// How much of it one party may have, and what is held back.
    pub budgets: Budgets,
}

/// One party's share of a store, and the reserve for commands that may not fail. Unlimited, and nothing, by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budgets {
    /// Bytes of the disk that are held back for withdrawals and for a start.
    pub reserve: u64,
    /// Bytes of messages that one party may have stored.
    pub stored_per_party: u64,
    /// Messages of one party a day that may go to nobody.
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

/// How the audit log is signed and witnessed.
#[derive(Debug, Clone)]
pub struct AuditOptions {
    /// The log's name, when it begins: the hub's.
    pub name: String,
    /// The file of the key that signs checkpoints; made where there is none. Without a name it lies beside the store.
    pub key_file: Option<PathBuf>,
    /// The second place: a file for the newest checkpoint, with a journal of withdrawals beside it. None without a name, and
    /// then a restored backup is not noticed.
    pub checkpoint_file: Option<PathBuf>,
    /// How often a checkpoint is written there without anybody waiting for it.
    pub every: Duration,
    /// Within which time every row is hashed again and held against the tree, round after round.
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
