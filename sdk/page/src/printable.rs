//! The characters that a page shows.

/// Returns true if a page or a letter shows this character.
///
/// Control characters are left out, and so are marks that turn the direction of reading: the catalogue removes the same
/// marks from every message. The two code points that no XML document can carry are left out too. Characters without
/// width stay, since some scripts need them.
#[must_use]
pub fn is_printable(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let no_character = matches!(c, '\u{fffe}' | '\u{ffff}');
    !c.is_control() && !turns && !no_character
}

/// Returns the printable characters of a text with its tabs and line breaks. Every line break becomes `\n`.
pub(crate) fn printable(text: &str) -> impl Iterator<Item = char> {
    let mut chars = text.chars().peekable();
    std::iter::from_fn(move || {
        loop {
            match chars.next()? {
                '\r' if chars.peek() == Some(&'\n') => {}
                '\r' => return Some('\n'),
                c if is_printable(c) || matches!(c, '\n' | '\t') => return Some(c),
                _ => {}
            }
        }
    })
}
