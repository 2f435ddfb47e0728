//! A store with a second place, which is backed up and restored.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test helpers")]
#![allow(dead_code, clippy::allow_attributes, reason = "each suite uses what it needs")]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::{DeliveryId, ParticipantRef};
use bindeledd_engine::ports::Store;
use bindeledd_store::{AuditOptions, JournalFault, OpenError, Rollback, SqliteOptions, SqliteStore};
use bindeledd_store_contract::TestStore;
use bindeledd_store_contract::world::{AFT, GP, KARI, World, at, progress};
use tempfile::TempDir;

use crate::place::Disk;

/// A store with a second place.
pub(crate) struct Witnessed {
    pub(crate) disk: Disk,
    pub(crate) second: TempDir,
}

impl Witnessed {
    /// Makes an empty store.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            disk: Disk::new(),
            second: TempDir::new().unwrap(),
        })
    }

    pub(crate) fn checkpoint_file(&self) -> PathBuf {
        self.second.path().join("place/checkpoint")
    }

    pub(crate) fn options(&self) -> SqliteOptions {
        SqliteOptions {
            audit: AuditOptions {
                checkpoint_file: Some(self.checkpoint_file()),
                every: Duration::ZERO,
                ..AuditOptions::default()
            },
            ..self.disk.options()
        }
    }

    pub(crate) fn refused(&self) -> Rollback {
        match SqliteStore::open(self.options()) {
            Err(OpenError::RolledBack(rollback)) => rollback,
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("it opened"),
        }
    }

    /// Copies the store's files, as a backup of a stopped hub.
    pub(crate) fn backup(&self) -> TempDir {
        let aside = TempDir::new().unwrap();
        for file in fs::read_dir(self.disk.path().parent().unwrap())
            .unwrap()
            .map(Result::unwrap)
        {
            fs::copy(file.path(), aside.path().join(file.file_name())).unwrap();
        }
        aside
    }

    pub(crate) fn restore(&self, backup: &TempDir) {
        let folder = self.disk.path().parent().unwrap().to_owned();
        for file in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            fs::remove_file(file.path()).unwrap();
        }
        for file in fs::read_dir(backup.path()).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), folder.join(file.file_name())).unwrap();
        }
    }

    pub(crate) fn journal_file(&self) -> PathBuf {
        self.checkpoint_file().with_extension("withdrawals")
    }

    /// Opens the store, expects a refusal, and returns the journal's fault.
    pub(crate) fn journal_refused(&self) -> JournalFault {
        match SqliteStore::open(self.options()) {
            Err(OpenError::Journal(fault)) => fault,
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("it opened"),
        }
    }

    /// Tries to accept a rollback, expects a refusal, and returns the journal's fault.
    pub(crate) fn unaccepted(&self) -> JournalFault {
        match SqliteStore::accept_rollback(self.options(), "the disk was replaced", at(50)) {
            Err(OpenError::Journal(fault)) => fault,
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("it was accepted"),
        }
    }

    pub(crate) fn accept_journal(&self) -> Option<bindeledd_store::JournalAccepted> {
        SqliteStore::accept_journal(self.options(), "the share lost a block", at(50)).unwrap()
    }

    pub(crate) fn accept(&self) -> Option<bindeledd_store::RollbackAccepted> {
        SqliteStore::accept_rollback(self.options(), "the disk was replaced", at(50)).unwrap()
    }
}

impl Witnessed {
    /// Makes a world with the usual consent and a waiting message.
    pub(crate) async fn world(self: &Arc<Self>) -> (World<Shared>, Waiting) {
        let world = World::new(Shared(Arc::clone(self))).await;
        let kari = world.usual_consent().await;
        let sent = world.send(AFT, &[GP], progress("r1", KARI, "c"), at(1)).await;
        let delivery = sent.deliveries[0].id;
        (world, Waiting { kari, delivery })
    }
}

/// The waiting delivery, and its participant.
pub(crate) struct Waiting {
    pub(crate) kari: ParticipantRef,
    pub(crate) delivery: DeliveryId,
}

/// A handle for the test while the world owns the place.
pub(crate) struct Shared(pub(crate) Arc<Witnessed>);

impl TestStore for Shared {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(self.0.options()).unwrap())
    }

    fn at_rest(&self) -> Vec<u8> {
        let mut bytes = self.0.disk.at_rest();
        for file in fs::read_dir(self.0.second.path().join("place")).unwrap() {
            bytes.extend(fs::read(file.unwrap().path()).unwrap());
        }
        bytes
    }
}
