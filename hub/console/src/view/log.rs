//! Logg: the rows of the audit log with filters, its verification, its checkpoint, and a delivery's proof.

use askama::Template;
use bindeledd_core::audit::AuditAction;
use jiff::Timestamp;

use super::query::bounded;
use super::way::Who;
use super::written;
use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{acts, common, log as text};
use crate::write::Write;

/// A filter of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Action.
    Action,
    /// Kind of actor, or one actor.
    Actor,
    /// Party that acted, or that a row names.
    Party,
    /// Pseudonym of a participant.
    Participant,
    /// First day or time.
    Since,
    /// Last day or time.
    Until,
}

impl Filter {
    /// Every filter, in the order of the form.
    pub const ALL: [Self; 6] = [
        Self::Action,
        Self::Actor,
        Self::Party,
        Self::Participant,
        Self::Since,
        Self::Until,
    ];

    /// Returns the name in an address and in the form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Actor => "actor",
            Self::Party => "party",
            Self::Participant => "participant",
            Self::Since => "since",
            Self::Until => "until",
        }
    }

    const fn word(self, text: &text::Texts) -> &'static str {
        match self {
            Self::Action => text.action,
            Self::Actor => text.actor,
            Self::Party => text.party,
            Self::Participant => text.participant,
            Self::Since => text.since,
            Self::Until => text.until,
        }
    }
}

/// The filters as typed. An empty value is no filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query([String; Filter::ALL.len()]);

impl Query {
    /// Reads the filters with a function that returns the value of a name.
    pub fn read<'q>(value: impl Fn(&'static str) -> Option<&'q str>) -> Self {
        let typed = |filter: Filter| bounded(value(filter.name()).unwrap_or_default());
        Self(Filter::ALL.map(typed))
    }

    /// Returns the value of a filter as typed.
    #[must_use]
    pub fn get(&self, filter: Filter) -> &str {
        &self.0[filter as usize]
    }

    /// Returns whether no filter is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(String::is_empty)
    }

    /// Returns the address of the rows before a row.
    #[must_use]
    pub fn before(&self, row: u64) -> String {
        self.with_filters(format!("{}?before={row}", address::LOG))
    }

    /// Returns the address of the newest rows of this selection.
    fn newest(&self) -> String {
        self.with_filters(address::LOG.to_owned())
    }

    fn with_filters(&self, mut out: String) -> String {
        for filter in Filter::ALL.into_iter().filter(|filter| !self.get(*filter).is_empty()) {
            let sign = if out.contains('?') { '&' } else { '?' };
            out.push_str(&format!(
                "{sign}{}={}",
                filter.name(),
                address::segment(self.get(filter))
            ));
        }
        out
    }
}

/// The page of the log. `POST` to [`address::LOG_VERIFY`] verifies the log.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Filters as typed.
    pub query: Query,
    /// Filters that were not understood. None is in use then.
    pub not_understood: Vec<Filter>,
    /// Parties to choose from: id and label.
    pub parties: Vec<(String, Text)>,
    /// Persons to choose from: value of the filter and name.
    pub persons: Vec<(String, Text)>,
    /// Rows, newest first.
    pub rows: Vec<Row>,
    /// Address of the older rows.
    pub older: Option<String>,
    /// Whether the page does not begin with the newest row.
    pub is_later: bool,
    /// Newest row of the page in the browser. The page says how many are newer.
    pub newest: Option<u64>,
    /// Number of newer rows.
    pub newer: u64,
    /// Last verification.
    pub verified: Verified,
    /// Newest checkpoint: its number of rows and its root. `None` if the log differs from the written one.
    pub checkpoint: Option<(u64, Text)>,
    /// Id of a delivery as typed, for its proof.
    pub delivery: String,
    /// Faults of the form for a proof.
    pub errors: Errors,
}

impl View {
    /// Returns whether rows of every message are left out: with an actor, a party or a participant, and without an act.
    fn leaves_out(&self) -> bool {
        let is_narrowed = [Filter::Actor, Filter::Party, Filter::Participant]
            .into_iter()
            .any(|filter| !self.query.get(filter).is_empty());
        is_narrowed && self.query.get(Filter::Action).is_empty() && self.not_understood.is_empty()
    }
}

/// A row of the log.
#[derive(Debug, Clone)]
pub struct Row {
    /// Number.
    pub seq: u64,
    /// Time.
    pub at: Timestamp,
    /// Action, or the text of one that this hub does not write.
    pub act: Result<AuditAction, Text>,
    /// Actor, or the text of one that this hub does not know.
    pub who: Result<Who, Text>,
    /// Things that the row is about.
    pub things: Vec<Thing>,
    /// Reason.
    pub why: Option<Text>,
    /// Delivery that has a proof.
    pub proof: Option<String>,
}

/// A thing that a row is about.
#[derive(Debug, Clone)]
pub struct Thing {
    /// Kind of thing.
    pub what: What,
    /// Id, or the label of a party.
    pub name: Text,
    /// Page of the thing.
    pub address: Option<String>,
}

/// Kind of a thing that a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A message.
    Message,
    /// A delivery.
    Delivery,
    /// A party.
    Party,
    /// A participant.
    Participant,
    /// A consent.
    Consent,
    /// An alert.
    Alert,
    /// An account.
    Account,
    /// An adapter.
    Adapter,
    /// An API key or a master key.
    Key,
    /// A code.
    Code,
}

impl What {
    const fn word(self, text: &text::Texts) -> &'static str {
        match self {
            Self::Message => text.message,
            Self::Delivery => text.deliveries,
            Self::Party => text.party_word,
            Self::Participant => text.person,
            Self::Consent => text.consent,
            Self::Alert => text.alert,
            Self::Account => text.account,
            Self::Adapter => text.adapter,
            Self::Key => text.key,
            Self::Code => text.code,
        }
    }
}

/// The last verification of the log since the hub started.
#[derive(Debug, Clone)]
pub enum Verified {
    /// None.
    Never,
    /// It runs.
    Running {
        /// Time of its start.
        since: Timestamp,
        /// The one that started it.
        by: Who,
    },
    /// It could not be finished.
    Stopped,
    /// It is over.
    Done {
        /// Time.
        at: Timestamp,
        /// The one that started it.
        by: Who,
        /// Number of rows.
        size: u64,
        /// Root over them, in base64.
        root: Text,
        /// Differences; none in a whole log.
        findings: Vec<Text>,
    },
}

/// A choice of a list: its value, its words, and whether it is chosen.
type Choice = (String, Text, bool);

fn chosen(typed: &str, known: Vec<(String, Text)>, unknown: fn(&str) -> String) -> Vec<Choice> {
    let mut out: Vec<_> = known
        .into_iter()
        .map(|(value, words)| {
            let is_chosen = value == typed;
            (value, words, is_chosen)
        })
        .collect();
    // A typed value that is none of them stays as a choice of its own.
    if !out.iter().any(|(_, _, is_chosen)| *is_chosen) {
        let words = unknown(Text::of_at_most(typed, 40).as_str());
        out.push((typed.to_owned(), words.into(), true));
    }
    out
}

#[derive(Template)]
#[template(path = "log.html")]
struct Page<'v> {
    frame: &'v Frame,
    common: &'static common::Texts,
    text: &'static text::Texts,
    write: Write,
    view: &'v View,
    actions: Vec<Choice>,
    actors: Vec<Choice>,
    parties: Vec<Choice>,
}

impl Page<'_> {
    fn act<'r>(&self, row: &'r Row) -> &'r str {
        match &row.act {
            Ok(action) => acts::meaning(*action, self.write.lang),
            Err(text) => text.as_str(),
        }
    }

    fn who<'r>(&self, row: &'r Row) -> &'r str {
        match &row.who {
            Ok(who) => who.name(self.write.lang),
            Err(text) => text.as_str(),
        }
    }

    fn not_understood(&self) -> String {
        let name = |filter: &Filter| {
            let typed = Text::of_at_most(self.view.query.get(*filter), 40);
            format!("{} «{typed}»", filter.word(self.text))
        };
        self.view.not_understood.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    fn proof_of(&self, delivery: &str) -> String {
        (self.text.proof_of)(delivery)
    }
}

/// Writes the page.
#[must_use]
pub fn render(view: &View, lang: Lang) -> String {
    let text = text::of(lang);
    let query = &view.query;
    let mut actions = vec![(String::new(), text.any_action.into())];
    actions.extend(AuditAction::ALL.iter().map(|action| {
        let words = acts::meaning(*action, lang).trim_end_matches('.');
        (action.as_str().to_owned(), Text::of_at_most(words, 70))
    }));
    let mut actors: Vec<(String, Text)> = vec![
        (String::new(), text.any_actor.into()),
        ("person".to_owned(), text.persons.into()),
        ("party".to_owned(), text.parties.into()),
        ("operator".to_owned(), Who::Key.name(lang).into()),
        ("hub".to_owned(), Who::Hub.name(lang).into()),
    ];
    actors.extend(view.persons.iter().cloned());
    let mut parties = vec![(String::new(), text.any_party.into())];
    parties.extend(view.parties.iter().cloned());
    written(&Page {
        frame: &view.frame,
        common: common::of(lang),
        text,
        write: Write::new(lang, view.frame.now),
        view,
        actions: chosen(query.get(Filter::Action), actions, text.unknown),
        actors: chosen(query.get(Filter::Actor), actors, text.unknown),
        parties: chosen(query.get(Filter::Party), parties, text.unknown),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_older_rows_keeps_the_filters() {
        let query = Query::read(|name| (name == "actor").then_some("person:a&b"));
        assert_eq!(query.before(7), "/console/log?before=7&actor=person%3Aa%26b");
        assert!(!query.is_empty() && Query::default().is_empty());
    }
}
