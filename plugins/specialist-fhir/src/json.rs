//! Bytes to JSON within limits: size, depth, number of values, and no member named twice.

use std::fmt;

use crate::refusal::{Refused, refuse};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The largest document: coordination messages are small, but attachments that are left out come along with them.
pub(crate) const MAX_BYTES: usize = 8 * 1024 * 1024;
/// The deepest nesting. The deepest published message that is known has 16.
pub(crate) const MAX_DEPTH: usize = 40;
/// The most values, which bounds memory where size alone does not.
const MAX_VALUES: usize = 100_000;

const TWICE: &str = "same member twice";

/// Reads a document.
pub(crate) fn parse(body: &[u8]) -> Result<Value, Refused> {
    if body.len() > MAX_BYTES {
        return Err(refuse(
            "too-large",
            "Dokumentet er for stort. Send det på nytt uten vedlegg.",
        ));
    }
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    within_limits(body)?;
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = OnceEach.deserialize(&mut json).map_err(|e| unreadable(&e))?;
    json.end().map_err(|e| unreadable(&e))?;
    Ok(value)
}

fn unreadable(error: &serde_json::Error) -> Refused {
    let place = format!("linje {}, tegn {}", error.line(), error.column());
    // The parser's own words may repeat the document; only the place is told.
    if error.to_string().starts_with(TWICE) {
        return refuse(
            "duplicate-member",
            format!("Dokumentet har samme element to ganger ({place}), og det er ikke sikkert hva som gjelder."),
        );
    }
    refuse(
        "json",
        format!("Dokumentet er ikke lesbar JSON i UTF-8 ({place}). Send en FHIR R4-ressurs som application/fhir+json."),
    )
}

/// Counts nesting and values before anything is built, so that a hostile document costs one pass and no memory.
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

/// Builds a [`Value`] and refuses a member that is named twice: readers differ in which of the two they take.
struct OnceEach;

impl<'de> DeserializeSeed<'de> for OnceEach {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OnceEach {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        while let Some(item) = items.next_element_seed(Self)? {
            out.push(item);
        }
        Ok(Value::Array(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut out = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(Self)?;
            if out.insert(name, value).is_some() {
                return Err(A::Error::custom(TWICE));
            }
        }
        Ok(Value::Object(out))
    }
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
