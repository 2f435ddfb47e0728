//! The lists of a mailbox. Each begins with the participants whom a person follows up, so that a bound never hides the
//! deliveries of one person behind those of others. The news about who follows up stand beside them.

use std::collections::BTreeSet;

use bindeledd_core::follow_up::{is_of_party, leads, sees_content};
use bindeledd_core::{AccountId, DeliveryId, Kind, ParticipantRef, PartyId};
use bindeledd_engine::ports::{Followed, HandOver, LetterList, MailboxReader};
use jiff::Timestamp;

use crate::commands::letter::{name, opened, view};
use crate::commands::{account, consent, delivery, follow_up, hand_over, inbox};
use crate::conn::codec::{Key, limit, micros};
use crate::conn::{Db, params};
use crate::fault::Fault;

pub(crate) const HANDED_OF: &str = "SELECT d.id FROM delivery d
    WHERE d.party = ?1 AND d.state = 3 AND EXISTS (SELECT 1 FROM follow_up f
    WHERE f.party = ?1 AND f.participant = d.participant AND f.person = ?2 AND (f.until IS NULL OR f.until > ?3)) ORDER BY d.id LIMIT ?4";
pub(crate) const WAITING_OF: &str = "SELECT d.id FROM delivery d
    WHERE d.party = ?1 AND d.state = 0 AND d.is_head = 1 AND d.due <= ?3 AND EXISTS (SELECT 1 FROM follow_up f
    WHERE f.party = ?1 AND f.participant = d.participant AND f.person = ?2 AND (f.until IS NULL OR f.until > ?3)) ORDER BY d.due LIMIT ?4";
pub(crate) const TO_ENTER_OF: &str = "SELECT d.id FROM delivery d
    WHERE d.party = ?1 AND d.state = 10 AND EXISTS (SELECT 1 FROM follow_up f
    WHERE f.party = ?1 AND f.participant = d.participant AND f.person = ?2 AND (f.until IS NULL OR f.until > ?3)) ORDER BY d.changed_at LIMIT ?4";
/// Deliveries about the participants whom a person follows up, by the last reading.
pub(crate) const READ_OF: &str = "SELECT r.delivery, max(r.at) AS last FROM follow_up f
    CROSS JOIN letter_read r ON r.party = f.party AND r.participant = f.participant
    WHERE f.person = ?2 AND f.party = ?1 AND (f.until IS NULL OR f.until > ?3)
    GROUP BY r.delivery ORDER BY last DESC, r.delivery DESC LIMIT ?4";

pub(crate) const TO_ENTER: &str =
    "SELECT id FROM delivery WHERE party = ?1 AND state = 10 ORDER BY changed_at LIMIT ?2";
pub(crate) const READ: &str = "SELECT delivery, max(at) AS last FROM letter_read WHERE party = ?1
    GROUP BY delivery ORDER BY last DESC, delivery DESC LIMIT ?2";

pub(crate) const HANDED_TO_NOBODY: &str = "SELECT d.id FROM delivery d
    WHERE d.party = ?1 AND d.state = 3 AND NOT EXISTS (SELECT 1 FROM follow_up f
    WHERE f.party = ?1 AND f.participant = d.participant AND (f.until IS NULL OR f.until > ?2)) ORDER BY d.id LIMIT ?3";
pub(crate) const WAITING_FOR_NOBODY: &str = "SELECT d.id FROM delivery d
    WHERE d.party = ?1 AND d.state = 0 AND d.is_head = 1 AND d.due <= ?2 AND NOT EXISTS (SELECT 1 FROM follow_up f
    WHERE f.party = ?1 AND f.participant = d.participant AND (f.until IS NULL OR f.until > ?2)) ORDER BY d.due LIMIT ?3";

/// Participants whom a person follows up.
pub(crate) const PARTICIPANTS_OF: &str = "SELECT participant FROM follow_up
    WHERE person = ?2 AND party = ?1 AND (until IS NULL OR until > ?3) ORDER BY participant";

/// Returns the part of a query that keeps read questions without an answer of the party. The newest come first. A meeting that
/// the party proposed instead is no answer.
fn unanswered(from: &str, at_most: &str) -> String {
    let asks = Kind::ALL.into_iter().filter_map(|kind| Some((kind, kind.answer()?)));
    let (kinds, answers): (Vec<_>, Vec<_>) = asks
        .map(|(kind, answer)| {
            let (kind, answer) = (kind.code(), answer.code());
            (format!("'{kind}'"), format!("WHEN '{kind}' THEN '{answer}'"))
        })
        .unzip();
    format!(
        "SELECT r.delivery FROM {from}
            CROSS JOIN delivery d ON d.id = r.delivery CROSS JOIN message m ON m.id = d.message
        WHERE r.party = ?1 AND m.kind IN ({})
            AND EXISTS (SELECT 1 FROM body b WHERE b.message = m.id)
            AND NOT EXISTS (SELECT 1 FROM message a WHERE a.participant = m.participant AND a.in_reply_to = m.id
                AND a.sender = ?1 AND a.kind = CASE m.kind {} END){at_most}",
        kinds.join(", "),
        answers.join(" ")
    )
}

/// Returns the query of the read questions that await an answer, about the participants whom a person follows up.
pub(crate) fn unanswered_of() -> String {
    unanswered(
        "follow_up f CROSS JOIN letter_read r ON r.party = f.party AND r.participant = f.participant
            AND f.person = ?2 AND f.party = ?1 AND (f.until IS NULL OR f.until > ?3)",
        " GROUP BY r.delivery ORDER BY r.delivery DESC LIMIT ?4",
    )
}

/// Returns the query of the read questions of a party that await an answer.
pub(crate) fn unanswered_by_party() -> String {
    unanswered(
        "letter_read r",
        " GROUP BY r.delivery ORDER BY r.delivery DESC LIMIT ?2",
    )
}

/// Deliveries of several lists, each once.
struct Gathered {
    ids: Vec<DeliveryId>,
    seen: BTreeSet<DeliveryId>,
    at_most: usize,
}

impl Gathered {
    const fn new(at_most: usize) -> Self {
        Self {
            ids: Vec::new(),
            seen: BTreeSet::new(),
            at_most,
        }
    }

    /// Adds a list, which was read to one more than its bound. Returns whether it has more.
    fn add(&mut self, list: Vec<DeliveryId>) -> bool {
        let has_more = list.len() > self.at_most;
        let new = list.into_iter().take(self.at_most);
        self.ids.extend(new.filter(|id| self.seen.insert(*id)));
        has_more
    }
}

/// Runs a query about the participants whom a person follows up.
fn of_person(
    db: &Db<'_>,
    sql: &str,
    of: &MailboxReader,
    (now, at_most): (Timestamp, usize),
) -> Result<Vec<DeliveryId>, Fault> {
    let values = params![of.party.as_str(), of.person.key(), micros(now), limit(at_most + 1)];
    db.all(sql, values, |row| row.id(0))
}

/// Runs a query about a whole party.
fn of_party(db: &Db<'_>, sql: &str, party: &PartyId, at_most: usize) -> Result<Vec<DeliveryId>, Fault> {
    db.all(sql, params![party.as_str(), limit(at_most + 1)], |row| row.id(0))
}

/// Runs a query about a whole party at a time.
fn of_party_at(
    db: &Db<'_>,
    sql: &str,
    party: &PartyId,
    (now, at_most): (Timestamp, usize),
) -> Result<Vec<DeliveryId>, Fault> {
    let values = params![party.as_str(), micros(now), limit(at_most + 1)];
    db.all(sql, values, |row| row.id(0))
}

/// Returns the deliveries that a person sees in a mailbox, each once.
pub(crate) fn list(db: &Db<'_>, of: &MailboxReader, now: Timestamp, at_most: usize) -> Result<LetterList, Fault> {
    let (mut found, bound) = (Gathered::new(at_most), (now, at_most));
    let mut has_more_open = false;
    for sql in [HANDED_OF, WAITING_OF, TO_ENTER_OF, &unanswered_of()] {
        has_more_open |= found.add(of_person(db, sql, of, bound)?);
    }
    if of.leads {
        has_more_open |= found.add(of_party_at(db, inbox::WAITING, &of.party, bound)?);
        for sql in [inbox::HANDED, TO_ENTER, &unanswered_by_party()] {
            has_more_open |= found.add(of_party(db, sql, &of.party, at_most)?);
        }
    }
    let mut has_more_read = found.add(of_person(db, READ_OF, of, bound)?);
    if of.leads {
        has_more_read |= found.add(of_party(db, READ, &of.party, at_most)?);
    }
    let mut views = Vec::new();
    for id in found.ids {
        if let Some(delivery) = delivery::load(db, id)?
            && let Some(opened) = opened(db, &delivery, now)?
        {
            views.push(view(db, &delivery, &opened, now)?);
        }
    }
    Ok(LetterList {
        views,
        has_more_open,
        has_more_read,
    })
}

/// Returns the number of deliveries that await a person in a mailbox, up to a bound.
pub(crate) fn waiting(
    db: &Db<'_>,
    of: &MailboxReader,
    with_waiting: bool,
    now: Timestamp,
    at_most: usize,
) -> Result<usize, Fault> {
    let (mut found, bound) = (Gathered::new(at_most), (now, at_most));
    for sql in [HANDED_OF, TO_ENTER_OF, &unanswered_of()] {
        found.add(of_person(db, sql, of, bound)?);
    }
    if with_waiting {
        found.add(of_person(db, WAITING_OF, of, bound)?);
    }
    if of.leads {
        found.add(of_party_at(db, HANDED_TO_NOBODY, &of.party, bound)?);
        if with_waiting {
            found.add(of_party_at(db, WAITING_FOR_NOBODY, &of.party, bound)?);
        }
    }
    let mut count = 0;
    for id in found.ids {
        if count >= at_most {
            break;
        }
        // The same decision as in the list, so that the number is the list's.
        let delivery = delivery::load(db, id)?;
        let opened = delivery.map(|delivery| opened(db, &delivery, now)).transpose()?;
        count += usize::from(opened.flatten().is_some());
    }
    Ok(count)
}

/// Returns the participants of a mailbox, with the persons who follow them up, and whether there are more.
pub(crate) fn followed(
    db: &Db<'_>,
    of: &MailboxReader,
    now: Timestamp,
    at_most: usize,
) -> Result<(Vec<Followed>, bool), Fault> {
    let values = params![of.party.as_str(), of.person.key(), micros(now)];
    let mut ids: Vec<ParticipantRef> = db.all(PARTICIPANTS_OF, values, |row| row.id(0))?;
    if of.leads {
        let rows = follow_up::holding(follow_up::of_party(db, &of.party)?, now);
        let held: BTreeSet<_> = rows.iter().map(|row| row.participant).collect();
        let own: BTreeSet<_> = ids.iter().copied().collect();
        let all = db.all(follow_up::BY_GRANTS, [of.party.as_str()], |row| row.id(0))?;
        let mut others: Vec<ParticipantRef> = all.into_iter().filter(|id| !own.contains(id)).collect();
        // Somebody has to be given those whom nobody follows up.
        others.sort_by_key(|id| (held.contains(id), *id));
        ids.extend(others);
    }
    let mut found = Vec::new();
    for participant in ids {
        let Some(one) = followed_one(db, &of.party, participant, now)? else {
            continue;
        };
        if found.len() >= at_most {
            return Ok((found, true));
        }
        found.push(one);
    }
    Ok((found, false))
}

/// Returns one participant of a party, if a grant covers them now.
pub(crate) fn followed_one(
    db: &Db<'_>,
    party: &PartyId,
    participant: ParticipantRef,
    now: Timestamp,
) -> Result<Option<Followed>, Fault> {
    if !is_of_party(&consent::ledger(db, participant, None)?, party, now) {
        return Ok(None);
    }
    let rows = follow_up::of_participant(db, party, participant)?;
    Ok(Some(Followed {
        participant,
        name: name(db, participant, party, now)?,
        by: follow_up::holding(rows, now),
    }))
}

/// Returns the hand-overs that a person of a party's mailbox has not seen. The participant has a name there while the party
/// has the participant, and the person follows the participant up or leads the team.
pub(crate) fn unseen_hand_overs(
    db: &Db<'_>,
    person: AccountId,
    party: &PartyId,
    now: Timestamp,
    at_most: usize,
) -> Result<Vec<HandOver>, Fault> {
    let values = params![person.key(), party.as_str(), limit(at_most)];
    let mut all = db.all(hand_over::UNSEEN, values, |row| {
        Ok(HandOver {
            id: row.id("id")?,
            participant: row.id("participant")?,
            name: None,
            person: row.id("person")?,
            by: row.id("made_by")?,
            at: row.time("at")?,
            until: row.time_or_none("until")?,
        })
    })?;
    let Some(account) = account::by_id_alone(db, person)? else {
        return Ok(Vec::new());
    };
    for one in &mut all {
        let rows = follow_up::of_participant(db, party, one.participant)?;
        let may_know = leads(&account, party) || sees_content(&account, party, &rows, now);
        // As in the list of those followed up: nobody under address protection, and nobody without a grant.
        if may_know && is_of_party(&consent::ledger(db, one.participant, None)?, party, now) {
            one.name = name(db, one.participant, party, now)?;
        }
    }
    Ok(all)
}
