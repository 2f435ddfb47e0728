//! The surroundings of a participant's page. No part of them names the participant.

use bindeledd_core::form::Language;
use bindeledd_core::time::{MONTHS, local, local_rfc3339, norwegian_instant};
use bindeledd_core::{CategorySet, disclosure};
use jiff::Timestamp;

use crate::address;
use crate::markup::{Html, Text};

/// The surroundings of a participant's page.
#[derive(Debug, Clone)]
pub struct MegFrame {
    /// Time of the page.
    pub now: Timestamp,
    /// Place that the hub serves.
    pub place: Text,
    /// Token that every form posts back; empty without a session.
    pub csrf: String,
    /// Whether a session is open, which the participant can leave.
    pub is_open: bool,
    /// Address of the page after the session.
    pub left: String,
    /// Address of this page, to come back to in another language; empty for the answer to a form.
    pub here: String,
}

impl MegFrame {
    /// Returns the other languages, each with the address that sets it.
    pub(crate) fn others(&self, language: Language) -> Vec<(&'static str, &'static str, String)> {
        let back = if self.here.is_empty() {
            address::OWN_PAGE
        } else {
            &self.here
        };
        let others = Language::ALL.into_iter().filter(|other| *other != language);
        others
            .map(|other| {
                let to = format!(
                    "{}?to={}&back={}",
                    address::OWN_LANGUAGE,
                    other.code(),
                    address::segment(back)
                );
                (other.code(), name(other), to)
            })
            .collect()
    }
}

const fn name(language: Language) -> &'static str {
    match language {
        Language::Bokmal => "Bokmål",
        Language::Nynorsk => "Nynorsk",
        Language::English => "English",
    }
}

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Writes for one participant, in one language, as seen at one time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MegWrite {
    pub(crate) language: Language,
    pub(crate) now: Timestamp,
}

impl MegWrite {
    /// Writes a day as near as a reader needs it: `i dag`, `i går`, `2. oktober`, `2. oktober 2025`.
    pub(crate) fn day(self, at: Timestamp) -> Html {
        let common = crate::text::meg_common::of(self.language);
        let (then, now) = (local(at), local(self.now));
        let text = if then.date() == now.date() {
            common.today.to_owned()
        } else if now.date().yesterday().is_ok_and(|day| day == then.date()) {
            common.yesterday.to_owned()
        } else {
            let month = usize::try_from(then.month() - 1).unwrap_or(0) % 12;
            let day = match self.language {
                Language::Bokmal | Language::Nynorsk => format!("{}. {}", then.day(), MONTHS[month]),
                Language::English => format!("{} {}", then.day(), ENGLISH_MONTHS[month]),
            };
            if then.year() == now.year() {
                day
            } else {
                format!("{day} {}", then.year())
            }
        };
        Html::trusted(format!(r#"<time datetime="{}">{text}</time>"#, local_rfc3339(at)))
    }

    /// Writes a time as it stands on paper, where nobody sees when "today" was.
    pub(crate) fn on_paper(self, at: Timestamp) -> String {
        match self.language {
            Language::Bokmal | Language::Nynorsk => norwegian_instant(at),
            Language::English => local(at).strftime("%-d %B %Y at %H.%M").to_string(),
        }
    }

    /// Writes categories in a few words each.
    pub(crate) fn about(self, categories: CategorySet) -> String {
        let words = categories.iter().map(|one| disclosure::category(self.language, one));
        words.collect::<Vec<_>>().join("; ")
    }

    /// Returns the words for each category, as the printed form has them.
    pub(crate) fn kinds(self, categories: CategorySet) -> Vec<&'static str> {
        let words = categories.iter();
        words
            .map(|one| bindeledd_core::form::category(self.language, one))
            .collect()
    }
}

/// Makes the page of a participant: `render`, and what the template sees. The calling module has `View`, and `text` with
/// the page's words.
macro_rules! meg_page {
    ($template:tt) => {
        #[derive(askama::Template)]
        #[template(path = $template)]
        struct Page<'v> {
            frame: &'v crate::view::meg_frame::MegFrame,
            common: &'static crate::text::meg_common::Texts,
            text: &'static text::Texts,
            write: crate::view::meg_frame::MegWrite,
            view: &'v View,
        }

        /// Writes the page.
        #[must_use]
        pub fn render(view: &View, language: bindeledd_core::form::Language) -> String {
            crate::view::written(&Page {
                frame: &view.frame,
                common: crate::text::meg_common::of(language),
                text: text::of(language),
                write: crate::view::meg_frame::MegWrite {
                    language,
                    now: view.frame.now,
                },
                view,
            })
        }
    };
}

pub(crate) use meg_page;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_on_paper_has_its_year() {
        let now: Timestamp = "2026-10-06T10:42:07+02:00".parse().unwrap();
        let on_paper = |language| MegWrite { language, now }.on_paper(now);
        assert_eq!(on_paper(Language::Nynorsk), "6. oktober 2026 kl. 10.42");
        assert_eq!(on_paper(Language::English), "6 October 2026 at 10.42");
    }

    #[test]
    fn a_day_is_as_near_as_a_reader_needs() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-10-06T10:42:07+02:00");
        for (then, expected) in [
            ("2026-10-06T00:10:00+02:00", ["i dag", "i dag", "today"]),
            ("2026-10-05T23:59:00+02:00", ["i går", "i går", "yesterday"]),
            ("2026-10-02T09:00:00+02:00", ["2. oktober", "2. oktober", "2 October"]),
            (
                "2025-01-02T09:00:00+01:00",
                ["2. januar 2025", "2. januar 2025", "2 January 2025"],
            ),
        ] {
            for (language, expected) in Language::ALL.into_iter().zip(expected) {
                let html = MegWrite { language, now }.day(at(then));
                assert!(html.as_str().ends_with(&format!(">{expected}</time>")), "{html}");
            }
        }
    }
}
