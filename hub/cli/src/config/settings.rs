//! The configuration as types. Unknown keys are refused here too, so that every key of `default.toml` has a type.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use bindeledd_texts::Lang;
use bindeledd_texts::cli::config::Config;
use config::{Map, Value, ValueKind};
use serde::Deserialize;

use super::problem::Problem;
use super::values::Leaf;

/// The whole configuration, with a field for each section.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) hub: Hub,
    pub(crate) listen: Listen,
    pub(crate) api: Api,
    pub(crate) operator_listen: OperatorListen,
    pub(crate) console: Console,
    #[serde(default)]
    pub(crate) console_issuers: BTreeMap<String, ConsoleIssuer>,
    pub(crate) store: Store,
    pub(crate) master_key: MasterKey,
    pub(crate) audit: Audit,
    pub(crate) alerts: Alerts,
    #[serde(default)]
    pub(crate) alert_targets: BTreeMap<String, AlertTarget>,
    #[serde(default)]
    pub(crate) adapters: BTreeMap<String, Adapter>,
    pub(crate) adapter_limits: AdapterLimits,
    pub(crate) outbound: Outbound,
    #[serde(default)]
    pub(crate) credentials: BTreeMap<String, Credential>,
    #[serde(default)]
    pub(crate) clients: BTreeMap<String, Client>,
    #[serde(default)]
    pub(crate) issuers: BTreeMap<String, Issuer>,
    pub(crate) limits: Limits,
    pub(crate) delivery: Delivery,
    pub(crate) guard: Guard,
    pub(crate) mail: Mail,
    pub(crate) log: Log,
}

/// `[hub]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hub {
    pub(crate) name: String,
    pub(crate) data_dir: String,
    pub(crate) language: Language,
}

/// The language of texts for the operator and for integrators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Norwegian bokmål.
    #[serde(rename = "nb")]
    Bokmal,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::English => Self::English,
            Language::Bokmal => Self::Bokmal,
        }
    }
}

/// `[listen]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listen {
    pub(crate) address: SocketAddr,
    pub(crate) tls_certificate: String,
    pub(crate) tls_key: String,
    pub(crate) allow_http: bool,
    pub(crate) client_ca_files: Vec<String>,
    pub(crate) client_crl_files: Vec<String>,
    pub(crate) trusted_proxies: Vec<String>,
    pub(crate) metrics_on_loopback: bool,
    pub(crate) metrics_key_file: String,
}

/// `[api]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Api {
    pub(crate) operator_key: bool,
}

/// `[operator_listen]`; an empty address is not set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OperatorListen {
    pub(crate) address: String,
}

/// `[console]`; an empty address is not set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Console {
    pub(crate) enabled: bool,
    pub(crate) address: String,
    pub(crate) url: String,
    pub(crate) contact: String,
    pub(crate) break_glass: bool,
}

/// `[store]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Store {
    pub(crate) path: String,
    pub(crate) reserve_mb: u32,
    pub(crate) retention_days: u32,
}

/// `[master_key]`; an empty text is not set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MasterKey {
    pub(crate) file: String,
    pub(crate) environment: String,
    pub(crate) credential: String,
    pub(crate) next_environment: String,
    pub(crate) next_credential: String,
}

/// `[alerts]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Alerts {
    pub(crate) endpoint_silent_hours: u32,
    pub(crate) inbox_silent_hours: u32,
    pub(crate) with_person_hours: u32,
    pub(crate) repeated_blocks: u32,
    pub(crate) checkpoint_behind_minutes: u32,
    pub(crate) keep_days: u32,
    pub(crate) duty_hours: String,
    pub(crate) push_again_minutes: u32,
    pub(crate) link: String,
    pub(crate) webhook_networks: Vec<String>,
}

/// `[alert_targets.<name>]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertTarget {
    pub(crate) kind: AlertTargetKind,
    pub(crate) severity: PushedSeverity,
    pub(crate) to: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) secret_file: Option<String>,
}

/// The way of pushes to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AlertTargetKind {
    /// A mail.
    Mail,
    /// A signed request.
    Webhook,
}

/// The alerts that are pushed to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PushedSeverity {
    /// Those that can not wait.
    Now,
    /// All.
    All,
}

/// `[audit]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Audit {
    pub(crate) key_file: String,
    pub(crate) checkpoint_file: String,
    pub(crate) checkpoint_seconds: u32,
    pub(crate) recheck_hours: u32,
}

/// `[adapters.<id>]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Adapter {
    pub(crate) path: String,
    pub(crate) sha256: String,
}

/// `[adapter_limits]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdapterLimits {
    pub(crate) memory_mb: u32,
    pub(crate) fuel: u64,
    pub(crate) fuel_per_byte: u64,
    pub(crate) file_mb: u32,
    pub(crate) compile_seconds: u32,
    pub(crate) input_mb: u32,
    pub(crate) output_mb: u32,
    pub(crate) instances: u32,
    pub(crate) instances_per_party: u32,
}

/// `[outbound]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outbound {
    pub(crate) allow_http_loopback: bool,
    pub(crate) ca_files: Vec<String>,
}

/// `[credentials.<name>]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credential {
    pub(crate) kind: CredentialKind,
    pub(crate) token_file: Option<String>,
    pub(crate) certificate: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) token_endpoint: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) resource: Option<String>,
    pub(crate) consumer_org: Option<String>,
    pub(crate) signing_key: Option<String>,
    pub(crate) key_id: Option<String>,
    pub(crate) algorithm: Option<String>,
    pub(crate) secret_file: Option<String>,
}

/// The credential that the hub sends to a party's system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CredentialKind {
    /// No credential.
    None,
    /// A fixed token.
    Bearer,
    /// A client certificate.
    Mtls,
    /// A token of HelseID, bound to a key.
    HelseId,
    /// A token of Maskinporten.
    Maskinporten,
    /// A token of any other issuer.
    OAuth,
}

/// `[clients.<name>]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    pub(crate) party: String,
    pub(crate) certificate_sha256: Option<String>,
    pub(crate) certificate_org_number: Option<String>,
    pub(crate) certificate_common_name: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) claim: Option<String>,
    pub(crate) authority: Option<String>,
}

/// `[issuers.<name>]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issuer {
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) party_claim: String,
    pub(crate) party_by: PartyBy,
    pub(crate) jwks_uri: Option<String>,
    pub(crate) algorithms: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) dpop: Option<Dpop>,
}

/// `[console_issuers.<name>]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsoleIssuer {
    #[serde(rename = "for")]
    pub(crate) audience: Option<String>,
    pub(crate) title: String,
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) secret_file: Option<String>,
    pub(crate) signing_key: Option<String>,
    pub(crate) key_id: Option<String>,
    pub(crate) algorithm: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) claim: Option<String>,
    pub(crate) acr: Option<String>,
    pub(crate) acr_claim: Option<String>,
    pub(crate) auth_minutes: Option<String>,
    pub(crate) algorithms: Option<String>,
}

/// The tokens of an issuer that the hub accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Dpop {
    /// Only tokens that are bound to a key.
    Required,
    /// Tokens with or without a binding to a key.
    Allowed,
}

/// The name by which a token's claim identifies a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PartyBy {
    /// Organisation number.
    Org,
    /// HER-id.
    Her,
    /// Only the sections `[clients.<name>]`.
    Clients,
}

/// `[limits]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    pub(crate) document_mb: u32,
    pub(crate) requests_per_second: u32,
    pub(crate) burst: u32,
    pub(crate) connections: u32,
    pub(crate) connections_per_address: u32,
    pub(crate) token_minutes: u32,
    pub(crate) in_flight: u32,
    pub(crate) in_flight_per_party: u32,
    pub(crate) bytes_mb: u32,
    pub(crate) bytes_per_party_mb: u32,
    pub(crate) answer_mb: u32,
    pub(crate) stored_per_party_mb: u32,
    pub(crate) blocked_per_day: u32,
}

/// `[delivery]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Delivery {
    pub(crate) expire_days: u16,
    pub(crate) release_ms: u32,
}

/// `[guard]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Guard {
    pub(crate) free_text: FreeText,
}

/// The treatment of a message with a finding of the guard in its free texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FreeText {
    /// The message is accepted, and its sender learns of the findings.
    Flag,
    /// The message is refused, and its sender learns of the findings.
    Refuse,
}

/// `[mail]`; an empty text is not set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mail {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: MailSecurity,
    pub(crate) from: String,
    pub(crate) username: String,
    pub(crate) password_file: String,
    pub(crate) where_to_look: String,
    pub(crate) at_most_every_hours: u32,
    pub(crate) gather_minutes: u32,
}

/// The security of the connection to the mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MailSecurity {
    /// TLS from the start.
    Tls,
    /// STARTTLS.
    StartTls,
    /// No encryption.
    None,
}

/// `[log]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Log {
    pub(crate) format: LogFormat,
    pub(crate) level: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For a terminal.
    Human,
    /// For a log collector.
    Json,
}

/// Returns the typed values of checked leaves.
pub(super) fn of(leaves: &[Leaf]) -> Result<Settings, Box<Problem>> {
    let mut root = Map::new();
    for leaf in leaves {
        put(&mut root, &leaf.key, &leaf.value);
    }
    Value::new(None, ValueKind::Table(root))
        .try_deserialize()
        .map_err(|error| {
            // The rules accepted the value, so that this problem shows a case that the rules lack.
            Box::new(Problem::of("BL-6003", "", error.to_string(), Config::SeeDefaults))
        })
}

/// Puts a value at its dotted key. The name of an adapter may contain dots, so that the name is everything between the
/// section and the last part.
fn put(root: &mut Map<String, Value>, key: &str, value: &ValueKind) {
    let Some((section, rest)) = key.split_once('.') else {
        return;
    };
    let parts = match rest.rsplit_once('.') {
        Some((name, last)) => vec![section, name, last],
        None => vec![section, rest],
    };
    let Some((last, sections)) = parts.split_last() else {
        return;
    };
    let mut table = root;
    for section in sections {
        let inner = table
            .entry((*section).to_owned())
            .or_insert_with(|| Value::new(None, ValueKind::Table(Map::new())));
        let ValueKind::Table(inner) = &mut inner.kind else {
            return;
        };
        table = inner;
    }
    table.insert((*last).to_owned(), Value::new(None, value.clone()));
}
