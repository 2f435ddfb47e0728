//! A replay: deliveries of a message are sent once more, all of them or those that a preview named.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::consent::Ledger;
use bindeledd_core::delivery::replay::{Former, Member, Replay, new_members, of_state};
use bindeledd_core::delivery::{Cause, Event, State, Waiting};
use bindeledd_core::{
    CategorySet, DeliveryId, Message, MessageId, ParticipantRef, PartyId, PartyKind, Planned, PlannedState, Reached,
    Reason, Receivers, Target, route,
};
use bindeledd_engine::ports::{Candidate, MessageFilter, RETRY_AT_MOST, ReplayPreview, Replayed, Selection, Why};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::accept;
use crate::commands::consent;
use crate::commands::delivery::{self, Delivery, New, Step};
use crate::commands::participant;
use crate::commands::party;
use crate::commands::release_input;
use crate::commands::run::{self, Fate};
use crate::commands::waits::{self, Blocked};
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::Fault;
use crate::sealing::aead::SealedAt;
use crate::views::messages;

/// A message that can be replayed, with its content.
struct Held {
    message: Message,
    participant: ParticipantRef,
    conversation: [u8; 16],
}

/// Returns a message to replay. The outer `None` means that there is no such message, the inner one that its content is
/// no longer kept.
fn held(db: &Db<'_>, id: MessageId) -> Result<Option<Option<Held>>, Fault> {
    let sql = "SELECT participant, conversation FROM message WHERE id = ?1";
    let found = db.one(sql, [id.key()], |row| {
        Ok((row.id::<ParticipantRef>(0)?, row.get::<[u8; 16]>(1)?))
    })?;
    let Some((participant, conversation)) = found else {
        return Ok(None);
    };
    let message = match participant::key_unless_erased(db, participant)? {
        Some(key) => release_input::message(db, id, &key)?,
        None => None,
    };
    Ok(Some(message.map(|message| Held {
        message,
        participant,
        conversation,
    })))
}

/// Sends once more the deliveries of a message that wait, or that ended without being delivered. The hub decides anew
/// about each.
pub(crate) fn replay(tx: &Tx<'_>, id: MessageId, actor: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, Fault> {
    let Some(held) = held(tx, id)? else {
        return Ok(Vec::new());
    };
    let Some(held) = held else {
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
    let replay = MessageReplay::new(&held, now);
    let by = By { actor, why: None };
    let mut waiting = Vec::new();
    for mut delivery in deliveries {
        match delivery.party.clone() {
            Some(to) => waiting.extend(replay.one(tx, &by, &mut delivery, to)?),
            None => waiting.extend(replay.circle(tx, &by, &mut delivery, &mut there)?),
        }
    }
    Ok(waiting)
}

/// Sends once more those deliveries of a message that a preview named and that have not changed since. The result of each
/// is written into the run, and a delivery that the run has dealt with is left alone.
pub(crate) fn as_previewed(
    tx: &Tx<'_>,
    id: MessageId,
    previewed: &[Candidate],
    (actor, why): (&Actor, &Why),
    now: Timestamp,
) -> Result<Replayed, Fault> {
    let mut replayed = Replayed::default();
    let held = held(tx, id)?.flatten();
    let replay = held.as_ref().map(|held| MessageReplay::new(held, now));
    let by = By { actor, why: Some(why) };
    for candidate in previewed {
        if !run::may_go(tx, why.run, candidate)? {
            continue;
        }
        let mut fate = Fate::LeftOut;
        if let (Some(replay), Some(mut delivery)) = (&replay, unchanged(tx, candidate)?)
            && let Some(to) = delivery.party.clone()
            && let Some(goes) = replay.one(tx, &by, &mut delivery, to)?
        {
            replayed.goes.push(goes);
            fate = Fate::Goes(delivery.state.attempts());
        } else {
            replayed.left_out.push(candidate.clone());
        }
        run::dealt_with(tx, why.run, candidate, fate)?;
    }
    Ok(replayed)
}

/// Cancels a delivery that waits and has not changed since somebody saw it.
pub(crate) fn cancel_as_seen(
    tx: &Tx<'_>,
    seen: &Candidate,
    (actor, why): (&Actor, &Why),
    now: Timestamp,
) -> Result<bool, Fault> {
    let Some(mut delivery) = unchanged(tx, seen)? else {
        return Ok(false);
    };
    let (cause, by) = (Cause::cancelled_by_hand(), By { actor, why: Some(why) });
    let detail = by.told(delivery.detail());
    let step = Step::new(Event::Cancel, AuditAction::Cancelled, actor, now).because(&cause);
    delivery.step_telling(tx, &step, detail)
}

/// Returns a delivery as it is now, unless it has changed since somebody saw it.
fn unchanged(db: &Db<'_>, seen: &Candidate) -> Result<Option<Delivery>, Fault> {
    let delivery = delivery::load(db, seen.delivery)?;
    Ok(delivery.filter(|delivery| {
        delivery.about_message.as_ref().is_some_and(|of| of.id == seen.message)
            && delivery.changed_at == seen.changed_at
            && delivery.state.name() == seen.state
    }))
}

/// Number of messages that a preview reads at a time.
const PAGE: usize = 200;

/// Returns the effect that a replay of a selection would have now. A delivery to a circle that reached nobody is left
/// out, since its replay may add deliveries that no preview can name.
pub(crate) fn preview(db: &Db<'_>, selection: &Selection, now: Timestamp) -> Result<ReplayPreview, Fault> {
    let mut preview = ReplayPreview::default();
    match selection {
        Selection::Filters(filters) => {
            for filter in filters {
                of_filter(db, filter, &mut preview, now)?;
            }
        }
        Selection::Deliveries(chosen) => of_chosen(db, chosen, &mut preview, now)?,
    }
    Ok(preview)
}

fn of_filter(db: &Db<'_>, filter: &MessageFilter, preview: &mut ReplayPreview, now: Timestamp) -> Result<(), Fault> {
    let mut page = MessageFilter {
        limit: PAGE,
        ..filter.clone()
    };
    let is_selected = |delivery: &Delivery, code: Option<&str>| is_selected(filter, delivery, code);
    loop {
        let ids = messages::ids(db, &page)?;
        for id in &ids {
            of_message(db, *id, &is_selected, preview, now)?;
            if preview.is_more {
                return Ok(());
            }
        }
        match ids.last() {
            Some(last) if ids.len() == PAGE => page.before = Some(*last),
            Some(_) | None => return Ok(()),
        }
    }
}

fn of_chosen(db: &Db<'_>, chosen: &[DeliveryId], preview: &mut ReplayPreview, now: Timestamp) -> Result<(), Fault> {
    let mut messages = BTreeSet::new();
    for id in chosen.iter().take(RETRY_AT_MOST) {
        let of = delivery::load(db, *id)?.and_then(|delivery| delivery.about_message);
        messages.extend(of.map(|of| of.id));
    }
    preview.is_more = chosen.len() > RETRY_AT_MOST;
    let is_chosen = |delivery: &Delivery, _: Option<&str>| chosen.contains(&delivery.id);
    for message in messages.into_iter().rev() {
        of_message(db, message, &is_chosen, preview, now)?;
    }
    Ok(())
}

/// Adds the selected deliveries of a message to a preview.
fn of_message(
    db: &Db<'_>,
    id: MessageId,
    is_selected: &dyn Fn(&Delivery, Option<&str>) -> bool,
    preview: &mut ReplayPreview,
    now: Timestamp,
) -> Result<(), Fault> {
    let deliveries = db.all(delivery::BY_MESSAGE, [id.key()], |row| {
        Ok((delivery::read(row)?, row.get::<Option<String>>("cause_code")?))
    })?;
    let selected: Vec<_> = deliveries
        .into_iter()
        .filter(|(delivery, code)| is_selected(delivery, code.as_deref()))
        .collect();
    if selected.is_empty() {
        return Ok(());
    }
    let held = held(db, id)?.flatten();
    let replay = held.as_ref().map(|held| MessageReplay::new(held, now));
    for (delivery, code) in selected {
        let (Some(to), Some(of)) = (delivery.party.clone(), &delivery.about_message) else {
            continue;
        };
        if preview.len() >= RETRY_AT_MOST {
            preview.is_more = true;
            return Ok(());
        }
        let candidate = |code| Candidate {
            message: id,
            kind: of.kind,
            accepted_at: of.accepted_at,
            delivery: delivery.id,
            to: Target::Party(to.clone()),
            state: delivery.state.name(),
            code,
            changed_at: delivery.changed_at,
        };
        match (of_state(&delivery.state), &replay) {
            (Replay::Leave, _) => {}
            (Replay::AtOnce, Some(_)) => preview.goes.push(candidate(code)),
            (Replay::AtOnce | Replay::Decide, None) => preview.too_late.push(candidate(code)),
            (Replay::Decide, Some(replay)) => match replay.planned(db, &to)? {
                Some(PlannedState::Waiting { .. }) => preview.goes.push(candidate(code)),
                Some(PlannedState::Blocked(blocked)) => {
                    preview.blocked.push(candidate(Some(blocked.reason.code().to_owned())));
                }
                None => {}
            },
        }
    }
    Ok(())
}

/// Returns whether a filter selects this delivery of a message that it selects.
fn is_selected(filter: &MessageFilter, delivery: &Delivery, code: Option<&str>) -> bool {
    let of_party = filter.party.as_ref().is_none_or(|party| {
        let is_sender = delivery.about_message.as_ref().is_some_and(|of| of.sender == *party);
        is_sender || delivery.party.as_ref() == Some(party)
    });
    let in_state = filter
        .state
        .as_deref()
        .is_none_or(|state| state == delivery.state.name());
    let by_code = filter.code.as_deref().is_none_or(|wanted| code == Some(wanted));
    of_party && in_state && by_code
}

/// The actor of a replay, and the reason that it gave.
struct By<'a> {
    actor: &'a Actor,
    why: Option<&'a Why>,
}

impl By<'_> {
    /// Adds the reason and the run to the detail of an audit row.
    fn told(&self, detail: Detail) -> Detail {
        match self.why {
            Some(why) => detail.id("run", why.run).text("reason", &why.reason),
            None => detail,
        }
    }
}

struct MessageReplay<'a> {
    message: &'a Message,
    participant: ParticipantRef,
    conversation: [u8; 16],
    /// Facts for the new decisions. Loaded once, and only if a delivery is decided anew.
    facts: OnceCell<Facts>,
    now: Timestamp,
}

/// The facts that decide about the receivers of a message.
struct Facts {
    ledger: Ledger,
    kinds: BTreeMap<PartyId, Option<PartyKind>>,
    reached: Option<Reached>,
}

impl<'a> MessageReplay<'a> {
    fn new(held: &'a Held, now: Timestamp) -> Self {
        Self {
            message: &held.message,
            participant: held.participant,
            conversation: held.conversation,
            facts: OnceCell::new(),
            now,
        }
    }

    /// Returns the state that a replay plans for a receiver.
    fn planned(&self, db: &Db<'_>, to: &PartyId) -> Result<Option<PlannedState>, Fault> {
        let planned = self.plan(db, &Receivers::Parties(vec![to.clone()]))?;
        Ok(planned.into_iter().next().map(|planned| planned.state))
    }

    /// Replays a delivery to one party. Returns the delivery's id if it waits now.
    fn one(&self, tx: &Tx<'_>, by: &By<'_>, delivery: &mut Delivery, to: PartyId) -> Result<Option<DeliveryId>, Fault> {
        match of_state(&delivery.state) {
            Replay::Leave => Ok(None),
            Replay::AtOnce => {
                let event = Event::Replay { due: self.now };
                let detail = by.told(delivery.detail());
                let step = Step::new(event, AuditAction::Replayed, by.actor, self.now);
                delivery.step_telling(tx, &step, detail)?;
                Ok(Some(delivery.id))
            }
            Replay::Decide => match self.planned(tx, &to)? {
                Some(PlannedState::Waiting { decision, withheld }) => {
                    self.reopen(tx, by, delivery, Member { to, decision, withheld })
                }
                Some(PlannedState::Blocked(blocked)) => self.deny(tx, by, delivery, blocked.reason).map(|()| None),
                None => Ok(None),
            },
        }
    }

    /// Replays the delivery of an empty circle. Each current member of the circle gets a delivery; the first member
    /// gets this one.
    fn circle(
        &self,
        tx: &Tx<'_>,
        by: &By<'_>,
        delivery: &mut Delivery,
        there: &mut Vec<PartyId>,
    ) -> Result<Vec<DeliveryId>, Fault> {
        let mut waiting = Vec::new();
        for member in new_members(self.plan(tx, &Receivers::Circle)?, there) {
            there.push(member.to.clone());
            if delivery.party.is_none() {
                delivery.party = Some(member.to.clone());
                waiting.extend(self.reopen(tx, by, delivery, member)?);
            } else {
                waiting.push(self.add(tx, by, delivery, member)?);
            }
        }
        if waiting.is_empty() {
            tx.audit(
                self.now,
                AuditAction::ReplayDenied,
                by.actor,
                by.told(delivery.detail()),
            )?;
            self.tell(tx, delivery)?;
        }
        Ok(waiting)
    }

    fn facts(&self, db: &Db<'_>) -> Result<&Facts, Fault> {
        if let Some(facts) = self.facts.get() {
            return Ok(facts);
        }
        let ledger = consent::ledger(db, self.participant, Some(&self.message.from))?;
        let mut kinds = BTreeMap::new();
        for grant in &ledger.grants {
            let to = &grant.grant.to;
            kinds.insert(to.clone(), party::kind_of(db, to)?);
        }
        let corrects = accept::corrected(db, self.message, self.participant)?;
        let reached = accept::reached(db, self.message, corrects)?;
        Ok(self.facts.get_or_init(|| Facts { ledger, kinds, reached }))
    }

    fn plan(&self, db: &Db<'_>, receivers: &Receivers) -> Result<Vec<Planned>, Fault> {
        let Facts { ledger, kinds, reached } = self.facts(db)?;
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
    fn deny(&self, tx: &Tx<'_>, by: &By<'_>, delivery: &Delivery, reason: Reason) -> Result<(), Fault> {
        let detail = by.told(delivery.detail().text("code", reason.code()));
        tx.audit(self.now, AuditAction::ReplayDenied, by.actor, detail)?;
        let key = participant::key(tx, self.participant)?;
        let place = SealedAt("delivery.cause", delivery.id.0.as_bytes());
        let sealed = tx.vault.seal(&key, place, reason.text().as_bytes())?;
        let sql = "UPDATE delivery SET cause_code = ?2, cause_text = ?3, changed_at = ?4 WHERE id = ?1";
        let changed_at = micros(self.now);
        tx.run(sql, params![delivery.id.key(), reason.code(), sealed, changed_at])?;
        self.tell(tx, delivery)
    }

    /// Puts an ended delivery at the tail of its conversation.
    fn reopen(
        &self,
        tx: &Tx<'_>,
        by: &By<'_>,
        delivery: &mut Delivery,
        member: Member,
    ) -> Result<Option<DeliveryId>, Fault> {
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
        let detail = by.told(delivery.detail());
        let step = Step::new(replay, AuditAction::Replayed, by.actor, self.now);
        let moved = delivery.step_telling(tx, &step, detail)?;
        Ok(moved.then_some(delivery.id))
    }

    /// Adds a delivery for another member of a circle.
    fn add(&self, tx: &Tx<'_>, by: &By<'_>, first: &Delivery, member: Member) -> Result<DeliveryId, Fault> {
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
            sender: Some(&self.message.from),
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
        tx.audit(self.now, AuditAction::Replayed, by.actor, by.told(detail))?;
        Ok(id)
    }
}
