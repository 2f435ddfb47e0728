//! The queue before the writer and the readers. Each caller has a lane, and the lanes are served in turn. A caller with
//! much work delays only itself.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use bindeledd_core::{AccountId, PartyId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Owner of a piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Lane {
    Hub,
    Operator,
    Person(AccountId),
    /// Participants by a code of this party, or those who signed in at an issuer.
    Participant(Option<PartyId>),
    Party(PartyId),
}

/// The line in which a piece of work waits. The two lines take turns, so that neither waits for all work of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Rank {
    /// Work that must not wait behind messages: withdrawals, steps of deliveries, commands of the operator.
    First,
    Usual,
}

/// The lanes. `T` is one piece of work.
pub(crate) struct Lanes<T> {
    inner: Mutex<Inner<T>>,
    ready: Condvar,
    /// Maximum number of pieces of one lane in the queue. A caller with more pieces waits.
    room: usize,
}

struct Inner<T> {
    lines: [Line<T>; 2],
    /// Index of the line that is served next.
    turn: usize,
    rooms: HashMap<(Rank, Lane), Arc<Semaphore>>,
    is_closed: bool,
}

struct Line<T> {
    /// Lanes with work, in the order of their turns.
    turns: VecDeque<Lane>,
    lanes: HashMap<Lane, VecDeque<Queued<T>>>,
}

struct Queued<T> {
    work: T,
    bytes: usize,
    _room: OwnedSemaphorePermit,
}

impl<T> Lanes<T> {
    pub(crate) fn new(room: usize) -> Self {
        let line = || Line {
            turns: VecDeque::new(),
            lanes: HashMap::new(),
        };
        let inner = Inner {
            lines: [line(), line()],
            turn: 0,
            rooms: HashMap::new(),
            is_closed: false,
        };
        Self {
            inner: Mutex::new(inner),
            ready: Condvar::new(),
            room,
        }
    }

    /// Queues work with this many bytes to write, once its lane has room. `false` if the queue is closed.
    pub(crate) async fn send(&self, rank: Rank, lane: Lane, bytes: usize, work: T) -> bool {
        let room = {
            let mut inner = self.lock();
            let new = || Arc::new(Semaphore::new(self.room));
            Arc::clone(inner.rooms.entry((rank, lane.clone())).or_insert_with(new))
        };
        let Ok(room) = room.acquire_owned().await else {
            return false;
        };
        let mut inner = self.lock();
        if inner.is_closed {
            return false;
        }
        let line = &mut inner.lines[rank as usize];
        let queue = line.lanes.entry(lane.clone()).or_default();
        if queue.is_empty() {
            line.turns.push_back(lane);
        }
        queue.push_back(Queued {
            work,
            bytes,
            _room: room,
        });
        drop(inner);
        self.ready.notify_one();
        true
    }

    /// Waits for the next piece of work, and returns the piece with its bytes. `None` once the queue is closed and
    /// empty.
    pub(crate) fn next(&self) -> Option<(T, usize)> {
        let mut inner = self.lock();
        loop {
            if let Some(next) = inner.pop() {
                return Some(next);
            }
            if inner.is_closed {
                return None;
            }
            inner = self.ready.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Adds waiting work to a group, up to a number of pieces and of bytes.
    pub(crate) fn more(&self, group: &mut Vec<T>, at_most: usize, mut bytes: usize, bytes_at_most: usize) {
        let mut inner = self.lock();
        while group.len() < at_most && bytes < bytes_at_most {
            let Some((work, more)) = inner.pop() else { return };
            group.push(work);
            bytes += more;
        }
    }

    /// Closes the queue for new work.
    pub(crate) fn close(&self) {
        let mut inner = self.lock();
        inner.is_closed = true;
        for room in inner.rooms.values() {
            room.close();
        }
        drop(inner);
        self.ready.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Inner<T> {
    fn pop(&mut self) -> Option<(T, usize)> {
        let turn = self.turn;
        self.turn = 1 - turn;
        self.lines[turn].pop().or_else(|| self.lines[1 - turn].pop())
    }
}

impl<T> Line<T> {
    fn pop(&mut self) -> Option<(T, usize)> {
        let lane = self.turns.pop_front()?;
        let queue = self.lanes.get_mut(&lane)?;
        let next = queue.pop_front()?;
        if queue.is_empty() {
            self.lanes.remove(&lane);
        } else {
            self.turns.push_back(lane);
        }
        Some((next.work, next.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(raw: &str) -> Lane {
        Lane::Party(PartyId::parse(raw).unwrap())
    }

    fn all<T>(lanes: &Lanes<T>) -> Vec<T> {
        let mut group = Vec::new();
        lanes.more(&mut group, usize::MAX, 0, usize::MAX);
        group
    }

    #[tokio::test]
    async fn a_burst_of_one_lane_stands_behind_one_of_each_other() {
        let lanes = Lanes::new(100);
        for n in 0..50 {
            assert!(lanes.send(Rank::Usual, party("anna-as"), 0, ("anna", n)).await);
        }
        assert!(lanes.send(Rank::Usual, party("berit-as"), 0, ("berit", 0)).await);
        assert!(lanes.send(Rank::Usual, Lane::Operator, 0, ("operator", 0)).await);
        assert!(lanes.send(Rank::Usual, party("berit-as"), 0, ("berit", 1)).await);
        let first: Vec<_> = all(&lanes).into_iter().take(6).collect();
        assert_eq!(
            first,
            [
                ("anna", 0),
                ("berit", 0),
                ("operator", 0),
                ("anna", 1),
                ("berit", 1),
                ("anna", 2)
            ]
        );
    }

    #[tokio::test]
    async fn what_goes_first_waits_for_one_and_leaves_one() {
        let lanes = Lanes::new(100);
        for n in 0..4 {
            lanes.send(Rank::Usual, party("anna-as"), 0, n).await;
        }
        for n in 10..14 {
            lanes.send(Rank::First, Lane::Hub, 0, n).await;
        }
        assert_eq!(all(&lanes), [10, 0, 11, 1, 12, 2, 13, 3]);
    }

    #[tokio::test]
    async fn a_group_ends_at_its_bytes() {
        let lanes = Lanes::new(100);
        for n in 0..10 {
            lanes.send(Rank::Usual, Lane::Hub, 100, n).await;
        }
        let (first, bytes) = lanes.next().unwrap();
        let mut group = vec![first];
        lanes.more(&mut group, 256, bytes, 350);
        assert_eq!(group, [0, 1, 2, 3]);
        assert_eq!(all(&lanes).len(), 6);
    }

    #[tokio::test]
    async fn who_has_more_than_its_lane_holds_waits_and_nobody_else() {
        let lanes = Arc::new(Lanes::new(2));
        for n in 0..2 {
            lanes.send(Rank::Usual, party("anna-as"), 0, n).await;
        }
        let waiting = tokio::spawn({
            let lanes = Arc::clone(&lanes);
            async move { lanes.send(Rank::Usual, party("anna-as"), 0, 2).await }
        });
        assert!(lanes.send(Rank::Usual, party("berit-as"), 0, 9).await);
        assert!(
            lanes.send(Rank::First, party("anna-as"), 0, 8).await,
            "its withdrawals do not wait for what it sends"
        );
        assert_eq!(lanes.next(), Some((8, 0)));
        assert_eq!(lanes.next(), Some((0, 0)));
        assert!(waiting.await.unwrap());
        lanes.close();
        assert!(!lanes.send(Rank::Usual, party("berit-as"), 0, 7).await);
        let rest: Vec<_> = std::iter::from_fn(|| lanes.next()).collect();
        assert_eq!(rest.len(), 3, "what was queued is served: {rest:?}");
    }
}
