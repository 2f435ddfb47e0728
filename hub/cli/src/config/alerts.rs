//! Rules for the targets of alerts: `[alert_targets]`, and the keys of `[alerts]` about pushes.

use bindeledd_core::alert::DutyHours;
use bindeledd_core::notice::EmailAddress;
use bindeledd_http::AddressRange;
use bindeledd_texts::cli::config::Config;

use super::part::{Value, Wrong, missing, wrong};
use super::problem::Problem;
use super::values::{Leaf, text, texts};

/// Texts that may be empty.
pub(super) const MAY_BE_EMPTY: [&str; 1] = ["alerts.link"];
/// Section of the targets.
pub(super) const SECTION: &str = "alert_targets";
/// Keys of a target.
pub(super) const KEYS: &[&str] = &["kind", "severity", "to", "url", "secret_file"];

/// Kinds of targets, with the keys that each needs. No other key of the list goes with the kind.
const KINDS: [(&str, &[&str]); 2] = [("mail", &["to"]), ("webhook", &["url", "secret_file"])];
const SEVERITIES: [&str; 2] = ["now", "all"];
/// Longest name of a target, in bytes.
const LONGEST_NAME: usize = 40;

/// Returns the fault in one text of `[alerts]`, and the remedy.
pub(super) fn wrong_alerts(key: &str, raw: &str) -> Option<(Config, Config)> {
    let is_address = |raw: &str| raw.starts_with("https://") || raw.starts_with("http://");
    match key {
        "alerts.duty_hours" if DutyHours::parse(raw).is_none() => Some((Config::NoDutyHours, Config::WriteDutyHours)),
        "alerts.link" if !is_address(raw) || raw.chars().any(|c| c.is_whitespace() || c.is_control()) => {
            Some((Config::NoLink, Config::WriteLink))
        }
        _ => None,
    }
}

/// Returns the fault in one text of a target, and the remedy.
pub(super) fn wrong_text(name: &str, raw: &str) -> Option<(Config, Config)> {
    match name {
        "severity" if !SEVERITIES.contains(&raw) => Some((Config::NoSeverity, Config::WriteSeverity)),
        "to" if EmailAddress::parse(raw).is_none() => Some((Config::NoMailAddress, Config::WriteMailAddress)),
        "url" if !raw.starts_with("https://") && !raw.starts_with("http://") => {
            Some((Config::NoAddress, Config::WriteWebhook))
        }
        _ => None,
    }
}

/// Checks one target.
pub(super) fn wrong_target(part: &str, leaves: &[Leaf], value: Value<'_>) -> Vec<Wrong> {
    let mut found = missing(&["severity"], value);
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    if part.len() > LONGEST_NAME || !part.bytes().all(legal) {
        found.push(wrong("", Config::NoTargetName, Config::WriteTargetName));
    }
    let Some(kind) = value("kind") else {
        found.push(wrong("kind", Config::NeedsValue, Config::WriteTargetKind));
        return found;
    };
    let Some((_, needed)) = KINDS.iter().find(|(name, _)| *name == kind) else {
        found.push(wrong("kind", Config::NoTargetKind, Config::WriteTargetKind));
        return found;
    };
    found.extend(missing(needed, value));
    let others = KEYS[2..].iter().filter(|name| !needed.contains(*name));
    for name in others.filter(|name| value(name).is_some()) {
        let what = Config::TargetHasNo {
            kind: kind.to_owned(),
            name: (*name).to_owned(),
        };
        found.push(wrong(name, what, Config::TakeOutOrOtherKind));
    }
    let server = leaves.iter().find(|leaf| leaf.key == "mail.host").and_then(text);
    if kind == "mail" && server.is_none_or(|host| host.trim().is_empty()) {
        found.push(wrong("kind", Config::NoMailServer, Config::SetMailServer));
    }
    found
}

/// Finds the problems of lists.
pub(super) fn problems(leaves: &[Leaf], problems: &mut Vec<Problem>) {
    const NETWORKS: &str = "alerts.webhook_networks";
    let origin = leaves
        .iter()
        .find(|leaf| leaf.key == NETWORKS)
        .map(|leaf| leaf.origin.clone());
    for raw in texts(leaves, NETWORKS) {
        if AddressRange::parse(raw).is_none() {
            let what = Config::NoNetwork { value: raw.to_owned() };
            let fix = Config::WriteNetwork;
            problems.push(Problem {
                origin: origin.clone(),
                ..Problem::of("BL-6003", NETWORKS, what, fix)
            });
        }
    }
}
