//! Texts from outside, and markup that is made in code.

use std::fmt;

use askama::filters::HtmlSafe;

/// Most characters that a page shows of one text.
const LONGEST: usize = 240;

/// A text from outside: a name, an id, a reason. It is bounded, has no line breaks, and has none of the characters that
/// turn the direction of reading. A text in a script from right to left is isolated from its surroundings.
///
/// It is a text and not markup: templates escape it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text(String);

impl Text {
    /// Makes a text of at most 240 characters.
    #[must_use]
    pub fn new(raw: &str) -> Self {
        Self::of_at_most(raw, LONGEST)
    }

    /// Makes a text of at most so many characters.
    #[must_use]
    pub fn of_at_most(raw: &str, longest: usize) -> Self {
        let mut out = String::new();
        let mut chars = raw.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
        let mut kept = chars.by_ref().filter(|c| is_shown(*c));
        out.extend(kept.by_ref().take(longest));
        if kept.next().is_some() {
            out.pop();
            out.push('…');
        }
        if out.chars().any(reads_from_right) {
            out = format!("\u{2068}{out}\u{2069}");
        }
        Self(out)
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl From<&str> for Text {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

impl From<String> for Text {
    fn from(raw: String) -> Self {
        Self::new(&raw)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns whether a page shows a character. Beside what no page shows, the marks without width that turn the direction of
/// reading are left out, and the mark of byte order.
fn is_shown(c: char) -> bool {
    bindeledd_page::is_printable(c) && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{feff}')
}

/// Returns a text with its lines, and without the characters that no page shows.
pub(crate) fn with_lines(raw: &str) -> String {
    raw.chars().filter(|c| *c == '\n' || is_shown(*c)).collect()
}

/// Returns whether a character belongs to a script that is read from right to left.
const fn reads_from_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Markup that is made in code. Only this crate makes it, from constants and escaped texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Html(String);

impl Html {
    /// Takes markup whose every part from outside is escaped already.
    pub(crate) const fn trusted(markup: String) -> Self {
        Self(markup)
    }

    /// Returns the markup.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

/// Escapes a text for an element's text or an attribute's value.
pub(crate) fn escaped(raw: &str) -> String {
    let mut html = bindeledd_page::Html::new();
    html.text(raw);
    html.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_bounded_and_turns_nothing_around() {
        assert_eq!(Text::new("a\u{202e}b\u{0}\nc").as_str(), "ab c");
        assert_eq!(with_lines("a\u{202e}b\u{0}\nc"), "ab\nc");
        assert_eq!(Text::of_at_most("abcdef", 4).as_str(), "abc…");
        assert_eq!(Text::of_at_most("abcd", 4).as_str(), "abcd");
        assert_eq!(Text::new("שלום").as_str(), "\u{2068}שלום\u{2069}");
        assert_eq!(Text::new(&"x".repeat(5000)).as_str().chars().count(), LONGEST);
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(
            escaped("<a href=\"'&'\">"),
            "&lt;a href=&quot;&#39;&amp;&#39;&quot;&gt;"
        );
    }
}
