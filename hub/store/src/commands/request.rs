//! Requests: drafted consents that wait for an answer on the participant's own page. The rules are in `core::request`.

mod question;

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::own_page::AtLevel;
use bindeledd_core::request::{ConsentRequest, RequestEvent, RequestOver, RequestState, may_send};
use bindeledd_core::{AccountId, ConsentId, ParticipantRef, PartyId};
use bindeledd_engine::ports::{AnswerRefused, NewRequest, NotRegistered, NotSent, RequestAnswer, UnseenAnswer};
use jiff::{SignedDuration, Timestamp};

use crate::audit::Detail;
use crate::commands::participant::{self, Person};
use crate::commands::register::{self, Prepared};
use crate::commands::{consent, follow_up};
use crate::conn::codec::{Key, as_kept, limit, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::SealedAt;
use crate::sealing::seal::Vault;

pub(super) const QUESTION: &str = "consent_request.question";
/// Days for which a request without a yes stays after its end.
const KEPT_DAYS: i64 = 30;

macro_rules! select {
    ($where_and_order:literal) => {
        concat!(
            "SELECT id, participant, party, sent_by, sent_at, state, state_at, until, question FROM consent_request ",
            $where_and_order
        )
    };
}
pub(crate) const BY_ID: &str = select!("WHERE id = ?1");
pub(crate) const OF_PARTICIPANT: &str = select!("WHERE participant = ?1 ORDER BY sent_at DESC, id DESC");
/// A yes from long ago is among the consents of its participant.
pub(crate) const OF_PARTY: &str =
    select!("WHERE party = ?1 AND (state <> 1 OR state_at >= ?3) ORDER BY sent_at DESC, id DESC LIMIT ?2");
pub(crate) const PAST: &str = select!("WHERE until <= ?1 ORDER BY until LIMIT ?2");
pub(crate) const DIGEST: &str = "SELECT digest FROM consent_request WHERE id = ?1";
pub(crate) const UNSEEN: &str = "SELECT r.id, r.participant, r.state_at
    FROM consent_request_unseen u CROSS JOIN consent_request r ON r.id = u.request
    WHERE u.party = ?1 AND u.person = ?2 ORDER BY r.state_at DESC, r.id DESC LIMIT ?3";
pub(crate) const OLD: &str = "SELECT id FROM consent_request WHERE leaves_at <= ?1 ORDER BY leaves_at LIMIT ?2";

/// A request to send, with everything that can be computed before the transaction.
pub(crate) struct PreparedRequest {
    new: NewRequest,
    person: Person,
    digest: [u8; 32],
    question: Vec<u8>,
}

/// Prepares a request before the transaction.
pub(crate) fn prepare(vault: &Vault, new: NewRequest) -> Result<PreparedRequest, Fault> {
    let person = Person {
        lookup: vault.lookup(&new.participant),
        national_id: new.participant.clone(),
    };
    let question = question::write(&new)?;
    let digest = vault.digest(
        "consent-request",
        &[&person.lookup, new.party.as_str().as_bytes(), &question],
    );
    Ok(PreparedRequest {
        new,
        person,
        digest,
        question,
    })
}

fn found(db: &Db<'_>, row: &Row<'_>) -> Result<ConsentRequest, Fault> {
    let (id, participant): (ConsentId, ParticipantRef) = (row.id("id")?, row.id("participant")?);
    let key = participant::key(db, participant)?;
    let plain = db
        .vault
        .open(&key, SealedAt(QUESTION, &id.key()), row.bytes("question")?)?;
    Ok(ConsentRequest {
        id,
        participant,
        party: row.party("party")?,
        sent_by: row.id("sent_by")?,
        sent_at: row.time("sent_at")?,
        asked: question::read(&plain).ok_or_else(|| damaged("a request can not be read"))?,
        state: state(row)?,
    })
}

fn state(row: &Row<'_>) -> Result<RequestState, Fault> {
    let at = row.time("state_at")?;
    let missing = || damaged("a request that waits has no end");
    Ok(match row.get::<i64>("state")? {
        0 => RequestState::Waiting {
            until: row.time_or_none("until")?.ok_or_else(missing)?,
        },
        1 => RequestState::Yes { at },
        2 => RequestState::No { at },
        3 => RequestState::Withdrawn { at },
        4 => RequestState::Expired { at },
        _ => return Err(damaged("a request is in an unknown state")),
    })
}

const fn kept() -> SignedDuration {
    SignedDuration::from_hours(24 * KEPT_DAYS)
}

/// The columns of a state.
struct Columns {
    number: i64,
    at: Timestamp,
    until: Option<Timestamp>,
    leaves_at: Option<Timestamp>,
}

impl Columns {
    fn of(state: RequestState, sent_at: Timestamp) -> Self {
        let later = |at: Timestamp| Some(at.checked_add(kept()).unwrap_or(Timestamp::MAX));
        let (number, at, until, leaves_at) = match state {
            RequestState::Waiting { until } => (0, sent_at, Some(until), None),
            RequestState::Yes { at } => (1, at, None, None),
            RequestState::No { at } => (2, at, None, later(at)),
            RequestState::Withdrawn { at } => (3, at, None, later(at)),
            RequestState::Expired { at } => (4, at, None, later(at)),
        };
        Self {
            number,
            at,
            until,
            leaves_at,
        }
    }
}

/// Returns a request as it is now.
pub(crate) fn one(db: &Db<'_>, id: ConsentId, now: Timestamp) -> Result<Option<ConsentRequest>, Fault> {
    let request = db.one(BY_ID, [id.key()], |row| found(db, row))?;
    Ok(request.map(|request| request.seen_at(now)))
}

/// Returns whether the participant may be shown something now. To them, protection looks like no request.
fn is_shown(db: &Db<'_>, participant: ParticipantRef) -> Result<bool, Fault> {
    let ledger = consent::ledger(db, participant, None)?;
    Ok(!ledger.protected && !ledger.differs)
}

/// Returns the requests to a participant as they are now, newest first.
pub(crate) fn to(db: &Db<'_>, participant: ParticipantRef, now: Timestamp) -> Result<Vec<ConsentRequest>, Fault> {
    match is_shown(db, participant)? {
        true => all_to(db, participant, now),
        false => Ok(Vec::new()),
    }
}

/// Returns the requests to a participant, protected or not.
pub(crate) fn all_to(db: &Db<'_>, participant: ParticipantRef, now: Timestamp) -> Result<Vec<ConsentRequest>, Fault> {
    db.all(OF_PARTICIPANT, [participant.key()], |row| {
        Ok(found(db, row)?.seen_at(now))
    })
}

/// Returns the requests of a party as they are now, newest first.
pub(crate) fn of_party(
    db: &Db<'_>,
    party: &PartyId,
    at_most: usize,
    now: Timestamp,
) -> Result<Vec<ConsentRequest>, Fault> {
    let shown = now.checked_sub(kept()).unwrap_or(Timestamp::MIN);
    let values = params![party.as_str(), limit(at_most), micros(shown)];
    db.all(OF_PARTY, values, |row| Ok(found(db, row)?.seen_at(now)))
}

fn detail(request: &ConsentRequest) -> Detail {
    Detail::new()
        .id("request", request.id)
        .id("participant", request.participant)
        .id("party", &request.party)
}

/// Keeps a request.
pub(crate) fn send(
    tx: &Tx<'_>,
    prepared: &PreparedRequest,
    now: Timestamp,
) -> Result<Result<ConsentRequest, NotSent>, Fault> {
    let new = &prepared.new;
    if let Some(digest) = tx.one(DIGEST, [new.id.key()], |row| row.get::<[u8; 32]>(0))? {
        let known = (digest == prepared.digest).then(|| one(tx, new.id, now)).transpose()?;
        return Ok(known.flatten().ok_or(NotSent::Taken));
    }
    if tx.any("SELECT 1 FROM consent WHERE id = ?1", [new.id.key()])? {
        return Ok(Err(NotSent::Taken));
    }
    if register::was_erased(tx, new.id)? {
        return Ok(Err(NotSent::Erased));
    }
    let now = as_kept(now);
    let participant = participant::find_or_make(tx, &prepared.person, now)?;
    let earlier = all_to(tx, participant.id, now)?.into_iter();
    let earlier = earlier.filter(|request| request.party == new.party);
    let earlier: Vec<RequestState> = earlier.map(|request| request.state).collect();
    if !may_send(&earlier, now) {
        return Ok(Err(NotSent::TooMany));
    }
    let place = SealedAt(QUESTION, &new.id.key());
    let sealed = tx.vault.seal(&participant.key, place, &prepared.question)?;
    let columns = Columns::of(new.state, now);
    let sql =
        "INSERT INTO consent_request (id, participant, party, sent_by, sent_at, state, state_at, until, digest, question)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, ?7, ?8, ?9)";
    tx.run(
        sql,
        params![
            new.id.key(),
            participant.id.key(),
            new.party.as_str(),
            new.sent_by.key(),
            micros(now),
            columns.number,
            columns.until.map(micros),
            prepared.digest,
            sealed
        ],
    )?;
    let request = one(tx, new.id, now)?.ok_or_else(|| damaged("a request that was just sent is missing"))?;
    let actor = Actor::Person(new.sent_by);
    tx.audit(now, AuditAction::RequestSent, &actor, detail(&request))?;
    Ok(Ok(request))
}

/// Takes a request of the party back.
pub(crate) fn withdraw(
    tx: &Tx<'_>,
    id: ConsentId,
    (party, by): (&PartyId, AccountId),
    now: Timestamp,
) -> Result<Option<Result<RequestState, RequestOver>>, Fault> {
    let request = one(tx, id, now)?.filter(|request| request.party == *party);
    let Some(request) = request else {
        return Ok(None);
    };
    let moved = move_by(tx, request, RequestEvent::Withdraw, &Actor::Person(by), now)?;
    Ok(Some(moved.map(|request| request.state)))
}

/// Takes a waiting request back whose consent was registered in another way.
pub(crate) fn registered_otherwise(tx: &Tx<'_>, id: ConsentId, by: &Actor, now: Timestamp) -> Result<(), Fault> {
    if let Some(request) = one(tx, id, now)?.filter(|request| request.state.is_waiting()) {
        let _over = move_by(tx, request, RequestEvent::Withdraw, by, now)?;
    }
    Ok(())
}

/// Applies an event, with its audit row. The same event again writes nothing.
fn move_by(
    tx: &Tx<'_>,
    request: ConsentRequest,
    event: RequestEvent,
    by: &Actor,
    now: Timestamp,
) -> Result<Result<ConsentRequest, RequestOver>, Fault> {
    let now = as_kept(now);
    let after = match request.state.apply(event, now) {
        Ok(after) => after,
        Err(over) => return Ok(Err(over)),
    };
    let is_new = after != request.state;
    let request = ConsentRequest {
        state: after,
        ..request
    };
    if is_new {
        put_state(tx, &request)?;
        tx.audit(now, after.action(), by, detail(&request))?;
    }
    Ok(Ok(request))
}

fn put_state(tx: &Tx<'_>, request: &ConsentRequest) -> Result<(), Fault> {
    let columns = Columns::of(request.state, request.sent_at);
    let sql = "UPDATE consent_request SET state = ?2, state_at = ?3, until = ?4, leaves_at = ?5 WHERE id = ?1";
    tx.run(
        sql,
        params![
            request.id.key(),
            columns.number,
            micros(columns.at),
            columns.until.map(micros),
            columns.leaves_at.map(micros)
        ],
    )?;
    Ok(())
}

/// Keeps the answer of a participant, and registers the consent of a yes.
pub(crate) fn answer(
    tx: &Tx<'_>,
    (answer, yes): (&RequestAnswer, Option<&Prepared>),
    by: &AtLevel,
    now: Timestamp,
) -> Result<Result<ConsentRequest, AnswerRefused>, Fault> {
    let request = one(tx, answer.id, now)?.filter(|request| request.participant == answer.participant);
    let Some(request) = request else {
        return Ok(Err(AnswerRefused::Unknown));
    };
    if !is_shown(tx, request.participant)? {
        return Ok(Err(AnswerRefused::Unknown));
    }
    let event = match yes {
        Some(_) => RequestEvent::Yes,
        None => RequestEvent::No,
    };
    match request.state.apply(event, now) {
        Err(RequestOver(over)) => return Ok(Err(AnswerRefused::Over(over))),
        // A second click finds the first answer, whichever boxes it has.
        Ok(after) if after == request.state => return Ok(Ok(request)),
        Ok(_) => {}
    }
    if request.asked.shown(&answer.sha256).is_none() {
        return Ok(Err(AnswerRefused::OtherText));
    }
    if let Some(prepared) = yes {
        let consent = prepared.consent();
        let is_same = consent.id == request.id && consent.registrar == request.party;
        if !is_same || !request.asked.covers(&consent.grants) {
            return Ok(Err(AnswerRefused::NotAsked));
        }
        let actor = &Actor::SignedParticipant;
        match register::register(tx, prepared, (actor, Some(request.sent_by)), now)? {
            Ok(consent) if consent.participant == request.participant => {}
            Ok(_) => return Err(damaged("a yes was registered for another participant")),
            Err(NotRegistered::Taken | NotRegistered::Erased) => return Ok(Err(AnswerRefused::Taken)),
        }
    }
    let now = as_kept(now);
    let after = ConsentRequest {
        state: match yes {
            Some(_) => RequestState::Yes { at: now },
            None => RequestState::No { at: now },
        },
        ..request
    };
    put_state(tx, &after)?;
    tell(tx, &after, now)?;
    let detail = detail(&after).text("issuer", &by.issuer).text("level", &by.level);
    tx.audit(now, after.state.action(), &Actor::SignedParticipant, detail)?;
    Ok(Ok(after))
}

/// Tells the persons who follow the participant up at the party of an answer; the sender if nobody does.
fn tell(tx: &Tx<'_>, request: &ConsentRequest, now: Timestamp) -> Result<(), Fault> {
    let rows = follow_up::of_participant(tx, &request.party, request.participant)?;
    let holding = follow_up::holding(rows, now);
    let mut told: Vec<AccountId> = holding.iter().map(|row| row.person).collect();
    if told.is_empty() {
        told.push(request.sent_by);
    }
    for person in told {
        let sql =
            "INSERT INTO consent_request_unseen (party, person, request) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        tx.run(sql, params![request.party.as_str(), person.key(), request.id.key()])?;
    }
    Ok(())
}

/// Returns the answers that a person has not seen.
pub(crate) fn unseen(
    db: &Db<'_>,
    (person, party): (AccountId, &PartyId),
    at_most: usize,
) -> Result<Vec<UnseenAnswer>, Fault> {
    db.all(UNSEEN, params![party.as_str(), person.key(), limit(at_most)], |row| {
        Ok(UnseenAnswer {
            id: row.id("id")?,
            participant: row.id("participant")?,
            at: row.time("state_at")?,
        })
    })
}

/// Records that a person has seen answers.
pub(crate) fn seen(tx: &Tx<'_>, (person, party): (AccountId, &PartyId), seen: &[ConsentId]) -> Result<(), Fault> {
    for id in seen {
        let sql = "DELETE FROM consent_request_unseen WHERE request = ?1 AND party = ?2 AND person = ?3";
        tx.run(sql, params![id.key(), party.as_str(), person.key()])?;
    }
    Ok(())
}

/// Ends some of the requests that time has ended, with an audit row for each.
pub(crate) fn lapse(tx: &Tx<'_>, at_most: i64, now: Timestamp) -> Result<usize, Fault> {
    let past: Vec<ConsentRequest> = tx.all(PAST, params![micros(now), at_most], |row| found(tx, row))?;
    for request in &past {
        let request = request.clone().seen_at(now);
        put_state(tx, &request)?;
        tx.audit(now, request.state.action(), &Actor::Hub, detail(&request))?;
    }
    Ok(past.len())
}

/// Removes some of the requests without a yes that ended so long ago, and returns their number.
pub(crate) fn retire(tx: &Tx<'_>, at_most: i64, now: Timestamp) -> Result<usize, Fault> {
    let old: Vec<ConsentId> = tx.all(OLD, params![micros(now), at_most], |row| row.id(0))?;
    for id in &old {
        for sql in [
            "DELETE FROM consent_request_unseen WHERE request = ?1",
            "DELETE FROM consent_request WHERE id = ?1",
        ] {
            tx.run(sql, [id.key()])?;
        }
    }
    Ok(old.len())
}
