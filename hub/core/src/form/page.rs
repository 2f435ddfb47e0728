//! The page as HTML: one file with all it needs in itself, to be shown on a screen and printed for a pen.

use super::{Language, Line};

/// No script, no picture, no font: nothing is fetched, whatever a browser is told to.
const HEAD: &str = r#"<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="referrer" content="no-referrer"/>
<meta name="robots" content="noindex, nofollow"/>
"#;

const STYLE: &str = "@page { size: A4; margin: 20mm 22mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 42rem; color: #000; background: #fff;
  font: 12pt/1.5 'Source Sans 3', 'Liberation Sans', Arial, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 18pt; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 13pt; margin: 1.5rem 0 .4rem; break-after: avoid; }
p { margin: 0 0 .6rem; }
ul { margin: 0 0 .8rem; padding-left: 1.2rem; }
li { break-inside: avoid; }
.choices { list-style: none; padding-left: 0; }
.choices li { position: relative; padding-left: 1.9rem; margin-bottom: .35rem; }
.choices li::before { content: ''; position: absolute; left: 0; top: .2em; width: 1.1em; height: 1.1em; border: 1.2pt solid #000; }
.blank { display: flex; gap: .6rem; align-items: end; min-height: 2.6rem; margin: 0; break-inside: avoid; }
.blank::after { content: ''; flex: 1; border-bottom: .8pt solid #000; }
section { break-inside: auto; }
@media print { body { padding: 0; max-width: none; } .signature { break-inside: avoid; } }
";

/// The same words as [`super::to_text`], in the same order, as HTML that is XML as well. What is ticked and filled in by hand is
/// empty boxes and lines: nothing is ticked beforehand, and nothing can be on a screen.
#[must_use]
pub fn to_page(lines: &[Line], language: Language) -> String {
    let mut page = Page {
        html: String::with_capacity(8 * 1024),
        list: None,
        in_section: false,
    };
    let lang = language.code();
    page.raw(&format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\" xml:lang=\"{lang}\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n{HEAD}"
    ));
    if let Some(Line::Title(title)) = lines.first() {
        page.element("title", title);
    }
    page.raw(&format!("<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"));
    let signature = lines.iter().position(|line| matches!(line, Line::Blank(_)));
    // The heading that the first blank stands under: from there on it is kept on one sheet.
    let signature = signature.and_then(|blank| lines[..blank].iter().rposition(|l| matches!(l, Line::Heading(_))));
    for (place, line) in lines.iter().enumerate() {
        page.line(line, signature == Some(place));
    }
    page.end_list();
    page.end_section();
    page.raw("</main>\n</body>\n</html>\n");
    page.html
}

struct Page {
    html: String,
    list: Option<&'static str>,
    in_section: bool,
}

impl Page {
    fn line(&mut self, line: &Line, begins_signature: bool) {
        let list = match line {
            Line::Item(_) => Some("<ul>\n"),
            Line::Choice(_) => Some("<ul class=\"choices\">\n"),
            Line::Title(_) | Line::Heading(_) | Line::Text(_) | Line::Blank(_) => None,
        };
        if self.list != list {
            self.end_list();
            if let Some(begin) = list {
                self.raw(begin);
            }
            self.list = list;
        }
        match line {
            Line::Title(words) => self.element("h1", words),
            Line::Heading(words) => {
                self.end_section();
                self.raw(if begins_signature {
                    "<section class=\"signature\">\n"
                } else {
                    "<section>\n"
                });
                self.in_section = true;
                self.element("h2", words);
            }
            Line::Text(words) => self.element("p", words),
            Line::Item(words) | Line::Choice(words) => self.element("li", words),
            Line::Blank(words) => {
                self.raw("<p class=\"blank\">");
                self.text(words);
                self.raw(":</p>\n");
            }
        }
    }

    fn end_list(&mut self) {
        if self.list.take().is_some() {
            self.raw("</ul>\n");
        }
    }

    fn end_section(&mut self) {
        if std::mem::take(&mut self.in_section) {
            self.raw("</section>\n");
        }
    }

    fn raw(&mut self, markup: &str) {
        self.html.push_str(markup);
    }

    fn element(&mut self, name: &str, words: &str) {
        self.raw(&format!("<{name}>"));
        self.text(words);
        self.raw(&format!("</{name}>\n"));
    }

    /// Words, with nothing in them that could be markup: a party's name is what somebody wrote.
    fn text(&mut self, words: &str) {
        for c in words.chars() {
            match c {
                '&' => self.raw("&amp;"),
                '<' => self.raw("&lt;"),
                '>' => self.raw("&gt;"),
                '"' => self.raw("&quot;"),
                '\'' => self.raw("&#39;"),
                '\n' | '\t' => self.html.push(c),
                // Marks that turn the direction of reading, and code points that XML cannot carry.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => {}
                c if c.is_control() => {}
                c => self.html.push(c),
            }
        }
    }
}
