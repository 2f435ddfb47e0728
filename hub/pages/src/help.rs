//! The meaning of a code: the pages of `docs/errors`. Integrators read them too, so that they are English.

use bindeledd_console::view::help::{Article, Row, View, render};
use bindeledd_console::{Text, address};

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::route::{Cookies, PageRoute, get};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::HELP, Nobody, list),
    get!("/console/help/{code}", Nobody, page),
];

/// Every code with its page, in the order of the codes.
const ARTICLES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/articles.rs"));

/// `GET /console/help`
pub(crate) async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let row = |(code, page): &(&str, &str)| Row {
        code: (*code).into(),
        title: title(page).into(),
    };
    answer(visit, ARTICLES.iter().map(row).collect(), None).await
}

/// `GET /console/help/{code}`
pub(crate) async fn page(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let asked = visit.call.text("code");
    let found = ARTICLES.iter().find(|(code, _)| code.eq_ignore_ascii_case(asked));
    let (code, page) = found.ok_or(Trouble::NotFound)?;
    answer(visit, Vec::new(), Some(article(code, page))).await
}

async fn answer(visit: &Visit, rows: Vec<Row>, article: Option<Article>) -> Result<Answer, Trouble> {
    let view = View {
        frame: frame::of(visit, None).await?,
        rows,
        article,
    };
    Ok(Answer::page(render(&view, visit.lang)))
}

/// Returns the title of a page, without its code.
fn title(page: &str) -> &str {
    let line = page.lines().next().unwrap_or_default();
    line.split_once(": ").map_or(line, |(_, title)| title)
}

fn article(code: &str, page: &str) -> Article {
    let sections = page.split("\n## ").skip(1).map(|section| {
        let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
        let paragraphs = body.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
        (
            Text::new(heading),
            paragraphs
                .map(|text| Text::of_at_most(&text.replace('`', ""), 2000))
                .collect(),
        )
    });
    Article {
        code: code.into(),
        title: title(page).into(),
        sections: sections.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_title_and_its_sections() {
        assert!(ARTICLES.len() > 100);
        for (code, page) in ARTICLES {
            let article = article(code, page);
            assert!(!article.title.is_empty() && article.sections.len() >= 2, "{code}");
            for (heading, paragraphs) in &article.sections {
                assert!(!heading.is_empty() && !paragraphs.is_empty(), "{code}: {heading}");
            }
        }
    }
}
