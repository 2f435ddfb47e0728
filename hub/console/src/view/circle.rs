//! One participant's circle: the picture, the grants, what happened to them, and a decision to try.

use bindeledd_core::{Category, CategorySet, PartyKind, Reason, Verdict};
use jiff::Timestamp;

use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::icon::Icon;
use crate::lang::Lang;
use crate::mark::{Mark, Standing};
use crate::markup::Text;
use crate::text::{circle as text, terms};
use crate::write::Write;

mod picture;

pub use picture::Picture;

/// The circle of a participant.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Pseudonym.
    pub participant: Text,
    /// Whether the person's address is protected. Only who may know of it gets it set.
    pub is_protected: bool,
    /// Whether the consents on file differ from the registered ones.
    pub differs: bool,
    /// End of the last grant that is in force. `None` for one without an end.
    pub valid_until: Option<Timestamp>,
    /// Controllers of the consents.
    pub controllers: Vec<Text>,
    /// Parties of the circle, as others may see them.
    pub parties: Vec<Member>,
    /// Grants, in the order of their numbers.
    pub grants: Vec<Grant>,
    /// Events, newest first.
    pub events: Vec<Event>,
    /// The decision to try.
    pub trial: Trial,
    /// Whether the person may withdraw on the participant's behalf.
    pub may_withdraw: bool,
}

/// A party of the circle, as others may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Id.
    pub id: Text,
    /// Name.
    pub name: Text,
    /// Kind; `Other` for a party with a public label.
    pub kind: PartyKind,
}

/// A grant of the circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Place of the sender among the parties.
    pub from: usize,
    /// Place of the receiver among the parties.
    pub to: usize,
    /// Categories that the grant still gives, or that it gave before it ended.
    pub categories: CategorySet,
    /// Categories among them that are withdrawn.
    pub withdrawn: CategorySet,
    /// Legal reference of a duty.
    pub duty: Option<Text>,
    /// Whether the grant is in force, and the cause if not.
    pub status: Status,
    /// Confirmation by the sender: time, and the party that confirmed.
    pub confirmed: Option<(Timestamp, Option<Text>)>,
    /// The wait for the confirmation, while the grant awaits it.
    pub waits: Option<Waits>,
}

/// The wait of a grant for its confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// Time since which it waits.
    pub since: Timestamp,
    /// Ids of messages that are blocked because it waits.
    pub blocked: Vec<Text>,
    /// Page where an operator confirms; `None` for a person who may not.
    pub confirm: Option<String>,
}

/// Whether a grant is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is.
    InForce,
    /// It awaits its confirmation.
    Awaits,
    /// It is withdrawn.
    Withdrawn,
    /// Its period is over.
    Expired(Timestamp),
    /// Its period has not begun.
    Ahead(Timestamp),
}

/// An event of a consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Time.
    pub at: Timestamp,
    /// The event.
    pub what: What,
}

/// Kinds of event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A consent was registered.
    Registered {
        /// Party that registered it.
        by: Text,
        /// Version of the signed text.
        text_version: Text,
        /// Type of the evidence.
        evidence: Text,
        /// SHA-256 of the evidence.
        sha256: Option<Text>,
        /// Whether a guardian gave it.
        by_guardian: bool,
    },
    /// A grant was confirmed.
    Confirmed {
        /// Number of the grant.
        number: u64,
        /// Party that confirmed; `None` for the operator.
        by: Option<Text>,
    },
    /// A consent was withdrawn as a whole.
    Withdrawn,
    /// Grants were withdrawn, wholly or in part.
    PartlyWithdrawn {
        /// Number of grants.
        grants: u64,
    },
}

/// The decision to try: what was asked, and the answer.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// Id of the sender.
    pub from: String,
    /// Id of the receiver.
    pub to: String,
    /// Category.
    pub about: Option<Category>,
    /// Faults of the form.
    pub errors: Errors,
    /// Answer.
    pub answer: Option<(Verdict, Reason)>,
}

impl Grant {
    const fn is_in_force(&self) -> bool {
        matches!(self.status, Status::InForce)
    }

    const fn mark(&self, lang: Lang) -> Mark {
        let standing = match (self.status, self.duty.is_some()) {
            (Status::Withdrawn, _) => Standing::GrantWithdrawn,
            (Status::Awaits, _) => Standing::GrantAwaits,
            (_, true) => Standing::Duty,
            (_, false) => Standing::GrantInForce,
        };
        let mark = standing.mark(lang);
        match self.status {
            Status::Expired(_) | Status::Ahead(_) => Mark {
                color: "neutral",
                icon: Icon::ClockDashed,
                ..mark
            },
            Status::InForce | Status::Awaits | Status::Withdrawn => mark,
        }
    }

    /// Returns whether only some of the grant is withdrawn.
    fn is_cut(&self) -> bool {
        self.is_in_force() && !self.withdrawn.is_empty()
    }

    /// Returns the categories that the grant gives.
    fn given(&self) -> CategorySet {
        self.categories.difference(self.withdrawn)
    }
}

impl Event {
    const fn look(&self) -> (&'static str, Icon) {
        match self.what {
            What::Registered { .. } => ("success", Icon::PersonPencil),
            What::Confirmed { .. } => ("success", Icon::CheckmarkCircle),
            What::Withdrawn | What::PartlyWithdrawn { .. } => ("neutral", Icon::ArrowUndo),
        }
    }

    fn heading(&self, text: &text::Texts, write: Write) -> String {
        match &self.what {
            What::Registered { by, .. } => (text.registered)(by.as_str()),
            What::Confirmed { number, .. } => (text.event_confirmed)(&write.number(*number)),
            What::Withdrawn => text.event_withdrawn.to_owned(),
            What::PartlyWithdrawn { grants } => (text.event_partly)(*grants, &write.number(*grants)),
        }
    }

    fn detail(&self, text: &text::Texts) -> String {
        match &self.what {
            What::Registered {
                text_version,
                evidence,
                by_guardian,
                ..
            } => {
                let giver = if *by_guardian {
                    text.by_guardian
                } else {
                    text.by_participant
                };
                format!(
                    "{giver} · {} {text_version} · {} {evidence}",
                    text.text_version, text.evidence
                )
            }
            What::Confirmed { by, .. } => by
                .as_ref()
                .map_or_else(|| text.by_operator.to_owned(), |by| by.as_str().to_owned()),
            What::Withdrawn | What::PartlyWithdrawn { .. } => String::new(),
        }
    }

    /// Returns the beginning of the evidence's digest.
    fn digest(&self) -> Option<String> {
        match &self.what {
            What::Registered {
                sha256: Some(digest), ..
            } => {
                let start: String = digest.as_str().chars().take(12).collect();
                Some(format!("sha256 {start}…"))
            }
            _ => None,
        }
    }
}

impl Trial {
    fn is_from(&self, member: &Member) -> bool {
        self.from == member.id.as_str()
    }

    fn is_to(&self, member: &Member) -> bool {
        self.to == member.id.as_str()
    }

    fn is_about(&self, category: Category) -> bool {
        self.about == Some(category)
    }

    /// Returns the look of the answer, and its reason.
    fn shown(&self) -> Option<(&'static str, Icon, Reason)> {
        let (verdict, reason) = self.answer?;
        let (color, icon) = match verdict {
            Verdict::Permit => ("success", Icon::CheckmarkCircle),
            Verdict::Partial => ("plum", Icon::EyeSlash),
            Verdict::Deny => ("warning", Icon::CircleSlash),
        };
        Some((color, icon, reason))
    }
}

impl View {
    fn in_force(&self) -> u64 {
        let count = self.grants.iter().filter(|grant| grant.is_in_force()).count();
        u64::try_from(count).unwrap_or(u64::MAX)
    }

    fn all(&self) -> u64 {
        u64::try_from(self.grants.len()).unwrap_or(u64::MAX)
    }

    fn over(&self) -> u64 {
        self.all() - self.in_force()
    }

    fn name(&self, place: usize) -> &str {
        self.parties.get(place).map_or("–", |party| party.name.as_str())
    }

    /// Returns the grants with their numbers, from 1.
    fn numbered(&self) -> impl Iterator<Item = (usize, &Grant)> {
        self.grants.iter().enumerate().map(|(place, grant)| (place + 1, grant))
    }

    fn picture(&self) -> Option<Picture> {
        Picture::of(&self.parties, &self.grants)
    }

    fn action(&self) -> String {
        address::participant(self.participant.as_str())
    }

    fn to_withdrawal(&self) -> String {
        address::withdrawal(self.participant.as_str())
    }
}

page!("circle.html");
