//! Erasure on disk: the key is gone everywhere, the log still verifies, and a restored backup is erased again.

#![expect(clippy::unwrap_used, reason = "tests")]

mod place;
#[path = "place/witnessed.rs"]
mod witnessed;

use std::fs;
use std::sync::Arc;

use bindeledd_core::{AccessReason, Category, ParticipantRef};
use bindeledd_engine::ports::{Actor, Outcome, Scope};
use bindeledd_store::{AuditLog, Rollback, verify};
use bindeledd_store_contract::world::{AFT, GP, KARI, OLA, World, at, grant, person, progress};
use rusqlite::Connection;
use witnessed::{Shared, Waiting, Witnessed};

fn findings(place: &Witnessed) -> usize {
    let mut log = AuditLog::open(&place.disk.path()).unwrap();
    verify(&mut log, &[], &mut |_| {}).unwrap().findings.len()
}

fn reopened(place: &Arc<Witnessed>) -> World<Shared> {
    World::<Shared>::reopened(Shared(Arc::clone(place)))
}

/// Reads every sealed cell of a participant directly from the file.
fn cells(place: &Witnessed, who: ParticipantRef) -> Vec<Vec<u8>> {
    let conn = Connection::open(place.disk.path()).unwrap();
    let who = who.0.into_bytes();
    let mut cells = Vec::new();
    for sql in [
        "SELECT wrapped_key FROM participant WHERE ref = ?1",
        "SELECT identity FROM participant WHERE ref = ?1",
        "SELECT lookup FROM participant WHERE ref = ?1",
        "SELECT detail FROM consent WHERE participant = ?1",
        "SELECT names FROM message WHERE participant = ?1",
        "SELECT b.sealed FROM body b JOIN message m ON m.id = b.message WHERE m.participant = ?1",
        "SELECT f.sealed FROM frozen f JOIN delivery d ON d.id = f.delivery WHERE d.participant = ?1",
        "SELECT e.sealed FROM external_ref e JOIN delivery d ON d.id = e.delivery WHERE d.participant = ?1",
    ] {
        let mut statement = conn.prepare(sql).unwrap();
        let found = statement.query_map([who], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        let before = cells.len();
        cells.extend(found.map(Result::unwrap));
        assert!(cells.len() > before, "nothing to look for: {sql}");
    }
    cells
}

fn is_there(bytes: &[u8], cell: &[u8]) -> bool {
    // The beginning of a long cell is enough, since its end may be on another page.
    let cell = &cell[..cell.len().min(48)];
    memchr::memmem::find(bytes, cell).is_some()
}

#[tokio::test]
async fn an_erased_key_and_what_it_sealed_are_nowhere_on_the_disk() {
    let place = Witnessed::new();
    let (world, Waiting { kari, delivery }) = place.world().await;
    world.carry(delivery, Outcome::Delivered, at(2)).await;
    // Other participants come before and after, so that Kari's rows lie between theirs and pages are split.
    for n in 0..300_u128 {
        let number = if n % 2 == 0 { KARI } else { OLA };
        if n == 0 {
            world.consent(7, OLA, vec![grant(AFT, GP, &[Category::Progress])]).await;
        }
        let name = format!("m{n}");
        world.deliver(AFT, GP, progress(&name, number, &name), at(3)).await;
    }
    let looked_for = cells(&place, kari);
    assert!(looked_for.len() > 150);
    let before = world.at_rest();
    let there = looked_for.iter().filter(|cell| is_there(&before, cell)).count();
    assert_eq!(there, looked_for.len(), "what is there is found");
    world
        .store()
        .erase(kari, &Actor::Operator, at(4))
        .await
        .unwrap()
        .unwrap();
    let after = world.at_rest();
    let left: Vec<_> = looked_for.iter().filter(|cell| is_there(&after, cell)).collect();
    let which: Vec<_> = (0..)
        .zip(&looked_for)
        .filter(|(_, cell)| left.contains(cell))
        .map(|(n, cell): (usize, _)| (n, cell.len()))
        .collect();
    assert_eq!(left.len(), 0, "of {} cells are left: {which:?}", looked_for.len());
    drop(world);
    assert_eq!(findings(&place), 0);
    let world = reopened(&place);
    assert_eq!(world.store().participant(&person(KARI)).await.unwrap(), None);
    assert_eq!(world.due(GP, at(99)).await.len(), 100, "what is OLA's still opens");
}

#[tokio::test]
async fn a_restored_backup_is_erased_again_before_anything_is_delivered() {
    let place = Witnessed::new();
    let (world, Waiting { kari, delivery }) = place.world().await;
    drop(world);
    let backup = place.backup();
    let world = reopened(&place);
    world
        .store()
        .erase(kari, &Actor::Operator, at(10))
        .await
        .unwrap()
        .unwrap();
    drop(world);
    let journal = fs::read_to_string(place.checkpoint_file().with_extension("withdrawals")).unwrap();
    assert!(
        journal.contains("erased") && journal.contains(&kari.to_string()),
        "{journal}"
    );
    place.restore(&backup);

    assert!(matches!(place.refused(), Rollback::Behind { .. }));
    let accepted = place.accept().unwrap();
    assert_eq!((accepted.replayed, accepted.cancelled), (1, 1));
    let world = reopened(&place);
    assert_eq!(world.store().participant(&person(KARI)).await.unwrap(), None);
    assert_eq!(world.state_name(delivery).await, "cancelled");
    let sent = world.send(AFT, &[GP], progress("r2", KARI, "c"), at(61)).await;
    assert_eq!(sent.deliveries[0].state, "blocked");
    drop(world);
    assert_eq!(findings(&place), 0);
    // A repetition changes neither the journal nor the erasures.
    let again = fs::read_to_string(place.checkpoint_file().with_extension("withdrawals")).unwrap();
    drop(reopened(&place));
    let after = fs::read_to_string(place.checkpoint_file().with_extension("withdrawals")).unwrap();
    assert_eq!(again, after);
    assert_eq!(journal, after, "what was done again is in the journal already");
}

#[tokio::test]
async fn a_stop_between_an_erasure_and_its_witness_loses_nothing() {
    let place = Witnessed::new();
    let (world, Waiting { kari, .. }) = place.world().await;
    let folder = place.checkpoint_file().parent().unwrap().to_owned();
    let aside = place.second.path().join("aside");
    fs::rename(&folder, &aside).unwrap();
    fs::write(&folder, "in the way").unwrap();
    assert!(world.store().erase(kari, &Actor::Operator, at(10)).await.is_err());
    drop(world);
    fs::remove_file(&folder).unwrap();
    fs::rename(&aside, &folder).unwrap();
    drop(reopened(&place));
    let journal = fs::read_to_string(folder.join("checkpoint.withdrawals")).unwrap();
    assert!(journal.contains("erased"), "the start has caught up: {journal}");
}

#[tokio::test]
async fn a_joining_that_a_backup_does_not_know_is_done_again_with_what_came_after() {
    let place = Witnessed::new();
    let (world, Waiting { kari, delivery }) = place.world().await;
    drop(world);
    // The backup knows only Kari. Ola is registered later, and then both turn out to be one person.
    let backup = place.backup();
    let world = reopened(&place);
    let ola = world.consent(7, OLA, vec![grant(AFT, GP, &[Category::Goals])]).await;
    let answer = world.store().link(ola, &person(KARI), &Actor::Operator, at(10)).await;
    assert_eq!(answer.unwrap().unwrap().joined, Some(kari));
    let everything = world
        .store()
        .withdraw(ola, &Scope::Everything, &Actor::Operator, at(11))
        .await;
    assert_eq!(everything.unwrap().cancelled, [delivery]);
    drop(world);
    assert_eq!(findings(&place), 0);
    place.restore(&backup);
    place.refused();
    let accepted = place.accept().unwrap();
    assert_eq!(
        (accepted.replayed, accepted.cancelled),
        (1, 1),
        "what Ola took back was Kari's as well"
    );
    let world = reopened(&place);
    assert_eq!(world.state_name(delivery).await, "cancelled");
}

#[tokio::test]
async fn an_export_that_an_erasure_overtakes_is_of_nobody() {
    let place = Witnessed::new();
    let (world, Waiting { kari, .. }) = place.world().await;
    let reason = AccessReason::parse("innsynskrav 2026/17").unwrap();
    let conn = Connection::open(place.disk.path()).unwrap();
    let recorded = || -> bool {
        let sql = "SELECT count(*) FROM audit WHERE action = 'exported'";
        conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() > 0
    };
    let store = world.store();
    // This delays the export between its audit row and its reading, until the participant is erased.
    let overtake = async {
        while !recorded() {
            std::thread::yield_now();
        }
        let erasing = || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(store.erase(kari, &Actor::Operator, at(10)))
        };
        std::thread::scope(|scope| scope.spawn(erasing).join().unwrap())
    };
    let (exported, erased) = tokio::join!(store.export(kari, &reason, &Actor::Operator, at(10)), overtake);
    assert!(erased.unwrap().is_some());
    assert!(exported.unwrap().is_none());
    let rows = world.audit().await;
    assert_eq!(rows.iter().filter(|row| row.action == "export-not-given").count(), 1);
}
