//! Sending one delivery again, or cancelling it: a page that asks why.

use askama::Template;
use bindeledd_core::Kind;
use jiff::Timestamp;

use super::way::{Who, cause};
use super::written;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::icon::Icon;
use crate::lang::Lang;
use crate::mark::Standing;
use crate::markup::{Html, Text};
use crate::text::{common, kinds, retry as text, way};
use crate::write::Write;

/// The page that confirms an act on one delivery. Its form posts `csrf`, `seen` and `reason` to `action`.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Act.
    pub act: Act,
    /// Kind of the message.
    pub kind: Kind,
    /// Sender.
    pub from: Text,
    /// Receiver; `None` for a circle that reached nobody.
    pub to: Option<Text>,
    /// Time when the hub accepted the message.
    pub accepted_at: Timestamp,
    /// State of the delivery.
    pub standing: Standing,
    /// The outcome of the act now.
    pub fate: Fate,
    /// Stamp of the delivery as the person sees it. If it has changed when the form comes, nothing is done.
    pub seen: String,
    /// Reason as typed.
    pub reason: String,
    /// Faults of the form.
    pub errors: Errors,
    /// Address that the form posts to.
    pub action: String,
    /// Page of the message.
    pub back: String,
    /// Someone else's act that came first. The page then has no form.
    pub first: Option<First>,
}

/// An act on one delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Send it again.
    Retry,
    /// Cancel it.
    Cancel,
}

/// The outcome of a retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It goes at once.
    Goes,
    /// It would not be sent: code of the reason.
    Blocked(Text),
    /// Its content is no longer kept.
    TooLate,
    /// It is on its way or delivered.
    UnderWay,
}

/// Someone else's act that came first.
#[derive(Debug, Clone)]
pub struct First {
    /// The one that did it, if it is known.
    pub who: Option<Who>,
    /// Time.
    pub at: Timestamp,
}

#[derive(Template)]
#[template(path = "retry.html")]
struct Page<'v> {
    frame: &'v Frame,
    common: &'static common::Texts,
    text: &'static text::Texts,
    write: Write,
    view: &'v View,
    heading: String,
}

impl Page<'_> {
    fn lead(&self) -> String {
        let kind = kinds::title(self.view.kind, self.write.lang);
        (self.text.about)(kind, self.view.from.as_str())
    }

    /// Returns whether the form is of use.
    fn can_be_done(&self) -> bool {
        let is_possible = match self.view.act {
            Act::Retry => self.view.fate == Fate::Goes,
            Act::Cancel => self.view.fate != Fate::UnderWay,
        };
        is_possible && self.view.first.is_none()
    }

    /// Returns the outcome: colour, icon, heading, text and cause.
    fn outcome(&self) -> (&'static str, Icon, &'static str, &'static str, Html) {
        let (text, none) = (self.text, Html::default());
        match (&self.view.fate, self.view.act) {
            (Fate::UnderWay, _) => (
                "info",
                Icon::Paperplane,
                text.under_way_one,
                text.under_way_one_text,
                none,
            ),
            (_, Act::Cancel) => ("warning", Icon::ArrowUndo, text.do_cancel, text.cancel_text, none),
            (Fate::Goes, Act::Retry) => ("info", Icon::Paperplane, text.goes_one, text.goes_one_text, none),
            (Fate::Blocked(code), Act::Retry) => {
                let why = Html::trusted(cause(code, self.write.lang));
                (
                    "warning",
                    Icon::CircleSlash,
                    text.blocked_one,
                    text.blocked_one_text,
                    why,
                )
            }
            (Fate::TooLate, Act::Retry) => ("warning", Icon::ClockDashed, text.late_one, text.late_one_text, none),
        }
    }
}

/// Writes the page.
#[must_use]
pub fn render(view: &View, lang: Lang) -> String {
    let text = text::of(lang);
    let to = view.to.as_ref().map_or_else(|| way::of(lang).circle, Text::as_str);
    written(&Page {
        frame: &view.frame,
        common: common::of(lang),
        text,
        write: Write::new(lang, view.frame.now),
        view,
        heading: match view.act {
            Act::Retry => (text.retry_one)(to),
            Act::Cancel => (text.cancel_one)(to),
        },
    })
}
