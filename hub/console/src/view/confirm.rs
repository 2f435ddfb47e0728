//! The confirmation of waiting grants by an operator, with evidence of the sender's word.

use bindeledd_core::CategorySet;
use jiff::Timestamp;

use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{confirm as text, terms};

/// Types of evidence that the form offers.
pub const EVIDENCE: [&str; 5] = ["agreement", "letter", "e-mail", "phone-call", "meeting"];

/// The confirmation of a grant.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Pseudonym of the participant.
    pub participant: Text,
    /// Id of the consent.
    pub consent: Text,
    /// Place of the grant in the consent, from 0.
    pub grant: u16,
    /// Party that registered the consent.
    pub registrar: Text,
    /// Sender, who has to confirm.
    pub sender: Text,
    /// Receiver of the grant.
    pub receiver: Text,
    /// Categories of the grants to this receiver.
    pub categories: CategorySet,
    /// Step.
    pub step: Step,
}

/// A step of the confirmation.
#[derive(Debug, Clone)]
pub enum Step {
    /// The form.
    Ask(Box<Ask>),
    /// The outcome.
    Done {
        /// Time.
        at: Timestamp,
        /// The party or the person that confirmed; `None` for the operator's key, and where the log's row is not found.
        by: Option<Text>,
        /// Type of the evidence, and its SHA-256.
        evidence: Option<(Text, Option<Text>)>,
    },
}

/// The form, with what it confirms.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Time since which the grant waits.
    pub since: Timestamp,
    /// Grants of the same sender that wait in the same consent: the receivers, and the categories.
    pub others: Vec<(Text, CategorySet)>,
    /// Ids of messages that are blocked because the grant waits.
    pub blocked: Vec<Text>,
    /// Field `kind`: one of [`EVIDENCE`].
    pub kind: String,
    /// Field `place`.
    pub place: String,
    /// Field `digest`.
    pub digest: String,
    /// Whether the field `scope` is `all`: the grants to other receivers are confirmed too.
    pub is_all: bool,
    /// Faults of the form.
    pub errors: Errors,
}

impl Ask {
    fn count(&self) -> u64 {
        u64::try_from(self.blocked.len()).unwrap_or(u64::MAX)
    }

    fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }
}

impl View {
    fn action(&self) -> String {
        address::confirmation(self.participant.as_str(), self.consent.as_str(), self.grant)
    }

    fn back(&self) -> String {
        address::participant(self.participant.as_str())
    }

    fn to_blocked(&self) -> String {
        address::blocked_of(self.participant.as_str())
    }

    fn evidence(kind: &Text, lang: Lang) -> &str {
        text::evidence(kind.as_str(), lang).unwrap_or(kind.as_str())
    }

    /// Returns the beginning of a digest.
    fn beginning(digest: &Text) -> String {
        let start: String = digest.as_str().chars().take(12).collect();
        format!("sha256 {start}…")
    }
}

page!("confirm.html");
