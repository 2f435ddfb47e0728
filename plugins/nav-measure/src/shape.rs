//! The form of document that Nav has for each kind.

use bindeledd_sdk::catalogue::{Body, Kind};

/// A shape of a document to Nav.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A provider's proposal, which Nav approves or rejects.
    Proposal,
    /// A provider's statement of the participant's first day (`EndringFraArrangor.LeggTilOppstartsdato`).
    StartDate,
    /// A provider's assessment whether a proposed participant fulfils the demands of the measure.
    Assessment,
    /// An activity card in the participant's activity plan.
    Card,
    /// A dialog message.
    Dialog,
}

impl Shape {
    /// Returns the shape's name in the field `form`.
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

/// Returns the usual shape of a kind; `None` if Nav has none. For some contents, a kind has another shape (see the README). A
/// correction has the shape of the corrected message.
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

/// Returns the shape of one message's content.
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

/// Returns the shape of a correction, which is that of the corrected content. A message sent by mistake has no such content: a
/// proposal is withdrawn, a card is cancelled, and any other message goes into a dialog message.
fn of_correction(body: &Body) -> Option<Shape> {
    if let Some(corrected) = body.corrected_body() {
        return of(&corrected);
    }
    let kind = body.corrected_kind()?;
    let usual = shape_of(kind)?;
    Some(match kind {
        // The message may have been a start date, which can not be taken back at Nav.
        Kind::StartMeeting => Shape::Dialog,
        _ => usual,
    })
}

/// Returns the amount of participation and its first day, if the amount changes and Nav accepts it: 1 to 100 percent.
/// An unchanged amount proposes nothing, and would replace a proposal that waits at Nav.
pub(crate) fn changed_amount(body: &Body) -> Option<(i64, &str)> {
    let percent = body.get("percent").and_then(serde_json::Value::as_i64);
    let percent = percent.filter(|percent| (1..=100).contains(percent));
    percent.zip(body.text("changedFrom"))
}
