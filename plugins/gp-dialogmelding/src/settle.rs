//! The meaning of Meldingstjener's answer for a delivery.

use bindeledd_sdk::catalogue::canonical_id;
use bindeledd_sdk::{Reference, Refusal, Response, Settlement};
use serde_json::{Map, Value};

/// Translates Meldingstjener's answer. Meldingstjener accepted the message only if it answers 201 (v2) or 202 (v3) with the id
/// that it assigned; then the receiver's AppRec settles the delivery. Any other success came from an intermediary.
pub(crate) fn settle(response: &Response) -> Settlement {
    let refused = |text: &str| Settlement::Refused(Refusal::new("transport", text));
    let later = Settlement::RetryAfter(response.retry_after());
    match response.status {
        _ if response.is_in_between() => later,
        201 | 202 => transport_id(response).map_or(later, |id| Settlement::AwaitingReceipt(vec![id])),
        // The token may have expired: the hub fetches a new one.
        200..=299 | 401 | 408 | 423 | 425 | 429 | 500..=599 => later,
        // The service answers errors in JSON; a few have no body.
        _ if !response.is_blank() && response.json::<Map<String, Value>>().is_none() => later,
        400 | 422 => refused(
            "Meldingstjeneren avviste meldingen som ugyldig. Kontroller HER-id for avsender og mottaker, og send på nytt.",
        ),
        403 => refused(
            "Meldingstjeneren gir ikke tilgang til å sende som denne avsenderen. Kontroller at HER-id og tilganger hører \
             sammen, og send på nytt.",
        ),
        404 => refused(
            "Meldingstjeneren kjenner ikke adressen eller mottakeren. Kontroller HER-id og adressen til tjenesten, og send \
             på nytt.",
        ),
        413 => refused("Meldingstjeneren sier at meldingen er for stor. Kort den ned og send på nytt."),
        status => Settlement::Refused(Refusal::new(
            "transport",
            format!(
                "Meldingstjeneren svarte {status} og tok ikke imot meldingen. Kontroller oppsettet av endepunktet."
            ),
        )),
    }
}

/// Returns the id that Meldingstjener assigned: a UUID in quotes, or in an object's `id`. This id is not the MsgId.
fn transport_id(response: &Response) -> Option<Reference> {
    let answer: Value = response.json()?;
    let id = answer.as_str().or_else(|| answer.get("id")?.as_str())?;
    let id = canonical_id(id);
    let shape = [8, 4, 4, 4, 12];
    let parts: Vec<&str> = id.split('-').collect();
    let fits = parts.len() == shape.len()
        && parts
            .iter()
            .zip(shape)
            .all(|(part, length)| part.len() == length && part.bytes().all(|b| b.is_ascii_hexdigit()));
    fits.then(|| Reference::new(crate::inbox::SCHEME, id))
}
