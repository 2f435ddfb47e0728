//! The form of a consent as it is printed, and the registration of the signed paper. The printed form names no participant:
//! the name is written by hand.

use bindeledd_core::form::{Language, Line};
use bindeledd_core::{Category, CategorySet};

use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::consent_form as text;
use crate::text::terms;

/// A draft of a consent: parties, categories and days. It has nothing of a person besides a pseudonym.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Pseudonym of the participant; empty for one who is chosen later.
    pub participant: String,
    /// Id that the consent gets, so that it is registered once.
    pub key: String,
    /// Other parties.
    pub with: Vec<With>,
    /// First day, as typed.
    pub from: String,
    /// Last day, as typed.
    pub until: String,
    /// Language of the printed form.
    pub paper: Language,
}

/// Another party in a draft.
#[derive(Debug, Clone)]
pub struct With {
    /// Id.
    pub id: String,
    /// Public label.
    pub name: Text,
    /// Categories that the mailbox's party may tell.
    pub gives: CategorySet,
    /// Categories that it may be told.
    pub gets: CategorySet,
}

impl Draft {
    /// Returns the fields of the draft, as forms and addresses have them.
    #[must_use]
    pub fn fields(&self) -> Vec<(String, String)> {
        let mut fields = vec![
            ("participant".to_owned(), self.participant.clone()),
            ("key".to_owned(), self.key.clone()),
        ];
        for (n, with) in self.with.iter().enumerate() {
            fields.push(("with".to_owned(), with.id.clone()));
            for (name, set) in [("give", with.gives), ("get", with.gets)] {
                let codes = set
                    .iter()
                    .map(|category| (format!("{name}.{n}"), category.code().to_owned()));
                fields.extend(codes);
            }
        }
        fields.push(("from".to_owned(), self.from.clone()));
        fields.push(("until".to_owned(), self.until.clone()));
        fields.push(("paper".to_owned(), self.paper.code().to_owned()));
        fields.retain(|(_, value)| !value.is_empty());
        fields
    }

    /// Returns the address of a page about the draft.
    #[must_use]
    pub fn at(&self, page: &str) -> String {
        let pairs = self.fields();
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", address::segment(value)))
            .collect();
        format!("{page}?{}", pairs.join("&"))
    }
}

/// The printed form, and the form that registers.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// The draft.
    pub draft: Draft,
    /// The printed form, line by line.
    pub lines: Vec<Line>,
    /// Participants whom the person follows up: the pseudonym, and the name.
    pub participants: Vec<(String, Text)>,
    /// Answers, as typed.
    pub typed: Typed,
    /// Whether participants can answer on their own pages.
    pub may_ask: bool,
    /// Faults of the form.
    pub errors: Errors,
}

/// The answers of the registration, as typed. The identity number is not among them: no page shows it again.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Field `who`: a pseudonym, or `new`.
    pub who: String,
    /// Ticks of the participant, by the number of the party: told by the mailbox's party, and to it.
    pub ticks: Vec<(CategorySet, CategorySet)>,
    /// Field `given`: day and time of the signature.
    pub given: String,
    /// Field `place`: place of the signature.
    pub place: String,
    /// Field `kept`: place of the paper.
    pub kept: String,
    /// Field `taken`: person who took it.
    pub taken: String,
    /// Whether a guardian signed.
    pub is_guardian: bool,
    /// Field `decision`: the decision on guardianship.
    pub decision: String,
}

/// A fault of the registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nobody is chosen, or somebody whom the person does not follow up.
    Whom,
    /// Nothing is ticked.
    Ticks,
    /// The time of the signature.
    Given,
    /// A line with this name.
    Line(&'static str),
}

/// Adds a fault of the registration, at its field.
#[must_use]
pub fn wrong(errors: Errors, fault: Wrong, lang: Lang) -> Errors {
    let words = text::of(lang);
    match fault {
        Wrong::Whom => errors.and("who", words.no_whom),
        Wrong::Ticks => errors.and("ticks", words.no_tick),
        Wrong::Given => errors.and("given", words.wrong_given),
        Wrong::Line(field) => errors.and(field, words.wrong_line),
    }
}

impl View {
    fn is_who(&self, who: &str) -> bool {
        self.typed.who == who
    }

    fn ticked(&self, n: usize, category: Category, gives: bool) -> bool {
        let ticks = self
            .typed
            .ticks
            .get(n)
            .copied()
            .unwrap_or((CategorySet::EMPTY, CategorySet::EMPTY));
        let set = if gives { ticks.0 } else { ticks.1 };
        set.contains(category)
    }

    /// Returns the printed form in another language.
    fn in_language(&self, paper: Language) -> String {
        let draft = Draft {
            paper,
            ..self.draft.clone()
        };
        draft.at(address::CONSENT_FORM)
    }

    fn languages() -> [(Language, &'static str); 3] {
        [
            (Language::Bokmal, "Bokmål"),
            (Language::Nynorsk, "Nynorsk"),
            (Language::English, "English"),
        ]
    }

    fn is_paper(&self, paper: Language) -> bool {
        self.draft.paper == paper
    }

    fn ask(&self) -> String {
        self.draft.at(address::SEND_REQUEST)
    }

    fn back(&self) -> String {
        self.draft.at(address::CONSENT_CONTENT)
    }
}

page!("consent_form.html");
