//! Enrolment of a second factor: the secret for an app, then the recovery codes.

use crate::errors::Errors;
use crate::frame::Frame;
use crate::markup::Text;
use crate::text::enrol as text;

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

page!("enrol.html");
