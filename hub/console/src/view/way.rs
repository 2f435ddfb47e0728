//! Parts that the pages about messages share: a party with its page, the line under a state.

use jiff::Timestamp;

use crate::lang::Lang;
use crate::markup::{Html, Text, escaped};
use crate::text::{codes, way as text};
use crate::write::Write;

/// A party as pages about messages show it: by its public label, without an icon or a word about its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Label.
    pub name: Text,
    /// Page of the party; `None` if the person may not open it.
    pub address: Option<String>,
}

/// The one that did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A person, by name.
    Person(Text),
    /// The operator's key.
    Key,
    /// A party, by label.
    Party(Text),
    /// The participant, on their own page.
    Participant,
    /// The hub itself.
    Hub,
}

impl Who {
    /// Returns the name.
    #[must_use]
    pub fn name(&self, lang: Lang) -> &str {
        match self {
            Self::Person(name) | Self::Party(name) => name.as_str(),
            Self::Key => text::of(lang).key,
            Self::Participant => text::of(lang).participant,
            Self::Hub => "Bindeledd",
        }
    }
}

/// The line under a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nothing to say.
    Nothing,
    /// Attempts were made, or one is to come.
    Attempts {
        /// Number of attempts made.
        made: u32,
        /// Time of the next one.
        next: Option<Timestamp>,
    },
    /// An earlier delivery of the conversation goes first.
    Behind,
    /// The receiver is paused or suspended.
    Held,
    /// A receipt is awaited.
    ReceiptBy(Timestamp),
    /// A person's report is awaited.
    PersonBy(Timestamp),
    /// It came after more than one attempt.
    AtAttempt(u32),
    /// The cause has this code.
    Cause(Text),
}

impl Why {
    /// Writes the line, or nothing.
    pub(crate) fn line(&self, write: Write) -> Html {
        let text = text::of(write.lang);
        let inner = match self {
            Self::Nothing | Self::Attempts { made: 0, next: None } => return Html::default(),
            Self::Attempts {
                made: 0,
                next: Some(next),
            } => format!("{} {}", text.next, write.clock(*next)),
            Self::Attempts { made, next: None } => (text.attempts)(*made),
            Self::Attempts { made, next: Some(next) } => {
                format!("{}, {} {}", (text.attempts)(*made), text.next, write.clock(*next))
            }
            Self::Behind => text.behind.to_owned(),
            Self::Held => text.held.to_owned(),
            Self::ReceiptBy(by) => format!("{} {}", text.receipt_by, write.when(*by)),
            Self::PersonBy(by) => format!("{} {}", text.person_by, write.when(*by)),
            Self::AtAttempt(number) => (text.attempt)(*number),
            Self::Cause(code) => cause(code, write.lang),
        };
        Html::trusted(format!(r#"<span class="why">{inner}</span>"#))
    }
}

/// Writes a cause: its code, and what happened if this crate has words for it.
pub(crate) fn cause(code: &Text, lang: Lang) -> String {
    let shown = escaped(code.as_str());
    match codes::what(code.as_str(), lang) {
        Some(what) => format!("{shown} {what}"),
        None => shown,
    }
}

/// A number that may have been counted up to a bound only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Number.
    pub n: u64,
    /// Whether there are more.
    pub is_over: bool,
}

impl Count {
    /// Makes an exact count.
    #[must_use]
    pub const fn exact(n: u64) -> Self {
        Self { n, is_over: false }
    }

    /// Adds a count.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            n: self.n.saturating_add(other.n),
            is_over: self.is_over || other.is_over,
        }
    }

    /// Writes the count: `412`, `over 10 000`.
    pub(crate) fn words(self, write: Write) -> String {
        let number = write.number(self.n);
        if self.is_over { format!("over {number}") } else { number }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(why: &Why, lang: Lang) -> String {
        let now = "2026-10-06T10:42:07+02:00".parse().unwrap();
        let html = why.line(Write::new(lang, now)).to_string();
        // Times have elements, whose text is enough here.
        html.split('<').filter_map(|part| part.split('>').nth(1)).collect()
    }

    #[test]
    fn a_line_says_why_in_both_languages() {
        let next = Some("2026-10-06T10:48:02+02:00".parse().unwrap());
        for (why, bokmal, english) in [
            (Why::Nothing, "", ""),
            (
                Why::Attempts { made: 11, next },
                "11 forsøk, neste 10.48",
                "11 attempts, next 10.48",
            ),
            (Why::Attempts { made: 1, next: None }, "1 forsøk", "1 attempt"),
            (Why::AtAttempt(2), "2. forsøk", "attempt 2"),
            (
                Why::Cause("BL-2001".into()),
                "BL-2001 samtykket dekker ikke mottakeren",
                "BL-2001 no consent covers the receiver",
            ),
            (Why::Cause("<b>".into()), "&lt;b&gt;", "&lt;b&gt;"),
        ] {
            assert_eq!(line(&why, Lang::Bokmal), bokmal);
            assert_eq!(line(&why, Lang::English), english);
        }
    }

    #[test]
    fn a_count_says_when_there_are_more() {
        let write = Write::new(Lang::Bokmal, Timestamp::UNIX_EPOCH);
        assert_eq!(Count::exact(412).words(write), "412");
        let over = Count {
            n: 10_000,
            is_over: true,
        };
        assert_eq!(over.and(Count::exact(0)).words(write), "over 10\u{202f}000");
    }
}
