//! Sections whose parts the operator names: adapters, credentials, issuers and clients. Also the keys of each part.

use std::collections::{BTreeMap, BTreeSet};

use bindeledd_core::{AdapterId, OrgNumber, PartyName};

use super::alerts;
use super::part::{Value, Wrong, missing, wrong};
use super::problem::Problem;
use super::values::{Leaf, Origin, text, texts};

/// The sections, with the keys of a part. All values are texts.
pub(super) const NAMED: [(&str, &[&str]); 5] = [
    ("adapters", &["path", "sha256"]),
    (alerts::SECTION, alerts::KEYS),
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
pub(super) fn wrong_text(key: &str, raw: &str) -> Option<(String, String)> {
    let (section, name) = (key.split('.').next()?, key.rsplit('.').next()?);
    if section == alerts::SECTION {
        return alerts::wrong_text(name, raw).map(|(what, fix)| (what.to_owned(), fix.to_owned()));
    }
    let hexadecimal = || raw.len() == 64 && raw.bytes().all(|b| b.is_ascii_hexdigit());
    let signing = |names: &str| names.split_whitespace().all(bindeledd_http::jose::is_signing_algorithm);
    let (fine, what, fix) = match (section, name) {
        ("adapters", "sha256") => (
            hexadecimal(),
            "this is not a SHA-256",
            "write the 64 hexadecimal digits that `bindeledd plugin inspect <file>` prints",
        ),
        ("clients", "certificate_sha256") => (
            hexadecimal(),
            "this is not a SHA-256",
            "write 64 hexadecimal digits: `openssl x509 -outform der -in <file> | sha256sum` prints them",
        ),
        ("clients", "certificate_org_number") | ("credentials", "consumer_org") => (
            OrgNumber::parse(raw).is_ok(),
            "this is not an organisation number",
            "write its nine digits",
        ),
        ("clients", "party") => (
            PartyName::parse(raw).is_ok(),
            "this names no party",
            "write a party's id, org:<organisation number> or her:<HER-id>",
        ),
        ("credentials", "algorithm") | ("issuers", "algorithms") => (
            signing(raw),
            "this is no algorithm that the hub takes",
            "write ES256, ES384, RS256, RS384, RS512, PS256, PS384 or PS512",
        ),
        ("issuers", "dpop") => (
            DPOP.contains(&raw),
            "this does not say which tokens are taken",
            "write \"required\" for those that are bound to a key alone, or \"allowed\"",
        ),
        ("issuers", "party_by") => (
            PARTY_BY.contains(&raw),
            "this is no way to name a party",
            "write \"org\", \"her\" or \"clients\"",
        ),
        ("credentials", "issuer" | "token_endpoint") | ("issuers", "jwks_uri" | "origin") => (
            raw.starts_with("https://") || raw.starts_with("http://"),
            "this is not an address",
            "write one like \"https://issuer.example\"",
        ),
        _ => return None,
    };
    (!fine).then(|| (what.to_owned(), fix.to_owned()))
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
                _ => wrong_client(leaves, &value),
            };
            if section == "clients" && !shown.insert(what_it_shows(&value)) {
                let fix = "take one of the two out";
                found.push(wrong(
                    "",
                    "another client has the same identification, so that a caller with it would be ambiguous",
                    fix,
                ));
            }
            for (key, what, fix) in found {
                problems.push(Problem::of("BL-6003", &format!("{prefix}{part}{key}"), what, fix).from(origin.clone()));
            }
        }
    }
}

fn wrong_adapter(part: &str, value: Value<'_>) -> Vec<Wrong> {
    let mut found = Vec::new();
    let how = [
        ("path", "name the component's file"),
        (
            "sha256",
            "pin the file: `bindeledd plugin inspect <file>` prints its digest",
        ),
    ];
    for (name, fix) in how {
        if value(name).is_none() {
            found.push(wrong(name, "it has to have a value", fix));
        }
    }
    if AdapterId::parse(part).is_none() {
        let fix = "write it like gp-dialogmelding: a-z, 0-9, - . _ and @, beginning with a letter";
        found.push(wrong("", "this is not an adapter's name", fix));
    }
    found
}

fn wrong_credential(keys: &[&str], value: Value<'_>) -> Vec<Wrong> {
    let names: Vec<_> = CREDENTIAL_KINDS
        .iter()
        .map(|(name, ..)| format!("\"{name}\""))
        .collect();
    let kinds = format!("write one of {}", names.join(", "));
    let Some(kind) = value("kind") else {
        return vec![wrong("kind", "it has to have a value", kinds)];
    };
    let Some((_, needed, allowed)) = CREDENTIAL_KINDS.iter().find(|(name, ..)| *name == kind) else {
        return vec![wrong("kind", "this is not a kind of credential", kinds)];
    };
    let mut found = missing(needed, value);
    let strange = |name: &&&str| **name != "kind" && !needed.contains(*name) && !allowed.contains(*name);
    for name in keys.iter().filter(strange).filter(|name| value(name).is_some()) {
        let what = format!("a {kind} credential has no {name}");
        found.push(wrong(name, what, "take the line out, or set another kind"));
    }
    if needed.contains(&"certificate") {
        return found;
    }
    for (one, other) in [("certificate", "key"), ("key", "certificate")] {
        if value(one).is_some() && value(other).is_none() {
            found.push(wrong(other, "a certificate and its key go together", "name both files"));
        }
    }
    if kind == "oauth" && value("signing_key").is_some() == value("secret_file").is_some() {
        let fix = "name either signing_key or secret_file";
        found.push(wrong(
            "signing_key",
            "the hub identifies itself with either a key or a secret",
            fix,
        ));
    }
    found
}

fn wrong_issuer(value: Value<'_>) -> Vec<Wrong> {
    let mut found = missing(&["issuer", "audience", "party_claim", "party_by"], value);
    if value("dpop").is_some() && value("origin").is_none() {
        let what = "a proof of possession (DPoP) is made for one address, so the hub has to know its own";
        let fix = "write the hub's own origin as its callers see it, such as \"https://hub.example\"";
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
            let what = "an authority vouches for certificates, and this client shows none";
            Some(wrong("authority", what, "take the line out"))
        }
        Some(authority) if !files.contains(&authority) => {
            let what = "this is none of listen.client_ca_files";
            Some(wrong("authority", what, "write one of them, letter by letter"))
        }
        None if by_subject && files.len() > 1 => {
            let what = "there are several authorities, and each may certify only the clients that name it";
            let fix = "write the one of listen.client_ca_files that gives out this client's certificates";
            Some(wrong("authority", what, fix))
        }
        Some(_) | None => None,
    }
}

fn wrong_client(leaves: &[Leaf], value: Value<'_>) -> Vec<Wrong> {
    let mut found = missing(&["party"], value);
    let ways = SHOWN.iter().filter(|name| value(name).is_some()).count();
    if ways != 1 {
        let fix =
            "write one of certificate_sha256, certificate_org_number, certificate_common_name, or issuer and claim";
        found.push(wrong("", "a client shows itself in one way", fix));
    }
    if value("claim").is_some() != value("issuer").is_some() {
        found.push(wrong("claim", "issuer and claim go together", "write both, or neither"));
    }
    found.extend(wrong_authority(leaves, value));
    if let Some(issuer) = value("issuer") {
        let prefix = format!("issuers.{issuer}.");
        if !leaves.iter().any(|leaf| leaf.key.starts_with(&prefix)) {
            let fix = "write the name of a section [issuers.…]";
            found.push(wrong("issuer", "there is no such issuer in the configuration", fix));
        }
    }
    found
}
