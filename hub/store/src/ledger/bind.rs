//! Binds a ledger after a change, and compares a ledger with its binding.

use std::collections::{BTreeMap, BTreeSet};

use bindeledd_core::ParticipantRef;
use bindeledd_core::audit::{Actor, AuditAction};
use jiff::Timestamp;
use serde::Deserialize;

use super::canon::Canon;
use super::rows;
use crate::audit::{self, Anchor, Detail};
use crate::conn::codec::{Key, limit, of_hexadecimal};
use crate::conn::{Cell, Conn, Db, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::seal::Vault;

/// Columns of a participant's row that concern the ledger. The MAC comes after the columns that it covers.
const HEAD: &str = "SELECT protected, lookup, erased_at, ledger_version, ledger_salt, ledger_beside, ledger_mac
    FROM participant WHERE ref = ?1";
const IN_DIGEST: u8 = 6;

/// A ledger that is being read.
pub(crate) struct Reading {
    pub(crate) protected: bool,
    version: Option<u32>,
    beside: Option<[u8; 32]>,
    mac: Option<[u8; 32]>,
    pub(crate) canon: Canon,
    /// Whether a row could not be read.
    is_unreadable: bool,
}

/// Begins to read a ledger for a decision; `None` if there is no such participant.
pub(crate) fn begin(conn: &Conn, participant: ParticipantRef) -> Result<Option<Reading>, Fault> {
    conn.one(HEAD, [participant.key()], |row| {
        let mut canon = Canon::new(b"bindeledd ledger 1", participant);
        canon.read(b'p', row, IN_DIGEST)?;
        let protected: Result<bool, Fault> = row.get(0);
        Ok(Reading {
            is_unreadable: protected.is_err(),
            // An unreadable flag counts as protected, which is the safe case.
            protected: protected.unwrap_or(true),
            // If a value has another length, it is no version, digest or MAC.
            version: row.get(3).unwrap_or(None),
            beside: row.get(5).unwrap_or(None),
            mac: row.get(6).unwrap_or(None),
            canon,
        })
    })
}

impl Reading {
    /// Returns the content of a row. For an unreadable row this returns `None`, and records that the ledger has such a
    /// row.
    pub(crate) fn understood<T>(&mut self, read: Result<T, Fault>) -> Option<T> {
        self.is_unreadable |= read.is_err();
        read.ok()
    }

    /// Returns the version and the digest of the ledger.
    fn anchor(&self) -> Option<Anchor> {
        let digest = self.canon.digest();
        self.version.map(|version| Anchor { version, digest })
    }

    fn is_bound(&self, db: &Db<'_>, participant: ParticipantRef) -> bool {
        self.anchor().is_some_and(|anchor| {
            self.mac == Some(mac(db.vault, &anchor)) && db.trust.book.says(participant, anchor, db.as_of)
        })
    }

    /// Returns whether the rows are those of the newest binding. A difference is noted in the book.
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

/// Returns a digest of the participant's data that no decision reads: numbers, and the sealed part of consents.
fn beside(conn: &Conn, participant: ParticipantRef) -> Result<[u8; 32], Fault> {
    let mut canon = Canon::new(b"bindeledd beside 1", participant);
    let identity = "SELECT identity FROM participant WHERE ref = ?1";
    for (sort, sql, columns) in [(b'i', identity, 1), (b'n', NUMBERS, 3), (b'c', CONSENTS, 3)] {
        conn.each(sql, [participant.key()], |row| canon.read(sort, row, columns))?;
    }
    Ok(canon.digest())
}

/// Grants without a consent of the participant. No decision reads them.
const ORPHANS: &str = "SELECT 1 FROM grant_row g WHERE g.participant = ?1 AND NOT EXISTS
    (SELECT 1 FROM consent c WHERE c.id = g.consent AND c.participant = g.participant)";

/// Reads a whole ledger again. Returns the ledger, and whether its binding in the participant's row fits.
fn read_again(conn: &Conn, participant: ParticipantRef) -> Result<Option<(Reading, bool)>, Fault> {
    let Some(mut reading) = begin(conn, participant)? else {
        return Ok(None);
    };
    rows::read_rows(conn, participant, &mut reading.canon)?;
    let orphans = conn.any(ORPHANS, [participant.key()])?;
    let fits = !orphans && reading.beside == Some(beside(conn, participant)?);
    Ok(Some((reading, fits)))
}

/// Returns whether a participant's whole ledger matches its binding. The result is noted in the book.
pub(crate) fn check(db: &Db<'_>, participant: ParticipantRef) -> Result<bool, Fault> {
    let whole = match read_again(db.conn, participant)? {
        // Rows that differed earlier may have been repaired, so that only the current rows count here.
        Some((reading, fits)) => fits && reading.is_bound(db, participant),
        None => !db.trust.book.expects(participant),
    };
    db.trust.book.found(participant, whole);
    Ok(whole)
}

/// Refuses to change a ledger that differs from the registered one. The change would bind it, and it would pass for
/// registered.
pub(crate) fn must_be_whole(tx: &Tx<'_>, participant: ParticipantRef) -> Result<(), Fault> {
    match check(tx, participant)? {
        true => Ok(()),
        false => Err(Fault::Ledger),
    }
}

/// Binds a ledger after a change, if it matched its binding before. Any other ledger gets no anchor, and stays as it is
/// until the operator accepts it.
pub(crate) fn bind_if(tx: &Tx<'_>, participant: ParticipantRef, was_whole: bool) -> Result<Option<Anchor>, Fault> {
    if tx.trust.book.awaits_adoption() {
        return Ok(None);
    }
    if was_whole {
        return bind(tx, participant).map(Some);
    }
    // Rows from before this change no longer match the log, even if somebody restores them.
    tx.trust.book.spoil(participant);
    Ok(None)
}

/// Binds a ledger as it is now.
pub(crate) fn bind(tx: &Tx<'_>, participant: ParticipantRef) -> Result<Anchor, Fault> {
    // The version continues the version in the log, whatever the row holds.
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

/// The binding of a new participant's row, without consents.
pub(crate) struct Fresh {
    pub(crate) salt: [u8; 16],
    pub(crate) beside: [u8; 32],
    pub(crate) mac: [u8; 32],
    pub(crate) anchor: Anchor,
}

/// Binds the ledger of a new participant, who was found by `lookup` and is not protected. `None` while all ledgers
/// await their adoption: this ledger is adopted with them.
pub(crate) fn fresh(tx: &Tx<'_>, participant: ParticipantRef, lookup: &[u8; 32], identity: &[u8]) -> Option<Fresh> {
    if tx.trust.book.awaits_adoption() {
        return None;
    }
    let mut numbers = Canon::new(b"bindeledd beside 1", participant);
    numbers.row(b'i', [Cell::Bytes(identity)]);
    let (salt, beside): ([u8; 16], _) = (tx.vault.random(), numbers.digest());
    let mut canon = Canon::new(b"bindeledd ledger 1", participant);
    let values = [
        Cell::Int(0),
        Cell::Bytes(lookup),
        Cell::Null,
        Cell::Int(1),
        Cell::Bytes(&salt),
        Cell::Bytes(&beside),
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

/// The content of an audit row about a ledger.
#[derive(Deserialize)]
struct Marked {
    participant: Option<String>,
    was: Option<String>,
    ledger: Option<u32>,
    #[serde(rename = "ledgerDigest")]
    digest: Option<String>,
}

/// Reads the last anchor of each ledger from the log; `None` for a participant who was joined to another.
pub(crate) fn anchors(conn: &Conn) -> Result<BTreeMap<[u8; 16], Option<Anchor>>, Fault> {
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
            // The ledger was changed while it differed, see `bind_if`. No rows match such an anchor.
            *anchor = anchor.of_nothing();
        }
    }
    Ok(anchors)
}

fn id(raw: &str) -> Option<[u8; 16]> {
    uuid::Uuid::try_parse(raw).ok().map(uuid::Uuid::into_bytes)
}

/// Checks the ledgers of the next participants after `after`, including participants that the log expects and the store
/// lacks. Returns the last participant checked; `None` at the end.
pub(crate) fn look(db: &Db<'_>, after: [u8; 16], count: usize) -> Result<Option<[u8; 16]>, Fault> {
    let sql = "SELECT ref FROM participant WHERE ref > ?1 ORDER BY ref LIMIT ?2";
    let there: Vec<[u8; 16]> = db.all(sql, params![after, limit(count)], |row| row.get(0))?;
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

/// Returns the participants whose ledgers differ, including participants that the store lacks.
pub(crate) fn all_differing(db: &Db<'_>) -> Result<Vec<ParticipantRef>, Fault> {
    let mut after = Some([0; 16]);
    while let Some(at) = after {
        after = look(db, at, 1000)?;
    }
    Ok(db.trust.book.differing())
}

/// Binds every ledger of a store that is older than bindings.
pub(crate) fn adopt(tx: &Tx<'_>, now: Timestamp) -> Result<usize, Fault> {
    let sql = "SELECT ref FROM participant ORDER BY ref";
    let all: Vec<ParticipantRef> = tx.all(sql, [], |row| Ok(Key::of(row.get(0)?)))?;
    for participant in &all {
        let anchor = bind(tx, *participant)?;
        let detail = Detail::new().id("participant", *participant).ledger(Some(anchor));
        tx.audit(now, AuditAction::LedgerAdopted, &Actor::Hub, detail)?;
    }
    tx.trust.book.await_adoption(false);
    let n = i64::try_from(all.len()).unwrap_or(i64::MAX);
    tx.audit(
        now,
        AuditAction::LedgersAdopted,
        &Actor::Hub,
        Detail::new().number("participants", n),
    )?;
    Ok(all.len())
}

/// A difference of a ledger that a reader of the file finds without a key, by the digests in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Differs {
    /// The ledger's rows do not have the digest in the log.
    Changed,
    /// The participant is missing.
    Missing,
    /// The log has no row about the ledger.
    Unknown,
}

/// Compares every ledger with the log, without a key.
pub(crate) fn differences(conn: &Conn) -> Result<Vec<(ParticipantRef, Differs)>, Fault> {
    let mut anchors = anchors(conn)?;
    if anchors.is_empty() {
        // The store is older than bindings, and its ledgers are not adopted yet.
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    conn.each("SELECT ref FROM participant ORDER BY ref", [], |row| {
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
        Ok(())
    })?;
    let missing = anchors.into_iter().filter(|(_, anchor)| anchor.is_some());
    found.extend(missing.map(|(key, _)| (Key::of(key), Differs::Missing)));
    Ok(found)
}
