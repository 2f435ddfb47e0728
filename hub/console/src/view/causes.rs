//! Feil etter årsak: deliveries that did not arrive, by the code of their cause.

use askama::Template;
use jiff::Timestamp;

use super::messages::{Choice, party_choices, time_choices};
use super::query::{Filter, Query};
use super::written;
use crate::address;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{codes, common, messages as text, way};
use crate::write::Write;

/// Errors by cause.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Filters as typed. The page has those of party and time.
    pub query: Query,
    /// Filters that were not understood. They are not used, and the page says so.
    pub not_understood: Vec<Filter>,
    /// Parties to choose from: id and label.
    pub parties: Vec<(String, Text)>,
    /// Causes, the most frequent first.
    pub causes: Vec<Cause>,
}

/// A cause with its deliveries.
#[derive(Debug, Clone)]
pub struct Cause {
    /// Code.
    pub code: Text,
    /// Receivers, the most frequent first.
    pub receivers: Vec<Receiver>,
    /// Time of the newest change.
    pub newest_at: Timestamp,
}

/// Deliveries to one receiver with one cause.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// Receiver; `None` for circles that reached nobody.
    pub to: Option<Text>,
    /// Id of the receiver, for the link to its messages.
    pub party: Option<String>,
    /// Number of deliveries.
    pub n: u64,
    /// Number of these that are tried again.
    pub waiting: u64,
}

impl Cause {
    fn number(&self) -> u64 {
        self.receivers.iter().map(|receiver| receiver.n).sum()
    }

    fn waiting(&self) -> u64 {
        self.receivers.iter().map(|receiver| receiver.waiting).sum()
    }
}

#[derive(Template)]
#[template(path = "causes.html")]
struct Page<'v> {
    frame: &'v Frame,
    common: &'static common::Texts,
    text: &'static text::Texts,
    way: &'static way::Texts,
    write: Write,
    view: &'v View,
    parties: Vec<Choice>,
    times: Vec<Choice>,
}

impl Page<'_> {
    fn word(&self, filter: Filter) -> &'static str {
        text::filter(filter, self.write.lang)
    }

    /// Returns what happened, with a capital letter.
    fn what(&self, cause: &Cause) -> String {
        let what = codes::what(cause.code.as_str(), self.write.lang);
        let mut letters = what.unwrap_or(self.text.other_cause).chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect()
    }

    fn to<'r>(&self, receiver: &'r Receiver) -> &'r str {
        receiver.to.as_ref().map_or(self.way.circle, Text::as_str)
    }

    /// Returns the address of the messages with a cause, and of those to one receiver.
    fn messages(&self, cause: &Cause, to: Option<&Receiver>) -> String {
        let mut query = self.view.query.with(Filter::Code, cause.code.as_str());
        if let Some(party) = to.and_then(|receiver| receiver.party.as_deref()) {
            query.set(Filter::Party, party);
        }
        query.address()
    }

    fn of_cause(&self, cause: &Cause) -> String {
        self.messages(cause, None)
    }

    fn of_receiver(&self, cause: &Cause, receiver: &Receiver) -> String {
        self.messages(cause, Some(receiver))
    }
}

/// Writes the page.
#[must_use]
pub fn render(view: &View, lang: Lang) -> String {
    let text = text::of(lang);
    written(&Page {
        frame: &view.frame,
        common: common::of(lang),
        text,
        way: way::of(lang),
        write: Write::new(lang, view.frame.now),
        view,
        parties: party_choices(&view.query, &view.parties, text),
        times: time_choices(&view.query, text, lang),
    })
}

/// Returns the page's own address with the filters of a query.
#[must_use]
pub fn address(query: &Query) -> String {
    query.at(address::CAUSES)
}
