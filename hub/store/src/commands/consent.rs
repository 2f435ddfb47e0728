//! Consents on file: as single consents, and as the ledger that a decision reads.

use bindeledd_core::confirm::{Confirmation, Confirmer};
use bindeledd_core::consent::{Basis, Consent, ConsentStatus, Evidence, GivenBy, Grant, GrantOnFile, Ledger, Period};
use bindeledd_core::withdrawal::{TakenBack, withdrawn_exchanges};
use bindeledd_core::{CategorySet, ConsentId, ParticipantRef, PartyId, Purpose};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::WithdrawalEntry;
use crate::commands::participant;
use crate::conn::codec::{self, Key, micros, moment_text};
use crate::conn::{Cell, Conn, Db, Row, Tx, params};
use crate::fault::{Fault, damaged};
use crate::ledger::{self, GRANT_COLUMNS, GRANTS, Reading, WITHDRAWAL_COLUMNS, WITHDRAWALS};
use crate::sealing::aead::{SealKey, SealedAt};

/// The fields of a consent that no decision needs. They are sealed, since a reference to evidence may name a person.
#[derive(Serialize, Deserialize)]
pub(super) struct Sealed {
    pub(super) guardian: Option<String>,
    pub(super) controller: String,
    pub(super) registrar: String,
    pub(super) evidence: (String, String, Option<String>),
    pub(super) text_version: String,
}

/// Returns the two columns of a period.
pub(super) fn period_columns(period: &Period) -> (String, Option<String>) {
    (moment_text(period.start), period.end.map(moment_text))
}

/// Reads a grant from the first eight columns of a row. Columns are read by number: a look-up by name for each grant
/// would slow down every message.
fn read_grant(row: &Row<'_>) -> Result<Grant, Fault> {
    let duty: Option<String> = row.get(4)?;
    let start: Option<String> = row.get(5)?;
    let end: Option<String> = row.get(6)?;
    Ok(Grant {
        from: row.party(0)?,
        to: row.party(1)?,
        purpose: row.coded(2, Purpose::parse)?,
        categories: row.categories(3)?,
        basis: duty.map_or(Basis::Consent, |reference| Basis::Duty { reference }),
        period: start.map(|start| codec::period(&start, end.as_deref())).transpose()?,
        confirmed: row.get(7)?,
    })
}

/// Returns a consent.
pub(crate) fn one(db: &Db<'_>, id: ConsentId) -> Result<Option<Consent>, Fault> {
    let sql = "SELECT participant FROM consent WHERE id = ?1";
    let Some(participant) = db.one(sql, [id.key()], |row| row.id(0))? else {
        return Ok(None);
    };
    read(db, id, &participant::key(db, participant)?)
}

/// Returns a consent, with a participant's key that the caller has already loaded.
pub(crate) fn read(db: &Db<'_>, id: ConsentId, key: &SealKey) -> Result<Option<Consent>, Fault> {
    let grants = "SELECT from_party, to_party, purpose, categories, duty, period_start, period_end, confirmed
        FROM grant_row WHERE consent = ?1 ORDER BY place";
    let grants = db.all(grants, [id.key()], read_grant)?;
    let confirmations = confirmations(db, id, key)?;
    let sql = "SELECT c.participant, c.version, c.given_at, c.withdrawn_at, c.period_start, c.period_end, c.detail, c.registered,
        p.protected, p.protected_at, (SELECT a.at FROM audit a WHERE a.seq = c.registered) AS registered_at
        FROM consent c CROSS JOIN participant p ON p.ref = c.participant WHERE c.id = ?1";
    db.one(sql, [id.key()], |row| {
        let sealed = row.bytes("detail")?;
        let plain = db
            .vault
            .open(key, SealedAt("consent.detail", id.0.as_bytes()), sealed)?;
        let unreadable = || damaged("a consent can not be read");
        let sealed: Sealed = serde_json::from_slice(&plain).map_err(|_| unreadable())?;
        let party = |raw: &str| PartyId::parse(raw).map_err(|_| unreadable());
        let (kind, reference, sha256) = sealed.evidence;
        Ok(Consent {
            id,
            version: row.get("version")?,
            participant: row.id("participant")?,
            given_at: row.time("given_at")?,
            given_by: sealed
                .guardian
                .map_or(GivenBy::Participant, |basis| GivenBy::Guardian { basis }),
            controller: party(&sealed.controller)?,
            registrar: party(&sealed.registrar)?,
            registered: registered(row.get::<Option<i64>>("registered")?.unwrap_or(0)),
            evidence: Evidence {
                kind,
                reference,
                sha256,
            },
            text_version: sealed.text_version,
            period: period_of(row)?,
            grants,
            confirmations,
            protected_since: protected_since(row)?,
            status: row
                .time_or_none("withdrawn_at")?
                .map_or(ConsentStatus::Active, |at| ConsentStatus::Withdrawn { at }),
        })
    })
}

/// Returns the start of protection for this consent: the time of the protection or of the registration, whichever is
/// later.
fn protected_since(row: &Row<'_>) -> Result<Option<Timestamp>, Fault> {
    if !row.get::<bool>("protected")? {
        return Ok(None);
    }
    let protected = row.time_or_none("protected_at")?;
    let registered = row.time_or_none("registered_at")?;
    Ok(protected.map(|at| registered.map_or(at, |registered| at.max(registered))))
}

fn period_of(row: &Row<'_>) -> Result<Period, Fault> {
    let start: String = row.get("period_start")?;
    let end: Option<String> = row.get("period_end")?;
    codec::period(&start, end.as_deref())
}

/// Returns a participant's consents, newest first.
pub(crate) fn of(db: &Db<'_>, participant: ParticipantRef) -> Result<Vec<Consent>, Fault> {
    let sql = "SELECT id FROM consent WHERE participant = ?1 ORDER BY given_at DESC, id DESC";
    let ids: Vec<ConsentId> = db.all(sql, [participant.key()], |row| row.id(0))?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let key = participant::key(db, participant)?;
    let consents = ids.into_iter().map(|id| read(db, id, &key));
    Ok(consents.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// Name of the sealed column for the evidence of a confirmation.
pub(super) const CONFIRMATION: &str = "grant.confirmation";

pub(super) fn confirmation_place(consent: ConsentId, place: u16) -> [u8; 18] {
    let mut bytes = [0; 18];
    bytes[..16].copy_from_slice(consent.0.as_bytes());
    bytes[16..].copy_from_slice(&place.to_be_bytes());
    bytes
}

/// Returns the confirmations that came after a consent was registered.
fn confirmations(db: &Db<'_>, id: ConsentId, key: &SealKey) -> Result<Vec<Confirmation>, Fault> {
    let unreadable = || damaged("a confirmation can not be read");
    let sql = "SELECT place, confirmed_by, confirmed_at, confirmation FROM grant_row
        WHERE consent = ?1 AND confirmed = 1 AND confirmed_by IS NOT NULL ORDER BY place";
    db.all(sql, [id.key()], |row| {
        let grant: u16 = row.get(0)?;
        let by: String = row.get(1)?;
        let sealed: Option<Vec<u8>> = row.get(3)?;
        let evidence = sealed.map(|sealed| {
            let place = confirmation_place(id, grant);
            let plain = db.vault.open(key, SealedAt(CONFIRMATION, &place), &sealed)?;
            let read = serde_json::from_slice::<(String, String, Option<String>)>(&plain);
            let (kind, reference, sha256) = read.map_err(|_| unreadable())?;
            Ok::<_, Fault>(Evidence {
                kind,
                reference,
                sha256,
            })
        });
        let by = match by.strip_prefix("party:") {
            Some(party) => Confirmer::Party(PartyId::parse(party).map_err(|_| unreadable())?),
            None => Confirmer::Operator,
        };
        Ok(Confirmation {
            grant,
            by,
            at: row.time(2)?,
            evidence: evidence.transpose()?,
        })
    })
}

/// Seals the confirmations of a consent anew, with another participant's key.
pub(crate) fn seal_confirmations_again(
    tx: &Tx<'_>,
    id: ConsentId,
    again: impl Fn(SealedAt<'_>, &[u8]) -> Result<Vec<u8>, Fault>,
) -> Result<(), Fault> {
    let sql = "SELECT place, confirmation FROM grant_row WHERE consent = ?1 AND confirmation IS NOT NULL";
    let sealed: Vec<(u16, Vec<u8>)> = tx.all(sql, [id.key()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (place, sealed) in sealed {
        let sealed = again(SealedAt(CONFIRMATION, &confirmation_place(id, place)), &sealed)?;
        let sql = "UPDATE grant_row SET confirmation = ?3 WHERE consent = ?1 AND place = ?2";
        tx.run(sql, params![id.key(), place, sealed])?;
    }
    Ok(())
}

/// Returns every category that some grant permits to a party.
pub(crate) fn granted_to(db: &Db<'_>, party: &PartyId) -> Result<CategorySet, Fault> {
    let sql = "SELECT DISTINCT g.categories FROM grant_row g CROSS JOIN consent c ON c.id = g.consent
        WHERE g.to_party = ?1 AND (c.withdrawn_at IS NULL OR g.duty IS NOT NULL)";
    let sets: Vec<CategorySet> = db.all(sql, [party.as_str()], |row| row.categories(0))?;
    Ok(sets.into_iter().fold(CategorySet::EMPTY, CategorySet::union))
}

pub(crate) fn raise_version(tx: &Tx<'_>, id: ConsentId) -> Result<(), Fault> {
    tx.run("UPDATE consent SET version = version + 1 WHERE id = ?1", [id.key()])?;
    Ok(())
}

/// Returns a participant's ledger for a decision. With `from`, the ledger has only the grants of that sender. A ledger
/// that differs from the registered one is marked as differing, and permits nothing.
pub(crate) fn ledger(db: &Db<'_>, participant: ParticipantRef, from: Option<&PartyId>) -> Result<Ledger, Fault> {
    let Some(mut reading) = ledger::begin(db.conn, participant)? else {
        return Ok(Ledger::empty(participant));
    };
    let (grants, kept) = rows(db.conn, participant, &mut reading)?;
    let differs = !reading.is_whole(db, participant);
    let ledger = assembled(participant, reading.protected, (grants, &kept), from);
    Ok(Ledger { differs, ..ledger })
}

/// Returns the ledger of the current rows, even if they differ from the registered ones. Only withdrawals use this
/// ledger, never releases.
pub(crate) fn as_it_stands(db: &Db<'_>, participant: ParticipantRef) -> Result<Ledger, Fault> {
    let Some(mut reading) = ledger::begin(db.conn, participant)? else {
        return Ok(Ledger::empty(participant));
    };
    let (grants, kept) = rows(db.conn, participant, &mut reading)?;
    Ok(assembled(participant, reading.protected, (grants, &kept), None))
}

fn assembled(
    participant: ParticipantRef,
    protected: bool,
    (mut grants, kept): (Vec<GrantOnFile>, &[TakenBack]),
    from: Option<&PartyId>,
) -> Ledger {
    if let Some(from) = from {
        grants.retain(|on_file| on_file.grant.from == *from);
    }
    let withdrawals = withdrawn_exchanges(kept, &grants);
    Ledger {
        participant,
        protected,
        differs: false,
        grants,
        withdrawals,
    }
}

/// Reads the rows of a ledger, and adds each row to its digest. The hub never writes an unreadable row: such a row is
/// ignored, and the ledger is marked as differing.
fn rows(
    conn: &Conn,
    participant: ParticipantRef,
    reading: &mut Reading,
) -> Result<(Vec<GrantOnFile>, Vec<TakenBack>), Fault> {
    let (mut grants, mut withdrawals) = (Vec::new(), Vec::new());
    conn.each(GRANTS, [participant.key()], |row| {
        reading.canon.read(b'g', row, GRANT_COLUMNS)?;
        grants.extend(reading.understood(on_file(row)));
        Ok(())
    })?;
    conn.each(WITHDRAWALS, [participant.key()], |row| {
        reading.canon.read(b'w', row, WITHDRAWAL_COLUMNS)?;
        withdrawals.extend(reading.understood(kept(row)));
        Ok(())
    })?;
    Ok((grants, withdrawals))
}

fn on_file(row: &Row<'_>) -> Result<GrantOnFile, Fault> {
    let start: String = row.get(13)?;
    let end: Option<String> = row.get(14)?;
    Ok(GrantOnFile {
        consent: row.id(8)?,
        version: row.get(9)?,
        index: row.get(10)?,
        given_at: row.time(11)?,
        registered: registered(row.get::<Option<i64>>(15)?.unwrap_or(0)),
        registrar: row.party_or_none(16)?,
        withdrawn: row.time_or_none(12)?.is_some(),
        consent_period: codec::period(&start, end.as_deref())?,
        grant: read_grant(row)?,
    })
}

/// Reads a withdrawal from its row.
pub(crate) fn kept(row: &Row<'_>) -> Result<TakenBack, Fault> {
    Ok(TakenBack {
        party: row.party_or_none("party")?,
        from: row.party_or_none("from_party")?,
        to: row.party_or_none("to_party")?,
        purpose: match row.cell("purpose")? {
            Cell::Null => None,
            _ => Some(row.purpose("purpose")?),
        },
        categories: row.categories("categories")?,
        given_until: row.time("given_until")?,
        registered_until: row.get::<Option<i64>>("registered_until")?.map(registered),
        registrar: row.party_or_none("registrar")?,
    })
}

/// Returns every withdrawal of every participant, oldest first, with its time. Unreadable rows are left out.
pub(crate) fn all_withdrawals(db: &Db<'_>) -> Result<Vec<(ParticipantRef, Timestamp, TakenBack)>, Fault> {
    let sql = "SELECT participant, made_at, party, from_party, to_party, purpose, categories, given_until,
        registered_until, registrar FROM withdrawal ORDER BY id";
    let read = |row: &Row<'_>| -> Result<_, Fault> { Ok((row.id("participant")?, row.time("made_at")?, kept(row)?)) };
    let all = db.all(sql, [], |row| Ok(read(row).ok()))?;
    Ok(all.into_iter().flatten().collect())
}

/// Returns a participant's withdrawals, oldest first, with their times. Unreadable rows are left out.
pub(crate) fn withdrawals_of(db: &Db<'_>, participant: ParticipantRef) -> Result<Vec<(Timestamp, TakenBack)>, Fault> {
    let sql =
        "SELECT made_at, party, from_party, to_party, purpose, categories, given_until, registered_until, registrar
        FROM withdrawal WHERE participant = ?1 ORDER BY id";
    let read = |row: &Row<'_>| -> Result<_, Fault> { Ok((row.time("made_at")?, kept(row)?)) };
    let all = db.all(sql, [participant.key()], |row| Ok(read(row).ok()))?;
    Ok(all.into_iter().flatten().collect())
}

/// Deletes the unreadable part of a ledger: grants and withdrawals with unreadable columns, and consents that the hub
/// can no longer open. Returns the number of deleted rows.
pub(crate) fn forget_unreadable(tx: &Tx<'_>, participant: ParticipantRef) -> Result<usize, Fault> {
    let key = participant::key(tx, participant)?;
    let mut forgotten = 0;
    let sql = "SELECT id FROM consent WHERE participant = ?1";
    let consents: Vec<ConsentId> = tx.all(sql, [participant.key()], |row| row.id(0))?;
    for id in consents {
        if read(tx, id, &key).is_err() {
            forgotten += tx.run("DELETE FROM grant_row WHERE consent = ?1", [id.key()])?;
            forgotten += tx.run("DELETE FROM consent WHERE id = ?1", [id.key()])?;
        }
    }
    let sql =
        "SELECT party, from_party, to_party, purpose, categories, given_until, made_at, registered_until, registrar, id
        FROM withdrawal WHERE participant = ?1";
    let is_kept = |row: &Row<'_>| kept(row).and_then(|_| row.time("made_at")).is_ok();
    let withdrawals: Vec<Option<i64>> = tx.all(sql, [participant.key()], |row| {
        (!is_kept(row)).then(|| row.get("id")).transpose()
    })?;
    for id in withdrawals.into_iter().flatten() {
        forgotten += tx.run("DELETE FROM withdrawal WHERE id = ?1", [id])?;
    }
    Ok(forgotten)
}

/// A withdrawal in the forms of the store and of the journal at the second place.
pub(crate) trait Kept: Sized {
    /// Returns the journal entry of the withdrawal.
    fn written(&self) -> WithdrawalEntry;
    /// Reads a journal entry. `registered` is the order number up to which a withdrawal of everything ends
    /// registrations.
    fn read(said: &WithdrawalEntry, registered: u64) -> Result<Self, Fault>;
    /// Inserts the row of the withdrawal.
    fn insert(&self, tx: &Tx<'_>, participant: ParticipantRef, now: Timestamp) -> Result<(), Fault>;
}

impl Kept for TakenBack {
    fn written(&self) -> WithdrawalEntry {
        WithdrawalEntry {
            party: self.party.as_ref().map(ToString::to_string),
            from: self.from.as_ref().map(ToString::to_string),
            to: self.to.as_ref().map(ToString::to_string),
            purpose: self.purpose.map(|p| p.code().to_owned()),
            categories: self.categories.bits(),
            given_until: micros(self.given_until),
            all_registered: self.registered_until.is_some(),
            registrar: self.registrar.as_ref().map(ToString::to_string),
        }
    }

    fn read(said: &WithdrawalEntry, registered: u64) -> Result<Self, Fault> {
        let unreadable = || damaged("the journal at the second place has a withdrawal that can not be read");
        let party = |raw: &Option<String>| raw.as_deref().map(PartyId::parse).transpose().map_err(|_| unreadable());
        let purpose = |raw: &String| Purpose::parse(raw).ok_or_else(unreadable);
        Ok(Self {
            party: party(&said.party)?,
            from: party(&said.from)?,
            to: party(&said.to)?,
            purpose: said.purpose.as_ref().map(purpose).transpose()?,
            categories: CategorySet::from_bits(said.categories).ok_or_else(unreadable)?,
            given_until: Timestamp::from_microsecond(said.given_until).map_err(|_| unreadable())?,
            registered_until: said.all_registered.then_some(registered),
            registrar: party(&said.registrar)?,
        })
    }

    fn insert(&self, tx: &Tx<'_>, participant: ParticipantRef, now: Timestamp) -> Result<(), Fault> {
        let sql = "INSERT INTO withdrawal (participant, party, from_party, to_party, purpose, categories, given_until, made_at,
            registered_until, registrar) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        tx.run(
            sql,
            params![
                participant.key(),
                self.party.as_ref().map(PartyId::as_str),
                self.from.as_ref().map(PartyId::as_str),
                self.to.as_ref().map(PartyId::as_str),
                self.purpose.map(Purpose::code),
                self.categories.bits(),
                micros(self.given_until),
                micros(now),
                self.registered_until.map(place),
                self.registrar.as_ref().map(PartyId::as_str)
            ],
        )?;
        Ok(())
    }
}

/// Returns the column value of an order number.
pub(crate) fn place(registered: u64) -> i64 {
    i64::try_from(registered).unwrap_or(i64::MAX)
}

pub(crate) fn registered(place: i64) -> u64 {
    u64::try_from(place).unwrap_or(0)
}
