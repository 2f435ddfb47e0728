//! The queries of a selection of messages. Each walks one index, from the newest row on.

use bindeledd_core::delivery::State;
use bindeledd_core::{MessageId, PartyId};
use bindeledd_engine::ports::{COUNT_AT_MOST, MessageFilter};
use jiff::{SignedDuration, Timestamp};

use super::question::Question;
use crate::commands::alert::LIST_AT_MOST;
use crate::conn::codec::{Key, limit, micros, oldest_id_at};

/// Number of the state in which most deliveries end.
const DELIVERED: i64 = 4;

/// Index that a query reads, from the newest row on. It is the narrowest index that ends with the message's id.
#[derive(Clone, Copy, PartialEq)]
enum Walk {
    Participant,
    Code,
    Ended,
    Open,
    Sender,
    Receiver,
    Kind,
    All,
}

/// The rows that a query returns.
#[derive(Clone, Copy, PartialEq)]
enum Rows {
    Messages,
    Deliveries,
}

impl Walk {
    /// Returns the index of a walk over messages; `None` for a walk over deliveries.
    const fn over_messages(self) -> Option<&'static str> {
        match self {
            Self::Participant => Some("message m INDEXED BY message_participant"),
            Self::Sender => Some("message m INDEXED BY message_sender"),
            Self::Kind => Some("message m INDEXED BY message_kind"),
            Self::All => Some("message m"),
            Self::Code | Self::Ended | Self::Open | Self::Receiver => None,
        }
    }

    /// Returns the index of a walk over deliveries, with the condition that lets SQLite use the index.
    const fn over_deliveries(self) -> (&'static str, &'static str) {
        match self {
            Self::Code => ("delivery_code", ""),
            Self::Ended => ("delivery_ended", " AND d.state > 4"),
            Self::Open => ("delivery_deadline", " AND d.state < 4"),
            Self::Participant | Self::Sender | Self::Receiver | Self::Kind | Self::All => ("delivery_party", ""),
        }
    }

    /// Returns the column of the message's id in the index.
    const fn id(self) -> &'static str {
        match self.over_messages() {
            Some(_) => "m.id",
            None => "d.message",
        }
    }

    fn begin(self, rows: Rows) -> String {
        match (self.over_messages(), rows) {
            (Some(from), Rows::Messages) => format!("SELECT m.id FROM {from} WHERE m.id < ?1"),
            (Some(from), Rows::Deliveries) => {
                format!("SELECT d.id FROM {from} CROSS JOIN delivery d ON d.message = m.id WHERE m.id < ?1")
            }
            (None, rows) => {
                let (index, needs) = self.over_deliveries();
                let what = match rows {
                    Rows::Messages => "DISTINCT d.message",
                    Rows::Deliveries => "d.id",
                };
                format!(
                    "SELECT {what} FROM delivery d INDEXED BY {index} CROSS JOIN message m ON m.id = d.message
                    WHERE d.message < ?1{needs}"
                )
            }
        }
    }
}

/// Whether the receiver of a delivery may know of it, as `is_shown` of the gateway decides.
const SHOWN: &str = "(d.state IN (0, 1, 2, 3, 4, 5, 10) OR (d.state IN (7, 8, 9) AND d.attempts > 0))";

/// Returns the number of a state; `None` for an unknown name.
fn state_number(name: &str) -> Option<i64> {
    (0_i64..)
        .zip(State::NAMES)
        .find(|(_, state)| *state == name)
        .map(|(number, _)| number)
}

/// Returns the queries of a list. There are two if a party may be sender or receiver, and one for each message that
/// `named` holds.
pub(crate) fn questions(filter: &MessageFilter, named: Option<&[MessageId]>) -> Vec<Question> {
    let state = match filter.state.as_deref().map(state_number) {
        // The state is unknown, so that no delivery is in it.
        Some(None) => return Vec::new(),
        Some(state) => state,
        None => None,
    };
    each(filter, named, state, Rows::Messages)
        .into_iter()
        .map(|(walk, mut question)| {
            let last = question.place(limit(filter.limit.min(LIST_AT_MOST)));
            let order = walk.id();
            let direction = if filter.after.is_some() { "ASC" } else { "DESC" };
            question
                .sql
                .push_str(&format!(" ORDER BY {order} {direction} LIMIT {last}"));
            question
        })
        .collect()
}

/// Returns the queries that count the deliveries of a selection in one state, up to the bound and one more.
pub(crate) fn count_questions(filter: &MessageFilter, named: Option<&[MessageId]>, state: i64) -> Vec<Question> {
    let whole = MessageFilter {
        before: None,
        after: None,
        ..filter.clone()
    };
    each(&whole, named, Some(state), Rows::Deliveries)
        .into_iter()
        .map(|(_, mut question)| {
            let bound = i64::try_from(COUNT_AT_MOST + 1).unwrap_or(i64::MAX);
            let last = question.place(bound);
            question.sql = format!("SELECT count(*) AS n FROM ({} LIMIT {last}) AS found", question.sql);
            question
        })
        .collect()
}

fn each(filter: &MessageFilter, named: Option<&[MessageId]>, state: Option<i64>, rows: Rows) -> Vec<(Walk, Question)> {
    let walked: &[Walk] = match named {
        // One row is read by its id. A party's own list needs its two walks, which say what it may know of.
        Some(_) if !filter.only_shown => &[Walk::All],
        Some(_) | None => walks(filter, state),
    };
    let ids: Vec<Option<MessageId>> = match named {
        Some(ids) => ids.iter().copied().map(Some).collect(),
        None => vec![None],
    };
    let mut questions = Vec::with_capacity(ids.len() * walked.len());
    for id in ids {
        for walk in walked {
            questions.push((*walk, conditions(*walk, filter, id, state, rows)));
        }
    }
    questions
}

fn walks(filter: &MessageFilter, state: Option<i64>) -> &'static [Walk] {
    // Most messages are delivered, so that the index of that state would exclude few.
    let open = state.is_some_and(|s| s < DELIVERED);
    // The state of a delivery with a person has a number after the ends, and the same index finds it.
    let not_delivered = state.is_some_and(|s| s > DELIVERED);
    match (filter.participant, &filter.party, filter.kind) {
        _ if filter.only_shown => &[Walk::Sender, Walk::Receiver],
        (Some(_), _, _) => &[Walk::Participant],
        _ if filter.code.is_some() => &[Walk::Code],
        _ if not_delivered => &[Walk::Ended],
        _ if open => &[Walk::Open],
        (None, Some(_), _) => &[Walk::Sender, Walk::Receiver],
        (None, None, Some(_)) => &[Walk::Kind],
        (None, None, None) => &[Walk::All],
    }
}

fn conditions(
    walk: Walk,
    filter: &MessageFilter,
    named: Option<MessageId>,
    state: Option<i64>,
    rows: Rows,
) -> Question {
    let before = filter.before.map_or([0xff; 16], |id| id.key());
    let mut question = Question::new(walk.begin(rows), vec![Box::new(before)]);
    let id = walk.id();
    if let Some(named) = named {
        question.and(&format!("{id} = ?"), named.key());
    }
    if let Some(after) = filter.after {
        question.and(&format!("{id} > ?"), after.key());
    }
    // A message's id begins with the millisecond of its acceptance.
    if let Some(since) = filter.since {
        question.and(&format!("{id} >= ?"), oldest_id_at(since));
        question.and("m.accepted_at >= ?", micros(since));
    }
    if let Some(until) = filter.until {
        let after = until.checked_add(SignedDuration::from_millis(1));
        question.and(&format!("{id} < ?"), oldest_id_at(after.unwrap_or(Timestamp::MAX)));
        question.and("m.accepted_at < ?", micros(until));
    }
    if let Some(participant) = filter.participant {
        question.and("m.participant = ?", participant.key());
    }
    if let Some(kind) = filter.kind {
        question.and("m.kind = ?", kind.code());
    }
    let of_delivery = (state, filter.code.as_deref());
    of_deliveries(&mut question, (walk, filter.only_shown), of_delivery, rows);
    if let Some(party) = filter.party.as_ref().map(PartyId::as_str) {
        of_party(&mut question, walk, party, rows);
    }
    if filter.only_shown && walk == Walk::Receiver {
        question.and_always(SHOWN);
    }
    question
}

/// Adds the conditions on state and cause, which one delivery has to meet.
fn of_deliveries(
    question: &mut Question,
    (walk, only_shown): (Walk, bool),
    (state, code): (Option<i64>, Option<&str>),
    rows: Rows,
) {
    let by_delivery = rows == Rows::Deliveries || matches!(walk, Walk::Code | Walk::Ended | Walk::Open);
    // For the party itself, the state of another receiver's delivery tells nothing.
    let by_delivery = by_delivery || (only_shown && walk == Walk::Receiver);
    if by_delivery {
        if let Some(state) = state {
            question.and("d.state = ?", state);
        }
        if let Some(code) = code {
            question.and("d.cause_code = ?", code.to_owned());
        }
        return;
    }
    match (state, code) {
        (None, None) => {}
        (Some(state), None) => {
            question.and(
                "EXISTS (SELECT 1 FROM delivery s WHERE s.message = m.id AND s.state = ?)",
                state,
            );
        }
        (None, Some(code)) => {
            let has_cause = "EXISTS (SELECT 1 FROM delivery s WHERE s.message = m.id AND s.cause_code = ?)";
            question.and(has_cause, code.to_owned());
        }
        (Some(state), Some(code)) => {
            question.and(
                "EXISTS (SELECT 1 FROM delivery s WHERE s.message = m.id AND s.state = ?",
                state,
            );
            question.and("s.cause_code = ?)", code.to_owned());
        }
    }
}

fn of_party(question: &mut Question, walk: Walk, party: &str, rows: Rows) {
    let party = party.to_owned();
    match walk {
        Walk::Sender => question.and("m.sender = ?", party),
        Walk::Receiver => {
            question.and("d.party = ?", party.clone());
            if rows == Rows::Deliveries {
                // The walk over the sender's messages counts these.
                question.and("m.sender <> ?", party);
            }
        }
        Walk::Participant | Walk::Code | Walk::Ended | Walk::Open | Walk::Kind | Walk::All => {
            let condition = match rows {
                Rows::Deliveries => "(m.sender = ? OR d.party = ?)",
                Rows::Messages => {
                    "(m.sender = ? OR EXISTS (SELECT 1 FROM delivery p WHERE p.message = m.id AND p.party = ?))"
                }
            };
            question.and(condition, party);
        }
    }
}
