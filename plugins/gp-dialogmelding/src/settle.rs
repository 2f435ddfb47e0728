//! What Meldingstjener's answer means for a delivery.

use bindeledd_sdk::{Reference, Refusal, Response, Settlement};

/// Once Meldingstjener has taken a message, only its receiver's AppRec settles it.
pub(crate) fn settle(response: &Response) -> Settlement {
    let refused = |text: &str| Settlement::Refused(Refusal::new("transport", text));
    match response.status {
        // v2 answers 201, v3 202.
        201 | 202 => Settlement::AwaitingReceipt(transport_id(&response.body).into_iter().collect()),
        200..=299 => Settlement::AwaitingReceipt(Vec::new()),
        // The token may just have run out: the hub fetches a new one.
        401 | 408 | 423 | 425 | 429 | 500..=599 => Settlement::RetryAfter(response.retry_after()),
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

/// The id that Meldingstjener gave the message: a UUID in quotes. It is not MsgId.
fn transport_id(body: &[u8]) -> Option<Reference> {
    let id: String = serde_json::from_slice(body).ok()?;
    let shape = [8, 4, 4, 4, 12];
    let parts: Vec<&str> = id.split('-').collect();
    let fits = parts.len() == shape.len()
        && parts
            .iter()
            .zip(shape)
            .all(|(part, length)| part.len() == length && part.bytes().all(|b| b.is_ascii_hexdigit()));
    fits.then(|| Reference::new(crate::inbox::SCHEME, id.to_ascii_lowercase()))
}
