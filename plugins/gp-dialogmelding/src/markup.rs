//! Removes markup that was written as text, such as `<p>` inside CDATA. Some systems put their editor's HTML into a text element.

use std::borrow::Cow;

use crate::text::UNSEEN;

/// Elements that begin a new line.
const BLOCKS: [&str; 24] = [
    "p",
    "div",
    "br",
    "hr",
    "li",
    "ul",
    "ol",
    "table",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "section",
    "article",
    "dl",
    "dt",
    "dd",
    "body",
    "html",
];
/// Elements within a line.
const INLINE: [&str; 24] = [
    "a", "abbr", "b", "big", "center", "code", "del", "em", "font", "i", "img", "ins", "s", "small", "span", "strike",
    "strong", "sub", "sup", "tbody", "td", "th", "thead", "u",
];

/// Maximum length of a text that is searched for markup, in bytes. A longer text does not fit into a message in any case.
const MAX_BYTES: usize = 50_000;
/// Maximum length of a tag in characters. A `<` without a `>` within this length does not begin a tag.
const MAX_TAG: usize = 500;

/// Characters that editors write as named references.
const NAMED: [(&str, &str); 46] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("shy", ""),
    ("ensp", " "),
    ("emsp", " "),
    ("thinsp", " "),
    ("aring", "å"),
    ("Aring", "Å"),
    ("oslash", "ø"),
    ("Oslash", "Ø"),
    ("aelig", "æ"),
    ("AElig", "Æ"),
    ("auml", "ä"),
    ("Auml", "Ä"),
    ("ouml", "ö"),
    ("Ouml", "Ö"),
    ("uuml", "ü"),
    ("Uuml", "Ü"),
    ("eacute", "é"),
    ("Eacute", "É"),
    ("egrave", "è"),
    ("ecirc", "ê"),
    ("agrave", "à"),
    ("aacute", "á"),
    ("ocirc", "ô"),
    ("ograve", "ò"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("hellip", "…"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("bull", "•"),
    ("middot", "·"),
    ("deg", "°"),
    ("frac12", "½"),
    ("euro", "€"),
    ("sect", "§"),
    ("times", "×"),
];

/// Returns a text without its markup, with a line for each block. A text without markup, such as one with `<3`, stays
/// as it is.
pub(crate) fn unmarked(text: &str) -> Cow<'_, str> {
    if text.len() > MAX_BYTES || !is_marked_up(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut unseen: Option<String> = None;
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        let (said, length) = if let Some(tag) = tag(from) {
            let said = if unseen.is_none() { tag.said() } else { "" };
            match &unseen {
                None if tag.opens(&UNSEEN) => unseen = Some(tag.name.clone()),
                Some(open) if !tag.is_open && *open == tag.name => unseen = None,
                None | Some(_) => {}
            }
            (said.to_owned(), tag.length)
        } else if let Some((said, length)) = named(from) {
            (said, length)
        } else {
            (from[..1].to_owned(), 1)
        };
        if unseen.is_none() {
            out.push_str(before);
            // Two adjacent blocks are separated by one line break.
            let begins = out.trim_end_matches(' ').ends_with('\n');
            let begun = said.strip_prefix('\n').filter(|_| begins);
            out.push_str(begun.unwrap_or(&said));
        }
        rest = &from[length..];
    }
    if unseen.is_none() {
        out.push_str(rest);
    }
    Cow::Owned(out)
}

/// Returns true if an editor wrote the text: the text closes an HTML element, or contains a line break element.
fn is_marked_up(text: &str) -> bool {
    let mut tags = text.match_indices('<').filter_map(|(at, _)| tag(&text[at..]));
    tags.any(|tag| !tag.is_open || matches!(tag.name.as_str(), "br" | "hr"))
}

struct Tag {
    /// The element's name in small letters; empty for a comment.
    name: String,
    is_open: bool,
    length: usize,
}

impl Tag {
    fn opens(&self, names: &[&str]) -> bool {
        self.is_open && names.contains(&self.name.as_str())
    }

    /// Returns the text that replaces the tag.
    fn said(&self) -> &'static str {
        match self.name.as_str() {
            "li" if self.is_open => "\n- ",
            "td" | "th" if self.is_open => " ",
            name if BLOCKS.contains(&name) => "\n",
            _ => "",
        }
    }
}

/// Reads the HTML tag at the beginning of a text.
fn tag(from: &str) -> Option<Tag> {
    if let Some(comment) = from.strip_prefix("<!--") {
        let mut ends = comment.as_bytes().windows(3).take(4 * MAX_TAG);
        let length = 4 + ends.position(|end| end == b"-->")? + 3;
        let name = String::new();
        let is_open = true;
        return Some(Tag { name, is_open, length });
    }
    let inside = from.strip_prefix('<')?;
    let (is_open, inside) = inside
        .strip_prefix('/')
        .map_or((true, inside), |inside| (false, inside));
    let name = inside.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    let known = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    if !(known(&BLOCKS) || known(&INLINE) || known(&UNSEEN)) {
        return None;
    }
    let after = &inside[name.len()..];
    if !after.starts_with(['>', '/', ' ', '\n', '\t', '\r']) {
        return None;
    }
    let mut quote = None;
    let end = after.char_indices().take(MAX_TAG).find(|(_, c)| match quote {
        Some(open) if open == *c => {
            quote = None;
            false
        }
        Some(_) => false,
        None if matches!(c, '"' | '\'') => {
            quote = Some(*c);
            false
        }
        None => *c == '>',
    });
    let (end, _) = end?;
    Some(Tag {
        name: name.to_ascii_lowercase(),
        is_open,
        length: from.len() - after.len() + end + 1,
    })
}

/// Reads a character reference, by name or number, at the beginning of a text.
fn named(from: &str) -> Option<(String, usize)> {
    let inside = from.strip_prefix('&')?;
    let end = inside.bytes().take(9).position(|b| b == b';').filter(|end| *end >= 2)?;
    let name = &inside[..end];
    let length = end + 2;
    if let Some(number) = name.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        let c = char::from_u32(number).filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))?;
        return Some((c.to_string(), length));
    }
    let known = NAMED.iter().find(|(known, _)| *known == name)?;
    Some((known.1.to_owned(), length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tidy;

    #[test]
    fn an_editors_markup_becomes_lines() {
        for (raw, plain) in [
            ("<p>Hun f&aring;r til to dager.</p>", "Hun får til to dager."),
            (
                "<DIV style=\"a > b\">En<BR/>To &amp; tre<br>fire</DIV><p>Fem</p>",
                "En\nTo & tre\nfire\nFem",
            ),
            (
                "<html><head><title>Notat</title><style>p{}</style></head><body><ul><li>en</li><li>to</li></ul></body></html>",
                "- en\n- to",
            ),
            (
                "<b>Viktig:</b> <span class='x'>m&#248;te</span> kl&#xA0;9",
                "Viktig: møte kl\u{a0}9",
            ),
            ("<!-- skjult --><p>Synlig</p>", "Synlig"),
            (
                "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
                "a b\nc",
            ),
            ("Kreatinin <90 og >50<br/>CRP < 5", "Kreatinin <90 og >50\nCRP < 5"),
        ] {
            assert_eq!(tidy(&unmarked(raw)), plain, "{raw}");
        }
    }

    #[test]
    fn what_a_person_wrote_stands_as_it_is() {
        for raw in [
            "Vi ses <3 og a<b og c>d",
            "Hun sa &aring; og <p> uten mer",
            "AT&T; R&D",
            "<sitat>ikke html</sitat>",
            "x </",
            "<",
            "&",
            "<br uten slutt",
        ] {
            assert_eq!(unmarked(raw), raw);
        }
        assert_eq!(unmarked("<i>a</i> &ukjent; &#1; &;"), "a &ukjent; &#1; &;");
    }
}
