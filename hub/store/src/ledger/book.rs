//! The last anchor of each ledger in the log, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bindeledd_core::ParticipantRef;

use crate::audit::Anchor;
use crate::conn::codec::Key;

/// The last anchor of each ledger in the audit log.
#[derive(Default)]
pub(crate) struct Book {
    known: Mutex<Known>,
    /// Number of commits. The snapshot of a reader may be older than the newest commit.
    commits: AtomicU64,
    /// Whether the ledgers of the store still await their adoption. Until then no ledger is bound: once one were bound,
    /// all others would look forged.
    awaits_adoption: AtomicBool,
}

#[derive(Default)]
struct Known {
    anchors: BTreeMap<[u8; 16], Kept>,
    /// Anchors from before the current transaction, to restore if it fails.
    undo: Vec<([u8; 16], Option<Kept>)>,
    /// Ledgers that were found to differ from the log.
    differing: BTreeSet<[u8; 16]>,
}

#[derive(Clone, Copy)]
struct Kept {
    /// `None` for a participant who was joined to another.
    anchor: Option<Anchor>,
    /// Number of the commit since which the anchor holds.
    since: u64,
}

impl Book {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number of commits. Call this before a snapshot begins.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    /// Sets whether the ledgers of the store still await their adoption.
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

    /// Records that a differing ledger was changed. No rows match the log until the operator accepts the current ones.
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

    /// Records that a participant was joined to another.
    pub(crate) fn gone(&self, participant: ParticipantRef) {
        self.put(participant, None);
    }

    /// Returns the number of changes in the current transaction.
    pub(crate) fn changes(&self) -> usize {
        self.known().undo.len()
    }

    /// Undoes the changes after the first `changes`.
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

    /// Records that the changes are on disk.
    pub(crate) fn committed(&self) {
        self.known().undo.clear();
        self.commits.fetch_add(1, Ordering::AcqRel);
    }

    /// Returns whether the log has this anchor for a ledger. A change after a reader's snapshot is left for the writer
    /// to check.
    pub(crate) fn says(&self, participant: ParticipantRef, anchor: Anchor, as_of: u64) -> bool {
        let known = self.known();
        match known.anchors.get(&participant.key()) {
            Some(kept) => kept.since > as_of || kept.anchor == Some(anchor),
            None => false,
        }
    }

    /// Returns whether a ledger was found to differ, and has not been found right since.
    pub(crate) fn differs(&self, participant: ParticipantRef) -> bool {
        self.known().differing.contains(&participant.key())
    }

    /// Notes whether a ledger matches the log.
    pub(crate) fn found(&self, participant: ParticipantRef, is_whole: bool) {
        let mut known = self.known();
        let news = match is_whole {
            true => known.differing.remove(&participant.key()),
            false => known.differing.insert(participant.key()),
        };
        drop(known);
        if news && !is_whole {
            tracing::error!(code = "BL-5021", %participant, "a participant's ledger differs from the registered one: nothing about them is released");
        }
    }

    /// Returns the last version in the log; 0 if there is none.
    pub(crate) fn version(&self, participant: ParticipantRef) -> u32 {
        let known = self.known();
        let kept = known.anchors.get(&participant.key()).and_then(|kept| kept.anchor);
        kept.map_or(0, |anchor| anchor.version)
    }

    /// Returns whether the log expects such a participant.
    pub(crate) fn expects(&self, participant: ParticipantRef) -> bool {
        let known = self.known();
        known
            .anchors
            .get(&participant.key())
            .is_some_and(|kept| kept.anchor.is_some())
    }

    /// Returns the number of ledgers.
    pub(crate) fn len(&self) -> u64 {
        self.known().anchors.len() as u64
    }

    /// Returns the participants whose ledgers differ.
    pub(crate) fn differing(&self) -> Vec<ParticipantRef> {
        self.known().differing.iter().map(|key| Key::of(*key)).collect()
    }

    /// Returns whether the log has no row about any ledger, because it is older than bindings or there are no
    /// participants.
    pub(crate) fn is_empty(&self) -> bool {
        self.known().anchors.is_empty()
    }

    /// Returns the participants that the log expects after `after`, up to `last`, in order.
    pub(crate) fn between(&self, after: [u8; 16], last: Option<[u8; 16]>, as_of: u64) -> Vec<[u8; 16]> {
        let known = self.known();
        let up_to = last.map_or(Bound::Unbounded, Bound::Included);
        let range = known.anchors.range((Bound::Excluded(after), up_to));
        let there = range.filter(|(_, kept)| kept.anchor.is_some() && kept.since <= as_of);
        there.map(|(participant, _)| *participant).collect()
    }

    /// Fills the book from the log.
    pub(crate) fn fill(&self, anchors: BTreeMap<[u8; 16], Option<Anchor>>) {
        let kept = |(participant, anchor)| (participant, Kept { anchor, since: 0 });
        self.known().anchors = anchors.into_iter().map(kept).collect();
    }
}
