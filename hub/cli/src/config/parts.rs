//! Sections whose parts the operator names: adapters, credentials, issuers and clients. Also the keys of each part.

use std::collections::{BTreeMap, BTreeSet};

use bindeledd_core::{AdapterId, OrgNumber, PartyName};
use bindeledd_texts::Said;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::config::Config;

use super::alerts;
use super::console_issuers;
use super::part::{Value, Wrong, missing, wrong};
use super::problem::Problem;
use super::values::{Leaf, Origin, text, texts};

/// The sections, with the keys of a part. All values are texts.
pub(super) const NAMED: [(&str, &[&str]); 6] = [
    ("adapters", &["path", "sha256"]),
    (alerts::SECTION, alerts::KEYS),
    (console_issuers::SECTION, console_issuers::KEYS),
    (
        "credentials",
        &[
            "kind",
            "token_file",
            "certificate",
            "key",
            "issuer",
            "token_endpoint",
            "client_id",
            "scope",
            "resource",
            "consumer_org",
            "signing_key",
            "key_id",
            "algorithm",
            "secret_file",
        ],
    ),
    (
        "issuers",
        &[
            "issuer",
            "audience",
            "party_claim",
            "party_by",
            "jwks_uri",
            "algorithms",
            "origin",
            "dpop",
        ],
    ),
    (
        "clients",
        &[
            "party",
            "certificate_sha256",
            "certificate_org_number",
            "certificate_common_name",
            "issuer",
            "claim",
            "authority",
        ],
    ),
];

/// A kind of credential, with its required and its optional keys.
type Kind = (&'static str, &'static [&'static str], &'static [&'static str]);

const CREDENTIAL_KINDS: [Kind; 6] = [
    ("none", &[], &[]),
    ("bearer", &["token_file"], &["certificate", "key"]),
    ("mtls", &["certificate", "key"], &[]),
    (
        "helseid",
        &["issuer", "client_id", "scope", "signing_key"],
        &[
            "token_endpoint",
            "resource",
            "key_id",
            "algorithm",
            "certificate",
            "key",
        ],
    ),
    (
        "maskinporten",
        &["issuer", "client_id", "scope", "signing_key"],
        &[
            "token_endpoint",
            "resource",
            "consumer_org",
            "key_id",
            "algorithm",
            "certificate",
            "key",
        ],
    ),
    (
        "oauth",
        &["issuer", "client_id", "scope"],
        &[
            "token_endpoint",
            "resource",
            "signing_key",
            "key_id",
            "algorithm",
            "secret_file",
            "certificate",
            "key",
        ],
    ),
];

const DPOP: [&str; 2] = ["required", "allowed"];
const PARTY_BY: [&str; 3] = ["org", "her", "clients"];

/// Returns the fault in one text of a part, and the remedy.
pub(super) fn wrong_text(key: &str, raw: &str) -> Option<(Said, Said)> {
    let (section, name) = (key.split('.').next()?, key.rsplit('.').next()?);
    if section == alerts::SECTION {
        return alerts::wrong_text(name, raw).map(|(what, fix)| (what.into(), fix.into()));
    }
    if section == console_issuers::SECTION {
        return console_issuers::wrong_text(name, raw).map(|(what, fix)| (what.into(), fix.into()));
    }
    let hexadecimal = || raw.len() == 64 && raw.bytes().all(|b| b.is_ascii_hexdigit());
    let signing = |names: &str| names.split_whitespace().all(bindeledd_http::jose::is_signing_algorithm);
    let (fine, what, fix) = match (section, name) {
        ("adapters", "sha256") => (hexadecimal(), Config::NoSha256, Config::WriteInspected),
        ("clients", "certificate_sha256") => (hexadecimal(), Config::NoSha256, Config::WriteCertificateSum),
        ("clients", "certificate_org_number") | ("credentials", "consumer_org") => (
            OrgNumber::parse(raw).is_ok(),
            Config::NoOrgNumber,
            Config::WriteNineDigits,
        ),
        ("clients", "party") => (PartyName::parse(raw).is_ok(), Config::NamesNoParty, Config::WriteParty),
        ("credentials", "algorithm") | ("issuers", "algorithms") => {
            (signing(raw), Config::NoAlgorithm, Config::WriteAlgorithm)
        }
        ("issuers", "dpop") => (DPOP.contains(&raw), Config::NoDpop, Config::WriteDpop),
        ("issuers", "party_by") => (PARTY_BY.contains(&raw), Config::NoPartyBy, Config::WritePartyBy),
        ("credentials", "issuer" | "token_endpoint") | ("issuers", "jwks_uri" | "origin") => (
            raw.starts_with("https://") || raw.starts_with("http://"),
            Config::NoAddress,
            Config::WriteAddress,
        ),
        _ => return None,
    };
    (!fine).then(|| (what.into(), fix.into()))
}

/// Checks that each part has the keys that its kind requires, and no key that its kind does not have.
pub(super) fn named_parts(sections: &[(String, Origin)], leaves: &[Leaf], problems: &mut Vec<Problem>) {
    for (section, keys) in NAMED {
        let prefix = format!("{section}.");
        let of_sections = sections
            .iter()
            .filter_map(|(name, origin)| Some((name.strip_prefix(&prefix)?, origin)));
        let of_leaves = leaves.iter().filter_map(|leaf| {
            let (part, _) = leaf.key.strip_prefix(&prefix)?.rsplit_once('.')?;
            Some((part, &leaf.origin))
        });
        let parts: BTreeMap<&str, &Origin> = of_leaves.chain(of_sections).collect();
        let mut shown = BTreeSet::new();
        for (part, origin) in parts {
            let value = |name: &str| {
                leaves
                    .iter()
                    .find(|l| l.key == format!("{prefix}{part}.{name}"))
                    .and_then(text)
            };
            let mut found = match section {
                "adapters" => wrong_adapter(part, &value),
                "credentials" => wrong_credential(keys, &value),
                "issuers" => wrong_issuer(&value),
                alerts::SECTION => alerts::wrong_target(part, leaves, &value),
                console_issuers::SECTION => console_issuers::wrong_issuer(part, leaves, &value),
                _ => wrong_client(leaves, &value),
            };
            if section == "clients" && !shown.insert(what_it_shows(&value)) {
                let fix = Config::TakeOneOut;
                found.push(wrong("", Config::SameClient, fix));
            }
            for (key, what, fix) in found {
                problems.push(Problem::of("BL-6003", &format!("{prefix}{part}{key}"), what, fix).from(origin.clone()));
            }
        }
    }
}

fn wrong_adapter(part: &str, value: Value<'_>) -> Vec<Wrong> {
    let mut found = Vec::new();
    let how = [("path", Config::NameComponent), ("sha256", Config::PinFile)];
    for (name, fix) in how {
        if value(name).is_none() {
            found.push(wrong(name, Config::NeedsValue, fix));
        }
    }
    if AdapterId::parse(part).is_none() {
        let fix = Config::WriteAdapterName;
        found.push(wrong("", Config::NoAdapterName, fix));
    }
    found
}

fn wrong_credential(keys: &[&str], value: Value<'_>) -> Vec<Wrong> {
    let names: Vec<_> = CREDENTIAL_KINDS
        .iter()
        .map(|(name, ..)| format!("\"{name}\""))
        .collect();
    let kinds = Common::WriteOneOf {
        names: names.join(", "),
    };
    let Some(kind) = value("kind") else {
        return vec![wrong("kind", Config::NeedsValue, kinds)];
    };
    let Some((_, needed, allowed)) = CREDENTIAL_KINDS.iter().find(|(name, ..)| *name == kind) else {
        return vec![wrong("kind", Config::NoCredentialKind, kinds)];
    };
    let mut found = missing(needed, value);
    let strange = |name: &&&str| **name != "kind" && !needed.contains(*name) && !allowed.contains(*name);
    for name in keys.iter().filter(strange).filter(|name| value(name).is_some()) {
        let what = Config::CredentialHasNo {
            kind: kind.to_owned(),
            name: (*name).to_owned(),
        };
        found.push(wrong(name, what, Config::TakeOutOrOtherKind));
    }
    if needed.contains(&"certificate") {
        return found;
    }
    for (one, other) in [("certificate", "key"), ("key", "certificate")] {
        if value(one).is_some() && value(other).is_none() {
            found.push(wrong(other, Config::CertificateAndKey, Config::NameBothFiles));
        }
    }
    if kind == "oauth" && value("signing_key").is_some() == value("secret_file").is_some() {
        let fix = Config::NameKeyOrSecret;
        found.push(wrong("signing_key", Config::KeyOrSecret, fix));
    }
    found
}

fn wrong_issuer(value: Value<'_>) -> Vec<Wrong> {
    let mut found = missing(&["issuer", "audience", "party_claim", "party_by"], value);
    if value("dpop").is_some() && value("origin").is_none() {
        let what = Config::ProofNeedsOrigin;
        let fix = Config::WriteOrigin;
        found.push(wrong("origin", what, fix));
    }
    found
}

/// The keys that identify a client.
const SHOWN: [&str; 4] = [
    "certificate_sha256",
    "certificate_org_number",
    "certificate_common_name",
    "claim",
];

fn what_it_shows(value: Value<'_>) -> Vec<Option<String>> {
    let of = |name: &str| value(name).map(str::to_ascii_lowercase);
    SHOWN.iter().copied().chain(["issuer", "authority"]).map(of).collect()
}

/// Checks the authority of a client. If there are several authorities, each authority certifies only the clients that
/// name it.
fn wrong_authority(leaves: &[Leaf], value: Value<'_>) -> Option<Wrong> {
    let files = texts(leaves, "listen.client_ca_files");
    let by_subject = value("certificate_org_number").is_some() || value("certificate_common_name").is_some();
    match value("authority") {
        Some(_) if !by_subject && value("certificate_sha256").is_none() => {
            let what = Config::AuthorityForNothing;
            Some(wrong("authority", what, Config::TakeLineOut))
        }
        Some(authority) if !files.contains(&authority) => {
            let what = Config::NoSuchAuthority;
            Some(wrong("authority", what, Config::WriteAuthority))
        }
        None if by_subject && files.len() > 1 => {
            let what = Config::ManyAuthorities;
            let fix = Config::WriteOwnAuthority;
            Some(wrong("authority", what, fix))
        }
        Some(_) | None => None,
    }
}

fn wrong_client(leaves: &[Leaf], value: Value<'_>) -> Vec<Wrong> {
    let mut found = missing(&["party"], value);
    let ways = SHOWN.iter().filter(|name| value(name).is_some()).count();
    if ways != 1 {
        let fix = Config::WriteOneWay;
        found.push(wrong("", Config::OneWay, fix));
    }
    if value("claim").is_some() != value("issuer").is_some() {
        found.push(wrong("claim", Config::IssuerAndClaim, Config::WriteBoth));
    }
    found.extend(wrong_authority(leaves, value));
    if let Some(issuer) = value("issuer") {
        let prefix = format!("issuers.{issuer}.");
        if !leaves.iter().any(|leaf| leaf.key.starts_with(&prefix)) {
            let fix = Config::WriteIssuer;
            found.push(wrong("issuer", Config::NoSuchIssuer, fix));
        }
    }
    found
}
