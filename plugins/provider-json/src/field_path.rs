//! The path to a value in a document. Its text is built only for a refusal.

use std::fmt;

/// A path, as a chain up to the document's root.
#[derive(Clone, Copy)]
pub(crate) struct FieldPath<'a> {
    above: Option<&'a Self>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Field(&'a str),
    Path(&'a [&'a str]),
    Index(usize),
}

impl<'a> FieldPath<'a> {
    /// A field of the document itself.
    pub(crate) const fn root(name: &'a str) -> Self {
        Self {
            above: None,
            step: Step::Field(name),
        }
    }

    pub(crate) const fn field(&'a self, name: &'a str) -> Self {
        Self {
            above: Some(self),
            step: Step::Field(name),
        }
    }

    pub(crate) const fn path(&'a self, path: &'a [&'a str]) -> Self {
        Self {
            above: Some(self),
            step: Step::Path(path),
        }
    }

    pub(crate) const fn index(&'a self, index: usize) -> Self {
        Self {
            above: Some(self),
            step: Step::Index(index),
        }
    }
}

impl fmt::Display for FieldPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            above.fmt(f)?;
            if !matches!(self.step, Step::Index(_)) {
                f.write_str(".")?;
            }
        }
        match self.step {
            Step::Field(name) => f.write_str(plain(name)),
            Step::Path(path) => f.write_str(&path.join(".")),
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// Returns a field's name for a text to the sender, or `?` for a long or odd name, which may itself be personal data.
pub(crate) fn plain(name: &str) -> &str {
    let ok = (1..=40).contains(&name.len())
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        && name.chars().filter(char::is_ascii_digit).count() < 6;
    if ok { name } else { "?" }
}
