//! The look at a form while somebody fills it in: the text so far as receivers read it, and the marks of the guard. It is no
//! page: the script of the form puts its parts into the page.

use askama::Template;

use super::compose::View;
use super::written;
use crate::lang::Lang;
use crate::text::compose as text;
use crate::write::Write;

#[derive(Template)]
#[template(path = "compose_look.html")]
struct Look<'v> {
    text: &'static text::Texts,
    write: Write,
    view: &'v View,
}

/// Writes the parts.
#[must_use]
pub fn render(view: &View, lang: Lang) -> String {
    written(&Look {
        text: text::of(lang),
        write: Write::new(lang, view.frame.now),
        view,
    })
}

#[cfg(test)]
mod tests {
    use crate::lang::Lang;
    use crate::view::{compose, samples};

    /// Returns the ids of the parts that the script of the form puts into the page.
    fn parts(html: &str) -> Vec<&str> {
        let parts = html.match_indices("\" data-look");
        parts.filter_map(|(at, _)| html[..at].rsplit('"').next()).collect()
    }

    #[test]
    fn every_part_of_a_look_has_its_place_in_the_form() {
        let view = samples::compose::marked();
        for lang in Lang::ALL {
            let (page, look) = (compose::render(&view, lang), super::render(&view, lang));
            assert!(!look.contains("<html") && !look.contains("<form"), "{look}");
            let places = parts(&look);
            assert!(places.len() > 3 && places.contains(&"leses"), "{places:?}");
            for place in &places {
                assert_eq!(
                    page.matches(&format!(" id=\"{place}\" data-look")).count(),
                    1,
                    "{place}"
                );
            }
            assert_eq!(look.matches("class=\"flag").count(), 2, "{look}");
        }
    }
}
