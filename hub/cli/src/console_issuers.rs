//! The issuers in the configuration with which persons sign in on the console.

use std::collections::BTreeMap;
use std::sync::Arc;

use bindeledd_gateway::outbound::{
    ClientProof, CourierOptions, Credential, CredentialKind, Grant, HttpCodeExchange, HttpFetch, Source, Surroundings,
    TokenSource,
};
use bindeledd_http::{ConsoleIssuer, Fetch, OpenId};

use crate::config::{self, Configuration, auth_minutes};
use crate::failure::Failure;
use crate::reach::{reach, unreachable};
use crate::world::{SystemClock, SystemEntropy};

/// Returns the issuers of the console; `None` if there is none, or no console.
pub(crate) fn openid(configuration: &Configuration) -> Result<Option<OpenId>, Failure> {
    let issuers = &configuration.settings.console_issuers;
    let Some(console) = configuration.console_url().filter(|_| !issuers.is_empty()) else {
        return Ok(None);
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
    let entropy = Arc::new(SystemEntropy::new());
    // Codes need no token of the hub's own, so that none is ever refused or given.
    let around = Surroundings {
        clock: Arc::new(SystemClock),
        entropy: Arc::clone(&entropy) as _,
        on_refused: Arc::new(|_| {}),
        on_given: Arc::new(|_| {}),
    };
    let exchange = HttpCodeExchange::new(options, around).map_err(|error| unreachable(&error))?;
    let issuers = issuers.iter().map(|(name, issuer)| of(name, issuer)).collect();
    Ok(Some(OpenId::new(
        issuers,
        &console,
        &fetch,
        Arc::new(exchange),
        entropy,
    )))
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
        claim: or(&issuer.claim, "sub"),
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
