//! One connection while it is open: its peer, its listener, and its requests under way.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use tokio::time::Instant;

use super::places::Places;
use super::proxies::{self, TrustedProxy};
use crate::caller::Caller;

/// The callers that a listener serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListenerRole {
    /// Everybody, since there is no other listener.
    Everybody,
    /// Parties only; the operator has a listener of its own.
    Parties,
    /// The operator only.
    Operator,
}

/// The timeouts of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Maximum time without a request for an unknown caller, from the first byte, the handshake included.
    pub(super) first_request: Duration,
    /// Maximum time without a request for a known caller. Other traffic does not count.
    pub(super) idle: Duration,
    /// Maximum time in which the caller must take an answer; [`SLOWEST`] adds time for its length.
    pub(super) answer: Duration,
    /// Maximum time for which the socket may accept no byte.
    pub(super) write: Duration,
}

/// The lowest rate at which a caller may take an answer, in bytes a second.
const SLOWEST: u64 = 16 * 1024;

#[derive(Debug)]
struct Activity {
    /// Time since which no request is under way.
    quiet_since: Instant,
    /// Number of requests whose answers the caller has not taken yet.
    under_way: usize,
    /// The time until which each answer has to be taken.
    answers: Vec<(u64, Instant)>,
    next: u64,
}

/// One connection. Each of its requests has a reference to it.
#[derive(Debug)]
pub(crate) struct Link {
    /// The peer's address; `None` for a Unix socket.
    from: Option<IpAddr>,
    pub(crate) role: ListenerRole,
    proxies: Arc<[TrustedProxy]>,
    pub(super) patience: Patience,
    places: Arc<Places>,
    place: u64,
    known: AtomicBool,
    activity: Mutex<Activity>,
}

impl Link {
    pub(super) fn new(
        from: Option<IpAddr>,
        role: ListenerRole,
        proxies: Arc<[TrustedProxy]>,
        patience: Patience,
        (places, place): (Arc<Places>, u64),
        now: Instant,
    ) -> Self {
        let known = from.is_some_and(|from| proxies::any(&proxies, from));
        Self {
            from,
            role,
            proxies,
            patience,
            places,
            place,
            known: AtomicBool::new(known),
            activity: Mutex::new(Activity {
                quiet_since: now,
                under_way: 0,
                answers: Vec::new(),
                next: 0,
            }),
        }
    }

    fn activity(&self) -> MutexGuard<'_, Activity> {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the caller's address: the one that a trusted proxy names, else the peer's.
    pub(crate) fn address(&self, headers: &HeaderMap) -> IpAddr {
        let from = self.from.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        proxies::behind(&self.proxies, from, headers)
    }

    /// Returns whether a request comes from this machine directly, not through a proxy.
    pub(crate) fn is_local(&self, headers: &HeaderMap) -> bool {
        match self.from {
            None => true,
            Some(from) => {
                let proxied = proxies::any(&self.proxies, from) || proxies::tells_of_one(headers);
                from.to_canonical().is_loopback() && !proxied
            }
        }
    }

    /// Returns whether the connection uses the Unix socket, whose file permissions admit only the operator.
    pub(crate) const fn is_socket_file(&self) -> bool {
        self.from.is_none()
    }

    /// Records the known caller of this connection.
    pub(crate) fn known(&self, caller: &Caller) {
        if !self.known.load(Ordering::Relaxed) && self.places.known(self.place, caller, Instant::now()) {
            self.known.store(true, Ordering::Relaxed);
        }
    }

    /// Records that a request begins.
    pub(super) fn begin(self: &Arc<Self>) -> UnderWay {
        self.activity().under_way += 1;
        UnderWay {
            link: Arc::clone(self),
            answer: None,
        }
    }

    /// Returns the time at which the connection must end if nothing changes; `None` while the hub works on a request.
    pub(super) fn ends_at(&self) -> Option<Instant> {
        let activity = self.activity();
        if activity.under_way == 0 {
            let known = self.known.load(Ordering::Relaxed);
            let patience = if known {
                self.patience.idle
            } else {
                self.patience.first_request
            };
            return Some(activity.quiet_since + patience);
        }
        activity.answers.iter().map(|(_, until)| *until).min()
    }

    pub(super) fn leave(&self) {
        self.places.leave(self.place, Instant::now());
    }
}

/// A request under way, until the caller has taken its answer.
#[derive(Debug)]
pub(super) struct UnderWay {
    link: Arc<Link>,
    answer: Option<u64>,
}

impl UnderWay {
    /// Records that the hub has answered; from now on the caller's time to take the answer runs.
    /// An answer that `lasts` has that much more time.
    pub(super) fn answered(&mut self, bytes: u64, lasts: Duration) {
        let until = Instant::now() + self.link.patience.answer + Duration::from_secs(bytes / SLOWEST) + lasts;
        let mut activity = self.link.activity();
        let id = activity.next;
        activity.next += 1;
        activity.answers.push((id, until));
        self.answer = Some(id);
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut activity = self.link.activity();
        activity.under_way -= 1;
        activity.quiet_since = Instant::now();
        let answer = self.answer;
        activity.answers.retain(|(id, _)| Some(*id) != answer);
    }
}
