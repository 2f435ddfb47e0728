//! The kinds of coordination message.

use std::fmt;

use crate::category::Category;
use crate::field::FieldSpec;
use crate::kinds;

/// A kind of coordination message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Invitation to the start-up meeting.
    StartMeeting,
    /// The agreements of the start-up meeting.
    StartMeetingSummary,
    /// Goals and plan.
    GoalsAgreed,
    /// News of the progress.
    ProgressUpdate,
    /// Needs for adaptation.
    FacilitationNeed,
    /// The person's abilities and limitations.
    FunctionUpdate,
    /// News that treatment is planned, starts, pauses or ends.
    TreatmentStatus,
    /// Asks for a meeting.
    MeetingRequest,
    /// Answers a request for a meeting.
    MeetingResponse,
    /// Asks a question.
    Question,
    /// Answers one.
    Answer,
    /// Asks for help "when it grinds".
    SupportRequest,
    /// Says who comes, and when.
    SupportResponse,
    /// Proposes to end the measure.
    MeasureEndProposed,
    /// The measure has ended.
    MeasureEnded,
    /// Some months later.
    AfterFollowUp,
    /// Corrects a message, or takes one back that was sent by mistake.
    Correction,
    /// Says that the participant took a consent back. The hub makes it; no party sends it.
    ConsentWithdrawn,
}

/// Everything about a kind, in one entry of the table in `kinds.rs`.
#[derive(Debug)]
pub struct KindSpec {
    /// The kind.
    pub kind: Kind,
    /// The code on the wire.
    pub code: &'static str,
    /// The title for a person, in Norwegian.
    pub title: &'static str,
    /// Its purpose, in one English sentence.
    pub purpose: &'static str,
    /// Its usual senders, in English.
    pub usual_sender: &'static str,
    /// The category that the kind itself tells about.
    pub category: Category,
    /// Whether a GP gets it by default: questions, meetings and treatment matters, not every progress note.
    pub to_gp: bool,
    /// Whether its receivers must be named: it never goes to a whole circle.
    pub named_parties_only: bool,
    /// Whether the hub alone makes it, out of what it knows itself. It then has nothing of a participant's in it that would need
    /// a category, and none that a party sends is taken.
    pub by_hub: bool,
    /// When it is urgent: one of these fields has this code. Where such a one is stopped, somebody has to know today.
    pub urgent_when: &'static [(&'static str, &'static str)],
    /// Its fields, in the order in which a person reads them.
    pub fields: &'static [FieldSpec],
}

impl Kind {
    /// Every kind, in the order of the catalogue.
    pub const ALL: [Self; 18] = [
        Self::StartMeeting,
        Self::StartMeetingSummary,
        Self::GoalsAgreed,
        Self::ProgressUpdate,
        Self::FacilitationNeed,
        Self::FunctionUpdate,
        Self::TreatmentStatus,
        Self::MeetingRequest,
        Self::MeetingResponse,
        Self::Question,
        Self::Answer,
        Self::SupportRequest,
        Self::SupportResponse,
        Self::MeasureEndProposed,
        Self::MeasureEnded,
        Self::AfterFollowUp,
        Self::Correction,
        Self::ConsentWithdrawn,
    ];

    /// The kinds that parties send: all but those that the hub makes itself.
    pub fn by_parties() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| !kind.spec().by_hub)
    }

    /// Whether a message of this kind can be corrected: a correction can not, nor what the hub makes.
    #[must_use]
    pub fn can_be_corrected(self) -> bool {
        self != Self::Correction && !self.spec().by_hub
    }

    /// Its entry in the catalogue.
    #[must_use]
    pub fn spec(self) -> &'static KindSpec {
        &kinds::TABLE[self as usize]
    }

    /// The code on the wire, such as `function-update`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.spec().code
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_kind_at_its_place() {
        for kind in Kind::ALL {
            assert_eq!(kind.spec().kind, kind);
            assert_eq!(Kind::parse(kind.code()), Some(kind));
            assert!(kind.spec().fields.iter().any(|f| f.required), "{kind} means something");
        }
    }

    #[test]
    fn what_makes_a_kind_urgent_is_a_code_of_its_own() {
        for kind in Kind::ALL {
            for (name, said) in kind.spec().urgent_when {
                let field = kind.spec().fields.iter().find(|f| f.name == *name).unwrap();
                let crate::field::FieldType::Code(codes) = field.ty else {
                    panic!("{kind}: `{name}` is no code")
                };
                assert!(codes.iter().any(|code| code.code == *said), "{kind}: {name} {said}");
            }
        }
    }

    #[test]
    fn a_kinds_labels_are_told_apart() {
        for kind in Kind::ALL {
            let mut labels: Vec<_> = kind.spec().fields.iter().map(|f| f.label).collect();
            labels.sort_unstable();
            labels.dedup();
            assert_eq!(labels.len(), kind.spec().fields.len(), "{kind}");
        }
    }
}
