//! The second step of sign-in: a code from an app, or a recovery code.

use crate::errors::Errors;
use crate::frame::Frame;
use crate::text::second_factor as text;

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

page!("second_factor.html");
