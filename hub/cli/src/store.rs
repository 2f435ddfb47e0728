//! Opens the store with the options of the configuration.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bindeledd_engine::ports::MasterKey;
use bindeledd_host::{ChildCompiler, CompiledCache};
use bindeledd_store::{AlertRules, AuditOptions, Budgets, OpenError, SqliteOptions, SqliteStore};
use bindeledd_texts::Said;
use bindeledd_texts::cli::setup::Setup;
use jiff::SignedDuration;
use ring::hmac;

use crate::config::Configuration;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::master::Sources;
use crate::world::SystemEntropy;

pub(crate) fn master_key(configuration: &Configuration) -> Result<MasterKey, Failure> {
    let key = Sources::of(configuration).read();
    key.map_err(|problem| configuration.failure(&[*problem]))
}

pub(crate) fn open(configuration: &Configuration, master_key: MasterKey) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(options(configuration, master_key))
}

/// Returns the options of the store.
pub(crate) fn options(configuration: &Configuration, master_key: MasterKey) -> SqliteOptions {
    let settings = &configuration.settings;
    SqliteOptions {
        path: configuration.store_file(),
        master_key,
        entropy: Arc::new(SystemEntropy::new()),
        retention_days: settings.store.retention_days,
        audit: AuditOptions {
            name: settings.hub.name.clone(),
            key_file: Some(configuration.audit_key_file()),
            checkpoint_file: Some(configuration.checkpoint_file()),
            every: Duration::from_secs(settings.audit.checkpoint_seconds.into()),
            recheck: Duration::from_secs(u64::from(settings.audit.recheck_hours) * 3600),
        },
        alerts: AlertRules {
            endpoint_silent: SignedDuration::from_hours(settings.alerts.endpoint_silent_hours.into()),
            inbox_silent: SignedDuration::from_hours(settings.alerts.inbox_silent_hours.into()),
            with_person: SignedDuration::from_hours(settings.alerts.with_person_hours.into()),
            repeated_blocks: settings.alerts.repeated_blocks,
            checkpoint_behind: SignedDuration::from_mins(settings.alerts.checkpoint_behind_minutes.into()),
            keep: SignedDuration::from_hours(24 * i64::from(settings.alerts.keep_days)),
        },
        budgets: Budgets {
            reserve: u64::from(settings.store.reserve_mb) * 1024 * 1024,
            stored_per_party: u64::from(settings.limits.stored_per_party_mb) * 1024 * 1024,
            nowhere_per_day: settings.limits.blocked_per_day,
        },
    }
}

/// Returns the failure for a store that can not be opened, with the path of its file.
pub(crate) fn failure(configuration: &Configuration, error: OpenError) -> Failure {
    let exit = match &error {
        OpenError::RolledBack(_) => {
            let next = Setup::AfterRollback;
            return Failure::new(Exit::Refused, "BL-5010", error.words())
                .at(configuration.checkpoint_file().display().to_string())
                .next(next);
        }
        OpenError::LogDiffers(_) => {
            let next = Setup::AfterDifference;
            return Failure::new(Exit::Refused, "BL-5020", error.words())
                .at(configuration.store_file().display().to_string())
                .next(next);
        }
        OpenError::WrongKey { .. } => {
            let next = Setup::AfterWrongKey;
            return Failure::new(Exit::Configuration, "BL-6016", error.words())
                .at(configuration.store_file().display().to_string())
                .next(next);
        }
        OpenError::Journal(_) => {
            let next = Setup::AfterJournal;
            return Failure::new(Exit::Refused, "BL-5030", error.words())
                .at(configuration.checkpoint_file().display().to_string())
                .next(next);
        }
        OpenError::AuditKeyLost(_) | OpenError::AuditKeyOther(_) => {
            let next = Setup::AfterAuditKey;
            return Failure::new(Exit::Refused, "BL-5031", error.words())
                .at(configuration.audit_key_file().display().to_string())
                .next(next);
        }
        OpenError::AuditKey(_) | OpenError::Foreign(_) => Exit::Configuration,
        OpenError::InUse(_)
        | OpenError::Unreachable(..)
        | OpenError::Newer { .. }
        | OpenError::OldSqlite { .. }
        | OpenError::Damaged(_)
        | OpenError::SecondPlace(_)
        | OpenError::Sqlite(_) => Exit::Failed,
    };
    let failure = Failure::new(exit, "BL-6012", error.words()).at(configuration.store_file().display().to_string());
    failure.because_of(std::error::Error::source(&error).map(Said::of_error))
}

/// Returns the binary of this process. The first path leads to it even after an upgrade has put another one in its place.
fn own_binary() -> Option<PathBuf> {
    let this = PathBuf::from("/proc/self/exe");
    if this.exists() {
        Some(this)
    } else {
        std::env::current_exe().ok()
    }
}

/// Returns the place for compiled adapters. The key of their MAC is derived from the master key, and reveals nothing
/// about it.
pub(crate) fn compiled_cache(configuration: &Configuration, master_key: &MasterKey) -> CompiledCache {
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, master_key.reveal()),
        b"bindeledd/compiled-adapters/1",
    );
    let mut key = [0; 32];
    key.copy_from_slice(tag.as_ref());
    CompiledCache {
        dir: configuration.data_dir().join("compiled"),
        key,
        // A program that can not find itself compiles in this process.
        compiler: own_binary().map(|program| ChildCompiler { program }),
    }
}
