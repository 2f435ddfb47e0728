//! Refusals of documents and messages, in Norwegian, and never with their content.

use bindeledd_sdk::Refusal;

/// The reason why a document or a message is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    code: &'static str,
    text: String,
}

impl Problem {
    pub(crate) fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }

    pub(crate) fn missing(place: &str, expected: &str) -> Self {
        Self::new("missing", format!("Feltet {place} mangler: ventet {expected}."))
    }

    pub(crate) fn invalid(place: &str, expected: &str) -> Self {
        Self::new("invalid", format!("Feltet {place} er ikke riktig: ventet {expected}."))
    }

    pub(crate) fn unknown_code(place: &str, raw: &str, what: &str) -> Self {
        // A text is repeated only if it looks like a code, since any other text may be personal data.
        let code = code(raw).map_or_else(String::new, |code| format!(" «{code}»"));
        Self::new(
            "unknown-code",
            format!("Feltet {place} har en kode{code} som Bindeledd ikke kjenner: ventet {what}."),
        )
    }

    pub(crate) fn only_by_hub(place: &str) -> Self {
        Self::new(
            "by-hub-only",
            format!("Feltet {place} er en beskjed som bare Bindeledd lager. Den tas ikke imot fra andre."),
        )
    }

    pub(crate) fn into_refusal(self) -> Refusal {
        Refusal::new(self.code, self.text)
    }
}

/// Returns a text that looks like one of Nav's codes, which is not personal data.
pub(crate) fn code(raw: &str) -> Option<&str> {
    let ok = (2..=60).contains(&raw.len())
        && raw.starts_with(|c: char| c.is_ascii_alphabetic())
        && raw
            .bytes()
            .all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'0'..=b'9'))
        && raw.bytes().filter(u8::is_ascii_digit).count() < 6;
    ok.then_some(raw)
}
