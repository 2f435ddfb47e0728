//! Rules for the targets of alerts: `[alert_targets]`, and the keys of `[alerts]` about pushes.

use bindeledd_core::alert::DutyHours;
use bindeledd_core::notice::EmailAddress;
use bindeledd_http::AddressRange;

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
pub(super) fn wrong_alerts(key: &str, raw: &str) -> Option<(&'static str, &'static str)> {
    let is_address = |raw: &str| raw.starts_with("https://") || raw.starts_with("http://");
    match key {
        "alerts.duty_hours" if DutyHours::parse(raw).is_none() => Some((
            "these are no hours of duty",
            "write \"always\", or days and hours such as \"mon-fri 08:00-16:00, sat 10:00-14:00\"",
        )),
        "alerts.link" if !is_address(raw) || raw.chars().any(|c| c.is_whitespace() || c.is_control()) => Some((
            "this is not the beginning of an address",
            "write one like \"https://hub.example/console/alerts/\"",
        )),
        _ => None,
    }
}

/// Returns the fault in one text of a target, and the remedy.
pub(super) fn wrong_text(name: &str, raw: &str) -> Option<(&'static str, &'static str)> {
    match name {
        "severity" if !SEVERITIES.contains(&raw) => Some((
            "this is no choice of alerts",
            "write \"now\" for those that can not wait, or \"all\"",
        )),
        "to" if EmailAddress::parse(raw).is_none() => {
            Some(("this is not a mail address", "write one like \"vakt@nordvik.example\""))
        }
        "url" if !raw.starts_with("https://") && !raw.starts_with("http://") => Some((
            "this is not an address",
            "write one like \"https://alarm.example/hooks/1\"",
        )),
        _ => None,
    }
}

/// Checks one target.
pub(super) fn wrong_target(part: &str, leaves: &[Leaf], value: Value<'_>) -> Vec<Wrong> {
    let kinds = "write \"mail\" or \"webhook\"";
    let mut found = missing(&["severity"], value);
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    if part.len() > LONGEST_NAME || !part.bytes().all(legal) {
        let fix = "write it like duty-phone: a-z, 0-9, - and _, at most 40 characters";
        found.push(wrong("", "this is not a target's name", fix));
    }
    let Some(kind) = value("kind") else {
        found.push(wrong("kind", "it has to have a value", kinds));
        return found;
    };
    let Some((_, needed)) = KINDS.iter().find(|(name, _)| *name == kind) else {
        found.push(wrong("kind", "this is not a kind of target", kinds));
        return found;
    };
    found.extend(missing(needed, value));
    let others = KEYS[2..].iter().filter(|name| !needed.contains(*name));
    for name in others.filter(|name| value(name).is_some()) {
        let what = format!("a {kind} target has no {name}");
        found.push(wrong(name, what, "take the line out, or set another kind"));
    }
    let server = leaves.iter().find(|leaf| leaf.key == "mail.host").and_then(text);
    if kind == "mail" && server.is_none_or(|host| host.trim().is_empty()) {
        let what = "a mail needs a mail server, and [mail] names none";
        found.push(wrong("kind", what, "set mail.host and mail.from"));
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
            let what = format!("`{raw}` is no address and no network");
            let fix = "write one like \"10.1.2.3\" or \"10.1.0.0/16\"";
            problems.push(Problem {
                origin: origin.clone(),
                ..Problem::of("BL-6003", NETWORKS, what, fix)
            });
        }
    }
}
