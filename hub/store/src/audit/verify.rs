//! Checks a whole log, and names what is wrong where it is. No stored hash is trusted: every entry is hashed again, and so is
//! every tile above.

use std::collections::{BTreeSet, HashMap};

use bindeledd_tlog::tree::Edge;
use bindeledd_tlog::{Checkpoint, Hash, Kind, TILE_WIDTH, Tile, fold, leaf};

use serde::Deserialize;

use crate::fault::OpenError;

/// So many findings are enough.
const ENOUGH: usize = 100;

/// Where a log is read from.
pub trait AuditSource {
    /// How many entries it says to have.
    fn size(&self) -> u64;
    /// The entries of a bundle, in the order in which they lie; `None` where the bundle can not be read.
    ///
    /// # Errors
    /// [`OpenError`] where the log can not be read.
    fn entries(&mut self, index: u64, width: u16) -> Result<Option<Vec<Found>>, OpenError>;
    /// The hashes of a tile; `None` where there is none, and in it where a leaf has none.
    ///
    /// # Errors
    /// [`OpenError`] where the log can not be read.
    fn hashes(&mut self, tile: Tile) -> Result<Option<Vec<Option<Hash>>>, OpenError>;
}

/// An entry as it was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The number that it is kept under, from 1.
    pub seq: Option<u64>,
    /// Its bytes.
    pub entry: Vec<u8>,
}

impl Found {
    /// An entry that is kept under no number but the one in itself.
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

/// An entry as it would be under another number.
fn renumbered(entry: &[u8], seq: u64) -> Vec<u8> {
    let rest = entry.strip_prefix(BEGINNING).unwrap_or(entry);
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let mut renumbered = BEGINNING.to_vec();
    renumbered.extend_from_slice(seq.to_string().as_bytes());
    renumbered.extend_from_slice(&rest[digits..]);
    renumbered
}

/// What is wrong with a log. Entries have their numbers, from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditFinding {
    /// An entry is not what its hash was made of.
    #[error("entry {0} was edited: it is not what was written")]
    Edited(u64),
    /// Entries are not there.
    #[error("{}", dropped(*from, *to))]
    Dropped {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
    /// An entry stands where another was written.
    #[error("entries were reordered: at {place} stands what was written as {written}")]
    Reordered {
        /// Where it stands.
        place: u64,
        /// Where it was written.
        written: u64,
    },
    /// A file or row of hashes is missing or not what is below it.
    #[error("{path} is missing or was changed; entries {from} to {to} are below it")]
    Tile {
        /// Its path.
        path: String,
        /// The first entry below it.
        from: u64,
        /// The last.
        to: u64,
    },
    /// The version of a participant's ledger does not follow on the one before.
    #[error("entry {0} has a version of a participant's ledger that does not follow on the one before")]
    LedgerVersion(u64),
    /// What is on file about a participant's consents is not what the log says.
    #[error("what is on file about consent for participant {participant} {how}")]
    Ledger {
        /// The participant's pseudonym.
        participant: String,
        /// How it differs.
        how: &'static str,
    },
    /// The log is shorter than it once was.
    #[error("the log was truncated or rolled back: it has {size} entries, and the checkpoint has {witnessed}")]
    Truncated {
        /// How many it has.
        size: u64,
        /// How many it had.
        witnessed: u64,
    },
    /// The log is another one than was signed.
    #[error(
        "the first {witnessed} entries are not those that the checkpoint was signed for: the log was rewritten or forked"
    )]
    Forked {
        /// How many entries the checkpoint has.
        witnessed: u64,
    },
}

fn dropped(from: u64, to: u64) -> String {
    if from == to {
        format!("entry {from} was dropped")
    } else {
        format!("entries {from} to {to} were dropped")
    }
}

impl AuditFinding {
    /// A code for programs.
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

    /// The entry that it begins at, where it is about entries.
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

/// What came of checking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    /// How many entries there are.
    pub size: u64,
    /// Their root, of what is there.
    pub root: Hash,
    /// What is wrong; the first hundred things.
    pub findings: Vec<AuditFinding>,
}

/// Checks a log, and that it goes on from `checkpoints`, whose signatures were checked before. `tell` is called with how many
/// entries are done.
///
/// # Errors
/// [`OpenError`] where the log can not be read.
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
        // Where an entry is wrong, everything above it is, and says nothing more.
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

/// What has been seen on the way from the first entry to the last.
struct Walk<'c> {
    checkpoints: &'c [Checkpoint],
    edge: Edge,
    /// The hashes of each tile level above the leaves, made again.
    upper: Vec<Vec<Hash>>,
    misplaced: Misplaced,
    /// Entries that are not what their hashes say.
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

    /// An entry with the hash of another was moved; one with nobody's was edited.
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

    /// Adds a full tile's hash to the level above.
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

    /// Compares the tiles above the leaves with what was made again.
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

/// An entry that is not what its hash says.
struct Changed {
    place: u64,
    entry: Vec<u8>,
    stored: Option<Hash>,
}

/// The versions of participants' ledgers, as far as the entries have told.
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
        // A step that was not bound has no version.
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

/// Entries that are not where their numbers say.
#[derive(Default)]
struct Misplaced {
    missing: BTreeSet<u64>,
    /// Numbers that stand in another bundle than their own, with the place.
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
        // Where entries are gone, the others closing up is no finding of its own.
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
