//! Release: deliveries that are due, their reservation, the beginning of their sending, and its outcome.

use bindeledd_core::alert::NotDelivered;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::consent::Ledger;
use bindeledd_core::contract::{Receipt, ReceiptStatus};
use bindeledd_core::delivery::release::{
    Asking, Beginning, Bytes, MessageDelivery, NoticeDelivery, NoticeReservation, Reservation, Turn,
    begin as may_begin, held, held_until,
};
use bindeledd_core::delivery::settle::{Outcome, cause_of, event_of};
use bindeledd_core::delivery::{Cause, End, Event, State, WaitingStep};
use bindeledd_core::{
    CategorySet, ControlNotice, Decision, DeliveryId, GrantRef, PartyId, ReleaseId, Released, WithdrawalNotice,
};
use bindeledd_engine::ports::{Attempt, Frozen, ReceiptOutcome, ReserveOutcome};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::attempt;
use crate::commands::consent;
use crate::commands::delivery::{self, Delivery, Step};
use crate::commands::party;
use crate::commands::withdrawal_notice;
use crate::commands::{alert, alert_life};
use crate::conn::codec::{self, Key, limit, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::frozen;

pub(crate) const DUE: &str = "SELECT id FROM delivery
    WHERE party = ?1 AND state = 0 AND is_head = 1 AND due <= ?2 ORDER BY due LIMIT ?3";
pub(crate) const NEXT_DUE: &str = "SELECT due FROM delivery
    WHERE party = ?1 AND state = 0 AND is_head = 1 ORDER BY due LIMIT 1";

/// Returns deliveries to a party that may be released now.
pub(crate) fn due(db: &Db<'_>, to: &PartyId, now: Timestamp, at_most: usize) -> Result<Vec<DeliveryId>, Fault> {
    if db.trust.guard.is_halted() || party::is_held(db, to)? {
        return Ok(Vec::new());
    }
    db.all(DUE, params![to.as_str(), micros(now), limit(at_most)], |row| row.id(0))
}

/// Returns the due time of the next delivery.
pub(crate) fn next_due(db: &Db<'_>, to: &PartyId) -> Result<Option<Timestamp>, Fault> {
    if db.trust.guard.is_halted() || party::is_held(db, to)? {
        return Ok(None);
    }
    db.one(NEXT_DUE, [to.as_str()], |row| row.time(0))
}

/// Decides again about a delivery, and reserves it.
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
    let asking = Asking {
        state: &delivery.state,
        is_head: delivery.is_head,
        expires_at: delivery.expires_at,
        is_party_held: party::is_held(tx, &to)?,
        is_halted: tx.trust.guard.is_halted(),
    };
    match asking.turn(now) {
        Turn::NotYet => Ok(ReserveOutcome::NotNow),
        Turn::Expired => expire(tx, &mut delivery, now).map(ReserveOutcome::Stopped),
        Turn::Now if delivery.about_message.is_some() => reserve_message(tx, delivery, &to, written, (until, now)),
        Turn::Now => reserve_notice(tx, delivery, to, written, (until, now)),
    }
}

/// Loads the facts for the decision about a message's delivery.
pub(crate) fn to_decide<'d>(db: &Db<'_>, delivery: &'d Delivery) -> Result<(MessageDelivery<'d>, Ledger), Fault> {
    let (Some(of_message), Some(participant)) = (delivery.of_message(), delivery.participant) else {
        return Err(damaged("a delivery of a message has no participant"));
    };
    let ledger = consent::ledger(db, participant, Some(of_message.sender))?;
    Ok((of_message, ledger))
}

/// Returns the participant's whole ledger for a withdrawal notice; `None` for any other notice, and for a notice
/// without a participant.
pub(crate) fn ledger_of_notice(
    db: &Db<'_>,
    delivery: &Delivery,
    withdrawal: Option<&WithdrawalNotice>,
) -> Result<Option<Ledger>, Fault> {
    let participant = delivery.participant.filter(|_| withdrawal.is_some());
    participant.map(|p| consent::ledger(db, p, None)).transpose()
}

/// Decides again about every category that the message needs, and reserves the delivery.
fn reserve_message(
    tx: &Tx<'_>,
    mut delivery: Delivery,
    to: &PartyId,
    written: Option<(Frozen, CategorySet)>,
    (until, now): (Timestamp, Timestamp),
) -> Result<ReserveOutcome, Fault> {
    let (of_message, ledger) = to_decide(tx, &delivery)?;
    let bytes = match (written, of_message.frozen_with.is_empty()) {
        (Some((document, with)), true) => Some(Bytes::Written(document, with)),
        (None, false) => {
            let kept = frozen::get(tx, delivery.id, delivery.participant)?;
            Some(Bytes::Frozen(kept.ok_or_else(|| damaged("frozen bytes are missing"))?))
        }
        (Some(_), false) | (None, true) => None,
    };
    match of_message.reserve(&ledger, bytes, now) {
        Reservation::Hold => hold(tx, &mut delivery, now),
        Reservation::Changed => Ok(ReserveOutcome::Changed),
        Reservation::Cancel(cause) => stop(tx, &mut delivery, cause, now),
        Reservation::Reserve {
            released,
            decision,
            with,
            is_new,
        } => {
            if is_new {
                freeze(tx, &mut delivery, to, &decision, with, released.bytes())?;
            }
            let state = ReleaseState::Reserved { until };
            put_release(tx, delivery.id, (with, decision.grants()), state, now)?;
            let grants = decision
                .grants()
                .iter()
                .map(|g| format!("{}/{}/{}", g.consent, g.version, g.index));
            let detail = delivery
                .detail()
                .texts("categories", with.codes())
                .texts("grants", grants);
            let detail = frozen::in_log(tx, delivery.id, delivery.participant, released.bytes(), detail)?;
            let reserve = Step::new(Event::Reserve { until }, AuditAction::Reserved, &Actor::Hub, now);
            delivery.step_telling(tx, &reserve, detail)?;
            Ok(ReserveOutcome::Reserved(released))
        }
    }
}

/// Holds a delivery, since its participant's ledger differs from the registered ledger.
fn hold(tx: &Tx<'_>, delivery: &mut Delivery, now: Timestamp) -> Result<ReserveOutcome, Fault> {
    let due = held_until(now);
    let step = Step::new(Event::TryAgain { due }, AuditAction::Held, &Actor::Hub, now);
    delivery.step(tx, &step.because(&held()))?;
    Ok(ReserveOutcome::NotNow)
}

/// Cancels a delivery that may no longer be sent.
fn stop(tx: &Tx<'_>, delivery: &mut Delivery, cause: Cause, now: Timestamp) -> Result<ReserveOutcome, Fault> {
    delivery.step(
        tx,
        &Step::new(Event::Cancel, AuditAction::Cancelled, &Actor::Hub, now).because(&cause),
    )?;
    Ok(ReserveOutcome::Stopped(cause))
}

/// Ends an expired delivery, and alerts its sender.
pub(crate) fn expire(tx: &Tx<'_>, delivery: &mut Delivery, now: Timestamp) -> Result<Cause, Fault> {
    let cause = Cause::expired();
    if delivery.step(
        tx,
        &Step::new(Event::Expire, AuditAction::Expired, &Actor::Hub, now).because(&cause),
    )? {
        alert::not_delivered(tx, NotDelivered::Expired, delivery, &cause.code, now)?;
    }
    Ok(cause)
}

/// Reserves a notice. A notice needs no consent, since its receiver was fixed when it was queued. A withdrawal notice
/// is nevertheless decided again.
fn reserve_notice(
    tx: &Tx<'_>,
    mut delivery: Delivery,
    to: PartyId,
    written: Option<(Frozen, CategorySet)>,
    (until, now): (Timestamp, Timestamp),
) -> Result<ReserveOutcome, Fault> {
    let withdrawal = withdrawal_notice::load(tx, &delivery)?;
    let ledger = ledger_of_notice(tx, &delivery, withdrawal.as_ref())?;
    let notice = NoticeDelivery {
        ledger: ledger.as_ref(),
        is_of_withdrawal: withdrawal.is_some(),
        frozen: frozen::get(tx, delivery.id, delivery.participant)?,
        written: written.map(|(document, _)| document),
    };
    let (document, is_new) = match notice.reserve() {
        NoticeReservation::Hold => return hold(tx, &mut delivery, now),
        NoticeReservation::Changed => return Ok(ReserveOutcome::Changed),
        NoticeReservation::Cancel(cause) => return stop(tx, &mut delivery, cause, now),
        NoticeReservation::Damaged => return Err(damaged("a notice's bytes are missing")),
        NoticeReservation::Reserve { document, is_new } => (document, is_new),
    };
    if is_new {
        frozen::put(tx, delivery.id, &to, delivery.participant, &document)?;
    }
    let state = ReleaseState::Reserved { until };
    put_release(tx, delivery.id, (CategorySet::EMPTY, &[]), state, now)?;
    let detail = frozen::in_log(tx, delivery.id, delivery.participant, &document, delivery.detail())?;
    delivery.step_telling(
        tx,
        &Step::new(Event::Reserve { until }, AuditAction::Reserved, &Actor::Hub, now),
        detail,
    )?;
    let notice = control(to, &delivery, withdrawal.as_ref());
    Ok(ReserveOutcome::Reserved(Released::notice(
        &notice,
        delivery.id,
        document,
    )))
}

/// Returns the notice of a control delivery.
pub(crate) fn control(to: PartyId, delivery: &Delivery, withdrawal: Option<&WithdrawalNotice>) -> ControlNotice {
    match withdrawal {
        Some(withdrawal) => ControlNotice::consent_withdrawn(withdrawal),
        None => ControlNotice::receipt_to_sender(to, delivery.about),
    }
}

/// Freezes written bytes, with the ids and the categories in these bytes.
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

/// The state of a new release.
pub(crate) enum ReleaseState {
    /// Nothing of the release was sent yet.
    Reserved {
        /// Latest time at which the sending may begin.
        until: Timestamp,
    },
    /// The step that makes the release also hands its bytes out.
    Done,
}

/// Inserts a release, with its categories and its grants.
pub(crate) fn put_release(
    tx: &Tx<'_>,
    delivery: DeliveryId,
    (with, grants): (CategorySet, &[GrantRef]),
    state: ReleaseState,
    now: Timestamp,
) -> Result<(), Fault> {
    let id: ReleaseId = tx.new_id(now);
    let mut packed = Vec::with_capacity(grants.len() * 22);
    for grant in grants {
        packed.extend_from_slice(&grant.consent.key());
        packed.extend_from_slice(&grant.version.to_be_bytes());
        packed.extend_from_slice(&grant.index.to_be_bytes());
    }
    let (state, until) = match state {
        ReleaseState::Reserved { until } => (0, until),
        ReleaseState::Done => (2, now),
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

/// Returns the grants of a delivery's newest release that is not void. A void release sent nothing.
pub(crate) fn grants_used(db: &Db<'_>, delivery: DeliveryId) -> Result<Vec<GrantRef>, Fault> {
    let sql = "SELECT grants FROM release WHERE delivery = ?1 AND state <> 3 ORDER BY id DESC LIMIT 1";
    let packed: Vec<u8> = db.one(sql, [delivery.key()], |row| row.get(0))?.unwrap_or_default();
    codec::grants(&packed)
}

/// Changes a delivery from reserved to sending.
pub(crate) fn begin(tx: &Tx<'_>, id: DeliveryId, now: Timestamp) -> Result<bool, Fault> {
    let Some(mut delivery) = delivery::load(tx, id)? else {
        return Ok(false);
    };
    match may_begin(&delivery.state, tx.trust.guard.is_halted(), now) {
        Beginning::Begins => delivery.step(
            tx,
            &Step::new(Event::BeginSending, AuditAction::Sending, &Actor::Hub, now),
        ),
        Beginning::WaitsAgain => void(tx, &mut delivery, now).map(|_| false),
        Beginning::NotReserved => Ok(false),
    }
}

/// Voids a reservation that led to no sending.
pub(crate) fn void(tx: &Tx<'_>, delivery: &mut Delivery, now: Timestamp) -> Result<bool, Fault> {
    if !matches!(delivery.state, State::Reserved(_)) {
        return Ok(false);
    }
    let again = Event::TryAgain { due: now };
    delivery.step(tx, &Step::new(again, AuditAction::ReservationVoided, &Actor::Hub, now))
}

pub(crate) fn settle(
    tx: &Tx<'_>,
    id: DeliveryId,
    (outcome, attempt): (&Outcome, &Attempt),
    now: Timestamp,
) -> Result<bool, Fault> {
    let Some(mut delivery) = delivery::load(tx, id)? else {
        return Ok(false);
    };
    let Some(event) = outcome.settles(&delivery.state) else {
        let detail = delivery.detail().text("state", delivery.state.name());
        tx.audit(now, AuditAction::SettledTooLate, &Actor::Hub, detail)?;
        return Ok(false);
    };
    attempt::put(tx, &delivery, attempt, outcome, now)?;
    let action = match outcome {
        Outcome::Delivered => AuditAction::Delivered,
        Outcome::AwaitingReceipt { .. } | Outcome::WithPerson { .. } => AuditAction::HandedOver,
        Outcome::TryAgain { .. } => AuditAction::Retry,
        Outcome::Refused(_) => AuditAction::Refused,
        Outcome::Failed(_) => AuditAction::Failed,
    };
    if let (Outcome::AwaitingReceipt { references, .. }, Some(to)) = (outcome, &delivery.party)
        && !references.is_empty()
    {
        let own = delivery.key(tx)?;
        let key = own.as_ref().unwrap_or_else(|| tx.vault.hub());
        frozen::put_references(tx, id, to, key, references)?;
    }
    let step = Step {
        cause: outcome.cause(),
        ..Step::new(event, action, &Actor::Hub, now)
    };
    let moved = delivery.step(tx, &step)?;
    if let (true, Some(then)) = (moved, outcome.then()) {
        delivery.step(tx, &Step::new(then, AuditAction::TakenByPerson, &Actor::Hub, now))?;
    }
    let came_to_nothing = match outcome {
        Outcome::Refused(cause) => Some((NotDelivered::Refused, cause)),
        Outcome::Failed(cause) => Some((NotDelivered::Failed, cause)),
        Outcome::Delivered
        | Outcome::AwaitingReceipt { .. }
        | Outcome::WithPerson { .. }
        | Outcome::TryAgain { .. } => None,
    };
    if let (true, Some((how, cause))) = (moved, came_to_nothing) {
        alert::not_delivered(tx, how, &delivery, &cause.code, now)?;
    }
    Ok(moved)
}

/// Applies a step to a waiting delivery; `false` if the delivery does not wait.
pub(crate) fn move_waiting(tx: &Tx<'_>, id: DeliveryId, step: &WaitingStep, now: Timestamp) -> Result<bool, Fault> {
    let Some(mut delivery) = delivery::load(tx, id)? else {
        return Ok(false);
    };
    if !matches!(delivery.state, State::Waiting(_)) {
        return Ok(false);
    }
    let (action, came_to_nothing) = match step {
        WaitingStep::Expire(_) => (AuditAction::Expired, Some(NotDelivered::Expired)),
        WaitingStep::Cancel(_) => (AuditAction::Cancelled, Some(NotDelivered::Uncovered)),
        WaitingStep::Fail(_) => (AuditAction::Failed, Some(NotDelivered::Failed)),
        WaitingStep::TryAgain { .. } => (AuditAction::Retry, None),
    };
    let cause = step.cause();
    let moved = delivery.step(tx, &Step::new(step.event(), action, &Actor::Hub, now).because(cause))?;
    if let (true, Some(how)) = (moved, came_to_nothing) {
        alert::not_delivered(tx, how, &delivery, &cause.code, now)?;
    }
    Ok(moved)
}

pub(crate) const BY_EXTERNAL: &str =
    "SELECT delivery FROM external_ref WHERE party = ?1 AND value = ?2 AND scheme = ?3 ORDER BY delivery DESC LIMIT 1";

/// Applies a receipt from a party to the delivery that it refers to.
pub(crate) fn receipt(tx: &Tx<'_>, from: &PartyId, receipt: &Receipt, now: Timestamp) -> Result<ReceiptOutcome, Fault> {
    let actor = Actor::Party(from.clone());
    let digest = frozen::external_digest(tx.vault, from, &receipt.refers_to);
    let found = tx.one(BY_EXTERNAL, params![from.as_str(), digest, receipt.scheme], |row| {
        row.id(0)
    })?;
    let found = found.map(|id| delivery::load(tx, id)).transpose()?.flatten();
    let Some(mut delivery) = found else {
        tx.audit(
            now,
            AuditAction::ReceiptStrange,
            &actor,
            Detail::new().id("party", from),
        )?;
        alert::strange(tx, from, None, now)?;
        return Ok(ReceiptOutcome::Strange);
    };
    let Some(event) = event_of(receipt.status) else {
        tx.audit(now, AuditAction::ReceiptUnknown, &actor, delivery.detail())?;
        alert::strange(tx, from, Some(&delivery), now)?;
        return Ok(ReceiptOutcome::Nothing(delivery.id));
    };
    let refused = receipt.status == ReceiptStatus::Refused;
    let action = if refused {
        AuditAction::ReceiptRefused
    } else {
        AuditAction::ReceiptOk
    };
    let cause = cause_of(receipt);
    let step = Step {
        cause: cause.as_ref(),
        ..Step::new(event, action, &actor, now)
    };
    if !delivery.step(tx, &step)? {
        let detail = delivery.detail().text("state", delivery.state.name());
        tx.audit(now, AuditAction::ReceiptChangedNothing, &actor, detail)?;
        if !refused {
            // The receiver has it, only later than its receipt was due.
            alert_life::ended(tx, delivery.id, End::Delivered, now)?;
        }
        return Ok(ReceiptOutcome::Nothing(delivery.id));
    }
    if refused {
        let how = if delivery.about_message.is_some() || withdrawal_notice::load(tx, &delivery)?.is_some() {
            NotDelivered::RefusedByReceipt
        } else {
            NotDelivered::OwnReceiptRefused
        };
        alert::not_delivered(tx, how, &delivery, "BL-4004", now)?;
    }
    Ok(ReceiptOutcome::Settled(delivery.id))
}
