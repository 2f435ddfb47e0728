//! Withdrawal: one transaction ends the grants, and stops the deliveries that are no longer covered. Also the drain of
//! reserved deliveries.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::consent::Ledger;
use bindeledd_core::consent::ending::{Ending, end, is_on_file, lost};
use bindeledd_core::delivery::release::uncovered;
use bindeledd_core::delivery::stopping::{Drain, Found, Stop, limits};
use bindeledd_core::delivery::{Cause, Event, State};
use bindeledd_core::withdrawal::{Asker, Between, EndedGrant, Scope, TakenBack, ended, may_withdraw, said};
use bindeledd_core::{ConsentId, DeliveryId, GrantRef, ParticipantRef};
use bindeledd_engine::ports::{WithdrawalAnswer, WithdrawalPreview};
use jiff::Timestamp;

use crate::audit::{Detail, JournalEntry, JournalStep};
use crate::commands::consent::{self, Kept};
use crate::commands::delivery::{self, Delivery, Step};
use crate::commands::participant::{self, Person};
use crate::commands::release::{grants_used, void};
use crate::commands::waits;
use crate::commands::withdrawal_entries;
use crate::commands::withdrawal_notice;
use crate::conn::codec::{Key, as_kept, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::Fault;
use crate::ledger;

pub(crate) enum Withdrawn {
    /// The withdrawal was written, with this answer.
    Now(WithdrawalAnswer),
    /// The whole withdrawal was already on file. [`too_late_for`] names the deliveries that had left before it.
    Before {
        /// Number of audit rows when the writer found this.
        registered: u64,
    },
}

/// Withdraws. A repetition writes nothing, and costs the writer one search.
pub(crate) fn withdraw(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    (scope, why): (&Scope, Option<&str>),
    (asker, actor): (&Asker, &Actor),
    now: Timestamp,
) -> Result<Withdrawn, Fault> {
    let before = consent::as_it_stands(tx, participant)?;
    if !tx.any("SELECT 1 FROM participant WHERE ref = ?1", [participant.key()])? {
        return Ok(Withdrawn::Now(WithdrawalAnswer::default()));
    }
    if !may_withdraw(asker, scope, &before) {
        return Ok(Withdrawn::Now(WithdrawalAnswer::default()));
    }
    let is_registered = ledger::check(tx, participant)?;
    let said = said(asker, scope, &before, as_kept(now), tx.audit_rows());
    let whole = whole(scope);
    let entries = withdrawal_entries::entries(tx, participant)?;
    if is_registered && is_on_file(&before, &entries, &said, whole) {
        // The first withdrawal may be committed without being at the second place yet.
        tx.ask_witness();
        return Ok(Withdrawn::Before {
            registered: tx.audit_rows(),
        });
    }
    let ending = end(&before, &entries, &said, whole);
    write(tx, participant, &ending, now)?;
    let detail = Detail::new()
        .id("participant", participant)
        .text("scope", scope_name(scope))
        .texts("consents", ending.touched.iter().map(ToString::to_string))
        .ledger(ledger::bind_if(tx, participant, is_registered)?);
    let detail = match (actor, asker) {
        // The person withdrew for the party, and not for the participant.
        (Actor::Person(_), Asker::Party(party)) => detail.id("party", party),
        _ => detail,
    };
    let detail = match why {
        Some(why) => detail.text("reason", why),
        None => detail,
    };
    tx.audit(now, AuditAction::ConsentWithdrawn, actor, detail)?;
    tx.witness(JournalEntry {
        at: micros(now),
        participant: participant.to_string(),
        step: JournalStep::Withdrawn {
            consent: whole.map(|id| id.to_string()),
            said: said.iter().map(Kept::written).collect(),
        },
    });
    let notified = withdrawal_notice::queue_due(tx, participant, (&before, &ending), asker, (now, now))?;
    let stopped = stop_uncovered(tx, participant, (&ending.after, &ending.ended, asker), actor, now)?;
    Ok(Withdrawn::Now(WithdrawalAnswer { notified, ..stopped }))
}

/// Returns the deliveries that had left before a withdrawal on file. This changes nothing, so that a reader can answer
/// it. Only consents up to order number `registered` count, since others may have been registered after the writer's
/// search.
pub(crate) fn too_late_for(
    db: &Db<'_>,
    participant: ParticipantRef,
    scope: &Scope,
    asker: &Asker,
    (now, registered): (Timestamp, u64),
) -> Result<WithdrawalAnswer, Fault> {
    let ledger = consent::as_it_stands(db, participant)?;
    let said = said(asker, scope, &ledger, now, registered);
    let ended = ended(&ledger, &said);
    let mut answer = WithdrawalAnswer::default();
    for delivery in db.all(delivery::BY_PARTICIPANT, [participant.key()], delivery::read)? {
        let Some(between) = between(&delivery) else { continue };
        let used = used(db, &delivery)?;
        let stop = found(&delivery, &between, &used).map(|found| found.too_late(&ended));
        name(&mut answer, delivery.id, between, stop.unwrap_or(Stop::No));
    }
    Ok(answer)
}

/// Repeats a withdrawal from time `at` in a restored store that lacks it. Returns the number of deliveries that this
/// cancelled. The lost store may already have told receivers, so that each notice gets the same id as then.
pub(crate) fn replay(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    said: &[TakenBack],
    whole: Option<ConsentId>,
    at: Timestamp,
    now: Timestamp,
) -> Result<usize, Fault> {
    let before = consent::as_it_stands(tx, participant)?;
    let is_registered = ledger::check(tx, participant)?;
    let ending = end(&before, &withdrawal_entries::entries(tx, participant)?, said, whole);
    write(tx, participant, &ending, now)?;
    let detail = Detail::new()
        .id("participant", participant)
        .texts("consents", ending.touched.iter().map(ToString::to_string))
        .ledger(ledger::bind_if(tx, participant, is_registered)?);
    tx.audit(now, AuditAction::WithdrawalReplayed, &Actor::Hub, detail)?;
    withdrawal_notice::queue_due(tx, participant, (&before, &ending), &Asker::Participant, (at, now))?;
    let of = (&ending.after, ending.ended.as_slice(), &Asker::Participant);
    let answer = stop_uncovered(tx, participant, of, &Actor::Hub, now)?;
    Ok(answer.cancelled.len() + answer.reserved.len())
}

/// Writes the changes that a withdrawal makes to the ledger.
fn write(tx: &Tx<'_>, participant: ParticipantRef, ending: &Ending<'_>, now: Timestamp) -> Result<(), Fault> {
    for change in &ending.changes {
        withdrawal_entries::write(tx, participant, change, now)?;
    }
    for consent in &ending.touched {
        consent::raise_version(tx, *consent)?;
    }
    for consent in &ending.withdrawn {
        let sql = "UPDATE consent SET withdrawn_at = ?2 WHERE id = ?1 AND withdrawn_at IS NULL";
        tx.run(sql, params![consent.key(), micros(now)])?;
    }
    Ok(())
}

fn scope_name(scope: &Scope) -> &'static str {
    match scope {
        Scope::Everything => "everything",
        Scope::Consent(_) => "consent",
        Scope::Party(_) => "party",
        Scope::Exchange { .. } => "exchange",
    }
}

/// Returns the effect of a withdrawal on each delivery that it may stop.
fn stops(
    db: &Db<'_>,
    participant: ParticipantRef,
    (after, ended, asker): (&Ledger, &[EndedGrant<'_>], &Asker),
    now: Timestamp,
) -> Result<Vec<(Delivery, Between, Stop)>, Fault> {
    let limits = limits(asker, ended);
    let mut stops = Vec::new();
    for delivery in db.all(delivery::BY_PARTICIPANT, [participant.key()], delivery::read)? {
        let Some(between) = between(&delivery).filter(|b| limits.as_ref().is_none_or(|limits| limits.contains(b)))
        else {
            continue;
        };
        let used = used(db, &delivery)?;
        let stop = found(&delivery, &between, &used).map_or(Stop::No, |found| found.stop(after, ended, now));
        stops.push((delivery, between, stop));
    }
    Ok(stops)
}

/// Returns the effect that [`withdraw`] would have now. Nothing is written.
pub(crate) fn preview(
    db: &Db<'_>,
    participant: ParticipantRef,
    scope: &Scope,
    asker: &Asker,
    now: Timestamp,
) -> Result<WithdrawalPreview, Fault> {
    let before = consent::as_it_stands(db, participant)?;
    if !may_withdraw(asker, scope, &before) {
        return Ok(WithdrawalPreview::default());
    }
    let entries = withdrawal_entries::entries(db, participant)?;
    let said = said(asker, scope, &before, as_kept(now), entries.newest_registration);
    let ending = end(&before, &entries, &said, whole(scope));
    let mut answer = WithdrawalAnswer {
        notified: withdrawal_notice::would_tell(db, participant, (&before, &ending), asker, now)?,
        ..WithdrawalAnswer::default()
    };
    for (delivery, between, stop) in stops(db, participant, (&ending.after, &ending.ended, asker), now)? {
        name(&mut answer, delivery.id, between, stop);
    }
    let ends = lost(&before, &ending.ended).into_iter().map(|(on_file, categories)| {
        let between = Between {
            from: on_file.grant.from.clone(),
            to: on_file.grant.to.clone(),
        };
        (between, categories)
    });
    Ok(WithdrawalPreview {
        ends: ends.collect(),
        answer,
    })
}

/// Returns the consent that a withdrawal ends as a whole.
const fn whole(scope: &Scope) -> Option<ConsentId> {
    match scope {
        Scope::Consent(id) => Some(*id),
        Scope::Everything | Scope::Party(_) | Scope::Exchange { .. } => None,
    }
}

/// Cancels deliveries that are no longer covered, and names those that have left. `asker` can stop deliveries of its
/// own exchanges only.
fn stop_uncovered(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    (after, ended, asker): (&Ledger, &[EndedGrant<'_>], &Asker),
    actor: &Actor,
    now: Timestamp,
) -> Result<WithdrawalAnswer, Fault> {
    let mut answer = WithdrawalAnswer::default();
    for (mut delivery, between, stop) in stops(tx, participant, (after, ended, asker), now)? {
        // Cancelling a reserved delivery works at once: only this writer could change it to sending, and
        // the delivery has ended by then.
        if let Stop::Cancelled { reason, .. } = stop {
            cancel(tx, &mut delivery, &uncovered(reason), actor, now)?;
        }
        name(&mut answer, delivery.id, between, stop);
    }
    // A withdrawn grant no longer waits for a confirmation.
    waits::look_again(tx, participant, now)?;
    Ok(answer)
}

/// Adds a delivery to the list of the answer that fits its state.
fn name(answer: &mut WithdrawalAnswer, delivery: DeliveryId, between: Between, stop: Stop) {
    match stop {
        Stop::No => return,
        Stop::Cancelled {
            was_reserved,
            may_have_left,
            ..
        } => {
            if may_have_left {
                answer.sending.push(delivery);
            }
            let stopped = if was_reserved {
                &mut answer.reserved
            } else {
                &mut answer.cancelled
            };
            stopped.push(delivery);
        }
        Stop::Sending => answer.sending.push(delivery),
        Stop::HandedOver => answer.handed_over.push(delivery),
    }
    answer.between.insert(delivery, between);
}

/// Returns the sender and the receiver of a message's delivery.
fn between(delivery: &Delivery) -> Option<Between> {
    Some(Between {
        from: delivery.about_message.as_ref()?.sender.clone(),
        to: delivery.party.clone()?,
    })
}

/// Returns the facts about a message's delivery that a withdrawal needs.
fn found<'a>(delivery: &'a Delivery, between: &'a Between, used: &'a [GrantRef]) -> Option<Found<'a>> {
    let of = delivery.about_message.as_ref()?;
    Some(Found {
        between,
        purpose: of.purpose,
        needs: of.needs,
        state: &delivery.state,
        permitted: delivery.permitted,
        frozen_with: delivery.frozen_with,
        used,
    })
}

/// Returns the grants under which a delivery's bytes may have left; empty if they can not have left.
fn used(db: &Db<'_>, delivery: &Delivery) -> Result<Vec<GrantRef>, Fault> {
    match &delivery.state {
        State::Waiting(_) | State::Reserved(_) => Ok(Vec::new()),
        State::Sending(_) | State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_) => {
            grants_used(db, delivery.id)
        }
    }
}

fn cancel(tx: &Tx<'_>, delivery: &mut Delivery, cause: &Cause, actor: &Actor, now: Timestamp) -> Result<bool, Fault> {
    delivery.step(
        tx,
        &Step::new(Event::Cancel, AuditAction::Cancelled, actor, now).because(cause),
    )
}

/// Voids reservations past their deadline. Returns the number of releases that are still reserved under ended grants.
pub(crate) fn drain(tx: &Tx<'_>, participant: ParticipantRef, now: Timestamp) -> Result<usize, Fault> {
    let ledger = consent::as_it_stands(tx, participant)?;
    let reserved = tx.all(delivery::BY_STATE, [1], delivery::read)?;
    let mut left = 0;
    for mut delivery in reserved.into_iter().filter(|d| d.participant == Some(participant)) {
        let Some(between) = between(&delivery) else { continue };
        match found(&delivery, &between, &[]).map_or(Drain::Leave, |found| found.drain(&ledger, now)) {
            Drain::Leave => {}
            Drain::Cancel(reason) => {
                void(tx, &mut delivery, now)?;
                cancel(tx, &mut delivery, &uncovered(reason), &Actor::Hub, now)?;
            }
            Drain::Wait => left += 1,
        }
    }
    Ok(left)
}

/// Sets or lifts address protection. Deliveries about a protected person are stopped as after a withdrawal.
pub(crate) fn protect(
    tx: &Tx<'_>,
    person: &Person,
    protected: bool,
    actor: &Actor,
    now: Timestamp,
) -> Result<ParticipantRef, Fault> {
    tx.ask_witness();
    let participant = participant::find_or_make(tx, person, now)?.id;
    let is_registered = ledger::check(tx, participant)?;
    if !is_registered && !protected {
        return Err(Fault::Ledger);
    }
    participant::protect(tx, participant, protected, now)?;
    let action = if protected {
        AuditAction::Protected
    } else {
        AuditAction::ProtectionLifted
    };
    let detail = Detail::new().id("participant", participant);
    let detail = detail.ledger(ledger::bind_if(tx, participant, is_registered)?);
    tx.audit(now, action, actor, detail)?;
    tx.witness(JournalEntry {
        at: micros(now),
        participant: participant.to_string(),
        step: JournalStep::Protected(protected),
    });
    stop_all_uncovered(tx, participant, actor, now)?;
    Ok(participant)
}

/// Stops deliveries that are no longer covered after another command has changed the ledger. Returns the cancelled
/// deliveries.
pub(crate) fn stop_all_uncovered(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    actor: &Actor,
    now: Timestamp,
) -> Result<Vec<DeliveryId>, Fault> {
    let ledger = consent::as_it_stands(tx, participant)?;
    let WithdrawalAnswer {
        mut cancelled,
        reserved,
        ..
    } = stop_uncovered(tx, participant, (&ledger, &[], &Asker::Participant), actor, now)?;
    cancelled.extend(reserved);
    Ok(cancelled)
}

/// Repeats the protection of a person, in a restored store that lacks it.
pub(crate) fn protect_again(tx: &Tx<'_>, participant: ParticipantRef, now: Timestamp) -> Result<(), Fault> {
    let is_registered = ledger::check(tx, participant)?;
    participant::protect(tx, participant, true, now)?;
    let detail = Detail::new().id("participant", participant);
    let detail = detail.ledger(ledger::bind_if(tx, participant, is_registered)?);
    tx.audit(now, AuditAction::Protected, &Actor::Hub, detail)?;
    stop_all_uncovered(tx, participant, &Actor::Hub, now).map(|_| ())
}
