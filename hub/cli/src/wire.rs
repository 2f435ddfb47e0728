//! Which part is put into which when the hub starts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::notice::Pace;
use bindeledd_engine::ports::Adapters;
use bindeledd_engine::{Engine, Notices, Parts, Settings};
use bindeledd_gateway::inbound::{Options, Rate, hash_key};
use bindeledd_gateway::mail::{Login, MailSecurity, MailerOptions, SmtpMailer};
use bindeledd_gateway::outbound::{CourierOptions, Credential, CredentialKind, Secret};
use bindeledd_gateway::server::{ServerError, ServerOptions, TlsFiles};
use bindeledd_gateway::{Gateway, HttpCourier, Server};
use bindeledd_host::{CompiledCache, Host, HostOptions, QuarantineHook};
use bindeledd_store::{OpenError, SqliteOptions, SqliteStore};
use ring::hmac;

use crate::adapter::{all_pinned, host_failure, limits};
use crate::config::{self, Configuration, key_of_32_bytes};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::world::{SystemClock, SystemEntropy};

/// The parts that are made before anything runs, so that whatever is wrong with them is told before the hub listens.
pub(crate) struct Made {
    store: SqliteStore,
    host: Host,
    courier: HttpCourier,
    notices: Option<Notices>,
}

/// Makes the parts. Everything slow (opening the store, compiling adapters) happens here.
pub(crate) fn make(configuration: &Configuration, on_quarantine: QuarantineHook) -> Result<Made, Failure> {
    let master_key = master_key(configuration)?;
    Ok(Made {
        courier: courier(configuration)?,
        notices: notices(configuration)?,
        host: host(configuration, &master_key, on_quarantine)?,
        store: store(configuration, master_key).map_err(|error| store_failure(configuration, error))?,
    })
}

/// Starts the engine over the parts.
pub(crate) async fn start(made: Made, configuration: &Configuration) -> Result<Engine, Failure> {
    let settings = &configuration.settings;
    let parts = Parts {
        store: Arc::new(made.store),
        adapters: Arc::new(made.host) as Arc<dyn Adapters>,
        courier: Arc::new(made.courier),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        notices: made.notices,
        settings: Settings {
            hub_name: settings.hub.name.clone(),
            expire: Duration::from_secs(u64::from(settings.delivery.expire_days) * 24 * 3600),
            release: Duration::from_millis(settings.delivery.release_ms.into()),
        },
    };
    Engine::start(parts).await.map_err(|error| {
        Failure::new(Exit::Failed, "BL-5002", "the store does not answer")
            .next("see the log")
            .because(error)
    })
}

/// The key that seals the store.
pub(crate) fn master_key(configuration: &Configuration) -> Result<[u8; 32], Failure> {
    key_of_32_bytes("store.master_key_file", &configuration.master_key_file())
        .map_err(|problem| configuration.failure(&[*problem]))
}

/// Opens the store.
pub(crate) fn store(configuration: &Configuration, master_key: [u8; 32]) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(SqliteOptions {
        path: configuration.store_file(),
        master_key,
        entropy: Arc::new(SystemEntropy::new()),
        retention_days: configuration.settings.store.retention_days,
    })
}

/// A store that can not be opened, with the path of its file.
pub(crate) fn store_failure(configuration: &Configuration, error: OpenError) -> Failure {
    let exit = match &error {
        OpenError::WrongKey | OpenError::Foreign(_) => Exit::Configuration,
        OpenError::InUse(_)
        | OpenError::Unreachable(..)
        | OpenError::Newer { .. }
        | OpenError::OldSqlite { .. }
        | OpenError::Damaged(_)
        | OpenError::Sqlite(_) => Exit::Failed,
    };
    let failure = Failure::new(exit, "BL-6012", error.to_string()).at(configuration.store_file().display().to_string());
    match std::error::Error::source(&error) {
        Some(source) => failure.because(source.to_string()),
        None => failure,
    }
}

/// The adapters, with the cache of compiled ones in the data folder.
fn host(configuration: &Configuration, master_key: &[u8; 32], on_quarantine: QuarantineHook) -> Result<Host, Failure> {
    Host::new(HostOptions {
        plugins: all_pinned(configuration),
        cache: Some(compiled_cache(configuration, master_key)),
        limits: limits(configuration),
        on_quarantine: Some(on_quarantine),
    })
    .map_err(host_failure)
}

/// Where compiled adapters are kept. Their tag has a key of its own, so that nothing tells of the master key.
pub(crate) fn compiled_cache(configuration: &Configuration, master_key: &[u8; 32]) -> CompiledCache {
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, master_key),
        b"bindeledd/compiled-adapters/1",
    );
    let mut key = [0; 32];
    key.copy_from_slice(tag.as_ref());
    CompiledCache {
        dir: configuration.data_dir().join("compiled"),
        key,
    }
}

/// What sends, with the configured credentials.
pub(crate) fn courier(configuration: &Configuration) -> Result<HttpCourier, Failure> {
    let settings = &configuration.settings;
    let extra_roots = settings
        .outbound
        .ca_files
        .iter()
        .map(|file| bytes(&configuration.path(file)));
    let credentials = settings
        .credentials
        .iter()
        .map(|(name, c)| Ok((name.clone(), credential(configuration, c)?)));
    let options = CourierOptions {
        allow_http_loopback: settings.outbound.allow_http_loopback,
        extra_roots: extra_roots.collect::<Result<_, _>>()?,
        credentials: credentials.collect::<Result<BTreeMap<_, _>, Failure>>()?,
        ..CourierOptions::default()
    };
    HttpCourier::new(options).map_err(|error| {
        let failure = Failure::configuration(
            "BL-6004",
            error.to_string(),
            "see [outbound] and [credentials] in the configuration",
        );
        match std::error::Error::source(&error) {
            Some(source) => failure.because(source.to_string()),
            None => failure,
        }
    })
}

/// How parties that fetch are told that something waits; none where no mail server is named.
fn notices(configuration: &Configuration) -> Result<Option<Notices>, Failure> {
    let settings = &configuration.settings;
    let mail = &settings.mail;
    if mail.host.is_empty() {
        return Ok(None);
    }
    let login = if mail.username.is_empty() {
        None
    } else {
        let password = text(&configuration.path(&mail.password_file))?.trim().to_owned();
        Some(Login {
            user: mail.username.clone(),
            password,
        })
    };
    let roots = settings.outbound.ca_files.iter();
    let options = MailerOptions {
        host: mail.host.clone(),
        port: mail.port,
        security: match mail.security {
            config::MailSecurity::Tls => MailSecurity::Tls,
            config::MailSecurity::StartTls => MailSecurity::StartTls,
            config::MailSecurity::None => MailSecurity::None,
        },
        from: mail.from.clone(),
        login,
        extra_roots: roots
            .map(|file| bytes(&configuration.path(file)))
            .collect::<Result<_, _>>()?,
    };
    let mailer = SmtpMailer::new(options).map_err(|error| {
        let failure = Failure::configuration(
            "BL-6004",
            error.to_string(),
            "see [mail] and [outbound] in the configuration",
        );
        match std::error::Error::source(&error) {
            Some(source) => failure.because(source.to_string()),
            None => failure,
        }
    })?;
    Ok(Some(Notices {
        mailer: Arc::new(mailer),
        pace: Pace {
            gather: Duration::from_secs(u64::from(mail.gather_minutes) * 60),
            again: Duration::from_secs(u64::from(mail.at_most_every_hours) * 3600),
        },
        where_to_look: Some(mail.where_to_look.trim().to_owned()).filter(|place| !place.is_empty()),
    }))
}

fn credential(configuration: &Configuration, credential: &config::Credential) -> Result<Credential, Failure> {
    let file = |raw: &Option<String>| configuration.path(raw.as_deref().unwrap_or_default());
    let kind = match credential.kind {
        config::CredentialKind::None => CredentialKind::None,
        config::CredentialKind::Bearer => {
            CredentialKind::Bearer(Secret::new(text(&file(&credential.token_file))?.trim()))
        }
        config::CredentialKind::Mtls => CredentialKind::Mtls {
            certificate: bytes(&file(&credential.certificate))?,
            key: Secret::new(text(&file(&credential.key))?),
        },
    };
    Ok(Credential {
        kind,
        ..Credential::default()
    })
}

fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| unreadable(file, error))
}

fn text(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| unreadable(file, error))
}

fn unreadable(file: &Path, error: std::io::Error) -> Failure {
    Failure::configuration(
        "BL-6004",
        format!("{} can not be read", file.display()),
        "run `bindeledd check`",
    )
    .because(error)
}

/// Lets callers in.
pub(crate) async fn listen(engine: &Engine, configuration: &Configuration) -> Result<Server, Failure> {
    let settings = &configuration.settings;
    let operator_key = text(&configuration.operator_key_file())?;
    let rate = Rate::new(settings.limits.requests_per_second, settings.limits.burst);
    let options = Options {
        party_rate: rate,
        document_limit: usize::try_from(settings.limits.document_mb)
            .unwrap_or(1)
            .saturating_mul(1024 * 1024),
        ..Options::new(hash_key(operator_key.trim()))
    };
    let gateway = Gateway::new(engine.clone(), options).await.map_err(|error| {
        Failure::new(Exit::Failed, "BL-5002", "the store does not answer")
            .next("see the log")
            .because(error)
    })?;
    let tls = (!settings.listen.allow_http).then(|| TlsFiles {
        certificate: configuration.path(&settings.listen.tls_certificate),
        key: configuration.path(&settings.listen.tls_key),
    });
    let options = ServerOptions {
        max_connections: usize::try_from(settings.limits.connections).unwrap_or(usize::MAX),
        ..ServerOptions::new(settings.listen.address, tls)
    };
    bindeledd_gateway::serve(&gateway, &options).map_err(not_listening)
}

fn not_listening(error: ServerError) -> Failure {
    let failure = match &error {
        ServerError::Listen(..) => Failure::new(Exit::Failed, "BL-6005", error.to_string())
            .next("stop what has the port, or set another listen.address"),
        ServerError::PlainHttp(_) => {
            Failure::configuration("BL-6003", error.to_string(), "set listen.allow_http = false")
        }
        ServerError::File(..) | ServerError::Pem { .. } | ServerError::Tls(_) => {
            Failure::configuration("BL-6004", error.to_string(), "run `bindeledd check`")
        }
    };
    match std::error::Error::source(&error) {
        Some(source) => failure.because(source.to_string()),
        None => failure,
    }
}
