//! The scope of a withdrawal on the command line, and its answer for a person.

use bindeledd_texts::cli::participant::Participant;
use bindeledd_texts::{Lang, Text as _};
use clap::Args;
use serde_json::{Map, Value, json};

use super::{cell, number, party_name, rows, slug};

/// The scope of a withdrawal; without arguments the whole.
#[derive(Debug, Args)]
pub(crate) struct Scope {
    /// Everything to and from this party
    #[arg(long, value_parser = party_name, conflicts_with_all = ["from", "to"])]
    party: Option<bindeledd_core::PartyName>,
    /// The sender of the exchange to withdraw
    #[arg(long, value_parser = party_name, requires = "to")]
    from: Option<bindeledd_core::PartyName>,
    /// The receiver of the exchange to withdraw
    #[arg(long, value_parser = party_name, requires = "from")]
    to: Option<bindeledd_core::PartyName>,
    /// The purpose of the exchange to withdraw
    #[arg(long, requires = "from", value_parser = slug)]
    purpose: Option<String>,
    /// Only these categories of the exchange
    #[arg(long = "category", requires = "from", value_delimiter = ',', value_parser = slug, value_name = "CATEGORY")]
    categories: Vec<String>,
}

impl Scope {
    /// Returns the scope as JSON for the hub.
    pub(crate) fn to_json(&self) -> Value {
        let mut scope = Map::new();
        let mut put =
            |name: &str, value: Option<String>| value.map(|value| scope.insert(name.to_owned(), value.into()));
        put("party", self.party.as_ref().map(ToString::to_string));
        put("from", self.from.as_ref().map(ToString::to_string));
        put("to", self.to.as_ref().map(ToString::to_string));
        put("purpose", self.purpose.clone());
        if !self.categories.is_empty() {
            scope.insert("categories".to_owned(), json!(self.categories));
        }
        Value::Object(scope)
    }
}

/// Formats the effect that a withdrawal would have.
pub(crate) fn would_stop(answer: &Value, lang: Lang) -> String {
    let count = |name| number(rows(answer, name).len());
    let would = Participant::WouldWithdraw {
        ends: count("ends"),
        cancelled: count("cancelled"),
        sending: count("sending"),
        handed: count("handedOver"),
    };
    let mut lines = vec![would.text(lang)];
    lines.extend(rows(answer, "ends").iter().map(|ending| {
        let field = |name| cell(ending, name);
        let ends = Participant::WouldEnd {
            from: field("from"),
            to: field("to"),
            categories: field("categories"),
        };
        ends.text(lang)
    }));
    if count("notified") > 0 {
        let parties = cell(answer, "notified");
        lines.push(Participant::WouldTell { parties }.text(lang));
    }
    lines.join("\n")
}

/// Formats the deliveries that a withdrawal stopped, and those that it could not stop.
pub(crate) fn stopped(answer: &Value, lang: Lang) -> String {
    let count = |name| number(rows(answer, name).len());
    let withdrawn = Participant::Withdrawn {
        cancelled: count("cancelled"),
        sending: count("sending"),
        handed: count("handedOver"),
    };
    let mut lines = vec![withdrawn.text(lang)];
    if count("notified") > 0 {
        let notified: Vec<_> = rows(answer, "notified").iter().filter_map(Value::as_str).collect();
        let parties = notified.join(", ");
        lines.push(Participant::Notified { parties }.text(lang));
    }
    let grants = count("remains");
    if grants > 0 {
        lines.push(Participant::Remain { grants }.text(lang));
    }
    lines.join("\n")
}
