//! Refusals, boxed to keep the return values of functions small.

use bindeledd_sdk::Refusal;

/// A boxed refusal.
pub(crate) type Refused = Box<Refusal>;

/// Makes a refusal with code and text.
pub(crate) fn refuse(code: &str, text: impl Into<String>) -> Refused {
    Box::new(Refusal::new(code, text))
}
