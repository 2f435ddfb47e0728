//! Consents: registered once, never changed; confirmations and withdrawals stand beside them.

use bindeledd_core::confirm::{Confirmation, Confirmer};
use bindeledd_core::consent::{
    Basis, Consent, ConsentStatus, Evidence, GivenBy, Grant, GrantOnFile, Ledger, Period, Withdrawal,
};
use bindeledd_core::withdrawal::TakenBack;
use bindeledd_core::{CategorySet, ConsentId, ParticipantRef, PartyId, Purpose};
use bindeledd_engine::ports::{Confirming, NewConsent, NotRegistered};
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use crate::audit::{Detail, Said};
use crate::commands::participant::{self, Person};
use crate::commands::waits;
use crate::conn::codec::{self, Columns, Key, micros, moment_text};
use crate::conn::db::{Db, Tx};
use crate::fault::{Fault, damaged};
use crate::ledger::{self, Canon, Reading};
use crate::sealing::seal::{Place, SealKey, Vault};

/// What of a consent no decision asks for; sealed, since a reference to evidence may name a person.
#[derive(Serialize, Deserialize)]
struct Sealed {
    guardian: Option<String>,
    controller: String,
    registrar: String,
    evidence: (String, String, Option<String>),
    text_version: String,
}

/// A consent to register, with what can be worked out before the transaction.
pub(crate) struct Prepared {
    consent: NewConsent,
    person: Person,
    content: [u8; 32],
    sealed: Vec<u8>,
    /// By which a consent that was erased is known again: its id, and what it says.
    traces: [[u8; 32]; 2],
}

/// Works out what needs no transaction.
pub(crate) fn prepare(vault: &Vault, consent: NewConsent) -> Result<Prepared, Fault> {
    let guardian = match &consent.given_by {
        GivenBy::Participant => None,
        GivenBy::Guardian { basis } => Some(basis.clone()),
    };
    let evidence = &consent.evidence;
    let sealed = Sealed {
        guardian,
        controller: consent.controller.to_string(),
        registrar: consent.registrar.to_string(),
        evidence: (
            evidence.kind.clone(),
            evidence.reference.clone(),
            evidence.sha256.clone(),
        ),
        text_version: consent.text_version.clone(),
    };
    let sealed = serde_json::to_vec(&sealed).map_err(|_| damaged("a consent can not be written"))?;
    let person = Person {
        lookup: vault.lookup(&consent.participant),
        national_id: consent.participant.clone(),
    };
    let grants: Vec<_> = consent.grants.iter().map(said).collect();
    let said = serde_json::json!([micros(consent.given_at), period_columns(&consent.period), grants]);
    let content = vault.digest("consent", &[&person.lookup, &sealed, said.to_string().as_bytes()]);
    let document = Document {
        given_at: consent.given_at,
        given_by: &consent.given_by,
        controller: &consent.controller,
        evidence: &consent.evidence,
        text_version: &consent.text_version,
        period: &consent.period,
        grants: &consent.grants,
    };
    Ok(Prepared {
        traces: [trace_of_id(vault, consent.id), document.trace(vault, &person.lookup)],
        consent,
        person,
        content,
        sealed,
    })
}

/// What a grant says. Whether it is confirmed is no part of what was registered.
fn said(grant: &Grant) -> serde_json::Value {
    let duty = match &grant.basis {
        Basis::Consent => None,
        Basis::Duty { reference } => Some(reference),
    };
    let period = grant.period.as_ref().map(period_columns);
    let (from, to) = (grant.from.as_str(), grant.to.as_str());
    serde_json::json!([from, to, grant.purpose.code(), grant.categories.bits(), duty, period])
}

/// What a document of a consent says, whoever registers it.
struct Document<'a> {
    given_at: Timestamp,
    given_by: &'a GivenBy,
    controller: &'a PartyId,
    evidence: &'a Evidence,
    text_version: &'a str,
    period: &'a Period,
    grants: &'a [Grant],
}

impl Document<'_> {
    /// A digest under a key of the store's: it tells nothing of what it was made of, and nobody without the key can try that out.
    fn trace(&self, vault: &Vault, lookup: &[u8; 32]) -> [u8; 32] {
        let guardian = match self.given_by {
            GivenBy::Participant => None,
            GivenBy::Guardian { basis } => Some(basis),
        };
        let Evidence {
            kind,
            reference,
            sha256,
        } = self.evidence;
        let grants: Vec<_> = self.grants.iter().map(said).collect();
        let document = serde_json::json!([
            micros(self.given_at),
            guardian,
            self.controller.as_str(),
            [Some(kind), Some(reference), sha256.as_ref()],
            self.text_version,
            period_columns(self.period),
            grants,
        ]);
        vault.digest("erased-consent", &[lookup, document.to_string().as_bytes()])
    }
}

fn trace_of_id(vault: &Vault, id: ConsentId) -> [u8; 32] {
    vault.digest("erased-consent-id", &[id.0.as_bytes()])
}

/// Keeps by what a participant's consents are known again, before they are erased: under each number of theirs.
pub(crate) fn remember_erased(tx: &Tx<'_>, participant: ParticipantRef) -> Result<(), Fault> {
    let sql =
        "SELECT lookup FROM participant WHERE ref = ?1 UNION SELECT lookup FROM also_known WHERE participant = ?1";
    let lookups: Vec<[u8; 32]> = tx.all(sql, [participant.key()], |row| Ok(row.get(0)?))?;
    let sql = "SELECT id FROM consent WHERE participant = ?1";
    let ids: Vec<ConsentId> = tx.all(sql, [participant.key()], |row| row.id(0))?;
    for id in &ids {
        let trace = trace_of_id(tx.vault, *id);
        tx.run("INSERT OR IGNORE INTO erased_consent (digest) VALUES (?1)", [trace])?;
    }
    if ids.is_empty() {
        return Ok(());
    }
    let key = participant::key(tx, participant)?;
    // One that can not be read is known again by its id alone: nobody's erasure waits for a damaged row.
    for consent in ids.into_iter().filter_map(|id| read(tx, id, &key).ok().flatten()) {
        let document = Document {
            given_at: consent.given_at,
            given_by: &consent.given_by,
            controller: &consent.controller,
            evidence: &consent.evidence,
            text_version: &consent.text_version,
            period: &consent.period,
            grants: &consent.grants,
        };
        for trace in lookups.iter().map(|lookup| document.trace(tx.vault, lookup)) {
            tx.run("INSERT OR IGNORE INTO erased_consent (digest) VALUES (?1)", [trace])?;
        }
    }
    Ok(())
}

/// Registers, or says why not.
pub(crate) fn register(
    tx: &Tx<'_>,
    prepared: &Prepared,
    actor: &str,
    now: Timestamp,
) -> Result<Result<Consent, NotRegistered>, Fault> {
    let new = &prepared.consent;
    let sql = "SELECT content FROM consent WHERE id = ?1";
    if let Some(content) = tx.one(sql, [new.id.key()], |row| Ok(row.get::<_, [u8; 32]>(0)?))? {
        let known = (content == prepared.content).then(|| one(tx, new.id)).transpose()?;
        return Ok(known.flatten().ok_or(NotRegistered::Taken));
    }
    for trace in prepared.traces {
        if tx.any("SELECT 1 FROM erased_consent WHERE digest = ?1", [trace])? {
            return Ok(Err(NotRegistered::Erased));
        }
    }
    let participant = participant::find_or_make(tx, &prepared.person, now)?;
    ledger::must_be_whole(tx, participant.id)?;
    let sealed = tx.vault.seal(
        &participant.key,
        Place("consent.detail", new.id.0.as_bytes()),
        &prepared.sealed,
    )?;
    let sql = "INSERT INTO consent (id, participant, version, given_at, period_start, period_end, content, detail, registered,
        registrar) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let (start, end) = period_columns(&new.period);
    let id = (new.id.key(), participant.id.key());
    tx.run(
        sql,
        params![
            id.0,
            id.1,
            micros(new.given_at),
            start,
            end,
            prepared.content,
            sealed,
            // The audit row that is written below.
            place(tx.audit_rows() + 1),
            new.registrar.as_str()
        ],
    )?;
    for (index, grant) in (0_i64..).zip(&new.grants) {
        insert_grant(tx, participant.id, new.id, index, grant)?;
    }
    let grants = new
        .grants
        .iter()
        .map(|g| format!("{} -> {}: {}", g.from, g.to, g.categories));
    let detail = Detail::new()
        .id("consent", new.id)
        .id("participant", participant.id)
        .texts("grants", grants)
        .ledger(Some(ledger::bind(tx, participant.id)?));
    tx.audit(now, "consent-registered", actor, detail)?;
    waits::look_again(tx, participant.id, now)?;
    let registered = one(tx, new.id)?.ok_or_else(|| damaged("a consent that was just registered is missing"))?;
    Ok(Ok(registered))
}

fn insert_grant(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    consent: ConsentId,
    place: i64,
    grant: &Grant,
) -> Result<(), Fault> {
    let sql = "INSERT INTO grant_row (participant, from_party, consent, place, to_party, purpose, categories, duty,
        period_start, period_end, confirmed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let duty = match &grant.basis {
        Basis::Consent => None,
        Basis::Duty { reference } => Some(reference),
    };
    let (start, end) = grant.period.as_ref().map(period_columns).unzip();
    tx.run(
        sql,
        params![
            participant.key(),
            grant.from.as_str(),
            consent.key(),
            place,
            grant.to.as_str(),
            grant.purpose.code(),
            grant.categories.bits(),
            duty,
            start,
            end.flatten(),
            grant.confirmed
        ],
    )?;
    Ok(())
}

fn period_columns(period: &Period) -> (String, Option<String>) {
    (moment_text(period.start), period.end.map(moment_text))
}

/// A grant from a row's first eight columns. By their numbers: on the way of every message, names would be looked up for
/// each grant.
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

/// One consent.
pub(crate) fn one(db: &Db<'_>, id: ConsentId) -> Result<Option<Consent>, Fault> {
    let sql = "SELECT participant FROM consent WHERE id = ?1";
    let Some(participant) = db.one(sql, [id.key()], |row| row.id(0))? else {
        return Ok(None);
    };
    read(db, id, &participant::key(db, participant)?)
}

fn read(db: &Db<'_>, id: ConsentId, key: &SealKey) -> Result<Option<Consent>, Fault> {
    let grants = "SELECT from_party, to_party, purpose, categories, duty, period_start, period_end, confirmed
        FROM grant_row WHERE consent = ?1 ORDER BY place";
    let grants = db.all(grants, [id.key()], read_grant)?;
    let confirmations = confirmations(db, id, key)?;
    let sql = "SELECT c.participant, c.version, c.given_at, c.withdrawn_at, c.period_start, c.period_end, c.detail, c.registered,
        CASE WHEN p.protected THEN max(p.protected_at, coalesce((SELECT a.at FROM audit a WHERE a.seq = c.registered), 0)) END
            AS protected_since
        FROM consent c CROSS JOIN participant p ON p.ref = c.participant WHERE c.id = ?1";
    db.one(sql, [id.key()], |row| {
        let sealed = row.get_ref("detail")?.as_blob().unwrap_or_default();
        let plain = db.vault.open(key, Place("consent.detail", id.0.as_bytes()), sealed)?;
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
            registered: registered(row.get::<_, Option<i64>>("registered")?.unwrap_or(0)),
            evidence: Evidence {
                kind,
                reference,
                sha256,
            },
            text_version: sealed.text_version,
            period: period_of(row)?,
            grants,
            confirmations,
            protected_since: row.time_or_none("protected_since")?,
            status: row
                .time_or_none("withdrawn_at")?
                .map_or(ConsentStatus::Active, |at| ConsentStatus::Withdrawn { at }),
        })
    })
}

fn period_of(row: &Row<'_>) -> Result<Period, Fault> {
    let start: String = row.get("period_start")?;
    let end: Option<String> = row.get("period_end")?;
    codec::period(&start, end.as_deref())
}

/// A participant's consents, newest first.
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

/// Confirms grants of one sender in a consent, and keeps by whom and on what evidence. Only what waits is touched: what was taken
/// back stays as it is. Gives how many.
pub(crate) fn confirm(tx: &Tx<'_>, confirming: &Confirming, actor: &str, now: Timestamp) -> Result<usize, Fault> {
    let Confirming {
        consent: id,
        sender,
        receiver,
        rests_on,
        evidence,
    } = confirming;
    let sql = "SELECT participant FROM consent WHERE id = ?1";
    let Some(participant) = tx.one(sql, [id.key()], |row| row.id::<ParticipantRef>(0))? else {
        return Ok(0);
    };
    ledger::must_be_whole(tx, participant)?;
    let sql = "SELECT g.place, g.to_party FROM grant_row g CROSS JOIN consent c ON c.id = g.consent
        CROSS JOIN participant p ON p.ref = c.participant
        WHERE g.participant = ?1 AND g.from_party = ?2 AND g.consent = ?3 AND g.confirmed = 0
            AND (?4 IS NULL OR g.to_party = ?4) AND (g.duty IS NOT NULL OR (c.withdrawn_at IS NULL AND p.protected = 0))
        ORDER BY g.place";
    let receiver = receiver.as_ref().map(PartyId::as_str);
    let of_them = params![participant.key(), sender.as_str(), id.key(), receiver];
    let waiting: Vec<(u16, String)> = tx.all(sql, of_them, |row| Ok((row.get(0)?, row.get(1)?)))?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let key = participant::key(tx, participant)?;
    for (place, _) in &waiting {
        let sealed = evidence.as_ref().map(|evidence| {
            let written = serde_json::to_vec(&(&evidence.kind, &evidence.reference, &evidence.sha256));
            let written = written.map_err(|_| damaged("evidence can not be written"))?;
            tx.vault
                .seal(&key, Place(CONFIRMATION, &confirmation_place(*id, *place)), &written)
        });
        let sql = "UPDATE grant_row SET confirmed = 1, confirmed_by = ?4, confirmed_at = ?5, confirmation = ?6
            WHERE participant = ?1 AND from_party = ?2 AND consent = ?3 AND place = ?7";
        tx.run(
            sql,
            params![
                participant.key(),
                sender.as_str(),
                id.key(),
                actor,
                micros(now),
                sealed.transpose()?,
                place
            ],
        )?;
    }
    raise_version(tx, *id)?;
    let n = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    // Where the evidence is kept may name a person: the ledger's digest binds what is kept of it.
    let detail = Detail::new()
        .id("consent", id)
        .id("participant", participant)
        .number("grants", n)
        .id("from", sender)
        .texts("to", waiting.iter().map(|(_, to)| to))
        .text("restsOn", rests_on.code())
        .id_or_none("evidence", evidence.as_ref().map(|evidence| &evidence.kind))
        .ledger(Some(ledger::bind(tx, participant)?));
    tx.audit(now, "consent-confirmed", actor, detail)?;
    waits::look_again(tx, participant, now)?;
    Ok(waiting.len())
}

/// For what a confirmation's evidence is sealed.
const CONFIRMATION: &str = "grant.confirmation";

fn confirmation_place(consent: ConsentId, place: u16) -> [u8; 18] {
    let mut bytes = [0; 18];
    bytes[..16].copy_from_slice(consent.0.as_bytes());
    bytes[16..].copy_from_slice(&place.to_be_bytes());
    bytes
}

/// The confirmations that came after a consent was registered.
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
            let plain = db.vault.open(key, Place(CONFIRMATION, &place), &sealed)?;
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

/// Seals the confirmations of a consent anew, for another participant's key.
pub(crate) fn seal_confirmations_again(
    tx: &Tx<'_>,
    id: ConsentId,
    again: impl Fn(Place<'_>, &[u8]) -> Result<Vec<u8>, Fault>,
) -> Result<(), Fault> {
    let sql = "SELECT place, confirmation FROM grant_row WHERE consent = ?1 AND confirmation IS NOT NULL";
    let sealed: Vec<(u16, Vec<u8>)> = tx.all(sql, [id.key()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (place, sealed) in sealed {
        let sealed = again(Place(CONFIRMATION, &confirmation_place(id, place)), &sealed)?;
        let sql = "UPDATE grant_row SET confirmation = ?3 WHERE consent = ?1 AND place = ?2";
        tx.run(sql, params![id.key(), place, sealed])?;
    }
    Ok(())
}

/// Every category that some grant lets go to a party.
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

/// Everything on file about consent for a participant, for a decision; with `from`, only what that party may send under. Where
/// it is not what was registered it says so, and permits nothing.
pub(crate) fn ledger(db: &Db<'_>, participant: ParticipantRef, from: Option<&PartyId>) -> Result<Ledger, Fault> {
    let Some(mut reading) = ledger::begin(db.conn, participant)? else {
        return Ok(Ledger::empty(participant));
    };
    let (grants, kept) = rows(db.conn, participant, &mut reading)?;
    let differs = !reading.is_whole(db, participant);
    let ledger = assembled(participant, reading.protected, (grants, &kept), from);
    Ok(Ledger { differs, ..ledger })
}

/// The same as its rows stand, whether or not they were registered: for what takes back, never for what lets go.
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
    let withdrawals = withdrawals(kept, &grants);
    Ledger {
        participant,
        protected,
        differs: false,
        grants,
        withdrawals,
    }
}

/// How many columns of a grant and of a withdrawal a ledger's digest is made over. A column more goes behind them, and is empty
/// in older rows.
const GRANT_COLUMNS: u8 = 20;
const WITHDRAWAL_COLUMNS: u8 = 9;
pub(crate) const GRANTS: &str =
    "SELECT g.from_party, g.to_party, g.purpose, g.categories, g.duty, g.period_start, g.period_end, g.confirmed,
        g.consent, c.version, g.place, c.given_at, c.withdrawn_at, c.period_start, c.period_end,
        c.registered, c.registrar, g.confirmed_by, g.confirmed_at, g.confirmation
    FROM grant_row g CROSS JOIN consent c ON c.id = g.consent AND c.participant = g.participant
    WHERE g.participant = ?1 ORDER BY g.from_party, g.consent, g.place";
pub(crate) const WITHDRAWALS: &str = "SELECT party, from_party, to_party, purpose, categories, given_until, made_at,
        registered_until, registrar FROM withdrawal WHERE participant = ?1 ORDER BY id";

/// A ledger's rows, each added to what its digest is made of. The hub never wrote one that can not be understood: such a row counts
/// for nothing, and the ledger differs.
fn rows(
    conn: &Connection,
    participant: ParticipantRef,
    reading: &mut Reading,
) -> Result<(Vec<GrantOnFile>, Vec<TakenBack>), Fault> {
    let (mut grants, mut withdrawals) = (Vec::new(), Vec::new());
    let mut statement = conn.prepare_cached(GRANTS)?;
    let mut rows = statement.query([participant.key()])?;
    while let Some(row) = rows.next()? {
        reading.canon.read(b'g', row, GRANT_COLUMNS)?;
        grants.extend(reading.understood(on_file(row)));
    }
    let mut statement = conn.prepare_cached(WITHDRAWALS)?;
    let mut rows = statement.query([participant.key()])?;
    while let Some(row) = rows.next()? {
        reading.canon.read(b'w', row, WITHDRAWAL_COLUMNS)?;
        withdrawals.extend(reading.understood(kept(row)));
    }
    Ok((grants, withdrawals))
}

/// Adds a ledger's rows to what its digest is made of, whether or not they can be understood.
pub(crate) fn read_rows(conn: &Connection, participant: ParticipantRef, canon: &mut Canon) -> Result<(), Fault> {
    for (sort, sql, columns) in [(b'g', GRANTS, GRANT_COLUMNS), (b'w', WITHDRAWALS, WITHDRAWAL_COLUMNS)] {
        let mut statement = conn.prepare_cached(sql)?;
        let mut rows = statement.query([participant.key()])?;
        while let Some(row) = rows.next()? {
            canon.read(sort, row, columns)?;
        }
    }
    Ok(())
}

fn on_file(row: &Row<'_>) -> Result<GrantOnFile, Fault> {
    let start: String = row.get(13)?;
    let end: Option<String> = row.get(14)?;
    Ok(GrantOnFile {
        consent: row.id(8)?,
        version: row.get(9)?,
        index: row.get(10)?,
        given_at: row.time(11)?,
        registered: registered(row.get::<_, Option<i64>>(15)?.unwrap_or(0)),
        registrar: row.party_or_none(16)?,
        withdrawn: row.time_or_none(12)?.is_some(),
        consent_period: codec::period(&start, end.as_deref())?,
        grant: read_grant(row)?,
    })
}

/// The withdrawals that touch these grants, each as one exchange.
fn withdrawals(kept: &[TakenBack], grants: &[GrantOnFile]) -> Vec<Withdrawal> {
    let mut exchanges: Vec<Withdrawal> = Vec::new();
    for kept in kept {
        for grant in grants.iter().map(|g| &g.grant).filter(|g| kept.is_about(g)) {
            let exchange = Withdrawal {
                from: grant.from.clone(),
                to: grant.to.clone(),
                purpose: grant.purpose,
                categories: kept.categories,
                at: kept.given_until,
                registered_until: kept.registered_until,
                registrar: kept.registrar.clone(),
            };
            if !exchanges.contains(&exchange) {
                exchanges.push(exchange);
            }
        }
    }
    exchanges
}

fn kept(row: &Row<'_>) -> Result<TakenBack, Fault> {
    Ok(TakenBack {
        party: row.party_or_none("party")?,
        from: row.party_or_none("from_party")?,
        to: row.party_or_none("to_party")?,
        purpose: match row.get_ref("purpose")? {
            rusqlite::types::ValueRef::Null => None,
            _ => Some(codec::purpose(row, "purpose")?),
        },
        categories: row.categories("categories")?,
        given_until: row.time("given_until")?,
        registered_until: row.get::<_, Option<i64>>("registered_until")?.map(registered),
        registrar: row.party_or_none("registrar")?,
    })
}

/// Every withdrawal of everybody, oldest first: whose, when, and what. One that can not be understood is as if it were not there.
pub(crate) fn all_withdrawals(db: &Db<'_>) -> Result<Vec<(ParticipantRef, Timestamp, TakenBack)>, Fault> {
    let sql = "SELECT participant, made_at, party, from_party, to_party, purpose, categories, given_until,
        registered_until, registrar FROM withdrawal ORDER BY id";
    let read = |row: &Row<'_>| -> Result<_, Fault> { Ok((row.id("participant")?, row.time("made_at")?, kept(row)?)) };
    let all = db.all(sql, [], |row| Ok(read(row).ok()))?;
    Ok(all.into_iter().flatten().collect())
}

/// A participant's withdrawals, oldest first: when, and what. One that can not be understood is as if it were not there.
pub(crate) fn withdrawals_of(db: &Db<'_>, participant: ParticipantRef) -> Result<Vec<(Timestamp, TakenBack)>, Fault> {
    let sql =
        "SELECT made_at, party, from_party, to_party, purpose, categories, given_until, registered_until, registrar
        FROM withdrawal WHERE participant = ?1 ORDER BY id";
    let read = |row: &Row<'_>| -> Result<_, Fault> { Ok((row.time("made_at")?, kept(row)?)) };
    let all = db.all(sql, [participant.key()], |row| Ok(read(row).ok()))?;
    Ok(all.into_iter().flatten().collect())
}

/// Deletes what of a ledger can not be understood: grants and withdrawals by their columns, and consents of which the hub itself
/// can no longer say what they are. Gives how many rows that were.
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
        Ok((!is_kept(row)).then(|| row.get("id")).transpose()?)
    })?;
    for id in withdrawals.into_iter().flatten() {
        forgotten += tx.run("DELETE FROM withdrawal WHERE id = ?1", [id])?;
    }
    Ok(forgotten)
}

/// A withdrawal as the store and the journal at the second place keep it.
pub(crate) trait Kept: Sized {
    /// As it stands in the journal at the second place.
    fn written(&self) -> Said;
    /// Reads what stands in the journal. What it ends of all that is registered ends at `registered`.
    fn read(said: &Said, registered: u64) -> Result<Self, Fault>;
    /// Writes it down.
    fn insert(&self, tx: &Tx<'_>, participant: ParticipantRef, now: Timestamp) -> Result<(), Fault>;
}

impl Kept for TakenBack {
    fn written(&self) -> Said {
        Said {
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

    fn read(said: &Said, registered: u64) -> Result<Self, Fault> {
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

/// A place in the order of registrations, as a column has it.
fn place(registered: u64) -> i64 {
    i64::try_from(registered).unwrap_or(i64::MAX)
}

fn registered(place: i64) -> u64 {
    u64::try_from(place).unwrap_or(0)
}

/// Says of consents from before that was kept in the open who registered them.
pub(crate) fn bring(db: &Db<'_>) -> Result<(), Fault> {
    let sql = "SELECT id, participant FROM consent WHERE registrar IS NULL";
    let unnamed: Vec<(ConsentId, ParticipantRef)> = db.all(sql, [], |row| Ok((row.id(0)?, row.id(1)?)))?;
    if unnamed.is_empty() {
        return Ok(());
    }
    db.run("BEGIN IMMEDIATE", [])?;
    let named = unnamed.into_iter().try_for_each(|(id, participant)| {
        // What can not be read is told of where it is asked for.
        let consent = participant::key(db, participant).and_then(|key| read(db, id, &key));
        let Ok(Some(consent)) = consent else { return Ok(()) };
        let sql = "UPDATE consent SET registrar = ?2 WHERE id = ?1";
        db.run(sql, params![id.key(), consent.registrar.as_str()]).map(|_| ())
    });
    db.run(if named.is_ok() { "COMMIT" } else { "ROLLBACK" }, [])?;
    named
}
