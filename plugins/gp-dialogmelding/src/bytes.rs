//! Decodes bytes into text: UTF-8, UTF-16, or ISO-8859-1 and -15 if the document or its sender declares them.

use std::borrow::Cow;

/// Largest document that is read, in bytes; Meldingstjener's own limit is about the same.
pub(crate) const MAX_BYTES: usize = 5 * 1024 * 1024;

/// Decodes a document; `None` if no encoding fits its bytes.
///
/// Valid UTF-8 counts as UTF-8, whatever the document declares, since transports transcode and keep the old declaration. Text in
/// ISO-8859-1 with a letter such as `å` is not valid UTF-8.
pub(crate) fn decode<'a>(body: &'a [u8], media_type: &str) -> Option<Cow<'a, str>> {
    if let Some(rest) = body.strip_prefix(b"\xef\xbb\xbf") {
        return std::str::from_utf8(rest).ok().map(Cow::Borrowed);
    }
    match body {
        [0xfe, 0xff, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        // Without a byte order mark, the zero byte next to `<` shows the encoding.
        [0, b'<', ..] => return utf16(body, u16::from_be_bytes),
        [b'<', 0, ..] => return utf16(body, u16::from_le_bytes),
        _ => {}
    }
    if let Ok(text) = std::str::from_utf8(body) {
        return Some(Cow::Borrowed(text));
    }
    let named = [charset(media_type), declared(body)];
    let letters = named.iter().flatten().find_map(|name| one_byte(name))?;
    Some(Cow::Owned(body.iter().map(letters).collect()))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Cow<'static, str>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let decoded: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    decoded.ok().map(Cow::Owned)
}

/// Returns the charset parameter of a media type.
fn charset(media_type: &str) -> Option<String> {
    media_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    })
}

/// Returns the encoding in the XML declaration, which is ASCII in every encoding that is supported here.
fn declared(body: &[u8]) -> Option<String> {
    let start: String = body.iter().take(200).map(|byte| char::from(*byte)).collect();
    let declaration = start.trim_start().strip_prefix("<?xml")?.split("?>").next()?.to_owned();
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next().map(str::to_ascii_lowercase)
}

/// Returns the decoder of an encoding with one byte per letter.
fn one_byte(name: &str) -> Option<fn(&u8) -> char> {
    match name {
        "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "latin-1" | "windows-1252" | "cp1252" => {
            Some(windows_1252)
        }
        "iso-8859-15" | "iso8859-15" | "iso_8859-15" | "latin9" | "latin-9" => Some(latin_9),
        _ => None,
    }
}

/// Decodes a byte of ISO-8859-15, which differs from ISO-8859-1 in eight letters.
fn latin_9(byte: &u8) -> char {
    match byte {
        0xa4 => '€',
        0xa6 => 'Š',
        0xa8 => 'š',
        0xb4 => 'Ž',
        0xb8 => 'ž',
        0xbc => 'Œ',
        0xbd => 'œ',
        0xbe => 'Ÿ',
        _ => windows_1252(byte),
    }
}

/// Decodes a byte of windows-1252, which systems also send under the name ISO-8859-1.
fn windows_1252(byte: &u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(*byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &[u8], media_type: &str) -> Option<String> {
        decode(body, media_type).map(Cow::into_owned)
    }

    #[test]
    fn the_encoding_comes_from_the_mark_the_bytes_the_transport_or_the_declaration() {
        assert_eq!(text(b"\xef\xbb\xbf<a/>", ""), Some("<a/>".into()));
        assert_eq!(
            text("<a>å</a>".as_bytes(), "text/xml; charset=ISO-8859-1"),
            Some("<a>å</a>".into())
        );
        assert_eq!(
            text(b"<a>\xe5\x80</a>", "text/xml; Charset=\"ISO-8859-1\""),
            Some("<a>å€</a>".into())
        );
        let declared = b"<?xml version='1.0' encoding='Windows-1252'?><a>\xe5</a>";
        assert_eq!(
            text(declared, "application/xml"),
            Some("<?xml version='1.0' encoding='Windows-1252'?><a>å</a>".into())
        );
        assert_eq!(text(b"\xff\xfe<\0a\0/\0>\0", ""), Some("<a/>".into()));
        assert_eq!(text(b"\xfe\xff\0<\0a\0/\0>", ""), Some("<a/>".into()));
        assert_eq!(text(b"<\0a\0/\0>\0", ""), Some("<a/>".into()));
        assert_eq!(text(b"\0<\0a\0/\0>", ""), Some("<a/>".into()));
        assert_eq!(
            text(b"<a>\xa4 \xe5 \xa8</a>", "text/xml; charset=ISO-8859-15"),
            Some("<a>€ å š</a>".into())
        );
    }

    #[test]
    fn bytes_that_no_encoding_fits_are_no_text() {
        assert_eq!(
            text(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>\xe5</a>", "text/xml"),
            None
        );
        assert_eq!(text(b"<a>\xe5</a>", "text/xml; charset=ebcdic"), None);
        assert_eq!(text(b"\xff\xfe<", ""), None);
    }
}
