//! A letter as a page: HTML that is XML as well, with all it needs in itself, for A4.

use crate::letter::{Entry, Letter, Said, printable};

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
  font: 11pt/1.5 'Source Sans 3', 'Liberation Sans', Arial, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 17pt; line-height: 1.25; margin: 1.5rem 0 1rem; }
h2 { font-size: 12pt; margin: 1.5rem 0 .4rem; break-after: avoid; }
p { margin: 0 0 .5rem; }
dl { margin: 0; }
dt { font-weight: bold; break-after: avoid; }
dd { margin: 0 0 .6rem; white-space: pre-wrap; }
ul { margin: 0 0 .6rem; padding-left: 1.2rem; }
ul, .nested, .nested > dl { white-space: normal; }
li { white-space: pre-wrap; break-inside: avoid; }
.pairs { display: grid; grid-template-columns: max-content 1fr; column-gap: 1rem; }
.pairs dd { margin-bottom: .1rem; }
.letterhead { display: flex; justify-content: space-between; gap: 2rem; border-bottom: 1pt solid #000; padding-bottom: .8rem; }
.sender { font-size: 14pt; font-weight: bold; }
.to { margin-top: 1.5rem; }
.nested { margin-left: 1rem; padding-left: .8rem; border-left: 1.5pt solid #555; }
.withheld, .privacy { border: 1pt solid #000; padding: .6rem .8rem; break-inside: avoid; }
.privacy { margin-top: 2rem; font-size: 9.5pt; }
.privacy h2 { margin-top: 0; font-size: 10.5pt; }
@media print { body { padding: 0; max-width: none; } }
";

pub(crate) fn write(letter: &Letter) -> String {
    let mut page = Page(String::with_capacity(8 * 1024));
    page.raw("<!DOCTYPE html>\n<html lang=\"nb\" xml:lang=\"nb\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n");
    page.raw(HEAD);
    // The title shows in windows and lists, so it says nothing of a person.
    page.element("title", &format!("{} fra {}", letter.title, letter.sender));
    page.raw("<style>\n");
    page.raw(STYLE);
    page.raw("</style>\n</head>\n<body>\n");
    header(&mut page, letter);
    page.raw("<main>\n");
    page.element("h1", letter.title);
    page.pairs(&letter.about);
    page.raw("<section>\n<h2>Innhold</h2>\n");
    if letter.entries.is_empty() {
        page.element("p", "Ingen av opplysningene i meldingen kan vises her.");
    } else {
        page.entries(&letter.entries);
    }
    page.raw("</section>\n");
    if let Some(withheld) = letter.withheld {
        page.raw("<p class=\"withheld\">");
        page.text(withheld);
        page.raw("</p>\n");
    }
    page.section("Slik svarer du", &letter.answering);
    page.raw("</main>\n<footer class=\"privacy\">\n");
    page.element("h2", "Personvern");
    for sentence in &letter.privacy {
        page.element("p", sentence);
    }
    page.raw("</footer>\n</body>\n</html>\n");
    page.0
}

fn header(page: &mut Page, letter: &Letter) {
    page.raw("<header>\n<div class=\"letterhead\">\n<div>\n<p class=\"sender\">");
    page.text(&letter.sender);
    page.raw("</p>\n");
    page.pairs(&letter.letterhead);
    page.raw("</div>\n");
    page.element("p", &letter.date);
    page.raw("</div>\n<p class=\"to\">Til ");
    page.text(&letter.receiver);
    if let Some(attention) = &letter.attention {
        page.raw("<br/>Ved ");
        page.text(attention);
    }
    page.raw("</p>\n</header>\n");
}

struct Page(String);

impl Page {
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// Text, with nothing in it that could be markup.
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.raw("&amp;"),
                '<' => self.raw("&lt;"),
                '>' => self.raw("&gt;"),
                '"' => self.raw("&quot;"),
                '\'' => self.raw("&#39;"),
                '\n' | '\t' => self.0.push(c),
                c if printable(c) => self.0.push(c),
                _ => {}
            }
        }
    }

    fn element(&mut self, name: &str, text: &str) {
        self.raw(&format!("<{name}>"));
        self.text(text);
        self.raw(&format!("</{name}>\n"));
    }

    fn pairs(&mut self, pairs: &[(&'static str, String)]) {
        if pairs.is_empty() {
            return;
        }
        self.raw("<dl class=\"pairs\">\n");
        for (label, text) in pairs {
            self.element("dt", label);
            self.element("dd", text);
        }
        self.raw("</dl>\n");
    }

    fn entries(&mut self, entries: &[Entry]) {
        self.raw("<dl>\n");
        for entry in entries {
            self.element("dt", entry.label);
            match &entry.said {
                Said::Text(lines) => self.element("dd", &lines.join("\n")),
                Said::List(items) => {
                    // A line break of the markup's own would be one on paper.
                    self.raw("<dd><ul>");
                    for item in items {
                        self.raw("<li>");
                        self.text(&item.join("\n"));
                        self.raw("</li>");
                    }
                    self.raw("</ul></dd>\n");
                }
                Said::Entries(inner) => {
                    self.raw("<dd class=\"nested\">");
                    self.entries(inner);
                    self.raw("</dd>\n");
                }
            }
        }
        self.raw("</dl>\n");
    }

    fn section(&mut self, heading: &str, sentences: &[String]) {
        self.raw("<section>\n");
        self.element("h2", heading);
        for sentence in sentences {
            self.element("p", sentence);
        }
        self.raw("</section>\n");
    }
}
