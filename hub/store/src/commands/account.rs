//! Accounts of persons, their links, attempts and sessions.

use std::time::Duration;

use bindeledd_core::account::{
    ABSOLUTE, Account, Attempts, DisplayName, EndedWhy, LoginName, Role, Roles, SecondFactor, Session,
    may_remove_last_administrator,
};
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::opening::Entrusted;
use bindeledd_core::{AccountId, PartyId, SessionId};
use bindeledd_engine::ports::{
    Added, Begun, Changed, Credentials, LinkFor, NewAccount, NewLink, NewSession, RefusedWhy, RolesFor, SecretHash,
    SecretsVersion, Shown,
};
use jiff::{SignedDuration, Timestamp};

use crate::audit::Detail;
use crate::commands::{identity, party};
use crate::conn::codec::{Key, as_kept, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::SealedAt;

/// Retention of a session that is over.
const SESSIONS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

const TOTP: &str = "account.totp";

fn account(row: &Row<'_>) -> Result<Account, Fault> {
    let unreadable = || damaged("an account can not be read");
    let (login, name, codes): (&str, &str, &str) = (row.get("login")?, row.get("name")?, row.get("roles")?);
    let party = row.party_or_none("party")?;
    let roles: Option<Vec<Role>> = codes.split(' ').map(Role::parse).collect();
    let has_factor: Option<&[u8]> = row.get("totp")?;
    Ok(Account {
        id: row.id("id")?,
        login: LoginName::parse(login).map_err(|_| unreadable())?,
        name: DisplayName::parse(name).map_err(|_| unreadable())?,
        roles: Roles::of(&roles.ok_or_else(unreadable)?, party.as_ref()).map_err(|_| unreadable())?,
        party,
        made_at: row.time("made_at")?,
        made_by: row.coded("made_by", Actor::parse)?,
        disabled_at: row.time_or_none("disabled_at")?,
        password_set_at: row.time_or_none("password_set_at")?,
        second_factor: if has_factor.is_some() {
            SecondFactor::Totp
        } else {
            SecondFactor::None
        },
    })
}

/// Returns every account, by login name.
pub(crate) fn all(db: &Db<'_>) -> Result<Vec<Account>, Fault> {
    let sql = "SELECT id, login, name, roles, party, made_at, made_by, disabled_at, password_set_at, totp
        FROM account ORDER BY login";
    db.all(sql, [], account)
}

/// Opens the secret of a second factor.
fn totp(db: &Db<'_>, account: AccountId, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    db.vault
        .open(db.vault.hub(), SealedAt(TOTP, account.0.as_bytes()), sealed)
}

pub(crate) fn read_credentials(db: &Db<'_>, row: &Row<'_>) -> Result<Credentials, Fault> {
    let account = account(row)?;
    let sealed: Option<&[u8]> = row.get("totp")?;
    let step: i64 = row.get("totp_step")?;
    Ok(Credentials {
        password: row.get("password")?,
        totp: sealed.map(|sealed| totp(db, account.id, sealed)).transpose()?,
        totp_step: u64::try_from(step).unwrap_or(0),
        version: SecretsVersion(row.get("secrets")?),
        account,
    })
}

/// Returns an account with its secrets, by login name.
pub(crate) fn by_login(db: &Db<'_>, login: &LoginName) -> Result<Option<Credentials>, Fault> {
    let sql = "SELECT id, login, name, roles, party, made_at, made_by, disabled_at, password_set_at, totp, totp_step,
        password, secrets FROM account WHERE login = ?1";
    db.one(sql, [login.as_str()], |row| read_credentials(db, row))
}

/// Returns an account with its secrets, by id.
pub(crate) fn by_id(db: &Db<'_>, id: AccountId) -> Result<Option<Credentials>, Fault> {
    let sql = "SELECT id, login, name, roles, party, made_at, made_by, disabled_at, password_set_at, totp, totp_step,
        password, secrets FROM account WHERE id = ?1";
    db.one(sql, [id.key()], |row| read_credentials(db, row))
}

/// Returns an account, by id.
pub(crate) fn by_id_alone(db: &Db<'_>, id: AccountId) -> Result<Option<Account>, Fault> {
    let sql = "SELECT id, login, name, roles, party, made_at, made_by, disabled_at, password_set_at, totp
        FROM account WHERE id = ?1";
    db.one(sql, [id.key()], account)
}

pub(crate) fn about(account: AccountId) -> Detail {
    Detail::new().id("account", account)
}

fn codes(roles: &Roles) -> String {
    roles.codes().collect::<Vec<_>>().join(" ")
}

fn insert(tx: &Tx<'_>, new: &NewAccount, actor: &Actor, now: Timestamp) -> Result<Added, Fault> {
    if tx.any("SELECT 1 FROM account WHERE login = ?1", [new.login.as_str()])? {
        return Ok(Added::LoginTaken);
    }
    if !is_known(tx, new.party.as_ref())? {
        return Ok(Added::UnknownParty);
    }
    let sql = "INSERT INTO account (id, login, name, roles, party, made_at, made_by, totp_step, failures)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0)";
    let party = new.party.as_ref().map(PartyId::as_str);
    tx.run(
        sql,
        params![
            new.id.key(),
            new.login.as_str(),
            new.name.as_str(),
            codes(&new.roles),
            party,
            micros(now),
            actor.to_string()
        ],
    )?;
    let detail = about(new.id).texts("roles", new.roles.codes());
    tx.audit(
        now,
        AuditAction::UserAdded,
        actor,
        detail.id_or_none("party", new.party.as_ref()),
    )?;
    Ok(Added::Done)
}

fn is_known(db: &Db<'_>, party: Option<&PartyId>) -> Result<bool, Fault> {
    party.map_or(Ok(true), |party| Ok(party::kind_of(db, party)?.is_some()))
}

fn put_link(tx: &Tx<'_>, account: Option<AccountId>, link: NewLink) -> Result<(), Fault> {
    match account {
        Some(account) => tx.run("DELETE FROM account_link WHERE account = ?1", [account.key()])?,
        None => tx.run("DELETE FROM account_link WHERE account IS NULL", [])?,
    };
    let sql = "INSERT INTO account_link (hash, account, expires_at) VALUES (?1, ?2, ?3)";
    let key = account.map(|account| account.key());
    tx.run(sql, params![link.hash, key, micros(link.expires_at)])?;
    Ok(())
}

/// Adds an account with its link.
pub(crate) fn add(tx: &Tx<'_>, new: &NewAccount, link: NewLink, actor: &Actor, now: Timestamp) -> Result<Added, Fault> {
    let added = insert(tx, new, actor, now)?;
    if added == Added::Done {
        put_link(tx, Some(new.id), link)?;
    }
    Ok(added)
}

/// Returns whether somebody but this account can administer.
fn other_administrator(db: &Db<'_>, but: AccountId) -> Result<bool, Fault> {
    Ok(all(db)?.iter().any(|one| one.id != but && one.is_administrator()))
}

/// Disables or enables an account.
pub(crate) fn set_disabled(
    tx: &Tx<'_>,
    id: AccountId,
    disabled: bool,
    actor: &Actor,
    now: Timestamp,
) -> Result<Changed, Fault> {
    let Some(before) = by_id_alone(tx, id)? else {
        return Ok(Changed::UnknownAccount);
    };
    if before.is_disabled() == disabled {
        return Ok(Changed::Done);
    }
    let is_last = disabled && before.is_administrator() && !other_administrator(tx, id)?;
    if is_last && !may_remove_last_administrator(actor) {
        return Ok(Changed::LastAdministrator);
    }
    let since = disabled.then(|| micros(now));
    tx.run(
        "UPDATE account SET disabled_at = ?2, secrets = secrets + 1 WHERE id = ?1",
        params![id.key(), since],
    )?;
    let action = if disabled {
        AuditAction::UserDisabled
    } else {
        AuditAction::UserEnabled
    };
    tx.audit(now, action, actor, about(id))?;
    if disabled {
        tx.run("DELETE FROM account_link WHERE account = ?1", [id.key()])?;
        end_all(tx, id, None, EndedWhy::Disabled, actor, now)?;
    }
    Ok(Changed::Done)
}

/// Gives an account other roles. `None` if somebody was first.
pub(crate) fn set_roles(
    tx: &Tx<'_>,
    id: AccountId,
    (asked, was): (&RolesFor, Option<&RolesFor>),
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<Changed>, Fault> {
    let Some(before) = by_id_alone(tx, id)? else {
        return Ok(Some(Changed::UnknownAccount));
    };
    let RolesFor { roles, party } = asked;
    let has = |these: &RolesFor| before.roles == these.roles && before.party == these.party;
    if has(asked) {
        return Ok(Some(Changed::Done));
    }
    if was.is_some_and(|was| !has(was)) {
        return Ok(None);
    }
    if !is_known(tx, party.as_ref())? {
        return Ok(Some(Changed::UnknownParty));
    }
    let loses = before.is_administrator() && !roles.may_administer();
    if loses && !may_remove_last_administrator(actor) && !other_administrator(tx, id)? {
        return Ok(Some(Changed::LastAdministrator));
    }
    let sql = "UPDATE account SET roles = ?2, party = ?3 WHERE id = ?1";
    let party_id = party.as_ref().map(PartyId::as_str);
    tx.run(sql, params![id.key(), codes(roles), party_id])?;
    let detail = about(id)
        .texts("from", before.roles.codes())
        .texts("to", roles.codes())
        .id_or_none("party", party.as_ref());
    tx.audit(now, AuditAction::UserRoles, actor, detail)?;
    Ok(Some(Changed::Done))
}

/// Removes the password, the second factor and the identities, ends the sessions, and makes a new link.
pub(crate) fn reset(
    tx: &Tx<'_>,
    id: AccountId,
    link: NewLink,
    actor: &Actor,
    now: Timestamp,
) -> Result<Changed, Fault> {
    let Some(before) = by_id_alone(tx, id)? else {
        return Ok(Changed::UnknownAccount);
    };
    let sql = "UPDATE account SET password = NULL, password_set_at = NULL, totp = NULL, totp_step = 0, failures = 0,
        failed_at = NULL, secrets = secrets + 1 WHERE id = ?1";
    tx.run(sql, [id.key()])?;
    tx.run("DELETE FROM recovery_code WHERE account = ?1", [id.key()])?;
    put_link(tx, Some(id), link)?;
    let sql = "INSERT INTO account_reset (account, at, made_by) VALUES (?1, ?2, ?3)
        ON CONFLICT (account) DO UPDATE SET at = excluded.at, made_by = excluded.made_by";
    tx.run(sql, params![id.key(), micros(now), actor.to_string()])?;
    tx.audit(now, AuditAction::UserPassword, actor, about(id).text("how", "reset"))?;
    if before.second_factor != SecondFactor::None {
        let detail = about(id).text("how", "removed");
        tx.audit(now, AuditAction::UserSecondFactor, actor, detail)?;
    }
    if identity::remove(tx, id)? {
        let detail = about(id).text("how", "removed");
        tx.audit(now, AuditAction::UserIdentity, actor, detail)?;
    }
    end_all(tx, id, None, EndedWhy::Password, actor, now)?;
    Ok(Changed::Done)
}

/// Returns the last reset of an account.
pub(crate) fn reset_of(db: &Db<'_>, id: AccountId) -> Result<Option<Entrusted>, Fault> {
    let sql = "SELECT at, made_by FROM account_reset WHERE account = ?1";
    db.one(sql, [id.key()], |row| {
        Ok(Entrusted {
            at: row.time(0)?,
            by: row.coded(1, Actor::parse)?,
        })
    })
}

/// Makes the link for the first administrator. `false` if somebody can administer.
pub(crate) fn put_first_link(tx: &Tx<'_>, link: NewLink) -> Result<bool, Fault> {
    if all(tx)?.iter().any(Account::is_administrator) {
        return Ok(false);
    }
    put_link(tx, None, link)?;
    Ok(true)
}

/// Returns the purpose of a link that still works.
pub(crate) fn link(db: &Db<'_>, hash: &SecretHash, now: Timestamp) -> Result<Option<LinkFor>, Fault> {
    let sql = "SELECT account FROM account_link WHERE hash = ?1 AND expires_at > ?2";
    let found = db.one(sql, params![hash, micros(now)], |row| row.id_or_none::<AccountId>(0))?;
    match found {
        None => Ok(None),
        Some(None) => {
            let is_made = all(db)?.iter().any(Account::is_administrator);
            Ok((!is_made).then_some(LinkFor::FirstAdministrator))
        }
        Some(Some(id)) => {
            let account = by_id_alone(db, id)?.filter(|account| !account.is_disabled());
            Ok(account.map(|account| LinkFor::Account(Box::new(account))))
        }
    }
}

fn put_password(tx: &Tx<'_>, id: AccountId, password: &str, how: &str, now: Timestamp) -> Result<(), Fault> {
    let sql = "UPDATE account SET password = ?2, password_set_at = ?3, failures = 0, failed_at = NULL,
        secrets = secrets + 1 WHERE id = ?1";
    tx.run(sql, params![id.key(), password, micros(now)])?;
    tx.audit(
        now,
        AuditAction::UserPassword,
        &Actor::Person(id),
        about(id).text("how", how),
    )
}

/// Uses an account's link.
pub(crate) fn use_link(
    tx: &Tx<'_>,
    hash: &SecretHash,
    password: &str,
    now: Timestamp,
) -> Result<Option<AccountId>, Fault> {
    let Some(LinkFor::Account(account)) = link(tx, hash, now)? else {
        return Ok(None);
    };
    tx.run("DELETE FROM account_link WHERE hash = ?1", params![hash])?;
    put_password(tx, account.id, password, "link", now)?;
    Ok(Some(account.id))
}

/// Uses the link for the first administrator.
pub(crate) fn use_first_link(
    tx: &Tx<'_>,
    hash: &SecretHash,
    new: &NewAccount,
    password: &str,
    now: Timestamp,
) -> Result<Added, Fault> {
    if link(tx, hash, now)? != Some(LinkFor::FirstAdministrator) {
        return Ok(Added::LinkOver);
    }
    let added = insert(tx, new, &Actor::Operator, now)?;
    if added == Added::Done {
        tx.run("DELETE FROM account_link WHERE account IS NULL", [])?;
        put_password(tx, new.id, password, "link", now)?;
    }
    Ok(added)
}

/// Sets the password of a person who is signed in, and ends the other sessions.
pub(crate) fn set_password(
    tx: &Tx<'_>,
    (id, version): (AccountId, SecretsVersion),
    password: &str,
    keep: SessionId,
    now: Timestamp,
) -> Result<bool, Fault> {
    let is_kept = |session: &Session| session.id == keep && session.is_open(now);
    if !is_unchanged(tx, id, version)? || !sessions(tx, id)?.iter().any(is_kept) {
        return Ok(false);
    }
    put_password(tx, id, password, "changed", now)?;
    end_all(tx, id, Some(keep), EndedWhy::Password, &Actor::Person(id), now)?;
    Ok(true)
}

/// Returns whether an account is not disabled, and its secrets are those of this version.
fn is_unchanged(db: &Db<'_>, id: AccountId, version: SecretsVersion) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM account WHERE id = ?1 AND secrets = ?2 AND disabled_at IS NULL";
    db.any(sql, params![id.key(), version.0])
}

fn attempts(db: &Db<'_>, id: AccountId) -> Result<Option<Attempts>, Fault> {
    let sql = "SELECT failures, failed_at FROM account WHERE id = ?1";
    db.one(sql, [id.key()], |row| {
        Ok(Attempts {
            failures: row.get(0)?,
            last_at: row.time_or_none(1)?,
        })
    })
}

fn put_attempts(tx: &Tx<'_>, id: AccountId, attempts: Attempts) -> Result<(), Fault> {
    let sql = "UPDATE account SET failures = ?2, failed_at = ?3 WHERE id = ?1";
    tx.run(sql, params![id.key(), attempts.failures, attempts.last_at.map(micros)])?;
    Ok(())
}

/// Begins an attempt, which counts as failed; or returns the wait.
pub(crate) fn begin_attempt(tx: &Tx<'_>, id: AccountId, now: Timestamp) -> Result<Option<Duration>, Fault> {
    match attempts(tx, id)?.unwrap_or_default().begin(now) {
        Ok(begun) => put_attempts(tx, id, begun).map(|()| None),
        Err(wait) => Ok(Some(wait)),
    }
}

/// Takes back the failure that an attempt counted as.
pub(crate) fn pass_attempt(tx: &Tx<'_>, id: AccountId) -> Result<(), Fault> {
    match attempts(tx, id)? {
        Some(before) => put_attempts(tx, id, before.passed()),
        None => Ok(()),
    }
}

/// Counts a step of an attempt with a login name that nobody has. The commit is the cost of a step, of an account's too.
pub(crate) fn attempt_unknown(tx: &Tx<'_>, is_counted: bool) -> Result<(), Fault> {
    if is_counted {
        tx.run("UPDATE unknown_attempt SET n = n + 1 WHERE one = 1", [])?;
    }
    Ok(())
}

/// Records a failed attempt, and returns the wait before the next.
pub(crate) fn refuse_attempt(
    tx: &Tx<'_>,
    id: AccountId,
    why: RefusedWhy,
    now: Timestamp,
) -> Result<Option<Duration>, Fault> {
    let detail = about(id).text("why", why.code());
    tx.audit(now, AuditAction::SessionRefused, &Actor::Hub, detail)?;
    Ok(attempts(tx, id)?.and_then(|attempts| attempts.wait(now)))
}

/// Uses up the second factor that a person showed. `false` if it was used before.
fn show(tx: &Tx<'_>, id: AccountId, shown: &Shown, now: Timestamp) -> Result<bool, Fault> {
    let number = |step: u64| i64::try_from(step).unwrap_or(i64::MAX);
    match shown {
        Shown::Totp { step } => {
            let sql = "UPDATE account SET totp_step = ?2 WHERE id = ?1 AND totp IS NOT NULL AND totp_step < ?2";
            Ok(tx.run(sql, params![id.key(), number(*step)])? > 0)
        }
        Shown::AtIssuer => Ok(true),
        Shown::Recovery(hash) => {
            let sql = "DELETE FROM recovery_code WHERE account = ?1 AND hash = ?2";
            Ok(tx.run(sql, params![id.key(), hash])? > 0)
        }
        Shown::Enrolled { secret, step, recovery } => {
            let place = SealedAt(TOTP, id.0.as_bytes());
            let sealed = tx.vault.seal(tx.vault.hub(), place, secret)?;
            let sql = "UPDATE account SET totp = ?2, totp_step = ?3, secrets = secrets + 1
                WHERE id = ?1 AND totp IS NULL";
            if tx.run(sql, params![id.key(), sealed, number(*step)])? == 0 {
                return Ok(false);
            }
            tx.run("DELETE FROM recovery_code WHERE account = ?1", [id.key()])?;
            for hash in recovery {
                let sql = "INSERT INTO recovery_code (account, hash) VALUES (?1, ?2)";
                tx.run(sql, params![id.key(), hash])?;
            }
            let detail = about(id).text("how", "enrolled");
            tx.audit(now, AuditAction::UserSecondFactor, &Actor::Person(id), detail)?;
            Ok(true)
        }
    }
}

/// Begins a session.
pub(crate) fn begin_session(tx: &Tx<'_>, new: &NewSession, now: Timestamp) -> Result<Begun, Fault> {
    let id = new.account;
    if !is_unchanged(tx, id, new.version)? {
        return Ok(Begun::Changed);
    }
    if !show(tx, id, &new.shown, now)? {
        return Ok(Begun::Used);
    }
    put_attempts(tx, id, Attempts::default())?;
    let at = new.at_issuer.as_ref();
    let (subject, session) = at.map_or((None, None), |at| identity::of_session(tx, at));
    let issuer = at.map(|at| at.issuer.clone());
    let sql =
        "INSERT INTO account_session (id, account, token, began_at, seen_at, issuer, issuer_subject, issuer_session)
        VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)";
    tx.run(
        sql,
        params![new.id.key(), id.key(), new.token, micros(now), issuer, subject, session],
    )?;
    let factor = match new.shown {
        Shown::Totp { .. } | Shown::Enrolled { .. } => "totp",
        Shown::Recovery(_) => "recovery-code",
        Shown::AtIssuer => "issuer",
    };
    let mut detail = about(id).id("session", new.id).text("factor", factor);
    if let Some(issuer) = &issuer {
        detail = detail.text("issuer", issuer);
    }
    tx.audit(now, AuditAction::SessionBegan, &Actor::Person(id), detail)?;
    Ok(Begun::Done(Session {
        id: new.id,
        account: id,
        issuer,
        began_at: as_kept(now),
        seen_at: as_kept(now),
        ended: None,
    }))
}

pub(crate) fn read_session(row: &Row<'_>) -> Result<Session, Fault> {
    let why: Option<&str> = row.get("ended_why")?;
    let why = why
        .map(|why| EndedWhy::parse(why).ok_or_else(|| damaged("a session ended for an unknown reason")))
        .transpose()?;
    Ok(Session {
        id: row.id("id")?,
        account: row.id("account")?,
        issuer: row.get("issuer")?,
        began_at: row.time("began_at")?,
        seen_at: row.time("seen_at")?,
        ended: row.time_or_none("ended_at")?.zip(why),
    })
}

/// Returns the session of a token, with its account.
pub(crate) fn session(db: &Db<'_>, token: &SecretHash) -> Result<Option<(Account, Session)>, Fault> {
    let sql =
        "SELECT id, account, issuer, began_at, seen_at, ended_at, ended_why FROM account_session WHERE token = ?1";
    let Some(session) = db.one(sql, params![token], read_session)? else {
        return Ok(None);
    };
    Ok(by_id_alone(db, session.account)?.map(|account| (account, session)))
}

/// Notes a request in a session.
pub(crate) fn slide(tx: &Tx<'_>, id: SessionId, now: Timestamp) -> Result<(), Fault> {
    let sql = "UPDATE account_session SET seen_at = ?2 WHERE id = ?1 AND seen_at < ?2 AND ended_at IS NULL";
    tx.run(sql, params![id.key(), micros(now)])?;
    Ok(())
}

/// Returns the sessions of an account, the newest first.
pub(crate) fn sessions(db: &Db<'_>, account: AccountId) -> Result<Vec<Session>, Fault> {
    let sql = "SELECT id, account, issuer, began_at, seen_at, ended_at, ended_why FROM account_session
        WHERE account = ?1 ORDER BY began_at DESC";
    db.all(sql, [account.key()], read_session)
}

/// Returns the newest session of each account that has one.
pub(crate) fn last_sessions(db: &Db<'_>) -> Result<Vec<Session>, Fault> {
    let sql =
        "SELECT s.id AS id, s.account AS account, s.issuer AS issuer, s.began_at AS began_at, s.seen_at AS seen_at,
            s.ended_at AS ended_at, s.ended_why AS ended_why
        FROM account a CROSS JOIN account_session s ON s.account = a.id
        WHERE s.began_at = (SELECT max(n.began_at) FROM account_session n WHERE n.account = a.id)";
    db.all(sql, [], read_session)
}

/// Ends a session of an account.
pub(crate) fn end(
    tx: &Tx<'_>,
    (account, id): (AccountId, SessionId),
    why: EndedWhy,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, Fault> {
    let sql = "UPDATE account_session SET ended_at = ?3, ended_why = ?4
        WHERE id = ?1 AND account = ?2 AND ended_at IS NULL";
    let ended = tx.run(sql, params![id.key(), account.key(), micros(now), why.code()])? > 0;
    if ended {
        let detail = about(account).id("session", id).text("why", why.code());
        tx.audit(now, AuditAction::SessionEnded, actor, detail)?;
    }
    Ok(ended)
}

/// Ends every open session of an account but one.
pub(crate) fn end_all(
    tx: &Tx<'_>,
    account: AccountId,
    keep: Option<SessionId>,
    why: EndedWhy,
    actor: &Actor,
    now: Timestamp,
) -> Result<usize, Fault> {
    let mut ended = 0;
    for session in sessions(tx, account)? {
        if session.is_open(now) && Some(session.id) != keep {
            ended += usize::from(end(tx, (account, session.id), why, actor, now)?);
        }
    }
    Ok(ended)
}

pub(crate) const OLD_SESSIONS: &str =
    "DELETE FROM account_session WHERE id IN (SELECT id FROM account_session WHERE seen_at < ?1 LIMIT ?2)";
pub(crate) const OLD_LINKS: &str =
    "DELETE FROM account_link WHERE hash IN (SELECT hash FROM account_link WHERE expires_at < ?1 LIMIT ?2)";

/// Removes sessions that were over 90 days ago, and links that no longer work.
pub(crate) fn retire(tx: &Tx<'_>, at_most: i64, now: Timestamp) -> Result<usize, Fault> {
    // A session is over at most this long after its last request.
    let kept = SESSIONS_KEPT + SignedDuration::try_from(ABSOLUTE).unwrap_or(SignedDuration::ZERO);
    let before = now.checked_sub(kept).unwrap_or(Timestamp::MIN);
    let sessions = tx.run(OLD_SESSIONS, [micros(before), at_most])?;
    let links = tx.run(OLD_LINKS, [micros(now), at_most])?;
    if sessions > 0 {
        let n = i64::try_from(sessions).unwrap_or(i64::MAX);
        let detail = Detail::new().number("sessions", n);
        tx.audit(now, AuditAction::Retired, &Actor::Hub, detail)?;
    }
    Ok(sessions + links)
}
