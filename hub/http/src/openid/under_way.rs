//! Sign-ins that are under way, in memory. A hub that starts again has forgotten them, and the persons begin anew.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::Onwards;
use crate::jose::sha256;

/// Time for signing in at the issuer.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Most sign-ins under way. For a further one, the network that has most of them loses its oldest: so a flood from few networks ends
/// nobody else's sign-in.
const AT_MOST: usize = 4096;

/// A sign-in under way.
pub(super) struct Waiting {
    pub(super) profile: String,
    /// Hash of the browser's secret.
    pub(super) browser: String,
    /// Network of the browser.
    pub(super) network: IpAddr,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) onwards: Onwards,
    pub(super) began: Timestamp,
}

/// The sign-ins, by the hash of their state.
#[derive(Default)]
pub(super) struct UnderWay(Mutex<HashMap<String, Waiting>>);

impl UnderWay {
    pub(super) fn put(&self, state: &str, waiting: Waiting) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= AT_MOST {
            all.retain(|_, other| is_alive(other, waiting.began));
        }
        if all.len() >= AT_MOST {
            make_room(&mut all);
        }
        all.insert(sha256(state.as_bytes()), waiting);
    }

    /// Takes a sign-in out. `None` if it is over, or was taken before.
    pub(super) fn take(&self, state: &str, now: Timestamp) -> Option<Waiting> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = all.remove(&sha256(state.as_bytes()))?;
        is_alive(&waiting, now).then_some(waiting)
    }
}

fn make_room(all: &mut HashMap<String, Waiting>) {
    let mut networks: HashMap<IpAddr, usize> = HashMap::new();
    for waiting in all.values() {
        *networks.entry(waiting.network).or_default() += 1;
    }
    let most = networks
        .into_iter()
        .max_by_key(|(_, many)| *many)
        .map(|(network, _)| network);
    let those = all.iter().filter(|(_, waiting)| Some(waiting.network) == most);
    let oldest = those
        .min_by_key(|(_, waiting)| waiting.began)
        .map(|(key, _)| key.clone());
    if let Some(key) = oldest {
        all.remove(&key);
    }
}

fn is_alive(waiting: &Waiting, now: Timestamp) -> bool {
    now.duration_since(waiting.began) < LIFE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn waiting(second: i64) -> Waiting {
        of_network(second, 1)
    }

    fn of_network(second: i64, last: u8) -> Waiting {
        Waiting {
            profile: "own".into(),
            browser: String::new(),
            network: IpAddr::from([192, 0, 2, last]),
            nonce: String::new(),
            verifier: String::new(),
            onwards: Onwards::default(),
            began: at(second),
        }
    }

    #[test]
    fn a_sign_in_is_taken_once_and_for_ten_minutes() {
        let all = UnderWay::default();
        all.put("a", waiting(0));
        assert!(all.take("b", at(1)).is_none());
        assert!(all.take("a", at(1)).is_some() && all.take("a", at(1)).is_none());
        all.put("a", waiting(0));
        assert!(all.take("a", at(600)).is_none());
    }

    #[test]
    fn a_flood_removes_the_oldest_and_holds_no_more() {
        let all = UnderWay::default();
        for n in 0..=i64::try_from(AT_MOST).unwrap() {
            all.put(&n.to_string(), waiting(n / 100));
        }
        assert_eq!(all.0.lock().unwrap().len(), AT_MOST);
        assert!(all.take(&AT_MOST.to_string(), at(50)).is_some());
    }

    #[test]
    fn a_flood_of_few_networks_ends_no_sign_in_of_another() {
        let all = UnderWay::default();
        all.put("own", of_network(0, 200));
        for n in 0..AT_MOST + 300 {
            all.put(&n.to_string(), of_network(1, u8::try_from(n % 100).unwrap()));
        }
        assert_eq!(all.0.lock().unwrap().len(), AT_MOST);
        assert!(all.take("own", at(2)).is_some());
    }
}
