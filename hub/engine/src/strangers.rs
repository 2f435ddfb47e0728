//! Addresses where a system other than the expected one answers: a portal, a proxy, a page of a web server.
//!
//! An address is reported once in an episode, and at most once an hour, since such a system may come and go between
//! requests.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bindeledd_core::contract::Response;
use bindeledd_core::delivery::Cause;
use bindeledd_core::{EndpointAddress, PartyId};
use bindeledd_texts::cause::{CauseText, Stranger};
use jiff::{SignedDuration, Timestamp};

/// Code of an answer from another system.
pub(crate) const CODE: &str = "BL-3110";

/// Shortest time between two reports of the same address.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Episodes by origin. Their number is bounded by the number of endpoints.
#[derive(Debug, Default)]
pub(crate) struct Strangers(Mutex<HashMap<String, Episode>>);

#[derive(Debug)]
struct Episode {
    told: Timestamp,
    lasts: bool,
    /// Party of the alert.
    party: PartyId,
}

impl Strangers {
    fn episodes(&self) -> MutexGuard<'_, HashMap<String, Episode>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records that another system answered. Returns whether to report the address.
    pub(crate) fn strange(&self, origin: &str, party: &PartyId, now: Timestamp) -> bool {
        let mut episodes = self.episodes();
        let known = episodes.get(origin);
        let is_new = known.as_ref().is_none_or(|episode| {
            // If the clock was set back, the pause ends.
            !episode.lasts && (now >= episode.told.saturating_add(AGAIN).unwrap_or(now) || now < episode.told)
        });
        // An episode that came back within the pause is reported after the pause, if it is still there.
        if is_new {
            let episode = Episode {
                told: now,
                lasts: true,
                party: party.clone(),
            };
            episodes.insert(origin.to_owned(), episode);
        }
        is_new
    }

    /// Records that the expected system answered. Returns the party of the alert if that ends an episode.
    pub(crate) fn own(&self, origin: &str) -> Option<PartyId> {
        let mut episodes = self.episodes();
        let episode = episodes.get_mut(origin)?;
        std::mem::take(&mut episode.lasts).then(|| episode.party.clone())
    }
}

/// Returns the cause why an answer is ignored.
pub(crate) fn cause(response: &Response, address: &EndpointAddress) -> Cause {
    let what = if response.is_in_between() {
        Stranger::InBetween
    } else {
        Stranger::Wordless
    };
    let text = CauseText::Stranger {
        origin: address.origin.clone(),
        status: response.status.into(),
        what,
    };
    Cause::new(CODE, text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_episode_is_told_once_and_one_that_comes_and_goes_once_an_hour() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        let strangers = Strangers::default();
        let party = PartyId::parse("klinikken").unwrap();
        assert!(strangers.strange("https://a", &party, at(0)));
        assert!(
            (1..600).all(|minute| !strangers.strange("https://a", &party, at(minute))),
            "it lasts"
        );
        assert!(strangers.strange("https://b", &party, at(1)), "another address");
        assert_eq!(strangers.own("https://b"), Some(party.clone()));
        assert_eq!(strangers.own("https://b"), None, "it is over once");
        assert!(!strangers.strange("https://b", &party, at(2)), "it came back at once");
        assert_eq!(strangers.own("https://b"), None);
        assert!(!strangers.strange("https://b", &party, at(60)));
        assert!(
            strangers.strange("https://b", &party, at(62)),
            "it is still there after the pause"
        );
        assert_eq!(strangers.own("https://c"), None);
        assert!(strangers.strange("https://c", &party, at(0)));
    }
}
