//! Extracts text from elements that may contain markup, and cleans it.

use roxmltree::Node;

/// Elements that begin a new line.
const BLOCKS: [&str; 16] = [
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "table",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "blockquote",
    "pre",
    "section",
    "dt",
];
/// Elements whose text is never shown.
pub(crate) const UNSEEN: [&str; 4] = ["script", "style", "head", "title"];

/// Returns the text of an element, with a line for each block of markup.
pub(crate) fn raw(node: Node<'_, '_>) -> String {
    let mut out = String::new();
    let line = |out: &mut String| {
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
    };
    for n in node.descendants().skip(1) {
        if n.is_element() {
            let name = n.tag_name().name();
            if BLOCKS.contains(&name) {
                line(&mut out);
            }
            if name == "li" {
                out.push_str("- ");
            } else if matches!(name, "td" | "th") && !out.ends_with('\n') {
                out.push(' ');
            }
        } else if n.is_text() && !n.parent().is_some_and(|p| UNSEEN.contains(&p.tag_name().name())) {
            let after_block = n
                .prev_sibling_element()
                .is_some_and(|before| BLOCKS.contains(&before.tag_name().name()));
            if after_block {
                line(&mut out);
            }
            out.push_str(n.text().unwrap_or_default());
        }
    }
    out
}

/// Cleans a person's text: no white space at line ends, at most one empty line in a row, no control characters.
pub(crate) fn tidy(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut empty = false;
    for line in raw.lines() {
        let line = line.trim();
        if line.is_empty() {
            empty = !out.is_empty();
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty { "\n\n" } else { "\n" });
        }
        empty = false;
        out.extend(line.chars().map(|c| if is_text(c) { c } else { ' ' }));
    }
    out.trim().to_owned()
}

/// Returns a text on one line, of at most 200 characters; `None` if nothing remains.
pub(crate) fn one_line(raw: &str) -> Option<String> {
    let spaced: String = raw.chars().map(|c| if is_text(c) { c } else { ' ' }).collect();
    let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(200).collect();
    let short = short.trim();
    (!short.is_empty()).then(|| short.to_owned())
}

fn is_text(c: char) -> bool {
    c == '\t' || (!c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(xml: &str) -> String {
        tidy(&raw(roxmltree::Document::parse(xml).unwrap().root_element()))
    }

    #[test]
    fn markup_becomes_lines() {
        let xml = "<t><h1>Status</h1><p>Første <b>viktige</b> linje.</p>Etter<br/>ny linje\
                   <ul><li>en</li><li>to</li></ul><style>p{}</style><table><tr><td>a</td><td>b</td></tr></table></t>";
        assert_eq!(
            read(xml),
            "Status\nFørste viktige linje.\nEtter\nny linje\n- en\n- to\na b"
        );
    }

    #[test]
    fn plain_text_keeps_its_lines() {
        assert_eq!(
            read("<t>\n   En  \n\n\n  To &lt;3<!-- x --> tre\u{85}</t>"),
            "En\n\nTo <3 tre"
        );
    }

    #[test]
    fn a_short_text_is_one_line() {
        assert_eq!(one_line(" Inga \n Fos\tValda "), Some("Inga Fos Valda".into()));
        assert_eq!(one_line(" \n"), None);
        assert_eq!(one_line(&"å".repeat(300)).map(|s| s.chars().count()), Some(200));
    }
}
