//! The issuers in the configuration with which persons sign in: on the console, and on participants' own pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use bindeledd_engine::ports::Entropy;
use bindeledd_gateway::outbound::{
    ClientProof, CourierOptions, Credential, CredentialKind, Grant, HttpCodeExchange, HttpFetch, Source, Surroundings,
    TokenSource,
};
use bindeledd_http::{Audience, CodeExchange, ConsoleIssuer, Fetch, OpenId};

use crate::config::{self, Configuration, PARTICIPANTS, auth_minutes};
use crate::failure::Failure;
use crate::reach::{reach, unreachable};
use crate::world::{SystemClock, SystemEntropy};

/// The issuers of each audience that has one.
#[derive(Debug, Default)]
pub(crate) struct Issuers {
    pub(crate) workers: Option<OpenId>,
    pub(crate) participants: Option<OpenId>,
}

/// Returns the issuers; none if the configuration has none, or no console.
pub(crate) fn openid(configuration: &Configuration) -> Result<Issuers, Failure> {
    let issuers = &configuration.settings.console_issuers;
    let Some(console) = configuration.console_url().filter(|_| !issuers.is_empty()) else {
        return Ok(Issuers::default());
    };
    let credentials = issuers
        .iter()
        .map(|(name, issuer)| (name.clone(), credential(configuration, issuer)));
    let reach = reach(configuration)?;
    let fetch = HttpFetch::new(&reach).map_err(|error| unreachable(&error))?;
    let fetch: Arc<dyn Fetch> = Arc::new(fetch);
    let options = CourierOptions {
        credentials: credentials.collect::<BTreeMap<_, _>>(),
        ..reach
    };
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::new());
    // Codes need no token of the hub's own, so that none is ever refused or given.
    let around = Surroundings {
        clock: Arc::new(SystemClock),
        entropy: Arc::clone(&entropy),
        on_refused: Arc::new(|_| {}),
        on_given: Arc::new(|_| {}),
    };
    let exchange = HttpCodeExchange::new(options, around).map_err(|error| unreachable(&error))?;
    let exchange: Arc<dyn CodeExchange> = Arc::new(exchange);
    let of_audience = |audience: Audience| {
        let those = issuers.iter().filter(|(_, issuer)| audience_of(issuer) == audience);
        let those: Vec<ConsoleIssuer> = those.map(|(name, issuer)| of(name, issuer)).collect();
        let (exchange, entropy) = (Arc::clone(&exchange), Arc::clone(&entropy));
        (!those.is_empty()).then(|| OpenId::new(those, (audience, &console), &fetch, exchange, entropy))
    };
    Ok(Issuers {
        workers: of_audience(Audience::Workers),
        participants: of_audience(Audience::Participants),
    })
}

fn audience_of(issuer: &config::ConsoleIssuer) -> Audience {
    match issuer.audience.as_deref() {
        Some(PARTICIPANTS) => Audience::Participants,
        Some(_) | None => Audience::Workers,
    }
}

fn words(text: Option<&str>) -> Vec<String> {
    let words = text.unwrap_or_default().split_whitespace();
    words.map(str::to_owned).collect()
}

fn of(name: &str, issuer: &config::ConsoleIssuer) -> ConsoleIssuer {
    let or = |text: &Option<String>, default: &str| text.clone().unwrap_or_else(|| default.to_owned());
    ConsoleIssuer {
        name: name.to_owned(),
        title: issuer.title.clone(),
        issuer: issuer.issuer.clone(),
        client_id: issuer.client_id.clone(),
        scope: words(Some(&or(&issuer.scope, "openid"))).join(" "),
        claim: or(&issuer.claim, default_claim(issuer)),
        acr_claim: or(&issuer.acr_claim, "acr"),
        acr: words(issuer.acr.as_deref()),
        auth_age: issuer
            .auth_minutes
            .as_deref()
            .and_then(auth_minutes)
            .map(|minutes| i64::from(minutes) * 60),
        algorithms: words(issuer.algorithms.as_deref()),
    }
}

/// Returns the claim that names the person. A participant's has the national identity number, by the name that ID-porten gives
/// it.
fn default_claim(issuer: &config::ConsoleIssuer) -> &'static str {
    match audience_of(issuer) {
        Audience::Workers => "sub",
        Audience::Participants => "pid",
    }
}

fn credential(configuration: &Configuration, issuer: &config::ConsoleIssuer) -> Credential {
    let file = |raw: &str| Source::File(configuration.path(raw));
    let client = match &issuer.secret_file {
        Some(secret) => ClientProof::Secret(file(secret)),
        None => ClientProof::Key {
            key: file(issuer.signing_key.as_deref().unwrap_or_default()),
            key_id: issuer.key_id.clone(),
            algorithm: issuer.algorithm.clone(),
        },
    };
    let source = TokenSource {
        grant: Grant::ClientCredentials,
        issuer: issuer.issuer.clone(),
        token_endpoint: None,
        client_id: issuer.client_id.clone(),
        scope: String::new(),
        resource: None,
        client,
        dpop: false,
    };
    Credential {
        kind: CredentialKind::Tokens(Box::new(source)),
        certificate: None,
        roots: Vec::new(),
    }
}
