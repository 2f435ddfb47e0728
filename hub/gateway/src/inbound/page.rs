//! Blocks as one HTML page that needs nothing else: no script, no font, no image, no address.
//!
//! The one place where text becomes HTML: [`escaped`].

use bindeledd_core::disclosure::Block;
use bindeledd_core::form::Language;

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
tr,li{break-inside:avoid}h2{break-after:avoid}.table{overflow:visible}}";

/// The page.
pub(crate) fn to_html(blocks: &[Block], language: Language) -> String {
    let title = blocks.iter().find_map(|block| match block {
        Block::Title(words) => Some(escaped(words)),
        Block::Heading(_) | Block::Text(_) | Block::Items(_) | Block::Table { .. } => None,
    });
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n",
        language.code(),
        title.unwrap_or_default(),
    );
    for block in blocks {
        put(&mut html, block);
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

fn put(html: &mut String, block: &Block) {
    match block {
        Block::Title(words) => html.push_str(&format!("<h1>{}</h1>\n", escaped(words))),
        Block::Heading(words) => html.push_str(&format!("<h2>{}</h2>\n", escaped(words))),
        Block::Text(words) => html.push_str(&format!("<p>{}</p>\n", escaped(words))),
        Block::Items(items) => {
            html.push_str("<ul>\n");
            for item in items {
                html.push_str(&format!("<li>{}</li>\n", escaped(item)));
            }
            html.push_str("</ul>\n");
        }
        Block::Table { caption, head, rows } => table(html, caption, head, rows),
    }
}

/// A table that a keyboard can scroll where the screen is narrow.
fn table(html: &mut String, caption: &str, head: &[String], rows: &[Vec<Vec<String>>]) {
    let caption = escaped(caption);
    html.push_str(&format!(
        "<div class=\"table\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\">\n<table>\n<caption>{caption}</caption>\n\
         <thead>\n<tr>"
    ));
    for column in head {
        html.push_str(&format!("<th scope=\"col\">{}</th>", escaped(column)));
    }
    html.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in rows {
        html.push_str("<tr>");
        for (place, cell) in row.iter().enumerate() {
            let lines: Vec<_> = cell.iter().map(|line| escaped(line)).collect();
            let lines = lines.join("<br>");
            match place {
                0 => html.push_str(&format!("<th scope=\"row\">{lines}</th>")),
                _ => html.push_str(&format!("<td>{lines}</td>")),
            }
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
}

/// Text as HTML has it, in content and in quoted attributes. What has no place in a text, and what would turn the text around
/// it, is replaced.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' | '\t' => html.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => html.push(char::REPLACEMENT_CHARACTER),
            c if c.is_control() => html.push(char::REPLACEMENT_CHARACTER),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: [&str; 7] = [
        "<script>alert(1)</script>",
        "\" onfocus=\"alert(1)",
        "' onfocus='alert(1)",
        "</title></style><img src=x onerror=alert(1)>",
        "&lt;b&gt;",
        "<!-- x -->",
        "x\u{0}\u{7}\u{202e}y\u{2066}",
    ];

    fn everything(text: &str) -> String {
        let text = || text.to_owned();
        let blocks = [
            Block::Title(text()),
            Block::Heading(text()),
            Block::Text(text()),
            Block::Items(vec![text(), text()]),
            Block::Table {
                caption: text(),
                head: vec![text(), text()],
                rows: vec![vec![vec![text()], vec![text(), text()]]],
            },
        ];
        to_html(&blocks, Language::Nynorsk)
    }

    /// The tags of a page, without what stands between them.
    fn tags(html: &str) -> Vec<&str> {
        html.split('<')
            .skip(1)
            .map(|rest| rest.split('>').next().unwrap())
            .collect()
    }

    #[test]
    fn hostile_texts_stay_texts_wherever_they_stand() {
        let plain = tags_without_label(&everything("Fjellvik"));
        for hostile in HOSTILE {
            let html = everything(hostile);
            assert_eq!(tags_without_label(&html), plain, "{hostile}");
            assert!(html.chars().all(|c| !c.is_control() || c == '\n'), "{hostile:?}");
            assert!(!html.contains('\u{202e}') && !html.contains('\u{2066}'));
        }
        assert_eq!(
            escaped("Ås & \"Sønn\" <AS>'\n"),
            "Ås &amp; &quot;Sønn&quot; &lt;AS&gt;&#39; "
        );
    }

    /// The tags, with the one attribute that has a text in it emptied: up to its closing quotation mark, which no text may bring.
    fn tags_without_label(html: &str) -> Vec<String> {
        let emptied = |tag: &str| match tag.split_once("aria-label=\"") {
            Some((before, rest)) => format!("{before}{}", rest.split_once('"').unwrap().1),
            None => tag.to_owned(),
        };
        tags(html).into_iter().map(emptied).collect()
    }

    #[test]
    fn the_page_stands_alone_and_can_be_read_without_eyes() {
        let html = everything("Fjellvik");
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"nn\">"));
        for absent in ["<script", "src=", "href=", "http", "@import", "url("] {
            assert!(!html.contains(absent), "{absent}");
        }
        let count = |what: &str| html.matches(what).count();
        assert_eq!((count("<h1>"), count("<main>"), count("<title>")), (1, 1, 1));
        assert_eq!(
            (count("scope=\"col\""), count("scope=\"row\""), count("<caption>")),
            (2, 1, 1)
        );
        assert_eq!(count("tabindex=\"0\""), 1);
        // A cell's lines are apart.
        assert!(html.contains("<td>Fjellvik<br>Fjellvik</td>"));
    }
}
