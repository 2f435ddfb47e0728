//! How much one caller may ask for, so that it costs nobody else anything.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use bindeledd_core::PartyId;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::Problem;

/// A rate with room for a burst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second, over time.
    pub per_second: NonZeroU32,
    /// Requests at once.
    pub burst: NonZeroU32,
}

impl Rate {
    /// A rate; zero is taken as one.
    #[must_use]
    pub const fn new(per_second: u32, burst: u32) -> Self {
        const fn least_one(n: u32) -> NonZeroU32 {
            match NonZeroU32::new(n) {
                Some(n) => n,
                None => NonZeroU32::MIN,
            }
        }
        Self {
            per_second: least_one(per_second),
            burst: least_one(burst),
        }
    }

    const fn quota(self) -> Quota {
        Quota::per_second(self.per_second).allow_burst(self.burst)
    }
}

/// How many addresses of unknown callers are remembered at a time.
const ADDRESSES: usize = 10_000;

struct PartyLimit {
    rate: DefaultDirectRateLimiter,
    room: Arc<Semaphore>,
}

pub(crate) struct Limits {
    clock: DefaultClock,
    rate: Rate,
    in_flight_per_party: usize,
    parties: Mutex<HashMap<PartyId, Arc<PartyLimit>>>,
    unknown: DefaultKeyedRateLimiter<IpAddr>,
    room: Arc<Semaphore>,
}

impl Limits {
    pub(crate) fn new(party: Rate, unknown: Rate, in_flight: usize, in_flight_per_party: usize) -> Self {
        Self {
            clock: DefaultClock::default(),
            rate: party,
            in_flight_per_party,
            parties: Mutex::default(),
            unknown: RateLimiter::hashmap(unknown.quota()),
            room: Arc::new(Semaphore::new(in_flight)),
        }
    }

    /// A place among the requests that the hub has under way.
    pub(crate) fn enter(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.room).try_acquire_owned().map_err(|_| Problem::busy())
    }

    /// Counts a request of a party, and gives it a place among that party's own.
    pub(crate) fn enter_party(&self, party: &PartyId) -> Result<OwnedSemaphorePermit, Problem> {
        let limit = self.of(party);
        limit.rate.check().map_err(|until| self.too_many(&until))?;
        Arc::clone(&limit.room)
            .try_acquire_owned()
            .map_err(|_| Problem::too_many(1))
    }

    /// Counts a request of someone who is not known.
    pub(crate) fn count_unknown(&self, address: IpAddr) -> Result<(), Problem> {
        if self.unknown.len() > ADDRESSES {
            self.unknown.retain_recent();
        }
        self.unknown
            .check_key(&network(address))
            .map_err(|until| self.too_many(&until))
    }

    fn too_many(&self, until: &NotUntil<<DefaultClock as Clock>::Instant>) -> Problem {
        let wait = until.wait_time_from(self.clock.now());
        Problem::too_many(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1))
    }

    fn of(&self, party: &PartyId) -> Arc<PartyLimit> {
        let mut parties = self.parties.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(limit) = parties.get(party) {
            return Arc::clone(limit);
        }
        let limit = Arc::new(PartyLimit {
            rate: RateLimiter::direct(self.rate.quota()),
            room: Arc::new(Semaphore::new(self.in_flight_per_party)),
        });
        parties.insert(party.clone(), Arc::clone(&limit));
        limit
    }
}

/// One caller has a whole /64 of IPv6 addresses.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_network_count_as_one_caller() {
        let limits = Limits::new(Rate::new(1, 1), Rate::new(1, 2), 1, 1);
        let address = |raw: &str| raw.parse().unwrap();
        limits.count_unknown(address("2001:db8::1")).unwrap();
        limits.count_unknown(address("2001:db8::2")).unwrap();
        limits.count_unknown(address("2001:db8::3")).unwrap_err();
        limits.count_unknown(address("2001:db8:0:1::3")).unwrap();
        limits.count_unknown(address("10.0.0.1")).unwrap();
        limits.count_unknown(address("::ffff:10.0.0.1")).unwrap();
        limits.count_unknown(address("10.0.0.1")).unwrap_err();
    }

    #[test]
    fn one_party_takes_no_place_of_another() {
        let limits = Limits::new(Rate::new(100, 100), Rate::new(1, 1), 9, 1);
        let party = |raw| PartyId::parse(raw).unwrap();
        let held = limits.enter_party(&party("anna-as")).unwrap();
        limits.enter_party(&party("anna-as")).unwrap_err();
        let _other = limits.enter_party(&party("berit-as")).unwrap();
        drop(held);
        let _again = limits.enter_party(&party("anna-as")).unwrap();
    }
}
