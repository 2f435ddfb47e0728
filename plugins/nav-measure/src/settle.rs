//! The meaning of Nav's HTTP answer. Arrival is not registration: Nav has the message only if the answer names it.

use bindeledd_sdk::{ReceiptStatus, Reference, Refusal, Response, Settlement};
use serde_json::Value;

use crate::answer::{self, Answer};
use crate::codes::{self, DUPLICATE};
use crate::format::SCHEME;
use crate::refuse;

pub(crate) fn settle(response: &Response) -> Settlement {
    match response.status {
        _ if response.is_in_between() => Settlement::RetryAfter(response.retry_after()),
        200..=299 => confirmed(response),
        400..=499 if !matches!(response.status, 408 | 425 | 429) => refused(response),
        _ => response.settle_by_status(),
    }
}

/// Decides after a success. A JSON object that is not one of Nav's answers, or a status without a body, means handed over but not
/// confirmed; the receipt then refers to the ids that were stored before the sending. Any other answer did not come from Nav,
/// which may have received nothing.
fn confirmed(response: &Response) -> Settlement {
    let document: Value = match (response.status, response.json()) {
        (_, Some(document @ Value::Object(_))) => document,
        (201 | 202 | 204, None) if response.is_blank() => return Settlement::AwaitingReceipt(Vec::new()),
        _ => return Settlement::RetryAfter(response.retry_after()),
    };
    match answer::read(&document) {
        Some(Ok(Answer::Pending(id))) => Settlement::AwaitingReceipt(vec![Reference::new(SCHEME, id)]),
        Some(Ok(Answer::Final(receipt))) => match receipt.status {
            ReceiptStatus::Ok | ReceiptStatus::Partial => Settlement::Delivered,
            ReceiptStatus::Refused => {
                let error = receipt.errors.into_iter().next();
                let (code, text) = error.map_or_else(Default::default, |e| (e.code, e.text));
                Settlement::Refused(Refusal::new(code, text))
            }
            ReceiptStatus::Unknown => Settlement::AwaitingReceipt(Vec::new()),
        },
        Some(Err(_)) | None => Settlement::AwaitingReceipt(Vec::new()),
    }
}

/// Passes on only Nav's code, since Nav's text may repeat the document.
fn refused(response: &Response) -> Settlement {
    let document: Value = response.json().unwrap_or_default();
    let names = ["kode", "code", "errorType", "behandlingsStatus", "feilkode"].into_iter();
    let code = names
        .filter_map(|name| document[name].as_str().and_then(refuse::code))
        .next();
    if response.status == 409 && code == Some(DUPLICATE) {
        return Settlement::Delivered;
    }
    let status = response.status;
    let text = match (code, code.and_then(codes::card_error)) {
        (_, Some(text)) => text.to_owned(),
        (Some(code), None) => format!("Nav tok ikke imot meldingen ({status}, {code})."),
        (None, None) => match status {
            401 | 403 => format!("Nav slapp ikke Bindeledd inn ({status}). Se over nøkkelen i endepunktet til Nav."),
            404 | 405 => format!("Hos Nav er det ingenting på denne adressen ({status}). Se over endepunktet til Nav."),
            _ => format!("Nav tok ikke imot meldingen ({status})."),
        },
    };
    Settlement::Refused(Refusal::new(code.unwrap_or("http-status"), text))
}
