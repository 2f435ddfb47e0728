//! Grants that wait for a confirmation, and the messages that are blocked because of them. An alert about such a
//! message lasts as long as the block.

use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::confirm::awaited;
use bindeledd_core::consent::{Basis, Consent, Grant, Ledger};
use bindeledd_core::delivery::{End, State};
use bindeledd_core::withdrawal::left_of;
use bindeledd_core::{
    AlertId, CategorySet, ConsentId, DeliveryId, GrantRef, Kind, Message, MessageId, ParticipantRef, PartyId,
    PartyKind, Purpose, Target,
};
use bindeledd_engine::ports::WaitingGrant;
use jiff::Timestamp;

use crate::commands::consent;
use crate::commands::delivery;
use crate::commands::party;
use crate::commands::{alert, alert_life};
use crate::conn::codec::{Key, limit};
use crate::conn::{Db, Tx, params};
use crate::fault::Fault;

/// A blocked message, with its receiver.
pub(crate) struct Blocked<'a> {
    delivery: DeliveryId,
    message: MessageId,
    sender: &'a PartyId,
    to: &'a Target,
    kind: Kind,
    purpose: Purpose,
    needs: CategorySet,
}

impl<'a> Blocked<'a> {
    /// Makes the value from a message's delivery.
    pub(crate) fn of(message: &'a Message, delivery: DeliveryId, to: &'a Target) -> Self {
        Self {
            delivery,
            message: message.id,
            sender: &message.from,
            to,
            kind: message.draft.kind(),
            purpose: message.draft.purpose,
            needs: message.draft.body.all_needs(),
        }
    }

    /// Returns the waiting grants whose confirmation would let the message through.
    fn awaits(&self, db: &Db<'_>, ledger: &Ledger, now: Timestamp) -> Result<Vec<GrantRef>, Fault> {
        let of = |to: &PartyId| awaited(ledger, self.sender, to, self.purpose, self.needs, now);
        let circle = match self.to {
            Target::Party(to) => return Ok(of(to)),
            Target::Circle => ledger.grants.iter().map(|g| &g.grant),
        };
        let mut found = Vec::new();
        for grant in circle.filter(|g| !g.confirmed) {
            let awaited = of(&grant.to);
            if awaited.is_empty() {
                continue;
            }
            // A GP is left out here, as a circle leaves GPs out for message kinds that a GP does not get by default.
            let is_for_them = self.kind.spec().to_gp || party::kind_of(db, &grant.to)? != Some(PartyKind::Gp);
            if is_for_them {
                found.extend(awaited);
            }
        }
        Ok(found)
    }

    /// Returns whether the message would be let through if a waiting grant were confirmed.
    fn waits(&self, db: &Db<'_>, ledger: &Ledger, now: Timestamp) -> Result<bool, Fault> {
        Ok(!self.awaits(db, ledger, now)?.is_empty())
    }
}

/// Raises an alert about a blocked message that would be let through if a waiting grant were confirmed. The sender is
/// alerted only if it named the receiver. About a circle, the sender learns no more than about an unknown person.
pub(crate) fn tell(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    blocked: &Blocked<'_>,
    ledger: &Ledger,
    now: Timestamp,
) -> Result<(), Fault> {
    if !blocked.waits(tx, ledger, now)? {
        return Ok(());
    }
    let kind = AlertKind::GrantAwaits;
    let episode = format!("{} {} {} {participant}", kind.code(), blocked.sender, blocked.to);
    let alert = Alert {
        participant: Some(participant),
        message: Some(blocked.message),
        delivery: Some(blocked.delivery),
        party: Some(blocked.sender.clone()),
        code: Some("BL-2006".to_owned()),
        ..alert::bare(tx, kind, now)
    };
    if let Some(standing) = tx.one(STANDING, params![episode], |row| row.id::<AlertId>(0))? {
        return alert::count(tx, standing, &alert);
    }
    let viewers = match blocked.to {
        Target::Party(_) => std::slice::from_ref(blocked.sender),
        Target::Circle => &[],
    };
    alert::put_alone(tx, &alert, viewers, Some(&episode))
}

pub(crate) const STANDING: &str = "SELECT id FROM alert WHERE episode = ?1 AND state < 2 LIMIT 1";
pub(crate) const OF_PARTICIPANT: &str = "SELECT id, delivery FROM alert
    WHERE participant = ?1 AND kind = 'grant-awaits-confirmation' AND ended_at IS NULL AND state < 2";
/// Participants with an open alert about a waiting grant.
pub(crate) const WITH_OPEN_ALERT: &str = "SELECT DISTINCT participant FROM alert
    WHERE kind = 'grant-awaits-confirmation' AND ended_at IS NULL AND state < 2 AND participant IS NOT NULL";

/// Ends, after a change of a participant's ledger, the alerts that no waiting grant explains any longer.
pub(crate) fn look_again(tx: &Tx<'_>, participant: ParticipantRef, now: Timestamp) -> Result<(), Fault> {
    let standing: Vec<(AlertId, Option<DeliveryId>)> = tx.all(OF_PARTICIPANT, [participant.key()], |row| {
        Ok((row.id(0)?, row.id_or_none(1)?))
    })?;
    for (alert, delivery) in standing {
        if !still_waits(tx, participant, delivery, now)? {
            alert_life::over(tx, alert, now)?;
        }
    }
    Ok(())
}

/// Ends alerts whose condition ended with time: the period of a grant is over, or the message has left.
pub(crate) fn look_at_all(tx: &Tx<'_>, now: Timestamp) -> Result<(), Fault> {
    let participants: Vec<ParticipantRef> = tx.all(WITH_OPEN_ALERT, [], |row| row.id(0))?;
    participants
        .into_iter()
        .try_for_each(|participant| look_again(tx, participant, now))
}

fn still_waits(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    delivery: Option<DeliveryId>,
    now: Timestamp,
) -> Result<bool, Fault> {
    let waits = |blocked: &Blocked<'_>| {
        let ledger = consent::ledger(tx, participant, Some(blocked.sender))?;
        blocked.waits(tx, &ledger, now)
    };
    Ok(if_blocked(tx, delivery, waits)?.unwrap_or(false))
}

/// Looks at the message of a delivery, if it is still blocked.
fn if_blocked<T>(
    db: &Db<'_>,
    delivery: Option<DeliveryId>,
    look: impl FnOnce(&Blocked<'_>) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    let Some(id) = delivery else { return Ok(None) };
    let Some(delivery) = delivery::load(db, id)? else {
        return Ok(None);
    };
    let is_blocked = matches!(&delivery.state, State::Ended(ended) if ended.how == End::Blocked);
    let Some(message) = delivery.about_message.as_ref().filter(|_| is_blocked) else {
        return Ok(None);
    };
    let to = delivery.target();
    look(&Blocked {
        delivery: id,
        message: message.id,
        sender: &message.sender,
        to: &to,
        kind: message.kind,
        purpose: message.purpose,
        needs: message.needs,
    })
    .map(Some)
}

/// Consents with a waiting grant that a party sends or has registered, or with any waiting grant if no party is given.
/// Withdrawn grants and grants of a protected person do not wait.
pub(crate) const WAITING: &str = "SELECT DISTINCT g.consent, g.participant FROM grant_row g
    CROSS JOIN consent c ON c.id = g.consent CROSS JOIN participant p ON p.ref = c.participant
    WHERE g.confirmed = 0 AND p.protected = 0 AND (c.withdrawn_at IS NULL OR g.duty IS NOT NULL)
        AND (g.from_party = ?1 OR c.registrar = ?1 OR ?1 IS NULL)
    ORDER BY g.consent LIMIT ?2";

/// Returns the waiting grants, at most `at_most`.
pub(crate) fn list(
    db: &Db<'_>,
    party: Option<&PartyId>,
    at_most: usize,
    now: Timestamp,
) -> Result<Vec<WaitingGrant>, Fault> {
    let consents: Vec<(ConsentId, ParticipantRef)> =
        db.all(WAITING, params![party.map(PartyId::as_str), limit(at_most)], |row| {
            Ok((row.id(0)?, row.id(1)?))
        })?;
    let mut found = Vec::new();
    for (id, participant) in consents {
        let ledger = consent::ledger(db, participant, None)?;
        if let Some(consent) = consent::one(db, id)? {
            found.extend(told(db, &consent, &ledger, party, now)?);
        }
    }
    found.truncate(at_most);
    Ok(found)
}

/// Returns the waiting grants of a participant.
pub(crate) fn of(db: &Db<'_>, participant: ParticipantRef, now: Timestamp) -> Result<Vec<WaitingGrant>, Fault> {
    let ledger = consent::ledger(db, participant, None)?;
    let mut found = Vec::new();
    if !ledger.protected {
        for consent in consent::of(db, participant)? {
            found.extend(told(db, &consent, &ledger, None, now)?);
        }
    }
    Ok(found)
}

/// Returns the waiting grants of a consent, each with the time since which it waits and the messages that wait for it.
fn told(
    db: &Db<'_>,
    consent: &Consent,
    ledger: &Ledger,
    party: Option<&PartyId>,
    now: Timestamp,
) -> Result<Vec<WaitingGrant>, Fault> {
    let mut waiting = waiting_of(consent, ledger, party, now);
    if waiting.is_empty() {
        return Ok(waiting);
    }
    let since = db.one(REGISTERED_AT, [consent.id.key()], |row| row.time(0))?;
    let blocked = blocked(db, consent.participant, ledger, now)?;
    for grant in &mut waiting {
        grant.since = since.unwrap_or(consent.given_at);
        let is_it = |used: &GrantRef| used.consent == grant.consent && used.index == grant.index;
        let for_it = blocked.iter().filter(|(_, awaited)| awaited.iter().any(is_it));
        grant.blocked = for_it.map(|(message, _)| *message).collect();
    }
    Ok(waiting)
}

/// Time of a consent's registration, which its audit row has. The oldest consents name no row.
pub(crate) const REGISTERED_AT: &str =
    "SELECT a.at FROM consent c CROSS JOIN audit a ON a.seq = c.registered WHERE c.id = ?1";

/// Returns the blocked messages of a participant that have an open alert, each with the grants that it awaits.
fn blocked(
    db: &Db<'_>,
    participant: ParticipantRef,
    ledger: &Ledger,
    now: Timestamp,
) -> Result<Vec<(MessageId, Vec<GrantRef>)>, Fault> {
    let deliveries: Vec<Option<DeliveryId>> = db.all(OF_PARTICIPANT, [participant.key()], |row| row.id_or_none(1))?;
    let mut found = Vec::new();
    for delivery in deliveries {
        let look = |blocked: &Blocked<'_>| Ok((blocked.message, blocked.awaits(db, ledger, now)?));
        found.extend(if_blocked(db, delivery, look)?);
    }
    Ok(found)
}

fn waiting_of(consent: &Consent, ledger: &Ledger, party: Option<&PartyId>, now: Timestamp) -> Vec<WaitingGrant> {
    let is_registrar = party.is_none_or(|p| *p == consent.registrar);
    let seen = consent
        .waiting(now)
        .filter(|(_, grant)| is_registrar || party == Some(&grant.from));
    let left = |(index, grant): (u16, &Grant)| {
        // The grant gets the categories that a decision would find after its confirmation.
        let on_file = ledger
            .grants
            .iter()
            .find(|g| g.consent == consent.id && g.index == index)?;
        let categories = match grant.basis {
            Basis::Duty { .. } => grant.categories,
            Basis::Consent => left_of(on_file, ledger),
        };
        (!categories.is_empty() && !ledger.differs).then(|| WaitingGrant {
            consent: consent.id,
            participant: consent.participant,
            registrar: consent.registrar.clone(),
            index,
            since: consent.given_at,
            blocked: Vec::new(),
            grant: Grant {
                categories,
                ..grant.clone()
            },
        })
    };
    seen.filter_map(left).collect()
}
