//! The background pass hashes every row again and compares it with its leaf, and compares every stored hash with those
//! below it. It handles one tile of 256 rows at a time, round after round.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bindeledd_tlog::{Hash, Kind, TILE_WIDTH, Tile, fold, leaf};
use jiff::{SignedDuration, Timestamp};

use super::guard::{By, Mismatch, MismatchKind};
use super::rows::{entry, rows};
use super::tree;
use super::verify::AuditFinding;
use crate::conn::{Conn, Db};
use crate::fault::Fault;
use crate::ledger;

/// Maximum number of tiles of a step, however late the step is.
const AT_MOST: u64 = 64;

/// Number of participants whose ledgers cost as much to check as a tile.
const PEOPLE: u64 = 16;

/// A finding, with a mark that does not change while the finding lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Differs {
    pub(crate) finding: AuditFinding,
    pub(crate) mark: String,
}

/// The position of the pass.
#[derive(Default)]
pub(crate) struct Pass(Mutex<Position>);

#[derive(Default)]
struct Position {
    tile: u64,
    /// Last participant whose ledger was checked. The next check begins after that one.
    participant: [u8; 16],
    found: bool,
    at: Option<Timestamp>,
}

impl Pass {
    fn position(&self) -> MutexGuard<'_, Position> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a step of at least one tile, so large that a round ends within `round`.
    pub(crate) fn step(&self, db: &Db<'_>, round: SignedDuration, now: Timestamp) -> Result<(), Fault> {
        let guard = &db.trust.guard;
        // The expected state is read before the first row, so that the snapshot holds at least as many rows.
        let standing = guard.standing();
        let size = standing.size();
        let tiles = size.div_ceil(TILE_WIDTH);
        let mut position = self.position();
        let count = share(tiles, position.at, round, now);
        let people = share(db.trust.book.len() / PEOPLE, position.at, round, now) * PEOPLE;
        position.at = Some(now);
        for _ in 0..count {
            if position.tile >= tiles {
                if guard.root_is_right(db.conn, &standing, By::Reader)? && !position.found {
                    guard.found_whole();
                }
                (position.tile, position.found) = (0, false);
                break;
            }
            for differs in look(db.conn, position.tile, size)? {
                if !guard.is_accepted(&differs.mark) {
                    position.found = true;
                    let (kind, what) = (MismatchKind::Rows, differs.finding.to_string());
                    guard.halt(Mismatch { kind, what });
                }
            }
            position.tile += 1;
        }
        // Differing ledgers are checked first, so that a repair is noticed soon.
        for participant in db.trust.book.differing().into_iter().take(64) {
            ledger::check(db, participant)?;
        }
        let people = usize::try_from(people).unwrap_or(usize::MAX);
        position.participant = ledger::look(db, position.participant, people)?.unwrap_or_default();
        drop(position);
        guard.root_is_right(db.conn, &standing, By::Reader).map(|_| ())
    }
}

/// Returns the number of tiles that are due now, so that a round covers all tiles in time.
fn share(tiles: u64, last: Option<Timestamp>, round: SignedDuration, now: Timestamp) -> u64 {
    let since = last.map_or(1000, |at| now.duration_since(at).as_millis().clamp(0, 60_000));
    let round = round.as_millis().max(1);
    let due = u128::from(tiles + 1) * since.unsigned_abs() / round.unsigned_abs();
    u64::try_from(due).unwrap_or(u64::MAX).saturating_add(1).min(AT_MOST)
}

/// Returns the faults in the rows of one tile, and in the stored hashes that this tile completes.
pub(crate) fn look(conn: &Conn, tile: u64, size: u64) -> Result<Vec<Differs>, Fault> {
    let first = tile * TILE_WIDTH + 1;
    let last = size.min((tile + 1) * TILE_WIDTH);
    let mut found = Vec::new();
    let mut expected = first;
    let mut leaves = Vec::new();
    for row in rows(conn, first, usize::try_from(TILE_WIDTH).unwrap_or(256))? {
        if row.seq > last {
            break;
        }
        if row.seq > expected {
            found.push(dropped(expected, row.seq - 1));
        }
        let made = leaf(&entry(&row));
        if made.0 != row.hash {
            found.push(Differs {
                finding: AuditFinding::Edited(row.seq),
                mark: format!("row {} {made} {}", row.seq, Hash(row.hash)),
            });
        }
        leaves.push(Hash(row.hash));
        expected = row.seq + 1;
    }
    if expected <= last {
        found.push(dropped(expected, last));
    }
    if leaves.len() as u64 == TILE_WIDTH {
        raised(conn, 1, tile, fold(leaves), &mut found)?;
    }
    Ok(found)
}

fn dropped(from: u64, to: u64) -> Differs {
    Differs {
        finding: AuditFinding::Dropped { from, to },
        mark: format!("dropped {from} {to}"),
    }
}

/// Compares the hash of a full tile with the stored hash a level above. Goes on upwards if that hash completes a tile.
fn raised(conn: &Conn, level: u8, place: u64, made: Hash, found: &mut Vec<Differs>) -> Result<(), Fault> {
    let (index, within) = (place / TILE_WIDTH, place % TILE_WIDTH);
    let hashes = tree::upper(conn, level, index)?;
    let at = usize::try_from(within).unwrap_or(usize::MAX);
    let stored = hashes.get(at).copied();
    if stored != Some(made) {
        let tile = Tile {
            kind: Kind::Hashes(level),
            index,
            width: 256,
        };
        let (from, _) = tile.entries();
        let below = TILE_WIDTH.pow(u32::from(level));
        let from = from + within * below + 1;
        let stored = stored.map_or_else(|| "none".to_owned(), |hash| hash.to_string());
        found.push(Differs {
            finding: AuditFinding::Tile {
                path: tile.path(),
                from,
                to: from + below - 1,
            },
            mark: format!("hash {level} {place} {made} {stored}"),
        });
    }
    if within + 1 == TILE_WIDTH && hashes.len() as u64 == TILE_WIDTH {
        raised(conn, level + 1, index, fold(hashes), found)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_over_in_its_time_whatever_the_size() {
        let at = |ms: i64| Timestamp::from_millisecond(1_790_000_000_000 + ms).unwrap();
        let day = SignedDuration::from_hours(24);
        // With one tile a second, a day covers some 22 million rows.
        assert_eq!(share(10, Some(at(0)), day, at(1000)), 1);
        assert_eq!(share(86_400, Some(at(0)), day, at(1000)), 2);
        assert_eq!(share(864_000, Some(at(0)), day, at(1000)), 11);
        // A late step makes up for the lost time, and a clock that was set back does no harm.
        assert_eq!(share(86_400, Some(at(0)), day, at(10_000)), 11);
        assert_eq!(share(86_400, Some(at(5000)), day, at(0)), 1);
        assert_eq!(share(u64::MAX / 2, None, SignedDuration::ZERO, at(0)), AT_MOST);
    }
}
