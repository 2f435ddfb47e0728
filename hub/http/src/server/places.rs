//! The places for connections. Their number is bounded in all, for each address, for strangers (callers that have not shown a
//! credential) and for each party. A connection over a bound displaces the oldest stranger, so that idle connections keep nobody
//! else out.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::caller::Caller;

/// Time for which an address stays known after a caller authenticated from there.
const LATELY: Duration = Duration::from_secs(24 * 3600);
/// Maximum number of known addresses for one caller. A caller with many addresses can thus not make all of them known.
const ADDRESSES_OF_ONE: usize = 32;
/// Number of places that parties can not take. The operator can thus always displace a stranger.
const LEFT_BY_PARTIES: usize = 16;

/// Maximum numbers of places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Maximum number of places in all.
    pub(super) all: usize,
    /// Maximum number of places for the strangers of one address.
    pub(super) per_address: usize,
}

impl Bounds {
    /// Number of places that strangers from unknown addresses may not take.
    const fn kept(self) -> usize {
        self.all / 4
    }

    const fn per_party(self) -> usize {
        let quarter = self.all / 4;
        if quarter == 0 { 1 } else { quarter }
    }

    const fn for_parties(self) -> usize {
        let left = self.all / 8;
        self.all - if left < LEFT_BY_PARTIES { left } else { LEFT_BY_PARTIES }
    }
}

/// The holder of a place.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    /// A stranger. The flag tells whether its address was known when the connection came.
    Stranger { known_address: bool },
    /// An identified caller.
    Known(Caller),
    /// A trusted proxy. At this level the hub does not see the callers behind it.
    Proxy,
}

#[derive(Debug)]
struct Held {
    network: IpAddr,
    standing: Standing,
    /// Closes the connection when it is dropped or sent to.
    close: oneshot::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    held: HashMap<u64, Held>,
    /// The strangers of each network, oldest first.
    strangers: HashMap<IpAddr, BTreeSet<u64>>,
    /// Number of strangers whose address was not known.
    unknown: usize,
    /// Number of places of each known caller.
    known: HashMap<Caller, usize>,
    lately: HashMap<Caller, VecDeque<(IpAddr, Instant)>>,
    closed: u64,
    told: Option<Instant>,
}

/// The places of one listener.
#[derive(Debug)]
pub(super) struct Places {
    bounds: Bounds,
    state: Mutex<State>,
}

impl Places {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for a connection. Returns the place, and a signal that the connection must close. `None` if known callers
    /// hold every place.
    pub(super) fn enter(&self, network: IpAddr, proxy: bool, now: Instant) -> Option<(u64, oneshot::Receiver<()>)> {
        let mut state = self.state();
        let known_address = proxy || state.knows(network, now);
        let of_address = state.strangers.get(&network).map_or(0, BTreeSet::len);
        if !proxy && of_address >= self.bounds.per_address {
            state.close_oldest_of(network, now);
        }
        let full = state.held.len() >= self.bounds.all;
        let too_many = !known_address && state.unknown >= self.bounds.all - self.bounds.kept();
        if (full || too_many) && !state.close_one(known_address, now) {
            return None;
        }
        let id = state.next;
        state.next += 1;
        let (close, closed) = oneshot::channel();
        let standing = if proxy {
            Standing::Proxy
        } else {
            state.strangers.entry(network).or_default().insert(id);
            state.unknown += usize::from(!known_address);
            Standing::Stranger { known_address }
        };
        let held = Held {
            network,
            standing,
            close,
        };
        state.held.insert(id, held);
        Some((id, closed))
    }

    /// Records a connection's caller as known. Returns whether the connection has stopped being a stranger's.
    pub(super) fn known(&self, id: u64, caller: &Caller, now: Instant) -> bool {
        let mut state = self.state();
        let Some(held) = state.held.get(&id) else { return false };
        let network = held.network;
        match held.standing {
            Standing::Known(_) | Standing::Proxy => return true,
            Standing::Stranger { .. } => {}
        }
        state.remember(caller, network, now);
        if !caller.is_operator() {
            let own = state.known.get(caller).copied().unwrap_or_default();
            let of_parties: usize = state.known.values().sum();
            if own >= self.bounds.per_party() || of_parties >= self.bounds.for_parties() {
                return false;
            }
        }
        state.no_stranger(id);
        *state.known.entry(caller.clone()).or_default() += 1;
        if let Some(held) = state.held.get_mut(&id) {
            held.standing = Standing::Known(caller.clone());
        }
        true
    }

    /// Frees the place of a closed connection.
    pub(super) fn leave(&self, id: u64, now: Instant) {
        let mut state = self.state();
        state.no_stranger(id);
        let Some(held) = state.held.remove(&id) else { return };
        if let Standing::Known(caller) = held.standing {
            state.remember(&caller, held.network, now);
            if let Some(count) = state.known.get_mut(&caller) {
                *count -= 1;
                if *count == 0 {
                    state.known.remove(&caller);
                }
            }
        }
    }
}

impl State {
    fn knows(&self, network: IpAddr, now: Instant) -> bool {
        let there = |(known, at): &(IpAddr, Instant)| *known == network && now < *at + LATELY;
        self.lately.values().flatten().any(there)
    }

    fn remember(&mut self, caller: &Caller, network: IpAddr, now: Instant) {
        let of_caller = self.lately.entry(caller.clone()).or_default();
        of_caller.retain(|(known, at)| *known != network && now < *at + LATELY);
        if of_caller.len() >= ADDRESSES_OF_ONE {
            of_caller.pop_front();
        }
        of_caller.push_back((network, now));
    }

    /// Removes a connection from the strangers.
    fn no_stranger(&mut self, id: u64) {
        let Some(held) = self.held.get(&id) else { return };
        let Standing::Stranger { known_address } = held.standing else {
            return;
        };
        self.unknown -= usize::from(!known_address);
        if let Some(of_network) = self.strangers.get_mut(&held.network) {
            of_network.remove(&id);
            if of_network.is_empty() {
                self.strangers.remove(&held.network);
            }
        }
    }

    /// Closes a stranger of the address that has most strangers. A stranger from an unknown address goes first. A stranger from a
    /// known address goes only if a known address asks.
    fn close_one(&mut self, for_known: bool, now: Instant) -> bool {
        let unknown = |state: &Self, id: &u64| {
            let standing = state.held.get(id).map(|held| &held.standing);
            standing == Some(&Standing::Stranger { known_address: false })
        };
        let most = |any: bool| {
            let networks = self.strangers.iter();
            let fitting = networks.filter(|(_, ids)| any || ids.iter().any(|id| unknown(self, id)));
            fitting.max_by_key(|(_, ids)| ids.len()).map(|(network, _)| *network)
        };
        match most(false).or_else(|| for_known.then(|| most(true)).flatten()) {
            Some(network) => {
                self.close_oldest_of(network, now);
                true
            }
            None => false,
        }
    }

    fn close_oldest_of(&mut self, network: IpAddr, now: Instant) {
        let oldest = self.strangers.get(&network).and_then(|ids| ids.first().copied());
        let Some(id) = oldest else { return };
        self.no_stranger(id);
        if let Some(held) = self.held.remove(&id) {
            // A failed send means that the connection has closed already.
            let _ = held.close.send(());
        }
        self.closed += 1;
        // Logs once a minute at most, so that a flood of connections does not flood the log.
        if self.told.is_none_or(|told| now >= told + Duration::from_secs(60)) {
            let closed = std::mem::take(&mut self.closed);
            self.told = Some(now);
            tracing::warn!(
                closed,
                "connections without a caller that is known were closed to make room"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use bindeledd_core::PartyId;

    use super::*;

    fn address(n: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, n])
    }

    fn party(raw: &str) -> Caller {
        Caller::Party(PartyId::parse(raw).unwrap())
    }

    fn places(all: usize, per_address: usize) -> Places {
        Places::new(Bounds { all, per_address })
    }

    fn is_open(entered: &mut (u64, oneshot::Receiver<()>)) -> bool {
        entered.1.try_recv() == Err(oneshot::error::TryRecvError::Empty)
    }

    #[tokio::test]
    async fn an_address_that_lies_on_its_places_loses_its_own_oldest_and_no_others() {
        let (places, now) = (places(100, 4), Instant::now());
        let mut other = places.enter(address(9), false, now).unwrap();
        let mut own: Vec<_> = (0..10).map(|_| places.enter(address(1), false, now).unwrap()).collect();
        let open: Vec<_> = own.iter_mut().map(is_open).collect();
        assert_eq!(open, [[false; 6].as_slice(), &[true; 4]].concat());
        assert!(is_open(&mut other));
    }

    #[tokio::test]
    async fn strangers_of_many_addresses_leave_a_quarter_to_those_who_are_known() {
        let (places, now) = (places(8, 8), Instant::now());
        let home = places.enter(address(1), false, now).unwrap();
        assert!(places.known(home.0, &party("anna-as"), now));
        let mut strangers: Vec<_> = (2..40).map(|n| places.enter(address(n), false, now).unwrap()).collect();
        assert_eq!(strangers.iter_mut().filter_map(|s| is_open(s).then_some(())).count(), 6);
        // One place is left for an address that is known.
        let mut again = places.enter(address(1), false, now).unwrap();
        assert_eq!(strangers.iter_mut().filter_map(|s| is_open(s).then_some(())).count(), 6);
        // When all places are taken, a known address displaces an unknown one, and an unknown address displaces another unknown
        // one.
        let _more = places.enter(address(1), false, now).unwrap();
        let _last = places.enter(address(77), false, now).unwrap();
        assert_eq!(strangers.iter_mut().filter_map(|s| is_open(s).then_some(())).count(), 4);
        assert!(is_open(&mut again));
        places.leave(home.0, now);
        let later = now + LATELY + Duration::from_secs(1);
        assert!(!places.state().knows(address(1), later) && places.state().knows(address(1), now));
    }

    #[tokio::test]
    async fn known_callers_keep_their_places_and_parties_leave_some_to_the_operator() {
        let (places, now) = (places(64, 64), Instant::now());
        let mut kept = Vec::new();
        for (n, raw) in ["anna-as", "berit-as", "cecilie-as", "dina-as"].into_iter().enumerate() {
            for k in 0..20 {
                let entered = places.enter(address(n.try_into().unwrap()), false, now).unwrap();
                if places.known(entered.0, &party(raw), now) {
                    kept.push(entered);
                } else {
                    assert!(k >= 16 || n == 3, "{raw} {k}");
                    places.leave(entered.0, now);
                }
            }
        }
        assert_eq!(kept.len(), 56, "a quarter for each at most, and an eighth for no party");
        for n in 0..30 {
            places.enter(address(100 + n), false, now).unwrap();
        }
        assert!(kept.iter_mut().all(is_open));
        let operator = places.enter(address(200), false, now).unwrap();
        assert!(places.known(operator.0, &Caller::Operator, now));
        for (id, _) in &kept {
            places.leave(*id, now);
        }
        assert_eq!(places.state().known.len(), 1);
    }

    #[tokio::test]
    async fn where_everybody_is_known_a_stranger_gets_nothing() {
        let (places, now) = (places(1, 1), Instant::now());
        let first = places.enter(address(1), false, now).unwrap();
        assert!(places.known(first.0, &Caller::Operator, now));
        assert!(places.enter(address(2), false, now).is_none());
        places.leave(first.0, now);
        assert!(places.enter(address(2), false, now).is_some());
        // A proxy's connections take no other caller's place, however many they are.
        let places = Places::new(Bounds { all: 4, per_address: 1 });
        let mut proxied: Vec<_> = (0..4).map(|_| places.enter(address(1), true, now).unwrap()).collect();
        assert!(proxied.iter_mut().all(is_open) && places.enter(address(1), true, now).is_none());
    }

    #[tokio::test]
    async fn one_caller_makes_so_many_addresses_known_and_no_more() {
        let (places, now) = (places(1000, 10), Instant::now());
        for n in 0..200 {
            let entered = places.enter(address(n), false, now).unwrap();
            places.known(entered.0, &party("anna-as"), now);
            places.leave(entered.0, now);
        }
        let known = (0..200).filter(|n| places.state().knows(address(*n), now)).count();
        assert_eq!(known, ADDRESSES_OF_ONE);
    }
}
