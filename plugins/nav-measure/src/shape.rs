//! The shape that a kind takes at Nav.

use bindeledd_sdk::catalogue::{Body, Kind};

/// One of the shapes in which something goes to Nav.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A provider's proposal, which Nav approves or rejects.
    Proposal,
    /// A provider's statement of when the participant begins (`EndringFraArrangor.LeggTilOppstartsdato`).
    StartDate,
    /// A provider's assessment of whether someone who was proposed fulfils what the measure demands.
    Assessment,
    /// An activity card in the participant's activity plan.
    Card,
    /// A dialog message.
    Dialog,
}

impl Shape {
    /// Its name in the field `form`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposal => "Forslag",
            Self::StartDate => "EndringFraArrangor",
            Self::Assessment => "Vurdering",
            Self::Card => "Aktivitetskort",
            Self::Dialog => "Dialogmelding",
        }
    }
}

/// The shape that a kind takes; `None` where Nav has none for it. Some kinds take another one by what they say, see
/// the README. A correction takes the shape of what it corrects.
#[must_use]
pub const fn shape_of(kind: Kind) -> Option<Shape> {
    Some(match kind {
        Kind::MeasureEndProposed | Kind::MeasureEnded => Shape::Proposal,
        Kind::StartMeeting | Kind::StartMeetingSummary | Kind::GoalsAgreed => Shape::Card,
        Kind::ProgressUpdate
        | Kind::FacilitationNeed
        | Kind::MeetingRequest
        | Kind::MeetingResponse
        | Kind::Question
        | Kind::Answer
        | Kind::SupportRequest
        | Kind::SupportResponse
        | Kind::AfterFollowUp
        | Kind::Correction
        | Kind::ConsentWithdrawn => Shape::Dialog,
        Kind::FunctionUpdate | Kind::TreatmentStatus => return None,
    })
}

/// The shape of one message's content.
pub(crate) fn of(body: &Body) -> Option<Shape> {
    let usual = shape_of(body.kind())?;
    Some(match body.kind() {
        Kind::StartMeeting if body.text("measureFrom").is_some() => Shape::StartDate,
        Kind::MeasureEndProposed if body.text("reason") == Some("KRAV_IKKE_OPPFYLT") => Shape::Assessment,
        Kind::ProgressUpdate if changed_amount(body).is_some() => Shape::Proposal,
        Kind::Correction => of_correction(body)?,
        _ => usual,
    })
}

/// A correction takes the shape of the right content. A message sent by mistake has none: its proposal is withdrawn, its card is
/// cancelled, and the rest goes into a dialog message.
fn of_correction(body: &Body) -> Option<Shape> {
    if let Some(corrected) = body.corrected_body() {
        return of(&corrected);
    }
    let kind = body.corrected_kind()?;
    let usual = shape_of(kind)?;
    Some(match kind {
        // It may have been a start date, which nothing takes back.
        Kind::StartMeeting => Shape::Dialog,
        _ => usual,
    })
}

/// How much the participant takes part and from when, where that changes and is an amount that Nav takes: 1 to 100 percent. How
/// much it is without a change proposes nothing, and would replace a proposal that waits at Nav.
pub(crate) fn changed_amount(body: &Body) -> Option<(i64, &str)> {
    let percent = body.get("percent").and_then(serde_json::Value::as_i64);
    let percent = percent.filter(|percent| (1..=100).contains(percent));
    percent.zip(body.text("changedFrom"))
}
