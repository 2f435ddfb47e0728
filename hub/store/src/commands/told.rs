//! Word of a withdrawal to whoever got something of what was withdrawn: who is told is decided in the withdrawal's own
//! transaction, and each is told by a control delivery of its own, which is written and sent as any delivery is.

use std::collections::{BTreeMap, BTreeSet};

use bindeledd_core::consent::{GrantOnFile, Ledger};
use bindeledd_core::delivery::{State, Waiting};
use bindeledd_core::withdrawal::Between;
use bindeledd_core::{
    Category, CategorySet, DeliveryId, MessageId, ParticipantRef, PartyId, Purpose, Target, WithdrawalNotice,
    Withdrawn, decide,
};
use jiff::{SignedDuration, Timestamp};

use crate::audit::Detail;
use crate::commands::consent;
use crate::commands::delivery::{self, Delivery, New};
use crate::commands::participant;
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};
use crate::views::disclosure;

/// How long it is tried to tell a party. Longer than a message: it is of use as long as the party has what it got.
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// From whom to whom, for what.
type Exchange = (PartyId, PartyId, Purpose);

/// Decides who is told that `ended` was withdrawn at `at`, and queues it: every party that may have got something of what it may
/// no longer get, but for the one that withdrew. `before` is what was on file until then. Gives whom, and who had told them.
pub(crate) fn tell(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    (before, ended): (&Ledger, &[(&GrantOnFile, CategorySet)]),
    at: Timestamp,
    actor: &str,
    now: Timestamp,
) -> Result<Vec<Between>, Fault> {
    let exchanges: BTreeSet<Exchange> = ended
        .iter()
        .map(|(on_file, _)| &on_file.grant)
        .map(|grant| (grant.from.clone(), grant.to.clone(), grant.purpose))
        .collect();
    if exchanges.is_empty() {
        return Ok(Vec::new());
    }
    let after = consent::as_it_stands(tx, participant)?;
    let handed = handed(tx, participant)?;
    let mut told = BTreeSet::new();
    for exchange in exchanges {
        let (from, to, purpose) = &exchange;
        let all = CategorySet::of(&Category::ALL);
        let permitted = |ledger| decide(ledger, from, to, *purpose, all, now).permitted();
        let lost = permitted(before).difference(permitted(&after));
        let categories = handed.get(&exchange).copied().unwrap_or_default().intersection(lost);
        if !categories.is_empty() && actor != format!("party:{to}") {
            queue(tx, participant, &exchange, categories, (at, now))?;
            told.insert(Between {
                from: from.clone(),
                to: to.clone(),
            });
        }
    }
    Ok(told.into_iter().collect())
}

/// What each party may have got from each: what was disclosed, in whichever release.
fn handed(db: &Db<'_>, participant: ParticipantRef) -> Result<BTreeMap<Exchange, CategorySet>, Fault> {
    let mut handed: BTreeMap<Exchange, CategorySet> = BTreeMap::new();
    for disclosed in disclosure::all(db, participant)? {
        let exchange = (disclosed.from, disclosed.to, disclosed.purpose);
        let all = handed.entry(exchange).or_default();
        *all = all.union(disclosed.categories);
    }
    Ok(handed)
}

fn queue(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    (from, to, purpose): &Exchange,
    categories: CategorySet,
    (at, now): (Timestamp, Timestamp),
) -> Result<(), Fault> {
    let id: DeliveryId = tx.new_id(now);
    let row = New {
        id,
        message: None,
        about: None,
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
    tx.audit(now, "notice-decided", "hub", detail)
}

pub(crate) const NOTICE: &str =
    "SELECT participant, from_party, purpose, categories, withdrawn_at FROM withdrawal_notice WHERE delivery = ?1";

/// What a control delivery says, where it is word of a withdrawal.
pub(crate) fn notice(db: &Db<'_>, delivery: &Delivery) -> Result<Option<WithdrawalNotice>, Fault> {
    let Some(to) = delivery.party.as_ref().filter(|_| delivery.about_message.is_none()) else {
        return Ok(None);
    };
    let found = db.one(NOTICE, [delivery.id.key()], |row| {
        let participant: ParticipantRef = row.id(0)?;
        let (from, purpose) = (row.party(1)?, row.coded(2, Purpose::parse)?);
        let at = row.time(4)?;
        let national_id = participant::national_id(db, participant)?;
        WithdrawalNotice::new(Withdrawn {
            id: own_id(db, participant, (&from, to, purpose), at),
            participant: national_id.ok_or_else(|| damaged("whom a withdrawal is about is missing"))?,
            from,
            to: to.clone(),
            purpose,
            at,
            categories: row.categories(3)?,
        })
        .ok_or_else(|| damaged("word of a withdrawal says nothing"))
    })?;
    Ok(found)
}

/// The same for the same withdrawal in a store that was restored, so that a receiver who was told knows it again.
fn own_id(
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
