//! Connects the parts of the hub when it starts.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_accounts::Accounts;
use bindeledd_core::{OrgNumber, PartyName};
use bindeledd_engine::ports::{Adapters, Clock as _, MasterKey};
use bindeledd_engine::{Engine, FreeText, MailSettings, Parts, PushSettings, Settings};
use bindeledd_gateway::HttpCourier;
use bindeledd_gateway::outbound::{
    ClientCertificate, ClientProof, CourierOptions, Credential, CredentialKind, Grant, HttpFetch, Source, Surroundings,
    TokenSource,
};
use bindeledd_host::{HostOptions, LiveHost, QuarantineHook};
use bindeledd_http::{CertificateClient, Fetch, IssuerOptions, Issuers, KnownBy, PartyBy};
use bindeledd_store::SqliteStore;
use bindeledd_texts::cli::setup::Setup;
use bindeledd_texts::problem::Detail;
use bindeledd_watch::{OperatorEvent, Reporter, SecondPlace, WatchedCertificate};

use crate::adapter::{all_pinned, host_failure, limits};
use crate::config::{self, Configuration};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::mail;
use crate::push;
use crate::reach::{reach, unreachable};
use crate::store;
use crate::world::{SystemClock, SystemEntropy};

/// The parts that are made before the hub runs, so that their faults are reported before it listens.
pub(crate) struct Made {
    store: Arc<SqliteStore>,
    host: LiveHost,
    courier: HttpCourier,
    mail: Option<MailSettings>,
    push: Option<PushSettings>,
}

/// Makes the parts. This does all slow work: opening the store, and compiling adapters.
pub(crate) fn make(configuration: &Configuration, reporter: &Reporter) -> Result<Made, Failure> {
    let master_key = store::master_key(configuration)?;
    let (of_host, of_courier, of_issuers) = (reporter.clone(), reporter.clone(), reporter.clone());
    let on_quarantine: QuarantineHook =
        Arc::new(move |adapter| of_host.report(OperatorEvent::AdapterSetAside(adapter.clone())));
    let mail = mail::settings(configuration)?;
    Ok(Made {
        push: push::settings(configuration, mail.as_ref())?,
        courier: courier(
            configuration,
            move |name| of_courier.report(OperatorEvent::CredentialRefused(name.to_owned())),
            move |name| of_issuers.report(OperatorEvent::CredentialWorks(name.to_owned())),
        )?,
        mail,
        host: host(configuration, &master_key, on_quarantine)?,
        store: Arc::new(store::open(configuration, master_key).map_err(|error| store::failure(configuration, error))?),
    })
}

/// Starts the engine with the parts. The accounts of persons are in the same store.
pub(crate) async fn start(made: Made, configuration: &Configuration) -> Result<(Engine, Accounts), Failure> {
    let settings = &configuration.settings;
    let accounts = Accounts::new(bindeledd_accounts::Parts {
        store: Arc::<SqliteStore>::clone(&made.store),
        own_pages: Arc::<SqliteStore>::clone(&made.store),
        entropy: Arc::new(SystemEntropy::new()),
        issuer: issuer_in_app(&settings.hub.name),
    });
    let parts = Parts {
        store: made.store,
        adapters: Arc::new(made.host) as Arc<dyn Adapters>,
        courier: Arc::new(made.courier),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        mail: made.mail,
        push: made.push,
        settings: Settings {
            hub_name: settings.hub.name.clone(),
            expire: Duration::from_secs(u64::from(settings.delivery.expire_days) * 24 * 3600),
            release: Duration::from_millis(settings.delivery.release_ms.into()),
            free_text: match settings.guard.free_text {
                config::FreeText::Flag => FreeText::Flag,
                config::FreeText::Refuse => FreeText::Refuse,
            },
            answer_bytes: megabytes(settings.limits.answer_mb),
            break_glass: settings.console.break_glass,
        },
    };
    let engine = Engine::start(parts).await.map_err(|error| {
        Failure::new(Exit::Failed, "BL-5002", Detail::StoreSilent)
            .next(Setup::SeeLog)
            .because(error)
    })?;
    Ok((engine, accounts))
}

/// Returns the name of the hub in an authenticator app. A colon would end the name there.
fn issuer_in_app(hub_name: &str) -> String {
    format!("Bindeledd {}", hub_name.replace(':', " ")).trim().to_owned()
}

/// Makes the host of the adapters, with the cache of compiled adapters in the data folder.
fn host(
    configuration: &Configuration,
    master_key: &MasterKey,
    on_quarantine: QuarantineHook,
) -> Result<LiveHost, Failure> {
    let options = HostOptions {
        plugins: all_pinned(configuration),
        cache: Some(store::compiled_cache(configuration, master_key)),
        limits: limits(configuration),
        on_quarantine: Some(on_quarantine),
    };
    LiveHost::new(options, configuration.data_dir().join("adapters")).map_err(host_failure)
}

/// Makes the courier, with the configured credentials. `on_refused` is called with a credential that its issuer
/// refuses, and `on_given` with one that it accepts again.
pub(crate) fn courier(
    configuration: &Configuration,
    on_refused: impl Fn(&str) + Send + Sync + 'static,
    on_given: impl Fn(&str) + Send + Sync + 'static,
) -> Result<HttpCourier, Failure> {
    let credentials = &configuration.settings.credentials;
    let credentials = credentials
        .iter()
        .map(|(name, c)| (name.clone(), credential(configuration, c)));
    let options = CourierOptions {
        credentials: credentials.collect(),
        ..reach(configuration)?
    };
    let around = Surroundings {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::new()),
        on_refused: Arc::new(on_refused),
        on_given: Arc::new(on_given),
    };
    HttpCourier::new(options, around).map_err(|error| unreachable(&error))
}

fn credential(configuration: &Configuration, credential: &config::Credential) -> Credential {
    let file = |raw: &Option<String>| Source::File(configuration.path(raw.as_deref().unwrap_or_default()));
    let certificate = credential.certificate.is_some().then(|| ClientCertificate {
        certificate: file(&credential.certificate),
        key: file(&credential.key),
    });
    let tokens = |grant, dpop| {
        let client = match &credential.secret_file {
            Some(_) => ClientProof::Secret(file(&credential.secret_file)),
            None => ClientProof::Key {
                key: file(&credential.signing_key),
                key_id: credential.key_id.clone(),
                algorithm: credential.algorithm.clone(),
            },
        };
        CredentialKind::Tokens(Box::new(TokenSource {
            grant,
            issuer: credential.issuer.clone().unwrap_or_default(),
            token_endpoint: credential.token_endpoint.clone(),
            client_id: credential.client_id.clone().unwrap_or_default(),
            scope: credential.scope.clone().unwrap_or_default(),
            resource: credential.resource.clone(),
            client,
            dpop,
        }))
    };
    let kind = match credential.kind {
        config::CredentialKind::None | config::CredentialKind::Mtls => CredentialKind::None,
        config::CredentialKind::Bearer => CredentialKind::Bearer(file(&credential.token_file)),
        config::CredentialKind::HelseId => tokens(Grant::ClientCredentials, true),
        config::CredentialKind::OAuth => tokens(Grant::ClientCredentials, false),
        config::CredentialKind::Maskinporten => tokens(
            Grant::SignedRequest {
                consumer_org: credential.consumer_org.clone(),
            },
            false,
        ),
    };
    Credential {
        kind,
        certificate,
        roots: Vec::new(),
    }
}

/// Returns the certificates that the hub presents, with their keys in the configuration.
pub(crate) fn certificates(configuration: &Configuration) -> Vec<WatchedCertificate> {
    let settings = &configuration.settings;
    let own = (!settings.listen.allow_http).then(|| {
        let file = configuration.path(&settings.listen.tls_certificate);
        WatchedCertificate {
            key: "listen.tls_certificate".to_owned(),
            file,
        }
    });
    let shown = settings.credentials.iter().filter_map(|(name, credential)| {
        let file = configuration.path(credential.certificate.as_deref()?);
        let key = format!("credentials.{name}.certificate");
        Some(WatchedCertificate { key, file })
    });
    own.into_iter().chain(shown).collect()
}

/// Returns the data folder and the second place.
pub(crate) fn second_place(configuration: &Configuration) -> SecondPlace {
    SecondPlace {
        data: configuration.data_dir(),
        checkpoint: configuration.checkpoint_file(),
    }
}

/// Returns the callers that present a certificate.
pub(crate) fn certificate_clients(configuration: &Configuration) -> Vec<CertificateClient> {
    let client = |client: &config::Client| {
        let known_by = if let Some(hex) = &client.certificate_sha256 {
            KnownBy::Sha256(sha256(hex)?)
        } else if let Some(number) = &client.certificate_org_number {
            KnownBy::OrgNumber(OrgNumber::parse(number).ok()?)
        } else {
            KnownBy::CommonName(client.certificate_common_name.clone()?)
        };
        let party = PartyName::parse(&client.party).ok()?;
        // If there is one authority, it certifies every caller that is identified by its subject. If there are several,
        // the rules of the configuration require each caller to name its authority.
        let files = &configuration.settings.listen.client_ca_files;
        let authority = client
            .authority
            .as_ref()
            .or_else(|| files.first().filter(|_| files.len() == 1));
        Some(CertificateClient {
            known_by,
            party,
            authority: authority.map(|file| configuration.path(file)),
        })
    };
    // The rules have already parsed each value, so that only clients without a certificate are left out.
    configuration.settings.clients.values().filter_map(client).collect()
}

fn sha256(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// Returns the issuers whose tokens are accepted.
pub(crate) fn issuers(configuration: &Configuration) -> Result<Option<Issuers>, Failure> {
    let settings = &configuration.settings;
    if settings.issuers.is_empty() {
        return Ok(None);
    }
    let issuers = settings.issuers.iter().map(|(name, issuer)| {
        let of_issuer = settings.clients.values().filter(|c| c.issuer.as_ref() == Some(name));
        let clients = of_issuer.filter_map(|c| Some((c.claim.clone()?, PartyName::parse(&c.party).ok()?)));
        IssuerOptions {
            name: name.clone(),
            issuer: issuer.issuer.clone(),
            audience: issuer.audience.clone(),
            party_claim: issuer.party_claim.clone(),
            party_by: match issuer.party_by {
                config::PartyBy::Org => PartyBy::OrgNumber,
                config::PartyBy::Her => PartyBy::HerId,
                config::PartyBy::Clients => PartyBy::Clients(clients.collect()),
            },
            jwks_uri: issuer.jwks_uri.clone(),
            algorithms: issuer
                .algorithms
                .iter()
                .flat_map(|names| names.split_whitespace().map(str::to_owned))
                .collect(),
            origin: issuer.origin.clone(),
            bound_only: issuer.dpop == Some(config::Dpop::Required),
            longest: i64::from(settings.limits.token_minutes) * 60,
        }
    });
    let fetch = HttpFetch::new(&reach(configuration)?).map_err(|error| unreachable(&error))?;
    let fetch: Arc<dyn Fetch> = Arc::new(fetch);
    Ok(Some(Issuers::new(issuers.collect(), &fetch, SystemClock.now())))
}

pub(crate) fn size(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

pub(crate) fn megabytes(n: u32) -> usize {
    size(n).saturating_mul(1024 * 1024)
}
