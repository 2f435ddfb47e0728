//! Withdrawal: one transaction that ends the grants and stops what nothing covers any longer; and its drain.

use std::collections::BTreeSet;

use bindeledd_core::consent::{Basis, GrantOnFile, Ledger};
use bindeledd_core::delivery::{Cause, Event, State};
use bindeledd_core::withdrawal::{Asker, Between, Scope, TakenBack, ended, left_of, may_withdraw, said};
use bindeledd_core::{CategorySet, ConsentId, Decision, DeliveryId, ParticipantRef, decide};
use bindeledd_engine::ports::{Actor, WithdrawalAnswer};
use jiff::Timestamp;

use crate::audit::{Detail, Record, Word};
use crate::commands::consent::{self, Kept};
use crate::commands::covered;
use crate::commands::delivery::{self, Delivery, OfMessage, Step};
use crate::commands::participant::{self, Person};
use crate::commands::release::{grants_used, uncovered, void};
use crate::commands::told;
use crate::commands::waits;
use crate::conn::codec::{Key, actor, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::Fault;
use crate::ledger;

/// What came of a withdrawal.
pub(crate) enum Withdrawn {
    /// It is written down, and this is what it did.
    Now(WithdrawalAnswer),
    /// It was on file already, all of it. What it had come too late for, [`too_late_for`] says.
    Before {
        /// How much was registered when that was found.
        registered: u64,
    },
}

/// Withdraws. What is on file already is not written again, and costs the writer one look: repeats must slow nobody down.
pub(crate) fn withdraw(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    scope: &Scope,
    by: &Actor,
    now: Timestamp,
) -> Result<Withdrawn, Fault> {
    let (asker, actor) = (by.asker(), &*actor(by));
    let before = consent::as_it_stands(tx, participant)?;
    if !tx.any("SELECT 1 FROM participant WHERE ref = ?1", [participant.key()])? {
        return Ok(Withdrawn::Now(WithdrawalAnswer::default()));
    }
    if !may_withdraw(&asker, scope, &before) {
        return Ok(Withdrawn::Now(WithdrawalAnswer::default()));
    }
    let is_registered = ledger::check(tx, participant)?;
    let said = said(&asker, scope, &before, now, tx.audit_rows());
    let whole = match scope {
        Scope::Consent(id) => Some(*id),
        Scope::Everything | Scope::Party(_) | Scope::Exchange { .. } => None,
    };
    if is_registered && covered::all(tx, participant, &said)? && is_marked(tx, whole)? {
        // The first one may have been committed without being witnessed.
        tx.ask_witness();
        return Ok(Withdrawn::Before {
            registered: tx.audit_rows(),
        });
    }
    let ended = ended(&before, &said);
    let touched = end(tx, participant, &said, &ended, whole, now)?;
    let detail = Detail::new()
        .id("participant", participant)
        .text("scope", scope_name(scope))
        .texts("consents", touched.iter().map(ToString::to_string))
        .ledger(ledger::bind_if(tx, participant, is_registered)?);
    tx.audit(now, "consent-withdrawn", actor, detail)?;
    tx.witness(Record {
        at: micros(now),
        participant: participant.to_string(),
        word: Word::Withdrawn {
            consent: whole.map(|id| id.to_string()),
            said: said.iter().map(Kept::written).collect(),
        },
    });
    let notified = told::tell(tx, participant, (&before, &ended), now, actor, now)?;
    let within = match &asker {
        Asker::Participant => None,
        Asker::Party(_) => Some(exchanges(&ended)),
    };
    let stopped = stop_uncovered(tx, participant, (&ended, within.as_ref()), actor, now)?;
    Ok(Withdrawn::Now(WithdrawalAnswer { notified, ..stopped }))
}

/// Whether a consent that is withdrawn as a whole is marked so.
fn is_marked(db: &Db<'_>, whole: Option<ConsentId>) -> Result<bool, Fault> {
    match whole {
        Some(id) => db.any(
            "SELECT 1 FROM consent WHERE id = ?1 AND withdrawn_at IS NOT NULL",
            [id.key()],
        ),
        None => Ok(true),
    }
}

/// What a withdrawal that is on file came too late for. Changes nothing, so a reader answers it: of what was `registered` when the
/// writer looked, since more may have been registered until the reader looks.
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
        let named = answer.named();
        match &delivery.state {
            State::Sending(_) if was_under(db, &delivery, &ended)? => answer.sending.push(delivery.id),
            State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_) if was_under(db, &delivery, &ended)? => {
                answer.handed_over.push(delivery.id);
            }
            State::Waiting(_)
            | State::Reserved(_)
            | State::Sending(_)
            | State::AwaitingReceipt(_)
            | State::WithPerson(_)
            | State::Ended(_) => {}
        }
        if answer.named() > named
            && let Some(between) = between(&delivery)
        {
            answer.between.insert(delivery.id, between);
        }
    }
    Ok(answer)
}

/// Withdraws once more what a store from before it does not know: it was withdrawn at `at`. Gives how many deliveries that
/// cancelled. Who is told may have been told by the store that was lost, and gets the notice of then, with its id.
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
    let ended = ended(&before, said);
    let touched = end(tx, participant, said, &ended, whole, now)?;
    let detail = Detail::new()
        .id("participant", participant)
        .texts("consents", touched.iter().map(ToString::to_string))
        .ledger(ledger::bind_if(tx, participant, is_registered)?);
    tx.audit(now, "withdrawal-replayed", "hub", detail)?;
    told::tell(tx, participant, (&before, &ended), at, "hub", now)?;
    let answer = stop_uncovered(tx, participant, (&ended, None), "hub", now)?;
    Ok(answer.cancelled.len() + answer.reserved.len())
}

/// Writes a withdrawal down and ends what it touches. Gives the consents that it touched.
fn end(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    said: &[TakenBack],
    ended: &[(&GrantOnFile, CategorySet)],
    whole: Option<ConsentId>,
    now: Timestamp,
) -> Result<BTreeSet<ConsentId>, Fault> {
    for kept in said {
        covered::put(tx, participant, kept, now)?;
    }
    let touched: BTreeSet<ConsentId> = ended.iter().map(|(grant, _)| grant.consent).collect();
    for consent in &touched {
        consent::raise_version(tx, *consent)?;
    }
    mark_withdrawn(tx, participant, &touched, whole, now)?;
    Ok(touched)
}

fn scope_name(scope: &Scope) -> &'static str {
    match scope {
        Scope::Everything => "everything",
        Scope::Consent(_) => "consent",
        Scope::Party(_) => "party",
        Scope::Exchange { .. } => "exchange",
    }
}

/// A consent of which nothing is left that could be taken back is withdrawn as a whole.
fn mark_withdrawn(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    touched: &BTreeSet<ConsentId>,
    whole: Option<ConsentId>,
    now: Timestamp,
) -> Result<(), Fault> {
    let after = consent::as_it_stands(tx, participant)?;
    for id in touched {
        let grants = after
            .grants
            .iter()
            .filter(|g| g.consent == *id && g.grant.basis == Basis::Consent);
        let left = grants.fold(CategorySet::EMPTY, |all, g| all.union(left_of(g, &after)));
        if left.is_empty() || whole == Some(*id) {
            let sql = "UPDATE consent SET withdrawn_at = ?2 WHERE id = ?1 AND withdrawn_at IS NULL";
            tx.run(sql, params![id.key(), micros(now)])?;
        }
    }
    Ok(())
}

/// Cancels what nothing covers any longer, and names what it came too late for; only `within` these exchanges, where it is not for
/// the participant.
fn stop_uncovered(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    (ended, within): (&[(&GrantOnFile, CategorySet)], Option<&BTreeSet<Between>>),
    actor: &str,
    now: Timestamp,
) -> Result<WithdrawalAnswer, Fault> {
    let ledger = consent::as_it_stands(tx, participant)?;
    let mut answer = WithdrawalAnswer::default();
    for mut delivery in tx.all(delivery::BY_PARTICIPANT, [participant.key()], delivery::read)? {
        let Some(between) = between(&delivery).filter(|b| within.is_none_or(|within| within.contains(b))) else {
            continue;
        };
        let Some(decision) = decision(&delivery, &ledger, now) else {
            continue;
        };
        let named = answer.named();
        // One that was tried before may have arrived, whatever its answer was: it is named as such as well.
        let may_have_left = delivery.state.attempts() > 0 && !covers(&decision, &delivery);
        if may_have_left && matches!(delivery.state, State::Waiting(_) | State::Reserved(_)) {
            answer.sending.push(delivery.id);
        }
        match &delivery.state {
            State::Waiting(_) if !covers(&decision, &delivery) => {
                cancel(tx, &mut delivery, &uncovered(decision.reason()), actor, now)?;
                answer.cancelled.push(delivery.id);
            }
            // Stopped here and now: the step to sending goes through this same writer, and finds it ended.
            State::Reserved(_) if !covers(&decision, &delivery) => {
                cancel(tx, &mut delivery, &uncovered(decision.reason()), actor, now)?;
                answer.reserved.push(delivery.id);
            }
            State::Waiting(_) | State::Reserved(_) => {}
            State::Sending(_) if was_under(tx, &delivery, ended)? => answer.sending.push(delivery.id),
            // A person may enter it at any time: it may have arrived.
            State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_) if was_under(tx, &delivery, ended)? => {
                answer.handed_over.push(delivery.id);
            }
            State::Sending(_) | State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_) => {}
        }
        if answer.named() > named {
            answer.between.insert(delivery.id, between);
        }
    }
    // What was taken back waits for nobody any longer.
    waits::look_again(tx, participant, now)?;
    Ok(answer)
}

/// From whom to whom the ended grants are.
fn exchanges(ended: &[(&GrantOnFile, CategorySet)]) -> BTreeSet<Between> {
    let grants = ended.iter().map(|(on_file, _)| &on_file.grant);
    let between = grants.map(|grant| Between {
        from: grant.from.clone(),
        to: grant.to.clone(),
    });
    between.collect()
}

/// From whom to whom a message's delivery goes.
fn between(delivery: &Delivery) -> Option<Between> {
    Some(Between {
        from: delivery.about_message.as_ref()?.sender.clone(),
        to: delivery.party.clone()?,
    })
}

fn cancel(tx: &Tx<'_>, delivery: &mut Delivery, cause: &Cause, actor: &str, now: Timestamp) -> Result<bool, Fault> {
    delivery.step(tx, &Step::new(Event::Cancel, "cancelled", actor, now).because(cause))
}

fn decision(delivery: &Delivery, ledger: &Ledger, now: Timestamp) -> Option<Decision> {
    let OfMessage {
        sender, purpose, needs, ..
    } = delivery.about_message.as_ref()?;
    Some(decide(ledger, sender, delivery.party.as_ref()?, *purpose, *needs, now))
}

/// Whether what was frozen, or else what acceptance found permitted, still is.
fn covers(decision: &Decision, delivery: &Delivery) -> bool {
    let set = if delivery.frozen_with.is_empty() {
        delivery.permitted
    } else {
        delivery.frozen_with
    };
    !set.is_empty() && set.is_subset(decision.permitted())
}

/// Whether a delivery's newest release used a grant that was ended, for something that is in it.
fn was_under(db: &Db<'_>, delivery: &Delivery, ended: &[(&GrantOnFile, CategorySet)]) -> Result<bool, Fault> {
    let used = grants_used(db, delivery.id)?;
    Ok(ended.iter().any(|(grant, categories)| {
        let in_it = !categories.intersection(delivery.frozen_with).is_empty();
        in_it
            && used
                .iter()
                .any(|u| u.consent == grant.consent && u.index == grant.index)
    }))
}

/// How many releases are still reserved under grants that no longer hold, once those past their deadline are voided.
pub(crate) fn drain(tx: &Tx<'_>, participant: ParticipantRef, now: Timestamp) -> Result<usize, Fault> {
    let ledger = consent::as_it_stands(tx, participant)?;
    let reserved = tx.all(delivery::BY_STATE, [1], delivery::read)?;
    let mut left = 0;
    for mut delivery in reserved.into_iter().filter(|d| d.participant == Some(participant)) {
        let Some(decision) = decision(&delivery, &ledger, now) else {
            continue;
        };
        if covers(&decision, &delivery) {
            continue;
        }
        let over = matches!(&delivery.state, State::Reserved(reserved) if now >= reserved.until);
        if over {
            void(tx, &mut delivery, now)?;
            cancel(tx, &mut delivery, &uncovered(decision.reason()), "hub", now)?;
        } else {
            left += 1;
        }
    }
    Ok(left)
}

/// Sets or lifts address protection. What waits for a protected person is stopped as if it had been withdrawn.
pub(crate) fn protect(
    tx: &Tx<'_>,
    person: &Person,
    protected: bool,
    actor: &str,
    now: Timestamp,
) -> Result<ParticipantRef, Fault> {
    tx.ask_witness();
    let participant = participant::find_or_make(tx, person, now)?.id;
    let is_registered = ledger::check(tx, participant)?;
    if !is_registered && !protected {
        return Err(Fault::Ledger);
    }
    participant::protect(tx, participant, protected, now)?;
    let action = if protected { "protected" } else { "protection-lifted" };
    let detail = Detail::new().id("participant", participant);
    let detail = detail.ledger(ledger::bind_if(tx, participant, is_registered)?);
    tx.audit(now, action, actor, detail)?;
    tx.witness(Record {
        at: micros(now),
        participant: participant.to_string(),
        word: Word::Protected(protected),
    });
    stop_uncovered(tx, participant, (&[], None), actor, now)?;
    Ok(participant)
}

/// Stops what nothing covers, after what is on file has changed by another step. Gives what that cancelled.
pub(crate) fn stop_all_uncovered(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    actor: &str,
    now: Timestamp,
) -> Result<Vec<DeliveryId>, Fault> {
    let WithdrawalAnswer {
        mut cancelled,
        reserved,
        ..
    } = stop_uncovered(tx, participant, (&[], None), actor, now)?;
    cancelled.extend(reserved);
    Ok(cancelled)
}

/// Protects a person once more, in a store from before that.
pub(crate) fn protect_again(tx: &Tx<'_>, participant: ParticipantRef, now: Timestamp) -> Result<(), Fault> {
    let is_registered = ledger::check(tx, participant)?;
    participant::protect(tx, participant, true, now)?;
    let detail = Detail::new().id("participant", participant);
    let detail = detail.ledger(ledger::bind_if(tx, participant, is_registered)?);
    tx.audit(now, "protected", "hub", detail)?;
    stop_uncovered(tx, participant, (&[], None), "hub", now).map(|_| ())
}
