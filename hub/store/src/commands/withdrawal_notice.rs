//! Notices of a withdrawal, to every party that got data under the withdrawn grants. The transaction of the withdrawal
//! queues the notices as control deliveries. They are written and sent as any other delivery.

use std::collections::BTreeSet;

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::consent::Ledger;
use bindeledd_core::consent::ending::Ending;
use bindeledd_core::delivery::withdrawal_notice::{Exchange, NoticeDue, due};
use bindeledd_core::delivery::{State, Waiting};
use bindeledd_core::withdrawal::{Asker, Between};
use bindeledd_core::{
    CategorySet, DeliveryId, MessageId, ParticipantRef, PartyId, Purpose, Target, WithdrawalNotice, Withdrawn,
};
use jiff::{SignedDuration, Timestamp};

use crate::audit::Detail;
use crate::commands::delivery::{self, Delivery, New};
use crate::commands::participant;
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};
use crate::views::disclosure;

/// Time during which the hub tries to deliver a notice. It is longer than for a message: the notice is of use as long
/// as the party has the content.
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Queues the notices of a withdrawal at `at`. Returns the exchanges whose parties are told.
pub(crate) fn queue_due(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    (before, ending): (&Ledger, &Ending<'_>),
    asker: &Asker,
    (at, now): (Timestamp, Timestamp),
) -> Result<Vec<Between>, Fault> {
    let due = to_tell(tx, participant, (before, ending), asker, now)?;
    for NoticeDue { exchange, categories } in &due {
        queue(tx, participant, exchange, *categories, (at, now))?;
    }
    Ok(exchanges(due))
}

/// Returns the notices that a withdrawal makes due.
fn to_tell(
    db: &Db<'_>,
    participant: ParticipantRef,
    (before, ending): (&Ledger, &Ending<'_>),
    asker: &Asker,
    now: Timestamp,
) -> Result<Vec<NoticeDue>, Fault> {
    if ending.ended.is_empty() {
        return Ok(Vec::new());
    }
    let disclosed = disclosure::all(db, participant)?.into_iter().map(|disclosed| {
        let exchange = Exchange {
            from: disclosed.from,
            to: disclosed.to,
            purpose: disclosed.purpose,
        };
        (exchange, disclosed.categories)
    });
    Ok(due((before, &ending.after), &ending.ended, disclosed, asker, now))
}

/// Returns the exchanges whose parties a withdrawal would tell. Nothing is queued.
pub(crate) fn would_tell(
    db: &Db<'_>,
    participant: ParticipantRef,
    ledgers: (&Ledger, &Ending<'_>),
    asker: &Asker,
    now: Timestamp,
) -> Result<Vec<Between>, Fault> {
    Ok(exchanges(to_tell(db, participant, ledgers, asker, now)?))
}

/// Returns the exchanges of notices, each once.
fn exchanges(due: Vec<NoticeDue>) -> Vec<Between> {
    let between = due.into_iter().map(|NoticeDue { exchange, .. }| Between {
        from: exchange.from,
        to: exchange.to,
    });
    between.collect::<BTreeSet<_>>().into_iter().collect()
}

fn queue(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    Exchange { from, to, purpose }: &Exchange,
    categories: CategorySet,
    (at, now): (Timestamp, Timestamp),
) -> Result<(), Fault> {
    let id: DeliveryId = tx.new_id(now);
    let row = New {
        id,
        message: None,
        about: None,
        sender: None,
        to: &Target::Party(to.clone()),
        participant: Some(participant),
        conversation: None,
        state: &State::Waiting(Waiting { attempts: 0, due: now }),
        expires_at: now.checked_add(TRIED_FOR).unwrap_or(Timestamp::MAX),
        permitted: CategorySet::EMPTY,
        withheld: CategorySet::EMPTY,
        cause: None,
    };
    delivery::insert(tx, row, now)?;
    let sql = "INSERT INTO withdrawal_notice (delivery, participant, from_party, purpose, categories, withdrawn_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (from_party, code) = (from.as_str(), purpose.code());
    tx.run(
        sql,
        params![
            id.key(),
            participant.key(),
            from_party,
            code,
            categories.bits(),
            micros(at)
        ],
    )?;
    let detail = Detail::new()
        .id("delivery", id)
        .id("participant", participant)
        .id("from", from)
        .id("to", to)
        .texts("categories", categories.codes());
    tx.audit(now, AuditAction::NoticeDecided, &Actor::Hub, detail)
}

pub(crate) const NOTICE: &str =
    "SELECT participant, from_party, purpose, categories, withdrawn_at FROM withdrawal_notice WHERE delivery = ?1";

/// Returns the withdrawal notice of a control delivery; `None` for any other notice.
pub(crate) fn load(db: &Db<'_>, delivery: &Delivery) -> Result<Option<WithdrawalNotice>, Fault> {
    let Some(to) = delivery.party.as_ref().filter(|_| delivery.about_message.is_none()) else {
        return Ok(None);
    };
    let found = db.one(NOTICE, [delivery.id.key()], |row| {
        let participant: ParticipantRef = row.id(0)?;
        let (from, purpose) = (row.party(1)?, row.coded(2, Purpose::parse)?);
        let at = row.time(4)?;
        let national_id = participant::national_id(db, participant)?;
        WithdrawalNotice::new(Withdrawn {
            id: notice_id(db, participant, (&from, to, purpose), at),
            participant: national_id.ok_or_else(|| damaged("the participant of a withdrawal is missing"))?,
            from,
            to: to.clone(),
            purpose,
            at,
            categories: row.categories(3)?,
        })
        .ok_or_else(|| damaged("a notice of a withdrawal says nothing"))
    })?;
    Ok(found)
}

/// Returns the id of a notice. The same withdrawal in a restored store gives the same id, so that a receiver recognises
/// the repetition.
fn notice_id(
    db: &Db<'_>,
    participant: ParticipantRef,
    (from, to, purpose): (&PartyId, &PartyId, Purpose),
    at: Timestamp,
) -> MessageId {
    let parts = [
        &participant.key()[..],
        from.as_str().as_bytes(),
        to.as_str().as_bytes(),
        purpose.code().as_bytes(),
        &micros(at).to_be_bytes(),
    ];
    let digest = db.vault.digest("withdrawal-notice", &parts);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    MessageId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
