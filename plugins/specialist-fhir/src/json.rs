//! Parses bytes as JSON, within limits of size, depth and number of values.

use bindeledd_sdk::catalogue::encoding::without_mark;
use bindeledd_sdk::catalogue::json::{self, JsonError, JsonFault};
use serde_json::Value;

use crate::refusal::{Refused, refuse};

/// Maximum size of a document, in bytes. Coordination messages are small, but may come with attachments, which are left out.
pub(crate) const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Maximum depth of nesting. The deepest published message has 16 levels.
pub(crate) const MAX_DEPTH: usize = 40;
/// Maximum number of values, which bounds the memory.
const MAX_VALUES: usize = 100_000;

/// Reads a document.
pub(crate) fn parse(body: &[u8]) -> Result<Value, Refused> {
    if body.len() > MAX_BYTES {
        return Err(refuse(
            "too-large",
            "Dokumentet er for stort. Send det på nytt uten vedlegg.",
        ));
    }
    let body = without_mark(body);
    within_limits(body)?;
    json::parse(body).map_err(|e| unreadable(&e))
}

fn unreadable(error: &JsonError) -> Refused {
    match error.fault {
        JsonFault::Twice => refuse("duplicate-member", error.in_norwegian()),
        JsonFault::Encoding(_) => refuse("json", error.in_norwegian()),
        JsonFault::CutOff | JsonFault::Syntax | JsonFault::Shape => {
            let advice = "Send en FHIR R4-ressurs som application/fhir+json.";
            refuse("json", format!("{} {advice}", error.in_norwegian()))
        }
    }
}

/// Counts levels and values before parsing, so that a hostile document costs one pass and no memory.
fn within_limits(body: &[u8]) -> Result<(), Refused> {
    let (mut depth, mut values, mut in_text, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in body {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => {
                depth += 1;
                values += 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(refuse(
                "too-deep",
                "Dokumentet er nøstet for dypt til å være en melding.",
            ));
        }
        if values > MAX_VALUES {
            return Err(refuse(
                "too-large",
                "Dokumentet har for mange elementer til å være en melding.",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &[u8]) -> String {
        parse(body).unwrap_err().code
    }

    #[test]
    fn what_is_no_plain_json_is_refused_within_the_limits() {
        assert_eq!(code(b"{\"a\": 1, \"a\": 2}"), "duplicate-member");
        assert_eq!(code(b"{\"a\": [{\"b\": 1, \"b\": 1}]}"), "duplicate-member");
        assert_eq!(code(b"{\"a\": "), "json");
        assert_eq!(code(b"{} {}"), "json");
        assert_eq!(code(b"{\"a\": \"\xff\"}"), "json");
        assert_eq!(code("[".repeat(200_000).as_bytes()), "too-deep");
        assert_eq!(code(format!("[{}0]", "0,".repeat(200_000)).as_bytes()), "too-large");
        assert_eq!(code(&vec![b' '; MAX_BYTES + 1]), "too-large");
    }

    #[test]
    fn brackets_inside_text_do_not_count() {
        let text = format!("{{\"a\": \"{}\\\"{}\"}}", "[".repeat(1000), "{,".repeat(200_000));
        assert!(parse(text.as_bytes()).is_ok());
        assert_eq!(
            parse(b"\xef\xbb\xbf{\"a\": [1, -2, 0.5, null, true]}").unwrap()["a"][2],
            0.5
        );
    }
}
