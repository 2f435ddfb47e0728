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
    /// Answers a question.
    Answer,
    /// Asks for help "when it grinds".
    SupportRequest,
    /// Names the person who comes, and the time.
    SupportResponse,
    /// Proposes to end the measure.
    MeasureEndProposed,
    /// The measure has ended.
    MeasureEnded,
    /// Reports some months after the measure.
    AfterFollowUp,
    /// Corrects a message, or takes back one that was sent by mistake.
    Correction,
    /// Tells a receiver that the participant withdrew a consent. The hub makes it; no party sends it.
    ConsentWithdrawn,
}

/// All properties of a kind, in one entry of the table in `kinds.rs`.
#[derive(Debug)]
pub struct KindSpec {
    /// The kind that this entry describes.
    pub kind: Kind,
    /// Code on the wire.
    pub code: &'static str,
    /// Norwegian title for people.
    pub title: &'static str,
    /// Purpose in one English sentence.
    pub purpose: &'static str,
    /// Usual senders, in English.
    pub usual_sender: &'static str,
    /// Category that the kind itself needs.
    pub category: Category,
    /// True if a GP gets it by default: questions, meetings and treatment matters, but no progress reports.
    pub to_gp: bool,
    /// True if the sender must name the receivers: such a message never goes to a whole circle.
    pub named_parties_only: bool,
    /// True if only the hub makes it, from its own facts. Such a message has nothing of the participant's that would
    /// need a category, and the hub refuses it from parties.
    pub by_hub: bool,
    /// Fields and codes that make a message urgent: one of these fields has this code. If such a message is stopped,
    /// somebody must know the same day.
    pub urgent_when: &'static [(&'static str, &'static str)],
    /// Fields, in the order in which a person reads them.
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

    /// Returns the kinds that parties send: all except those that the hub makes itself.
    pub fn by_parties() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| !kind.spec().by_hub)
    }

    /// Returns true if a message of this kind can be corrected. Corrections and the hub's own kinds cannot.
    #[must_use]
    pub fn can_be_corrected(self) -> bool {
        self != Self::Correction && !self.spec().by_hub
    }

    /// Returns the kind's entry in the catalogue.
    #[must_use]
    pub fn spec(self) -> &'static KindSpec {
        &kinds::TABLE[self as usize]
    }

    /// Returns the code on the wire, such as `function-update`.
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
