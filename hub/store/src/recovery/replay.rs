//! Replays the steps that are in the journal at the second place and not in the store.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::{ConsentId, ParticipantRef};
use bindeledd_texts::Opening;
use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::{self, Detail, JournalEntry, JournalStep, WithdrawalEntry};
use crate::commands::consent::{Kept, all_withdrawals};
use crate::commands::{erase, join, withdraw, withdrawal_entries};
use crate::conn::codec::{Key, micros};
use crate::conn::{Db, Tx};
use crate::fault::{Failure, Fault, OpenError, damaged};
use crate::ledger;
use crate::sqlite::threads::Witness;

#[derive(Default)]
pub(crate) struct Replayed {
    pub(crate) done: usize,
    pub(crate) unknown: usize,
    pub(crate) cancelled: usize,
}

/// Brings the store and the second place to the same steps, and has the log witnessed. After a stop between a commit
/// and its witness the store is ahead; a backup from that moment is behind.
pub(crate) fn catch_up(db: &Db<'_>, witness: &mut Witness) -> Result<(), OpenError> {
    let Some(place) = &witness.place else { return Ok(()) };
    let records = place.records().to_vec();
    let newest = audit::newest_time(db)?;
    if !records.is_empty() {
        db.in_transaction(|tx| replay(tx, &records, Protection::FromStore, newest))?;
    }
    audit::remember(db)?;
    let missing = missing_there(db, &records, newest)?;
    witness.witness(db.conn, missing).map_err(not_written)?;
    // Nothing is signed while the log differs. The next start adopts an unsigned journal.
    if db.trust.guard.is_halted() {
        return Ok(());
    }
    Ok(audit::remember_signed(db)?)
}

pub(crate) fn not_written(failure: Failure) -> OpenError {
    OpenError::SecondPlace(match failure {
        Failure::Away(what)
        | Failure::Damaged(what)
        | Failure::Log(what)
        | Failure::Unwitnessed(what)
        | Failure::Unknown(what) => what.into(),
        Failure::Ledger => Opening::SecondPlaceLedger.into(),
        Failure::Full => Opening::SecondPlaceFull.into(),
    })
}

/// Records that an unsigned journal of an older hub is accepted as it is.
pub(crate) fn adopt_journal(db: &Db<'_>, witness: &Witness) -> Result<(), OpenError> {
    let Some(place) = &witness.place else { return Ok(()) };
    let lines = i64::try_from(place.journal.lines()).unwrap_or(i64::MAX);
    let now = audit::newest_time(db)?;
    let row = |tx: &Tx<'_>| {
        tx.audit(
            now,
            AuditAction::JournalAdopted,
            &Actor::Hub,
            Detail::new().number("lines", lines),
        )
    };
    Ok(db.in_transaction(row)?)
}

/// Decides whether journal or store counts if they differ about address protection.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Protection {
    /// The journal counts if it says that a person is protected: the store is older.
    FromJournal,
    /// The store counts.
    FromStore,
}

/// Replays the steps that are in the journal and not in the store, in their first order.
pub(crate) fn replay(
    tx: &Tx<'_>,
    records: &[JournalEntry],
    protection: Protection,
    now: Timestamp,
) -> Result<Replayed, Fault> {
    let mut replay = Replay {
        tx,
        known: withdrawn(tx)?.into_iter().map(|(who, _, said)| (who, said)).collect(),
        stands_for: HashMap::new(),
        now,
        replayed: Replayed::default(),
    };
    // A step from before a join may name a participant whom this store never had. Joins are therefore read first.
    for record in records {
        replay.learn_who_stands_for_whom(record)?;
    }
    for record in records {
        replay.one(record)?;
    }
    if protection == Protection::FromJournal {
        for (participant, protected) in protected_there(records) {
            let participant = replay.now_known_as(&participant)?;
            let sql = "SELECT 1 FROM participant WHERE ref = ?1 AND protected = 0 AND erased_at IS NULL";
            if protected && tx.any(sql, [participant.key()])? {
                withdraw::protect_again(tx, participant, now)?;
                replay.replayed.done += 1;
            }
        }
    }
    Ok(replay.replayed)
}

/// The state of a participant in the store.
enum Standing {
    Known,
    Erased,
    Unknown,
}

struct Replay<'t> {
    tx: &'t Tx<'t>,
    known: HashSet<(String, WithdrawalEntry)>,
    /// Substitutes for participants whom this store does not know: participants who were joined to them.
    stands_for: HashMap<ParticipantRef, ParticipantRef>,
    now: Timestamp,
    replayed: Replayed,
}

impl Replay<'_> {
    /// Records that a known participant was joined to a participant whom this store does not know.
    fn learn_who_stands_for_whom(&mut self, record: &JournalEntry) -> Result<(), Fault> {
        let JournalStep::Joined { from } = &record.step else {
            return Ok(());
        };
        let (from, participant) = (self.now_known_as(from)?, self.now_known_as(&record.participant)?);
        if let (Standing::Known, Standing::Unknown) = (self.standing(from)?, self.standing(participant)?) {
            self.stands_for.insert(participant, from);
        }
        Ok(())
    }

    fn one(&mut self, record: &JournalEntry) -> Result<(), Fault> {
        let participant = self.now_known_as(&record.participant)?;
        match &record.step {
            JournalStep::Withdrawn { consent, said } => {
                let whose = |said: &WithdrawalEntry| (record.participant.clone(), said.clone());
                // A withdrawal that ended nothing left no row in the store.
                if said.iter().all(|said| self.known.contains(&whose(said))) {
                    return Ok(());
                }
                let written = said;
                // A later withdrawal with the same scope extended the row. Registrations since then are not ended
                // again.
                let said = written
                    .iter()
                    .map(|said| Kept::read(said, 0))
                    .collect::<Result<Vec<_>, _>>()?;
                if withdrawal_entries::entries(self.tx, participant)?.cover(&said) {
                    return Ok(());
                }
                match self.standing(participant)? {
                    Standing::Known => {
                        let said = written.iter().map(|said| Kept::read(said, self.tx.audit_rows()));
                        let said = said.collect::<Result<Vec<_>, _>>()?;
                        let whole = consent.as_deref().map(id).transpose()?.map(ConsentId);
                        let at = Timestamp::from_microsecond(record.at).unwrap_or(self.now);
                        self.replayed.cancelled += withdraw::replay(self.tx, participant, &said, whole, at, self.now)?;
                        self.replayed.done += 1;
                    }
                    Standing::Unknown => self.replayed.unknown += 1,
                    Standing::Erased => {}
                }
            }
            JournalStep::Erased => {
                if let Standing::Known = self.standing(participant)?
                    && let Some(erased) = erase::erase(self.tx, participant, &Actor::Hub, self.now)?
                {
                    self.replayed.cancelled += erased.cancelled.len();
                    self.replayed.done += 1;
                }
            }
            JournalStep::Joined { from } => {
                let from = self.now_known_as(from)?;
                match (self.standing(from)?, self.standing(participant)?) {
                    (Standing::Known, Standing::Known) if from != participant => {
                        let cancelled = join::join(self.tx, from, participant, &Actor::Hub, self.now)?;
                        self.replayed.cancelled += cancelled.len();
                        self.replayed.done += 1;
                    }
                    (Standing::Known, Standing::Unknown) => {
                        self.stands_for.insert(participant, from);
                    }
                    _ => {}
                }
            }
            // For protection only the last entry counts, and it is handled below.
            JournalStep::Protected(_) => {}
        }
        Ok(())
    }

    fn now_known_as(&self, written: &str) -> Result<ParticipantRef, Fault> {
        let written = ParticipantRef(id(written)?);
        Ok(self.stands_for.get(&written).copied().unwrap_or(written))
    }

    fn standing(&self, participant: ParticipantRef) -> Result<Standing, Fault> {
        let sql = "SELECT erased_at IS NOT NULL FROM participant WHERE ref = ?1";
        let erased = self.tx.one(sql, [participant.key()], |row| row.get::<bool>(0))?;
        Ok(match erased {
            Some(false) => Standing::Known,
            Some(true) => Standing::Erased,
            None => Standing::Unknown,
        })
    }
}

/// Returns the steps that are in the store and not in the journal.
pub(crate) fn missing_there(db: &Db<'_>, records: &[JournalEntry], now: Timestamp) -> Result<Vec<JournalEntry>, Fault> {
    let there: HashSet<(&str, &WithdrawalEntry)> = records
        .iter()
        .filter_map(|record| match &record.step {
            JournalStep::Withdrawn { said, .. } => Some(said.iter().map(|said| (record.participant.as_str(), said))),
            JournalStep::Protected(_) | JournalStep::Erased | JournalStep::Joined { .. } => None,
        })
        .flatten()
        .collect();
    let mut missing = Vec::new();
    for (participant, at, said) in withdrawn(db)? {
        if !there.contains(&(participant.as_str(), &said)) {
            let step = JournalStep::Withdrawn {
                consent: None,
                said: vec![said],
            };
            missing.push(JournalEntry { at, participant, step });
        }
    }
    let protected: BTreeSet<String> = db
        .all("SELECT ref FROM participant WHERE protected = 1", [], |row| {
            row.id::<ParticipantRef>(0)
        })?
        .iter()
        .map(ToString::to_string)
        .collect();
    missing.extend(erased_and_joined(db, records, now)?);
    let said = protected_there(records);
    let changed = |participant: String, protected| JournalEntry {
        at: micros(now),
        participant,
        step: JournalStep::Protected(protected),
    };
    let newly = protected.iter().filter(|who| said.get(*who) != Some(&true));
    missing.extend(newly.map(|who| changed(who.clone(), true)));
    let lifted = said.iter().filter(|(who, on)| **on && !protected.contains(*who));
    missing.extend(lifted.map(|(who, _)| changed(who.clone(), false)));
    // A step that takes something from a participant is believed only if the ledger matches its binding.
    let mut believed = Vec::with_capacity(missing.len());
    for record in missing {
        let takes = matches!(
            record.step,
            JournalStep::Protected(false) | JournalStep::Erased | JournalStep::Joined { .. }
        );
        if !takes || ledger::check(db, ParticipantRef(id(&record.participant)?))? {
            believed.push(record);
        }
    }
    Ok(believed)
}

/// Returns the erasures and joins that are in the store and not in the journal.
fn erased_and_joined(db: &Db<'_>, records: &[JournalEntry], now: Timestamp) -> Result<Vec<JournalEntry>, Fault> {
    let there: HashSet<(&str, Option<&str>)> = records
        .iter()
        .filter_map(|record| match &record.step {
            JournalStep::Erased => Some((record.participant.as_str(), None)),
            JournalStep::Joined { from } => Some((record.participant.as_str(), Some(from.as_str()))),
            JournalStep::Withdrawn { .. } | JournalStep::Protected(_) => None,
        })
        .collect();
    let sql = "SELECT participant, was FROM also_known WHERE was IS NOT NULL
        UNION ALL SELECT ref, NULL FROM participant WHERE erased_at IS NOT NULL";
    let all = db.all(sql, [], |row| {
        Ok((row.id::<ParticipantRef>(0)?, row.id_or_none::<ParticipantRef>(1)?))
    })?;
    let mut missing = Vec::new();
    for (participant, was) in all {
        let (participant, was) = (participant.to_string(), was.map(|was| was.to_string()));
        if !there.contains(&(participant.as_str(), was.as_deref())) {
            let step = was.map_or(JournalStep::Erased, |from| JournalStep::Joined { from });
            missing.push(JournalEntry {
                at: micros(now),
                participant,
                step,
            });
        }
    }
    Ok(missing)
}

fn withdrawn(db: &Db<'_>) -> Result<Vec<(String, i64, WithdrawalEntry)>, Fault> {
    let all = all_withdrawals(db)?;
    Ok(all
        .iter()
        .map(|(who, at, kept)| (who.to_string(), micros(*at), kept.written()))
        .collect())
}

/// Returns the protection of each participant, by the last entry in the journal.
pub(crate) fn protected_there(records: &[JournalEntry]) -> BTreeMap<String, bool> {
    let mut last = BTreeMap::new();
    for record in records {
        match &record.step {
            JournalStep::Protected(on) => {
                last.insert(record.participant.clone(), *on);
            }
            // A participant who is joined to another passes the protection on.
            JournalStep::Joined { from } => {
                if last.remove(from) == Some(true) {
                    last.insert(record.participant.clone(), true);
                }
            }
            JournalStep::Withdrawn { .. } | JournalStep::Erased => {}
        }
    }
    last
}

fn id(raw: &str) -> Result<Uuid, Fault> {
    Uuid::try_parse(raw).map_err(|_| damaged("the journal at the second place has an id that can not be read"))
}
