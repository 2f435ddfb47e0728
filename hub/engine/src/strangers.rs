//! Addresses where a system other than the expected one answers: a portal, a proxy, a page of a web server.
//!
//! An address is reported once in an episode, and at most once an hour, since such a system may come and go between
//! requests.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::contract::Response;
use bindeledd_core::delivery::Cause;
use bindeledd_core::{AlertId, EndpointAddress, PartyId};
use jiff::{SignedDuration, Timestamp};

use crate::engine::Inner;

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
    fn strange(&self, origin: &str, now: Timestamp) -> bool {
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
    fn own(&self, origin: &str) {
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

impl Inner {
    /// Reports that a system other than the expected one answered at `address`: alerts an operator, once.
    pub(crate) async fn answered_by_another(&self, address: &EndpointAddress, party: &PartyId, now: Timestamp) {
        if !self.strangers.strange(&address.origin, now) {
            return;
        }
        tracing::warn!(origin = %address.origin, code = CODE, "something else than the system itself answers");
        let alert = Alert {
            id: AlertId(self.entropy.uuid_v7(now)),
            kind: AlertKind::StrangeAnswer,
            raised_at: now,
            participant: None,
            message: None,
            delivery: None,
            party: Some(party.clone()),
            code: Some(CODE.to_owned()),
            times: 1,
            last_at: now,
            ended_at: None,
        };
        if let Err(error) = self.store.raise(&alert).await {
            tracing::warn!(%error, "an alert could not be kept");
        }
    }

    /// Records that the expected system answered at `address`.
    pub(crate) fn answered_by_itself(&self, address: &EndpointAddress) {
        self.strangers.own(&address.origin);
    }
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
