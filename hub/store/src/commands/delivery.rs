//! A delivery's row, and the only code that changes its state. `core::delivery::step` returns the changes, and one
//! transaction writes them with the audit row.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::delivery::flow::Flow;
use bindeledd_core::delivery::release::MessageDelivery;
use bindeledd_core::delivery::step::{Moved, ReleaseChange, Standing};
use bindeledd_core::delivery::{Cause, Event, State};
use bindeledd_core::{CategorySet, DeliveryId, Kind, MessageId, ParticipantRef, PartyId, Purpose, Target};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::flow::Counted;
use crate::commands::{alert_life, participant};
use crate::conn::codec::{self, Key, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::{SealKey, SealedAt};

/// A delivery with the columns of its message, for commands.
pub(crate) struct Delivery {
    pub(crate) id: DeliveryId,
    /// Message of the delivery; `None` for a control notice.
    pub(crate) about_message: Option<OfMessage>,
    /// Message that a control notice is about.
    pub(crate) about: Option<MessageId>,
    /// Receiver; `None` for a circle.
    pub(crate) party: Option<PartyId>,
    pub(crate) participant: Option<ParticipantRef>,
    pub(crate) conversation: Option<[u8; 16]>,
    pub(crate) is_head: bool,
    pub(crate) state: State,
    pub(crate) expires_at: Timestamp,
    pub(crate) permitted: CategorySet,
    pub(crate) frozen_with: CategorySet,
    /// Time of the last change of its state.
    pub(crate) changed_at: Timestamp,
    /// Whether the delivery's participant was erased while its bytes were on the wire. It then settles, and is never
    /// sent again.
    pub(crate) is_erased: bool,
}

/// Columns of a delivery's message.
pub(crate) struct OfMessage {
    pub(crate) id: MessageId,
    pub(crate) sender: PartyId,
    pub(crate) kind: Kind,
    pub(crate) purpose: Purpose,
    pub(crate) needs: CategorySet,
    pub(crate) accepted_at: Timestamp,
}

macro_rules! select {
    ($from_and_where:literal) => {
        concat!(
            "SELECT d.id, d.message, d.about, d.party, d.participant, d.conversation, d.is_head, d.state, d.attempts,
                d.due, d.deadline, d.expires_at, d.permitted, d.frozen_with, m.sender, m.purpose, m.needs, m.accepted_at,
                d.erased, m.kind, d.changed_at, d.cause_code ",
            $from_and_where
        )
    };
}
pub(crate) const BY_ID: &str = select!("FROM delivery d LEFT JOIN message m ON m.id = d.message WHERE d.id = ?1");
pub(crate) const BY_MESSAGE: &str =
    select!("FROM delivery d LEFT JOIN message m ON m.id = d.message WHERE d.message = ?1 ORDER BY d.id");
/// A participant's message deliveries that are open or delivered.
pub(crate) const BY_PARTICIPANT: &str = select!(
    "FROM message m CROSS JOIN delivery d ON d.message = m.id
    WHERE m.participant = ?1 AND (d.state <= 4 OR d.state = 10) ORDER BY d.id"
);
/// Deliveries in one state, past their deadline.
pub(crate) const BY_DEADLINE: &str = select!(
    "FROM delivery d LEFT JOIN message m ON m.id = d.message
    WHERE d.state = ?1 AND d.state < 4 AND d.deadline <= ?2 ORDER BY d.deadline LIMIT ?3"
);
/// Deliveries with a person, past their deadline.
pub(crate) const WITH_PERSON_PAST: &str = select!(
    "FROM delivery d LEFT JOIN message m ON m.id = d.message
    WHERE d.state = 10 AND d.deadline <= ?1 ORDER BY d.deadline LIMIT ?2"
);
/// Deliveries that a person took before a time, the oldest first.
pub(crate) const WITH_PERSON_SINCE: &str = select!(
    "FROM delivery d LEFT JOIN message m ON m.id = d.message
    WHERE d.state = 10 AND d.changed_at <= ?1 ORDER BY d.changed_at LIMIT ?2"
);
/// Deliveries in one open state.
pub(crate) const BY_STATE: &str =
    select!("FROM delivery d LEFT JOIN message m ON m.id = d.message WHERE d.state = ?1 AND d.state < 4");

pub(crate) fn read(row: &Row<'_>) -> Result<Delivery, Fault> {
    let message: Option<MessageId> = row.id_or_none(1)?;
    let about_message = match message {
        Some(id) => Some(OfMessage {
            id,
            sender: row.party(14)?,
            kind: row.coded(19, Kind::parse)?,
            purpose: row.coded(15, Purpose::parse)?,
            needs: row.categories(16)?,
            accepted_at: row.time(17)?,
        }),
        None => None,
    };
    Ok(Delivery {
        id: row.id(0)?,
        about_message,
        about: row.id_or_none(2)?,
        party: row.party_or_none(3)?,
        participant: row.id_or_none(4)?,
        conversation: row.get(5)?,
        is_head: row.get(6)?,
        state: codec::state(row.get(7)?, row.get(8)?, row.time(9)?, row.time_or_none(10)?)?,
        expires_at: row.time(11)?,
        permitted: row.categories(12)?,
        frozen_with: row.categories(13)?,
        changed_at: row.time(20)?,
        is_erased: row.get(18)?,
    })
}

pub(crate) fn load(db: &Db<'_>, id: DeliveryId) -> Result<Option<Delivery>, Fault> {
    db.one(BY_ID, [id.key()], read)
}

/// A step, with its facts for the audit log.
pub(crate) struct Step<'a> {
    pub(crate) event: Event,
    pub(crate) cause: Option<&'a Cause>,
    pub(crate) action: AuditAction,
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
}

impl<'a> Step<'a> {
    pub(crate) fn new(event: Event, action: AuditAction, actor: &'a Actor, now: Timestamp) -> Self {
        Self {
            event,
            cause: None,
            action,
            actor,
            now,
        }
    }

    pub(crate) fn because(self, cause: &'a Cause) -> Self {
        Self {
            cause: Some(cause),
            ..self
        }
    }
}

impl Delivery {
    /// Returns the receiver.
    pub(crate) fn target(&self) -> Target {
        self.party.clone().map_or(Target::Circle, Target::Party)
    }

    /// Returns the delivery of a message, for a decision; `None` for a control notice and for an empty circle.
    pub(crate) fn of_message(&self) -> Option<MessageDelivery<'_>> {
        let of = self.about_message.as_ref()?;
        Some(MessageDelivery {
            delivery: self.id,
            sender: &of.sender,
            to: self.party.as_ref()?,
            purpose: of.purpose,
            needs: of.needs,
            frozen_with: self.frozen_with,
        })
    }

    /// Returns the key that seals this delivery's content.
    pub(crate) fn key(&self, db: &Db<'_>) -> Result<Option<SealKey>, Fault> {
        self.participant.map(|p| participant::key(db, p)).transpose()
    }

    /// Returns the detail of an audit row about the delivery.
    pub(crate) fn detail(&self) -> Detail {
        let message = self.about_message.as_ref().map(|m| m.id).or(self.about);
        Detail::new()
            .id("delivery", self.id)
            .id_or_none("message", message)
            .id("to", self.target())
            .id_or_none("participant", self.participant)
    }

    /// Applies an event to the delivery, and writes the audit row. `false`, without a change, if the delivery's state
    /// does not allow the event.
    pub(crate) fn step(&mut self, tx: &Tx<'_>, step: &Step<'_>) -> Result<bool, Fault> {
        let detail = self.detail();
        self.step_telling(tx, step, detail)
    }

    /// Applies an event as [`Delivery::step`] does, with this detail in the audit row.
    pub(crate) fn step_telling(&mut self, tx: &Tx<'_>, step: &Step<'_>, detail: Detail) -> Result<bool, Fault> {
        let standing = Standing {
            state: &self.state,
            is_head: self.is_head,
            expires_at: self.expires_at,
            is_erased: self.is_erased,
        };
        let Ok(moved) = standing.step(&step.event, step.now) else {
            return Ok(false);
        };
        let erased = moved.ends_erased.then(Cause::erased);
        let (cause, action) = match &erased {
            Some(erased) => (Some(erased), AuditAction::EndedErased),
            None => (step.cause, step.action),
        };
        let from = codec::state_number(&self.state);
        self.write(tx, &moved, cause, step.now)?;
        tx.count(Some(from), codec::state_number(&moved.state));
        if let Some(party) = &self.party {
            tx.touch(party);
            let of = self.about_message.as_ref();
            let took = of.map(|of| step.now.duration_since(of.accepted_at));
            let flow = Flow::of_step(&self.state, &moved.state, took);
            count(tx, (of.map(|of| &of.sender), party), flow, step.now);
        }
        if let (true, Some(party)) = (moved.shows_its_receiver, &self.party) {
            tx.answered(party, step.now);
        }
        if let (true, Some(of), Some(participant)) = (moved.is_said, &self.about_message, self.participant) {
            participant::remember(tx, participant, of.kind, step.now)?;
        }
        if let State::Ended(ended) = &moved.state {
            alert_life::ended(tx, self.id, ended.how, step.now)?;
        }
        if moved.promotes_next {
            self.promote_next(tx)?;
        }
        self.move_release(tx, moved.release)?;
        let mut detail = detail.number("attempts", moved.state.attempts());
        if let Some(cause) = cause {
            detail = detail.text("code", &cause.code);
        }
        tx.audit(step.now, action, step.actor, detail)?;
        (self.state, self.is_head, self.changed_at) = (moved.state, moved.is_head, step.now);
        Ok(true)
    }

    fn write(&self, tx: &Tx<'_>, moved: &Moved, cause: Option<&Cause>, now: Timestamp) -> Result<(), Fault> {
        let cause = match cause {
            Some(cause) => Some((cause.code.as_str(), self.seal_cause(tx, cause)?)),
            None => None,
        };
        let (code, text) = cause.unzip();
        let sql =
            "UPDATE delivery SET state = ?2, attempts = ?3, due = ?4, deadline = ?5, is_head = ?6, cause_code = ?7,
            cause_text = ?8, changed_at = ?9, expires_at = ?10 WHERE id = ?1";
        tx.run(
            sql,
            params![
                self.id.key(),
                codec::state_number(&moved.state),
                moved.state.attempts(),
                micros(moved.due),
                moved.deadline.map(micros),
                moved.is_head,
                code,
                text,
                micros(now),
                micros(self.expires_at)
            ],
        )?;
        Ok(())
    }

    /// Writes the receiver's own words about a delivery that keeps its state, or removes them.
    pub(crate) fn say(&self, tx: &Tx<'_>, cause: Option<&Cause>) -> Result<(), Fault> {
        let text = cause.map(|cause| self.seal_cause(tx, cause)).transpose()?;
        let code = cause.map(|cause| cause.code.as_str());
        let sql = "UPDATE delivery SET cause_code = ?2, cause_text = ?3 WHERE id = ?1";
        tx.run(sql, params![self.id.key(), code, text])?;
        Ok(())
    }

    /// Returns the text of the cause of a delivery.
    pub(crate) fn cause_text(&self, db: &Db<'_>) -> Result<Option<String>, Fault> {
        let sql = "SELECT cause_text FROM delivery WHERE id = ?1";
        let sealed = db.one(sql, [self.id.key()], |row| row.get::<Option<Vec<u8>>>(0))?;
        let Some(sealed) = sealed.flatten() else {
            return Ok(None);
        };
        let place = SealedAt("delivery.cause", self.id.0.as_bytes());
        let plain = match self.key(db)? {
            Some(key) => db.vault.open(&key, place, &sealed)?,
            None => db.vault.open(db.vault.hub(), place, &sealed)?,
        };
        let text = String::from_utf8(plain).map_err(|_| damaged("a cause can not be read"))?;
        Ok(Some(text))
    }

    fn seal_cause(&self, db: &Db<'_>, cause: &Cause) -> Result<Vec<u8>, Fault> {
        let place = SealedAt("delivery.cause", self.id.0.as_bytes());
        match self.key(db)? {
            Some(key) => db.vault.seal(&key, place, cause.text.as_bytes()),
            None => db.vault.seal(db.vault.hub(), place, cause.text.as_bytes()),
        }
    }

    /// Makes the next delivery to the same receiver in the conversation the head.
    fn promote_next(&self, tx: &Tx<'_>) -> Result<(), Fault> {
        if let (Some(party), Some(conversation)) = (&self.party, self.conversation) {
            let next: Option<DeliveryId> = tx.one(NEXT, params![party.as_str(), conversation], |row| row.id(0))?;
            if let Some(next) = next {
                tx.run("UPDATE delivery SET is_head = 1 WHERE id = ?1", [next.key()])?;
            }
        }
        Ok(())
    }

    /// Changes the current release. The update names the whole key: with a part of the key, SQLite would build a table
    /// in memory each time.
    fn move_release(&self, tx: &Tx<'_>, change: ReleaseChange) -> Result<(), Fault> {
        let state = match change {
            ReleaseChange::None => return Ok(()),
            ReleaseChange::Sending => 1,
            ReleaseChange::Done => 2,
            ReleaseChange::Void => 3,
        };
        let under_way = tx.one(RELEASE_UNDER_WAY, [self.id.key()], |row| row.get::<[u8; 16]>(0))?;
        if let Some(id) = under_way {
            let sql = "UPDATE release SET state = ?3 WHERE delivery = ?1 AND id = ?2";
            tx.run(sql, params![self.id.key(), id, state])?;
        }
        Ok(())
    }
}

/// Adds figures of the flow from one party to another.
fn count(tx: &Tx<'_>, (sender, receiver): (Option<&PartyId>, &PartyId), flow: Flow, at: Timestamp) {
    if !flow.is_empty() {
        tx.flow(Counted {
            at,
            sender: sender.cloned(),
            receiver: receiver.clone(),
            flow,
        });
    }
}

const RELEASE_UNDER_WAY: &str = "SELECT id FROM release WHERE delivery = ?1 AND state < 2 ORDER BY id DESC LIMIT 1";

pub(crate) const NEXT: &str =
    "SELECT id FROM delivery WHERE party = ?1 AND conversation = ?2 AND state < 3 ORDER BY place LIMIT 1";

/// Last place of a conversation among the deliveries that have not been handed over. A new delivery gets the next
/// place.
pub(crate) const LAST_PLACE: &str = "SELECT place FROM delivery WHERE party = ?1 AND conversation = ?2 AND state < 3
    ORDER BY place DESC LIMIT 1";

/// Returns the place at the tail of a conversation, and whether that place is also the head.
pub(crate) fn tail(db: &Db<'_>, party: &PartyId, conversation: [u8; 16]) -> Result<(i64, bool), Fault> {
    let last = db.one(LAST_PLACE, params![party.as_str(), conversation], |row| {
        row.get::<i64>(0)
    })?;
    Ok((last.unwrap_or(0) + 1, last.is_none()))
}

/// The row of a new delivery.
pub(crate) struct New<'a> {
    pub(crate) id: DeliveryId,
    pub(crate) message: Option<MessageId>,
    pub(crate) about: Option<MessageId>,
    /// Sender of the message; `None` for a control notice.
    pub(crate) sender: Option<&'a PartyId>,
    pub(crate) to: &'a Target,
    pub(crate) participant: Option<ParticipantRef>,
    pub(crate) conversation: Option<[u8; 16]>,
    pub(crate) state: &'a State,
    pub(crate) expires_at: Timestamp,
    pub(crate) permitted: CategorySet,
    pub(crate) withheld: CategorySet,
    pub(crate) cause: Option<(&'a str, Vec<u8>)>,
}

/// Inserts a delivery at the tail of its conversation.
pub(crate) fn insert(tx: &Tx<'_>, new: New<'_>, now: Timestamp) -> Result<(), Fault> {
    let party = match new.to {
        Target::Party(party) => Some(party),
        Target::Circle => None,
    };
    let waits = matches!(new.state, State::Waiting(_));
    let (place, is_head) = match (party, new.conversation) {
        (Some(party), Some(conversation)) if waits => tail(tx, party, conversation)?,
        _ => (0, waits),
    };
    let sql =
        "INSERT INTO delivery (id, message, about, party, participant, conversation, place, is_head, state, attempts,
            due, deadline, expires_at, permitted, withheld, frozen_with, late, cause_code, cause_text, changed_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11, ?12, ?13, ?14, 0, 0, ?15, ?16, ?10)";
    let number = codec::state_number(new.state);
    let (code, text) = new.cause.unzip();
    tx.run(
        sql,
        params![
            new.id.key(),
            new.message.map(|m| m.key()),
            new.about.map(|m| m.key()),
            party.map(PartyId::as_str),
            new.participant.map(|p| p.key()),
            new.conversation,
            place,
            is_head,
            number,
            micros(now),
            waits.then(|| micros(new.expires_at)),
            micros(new.expires_at),
            new.permitted.bits(),
            new.withheld.bits(),
            code,
            text
        ],
    )?;
    tx.count(None, number);
    if let Some(party) = party {
        tx.touch(party);
        count(tx, (new.sender, party), Flow::of_new(new.state), now);
    }
    Ok(())
}
