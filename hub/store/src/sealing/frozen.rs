//! Frozen bytes: the sealed request that an adapter wrote at the first release, and the ids in it that a receiver may
//! refer to.

use bindeledd_core::contract::{Method, Reference, Request};
use bindeledd_core::{AdapterId, DeliveryId, ParticipantRef, PartyId, canonical_id};
use bindeledd_engine::ports::Frozen;
use ring::digest;
use serde::{Deserialize, Serialize};

use crate::audit::Detail;
use crate::commands::participant;
use crate::conn::codec::{Key, hexadecimal};
use crate::conn::{Db, Tx, params};
use crate::fault::{Fault, damaged};
use crate::sealing::aead::{SealKey, SealedAt};
use crate::sealing::seal::Vault;

/// A request without its body. The body follows unchanged.
#[derive(Serialize, Deserialize)]
struct Head {
    adapter: Option<String>,
    #[serde(default)]
    adapter_sha256: Option<[u8; 32]>,
    method: u8,
    path: String,
    headers: Vec<(String, String)>,
    credential: Option<String>,
    references: Vec<(String, String)>,
}

const METHODS: [Method; 5] = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];

fn write(frozen: &Frozen) -> Result<Vec<u8>, Fault> {
    let unwritable = || damaged("a request can not be written");
    let request = &frozen.request;
    let method = METHODS
        .iter()
        .position(|m| *m == request.method)
        .ok_or_else(unwritable)?;
    let references = request.references.iter().map(|r| (r.scheme.clone(), r.value.clone()));
    let head = Head {
        adapter: frozen.adapter.as_ref().map(ToString::to_string),
        adapter_sha256: frozen.adapter_sha256,
        method: u8::try_from(method).map_err(|_| unwritable())?,
        path: request.path.clone(),
        headers: request.headers.clone(),
        credential: request.credential.clone(),
        references: references.collect(),
    };
    let head = serde_json::to_vec(&head).map_err(|_| unwritable())?;
    let length = u32::try_from(head.len()).map_err(|_| unwritable())?;
    let mut bytes = Vec::with_capacity(4 + head.len() + request.body.len());
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(&request.body);
    Ok(bytes)
}

fn read(bytes: &[u8]) -> Option<Frozen> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (head, body) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    let head: Head = serde_json::from_slice(head).ok()?;
    let adapter = match head.adapter {
        Some(name) => Some(AdapterId::parse(&name)?),
        None => None,
    };
    let references = head
        .references
        .into_iter()
        .map(|(scheme, value)| Reference { scheme, value });
    Some(Frozen {
        adapter,
        adapter_sha256: head.adapter_sha256,
        request: Request {
            method: *METHODS.get(usize::from(head.method))?,
            path: head.path,
            headers: head.headers,
            body: body.to_vec(),
            credential: head.credential,
            references: references.collect(),
        },
    })
}

/// Stores a delivery's bytes and the ids in them.
pub(crate) fn put(
    tx: &Tx<'_>,
    delivery: DeliveryId,
    party: &PartyId,
    participant: Option<ParticipantRef>,
    frozen: &Frozen,
) -> Result<(), Fault> {
    let own = participant.map(|p| participant::key(tx, p)).transpose()?;
    let key = own.as_ref().unwrap_or_else(|| tx.vault.hub());
    let sealed = tx
        .vault
        .seal(key, SealedAt("frozen", delivery.0.as_bytes()), &write(frozen)?)?;
    let sql = "INSERT INTO frozen (delivery, sealed, adapter) VALUES (?1, ?2, ?3)";
    let adapter = frozen.adapter.as_ref().map(ToString::to_string);
    tx.run(sql, params![delivery.key(), sealed, adapter])?;
    put_references(tx, delivery, party, key, &frozen.request.references)
}

/// Returns a delivery's bytes; `None` if it has none.
pub(crate) fn get(
    db: &Db<'_>,
    delivery: DeliveryId,
    participant: Option<ParticipantRef>,
) -> Result<Option<Frozen>, Fault> {
    let own = participant.map(|p| participant::key(db, p)).transpose()?;
    let key = own.as_ref().unwrap_or_else(|| db.vault.hub());
    let sql = "SELECT sealed FROM frozen WHERE delivery = ?1";
    db.one(sql, [delivery.key()], |row| {
        let place = SealedAt("frozen", delivery.0.as_bytes());
        let bytes = db.vault.open(key, place, row.bytes(0)?)?;
        read(&bytes).ok_or_else(|| damaged("a frozen request can not be read"))
    })
}

/// Returns the adapter that wrote a delivery's bytes. `None` if an older store did not record the adapter, or no
/// adapter was needed.
pub(crate) fn adapter(db: &Db<'_>, delivery: DeliveryId) -> Result<Option<AdapterId>, Fault> {
    let sql = "SELECT adapter FROM frozen WHERE delivery = ?1 AND adapter IS NOT NULL";
    db.one(sql, [delivery.key()], |row| row.adapter("adapter"))
}

/// Returns the audit detail about the bytes of a release: their digest with a salt, and the adapter that wrote them. A
/// holder of the bytes and the salt can verify the digest. Without the salt nobody can test guesses. An erasure
/// destroys the salt.
pub(crate) fn in_log(
    tx: &Tx<'_>,
    delivery: DeliveryId,
    participant: Option<ParticipantRef>,
    frozen: &Frozen,
    detail: Detail,
) -> Result<Detail, Fault> {
    let salt = match salt(tx, delivery, participant)? {
        Some(salt) => salt,
        None => put_salt(tx, delivery, participant)?,
    };
    let digest = document_digest(&salt, &frozen.request.body);
    let detail = detail
        .text("documentDigest", &digest)
        .id_or_none("adapter", frozen.adapter.as_ref())
        .id_or_none(
            "adapterSha256",
            frozen.adapter_sha256.as_ref().map(|sum| hexadecimal(sum)),
        );
    Ok(detail)
}

/// Returns the digest of a document as in the log: SHA-256 over the salt and the document, in hexadecimal digits.
#[must_use]
pub fn document_digest(salt: &[u8; 32], document: &[u8]) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(salt);
    context.update(document);
    hexadecimal(context.finish().as_ref())
}

/// Returns the salt of a delivery's digests; `None` if the delivery has none, or if its participant was erased.
pub(crate) fn salt(
    db: &Db<'_>,
    delivery: DeliveryId,
    participant: Option<ParticipantRef>,
) -> Result<Option<[u8; 32]>, Fault> {
    let sql = "SELECT sent_salt FROM delivery WHERE id = ?1 AND sent_salt IS NOT NULL";
    let Some(sealed) = db.one(sql, [delivery.key()], |row| row.get::<Vec<u8>>(0))? else {
        return Ok(None);
    };
    let own = participant.map(|p| participant::key(db, p)).transpose()?;
    let key = own.as_ref().unwrap_or_else(|| db.vault.hub());
    let plain = db.vault.open(key, SealedAt(SALT, delivery.0.as_bytes()), &sealed)?;
    let salt = plain.try_into().map_err(|_| damaged("a salt has another length"))?;
    Ok(Some(salt))
}

fn put_salt(tx: &Tx<'_>, delivery: DeliveryId, participant: Option<ParticipantRef>) -> Result<[u8; 32], Fault> {
    let own = participant.map(|p| participant::key(tx, p)).transpose()?;
    let key = own.as_ref().unwrap_or_else(|| tx.vault.hub());
    let salt: [u8; 32] = tx.vault.random();
    let sealed = tx.vault.seal(key, SealedAt(SALT, delivery.0.as_bytes()), &salt)?;
    let sql = "UPDATE delivery SET sent_salt = ?2 WHERE id = ?1";
    tx.run(sql, params![delivery.key(), sealed])?;
    Ok(salt)
}

/// Name of the sealed column of a delivery's salt.
pub(crate) const SALT: &str = "delivery.sent_salt";

/// Returns the digest that finds a receiver's id for a delivery, for every spelling of a UUID.
pub(crate) fn external_digest(vault: &Vault, party: &PartyId, value: &str) -> [u8; 32] {
    external_digest_as_written(vault, party, &canonical_id(value))
}

/// Returns the digest of an id as it is spelt.
pub(crate) fn external_digest_as_written(vault: &Vault, party: &PartyId, value: &str) -> [u8; 32] {
    vault.digest("external", &[party.as_str().as_bytes(), value.as_bytes()])
}

/// Stores ids by which receipts and replies may refer to a delivery. Ids that are already stored stay.
pub(crate) fn put_references(
    tx: &Tx<'_>,
    delivery: DeliveryId,
    party: &PartyId,
    key: &SealKey,
    references: &[Reference],
) -> Result<(), Fault> {
    for reference in references {
        let digest = external_digest(tx.vault, party, &reference.value);
        let place = SealedAt("external_ref", delivery.0.as_bytes());
        let sealed = tx.vault.seal(key, place, reference.value.as_bytes())?;
        let sql = "INSERT INTO external_ref (party, value, scheme, delivery, sealed) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
        let scheme = reference.scheme.as_str();
        tx.run(sql, params![party.as_str(), digest, scheme, delivery.key(), sealed])?;
    }
    Ok(())
}

/// Opens an external id. The id is sealed for its delivery, which may have several; the digest shows that the id
/// belongs to this row.
pub(crate) fn open_reference(
    db: &Db<'_>,
    (party, delivery): (&PartyId, DeliveryId),
    key: &SealKey,
    sealed: &[u8],
    digest: &[u8; 32],
) -> Result<String, Fault> {
    let plain = db
        .vault
        .open(key, SealedAt("external_ref", delivery.0.as_bytes()), sealed)?;
    let value = String::from_utf8(plain).map_err(|_| damaged("an external id can not be read"))?;
    let digests = [external_digest, external_digest_as_written];
    if digests.iter().any(|of| of(db.vault, party, &value) == *digest) {
        Ok(value)
    } else {
        Err(damaged("sealed data in external_ref belongs to another row"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_comes_back_as_it_was_written() {
        for (i, method) in METHODS.into_iter().enumerate() {
            let request = Request {
                method,
                path: "/Messages?ø".into(),
                headers: vec![("content-type".into(), "text/xml; charset=\"x\"".into())],
                body: vec![0, 255, b'{', b'}'],
                credential: (i > 0).then(|| "token".into()),
                references: vec![Reference::new("msgid", "abc")],
            };
            let adapter = (i % 2 == 0).then(|| AdapterId::parse("gp-dialogmelding@0.1.0").unwrap());
            let adapter_sha256 = adapter.as_ref().map(|_| [7; 32]);
            let frozen = Frozen {
                adapter,
                adapter_sha256,
                request,
            };
            assert_eq!(read(&write(&frozen).unwrap()).unwrap(), frozen);
        }
        assert!(read(&[0, 0]).is_none());
        assert!(read(&[0, 0, 0, 9, b'{']).is_none());
    }
}
