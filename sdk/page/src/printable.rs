//! The characters that a page shows.

/// Whether a page or a letter shows this character.
///
/// It leaves out control characters, marks that turn the direction of reading (the catalogue takes the same ones out of every
/// message), and the two code points that no XML document can carry. Characters without width stay: some scripts need them.
#[must_use]
pub fn is_printable(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let no_character = matches!(c, '\u{fffe}' | '\u{ffff}');
    !c.is_control() && !turns && !no_character
}

/// The printable characters of a text, its tabs, and its line breaks, each of them as `\n`.
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
