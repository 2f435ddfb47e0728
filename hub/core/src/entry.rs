//! Documents that a person of the sender enters in a form of the receiver's, such as Nav's page for providers.
//!
//! The receiver opened that form to its senders, so that nobody at the receiver enters anything: the sender's own person
//! reads the document, enters it, and reads the receiver's answer there. A person of the sender follows the participant up,
//! as for every other content ([`sees_content`](crate::follow_up::sees_content)).

use bindeledd_catalogue::{Body, CategorySet, Kind, guard, hidden_character};
use jiff::civil::Date;
use serde_json::json;

use crate::decide::{Decision, Reason};
use crate::delivery::{End, State};

/// A receiver, by what decides who enters its documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receiving {
    /// Whether nothing is sent to it: it has no address.
    pub fetches: bool,
    /// Whether its adapter writes documents that a person enters in a form.
    pub is_entered_by_hand: bool,
    /// Whether persons use a mailbox of its own.
    pub has_persons: bool,
}

impl Receiving {
    /// Returns whether the sender's own person enters the documents to this receiver. A receiver with persons in the hub
    /// has its own, who read its mailbox.
    #[must_use]
    pub const fn is_entered_by_sender(self) -> bool {
        self.fetches && self.is_entered_by_hand && !self.has_persons
    }
}

/// The standing of a delivery for the sender's person who enters it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryStanding {
    /// Somebody still has to enter it.
    ToEnter,
    /// It was handed over, and no grant covers it any longer: nobody may enter it.
    NotToEnter,
    /// It is entered.
    Entered,
}

/// Returns the standing of a delivery; `None` for one that is not for a person: it is on its way, it is not covered and was
/// not handed over, or it ended in another way. `is_recorded` tells whether a person of the sender entered it.
///
/// While the ledger differs from the registered one, nobody knows whether a grant covers the delivery, and nothing is shown.
#[must_use]
pub fn standing(
    state: &State,
    decision: &Decision,
    frozen_with: CategorySet,
    is_recorded: bool,
) -> Option<EntryStanding> {
    let permitted = decision.permitted();
    let is_covered = !permitted.is_empty() && frozen_with.is_subset(permitted);
    match state {
        State::Ended(ended) if ended.how == End::Delivered && is_recorded => Some(EntryStanding::Entered),
        _ if decision.reason() == Reason::Differs => None,
        State::Waiting(_) => is_covered.then_some(EntryStanding::ToEnter),
        State::AwaitingReceipt(_) | State::WithPerson(_) => Some(match is_covered {
            true => EntryStanding::ToEnter,
            false => EntryStanding::NotToEnter,
        }),
        State::Reserved(_) | State::Sending(_) | State::Ended(_) => None,
    }
}

/// Answer of a receiver to something that was entered in its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiverSaid {
    /// The receiver agreed.
    Approved,
    /// The receiver did not agree.
    Rejected,
}

impl ReceiverSaid {
    /// Every answer.
    pub const ALL: [Self; 2] = [Self::Approved, Self::Rejected];

    /// Returns the code in forms and in the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|said| said.code() == code)
    }
}

/// Largest number of characters of the receiver's words.
pub const WORDS_AT_MOST: usize = 500;

/// A receiver's answer, as a person of the sender read it in the receiver's form. `Debug` prints none of its words.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceiverAnswer {
    said: ReceiverSaid,
    on: Date,
    words: Option<String>,
}

/// The fault of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFault {
    /// The day lies in the future, or before the day on which the document was entered.
    Day,
    /// A refusal has no words.
    NoWords,
    /// The words are too long, or have a character that nobody sees.
    Words,
    /// The words have something that the hub never keeps, as the guard says it.
    Found(guard::What),
}

impl ReceiverAnswer {
    /// Makes an answer that a person entered. `days` are the day on which the document was entered, and today. The words
    /// are kept for a refusal alone: an approval says all by itself.
    ///
    /// # Errors
    /// Every fault of it.
    pub fn new(said: ReceiverSaid, on: Date, words: &str, days: (Date, Date)) -> Result<Self, Vec<AnswerFault>> {
        let mut faults = Vec::new();
        if on < days.0 || on > days.1 {
            faults.push(AnswerFault::Day);
        }
        let words = words.trim().replace("\r\n", "\n");
        let words = (said == ReceiverSaid::Rejected).then_some(words);
        if let Some(words) = &words {
            let is_visible = words.split('\n').all(|line| hidden_character(line).is_none());
            if words.is_empty() {
                faults.push(AnswerFault::NoWords);
            } else if words.chars().count() > WORDS_AT_MOST || !is_visible {
                faults.push(AnswerFault::Words);
            } else {
                faults.extend(found(words).map(AnswerFault::Found));
            }
        }
        match faults.is_empty() {
            true => Ok(Self { said, on, words }),
            false => Err(faults),
        }
    }

    /// The answer.
    #[must_use]
    pub const fn said(&self) -> ReceiverSaid {
        self.said
    }

    /// Day of the answer.
    #[must_use]
    pub const fn on(&self) -> Date {
        self.on
    }

    /// The receiver's words of a refusal.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        self.words.as_deref()
    }
}

impl std::fmt::Debug for ReceiverAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReceiverAnswer")
            .field("said", &self.said)
            .finish_non_exhaustive()
    }
}

/// Returns what the guard finds first in the words. They are checked as the text of an answer is.
fn found(words: &str) -> Option<guard::What> {
    let body = json!({"text": words, "about": ["progress"]});
    let body = Body::parse(Kind::Answer, body).ok()?;
    guard::of_body(&body, None).first().map(|finding| finding.what)
}

#[cfg(test)]
mod tests {
    use bindeledd_catalogue::Category;

    use super::*;
    use crate::decide::decide;
    use crate::delivery::{AwaitingReceipt, Ended, Reserved, Sending, Waiting, WithPerson};
    use crate::testing::{PURPOSE, at, grant, ledger, party};

    #[test]
    fn the_sender_enters_what_no_system_and_no_person_of_the_receiver_takes() {
        let nav = Receiving {
            fetches: true,
            is_entered_by_hand: true,
            has_persons: false,
        };
        assert!(nav.is_entered_by_sender());
        for other in [
            Receiving { fetches: false, ..nav },
            Receiving {
                is_entered_by_hand: false,
                ..nav
            },
            Receiving {
                has_persons: true,
                ..nav
            },
        ] {
            assert!(!other.is_entered_by_sender(), "{other:?}");
        }
    }

    fn decision(categories: &[Category]) -> Decision {
        let grants = match categories.is_empty() {
            true => Vec::new(),
            false => vec![grant(1, "nordvik", "nav", categories)],
        };
        let asked = CategorySet::of(&[Category::Outcome, Category::Progress]);
        decide(
            &ledger(grants),
            &party("nordvik"),
            &party("nav"),
            PURPOSE,
            asked,
            at(20),
        )
    }

    #[test]
    fn what_no_grant_covers_is_not_to_enter_and_what_waits_is_nothing() {
        let (attempts, until) = (1, at(90));
        let waiting = State::Waiting(Waiting { attempts, due: at(1) });
        let handed = [
            State::AwaitingReceipt(AwaitingReceipt { attempts, until }),
            State::WithPerson(WithPerson { attempts, until }),
        ];
        let frozen = CategorySet::of(&[Category::Outcome]);
        let (both, less, none) = (
            decision(&[Category::Outcome, Category::Progress]),
            decision(&[Category::Progress]),
            decision(&[]),
        );
        let to_enter = Some(EntryStanding::ToEnter);
        assert_eq!(standing(&waiting, &both, CategorySet::EMPTY, false), to_enter);
        assert_eq!(standing(&waiting, &less, CategorySet::EMPTY, false), to_enter);
        assert_eq!(standing(&waiting, &none, CategorySet::EMPTY, false), None);
        for state in &handed {
            assert_eq!(standing(state, &both, frozen, false), to_enter);
            for gone in [&less, &none] {
                let stands = standing(state, gone, frozen, false);
                assert_eq!(stands, Some(EntryStanding::NotToEnter), "{state:?}");
            }
        }
        let mut differs = ledger(vec![grant(1, "nordvik", "nav", &[Category::Outcome])]);
        differs.differs = true;
        let differs = decide(&differs, &party("nordvik"), &party("nav"), PURPOSE, frozen, at(20));
        for state in handed.iter().chain([&waiting]) {
            assert_eq!(standing(state, &differs, frozen, false), None);
        }
        for state in [
            State::Reserved(Reserved { attempts, until }),
            State::Sending(Sending { attempts }),
        ] {
            assert_eq!(standing(&state, &both, frozen, false), None);
        }
        for how in End::ALL {
            let ended = State::Ended(Ended { how, attempts });
            let entered = (how == End::Delivered).then_some(EntryStanding::Entered);
            assert_eq!(
                standing(&ended, &none, frozen, true),
                entered,
                "a withdrawal undoes nothing"
            );
            assert_eq!(standing(&ended, &both, frozen, false), None, "another one entered it");
        }
    }

    #[test]
    fn an_answer_has_a_day_between_and_a_refusal_has_words() {
        let day = |day: i8| Date::constant(2026, 10, day);
        let answer = |said, on, words: &str| ReceiverAnswer::new(said, day(on), words, (day(5), day(9)));
        let approved = answer(ReceiverSaid::Approved, 5, "F32.1 og 15720255178").unwrap();
        assert_eq!(approved.words(), None, "an approval keeps no words");
        let rejected = answer(ReceiverSaid::Rejected, 9, " Tiltaket går til jul.\r\nRing oss. ").unwrap();
        assert_eq!(rejected.words(), Some("Tiltaket går til jul.\nRing oss."));
        assert_eq!((rejected.said(), rejected.on()), (ReceiverSaid::Rejected, day(9)));
        assert!(!format!("{rejected:?}").contains("jul"));
        let faults = |said, on, words: &str| answer(said, on, words).unwrap_err();
        for outside in [4, 10] {
            assert_eq!(faults(ReceiverSaid::Approved, outside, ""), [AnswerFault::Day]);
        }
        assert_eq!(
            faults(ReceiverSaid::Rejected, 4, "  "),
            [AnswerFault::Day, AnswerFault::NoWords]
        );
        for wrong in ["x".repeat(WORDS_AT_MOST + 1), "a\u{202e}b".to_owned()] {
            assert_eq!(faults(ReceiverSaid::Rejected, 6, &wrong), [AnswerFault::Words]);
        }
        // The participant's own number is kept nowhere either.
        for (words, what) in [
            ("Diagnose F32.1 gjør det umulig", guard::What::DiagnosisCode),
            ("Gjelder 15720255178", guard::What::IdentityNumber),
        ] {
            assert_eq!(faults(ReceiverSaid::Rejected, 6, words), [AnswerFault::Found(what)]);
        }
        for said in ReceiverSaid::ALL {
            assert_eq!(ReceiverSaid::parse(said.code()), Some(said));
        }
        assert_eq!(ReceiverSaid::parse("perhaps"), None);
    }
}
