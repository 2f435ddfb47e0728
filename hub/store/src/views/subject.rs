//! The participant's right of access: first the audit row, then all data, opened under that row.

use bindeledd_core::alert::Alert;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::consent::Consent;
use bindeledd_core::disclosure::Disclosure;
use bindeledd_core::opening::{Look, LookWay};
use bindeledd_core::request::ConsentRequest;
use bindeledd_core::{AccessReason, AccessScope, ContentAccess, MessageId, NationalId, Opened, ParticipantRef};
use bindeledd_engine::ports::{AuditRow, HeldMessage, SubjectExport, WithdrawalOnFile};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::{alert, consent, look, participant, release_input, request};
use crate::conn::codec::Key;
use crate::conn::{Db, Tx};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::SealKey;
use crate::views::{disclosure, messages};

/// Records that all data about a participant is given out, with the reason. The returned access opens the data after
/// the commit.
pub(crate) fn access(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    reason: &AccessReason,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<ContentAccess>, Fault> {
    if !tx.any(
        "SELECT 1 FROM participant WHERE ref = ?1 AND erased_at IS NULL",
        [participant.key()],
    )? {
        return Ok(None);
    }
    let detail = Detail::new()
        .id("participant", participant)
        .text("reason", reason.as_str());
    tx.audit(now, AuditAction::Exported, actor, detail)?;
    let row = look::put(tx, participant, (LookWay::Export, None), reason, actor, now)?;
    let scope = AccessScope::Subject(participant);
    Ok(Some(ContentAccess::recorded(scope, reason.clone(), row)))
}

/// Records that no data was given out, since the participant no longer exists.
pub(crate) fn not_given(tx: &Tx<'_>, participant: ParticipantRef, actor: &Actor, now: Timestamp) -> Result<(), Fault> {
    let detail = Detail::new().id("participant", participant);
    tx.audit(now, AuditAction::ExportNotGiven, actor, detail)
}

/// All data about a participant, except the audit rows.
pub(crate) struct Held {
    participant: ParticipantRef,
    access: ContentAccess,
    national_id: Opened<NationalId>,
    other_numbers: Vec<Opened<NationalId>>,
    former: Vec<ParticipantRef>,
    protected: bool,
    consents: Vec<Consent>,
    withdrawals: Vec<WithdrawalOnFile>,
    requests: Vec<ConsentRequest>,
    messages: Vec<HeldMessage>,
    disclosures: Vec<Disclosure>,
    alerts: Vec<Alert>,
    looks: Vec<Look>,
}

impl Held {
    /// Returns the pseudonyms of the participant in the audit log.
    pub(crate) fn pseudonyms(&self) -> Vec<String> {
        let own = std::iter::once(self.participant);
        own.chain(self.former.iter().copied())
            .map(|who| who.to_string())
            .collect()
    }

    pub(crate) const fn access(&self) -> &ContentAccess {
        &self.access
    }

    pub(crate) fn with(self, audit: Vec<AuditRow>) -> SubjectExport {
        SubjectExport {
            participant: self.participant,
            access: self.access,
            national_id: self.national_id,
            other_numbers: self.other_numbers,
            protected: self.protected,
            consents: self.consents,
            withdrawals: self.withdrawals,
            requests: self.requests,
            messages: self.messages,
            disclosures: self.disclosures,
            alerts: self.alerts,
            looks: self.looks,
            audit,
        }
    }
}

/// Opens all data, in one snapshot. `None` if the participant was erased or joined since the audit row.
pub(crate) fn held(
    db: &Db<'_>,
    participant: ParticipantRef,
    access: ContentAccess,
    now: Timestamp,
) -> Result<Option<Held>, Fault> {
    let sql = "SELECT protected FROM participant WHERE ref = ?1 AND erased_at IS NULL";
    let Some(protected) = db.one(sql, [participant.key()], |row| row.get(0))? else {
        return Ok(None);
    };
    let key = participant::key(db, participant)?;
    let national_id = participant::national_id(db, participant)?.ok_or_else(|| damaged("a participant is missing"))?;
    let (others, former): (Vec<_>, Vec<_>) = participant::other_numbers(db, participant)?.into_iter().unzip();
    let others = others
        .into_iter()
        .map(|number| access.open(participant, number).ok_or_else(foreign));
    let sql = "SELECT id FROM message WHERE participant = ?1 ORDER BY id";
    let ids: Vec<MessageId> = db.all(sql, [participant.key()], |row| row.id(0))?;
    let messages = ids.into_iter().map(|id| message(db, id, &key, &access));
    Ok(Some(Held {
        national_id: access.open(participant, national_id).ok_or_else(foreign)?,
        other_numbers: others.collect::<Result<_, _>>()?,
        former: former.into_iter().flatten().collect(),
        protected,
        consents: consent::of(db, participant)?,
        withdrawals: withdrawals(db, participant)?,
        requests: request::all_to(db, participant, now)?,
        messages: messages.collect::<Result<_, _>>()?,
        disclosures: disclosure::all(db, participant)?,
        alerts: alert::of_participant(db, participant)?,
        looks: look::of(db, participant)?.unwrap_or_default(),
        participant,
        access,
    }))
}

fn foreign() -> Fault {
    damaged("something of another participant was to be opened")
}

fn message(db: &Db<'_>, id: MessageId, key: &SealKey, access: &ContentAccess) -> Result<HeldMessage, Fault> {
    let missing = || damaged("a message is missing");
    let view = messages::message(db, id)?.ok_or_else(missing)?;
    let (_, names) = release_input::names(db, id)?.ok_or_else(missing)?;
    // The participant of the row must match, so that data of another participant is never opened.
    let content = release_input::message(db, id, key)?
        .map(|content| access.open(view.participant, content).ok_or_else(foreign))
        .transpose()?;
    let sql = "SELECT purpose, needs, expires_at, in_reply_to, supersedes FROM message WHERE id = ?1";
    let held = db.one(sql, [id.key()], |row| {
        Ok(HeldMessage {
            purpose: row.purpose("purpose")?,
            needs: row.categories("needs")?,
            expires_at: row.time("expires_at")?,
            reference: names.reference,
            conversation: names.conversation,
            in_reply_to: row.id_or_none("in_reply_to")?,
            corrects: row.id_or_none("supersedes")?,
            corrected_by: disclosure::corrections(db, id)?,
            content,
            view,
        })
    })?;
    held.ok_or_else(missing)
}

fn withdrawals(db: &Db<'_>, participant: ParticipantRef) -> Result<Vec<WithdrawalOnFile>, Fault> {
    let said = consent::withdrawals_of(db, participant)?.into_iter();
    let on_file = said.map(|(made_at, kept)| WithdrawalOnFile {
        made_at,
        given_until: kept.given_until,
        party: kept.party,
        from: kept.from,
        to: kept.to,
        purpose: kept.purpose,
        categories: kept.categories,
    });
    Ok(on_file.collect())
}
