//! The tree over the rows, in SQLite. The rows hold the hashes of the leaves, and full tiles hold the hashes above.

use bindeledd_tlog::tree::{Edge, inclusion, root};
use bindeledd_tlog::{Checkpoint, Hash, Kind, SigningKey, TILE_WIDTH, Tile, bundle, fold, hashes};

use super::rows::{entry, rows, size};
use crate::conn::{Conn, params};
use crate::fault::{Fault, damaged};

/// Extends the tiles from `before` to `after` rows. Only a full tile is written, so that the cost of a row is some
/// nanoseconds.
pub(crate) fn grow(conn: &Conn, before: u64, after: u64) -> Result<(), Fault> {
    for tile in before / TILE_WIDTH..after / TILE_WIDTH {
        let hash = fold(leaves(conn, tile * TILE_WIDTH, TILE_WIDTH)?);
        append(conn, 1, tile, hash)?;
    }
    Ok(())
}

fn append(conn: &Conn, level: u8, place: u64, hash: Hash) -> Result<(), Fault> {
    let (tile, offset) = (place / TILE_WIDTH, place % TILE_WIDTH);
    let mut bytes = if offset == 0 {
        Vec::new()
    } else {
        stored(conn, level, tile)?
    };
    if bytes.len() as u64 != offset * 32 {
        return Err(damaged(format!(
            "tile {tile} of level {level} of the audit tree has a gap"
        )));
    }
    bytes.extend_from_slice(&hash.0);
    let sql = "INSERT INTO audit_tile (level, idx, hashes) VALUES (?1, ?2, ?3)
        ON CONFLICT (level, idx) DO UPDATE SET hashes = excluded.hashes";
    conn.run(sql, params![level, signed(tile), bytes])?;
    if offset + 1 == TILE_WIDTH {
        let full = hashes(&bytes).ok_or_else(|| damaged("a tile of the audit tree is cut off"))?;
        append(conn, level + 1, tile, fold(full))?;
    }
    Ok(())
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn stored(conn: &Conn, level: u8, tile: u64) -> Result<Vec<u8>, Fault> {
    let sql = "SELECT hashes FROM audit_tile WHERE level = ?1 AND idx = ?2";
    let bytes = conn.one(sql, params![level, signed(tile)], |row| row.get(0))?;
    Ok(bytes.unwrap_or_default())
}

/// Returns the hashes of `count` rows after the first `start`. Fails if a hash is missing.
fn leaves(conn: &Conn, start: u64, count: u64) -> Result<Vec<Hash>, Fault> {
    let sql = "SELECT hash FROM audit WHERE seq > ?1 AND seq <= ?2 ORDER BY seq";
    let found = conn.all(sql, [signed(start), signed(start + count)], |row| row.get(0).map(Hash))?;
    if found.len() as u64 != count {
        return Err(damaged(format!("audit rows after {start} are missing")));
    }
    Ok(found)
}

/// Returns the root of a complete subtree.
fn subtree(conn: &Conn, level: u8, index: u64) -> Result<Hash, Fault> {
    let (tile_level, within) = (level / 8, u32::from(level % 8));
    let start = index << within;
    let count = 1_u64 << within;
    if tile_level == 0 {
        return leaves(conn, start, count).map(fold);
    }
    let bytes = stored(conn, tile_level, start / TILE_WIDTH)?;
    let from = usize::try_from(start % TILE_WIDTH * 32).unwrap_or(usize::MAX);
    let to = from.saturating_add(usize::try_from(count * 32).unwrap_or(usize::MAX));
    let missing = || {
        damaged(format!(
            "tile {} of level {tile_level} of the audit tree is cut off",
            start / TILE_WIDTH
        ))
    };
    bytes.get(from..to).and_then(hashes).map(fold).ok_or_else(missing)
}

/// Returns the root of the first `size` rows.
pub(crate) fn root_of(conn: &Conn, size: u64) -> Result<Hash, Fault> {
    root(size, &mut |level, index| subtree(conn, level, index))
}

/// Returns the right edge of the tree of the first `size` rows.
pub(crate) fn edge_of(conn: &Conn, size: u64) -> Result<Edge, Fault> {
    Edge::of(size, &mut |level, index| subtree(conn, level, index))
}

/// Returns the hashes of a tile above the leaves, as many as it has.
pub(crate) fn upper(conn: &Conn, level: u8, index: u64) -> Result<Vec<Hash>, Fault> {
    let bytes = stored(conn, level, index)?;
    Ok(hashes(&bytes).unwrap_or_default())
}

/// Returns the proof that a row is in the tree of the first `size` rows.
pub(crate) fn proof_of(conn: &Conn, seq: u64, size: u64) -> Result<Vec<Hash>, Fault> {
    inclusion(seq - 1, size, &mut |level, index| subtree(conn, level, index))
}

/// Returns a checkpoint of every committed row, unsigned.
pub(crate) fn newest(conn: &Conn, key: &SigningKey) -> Result<Checkpoint, Fault> {
    let size = size(conn)?;
    Ok(Checkpoint {
        origin: key.verifying_key().name().to_owned(),
        size,
        root: root_of(conn, size)?,
    })
}

/// Returns the bytes of a tile; `None` if the log is too short for the tile.
pub(crate) fn tile(conn: &Conn, tile: Tile) -> Result<Option<Vec<u8>>, Fault> {
    let (first, end) = tile.entries();
    if end > size(conn)? {
        return Ok(None);
    }
    let width = usize::from(tile.width);
    match tile.kind {
        Kind::Entries => {
            let rows = rows(conn, first + 1, width)?;
            let entries: Vec<Vec<u8>> = rows.iter().map(entry).collect();
            Ok(bundle(entries.iter().map(Vec::as_slice)))
        }
        Kind::Hashes(0) => {
            let leaves = leaves(conn, first, tile.width.into())?;
            Ok(Some(leaves.iter().flat_map(|hash| hash.0).collect()))
        }
        Kind::Hashes(level) => {
            let mut bytes = stored(conn, level, tile.index)?;
            bytes.truncate(width * 32);
            Ok((bytes.len() == width * 32).then_some(bytes))
        }
    }
}
