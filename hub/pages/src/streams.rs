//! The open streams of pages, and the copies of their regions. Both are bounded.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bindeledd_core::SessionId;
use bindeledd_engine::Engine;
use jiff::{SignedDuration, Timestamp};

/// Longest time of a stream. The browser then opens another one.
pub(crate) const LONGEST: Duration = Duration::from_mins(10);
/// Maximum number of streams of one session.
pub(crate) const OF_SESSION: usize = 64;
/// Maximum number of streams in all.
const IN_ALL: usize = 512;
/// Maximum number of copies of regions.
const COPIES: usize = 128;
/// Age up to which a copy holds while nobody listens.
const FRESH: SignedDuration = SignedDuration::from_secs(1);
/// Age up to which a copy holds while somebody listens, unless something changes.
const UNCHANGED: SignedDuration = SignedDuration::from_secs(10);

/// The open streams, and the copies of regions.
#[derive(Default)]
pub(crate) struct Live {
    streams: Arc<Mutex<HashMap<SessionId, usize>>>,
    copies: Mutex<HashMap<Key, Arc<Slot>>>,
}

/// The page, its language, and those who see the same: persons with these roles, or one person.
pub(crate) type Key = (String, &'static str, String);

/// A copy of a page's regions, while nobody renders it anew.
#[derive(Default)]
pub(crate) struct Slot {
    pub(crate) copy: tokio::sync::Mutex<Option<Shown>>,
}

/// A page's regions as they were at a time.
pub(crate) struct Shown {
    pub(crate) tick: u64,
    pub(crate) at: Timestamp,
    pub(crate) html: Arc<str>,
}

impl Shown {
    /// Returns whether the copy is as good as a new one.
    pub(crate) fn holds(&self, engine: &Engine) -> bool {
        let age = engine.now().duration_since(self.at);
        let (tick, is_heard) = engine.tick();
        let longest = if is_heard { UNCHANGED } else { FRESH };
        self.tick == tick && age >= SignedDuration::ZERO && age < longest
    }
}

fn locked<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Live {
    /// Takes a place for a stream of a session; `None` if there are too many.
    pub(crate) fn enter(&self, session: SessionId) -> Option<Place> {
        let mut streams = locked(&self.streams);
        let own = streams.get(&session).copied().unwrap_or(0);
        if own >= OF_SESSION || streams.values().sum::<usize>() >= IN_ALL {
            return None;
        }
        streams.insert(session, own + 1);
        Some(Place {
            streams: Arc::clone(&self.streams),
            session,
        })
    }

    /// Returns the place of a copy. The copies are few, and an old one is worth nothing.
    pub(crate) fn slot(&self, key: Key) -> Arc<Slot> {
        let mut copies = locked(&self.copies);
        if copies.len() >= COPIES && !copies.contains_key(&key) {
            copies.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        if copies.len() >= COPIES && !copies.contains_key(&key) {
            return Arc::default();
        }
        Arc::clone(copies.entry(key).or_default())
    }
}

/// A stream's place among the bounded ones.
pub(crate) struct Place {
    streams: Arc<Mutex<HashMap<SessionId, usize>>>,
    session: SessionId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut streams = locked(&self.streams);
        if let Some(own) = streams.get_mut(&self.session) {
            *own -= 1;
            if *own == 0 {
                streams.remove(&self.session);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bindeledd_core::SessionId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn streams_are_bounded_for_a_session_and_in_all() {
        let live = Live::default();
        let session = |n| SessionId(Uuid::from_u128(n));
        let own: Vec<_> = (0..OF_SESSION).map(|_| live.enter(session(1)).unwrap()).collect();
        assert!(live.enter(session(1)).is_none());
        drop(own);
        let all: Vec<_> = (0..).map_while(|n| live.enter(session(n))).take(IN_ALL + 1).collect();
        assert_eq!(all.len(), IN_ALL);
        drop(all);
        assert!(locked(&live.streams).is_empty());
    }

    #[test]
    fn copies_are_bounded() {
        let live = Live::default();
        let key = |n: usize| (format!("/console?n={n}"), "nb", String::new());
        for n in 0..3 * COPIES {
            live.slot(key(n));
        }
        assert!(locked(&live.copies).len() <= COPIES);
        let held: Vec<_> = (0..COPIES).map(|n| live.slot(key(n))).collect();
        live.slot(key(9_999));
        assert!(locked(&live.copies).len() <= COPIES);
        drop(held);
    }
}
