//! Text in an XML document. An XML reader gets the same characters back.
//!
//! Each control character that XML can not carry becomes a space.

/// Writes text as the content of an element.
pub fn content(out: &mut String, text: impl IntoIterator<Item = char>) {
    for c in text {
        match c {
            '"' | '\'' | '\n' | '\t' => out.push(c),
            c => push(out, c),
        }
    }
}

/// Writes text as the value of an attribute between double quotation marks. Line breaks and tabs become character
/// references, since XML readers turn bare ones into spaces.
pub fn attribute(out: &mut String, value: impl IntoIterator<Item = char>) {
    for c in value {
        match c {
            '\'' => out.push(c),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c => push(out, c),
        }
    }
}

/// Writes one character so that it stays text in every position: between tags and inside either quotation mark.
pub(crate) fn push(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        '\r' => out.push_str("&#13;"),
        '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push(' '),
        c => out.push(c),
    }
}
