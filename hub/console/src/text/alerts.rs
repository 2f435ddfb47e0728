//! Alerts in words. In bokmål they are the core's own.

use bindeledd_core::alert::AlertKind;

use crate::icon::Icon;
use crate::lang::Lang;

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
    }
}

/// Returns the text of an alert.
pub(crate) const fn heading(kind: AlertKind, lang: Lang) -> &'static str {
    if matches!(lang, Lang::Bokmal) {
        return kind.text();
    }
    match kind {
        AlertKind::EndingWithoutDialogue => "A measure ends because of treatment, without a talk between the parties.",
        AlertKind::ReceiptOverdue => "A receipt did not come in time.",
        AlertKind::StrangeReceipt => "A receipt refers to nothing that was sent.",
        AlertKind::AdapterQuarantined => "An adapter failed again and again, and is set aside.",
        AlertKind::DeliveryFailed => "A delivery did not arrive.",
        AlertKind::ItemSetAside => "An item from an inbox could not be taken in, and is set aside.",
        AlertKind::CertificateExpiring => "A certificate of the hub expires within 30 days.",
        AlertKind::CertificateAlmostExpired => "A certificate of the hub expires within a week, or has expired.",
        AlertKind::CredentialRefused => "An issuer of tokens refuses the hub.",
        AlertKind::EndpointSilent => "A receiver has taken nothing for long, and messages wait.",
        AlertKind::RepeatedBlocks => "Messages from one sender to one receiver are blocked again and again.",
        AlertKind::CheckpointBehind => "The second place of the log can not be written.",
        AlertKind::StoreHeld => "A reader has held the store open for long.",
        AlertKind::ClockWrong => "The clock of the machine is wrong, and nothing is released meanwhile.",
        AlertKind::AuditMismatch => "The log is not as the hub wrote it, and nothing is sent meanwhile.",
        AlertKind::LedgerMismatch => "The consents of a participant are not those that were registered.",
        AlertKind::StrangeAnswer => "Something else than the receiver's system answers at its address.",
        AlertKind::SecondPlaceNear => "The second place lies together with the data.",
        AlertKind::WithPersonLong => "A person has had something to enter or to hand over for long.",
        AlertKind::UrgentBlocked => "Something urgent is blocked, and the receiver has not got it.",
        AlertKind::GrantAwaits => "A message is blocked, since its sender has not confirmed a grant.",
    }
}

/// Returns the action to take.
pub(crate) const fn what_to_do(kind: AlertKind, lang: Lang) -> &'static str {
    if matches!(lang, Lang::Bokmal) {
        return kind.what_to_do();
    }
    match kind {
        AlertKind::EndingWithoutDialogue => {
            "Make contact before the end: consider a pause, fewer days, an extension or a meeting with the therapist."
        }
        AlertKind::ReceiptOverdue => {
            "Call the receiver and ask whether the message has arrived. Send it again if needed."
        }
        AlertKind::StrangeReceipt => "Look whether the receiver acknowledges with the right message id.",
        AlertKind::AdapterQuarantined => "See the code, mend the adapter or roll it back, and put it into use again.",
        AlertKind::DeliveryFailed => "See the cause on the delivery, mend it, and send again.",
        AlertKind::ItemSetAside => {
            "See the cause, and contact the sender: its system was told that the message was not received."
        }
        AlertKind::CertificateExpiring | AlertKind::CertificateAlmostExpired => {
            "Order a new certificate and put it where the old one lies. It is taken into use without a restart."
        }
        AlertKind::CredentialRefused => {
            "Look whether client id, scope and key are registered right with the issuer. The hub tries again by itself."
        }
        AlertKind::EndpointSilent => {
            "Call the receiver: is the system down, or does nobody look into the inbox? Waiting messages go by themselves once it answers."
        }
        AlertKind::RepeatedBlocks => {
            "See the code. If the consent lacks a receiver or a category, the participant can give a new one; else the sender should stop sending this."
        }
        AlertKind::CheckpointBehind => {
            "Look whether the disk or the place in [audit] checkpoint_file is gone, full or read-only. The hub tries again by itself."
        }
        AlertKind::StoreHeld => {
            "See the code. Find the backup or the shell that holds the store open, and end it. The hub tries again by itself."
        }
        AlertKind::ClockWrong => {
            "Set the clock; then everything goes on by itself. If the clock is right, as after a long stop: `bindeledd clock accept`."
        }
        AlertKind::AuditMismatch => {
            "Somebody or something changed the database. Treat it as a breach, and follow the page about BL-5020."
        }
        AlertKind::LedgerMismatch => {
            "Somebody or something changed the database. Treat it as a breach, and follow the page about BL-5021."
        }
        AlertKind::StrangeAnswer => {
            "Look whether a proxy, a firewall or a sign-in page answers instead, and whether the address is right. The hub tries again by itself."
        }
        AlertKind::SecondPlaceNear => {
            "Choose a folder on another disk or machine in [audit] checkpoint_file, and move the files while the hub is stopped."
        }
        AlertKind::WithPersonLong => {
            "Ask that person. When it is done, say so with `bindeledd party entered`; if it is not possible, with `--how not-possible`."
        }
        AlertKind::UrgentBlocked => {
            "Call today: ask the participant for a consent that covers it, and reach the receiver in another way meanwhile."
        }
        AlertKind::GrantAwaits => {
            "The sender confirms it, or the operator does with evidence. Then send the message again."
        }
    }
}
