//! A participant as the people of a mailbox know them.

use crate::lang::Lang;
use crate::markup::Text;

/// A participant: by the name in what a party may have, else by the first characters of the pseudonym. Never by a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whom {
    /// Name; `None` if nothing that the party may have has one.
    pub name: Option<Text>,
    /// Pseudonym.
    pub pseudonym: String,
}

/// Characters of a pseudonym that people see.
const SHOWN: usize = 8;

impl Whom {
    /// Returns the name, or the words that stand for it.
    #[must_use]
    pub fn words(&self, lang: Lang) -> Text {
        self.name.clone().unwrap_or_else(|| {
            let short: String = self.pseudonym.chars().take(SHOWN).collect();
            let word = match lang {
                Lang::Bokmal => "deltaker",
                Lang::English => "participant",
            };
            Text::new(&format!("{word} {short}"))
        })
    }

    /// Returns the letters of the round mark beside the name.
    pub(crate) fn initials(&self) -> String {
        let name = self.name.as_ref().map(Text::as_str).unwrap_or_default();
        let mut words = name.split_whitespace();
        let first = words.next();
        let letters = [first, words.next_back()].into_iter().flatten();
        letters
            .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
            .flat_map(char::to_uppercase)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_participant_without_a_name_has_a_short_pseudonym() {
        let mut whom = Whom {
            name: None,
            pseudonym: "0197a3c2-0000-4000-8000-000000000001".to_owned(),
        };
        assert_eq!(whom.words(Lang::Bokmal).as_str(), "deltaker 0197a3c2");
        assert_eq!(whom.initials(), "");
        whom.name = Some("Snill <b> Tester".into());
        assert_eq!(whom.words(Lang::English).as_str(), "Snill <b> Tester");
        assert_eq!(whom.initials(), "ST");
    }
}
