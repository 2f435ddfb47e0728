//! The text of a file or a body: UTF-8, with or without a byte order mark. An error names the encoding that the bytes seem to have
//! instead.

use std::fmt;

/// The byte order mark that some editors and shells write before a text in UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The reason why bytes are not UTF-8 text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-16, which some programs on Windows save as "Unicode".
    Utf16,
    /// UTF-32.
    Utf32,
    /// Bytes that UTF-8 does not allow, such as letters in ISO 8859-1.
    Unknown {
        /// Line of the first such byte, from 1.
        line: usize,
        /// Column of that byte, counted in bytes.
        column: usize,
    },
}

impl Encoding {
    /// Returns the encoding's name, or `None` if it is unknown.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Utf16 => Some("UTF-16"),
            Self::Utf32 => Some("UTF-32"),
            Self::Unknown { .. } => None,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utf16 | Self::Utf32 => write!(f, "it is {}, not UTF-8", self.name().unwrap_or_default()),
            Self::Unknown { line, column } => write!(f, "it is not UTF-8 (line {line} column {column})"),
        }
    }
}

impl std::error::Error for Encoding {}

/// Removes a byte order mark.
#[must_use]
pub fn without_mark(mut bytes: &[u8]) -> &[u8] {
    // A text has two marks if a program wrote its own before an existing one.
    while let Some(rest) = bytes.strip_prefix(MARK) {
        bytes = rest;
    }
    bytes
}

/// Returns the text of a file or a body, without its byte order mark.
///
/// # Errors
/// The bytes are not UTF-8; the error names their encoding if the bytes reveal it.
pub fn text(bytes: &[u8]) -> Result<&str, Encoding> {
    let bytes = without_mark(bytes);
    // If a text begins with a letter or a bracket, the zero bytes reveal the width of a character.
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, 1..=255, ..] | [1..=255, 0, 0, 0, ..] => {
            return Err(Encoding::Utf32);
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..] => return Err(Encoding::Utf16),
        _ => {}
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.len() - before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1) + 1;
        Encoding::Unknown { line, column }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide<const N: usize>(text: &str, mark: &[u8], unit: fn(u16) -> [u8; N]) -> Vec<u8> {
        mark.iter().copied().chain(text.encode_utf16().flat_map(unit)).collect()
    }

    #[test]
    fn a_mark_is_passed_over_and_other_encodings_have_names() {
        assert_eq!(text(b"\xef\xbb\xbf{}"), Ok("{}"));
        assert_eq!(text(b"\xef\xbb\xbf\xef\xbb\xbf{}"), Ok("{}"));
        assert_eq!(text(b""), Ok(""));
        assert_eq!(text("blåbær".as_bytes()), Ok("blåbær"));
        for (mark, unit) in [
            (&b"\xff\xfe"[..], u16::to_le_bytes as fn(u16) -> [u8; 2]),
            (b"", u16::to_le_bytes),
            (b"\xfe\xff", u16::to_be_bytes),
            (b"", u16::to_be_bytes),
        ] {
            assert_eq!(text(&wide("{\"a\": 1}", mark, unit)), Err(Encoding::Utf16), "{mark:?}");
        }
        let four = |unit: u16| u32::from(unit).to_le_bytes();
        assert_eq!(text(&wide("{}", b"\xff\xfe\0\0", four)), Err(Encoding::Utf32));
        assert_eq!(
            text(&wide("{}", b"", |unit| u32::from(unit).to_be_bytes())),
            Err(Encoding::Utf32)
        );
        assert_eq!(
            text(b"{\n \"a\": \"bl\xe5\"}"),
            Err(Encoding::Unknown { line: 2, column: 10 })
        );
    }
}
