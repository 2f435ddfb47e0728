//! Verifies a whole log, and names the place of each fault. The verification trusts no stored hash: it hashes every
//! entry and every tile again.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use bindeledd_texts::Finding;
use bindeledd_tlog::tree::Edge;
use bindeledd_tlog::{Checkpoint, Hash, Kind, TILE_WIDTH, Tile, fold, leaf};

use serde::Deserialize;

use crate::fault::OpenError;

/// Maximum number of findings in a report.
const ENOUGH: usize = 100;

/// The source of a log.
pub trait AuditSource {
    /// Returns the number of entries that the source claims.
    fn size(&self) -> u64;
    /// Returns the entries of a bundle, in stored order; `None` if the bundle can not be read.
    ///
    /// # Errors
    /// [`OpenError`] if the log can not be read.
    fn entries(&mut self, index: u64, width: u16) -> Result<Option<Vec<Found>>, OpenError>;
    /// Returns the hashes of a tile; `None` if there is no such tile. A leaf without a hash is `None` in the list.
    ///
    /// # Errors
    /// [`OpenError`] if the log can not be read.
    fn hashes(&mut self, tile: Tile) -> Result<Option<Vec<Option<Hash>>>, OpenError>;
}

/// An entry of the source.
#[derive(Debug, Clone)]
pub struct Found {
    /// Number under which the entry is stored, from 1.
    pub seq: Option<u64>,
    /// Bytes of the entry.
    pub entry: Vec<u8>,
}

impl Found {
    /// Makes an entry whose stored number is the number in its own bytes.
    #[must_use]
    pub fn of_entry(entry: &[u8]) -> Self {
        Self {
            seq: own_number(entry),
            entry: entry.to_vec(),
        }
    }
}

const BEGINNING: &[u8] = b"{\"seq\":";

fn own_number(entry: &[u8]) -> Option<u64> {
    let rest = entry.strip_prefix(BEGINNING)?;
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()
}

/// Returns the bytes of an entry with another number in them.
fn renumbered(entry: &[u8], seq: u64) -> Vec<u8> {
    let rest = entry.strip_prefix(BEGINNING).unwrap_or(entry);
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let mut renumbered = BEGINNING.to_vec();
    renumbered.extend_from_slice(seq.to_string().as_bytes());
    renumbered.extend_from_slice(&rest[digits..]);
    renumbered
}

/// A fault in a log. Entries are identified by their numbers, from 1. `Display` is the English text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditFinding {
    /// An entry differs from the entry that was hashed.
    Edited(u64),
    /// Entries are missing.
    Dropped {
        /// Number of the first missing entry.
        from: u64,
        /// Number of the last missing entry.
        to: u64,
    },
    /// An entry is at the number of another entry.
    Reordered {
        /// Number at which the entry is stored.
        place: u64,
        /// Number under which the entry was written.
        written: u64,
    },
    /// A file or row of hashes is missing, or differs from the hashes below.
    Tile {
        /// Path of the tile.
        path: String,
        /// Number of the first entry below it.
        from: u64,
        /// Number of the last entry below it.
        to: u64,
    },
    /// The version of a participant's ledger does not follow the version before.
    LedgerVersion(u64),
    /// A participant's consents differ from the log.
    Ledger {
        /// Pseudonym of the participant.
        participant: String,
        /// The difference.
        how: LedgerDifference,
    },
    /// The log is shorter than it was.
    Truncated {
        /// Number of entries now.
        size: u64,
        /// Number of entries that were witnessed.
        witnessed: u64,
    },
    /// The log differs from the signed one.
    Forked {
        /// Number of entries in the checkpoint.
        witnessed: u64,
    },
}

/// A difference of a participant's consents from the log, which needs no key to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerDifference {
    /// The ledger's rows do not have the digest in the log.
    Changed,
    /// The participant is missing.
    Missing,
    /// The log has no row about the ledger.
    Unknown,
}

impl fmt::Display for AuditFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words().fmt(f)
    }
}

impl AuditFinding {
    /// Returns the finding in words.
    #[must_use]
    pub fn words(&self) -> Finding {
        match self {
            Self::Edited(entry) => Finding::Edited { entry: *entry },
            Self::Dropped { from, to } if from == to => Finding::DroppedOne { entry: *from },
            Self::Dropped { from, to } => Finding::Dropped { from: *from, to: *to },
            Self::Reordered { place, written } => Finding::Reordered {
                place: *place,
                written: *written,
            },
            Self::Tile { path, from, to } => Finding::Tile {
                path: path.clone(),
                from: *from,
                to: *to,
            },
            Self::LedgerVersion(entry) => Finding::LedgerVersion { entry: *entry },
            Self::Ledger { participant, how } => {
                let participant = participant.clone();
                match how {
                    LedgerDifference::Changed => Finding::LedgerChanged { participant },
                    LedgerDifference::Missing => Finding::LedgerMissing { participant },
                    LedgerDifference::Unknown => Finding::LedgerUnknown { participant },
                }
            }
            Self::Truncated { size, witnessed } => Finding::Truncated {
                size: *size,
                witnessed: *witnessed,
            },
            Self::Forked { witnessed } => Finding::Forked { witnessed: *witnessed },
        }
    }

    /// Returns a code for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Edited(_) => "edited",
            Self::Dropped { .. } => "dropped",
            Self::Reordered { .. } => "reordered",
            Self::Tile { .. } => "hashes-changed",
            Self::LedgerVersion(_) => "ledger-version",
            Self::Ledger { .. } => "ledger",
            Self::Truncated { .. } => "truncated",
            Self::Forked { .. } => "forked",
        }
    }

    /// Returns the number of the first entry that the finding concerns; `None` if it concerns no entry.
    #[must_use]
    pub const fn entry(&self) -> Option<u64> {
        match self {
            Self::Edited(entry)
            | Self::LedgerVersion(entry)
            | Self::Dropped { from: entry, .. }
            | Self::Reordered { place: entry, .. } => Some(*entry),
            Self::Tile { from, .. } => Some(*from),
            Self::Ledger { .. } | Self::Truncated { .. } | Self::Forked { .. } => None,
        }
    }
}

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    /// Number of entries that the source claims.
    pub size: u64,
    /// Root hash of the entries that were found.
    pub root: Hash,
    /// The faults, at most the first hundred.
    pub findings: Vec<AuditFinding>,
}

/// Verifies a log, and checks that it continues `checkpoints`, whose signatures the caller has verified. Calls `tell`
/// with the number of verified entries.
///
/// # Errors
/// [`OpenError`] if the log can not be read.
pub fn verify(
    source: &mut dyn AuditSource,
    checkpoints: &[Checkpoint],
    tell: &mut dyn FnMut(u64),
) -> Result<AuditReport, OpenError> {
    let size = source.size();
    let mut walk = Walk {
        checkpoints,
        edge: Edge::default(),
        upper: vec![Vec::new()],
        misplaced: Misplaced::default(),
        changed: Vec::new(),
        forked: Vec::new(),
        ledgers: Ledgers::default(),
        findings: Vec::new(),
    };
    walk.meet_checkpoints();
    for index in 0..size.div_ceil(TILE_WIDTH) {
        let width = u16::try_from((size - index * TILE_WIDTH).min(TILE_WIDTH)).unwrap_or(256);
        walk.bundle(source, index, width)?;
        if walk.findings.len() + walk.changed.len() >= ENOUGH {
            break;
        }
        tell(index * TILE_WIDTH + u64::from(width));
    }
    walk.name_changed();
    let of_entries = walk.misplaced.findings();
    walk.findings.extend(of_entries);
    if walk.findings.is_empty() {
        // Every hash above a wrong entry is wrong as well, so that these faults are not reported.
        walk.tiles(source)?;
        let forked = std::mem::take(&mut walk.forked);
        walk.findings.extend(forked);
        let versions = std::mem::take(&mut walk.ledgers.wrong);
        walk.findings
            .extend(versions.into_iter().map(AuditFinding::LedgerVersion));
    }
    let shorter = checkpoints.iter().filter(|c| c.size > size);
    walk.findings.extend(shorter.map(|c| AuditFinding::Truncated {
        size,
        witnessed: c.size,
    }));
    walk.findings.sort_by_key(AuditFinding::entry);
    walk.findings.truncate(ENOUGH);
    Ok(AuditReport {
        size,
        root: walk.edge.root(),
        findings: walk.findings,
    })
}

/// The state of the walk from the first entry to the last.
struct Walk<'c> {
    checkpoints: &'c [Checkpoint],
    edge: Edge,
    /// Computed hashes of each tile level above the leaves.
    upper: Vec<Vec<Hash>>,
    misplaced: Misplaced,
    /// Entries that differ from their stored hashes.
    changed: Vec<Changed>,
    forked: Vec<AuditFinding>,
    ledgers: Ledgers,
    findings: Vec<AuditFinding>,
}

impl Walk<'_> {
    fn bundle(&mut self, source: &mut dyn AuditSource, index: u64, width: u16) -> Result<(), OpenError> {
        let first = index * TILE_WIDTH + 1;
        let last = index * TILE_WIDTH + u64::from(width);
        let tile = |kind| Tile { kind, index, width };
        let unusable = |kind| AuditFinding::Tile {
            path: tile(kind).path(),
            from: first,
            to: last,
        };
        let Some(entries) = source.entries(index, width)? else {
            self.findings.push(unusable(Kind::Entries));
            return Ok(());
        };
        let Some(stored) = source.hashes(tile(Kind::Hashes(0)))? else {
            self.findings.push(unusable(Kind::Hashes(0)));
            return Ok(());
        };
        self.misplaced.look(first, last, &entries);
        let stored_of = |seq: u64| {
            let place = seq.checked_sub(first).and_then(|p| usize::try_from(p).ok())?;
            stored.get(place).copied().flatten()
        };
        let mut made = Vec::with_capacity(entries.len());
        for (place, found) in (first..).zip(entries) {
            let hash = leaf(&found.entry);
            self.ledgers.look(place, &found.entry);
            made.push(hash);
            self.edge.push(hash);
            self.meet_checkpoints();
            let place = found.seq.unwrap_or(place);
            let stored = stored_of(place);
            if (first..=last).contains(&place) && stored != Some(hash) && self.changed.len() < ENOUGH {
                let entry = found.entry;
                self.changed.push(Changed { place, entry, stored });
            }
        }
        if made.len() as u64 == TILE_WIDTH {
            self.raise(0, fold(made));
        }
        Ok(())
    }

    /// Names changed entries. An entry with the hash of another entry was moved; any other was edited.
    fn name_changed(&mut self) {
        for one in &self.changed {
            let written = self
                .changed
                .iter()
                .filter(|other| other.place != one.place)
                .find(|other| {
                    let as_other = Some(leaf(&renumbered(&one.entry, other.place)));
                    as_other == other.stored || as_other == one.stored
                });
            let place = one.place;
            self.findings.push(match written {
                Some(Changed { place: written, .. }) => AuditFinding::Reordered {
                    place,
                    written: *written,
                },
                None => AuditFinding::Edited(place),
            });
        }
    }

    /// Adds the hash of a full tile to the level above.
    fn raise(&mut self, level: usize, hash: Hash) {
        if self.upper.len() <= level {
            self.upper.push(Vec::new());
        }
        let row = &mut self.upper[level];
        row.push(hash);
        if row.len().is_multiple_of(256) {
            let newest = row[row.len() - 256..].to_vec();
            self.raise(level + 1, fold(newest));
        }
    }

    /// Compares the tiles above the leaves with the computed ones.
    fn tiles(&mut self, source: &mut dyn AuditSource) -> Result<(), OpenError> {
        for (level, row) in (1_u8..).zip(&self.upper) {
            for (index, made) in (0_u64..).zip(row.chunks(256)) {
                let tile = Tile {
                    kind: Kind::Hashes(level),
                    index,
                    width: u16::try_from(made.len()).unwrap_or(256),
                };
                let stored = source.hashes(tile)?;
                let same = stored.is_some_and(|s| s.iter().copied().eq(made.iter().copied().map(Some)));
                if !same {
                    let (from, to) = tile.entries();
                    let path = tile.path();
                    let from = from + 1;
                    self.findings.push(AuditFinding::Tile { path, from, to });
                }
            }
        }
        Ok(())
    }

    fn meet_checkpoints(&mut self) {
        let size = self.edge.size();
        for checkpoint in self.checkpoints.iter().filter(|c| c.size == size) {
            if self.edge.root() != checkpoint.root {
                self.forked.push(AuditFinding::Forked { witnessed: size });
            }
        }
    }
}

/// An entry that differs from its stored hash.
struct Changed {
    place: u64,
    entry: Vec<u8>,
    stored: Option<Hash>,
}

/// The versions of participants' ledgers in the entries so far.
#[derive(Default)]
struct Ledgers {
    versions: HashMap<String, u32>,
    wrong: Vec<u64>,
}

impl Ledgers {
    fn look(&mut self, place: u64, entry: &[u8]) {
        #[derive(Deserialize)]
        struct Entry {
            detail: Said,
        }
        #[derive(Deserialize)]
        struct Said {
            participant: Option<String>,
            ledger: Option<u32>,
        }
        let text = std::str::from_utf8(entry).unwrap_or_default();
        if !text.contains("\"ledger\":") {
            return;
        }
        let Ok(Entry { detail }) = serde_json::from_str(text) else {
            return;
        };
        // A step that bound no ledger has no version.
        let (Some(participant), Some(version @ 1..)) = (detail.participant, detail.ledger) else {
            return;
        };
        let before = self.versions.entry(participant).or_default();
        if version != *before + 1 && self.wrong.len() < ENOUGH {
            self.wrong.push(place);
        }
        *before = version;
    }
}

/// Entries that are not stored at their own numbers.
#[derive(Default)]
struct Misplaced {
    missing: BTreeSet<u64>,
    /// Numbers that are stored in another bundle than their own, each with its place there.
    foreign: Vec<(u64, u64)>,
    within: Vec<AuditFinding>,
}

impl Misplaced {
    fn look(&mut self, first: u64, last: u64, entries: &[Found]) {
        let numbers: Vec<u64> = (first..)
            .zip(entries)
            .map(|(place, found)| found.seq.unwrap_or(place))
            .collect();
        let there: BTreeSet<u64> = numbers.iter().copied().collect();
        self.missing.extend((first..=last).filter(|seq| !there.contains(seq)));
        let own: Vec<u64> = numbers
            .iter()
            .copied()
            .filter(|seq| (first..=last).contains(seq))
            .collect();
        let foreign = (first..)
            .zip(&numbers)
            .filter(|(_, seq)| !(first..=last).contains(*seq));
        self.foreign.extend(foreign.map(|(place, seq)| (place, *seq)));
        let mut sorted = own.clone();
        sorted.sort_unstable();
        let moved = sorted.iter().zip(&own).filter(|(place, written)| place != written);
        self.within
            .extend(moved.map(|(place, written)| AuditFinding::Reordered {
                place: *place,
                written: *written,
            }));
    }

    fn findings(&mut self) -> Vec<AuditFinding> {
        let elsewhere: BTreeSet<u64> = self.foreign.iter().map(|(_, seq)| *seq).collect();
        let mut findings: Vec<AuditFinding> = Vec::new();
        for seq in self.missing.difference(&elsewhere) {
            match findings.last_mut() {
                Some(AuditFinding::Dropped { to, .. }) if *to + 1 == *seq => *to = *seq,
                _ => findings.push(AuditFinding::Dropped { from: *seq, to: *seq }),
            }
        }
        // If entries are missing, the others are shifted. That shift is not a fault of its own.
        if findings.is_empty() {
            let moved = self.foreign.iter().map(|(place, written)| AuditFinding::Reordered {
                place: *place,
                written: *written,
            });
            findings.extend(moved);
        }
        findings.append(&mut self.within);
        findings
    }
}
