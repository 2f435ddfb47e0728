//! The faults of a form, field by field.

use std::borrow::Cow;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::lang::Lang;
use crate::markup::{Html, Text, escaped};
use crate::text;

/// The faults of a form: for each field, by its name in the form, what is wrong and how it should look.
///
/// An input whose name is `user` has the id `user`, and the line about it has the id `user-error`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(Vec<(Cow<'static, str>, Text)>);

impl Errors {
    /// No faults.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Adds a fault of a field.
    #[must_use]
    pub fn and(mut self, field: impl Into<Cow<'static, str>>, wrong: impl Into<Text>) -> Self {
        self.0.push((field.into(), wrong.into()));
        self
    }

    /// Returns whether there is no fault.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the fault of a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&Text> {
        self.0.iter().find(|(f, _)| f == field).map(|(_, wrong)| wrong)
    }

    /// Writes the line about a field, or nothing.
    pub(crate) fn line(&self, field: &str) -> Html {
        Html::trusted(self.of(field).map_or_else(String::new, |wrong| {
            let wrong = escaped(wrong.as_str());
            format!(r#"<p class="ds-validation-message" data-field="validation" id="{field}-error">{wrong}</p>"#)
        }))
    }

    /// Writes the attributes of an input: its name and id, whether it is wrong, and the ids of the texts about it.
    pub(crate) fn input(&self, field: &str) -> Html {
        self.described(field, &[])
    }

    /// Writes the attributes of an input that has a help text with the id `FIELD-help`.
    pub(crate) fn helped(&self, field: &str) -> Html {
        self.described(field, &["help"])
    }

    /// Writes the attributes of an input with a place for the guard's marks, with the id `FIELD-guard`.
    pub(crate) fn guarded(&self, field: &str) -> Html {
        self.described(field, &["guard"])
    }

    /// Writes the attributes of an input with a help text and a place for the guard's marks.
    pub(crate) fn helped_and_guarded(&self, field: &str) -> Html {
        self.described(field, &["help", "guard"])
    }

    fn described(&self, field: &str, texts: &[&str]) -> Html {
        let mut about = Vec::new();
        let mut out = format!(r#"id="{field}" name="{field}""#);
        if self.of(field).is_some() {
            out.push_str(r#" aria-invalid="true""#);
            about.push(format!("{field}-error"));
        }
        about.extend(texts.iter().map(|text| format!("{field}-{text}")));
        if !about.is_empty() {
            out.push_str(&format!(r#" aria-describedby="{}""#, about.join(" ")));
        }
        Html::trusted(out)
    }

    /// Writes the summary at the top of the form, whose links go to the fields. Nothing without a fault.
    pub(crate) fn summary(&self, lang: Lang) -> Summary<'_> {
        Summary {
            errors: &self.0,
            common: text::common::of(lang),
        }
    }
}

/// The summary of a form's faults.
#[derive(Template)]
#[template(path = "parts/errors.html")]
pub(crate) struct Summary<'e> {
    errors: &'e [(Cow<'static, str>, Text)],
    common: &'static text::common::Texts,
}

impl HtmlSafe for Summary<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_knows_the_line_about_it() {
        let errors = Errors::none().and("user", "<b>");
        assert_eq!(
            errors.helped("user").as_str(),
            r#"id="user" name="user" aria-invalid="true" aria-describedby="user-error user-help""#
        );
        assert_eq!(errors.input("other").as_str(), r#"id="other" name="other""#);
        assert!(errors.line("user").as_str().contains("&lt;b&gt;</p>"));
        let summary = errors.summary(Lang::Bokmal).to_string();
        assert!(summary.contains("href=\"#user\""), "{summary}");
        assert_eq!(Errors::none().summary(Lang::English).to_string().trim(), "");
    }
}
