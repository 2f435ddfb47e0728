//! The keys, their types and their allowed values. All problems are reported, not only the first.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use bindeledd_texts::Said;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::config::Config;
use config::{Value, ValueKind};

use super::alerts;
use super::layers::defaults;
use super::listen;
use super::mail;
use super::master;
use super::parts::{NAMED, named_parts, wrong_text};
use super::problem::Problem;
use super::values::{Leaf, Origin, Tree, text};

/// Bounds of the whole numbers. `config/default.toml` describes the same bounds in comments, and a test compares the
/// two.
pub(super) const RANGES: [(&str, i64, i64); 38] = [
    ("store.reserve_mb", 0, 4096),
    ("store.retention_days", 1, 365),
    ("audit.checkpoint_seconds", 1, 3600),
    ("audit.recheck_hours", 1, 720),
    ("alerts.endpoint_silent_hours", 1, 720),
    ("alerts.inbox_silent_hours", 1, 720),
    ("alerts.with_person_hours", 1, 720),
    ("alerts.repeated_blocks", 2, 1000),
    ("alerts.checkpoint_behind_minutes", 1, 1440),
    ("alerts.keep_days", 30, 3650),
    ("alerts.push_again_minutes", 15, 1440),
    ("adapter_limits.memory_mb", 1, 1024),
    ("adapter_limits.fuel", 1_000_000, i64::MAX),
    ("adapter_limits.fuel_per_byte", 0, 1_000_000),
    ("adapter_limits.file_mb", 1, 128),
    ("adapter_limits.compile_seconds", 1, 3600),
    ("adapter_limits.input_mb", 1, 64),
    ("adapter_limits.output_mb", 1, 64),
    ("adapter_limits.instances", 1, 1000),
    ("adapter_limits.instances_per_party", 1, 1000),
    ("limits.document_mb", 1, 64),
    ("limits.requests_per_second", 1, 100_000),
    ("limits.burst", 1, 100_000),
    ("limits.connections", 1, 65_535),
    ("limits.connections_per_address", 1, 65_535),
    ("limits.token_minutes", 1, 1440),
    ("limits.in_flight", 16, 65_535),
    ("limits.in_flight_per_party", 1, 65_535),
    ("limits.bytes_mb", 16, 65_536),
    ("limits.bytes_per_party_mb", 1, 65_536),
    ("limits.answer_mb", 1, 64),
    ("limits.stored_per_party_mb", 1, 16_777_216),
    ("limits.blocked_per_day", 1, 1_000_000),
    ("delivery.expire_days", 1, 365),
    ("delivery.release_ms", 100, 1000),
    ("mail.port", 1, 65_535),
    ("mail.at_most_every_hours", 1, 720),
    ("mail.gather_minutes", 0, 1440),
];

const LOG_FORMATS: [&str; 2] = ["human", "json"];

const LANGUAGES: [&str; 2] = ["en", "nb"];

const FREE_TEXT: [&str; 2] = ["flag", "refuse"];

/// The type of a key, taken from its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Text,
    Whole,
    Switch,
    Texts,
}

impl Type {
    fn of(value: &ValueKind) -> Self {
        match value {
            ValueKind::Boolean(_) => Self::Switch,
            ValueKind::I64(_) | ValueKind::U64(_) | ValueKind::I128(_) | ValueKind::U128(_) => Self::Whole,
            ValueKind::Array(_) => Self::Texts,
            ValueKind::Nil | ValueKind::Float(_) | ValueKind::String(_) | ValueKind::Table(_) => Self::Text,
        }
    }

    /// Returns the remedy for a value of another type.
    fn remedy(self, is_variable: bool) -> Said {
        match (self, is_variable) {
            (Self::Text, _) => Config::WriteText.into(),
            (Self::Whole, false) => Config::WriteWhole.into(),
            (Self::Whole, true) => Config::WriteWholeVariable.into(),
            (Self::Switch, false) => Config::WriteSwitch.into(),
            (Self::Switch, true) => Common::WriteTrueOrFalse.into(),
            (Self::Texts, _) => Config::WriteList.into(),
        }
    }
}

/// Returns the typed values, or every problem.
pub(super) fn typed(tree: Tree) -> Result<Vec<Leaf>, Vec<Problem>> {
    let known: BTreeMap<String, Type> = defaults()
        .into_iter()
        .map(|leaf| (leaf.key, Type::of(&leaf.value)))
        .collect();
    let mut problems = Vec::new();
    for (section, origin) in &tree.sections {
        if !is_section(section, &known) {
            problems.push(unknown(section, &known).from(origin.clone()));
        }
    }
    let mut leaves = Vec::new();
    for leaf in tree.leaves {
        match type_of(&leaf.key, &known) {
            None => {
                // The unknown section has already been reported.
                let is_reported = problems.iter().any(|p| leaf.key.starts_with(&format!("{}.", p.key)));
                if !is_reported {
                    problems.push(unknown(&leaf.key, &known).from(leaf.origin));
                }
            }
            Some(expected) => match converted(leaf, expected) {
                Ok(leaf) => leaves.push(leaf),
                Err(problem) => problems.push(*problem),
            },
        }
    }
    values(&leaves, &mut problems);
    mail::problems(&leaves, &mut problems);
    alerts::problems(&leaves, &mut problems);
    listen::problems(&leaves, &mut problems);
    master::problems(&leaves, &mut problems);
    named_parts(&tree.sections, &leaves, &mut problems);
    if problems.is_empty() { Ok(leaves) } else { Err(problems) }
}

fn type_of(key: &str, known: &BTreeMap<String, Type>) -> Option<Type> {
    known.get(key).copied().or_else(|| {
        let (section, rest) = key.split_once('.')?;
        let (_, keys) = NAMED.iter().find(|(name, _)| *name == section)?;
        let (part, name) = rest.rsplit_once('.')?;
        (!part.is_empty() && keys.contains(&name)).then_some(Type::Text)
    })
}

fn is_section(section: &str, known: &BTreeMap<String, Type>) -> bool {
    let inside = format!("{section}.");
    let part_of_named = || {
        NAMED
            .iter()
            .any(|(name, _)| section == *name || section.strip_prefix(name).is_some_and(|r| r.starts_with('.')))
    };
    known.keys().any(|key| key.starts_with(&inside)) || part_of_named()
}

fn converted(leaf: Leaf, expected: Type) -> Result<Leaf, Box<Problem>> {
    let from_environment = matches!(leaf.origin, Origin::Environment(_));
    let value = match (expected, leaf.value) {
        (Type::Text, ValueKind::String(text)) => Some(ValueKind::String(text)),
        (Type::Switch, ValueKind::Boolean(on)) => Some(ValueKind::Boolean(on)),
        (Type::Whole, ValueKind::I64(number)) => Some(ValueKind::I64(number)),
        (Type::Texts, ValueKind::Array(items)) => {
            let all_text = items.iter().all(|item| matches!(item.kind, ValueKind::String(_)));
            all_text.then_some(ValueKind::Array(items))
        }
        // A variable of the environment is always text.
        (Type::Switch, ValueKind::String(text)) if from_environment => text.parse().ok().map(ValueKind::Boolean),
        (Type::Whole, ValueKind::String(text)) if from_environment => text.trim().parse().ok().map(ValueKind::I64),
        (Type::Texts, ValueKind::String(text)) if from_environment => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(ValueKind::Array(items.map(|item| Value::new(None, item)).collect()))
        }
        (Type::Text | Type::Switch | Type::Whole | Type::Texts, _) => None,
    };
    match value {
        Some(value) => Ok(Leaf {
            value,
            ..Leaf {
                key: leaf.key,
                value: ValueKind::Nil,
                origin: leaf.origin,
            }
        }),
        None => {
            let fix = expected.remedy(from_environment);
            Err(Box::new(
                Problem::of("BL-6003", &leaf.key, Config::WrongType, fix).from(leaf.origin),
            ))
        }
    }
}

/// Returns the problem of an unknown key, with the known key that was probably meant.
fn unknown(key: &str, known: &BTreeMap<String, Type>) -> Problem {
    let name = key.rsplit('.').next().unwrap_or(key);
    let mut candidates: Vec<String> = known.keys().cloned().collect();
    candidates.extend(
        known
            .keys()
            .filter_map(|k| k.split_once('.'))
            .map(|(section, _)| section.to_owned()),
    );
    for (section, keys) in NAMED {
        candidates.push(section.to_owned());
        let part = key.split('.').nth(1).unwrap_or("<name>");
        candidates.extend(keys.iter().map(|k| format!("{section}.{part}.{k}")));
    }
    let elsewhere = candidates
        .iter()
        .find(|c| c.rsplit('.').next() == Some(name) && c.contains('.'));
    let nearest = candidates.iter().map(|c| (distance(key, c), c)).min();
    let fix = match (nearest, elsewhere) {
        (Some((0, section)), _) => Config::IsSection {
            section: section.clone(),
        },
        (Some((1..=3, near)), _) => Config::DidYouMean { key: near.clone() },
        (_, Some(there)) => Config::DidYouMean { key: there.clone() },
        _ => Config::RemoveIt,
    };
    Problem::of("BL-6002", key, Config::NoSuchKey, fix)
}

/// Returns the number of characters to insert, remove or change between `a` and `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

fn values(leaves: &[Leaf], problems: &mut Vec<Problem>) {
    for leaf in leaves {
        if let Some((what, fix)) = wrong_value(leaf) {
            problems.push(Problem::of("BL-6003", &leaf.key, what, fix).from(leaf.origin.clone()));
        }
    }
    let switched_on = |key: &str| {
        leaves
            .iter()
            .any(|l| l.key == key && l.value == ValueKind::Boolean(true))
    };
    let address = leaves.iter().find(|leaf| leaf.key == "listen.address");
    let reachable = address
        .and_then(|leaf| text(leaf))
        .and_then(|raw| raw.parse::<SocketAddr>().ok());
    if switched_on("listen.allow_http") && reachable.is_some_and(|address| !address.ip().is_loopback()) {
        let what = Config::HttpElsewhere;
        let fix = Config::NoHttpOrProxy;
        let origin = leaves
            .iter()
            .find(|l| l.key == "listen.allow_http")
            .map(|l| l.origin.clone());
        problems.push(Problem {
            origin,
            ..Problem::of("BL-6003", "listen.allow_http", what, fix)
        });
    }
    let number = |key: &str| match leaves.iter().find(|leaf| leaf.key == key).map(|leaf| &leaf.value) {
        Some(ValueKind::I64(number)) => Some(*number),
        _ => None,
    };
    if let (Some(document), Some(input)) = (number("limits.document_mb"), number("adapter_limits.input_mb"))
        && document > input
    {
        let what = Config::DocumentOverInput {
            document: document.to_string(),
            input: input.to_string(),
        };
        let fix = Config::RaiseInput;
        problems.push(Problem::of("BL-6003", "limits.document_mb", what, fix));
    }
    if let (Some(document), Some(share)) = (number("limits.document_mb"), number("limits.bytes_per_party_mb"))
        && document > share
    {
        let what = Config::DocumentOverShare {
            document: document.to_string(),
            share: share.to_string(),
        };
        let fix = Config::RaiseShare;
        problems.push(Problem::of("BL-6003", "limits.bytes_per_party_mb", what, fix));
    }
}

/// Returns the fault in one value, and the remedy.
fn wrong_value(leaf: &Leaf) -> Option<(Said, Said)> {
    if let (Some((_, low, high)), ValueKind::I64(number)) =
        (RANGES.iter().find(|(key, ..)| *key == leaf.key), &leaf.value)
    {
        let number = *number;
        let (low, high) = (*low, *high);
        let fix = if high == i64::MAX {
            Config::WriteNumberFrom { low: low.to_string() }
        } else {
            Config::WriteNumber {
                low: low.to_string(),
                high: high.to_string(),
            }
        };
        let what = Config::OutOfBounds {
            number: number.to_string(),
        };
        return (!(low..=high).contains(&number)).then(|| (what.into(), fix.into()));
    }
    let raw = text(leaf)?;
    let say = |what: Config, fix: Config| Some((what.into(), fix.into()));
    let may_be_empty = [
        &mail::MAY_BE_EMPTY[..],
        &master::MAY_BE_EMPTY,
        &listen::MAY_BE_EMPTY,
        &alerts::MAY_BE_EMPTY,
    ]
    .concat();
    if raw.trim().is_empty() && may_be_empty.contains(&leaf.key.as_str()) {
        return None;
    }
    if raw.trim().is_empty() {
        return say(Config::Empty, Config::GiveValue);
    }
    match leaf.key.as_str() {
        "mail.security" if !mail::SECURITY.contains(&raw) => say(Config::NoMailWay, Config::WriteMailWay),
        "mail.where_to_look" if raw.chars().any(char::is_control) => say(Config::MoreThanOneLine, Config::OneLine),
        "listen.address" if raw.parse::<SocketAddr>().is_err() => {
            say(Config::NoAddressWithPort, Config::WriteAddressWithPort)
        }
        "guard.free_text" if !FREE_TEXT.contains(&raw) => say(Config::NoTreatment, Config::WriteTreatment),
        "hub.language" if !LANGUAGES.contains(&raw) => say(Config::NoLanguage, Config::WriteLanguage),
        "log.format" if !LOG_FORMATS.contains(&raw) => say(Config::NoLogFormat, Config::WriteLogFormat),
        "log.level" if tracing_subscriber::EnvFilter::try_new(raw).is_err() => {
            say(Config::NoLogLevel, Config::WriteLogLevel)
        }
        key => match alerts::wrong_alerts(key, raw) {
            Some((what, fix)) => Some((what.into(), fix.into())),
            None => wrong_text(key, raw),
        },
    }
}
