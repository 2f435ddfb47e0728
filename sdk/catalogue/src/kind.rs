//! The kinds of coordination message.

use crate::category::Category;
use crate::field::FieldSpec;

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
    /// Asks for help with difficulties at work.
    SupportRequest,
    /// Answers a request for help: who comes, and when.
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
    /// True if a GP gets messages of this kind by default: questions, meetings and treatment matters, but no progress reports.
    pub to_gp: bool,
    /// True if the sender must name the receivers: such a message never goes to a whole circle.
    pub named_parties_only: bool,
    /// True if only the hub makes messages of this kind, from its own facts. Such a message has no data about the participant that
    /// needs a category, and the hub refuses it from parties.
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
}
