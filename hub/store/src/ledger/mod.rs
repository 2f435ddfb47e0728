//! What a participant's ledger comes to, so that rows which were edited, deleted, inserted or put back permit nothing.
//!
//! Whatever changes a ledger raises its version, draws a new salt and binds it: a digest over every row that a decision reads, a
//! MAC over the digest beside the participant, and the digest in the audit row of that very change. Whoever reads a ledger for
//! a decision makes the digest again and holds it against both. The log's word of each ledger is kept in memory ([`Book`]), read
//! from the log at the start, so that a whole old ledger with its old MAC is found as well.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bindeledd_core::ParticipantRef;
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};
use serde::Deserialize;

use crate::audit::{self, Detail};
use crate::commands::consent;
use crate::conn::codec::{Key, hexadecimal, limit, of_hexadecimal};
use crate::conn::db::{Db, Tx};
use crate::fault::{Fault, damaged};
use crate::sealing::seal::Vault;

/// A ledger's version and digest, as the audit log has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub(crate) version: u32,
    pub(crate) digest: [u8; 32],
}

impl Anchor {
    /// The same version, of rows that nobody can have.
    const fn of_nothing(self) -> Self {
        Self {
            digest: [0; 32],
            ..self
        }
    }

    /// The digest as the log has it.
    pub(crate) fn hexadecimal(&self) -> String {
        hexadecimal(&self.digest)
    }
}

/// What the audit log last said of each ledger.
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
    /// What the transaction under way has changed, to be put back where it comes to nothing.
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

    fn awaits_adoption(&self) -> bool {
        self.awaits_adoption.load(Ordering::Acquire)
    }

    fn put(&self, participant: ParticipantRef, anchor: Option<Anchor>) {
        let since = self.commits() + 1;
        let mut known = self.known();
        let before = known.anchors.insert(participant.key(), Kept { anchor, since });
        known.undo.push((participant.key(), before));
        known.differing.remove(&participant.key());
    }

    /// A ledger that differs was changed as it stood: no rows are what the log says until the operator has accepted some.
    fn spoil(&self, participant: ParticipantRef) {
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

    /// What was changed is on the disk.
    pub(crate) fn committed(&self) {
        self.known().undo.clear();
        self.commits.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether a ledger is the one that the log says it is. What changed after a reader's snapshot is left to the writer.
    fn says(&self, participant: ParticipantRef, anchor: Anchor, as_of: u64) -> bool {
        let known = self.known();
        match known.anchors.get(&participant.key()) {
            Some(kept) => kept.since > as_of || kept.anchor == Some(anchor),
            None => false,
        }
    }

    /// Whether a ledger was found to be another one, and not to be right again since.
    fn differs(&self, participant: ParticipantRef) -> bool {
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
    fn version(&self, participant: ParticipantRef) -> u32 {
        let known = self.known();
        let kept = known.anchors.get(&participant.key()).and_then(|kept| kept.anchor);
        kept.map_or(0, |anchor| anchor.version)
    }

    /// Whether there should be such a participant.
    fn expects(&self, participant: ParticipantRef) -> bool {
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
    fn between(&self, after: [u8; 16], last: Option<[u8; 16]>, as_of: u64) -> Vec<[u8; 16]> {
        let known = self.known();
        let up_to = last.map_or(Bound::Unbounded, Bound::Included);
        let range = known.anchors.range((Bound::Excluded(after), up_to));
        let there = range.filter(|(_, kept)| kept.anchor.is_some() && kept.since <= as_of);
        there.map(|(participant, _)| *participant).collect()
    }
}

/// The bytes that a digest is made of. A value has its column's number before it and an empty one is left out, so that a column
/// that is added behind the others, and is empty in older rows, leaves their digests as they are.
pub(crate) struct Canon(Vec<u8>);

impl Canon {
    fn new(domain: &[u8], participant: ParticipantRef) -> Self {
        let mut bytes = Vec::with_capacity(1024);
        bytes.extend_from_slice(domain);
        bytes.extend_from_slice(&participant.key());
        Self(bytes)
    }

    /// A row of one sort.
    pub(crate) fn row<'v>(&mut self, sort: u8, values: impl IntoIterator<Item = ValueRef<'v>>) {
        self.0.push(sort);
        for (column, value) in (0_u8..).zip(values) {
            self.value(column, value);
        }
        self.0.push(u8::MAX);
    }

    fn value(&mut self, column: u8, value: ValueRef<'_>) {
        let (kind, bytes) = match value {
            ValueRef::Null => return,
            ValueRef::Integer(number) => {
                self.0.extend_from_slice(&[column, 1]);
                return self.0.extend_from_slice(&number.to_be_bytes());
            }
            ValueRef::Real(number) => {
                self.0.extend_from_slice(&[column, 2]);
                return self.0.extend_from_slice(&number.to_be_bytes());
            }
            ValueRef::Text(bytes) => (3, bytes),
            ValueRef::Blob(bytes) => (4, bytes),
        };
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&[column, kind]);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
    }

    /// The first columns of a row that was read.
    pub(crate) fn read(&mut self, sort: u8, row: &Row<'_>, columns: u8) -> Result<(), Fault> {
        self.0.push(sort);
        for column in 0..columns {
            self.value(column, row.get_ref(usize::from(column))?);
        }
        self.0.push(u8::MAX);
        Ok(())
    }

    fn digest(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, &self.0).as_ref());
        bytes
    }
}

/// A participant's row as a ledger has it. The MAC is behind what it is made over.
const HEAD: &str = "SELECT protected, lookup, erased_at, ledger_version, ledger_salt, ledger_beside, ledger_mac
    FROM participant WHERE ref = ?1";
const IN_DIGEST: u8 = 6;

/// The beginning of a ledger that is being read.
pub(crate) struct Reading {
    pub(crate) protected: bool,
    version: Option<u32>,
    beside: Option<[u8; 32]>,
    mac: Option<[u8; 32]>,
    pub(crate) canon: Canon,
    /// Whether a row could not be understood.
    is_unreadable: bool,
}

/// Begins to read a ledger for a decision. None where there is no such participant.
pub(crate) fn begin(conn: &Connection, participant: ParticipantRef) -> Result<Option<Reading>, Fault> {
    let mut statement = conn.prepare_cached(HEAD)?;
    let mut rows = statement.query([participant.key()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let mut canon = Canon::new(b"bindeledd ledger 1", participant);
    canon.read(b'p', row, IN_DIGEST)?;
    let protected: rusqlite::Result<bool> = row.get(0);
    Ok(Some(Reading {
        is_unreadable: protected.is_err(),
        // The safe one of the two.
        protected: protected.unwrap_or(true),
        // What is no version, digest or MAC is none.
        version: row.get(3).unwrap_or(None),
        beside: row.get(5).unwrap_or(None),
        mac: row.get(6).unwrap_or(None),
        canon,
    }))
}

impl Reading {
    /// What a row says. One that can not be understood says nothing, and is noted.
    pub(crate) fn understood<T>(&mut self, read: Result<T, Fault>) -> Option<T> {
        self.is_unreadable |= read.is_err();
        read.ok()
    }

    /// What the ledger came to.
    fn anchor(&self) -> Option<Anchor> {
        let digest = self.canon.digest();
        self.version.map(|version| Anchor { version, digest })
    }

    fn is_bound(&self, db: &Db<'_>, participant: ParticipantRef) -> bool {
        self.anchor().is_some_and(|anchor| {
            self.mac == Some(mac(db.vault, &anchor)) && db.trust.book.says(participant, anchor, db.as_of)
        })
    }

    /// Whether the rows are those that were bound, and the newest that were. It is noted where they are not.
    pub(crate) fn is_whole(&self, db: &Db<'_>, participant: ParticipantRef) -> bool {
        let is_read = !self.is_unreadable && !db.trust.book.differs(participant);
        let whole = is_read && self.is_bound(db, participant);
        if !whole {
            db.trust.book.found(participant, false);
        }
        whole
    }
}

fn mac(vault: &Vault, anchor: &Anchor) -> [u8; 32] {
    vault.digest("ledger", &[&anchor.digest])
}

const NUMBERS: &str = "SELECT lookup, identity, was FROM also_known WHERE participant = ?1 ORDER BY lookup";
const CONSENTS: &str = "SELECT id, content, detail FROM consent WHERE participant = ?1 ORDER BY id";

/// A digest of what no decision reads and is the participant's as well: numbers, and what of consents is sealed.
fn beside(conn: &Connection, participant: ParticipantRef) -> Result<[u8; 32], Fault> {
    let mut canon = Canon::new(b"bindeledd beside 1", participant);
    let identity = "SELECT identity FROM participant WHERE ref = ?1";
    for (sort, sql, columns) in [(b'i', identity, 1), (b'n', NUMBERS, 3), (b'c', CONSENTS, 3)] {
        let mut statement = conn.prepare_cached(sql)?;
        let mut rows = statement.query([participant.key()])?;
        while let Some(row) = rows.next()? {
            canon.read(sort, row, columns)?;
        }
    }
    Ok(canon.digest())
}

/// A grant that stands under no consent of the participant: no decision reads it.
const ORPHANS: &str = "SELECT 1 FROM grant_row g WHERE g.participant = ?1 AND NOT EXISTS
    (SELECT 1 FROM consent c WHERE c.id = g.consent AND c.participant = g.participant)";

/// Reads everything of a ledger again. Gives what it comes to, and whether that is what its own row says.
fn read_again(conn: &Connection, participant: ParticipantRef) -> Result<Option<(Reading, bool)>, Fault> {
    let Some(mut reading) = begin(conn, participant)? else {
        return Ok(None);
    };
    consent::read_rows(conn, participant, &mut reading.canon)?;
    let orphans = conn.prepare_cached(ORPHANS)?.exists([participant.key()])?;
    let fits = !orphans && reading.beside == Some(beside(conn, participant)?);
    Ok(Some((reading, fits)))
}

/// Whether everything of a participant's ledger is what was bound. It is noted, either way.
pub(crate) fn check(db: &Db<'_>, participant: ParticipantRef) -> Result<bool, Fault> {
    let whole = match read_again(db.conn, participant)? {
        // What was noted before may have been repaired: only the rows count here.
        Some((reading, fits)) => fits && reading.is_bound(db, participant),
        None => !db.trust.book.expects(participant),
    };
    db.trust.book.found(participant, whole);
    Ok(whole)
}

/// Refuses a change of a ledger that is not what was registered: it would pass for registered from then on.
pub(crate) fn must_be_whole(tx: &Tx<'_>, participant: ParticipantRef) -> Result<(), Fault> {
    match check(tx, participant)? {
        true => Ok(()),
        false => Err(Fault::Ledger),
    }
}

/// Binds a ledger after a change. Only one that was whole before it may be bound: for another there is no anchor, and it stays
/// as it was found until the operator has accepted it.
pub(crate) fn bind_if(tx: &Tx<'_>, participant: ParticipantRef, was_whole: bool) -> Result<Option<Anchor>, Fault> {
    if tx.trust.book.awaits_adoption() {
        return Ok(None);
    }
    if was_whole {
        return bind(tx, participant).map(Some);
    }
    // Rows of before this change are no longer what the log says, also where somebody puts them back.
    tx.trust.book.spoil(participant);
    Ok(None)
}

/// Binds a ledger as it is now.
pub(crate) fn bind(tx: &Tx<'_>, participant: ParticipantRef) -> Result<Anchor, Fault> {
    // On from what the log has, whatever the row says.
    let version = tx.trust.book.version(participant) + 1;
    let salt: [u8; 16] = tx.vault.random();
    let sql = "UPDATE participant SET ledger_version = ?2, ledger_salt = ?3, ledger_beside = ?4 WHERE ref = ?1";
    let beside = beside(tx.conn, participant)?;
    tx.run(sql, params![participant.key(), version, salt, beside])?;
    let read = read_again(tx.conn, participant)?;
    let anchor = read.and_then(|(reading, _)| reading.anchor());
    let anchor = anchor.ok_or_else(|| damaged("a participant's ledger can not be bound"))?;
    let sql = "UPDATE participant SET ledger_mac = ?2 WHERE ref = ?1";
    tx.run(sql, params![participant.key(), mac(tx.vault, &anchor)])?;
    tx.trust.book.put(participant, Some(anchor));
    Ok(anchor)
}

/// What a new participant's row has, of whom nothing is on file.
pub(crate) struct Fresh {
    pub(crate) salt: [u8; 16],
    pub(crate) beside: [u8; 32],
    pub(crate) mac: [u8; 32],
    pub(crate) anchor: Anchor,
}

/// Binds the ledger of a new participant, who was found by `lookup` and is not protected. None while all ledgers are to be adopted:
/// this one is then adopted with them.
pub(crate) fn fresh(tx: &Tx<'_>, participant: ParticipantRef, lookup: &[u8; 32], identity: &[u8]) -> Option<Fresh> {
    if tx.trust.book.awaits_adoption() {
        return None;
    }
    let mut numbers = Canon::new(b"bindeledd beside 1", participant);
    numbers.row(b'i', [ValueRef::Blob(identity)]);
    let (salt, beside): ([u8; 16], _) = (tx.vault.random(), numbers.digest());
    let mut canon = Canon::new(b"bindeledd ledger 1", participant);
    let values = [
        ValueRef::Integer(0),
        ValueRef::Blob(lookup),
        ValueRef::Null,
        ValueRef::Integer(1),
        ValueRef::Blob(&salt),
        ValueRef::Blob(&beside),
    ];
    canon.row(b'p', values);
    let digest = canon.digest();
    let anchor = Anchor { version: 1, digest };
    tx.trust.book.put(participant, Some(anchor));
    Some(Fresh {
        salt,
        beside,
        mac: mac(tx.vault, &anchor),
        anchor,
    })
}

/// What an audit row says of a ledger.
#[derive(Deserialize)]
struct Marked {
    participant: Option<String>,
    was: Option<String>,
    ledger: Option<u32>,
    #[serde(rename = "ledgerDigest")]
    digest: Option<String>,
}

/// Reads what the log last said of each ledger; none for whoever became another's.
pub(crate) fn anchors(conn: &Connection) -> Result<BTreeMap<[u8; 16], Option<Anchor>>, Fault> {
    let mut anchors = BTreeMap::new();
    for row in audit::marked(conn)? {
        let Ok(said) = serde_json::from_str::<Marked>(&row.detail) else {
            continue;
        };
        let Some(version) = said.ledger else { continue };
        if let Some(was) = said.was.as_deref().and_then(id) {
            anchors.insert(was, None);
        }
        if let (Some(participant), Some(digest)) = (
            said.participant.as_deref().and_then(id),
            said.digest.as_deref().and_then(of_hexadecimal),
        ) {
            anchors.insert(participant, Some(Anchor { version, digest }));
        } else if let Some(Some(anchor)) = said
            .participant
            .as_deref()
            .and_then(id)
            .and_then(|who| anchors.get_mut(&who))
        {
            // It was changed while it differed, see `bind_if`.
            *anchor = anchor.of_nothing();
        }
    }
    Ok(anchors)
}

fn id(raw: &str) -> Option<[u8; 16]> {
    uuid::Uuid::try_parse(raw).ok().map(uuid::Uuid::into_bytes)
}

impl Book {
    /// Fills it from the log.
    pub(crate) fn fill(&self, anchors: BTreeMap<[u8; 16], Option<Anchor>>) {
        let kept = |(participant, anchor)| (participant, Kept { anchor, since: 0 });
        self.known().anchors = anchors.into_iter().map(kept).collect();
    }
}

/// Looks at the ledgers of some participants after one of them, and for those who should be there. Gives after whom to go on;
/// none at the end.
pub(crate) fn look(db: &Db<'_>, after: [u8; 16], count: usize) -> Result<Option<[u8; 16]>, Fault> {
    let sql = "SELECT ref FROM participant WHERE ref > ?1 ORDER BY ref LIMIT ?2";
    let there: Vec<[u8; 16]> = db.all(sql, params![after, limit(count)], |row| Ok(row.get(0)?))?;
    let last = (there.len() == count).then(|| there.last().copied()).flatten();
    for participant in &there {
        check(db, Key::of(*participant))?;
    }
    let there: BTreeSet<_> = there.into_iter().collect();
    for missing in db.trust.book.between(after, last, db.as_of) {
        if !there.contains(&missing) {
            db.trust.book.found(Key::of(missing), false);
        }
    }
    Ok(last)
}

/// Every ledger that differs, those included of participants who are not there.
pub(crate) fn all_differing(db: &Db<'_>) -> Result<Vec<ParticipantRef>, Fault> {
    let mut after = Some([0; 16]);
    while let Some(at) = after {
        after = look(db, at, 1000)?;
    }
    Ok(db.trust.book.differing())
}

/// Binds every ledger of a store from before there was anything to hold them against.
pub(crate) fn adopt(tx: &Tx<'_>, now: Timestamp) -> Result<usize, Fault> {
    let sql = "SELECT ref FROM participant ORDER BY ref";
    let all: Vec<ParticipantRef> = tx.all(sql, [], |row| Ok(Key::of(row.get(0)?)))?;
    for participant in &all {
        let anchor = bind(tx, *participant)?;
        let detail = Detail::new().id("participant", *participant).ledger(Some(anchor));
        tx.audit(now, "ledger-adopted", "hub", detail)?;
    }
    tx.trust.book.await_adoption(false);
    let n = i64::try_from(all.len()).unwrap_or(i64::MAX);
    tx.audit(now, "ledgers-adopted", "hub", Detail::new().number("participants", n))?;
    Ok(all.len())
}

/// How a ledger differs, as whoever may read the store's file finds it: without a key, by the log's digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Differs {
    /// Its rows are not those that the log has the digest of.
    Changed,
    /// The participant is not there.
    Missing,
    /// The log never said anything of it.
    Unknown,
}

/// Holds every ledger against the log, without a key.
pub(crate) fn differences(conn: &Connection) -> Result<Vec<(ParticipantRef, Differs)>, Fault> {
    let mut anchors = anchors(conn)?;
    if anchors.is_empty() {
        // From before, and not adopted yet.
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let mut statement = conn.prepare_cached("SELECT ref FROM participant ORDER BY ref")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key: [u8; 16] = row.get(0)?;
        let participant = Key::of(key);
        match anchors.remove(&key).flatten() {
            None => found.push((participant, Differs::Unknown)),
            Some(anchor) => {
                let read = read_again(conn, participant)?;
                let same = read
                    .is_some_and(|(reading, fits)| fits && reading.mac.is_some() && reading.anchor() == Some(anchor));
                if !same {
                    found.push((participant, Differs::Changed));
                }
            }
        }
    }
    let missing = anchors.into_iter().filter(|(_, anchor)| anchor.is_some());
    found.extend(missing.map(|(key, _)| (Key::of(key), Differs::Missing)));
    Ok(found)
}
