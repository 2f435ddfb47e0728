//! A text in every language.

use crate::lang::Lang;

/// A text without parameters, in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    english: &'static str,
    bokmal: &'static str,
}

impl Phrase {
    /// Makes a text.
    #[must_use]
    pub const fn new(english: &'static str, bokmal: &'static str) -> Self {
        Self { english, bokmal }
    }

    /// Returns the text in a language.
    #[must_use]
    pub const fn text(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Bokmal => self.bokmal,
            Lang::English => self.english,
        }
    }
}

/// Fails if a text is empty, or is the same in both languages.
#[cfg(test)]
pub(crate) fn check(name: &str, phrase: Phrase) {
    let texts = Lang::ALL.map(|lang| phrase.text(lang));
    for text in texts {
        assert!(!text.trim().is_empty(), "{name} has an empty text");
        assert_eq!(text, text.trim(), "{name}");
    }
    assert_ne!(texts[0], texts[1], "{name} is not translated");
}
