//! Messages that a person writes in a mailbox: the form of a kind, the reading of a filled-in form, and the parties that
//! may get the message.
//!
//! A form follows the kind's table of fields in the catalogue, so that a new kind has a form at once. An input has a name
//! such as `f.needs.0.area`: the path of its value in the body.

mod fields;
mod read;
mod receivers;
mod typed;
mod unfinished;
mod write;

use bindeledd_catalogue::Kind;

use crate::party::PartyKind;

pub use fields::{Field, Input, ROWS, fields};
pub use read::{FieldFault, Wrong, read};
pub use receivers::{Gets, Receiver, receivers};
pub use typed::Typed;
pub use unfinished::{marks, so_far};
pub use write::write;

/// The way in which persons write messages of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// A person begins such a message.
    New,
    /// A person writes such a message as the answer to one that came.
    Answer,
    /// No person fills in a form of this kind.
    Nobody(NotWritten),
}

/// Reason why no person fills in a form of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotWritten {
    /// A correction contains the form of another kind, and begins at the message that it corrects.
    OfAnother,
    /// The hub makes such messages from its own facts.
    ByHub,
}

/// Returns the way in which persons write messages of a kind.
#[must_use]
pub const fn writing(kind: Kind) -> Writing {
    match kind {
        Kind::StartMeeting
        | Kind::StartMeetingSummary
        | Kind::GoalsAgreed
        | Kind::ProgressUpdate
        | Kind::FacilitationNeed
        | Kind::FunctionUpdate
        | Kind::TreatmentStatus
        | Kind::MeetingRequest
        | Kind::Question
        | Kind::SupportRequest
        | Kind::MeasureEndProposed
        | Kind::MeasureEnded
        | Kind::AfterFollowUp => Writing::New,
        Kind::MeetingResponse | Kind::Answer | Kind::SupportResponse => Writing::Answer,
        Kind::Correction => Writing::Nobody(NotWritten::OfAnother),
        Kind::ConsentWithdrawn => Writing::Nobody(NotWritten::ByHub),
    }
}

/// Returns whether somebody may propose a meeting instead of an answer to a message of this kind. A request for a meeting
/// has other times among its own answers.
#[must_use]
pub const fn may_propose_meeting(asked: Kind) -> bool {
    asked.answer().is_some() && !matches!(asked, Kind::MeetingRequest)
}

/// Returns whether a party of a kind often sends messages of this kind. Such a kind stands first in the choice.
#[must_use]
pub const fn is_usual(kind: Kind, sender: PartyKind) -> bool {
    match kind {
        Kind::MeetingRequest | Kind::Question => true,
        Kind::StartMeeting | Kind::StartMeetingSummary | Kind::GoalsAgreed => {
            matches!(sender, PartyKind::AftProvider | PartyKind::Rehabilitation)
        }
        Kind::ProgressUpdate | Kind::FacilitationNeed => matches!(
            sender,
            PartyKind::AftProvider | PartyKind::Rehabilitation | PartyKind::Clubhouse | PartyKind::JobMasteryCentre
        ),
        Kind::FunctionUpdate => matches!(
            sender,
            PartyKind::Gp | PartyKind::SpecialistService | PartyKind::HealthAtWork | PartyKind::Rehabilitation
        ),
        Kind::TreatmentStatus => matches!(sender, PartyKind::SpecialistService | PartyKind::HealthAtWork),
        Kind::SupportRequest => matches!(
            sender,
            PartyKind::Employer | PartyKind::AftProvider | PartyKind::Clubhouse
        ),
        Kind::MeasureEndProposed => matches!(sender, PartyKind::AftProvider | PartyKind::Rehabilitation),
        Kind::MeasureEnded | Kind::AfterFollowUp => {
            matches!(sender, PartyKind::AftProvider | PartyKind::NavOffice)
        }
        Kind::MeetingResponse | Kind::Answer | Kind::SupportResponse | Kind::Correction | Kind::ConsentWithdrawn => {
            false
        }
    }
}

#[cfg(test)]
mod tests;
