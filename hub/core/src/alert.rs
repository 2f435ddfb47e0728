//! Alerts as data: the event that an operator or a party should look at, its urgency, and the action to take.

mod life;
mod push;

use jiff::{SignedDuration, Timestamp};

use bindeledd_catalogue::{Body, Kind, MessageId, PartyId};

use crate::consent::Ledger;
use crate::decide::decide;
use crate::delivery::End;
use crate::id::{AlertId, DeliveryId, ParticipantRef};

pub use life::{AlertEvent, AlertRefused, AlertStanding, AlertState, ClosingWord};
pub use push::{DuePushes, DutyHours, FailedPush, PushRule, Pushed, TryFailed, fresh_since};

/// The event that an alert reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertKind {
    /// A measure ends because of treatment or illness, and no dialogue about it took place. The hub exists to prevent
    /// this mistake.
    EndingWithoutDialogue,
    /// A receipt did not come in time.
    ReceiptOverdue,
    /// A receipt refers to nothing that was sent to its sender, or has an unknown status.
    StrangeReceipt,
    /// An adapter failed so often that it was set aside.
    AdapterQuarantined,
    /// A delivery ended otherwise than delivered, and its sender should know.
    DeliveryFailed,
    /// A fetched item can not be read, or an item could not be fetched for a long time.
    ItemSetAside,
    /// A certificate of the hub expires within 30 days.
    CertificateExpiring,
    /// A certificate of the hub expires within 7 days, or has expired.
    CertificateAlmostExpired,
    /// An issuer of tokens refuses the hub itself.
    CredentialRefused,
    /// Deliveries have waited long for a party that neither fetches nor answers.
    EndpointSilent,
    /// Deliveries between two parties are blocked for one reason again and again.
    RepeatedBlocks,
    /// The second place of the audit log could not be written for a while.
    CheckpointBehind,
    /// A reader holds an old snapshot of the store, so that the store's log grows or erased data
    /// stays on the disk.
    StoreHeld,
    /// The machine's clock is wrong, so that nothing is released, expired or deleted.
    ClockWrong,
    /// The audit log differs from the log that the hub wrote. Releases and witnessing have stopped.
    AuditMismatch,
    /// A participant's consents differ from the registered ones. Nothing about that participant is released.
    LedgerMismatch,
    /// A system other than the expected one answers at an address.
    StrangeAnswer,
    /// The second place would be restored from the same snapshot as the data, so that both would
    /// be rolled back together.
    SecondPlaceNear,
    /// A person took a document long ago, and has not confirmed that it is entered or handed over.
    WithPersonLong,
    /// An urgent message is blocked. No receiver gets it unless its sender calls the receiver.
    UrgentBlocked,
    /// A message is blocked because its sender's side has not confirmed the grant. The alert lasts
    /// until the grant is confirmed or the block ends otherwise.
    GrantAwaits,
    /// Alerts could not be pushed to one of the targets again and again.
    PushesFail,
    /// An urgent message waits for a receiver whose people are told by mail alone. Somebody has to call them.
    UrgentWaits,
}

/// Urgency of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// An operator has to act today.
    Now,
    /// The alert can wait for a working day.
    CanWait,
}

impl Severity {
    /// Every urgency, the highest first.
    pub const ALL: [Self; 2] = [Self::Now, Self::CanWait];

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::CanWait => "can-wait",
        }
    }
}

impl AlertKind {
    /// Every kind.
    pub const ALL: [Self; 23] = [
        Self::EndingWithoutDialogue,
        Self::ReceiptOverdue,
        Self::StrangeReceipt,
        Self::AdapterQuarantined,
        Self::DeliveryFailed,
        Self::ItemSetAside,
        Self::CertificateExpiring,
        Self::CertificateAlmostExpired,
        Self::CredentialRefused,
        Self::EndpointSilent,
        Self::RepeatedBlocks,
        Self::CheckpointBehind,
        Self::StoreHeld,
        Self::ClockWrong,
        Self::AuditMismatch,
        Self::LedgerMismatch,
        Self::StrangeAnswer,
        Self::SecondPlaceNear,
        Self::WithPersonLong,
        Self::UrgentBlocked,
        Self::GrantAwaits,
        Self::PushesFail,
        Self::UrgentWaits,
    ];

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EndingWithoutDialogue => "ending-without-dialogue",
            Self::ReceiptOverdue => "receipt-overdue",
            Self::StrangeReceipt => "strange-receipt",
            Self::AdapterQuarantined => "adapter-quarantined",
            Self::DeliveryFailed => "delivery-failed",
            Self::ItemSetAside => "item-set-aside",
            Self::CertificateExpiring => "certificate-expiring",
            Self::CertificateAlmostExpired => "certificate-almost-expired",
            Self::CredentialRefused => "credential-refused",
            Self::EndpointSilent => "endpoint-silent",
            Self::RepeatedBlocks => "repeated-blocks",
            Self::CheckpointBehind => "checkpoint-behind",
            Self::StoreHeld => "store-held",
            Self::ClockWrong => "clock-wrong",
            Self::AuditMismatch => "audit-mismatch",
            Self::LedgerMismatch => "ledger-mismatch",
            Self::StrangeAnswer => "strange-answer",
            Self::SecondPlaceNear => "second-place-near",
            Self::WithPersonLong => "with-a-person-long",
            Self::UrgentBlocked => "urgent-blocked",
            Self::GrantAwaits => "grant-awaits-confirmation",
            Self::PushesFail => "pushes-fail",
            Self::UrgentWaits => "urgent-waits",
        }
    }

    /// Returns whether an alert about one delivery is over once that delivery has ended in this way.
    #[must_use]
    pub const fn ends_with(self, how: End) -> bool {
        match how {
            End::Delivered => matches!(
                self,
                Self::DeliveryFailed
                    | Self::ReceiptOverdue
                    | Self::UrgentBlocked
                    | Self::UrgentWaits
                    | Self::WithPersonLong
            ),
            // Nobody has to call about a delivery that was stopped.
            End::Cancelled => matches!(self, Self::UrgentWaits),
            End::Refused | End::Blocked | End::Expired | End::Failed => false,
        }
    }

    /// Returns whether somebody has to call the party that the alert concerns, so that its telephone number belongs
    /// beside the alert.
    #[must_use]
    pub const fn asks_for_a_call(self) -> bool {
        matches!(
            self,
            Self::UrgentBlocked | Self::UrgentWaits | Self::ReceiptOverdue | Self::EndpointSilent
        )
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }

    /// Returns the urgency.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::EndingWithoutDialogue
            | Self::AdapterQuarantined
            | Self::CertificateAlmostExpired
            | Self::CredentialRefused
            | Self::CheckpointBehind
            | Self::StoreHeld
            | Self::ClockWrong
            | Self::AuditMismatch
            | Self::LedgerMismatch
            | Self::StrangeAnswer
            | Self::UrgentBlocked
            | Self::GrantAwaits
            | Self::PushesFail
            | Self::UrgentWaits => Severity::Now,
            Self::ReceiptOverdue
            | Self::StrangeReceipt
            | Self::DeliveryFailed
            | Self::ItemSetAside
            | Self::CertificateExpiring
            | Self::EndpointSilent
            | Self::RepeatedBlocks
            | Self::SecondPlaceNear
            | Self::WithPersonLong => Severity::CanWait,
        }
    }
}

/// One alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Id of the alert.
    pub id: AlertId,
    /// Kind of event that the alert reports.
    pub kind: AlertKind,
    /// Time when the alert was raised.
    pub raised_at: Timestamp,
    /// Participant that the alert concerns.
    pub participant: Option<ParticipantRef>,
    /// Message that the alert concerns.
    pub message: Option<MessageId>,
    /// Delivery that the alert concerns.
    pub delivery: Option<DeliveryId>,
    /// Party that the alert concerns.
    pub party: Option<PartyId>,
    /// Code of the cause, such as `BL-4003`.
    pub code: Option<String>,
    /// Number of times that the event was found in this episode.
    pub times: u32,
    /// Time when the event was last found.
    pub last_at: Timestamp,
    /// Time when the alert ended. Only an alert of a lasting condition has an end.
    pub ended_at: Option<Timestamp>,
    /// State of the alert.
    pub state: AlertState,
}

/// The way in which a delivery came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDelivered {
    /// The delivery was not handed over before it expired.
    Expired,
    /// The delivery can not be written or sent.
    Failed,
    /// The receiver's system refused the delivery when it was sent.
    Refused,
    /// The receiver refused the delivery in a receipt.
    RefusedByReceipt,
    /// The delivery is a receipt of the hub itself, and the other side refused it in a receipt.
    OwnReceiptRefused,
    /// No receipt came in time.
    Overdue,
    /// The person who took the delivery could not enter it or hand it over.
    NotByHand,
    /// No grant covers the delivery any longer.
    Uncovered,
    /// The participant was erased.
    Erased,
}

impl NotDelivered {
    /// Every way.
    pub const ALL: [Self; 9] = [
        Self::Expired,
        Self::Failed,
        Self::Refused,
        Self::RefusedByReceipt,
        Self::OwnReceiptRefused,
        Self::Overdue,
        Self::NotByHand,
        Self::Uncovered,
        Self::Erased,
    ];

    /// Returns the alert for the operator and the message's sender. `None` if neither can act on
    /// the failure, or if one of them asked for it.
    #[must_use]
    pub const fn alert(self) -> Option<AlertKind> {
        match self {
            Self::Expired | Self::Failed | Self::Refused | Self::RefusedByReceipt | Self::NotByHand => {
                Some(AlertKind::DeliveryFailed)
            }
            Self::Overdue => Some(AlertKind::ReceiptOverdue),
            Self::OwnReceiptRefused | Self::Uncovered | Self::Erased => None,
        }
    }
}

/// Length of an episode, from its first alert. A repeated event within an episode is counted on
/// that first alert, so that lists stay short. A lasting event raises a new alert once a day.
pub const EPISODE: SignedDuration = SignedDuration::from_hours(24);

impl Alert {
    /// Returns the key that alerts of one episode share: kind, party, code and viewers. The key of
    /// some kinds includes the participant, since somebody has to call about each participant.
    #[must_use]
    pub fn episode(&self, viewers: &[PartyId]) -> String {
        let mut parts = vec![self.kind.code().to_owned()];
        parts.push(self.party.as_ref().map(ToString::to_string).unwrap_or_default());
        parts.push(self.code.clone().unwrap_or_default());
        parts.extend(viewers.iter().map(ToString::to_string));
        if matches!(
            self.kind,
            AlertKind::EndingWithoutDialogue | AlertKind::UrgentBlocked | AlertKind::UrgentWaits
        ) {
            parts.extend(self.participant.map(|participant| participant.to_string()));
        }
        parts.join(" ")
    }
}

/// The dialogue about a participant so far, reduced to the facts that [`ending_without_dialogue`]
/// needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dialogue {
    /// Time when the newest `treatment-status` was delivered.
    pub treatment_status: Option<Timestamp>,
    /// Time when the newest `answer` or `meeting-response` was delivered.
    pub talked: Option<Timestamp>,
}

/// Returns whether a message ends a measure because of treatment, or proposes to, although no
/// answer and no meeting response followed the `treatment-status`.
#[must_use]
pub fn ending_without_dialogue(body: &Body, so_far: Dialogue) -> bool {
    let talked_since = match (so_far.treatment_status, so_far.talked) {
        (Some(status), Some(talked)) => talked >= status,
        (None, Some(_)) => true,
        (_, None) => false,
    };
    body.ends_because_of_treatment() && !talked_since
}

/// Returns whether a party may now send anything about the participant to anybody. A party without
/// such a grant has no measure to end, and an alert to it would reveal the participant.
#[must_use]
pub fn is_in_circle(ledger: &Ledger, from: &PartyId, now: Timestamp) -> bool {
    let own = ledger.grants.iter().map(|g| &g.grant).filter(|g| g.from == *from);
    let mut decided = own.map(|g| decide(ledger, from, &g.to, g.purpose, g.categories, now));
    decided.any(|decision| !decision.permitted().is_empty())
}

/// Returns whether a message of this kind counts as dialogue.
#[must_use]
pub const fn counts_as_dialogue(kind: Kind) -> bool {
    matches!(kind, Kind::Answer | Kind::MeetingResponse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_can_act_is_told_and_whoever_asked_for_it_is_not() {
        let told: Vec<_> = NotDelivered::ALL
            .into_iter()
            .filter_map(|how| Some((how, how.alert()?)))
            .collect();
        assert_eq!(
            told,
            [
                (NotDelivered::Expired, AlertKind::DeliveryFailed),
                (NotDelivered::Failed, AlertKind::DeliveryFailed),
                (NotDelivered::Refused, AlertKind::DeliveryFailed),
                (NotDelivered::RefusedByReceipt, AlertKind::DeliveryFailed),
                (NotDelivered::Overdue, AlertKind::ReceiptOverdue),
                (NotDelivered::NotByHand, AlertKind::DeliveryFailed),
            ]
        );
    }
}
