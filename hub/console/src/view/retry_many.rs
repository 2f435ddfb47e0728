//! Sending many deliveries again: a preview, and the form that starts exactly what it shows.

use askama::Template;
use bindeledd_core::Kind;
use jiff::Timestamp;

use super::query::{Filter, Query};
use super::way::cause;
use super::written;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::icon::Icon;
use crate::lang::Lang;
use crate::markup::{Html, Text};
use crate::text::{codes, common, kinds, retry as text, way};
use crate::view::messages::{Chip, chips};
use crate::write::Write;

/// Most deliveries that one group lists.
pub const LISTED_AT_MOST: usize = 100;

/// The preview. Its form posts `csrf`, `token`, `reason`, `how` (`one-first` or `all`) and `count` to
/// [`address::RETRY_START`](crate::address::RETRY_START), and the filters with it.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Filters of the selection; empty for deliveries that were ticked.
    pub query: Query,
    /// Deliveries that were ticked. The form posts each as `d`.
    pub chosen: Vec<String>,
    /// Parties of the filters: id and label.
    pub parties: Vec<(String, Text)>,
    /// The one receiver of all, if there is only one.
    pub to: Option<Text>,
    /// Token of the preview.
    pub token: String,
    /// Time until which the preview is valid.
    pub until: Timestamp,
    /// Groups of the preview, in their order. An empty group is left out.
    pub groups: Vec<Group>,
    /// Whether the selection is larger than the preview.
    pub is_more: bool,
    /// Whether the preview that the person had was too old, so that this one is new.
    pub is_renewed: bool,
    /// Reason as typed.
    pub reason: String,
    /// Whether one goes first.
    pub is_one_first: bool,
    /// Count as typed.
    pub count: String,
    /// Faults of the form.
    pub errors: Errors,
    /// The list that the person came from.
    pub back: String,
}

/// Deliveries with the same fate.
#[derive(Debug, Clone)]
pub struct Group {
    /// Fate.
    pub fate: Fate,
    /// Number of deliveries.
    pub n: u64,
    /// The first of them, at most [`LISTED_AT_MOST`].
    pub items: Vec<Item>,
}

/// The fate of a delivery in a preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It goes at once.
    Goes,
    /// It would not be sent: code of the reason.
    Blocked(Text),
    /// Its content is no longer kept.
    TooLate,
    /// It is on its way or delivered, and stays as it is.
    UnderWay,
}

/// A delivery of a group.
#[derive(Debug, Clone)]
pub struct Item {
    /// Page of the message, at this delivery.
    pub address: String,
    /// Kind.
    pub kind: Kind,
    /// Receiver.
    pub to: Option<Text>,
    /// Time when the hub accepted the message.
    pub at: Timestamp,
}

impl Fate {
    const fn look(&self) -> (&'static str, Icon) {
        match self {
            Self::Goes => ("info", Icon::Paperplane),
            Self::Blocked(_) => ("warning", Icon::CircleSlash),
            Self::TooLate => ("warning", Icon::ClockDashed),
            Self::UnderWay => ("neutral", Icon::Checkmark),
        }
    }
}

impl View {
    /// Returns the number of deliveries that go.
    #[must_use]
    pub fn going(&self) -> u64 {
        let going = self.groups.iter().filter(|group| group.fate == Fate::Goes);
        going.map(|group| group.n).sum()
    }

    fn all(&self) -> u64 {
        self.groups.iter().map(|group| group.n).sum()
    }
}

#[derive(Template)]
#[template(path = "retry_many.html")]
struct Page<'v> {
    frame: &'v Frame,
    common: &'static common::Texts,
    text: &'static text::Texts,
    way: &'static way::Texts,
    write: Write,
    view: &'v View,
    chips: Vec<Chip>,
    heading: String,
}

impl Page<'_> {
    /// Writes the fate of a group.
    fn fate(&self, group: &Group) -> Html {
        let (color, icon) = group.fate.look();
        let lang = self.write.lang;
        let word = match &group.fate {
            Fate::Goes => self.text.goes.to_owned(),
            Fate::Blocked(code) => {
                let why = codes::what(code.as_str(), lang);
                (self.text.blocked)(why.unwrap_or_else(|| code.as_str()))
            }
            Fate::TooLate => self.text.late.to_owned(),
            Fate::UnderWay => self.text.under_way.to_owned(),
        };
        let word = crate::markup::escaped(&word);
        Html::trusted(format!(r#"<span class="st" data-color="{color}">{icon}{word}</span>"#))
    }

    fn line(&self, group: &Group) -> Html {
        Html::trusted(match &group.fate {
            Fate::Goes => self.text.goes_text.to_owned(),
            Fate::Blocked(code) => format!("{}, {}", cause(code, self.write.lang), self.text.blocked_text),
            Fate::TooLate => self.text.late_text.to_owned(),
            Fate::UnderWay => self.text.under_way_text.to_owned(),
        })
    }

    fn title(&self, item: &Item) -> &'static str {
        kinds::title(item.kind, self.write.lang)
    }

    fn to<'i>(&self, item: &'i Item) -> &'i str {
        item.to.as_ref().map_or(self.way.circle, Text::as_str)
    }

    /// Returns the number of deliveries of a group that are not listed.
    fn unlisted(&self, group: &Group) -> u64 {
        group.n.saturating_sub(u64::try_from(group.items.len()).unwrap_or(0))
    }
}

/// Writes the page.
#[must_use]
pub fn render(view: &View, lang: Lang) -> String {
    let text = text::of(lang);
    let heading = view
        .to
        .as_ref()
        .map_or_else(|| text.many.to_owned(), |to| (text.many_to)(to.as_str()));
    let filters: Vec<Filter> = view.query.filters();
    written(&Page {
        frame: &view.frame,
        common: common::of(lang),
        text,
        way: way::of(lang),
        write: Write::new(lang, view.frame.now),
        view,
        chips: chips(&view.query, crate::address::MESSAGES, &filters, &view.parties, lang),
        heading,
    })
}
