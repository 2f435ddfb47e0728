//! The look of alerts. Their words stand in the texts for operators.

use bindeledd_core::alert::AlertKind;

use crate::icon::Icon;

/// Returns the colour and the icon of an alert.
pub(crate) const fn look(kind: AlertKind) -> (&'static str, Icon) {
    match kind {
        AlertKind::EndingWithoutDialogue => ("danger", Icon::ChatExclamationmark),
        AlertKind::ReceiptOverdue | AlertKind::StrangeReceipt => ("info", Icon::Receipt),
        AlertKind::AdapterQuarantined => ("danger", Icon::PuzzlePiece),
        AlertKind::DeliveryFailed => ("danger", Icon::ExclamationmarkTriangle),
        AlertKind::ItemSetAside => ("warning", Icon::Inbox),
        AlertKind::CertificateExpiring => ("ochre", Icon::KeyHorizontal),
        AlertKind::CertificateAlmostExpired | AlertKind::CredentialRefused => ("danger", Icon::KeyHorizontal),
        AlertKind::EndpointSilent | AlertKind::StrangeAnswer => ("danger", Icon::LinkBroken),
        AlertKind::RepeatedBlocks => ("warning", Icon::CircleSlash),
        AlertKind::CheckpointBehind | AlertKind::AuditMismatch | AlertKind::LedgerMismatch => {
            ("danger", Icon::ShieldLock)
        }
        AlertKind::StoreHeld => ("danger", Icon::ClockDashed),
        AlertKind::ClockWrong => ("danger", Icon::Clock),
        AlertKind::SecondPlaceNear => ("warning", Icon::Files),
        AlertKind::WithPersonLong => ("info", Icon::Person),
        AlertKind::UrgentBlocked => ("danger", Icon::CircleSlash),
        AlertKind::GrantAwaits => ("warning", Icon::Hourglass),
        AlertKind::PushesFail => ("danger", Icon::Bell),
        AlertKind::UrgentWaits => ("danger", Icon::Phone),
    }
}
