//! A synthetic message of each kind that uses every field, for the tests of this crate and of others. The pages in `docs/messages`
//! show these messages, and every adapter is tested with them.

use crate::kind::Kind;
use crate::message::Message;

/// Returns the message of `kind` as JSON, in the form that a hub gives to an adapter.
#[must_use]
pub const fn json(kind: Kind) -> &'static str {
    match kind {
        Kind::StartMeeting => include_str!("../fixtures/start-meeting.json"),
        Kind::StartMeetingSummary => include_str!("../fixtures/start-meeting-summary.json"),
        Kind::GoalsAgreed => include_str!("../fixtures/goals-agreed.json"),
        Kind::ProgressUpdate => include_str!("../fixtures/progress-update.json"),
        Kind::FacilitationNeed => include_str!("../fixtures/facilitation-need.json"),
        Kind::FunctionUpdate => include_str!("../fixtures/function-update.json"),
        Kind::TreatmentStatus => include_str!("../fixtures/treatment-status.json"),
        Kind::MeetingRequest => include_str!("../fixtures/meeting-request.json"),
        Kind::MeetingResponse => include_str!("../fixtures/meeting-response.json"),
        Kind::Question => include_str!("../fixtures/question.json"),
        Kind::Answer => include_str!("../fixtures/answer.json"),
        Kind::SupportRequest => include_str!("../fixtures/support-request.json"),
        Kind::SupportResponse => include_str!("../fixtures/support-response.json"),
        Kind::MeasureEndProposed => include_str!("../fixtures/measure-end-proposed.json"),
        Kind::MeasureEnded => include_str!("../fixtures/measure-ended.json"),
        Kind::AfterFollowUp => include_str!("../fixtures/after-follow-up.json"),
        Kind::Correction => include_str!("../fixtures/correction.json"),
        Kind::ConsentWithdrawn => include_str!("../fixtures/consent-withdrawn.json"),
    }
}

/// Returns the message of `kind`. `None` if the fixture is not a valid message; a test of this crate makes sure that each is.
#[must_use]
pub fn message(kind: Kind) -> Option<Message> {
    Message::parse(json(kind).as_bytes()).ok()
}
