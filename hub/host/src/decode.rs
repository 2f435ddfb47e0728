//! Text documents, decoded for the guest: most languages of guests know UTF-8 alone, and Norwegian systems still send ISO 8859-1.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use crate::wire::ContentIn;

/// A body in the form that a guest gets: text if its media type is one and it decodes, else bytes.
pub(crate) enum Decoded<'a> {
    Text(Cow<'a, str>),
    Bytes(&'a [u8]),
}

impl Decoded<'_> {
    pub(crate) fn content(&self) -> ContentIn<'_> {
        match self {
            Self::Text(text) => ContentIn::Text(text),
            Self::Bytes(bytes) => ContentIn::Bytes(bytes),
        }
    }
}

/// Decodes a body by its byte order mark, the charset of its media type or its XML declaration, in this order, else as UTF-8. A body
/// that is not in its charset stays bytes, and so does one of a charset that nobody knows: the adapter refuses it in its own words.
pub(crate) fn decoded<'a>(media_type: &str, body: &'a [u8]) -> Decoded<'a> {
    let media_type = media_type.to_ascii_lowercase();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !is_text(essence) {
        return Decoded::Bytes(body);
    }
    let (encoding, body_of_text) = match Encoding::for_bom(body) {
        Some((encoding, mark)) => (Some(encoding), body.get(mark..).unwrap_or_default()),
        None => {
            let declared = || is_xml(essence).then(|| xml_encoding(body)).flatten();
            let label = charset(&media_type).map(str::to_owned).or_else(declared);
            let encoding = label.map_or(Some(UTF_8), |label| Encoding::for_label(label.as_bytes()));
            (encoding, body)
        }
    };
    let text = encoding.and_then(|it| it.decode_without_bom_handling_and_without_replacement(body_of_text));
    text.map_or(Decoded::Bytes(body), Decoded::Text)
}

fn is_xml(essence: &str) -> bool {
    matches!(essence, "application/xml" | "text/xml") || essence.ends_with("+xml")
}

fn is_text(essence: &str) -> bool {
    essence.starts_with("text/") || essence == "application/json" || essence.ends_with("+json") || is_xml(essence)
}

/// Returns the charset that a media type names.
fn charset(media_type: &str) -> Option<&str> {
    media_type.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        (name.trim() == "charset").then(|| value.trim().trim_matches('"'))
    })
}

/// Returns the encoding that an XML declaration names. The declaration is ASCII in every encoding without a byte order mark that XML
/// allows besides UTF-16.
fn xml_encoding(body: &[u8]) -> Option<String> {
    let head = body.get(..body.len().min(200)).unwrap_or_default();
    let head = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(head.get(..end)?).ok()?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(media_type: &str, body: &[u8]) -> Option<String> {
        match decoded(media_type, body) {
            Decoded::Text(text) => Some(text.into_owned()),
            Decoded::Bytes(bytes) => {
                assert_eq!(bytes, body);
                None
            }
        }
    }

    #[test]
    fn a_text_is_decoded_by_what_names_its_charset() {
        for (media_type, body) in [
            ("text/plain", "blå".as_bytes()),
            ("text/csv; charset=iso-8859-1", b"bl\xe5"),
            ("Text/CSV; header=present; Charset=\"ISO-8859-1\"", b"bl\xe5"),
            ("application/json", b"\xef\xbb\xbfbl\xc3\xa5"),
            ("text/plain; charset=iso-8859-1", b"\xef\xbb\xbfbl\xc3\xa5"),
            ("text/plain", b"\xff\xfeb\0l\0\xe5\0"),
            ("application/vnd.x+json; charset=utf-8", "blå".as_bytes()),
        ] {
            assert_eq!(text(media_type, body).as_deref(), Some("blå"), "{media_type}");
        }
    }

    #[test]
    fn xml_names_its_encoding_itself_unless_its_transport_does() {
        let body = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>bl\xe5</a>";
        for media_type in ["application/xml", "text/xml", "application/x+xml"] {
            assert!(
                text(media_type, body).is_some_and(|text| text.ends_with("<a>blå</a>")),
                "{media_type}"
            );
        }
        assert_eq!(text("application/xml; charset=utf-8", body), None);
        assert_eq!(text("text/plain", body), None, "no XML");
        let plain = "<?xml version=\"1.0\"?><a>blå</a>";
        assert_eq!(text("application/xml", plain.as_bytes()).as_deref(), Some(plain));
    }

    #[test]
    fn what_is_no_text_or_does_not_decode_stays_bytes() {
        for (media_type, body) in [
            ("application/pdf", &b"%PDF"[..]),
            ("", b"{}"),
            ("text/plain", b"bl\xe5"),
            ("text/plain; charset=klingon", b"x"),
            ("application/json", b"\xff"),
        ] {
            assert_eq!(text(media_type, body), None, "{media_type}");
        }
    }
}
