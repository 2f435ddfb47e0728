//! A store in a directory of its own, for one test.
#![expect(clippy::unwrap_used, reason = "test helpers")]

use std::path::PathBuf;
use std::sync::Arc;

use bindeledd_engine::ports::{Entropy, Store};
use bindeledd_store::{AlertRules, AuditOptions, Budgets, SqliteOptions, SqliteStore};
use bindeledd_store_contract::TestStore;
use ring::rand::{SecureRandom, SystemRandom};
use tempfile::TempDir;

/// The operating system's source of randomness.
pub(crate) struct System(SystemRandom);

impl Entropy for System {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes).unwrap();
    }
}

/// A directory that is removed with the test.
pub(crate) struct Disk(TempDir);

impl Disk {
    /// Makes an empty directory.
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// Returns the path of the store.
    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("hub.db")
    }

    /// Returns the options to open the store.
    pub(crate) fn options(&self) -> SqliteOptions {
        SqliteOptions {
            path: self.path(),
            master_key: [7; 32].into(),
            entropy: Arc::new(System(SystemRandom::new())),
            retention_days: 90,
            audit: AuditOptions::default(),
            alerts: AlertRules::default(),
            budgets: Budgets::default(),
        }
    }
}

impl TestStore for Disk {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(self.options()).unwrap())
    }

    fn at_rest(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.0.path()).unwrap();
        files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }
}
