//! A request: a drafted consent that a party sends to the participant's own page, to be answered there by the participant, who
//! signed in at level high.
//!
//! [`RequestState`] has the states and their moves. The request keeps the text as it was when the party sent it, so that an answer
//! is an answer to that text. [`Asked`] has the boxes of the text, and makes the grants of a yes, which never has more than was
//! asked.

mod state;

use std::collections::BTreeSet;
use std::fmt;

use bindeledd_catalogue::{CategorySet, PartyId, time};
use jiff::Timestamp;

use crate::consent::{Basis, Evidence, Grant, Period};
use crate::form::{Choice, Language, Line, choices};
use crate::id::{AccountId, ConsentId, ParticipantRef};
use crate::own_page::AtLevel;

pub use state::{DAYS, RequestEvent, RequestOver, RequestState, USUAL_DAYS};

/// Type of the evidence of a yes on the participant's own page.
pub const SIGNED_IN_YES: &str = "signed-in-yes";
/// Most requests of one party that may wait for one participant.
pub const WAITING_AT_MOST: usize = 5;

/// The question of a request: the grants, and the text in every language of the page.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    /// Grants that the participant is asked for.
    pub grants: Vec<Grant>,
    /// Period in which the consent would be valid.
    pub period: Period,
    /// Version of the text.
    pub text_version: String,
    /// Text in each language.
    pub texts: Vec<AskedText>,
}

/// The text of a request in one language, as the participant reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct AskedText {
    /// Language.
    pub language: Language,
    /// Lines, without a place to sign.
    pub lines: Vec<Line>,
    /// SHA-256 of the lines as [`to_text`](crate::form::to_text) sets them, in lower-case hexadecimal.
    pub sha256: String,
}

/// A request. `Debug` prints none of its text.
#[derive(Clone, PartialEq, Eq)]
pub struct ConsentRequest {
    /// Id: that of the consent which a yes registers. So one draft becomes one consent, on paper or here.
    pub id: ConsentId,
    /// Participant.
    pub participant: ParticipantRef,
    /// Party that asks, and registers a yes.
    pub party: PartyId,
    /// Person who sent it.
    pub sent_by: AccountId,
    /// Time when it was sent.
    pub sent_at: Timestamp,
    /// Question.
    pub asked: Asked,
    /// State.
    pub state: RequestState,
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").finish_non_exhaustive()
    }
}

impl fmt::Debug for AskedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AskedText")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ConsentRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsentRequest")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl ConsentRequest {
    /// Returns the request as it is at a time: without an event, time alone may have ended it.
    #[must_use]
    pub fn seen_at(mut self, now: Timestamp) -> Self {
        self.state = self.state.at(now);
        self
    }
}

impl Asked {
    /// Returns the boxes of the text, in its order.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice> {
        choices(&self.grants)
    }

    /// Returns the text in a language; `None` if the request has none in it.
    #[must_use]
    pub fn text(&self, language: Language) -> Option<&AskedText> {
        self.texts.iter().find(|text| text.language == language)
    }

    /// Returns the text with this digest. An answer names the text that its page showed.
    #[must_use]
    pub fn shown(&self, sha256: &str) -> Option<&AskedText> {
        self.texts.iter().find(|text| text.sha256 == sha256)
    }

    /// Returns the grants of a yes to the boxes with these numbers, counted from 0. A number without a box counts for nothing.
    #[must_use]
    pub fn ticked(&self, ticks: &BTreeSet<usize>) -> Vec<Grant> {
        let mut given: Vec<Grant> = Vec::new();
        for (n, choice) in self.choices().into_iter().enumerate() {
            let Some(asked) = self.grants.get(choice.grant).filter(|_| ticks.contains(&n)) else {
                continue;
            };
            let mut found = given.iter_mut();
            match found.find(|grant| is_same_exchange(grant, asked)) {
                Some(grant) => grant.categories = grant.categories.union(CategorySet::of(&[choice.category])),
                None => given.push(Grant {
                    categories: CategorySet::of(&[choice.category]),
                    ..asked.clone()
                }),
            }
        }
        given
    }

    /// Returns whether grants give something, and nothing beyond what is asked.
    #[must_use]
    pub fn covers(&self, given: &[Grant]) -> bool {
        let is_asked = |grant: &Grant| {
            let same = self.grants.iter().filter(|asked| is_same_exchange(asked, grant));
            let asked = same.fold(CategorySet::EMPTY, |all, one| all.union(one.categories));
            grant.basis == Basis::Consent && !grant.categories.is_empty() && grant.categories.is_subset(asked)
        };
        !given.is_empty() && given.iter().all(is_asked)
    }
}

/// Returns whether two grants are about the same exchange in the same period. Whether the sender has confirmed it is no part of it.
fn is_same_exchange(one: &Grant, other: &Grant) -> bool {
    one.from == other.from
        && one.to == other.to
        && one.purpose == other.purpose
        && one.basis == other.basis
        && one.period == other.period
}

/// Returns the evidence of a yes: the issuer and the level of the sign-in, the time, the language, and the digest of the text that
/// was shown. It has nothing by which the issuer names the person.
#[must_use]
pub fn evidence(by: &AtLevel, text: &AskedText, now: Timestamp) -> Evidence {
    Evidence {
        kind: SIGNED_IN_YES.to_owned(),
        reference: format!(
            "issuer {}, level {}, text {}, {}",
            by.issuer,
            by.level,
            text.language.code(),
            time::local_rfc3339(now)
        ),
        sha256: Some(text.sha256.clone()),
    }
}

/// Decides whether a party may send another request to a participant: only so many may wait at once.
#[must_use]
pub fn may_send(earlier: &[RequestState], now: Timestamp) -> bool {
    let waiting = earlier.iter().filter(|state| state.at(now).is_waiting());
    waiting.count() < WAITING_AT_MOST
}

#[cfg(test)]
mod tests;
