//! Addresses where a system other than the expected one answers: a portal, a proxy, a page of a web server.
//!
//! An address is reported once in an episode, and at most once an hour, since such a system may come and go between
//! requests.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bindeledd_core::EndpointAddress;
use bindeledd_core::contract::Response;
use bindeledd_core::delivery::Cause;
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
}

impl Strangers {
    fn episodes(&self) -> MutexGuard<'_, HashMap<String, Episode>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records that another system answered. Returns whether to report the address.
    pub(crate) fn strange(&self, origin: &str, now: Timestamp) -> bool {
        let mut episodes = self.episodes();
        let known = episodes.get_mut(origin);
        let is_new = known.as_ref().is_none_or(|episode| {
            // If the clock was set back, the pause ends.
            !episode.lasts && (now >= episode.told.saturating_add(AGAIN).unwrap_or(now) || now < episode.told)
        });
        match known {
            Some(episode) if !is_new => episode.lasts = true,
            _ => {
                let episode = Episode { told: now, lasts: true };
                episodes.insert(origin.to_owned(), episode);
            }
        }
        is_new
    }

    /// Records that the expected system answered.
    pub(crate) fn own(&self, origin: &str) {
        if let Some(episode) = self.episodes().get_mut(origin) {
            episode.lasts = false;
        }
    }
}

/// Returns the cause why an answer is ignored.
pub(crate) fn cause(response: &Response, address: &EndpointAddress) -> Cause {
    let what = if response.is_in_between() {
        "a page, a redirect or a proxy"
    } else {
        "a success without an answer in the system's own words"
    };
    let text = format!(
        "{} answered {} with {what}; the answer does not count, and the hub tries again",
        address.origin, response.status
    );
    Cause::new(CODE, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_episode_is_told_once_and_one_that_comes_and_goes_once_an_hour() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        let strangers = Strangers::default();
        assert!(strangers.strange("https://a", at(0)));
        assert!(
            (1..600).all(|minute| !strangers.strange("https://a", at(minute))),
            "it lasts"
        );
        assert!(strangers.strange("https://b", at(1)), "another address");
        strangers.own("https://b");
        assert!(!strangers.strange("https://b", at(2)), "it came back at once");
        strangers.own("https://b");
        assert!(strangers.strange("https://b", at(62)));
        strangers.own("https://c");
        assert!(strangers.strange("https://c", at(0)));
    }
}
