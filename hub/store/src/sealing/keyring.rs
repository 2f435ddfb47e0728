//! The key ring. The store's own keys are random, and are stored wrapped under the master key. A change of the master
//! key wraps these keys anew and changes no sealed data; see `docs/decisions/0009-key-ring.md`.

use std::sync::Arc;

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_engine::ports::{Entropy, MasterKey, MasterKeyId, MasterKeyRing};
use jiff::Timestamp;
use ring::aead::NONCE_LEN;

use crate::audit::Detail;
use crate::conn::codec::limit;
use crate::conn::{Conn, Db, Tx, params};
use crate::fault::{Fault, OpenError, damaged};
use crate::sealing::aead::{SealKey, SealedAt, open_with};
use crate::sealing::master::Master;
use crate::sealing::seal::{Keys, Vault};

const WRAP: &str = "wrap";
const HUB: &str = "hub";
const INDEX: &str = "index";
const NAMES: &str = "names";
/// Maximum number of participants' keys that one sweep wraps anew.
const BATCH: usize = 200;
/// Text that every store sealed under the hub's key before the ring existed.
const KNOWN: &[u8] = b"this store opens with this key";

struct Row {
    purpose: String,
    version: u32,
    master: String,
    place: i64,
    wrapped: Vec<u8>,
}

fn rows(conn: &Conn) -> Result<Vec<Row>, Fault> {
    let sql = "SELECT purpose, version, master, place, wrapped FROM key_ring ORDER BY place, purpose, version";
    conn.all(sql, [], |row| {
        Ok(Row {
            purpose: row.get(0)?,
            version: row.get(1)?,
            master: row.get(2)?,
            place: row.get(3)?,
            wrapped: row.get(4)?,
        })
    })
}

/// Returns the ids of the master keys, the newest last.
fn masters(rows: &[Row]) -> Vec<String> {
    let mut ids: Vec<String> = rows.iter().map(|row| row.master.clone()).collect();
    ids.dedup();
    ids
}

/// Opens the ring of a store, or makes a ring if there is none.
pub(crate) fn open(conn: &Conn, key: &MasterKey, entropy: Arc<dyn Entropy>) -> Result<Vault, OpenError> {
    let master = Master::of(key)?;
    if rows(conn)?.is_empty() {
        bring(conn, key, &master, entropy.as_ref())?;
    }
    let rows = rows(conn)?;
    let known = masters(&rows);
    if !known.contains(&master.id) {
        let given = master.id;
        return Err(OpenError::WrongKey { given, known });
    }
    let mut keys = Keys::default();
    for row in rows.iter().filter(|row| row.master == master.id) {
        let key = master.unwrap(&row.purpose, row.version, &row.wrapped)?;
        match row.purpose.as_str() {
            WRAP => keys.wraps.push((row.version, key)),
            HUB => keys.hub = key,
            INDEX => keys.index = key,
            NAMES => keys.names = key,
            _ => {
                return Err(OpenError::Damaged("the key ring has an unknown purpose".into()));
            }
        }
    }
    Ok(Vault::new(&keys, master, entropy)?)
}

/// Makes the first ring. A new store gets random keys. A store that is older than the ring keeps the keys that were
/// derived from its master key, so that its data can still be opened.
fn bring(conn: &Conn, key: &MasterKey, master: &Master, entropy: &dyn Entropy) -> Result<(), OpenError> {
    let sealed: Option<Vec<u8>> = conn.one("SELECT value FROM meta WHERE name = 'key'", [], |row| row.get(0))?;
    let keys = match sealed {
        Some(sealed) => {
            let keys = Keys::derived(key)?;
            let plain = open_with(&SealKey::new(&keys.hub)?, SealedAt("meta.key", b""), &sealed);
            if plain.ok().as_deref() != Some(KNOWN) {
                let given = master.id.clone();
                return Err(OpenError::WrongKey {
                    given,
                    known: Vec::new(),
                });
            }
            keys
        }
        None => Keys::random(entropy),
    };
    conn.run("BEGIN IMMEDIATE", [])?;
    let wraps = keys.wraps.iter().map(|(version, key)| (WRAP, *version, key));
    let others = [(HUB, 1, &keys.hub), (INDEX, 1, &keys.index), (NAMES, 1, &keys.names)];
    for (purpose, version, key) in wraps.chain(others) {
        let mut nonce = [0; NONCE_LEN];
        entropy.fill(&mut nonce);
        let wrapped = master.wrap(nonce, purpose, version, key)?;
        insert(conn, purpose, version, &master.id, 1, &wrapped)?;
    }
    conn.run("DELETE FROM meta WHERE name = 'key'", [])?;
    conn.run("COMMIT", [])?;
    Ok(())
}

fn insert(conn: &Conn, purpose: &str, version: u32, master: &str, place: i64, wrapped: &[u8]) -> Result<(), Fault> {
    let sql = "INSERT INTO key_ring (purpose, version, master, place, wrapped) VALUES (?1, ?2, ?3, ?4, ?5)";
    conn.run(sql, params![purpose, version, master, place, wrapped])?;
    Ok(())
}

/// Adds a master key that opens the store. The vault knows this key already.
pub(crate) fn add(tx: &Tx<'_>, new: &Master, actor: &Actor, now: Timestamp) -> Result<(), Fault> {
    let rows = rows(tx.conn)?;
    let newest = rows.iter().map(|row| row.place).max().unwrap_or(0);
    let detail = || Detail::new().text("key", &new.id);
    if let Some(there) = rows.iter().find(|row| row.master == new.id) {
        if there.place < newest {
            let sql = "UPDATE key_ring SET place = ?2 WHERE master = ?1";
            tx.run(sql, params![new.id, newest + 1])?;
            tx.audit(now, AuditAction::MasterKeyAdded, actor, detail())?;
        }
        return Ok(());
    }
    // Every master key wraps every key of the ring, so that any master key that the hub knows will do.
    let from = masters(&rows).iter().find_map(|id| tx.vault.master(id));
    let from = from.ok_or_else(|| damaged("no master key of the ring is known"))?;
    for row in rows.iter().filter(|row| row.master == from.id) {
        let mut key = from.unwrap(&row.purpose, row.version, &row.wrapped)?;
        let wrapped = new.wrap(tx.vault.random(), &row.purpose, row.version, &key)?;
        key.fill(0);
        insert(tx.conn, &row.purpose, row.version, &new.id, newest + 1, &wrapped)?;
    }
    tx.audit(now, AuditAction::MasterKeyAdded, actor, detail())
}

/// Makes `keep` the only master key that opens the store. `None` if `keep` is not the newest.
pub(crate) fn retire(tx: &Tx<'_>, keep: &str, actor: &Actor, now: Timestamp) -> Result<Option<usize>, Fault> {
    let masters = masters(&rows(tx.conn)?);
    let Some((newest, others)) = masters.split_last() else {
        return Ok(None);
    };
    if newest != keep {
        return Ok(None);
    }
    for other in others {
        tx.run("DELETE FROM key_ring WHERE master = ?1", [other])?;
        tx.audit(
            now,
            AuditAction::MasterKeyRetired,
            actor,
            Detail::new().text("key", other),
        )?;
    }
    Ok(Some(others.len()))
}

/// Makes a new key that wraps participants' keys. Returns `false`, and makes none, if the ring contains a master key
/// that this hub does not have, because the new key could not be wrapped for it.
pub(crate) fn new_wrapping(tx: &Tx<'_>, key: &[u8; 32], actor: &Actor, now: Timestamp) -> Result<bool, Fault> {
    let rows = rows(tx.conn)?;
    // Only one change runs at a time. An unfinished change already does what the caller wants.
    let [newest] = wrapping(&rows)[..] else { return Ok(true) };
    let version = newest + 1;
    for id in masters(&rows) {
        let Some(master) = tx.vault.master(&id) else {
            return Ok(false);
        };
        let place = rows.iter().find(|row| row.master == id).map_or(1, |row| row.place);
        let wrapped = master.wrap(tx.vault.random(), WRAP, version, key)?;
        insert(tx.conn, WRAP, version, &id, place, &wrapped)?;
    }
    tx.vault.learn_wrap(version, key)?;
    tx.adopt_wrap(version);
    let detail = Detail::new().number("version", version);
    tx.audit(now, AuditAction::WrappingKeyMade, actor, detail)?;
    Ok(true)
}

/// Returns the versions of the wrapping key, oldest first.
fn wrapping(rows: &[Row]) -> Vec<u32> {
    let mut versions: Vec<u32> = rows.iter().filter(|r| r.purpose == WRAP).map(|r| r.version).collect();
    versions.sort_unstable();
    versions.dedup();
    versions
}

pub(crate) const WRAPS: &str = "SELECT DISTINCT version FROM key_ring WHERE purpose = 'wrap' ORDER BY version";
/// An erased participant has no key left to wrap.
const OTHERWISE_WRAPPED: &str = "SELECT ref, wrapped_key FROM participant
    WHERE substr(wrapped_key, 1, 5) <> ?1 AND length(wrapped_key) > 40 LIMIT ?2";
const COUNT_OTHERWISE: &str = "SELECT count(*) FROM participant
    WHERE substr(wrapped_key, 1, 5) <> ?1 AND length(wrapped_key) > 40";

/// Wraps a batch of participants' keys under the newest wrapping key. Once every key is wrapped under it, the earlier
/// wrapping keys leave the ring.
pub(crate) fn rewrap(tx: &Tx<'_>, now: Timestamp) -> Result<usize, Fault> {
    let versions: Vec<u32> = tx.all(WRAPS, [], |row| row.get(0))?;
    let Some((newest, earlier)) = versions.split_last() else {
        return Ok(0);
    };
    // A wrapping key that this same transaction made is used from the next transaction on.
    if earlier.is_empty() || tx.vault.current_wrap() != *newest {
        return Ok(0);
    }
    let prefix = Vault::wrapped_prefix(*newest);
    let batch: Vec<([u8; 16], Vec<u8>)> = tx.all(OTHERWISE_WRAPPED, params![prefix, limit(BATCH)], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    for (participant, wrapped) in &batch {
        let owner = bindeledd_core::ParticipantRef(uuid::Uuid::from_bytes(*participant));
        let again = tx.vault.wrap_again(owner, wrapped)?;
        let sql = "UPDATE participant SET wrapped_key = ?2 WHERE ref = ?1";
        tx.run(sql, params![participant, again])?;
    }
    if batch.len() < BATCH {
        tx.run("DELETE FROM key_ring WHERE purpose = 'wrap' AND version < ?1", [newest])?;
        let detail = Detail::new().number("version", *newest);
        tx.audit(now, AuditAction::ParticipantsRewrapped, &Actor::Hub, detail)?;
    }
    Ok(batch.len())
}

/// Returns the ring as the operator sees it.
pub(crate) fn view(db: &Db<'_>) -> Result<MasterKeyRing, Fault> {
    let rows = rows(db.conn)?;
    let newest = wrapping(&rows).last().copied().unwrap_or(1);
    let under_way = wrapping(&rows).len() > 1;
    let left: Option<i64> = if under_way {
        db.one(COUNT_OTHERWISE, [Vault::wrapped_prefix(newest)], |row| row.get(0))?
    } else {
        None
    };
    Ok(MasterKeyRing {
        masters: masters(&rows).into_iter().map(MasterKeyId).collect(),
        wrapping: newest,
        to_rewrap: left.and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::testing::{System, empty};
    use bindeledd_core::{NationalId, ParticipantRef};

    /// Makes a store as an older hub without a ring left it. Its keys are derived from the master key.
    fn before_the_ring(master: &MasterKey) -> (Conn, Vault) {
        let conn = empty();
        let keys = Keys::derived(master).unwrap();
        let vault = Vault::new(&keys, Master::of(master).unwrap(), Arc::new(System)).unwrap();
        let known = vault.seal(vault.hub(), SealedAt("meta.key", b""), KNOWN).unwrap();
        conn.run("INSERT INTO meta (name, value) VALUES ('key', ?1)", [known])
            .unwrap();
        (conn, vault)
    }

    #[test]
    fn a_store_from_before_the_ring_is_brought_over_with_the_keys_that_it_had() {
        let master = MasterKey::new([7; 32]);
        let (conn, old) = before_the_ring(&master);
        let owner = ParticipantRef(uuid::Uuid::from_u128(1));
        let id = NationalId::parse("15720255178").unwrap();
        let (key, wrapped) = old.new_key(owner).unwrap();
        let sealed = old.seal(&key, SealedAt("body", b"1"), b"content").unwrap();
        let of_hub = old.seal(old.hub(), SealedAt("x", b"1"), b"content").unwrap();

        let wrong = open(&conn, &MasterKey::new([8; 32]), Arc::new(System));
        assert!(matches!(wrong, Err(OpenError::WrongKey { known, .. }) if known.is_empty()));
        for _ in 0..2 {
            let vault = open(&conn, &master, Arc::new(System)).unwrap();
            let key = vault.unwrap(owner, &wrapped).unwrap();
            assert_eq!(vault.open(&key, SealedAt("body", b"1"), &sealed).unwrap(), b"content");
            assert_eq!(
                vault.open(vault.hub(), SealedAt("x", b"1"), &of_hub).unwrap(),
                b"content"
            );
            assert_eq!(vault.lookup(&id), old.lookup(&id));
            assert_eq!(vault.digest("a", &[b"x"]), old.digest("a", &[b"x"]));
        }
        let is_left = conn.any("SELECT 1 FROM meta WHERE name = 'key'", []).unwrap();
        assert!(!is_left, "it is brought over once");
    }

    #[test]
    fn a_new_stores_keys_do_not_come_from_the_master_key() {
        let master = MasterKey::new([7; 32]);
        let conn = empty();
        let vault = open(&conn, &master, Arc::new(System)).unwrap();
        let derived = Vault::new(
            &Keys::derived(&master).unwrap(),
            Master::of(&master).unwrap(),
            Arc::new(System),
        );
        let derived = derived.unwrap();
        assert_ne!(vault.digest("a", &[b"x"]), derived.digest("a", &[b"x"]));
        let sealed = vault.seal(vault.hub(), SealedAt("x", b""), b"y").unwrap();
        assert!(derived.open(derived.hub(), SealedAt("x", b""), &sealed).is_err());
    }
}
