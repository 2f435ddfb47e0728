//! The key that signs checkpoints, in a file of its own, and the name that the log goes by.

use std::path::Path;

use bindeledd_files::Access;
use bindeledd_tlog::{SigningKey, key_name};
use ring::hmac;
use rusqlite::{Connection, params};

use crate::db::Db;
use crate::fault::OpenError;

/// Reads the key, or makes it where there is none. The log keeps the name that it began with, whatever the hub is called later.
///
/// The journal's key comes from the same seed, so that it stays when the master key is changed.
pub(crate) fn signing_key(db: &Db<'_>, file: &Path, name: &str) -> Result<(SigningKey, hmac::Key), OpenError> {
    let stored = "SELECT value FROM meta WHERE name = 'audit.origin'";
    let stored = db.one(stored, [], |row| Ok(row.get::<_, Vec<u8>>(0)?))?;
    let origin = match stored.map(String::from_utf8) {
        Some(Ok(origin)) => origin,
        Some(Err(_)) => return Err(OpenError::Damaged("the audit log's name can not be read".into())),
        None => {
            let origin = key_name(name);
            db.run(
                "INSERT INTO meta (name, value) VALUES ('audit.origin', ?1)",
                params![origin.as_bytes()],
            )?;
            origin
        }
    };
    let seed = match std::fs::read_to_string(file) {
        Ok(text) => seed(&text).ok_or_else(|| OpenError::AuditKey(file.to_owned()))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let seed: [u8; 32] = db.vault.random();
            make(file, &seed).map_err(|error| OpenError::Unreachable(file.to_owned(), error))?;
            seed
        }
        Err(error) => return Err(OpenError::Unreachable(file.to_owned(), error)),
    };
    let key = SigningKey::new(&origin, &seed).map_err(|_| OpenError::AuditKey(file.to_owned()))?;
    let journal = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &seed), b"bindeledd/journal/1");
    Ok((key, hmac::Key::new(hmac::HMAC_SHA256, journal.as_ref())))
}

/// Reads the key of a log that is there.
pub(super) fn read_signing_key(conn: &Connection, file: &Path) -> Result<SigningKey, OpenError> {
    let sql = "SELECT value FROM meta WHERE name = 'audit.origin'";
    let origin: Vec<u8> = conn.query_row(sql, [], |row| row.get(0))?;
    let text = std::fs::read_to_string(file).map_err(|error| OpenError::Unreachable(file.to_owned(), error))?;
    let wrong = || OpenError::AuditKey(file.to_owned());
    let origin = String::from_utf8(origin).map_err(|_| wrong())?;
    SigningKey::new(&origin, &seed(&text).ok_or_else(wrong)?).map_err(|_| wrong())
}

fn seed(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    let mut seed = [0; 32];
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in seed.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(seed)
}

fn make(file: &Path, seed: &[u8; 32]) -> std::io::Result<()> {
    let text: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
    bindeledd_files::create(file, format!("{text}\n").as_bytes(), Access::Private)
}
