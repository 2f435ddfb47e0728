//! The key that signs checkpoints, in a file of its own, and the name of the log.

use std::path::Path;

use bindeledd_files::Access;
use bindeledd_tlog::{SigningKey, VerifyingKey, key_name};
use ring::hmac;

use super::rows::size;
use crate::conn::codec::hexadecimal;
use crate::conn::{Conn, Db, params};
use crate::fault::{Fault, OpenError};

/// Reads the key, or makes a key if there never was one. The log keeps its first name, even if the hub is renamed
/// later.
///
/// The journal's key is derived from the same seed, so that it survives a change of the master key.
pub(crate) fn signing_key(db: &Db<'_>, file: &Path, name: &str) -> Result<Keys, OpenError> {
    let stored = origin(db)?;
    let origin = stored.clone().unwrap_or_else(|| key_name(name));
    let known = known_key(db)?;
    let seed = match std::fs::read_to_string(file) {
        Ok(text) => seed(&text).ok_or_else(|| OpenError::AuditKey(file.to_owned()))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // A log with signed rows has lost its key. Only the operator may make a new one, since earlier checkpoints
            // could not be compared with it.
            if known.is_some() || (stored.is_some() && size(db.conn)? > 0) {
                return Err(OpenError::AuditKeyLost(file.to_owned()));
            }
            let seed: [u8; 32] = db.vault.random();
            make(file, &seed).map_err(|error| OpenError::Unreachable(file.to_owned(), error))?;
            seed
        }
        Err(error) => return Err(OpenError::Unreachable(file.to_owned(), error)),
    };
    let (sign, journal) = keys(&origin, &seed, file)?;
    let is_other = known.is_some_and(|known| known != *sign.verifying_key());
    if stored.is_none() {
        let sql = "INSERT INTO meta (name, value) VALUES ('audit.origin', ?1)";
        db.run(sql, params![origin.as_bytes()])?;
    }
    Ok(Keys {
        sign,
        journal,
        is_other,
    })
}

pub(crate) struct Keys {
    /// Key that signs checkpoints.
    pub(crate) sign: SigningKey,
    /// HMAC key of the journal.
    pub(crate) journal: hmac::Key,
    /// Whether the store remembers that another key signs the log.
    pub(crate) is_other: bool,
}

/// Stores the public key that signs the log, so that another key in the file is noticed.
pub(crate) fn remember_key(db: &Db<'_>, key: &VerifyingKey) -> Result<(), Fault> {
    let sql = "INSERT INTO meta (name, value) VALUES ('audit.key', ?1)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE meta.value <> excluded.value";
    db.run(sql, params![key.to_string().as_bytes()]).map(|_| ())
}

/// The parts of the key to replace that can still be found.
pub(crate) struct OldKey {
    /// Public key that verifies the old key's checkpoints; `None` if it is not known.
    pub(crate) public: Option<VerifyingKey>,
    /// HMAC key of the journal; `None` if the file no longer holds it.
    pub(crate) journal: Option<hmac::Key>,
}

/// Finds the parts of the old key.
pub(crate) fn old_key(db: &Db<'_>, file: &Path) -> Result<OldKey, OpenError> {
    let known = known_key(db)?;
    let found = std::fs::read_to_string(file).ok();
    let in_file = match (origin(db)?, found.and_then(|text| seed(&text))) {
        (Some(origin), Some(seed)) => Some(keys(&origin, &seed, file)?),
        _ => None,
    };
    let of_this_log = |key: &SigningKey| known.as_ref().is_none_or(|known| known == key.verifying_key());
    Ok(match in_file.filter(|(key, _)| of_this_log(key)) {
        Some((key, journal)) => OldKey {
            public: Some(key.verifying_key().clone()),
            journal: Some(journal),
        },
        None => OldKey {
            public: known,
            journal: None,
        },
    })
}

/// Makes another key for the same log. The old content of the file is stored beside it, under another name.
pub(crate) fn new_key(db: &Db<'_>, file: &Path, name: &str, log: u64) -> Result<(SigningKey, hmac::Key), OpenError> {
    let unreachable = |error| OpenError::Unreachable(file.to_owned(), error);
    let seed: [u8; 32] = db.vault.random();
    if let Ok(old) = std::fs::read(file) {
        let mut aside = file.as_os_str().to_owned();
        aside.push(format!(".before-{log}"));
        bindeledd_files::replace(Path::new(&aside), &old, Access::Private).map_err(unreachable)?;
    }
    bindeledd_files::replace(file, text(&seed).as_bytes(), Access::Private).map_err(unreachable)?;
    let origin = origin(db)?.unwrap_or_else(|| key_name(name));
    keys(&origin, &seed, file)
}

fn keys(origin: &str, seed: &[u8; 32], file: &Path) -> Result<(SigningKey, hmac::Key), OpenError> {
    let key = SigningKey::new(origin, seed).map_err(|_| OpenError::AuditKey(file.to_owned()))?;
    let journal = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, seed), b"bindeledd/journal/1");
    Ok((key, hmac::Key::new(hmac::HMAC_SHA256, journal.as_ref())))
}

fn origin(db: &Db<'_>) -> Result<Option<String>, OpenError> {
    text_of(db, "audit.origin")
}

fn known_key(db: &Db<'_>) -> Result<Option<VerifyingKey>, OpenError> {
    let unreadable = |_| OpenError::Damaged("the key that the audit log is checked by can not be read".into());
    let known = text_of(db, "audit.key")?;
    known
        .map(|text| VerifyingKey::parse(&text).map_err(unreadable))
        .transpose()
}

fn text_of(db: &Db<'_>, name: &str) -> Result<Option<String>, OpenError> {
    let sql = "SELECT value FROM meta WHERE name = ?1";
    let stored = db.one(sql, [name], |row| row.get::<Vec<u8>>(0))?;
    let unreadable = |_| OpenError::Damaged(format!("`{name}` of the audit log can not be read"));
    stored
        .map(|bytes| String::from_utf8(bytes).map_err(unreadable))
        .transpose()
}

/// Reads the key of an existing log.
pub(super) fn read_signing_key(conn: &Conn, file: &Path) -> Result<SigningKey, OpenError> {
    let sql = "SELECT value FROM meta WHERE name = 'audit.origin'";
    let origin: Option<Vec<u8>> = conn.one(sql, [], |row| row.get(0))?;
    let text = std::fs::read_to_string(file).map_err(|error| OpenError::Unreachable(file.to_owned(), error))?;
    let wrong = || OpenError::AuditKey(file.to_owned());
    let origin = String::from_utf8(origin.ok_or_else(wrong)?).map_err(|_| wrong())?;
    SigningKey::new(&origin, &seed(&text).ok_or_else(wrong)?).map_err(|_| wrong())
}

fn seed(text: &str) -> Option<[u8; 32]> {
    let text = text.trim_start_matches('\u{feff}').trim();
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
    bindeledd_files::create(file, text(seed).as_bytes(), Access::Private)
}

fn text(seed: &[u8; 32]) -> String {
    format!("{}\n", hexadecimal(seed))
}
