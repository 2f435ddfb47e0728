//! The audit log on disk: its tree, the detection of every change, and the detection of a restored backup.

#![expect(clippy::unwrap_used, reason = "tests")]

mod place;
#[path = "place/witnessed.rs"]
mod witnessed;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bindeledd_core::ParticipantRef;
use bindeledd_core::audit::AuditAction;
use bindeledd_engine::ports::{Actor, Audit as _, Outcome, Records as _, ReserveOutcome, Scope, StoreError, WasDone};
use bindeledd_store::{
    AuditExport, AuditFinding, AuditLog, AuditReport, JournalFault, OpenError, Rollback, SqliteStore, entry, export,
    verify,
};
use bindeledd_store_contract::world::{AFT, GP, KARI, World, at, progress};
use bindeledd_tlog::tree::verify_inclusion;
use bindeledd_tlog::{Checkpoint, SigningKey, leaf};
use place::Disk;
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;
use witnessed::{Shared, Waiting, Witnessed};

/// A log of `count` rows, without other data.
async fn log_of(count: usize) -> Disk {
    let disk = Disk::new();
    let store = Arc::new(SqliteStore::open(disk.options()).unwrap());
    let noting: Vec<_> = (0..count)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                store
                    .note(AuditAction::InboxRead, &Actor::Hub, &json!({ "n": n }), at(0))
                    .await
            })
        })
        .collect();
    for note in noting {
        note.await.unwrap().unwrap();
    }
    disk
}

fn key_of(disk: &Disk) -> SigningKey {
    let file = disk.path().with_extension("db.audit.key");
    AuditLog::open(&disk.path()).unwrap().signing_key(&file).unwrap()
}

fn checked(disk: &Disk, checkpoints: &[Checkpoint]) -> AuditReport {
    verify(&mut AuditLog::open(&disk.path()).unwrap(), checkpoints, &mut |_| {}).unwrap()
}

fn sql(disk: &Disk, statements: &str) {
    Connection::open(disk.path())
        .unwrap()
        .execute_batch(statements)
        .unwrap();
}

#[tokio::test]
async fn the_stored_tree_is_the_one_of_its_entries_at_every_size() {
    // 70,000 rows fill a tile of the second level, and begin one of the third.
    for count in [0, 1, 255, 256, 257, 1000, 70_000] {
        let disk = log_of(count).await;
        let log = AuditLog::open(&disk.path()).unwrap();
        let key = key_of(&disk);
        let (checkpoint, note) = log.checkpoint(&key).unwrap();
        assert_eq!(Checkpoint::open(&note, key.verifying_key()).unwrap(), checkpoint);
        let report = checked(&disk, std::slice::from_ref(&checkpoint));
        assert_eq!(
            (report.size, report.root, report.findings),
            (checkpoint.size, checkpoint.root, Vec::new()),
            "{count}"
        );
        assert_eq!(checkpoint.size, u64::try_from(count).unwrap());
    }
}

#[test]
fn a_finding_has_a_code_an_entry_and_words() {
    let path = "tile/0/000".to_owned();
    let cases = [
        (AuditFinding::Edited(9), "edited", Some(9), "entry 9 was edited"),
        (
            AuditFinding::Dropped { from: 9, to: 9 },
            "dropped",
            Some(9),
            "entry 9 was dropped",
        ),
        (
            AuditFinding::Dropped { from: 9, to: 12 },
            "dropped",
            Some(9),
            "entries 9 to 12 were dropped",
        ),
        (
            AuditFinding::Reordered { place: 9, written: 14 },
            "reordered",
            Some(9),
            "at 9 stands entry 14",
        ),
        (
            AuditFinding::Tile { path, from: 1, to: 256 },
            "hashes-changed",
            Some(1),
            "entries 1 to 256",
        ),
        (
            AuditFinding::Truncated { size: 9, witnessed: 14 },
            "truncated",
            None,
            "it has 9 entries, and the checkpoint has 14",
        ),
        (
            AuditFinding::Forked { witnessed: 14 },
            "forked",
            None,
            "the first 14 entries",
        ),
    ];
    for (finding, code, entry, words) in cases {
        assert_eq!((finding.code(), finding.entry()), (code, entry));
        assert!(finding.to_string().contains(words), "{finding}");
    }
}

#[tokio::test]
async fn edited_dropped_and_reordered_rows_are_each_named() {
    let one = |finding| vec![finding];
    let swap = "UPDATE audit SET seq = -1 WHERE seq = 9; UPDATE audit SET seq = 9 WHERE seq = 300;
        UPDATE audit SET seq = 300 WHERE seq = -1";
    let near = "UPDATE audit SET seq = -1 WHERE seq = 9; UPDATE audit SET seq = 9 WHERE seq = 14;
        UPDATE audit SET seq = 14 WHERE seq = -1";
    let cases = [
        (
            "UPDATE audit SET detail = '{\"n\":-1}' WHERE seq = 9",
            one(AuditFinding::Edited(9)),
        ),
        (
            "UPDATE audit SET detail = '{\"n\":-1}' WHERE seq IN (9, 300)",
            vec![AuditFinding::Edited(9), AuditFinding::Edited(300)],
        ),
        (
            "UPDATE audit SET at = at + 1 WHERE seq = 600",
            one(AuditFinding::Edited(600)),
        ),
        (
            "UPDATE audit SET actor = 'operator' WHERE seq = 256",
            one(AuditFinding::Edited(256)),
        ),
        (
            "DELETE FROM audit WHERE seq = 9",
            one(AuditFinding::Dropped { from: 9, to: 9 }),
        ),
        (
            "DELETE FROM audit WHERE seq BETWEEN 200 AND 400",
            one(AuditFinding::Dropped { from: 200, to: 400 }),
        ),
        (
            near,
            vec![
                AuditFinding::Reordered { place: 9, written: 14 },
                AuditFinding::Reordered { place: 14, written: 9 },
            ],
        ),
        (
            swap,
            vec![
                AuditFinding::Reordered { place: 9, written: 300 },
                AuditFinding::Reordered { place: 300, written: 9 },
            ],
        ),
        (
            "UPDATE audit_tile SET hashes = CAST(x'00' || substr(hashes, 2) AS BLOB) WHERE level = 1",
            one(AuditFinding::Tile {
                path: "tile/1/000.p/2".into(),
                from: 1,
                to: 512,
            }),
        ),
    ];
    for (statement, expected) in cases {
        let disk = log_of(700).await;
        sql(&disk, statement);
        assert_eq!(checked(&disk, &[]).findings, expected, "{statement}");
    }
}

#[tokio::test]
async fn rows_that_were_rewritten_with_right_hashes_are_not_those_that_were_signed() {
    let disk = log_of(40).await;
    let (signed, _) = AuditLog::open(&disk.path())
        .unwrap()
        .checkpoint(&key_of(&disk))
        .unwrap();
    let store = SqliteStore::open(disk.options()).unwrap();
    let mut row = store.audit(9, 1).await.unwrap().remove(0);
    row.actor = "operator".into();
    let conn = Connection::open(disk.path()).unwrap();
    conn.execute(
        "UPDATE audit SET actor = 'operator', hash = ?1 WHERE seq = 9",
        [leaf(&entry(&row)).0],
    )
    .unwrap();
    assert_eq!(checked(&disk, &[]).findings, [], "by itself it fits together");
    assert_eq!(
        checked(&disk, &[signed]).findings,
        [AuditFinding::Forked { witnessed: 40 }]
    );
}

#[tokio::test]
async fn a_log_whose_end_was_cut_off_is_shorter_than_its_checkpoint() {
    let disk = log_of(300).await;
    let (signed, _) = AuditLog::open(&disk.path())
        .unwrap()
        .checkpoint(&key_of(&disk))
        .unwrap();
    sql(&disk, "DELETE FROM audit WHERE seq > 290");
    assert_eq!(checked(&disk, &[]).findings, []);
    let findings = checked(&disk, &[signed]).findings;
    assert_eq!(
        findings,
        [AuditFinding::Truncated {
            size: 290,
            witnessed: 300
        }]
    );
}

fn exported(disk: &Disk) -> (TempDir, Checkpoint) {
    let dir = TempDir::new().unwrap();
    let log = AuditLog::open(&disk.path()).unwrap();
    let checkpoint = export(&log, &key_of(disk), dir.path(), &mut |_, _| {}).unwrap();
    (dir, checkpoint)
}

fn checked_export(dir: &Path, checkpoint: &Checkpoint) -> Vec<AuditFinding> {
    let mut source = AuditExport::new(dir, checkpoint.size);
    verify(&mut source, std::slice::from_ref(checkpoint), &mut |_| {})
        .unwrap()
        .findings
}

#[tokio::test]
async fn an_export_is_checked_without_the_store_and_names_what_was_done_to_it() {
    let disk = log_of(700).await;
    let (dir, checkpoint) = exported(&disk);
    assert_eq!(checked_export(dir.path(), &checkpoint), []);
    let bundle = |n: &str| dir.path().join("tile/entries").join(n);
    let entries = |path: &PathBuf| -> Vec<Vec<u8>> {
        let bytes = fs::read(path).unwrap();
        bindeledd_tlog::unbundle(&bytes)
            .unwrap()
            .iter()
            .map(|e| e.to_vec())
            .collect()
    };
    let put = |path: &PathBuf, entries: &[Vec<u8>]| {
        fs::write(path, bindeledd_tlog::bundle(entries.iter().map(Vec::as_slice)).unwrap()).unwrap();
    };
    let (first, second) = (bundle("000"), bundle("001"));
    let (good, next) = (entries(&first), entries(&second));

    let mut edited = good.clone();
    edited[8] = String::from_utf8(edited[8].clone())
        .unwrap()
        .replace("hub", "bub")
        .into_bytes();
    put(&first, &edited);
    assert_eq!(checked_export(dir.path(), &checkpoint), [AuditFinding::Edited(9)]);

    let mut dropped = good.clone();
    dropped.remove(8);
    put(&first, &dropped);
    assert_eq!(
        checked_export(dir.path(), &checkpoint),
        [AuditFinding::Dropped { from: 9, to: 9 }]
    );
    // The rows after the missing one move up across the borders of bundles. Only the missing row is named nevertheless.
    dropped.push(next[0].clone());
    put(&first, &dropped);
    put(&second, &next[1..]);
    assert_eq!(
        checked_export(dir.path(), &checkpoint),
        [AuditFinding::Dropped { from: 9, to: 9 }]
    );

    let mut swapped = good.clone();
    swapped.swap(8, 13);
    put(&first, &swapped);
    put(&second, &next);
    let moved = |place, written| AuditFinding::Reordered { place, written };
    assert_eq!(checked_export(dir.path(), &checkpoint), [moved(9, 14), moved(14, 9)]);
    let (mut left, mut right) = (good.clone(), next.clone());
    std::mem::swap(&mut left[8], &mut right[43]);
    put(&first, &left);
    put(&second, &right);
    assert_eq!(checked_export(dir.path(), &checkpoint), [moved(9, 300), moved(300, 9)]);
    put(&first, &good);
    put(&second, &next);
    assert_eq!(checked_export(dir.path(), &checkpoint), []);

    fs::remove_file(&first).unwrap();
    assert_eq!(
        checked_export(dir.path(), &checkpoint),
        [AuditFinding::Dropped { from: 1, to: 256 }]
    );
    fs::write(&first, [0, 200, 1]).unwrap();
    assert!(matches!(
        checked_export(dir.path(), &checkpoint)[..],
        [AuditFinding::Tile { from: 1, to: 256, .. }]
    ));
    put(&first, &good);
    fs::write(dir.path().join("tile/1/000.p/2"), [0; 64]).unwrap();
    assert!(matches!(
        checked_export(dir.path(), &checkpoint)[..],
        [AuditFinding::Tile { from: 1, to: 512, .. }]
    ));
}

async fn withdraw(world: &World<Shared>, kari: ParticipantRef) -> Result<usize, StoreError> {
    let answer = world
        .store()
        .withdraw(kari, &Scope::Everything, &Actor::Operator, at(10))
        .await;
    answer.map(|answer| answer.cancelled.len())
}

async fn protect(world: &World<Shared>, on: bool) {
    let kari = bindeledd_store_contract::world::person(KARI);
    let done = world.store().set_protected(&kari, on, &Actor::Operator, at(10)).await;
    done.unwrap();
}

#[tokio::test]
async fn a_restored_backup_never_brings_a_withdrawn_consent_back() {
    let place = Witnessed::new();
    let (world, Waiting { kari, .. }) = place.world().await;
    drop(world);
    let backup = place.backup();

    let world = World::<Shared>::reopened(Shared(Arc::clone(&place)));
    assert_eq!(withdraw(&world, kari).await.unwrap(), 1);
    drop(world);
    place.restore(&backup);

    // In the backup the delivery still waits and the consent is still valid, so that the hub does not start.
    assert!(matches!(place.refused(), Rollback::Behind { log, witnessed } if log < witnessed));
    let accepted = place.accept().unwrap();
    assert_eq!((accepted.replayed, accepted.unknown, accepted.cancelled), (1, 0, 1));
    let world = World::<Shared>::reopened(Shared(Arc::clone(&place)));
    let actions: Vec<_> = world.audit().await.into_iter().map(|row| row.action).collect();
    assert!(
        actions.ends_with(&[
            "rollback-accepted".into(),
            "withdrawal-replayed".into(),
            "cancelled".into()
        ]),
        "{actions:?}"
    );
    assert_eq!(world.due(GP, at(60)).await, []);
    let sent = world.send(AFT, &[GP], progress("r2", KARI, "c"), at(61)).await;
    assert_eq!(sent.deliveries[0].state, "blocked");
    drop(world);
    assert_eq!(place.accept(), None, "once accepted, there is nothing to accept");
    assert_eq!(checked(&place.disk, &[]).findings, []);
    let before: Vec<_> = fs::read_dir(place.checkpoint_file().parent().unwrap())
        .unwrap()
        .collect();
    assert!(before.iter().any(|f| {
        f.as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .contains("checkpoint.before-")
    }));
}

#[tokio::test]
async fn word_of_a_withdrawal_that_is_replayed_is_queued_once_and_is_the_same() {
    async fn waiting(world: &World<Shared>) -> Vec<serde_json::Value> {
        let mut found = Vec::new();
        for delivery in world.due(GP, at(60)).await {
            let input = world.store().release_input(delivery).await.unwrap().unwrap();
            found.extend(input.notice.map(|notice| notice.content().to_json()));
        }
        found
    }
    let place = Witnessed::new();
    let (world, Waiting { kari, delivery }) = place.world().await;
    world.carry(delivery, Outcome::Delivered, at(5)).await;
    drop(world);
    let backup = place.backup();
    let world = World::<Shared>::reopened(Shared(Arc::clone(&place)));
    withdraw(&world, kari).await.unwrap();
    let told = waiting(&world).await;
    assert_eq!(told.len(), 1);
    drop(world);
    place.restore(&backup);
    place.refused();
    assert_eq!(place.accept().unwrap().replayed, 1);
    for _ in 0..2 {
        let world = World::<Shared>::reopened(Shared(Arc::clone(&place)));
        assert_eq!(waiting(&world).await, told, "its id and its time are those of then");
    }
}

#[tokio::test]
async fn a_protection_that_a_backup_does_not_know_is_set_again() {
    let place = Witnessed::new();
    let (world, Waiting { delivery, .. }) = place.world().await;
    drop(world);
    let backup = place.backup();
    let world = World::<Shared>::reopened(Shared(Arc::clone(&place)));
    let kari = bindeledd_store_contract::world::person(KARI);
    world
        .store()
        .set_protected(&kari, true, &Actor::Operator, at(10))
        .await
        .unwrap();
    drop(world);
    place.restore(&backup);
    place.refused();
    assert_eq!(place.accept().unwrap().replayed, 1);
    let world = World::<Shared>::reopened(Shared(place));
    assert!(
        matches!(world.reserve(delivery, at(60)).await, ReserveOutcome::NotNow),
        "it was cancelled"
    );
}

#[tokio::test]
async fn a_stop_between_commit_and_witness_loses_nothing() {
    let place = Witnessed::new();
    let (world, Waiting { kari, .. }) = place.world().await;
    // The second place is not reachable. The withdrawal is on disk, and the caller is not told that it is done.
    let folder = place.checkpoint_file().parent().unwrap().to_owned();
    let aside = place.second.path().join("aside");
    let before = world.store().second_place().unwrap();
    assert!(before.is_well(), "{before:?}");
    fs::rename(&folder, &aside).unwrap();
    fs::write(&folder, "in the way").unwrap();
    let error = withdraw(&world, kari).await.unwrap_err();
    assert!(matches!(error, StoreError::Unwitnessed(_)), "{error}");
    assert_eq!(error.was_done(), WasDone::Yes);
    let behind = world.store().second_place().unwrap();
    assert!(behind.is_behind && !behind.is_halted && !behind.is_well());
    assert_eq!(behind.written_at, before.written_at);
    // Steps that take nothing back go on.
    world
        .store()
        .note(AuditAction::InboxRead, &Actor::Hub, &json!({}), at(11))
        .await
        .unwrap();
    drop(world);
    fs::remove_file(&folder).unwrap();
    fs::rename(&aside, &folder).unwrap();

    let backup = place.backup();
    let journal = folder.join("checkpoint.withdrawals");
    assert!(!journal.exists());
    let world = World::<Shared>::reopened(Shared(Arc::clone(&place)));
    assert!(
        fs::read_to_string(&journal).unwrap().contains(&kari.to_string()),
        "the start has caught up"
    );
    assert!(world.store().second_place().unwrap().is_well());
    assert_eq!(world.due(GP, at(60)).await, []);
    drop(world);
    // A later start finds the journal and the store equal.
    let before = fs::read_to_string(&journal).unwrap();
    drop(World::<Shared>::reopened(Shared(Arc::clone(&place))));
    assert_eq!(fs::read_to_string(&journal).unwrap(), before);
    drop(backup);
}

#[tokio::test]
async fn a_forked_log_a_missing_place_and_another_key_are_refused() {
    let place = Witnessed::new();
    let (world, _) = place.world().await;
    drop(world);
    let backup = place.backup();
    let other = |n: usize| {
        let place = Arc::clone(&place);
        async move {
            let world = World::<Shared>::reopened(Shared(place));
            for n in 0..n {
                world
                    .store()
                    .note(AuditAction::InboxRead, &Actor::Hub, &json!({ "n": n }), at(20))
                    .await
                    .unwrap();
            }
            drop(world);
        }
    };
    other(3).await;
    let witnessed = fs::read(place.checkpoint_file()).unwrap();
    // This log is at least as long, but has other rows.
    place.restore(&backup);
    fs::remove_file(place.checkpoint_file()).unwrap();
    assert_eq!(place.refused(), Rollback::Missing);
    // Without a checkpoint nothing signs the journal, so that a rollback can not be accepted from it.
    assert_eq!(place.unaccepted(), JournalFault::Unsigned);
    let accepted = place.accept_journal().unwrap();
    assert_eq!((accepted.rollback, accepted.lost), (Some(Rollback::Missing), None));
    other(5).await;
    fs::write(place.checkpoint_file(), &witnessed).unwrap();
    assert!(matches!(place.refused(), Rollback::Forked { .. }));
    place.accept().unwrap();
    drop(SqliteStore::open(place.options()).unwrap());

    let key = place.disk.path().with_extension("db.audit.key");
    fs::write(&key, "ab".repeat(32)).unwrap();
    assert!(matches!(
        SqliteStore::open(place.options()),
        Err(OpenError::AuditKeyOther(_))
    ));
    fs::write(&key, "no key").unwrap();
    assert!(matches!(
        SqliteStore::open(place.options()),
        Err(OpenError::AuditKey(_))
    ));
}

#[tokio::test]
async fn a_journal_that_was_changed_is_noticed_and_a_torn_end_is_not_minded() {
    let place = Witnessed::new();
    let (world, Waiting { kari, .. }) = place.world().await;
    withdraw(&world, kari).await.unwrap();
    protect(&world, true).await;
    let everything = String::from_utf8_lossy(&world.at_rest()).into_owned();
    assert!(
        !everything.contains(KARI),
        "no national identity number in the second place either"
    );
    drop(world);
    let journal = place.checkpoint_file().with_extension("withdrawals");
    let text = fs::read_to_string(&journal).unwrap();
    assert_eq!(text.lines().count(), 2);
    for changed in [
        text.replacen("null", "\"nav\"", 1),
        text.lines().nth(1).unwrap().to_owned() + "\n",
        text.replacen("\"categories\":", "\"categories\":1", 1),
    ] {
        fs::write(&journal, changed).unwrap();
        let refused = SqliteStore::open(place.options()).map(|_| ());
        assert!(matches!(refused, Err(OpenError::Journal(_))), "{refused:?}");
    }
    fs::write(&journal, format!("{text}{{\"at\":17")).unwrap();
    let world = World::<Shared>::reopened(Shared(Arc::clone(&place)));
    protect(&world, false).await;
    drop(world);
    let text = fs::read_to_string(&journal).unwrap();
    assert_eq!(text.lines().count(), 3);
    SqliteStore::open(place.options()).unwrap();
}

#[tokio::test]
async fn the_entries_about_a_delivery_are_proved() {
    let place = Witnessed::new();
    let (world, Waiting { delivery, kari }) = place.world().await;
    for n in 0..300 {
        world
            .store()
            .note(AuditAction::InboxRead, &Actor::Hub, &json!({ "n": n }), at(5))
            .await
            .unwrap();
    }
    withdraw(&world, kari).await.unwrap();
    drop(world);
    let log = AuditLog::open(&place.disk.path()).unwrap();
    let (checkpoint, _) = log.checkpoint(&key_of(&place.disk)).unwrap();
    let about = log.about(&delivery.to_string()).unwrap();
    let actions: Vec<_> = about.iter().map(|i| i.row.action.as_str()).collect();
    assert_eq!(actions, ["accepted", "cancelled"]);
    for included in &about {
        let (hash, index) = (leaf(&included.entry), included.row.seq - 1);
        assert!(verify_inclusion(
            &hash,
            index,
            checkpoint.size,
            &included.proof,
            &checkpoint.root
        ));
        assert!(!verify_inclusion(
            &hash,
            index + 1,
            checkpoint.size,
            &included.proof,
            &checkpoint.root
        ));
    }
    assert!(log.about("019d0000-0000-7000-8000-00000000ffff").unwrap().is_empty());
}

#[tokio::test]
async fn the_index_finds_the_same_entries_about_a_delivery_as_a_look_at_every_row() {
    let place = Witnessed::new();
    let (world, Waiting { delivery, kari }) = place.world().await;
    let (id, other) = (delivery.to_string(), "019d0000-0000-7000-8000-00000000ffff");
    for detail in [
        json!({"party": "nav", "deliveries": [id]}),
        json!({"deliveries": [other, id, other], "reason": "more than one"}),
        json!({"way": "inbox", "delivery": id}),
        json!({"delivery": other, "deliveries": [id]}),
        json!({"deliveries": [other]}),
    ] {
        let store = world.store();
        store
            .note(AuditAction::InboxRead, &Actor::Hub, &detail, at(5))
            .await
            .unwrap();
    }
    withdraw(&world, kari).await.unwrap();
    drop(world);
    let about = |id: &str| -> Vec<u64> {
        let log = AuditLog::open(&place.disk.path()).unwrap();
        log.about(id).unwrap().iter().map(|found| found.row.seq).collect()
    };
    let by_index = [about(&id), about(other)];
    assert_eq!(
        by_index[0].len(),
        6,
        "the acceptance, the cancellation and four of the five"
    );
    assert_eq!(by_index[1].len(), 3, "those that name it");
    sql(&place.disk, "DROP INDEX audit_delivery");
    assert_eq!([about(&id), about(other)], by_index);
}

/// A store of a hub without a tree: its rows form a chain of hashes.
#[tokio::test]
async fn rows_of_a_chain_become_leaves_and_a_broken_chain_is_refused() {
    let chain = |disk: &Disk| {
        let conn = Connection::open(disk.path()).unwrap();
        let mut before = [0_u8; 32];
        type Row = (i64, i64, String, String, String);
        let mut rows = conn
            .prepare("SELECT seq, at, action, actor, detail FROM audit ORDER BY seq")
            .unwrap();
        let read = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?));
        let rows: Vec<Row> = rows.query_map([], read).unwrap().map(Result::unwrap).collect();
        for (seq, at, action, actor, detail) in rows {
            let mut bytes = before.to_vec();
            bytes.extend(seq.to_be_bytes());
            bytes.extend(at.to_be_bytes());
            for text in [action, actor, detail] {
                bytes.extend((text.len() as u64).to_be_bytes());
                bytes.extend(text.as_bytes());
            }
            before.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, &bytes).as_ref());
            conn.execute(
                "UPDATE audit SET hash = ?2 WHERE seq = ?1",
                rusqlite::params![seq, before],
            )
            .unwrap();
        }
        conn.execute_batch(
            "DELETE FROM meta WHERE name LIKE 'audit.%'; DROP TABLE audit_tile; DROP TABLE also_known; DROP TABLE key_ring;
            DROP TABLE episode; DROP TABLE withdrawal_notice; DROP TABLE scrub; DROP INDEX audit_marked;
            ALTER TABLE participant DROP COLUMN ledger_version; ALTER TABLE participant DROP COLUMN ledger_salt;
            ALTER TABLE participant DROP COLUMN ledger_beside; ALTER TABLE participant DROP COLUMN ledger_mac;
            DROP INDEX delivery_about; DROP INDEX pending_answer_about;
            DROP INDEX alert_viewer_alert; DROP INDEX idempotency_message;
            ALTER TABLE participant DROP COLUMN erased_at; ALTER TABLE delivery DROP COLUMN erased;
            DROP INDEX message_supersedes; ALTER TABLE message DROP COLUMN supersedes;
            ALTER TABLE release DROP COLUMN categories; DROP INDEX alert_participant;
            DROP TABLE alert_push_try; DROP TABLE retry_run_delivery; DROP TABLE retry_run;
            DROP TABLE alert_push; DROP INDEX alert_open; DROP INDEX alert_state; DROP INDEX alert_unclosed; DROP INDEX alert_delivery;
            ALTER TABLE alert DROP COLUMN state; ALTER TABLE alert DROP COLUMN state_by;
            ALTER TABLE alert DROP COLUMN state_at; ALTER TABLE alert DROP COLUMN word;
            DROP INDEX alert_episode; DROP INDEX alert_raised; DROP TABLE erased_consent;
            ALTER TABLE alert DROP COLUMN times; ALTER TABLE alert DROP COLUMN last_at;
            ALTER TABLE alert DROP COLUMN episode; ALTER TABLE participant DROP COLUMN protected_at;
            ALTER TABLE consent DROP COLUMN registered; ALTER TABLE consent DROP COLUMN registrar;
            ALTER TABLE withdrawal DROP COLUMN registered_until; ALTER TABLE withdrawal DROP COLUMN registrar;
            ALTER TABLE message DROP COLUMN flags; ALTER TABLE party DROP COLUMN suspended;
            DROP INDEX grant_waiting; DROP INDEX alert_standing; ALTER TABLE grant_row DROP COLUMN confirmed_by;
            ALTER TABLE grant_row DROP COLUMN confirmed_at; ALTER TABLE grant_row DROP COLUMN confirmation;
            ALTER TABLE delivery DROP COLUMN sent_salt; ALTER TABLE alert DROP COLUMN ended_at;
            DROP TRIGGER body_stored; DROP TRIGGER body_removed; DROP TABLE stored; DROP TABLE went_nowhere;
            DROP INDEX delivery_with_person; DROP INDEX delivery_with_person_until; DELETE FROM tally WHERE state = 10;
            ALTER TABLE frozen DROP COLUMN adapter;
            DROP INDEX audit_delivery; DROP INDEX audit_deliveries; DROP INDEX audit_accepted;
            DROP TABLE entry; DROP TABLE adapter_switch; DROP TABLE adapter_version; DROP TABLE consent_request_unseen; DROP TABLE consent_request;
            DROP TABLE hand_over_unseen; DROP TABLE hand_over; DROP TABLE person_mail; DROP INDEX delivery_with_person_of;
            DROP TABLE follow_up; DROP TABLE letter_read; DROP TABLE letter_answer; DROP INDEX grant_from; DROP INDEX grant_to;
            DROP TABLE own_session; DROP TABLE own_code; DROP TABLE unsent; DROP TABLE unknown_attempt;
            DROP TABLE pair_tally; DROP TABLE account_identity; DROP TABLE opening; DROP TABLE look; DROP TABLE account_reset;
            DROP INDEX audit_actor; DROP INDEX audit_person; DROP INDEX audit_action; DROP INDEX audit_participant;
            DROP INDEX audit_party; DROP INDEX audit_to;
            DROP TABLE attempt; ALTER TABLE message DROP COLUMN read_by; ALTER TABLE message DROP COLUMN read_by_sha256;
            DROP TABLE conversation_name; DROP INDEX delivery_code; DROP INDEX delivery_caused;
            DROP TABLE party_version; DROP TABLE party_pause; DROP TABLE recovery_code; DROP TABLE account_link; DROP TABLE account_session; DROP TABLE account;
            ALTER TABLE delivery DROP COLUMN read_at; ALTER TABLE idempotency DROP COLUMN repeated_at; PRAGMA user_version = 3",
        )
        .unwrap();
    };
    let disk = log_of(600).await;
    chain(&disk);
    drop(SqliteStore::open(disk.options()).unwrap());
    let report = checked(&disk, &[]);
    assert_eq!((report.size, report.findings), (601, Vec::new()));
    drop(SqliteStore::open(disk.options()).unwrap());
    assert_eq!(checked(&disk, &[]).size, 601, "once");

    let disk = log_of(600).await;
    chain(&disk);
    sql(&disk, "UPDATE audit SET actor = 'operator' WHERE seq = 77");
    let error = SqliteStore::open(disk.options()).err().unwrap();
    assert!(
        matches!(&error, OpenError::Damaged(what) if what.contains("row 77")),
        "{error}"
    );
}
