//! Deliveries that a person of the sender enters in a form of the receiver's. The rules are in `core::entry`.

use std::collections::BTreeSet;

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::delivery::{ByHand, Cause, Event, State};
use bindeledd_core::entry::{EntryStanding, ReceiverAnswer, ReceiverSaid, standing};
use bindeledd_core::follow_up::sees_content;
use bindeledd_core::{AccountId, DeliveryId, ParticipantRef, PartyId, time};
use bindeledd_engine::ports::{
    EnteredAnswer, EnteredBy, EntryView, NotEntered, NotShown, OpenedEntry, SendersPerson, Taken,
};
use jiff::Timestamp;

use crate::commands::delivery::{self, Delivery};
use crate::commands::release::{ReleaseState, grants_used, put_release, to_decide};
use crate::commands::{account, follow_up, inbox, letter};
use crate::conn::codec::{Key, as_kept, limit, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::frozen;

/// Deliveries about a participant that a party sent: those of the open states, and those that its persons entered.
pub(crate) const OF_PARTICIPANT: &str = "SELECT d.id FROM message m CROSS JOIN delivery d ON d.message = m.id
    WHERE m.participant = ?1 AND m.sender = ?2 AND (d.state IN (0, 3, 10)
        OR EXISTS (SELECT 1 FROM entry e WHERE e.delivery = d.id)) ORDER BY d.id DESC LIMIT ?3";
pub(crate) const OF_DELIVERY: &str = "SELECT person, at, said, answered_on, answered_by, answered_at FROM entry
    WHERE delivery = ?1";

/// A person of the sender.
pub(crate) struct By {
    party: PartyId,
    person: AccountId,
}

impl By {
    pub(crate) fn of(by: SendersPerson<'_>) -> Self {
        Self {
            party: by.party.clone(),
            person: by.person,
        }
    }

    const fn actor(&self) -> Actor {
        Actor::Person(self.person)
    }
}

/// The row of a delivery that was entered.
struct Recorded {
    entered: EnteredBy,
    answer: Option<EnteredAnswer>,
}

fn recorded(db: &Db<'_>, id: DeliveryId) -> Result<Option<Recorded>, Fault> {
    let missing = || damaged("an answer that was entered lacks a column");
    db.one(OF_DELIVERY, [id.key()], |row| {
        let answer = match row.get::<Option<String>>("said")? {
            Some(said) => Some(EnteredAnswer {
                said: ReceiverSaid::parse(&said).ok_or_else(missing)?,
                on: row.coded("answered_on", time::parse_date)?,
                person: row.id_or_none("answered_by")?.ok_or_else(missing)?,
                at: row.time_or_none("answered_at")?.ok_or_else(missing)?,
            }),
            None => None,
        };
        Ok(Recorded {
            entered: EnteredBy {
                person: row.id("person")?,
                at: row.time("at")?,
            },
            answer,
        })
    })
}

/// Loads a delivery that the party sent, if the person follows its participant up for the party.
fn own(db: &Db<'_>, by: &By, id: DeliveryId, now: Timestamp) -> Result<Option<Delivery>, Fault> {
    let sent = |delivery: &Delivery| {
        let of = delivery.about_message.as_ref();
        !delivery.is_erased && of.is_some_and(|of| of.sender == by.party)
    };
    let Some(delivery) = delivery::load(db, id)?.filter(sent) else {
        return Ok(None);
    };
    let (Some(person), Some(participant)) = (account::by_id_alone(db, by.person)?, delivery.participant) else {
        return Ok(None);
    };
    let rows = follow_up::of_participant(db, &by.party, participant)?;
    Ok(sees_content(&person, &by.party, &rows, now).then_some(delivery))
}

/// Makes the row of a delivery, with the decision of now.
fn view(db: &Db<'_>, delivery: &Delivery, now: Timestamp) -> Result<Option<EntryView>, Fault> {
    let (Some(of), Some(participant), Some(to)) = (&delivery.about_message, delivery.participant, &delivery.party)
    else {
        return Ok(None);
    };
    let (of_message, ledger) = to_decide(db, delivery)?;
    let decision = of_message.decide(&ledger, now);
    let recorded = recorded(db, delivery.id)?;
    let (entered, answer) = recorded.map_or((None, None), |row| (Some(row.entered), row.answer));
    let is_due = match &delivery.state {
        State::Waiting(waiting) => delivery.is_head && waiting.due <= now,
        _ => true,
    };
    let standing = standing(&delivery.state, &decision, delivery.frozen_with, entered.is_some());
    let name = match ledger.protected {
        true => None,
        false => letter::name(db, participant, &of.sender, now)?,
    };
    Ok(Some(EntryView {
        delivery: delivery.id,
        message: of.id,
        participant,
        name,
        kind: of.kind,
        to: to.clone(),
        at: of.accepted_at,
        state: delivery.state.clone(),
        standing: standing.filter(|_| is_due),
        entered,
        answer,
    }))
}

/// Returns the deliveries to these receivers that the person enters.
pub(crate) fn list(
    db: &Db<'_>,
    by: &By,
    to: &BTreeSet<PartyId>,
    now: Timestamp,
    at_most: usize,
) -> Result<Vec<EntryView>, Fault> {
    let Some(person) = account::by_id_alone(db, by.person)? else {
        return Ok(Vec::new());
    };
    let rows = follow_up::of_party(db, &by.party)?;
    let mut of_person: Vec<ParticipantRef> = rows
        .iter()
        .filter(|row| row.person == by.person && sees_content(&person, &by.party, std::slice::from_ref(*row), now))
        .map(|row| row.participant)
        .collect();
    of_person.dedup();
    let mut views = Vec::new();
    for participant in of_person {
        let of = params![participant.key(), by.party.as_str(), limit(at_most)];
        let ids: Vec<DeliveryId> = db.all(OF_PARTICIPANT, of, |row| row.id(0))?;
        for id in ids {
            let found = delivery::load(db, id)?.filter(|found| found.party.as_ref().is_some_and(|of| to.contains(of)));
            if let Some(delivery) = found
                && let Some(view) = view(db, &delivery, now)?.filter(|view| view.standing.is_some())
            {
                views.push(view);
            }
        }
    }
    views.sort_by_key(|view| std::cmp::Reverse((view.at, view.delivery)));
    views.truncate(at_most);
    Ok(views)
}

/// Returns a delivery that the party sent.
pub(crate) fn one(db: &Db<'_>, by: &By, id: DeliveryId, now: Timestamp) -> Result<Option<EntryView>, Fault> {
    match own(db, by, id, now)? {
        Some(delivery) => view(db, &delivery, now),
        None => Ok(None),
    }
}

/// Opens a delivery for the person who enters it.
pub(crate) fn read(
    tx: &Tx<'_>,
    by: &By,
    id: DeliveryId,
    taken: &Taken,
    now: Timestamp,
) -> Result<Result<OpenedEntry, NotShown>, Fault> {
    if tx.trust.guard.is_halted() {
        return Ok(Err(NotShown::Halted));
    }
    let receiver = |found: &Delivery| found.party.as_ref() == Some(&taken.party);
    let Some(mut delivery) = own(tx, by, id, now)?.filter(receiver) else {
        return Ok(Err(NotShown::Unknown));
    };
    let Some(found) = view(tx, &delivery, now)? else {
        return Ok(Err(NotShown::Unknown));
    };
    match (found.standing, &delivery.state) {
        (Some(EntryStanding::NotToEnter | EntryStanding::Entered), _) => {
            return Ok(Ok(OpenedEntry {
                view: found,
                document: None,
            }));
        }
        (Some(EntryStanding::ToEnter), State::AwaitingReceipt(_) | State::WithPerson(_)) => {}
        (_, State::Ended(_)) => return Ok(Err(NotShown::Unknown)),
        (_, _) => return Ok(Err(NotShown::NotNow)),
    }
    let Some(document) = frozen::get(tx, id, delivery.participant)? else {
        return Ok(Err(NotShown::ContentGone));
    };
    let (of_message, ledger) = to_decide(tx, &delivery)?;
    let Ok((released, decision)) = of_message.hand_over_again(&ledger, document, now) else {
        return Ok(Err(NotShown::NotNow));
    };
    // The same bytes under other grants are a new release, so that withdrawals and disclosures name these grants.
    if grants_used(tx, id)? != decision.grants() {
        let with = (delivery.frozen_with, decision.grants());
        put_release(tx, id, with, ReleaseState::Done, now)?;
    }
    tx.audit(now, AuditAction::EntryRead, &by.actor(), delivery.detail())?;
    inbox::acknowledge(tx, id, taken, now)?;
    delivery = delivery::load(tx, id)?.ok_or_else(|| damaged("a delivery is missing"))?;
    let found = view(tx, &delivery, now)?.ok_or_else(|| damaged("a delivery is missing"))?;
    Ok(Ok(OpenedEntry {
        view: found,
        document: Some(released),
    }))
}

/// Records what the person did with a delivery.
pub(crate) fn enter(
    tx: &Tx<'_>,
    by: &By,
    id: DeliveryId,
    (said, knows): (ByHand, bool),
    now: Timestamp,
) -> Result<Result<(), NotEntered>, Fault> {
    let found = own(tx, by, id, now)?;
    let found = match &found {
        Some(delivery) => view(tx, delivery, now)?,
        None => None,
    };
    let Some(found) = found else {
        return Ok(Err(NotEntered::Unknown));
    };
    let is_with_person = matches!(found.state, State::WithPerson(_));
    let is_done = said.event() == Event::Delivered;
    if is_with_person && is_done && found.standing == Some(EntryStanding::NotToEnter) && !knows {
        return Ok(Err(NotEntered::Uncovered));
    }
    if !inbox::by_hand(tx, &found.to, id, (said, &by.actor()), now)? {
        return Ok(Err(match found.entered {
            Some(_) => NotEntered::Before,
            None => NotEntered::Over,
        }));
    }
    if is_with_person && is_done {
        let sql = "INSERT INTO entry (delivery, person, at) VALUES (?1, ?2, ?3)";
        tx.run(sql, params![id.key(), by.person.key(), micros(now)])?;
    }
    Ok(Ok(()))
}

/// Records the receiver's answer to a delivery that was entered.
pub(crate) fn answer(
    tx: &Tx<'_>,
    by: &By,
    id: DeliveryId,
    (answer, seen): (&ReceiverAnswer, Option<Timestamp>),
    now: Timestamp,
) -> Result<Result<(), NotEntered>, Fault> {
    let now = as_kept(now);
    let Some(delivery) = own(tx, by, id, now)? else {
        return Ok(Err(NotEntered::Unknown));
    };
    let Some(recorded) = recorded(tx, id)? else {
        return Ok(Err(NotEntered::Over));
    };
    let cause = answer.words().map(Cause::not_agreed);
    if recorded.answer.map(|earlier| earlier.at) != seen {
        // A second click has the same answer, with the same words.
        let is_same = recorded.answer.is_some_and(|earlier| {
            (earlier.said, earlier.on, earlier.person) == (answer.said(), answer.on(), by.person)
        }) && delivery.cause_text(tx)?.as_deref() == answer.words();
        return Ok(if is_same { Ok(()) } else { Err(NotEntered::Before) });
    }
    let sql = "UPDATE entry SET said = ?2, answered_on = ?3, answered_by = ?4, answered_at = ?5 WHERE delivery = ?1";
    let on = answer.on().to_string();
    tx.run(
        sql,
        params![id.key(), answer.said().code(), on, by.person.key(), micros(now)],
    )?;
    delivery.say(tx, cause.as_ref())?;
    let detail = delivery.detail().text("said", answer.said().code()).text("on", &on);
    tx.audit(now, AuditAction::EntryAnswered, &by.actor(), detail)?;
    Ok(Ok(()))
}
