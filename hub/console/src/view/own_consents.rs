//! The consents in a mailbox: what participants have said yes to with the party, and what waits for it.

use bindeledd_core::CategorySet;
use jiff::Timestamp;

use super::circle::Status;
use super::whom::Whom;
use crate::address;
use crate::frame::Frame;
use crate::icon::Icon;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{own_consents as text, terms};
use crate::write::Write;

/// The consents of a mailbox.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Whether the party may register consents.
    pub may_register: bool,
    /// Grants that wait for the party's confirmation.
    pub waiting: Vec<Waiting>,
    /// Questions that participants answer on their own pages.
    pub requests: Vec<super::request::Request>,
    /// Participants whom the person follows up.
    pub participants: Vec<Participant>,
    /// Other participants of the unit, for a team leader.
    pub others: Vec<Other>,
}

/// A consent with grants that wait for the party's confirmation.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Id of the consent.
    pub consent: String,
    /// Participant.
    pub whom: Whom,
    /// Party that registered it.
    pub registrar: Text,
    /// Receivers, and what the party may tell each.
    pub to: Vec<(Text, CategorySet)>,
    /// Time since which it waits.
    pub since: Timestamp,
}

/// A participant whom the person follows up.
#[derive(Debug, Clone)]
pub struct Participant {
    /// Participant.
    pub whom: Whom,
    /// Exchanges of the party.
    pub grants: Vec<Grant>,
    /// Whether something can be withdrawn.
    pub may_withdraw: bool,
}

/// One exchange of the party.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Sender.
    pub from: Text,
    /// Receiver.
    pub to: Text,
    /// Categories.
    pub categories: CategorySet,
    /// Categories that are withdrawn.
    pub withdrawn: CategorySet,
    /// Whether the exchange rests on law or contract.
    pub is_duty: bool,
    /// Whether the party itself is the sender.
    pub is_own: bool,
    /// Whether it is in force.
    pub status: Status,
    /// Last time at which it holds.
    pub until: Option<Timestamp>,
}

/// A participant whom the person does not follow up: a name and a deadline.
#[derive(Debug, Clone)]
pub struct Other {
    /// Participant.
    pub whom: Whom,
    /// Whether something is in force, and its last time.
    pub ends: Option<Option<Timestamp>>,
    /// Persons who follow the participant up.
    pub holders: Vec<Text>,
}

impl Grant {
    fn color(&self) -> &'static str {
        match self.status {
            Status::InForce => "success",
            Status::Awaits => "warning",
            Status::Withdrawn | Status::Expired(_) | Status::Ahead(_) => "neutral",
        }
    }

    fn icon(&self) -> Icon {
        match self.status {
            Status::InForce => Icon::CheckmarkCircle,
            Status::Awaits => Icon::Hourglass,
            Status::Withdrawn => Icon::ArrowUndo,
            Status::Expired(_) => Icon::ClockDashed,
            Status::Ahead(_) => Icon::Clock,
        }
    }

    pub(crate) fn state(&self, write: Write) -> String {
        let words = text::of(write.lang);
        match self.status {
            Status::InForce => words.in_force.to_owned(),
            Status::Awaits if self.is_own => words.awaits_you.to_owned(),
            Status::Awaits => (words.awaits)(self.from.as_str()),
            Status::Withdrawn => words.withdrawn.to_owned(),
            Status::Expired(_) => words.expired.to_owned(),
            Status::Ahead(at) => (words.ahead)(&day(at, write)),
        }
    }

    /// Returns the line under the state: the end, and what is withdrawn.
    pub(crate) fn under(&self, write: Write) -> String {
        let words = text::of(write.lang);
        let mut parts = Vec::new();
        if !matches!(self.status, Status::Withdrawn) {
            parts.push(match self.until {
                Some(until) => (words.until)(&day(until, write)),
                None => words.no_end.to_owned(),
            });
        }
        if self.is_duty {
            parts.push(words.duty.to_owned());
        }
        if !self.withdrawn.is_empty() && !matches!(self.status, Status::Withdrawn) {
            parts.push((words.part_withdrawn)(&terms::categories(self.withdrawn, write.lang)));
        }
        parts.join(", ")
    }

    pub(crate) fn about(&self, lang: Lang) -> String {
        terms::categories(self.categories, lang)
    }

    pub(crate) fn mark(&self) -> (&'static str, Icon) {
        (self.color(), self.icon())
    }
}

fn day(at: Timestamp, write: Write) -> String {
    let date = bindeledd_core::time::local_date(at);
    match write.lang {
        Lang::Bokmal => bindeledd_core::time::norwegian_date(date),
        Lang::English => date.strftime("%-d %B %Y").to_string(),
    }
}

impl Waiting {
    fn confirm(&self) -> String {
        address::own_confirmation(&self.consent)
    }

    fn name(&self, lang: Lang) -> Text {
        self.whom.words(lang)
    }
}

impl Participant {
    fn name(&self, lang: Lang) -> Text {
        self.whom.words(lang)
    }

    fn place(&self) -> String {
        address::consent_place(&self.whom.pseudonym)
    }

    fn withdraw(&self) -> String {
        address::own_withdrawal(&self.whom.pseudonym)
    }

    fn write(&self) -> String {
        address::new_message_about(&self.whom.pseudonym)
    }

    fn add(&self) -> String {
        address::new_consent_of(&self.whom.pseudonym)
    }
}

impl Other {
    fn name(&self, lang: Lang) -> Text {
        self.whom.words(lang)
    }

    fn last_day(&self, write: Write) -> String {
        let words = text::of(write.lang);
        match self.ends {
            None => words.nothing_holds.to_owned(),
            Some(None) => words.no_end.to_owned(),
            Some(Some(at)) => day(at, write),
        }
    }
}

page!("own_consents.html");
