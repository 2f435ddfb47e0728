//! The hub's own knowledge of its log, so that an edit of the store's file is never witnessed.
//!
//! The edge of the tree is kept in memory. The hub reads the edge once at the start, after a comparison with the second
//! place, and then adds the leaves that it appends. A checkpoint is signed for that edge only. The stored tree must
//! have the same root, both at this size and at the size that was witnessed last. A mismatch stops witnessing and
//! releases.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bindeledd_texts::Finding;
use bindeledd_tlog::tree::Edge;
use bindeledd_tlog::{Checkpoint, Hash, SigningKey};

use super::rows::size;
use super::tree;
use crate::conn::Conn;
use crate::fault::Fault;

/// The log as the hub remembers it. The writer and the readers share this value.
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
    /// Marks of the findings that the operator accepted.
    accepted: HashSet<String>,
}

/// A difference between the stored log and the log that the hub wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub(crate) kind: MismatchKind,
    /// Description of the entries that differ.
    pub(crate) what: String,
}

/// The kind of a mismatch, which determines how the mismatch ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MismatchKind {
    /// Rows or stored hashes do not match each other. The mismatch ends after a complete round without a finding.
    Rows,
    /// The root differs. The mismatch ends when the root is right again, while this hub still remembers the right root.
    Root,
    /// The root differed in an earlier run. The mismatch ends when the operator accepts it.
    EarlierRoot,
}

impl Mismatch {
    /// Returns the text that the store holds for the next start.
    pub(crate) fn written(&self) -> String {
        let kind = match self.kind {
            MismatchKind::Rows => "rows",
            MismatchKind::Root | MismatchKind::EarlierRoot => "root",
        };
        format!("{kind} {}", self.what)
    }

    /// Parses the text that an earlier run stored.
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

/// The expected state of a stored tree.
pub(crate) struct Standing {
    edge: Edge,
    witnessed: Option<(u64, Hash)>,
}

impl Standing {
    /// Returns the number of leaves.
    pub(crate) const fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Returns the size and the root that the stored tree must have.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            origin: String::new(),
            size: self.edge.size(),
            root: self.edge.root(),
        }
    }
}

/// Connection that a check reads with.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum By {
    /// The writer's connection. Its snapshot holds exactly the committed rows.
    Writer,
    /// A reader's connection. Its snapshot may hold more rows than the remembered edge had.
    Reader,
}

impl Guard {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the edge of the log that was found at the start.
    pub(crate) fn begin(&self, edge: Edge) {
        self.known().edge = edge;
    }

    pub(crate) fn grow(&self, leaves: &[Hash]) {
        let mut known = self.known();
        leaves.iter().for_each(|leaf| known.edge.push(*leaf));
    }

    /// Returns the number of leaves.
    pub(crate) fn size(&self) -> u64 {
        self.known().edge.size()
    }

    /// Records that the second place holds this size and root.
    pub(crate) fn witnessed(&self, size: u64, root: Hash) {
        self.known().witnessed = Some((size, root));
    }

    /// Checks that the log still has as many rows as this hub wrote. If not, witnessing and releases stop.
    pub(crate) fn goes_on_from(&self, rows: u64) {
        let size = self.size();
        if rows != size {
            self.root_differs(format!("the log has {rows} entries where this hub has written {size}"));
        }
    }

    /// Returns the expected state of the stored tree. A reader calls this before its first read, so that its snapshot
    /// holds at least as many rows.
    pub(crate) fn standing(&self) -> Standing {
        let known = self.known();
        Standing {
            edge: known.edge.clone(),
            witnessed: known.witnessed,
        }
    }

    /// Compares the stored tree with the witnessed one and with the appended leaves. Returns the newest size and root.
    /// Returns an error if anything differs, or if an earlier difference has not ended.
    pub(crate) fn check(&self, conn: &Conn, standing: &Standing, by: By) -> Result<(u64, Hash), Fault> {
        self.root_is_right(conn, standing, by)?;
        self.whole()?;
        Ok((standing.edge.size(), standing.edge.root()))
    }

    /// Returns whether the stored tree has the expected roots: of the last witness, and of this hub's last append.
    pub(crate) fn root_is_right(&self, conn: &Conn, standing: &Standing, by: By) -> Result<bool, Fault> {
        let mut is_right = true;
        let Standing { edge, witnessed } = standing;
        let stored = size(conn)?;
        if stored < edge.size() || (by == By::Writer && stored > edge.size()) {
            let written = edge.size();
            is_right = false;
            self.root_differs(Finding::OtherSize { stored, written }.to_string());
        }
        for (size, root) in witnessed.iter().copied().chain([(edge.size(), edge.root())]) {
            let what = match tree::root_of(conn, size) {
                Ok(found) if found == root => continue,
                Ok(_) => Finding::NotWritten { size }.to_string(),
                Err(Fault::Damaged(what)) => what,
                Err(fault) => return Err(fault),
            };
            is_right = false;
            self.root_differs(what);
        }
        Ok(is_right)
    }

    /// Returns a signed checkpoint of every committed row, after a comparison with the witnessed one.
    pub(crate) fn checkpoint(&self, conn: &Conn, key: &SigningKey) -> Result<String, Fault> {
        let (size, root) = self.check(conn, &self.standing(), By::Reader)?;
        let origin = key.verifying_key().name().to_owned();
        Ok(Checkpoint { origin, size, root }.sign(key))
    }

    fn root_differs(&self, what: String) {
        let kind = MismatchKind::Root;
        self.halt(Mismatch { kind, what });
    }

    /// Stops witnessing and releases. The first finding stays, except that a differing root replaces differing rows.
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
                "the audit log differs from the written one: nothing is released or witnessed"
            );
            known.mismatch = Some(found);
        }
        self.halted.store(true, Ordering::Release);
    }

    /// Ends a repaired mismatch, once a complete round found nothing and the root is right.
    pub(crate) fn found_whole(&self) {
        let mut known = self.known();
        let is_over = known
            .mismatch
            .as_ref()
            .is_some_and(|found| found.kind != MismatchKind::EarlierRoot);
        if is_over {
            tracing::warn!("the audit log is right again: releases and witnessing go on");
            known.mismatch = None;
            self.halted.store(false, Ordering::Release);
        }
    }

    /// Returns whether releases and witnessing have stopped.
    pub(crate) fn is_halted(&self) -> bool {
        self.halted.load(Ordering::Acquire)
    }

    /// Returns the mismatch, if there is one.
    pub(crate) fn mismatch(&self) -> Option<Mismatch> {
        self.known().mismatch.clone()
    }

    /// Fails if there is a mismatch.
    pub(crate) fn whole(&self) -> Result<(), Fault> {
        match self.mismatch() {
            Some(found) => Err(Fault::Log(found.what)),
            None => Ok(()),
        }
    }

    /// Adds marks that the operator accepted.
    pub(crate) fn accept(&self, marks: impl IntoIterator<Item = String>) {
        self.known().accepted.extend(marks);
    }

    /// Ends every mismatch: only accepted differences are left.
    pub(crate) fn accept_all(&self) {
        self.known().mismatch = None;
        self.halted.store(false, Ordering::Release);
    }

    /// Returns whether the operator accepted the finding with this mark.
    pub(crate) fn is_accepted(&self, mark: &str) -> bool {
        self.known().accepted.contains(mark)
    }
}
