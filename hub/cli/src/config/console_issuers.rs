//! Rules for the issuers with which persons sign in: `[console_issuers]`.

use bindeledd_texts::cli::config::Config;

use super::part::{Value, Wrong, missing, wrong};
use super::values::{Leaf, text};

/// Section of the issuers.
pub(super) const SECTION: &str = "console_issuers";
/// Keys of an issuer.
pub(super) const KEYS: &[&str] = &[
    "for",
    "title",
    "issuer",
    "client_id",
    "secret_file",
    "signing_key",
    "key_id",
    "algorithm",
    "scope",
    "claim",
    "acr",
    "acr_claim",
    "auth_minutes",
    "algorithms",
];

/// Longest name of an issuer, in bytes.
const LONGEST_NAME: usize = 40;
/// Longest time since the sign-in at the issuer, in minutes.
const LONGEST_AUTH: u16 = 1440;

/// The audiences of an issuer: persons with an account, or participants on their own pages.
const AUDIENCES: [&str; 2] = ["workers", PARTICIPANTS];
/// The audience of the issuer with which participants sign in.
pub(crate) const PARTICIPANTS: &str = "participants";

/// Reads the time since the sign-in at the issuer, in minutes.
pub(crate) fn auth_minutes(raw: &str) -> Option<u16> {
    let minutes = raw.trim().parse().ok();
    minutes.filter(|minutes| (1..=LONGEST_AUTH).contains(minutes))
}

/// Returns the fault in one text of an issuer, and the remedy.
pub(super) fn wrong_text(name: &str, raw: &str) -> Option<(Config, Config)> {
    let signing = |names: &str| names.split_whitespace().all(bindeledd_http::jose::is_signing_algorithm);
    match name {
        "for" if !AUDIENCES.contains(&raw) => Some((Config::NoAudience, Config::WriteAudience)),
        "issuer" if !raw.starts_with("https://") || raw.contains(['?', '#']) => {
            Some((Config::NoConsoleIssuer, Config::WriteConsoleIssuer))
        }
        "algorithm" | "algorithms" if !signing(raw) => Some((Config::NoAlgorithm, Config::WriteAlgorithm)),
        "scope" if !raw.split_whitespace().any(|scope| scope == "openid") => {
            Some((Config::NoOpenIdScope, Config::WriteOpenIdScope))
        }
        "auth_minutes" if auth_minutes(raw).is_none() => Some((Config::NoAuthMinutes, Config::WriteAuthMinutes)),
        _ => None,
    }
}

/// Checks one issuer.
pub(super) fn wrong_issuer(part: &str, leaves: &[Leaf], value: Value<'_>) -> Vec<Wrong> {
    let mut found = missing(&["title", "issuer", "client_id"], value);
    let url = leaves.iter().find(|leaf| leaf.key == "console.url").and_then(text);
    if !url.is_some_and(|url| url.trim().starts_with("https://")) {
        found.push(wrong("", Config::IssuerNeedsUrl, Config::SetConsoleUrl));
    }
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    if part.len() > LONGEST_NAME || !part.bytes().all(legal) {
        found.push(wrong("", Config::NoConsoleIssuerName, Config::WriteConsoleIssuerName));
    }
    if value("signing_key").is_some() == value("secret_file").is_some() {
        found.push(wrong("signing_key", Config::KeyOrSecret, Config::NameKeyOrSecret));
    }
    for name in ["key_id", "algorithm"] {
        if value(name).is_some() && value("signing_key").is_none() {
            found.push(wrong(name, Config::BelongsToKey, Config::TakeOutOrNameKey));
        }
    }
    if value("acr_claim").is_some() && value("acr").is_none() {
        found.push(wrong("acr", Config::ClaimWithoutValues, Config::WriteAcr));
    }
    if value("for") == Some(PARTICIPANTS) {
        if value("acr").is_none() {
            found.push(wrong("acr", Config::ParticipantsNeedLevel, Config::WriteAcr));
        }
        let own = format!("{SECTION}.{part}.for");
        let is_other = |leaf: &&Leaf| leaf.key.starts_with(SECTION) && leaf.key.ends_with(".for") && leaf.key != own;
        if leaves
            .iter()
            .filter(is_other)
            .any(|leaf| text(leaf) == Some(PARTICIPANTS))
        {
            found.push(wrong("for", Config::SecondForParticipants, Config::TakeOneOut));
        }
    }
    found
}
