//! Mails to the persons of a mailbox: their addresses, the last mail, and the things that wait. The rules are in
//! `core::notice::person`.

use std::collections::BTreeMap;

use bindeledd_core::account::Act;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::notice::EmailAddress;
use bindeledd_core::notice::person::{LastPersonMail, MailedPerson, PersonMail, WaitingIn};
use bindeledd_core::{AccountId, DeliveryId, PartyId};
use bindeledd_engine::ports::{Changed, PersonMailChange};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::{account, follow_up};
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::{Fault, damaged};

/// The newest waiting delivery about each participant, by the index of the lanes.
pub(crate) const WAITING: &str = "SELECT participant, max(id) FROM delivery
    WHERE party = ?1 AND state < 3 AND state = 0 GROUP BY participant";
/// The newest hand-over that each person of a party has not seen.
pub(crate) const UNSEEN: &str = "SELECT u.person, max(h.at) FROM hand_over_unseen u
    CROSS JOIN hand_over h ON h.id = u.hand_over WHERE u.party = ?1 GROUP BY u.person";
/// The newest answer to a request that each person of a party has not seen.
pub(crate) const UNSEEN_ANSWERS: &str = "SELECT u.person, max(r.state_at) FROM consent_request_unseen u
    CROSS JOIN consent_request r ON r.id = u.request WHERE u.party = ?1 GROUP BY u.person";
pub(crate) const OF_PERSON: &str = "SELECT person, email, is_off, told_of, sent_at, looked_at FROM person_mail
    WHERE person = ?1";

fn read(row: &Row<'_>) -> Result<PersonMail, Fault> {
    let email: Option<&str> = row.get("email")?;
    let parse = |raw: &str| EmailAddress::parse(raw).ok_or_else(|| damaged("an e-mail address can not be read"));
    let sent_at = row.time_or_none("sent_at")?;
    let (of, looked_at) = (row.id_or_none("told_of")?, row.time_or_none("looked_at")?);
    Ok(PersonMail {
        email: email.map(parse).transpose()?,
        is_off: row.get::<i64>("is_off")? != 0,
        last: sent_at.map(|at| LastPersonMail { of, at, looked_at }),
    })
}

/// Returns the persons of all mailboxes whose accounts are not disabled.
pub(crate) fn persons(db: &Db<'_>) -> Result<Vec<MailedPerson>, Fault> {
    let sql = "SELECT person, email, is_off, told_of, sent_at, looked_at FROM person_mail";
    let rows = db.all(sql, [], |row| Ok((row.id::<AccountId>("person")?, read(row)?)))?;
    let mut mails: BTreeMap<_, _> = rows.into_iter().collect();
    let mut all = account::all(db)?;
    all.retain(|account| account.may(Act::UseMailbox));
    let with_mail = all.into_iter().map(|account| MailedPerson {
        mail: mails.remove(&account.id).unwrap_or_default(),
        account,
    });
    Ok(with_mail.collect())
}

/// Returns the things that wait in a party's mailbox.
pub(crate) fn waiting_in(db: &Db<'_>, party: &PartyId, now: Timestamp) -> Result<WaitingIn, Fault> {
    let mut unseen = db.all(UNSEEN, [party.as_str()], |row| Ok((row.id(0)?, row.time(1)?)))?;
    unseen.extend(db.all(UNSEEN_ANSWERS, [party.as_str()], |row| Ok((row.id(0)?, row.time(1)?)))?);
    Ok(WaitingIn {
        newest: db.all(WAITING, [party.as_str()], |row| Ok((row.id_or_none(0)?, row.id(1)?)))?,
        follow_ups: follow_up::holding(follow_up::of_party(db, party)?, now),
        unseen,
    })
}

/// Returns the mails to a person.
pub(crate) fn of(db: &Db<'_>, person: AccountId) -> Result<PersonMail, Fault> {
    Ok(db.one(OF_PERSON, [person.key()], read)?.unwrap_or_default())
}

/// Changes the mails to a person.
pub(crate) fn set(
    tx: &Tx<'_>,
    person: AccountId,
    change: &PersonMailChange,
    by: &Actor,
    now: Timestamp,
) -> Result<Changed, Fault> {
    if account::by_id_alone(tx, person)?.is_none() {
        return Ok(Changed::UnknownAccount);
    }
    let before = of(tx, person)?;
    let is_off = change.is_off.unwrap_or(before.is_off);
    let is_new = change.email != before.email;
    if !is_new && is_off == before.is_off {
        return Ok(Changed::Done);
    }
    let sql = "INSERT INTO person_mail (person, email, is_off) VALUES (?1, ?2, ?3)
        ON CONFLICT (person) DO UPDATE SET email = ?2, is_off = ?3";
    let email = change.email.as_ref().map(EmailAddress::reveal);
    tx.run(sql, params![person.key(), email, i64::from(is_off)])?;
    if is_new {
        let sql = "UPDATE person_mail SET told_of = NULL, sent_at = NULL, looked_at = NULL WHERE person = ?1";
        tx.run(sql, [person.key()])?;
    }
    let how = match (is_new, &change.email) {
        (true, Some(_)) => "set",
        (true, None) => "removed",
        (false, _) if is_off => "off",
        (false, _) => "on",
    };
    tx.audit(now, AuditAction::UserMail, by, account::about(person).text("how", how))?;
    Ok(Changed::Done)
}

/// Records that a mail was sent to a person at an address. The person may have got another one meanwhile.
pub(crate) fn record_sent(
    tx: &Tx<'_>,
    (person, to): (AccountId, &EmailAddress),
    told_of: Option<DeliveryId>,
    now: Timestamp,
) -> Result<(), Fault> {
    let sql = "UPDATE person_mail SET told_of = ?2, sent_at = ?3, looked_at = NULL
        WHERE person = ?1 AND email = ?4";
    let told_of = told_of.map(|of| of.key());
    tx.run(sql, params![person.key(), told_of, micros(now), to.reveal()])?;
    let detail: Detail = account::about(person);
    tx.audit(now, AuditAction::NoticeMailed, &Actor::Hub, detail)
}

/// Records that a person opened the mailbox, if it is the first time after a mail.
pub(crate) fn looked(tx: &Tx<'_>, person: AccountId, now: Timestamp) -> Result<(), Fault> {
    let sql = "UPDATE person_mail SET looked_at = ?2 WHERE person = ?1 AND sent_at IS NOT NULL AND looked_at IS NULL";
    tx.run(sql, params![person.key(), micros(now)])?;
    Ok(())
}
