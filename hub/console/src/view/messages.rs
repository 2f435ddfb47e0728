//! Meldinger: the list of deliveries with its filters.

use askama::Template;
use bindeledd_core::Kind;
use jiff::Timestamp;

use super::query::{Filter, Query, Span, Tab};
use super::way::{Count, Why};
use super::written;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::mark::Standing;
use crate::markup::Text;
use crate::text::{common, kinds, messages as text, way};
use crate::write::Write;

/// The list of messages. A row is a delivery.
///
/// Its form posts the filters, `d` for each ticked delivery and `what` (`chosen` or `all`) to
/// [`address::RETRY`](crate::address::RETRY).
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Filters as typed.
    pub query: Query,
    /// Filters that were not understood. They are not used, and the page says so.
    pub not_understood: Vec<Filter>,
    /// Parties to choose from: id and label.
    pub parties: Vec<(String, Text)>,
    /// Number of deliveries on each tab.
    pub counts: Vec<(Tab, Count)>,
    /// Rows, newest first.
    pub rows: Vec<Row>,
    /// Last message of this page, if there are older ones.
    pub older: Option<String>,
    /// Newest message of the page in the browser. The page says how many are newer.
    pub newest: Option<String>,
    /// Number of rows of newer messages.
    pub newer: u64,
    /// Things that a searched id names, if it names several: a word and a page each.
    pub hits: Vec<Found>,
    /// Whether the person may send deliveries again.
    pub may_retry: bool,
    /// Page for a search by identity number, if the person may open it.
    pub by_number: Option<String>,
}

/// A delivery in the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Id of the delivery.
    pub delivery: String,
    /// Page of the message, at this delivery.
    pub address: String,
    /// Time when the hub accepted the message.
    pub at: Timestamp,
    /// Kind.
    pub kind: Kind,
    /// Sender.
    pub from: Text,
    /// Receiver; `None` for a circle that reached nobody.
    pub to: Option<Text>,
    /// Pseudonym of the participant.
    pub participant: Text,
    /// State.
    pub standing: Standing,
    /// Line under the state.
    pub why: Why,
    /// Whether part of the message is withheld from the receiver.
    pub is_withheld: bool,
    /// Whether it can be sent again.
    pub can_be_sent_again: bool,
}

/// A thing that a searched id names.
#[derive(Debug, Clone)]
pub struct Found {
    /// Kind of thing.
    pub what: What,
    /// Id of the thing.
    pub id: Text,
    /// Page of the thing.
    pub address: String,
}

/// Kind of a thing that a searched id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A message.
    Message,
    /// A delivery.
    Delivery,
    /// A sender's reference.
    Reference,
    /// A conversation.
    Conversation,
    /// An id that another system uses.
    External,
    /// An item out of a mailbox.
    Item,
    /// A participant.
    Participant,
    /// A consent.
    Consent,
    /// An alert.
    Alert,
    /// A party.
    Party,
}

impl What {
    const fn word(self, lang: Lang) -> &'static str {
        let (bokmal, english) = match self {
            Self::Message => ("Melding", "Message"),
            Self::Delivery => ("Leveranse", "Delivery"),
            Self::Reference => ("Avsenderens referanse", "The sender's reference"),
            Self::Conversation => ("Samtale", "Conversation"),
            Self::External => ("Id i et annet system", "Id in another system"),
            Self::Item => ("Innhentet dokument", "Fetched item"),
            Self::Participant => ("Deltaker", "Participant"),
            Self::Consent => ("Samtykke", "Consent"),
            Self::Alert => ("Varsel", "Alert"),
            Self::Party => ("Aktør", "Party"),
        };
        match lang {
            Lang::Bokmal => bokmal,
            Lang::English => english,
        }
    }
}

/// A filter that is set, with a link that drops it.
pub(super) struct Chip {
    pub(super) words: Text,
    pub(super) drop: String,
}

/// Returns the filters that are set, in words.
pub(super) fn chips(query: &Query, at: &str, filters: &[Filter], parties: &[(String, Text)], lang: Lang) -> Vec<Chip> {
    let chip = |filter: &Filter| {
        let typed = query.get(*filter);
        let value = value(*filter, typed, parties, lang);
        Chip {
            words: Text::of_at_most(&format!("{}: {value}", text::filter(*filter, lang)), 80),
            drop: query.with(*filter, "").at(at),
        }
    };
    filters.iter().map(chip).collect()
}

/// Returns a filter's value as a person reads it.
fn value(filter: Filter, typed: &str, parties: &[(String, Text)], lang: Lang) -> String {
    let known = match filter {
        Filter::Party => parties
            .iter()
            .find(|(id, _)| id == typed)
            .map(|(_, name)| name.as_str()),
        Filter::Kind => kind(typed).map(|kind| kinds::title(kind, lang)),
        Filter::State => Tab::parse(typed).map(|tab| text::tab(tab, lang)),
        Filter::Time => Span::parse(typed).map(|span| text::span(span, lang)),
        Filter::Id | Filter::Since | Filter::Until | Filter::Participant | Filter::Code => None,
    };
    known.unwrap_or(typed).to_owned()
}

fn kind(code: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.spec().code == code)
}

/// A choice of a list: its value, its words, and whether it is chosen.
pub(super) type Choice = (String, Text, bool);

/// Returns the choices of a list. A typed value that is none of them stays as a choice of its own.
pub(super) fn choices(
    typed: &str,
    first: &str,
    known: impl Iterator<Item = (String, Text)>,
    unknown: fn(&str) -> String,
) -> Vec<Choice> {
    let mut out = vec![(String::new(), Text::new(first), typed.is_empty())];
    out.extend(known.map(|(value, words)| {
        let is_chosen = value == typed;
        (value, words, is_chosen)
    }));
    if !out.iter().any(|(_, _, is_chosen)| *is_chosen) {
        let words = unknown(Text::of_at_most(typed, 40).as_str());
        out.push((typed.to_owned(), words.into(), true));
    }
    out
}

/// Returns the choices of parties.
pub(super) fn party_choices(query: &Query, parties: &[(String, Text)], text: &text::Texts) -> Vec<Choice> {
    let known = parties.iter().cloned();
    choices(query.get(Filter::Party), text.all_parties, known, text.unknown)
}

/// Returns the choices of times.
pub(super) fn time_choices(query: &Query, text: &text::Texts, lang: Lang) -> Vec<Choice> {
    let known = Span::ALL
        .iter()
        .map(|span| (span.name().to_owned(), text::span(*span, lang).into()));
    choices(query.get(Filter::Time), text.all_times, known, text.unknown)
}

/// Returns the names of filters that were not understood, with their values.
pub(super) fn names_of(query: &Query, filters: &[Filter], lang: Lang) -> Text {
    let name = |filter: &Filter| {
        let typed = Text::of_at_most(query.get(*filter), 40);
        format!("{} «{typed}»", text::filter(*filter, lang))
    };
    Text::of_at_most(&filters.iter().map(name).collect::<Vec<_>>().join(", "), 400)
}

impl View {
    /// Returns the chosen tab.
    fn tab(&self) -> Tab {
        Tab::parse(self.query.get(Filter::State)).unwrap_or(Tab::All)
    }

    /// Returns the number of deliveries on the chosen tab.
    fn selected(&self) -> Count {
        let tab = self.tab();
        self.counts
            .iter()
            .find(|(of, _)| *of == tab)
            .map(|(_, count)| *count)
            .unwrap_or_default()
    }

    /// Returns the filters that are set, without the state: its tab shows it.
    fn shown_filters(&self) -> Vec<Filter> {
        let mut filters = self.query.filters();
        filters.retain(|filter| *filter != Filter::State);
        filters
    }

    /// Returns whether the whole selection can be sent again: its state allows it, and every filter is in use.
    fn can_send_all_again(&self) -> bool {
        self.may_retry && self.not_understood.is_empty() && self.tab().can_be_sent_again()
    }

    fn can_pick(&self) -> bool {
        self.may_retry && self.rows.iter().any(|row| row.can_be_sent_again)
    }

    /// Returns whether one of the further filters is set, so that they are open.
    fn has_more_filters(&self) -> bool {
        let more = [Filter::Since, Filter::Until, Filter::Participant, Filter::Code];
        more.iter().any(|filter| !self.query.get(*filter).is_empty())
    }
}

#[derive(Template)]
#[template(path = "messages.html")]
struct Page<'v> {
    frame: &'v Frame,
    common: &'static common::Texts,
    text: &'static text::Texts,
    way: &'static way::Texts,
    write: Write,
    view: &'v View,
    chips: Vec<Chip>,
    all_chips: Vec<Chip>,
    parties: Vec<Choice>,
    kinds: Vec<Choice>,
    times: Vec<Choice>,
}

impl Page<'_> {
    fn title(&self, kind: Kind) -> &'static str {
        kinds::title(kind, self.write.lang)
    }

    fn tab_word(&self, tab: Tab) -> &'static str {
        text::tab(tab, self.write.lang)
    }

    fn word(&self, filter: Filter) -> &'static str {
        text::filter(filter, self.write.lang)
    }

    fn to<'r>(&self, row: &'r Row) -> &'r str {
        row.to.as_ref().map_or(self.way.circle, Text::as_str)
    }

    fn shown_rows(&self) -> String {
        let rows = u64::try_from(self.view.rows.len()).unwrap_or(u64::MAX);
        self.write.number(rows)
    }

    fn pick_label(&self, row: &Row) -> String {
        (self.text.pick_one)(self.title(row.kind), self.to(row), &self.write.near(row.at))
    }
}

/// Writes the page.
#[must_use]
pub fn render(view: &View, lang: Lang) -> String {
    let text = text::of(lang);
    let at = crate::address::MESSAGES;
    let query = &view.query;
    let known_kinds = Kind::ALL
        .iter()
        .map(|kind| (kind.spec().code.to_owned(), kinds::title(*kind, lang).into()));
    written(&Page {
        frame: &view.frame,
        common: common::of(lang),
        text,
        way: way::of(lang),
        write: Write::new(lang, view.frame.now),
        view,
        chips: chips(query, at, &view.shown_filters(), &view.parties, lang),
        all_chips: chips(query, at, &query.filters(), &view.parties, lang),
        parties: party_choices(query, &view.parties, text),
        kinds: choices(query.get(Filter::Kind), text.all_kinds, known_kinds, text.unknown),
        times: time_choices(query, text, lang),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_value_stays_even_if_it_is_unknown() {
        let known = || [("a".to_owned(), Text::new("A"))].into_iter();
        let unknown: fn(&str) -> String = |value| format!("{value}?");
        assert_eq!(
            choices("a", "All", known(), unknown)[1],
            ("a".to_owned(), "A".into(), true)
        );
        assert_eq!(
            choices("b", "All", known(), unknown)[2],
            ("b".to_owned(), "b?".into(), true)
        );
        assert_eq!(choices("", "All", known(), unknown).len(), 2);
    }

    #[test]
    fn a_chip_drops_its_own_filter_alone() {
        let query = Query::read([("party", "fjellvik"), ("kind", "question"), ("state", "waiting")]);
        let parties = [("fjellvik".to_owned(), Text::new("Fjellvik legekontor"))];
        let chips = chips(&query, "/x", &query.filters(), &parties, Lang::Bokmal);
        let words: Vec<_> = chips.iter().map(|chip| chip.words.as_str()).collect();
        assert_eq!(
            words,
            [
                "Aktør: Fjellvik legekontor",
                "Meldingstype: Spørsmål",
                "Tilstand: Venter"
            ]
        );
        assert_eq!(chips[0].drop, "/x?kind=question&state=waiting");
    }
}
