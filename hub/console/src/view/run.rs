//! A run: deliveries that are being sent again, one after the other.

use askama::Template;
use bindeledd_core::Kind;
use jiff::Timestamp;

use super::retry_many::Item;
use super::way::Who;
use super::written;
use crate::address;
use crate::frame::Frame;
use crate::icon::Icon;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{common, kinds, retry as text, way};
use crate::write::Write;

/// A run. Its form posts `csrf` to [`address::run_stop`](crate::address::run_stop).
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Id.
    pub id: String,
    /// The one that started it.
    pub by: Who,
    /// Reason.
    pub reason: Text,
    /// Time of the start.
    pub began_at: Timestamp,
    /// Number of deliveries of the run.
    pub total: u64,
    /// Number that were started.
    pub done: u64,
    /// Deliveries that changed after the preview and were left out.
    pub changed: Vec<Item>,
    /// Deliveries that could not be started.
    pub failed: Vec<Item>,
    /// Number that are left.
    pub left: u64,
    /// Status.
    pub status: Status,
    /// Whether the person may stop it, and send what it left.
    pub may_stop: bool,
}

/// Status of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It goes on.
    Running,
    /// The first is sent, and the others wait for it.
    WaitsForFirst,
    /// It is over.
    Done,
    /// Someone stopped it.
    Stopped {
        /// The one that stopped it.
        by: Who,
    },
    /// The first did not arrive, so that it stopped.
    FirstFailed,
    /// The hub stood still for long in the middle of it.
    Interrupted,
}

impl Status {
    const fn is_over(&self) -> bool {
        match self {
            Self::Running | Self::WaitsForFirst => false,
            Self::Done | Self::Stopped { .. } | Self::FirstFailed | Self::Interrupted => true,
        }
    }
}

#[derive(Template)]
#[template(path = "run.html")]
struct Page<'v> {
    frame: &'v Frame,
    common: &'static common::Texts,
    text: &'static text::Texts,
    way: &'static way::Texts,
    write: Write,
    view: &'v View,
}

impl Page<'_> {
    fn heading(&self) -> String {
        text::heading(self.view.total, self.write)
    }

    /// Returns the status: colour, icon, heading and text.
    fn status(&self) -> (&'static str, Icon, String, String) {
        let (text, left) = (self.text, self.write.number(self.view.left));
        let plain = |words: &str| words.to_owned();
        match &self.view.status {
            Status::Running => (
                "info",
                Icon::Paperplane,
                (text.running)(&left),
                plain(text.running_text),
            ),
            Status::WaitsForFirst => (
                "info",
                Icon::Hourglass,
                plain(text.waits_for_first),
                plain(text.waits_for_first_text),
            ),
            Status::Done => (
                "success",
                Icon::CheckmarkCircle,
                plain(text.done),
                plain(text.done_text),
            ),
            Status::Stopped { by } => (
                "neutral",
                Icon::ArrowUndo,
                (text.stopped)(by.name(self.write.lang)),
                (text.stopped_text)(&left),
            ),
            Status::FirstFailed => (
                "danger",
                Icon::ExclamationmarkTriangle,
                plain(text.first_failed),
                (text.first_failed_text)(&left),
            ),
            Status::Interrupted => (
                "warning",
                Icon::ClockDashed,
                plain(text.interrupted),
                (text.interrupted_text)(&left),
            ),
        }
    }

    /// Returns the part that is done of a bar 1000 wide.
    fn bar(&self) -> u64 {
        let handled = self.view.total.saturating_sub(self.view.left);
        handled
            .saturating_mul(1000)
            .checked_div(self.view.total)
            .unwrap_or(1000)
    }

    fn progress(&self) -> String {
        text::progress(self.view.done, self.view.total, self.write)
    }

    /// Returns the parts that are not empty, with their words.
    fn parts(&self) -> Vec<(u64, &'static str)> {
        let count = |items: &Vec<Item>| u64::try_from(items.len()).unwrap_or(u64::MAX);
        let parts = [
            (self.view.done, self.text.part_done),
            (self.view.left, self.text.part_left),
            (count(&self.view.changed), self.text.part_changed),
            (count(&self.view.failed), self.text.part_failed),
        ];
        parts
            .into_iter()
            .enumerate()
            .filter(|(i, (n, _))| *i < 2 || *n > 0)
            .map(|(_, part)| part)
            .collect()
    }

    /// Returns the lists of deliveries that were not sent, with their words.
    fn lists(&self) -> Vec<(&[Item], &'static str, &'static str)> {
        let lists = [
            (self.view.changed.as_slice(), self.text.changed, self.text.changed_text),
            (self.view.failed.as_slice(), self.text.failed, self.text.failed_text),
        ];
        lists.into_iter().filter(|(items, ..)| !items.is_empty()).collect()
    }

    fn title(&self, kind: Kind) -> &'static str {
        kinds::title(kind, self.write.lang)
    }

    fn to<'i>(&self, item: &'i Item) -> &'i str {
        item.to.as_ref().map_or(self.way.circle, Text::as_str)
    }

    /// Returns the page that previews the deliveries which a run that is over has left.
    fn next(&self) -> Option<String> {
        let has_more = self.view.may_stop && self.view.status.is_over() && self.view.left > 0;
        has_more.then(|| address::retry_left(&self.view.id))
    }

    fn see_left(&self) -> String {
        (self.text.see_left)(&self.write.number(self.view.left))
    }

    fn stop(&self) -> String {
        address::run_stop(&self.view.id)
    }
}

/// Writes the page.
#[must_use]
pub fn render(view: &View, lang: Lang) -> String {
    written(&Page {
        frame: &view.frame,
        common: common::of(lang),
        text: text::of(lang),
        way: way::of(lang),
        write: Write::new(lang, view.frame.now),
        view,
    })
}
