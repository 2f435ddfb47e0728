//! Registration and confirmation of consents. A consent never changes after its registration; confirmations are stored
//! separately.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::confirm::RestsOn;
use bindeledd_core::consent::{Basis, Consent, Evidence, GivenBy, Grant, Period};
use bindeledd_core::{AccountId, ConsentId, ParticipantRef, PartyId};
use bindeledd_engine::ports::{Confirming, NewConsent, NotRegistered};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::consent::{self, CONFIRMATION, Sealed, confirmation_place, period_columns, place};
use crate::commands::follow_up;
use crate::commands::participant::{self, Person};
use crate::commands::waits;
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};
use crate::ledger;
use crate::sealing::aead::SealedAt;
use crate::sealing::seal::Vault;

/// A consent to register, with everything that can be computed before the transaction.
pub(crate) struct Prepared {
    consent: NewConsent,
    person: Person,
    content: [u8; 32],
    sealed: Vec<u8>,
    /// Digests that recognise an erased consent: one of its id, and one of its content.
    traces: [[u8; 32]; 2],
}

impl Prepared {
    pub(crate) const fn consent(&self) -> &NewConsent {
        &self.consent
    }
}

/// Prepares a consent before the transaction.
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

/// Returns the content of a grant, without its confirmation, which is not part of the registration.
fn said(grant: &Grant) -> serde_json::Value {
    let duty = match &grant.basis {
        Basis::Consent => None,
        Basis::Duty { reference } => Some(reference),
    };
    let period = grant.period.as_ref().map(period_columns);
    let (from, to) = (grant.from.as_str(), grant.to.as_str());
    serde_json::json!([from, to, grant.purpose.code(), grant.categories.bits(), duty, period])
}

/// The content of a consent's document, without its registrar.
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
    /// Returns a keyed digest of the document. The digest reveals nothing, and nobody without the key can test a guess.
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

/// Returns whether a consent or a request with this id was erased with its participant.
pub(crate) fn was_erased(db: &Db<'_>, id: ConsentId) -> Result<bool, Fault> {
    let trace = trace_of_id(db.vault, id);
    db.any("SELECT 1 FROM erased_consent WHERE digest = ?1", [trace])
}

/// Stores digests that recognise a participant's consents after their erasure: one for each of the participant's
/// numbers.
pub(crate) fn remember_erased(tx: &Tx<'_>, participant: ParticipantRef) -> Result<(), Fault> {
    let sql =
        "SELECT lookup FROM participant WHERE ref = ?1 UNION SELECT lookup FROM also_known WHERE participant = ?1";
    let lookups: Vec<[u8; 32]> = tx.all(sql, [participant.key()], |row| row.get(0))?;
    let sql = "SELECT id FROM consent WHERE participant = ?1
        UNION SELECT id FROM consent_request WHERE participant = ?1";
    let ids: Vec<ConsentId> = tx.all(sql, [participant.key()], |row| row.id(0))?;
    for id in &ids {
        let trace = trace_of_id(tx.vault, *id);
        tx.run(
            "INSERT INTO erased_consent (digest) VALUES (?1) ON CONFLICT DO NOTHING",
            [trace],
        )?;
    }
    if ids.is_empty() {
        return Ok(());
    }
    let key = participant::key(tx, participant)?;
    // An unreadable consent gets a digest of its id alone, so that a damaged row never stops an erasure.
    for consent in ids
        .into_iter()
        .filter_map(|id| consent::read(tx, id, &key).ok().flatten())
    {
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
            tx.run(
                "INSERT INTO erased_consent (digest) VALUES (?1) ON CONFLICT DO NOTHING",
                [trace],
            )?;
        }
    }
    Ok(())
}

/// Registers a consent, or returns the reason for a refusal. `follows` goes on with the participant in the registrar's
/// mailbox, if nobody does yet.
pub(crate) fn register(
    tx: &Tx<'_>,
    prepared: &Prepared,
    (actor, follows): (&Actor, Option<AccountId>),
    now: Timestamp,
) -> Result<Result<Consent, NotRegistered>, Fault> {
    let new = &prepared.consent;
    let sql = "SELECT content FROM consent WHERE id = ?1";
    if let Some(content) = tx.one(sql, [new.id.key()], |row| row.get::<[u8; 32]>(0))? {
        let known = (content == prepared.content)
            .then(|| consent::one(tx, new.id))
            .transpose()?;
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
        SealedAt("consent.detail", new.id.0.as_bytes()),
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
            // The number of the audit row that is written below.
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
    tx.audit(now, AuditAction::ConsentRegistered, actor, detail)?;
    if let Some(person) = follows {
        follow_up::begin(tx, (&new.registrar, participant.id), person, now)?;
    }
    waits::look_again(tx, participant.id, now)?;
    let registered =
        consent::one(tx, new.id)?.ok_or_else(|| damaged("a consent that was just registered is missing"))?;
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

/// Confirms grants of one sender in a consent, and stores the actor and the evidence. Only waiting grants change;
/// withdrawn grants stay withdrawn. Returns the number of confirmed grants.
pub(crate) fn confirm(tx: &Tx<'_>, confirming: &Confirming, actor: &Actor, now: Timestamp) -> Result<usize, Fault> {
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
            AND (g.to_party = ?4 OR ?4 IS NULL) AND (g.duty IS NOT NULL OR (c.withdrawn_at IS NULL AND p.protected = 0))
        ORDER BY g.place";
    let receiver = receiver.as_ref().map(PartyId::as_str);
    let of_them = params![participant.key(), sender.as_str(), id.key(), receiver];
    let waiting: Vec<(u16, String)> = tx.all(sql, of_them, |row| Ok((row.get(0)?, row.get(1)?)))?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let key = participant::key(tx, participant)?;
    let confirmed_by = match rests_on {
        // The sender's own word, by its system or by a person of its mailbox.
        RestsOn::Sender => Actor::Party(sender.clone()),
        RestsOn::Trust | RestsOn::Evidence => actor.clone(),
    };
    for (place, _) in &waiting {
        let sealed = evidence.as_ref().map(|evidence| {
            let written = serde_json::to_vec(&(&evidence.kind, &evidence.reference, &evidence.sha256));
            let written = written.map_err(|_| damaged("evidence can not be written"))?;
            tx.vault
                .seal(&key, SealedAt(CONFIRMATION, &confirmation_place(*id, *place)), &written)
        });
        let sql = "UPDATE grant_row SET confirmed = 1, confirmed_by = ?4, confirmed_at = ?5, confirmation = ?6
            WHERE participant = ?1 AND from_party = ?2 AND consent = ?3 AND place = ?7";
        tx.run(
            sql,
            params![
                participant.key(),
                sender.as_str(),
                id.key(),
                confirmed_by.to_string(),
                micros(now),
                sealed.transpose()?,
                place
            ],
        )?;
    }
    consent::raise_version(tx, *id)?;
    let n = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    // The place of the evidence may name a person, so that it is not in the audit row. The ledger's digest covers its
    // stored form.
    let detail = Detail::new()
        .id("consent", id)
        .id("participant", participant)
        .number("grants", n)
        .id("from", sender)
        .texts("to", waiting.iter().map(|(_, to)| to))
        .text("restsOn", rests_on.code())
        .id_or_none("evidence", evidence.as_ref().map(|evidence| &evidence.kind))
        .ledger(Some(ledger::bind(tx, participant)?));
    tx.audit(now, AuditAction::ConsentConfirmed, actor, detail)?;
    waits::look_again(tx, participant, now)?;
    Ok(waiting.len())
}
