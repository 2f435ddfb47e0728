//! The audit log alone, for reading beside a running hub. Anyone with access to the store's file can read it. The
//! master key is needed only for the salt of a delivery.

use std::path::Path;
use std::sync::Arc;

use bindeledd_core::{DeliveryId, ParticipantRef};
use bindeledd_engine::ports::{AuditProof, AuditRow, Entropy, MasterKey, ProvedEntry};
use bindeledd_texts::Finding;
use bindeledd_tlog::{Checkpoint, Hash, Kind, SigningKey, TILE_WIDTH, Tile, hashes};

use super::rows::{entry, rows, size};
use super::verify::{AuditFinding, AuditSource, Found, LedgerDifference};
use super::{key, tree};
use crate::conn::codec::Key;
use crate::conn::{Conn, Db, Trust, params};
use crate::fault::OpenError;
use crate::ledger::{self, Differs};
use crate::sealing::{frozen, keyring};
use crate::sqlite::file;

/// The audit log of a store, for reading.
pub struct AuditLog {
    conn: Conn,
    size: u64,
}

/// An entry, with the proof that the entry is in the log.
#[derive(Debug, Clone)]
pub struct Included {
    /// Row of the entry.
    pub row: AuditRow,
    /// Bytes of the entry in the tree.
    pub entry: Vec<u8>,
    /// Inclusion proof, from the leaf to the root.
    pub proof: Vec<Hash>,
}

/// The queries for the numbers of rows: those about a delivery, and the one that says that its message was accepted.
pub(crate) struct Find {
    pub(crate) delivery: &'static str,
    pub(crate) accepted: &'static str,
}

pub(crate) const BY_INDEX: Find = Find {
    delivery: r#"SELECT seq FROM audit WHERE instr(detail, '"delivery":"') > 0
            AND substr(detail, instr(detail, '"delivery":"') + 12, 36) = ?1 AND seq <= ?2
        UNION SELECT seq FROM audit WHERE instr(detail, '"deliveries":["') > 0 AND instr(detail, ?1) > 0 AND seq <= ?2
        ORDER BY seq"#,
    accepted: r#"SELECT seq FROM audit WHERE action = 'accepted'
            AND substr(detail, instr(detail, '"message":"') + 11, 36) = ?1 AND seq <= ?2
        ORDER BY seq"#,
};

/// For a store that an older hub wrote, which a look does not change: it reads every row.
const BY_SCAN: Find = Find {
    delivery: "SELECT seq FROM audit WHERE instr(detail, ?1) > 0 AND seq <= ?2 ORDER BY seq",
    accepted: "SELECT seq FROM audit WHERE action = 'accepted' AND instr(detail, ?1) > 0 AND seq <= ?2 ORDER BY seq",
};

impl AuditLog {
    /// Opens the log of a store in its current state. Rows that are added later are not seen.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(store: &Path) -> Result<Self, OpenError> {
        std::fs::metadata(store).map_err(|error| OpenError::Unreachable(store.to_owned(), error))?;
        let conn = file::reader(store)?;
        if !file::has(&conn, "audit_tile")? {
            return Err(OpenError::Foreign(store.to_owned()));
        }
        let size = size(&conn)?;
        Ok(Self { conn, size })
    }

    /// Returns the key that signs the log's checkpoints.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn signing_key(&self, file: &Path) -> Result<SigningKey, OpenError> {
        key::read_signing_key(&self.conn, file)
    }

    /// Returns a signed checkpoint of the log as it was opened.
    ///
    /// # Errors
    /// [`OpenError::Damaged`] if the log's tree has a gap.
    pub fn checkpoint(&self, key: &SigningKey) -> Result<(Checkpoint, String), OpenError> {
        let checkpoint = Checkpoint {
            origin: key.verifying_key().name().to_owned(),
            size: self.size,
            root: tree::root_of(&self.conn, self.size)?,
        };
        let note = checkpoint.sign(key);
        Ok((checkpoint, note))
    }

    /// Compares the log with a witnessed checkpoint.
    ///
    /// # Errors
    /// [`OpenError::LogDiffers`] if the checkpoint is of another log, or of a longer one.
    pub fn goes_on_from(&self, witnessed: &Checkpoint) -> Result<(), OpenError> {
        let differs = |what: Finding| Err(OpenError::LogDiffers(what.into()));
        let (size, has) = (witnessed.size, self.size);
        if has < size {
            return differs(Finding::Shorter {
                size: has,
                witnessed: size,
            });
        }
        match tree::root_of(&self.conn, size) {
            Ok(root) if root == witnessed.root => Ok(()),
            Ok(_) => differs(Finding::NotWitnessed { size }),
            Err(fault) => Err(fault.into()),
        }
    }

    /// Compares every participant's consents with the log: the rows must have the digest that the log holds. Empty for
    /// a store that is older than these digests.
    ///
    /// # Errors
    /// [`OpenError`] if the store can not be read.
    pub fn ledgers(&self) -> Result<Vec<AuditFinding>, OpenError> {
        // A hub may be running, so that all reads use one snapshot.
        let finding = |(participant, how): (ParticipantRef, Differs)| AuditFinding::Ledger {
            participant: participant.to_string(),
            how: match how {
                Differs::Changed => LedgerDifference::Changed,
                Differs::Missing => LedgerDifference::Missing,
                Differs::Unknown => LedgerDifference::Unknown,
            },
        };
        let found = file::in_snapshot(&self.conn, |conn| match file::has(conn, "audit_marked")? {
            true => ledger::differences(conn),
            false => Ok(Vec::new()),
        })?;
        Ok(found.into_iter().map(finding).collect())
    }

    /// Returns the bytes of a tile.
    ///
    /// # Errors
    /// [`OpenError::Damaged`] if the log's tree has a gap.
    pub fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, OpenError> {
        Ok(tree::tile(&self.conn, tile)?)
    }

    /// Returns the entries about a delivery, and the entry about its message's acceptance, each with its proof.
    ///
    /// # Errors
    /// [`OpenError::Damaged`] if the log's tree has a gap.
    pub fn about(&self, delivery: &str) -> Result<Vec<Included>, OpenError> {
        let find = match file::has(&self.conn, "audit_delivery")? {
            true => BY_INDEX,
            false => BY_SCAN,
        };
        let mentions = |row: &AuditRow, id: &str| row.detail.contains(&format!("\"{id}\""));
        let mut found = self.matching(find.delivery, delivery)?;
        found.retain(|row| mentions(row, delivery));
        let message = found.iter().find_map(|row| {
            let detail: serde_json::Value = serde_json::from_str(&row.detail).ok()?;
            Some(detail.get("message")?.as_str()?.to_owned())
        });
        if let Some(message) = message {
            let accepted = self.matching(find.accepted, &message)?;
            found.extend(accepted.into_iter().filter(|row| mentions(row, &message)));
        }
        found.sort_by_key(|row| row.seq);
        found.dedup_by_key(|row| row.seq);
        let included = found.into_iter().map(|row| {
            let proof = tree::proof_of(&self.conn, row.seq, self.size)?;
            let entry = entry(&row);
            Ok(Included { row, entry, proof })
        });
        included.collect()
    }

    /// Returns the entries about a delivery with their proofs, and a signed checkpoint; `None` if the log says nothing
    /// of the delivery.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn prove(&self, delivery: DeliveryId, key: &SigningKey) -> Result<Option<AuditProof>, OpenError> {
        let about = self.about(&delivery.to_string())?;
        if about.is_empty() {
            return Ok(None);
        }
        let entry = |included: Included| ProvedEntry {
            index: included.row.seq - 1,
            entry: String::from_utf8_lossy(&included.entry).into_owned(),
            hashes: included.proof.iter().map(Hash::base64).collect(),
        };
        Ok(Some(AuditProof {
            entries: about.into_iter().map(entry).collect(),
            checkpoint: self.checkpoint(key)?.1,
            key: key.verifying_key().to_string(),
        }))
    }

    /// Returns the salt for the digests of a delivery's bytes. Returns `None` if the store has no salt: the delivery
    /// was not released since digests were introduced, its salt was removed, or its participant was erased.
    ///
    /// # Errors
    /// [`OpenError::WrongKey`]; [`OpenError::Damaged`] if the salt can not be decrypted.
    pub fn salt(
        &self,
        delivery: DeliveryId,
        key: &MasterKey,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Option<[u8; 32]>, OpenError> {
        if !file::has_column(&self.conn, "delivery", "sent_salt")? {
            return Ok(None);
        }
        let vault = keyring::open(&self.conn, key, entropy)?;
        let trust = Trust::default();
        let db = Db::of_writer(&self.conn, &vault, &trust);
        let sql = "SELECT participant FROM delivery WHERE id = ?1";
        let participant = db.one(sql, [delivery.key()], |row| row.id_or_none::<ParticipantRef>(0))?;
        match participant {
            Some(participant) => Ok(frozen::salt(&db, delivery, participant)?),
            None => Ok(None),
        }
    }

    /// Returns the rows that a query finds with this text, oldest first.
    fn matching(&self, sql: &str, text: &str) -> Result<Vec<AuditRow>, OpenError> {
        let size = i64::try_from(self.size).unwrap_or(i64::MAX);
        let places = self.conn.all(sql, params![text, size], |row| row.get::<i64>(0))?;
        let mut found = Vec::new();
        for place in places {
            let place = u64::try_from(place).unwrap_or_default();
            found.extend(rows(&self.conn, place, 1)?);
        }
        Ok(found)
    }
}

impl AuditSource for AuditLog {
    fn size(&self) -> u64 {
        self.size
    }

    fn entries(&mut self, index: u64, width: u16) -> Result<Option<Vec<Found>>, OpenError> {
        let last = index * TILE_WIDTH + u64::from(width);
        let rows = rows(&self.conn, index * TILE_WIDTH + 1, width.into())?;
        let found = rows.into_iter().filter(|row| row.seq <= last).map(|row| Found {
            seq: Some(row.seq),
            entry: entry(&row),
        });
        Ok(Some(found.collect()))
    }

    fn hashes(&mut self, tile: Tile) -> Result<Option<Vec<Option<Hash>>>, OpenError> {
        if tile.kind == Kind::Hashes(0) {
            let first = tile.index * TILE_WIDTH + 1;
            let mut found = vec![None; tile.width.into()];
            for row in rows(&self.conn, first, tile.width.into())? {
                let place = usize::try_from(row.seq - first).unwrap_or(usize::MAX);
                if let Some(place) = found.get_mut(place) {
                    *place = Some(Hash(row.hash));
                }
            }
            return Ok(Some(found));
        }
        let bytes = tree::tile(&self.conn, tile)?;
        Ok(bytes
            .as_deref()
            .and_then(hashes)
            .map(|hashes| hashes.into_iter().map(Some).collect()))
    }
}

impl std::fmt::Debug for AuditLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditLog")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}
