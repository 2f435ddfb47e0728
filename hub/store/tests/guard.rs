//! An edit of the log beside a running hub is neither witnessed nor signed. Nothing leaves until the operator has
//! checked the log.

#![expect(clippy::unwrap_used, reason = "tests")]

mod place;
#[path = "place/witnessed.rs"]
mod witnessed;

use std::fs;
use std::sync::Arc;

use bindeledd_core::alert::AlertKind;
use bindeledd_core::audit::AuditAction;
use bindeledd_engine::ports::{
    Actor, AlertFilter, Audit as _, AuditRow, Health as _, ReserveOutcome, Scope, Store, StoreError, Upkeep as _,
};
use bindeledd_store::{AuditLog, OpenError, Rollback, SqliteStore, entry, verify};
use bindeledd_store_contract::world::{AFT, GP, KARI, World, at, progress};
use bindeledd_tlog::leaf;
use rusqlite::{Connection, params};
use serde_json::json;
use witnessed::{Shared, Waiting, Witnessed};

fn sql(place: &Witnessed) -> Connection {
    Connection::open(place.disk.path()).unwrap()
}

/// Edits a row with knowledge of the tree: the row's own hash matches its new content.
fn rewrite(conn: &Connection, row: &AuditRow, actor: &str) {
    let changed = AuditRow {
        actor: actor.into(),
        ..row.clone()
    };
    let hash = leaf(&entry(&changed)).0;
    let seq = i64::try_from(row.seq).unwrap();
    conn.execute(
        "UPDATE audit SET actor = ?2, hash = ?3 WHERE seq = ?1",
        params![seq, actor, hash],
    )
    .unwrap();
}

async fn alerts(store: &dyn Store) -> usize {
    let filter = AlertFilter {
        kind: Some(AlertKind::AuditMismatch),
        party: None,
        state: None,
        before: None,
        limit: 10,
    };
    store.alerts(&filter).await.unwrap().len()
}

fn differs<T: std::fmt::Debug>(result: Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::LogDiffers(_)))
}

fn witnessed(place: &Witnessed) -> String {
    fs::read_to_string(place.checkpoint_file()).unwrap()
}

async fn note(store: &dyn Store, count: usize) {
    for n in 0..count {
        store
            .note(AuditAction::InboxRead, &Actor::Hub, &json!({ "n": n }), at(2))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_log_that_was_rewritten_beside_the_hub_is_not_laundered() {
    let place = Witnessed::new();
    let (world, Waiting { kari, delivery }) = place.world().await;
    let store = world.store().as_ref();
    store.sweep(at(2)).await.unwrap();
    let before = witnessed(&place);
    assert!(store.audit_checkpoint().await.is_ok());
    let row = store.audit(3, 1).await.unwrap().remove(0);
    rewrite(&sql(&place), &row, "party:x");
    store.sweep(at(3)).await.unwrap();
    // No caller gets a signature for the edited log.
    assert_eq!(witnessed(&place), before);
    assert!(differs(store.audit_checkpoint().await));
    assert!(differs(store.ready().await));
    store.sweep(at(4)).await.unwrap();
    assert_eq!((alerts(store).await, witnessed(&place)), (1, before.clone()));
    // No delivery leaves, and none is lost.
    assert!(world.due(GP, at(5)).await.is_empty());
    let written = world.written(delivery, at(5)).await;
    let reserved = store.reserve(delivery, written, at(5), at(8)).await.unwrap();
    assert!(matches!(reserved, ReserveOutcome::NotNow), "{reserved:?}");
    assert_eq!(world.state_name(delivery).await, "waiting");
    // A withdrawal is answered, and is in the store and in the journal.
    let journal = place.checkpoint_file().with_extension("withdrawals");
    let lines = |file: &std::path::Path| fs::read_to_string(file).unwrap_or_default().lines().count();
    let earlier = lines(&journal);
    let answer = store.withdraw(kari, &Scope::Everything, &Actor::Operator, at(6)).await;
    assert_eq!(answer.unwrap().cancelled, [delivery]);
    assert_eq!((lines(&journal), witnessed(&place)), (earlier + 1, before));
    drop(world);
    assert!(matches!(place.refused(), Rollback::Forked { .. }));
}

#[tokio::test]
async fn a_row_that_was_edited_is_found_by_the_round_and_its_repair_as_well() {
    let place = Witnessed::new();
    let (mut world, Waiting { delivery, .. }) = place.world().await;
    note(world.store().as_ref(), 700).await;
    for second in 0..10 {
        world.store().sweep(at(10 + second)).await.unwrap();
    }
    assert!(world.store().ready().await.is_ok(), "a log as it was written is whole");
    let cases = [
        "UPDATE audit SET detail = '{\"n\":-1}' WHERE seq = 100",
        "UPDATE audit SET at = at + 1 WHERE seq = 10",
        "UPDATE audit SET hash = zeroblob(32) WHERE seq = 20",
        "DELETE FROM audit WHERE seq = 400",
        "UPDATE audit_tile SET hashes = zeroblob(64) WHERE level = 1",
    ];
    for (number, edit) in cases.into_iter().enumerate() {
        let conn = sql(&place);
        let copy = "CREATE TABLE kept AS SELECT * FROM audit; CREATE TABLE kept_tile AS SELECT * FROM audit_tile;";
        conn.execute_batch(&format!("{copy} {edit}")).unwrap();
        for second in 0..10 {
            world.store().sweep(at(100 + second)).await.unwrap();
        }
        assert!(differs(world.store().ready().await), "{edit}");
        assert!(world.due(GP, at(200)).await.is_empty(), "{edit}");
        // After a restart the mismatch is still known, if the hub can start at all.
        if number < 2 {
            drop(conn);
            world.reopen();
            assert!(differs(world.store().ready().await), "{edit}: after a restart");
        }
        let conn = sql(&place);
        let repair = "INSERT OR REPLACE INTO audit SELECT * FROM kept; INSERT OR REPLACE INTO audit_tile
            SELECT * FROM kept_tile; DROP TABLE kept; DROP TABLE kept_tile";
        conn.execute_batch(repair).unwrap();
        for second in 0..20 {
            world.store().sweep(at(300 + second)).await.unwrap();
        }
        assert!(world.store().ready().await.is_ok(), "{edit}: it was repaired");
        assert_eq!(world.due(GP, at(400)).await, [delivery], "{edit}");
    }
    assert_eq!(
        alerts(world.store().as_ref()).await,
        cases.len(),
        "each is told of once"
    );
    let said = |action: &'static str| {
        let rows = world.store().audit(1, 10_000);
        async move { rows.await.unwrap().iter().filter(|row| row.action == action).count() }
    };
    assert_eq!(said("audit-mismatch").await, cases.len());
    assert_eq!(said("audit-mismatch-over").await, cases.len());
}

#[tokio::test]
async fn a_leaf_that_is_changed_only_while_its_tile_fills_is_found() {
    // A hash is edited until the tile above it is made, and restored before the next check. The tile then contains the
    // edited hash.
    let place = Witnessed::new();
    let (world, _) = place.world().await;
    let store = world.store().as_ref();
    store.sweep(at(2)).await.unwrap();
    let before = witnessed(&place);
    let conn = sql(&place);
    conn.execute_batch("CREATE TABLE kept AS SELECT seq, hash FROM audit WHERE seq = 3; UPDATE audit SET hash = zeroblob(32) WHERE seq = 3")
        .unwrap();
    // No sweep runs in between, because many rows are written at once.
    let many: Vec<_> = (0..300)
        .map(|n| async move {
            store
                .note(AuditAction::InboxRead, &Actor::Hub, &json!({ "n": n }), at(2))
                .await
        })
        .collect();
    for note in many {
        note.await.unwrap();
    }
    conn.execute_batch("UPDATE audit SET hash = (SELECT hash FROM kept) WHERE seq = 3; DROP TABLE kept")
        .unwrap();
    store.sweep(at(3)).await.unwrap();
    store.sweep(at(4)).await.unwrap();
    assert!(differs(store.ready().await));
    assert!(differs(store.audit_checkpoint().await));
    assert_eq!(witnessed(&place), before);
}

#[tokio::test]
async fn rows_that_are_added_or_cut_off_beside_the_hub_are_found() {
    for edit in [
        "INSERT INTO audit SELECT seq + 1, at, action, actor, detail, hash FROM audit ORDER BY seq DESC LIMIT 1",
        "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
    ] {
        let disk = place::Disk::new();
        let store = SqliteStore::open(disk.options()).unwrap();
        note(&store, 5).await;
        Connection::open(disk.path()).unwrap().execute_batch(edit).unwrap();
        note(&store, 1).await;
        store.sweep(at(3)).await.unwrap();
        assert!(differs(store.ready().await), "without a second place as well: {edit}");
        assert!(differs(store.audit_checkpoint().await), "{edit}");
    }
}

#[tokio::test]
async fn what_can_not_be_repaired_is_accepted_as_it_is_and_not_as_anything_else() {
    let place = Witnessed::new();
    let (mut world, Waiting { delivery, .. }) = place.world().await;
    note(world.store().as_ref(), 300).await;
    sql(&place)
        .execute_batch("UPDATE audit SET actor = 'operator' WHERE seq = 9")
        .unwrap();
    for second in 0..5 {
        world.store().sweep(at(10 + second)).await.unwrap();
    }
    assert!(differs(world.store().ready().await));
    world.close();
    let accept = || SqliteStore::accept_mismatch(place.options(), "no backup has it", at(50)).unwrap();
    let accepted = accept().unwrap();
    assert_eq!(accepted.log.len(), 1, "{accepted:?}");
    assert!(accepted.log[0].contains("entry 9 was edited"), "{accepted:?}");
    assert_eq!(accept(), None);
    world.reopen();
    for second in 0..5 {
        world.store().sweep(at(60 + second)).await.unwrap();
    }
    assert!(world.store().ready().await.is_ok());
    assert_eq!(world.due(GP, at(70)).await, [delivery]);
    // The log keeps the finding for good, and `verify` still names the entry.
    let rows = world.store().audit(1, 10_000).await.unwrap();
    let row = rows.iter().find(|row| row.action == "mismatch-accepted").unwrap();
    assert!(
        row.detail.contains("entry 9 was edited") && row.detail.contains("no backup"),
        "{}",
        row.detail
    );
    let report = verify(&mut AuditLog::open(&place.disk.path()).unwrap(), &[], &mut |_| {}).unwrap();
    assert_eq!(report.findings.len(), 1);
    // Another edit of the same row is a new finding.
    sql(&place)
        .execute_batch("UPDATE audit SET actor = 'party:x' WHERE seq = 9")
        .unwrap();
    for second in 0..5 {
        world.store().sweep(at(80 + second)).await.unwrap();
    }
    assert!(differs(world.store().ready().await));
}

#[tokio::test]
async fn an_export_is_held_against_the_second_place_before_it_is_signed() {
    let place = Witnessed::new();
    let (world, _) = place.world().await;
    world.store().sweep(at(2)).await.unwrap();
    let row = world.store().audit(3, 1).await.unwrap().remove(0);
    let file = place.disk.path().with_extension("db.audit.key");
    let opened = || AuditLog::open(&place.disk.path()).unwrap();
    let key = opened().signing_key(&file).unwrap();
    let newest = bindeledd_tlog::Checkpoint::open(&witnessed(&place), key.verifying_key()).unwrap();
    assert!(opened().goes_on_from(&newest).is_ok());
    rewrite(&sql(&place), &row, "party:x");
    assert!(matches!(opened().goes_on_from(&newest), Err(OpenError::LogDiffers(_))));
    // The log itself has no other fault, so that a check of the log alone finds nothing.
    assert_eq!(verify(&mut opened(), &[], &mut |_| {}).unwrap().findings, []);
}

#[tokio::test]
async fn readers_and_writers_side_by_side_find_nothing_in_a_log_that_nobody_edits() {
    let place = Witnessed::new();
    let world = World::new(Shared(Arc::clone(&place))).await;
    world.usual_consent().await;
    let store = world.store().as_ref();
    let writing = async {
        for n in 0..300 {
            world
                .send(AFT, &[GP], progress(&format!("r{n}"), KARI, "c"), at(1))
                .await;
        }
    };
    let reading = async {
        for n in 0..300 {
            store.sweep(at(10 + n)).await.unwrap();
            store.audit_checkpoint().await.unwrap();
        }
    };
    tokio::join!(writing, reading);
    assert!(store.ready().await.is_ok());
}
