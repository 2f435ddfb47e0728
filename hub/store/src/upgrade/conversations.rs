//! Upgrade of an older store: the names of its conversations are sealed, so that the search could not find them. Their
//! digests are written down once.

use bindeledd_core::{MessageId, ParticipantRef};

use crate::commands::names::remember_conversation;
use crate::commands::release_input;
use crate::conn::codec::Key;
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, OpenError};

/// Number of rows that are held in memory at a time.
const PAGE: i64 = 1_000;

/// Writes down the names of an older hub's conversations. The migration left a mark, which this function removes.
pub(crate) fn bring(db: &Db<'_>) -> Result<(), OpenError> {
    let is_due = db.any("SELECT 1 FROM meta WHERE name = 'conversations.unnamed'", [])?;
    if !is_due || db.trust.guard.is_halted() {
        return Ok(());
    }
    db.in_transaction(|tx| {
        every_message(tx)?;
        tx.run("DELETE FROM meta WHERE name = 'conversations.unnamed'", [])?;
        Ok(())
    })?;
    Ok(())
}

fn every_message(tx: &Tx<'_>) -> Result<(), Fault> {
    let sql = "SELECT id, participant, conversation FROM message WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut after = [0; 16];
    loop {
        let page = tx.all(sql, params![after, PAGE], |row| {
            Ok((row.id(0)?, row.id(1)?, row.get(2)?))
        })?;
        let Some((last, ..)) = page.last() else { return Ok(()) };
        let last: &MessageId = last;
        after = last.key();
        for (id, participant, conversation) in page {
            one(tx, id, participant, conversation)?;
        }
    }
}

fn one(tx: &Tx<'_>, id: MessageId, participant: ParticipantRef, conversation: [u8; 16]) -> Result<(), Fault> {
    // Other checks report an unreadable row. The hub starts nevertheless.
    let names = release_input::names(tx, id).ok().flatten();
    match names {
        Some((_, names)) if names.conversation != id.to_string() => {
            remember_conversation(tx, participant, &names.conversation, conversation)
        }
        Some(_) | None => Ok(()),
    }
}
