//! Places for calls: first in a party's own share, then among all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::limits::Limits;
use crate::watch::LARGE_INPUT;

/// The places for calls. A party first waits for a place in its own share, so that it never has more than one share of
/// calls in the common queue.
#[derive(Debug)]
pub(crate) struct Places {
    all: Semaphore,
    per_party: u32,
    parties: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// The places that a call holds until this value is dropped.
#[derive(Debug)]
pub(crate) struct Taken<'p> {
    _all: SemaphorePermit<'p>,
    _own: OwnedSemaphorePermit,
}

impl Places {
    pub(crate) fn new(limits: &Limits) -> Self {
        let size = |n: u32| usize::try_from(n).unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            all: Semaphore::new(size(limits.instances)),
            per_party: limits.instances_per_party.clamp(1, limits.instances.max(1)),
            parties: Mutex::default(),
        }
    }

    /// Takes a place for a call with a party's input. A large input takes half of the party's places: its call takes as
    /// long as many small ones, and keeps processors from other parties.
    pub(crate) async fn take(&self, party: &str, input_bytes: usize) -> Option<Taken<'_>> {
        let weight = match input_bytes >= LARGE_INPUT {
            true => self.per_party.div_ceil(2),
            false => 1,
        };
        let own = self.own(party).acquire_many_owned(weight).await.ok()?;
        let all = self.all.acquire().await.ok()?;
        Some(Taken { _all: all, _own: own })
    }

    fn own(&self, party: &str) -> Arc<Semaphore> {
        let mut parties = self.parties.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = parties.get(party) {
            return Arc::clone(own);
        }
        let size = usize::try_from(self.per_party).unwrap_or(Semaphore::MAX_PERMITS);
        let own = Arc::new(Semaphore::new(size));
        parties.insert(party.to_owned(), Arc::clone(&own));
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(instances: u32, instances_per_party: u32) -> Places {
        Places::new(&Limits {
            instances,
            instances_per_party,
            ..Limits::default()
        })
    }

    async fn now<'p>(places: &'p Places, party: &str, bytes: usize) -> Option<Taken<'p>> {
        tokio::time::timeout(std::time::Duration::from_millis(1), places.take(party, bytes))
            .await
            .ok()
            .flatten()
    }

    #[tokio::test]
    async fn one_party_takes_its_share_and_leaves_the_rest() {
        let places = places(8, 4);
        let mut taken = Vec::new();
        for _ in 0..4 {
            taken.push(now(&places, "anna-as", 100).await.unwrap());
        }
        assert!(now(&places, "anna-as", 100).await.is_none());
        for _ in 0..4 {
            taken.push(now(&places, "berit-as", 100).await.unwrap());
        }
        assert!(now(&places, "carl-as", 100).await.is_none(), "all are taken");
        drop(taken);
        assert!(now(&places, "carl-as", 100).await.is_some());
    }

    #[tokio::test]
    async fn large_inputs_count_as_half_of_a_partys_places() {
        let places = places(16, 4);
        let _first = now(&places, "anna-as", LARGE_INPUT).await.unwrap();
        let _second = now(&places, "anna-as", LARGE_INPUT).await.unwrap();
        assert!(now(&places, "anna-as", 1).await.is_none());
        assert!(now(&places, "berit-as", LARGE_INPUT).await.is_some());
    }

    #[tokio::test]
    async fn who_waits_for_its_own_place_stands_before_nobody() {
        let places = places(2, 1);
        let held = now(&places, "anna-as", 1).await.unwrap();
        let waiting = places.take("anna-as", 1);
        tokio::pin!(waiting);
        assert!(now(&places, "anna-as", 1).await.is_none());
        std::future::poll_fn(|cx| {
            assert!(waiting.as_mut().poll(cx).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        assert!(now(&places, "berit-as", 1).await.is_some());
        drop(held);
        assert!(waiting.await.is_some());
    }

    #[tokio::test]
    async fn a_share_is_never_more_than_there_is() {
        let places = places(1, 4);
        assert!(now(&places, "anna-as", LARGE_INPUT).await.is_some());
    }
}
