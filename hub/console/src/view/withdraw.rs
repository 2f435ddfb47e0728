//! A withdrawal on a participant's behalf: the choice, its preview in figures, and the outcome.

use bindeledd_core::{Category, CategorySet};

use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{terms, withdraw as text};
use crate::view::circle::Member;

/// A withdrawal on a participant's behalf.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Pseudonym of the participant.
    pub participant: Text,
    /// Place of the page, which decides about the words and the ways on.
    pub place: Place,
    /// Choice, as it was made. The steps after it keep it.
    pub choice: Choice,
    /// Parties of the circle.
    pub parties: Vec<Member>,
    /// Pairs of parties with a grant that can be withdrawn: the places of sender and receiver.
    pub pairs: Vec<(usize, usize)>,
    /// Step.
    pub step: Step,
}

/// The place of a withdrawal.
#[derive(Debug, Clone)]
pub enum Place {
    /// The console: an operator acts for the participant, and says why.
    Console,
    /// A mailbox: the party ends its own exchanges. The participant is named as the people there know them.
    Mailbox(Text),
}

/// The choice, as the fields of the form have it.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Field `scope`: `all`, `party` or `pair`.
    pub scope: String,
    /// Field `party`: an id.
    pub party: String,
    /// Field `pair`: the ids of sender and receiver, with a blank between.
    pub pair: String,
    /// Fields `only`, one a category.
    pub only: CategorySet,
}

/// A step of the withdrawal.
#[derive(Debug, Clone)]
pub enum Step {
    /// The choice.
    Choose {
        /// Faults of the form.
        errors: Errors,
    },
    /// The preview, with the form that does it.
    Preview {
        /// Effect.
        effect: Effect,
        /// Answer of the field `why`, as it was typed.
        why: String,
        /// Value that the form posts back once.
        once: String,
        /// Faults of the form.
        errors: Errors,
    },
    /// The outcome.
    Done {
        /// Effect.
        effect: Effect,
    },
}

/// The effect of a withdrawal, in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// Grants that end: sender, receiver, and the categories that end.
    pub ends: Vec<(Text, Text, CategorySet)>,
    /// Deliveries that wait and are stopped.
    pub stops: u64,
    /// Deliveries that are under way.
    pub in_flight: u64,
    /// Deliveries that were handed over before.
    pub handed_over: u64,
    /// Parties that are told.
    pub told: Vec<Text>,
    /// Duties that remain: sender, receiver and legal reference.
    pub remains: Vec<(Text, Text, Text)>,
}

impl Effect {
    fn count(&self) -> u64 {
        u64::try_from(self.ends.len()).unwrap_or(u64::MAX)
    }
}

impl Choice {
    fn is(&self, scope: &str) -> bool {
        self.scope == scope
    }

    fn is_party(&self, member: &Member) -> bool {
        self.party == member.id.as_str()
    }

    fn has(&self, category: Category) -> bool {
        self.only.contains(category)
    }
}

impl View {
    fn action(&self) -> String {
        match self.place {
            Place::Console => address::withdrawal(self.participant.as_str()),
            Place::Mailbox(_) => address::own_withdrawal(self.participant.as_str()),
        }
    }

    fn back(&self) -> String {
        match self.place {
            Place::Console => address::participant(self.participant.as_str()),
            Place::Mailbox(_) => address::consents_of(self.participant.as_str()),
        }
    }

    fn all_consents(&self) -> &'static str {
        match self.place {
            Place::Console => address::PARTICIPANTS,
            Place::Mailbox(_) => address::MAILBOX_CONSENTS,
        }
    }

    fn whom(&self) -> &str {
        match &self.place {
            Place::Console => self.participant.as_str(),
            Place::Mailbox(whom) => whom.as_str(),
        }
    }

    fn is_console(&self) -> bool {
        matches!(self.place, Place::Console)
    }

    fn member(&self, place: usize) -> Option<&Member> {
        self.parties.get(place)
    }

    fn name(&self, place: usize) -> &str {
        self.member(place).map_or("–", |party| party.name.as_str())
    }

    fn pair_value(&self, from: usize, to: usize) -> String {
        let id = |place| self.member(place).map_or("", |party| party.id.as_str());
        format!("{} {}", id(from), id(to))
    }

    fn is_pair(&self, from: usize, to: usize) -> bool {
        self.choice.pair == self.pair_value(from, to)
    }

    fn name_of(&self, id: &str) -> &str {
        let party = self.parties.iter().find(|party| party.id.as_str() == id);
        party.map_or("–", |party| party.name.as_str())
    }

    /// Writes the choice in words.
    fn chosen(&self, text: &text::Texts, lang: Lang) -> String {
        match (self.choice.scope.as_str(), self.choice.pair.split_once(' ')) {
            ("party", _) => (text.of_party)(self.name_of(&self.choice.party)),
            ("pair", Some((from, to))) => {
                let pair = (text.of_pair)(self.name_of(from), self.name_of(to));
                if self.choice.only.is_empty() {
                    pair
                } else {
                    format!("{pair}: {}", terms::categories(self.choice.only, lang))
                }
            }
            _ if self.is_console() => text.of_everything.to_owned(),
            _ => text.own_everything.to_owned(),
        }
    }
}

page!("withdraw.html");
