//! Commands that no party asked for: those of an operator, of a start, and of the clock.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use bindeledd_core::alert::NotDelivered;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::consent::Ledger;
use bindeledd_core::delivery::replay::{Former, Member, Replay, new_members, of_state};
use bindeledd_core::delivery::{Cause, Event, State, Waiting};
use bindeledd_core::{
    CategorySet, DeliveryId, Message, MessageId, ParticipantRef, PartyId, PartyKind, Planned, PlannedState, Reached,
    Reason, Receivers, Target, route,
};
use jiff::{SignedDuration, Timestamp};

use crate::audit::Detail;
use crate::commands::accept;
use crate::commands::alert;
use crate::commands::attempt;
use crate::commands::consent;
use crate::commands::delivery::{self, Delivery, New, Step};
use crate::commands::fetched;
use crate::commands::inbox;
use crate::commands::participant;
use crate::commands::party;
use crate::commands::release::{expire, void};
use crate::commands::release_input;
use crate::commands::waits::{self, Blocked};
use crate::commands::watch;
use crate::conn::codec::{Key, micros, oldest_id_at};
use crate::conn::{Db, Tx, params};
use crate::fault::Fault;
use crate::sealing::aead::SealedAt;

/// Maximum number of rows of each kind in one sweep.
pub(crate) const BATCH: i64 = 200;
/// Retention of a sender's reference, in days.
const REFERENCES_KEPT_DAYS: i64 = 400;

/// Sends once more the deliveries of a message that wait, or that ended without being delivered. The hub decides anew
/// about each.
pub(crate) fn replay(tx: &Tx<'_>, id: MessageId, actor: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, Fault> {
    let sql = "SELECT participant, conversation FROM message WHERE id = ?1";
    let found = tx.one(sql, [id.key()], |row| {
        Ok((row.id::<ParticipantRef>(0)?, row.get::<[u8; 16]>(1)?))
    })?;
    let Some((participant, conversation)) = found else {
        return Ok(Vec::new());
    };
    let message = match participant::key_unless_erased(tx, participant)? {
        Some(key) => release_input::message(tx, id, &key)?,
        None => None,
    };
    let Some(message) = message else {
        tx.audit(
            now,
            AuditAction::ReplayWithoutContent,
            actor,
            Detail::new().id("message", id),
        )?;
        return Ok(Vec::new());
    };
    let deliveries = tx.all(delivery::BY_MESSAGE, [id.key()], delivery::read)?;
    let mut there: Vec<PartyId> = deliveries.iter().filter_map(|d| d.party.clone()).collect();
    let replay = MessageReplay {
        message: &message,
        participant,
        conversation,
        facts: OnceCell::new(),
        actor,
        now,
    };
    let mut waiting = Vec::new();
    for mut delivery in deliveries {
        match delivery.party.clone() {
            Some(to) => waiting.extend(replay.one(tx, &mut delivery, to)?),
            None => waiting.extend(replay.circle(tx, &mut delivery, &mut there)?),
        }
    }
    Ok(waiting)
}

struct MessageReplay<'a> {
    message: &'a Message,
    participant: ParticipantRef,
    conversation: [u8; 16],
    /// Facts for the new decisions. Loaded once, and only if a delivery is decided anew.
    facts: OnceCell<Facts>,
    actor: &'a Actor,
    now: Timestamp,
}

/// The facts that decide about the receivers of a message.
struct Facts {
    ledger: Ledger,
    kinds: BTreeMap<PartyId, Option<PartyKind>>,
    reached: Option<Reached>,
}

impl MessageReplay<'_> {
    /// Replays a delivery to one party. Returns the delivery's id if it waits now.
    fn one(&self, tx: &Tx<'_>, delivery: &mut Delivery, to: PartyId) -> Result<Option<DeliveryId>, Fault> {
        match of_state(&delivery.state) {
            Replay::Leave => Ok(None),
            Replay::AtOnce => {
                let event = Event::Replay { due: self.now };
                delivery.step(tx, &Step::new(event, AuditAction::Replayed, self.actor, self.now))?;
                Ok(Some(delivery.id))
            }
            Replay::Decide => {
                let planned = self.plan(tx, &Receivers::Parties(vec![to.clone()]))?;
                match planned.into_iter().next().map(|planned| planned.state) {
                    Some(PlannedState::Waiting { decision, withheld }) => {
                        self.reopen(tx, delivery, Member { to, decision, withheld })
                    }
                    Some(PlannedState::Blocked(blocked)) => self.deny(tx, delivery, blocked.reason).map(|()| None),
                    None => Ok(None),
                }
            }
        }
    }

    /// Replays the delivery of an empty circle. Each current member of the circle gets a delivery; the first member
    /// gets this one.
    fn circle(&self, tx: &Tx<'_>, delivery: &mut Delivery, there: &mut Vec<PartyId>) -> Result<Vec<DeliveryId>, Fault> {
        let mut waiting = Vec::new();
        for member in new_members(self.plan(tx, &Receivers::Circle)?, there) {
            there.push(member.to.clone());
            if delivery.party.is_none() {
                delivery.party = Some(member.to.clone());
                waiting.extend(self.reopen(tx, delivery, member)?);
            } else {
                waiting.push(self.add(tx, delivery, member)?);
            }
        }
        if waiting.is_empty() {
            tx.audit(self.now, AuditAction::ReplayDenied, self.actor, delivery.detail())?;
            self.tell(tx, delivery)?;
        }
        Ok(waiting)
    }

    fn facts(&self, tx: &Tx<'_>) -> Result<&Facts, Fault> {
        if let Some(facts) = self.facts.get() {
            return Ok(facts);
        }
        let ledger = consent::ledger(tx, self.participant, Some(&self.message.from))?;
        let mut kinds = BTreeMap::new();
        for grant in &ledger.grants {
            let to = &grant.grant.to;
            kinds.insert(to.clone(), party::kind_of(tx, to)?);
        }
        let corrects = accept::corrected(tx, self.message, self.participant)?;
        let reached = accept::reached(tx, self.message, corrects)?;
        Ok(self.facts.get_or_init(|| Facts { ledger, kinds, reached }))
    }

    fn plan(&self, tx: &Tx<'_>, receivers: &Receivers) -> Result<Vec<Planned>, Fault> {
        let Facts { ledger, kinds, reached } = self.facts(tx)?;
        let kind_of = |party: &PartyId| kinds.get(party).copied().flatten();
        Ok(route(
            self.message,
            receivers,
            reached.as_ref(),
            ledger,
            &kind_of,
            self.now,
        ))
    }

    /// Raises an alert about a grant that waits for a confirmation, if the delivery is blocked because of that grant.
    fn tell(&self, tx: &Tx<'_>, delivery: &Delivery) -> Result<(), Fault> {
        let to = delivery.target();
        let blocked = Blocked::of(self.message, delivery.id, &to);
        waits::tell(tx, self.participant, &blocked, &self.facts(tx)?.ledger, self.now)
    }

    /// Leaves the delivery as it is, and records the reason.
    fn deny(&self, tx: &Tx<'_>, delivery: &Delivery, reason: Reason) -> Result<(), Fault> {
        let detail = delivery.detail().text("code", reason.code());
        tx.audit(self.now, AuditAction::ReplayDenied, self.actor, detail)?;
        let key = participant::key(tx, self.participant)?;
        let place = SealedAt("delivery.cause", delivery.id.0.as_bytes());
        let sealed = tx.vault.seal(&key, place, reason.text().as_bytes())?;
        let sql = "UPDATE delivery SET cause_code = ?2, cause_text = ?3, changed_at = ?4 WHERE id = ?1";
        let changed_at = micros(self.now);
        tx.run(sql, params![delivery.id.key(), reason.code(), sealed, changed_at])?;
        self.tell(tx, delivery)
    }

    /// Puts an ended delivery at the tail of its conversation.
    fn reopen(&self, tx: &Tx<'_>, delivery: &mut Delivery, member: Member) -> Result<Option<DeliveryId>, Fault> {
        let Member { to, decision, withheld } = member;
        let has_bytes = "SELECT 1 FROM frozen WHERE delivery = ?1";
        let former = Former {
            state: &delivery.state,
            frozen_with: delivery.frozen_with,
            has_bytes: tx.any(has_bytes, [delivery.id.key()])?,
            accepted_at: delivery.about_message.as_ref().map(|m| m.accepted_at),
            expires_at: delivery.expires_at,
        };
        let keeps_its_bytes = former.keeps_its_bytes(decision.permitted());
        delivery.expires_at = former.expires_again(self.now);
        if !keeps_its_bytes {
            tx.run("DELETE FROM frozen WHERE delivery = ?1", [delivery.id.key()])?;
            delivery.frozen_with = CategorySet::EMPTY;
        }
        let (place, is_head) = delivery::tail(tx, &to, self.conversation)?;
        delivery.conversation = Some(self.conversation);
        delivery.is_head = is_head;
        let sql = "UPDATE delivery SET party = ?2, conversation = ?3, place = ?4, permitted = ?5, withheld = ?6,
            frozen_with = ?7, late = 1 WHERE id = ?1";
        tx.run(
            sql,
            params![
                delivery.id.key(),
                to.as_str(),
                self.conversation,
                place,
                decision.permitted().bits(),
                withheld.bits(),
                delivery.frozen_with.bits()
            ],
        )?;
        let replay = Event::Replay { due: self.now };
        let moved = delivery.step(tx, &Step::new(replay, AuditAction::Replayed, self.actor, self.now))?;
        Ok(moved.then_some(delivery.id))
    }

    /// Adds a delivery for another member of a circle.
    fn add(&self, tx: &Tx<'_>, first: &Delivery, member: Member) -> Result<DeliveryId, Fault> {
        let id: DeliveryId = tx.new_id(self.now);
        let to = Target::Party(member.to);
        let waiting = State::Waiting(Waiting {
            attempts: 0,
            due: self.now,
        });
        let row = New {
            id,
            message: Some(self.message.id),
            about: None,
            to: &to,
            participant: Some(self.participant),
            conversation: first.conversation,
            state: &waiting,
            expires_at: first.expires_at,
            permitted: member.decision.permitted(),
            withheld: member.withheld,
            cause: None,
        };
        delivery::insert(tx, row, self.now)?;
        tx.run("UPDATE delivery SET late = 1 WHERE id = ?1", [id.key()])?;
        let detail = Detail::new()
            .id("delivery", id)
            .id("message", self.message.id)
            .id("to", &to)
            .id("participant", self.participant);
        tx.audit(self.now, AuditAction::Replayed, self.actor, detail)?;
        Ok(id)
    }
}

/// Cancels the deliveries of a message that have not been sent.
pub(crate) fn cancel(tx: &Tx<'_>, id: MessageId, actor: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, Fault> {
    let cause = Cause::cancelled_by_hand();
    let mut cancelled = Vec::new();
    for mut delivery in tx.all(delivery::BY_MESSAGE, [id.key()], delivery::read)? {
        if delivery.step(
            tx,
            &Step::new(Event::Cancel, AuditAction::Cancelled, actor, now).because(&cause),
        )? {
            cancelled.push(delivery.id);
        }
    }
    Ok(cancelled)
}

/// Recovers after a start: every earlier release becomes void, and its delivery waits again.
pub(crate) fn recover(tx: &Tx<'_>, now: Timestamp) -> Result<usize, Fault> {
    let mut recovered = 0;
    for state in [1, 2] {
        for mut delivery in tx.all(delivery::BY_STATE, [state], delivery::read)? {
            if matches!(delivery.state, State::Sending(_)) {
                attempt::put_interrupted(tx, &delivery)?;
            }
            let again = Event::TryAgain { due: now };
            if delivery.step(tx, &Step::new(again, AuditAction::Recovered, &Actor::Hub, now))? {
                recovered += 1;
            }
        }
    }
    watch::started(tx, now)?;
    Ok(recovered)
}

/// Performs a bounded batch of timed work.
pub(crate) fn sweep(tx: &Tx<'_>, retention_days: u32, now: Timestamp) -> Result<usize, Fault> {
    let mut touched = 0;
    let past = |state: i64| {
        tx.all(
            delivery::BY_DEADLINE,
            params![state, micros(now), BATCH],
            delivery::read,
        )
    };
    for mut delivery in past(0)? {
        expire(tx, &mut delivery, now)?;
        touched += 1;
    }
    for mut delivery in past(1)? {
        touched += usize::from(void(tx, &mut delivery, now)?);
    }
    for mut delivery in past(2)? {
        attempt::put_interrupted(tx, &delivery)?;
        let again = Step::new(
            Event::TryAgain { due: now },
            AuditAction::SendingAbandoned,
            &Actor::Hub,
            now,
        );
        touched += usize::from(delivery.step(tx, &again)?);
    }
    for mut delivery in past(3)? {
        touched += usize::from(overdue(tx, &mut delivery, now)?);
    }
    let with_person = tx.all(delivery::WITH_PERSON_PAST, params![micros(now), BATCH], delivery::read)?;
    for mut delivery in with_person {
        let failed = inbox::not_by_hand(tx, &mut delivery, Cause::not_by_hand(false), &Actor::Hub, now)?;
        touched += usize::from(failed);
    }
    Ok(touched + retire(tx, retention_days, now)?)
}

/// Fails a delivery whose receipt did not come in time.
fn overdue(tx: &Tx<'_>, delivery: &mut Delivery, now: Timestamp) -> Result<bool, Fault> {
    let cause = Cause::receipt_overdue();
    let failed = delivery.step(
        tx,
        &Step::new(Event::Fail, AuditAction::Failed, &Actor::Hub, now).because(&cause),
    )?;
    if failed {
        alert::not_delivered(tx, NotDelivered::Overdue, delivery, &cause.code, now)?;
    }
    Ok(failed)
}

fn days_before(now: Timestamp, days: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24 * days))
        .unwrap_or(Timestamp::MIN)
}

pub(crate) const OLD_BODIES: &str = "SELECT b.message FROM body b WHERE b.message < ?1 AND NOT EXISTS
    (SELECT 1 FROM delivery d WHERE d.message = b.message AND (d.state < 4 OR d.state = 10 OR d.changed_at >= ?2))
    ORDER BY b.message LIMIT ?3";
pub(crate) const OLD_BYTES: &str = "SELECT f.delivery FROM frozen f CROSS JOIN delivery d ON d.id = f.delivery
    WHERE f.delivery < ?1 AND d.state BETWEEN 4 AND 9 AND d.changed_at < ?2 ORDER BY f.delivery LIMIT ?3";
pub(crate) const OLD_REFERENCES: &str = "DELETE FROM idempotency WHERE (party, reference) IN (SELECT party, reference FROM idempotency WHERE at < ?1 LIMIT ?2)";

/// Removes contents past their retention, of messages and of deliveries that ended before it. Both tables are read from
/// the oldest row on. Removed contents leave no rows there, so that this is fast.
fn retire(tx: &Tx<'_>, retention_days: u32, now: Timestamp) -> Result<usize, Fault> {
    let before = days_before(now, i64::from(retention_days));
    let old = params![oldest_id_at(before), micros(before), BATCH];
    let bodies: Vec<MessageId> = tx.all(OLD_BODIES, old, |row| row.id(0))?;
    for message in &bodies {
        tx.run("DELETE FROM body WHERE message = ?1", [message.key()])?;
        attempt::forget_of_message(tx, *message)?;
    }
    let frozen: Vec<DeliveryId> = tx.all(OLD_BYTES, old, |row| row.id(0))?;
    for delivery in &frozen {
        tx.run("DELETE FROM frozen WHERE delivery = ?1", [delivery.key()])?;
        attempt::forget(tx, *delivery)?;
    }
    let forgotten = micros(days_before(now, REFERENCES_KEPT_DAYS));
    let references = tx.run(OLD_REFERENCES, [forgotten, BATCH])?;
    let items = tx.run(fetched::OLD, [forgotten, BATCH])?;
    let retired = bodies.len() + frozen.len() + references + items;
    if retired > 0 {
        let n = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let detail = Detail::new()
            .number("bodies", n(bodies.len()))
            .number("documents", n(frozen.len()))
            .number("references", n(references))
            .number("items", n(items));
        tx.audit(now, AuditAction::Retired, &Actor::Hub, detail)?;
    }
    Ok(retired)
}

/// Returns the states of these deliveries.
pub(crate) fn states(db: &Db<'_>, ids: &[DeliveryId]) -> Result<Vec<(DeliveryId, State)>, Fault> {
    let mut states = Vec::with_capacity(ids.len());
    for id in ids {
        states.extend(delivery::load(db, *id)?.map(|d| (d.id, d.state)));
    }
    Ok(states)
}
