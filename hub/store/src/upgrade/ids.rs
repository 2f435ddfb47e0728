//! Upgrade of ids that an older hub looked up as they were spelt. A UUID is now one id in every spelling, so that the
//! digests are computed anew, once. The sealed ids stay as they were written, since each system gets its own spelling
//! back.

use std::collections::HashMap;

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::{DeliveryId, MessageId, ParticipantRef, PartyId, canonical_id};

use crate::audit::{self, Detail};
use crate::commands::delivery::NEXT;
use crate::commands::names::{
    Names, conversation_key, conversation_key_as_written, reference_digest, reference_digest_as_written,
};
use crate::commands::participant;
use crate::conn::codec::Key;
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, OpenError};
use crate::sealing::aead::{SealKey, SealedAt};
use crate::sealing::frozen::{external_digest, external_digest_as_written};

/// Number of rows that are held in memory at a time.
const PAGE: i64 = 1_000;

/// Corrects the rows of an older hub. The migration left a mark, which this function removes.
pub(crate) fn bring(db: &Db<'_>) -> Result<(), OpenError> {
    let is_due = db.any("SELECT 1 FROM meta WHERE name = 'ids.as-written'", [])?;
    if !is_due || db.trust.guard.is_halted() {
        return Ok(());
    }
    let newest = audit::newest_time(db)?;
    db.in_transaction(|tx| {
        let mut keys = Keys::default();
        let changed = messages(tx, &mut keys)? + references(tx, &mut keys)?;
        tx.run("DELETE FROM meta WHERE name = 'ids.as-written'", [])?;
        if changed > 0 {
            let changed = i64::try_from(changed).unwrap_or(i64::MAX);
            tx.audit(
                newest,
                AuditAction::IdsSettled,
                &Actor::Hub,
                Detail::new().number("ids", changed),
            )?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Keys of participants; `None` for an erased participant.
#[derive(Default)]
struct Keys(HashMap<ParticipantRef, Option<SealKey>>);

impl Keys {
    fn of(&mut self, db: &Db<'_>, participant: ParticipantRef) -> Option<&SealKey> {
        let key = || participant::key_unless_erased(db, participant).unwrap_or_default();
        self.0.entry(participant).or_insert_with(key).as_ref()
    }
}

/// Opens sealed bytes; `None` if they can not be read. Only a digest is made of them.
fn opened(db: &Db<'_>, key: Option<&SealKey>, place: SealedAt<'_>, sealed: &[u8]) -> Option<Vec<u8>> {
    db.vault.open(key?, place, sealed).ok()
}

struct Row {
    id: MessageId,
    sender: PartyId,
    participant: ParticipantRef,
    conversation: [u8; 16],
    names: Vec<u8>,
}

/// Upgrades senders' references and the names of conversations.
fn messages(tx: &Tx<'_>, keys: &mut Keys) -> Result<usize, Fault> {
    let sql = "SELECT id, sender, participant, conversation, names FROM message WHERE id > ?1 ORDER BY id LIMIT ?2";
    let (mut changed, mut after) = (0, [0; 16]);
    loop {
        let page = tx.all(sql, params![after, PAGE], |row| {
            Ok(Row {
                id: row.id(0)?,
                sender: row.party(1)?,
                participant: row.id(2)?,
                conversation: row.get(3)?,
                names: row.get(4)?,
            })
        })?;
        let Some(last) = page.last() else { return Ok(changed) };
        after = last.id.key();
        for row in page {
            // Other checks report an unreadable row. The hub starts nevertheless.
            let place = SealedAt("message.names", row.id.0.as_bytes());
            let plain = opened(tx, keys.of(tx, row.participant), place, &row.names);
            if let Some(names) = plain.and_then(|plain| serde_json::from_slice::<Names>(&plain).ok()) {
                changed += usize::from(reference(tx, &row, &names.reference)?);
                changed += usize::from(conversation(tx, &row, &names.conversation)?);
            }
        }
    }
}

fn reference(tx: &Tx<'_>, row: &Row, written: &str) -> Result<bool, Fault> {
    if canonical_id(written) == written {
        return Ok(false);
    }
    // If two messages have the same id, the message with the canonical spelling keeps it.
    let sql = "UPDATE OR IGNORE idempotency SET reference = ?4 WHERE party = ?1 AND reference = ?2 AND message = ?3";
    let (was, is) = (
        reference_digest_as_written(tx.vault, &row.sender, written),
        reference_digest(tx.vault, &row.sender, written),
    );
    Ok(tx.run(sql, params![row.sender.as_str(), was, row.id.key(), is])? > 0)
}

fn conversation(tx: &Tx<'_>, row: &Row, written: &str) -> Result<bool, Fault> {
    if canonical_id(written) == written {
        return Ok(false);
    }
    let was = conversation_key_as_written(tx.vault, row.participant, written);
    let is = conversation_key(tx.vault, row.participant, written);
    // For a joined participant the key was made from the earlier pseudonym, and stays.
    if row.conversation != was {
        return Ok(false);
    }
    tx.run(
        "UPDATE message SET conversation = ?2 WHERE id = ?1",
        params![row.id.key(), is],
    )?;
    let sql = "SELECT id, party FROM delivery WHERE message = ?1 AND conversation = ?2";
    let deliveries = tx.all(sql, params![row.id.key(), was], |row| {
        Ok((row.id::<DeliveryId>(0)?, row.party_or_none(1)?))
    })?;
    for (delivery, party) in deliveries {
        let sql = "UPDATE delivery SET conversation = ?2 WHERE id = ?1";
        tx.run(sql, params![delivery.key(), is])?;
        if let Some(party) = party {
            one_head(tx, &party, is)?;
        }
    }
    Ok(true)
}

/// Leaves one head in a conversation that was stored as two.
fn one_head(tx: &Tx<'_>, party: &PartyId, conversation: [u8; 16]) -> Result<(), Fault> {
    let next: Option<DeliveryId> = tx.one(NEXT, params![party.as_str(), conversation], |row| row.id(0))?;
    if let Some(next) = next {
        let sql = "UPDATE delivery SET is_head = 0 WHERE party = ?1 AND conversation = ?2 AND state = 0 AND id <> ?3";
        tx.run(sql, params![party.as_str(), conversation, next.key()])?;
    }
    Ok(())
}

/// Upgrades external ids.
fn references(tx: &Tx<'_>, keys: &mut Keys) -> Result<usize, Fault> {
    let some = "SELECT DISTINCT delivery FROM external_ref WHERE delivery > ?1 ORDER BY delivery LIMIT ?2";
    let of_one = "SELECT e.party, e.value, e.scheme, e.sealed, d.participant
        FROM external_ref e CROSS JOIN delivery d ON d.id = e.delivery WHERE e.delivery = ?1";
    let (mut changed, mut after) = (0, [0; 16]);
    loop {
        let page: Vec<DeliveryId> = tx.all(some, params![after, PAGE], |row| row.id(0))?;
        let Some(last) = page.last() else { return Ok(changed) };
        after = last.key();
        for delivery in page {
            let rows = tx.all(of_one, [delivery.key()], |row| {
                let scheme: String = row.get(2)?;
                let sealed: Vec<u8> = row.get(3)?;
                let participant: Option<ParticipantRef> = row.id_or_none(4)?;
                Ok((row.party(0)?, row.get::<[u8; 32]>(1)?, scheme, sealed, participant))
            })?;
            for (party, was, scheme, sealed, participant) in rows {
                let key = match participant {
                    Some(participant) => keys.of(tx, participant),
                    None => Some(tx.vault.hub()),
                };
                let place = SealedAt("external_ref", delivery.0.as_bytes());
                let plain = opened(tx, key, place, &sealed);
                let Some(written) = plain.and_then(|plain| String::from_utf8(plain).ok()) else {
                    continue;
                };
                if canonical_id(&written) == written || was != external_digest_as_written(tx.vault, &party, &written) {
                    continue;
                }
                let is = external_digest(tx.vault, &party, &written);
                let sql = "UPDATE OR IGNORE external_ref SET value = ?5
                    WHERE party = ?1 AND value = ?2 AND scheme = ?3 AND delivery = ?4";
                changed += tx.run(sql, params![party.as_str(), was, scheme, delivery.key(), is])?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::conn::{Conn, Trust};
    use bindeledd_core::NationalId;
    use bindeledd_engine::ports::MasterKey;
    use jiff::Timestamp;

    use super::*;
    use crate::commands::participant::Person;
    use crate::conn::codec::micros;
    use crate::sealing::keyring;
    use crate::sealing::seal::Vault;
    use crate::sqlite::testing::{System, empty};

    const CAPITALS: &str = "5B1F0C52-1111-4A00-8000-00000000007A";
    const SMALL: &str = "5b1f0c52-1111-4a00-8000-00000000007a";

    /// Inserts a message with a delivery as an older hub stored them, to be found by the written spelling.
    fn put(tx: &Tx<'_>, n: u8, whose: ParticipantRef, sender: &PartyId, written: &str, is_head: bool) {
        let at = micros(Timestamp::UNIX_EPOCH);
        let id = [n; 16];
        let key = participant::key(tx, whose).unwrap();
        let names = Names {
            reference: format!("{written}#{n}"),
            conversation: written.to_owned(),
            sent_at: None,
        };
        let plain = serde_json::to_vec(&names).unwrap();
        let names_sealed = tx.vault.seal(&key, SealedAt("message.names", &id), &plain).unwrap();
        let conversation = conversation_key_as_written(tx.vault, whose, written);
        let reference = reference_digest_as_written(tx.vault, sender, &names.reference);
        tx.run(
            "INSERT INTO message (id, sender, kind, participant, conversation, purpose, needs, about, accepted_at, expires_at,
                names) VALUES (?1, ?2, 'question', ?3, ?4, 'work-oriented-followup', 1, 0, ?5, ?5, ?6)",
            params![id, sender.as_str(), whose.key(), conversation, at, names_sealed],
        )
        .unwrap();
        tx.run(
            "INSERT INTO idempotency (party, reference, content, message, answer, at) VALUES (?1, ?2, x'00', ?3, '', ?4)",
            params![sender.as_str(), reference, id, at],
        )
        .unwrap();
        tx.run(
            "INSERT INTO delivery (id, message, party, participant, conversation, place, is_head, state, attempts, due,
                expires_at, permitted, withheld, frozen_with, late, changed_at)
            VALUES (?1, ?1, 'legen', ?2, ?3, ?4, ?5, 0, 0, ?6, ?6, 1, 0, 0, 0, ?6)",
            params![id, whose.key(), conversation, i64::from(n), is_head, at],
        )
        .unwrap();
        let party = PartyId::parse("legen").unwrap();
        let sealed = tx
            .vault
            .seal(&key, SealedAt("external_ref", &id), written.as_bytes())
            .unwrap();
        let value = external_digest_as_written(tx.vault, &party, written);
        tx.run(
            "INSERT INTO external_ref (party, value, scheme, delivery, sealed) VALUES ('legen', ?1, 'msgid', ?2, ?3)",
            params![value, id, sealed],
        )
        .unwrap();
    }

    fn in_store(vault: &Vault, conn: &Conn, work: impl FnOnce(&Tx<'_>)) {
        let trust = Trust::default();
        let db = Db::of_writer(conn, vault, &trust);
        db.in_transaction(|tx| {
            work(tx);
            Ok(())
        })
        .unwrap();
    }

    fn store() -> (Conn, Vault) {
        let conn = empty();
        let vault = keyring::open(&conn, &MasterKey::new([7; 32]), Arc::new(System)).unwrap();
        (conn, vault)
    }

    /// Checks that every row of a message is found by either spelling.
    fn is_found(db: &Db<'_>, (whose, sender, receiver): (ParticipantRef, &PartyId, &PartyId), n: u8) {
        for spelling in [CAPITALS, SMALL] {
            let one = |sql: &str, key: &[u8]| assert!(db.any(sql, params![[n; 16], key]).unwrap(), "{sql}");
            let conversation = conversation_key(db.vault, whose, spelling);
            one(
                "SELECT 1 FROM message WHERE id = ?1 AND conversation = ?2",
                &conversation,
            );
            one(
                "SELECT 1 FROM delivery WHERE id = ?1 AND conversation = ?2",
                &conversation,
            );
            let reference = reference_digest(db.vault, sender, &format!("{spelling}#{n}"));
            one(
                "SELECT 1 FROM idempotency WHERE message = ?1 AND reference = ?2",
                &reference,
            );
            let value = external_digest(db.vault, receiver, spelling);
            one("SELECT 1 FROM external_ref WHERE delivery = ?1 AND value = ?2", &value);
        }
    }

    #[test]
    fn what_an_older_hub_kept_as_it_was_written_is_found_in_every_spelling_once() {
        let (conn, vault) = store();
        let (sender, receiver) = (PartyId::parse("nordvik").unwrap(), PartyId::parse("legen").unwrap());
        let number = NationalId::parse("15720255178").unwrap();
        let person = Person {
            lookup: vault.lookup(&number),
            national_id: number,
        };
        let mut whose = None;
        in_store(&vault, &conn, |tx| {
            let participant = participant::find_or_make(tx, &person, Timestamp::UNIX_EPOCH).unwrap();
            whose = Some(participant.id);
            put(tx, 1, participant.id, &sender, CAPITALS, true);
            put(tx, 2, participant.id, &sender, SMALL, true);
            put(tx, 3, participant.id, &sender, "Sak-1", true);
            // An unreadable row stays as it is.
            put(
                tx,
                4,
                participant.id,
                &sender,
                "{5B1F0C52-1111-4A00-8000-00000000007B}",
                true,
            );
            tx.run("UPDATE message SET names = x'00' WHERE id = ?1", [[4_u8; 16]])
                .unwrap();
            tx.run("INSERT INTO meta (name, value) VALUES ('ids.as-written', x'01')", [])
                .unwrap();
        });
        let whose = whose.unwrap();
        let trust = Trust::default();
        let db = Db::of_writer(&conn, &vault, &trust);
        for _ in 0..2 {
            bring(&db).unwrap();
            for n in [1, 2] {
                is_found(&db, (whose, &sender, &receiver), n);
            }
            let heads = "SELECT id FROM delivery WHERE is_head = 1 ORDER BY id";
            let heads = db.all(heads, [], |row| Ok(row.get::<[u8; 16]>(0)?[0])).unwrap();
            assert_eq!(heads, [1, 3, 4], "the two conversations are one, and have one head");
            assert!(!db.any("SELECT 1 FROM meta WHERE name = 'ids.as-written'", []).unwrap());
        }
        let told = "SELECT detail FROM audit WHERE action = 'ids-settled'";
        let told: Vec<String> = db.all(told, [], |row| row.get(0)).unwrap();
        // The count covers a reference, a conversation and an external id of the first message, and an external id of
        // the last.
        assert_eq!(told, ["{\"ids\":4}"]);
        let key = participant::key(&db, whose).unwrap();
        let kept = db
            .one(
                "SELECT sealed, value FROM external_ref WHERE delivery = ?1",
                [[1_u8; 16]],
                |row| {
                    let sealed: Vec<u8> = row.get(0)?;
                    let delivery = DeliveryId::of([1; 16]);
                    crate::sealing::frozen::open_reference(&db, (&receiver, delivery), &key, &sealed, &row.get(1)?)
                },
            )
            .unwrap();
        assert_eq!(kept.as_deref(), Some(CAPITALS), "it is told as it was written");
    }
}
