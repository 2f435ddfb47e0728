//! Drift: the alerts, and the acts on them.

use bindeledd_core::alert::{AlertKind, AlertStanding};
use bindeledd_texts::alert as words;
use jiff::Timestamp;

use super::hub::Nav;
use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::icon::Icon;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{alerts as look, alerts_page as text};
use crate::write::Write;

/// The page of the alerts. Its forms post to [`address::alert`] with the act behind it; `close` posts `word`.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Local navigation.
    pub nav: Nav,
    /// Alerts that are listed.
    pub standing: AlertStanding,
    /// Alerts, the newest first.
    pub rows: Vec<Row>,
    /// Address of the older alerts.
    pub older: Option<String>,
    /// Newest alert of the page in the browser. The page says how many are newer.
    pub newest: Option<String>,
    /// Number of newer alerts.
    pub newer: u64,
    /// Limits in force.
    pub limits: Vec<Limit>,
    /// Whether the person may act.
    pub may_operate: bool,
    /// Alert whose closing has a fault, with the word as typed.
    pub wrong: Option<(String, String, Errors)>,
}

/// An alert.
#[derive(Debug, Clone)]
pub struct Row {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: AlertKind,
    /// Time since which it lasts.
    pub since: Timestamp,
    /// Number of times that it was found.
    pub times: u64,
    /// Party that it concerns.
    pub party: Option<Text>,
    /// Telephone number, where somebody has to call that party.
    pub phone: Option<Text>,
    /// Code of the cause.
    pub code: Option<Text>,
    /// Page of the thing that it concerns.
    pub address: Option<String>,
    /// Person or key that took or closed it, and the time. The hub has no name.
    pub by: Option<(Option<Text>, Timestamp)>,
    /// Word of the closing.
    pub word: Option<Text>,
    /// Pushes to each target.
    pub pushes: Vec<Push>,
}

/// The pushes of an alert to one target.
#[derive(Debug, Clone)]
pub struct Push {
    /// Name of the target in configuration.
    pub target: Text,
    /// Last push that the target took.
    pub at: Option<Timestamp>,
    /// Failed tries since then.
    pub failed: Option<Failed>,
}

/// Tries of a push that failed.
#[derive(Debug, Clone, Copy)]
pub struct Failed {
    /// Number of tries.
    pub tries: u64,
    /// Time of the last one.
    pub at: Timestamp,
    /// Status that the target answered; `None` if it could not be reached.
    pub answer: Option<u16>,
    /// Time of the next one; `None` if the hub has given up.
    pub next: Option<Timestamp>,
}

/// A limit beyond which an alert is raised or pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// Silence of a party's system.
    EndpointSilent,
    /// Silence of a party that fetches.
    InboxSilent,
    /// A delivery with a person.
    WithPerson,
    /// Repeated blocks.
    RepeatedBlocks,
    /// A second place that can not be written.
    CheckpointBehind,
    /// The pause between pushes of one alert.
    PushAgain,
    /// Hours of duty.
    Duty,
    /// Retention of alerts.
    Keep,
}

/// A limit in force.
#[derive(Debug, Clone)]
pub struct Limit {
    /// The thing that it limits.
    pub of: Threshold,
    /// Value.
    pub value: Text,
}

impl Threshold {
    /// Every limit, in the order of the page.
    pub const ALL: [Self; 8] = [
        Self::EndpointSilent,
        Self::InboxSilent,
        Self::WithPerson,
        Self::RepeatedBlocks,
        Self::CheckpointBehind,
        Self::PushAgain,
        Self::Duty,
        Self::Keep,
    ];

    /// Returns the key of the setting.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::EndpointSilent => "alerts.endpoint_silent_hours",
            Self::InboxSilent => "alerts.inbox_silent_hours",
            Self::WithPerson => "alerts.with_person_hours",
            Self::RepeatedBlocks => "alerts.repeated_blocks",
            Self::CheckpointBehind => "alerts.checkpoint_behind_minutes",
            Self::PushAgain => "alerts.push_again_minutes",
            Self::Duty => "alerts.duty_hours",
            Self::Keep => "alerts.keep_days",
        }
    }

    const fn word(self, text: &text::Texts) -> &'static str {
        match self {
            Self::EndpointSilent => text.endpoint_silent,
            Self::InboxSilent => text.inbox_silent,
            Self::WithPerson => text.with_person,
            Self::RepeatedBlocks => text.repeated_blocks,
            Self::CheckpointBehind => text.checkpoint_behind,
            Self::PushAgain => text.push_again,
            Self::Duty => text.duty,
            Self::Keep => text.keep,
        }
    }
}

impl Limit {
    fn value(&self, text: &text::Texts) -> String {
        let value = self.value.as_str();
        match self.of {
            Threshold::EndpointSilent | Threshold::InboxSilent | Threshold::WithPerson => (text.hours)(value),
            Threshold::CheckpointBehind | Threshold::PushAgain => (text.minutes)(value),
            Threshold::Keep => (text.days)(value),
            Threshold::RepeatedBlocks | Threshold::Duty => value.to_owned(),
        }
    }
}

impl Failed {
    const fn color(&self) -> &'static str {
        if self.next.is_none() { "danger" } else { "warning" }
    }

    fn words(&self, target: &Text, text: &text::Texts, write: Write) -> String {
        let tries = write.number(self.tries);
        let words = if self.next.is_none() { text.given_up } else { text.tried };
        words(target.as_str(), &tries)
    }

    fn answer(&self, text: &text::Texts) -> String {
        self.answer.map_or_else(|| text.unreached.to_owned(), text.answered)
    }
}

impl Row {
    const fn look(&self) -> (&'static str, Icon) {
        look::look(self.kind)
    }

    fn heading(&self, lang: Lang) -> &'static str {
        words::text(self.kind).text(lang)
    }

    fn what_to_do(&self, lang: Lang) -> &'static str {
        words::what_to_do(self.kind).text(lang)
    }

    fn act(&self, act: &str) -> String {
        format!("{}/{act}", address::alert(&self.id))
    }
}

impl View {
    const fn tabs(text: &text::Texts) -> [(AlertStanding, &'static str); 3] {
        [
            (AlertStanding::Open, text.open),
            (AlertStanding::Taken, text.taken),
            (AlertStanding::Closed, text.closed),
        ]
    }

    fn tab(standing: AlertStanding) -> String {
        format!("{}?state={}", address::HUB, standing.code())
    }

    fn is_at(&self, standing: AlertStanding) -> bool {
        self.standing == standing
    }

    /// Returns the word that was typed for an alert.
    fn typed(&self, row: &Row) -> &str {
        match &self.wrong {
            Some((id, word, _)) if *id == row.id => word,
            Some(_) | None => "",
        }
    }

    /// Returns the fault of the word that was typed for an alert.
    fn fault(&self, row: &Row) -> Option<&Text> {
        match &self.wrong {
            Some((id, _, errors)) if *id == row.id => errors.of("word"),
            Some(_) | None => None,
        }
    }
}

page!("alerts.html");
