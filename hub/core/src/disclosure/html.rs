//! The page of disclosures as HTML.

use bindeledd_page::{Html, Page};

use super::Block;
use crate::form::Language;

const STYLE: &str = "\
:root{color-scheme:light}\
body{margin:0;background:#fff;color:#1b1b1f;font:1.0625rem/1.55 system-ui,sans-serif}\
main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem 3rem}\
h1{font-size:1.8rem;line-height:1.2;margin:0 0 1rem}\
h2{font-size:1.25rem;margin:2rem 0 .5rem;border-bottom:2px solid #1b1b1f;padding-bottom:.2rem}\
p,li{max-width:42rem}\
.table{overflow-x:auto}\
.table:focus{outline:3px solid #0b4f8a;outline-offset:2px}\
table{border-collapse:collapse;width:100%;font-size:.9375rem}\
caption{text-align:left;font-weight:600;padding:.4rem 0}\
th,td{border:1px solid #5c5c66;padding:.4rem .5rem;text-align:left;vertical-align:top}\
thead th{background:#ececf1}\
tbody th{font-weight:600}\
@page{size:A4 landscape;margin:14mm}\
@media print{body{font-size:10pt}main{max-width:none;padding:0}thead{display:table-header-group}\
tr,li{break-inside:avoid}h2{break-after:avoid}.table{overflow:visible}}
";

/// Renders the page as HTML that is also well-formed XML.
#[must_use]
pub fn to_page(blocks: &[Block], language: Language) -> String {
    let title = blocks.iter().find_map(|block| match block {
        Block::Title(words) => Some(words.as_str()),
        Block::Heading(_) | Block::Text(_) | Block::Items(_) | Block::Table { .. } => None,
    });
    let page = Page {
        language: language.code(),
        title: title.unwrap_or_default(),
        style: STYLE,
    };
    page.write(|html| {
        html.markup("<main>\n");
        for block in blocks {
            put(html, block);
        }
        html.markup("</main>\n");
    })
}

fn put(html: &mut Html, block: &Block) {
    match block {
        Block::Title(words) => html.element("h1", words),
        Block::Heading(words) => html.element("h2", words),
        Block::Text(words) => html.element("p", words),
        Block::Items(items) => {
            html.markup("<ul>\n");
            for item in items {
                html.element("li", item);
            }
            html.markup("</ul>\n");
        }
        Block::Table { caption, head, rows } => table(html, caption, head, rows),
    }
}

/// Adds a table that the keyboard can scroll on a narrow screen.
fn table(html: &mut Html, caption: &str, head: &[String], rows: &[Vec<Vec<String>>]) {
    html.markup("<div class=\"table\" role=\"region\"");
    html.attribute("aria-label", caption);
    html.markup(" tabindex=\"0\">\n<table>\n");
    html.element("caption", caption);
    html.markup("<thead>\n<tr>");
    for column in head {
        html.markup("<th scope=\"col\">");
        html.text(column);
        html.markup("</th>");
    }
    html.markup("</tr>\n</thead>\n<tbody>\n");
    for row in rows {
        html.markup("<tr>");
        for (place, cell) in row.iter().enumerate() {
            let (begin, end) = match place {
                0 => ("<th scope=\"row\">", "</th>"),
                _ => ("<td>", "</td>"),
            };
            html.markup(begin);
            for (place, line) in cell.iter().enumerate() {
                if place > 0 {
                    html.markup("<br/>");
                }
                html.text(line);
            }
            html.markup(end);
        }
        html.markup("</tr>\n");
    }
    html.markup("</tbody>\n</table>\n</div>\n");
}
