//! The journal at the second place. A journal that is cut, missing, replaced or changed is noticed before it is used.
//! An operator can recover if the journal, or the key of the audit log, is lost.

#![expect(clippy::unwrap_used, reason = "tests")]

mod place;
#[path = "place/witnessed.rs"]
mod witnessed;

use std::fs;
use std::sync::Arc;

use bindeledd_core::{Category, ParticipantRef};
use bindeledd_engine::ports::{Actor, Scope};
use bindeledd_store::{AuditLog, JournalFault, OpenError, Rollback, SqliteStore, verify};
use bindeledd_store_contract::world::{AFT, GP, KARI, OLA, World, at, grant, person, progress};
use bindeledd_tlog::{Checkpoint, SigningKey};
use rusqlite::Connection;
use tempfile::TempDir;
use witnessed::{Shared, Waiting, Witnessed};

fn reopened(place: &Arc<Witnessed>) -> World<Shared> {
    World::<Shared>::reopened(Shared(Arc::clone(place)))
}

fn key_file(place: &Witnessed) -> std::path::PathBuf {
    place.disk.path().with_extension("db.audit.key")
}

fn key_of(place: &Witnessed) -> SigningKey {
    let log = AuditLog::open(&place.disk.path()).unwrap();
    log.signing_key(&key_file(place)).unwrap()
}

async fn withdraw(world: &World<Shared>, who: ParticipantRef, second: i64) {
    let done = world
        .store()
        .withdraw(who, &Scope::Everything, &Actor::Operator, at(second))
        .await;
    done.unwrap();
}

/// A second place whose journal has three lines about two people, with a backup of the store from before these lines.
async fn with_three_lines() -> (Arc<Witnessed>, TempDir, Waiting) {
    let place = Witnessed::new();
    let (world, waiting) = place.world().await;
    let ola = world.consent(7, OLA, vec![grant(AFT, GP, &[Category::Progress])]).await;
    drop(world);
    let backup = place.backup();
    let world = reopened(&place);
    withdraw(&world, ola, 10).await;
    withdraw(&world, waiting.kari, 11).await;
    let protected = world
        .store()
        .set_protected(&person(OLA), true, &Actor::Operator, at(12))
        .await;
    protected.unwrap();
    drop(world);
    (place, backup, waiting)
}

#[tokio::test]
async fn a_journal_that_was_cut_lost_replaced_or_reordered_is_refused() {
    let (place, backup, _) = with_three_lines().await;
    let journal = place.journal_file();
    let whole = fs::read_to_string(&journal).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    assert_eq!(lines.len(), 3);
    let cut = |found| JournalFault::Cut { found, signed: 3 };
    let damaged = |line| JournalFault::Damaged { line };
    let attacks = [
        (None, JournalFault::Missing { signed: 3 }),
        (Some(String::new()), cut(0)),
        (Some(lines[..1].concat()), cut(1)),
        (Some(lines[..2].concat()), cut(2)),
        (Some(lines[..2].concat() + &lines[2][..lines[2].len() - 1]), cut(2)),
        (Some([lines[0], lines[2], lines[1]].concat()), damaged(2)),
        (Some([lines[0], lines[0], lines[1], lines[2]].concat()), damaged(2)),
        (Some(whole.clone() + lines[0]), damaged(4)),
        (Some([lines[1], lines[2], lines[0]].concat()), damaged(1)),
    ];
    // The test runs with the current store, and with an older store that lacks the steps in the journal.
    for restored in [false, true] {
        if restored {
            place.restore(&backup);
        }
        for (text, fault) in &attacks {
            match text {
                Some(text) => fs::write(&journal, text).unwrap(),
                None => fs::remove_file(&journal).unwrap(),
            }
            assert_eq!(place.journal_refused(), *fault);
            assert_eq!(place.unaccepted(), *fault, "no rollback is accepted on what is left");
        }
        fs::write(&journal, &whole).unwrap();
    }
    assert!(matches!(place.refused(), Rollback::Behind { .. }));
    assert_eq!(
        place.accept().unwrap().replayed,
        3,
        "with the whole journal it is accepted"
    );
}

#[tokio::test]
async fn a_journal_of_the_same_hub_from_another_time_is_refused() {
    let (place, _, Waiting { kari, .. }) = with_three_lines().await;
    let before = fs::read_to_string(place.journal_file()).unwrap();
    let note = fs::read_to_string(place.checkpoint_file()).unwrap();
    let world = reopened(&place);
    withdraw(&world, kari, 20).await;
    drop(world);
    let after = fs::read_to_string(place.journal_file()).unwrap();
    fs::write(place.journal_file(), &before).unwrap();
    assert_eq!(place.journal_refused(), JournalFault::Cut { found: 3, signed: 4 });
    // An older checkpoint does not reveal the cut. The log continues from it, and the journal is longer than the signed
    // part, as after a stop.
    fs::write(place.journal_file(), &after).unwrap();
    fs::write(place.checkpoint_file(), note).unwrap();
    drop(reopened(&place));
}

#[tokio::test]
async fn a_checkpoint_that_says_nothing_of_the_journal_is_taken_once() {
    let (place, backup, _) = with_three_lines().await;
    // Readers of the log get such a checkpoint from the hub.
    let bare = AuditLog::open(&place.disk.path())
        .unwrap()
        .checkpoint(&key_of(&place))
        .unwrap()
        .1;
    let signed = fs::read_to_string(place.checkpoint_file()).unwrap();
    let whole = fs::read_to_string(place.journal_file()).unwrap();
    fs::write(place.checkpoint_file(), &bare).unwrap();
    assert_eq!(place.journal_refused(), JournalFault::Unsigned);
    fs::remove_file(place.journal_file()).unwrap();
    assert_eq!(place.journal_refused(), JournalFault::Unsigned);
    place.restore(&backup);
    assert_eq!(place.journal_refused(), JournalFault::Unsigned);

    // The second place is that of an older hub, and the store has no record of a signed journal.
    let of_before = "DELETE FROM meta WHERE name IN ('audit.journal', 'audit.key')";
    Connection::open(place.disk.path())
        .unwrap()
        .execute_batch(of_before)
        .unwrap();
    assert!(matches!(place.refused(), Rollback::Behind { .. }));
    assert_eq!(place.unaccepted(), JournalFault::Unsigned, "nor on such a one's word");
    fs::write(place.journal_file(), &whole).unwrap();
    fs::write(place.checkpoint_file(), &signed).unwrap();
    place.accept().unwrap();
    let bare = AuditLog::open(&place.disk.path())
        .unwrap()
        .checkpoint(&key_of(&place))
        .unwrap()
        .1;
    Connection::open(place.disk.path())
        .unwrap()
        .execute_batch(of_before)
        .unwrap();
    fs::write(place.checkpoint_file(), &bare).unwrap();
    let world = reopened(&place);
    let adopted = world
        .audit()
        .await
        .into_iter()
        .filter(|row| row.action == "journal-adopted");
    assert_eq!(adopted.map(|row| row.detail).collect::<Vec<_>>(), ["{\"lines\":3}"]);
    drop(world);
    let note = fs::read_to_string(place.checkpoint_file()).unwrap();
    assert!(note.contains("\nbindeledd-journal/1 3 "), "{note}");
    assert!(Checkpoint::open(&note, key_of(&place).verifying_key()).is_ok());
    fs::write(place.checkpoint_file(), &bare).unwrap();
    assert_eq!(place.journal_refused(), JournalFault::Unsigned, "once");
}

#[tokio::test]
async fn what_is_left_of_a_damaged_journal_is_accepted_by_an_operator() {
    let (place, backup, Waiting { kari, delivery }) = with_three_lines().await;
    let whole = fs::read(place.journal_file()).unwrap();
    // One bit is flipped in the middle of the first line: only that line is lost.
    let mut flipped = whole.clone();
    flipped[40] ^= 1;
    fs::write(place.journal_file(), &flipped).unwrap();
    assert_eq!(place.journal_refused(), JournalFault::Damaged { line: 1 });
    let accepted = place.accept_journal().unwrap();
    assert_eq!((accepted.kept, accepted.lost, accepted.rollback), (2, Some(1), None));
    assert_eq!(
        (accepted.replayed, accepted.cancelled),
        (0, 0),
        "the store knows all of it"
    );
    assert_eq!(
        place.accept_journal(),
        None,
        "once accepted, there is nothing to accept"
    );
    let aside: Vec<_> = fs::read_dir(place.checkpoint_file().parent().unwrap())
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("withdrawals.before-"))
        .collect();
    assert_eq!(fs::read(&aside[0]).unwrap(), flipped, "the damaged one is kept");
    let world = reopened(&place);
    assert!(world.audit().await.iter().any(|row| row.action == "journal-accepted"));
    drop(world);
    // The new journal has every step in the store, including that of the lost line. An older store gets all of these
    // steps from it.
    place.restore(&backup);
    assert!(matches!(place.refused(), Rollback::Behind { .. }));
    assert_eq!(place.accept().unwrap().replayed, 3);
    let world = reopened(&place);
    assert_eq!(world.state_name(delivery).await, "cancelled");
    let sent = world.send(AFT, &[GP], progress("r9", KARI, "c9"), at(61)).await;
    assert_eq!(sent.deliveries[0].state, "blocked");
    let _ = kari;
}

#[tokio::test]
async fn a_line_whose_proof_was_changed_is_read_by_the_one_after_it() {
    let (place, _, _) = with_three_lines().await;
    let whole = fs::read_to_string(place.journal_file()).unwrap();
    let end_of_first = whole.find('\n').unwrap();
    let mut flipped = whole.into_bytes();
    flipped[end_of_first - 1] = if flipped[end_of_first - 1] == b'0' { b'1' } else { b'0' };
    fs::write(place.journal_file(), &flipped).unwrap();
    assert_eq!(place.journal_refused(), JournalFault::Damaged { line: 1 });
    let accepted = place.accept_journal().unwrap();
    assert_eq!((accepted.kept, accepted.lost), (3, Some(0)));
}

#[tokio::test]
async fn a_damaged_journal_beside_an_older_store_brings_back_what_is_left() {
    let (place, backup, Waiting { delivery, .. }) = with_three_lines().await;
    let whole = fs::read_to_string(place.journal_file()).unwrap();
    let second = whole.split_inclusive('\n').take(2).collect::<String>();
    fs::write(place.journal_file(), second).unwrap();
    place.restore(&backup);
    let accepted = place.accept_journal().unwrap();
    assert!(matches!(accepted.rollback, Some(Rollback::Behind { .. })));
    assert_eq!((accepted.kept, accepted.lost, accepted.replayed), (2, Some(1), 2));
    let world = reopened(&place);
    assert_eq!(world.state_name(delivery).await, "cancelled");
}

fn renew(place: &Witnessed, without_journal: bool) -> Result<bindeledd_store::KeyRenewed, OpenError> {
    SqliteStore::new_audit_key(place.options(), "the disk with the key failed", without_journal, at(50))
}

#[tokio::test]
async fn a_lost_audit_key_is_noticed_and_replaced() {
    let (place, backup, Waiting { delivery, .. }) = with_three_lines().await;
    let old = key_of(&place).verifying_key().clone();
    let old_note = fs::read_to_string(place.checkpoint_file()).unwrap();
    fs::remove_file(key_file(&place)).unwrap();
    let refused = SqliteStore::open(place.options()).map(|_| ());
    assert!(matches!(refused, Err(OpenError::AuditKeyLost(_))), "{refused:?}");
    assert!(!key_file(&place).exists(), "none is made silently");
    // The store is compared with everything that the old key signed, without the old key. A journal that differs is
    // refused.
    let whole = fs::read_to_string(place.journal_file()).unwrap();
    let cut = whole.split_inclusive('\n').take(2).collect::<String>();
    fs::write(place.journal_file(), cut).unwrap();
    let error = renew(&place, false).unwrap_err();
    assert!(
        matches!(error, OpenError::Journal(JournalFault::Cut { found: 2, signed: 3 })),
        "{error}"
    );
    assert!(!key_file(&place).exists(), "nothing was done");
    fs::write(place.journal_file(), &whole).unwrap();

    // The store is restored as well, so that the steps in the journal are replayed.
    place.restore(&backup);
    fs::remove_file(key_file(&place)).unwrap();
    let made = renew(&place, false).unwrap();
    assert_eq!(made.old, Some(old.to_string()));
    assert!(matches!(made.rollback, Some(Rollback::Behind { .. })), "{made:?}");
    assert_eq!((made.kept, made.replayed, made.journal), (3, 3, None));
    let world = reopened(&place);
    assert_eq!(world.state_name(delivery).await, "cancelled");
    let rows = world.audit().await;
    let changed = rows.iter().find(|row| row.action == "audit-key-changed").unwrap();
    assert!(changed.detail.contains(&old.to_string()), "{}", changed.detail);
    drop(world);
    let new = key_of(&place).verifying_key().clone();
    assert_eq!(made.new, new.to_string());
    let note = fs::read_to_string(place.checkpoint_file()).unwrap();
    assert!(Checkpoint::open(&note, &new).is_ok() && Checkpoint::open(&old_note, &old).is_ok());
    let mut log = AuditLog::open(&place.disk.path()).unwrap();
    assert_eq!(verify(&mut log, &[], &mut |_| {}).unwrap().findings, []);
    drop(log);
    // A backup from before the change expects the old key, and the second place has the new one.
    let new_key = fs::read(key_file(&place)).unwrap();
    place.restore(&backup);
    fs::write(key_file(&place), new_key).unwrap();
    let refused = SqliteStore::open(place.options()).map(|_| ());
    assert!(matches!(refused, Err(OpenError::AuditKeyOther(_))), "{refused:?}");
    assert_eq!(place.accept().unwrap().replayed, 3);
    drop(reopened(&place));
}

#[tokio::test]
async fn a_key_that_was_seen_is_replaced_and_a_journal_that_nothing_vouches_for_is_kept_aside() {
    let (place, _, _) = with_three_lines().await;
    let made = renew(&place, false).unwrap();
    assert_eq!((made.rollback, made.journal, made.kept), (None, None, 3));
    drop(reopened(&place));
    // Key and checkpoint are lost together, so that the content of the journal can not be verified.
    fs::remove_file(key_file(&place)).unwrap();
    fs::remove_file(place.checkpoint_file()).unwrap();
    let error = renew(&place, false).unwrap_err();
    assert!(matches!(error, OpenError::Journal(JournalFault::Unsigned)), "{error}");
    let made = renew(&place, true).unwrap();
    assert_eq!((made.rollback, made.kept), (Some(Rollback::Missing), 0));
    drop(reopened(&place));
    let journal = fs::read_to_string(place.journal_file()).unwrap();
    assert_eq!(
        journal.lines().count(),
        3,
        "what the store knows is in the new one: {journal}"
    );
}
