//! The listeners of a hub: for the parties, for the operator, and for the pages.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bindeledd_accounts::Accounts;
use bindeledd_engine::Engine;
use bindeledd_engine::ports::KeyHash;
use bindeledd_gateway::Gateway;
use bindeledd_http::server::{ListenerRole, TlsFiles, TrustedProxy};
use bindeledd_http::{Options, Rate, Server, ServerError, ServerOptions, Shares, read_key, read_watcher_key};
use bindeledd_pages::{Distance, LookAtPlace, Pages, Setting, SettingOrigin};
use bindeledd_texts::cli::setup::Setup;
use bindeledd_texts::problem::Detail;
use bindeledd_watch::{Near, near};

use crate::command::config_show::to_json;
use crate::config::{self, Configuration, Leaf, OperatorAddress, Origin};
use crate::configured_file::text;
use crate::console_issuers::openid;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::master::Sources;
use crate::wire::{self, certificate_clients, issuers, megabytes, size};

/// The listeners: one for the parties, one for the operator and one for the pages if these are configured.
pub(crate) struct Listeners {
    pub(crate) parties: Server,
    pub(crate) operator: Option<Server>,
    pub(crate) console: Option<Server>,
}

impl Listeners {
    /// Completes when a listener has ended by itself.
    pub(crate) async fn ended(&mut self) -> std::io::Result<()> {
        let Self {
            parties,
            operator,
            console,
        } = self;
        tokio::select! {
            ended = parties.ended() => ended,
            ended = ended_if_any(operator) => ended,
            ended = ended_if_any(console) => ended,
        }
    }

    /// Stops accepting connections, and lets requests finish.
    pub(crate) async fn stop(self, deadline: Duration) {
        let stop = async |server: Option<Server>| {
            if let Some(server) = server {
                server.stop(deadline).await;
            }
        };
        tokio::join!(self.parties.stop(deadline), stop(self.operator), stop(self.console));
    }
}

async fn ended_if_any(server: &mut Option<Server>) -> std::io::Result<()> {
    match server {
        Some(server) => server.ended().await,
        None => std::future::pending().await,
    }
}

/// Returns the look at the second place that `check` and the alert `second-place-near` take as well.
fn distance(configuration: &Configuration) -> LookAtPlace {
    let place = wire::second_place(configuration);
    Arc::new(move || match near(&place.data, &place.checkpoint) {
        None => Distance::Apart,
        Some(Near::Beside) => Distance::Beside,
        Some(Near::SameFileSystem) => Distance::SameFileSystem,
    })
}

/// Maximum number of connections of the operator's own listener.
const OPERATORS_CONNECTIONS: usize = 64;

pub(crate) async fn listen(
    engine: &Engine,
    accounts: Accounts,
    configuration: &Configuration,
) -> Result<Listeners, Failure> {
    let settings = &configuration.settings;
    let gateway = gateway(engine, &accounts, configuration).await?;
    let issuers = openid(configuration)?;
    let pages = settings.console.enabled.then(|| {
        let hub_name = settings.hub.name.clone();
        let url = settings.console.url.trim().trim_end_matches('/');
        let parts = bindeledd_pages::Parts {
            web: Arc::clone(gateway.web()),
            engine: engine.clone(),
            accounts,
            openid: issuers.workers,
            own_issuer: issuers.participants,
            write_copy: Arc::new(bindeledd_gateway::participant_copy),
            hub_name,
            console_url: (!url.is_empty()).then(|| url.to_owned()),
            contact: Some(settings.console.contact.trim().to_owned()).filter(|contact| !contact.is_empty()),
            settings: shown_settings(configuration),
            distance: distance(configuration),
        };
        Pages::new(parts).router()
    });
    let console_address = configuration.console_address();
    // Without a listener of their own, the pages are on every listener.
    let router = || match (&pages, console_address) {
        (Some(pages), None) => gateway.router().merge(pages.clone()),
        (Some(_), Some(_)) | (None, _) => gateway.router(),
    };
    let tls = (!settings.listen.allow_http).then(|| tls_files(configuration));
    let proxies = settings.listen.trusted_proxies.iter();
    let own = configuration.operator_address();
    let options = ServerOptions {
        role: if own.is_some() {
            ListenerRole::Parties
        } else {
            ListenerRole::Everybody
        },
        trusted_proxies: proxies.filter_map(|raw| TrustedProxy::parse(raw)).collect(),
        max_connections: size(settings.limits.connections),
        max_per_address: size(settings.limits.connections_per_address),
        ..ServerOptions::new(settings.listen.address, tls)
    };
    let operators = |address| ServerOptions {
        address,
        role: ListenerRole::Operator,
        max_connections: OPERATORS_CONNECTIONS,
        max_per_address: OPERATORS_CONNECTIONS,
        ..options.clone()
    };
    // The operator's listener starts first, so that no caller can prevent its start.
    let operator = match own {
        None => Ok(None),
        Some(OperatorAddress::Address(address)) => Server::start(router(), &operators(address)).map(Some),
        Some(OperatorAddress::SocketFile(path)) => {
            Server::start_on_socket_file(gateway.router(), &path, &operators(settings.listen.address)).map(Some)
        }
    };
    let operator = operator.map_err(|error| not_listening(&error))?;
    let console = match (&pages, console_address) {
        (Some(pages), Some(address)) => Some(Server::start(pages.clone(), &for_pages(&options, address))),
        (None, _) | (Some(_), None) => None,
    };
    Ok(Listeners {
        operator,
        console: console.transpose().map_err(|error| not_listening(&error))?,
        parties: Server::start(router(), &options).map_err(|error| not_listening(&error))?,
    })
}

/// Returns the settings in force, for the console. Like `config show`, they name secrets' places alone.
fn shown_settings(configuration: &Configuration) -> Vec<Setting> {
    let setting = |leaf: &Leaf| Setting {
        key: leaf.key.clone(),
        value: to_json(&leaf.value).to_string(),
        origin: match &leaf.origin {
            Origin::Default => SettingOrigin::Default,
            Origin::File(_) => SettingOrigin::File,
            Origin::Environment(variable) => SettingOrigin::Environment(variable.clone()),
        },
    };
    configuration.leaves.iter().map(setting).collect()
}

/// Makes the API's gateway.
async fn gateway(engine: &Engine, accounts: &Accounts, configuration: &Configuration) -> Result<Gateway, Failure> {
    let settings = &configuration.settings;
    let file = configuration.operator_key_file();
    let operator_key = read_key(text(&file)?.trim())
        .ok_or_else(|| configuration.failure(&[config::no_key("hub.data_dir", &file, config::OPERATOR_KEY)]))?;
    let rate = Rate::new(settings.limits.requests_per_second, settings.limits.burst);
    let options = Options {
        party_rate: rate,
        shares: Shares {
            requests: size(settings.limits.in_flight),
            requests_per_party: size(settings.limits.in_flight_per_party),
            bytes: megabytes(settings.limits.bytes_mb),
            bytes_per_party: megabytes(settings.limits.bytes_per_party_mb),
        },
        document_limit: megabytes(settings.limits.document_mb),
        takes_operator_key: settings.api.operator_key,
        watcher_key: watcher_key(configuration)?,
        metrics_on_loopback: settings.listen.metrics_on_loopback,
        certificates: certificate_clients(configuration),
        issuers: issuers(configuration)?,
        language: settings.hub.language.into(),
        ..Options::new(operator_key)
    };
    let parts = bindeledd_gateway::Parts {
        engine: engine.clone(),
        accounts: accounts.clone(),
        options,
        master_keys: Some(Arc::new(Sources::of(configuration))),
        console: configuration.console_url(),
    };
    Gateway::new(parts).await.map_err(|error| {
        Failure::new(Exit::Failed, "BL-5002", Detail::StoreSilent)
            .next(Setup::SeeLog)
            .because(error)
    })
}

/// Returns the files of the listeners' certificate.
fn tls_files(configuration: &Configuration) -> TlsFiles {
    let listen = &configuration.settings.listen;
    let paths = |files: &[String]| files.iter().map(|file| configuration.path(file)).collect();
    TlsFiles {
        certificate: configuration.path(&listen.tls_certificate),
        key: configuration.path(&listen.tls_key),
        client_authorities: paths(&listen.client_ca_files),
        revoked: paths(&listen.client_crl_files),
    }
}

/// Returns the options of the pages' own listener.
fn for_pages(options: &ServerOptions, address: SocketAddr) -> ServerOptions {
    let mut options = ServerOptions {
        address,
        role: ListenerRole::Parties,
        ..options.clone()
    };
    // A browser would ask its user for a certificate.
    if let Some(tls) = &mut options.tls {
        tls.client_authorities.clear();
        tls.revoked.clear();
    }
    options
}

/// Returns the hash of the watcher's key.
fn watcher_key(configuration: &Configuration) -> Result<Option<KeyHash>, Failure> {
    let file = &configuration.settings.listen.metrics_key_file;
    if file.is_empty() {
        return Ok(None);
    }
    let file = configuration.path(file);
    let key = read_watcher_key(text(&file)?.trim());
    let wrong = || configuration.failure(&[config::no_key("listen.metrics_key_file", &file, config::WATCHER_KEY)]);
    key.map(Some).ok_or_else(wrong)
}

fn not_listening(error: &ServerError) -> Failure {
    let words = error.words();
    let failure = match &error {
        ServerError::Listen(..) => Failure::new(Exit::Failed, "BL-6005", words).next(Setup::StopOther),
        ServerError::SocketFile(..) => Failure::new(Exit::Failed, "BL-6005", words).next(Setup::LetMakeSocket),
        ServerError::PlainHttp(_) => Failure::configuration("BL-6003", words, Setup::SetNoHttp),
        ServerError::File(..) | ServerError::Pem { .. } | ServerError::Tls(_) => {
            Failure::configuration("BL-6004", words, Setup::RunCheck)
        }
    };
    failure.because_of(error.cause())
}
