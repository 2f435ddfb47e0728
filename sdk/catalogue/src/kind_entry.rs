//! A kind's entry in the catalogue.

use std::fmt;

use crate::kind::{Kind, KindSpec};
use crate::kinds;

impl Kind {
    /// Returns the kinds that parties send: all except those that the hub makes itself.
    pub fn by_parties() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| !kind.spec().by_hub)
    }

    /// Returns true if a message of this kind can be corrected. Corrections and the hub's own kinds cannot.
    #[must_use]
    pub fn can_be_corrected(self) -> bool {
        self != Self::Correction && !self.spec().by_hub
    }

    /// Returns the kind that answers a message of this kind; `None` for a kind that asks for no answer.
    #[must_use]
    pub const fn answer(self) -> Option<Self> {
        match self {
            Self::Question => Some(Self::Answer),
            Self::MeetingRequest => Some(Self::MeetingResponse),
            Self::SupportRequest => Some(Self::SupportResponse),
            Self::StartMeeting
            | Self::StartMeetingSummary
            | Self::GoalsAgreed
            | Self::ProgressUpdate
            | Self::FacilitationNeed
            | Self::FunctionUpdate
            | Self::TreatmentStatus
            | Self::MeetingResponse
            | Self::Answer
            | Self::SupportResponse
            | Self::MeasureEndProposed
            | Self::MeasureEnded
            | Self::AfterFollowUp
            | Self::Correction
            | Self::ConsentWithdrawn => None,
        }
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
