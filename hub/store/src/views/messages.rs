//! Messages as operators and their senders see them: states and reasons, never content.

use bindeledd_core::delivery::{Cause, State};
use bindeledd_core::{DeliveryId, MessageId, ParticipantRef, PartyId, Target};
use bindeledd_engine::ports::{DeliveryView, MessageFilter, MessageView};

use crate::commands::alert::LIST_AT_MOST;
use crate::commands::answer;
use crate::commands::participant;
use crate::conn::codec::{self, Key, limit};
use crate::conn::{Bind, Db, Value};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::{SealKey, SealedAt};

/// Returns one message.
pub(crate) fn message(db: &Db<'_>, id: MessageId) -> Result<Option<MessageView>, Fault> {
    let sql = "SELECT sender, kind, participant, accepted_at, flags FROM message WHERE id = ?1";
    db.one(sql, [id.key()], |row| {
        let participant: ParticipantRef = row.id("participant")?;
        Ok(MessageView {
            id,
            kind: row.kind("kind")?,
            from: row.party("sender")?,
            participant,
            accepted_at: row.time("accepted_at")?,
            flags: answer::read_flags(row.get::<Option<&str>>("flags")?)?,
            deliveries: deliveries(db, id, participant)?,
        })
    })
}

fn deliveries(db: &Db<'_>, message: MessageId, participant: ParticipantRef) -> Result<Vec<DeliveryView>, Fault> {
    let own = participant::key_unless_erased(db, participant)?;
    let key = own.as_ref().unwrap_or_else(|| db.vault.hub());
    let sql = "SELECT id, party, state, attempts, due, deadline, withheld, cause_code, cause_text, changed_at
        FROM delivery WHERE message = ?1 ORDER BY id";
    db.all(sql, [message.key()], |row| {
        let id: DeliveryId = row.id("id")?;
        let code: Option<String> = row.get("cause_code")?;
        let text = row.get::<Option<&[u8]>>("cause_text")?;
        Ok(DeliveryView {
            id,
            to: row.party_or_none("party")?.map_or(Target::Circle, Target::Party),
            state: codec::state(
                row.get("state")?,
                row.get("attempts")?,
                row.time("due")?,
                row.time_or_none("deadline")?,
            )?,
            withheld: row.categories("withheld")?,
            cause: cause(db, id, key, code, text)?,
            changed_at: row.time("changed_at")?,
        })
    })
}

fn cause(
    db: &Db<'_>,
    delivery: DeliveryId,
    key: &SealKey,
    code: Option<String>,
    text: Option<&[u8]>,
) -> Result<Option<Cause>, Fault> {
    let (Some(code), Some(text)) = (code, text) else {
        return Ok(None);
    };
    let plain = db
        .vault
        .open(key, SealedAt("delivery.cause", delivery.0.as_bytes()), text)?;
    let text = String::from_utf8(plain).map_err(|_| damaged("a cause can not be read"))?;
    Ok(Some(Cause { code, text }))
}

/// Returns messages, newest first.
pub(crate) fn messages(db: &Db<'_>, filter: &MessageFilter) -> Result<Vec<MessageView>, Fault> {
    let mut ids: Vec<MessageId> = Vec::new();
    for question in questions(filter) {
        let values: Vec<Value<'_>> = question.values.iter().map(|value| value.value()).collect();
        ids.extend(db.all(&question.sql, values.as_slice(), |row| row.id::<MessageId>(0))?);
    }
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.dedup();
    ids.truncate(filter.limit.min(LIST_AT_MOST));
    let views = ids.into_iter().map(|id| message(db, id));
    Ok(views.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// Number of the state in which most deliveries end.
const DELIVERED: i64 = 4;

pub(crate) struct Question {
    pub(crate) sql: String,
    values: Vec<Box<dyn Bind>>,
}

impl Question {
    /// Adds a condition on one value. `?` in the condition stands for the value.
    fn and(&mut self, condition: &str, value: impl Bind + 'static) {
        self.values.push(Box::new(value));
        let place = format!("?{}", self.values.len());
        self.sql.push_str(" AND ");
        self.sql.push_str(&condition.replace('?', &place));
    }
}

/// Index that a list reads, from the newest row on. It is the narrowest index that ends with the message's id.
#[derive(Clone, Copy, PartialEq)]
enum Walk {
    Participant,
    Ended,
    Open,
    Sender,
    Receiver,
    Kind,
    All,
}

impl Walk {
    const fn begin(self) -> &'static str {
        match self {
            Self::Participant => "SELECT m.id FROM message m INDEXED BY message_participant WHERE m.id < ?1",
            Self::Ended => {
                "SELECT DISTINCT d.message FROM delivery d INDEXED BY delivery_ended CROSS JOIN message m ON m.id = d.message
                WHERE d.message < ?1 AND d.state > 4"
            }
            Self::Open => {
                "SELECT DISTINCT d.message FROM delivery d INDEXED BY delivery_deadline CROSS JOIN message m ON m.id = d.message
                WHERE d.message < ?1 AND d.state < 4"
            }
            Self::Sender => "SELECT m.id FROM message m INDEXED BY message_sender WHERE m.id < ?1",
            Self::Receiver => {
                "SELECT DISTINCT d.message FROM delivery d INDEXED BY delivery_party CROSS JOIN message m ON m.id = d.message
                WHERE d.message < ?1"
            }
            Self::Kind => "SELECT m.id FROM message m INDEXED BY message_kind WHERE m.id < ?1",
            Self::All => "SELECT m.id FROM message m WHERE m.id < ?1",
        }
    }
}

/// Returns the queries of a list. There are two if a party may be sender or receiver.
pub(crate) fn questions(filter: &MessageFilter) -> Vec<Question> {
    let state = match &filter.state {
        Some(name) => match (0_i64..).zip(State::NAMES).find(|(_, state)| state == name) {
            Some((number, _)) => Some(number),
            // The state is unknown, so that no delivery is in it.
            None => return Vec::new(),
        },
        None => None,
    };
    // Most messages are delivered, so that the index of that state would exclude few.
    let open = state.is_some_and(|s| s < DELIVERED);
    // The state of a delivery with a person has a number after the ends, and the same index finds it.
    let not_delivered = state.is_some_and(|s| s > DELIVERED);
    let walks: &[Walk] = match (filter.participant, &filter.party, filter.kind) {
        (Some(_), _, _) => &[Walk::Participant],
        _ if not_delivered => &[Walk::Ended],
        _ if open => &[Walk::Open],
        (None, Some(_), _) => &[Walk::Sender, Walk::Receiver],
        (None, None, Some(_)) => &[Walk::Kind],
        (None, None, None) => &[Walk::All],
    };
    walks.iter().map(|walk| ask(*walk, filter, state)).collect()
}

fn ask(walk: Walk, filter: &MessageFilter, state: Option<i64>) -> Question {
    let before = filter.before.map_or([0xff; 16], |id| id.key());
    let mut question = Question {
        sql: walk.begin().to_owned(),
        values: vec![Box::new(before)],
    };
    if let Some(participant) = filter.participant {
        question.and("m.participant = ?", participant.key());
    }
    if let Some(kind) = filter.kind {
        question.and("m.kind = ?", kind.code());
    }
    if let Some(state) = state {
        match walk {
            Walk::Ended | Walk::Open => question.and("d.state = ?", state),
            Walk::Participant | Walk::Sender | Walk::Receiver | Walk::Kind | Walk::All => {
                let in_state = "EXISTS (SELECT 1 FROM delivery s WHERE s.message = m.id AND s.state = ?)";
                question.and(in_state, state);
            }
        }
    }
    if let Some(party) = filter.party.as_ref().map(PartyId::as_str) {
        let condition = match walk {
            Walk::Sender => "m.sender = ?",
            Walk::Receiver => "d.party = ?",
            Walk::Participant | Walk::Ended | Walk::Open | Walk::Kind | Walk::All => {
                "(m.sender = ? OR EXISTS (SELECT 1 FROM delivery p WHERE p.message = m.id AND p.party = ?))"
            }
        };
        question.and(condition, party.to_owned());
    }
    question.values.push(Box::new(limit(filter.limit.min(LIST_AT_MOST))));
    let order = match walk {
        Walk::Ended | Walk::Open | Walk::Receiver => "d.message",
        Walk::Participant | Walk::Sender | Walk::Kind | Walk::All => "m.id",
    };
    let last = question.values.len();
    question.sql.push_str(&format!(" ORDER BY {order} DESC LIMIT ?{last}"));
    question
}

/// Returns the number of deliveries in each state.
pub(crate) fn counts(db: &Db<'_>) -> Result<Vec<(String, u64)>, Fault> {
    db.all("SELECT state, n FROM tally ORDER BY state", [], |row| {
        let state: usize = usize::try_from(row.get::<i64>(0)?).unwrap_or(usize::MAX);
        let name = State::NAMES
            .get(state)
            .ok_or_else(|| damaged("an unknown state is counted"))?;
        let n = u64::try_from(row.get::<i64>(1)?).map_err(|_| damaged("fewer than no deliveries are counted"))?;
        Ok(((*name).to_owned(), n))
    })
}
