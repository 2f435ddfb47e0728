//! The queries of a selection of audit rows. Each walks one index, from the newest row on.

use bindeledd_core::audit::{Actor, ActorFilter, AuditAction};
use bindeledd_engine::ports::{AuditFilter, AuditRow};
use jiff::{SignedDuration, Timestamp};

use super::question::Question;
use crate::audit;
use crate::conn::codec::{limit, micros};
use crate::conn::{Conn, params};
use crate::fault::Fault;

/// Greatest number of rows of a list.
const LIST_AT_MOST: usize = 1000;
/// The condition of every index but that of persons: it leaves out the actions that nearly every message has.
const RARE: &str = "action NOT IN ('accepted', 'reserved', 'sending', 'delivered')";
/// Rows that are written at the same time may differ by so much from the order of their times.
const DISORDER: SignedDuration = SignedDuration::from_mins(1);

/// Index that a query reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Walk {
    Participant,
    Party,
    Receiver,
    Actor,
    Persons,
    Action,
    Log,
}

impl Walk {
    /// Returns the index, and the conditions that let SQLite use it. The texts are those of the index.
    const fn begin(self) -> (&'static str, &'static str) {
        match self {
            Self::Participant => ("INDEXED BY audit_participant", NAMES_PARTICIPANT),
            Self::Party => ("INDEXED BY audit_party", "instr(detail, '\"party\":\"') > 0"),
            Self::Receiver => ("INDEXED BY audit_to", "instr(detail, '\"to\":\"') > 0"),
            Self::Actor => ("INDEXED BY audit_actor", "actor <> 'hub'"),
            Self::Persons => ("INDEXED BY audit_person", "substr(actor, 1, 7) = 'person:'"),
            Self::Action => ("INDEXED BY audit_action", RARE),
            Self::Log => ("", "seq > 0"),
        }
    }
}

const NAMES_PARTICIPANT: &str = "instr(detail, '\"participant\":\"') > 0";
const PARTICIPANT: &str = "substr(detail, instr(detail, '\"participant\":\"') + 15, 36) = ?";
const PARTY: &str = "substr(detail, instr(detail, '\"party\":\"') + 9, \
    instr(substr(detail, instr(detail, '\"party\":\"') + 9), '\"') - 1) = ?";
const RECEIVER: &str = "substr(detail, instr(detail, '\"to\":\"') + 6, \
    instr(substr(detail, instr(detail, '\"to\":\"') + 6), '\"') - 1) = ?";

/// Returns the indexes that find the rows of a filter: the one that finds fewest, or three for a party.
fn walks(filter: &AuditFilter) -> &'static [Walk] {
    let is_rare = |action: AuditAction| !action.is_of_every_message();
    match (&filter.party, &filter.actor) {
        _ if filter.action.is_some_and(AuditAction::is_of_every_message) => &[Walk::Log],
        _ if filter.participant.is_some() => &[Walk::Participant],
        _ if filter.action.is_some_and(is_rare) => &[Walk::Action],
        (Some(_), _) => &[Walk::Actor, Walk::Party, Walk::Receiver],
        (
            None,
            Some(ActorFilter::One(
                Actor::Party(_) | Actor::Person(_) | Actor::Participant(_) | Actor::SignedParticipant | Actor::Operator,
            )),
        ) => &[Walk::Actor],
        (None, Some(ActorFilter::Persons)) => &[Walk::Persons],
        (None, None | Some(ActorFilter::Parties | ActorFilter::One(Actor::Hub))) => &[Walk::Log],
    }
}

/// Returns the queries of a selection of rows with numbers in `within`.
pub(crate) fn questions(filter: &AuditFilter, within: std::ops::Range<i64>) -> Vec<Question> {
    walks(filter)
        .iter()
        .map(|walk| question(*walk, filter, &within))
        .collect()
}

fn question(walk: Walk, filter: &AuditFilter, within: &std::ops::Range<i64>) -> Question {
    let (index, needs) = walk.begin();
    let mut question = Question::new(
        format!("SELECT seq, at, action, actor, detail, hash FROM audit {index} WHERE {needs}"),
        Vec::new(),
    );
    let is_narrowed = filter.actor.is_some() || filter.party.is_some() || filter.participant.is_some();
    let is_rare = match walk {
        Walk::Participant | Walk::Party | Walk::Receiver | Walk::Actor => true,
        Walk::Log => is_narrowed && filter.action.is_none(),
        // Persons have none of these actions.
        Walk::Persons | Walk::Action => false,
    };
    if is_rare {
        question.and_always(RARE);
    }
    question.and("seq >= ?", within.start);
    question.and("seq < ?", within.end);
    if let Some(participant) = filter.participant {
        if walk != Walk::Participant {
            question.and_always(NAMES_PARTICIPANT);
        }
        question.and(PARTICIPANT, participant.to_string());
    }
    if let Some(party) = &filter.party {
        match walk {
            Walk::Party => question.and(PARTY, party.as_str().to_owned()),
            Walk::Receiver => question.and(RECEIVER, party.as_str().to_owned()),
            Walk::Actor => question.and("actor = ?", Actor::Party(party.clone()).to_string()),
            // One participant or a rare action has few rows, so that each is read.
            Walk::Participant | Walk::Persons | Walk::Action | Walk::Log => {
                let named =
                    [PARTY, RECEIVER].map(|named| named.replace('?', &question.place(party.as_str().to_owned())));
                let acted = question.place(Actor::Party(party.clone()).to_string());
                question.and_always(&format!(
                    "(actor = {acted} OR (instr(detail, '\"party\":\"') > 0 AND {}) OR (instr(detail, '\"to\":\"') > 0 AND {}))",
                    named[0], named[1]
                ));
            }
        }
    }
    match &filter.actor {
        None => {}
        Some(ActorFilter::Persons) => question.and_always("substr(actor, 1, 7) = 'person:'"),
        Some(ActorFilter::Parties) => question.and_always("substr(actor, 1, 6) = 'party:'"),
        Some(ActorFilter::One(actor)) => question.and("actor = ?", actor.to_string()),
    }
    if let Some(action) = filter.action {
        question.and("action = ?", action.as_str().to_owned());
    }
    if let Some(since) = filter.since {
        question.and("at >= ?", micros(since));
    }
    if let Some(until) = filter.until {
        question.and("at < ?", micros(until));
    }
    let at_most = question.place(limit(filter.limit.min(LIST_AT_MOST)));
    question.sql.push_str(&format!(" ORDER BY seq DESC LIMIT {at_most}"));
    question
}

/// Returns the rows of a selection, newest first.
pub(crate) fn selected(conn: &Conn, filter: &AuditFilter) -> Result<Vec<AuditRow>, Fault> {
    let size = i64::try_from(audit::size(conn)?).unwrap_or(i64::MAX);
    let before = filter
        .before
        .map_or(i64::MAX, |seq| i64::try_from(seq).unwrap_or(i64::MAX));
    let first = match filter.since.map(|since| since.checked_sub(DISORDER)) {
        Some(Ok(since)) => first_at(conn, size, since)?,
        Some(Err(_)) | None => 1,
    };
    let end = match filter.until.map(|until| until.checked_add(DISORDER)) {
        Some(Ok(until)) => first_at(conn, size, until)?,
        Some(Err(_)) | None => i64::MAX,
    };
    let mut rows = Vec::new();
    for question in questions(filter, first..end.min(before)) {
        rows.extend(question.ask(|values| audit::read_all(conn, &question.sql, values))?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.seq));
    rows.dedup_by_key(|row| row.seq);
    rows.truncate(filter.limit.min(LIST_AT_MOST));
    Ok(rows)
}

pub(crate) const TIME_OF: &str = "SELECT at FROM audit WHERE seq >= ?1 ORDER BY seq LIMIT 1";

/// Returns the number of the first row at this time or later, by halves: times rise with the numbers.
fn first_at(conn: &Conn, size: i64, at: Timestamp) -> Result<i64, Fault> {
    let (mut low, mut high) = (1, size.saturating_add(1));
    while low < high {
        let middle = low + (high - low) / 2;
        let found: Option<Timestamp> = conn.one(TIME_OF, params![middle], |row| row.time(0))?;
        if found.is_some_and(|found| found < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// Returns every way in which a selection can be read.
#[cfg(test)]
pub(crate) fn all_questions() -> Vec<Question> {
    use bindeledd_core::{AccountId, ParticipantRef, PartyId};

    let party = || PartyId::parse("nordvik-aft").unwrap();
    let actors = [
        None,
        Some(ActorFilter::Persons),
        Some(ActorFilter::Parties),
        Some(ActorFilter::One(Actor::Hub)),
        Some(ActorFilter::One(Actor::Operator)),
        Some(ActorFilter::One(Actor::Party(party()))),
        Some(ActorFilter::One(Actor::Person(AccountId(uuid::Uuid::nil())))),
        Some(ActorFilter::One(Actor::Participant(party()))),
        Some(ActorFilter::One(Actor::SignedParticipant)),
    ];
    let mut all = Vec::new();
    for actor in actors {
        for bits in 0..16_u8 {
            let on = |bit: u8| bits & (1 << bit) != 0;
            let action = match (on(0), on(1)) {
                (false, _) => None,
                (true, false) => Some(AuditAction::UserAdded),
                (true, true) => Some(AuditAction::Delivered),
            };
            let filter = AuditFilter {
                action,
                actor: actor.clone(),
                party: on(2).then(party),
                participant: on(3).then(|| ParticipantRef(uuid::Uuid::nil())),
                since: Some(Timestamp::UNIX_EPOCH),
                until: Some(Timestamp::UNIX_EPOCH),
                before: None,
                limit: 10,
            };
            all.extend(questions(&filter, 1..i64::MAX));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_indexes_leave_out_the_actions_of_every_message() {
        let frequent = AuditAction::ALL.iter().filter(|action| action.is_of_every_message());
        let texts: Vec<_> = frequent.map(|action| format!("'{action}'")).collect();
        assert_eq!(RARE, format!("action NOT IN ({})", texts.join(", ")));
        let migration = include_str!("../../migrations/0032_audit_search.sql");
        assert_eq!(migration.matches(RARE).count(), 5, "every index but that of persons");
    }
}
