//! Nå: whether anything is lost, whether anything needs a person, and what stands well.

use bindeledd_core::alert::{AlertKind, Severity};
use bindeledd_core::audit::AuditAction;
use bindeledd_texts::alert as words;
use jiff::Timestamp;

use super::figures::Figures;
use crate::address;
use crate::frame::Frame;
use crate::icon::Icon;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{acts, alerts, now as text, opening, retry};
use crate::write::Write;

/// The first page.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings. Their number of matters is the number of rows below.
    pub frame: Frame,
    /// The account of the day's deliveries.
    pub balance: Balance,
    /// Matters that need a person, in order: those that can not wait first, then failing endpoints, then the oldest.
    pub matters: Vec<Matter>,
    /// Number of matters that were solved the last day, and the page that lists them.
    pub solved: Option<(u64, String)>,
    /// Facts that stand well, or do not.
    pub well: Vec<Fact>,
    /// Runs that are not over.
    pub runs: Vec<RunUnderWay>,
    /// Acts that operators did last.
    pub done: Vec<Done>,
    /// Things to come: certificates and consents that end.
    pub coming: Vec<Coming>,
    /// Steps of an empty hub. `None` once there are messages.
    pub start: Option<Start>,
    /// Figures of the day; `None` while there are none.
    pub figures: Option<Figures>,
}

/// The account that balances: every delivery of the day in exactly one part.
#[derive(Debug, Clone)]
pub struct Balance {
    /// Number of deliveries.
    pub all: u64,
    /// Parts.
    pub parts: Vec<(Part, u64)>,
    /// Time since which the oldest waiting delivery waits.
    pub oldest_waiting: Option<Timestamp>,
}

/// A part of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Delivered.
    Delivered,
    /// A receipt or a person is awaited.
    AwaitingReceipt,
    /// Waiting, or being sent.
    Waiting,
    /// Not sent, since no consent covers it.
    Blocked,
    /// Refused, expired or failed.
    Bad,
    /// Ended by a withdrawal or by an operator.
    Off,
}

/// A matter that needs a person.
#[derive(Debug, Clone)]
pub struct Matter {
    /// The thing that it concerns.
    pub cause: Cause,
    /// Time since which it lasts.
    pub since: Timestamp,
    /// Sender.
    pub from: Option<Text>,
    /// Receiver, or the party that the matter concerns.
    pub to: Option<Text>,
    /// Pseudonym of the participant.
    pub participant: Option<Text>,
    /// Number of deliveries that wait.
    pub waiting: Option<u64>,
    /// Number of times that it was found.
    pub times: u64,
    /// Time of the next attempt.
    pub next_attempt: Option<Timestamp>,
    /// Code of the cause.
    pub code: Option<Text>,
    /// Operator who took the matter.
    pub taken_by: Option<Text>,
    /// Page of the matter.
    pub address: String,
    /// Page of the one next step, if it is another page.
    pub step: Option<String>,
}

/// The cause of a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// An alert.
    Alert(AlertKind),
    /// An endpoint failed three times in a row.
    Failing,
    /// The account of the day does not add up.
    Unbalanced,
    /// A person asks to see the content of a message, and this person may answer.
    Opening,
}

/// A fact about the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// Whether the store can write.
    Store {
        /// Whether it can.
        is_ready: bool,
        /// Whether its disk has room.
        has_room: bool,
    },
    /// The audit log.
    Log {
        /// Number of rows that the newest checkpoint covers.
        rows: u64,
        /// Whether the log is as the hub wrote it.
        is_whole: bool,
    },
    /// The second place of the log.
    SecondPlace {
        /// Time when the newest checkpoint was written there.
        written_at: Option<Timestamp>,
        /// Whether it has everything that it should have.
        is_well: bool,
        /// Whether it lies apart from the store.
        is_apart: bool,
    },
    /// Parties that accept, of those that have an endpoint.
    Parties {
        /// Number that accept.
        accepting: u64,
        /// Number in all.
        all: u64,
    },
    /// Adapters in use.
    Adapters {
        /// Number that work.
        working: u64,
        /// Number in all.
        all: u64,
    },
}

/// An act that an operator did.
#[derive(Debug, Clone)]
pub struct Done {
    /// Person; `None` for the operator key.
    pub who: Option<Text>,
    /// Act.
    pub act: AuditAction,
    /// Time.
    pub at: Timestamp,
    /// The thing that the act changed.
    pub about: Option<Text>,
    /// Page of the row in the log, for those who may read it.
    pub address: Option<String>,
    /// Page that asks before the change is rolled back, for those who may.
    pub roll_back: Option<String>,
}

/// A run that is not over: deliveries that are being sent again.
#[derive(Debug, Clone)]
pub struct RunUnderWay {
    /// Id.
    pub id: String,
    /// Person that started it; `None` for the operator key.
    pub who: Option<Text>,
    /// Time of the start.
    pub began_at: Timestamp,
    /// Number of deliveries of the run.
    pub total: u64,
    /// Number that were started.
    pub done: u64,
}

/// Something that is to come.
#[derive(Debug, Clone)]
pub struct Coming {
    /// Time.
    pub at: Timestamp,
    /// The event.
    pub what: Text,
    /// The thing that it concerns.
    pub about: Text,
}

/// Steps of an empty hub: whether each is taken, and its page.
#[derive(Debug, Clone)]
pub struct Start {
    /// A party is added.
    pub party: (bool, String),
    /// A consent is registered.
    pub consent: (bool, String),
    /// A test message is sent.
    pub message: (bool, String),
}

impl Balance {
    /// Returns whether every delivery is in one part.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.parts.iter().map(|(_, count)| count).sum::<u64>() == self.all
    }

    /// Returns the parts that are not empty as bars in a width of 1000: class, left edge and width, in tenths.
    fn bars(&self) -> Vec<(&'static str, u64, u64)> {
        const ALL: u64 = 10_000;
        const GAP: u64 = 20;
        const LEAST: u64 = 80;
        let parts: Vec<_> = self.parts.iter().filter(|(_, count)| *count > 0).collect();
        let sum: u64 = parts.iter().map(|(_, count)| count).sum();
        let number = u64::try_from(parts.len()).unwrap_or(0);
        let room = ALL.saturating_sub(number * (GAP + LEAST));
        let mut x = 0;
        let mut bars = Vec::new();
        for (part, count) in parts {
            let width = LEAST + u64::try_from(u128::from(room) * u128::from(*count) / u128::from(sum)).unwrap_or(0);
            bars.push((part.class(), x, width));
            x += width + GAP;
        }
        bars
    }
}

impl Part {
    /// Every part, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::Delivered,
        Self::AwaitingReceipt,
        Self::Waiting,
        Self::Blocked,
        Self::Bad,
        Self::Off,
    ];

    const fn class(self) -> &'static str {
        match self {
            Self::Delivered => "f-ok",
            Self::AwaitingReceipt => "f-rcpt",
            Self::Waiting => "f-wait",
            Self::Blocked => "f-block",
            Self::Bad => "f-bad",
            Self::Off => "f-off",
        }
    }

    const fn word(self, text: &text::Texts) -> &'static str {
        match self {
            Self::Delivered => text.delivered,
            Self::AwaitingReceipt => text.awaiting,
            Self::Waiting => text.waiting,
            Self::Blocked => text.blocked,
            Self::Bad => text.bad,
            Self::Off => text.off,
        }
    }

    /// Returns the page of the part's messages.
    fn address(self) -> String {
        let state = match self {
            Self::Delivered => "delivered",
            Self::AwaitingReceipt => "awaiting-receipt",
            Self::Waiting => "waiting",
            Self::Blocked => "blocked",
            Self::Bad => "bad",
            Self::Off => "cancelled",
        };
        format!("{}?state={state}&time=today", address::MESSAGES)
    }
}

impl Matter {
    /// Makes a matter that happened once, and leads to one page.
    #[must_use]
    pub fn new(cause: Cause, since: Timestamp, address: String) -> Self {
        Self {
            cause,
            since,
            from: None,
            to: None,
            participant: None,
            waiting: None,
            times: 1,
            next_attempt: None,
            code: None,
            taken_by: None,
            step: Some(address.clone()),
            address,
        }
    }

    /// Returns whether the matter can wait until somebody has time.
    #[must_use]
    pub const fn can_wait(&self) -> bool {
        match self.cause {
            Cause::Alert(kind) => matches!(kind.severity(), Severity::CanWait),
            Cause::Failing | Cause::Opening => true,
            Cause::Unbalanced => false,
        }
    }

    /// Returns the party of a matter that names one alone, unless the heading names it.
    fn one_party(&self) -> Option<&Text> {
        match self.cause {
            Cause::Failing | Cause::Alert(AlertKind::EndpointSilent) => self.from.as_ref(),
            Cause::Alert(_) | Cause::Opening | Cause::Unbalanced => self.from.as_ref().or(self.to.as_ref()),
        }
    }

    fn look(&self) -> (&'static str, Icon) {
        match self.cause {
            Cause::Alert(kind) => alerts::look(kind),
            Cause::Failing => ("danger", Icon::LinkBroken),
            Cause::Unbalanced => ("danger", Icon::ExclamationmarkTriangle),
            Cause::Opening => ("info", Icon::PadlockLocked),
        }
    }

    fn heading(&self, text: &text::Texts, lang: Lang) -> String {
        match (self.cause, &self.to) {
            (Cause::Failing | Cause::Alert(AlertKind::EndpointSilent), Some(to)) => (text.does_not_accept)(to.as_str()),
            (Cause::Alert(kind), _) => words::text(kind).text(lang).to_owned(),
            (Cause::Failing, None) => (text.does_not_accept)("–"),
            (Cause::Unbalanced, _) => text.does_not_add_up.to_owned(),
            (Cause::Opening, _) => opening::of(lang).asks.to_owned(),
        }
    }

    const fn what_to_do(&self, text: &text::Texts, lang: Lang) -> &'static str {
        match self.cause {
            Cause::Alert(kind) => words::what_to_do(kind).text(lang),
            Cause::Failing => text.failing_text,
            Cause::Unbalanced => text.unbalanced_text,
            Cause::Opening => opening::of(lang).asks_text,
        }
    }

    const fn step_word(&self, text: &text::Texts) -> &'static str {
        match self.cause {
            Cause::Alert(AlertKind::EndingWithoutDialogue) => text.whom_to_call,
            Cause::Failing | Cause::Alert(AlertKind::EndpointSilent) => text.test,
            Cause::Alert(_) | Cause::Opening | Cause::Unbalanced => text.see,
        }
    }
}

impl Fact {
    const fn is_well(self) -> bool {
        match self {
            Self::Store { is_ready, has_room } => is_ready && has_room,
            Self::Log { is_whole, .. } => is_whole,
            Self::SecondPlace { is_well, is_apart, .. } => is_well && is_apart,
            Self::Parties { accepting, all } => accepting == all,
            Self::Adapters { working, all } => working == all,
        }
    }

    fn heading(self, text: &text::Texts, write: Write) -> String {
        let pair = |a, b| (write.number(a), write.number(b));
        match self {
            Self::Store { is_ready: true, .. } => text.store_ready.to_owned(),
            Self::Store { is_ready: false, .. } => text.store_away.to_owned(),
            Self::Log { is_whole: true, .. } => text.log_whole.to_owned(),
            Self::Log { is_whole: false, .. } => text.log_differs.to_owned(),
            Self::SecondPlace { is_well: false, .. } => text.place_behind.to_owned(),
            Self::SecondPlace { is_apart: false, .. } => text.place_near.to_owned(),
            Self::SecondPlace { .. } => text.place_written.to_owned(),
            Self::Parties { accepting, all } => {
                let (some, all) = pair(accepting, all);
                (text.parties_accept)(&some, &all)
            }
            Self::Adapters { working, all } => {
                let (some, all) = pair(working, all);
                (text.adapters_work)(&some, &all)
            }
        }
    }

    fn detail(self, text: &text::Texts, write: Write) -> String {
        match self {
            Self::Store { has_room: true, .. } => text.store_durable.to_owned(),
            Self::Store { has_room: false, .. } => text.store_full.to_owned(),
            Self::Log { rows, .. } => (text.log_rows)(&write.number(rows)),
            Self::SecondPlace { written_at, .. } => {
                written_at.map_or_else(String::new, |at| (text.place_when)(&write.near(at)))
            }
            Self::Parties { .. } | Self::Adapters { .. } => String::new(),
        }
    }
}

impl RunUnderWay {
    fn address(&self) -> String {
        address::run(&self.id)
    }

    fn heading(&self, write: Write) -> String {
        retry::heading(self.total, write)
    }

    fn progress(&self, write: Write) -> String {
        retry::progress(self.done, self.total, write)
    }
}

impl Done {
    const fn act(&self, lang: Lang) -> &'static str {
        acts::meaning(self.act, lang)
    }
}

impl View {
    /// Returns the matters of one urgency.
    fn of_urgency(&self, can_wait: bool) -> Vec<&Matter> {
        self.matters.iter().filter(|m| m.can_wait() == can_wait).collect()
    }

    fn count(&self) -> u64 {
        u64::try_from(self.matters.len()).unwrap_or(u64::MAX)
    }
}

page!("now.html");
