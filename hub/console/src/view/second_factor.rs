//! The second step of sign-in: a code from an app, or a recovery code.

use super::written;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::text::{common, second_factor as text};
use crate::write::Write;
use askama::Template;

/// The page that asks for a code. Its form posts `csrf`, `code` and `to` to
/// [`address::SECOND_FACTOR`](crate::address::SECOND_FACTOR).
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings, without a person.
    pub frame: Frame,
    /// Page to go on to after sign-in.
    pub to: String,
    /// Faults of the form.
    pub errors: Errors,
}

#[derive(Template)]
#[template(path = "second_factor.html")]
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
