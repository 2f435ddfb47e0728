//! Limits one caller's requests, so that they do not slow down other callers.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use bindeledd_core::PartyId;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::network::network;
use crate::problem::Problem;

/// A rate with room for a burst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Average number of requests a second.
    pub per_second: NonZeroU32,
    /// Number of requests that may come at once.
    pub burst: NonZeroU32,
}

impl Rate {
    /// Makes a rate; zero is taken as one.
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

/// Maximum number of addresses of unknown callers that are remembered at a time.
const ADDRESSES: usize = 10_000;

/// Maximum amounts under way. A party's own share bounds the part that it can take from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    /// Maximum number of requests under way at a time, without the operator's.
    pub requests: usize,
    /// Maximum number of requests under way of one party.
    pub requests_per_party: usize,
    /// Maximum number of bytes of bodies and answers that are held at a time, without the operator's.
    pub bytes: usize,
    /// Maximum number of bytes that are held for one party.
    pub bytes_per_party: usize,
}

impl Shares {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        requests: 512,
        requests_per_party: 128,
        bytes: 256 * 1024 * 1024,
        bytes_per_party: 64 * 1024 * 1024,
    };
}

/// Number of requests that each party may always have under way, however many others have. Its bytes have such a minimum too.
const KEPT_REQUESTS: usize = 4;
const KEPT_BYTES: usize = 256 * 1024;
/// Maximum number of the operator's requests under way. No other caller can take these places.
const OPERATOR_REQUESTS: usize = 64;
const OPERATOR_BYTES: usize = 64 * 1024 * 1024;
/// Maximum number of requests in the lobby: those whose token is still being checked, and those of unknown callers.
const LOBBY: usize = 64;

/// One caller's requests and bytes under way.
struct Account {
    rate: Option<DefaultDirectRateLimiter>,
    requests: AtomicUsize,
    bytes: AtomicUsize,
    most: Share,
}

#[derive(Clone, Copy)]
struct Share {
    requests: usize,
    bytes: usize,
    kept_requests: usize,
    kept_bytes: usize,
}

/// The limits of one hub, and the amounts under way.
pub struct Limits {
    clock: DefaultClock,
    rate: Rate,
    shares: Shares,
    parties: Mutex<HashMap<PartyId, Arc<Account>>>,
    operator: (Arc<Account>, Arc<All>),
    unknown: DefaultKeyedRateLimiter<IpAddr>,
    lobby: Arc<Semaphore>,
    all: Arc<All>,
}

/// All parties' requests and bytes under way.
#[derive(Default)]
struct All {
    requests: AtomicUsize,
    bytes: AtomicUsize,
}

impl Limits {
    pub(crate) fn new(party: Rate, unknown: Rate, shares: Shares) -> Self {
        let operator = Account {
            rate: None,
            requests: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            most: Share {
                requests: OPERATOR_REQUESTS,
                bytes: OPERATOR_BYTES,
                kept_requests: OPERATOR_REQUESTS,
                kept_bytes: OPERATOR_BYTES,
            },
        };
        Self {
            clock: DefaultClock::default(),
            rate: party,
            shares,
            parties: Mutex::default(),
            operator: (Arc::new(operator), Arc::default()),
            unknown: RateLimiter::hashmap(unknown.quota()),
            lobby: Arc::new(Semaphore::new(LOBBY)),
            all: Arc::default(),
        }
    }

    /// Takes a place in the lobby, for a caller that is not known yet.
    pub(crate) fn enter_lobby(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.lobby).try_acquire_owned().map_err(|_| Problem::busy())
    }

    /// Takes a place among the operator's requests.
    pub(crate) fn enter_operator(&self) -> Result<Entered, Problem> {
        self.enter(&self.operator.0, &self.operator.1)
    }

    /// Counts a request of a party, and takes a place among that party's requests.
    pub(crate) fn enter_party(&self, party: &PartyId) -> Result<Entered, Problem> {
        let account = self.of(party);
        if let Some(rate) = &account.rate {
            rate.check().map_err(|until| self.too_many(&until))?;
        }
        self.enter(&account, &self.all)
    }

    fn enter(&self, account: &Arc<Account>, all: &Arc<All>) -> Result<Entered, Problem> {
        // A refusal below drops `entered`, which takes the request out of the counts again.
        let entered = Entered {
            account: Arc::clone(account),
            all: Arc::clone(all),
        };
        let own = account.requests.fetch_add(1, Relaxed) + 1;
        let everybodys = all.requests.fetch_add(1, Relaxed) + 1;
        if own > account.most.requests {
            return Err(Problem::too_many(1));
        }
        if everybodys > self.shares.requests && own > account.most.kept_requests {
            return Err(Problem::busy());
        }
        // Bytes of answers that the party has not read count too.
        if account.bytes.load(Relaxed) > account.most.bytes {
            return Err(Problem::too_many_bytes());
        }
        Ok(entered)
    }

    /// Counts bytes of a body that is being read.
    pub(crate) fn take(&self, entered: &Entered, held: &mut Held, bytes: usize) -> Result<(), Problem> {
        held.add(entered, bytes);
        let own = entered.account.bytes.load(Relaxed);
        if own > entered.account.most.bytes {
            return Err(Problem::too_many_bytes());
        }
        if entered.all.bytes.load(Relaxed) > self.shares.bytes && own > entered.account.most.kept_bytes {
            return Err(Problem::busy());
        }
        Ok(())
    }

    /// Counts a request of an unknown caller.
    pub(crate) fn count_unknown(&self, address: IpAddr) -> Result<(), Problem> {
        if self.unknown.len() > ADDRESSES {
            self.unknown.retain_recent();
        }
        self.unknown
            .check_key(&network(address))
            .map_err(|until| self.too_many(&until))
    }

    /// Returns the bytes that are held for all parties, and the most that are held for one party.
    #[must_use]
    pub fn held(&self) -> (usize, usize) {
        let parties = self.parties.lock().unwrap_or_else(PoisonError::into_inner);
        let most = parties.values().map(|account| account.bytes.load(Relaxed)).max();
        (self.all.bytes.load(Relaxed), most.unwrap_or(0))
    }

    fn too_many(&self, until: &NotUntil<<DefaultClock as Clock>::Instant>) -> Problem {
        let wait = until.wait_time_from(self.clock.now());
        Problem::too_many(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1))
    }

    fn of(&self, party: &PartyId) -> Arc<Account> {
        let mut parties = self.parties.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(account) = parties.get(party) {
            return Arc::clone(account);
        }
        let account = Arc::new(Account {
            rate: Some(RateLimiter::direct(self.rate.quota())),
            requests: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            most: Share {
                requests: self.shares.requests_per_party,
                bytes: self.shares.bytes_per_party,
                kept_requests: KEPT_REQUESTS,
                kept_bytes: KEPT_BYTES,
            },
        });
        parties.insert(party.clone(), Arc::clone(&account));
        account
    }
}

/// A request's place among its caller's requests, held until the value is dropped.
pub(crate) struct Entered {
    account: Arc<Account>,
    all: Arc<All>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.account.requests.fetch_sub(1, Relaxed);
        self.all.requests.fetch_sub(1, Relaxed);
    }
}

/// Bytes that are held for a caller, until the value is dropped.
#[derive(Default)]
pub(crate) struct Held {
    bytes: usize,
    whose: Option<(Arc<Account>, Arc<All>)>,
}

impl Held {
    /// Counts bytes that are held already, such as an answer's.
    pub(crate) fn add(&mut self, entered: &Entered, bytes: usize) {
        let (account, all) = self
            .whose
            .get_or_insert_with(|| (Arc::clone(&entered.account), Arc::clone(&entered.all)));
        account.bytes.fetch_add(bytes, Relaxed);
        all.bytes.fetch_add(bytes, Relaxed);
        self.bytes += bytes;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some((account, all)) = &self.whose {
            account.bytes.fetch_sub(self.bytes, Relaxed);
            all.bytes.fetch_sub(self.bytes, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(requests: usize, requests_per_party: usize) -> Shares {
        Shares {
            requests,
            requests_per_party,
            bytes: 1000 * 1024,
            bytes_per_party: 400 * 1024,
        }
    }

    fn party(raw: &str) -> PartyId {
        PartyId::parse(raw).unwrap()
    }

    #[test]
    fn addresses_of_one_network_count_as_one_caller() {
        let limits = Limits::new(Rate::new(1, 1), Rate::new(1, 2), Shares::DEFAULT);
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
        let limits = Limits::new(Rate::new(100, 100), Rate::new(1, 1), shares(9, 1));
        let held = limits.enter_party(&party("anna-as")).unwrap();
        assert!(limits.enter_party(&party("anna-as")).is_err());
        let _other = limits.enter_party(&party("berit-as")).unwrap();
        drop(held);
        let _again = limits.enter_party(&party("anna-as")).unwrap();
    }

    #[test]
    fn where_every_place_is_taken_each_party_and_the_operator_have_some_left() {
        let limits = Limits::new(Rate::new(1000, 1000), Rate::new(1, 1), shares(20, 10));
        let crowd: Vec<_> = ["anna-as", "berit-as"]
            .iter()
            .flat_map(|name| (0..10).map(|_| limits.enter_party(&party(name)).unwrap()))
            .collect();
        let kept: Vec<_> = (0..KEPT_REQUESTS)
            .map(|_| limits.enter_party(&party("carl-as")).unwrap())
            .collect();
        assert!(limits.enter_party(&party("carl-as")).is_err());
        let _operators: Vec<_> = (0..OPERATOR_REQUESTS)
            .map(|_| limits.enter_operator().unwrap())
            .collect();
        drop((crowd, kept));
        assert!(limits.enter_party(&party("carl-as")).is_ok());
    }

    #[test]
    fn one_party_holds_its_share_of_bytes_and_no_more() {
        let limits = Limits::new(Rate::new(1000, 1000), Rate::new(1, 1), shares(100, 50));
        let anna = limits.enter_party(&party("anna-as")).unwrap();
        let (mut first, mut second) = (Held::default(), Held::default());
        limits.take(&anna, &mut first, 300 * 1024).unwrap();
        limits.take(&anna, &mut second, 101 * 1024).unwrap_err();
        // Another party is still served, even when the bytes of all parties are spent, as long as it holds few bytes itself.
        let berit = limits.enter_party(&party("berit-as")).unwrap();
        let mut others = Held::default();
        limits.take(&berit, &mut others, 400 * 1024).unwrap();
        let carl = limits.enter_party(&party("carl-as")).unwrap();
        let mut small = Held::default();
        limits.take(&carl, &mut small, KEPT_BYTES).unwrap();
        limits.take(&carl, &mut small, 1).unwrap_err();
        let operator = limits.enter_operator().unwrap();
        limits.take(&operator, &mut Held::default(), 5 * 1024 * 1024).unwrap();
        // A refused request gives back its share.
        drop(second);
        drop(first);
        limits.take(&anna, &mut Held::default(), 100 * 1024).unwrap();
        drop((others, small));
        assert_eq!(limits.held(), (0, 0));
    }

    #[test]
    fn answers_that_are_not_read_keep_their_own_party_out_and_nobody_else() {
        let limits = Limits::new(Rate::new(1000, 1000), Rate::new(1, 1), shares(100, 50));
        let anna = limits.enter_party(&party("anna-as")).unwrap();
        let mut unread = Held::default();
        unread.add(&anna, 401 * 1024);
        drop(anna);
        assert!(limits.enter_party(&party("anna-as")).is_err());
        assert!(limits.enter_party(&party("berit-as")).is_ok());
        drop(unread);
        assert!(limits.enter_party(&party("anna-as")).is_ok());
    }
}
