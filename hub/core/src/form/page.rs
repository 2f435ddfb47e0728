//! The form as HTML, to show on a screen, or to print and sign with a pen.

use bindeledd_page::{Html, Page};

use super::{Language, Line};

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

/// Renders the lines as HTML that is also well-formed XML, with the words of [`super::to_text`] in
/// the same order. Choices and blanks become empty boxes and lines for a pen. Nothing is ticked
/// beforehand, and nothing can be ticked on a screen.
#[must_use]
pub fn to_page(lines: &[Line], language: Language) -> String {
    let title = match lines.first() {
        Some(Line::Title(title)) => title,
        _ => "",
    };
    let signature = lines.iter().position(|line| matches!(line, Line::Blank(_)));
    // The signature begins at the heading above the first blank. The lines from there on stay on
    // one sheet.
    let signature = signature.and_then(|blank| lines[..blank].iter().rposition(|l| matches!(l, Line::Heading(_))));
    let page = Page {
        language: language.code(),
        title,
        style: STYLE,
    };
    page.write(|html| {
        html.markup("<main>\n");
        let mut body = Body {
            html,
            list: None,
            in_section: false,
        };
        for (place, line) in lines.iter().enumerate() {
            body.line(line, signature == Some(place));
        }
        body.end_list();
        body.end_section();
        html.markup("</main>\n");
    })
}

struct Body<'a> {
    html: &'a mut Html,
    list: Option<&'static str>,
    in_section: bool,
}

impl Body<'_> {
    fn line(&mut self, line: &Line, begins_signature: bool) {
        let list = match line {
            Line::Item(_) => Some("<ul>\n"),
            Line::Choice(_) => Some("<ul class=\"choices\">\n"),
            Line::Title(_) | Line::Heading(_) | Line::Text(_) | Line::Blank(_) => None,
        };
        if self.list != list {
            self.end_list();
            if let Some(begin) = list {
                self.html.markup(begin);
            }
            self.list = list;
        }
        match line {
            Line::Title(words) => self.html.element("h1", words),
            Line::Heading(words) => {
                self.end_section();
                self.html.markup(if begins_signature {
                    "<section class=\"signature\">\n"
                } else {
                    "<section>\n"
                });
                self.in_section = true;
                self.html.element("h2", words);
            }
            Line::Text(words) => self.html.element("p", words),
            Line::Item(words) | Line::Choice(words) => self.html.element("li", words),
            Line::Blank(words) => {
                self.html.markup("<p class=\"blank\">");
                self.html.text(words);
                self.html.markup(":</p>\n");
            }
        }
    }

    fn end_list(&mut self) {
        if self.list.take().is_some() {
            self.html.markup("</ul>\n");
        }
    }

    fn end_section(&mut self) {
        if std::mem::take(&mut self.in_section) {
            self.html.markup("</section>\n");
        }
    }
}
