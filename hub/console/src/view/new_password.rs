//! The page behind a set-up link: a new password.

use super::written;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{common, new_password as text};
use crate::write::Write;
use askama::Template;

/// The page that asks for a new password. Its form posts `csrf`, `password` and `again` to `action`; for the first
/// administrator `login` and `name` as well.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings, without a person.
    pub frame: Frame,
    /// The account that gets the password.
    pub account: Account,
    /// Address of the set-up link.
    pub action: String,
    /// Fewest characters of a password.
    pub shortest: u32,
    /// Faults of the form.
    pub errors: Errors,
}

/// The account that gets a password.
#[derive(Debug, Clone)]
pub enum Account {
    /// An account with this user name.
    Existing(Text),
    /// The first administrator's account, which is made with the password.
    First {
        /// User name as typed.
        login: String,
        /// Name as typed.
        name: String,
    },
}

#[derive(Template)]
#[template(path = "new_password.html")]
struct Page<'v> {
    frame: &'v Frame,
    common: &'static common::Texts,
    text: &'static text::Texts,
    write: Write,
    view: &'v View,
}

/// Writes the page.
#[must_use]
pub fn render(view: &View, lang: Lang) -> String {
    written(&Page {
        frame: &view.frame,
        common: common::of(lang),
        text: text::of(lang),
        write: Write::new(lang, view.frame.now),
        view,
    })
}
