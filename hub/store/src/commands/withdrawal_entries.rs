//! A participant's withdrawal entries. `core::consent::entries` returns the changes to write.

use bindeledd_core::ParticipantRef;
use bindeledd_core::consent::entries::{Entries, Entry, EntryChange};
use jiff::Timestamp;

use crate::commands::consent::{self, Kept};
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Row, Tx, params};
use crate::fault::Fault;

pub(crate) const ENTRIES: &str =
    "SELECT party, from_party, to_party, purpose, categories, given_until, registered_until, registrar, id
    FROM withdrawal WHERE participant = ?1 ORDER BY id";

/// Returns the entries on file, except unreadable ones. A withdrawal whose entry is unreadable is written anew.
pub(crate) fn entries(db: &Db<'_>, participant: ParticipantRef) -> Result<Entries, Fault> {
    let entry = |row: &Row<'_>| -> Result<Entry, Fault> {
        Ok(Entry {
            row: row.get("id")?,
            said: consent::kept(row)?,
        })
    };
    let entries = db.all(ENTRIES, [participant.key()], |row| Ok(entry(row).ok()))?;
    let newest = "SELECT coalesce(max(registered), 0) FROM consent WHERE participant = ?1";
    let newest: Option<i64> = db.one(newest, [participant.key()], |row| row.get(0))?;
    Ok(Entries {
        entries: entries.into_iter().flatten().collect(),
        newest_registration: consent::registered(newest.unwrap_or(0)),
    })
}

/// Writes a change of the entries.
pub(crate) fn write(
    tx: &Tx<'_>,
    participant: ParticipantRef,
    change: &EntryChange,
    now: Timestamp,
) -> Result<(), Fault> {
    match change {
        EntryChange::Add(said) => said.insert(tx, participant, now),
        EntryChange::Extend {
            row,
            given_until,
            registered_until,
        } => {
            let sql = "UPDATE withdrawal SET given_until = ?2, made_at = ?3, registered_until = ?4 WHERE id = ?1";
            let until = registered_until.map(consent::place);
            tx.run(sql, params![row, micros(*given_until), micros(now), until])?;
            Ok(())
        }
    }
}
