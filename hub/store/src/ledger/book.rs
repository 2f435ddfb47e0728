//! The log's word of each ledger, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bindeledd_core::ParticipantRef;

use crate::audit::Anchor;
use crate::conn::codec::Key;

/// The audit log's last row about each ledger.
#[derive(Default)]
pub(crate) struct Book {
    known: Mutex<Known>,
    /// How many commits there were; what a reader's snapshot may be older than.
    commits: AtomicU64,
    /// Whether the store's ledgers are to be adopted and could not be yet. Until then none is bound: the first that were would
    /// make all others look like ledgers that were put there.
    awaits_adoption: AtomicBool,
}

#[derive(Default)]
struct Known {
    anchors: BTreeMap<[u8; 16], Kept>,
    /// The entries before the transaction under way, to be put back where it comes to nothing.
    undo: Vec<([u8; 16], Option<Kept>)>,
    /// Ledgers that were found to be not what the log says.
    differing: BTreeSet<[u8; 16]>,
}

#[derive(Clone, Copy)]
struct Kept {
    /// None for a participant who became another's.
    anchor: Option<Anchor>,
    /// From which commit on.
    since: u64,
}

impl Book {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many commits there were, to be asked before a snapshot begins.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    /// Says whether the store's ledgers still are to be adopted.
    pub(crate) fn await_adoption(&self, awaits: bool) {
        self.awaits_adoption.store(awaits, Ordering::Release);
    }

    pub(crate) fn awaits_adoption(&self) -> bool {
        self.awaits_adoption.load(Ordering::Acquire)
    }

    pub(crate) fn put(&self, participant: ParticipantRef, anchor: Option<Anchor>) {
        let since = self.commits() + 1;
        let mut known = self.known();
        let before = known.anchors.insert(participant.key(), Kept { anchor, since });
        known.undo.push((participant.key(), before));
        known.differing.remove(&participant.key());
    }

    /// A ledger that differs was changed as it stood: no rows are what the log says until the operator has accepted some.
    pub(crate) fn spoil(&self, participant: ParticipantRef) {
        let kept = self
            .known()
            .anchors
            .get(&participant.key())
            .and_then(|kept| kept.anchor);
        if let Some(anchor) = kept {
            self.put(participant, Some(anchor.of_nothing()));
            self.known().differing.insert(participant.key());
        }
    }

    /// A participant became another's.
    pub(crate) fn gone(&self, participant: ParticipantRef) {
        self.put(participant, None);
    }

    /// How much the transaction under way has changed.
    pub(crate) fn changes(&self) -> usize {
        self.known().undo.len()
    }

    /// Puts back what was changed after `changes`.
    pub(crate) fn undo(&self, changes: usize) {
        let mut known = self.known();
        while known.undo.len() > changes {
            if let Some((participant, before)) = known.undo.pop() {
                match before {
                    Some(kept) => known.anchors.insert(participant, kept),
                    None => known.anchors.remove(&participant),
                };
            }
        }
    }

    /// The changes are on the disk.
    pub(crate) fn committed(&self) {
        self.known().undo.clear();
        self.commits.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether a ledger is the one that the log says it is. What changed after a reader's snapshot is left to the writer.
    pub(crate) fn says(&self, participant: ParticipantRef, anchor: Anchor, as_of: u64) -> bool {
        let known = self.known();
        match known.anchors.get(&participant.key()) {
            Some(kept) => kept.since > as_of || kept.anchor == Some(anchor),
            None => false,
        }
    }

    /// Whether a ledger was found to be another one, and not to be right again since.
    pub(crate) fn differs(&self, participant: ParticipantRef) -> bool {
        self.known().differing.contains(&participant.key())
    }

    /// Notes whether a ledger was found to be what the log says.
    pub(crate) fn found(&self, participant: ParticipantRef, is_whole: bool) {
        let mut known = self.known();
        let news = match is_whole {
            true => known.differing.remove(&participant.key()),
            false => known.differing.insert(participant.key()),
        };
        drop(known);
        if news && !is_whole {
            tracing::error!(code = "BL-5021", %participant, "a participant's ledger is not what was registered: nothing about them is released");
        }
    }

    /// The version that the log last had; none is 0.
    pub(crate) fn version(&self, participant: ParticipantRef) -> u32 {
        let known = self.known();
        let kept = known.anchors.get(&participant.key()).and_then(|kept| kept.anchor);
        kept.map_or(0, |anchor| anchor.version)
    }

    /// Whether there should be such a participant.
    pub(crate) fn expects(&self, participant: ParticipantRef) -> bool {
        let known = self.known();
        known
            .anchors
            .get(&participant.key())
            .is_some_and(|kept| kept.anchor.is_some())
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        self.known().anchors.len() as u64
    }

    /// The participants whose ledgers differ.
    pub(crate) fn differing(&self) -> Vec<ParticipantRef> {
        self.known().differing.iter().map(|key| Key::of(*key)).collect()
    }

    /// Whether the log says nothing of any ledger: it is from before, or nobody is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.known().anchors.is_empty()
    }

    /// The participants that there should be after one of them, up to another, in their order.
    pub(crate) fn between(&self, after: [u8; 16], last: Option<[u8; 16]>, as_of: u64) -> Vec<[u8; 16]> {
        let known = self.known();
        let up_to = last.map_or(Bound::Unbounded, Bound::Included);
        let range = known.anchors.range((Bound::Excluded(after), up_to));
        let there = range.filter(|(_, kept)| kept.anchor.is_some() && kept.since <= as_of);
        there.map(|(participant, _)| *participant).collect()
    }

    /// Fills it from the log.
    pub(crate) fn fill(&self, anchors: BTreeMap<[u8; 16], Option<Anchor>>) {
        let kept = |(participant, anchor)| (participant, Kept { anchor, since: 0 });
        self.known().anchors = anchors.into_iter().map(kept).collect();
    }
}
