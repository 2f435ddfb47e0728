//! Refusing: boxed, so that the good way of every function stays small.

use bindeledd_sdk::Refusal;

/// A refusal on its way out.
pub(crate) type Refused = Box<Refusal>;

/// A refusal by code and text.
pub(crate) fn refuse(code: &str, text: impl Into<String>) -> Refused {
    Box::new(Refusal::new(code, text))
}
