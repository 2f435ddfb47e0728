//! `bindeledd check`

use std::net::TcpStream;
use std::time::Duration;

use bindeledd_engine::ports::{Clock as _, MasterKeys as _};
use bindeledd_host::{Host, HostOptions, Limits};
use bindeledd_http::certificate::revocations_good_until;
use bindeledd_store::{OpenError, master_key_id};
use bindeledd_texts::cli::setup::{Setup, StoreState};
use bindeledd_texts::{Text as _, near_next};
use bindeledd_watch::{OperatorEvent, ending};
use clap::Args;
use jiff::SignedDuration;
use serde_json::json;

use crate::adapter::{all_pinned, cache, limits};
use crate::command::number;
use crate::config::{Configuration, Problem};
use crate::console_issuers;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::mail;
use crate::master::Sources;
use crate::output::Output;
use crate::push;
use crate::shared::Shared;
use crate::store;
use crate::wire;
use crate::world::SystemClock;

/// Report everything that would keep the hub from starting, at once: the configuration, its files and their
/// permissions, the adapters with their digests, and the store.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd check --config hub/bindeledd.toml\n\n\
    The exit code is 0 if everything is right, and 6 if something is wrong.")]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let configuration = shared.configuration()?;
    let mut problems = configuration.file_problems();
    problems.extend(adapters(&configuration));
    let files_are_right = problems.is_empty();
    if files_are_right
        && let Err(failure) = wire::courier(&configuration, |_| {}, |_| {})
            .and_then(|_| wire::issuers(&configuration))
            .and_then(|_| console_issuers::openid(&configuration))
            .and_then(|_| push::settings(&configuration, mail::settings(&configuration)?.as_ref()))
    {
        problems.push(Problem::of("BL-6004", "outbound", failure.what(), Setup::SeeOutbound));
    }
    let (store, problem) = store(&configuration);
    problems.extend(problem);
    if !problems.is_empty() {
        return Err(configuration.failure(&problems));
    }
    let adapters: Vec<_> = configuration.settings.adapters.keys().collect();
    let lang = output.lang();
    let expiring: Vec<_> = expiring(&configuration).iter().map(|text| text.text(lang)).collect();
    let keys = Sources::of(&configuration);
    let key = json!({ "source": keys.source(), "id": key_id(&keys) });
    let near = configuration.second_place_is_near().map(|near| Setup::NearPlace {
        near: near.words(),
        next: near_next(lang).to_owned(),
    });
    let warnings = near.into_iter().chain(without_operator_key(&configuration));
    let warnings: Vec<String> = warnings.map(|warning| warning.text(lang)).collect();
    let json = json!({ "ok": true, "warnings": warnings, "expiring": expiring, "masterKey": key, "file": configuration.file.display().to_string(), "adapters": adapters, "store": store.to_string() });
    output.result(&json, || {
        let right = Setup::Right {
            file: configuration.file.display().to_string(),
            adapters: number(adapters.len()),
            store,
            key: keys.source(),
        };
        let mut lines = vec![right.text(lang)];
        if adapters.is_empty() {
            lines.push(Setup::NoAdapterConfigured.text(lang));
        }
        lines.extend(expiring);
        lines.extend(warnings);
        lines.join("\n")
    });
    Ok(Exit::Done)
}

/// Tells what works where the operator's key is switched off.
fn without_operator_key(configuration: &Configuration) -> Option<Setup> {
    (!configuration.settings.api.operator_key).then_some(Setup::OperatorKeyOff)
}

/// Returns the id of the master key.
fn key_id(keys: &Sources) -> Option<String> {
    master_key_id(&keys.current().ok()?).ok().map(|id| id.0)
}

/// Names the hub's own certificates that expire soon, or have expired. They do not keep the hub from starting, but need
/// action.
fn expiring(configuration: &Configuration) -> Vec<Setup> {
    let now = SystemClock.now();
    let events = ending(&wire::certificates(configuration), now);
    let lists = configuration
        .settings
        .listen
        .client_crl_files
        .iter()
        .filter_map(|file| {
            let until = revocations_good_until(&std::fs::read(configuration.path(file)).ok()?)?;
            let soon = until < now + SignedDuration::from_hours(24);
            soon.then(|| Setup::ListUntil {
                file: file.clone(),
                until: until.to_string(),
            })
        });
    let certificates = events.into_iter().filter_map(|event| match event {
        OperatorEvent::CertificateEnding { key, until, .. } => Some(Setup::CertificateUntil {
            key,
            until: until.to_string(),
        }),
        OperatorEvent::CertificateFound { .. }
        | OperatorEvent::AdapterSetAside(_)
        | OperatorEvent::CredentialRefused(_)
        | OperatorEvent::CredentialWorks(_)
        | OperatorEvent::SecondPlaceNear { .. }
        | OperatorEvent::SecondPlaceFar => None,
    });
    certificates.chain(lists).collect()
}

fn adapters(configuration: &Configuration) -> Vec<Problem> {
    // The smallest limits are enough to inspect a file. Loading all adapters, further below, tests the configured
    // limits.
    let configured = limits(configuration);
    let limits = Limits {
        instances: 1,
        file_bytes: configured.file_bytes,
        compile: configured.compile,
        ..Limits::default()
    };
    let cache = cache(configuration);
    let look = |pinned: bindeledd_host::PinnedAdapter| {
        let key = format!("adapters.{}", pinned.id);
        let found = Host::new(HostOptions {
            plugins: vec![pinned],
            limits: limits.clone(),
            cache: cache.clone(),
            ..HostOptions::default()
        });
        found
            .err()
            .map(|error| Problem::of(error.code(), &key, error.words(), Setup::SeePluginList))
    };
    all_pinned(configuration).into_iter().filter_map(look).collect()
}

/// Returns a text about the state of the store, and its problem. A missing store is not made.
fn store(configuration: &Configuration) -> (StoreState, Option<Problem>) {
    let file = configuration.store_file();
    if !file.exists() {
        return (StoreState::NotMade, None);
    }
    if TcpStream::connect_timeout(&configuration.settings.listen.address, Duration::from_secs(1)).is_ok() {
        return (StoreState::InUseHere, None);
    }
    let Ok(master_key) = store::master_key(configuration) else {
        return (StoreState::NotLookedAt, None);
    };
    match store::open(configuration, master_key) {
        Ok(_) => (StoreState::Opens, None),
        Err(OpenError::InUse(_)) => (StoreState::InUse, None),
        Err(error) => {
            let (code, key) = match &error {
                OpenError::WrongKey { .. } => ("BL-6016", "master_key"),
                OpenError::RolledBack(_) => ("BL-5010", "audit.checkpoint_file"),
                OpenError::Journal(_) => ("BL-5030", "audit.checkpoint_file"),
                OpenError::AuditKeyLost(_) | OpenError::AuditKeyOther(_) => ("BL-5031", "audit.key_file"),
                _ => ("BL-6012", "store.path"),
            };
            let fix = Setup::SeePage { code: code.to_owned() };
            let failure = store::failure(configuration, error);
            let problem = Problem::of(code, key, failure.what(), fix);
            (StoreState::DoesNotOpen, Some(problem))
        }
    }
}
