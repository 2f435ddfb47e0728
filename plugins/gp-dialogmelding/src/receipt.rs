//! Reads an AppRec.

use bindeledd_sdk::{Context, Reading, Receipt, ReceiptError, ReceiptStatus};
use roxmltree::Node;

use crate::why::Why;
use crate::xml::{attribute, child, child_text, children};

/// Maximum number of errors that are passed on.
const MAX_ERRORS: usize = 20;

/// Reads an AppRec. An AppRec that names no message is refused without an answer, since receipts are never answered by receipts.
pub(crate) fn read(apprec: Node<'_, '_>, context: &Context) -> Reading {
    let named = child(apprec, "OriginalMsgId").and_then(|original| child_text(original, "Id"));
    let Some(refers_to) = named.filter(|id| id.len() <= 200 && !id.chars().any(char::is_control)) else {
        return Why::ReceiptWithoutId.refuse(None, context);
    };
    // Kodeverk 8258. OK means that the receiver's system has the document, not that a person read it.
    let status = match child(apprec, "Status").and_then(|status| attribute(status, "V")) {
        Some("1") => ReceiptStatus::Ok,
        Some("2") => ReceiptStatus::Refused,
        Some("3") => ReceiptStatus::Partial,
        Some(_) | None => ReceiptStatus::Unknown,
    };
    let errors = children(apprec, "Error").take(MAX_ERRORS).map(error).collect();
    Reading::Receipt(Receipt {
        status,
        refers_to,
        scheme: "msgid".into(),
        errors,
    })
}

fn error(error: Node<'_, '_>) -> ReceiptError {
    let said = |name| attribute(error, name).map(str::to_owned);
    let text = [said("DN"), said("OT")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(": ");
    ReceiptError {
        code: said("V").unwrap_or_default(),
        text,
    }
}
