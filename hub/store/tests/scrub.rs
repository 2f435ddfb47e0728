//! Destroyed data leaves the disk apart from commits. A reader with an old snapshot delays no commit, and the answer
//! shows that the work is pending.

#![expect(clippy::unwrap_used, reason = "tests")]

mod place;
#[path = "place/witnessed.rs"]
mod witnessed;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bindeledd_core::ParticipantRef;
use bindeledd_core::alert::AlertKind;
use bindeledd_core::audit::AuditAction;
use bindeledd_engine::ports::{Actor, AlertFilter, Records as _, Scrubbed, Upkeep as _, Views as _};
use bindeledd_store::SqliteStore;
use bindeledd_store_contract::world::{World, at};
use place::Disk;
use rusqlite::Connection;
use serde_json::json;
use witnessed::{Shared, Waiting, Witnessed};

/// Holds a snapshot, as a shell or a backup does.
fn reader(place: &Witnessed) -> Connection {
    let conn = Connection::open(place.disk.path()).unwrap();
    conn.execute_batch("BEGIN").unwrap();
    let rows: i64 = conn
        .query_row("SELECT count(*) FROM participant", [], |row| row.get(0))
        .unwrap();
    assert!(rows > 0);
    conn
}

fn wrapped_key(place: &Witnessed, who: ParticipantRef) -> Vec<u8> {
    let conn = Connection::open(place.disk.path()).unwrap();
    let sql = "SELECT wrapped_key FROM participant WHERE ref = ?1";
    conn.query_row(sql, [who.0.into_bytes()], |row| row.get(0)).unwrap()
}

fn is_on_disk(place: &Witnessed, key: &[u8]) -> bool {
    let folder = place.disk.path().parent().unwrap().to_owned();
    let files = std::fs::read_dir(folder).unwrap();
    let bytes: Vec<u8> = files
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    memchr::memmem::find(&bytes, key).is_some()
}

async fn commits(world: &World<Shared>, count: usize) -> Duration {
    #[expect(clippy::disallowed_methods, reason = "two lengths of time of one run are compared")]
    let now = Instant::now;
    let begun = now();
    for _ in 0..count {
        world
            .store()
            .note(AuditAction::InboxRead, &Actor::Hub, &json!({}), at(5))
            .await
            .unwrap();
    }
    now() - begun
}

/// Waits for a state, for 20 seconds at most.
async fn eventually<F: Future<Output = bool>>(mut state: impl FnMut() -> F) -> bool {
    for _ in 0..400 {
        if state().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

async fn is_scrubbed(world: &World<Shared>, who: ParticipantRef) -> bool {
    world.store().sweep(at(20)).await.unwrap();
    world.store().erasure(who).await.unwrap().unwrap().scrubbed == Scrubbed::Done
}

#[tokio::test]
async fn a_reader_holds_up_the_scrubbing_and_nobody_else() {
    let place = Witnessed::new();
    let (world, Waiting { kari, .. }) = place.world().await;
    let key = wrapped_key(&place, kari);
    let before = commits(&world, 40).await;
    let reader = reader(&place);
    assert_eq!(world.store().erasure(kari).await.unwrap(), None);
    let answer = world
        .store()
        .erase(kari, &Actor::Operator, at(10))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(answer.scrubbed, Scrubbed::Pending, "it is not said to be done");
    let erasure = world.store().erasure(kari).await.unwrap().unwrap();
    assert_eq!((erasure.erased_at, erasure.scrubbed), (at(10), Scrubbed::Pending));
    assert!(is_on_disk(&place, &key), "and it is not");
    let during = commits(&world, 40).await;
    println!("40 commits took {before:?} without a reader, and {during:?} while an erasure waited for one");
    assert!(
        during < before * 30 + Duration::from_secs(1),
        "{before:?} and {during:?}: commits waited for the reader"
    );
    assert!(!world.audit().await.iter().any(|row| row.action == "scrubbed"));
    // After a stop the work is still pending.
    drop(world);
    let world = World::<Shared>::reopened(Shared(Arc::clone(&place)));
    assert!(!is_scrubbed(&world, kari).await);
    reader.execute_batch("ROLLBACK").unwrap();
    drop(reader);
    assert!(eventually(|| is_scrubbed(&world, kari)).await);
    assert!(!is_on_disk(&place, &key), "neither in the file nor in the log");
    assert!(world.audit().await.iter().any(|row| row.action == "scrubbed"));
}

#[tokio::test]
async fn an_erasure_that_nothing_holds_up_is_answered_when_it_has_left_the_disk() {
    let place = Witnessed::new();
    let (world, Waiting { kari, .. }) = place.world().await;
    let key = wrapped_key(&place, kari);
    assert!(is_on_disk(&place, &key));
    let answer = world
        .store()
        .erase(kari, &Actor::Operator, at(10))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(answer.scrubbed, Scrubbed::Done);
    assert!(!is_on_disk(&place, &key));
    let actions: Vec<_> = world.audit().await.into_iter().map(|row| row.action).collect();
    assert!(actions.ends_with(&["erased".into(), "scrubbed".into()]), "{actions:?}");
}

#[tokio::test]
async fn a_scrubbing_that_stays_pending_and_a_long_log_are_told_of_and_mended() {
    let disk = Disk::new();
    let store = Arc::new(SqliteStore::open(disk.options()).unwrap());
    let held = async |store: &SqliteStore| {
        let filter = AlertFilter {
            kind: Some(AlertKind::StoreHeld),
            party: None,
            state: None,
            before: None,
            limit: 10,
        };
        let alerts = store.alerts(&filter).await.unwrap();
        alerts.into_iter().filter_map(|alert| alert.code).collect::<Vec<_>>()
    };
    let log = || std::fs::metadata(disk.path().with_extension("db-wal")).map_or(0, |file| file.len());
    let reader = Connection::open(disk.path()).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM meta;").unwrap();
    let long = json!({ "n": "x".repeat(300_000) });
    while log() < 170 * 1024 * 1024 {
        let notes: Vec<_> = (0..50)
            .map(|_| {
                let (store, long) = (Arc::clone(&store), long.clone());
                tokio::spawn(async move { store.note(AuditAction::InboxRead, &Actor::Hub, &long, at(0)).await })
            })
            .collect();
        for note in notes {
            note.await.unwrap().unwrap();
        }
    }
    // Inserts a row of pending work, as an erasure leaves it.
    let pending = "INSERT INTO scrub (participant, since) VALUES (zeroblob(16), 0)";
    Connection::open(disk.path()).unwrap().execute_batch(pending).unwrap();
    store.sweep(at(0)).await.unwrap();
    assert_eq!(
        held(&store).await,
        Vec::<String>::new(),
        "a backup may take some minutes"
    );
    for minute in 1..20 {
        store.sweep(at(minute * 60)).await.unwrap();
    }
    let mut told = held(&store).await;
    told.sort();
    assert_eq!(told, ["BL-5032", "BL-5033"], "each once");
    reader.execute_batch("ROLLBACK").unwrap();
    assert!(
        eventually(async || log() < 1024 * 1024).await,
        "{} bytes are left",
        log()
    );
}
