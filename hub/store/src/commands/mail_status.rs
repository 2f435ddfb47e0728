//! The deliveries that wait for a party, and the newest mail about them.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::notice::LastMail;
use bindeledd_core::{DeliveryId, PartyId};
use bindeledd_engine::ports::MailStatus;
use jiff::Timestamp;

use crate::audit::Detail;
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx, params};
use crate::fault::Fault;

pub(crate) const NEWEST: &str = "SELECT max(id) FROM delivery WHERE party = ?1 AND state < 3 AND state = 0";
pub(crate) const LAST_MAIL: &str = "SELECT told_of, sent_at FROM mail_notice WHERE party = ?1";

/// Returns the mail status of each of these parties.
pub(crate) fn of(db: &Db<'_>, parties: &[PartyId]) -> Result<Vec<MailStatus>, Fault> {
    let one = |party: &PartyId| {
        let newest: Option<Option<DeliveryId>> = db.one(NEWEST, [party.as_str()], |row| row.id_or_none(0))?;
        let last_mail = db.one(LAST_MAIL, [party.as_str()], |row| {
            Ok(LastMail {
                of: row.id(0)?,
                at: row.time(1)?,
            })
        })?;
        Ok(MailStatus {
            party: party.clone(),
            newest: newest.flatten(),
            last_mail,
        })
    };
    parties.iter().map(one).collect()
}

/// Records that a mail was sent to a party.
pub(crate) fn record_sent(tx: &Tx<'_>, party: &PartyId, of: DeliveryId, now: Timestamp) -> Result<(), Fault> {
    let sql = "INSERT INTO mail_notice (party, told_of, sent_at) VALUES (?1, ?2, ?3)
        ON CONFLICT (party) DO UPDATE SET
            told_of = CASE WHEN mail_notice.told_of > ?2 THEN mail_notice.told_of ELSE ?2 END, sent_at = ?3";
    tx.run(sql, params![party.as_str(), of.key(), micros(now)])?;
    tx.audit(
        now,
        AuditAction::NoticeMailed,
        &Actor::Hub,
        Detail::new().id("party", party),
    )
}

/// Deletes the record of the last mail, since no mail was sent to the party's new address.
pub(crate) fn forget(tx: &Tx<'_>, party: &PartyId) -> Result<(), Fault> {
    tx.run("DELETE FROM mail_notice WHERE party = ?1", [party.as_str()])?;
    Ok(())
}
