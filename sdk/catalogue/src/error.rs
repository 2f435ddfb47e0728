//! Errors in inputs, with their position.

use std::fmt;

/// The rule that an input breaks. Callers see its stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputCode {
    /// Not JSON, or JSON that is cut off or too deep.
    Unreadable,
    /// A required field is missing.
    Missing,
    /// A field that the catalogue does not know.
    Unknown,
    /// A value of the wrong type, size or form.
    Invalid,
    /// A kind, purpose, category or code that the catalogue does not know.
    UnknownCode,
    /// A diagnosis or another thing that coordination messages never carry.
    Forbidden,
}

impl InputCode {
    /// Returns the code, which has a page in `docs/errors`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "BL-1001",
            Self::Missing => "BL-1002",
            Self::Unknown => "BL-1003",
            Self::Invalid => "BL-1004",
            Self::UnknownCode => "BL-1005",
            Self::Forbidden => "BL-1006",
        }
    }
}

/// An input that could not be read: the broken rule, the position and the expected value. It never contains the value itself,
/// which may be personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct InputError {
    /// The broken rule.
    pub code: InputCode,
    /// Path from the document's root, such as `body.proposedTimes[0].start`.
    pub path: String,
    /// Description of the expected value.
    pub expected: String,
}

impl InputError {
    /// Makes an error at `path`.
    pub fn new(code: InputCode, path: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            code,
            path: path.into(),
            expected: expected.into(),
        }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_empty() {
            "the document"
        } else {
            &self.path
        };
        match self.code {
            InputCode::Unreadable => write!(f, "{place} can not be read: {}", self.expected),
            InputCode::Missing => write!(f, "{place} is missing: {}", self.expected),
            InputCode::Unknown => write!(f, "{place} is not a known field: {}", self.expected),
            InputCode::Invalid => write!(f, "{place} is not right: {}", self.expected),
            InputCode::UnknownCode => write!(f, "{place} has an unknown code: {}", self.expected),
            InputCode::Forbidden => write!(f, "{place} has what is never sent: {}", self.expected),
        }
    }
}
