//! What the hub itself knows of its log, so that nobody who edits the store's file has that witnessed.
//!
//! The edge of the tree is kept in memory: read once at the start, after it was held against the second place, and from then
//! on made of the leaves that this hub appends. A checkpoint is signed for that edge, and only where the stored tree has the
//! same root, at this size and at the one that was witnessed last. A mismatch stops witnessing and releasing.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bindeledd_tlog::tree::Edge;
use bindeledd_tlog::{Checkpoint, Hash, SigningKey};

use super::rows::size;
use super::tree;
use crate::conn::Conn;
use crate::fault::Fault;

/// The log as the hub knows it, shared by the writer and the readers.
#[derive(Default)]
pub(crate) struct Guard {
    known: Mutex<Known>,
    halted: AtomicBool,
}

#[derive(Default)]
struct Known {
    edge: Edge,
    witnessed: Option<(u64, Hash)>,
    mismatch: Option<Mismatch>,
    /// Findings that the operator accepted, by their marks.
    accepted: HashSet<String>,
}

/// How the stored log differs from what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub(crate) kind: MismatchKind,
    /// Which entries, in words.
    pub(crate) what: String,
}

/// What has to come right before releasing goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MismatchKind {
    /// Rows or stored hashes do not fit together: over when a whole round finds nothing any more.
    Rows,
    /// The root is another one: over when it is right again, as long as this hub remembers what it was.
    Root,
    /// The root was another one in an earlier run: over when the operator has accepted it.
    EarlierRoot,
}

impl Mismatch {
    /// As it is kept in the store, for the next start.
    pub(crate) fn written(&self) -> String {
        let kind = match self.kind {
            MismatchKind::Rows => "rows",
            MismatchKind::Root | MismatchKind::EarlierRoot => "root",
        };
        format!("{kind} {}", self.what)
    }

    /// Reads what an earlier run kept.
    pub(crate) fn read(text: &str) -> Self {
        let (kind, what) = text.split_once(' ').unwrap_or(("root", text));
        let kind = match kind {
            "rows" => MismatchKind::Rows,
            _ => MismatchKind::EarlierRoot,
        };
        let what = what.to_owned();
        Self { kind, what }
    }
}

/// What a stored tree is held against.
pub(crate) struct Standing {
    edge: Edge,
    witnessed: Option<(u64, Hash)>,
}

impl Standing {
    /// How many leaves there are.
    pub(crate) const fn size(&self) -> u64 {
        self.edge.size()
    }
}

/// Whose connection a check uses.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum By {
    /// The writer: its snapshot has exactly what was committed.
    Writer,
    /// A reader: its snapshot may have more than the edge had when it was asked for.
    Reader,
}

impl Guard {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The log as it was found at the start.
    pub(crate) fn begin(&self, edge: Edge) {
        self.known().edge = edge;
    }

    /// Leaves that were committed.
    pub(crate) fn grow(&self, leaves: &[Hash]) {
        let mut known = self.known();
        leaves.iter().for_each(|leaf| known.edge.push(*leaf));
    }

    /// How many leaves there are.
    pub(crate) fn size(&self) -> u64 {
        self.known().edge.size()
    }

    /// That this size and root are at the second place.
    pub(crate) fn witnessed(&self, size: u64, root: Hash) {
        self.known().witnessed = Some((size, root));
    }

    /// Appending goes on from what this hub wrote, or the log is not its own any longer.
    pub(crate) fn goes_on_from(&self, rows: u64) {
        let size = self.size();
        if rows != size {
            self.root_differs(format!("the log has {rows} entries where this hub has written {size}"));
        }
    }

    /// What the stored tree is held against. A reader asks before its first read, so that its snapshot has as much at least.
    pub(crate) fn standing(&self) -> Standing {
        let known = self.known();
        Standing {
            edge: known.edge.clone(),
            witnessed: known.witnessed,
        }
    }

    /// Holds the stored tree against what was witnessed and what was appended since. Gives the newest size and root; an error
    /// where anything differs, or did and is not over.
    pub(crate) fn check(&self, conn: &Conn, standing: &Standing, by: By) -> Result<(u64, Hash), Fault> {
        self.root_is_right(conn, standing, by)?;
        self.whole()?;
        Ok((standing.edge.size(), standing.edge.root()))
    }

    /// Whether the stored tree has the roots that it had when it was witnessed and when this hub last appended.
    pub(crate) fn root_is_right(&self, conn: &Conn, standing: &Standing, by: By) -> Result<bool, Fault> {
        let mut is_right = true;
        let Standing { edge, witnessed } = standing;
        let stored = size(conn)?;
        if stored < edge.size() || (by == By::Writer && stored > edge.size()) {
            let written = edge.size();
            is_right = false;
            self.root_differs(format!(
                "the log has {stored} entries where this hub has written {written}"
            ));
        }
        for (size, root) in witnessed.iter().copied().chain([(edge.size(), edge.root())]) {
            let what = match tree::root_of(conn, size) {
                Ok(found) if found == root => continue,
                Ok(_) => format!("the first {size} entries are not those that were written"),
                Err(Fault::Damaged(what)) => what,
                Err(fault) => return Err(fault),
            };
            is_right = false;
            self.root_differs(what);
        }
        Ok(is_right)
    }

    /// A signed checkpoint of everything that is committed, held against what was witnessed.
    pub(crate) fn checkpoint(&self, conn: &Conn, key: &SigningKey) -> Result<String, Fault> {
        let (size, root) = self.check(conn, &self.standing(), By::Reader)?;
        let origin = key.verifying_key().name().to_owned();
        Ok(Checkpoint { origin, size, root }.sign(key))
    }

    fn root_differs(&self, what: String) {
        let kind = MismatchKind::Root;
        self.halt(Mismatch { kind, what });
    }

    /// Stops witnessing and releasing. What was found first is kept; a root that differs weighs more than rows that do.
    pub(crate) fn halt(&self, found: Mismatch) {
        let mut known = self.known();
        let keeps = known
            .mismatch
            .as_ref()
            .is_some_and(|old| old.kind != MismatchKind::Rows || found.kind == MismatchKind::Rows);
        if !keeps {
            tracing::error!(
                code = "BL-5020",
                what = found.what,
                "the audit log is not what was written: nothing is released or witnessed"
            );
            known.mismatch = Some(found);
        }
        self.halted.store(true, Ordering::Release);
    }

    /// A whole round found nothing, and the root is right: what was repaired is over.
    pub(crate) fn found_whole(&self) {
        let mut known = self.known();
        let is_over = known
            .mismatch
            .as_ref()
            .is_some_and(|found| found.kind != MismatchKind::EarlierRoot);
        if is_over {
            tracing::warn!("the audit log is what was written again: releasing and witnessing go on");
            known.mismatch = None;
            self.halted.store(false, Ordering::Release);
        }
    }

    /// Whether releasing and witnessing have stopped.
    pub(crate) fn is_halted(&self) -> bool {
        self.halted.load(Ordering::Acquire)
    }

    /// What was found, where something was.
    pub(crate) fn mismatch(&self) -> Option<Mismatch> {
        self.known().mismatch.clone()
    }

    /// An error where something was found.
    pub(crate) fn whole(&self) -> Result<(), Fault> {
        match self.mismatch() {
            Some(found) => Err(Fault::Log(found.what)),
            None => Ok(()),
        }
    }

    /// What the operator has accepted as it is.
    pub(crate) fn accept(&self, marks: impl IntoIterator<Item = String>) {
        self.known().accepted.extend(marks);
    }

    /// Nothing differs any longer but what was accepted.
    pub(crate) fn accept_all(&self) {
        self.known().mismatch = None;
        self.halted.store(false, Ordering::Release);
    }

    /// Whether the operator has accepted a finding, as it still is.
    pub(crate) fn is_accepted(&self, mark: &str) -> bool {
        self.known().accepted.contains(mark)
    }
}
