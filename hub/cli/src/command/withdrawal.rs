//! The scope of a withdrawal on the command line, and its answer for a person.

use bindeledd_texts::cli::participant::Participant;
use bindeledd_texts::{Lang, Text as _};
use clap::Args;
use serde_json::{Map, Value, json};

use super::{number, party_name, rows, slug};

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
pub(crate) fn would_stop(answer: &Value) -> String {
    let count = |name| rows(answer, name).len();
    let mut text = format!(
        "nothing is withdrawn; a withdrawal would end {} grants and cancel {} deliveries; {} are on the wire, {} were handed over",
        count("ends"),
        count("cancelled"),
        count("sending"),
        count("handedOver")
    );
    for ending in rows(answer, "ends") {
        let field = |name: &str| ending.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let categories: Vec<_> = rows(ending, "categories").iter().filter_map(Value::as_str).collect();
        text.push_str(&format!(
            "\nends: {} to {}: {}",
            field("from"),
            field("to"),
            categories.join(", ")
        ));
    }
    let told: Vec<_> = rows(answer, "notified").iter().filter_map(Value::as_str).collect();
    if !told.is_empty() {
        text.push_str(&format!("\nthe hub would tell: {}", told.join(", ")));
    }
    text
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
