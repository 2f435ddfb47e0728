//! Release: what is due, what its writing needs, the decision taken again, and what became of the sending.

use bindeledd_core::alert::AlertKind;
use bindeledd_core::contract::{Receipt, ReceiptStatus};
use bindeledd_core::delivery::{Cause, Event, State};
use bindeledd_core::{
    CategorySet, ControlNotice, Decision, DeliveryId, GrantRef, PartyId, Reason, ReleaseId, Released, WithdrawalNotice,
    decide,
};
use bindeledd_engine::ports::{Frozen, Outcome, ReceiptOutcome, ReserveOutcome};
use jiff::{SignedDuration, Timestamp};

use crate::audit::Detail;
use crate::commands::alert;
use crate::commands::consent;
use crate::commands::delivery::{self, Delivery, OfMessage, Step};
use crate::commands::party;
use crate::commands::told;
use crate::conn::codec::{self, Key, limit, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::frozen;

pub(crate) const DUE: &str = "SELECT id FROM delivery
    WHERE party = ?1 AND state = 0 AND is_head = 1 AND due <= ?2 ORDER BY due LIMIT ?3";
pub(crate) const NEXT_DUE: &str = "SELECT due FROM delivery
    WHERE party = ?1 AND state = 0 AND is_head = 1 ORDER BY due LIMIT 1";

/// Deliveries to a party that may be released now.
pub(crate) fn due(db: &Db<'_>, to: &PartyId, now: Timestamp, at_most: usize) -> Result<Vec<DeliveryId>, Fault> {
    if db.trust.guard.is_halted() || party::is_held(db, to)? {
        return Ok(Vec::new());
    }
    db.all(DUE, params![to.as_str(), micros(now), limit(at_most)], |row| row.id(0))
}

/// When the next one is due.
pub(crate) fn next_due(db: &Db<'_>, to: &PartyId) -> Result<Option<Timestamp>, Fault> {
    if db.trust.guard.is_halted() || party::is_held(db, to)? {
        return Ok(None);
    }
    db.one(NEXT_DUE, [to.as_str()], |row| row.time(0))
}

/// What is on file decides about everything that the message needs, for this receiver, now.
pub(crate) fn decide_again(
    db: &Db<'_>,
    delivery: &Delivery,
    of: &OfMessage,
    now: Timestamp,
) -> Result<Option<Decision>, Fault> {
    let (Some(to), Some(participant)) = (&delivery.party, delivery.participant) else {
        return Ok(None);
    };
    let ledger = consent::ledger(db, participant, Some(&of.sender))?;
    Ok(Some(decide(&ledger, &of.sender, to, of.purpose, of.needs, now)))
}

/// The cause of a delivery that nothing covers any longer. Where grants remain, they cover less than what was written.
pub(crate) fn uncovered(reason: Reason) -> Cause {
    let reason = match reason {
        Reason::Granted | Reason::PartlyGranted => Reason::OtherCategories,
        other => other,
    };
    Cause::new(reason.code(), reason.text())
}

/// Decides again and reserves.
pub(crate) fn reserve(
    tx: &Tx<'_>,
    id: DeliveryId,
    written: Option<(Frozen, CategorySet)>,
    now: Timestamp,
    until: Timestamp,
) -> Result<ReserveOutcome, Fault> {
    let Some(mut delivery) = delivery::load(tx, id)? else {
        return Ok(ReserveOutcome::NotNow);
    };
    let Some(to) = delivery.party.clone() else {
        return Ok(ReserveOutcome::NotNow);
    };
    // Where the log is not what was written, nothing leaves: what waits goes on waiting.
    if tx.trust.guard.is_halted() {
        return Ok(ReserveOutcome::NotNow);
    }
    let reserve = Event::Reserve { until };
    if !delivery.is_head || delivery.state.apply(&reserve, now).is_err() || party::is_held(tx, &to)? {
        return Ok(ReserveOutcome::NotNow);
    }
    if now >= delivery.expires_at {
        let cause = expire(tx, &mut delivery, now)?;
        return Ok(ReserveOutcome::Stopped(cause));
    }
    let Some(of) = delivery.about_message.take() else {
        return reserve_notice(tx, delivery, to, written, (until, now));
    };
    let Some(decision) = decide_again(tx, &delivery, &of, now)? else {
        return Err(damaged("a delivery of a message has no participant"));
    };
    delivery.about_message = Some(of);
    if decision.reason() == Reason::Differs {
        return hold(tx, &mut delivery, now);
    }
    let is_frozen = !delivery.frozen_with.is_empty();
    let (document, with) = match (written, is_frozen) {
        (Some(_), true) | (None, false) => return Ok(ReserveOutcome::Changed),
        (Some((document, with)), false) => (document, with),
        (None, true) => {
            let kept = frozen::get(tx, id, delivery.participant)?;
            (
                kept.ok_or_else(|| damaged("frozen bytes are missing"))?,
                delivery.frozen_with,
            )
        }
    };
    if !is_frozen && !with.is_subset(decision.permitted()) && !decision.permitted().is_empty() {
        return Ok(ReserveOutcome::Changed);
    }
    let released = match Released::under(&decision, id, with, document) {
        Ok(released) => released,
        Err(reason) => {
            let cause = uncovered(reason);
            delivery.step(tx, &Step::new(Event::Cancel, "cancelled", "hub", now).because(&cause))?;
            return Ok(ReserveOutcome::Stopped(cause));
        }
    };
    if !is_frozen {
        freeze(tx, &mut delivery, &to, &decision, with, released.bytes())?;
    }
    put_release(tx, id, (with, decision.grants()), Under::Way { until }, now)?;
    let grants = decision
        .grants()
        .iter()
        .map(|g| format!("{}/{}/{}", g.consent, g.version, g.index));
    let detail = delivery
        .detail()
        .texts("categories", with.codes())
        .texts("grants", grants);
    let detail = frozen::in_log(tx, id, delivery.participant, released.bytes(), detail)?;
    delivery.step_telling(tx, &Step::new(reserve, "reserved", "hub", now), detail)?;
    Ok(ReserveOutcome::Reserved(released))
}

/// How long what is held waits until the next look.
const HELD: SignedDuration = SignedDuration::from_mins(5);

/// Lets a delivery wait whose participant's ledger is not what was registered: it is neither covered nor known not to be.
fn hold(tx: &Tx<'_>, delivery: &mut Delivery, now: Timestamp) -> Result<ReserveOutcome, Fault> {
    let due = now.checked_add(HELD).unwrap_or(now);
    let cause = Cause::new(Reason::Differs.code(), Reason::Differs.text());
    let step = Step::new(Event::TryAgain { due }, "held", "hub", now);
    delivery.step(tx, &step.because(&cause))?;
    Ok(ReserveOutcome::NotNow)
}

/// Ends what is past its use. Its sender should know.
pub(crate) fn expire(tx: &Tx<'_>, delivery: &mut Delivery, now: Timestamp) -> Result<Cause, Fault> {
    let cause = Cause::new(
        "BL-4001",
        "it was not handed over before it stopped being of use; replay it if it still is",
    );
    if delivery.step(tx, &Step::new(Event::Expire, "expired", "hub", now).because(&cause))? {
        alert::about(tx, AlertKind::DeliveryFailed, delivery, &cause.code, now)?;
    }
    Ok(cause)
}

/// A notice is decided by whom it is for, which stood fast when it was queued; word of a withdrawal is decided again as well, and
/// is written as late as a message is.
fn reserve_notice(
    tx: &Tx<'_>,
    mut delivery: Delivery,
    to: PartyId,
    written: Option<(Frozen, CategorySet)>,
    (until, now): (Timestamp, Timestamp),
) -> Result<ReserveOutcome, Fault> {
    let withdrawal = told::notice(tx, &delivery)?;
    if withdrawal.is_some()
        && let Some(reason) = told_no_longer(tx, &delivery)?
    {
        if reason == Reason::Differs {
            return hold(tx, &mut delivery, now);
        }
        let cause = uncovered(reason);
        delivery.step(tx, &Step::new(Event::Cancel, "cancelled", "hub", now).because(&cause))?;
        return Ok(ReserveOutcome::Stopped(cause));
    }
    let kept = frozen::get(tx, delivery.id, delivery.participant)?;
    let document = match (kept, written, &withdrawal) {
        (Some(kept), None, _) => kept,
        (None, Some((document, _)), Some(_)) => {
            frozen::put(tx, delivery.id, &to, delivery.participant, &document)?;
            document
        }
        (None, None, None) => return Err(damaged("a notice's bytes are missing")),
        (Some(_), Some(_), _) | (None, None, Some(_)) | (None, Some(_), None) => return Ok(ReserveOutcome::Changed),
    };
    put_release(tx, delivery.id, (CategorySet::EMPTY, &[]), Under::Way { until }, now)?;
    let detail = frozen::in_log(tx, delivery.id, delivery.participant, &document, delivery.detail())?;
    delivery.step_telling(tx, &Step::new(Event::Reserve { until }, "reserved", "hub", now), detail)?;
    let notice = control(to, &delivery, withdrawal.as_ref());
    Ok(ReserveOutcome::Reserved(Released::notice(
        &notice,
        delivery.id,
        document,
    )))
}

/// The notice that a control delivery is.
pub(crate) fn control(to: PartyId, delivery: &Delivery, withdrawal: Option<&WithdrawalNotice>) -> ControlNotice {
    match withdrawal {
        Some(withdrawal) => ControlNotice::consent_withdrawn(withdrawal),
        None => ControlNotice::receipt_to_sender(to, delivery.about),
    }
}

/// Why word of a withdrawal may not go, where it may not: nothing at all is sent about a person under address protection.
pub(crate) fn told_no_longer(db: &Db<'_>, delivery: &Delivery) -> Result<Option<Reason>, Fault> {
    let Some(participant) = delivery.participant else {
        return Ok(None);
    };
    let ledger = consent::ledger(db, participant, None)?;
    Ok(match (ledger.protected, ledger.differs) {
        (true, _) => Some(Reason::Withdrawn),
        (false, true) => Some(Reason::Differs),
        (false, false) => None,
    })
}

/// Freezes what was written: the bytes, the ids in them, and with which categories.
fn freeze(
    tx: &Tx<'_>,
    delivery: &mut Delivery,
    to: &PartyId,
    decision: &Decision,
    with: CategorySet,
    document: &Frozen,
) -> Result<(), Fault> {
    frozen::put(tx, delivery.id, to, delivery.participant, document)?;
    delivery.frozen_with = with;
    let needs = delivery.about_message.as_ref().map_or(with, |m| m.needs);
    let sql = "UPDATE delivery SET frozen_with = ?2, permitted = ?3, withheld = ?4 WHERE id = ?1";
    let (permitted, withheld) = (decision.permitted().bits(), needs.difference(with).bits());
    tx.run(sql, params![delivery.id.key(), with.bits(), permitted, withheld])?;
    Ok(())
}

/// How far a new release is.
pub(crate) enum Under {
    /// Nothing was sent yet.
    Way { until: Timestamp },
    /// Its bytes are given out by the step that writes it down.
    Done,
}

/// Writes a release down: with which categories, and under which grants.
pub(crate) fn put_release(
    tx: &Tx<'_>,
    delivery: DeliveryId,
    (with, grants): (CategorySet, &[GrantRef]),
    under: Under,
    now: Timestamp,
) -> Result<(), Fault> {
    let id: ReleaseId = tx.new_id(now);
    let mut packed = Vec::with_capacity(grants.len() * 22);
    for grant in grants {
        packed.extend_from_slice(&grant.consent.key());
        packed.extend_from_slice(&grant.version.to_be_bytes());
        packed.extend_from_slice(&grant.index.to_be_bytes());
    }
    let (state, until) = match under {
        Under::Way { until } => (0, until),
        Under::Done => (2, now),
    };
    let sql =
        "INSERT INTO release (delivery, id, state, not_after, grants, categories) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let with = with.bits();
    tx.run(
        sql,
        params![delivery.key(), id.key(), state, micros(until), packed, with],
    )?;
    Ok(())
}

/// The grants that a delivery's newest release used; a void one sent nothing, and used none.
pub(crate) fn grants_used(db: &Db<'_>, delivery: DeliveryId) -> Result<Vec<GrantRef>, Fault> {
    let sql = "SELECT grants FROM release WHERE delivery = ?1 AND state <> 3 ORDER BY id DESC LIMIT 1";
    let packed: Vec<u8> = db.one(sql, [delivery.key()], |row| row.get(0))?.unwrap_or_default();
    codec::grants(&packed)
}

/// From reserved to sending.
pub(crate) fn begin(tx: &Tx<'_>, id: DeliveryId, now: Timestamp) -> Result<bool, Fault> {
    let Some(mut delivery) = delivery::load(tx, id)? else {
        return Ok(false);
    };
    let may_begin = !tx.trust.guard.is_halted();
    if may_begin && delivery.step(tx, &Step::new(Event::BeginSending, "sending", "hub", now))? {
        return Ok(true);
    }
    // Too late: it waits again at once, for a release of its own.
    void(tx, &mut delivery, now)?;
    Ok(false)
}

/// Voids a reservation that came to nothing.
pub(crate) fn void(tx: &Tx<'_>, delivery: &mut Delivery, now: Timestamp) -> Result<bool, Fault> {
    if !matches!(delivery.state, State::Reserved(_)) {
        return Ok(false);
    }
    let again = Event::TryAgain { due: now };
    delivery.step(tx, &Step::new(again, "reservation-voided", "hub", now))
}

/// Settles a sending.
pub(crate) fn settle(tx: &Tx<'_>, id: DeliveryId, outcome: &Outcome, now: Timestamp) -> Result<bool, Fault> {
    let Some(mut delivery) = delivery::load(tx, id)? else {
        return Ok(false);
    };
    if !matches!(delivery.state, State::Sending(_)) {
        let detail = delivery.detail().text("state", delivery.state.name());
        tx.audit(now, "settled-too-late", "hub", detail)?;
        return Ok(false);
    }
    let (event, action, cause) = match outcome {
        Outcome::Delivered => (Event::Delivered, "delivered", None),
        Outcome::AwaitingReceipt { references, until } => {
            if let (Some(to), false) = (&delivery.party, references.is_empty()) {
                let own = delivery.key(tx)?;
                let key = own.as_ref().unwrap_or_else(|| tx.vault.hub());
                frozen::put_references(tx, id, to, key, references)?;
            }
            (Event::HandedOver { receipt_by: *until }, "handed-over", None)
        }
        Outcome::TryAgain { due, cause } => (Event::TryAgain { due: *due }, "retry", Some(cause)),
        Outcome::Refused(cause) => (Event::Refused, "refused", Some(cause)),
        Outcome::Failed(cause) => (Event::Fail, "failed", Some(cause)),
    };
    let step = Step {
        cause,
        ..Step::new(event, action, "hub", now)
    };
    delivery.step(tx, &step)
}

/// Moves a waiting delivery.
pub(crate) fn end(
    tx: &Tx<'_>,
    id: DeliveryId,
    event: &Event,
    cause: &Cause,
    actor: &str,
    now: Timestamp,
) -> Result<bool, Fault> {
    let Some(mut delivery) = delivery::load(tx, id)? else {
        return Ok(false);
    };
    if !matches!(delivery.state, State::Waiting(_)) {
        return Ok(false);
    }
    let action = match event {
        Event::Expire => "expired",
        Event::Cancel => "cancelled",
        Event::Fail => "failed",
        Event::TryAgain { .. } => "retry",
        Event::Reserve { .. }
        | Event::BeginSending
        | Event::Delivered
        | Event::HandedOver { .. }
        | Event::TakenByPerson
        | Event::Refused
        | Event::Replay { .. } => return Ok(false),
    };
    let expires = matches!(event, Event::Expire);
    let moved = delivery.step(tx, &Step::new(event.clone(), action, actor, now).because(cause))?;
    if moved && expires {
        alert::about(tx, AlertKind::DeliveryFailed, &delivery, &cause.code, now)?;
    }
    Ok(moved)
}

pub(crate) const BY_EXTERNAL: &str =
    "SELECT delivery FROM external_ref WHERE party = ?1 AND value = ?2 AND scheme = ?3 ORDER BY delivery DESC LIMIT 1";

/// A receipt from a party, for a delivery to that party.
pub(crate) fn receipt(tx: &Tx<'_>, from: &PartyId, receipt: &Receipt, now: Timestamp) -> Result<ReceiptOutcome, Fault> {
    let actor = format!("party:{from}");
    let digest = frozen::external_digest(tx.vault, from, &receipt.refers_to);
    let found = tx.one(BY_EXTERNAL, params![from.as_str(), digest, receipt.scheme], |row| {
        row.id(0)
    })?;
    let found = found.map(|id| delivery::load(tx, id)).transpose()?.flatten();
    let Some(mut delivery) = found else {
        tx.audit(now, "receipt-strange", &actor, Detail::new().id("party", from))?;
        alert::strange(tx, from, None, now)?;
        return Ok(ReceiptOutcome::Strange);
    };
    let (event, action) = match receipt.status {
        ReceiptStatus::Ok | ReceiptStatus::Partial => (Event::Delivered, "receipt-ok"),
        ReceiptStatus::Refused => (Event::Refused, "receipt-refused"),
        ReceiptStatus::Unknown => {
            tx.audit(now, "receipt-unknown", &actor, delivery.detail())?;
            alert::strange(tx, from, Some(&delivery), now)?;
            return Ok(ReceiptOutcome::Nothing(delivery.id));
        }
    };
    let refused = event == Event::Refused;
    let cause = cause_of(receipt);
    let step = Step {
        cause: cause.as_ref(),
        ..Step::new(event, action, &actor, now)
    };
    if !delivery.step(tx, &step)? {
        let detail = delivery.detail().text("state", delivery.state.name());
        tx.audit(now, "receipt-changed-nothing", &actor, detail)?;
        return Ok(ReceiptOutcome::Nothing(delivery.id));
    }
    if refused && (delivery.about_message.is_some() || told::notice(tx, &delivery)?.is_some()) {
        alert::about(tx, AlertKind::DeliveryFailed, &delivery, "BL-4004", now)?;
    }
    Ok(ReceiptOutcome::Settled(delivery.id))
}

/// What a receipt that is not a plain yes says, in the receiver's own words. It is sealed with the delivery.
fn cause_of(receipt: &Receipt) -> Option<Cause> {
    let code = match receipt.status {
        ReceiptStatus::Ok | ReceiptStatus::Unknown => return None,
        ReceiptStatus::Refused => "BL-4004",
        ReceiptStatus::Partial => "BL-4006",
    };
    let errors: Vec<_> = receipt
        .errors
        .iter()
        .map(|e| format!("{} {}", e.code, e.text))
        .collect();
    let text = if errors.is_empty() {
        "the receiver's system refused it in its receipt, without saying why; ask the receiver".to_owned()
    } else {
        errors.join("; ").chars().take(1000).collect()
    };
    Some(Cause::new(code, text))
}
