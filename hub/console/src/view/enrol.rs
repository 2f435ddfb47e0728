//! Enrolment of a second factor: the secret for an app, then the recovery codes.

use super::written;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{common, enrol as text};
use crate::write::Write;
use askama::Template;

/// The pages of an enrolment.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Step.
    pub step: Step,
}

/// Step of an enrolment.
#[derive(Debug, Clone)]
pub enum Step {
    /// The secret is to be entered in an app. The form posts `csrf` and `code` to
    /// [`address::ENROL`](crate::address::ENROL).
    Secret {
        /// Secret in base32, in groups of four.
        secret: Text,
        /// Link with `otpauth:` that opens an app.
        link: String,
        /// Faults of the form.
        errors: Errors,
    },
    /// The recovery codes are shown, once.
    Codes {
        /// Recovery codes.
        codes: Vec<Text>,
        /// Page to go on to.
        onwards: String,
    },
}

#[derive(Template)]
#[template(path = "enrol.html")]
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
