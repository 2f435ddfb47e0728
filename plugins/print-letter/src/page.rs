//! The layout of a letter as a page for A4.

use bindeledd_sdk::page::{Html, Page};

use crate::letter::{Entry, Letter, Value};

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
    let page = Page {
        language: "nb",
        // The title is shown in windows and lists, so that it must not name the participant.
        title: &format!("{} fra {}", letter.title, letter.sender),
        style: STYLE,
    };
    page.write(|html| {
        header(html, letter);
        html.markup("<main>\n");
        html.element("h1", letter.title);
        pairs(html, &letter.about);
        html.markup("<section>\n<h2>Innhold</h2>\n");
        if letter.entries.is_empty() {
            html.element("p", "Ingen av opplysningene i meldingen kan vises her.");
        } else {
            entries(html, &letter.entries);
        }
        html.markup("</section>\n");
        if let Some(withheld) = letter.withheld {
            html.markup("<p class=\"withheld\">");
            html.text(withheld);
            html.markup("</p>\n");
        }
        section(html, "Slik svarer du", &letter.answering);
        html.markup("</main>\n<footer class=\"privacy\">\n");
        html.element("h2", "Personvern");
        for sentence in &letter.privacy {
            html.element("p", sentence);
        }
        html.markup("</footer>\n");
    })
}

fn header(html: &mut Html, letter: &Letter) {
    html.markup("<header>\n<div class=\"letterhead\">\n<div>\n<p class=\"sender\">");
    html.text(&letter.sender);
    html.markup("</p>\n");
    pairs(html, &letter.letterhead);
    html.markup("</div>\n");
    html.element("p", &letter.date);
    html.markup("</div>\n<p class=\"to\">Til ");
    html.text(&letter.receiver);
    if let Some(attention) = &letter.attention {
        html.markup("<br/>Ved ");
        html.text(attention);
    }
    html.markup("</p>\n</header>\n");
}

fn pairs(html: &mut Html, pairs: &[(&'static str, String)]) {
    if pairs.is_empty() {
        return;
    }
    html.markup("<dl class=\"pairs\">\n");
    for (label, text) in pairs {
        html.element("dt", label);
        html.element("dd", text);
    }
    html.markup("</dl>\n");
}

fn entries(html: &mut Html, all: &[Entry]) {
    html.markup("<dl>\n");
    for entry in all {
        html.element("dt", entry.label);
        match &entry.said {
            Value::Text(lines) => html.element("dd", &lines.join("\n")),
            Value::List(items) => {
                // A line break between these tags would be visible on paper.
                html.markup("<dd><ul>");
                for item in items {
                    html.markup("<li>");
                    html.text(&item.join("\n"));
                    html.markup("</li>");
                }
                html.markup("</ul></dd>\n");
            }
            Value::Entries(inner) => {
                html.markup("<dd class=\"nested\">");
                entries(html, inner);
                html.markup("</dd>\n");
            }
        }
    }
    html.markup("</dl>\n");
}

fn section(html: &mut Html, heading: &str, sentences: &[String]) {
    html.markup("<section>\n");
    html.element("h2", heading);
    for sentence in sentences {
        html.element("p", sentence);
    }
    html.markup("</section>\n");
}
