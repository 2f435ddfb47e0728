//! The pages: a view model and a function `render` for each.
//!
//! A page's module has its view model, whose fields are public and plain, and `render(&View, Lang) -> String`. Times are
//! timestamps, counts are numbers, states are [`Standing`](crate::Standing)s, texts from outside are
//! [`Text`](crate::Text)s and addresses are made with [`address`](crate::address).

/// Makes the page of a view model with a template: `render`, and what the template sees. The calling module has `View`, and `text`
/// with the page's words.
macro_rules! page {
    ($template:tt) => {
        #[derive(askama::Template)]
        #[template(path = $template)]
        struct Page<'v> {
            frame: &'v crate::frame::Frame,
            common: &'static crate::text::common::Texts,
            text: &'static text::Texts,
            write: crate::write::Write,
            view: &'v View,
        }

        /// Writes the page.
        #[must_use]
        pub fn render(view: &View, lang: crate::lang::Lang) -> String {
            super::written(&Page {
                frame: &view.frame,
                common: crate::text::common::of(lang),
                text: text::of(lang),
                write: crate::write::Write::new(lang, view.frame.now),
                view,
            })
        }
    };
}

/// Most newer rows that a list counts. The line about newer rows says that there may be more.
pub const NEWER_AT_MOST: u64 = 50;

/// Returns whether there may be more newer rows than this number.
const fn has_more_newer(newer: u64) -> bool {
    newer >= NEWER_AT_MOST
}

pub mod account;
pub mod adapter_switch;
pub mod adapters;
pub mod alerts;
pub mod causes;
mod charts;
pub mod circle;
pub mod compose;
pub mod compose_choose;
pub mod compose_look;
pub mod compose_review;
pub mod compose_sent;
pub mod confirm;
pub mod consent_choose;
pub mod consent_form;
pub mod consent_registered;
pub mod consent_what;
pub mod consents;
pub mod drafts;
pub mod ending;
pub mod enrol;
pub mod entries;
pub mod entry;
pub mod field_change;
pub mod figures;
pub mod followed;
pub mod followed_one;
pub mod help;
pub mod hub;
pub mod hub_state;
pub mod inbox;
pub mod keys;
pub mod letter;
pub mod letter_answered;
pub mod letter_away;
pub mod log;
pub mod meg;
pub mod meg_back;
pub mod meg_door;
pub mod meg_frame;
pub mod meg_shared;
pub mod meg_yes;
pub mod message;
pub mod messages;
pub mod new_password;
pub mod now;
pub mod opened;
pub mod opening;
pub mod opening_ask;
pub mod openings;
pub mod own_confirm;
pub mod own_consents;
pub mod parties;
pub mod party;
pub mod party_back;
pub mod party_confirm;
pub mod party_figures;
pub mod party_form;
pub mod party_key;
pub mod problem;
pub mod query;
pub mod request;
pub mod request_send;
pub mod retry;
pub mod retry_many;
pub mod run;
pub mod second_factor;
pub mod settings;
pub mod sign_in;
pub mod user;
pub mod user_form;
pub mod user_link;
pub mod users;
pub mod way;
pub mod whom;
pub mod withdraw;

use askama::Template;

/// Writes a page into a text.
pub(crate) fn written(page: &impl Template) -> String {
    page.render().expect("a page is written into memory")
}

#[cfg(test)]
mod meg_tests;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
