//! Accounts and sessions of persons who sign in at an issuer.

use bindeledd_core::AccountId;
use bindeledd_core::account::{EndedWhy, IDLE};
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_engine::ports::{Credentials, Identity, IssuerSession, LinkFor, Linked, LinkedIdentity, SecretHash};
use jiff::Timestamp;

use crate::commands::account;
use crate::commands::identity::{digest, of_session};
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::Fault;

/// Returns the account that has an identity.
pub(crate) fn identified(db: &Db<'_>, identity: &Identity) -> Result<Option<Credentials>, Fault> {
    let sql = "SELECT account FROM account_identity WHERE issuer = ?1 AND subject = ?2";
    let key = params![identity.issuer.as_str(), digest(db, identity)];
    match db.one(sql, key, |row| row.id::<AccountId>(0))? {
        Some(id) => account::by_id(db, id),
        None => Ok(None),
    }
}

/// Returns the identities of the accounts, the oldest first.
pub(crate) fn identities(db: &Db<'_>) -> Result<Vec<LinkedIdentity>, Fault> {
    let sql = "SELECT account, issuer, linked_at FROM account_identity ORDER BY linked_at, issuer";
    db.all(sql, [], |row| {
        Ok(LinkedIdentity {
            account: row.id(0)?,
            issuer: row.get(1)?,
            since: row.time(2)?,
        })
    })
}

/// Uses an account's link: the account has the identity from now on.
pub(crate) fn link(tx: &Tx<'_>, hash: &SecretHash, identity: &Identity, now: Timestamp) -> Result<Linked, Fault> {
    let Some(LinkFor::Account(found)) = account::link(tx, hash, now)? else {
        return Ok(Linked::LinkOver);
    };
    let before = identified(tx, identity)?.map(|before| before.account.id);
    if before.is_some_and(|before| before != found.id) {
        return Ok(Linked::Taken);
    }
    tx.run("DELETE FROM account_link WHERE hash = ?1", params![hash])?;
    if before.is_none() {
        let sql = "INSERT INTO account_identity (issuer, subject, account, linked_at) VALUES (?1, ?2, ?3, ?4)";
        let subject = digest(tx, identity);
        tx.run(
            sql,
            params![identity.issuer.as_str(), subject, found.id.key(), micros(now)],
        )?;
        tx.run(
            "UPDATE account SET secrets = secrets + 1 WHERE id = ?1",
            [found.id.key()],
        )?;
        let detail = account::about(found.id).text("how", "linked");
        let detail = detail.text("issuer", &identity.issuer);
        tx.audit(now, AuditAction::UserIdentity, &Actor::Person(found.id), detail)?;
    }
    Ok(Linked::Done(found.id))
}

/// Ends the open sessions that began with a session at an issuer.
pub(crate) fn end_sessions(tx: &Tx<'_>, ended: &IssuerSession, now: Timestamp) -> Result<usize, Fault> {
    let (subject, session) = of_session(tx, ended);
    if subject.is_none() && session.is_none() {
        return Ok(0);
    }
    let sql = "SELECT id, account, issuer, began_at, seen_at, ended_at, ended_why, issuer_subject, issuer_session
        FROM account_session WHERE seen_at > ?1 AND ended_at IS NULL AND issuer = ?2";
    let open_since = now.checked_sub(IDLE).unwrap_or(Timestamp::MIN);
    // A token names the person, the session, or both. Both have to fit, if both are named.
    let fits = |named: Option<[u8; 32]>, kept: Option<&[u8]>| named.is_none_or(|named| kept == Some(&named[..]));
    let found = tx.all(sql, params![micros(open_since), ended.issuer.as_str()], |row| {
        let is_meant = fits(subject, row.get("issuer_subject")?) && fits(session, row.get("issuer_session")?);
        Ok((account::read_session(row)?, is_meant))
    })?;
    let meant = found
        .into_iter()
        .filter(|(one, is_meant)| *is_meant && one.is_open(now));
    let mut count = 0;
    for (one, _) in meant {
        let key = (one.account, one.id);
        count += usize::from(account::end(tx, key, EndedWhy::Issuer, &Actor::Hub, now)?);
    }
    Ok(count)
}
