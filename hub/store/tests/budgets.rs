//! The budgets of a party, and the reserve on the disk.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod place;

use std::sync::Arc;

use bindeledd_core::{Category, Receivers};
use bindeledd_engine::ports::{Acceptance, Actor, Health as _, OverBudget, Scope, Store, StoreError, on_behalf_of};
use bindeledd_store::{Budgets, SqliteOptions, SqliteStore};
use bindeledd_store_contract::TestStore;
use bindeledd_store_contract::world::{AFT, DPS, GP, KARI, OLA, World, at, grant, id, person, progress};
use jiff::Timestamp;
use place::Disk;

const DAY: i64 = 24 * 60 * 60;

struct Bounded(Disk, Budgets);

impl Bounded {
    fn options(&self) -> SqliteOptions {
        SqliteOptions {
            budgets: self.1,
            ..self.0.options()
        }
    }
}

impl TestStore for Bounded {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(self.options()).unwrap())
    }

    fn at_rest(&self) -> Vec<u8> {
        self.0.at_rest()
    }
}

async fn world(budgets: Budgets) -> World<Bounded> {
    let world = World::new(Bounded(Disk::new(), budgets)).await;
    world.usual_consent().await;
    world
}

fn acceptance(world: &World<Bounded>, from: &str, whose: &str, reference: &str, now: Timestamp) -> Acceptance {
    let to = Receivers::Parties(vec![id(GP)]);
    let new = world.new_message(progress(reference, whose, reference), to, now);
    world.acceptance(from, vec![new])
}

/// Sends a message. Returns the spent budget, or `None` if it was accepted.
async fn send(world: &World<Bounded>, from: &str, whose: &str, reference: &str, now: Timestamp) -> Option<OverBudget> {
    match world
        .store()
        .accept(acceptance(world, from, whose, reference, now), now)
        .await
    {
        Ok(accepted) => {
            assert!(accepted.is_ok());
            None
        }
        Err(StoreError::OverBudget(over)) => Some(over),
        Err(error) => panic!("{error}"),
    }
}

async fn stored(world: &World<Bounded>, party: &str) -> u64 {
    let stored = world.store().stored().await.unwrap();
    stored
        .iter()
        .find(|(p, _)| *p == id(party))
        .map_or(0, |(_, bytes)| *bytes)
}

#[tokio::test]
async fn what_a_party_stores_is_counted_until_it_leaves() {
    let budgets = Budgets {
        stored_per_party: 10_000,
        ..Budgets::default()
    };
    let mut world = world(budgets).await;
    world.consent(2, OLA, vec![grant(DPS, GP, &[Category::Progress])]).await;
    let mut sent = 0;
    while send(&world, AFT, KARI, &format!("r{sent}"), at(1)).await.is_none() {
        sent += 1;
        assert!(sent < 10);
    }
    assert!(sent > 1 && stored(&world, AFT).await >= 10_000);
    assert_eq!(send(&world, AFT, KARI, "more", at(1)).await, Some(OverBudget::Stored));
    assert_eq!(
        send(&world, AFT, KARI, "r0", at(1)).await,
        None,
        "a repeat stores nothing"
    );
    assert_eq!(
        send(&world, DPS, OLA, "r0", at(1)).await,
        None,
        "another party's is its own"
    );
    world.reopen();
    assert_eq!(send(&world, AFT, KARI, "more", at(2)).await, Some(OverBudget::Stored));
    // The bytes of a message are freed when its retention ends, and also by an erasure.
    for _ in 0..3 {
        world.store().sweep(at(120 * DAY)).await.unwrap();
        world.store().sweep(at(240 * DAY)).await.unwrap();
    }
    assert_eq!((stored(&world, AFT).await, stored(&world, DPS).await), (0, 0));
    assert_eq!(send(&world, DPS, OLA, "again", at(240 * DAY)).await, None);
    let ola = world.store().participant(&person(OLA)).await.unwrap().unwrap();
    assert!(stored(&world, DPS).await > 2048);
    world.store().erase(ola, &Actor::Operator, at(240 * DAY)).await.unwrap();
    assert_eq!(stored(&world, DPS).await, 0);
}

#[tokio::test]
async fn what_goes_to_nobody_has_a_days_measure_that_tells_nothing_of_whom_it_is_about() {
    let budgets = Budgets {
        nowhere_per_day: 3,
        ..Budgets::default()
    };
    let mut world = world(budgets).await;
    // Ola is known and protected. Kari is known, and permits only another party. The third person is unknown.
    let nobody = "57817710060";
    world
        .store()
        .set_protected(&person(OLA), true, &Actor::Operator, at(0))
        .await
        .unwrap();
    for n in 0..3 {
        assert_eq!(send(&world, DPS, KARI, &format!("r{n}"), at(1)).await, None);
    }
    world.reopen();
    let rows = world.audit().await.len();
    let seconds = |over: Option<OverBudget>| match over {
        Some(OverBudget::Nowhere { seconds }) => seconds,
        other => panic!("{other:?}"),
    };
    let left: Vec<_> = [KARI, OLA, nobody]
        .map(|whose| send(&world, DPS, whose, whose, at(2)))
        .into_iter()
        .collect();
    let mut all = Vec::new();
    for one in left {
        all.push(seconds(one.await));
    }
    assert!(
        all[0] > 0 && all.iter().all(|s| *s == all[0] && i64::from(*s) <= DAY),
        "{all:?}"
    );
    assert_eq!(world.audit().await.len(), rows, "nothing is written of it");
    assert_eq!(world.store().participant(&person(nobody)).await.unwrap(), None);
    // A message with a receiver is accepted, other parties have their own budget, and the next day begins anew.
    world
        .consent(3, KARI, vec![grant(DPS, GP, &[Category::Progress])])
        .await;
    assert_eq!(send(&world, DPS, KARI, "with-consent", at(3)).await, None);
    assert_eq!(send(&world, AFT, OLA, "another", at(3)).await, None);
    assert_eq!(
        send(&world, DPS, OLA, "next-day", at(3 + i64::from(all[0]))).await,
        None
    );
}

#[tokio::test]
async fn a_store_from_before_counts_what_it_has() {
    let mut world = world(Budgets::default()).await;
    send(&world, AFT, KARI, "r1", at(1)).await;
    let before = stored(&world, AFT).await;
    let conn = rusqlite::Connection::open(world.place.0.path()).unwrap();
    conn.execute_batch(
        "DROP TRIGGER body_stored; DROP TRIGGER body_removed; DROP TABLE stored; DROP TABLE went_nowhere",
    )
    .unwrap();
    conn.execute_batch(include_str!("../migrations/0014_stored.sql"))
        .unwrap();
    drop(conn);
    world.reopen();
    assert_eq!(stored(&world, AFT).await, before);
}

#[tokio::test]
async fn a_burst_of_one_party_does_not_stand_before_the_others() {
    let world = Arc::new(world(Budgets::default()).await);
    let mut burst = Vec::new();
    for n in 0..2000 {
        let world = Arc::clone(&world);
        burst.push(tokio::spawn(on_behalf_of(Actor::Party(id(AFT)), async move {
            send(&world, AFT, KARI, &format!("b{n}"), at(1)).await;
        })));
    }
    // The yield lets the burst queue before other commands come.
    tokio::task::yield_now().await;
    let one = on_behalf_of(Actor::Party(id(DPS)), send(&world, DPS, KARI, "one", at(1)));
    one.await;
    let kari = world.store().participant(&person(KARI)).await.unwrap().unwrap();
    let scope = Scope::Party(id(GP));
    let withdrawal = world.store().withdraw(kari, &scope, &Actor::Operator, at(2));
    on_behalf_of(Actor::Operator, withdrawal).await.unwrap();
    let done = burst.iter().filter(|task| task.is_finished()).count();
    assert!(done < 1500, "{done} of the burst were served before the other two");
    for task in burst {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn room_is_held_back_and_a_start_keeps_it() {
    let reserve = 2 * 1024 * 1024;
    let place = Bounded(
        Disk::new(),
        Budgets {
            reserve,
            ..Budgets::default()
        },
    );
    let store = SqliteStore::open(place.options()).unwrap();
    store.ready().await.unwrap();
    assert!(store.has_room());
    let held = || {
        let mut file = place.0.path().into_os_string();
        file.push(".reserve");
        std::fs::metadata(file).unwrap().len()
    };
    assert_eq!(held(), reserve);
    drop(store);
    drop(SqliteStore::open(place.options()).unwrap());
    assert_eq!(held(), reserve);
}
