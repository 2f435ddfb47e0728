//! The reading of the form of a party, field by field.

use std::borrow::Cow;

use bindeledd_console::{Errors, Fault};
use bindeledd_fields::is_line;

use crate::visit::Visit;

/// Reads a form, and collects every fault.
pub(crate) struct Reader<'v> {
    pub(crate) visit: &'v Visit,
    pub(crate) errors: Errors,
}

impl Reader<'_> {
    pub(crate) fn wrong(&mut self, field: impl Into<Cow<'static, str>>, wrong: Fault) {
        let errors = std::mem::take(&mut self.errors);
        self.errors = errors.and(field, wrong.text(self.visit.lang));
    }

    /// Reads an optional value.
    pub(crate) fn read<T>(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        raw: &str,
        wrong: Fault,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        if raw.is_empty() {
            return None;
        }
        let value = read(raw);
        if value.is_none() {
            self.wrong(field, wrong);
        }
        value
    }

    /// Reads an optional text, by the rule for texts of the API.
    pub(crate) fn line(&mut self, field: impl Into<Cow<'static, str>>, raw: &str) -> Option<String> {
        self.read(field, raw, Fault::Line, |raw| is_line(raw).then(|| raw.to_owned()))
    }

    /// Reads a text that the form must have.
    pub(crate) fn need(&mut self, field: impl Into<Cow<'static, str>>, raw: &str) -> String {
        let field = field.into();
        if raw.is_empty() {
            self.wrong(field, Fault::Missing);
            return String::new();
        }
        self.line(field, raw).unwrap_or_default()
    }
}
