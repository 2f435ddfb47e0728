//! Change of the master key and of the wrapping key. No step loses data, and the old key opens nothing afterwards.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod place;

use std::path::Path;
use std::sync::Arc;

use bindeledd_engine::ports::{Actor, MasterKey, Store};
use bindeledd_store::{AuditLog, AuditOptions, OpenError, SqliteOptions, SqliteStore, master_key_id, verify};
use bindeledd_store_contract::TestStore;
use bindeledd_store_contract::world::{AFT, GP, KARI, World, at, person, progress};
use place::Disk;
use rusqlite::Connection;

const OPERATOR: Actor = Actor::Operator;

/// A disk whose store opens with this key.
struct Keyed {
    disk: Arc<Disk>,
    key: [u8; 32],
    /// Whether the store's log is witnessed at a second place.
    witnessed: bool,
}

impl Keyed {
    fn new(disk: &Arc<Disk>, key: u8) -> Self {
        Self {
            disk: Arc::clone(disk),
            key: [key; 32],
            witnessed: true,
        }
    }

    fn unwitnessed(disk: &Arc<Disk>, key: u8) -> Self {
        Self {
            witnessed: false,
            ..Self::new(disk, key)
        }
    }

    fn options(&self) -> SqliteOptions {
        SqliteOptions {
            master_key: self.key.into(),
            audit: AuditOptions {
                checkpoint_file: self
                    .disk
                    .path()
                    .parent()
                    .filter(|_| self.witnessed)
                    .map(|dir| dir.join("second/checkpoint")),
                ..AuditOptions::default()
            },
            ..self.disk.options()
        }
    }

    fn refused(&self) -> bool {
        match SqliteStore::open(self.options()) {
            Ok(_) => false,
            Err(OpenError::WrongKey { given, known }) => {
                assert_eq!(given, master_key_id(&self.key.into()).unwrap().0);
                assert!(!known.contains(&given));
                true
            }
            Err(other) => panic!("{other}"),
        }
    }
}

impl TestStore for Keyed {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(self.options()).unwrap())
    }

    fn at_rest(&self) -> Vec<u8> {
        self.disk.at_rest()
    }
}

fn key(of: u8) -> MasterKey {
    [of; 32].into()
}

/// A world with a waiting message, whose content must open afterwards.
async fn story(disk: &Arc<Disk>) -> World<Keyed> {
    let world = World::new(Keyed::new(disk, 1)).await;
    world.usual_consent().await;
    world.send(AFT, &[GP], progress("r1", KARI, "c"), at(1)).await;
    world
}

async fn still_there(world: &World<Keyed>) {
    let delivery = world.due(GP, at(9)).await[0];
    let input = world.store().release_input(delivery).await.unwrap().unwrap();
    assert!(input.to_write.is_some());
    let kari = world.store().participant(&person(KARI)).await.unwrap().unwrap();
    assert_eq!(world.store().consents_of(kari).await.unwrap().len(), 1);
}

fn backup(disk: &Disk, to: &Path) {
    let conn = Connection::open(disk.path()).unwrap();
    conn.execute("VACUUM INTO ?1", [to.to_str().unwrap()]).unwrap();
    // A backup holds the store and the keys. Without the log's key it can not be verified that the log is the signed
    // one.
    let key = |store: &Path| format!("{}.audit.key", store.display());
    std::fs::copy(key(&disk.path()), key(to)).unwrap();
}

#[tokio::test]
async fn a_store_opens_with_either_key_until_the_old_one_is_retired() {
    let disk = Arc::new(Disk::new());
    let world = story(&disk).await;
    let store = world.store();
    assert_eq!(store.key_ring().await.unwrap().masters.len(), 1);
    let added = store.add_master(&key(2), &OPERATOR, at(2)).await.unwrap();
    assert_eq!(added, master_key_id(&key(2)).unwrap());
    assert_eq!(store.key_ring().await.unwrap().masters.last(), Some(&added));
    // The next start would still read an older key, so that nothing is retired.
    assert_eq!(store.retire_masters(&key(1), &OPERATOR, at(3)).await.unwrap(), None);
    assert_eq!(store.retire_masters(&key(3), &OPERATOR, at(3)).await.unwrap(), None);
    drop(world);
    for key in [1, 2, 1] {
        let world = World::reopened(Keyed::new(&disk, key));
        still_there(&world).await;
        // A repetition, as after a stop in between, changes nothing.
        world
            .store()
            .add_master(&[2; 32].into(), &OPERATOR, at(4))
            .await
            .unwrap();
        assert_eq!(world.audited("master-key-added").await, 1);
    }
    let world = World::reopened(Keyed::new(&disk, 1));
    assert_eq!(
        world.store().retire_masters(&key(2), &OPERATOR, at(5)).await.unwrap(),
        Some(1)
    );
    assert_eq!(
        world.store().retire_masters(&key(2), &OPERATOR, at(5)).await.unwrap(),
        Some(0)
    );
    still_there(&world).await;
    // Data that is sealed after the change can be opened with the new key.
    world.send(AFT, &[GP], progress("r2", KARI, "d"), at(6)).await;
    drop(world);
    assert!(Keyed::new(&disk, 1).refused() && Keyed::new(&disk, 3).refused());
    let world = World::reopened(Keyed::new(&disk, 2));
    still_there(&world).await;
    for delivery in world.due(GP, at(9)).await {
        assert!(world.store().release_input(delivery).await.unwrap().is_some());
    }
    drop(world);
    let report = verify(&mut AuditLog::open(&disk.path()).unwrap(), &[], &mut |_| {}).unwrap();
    assert_eq!(report.findings, []);
}

#[tokio::test]
async fn one_who_goes_back_to_the_old_key_can_retire_the_new_one() {
    let disk = Arc::new(Disk::new());
    let world = story(&disk).await;
    let store = world.store();
    store.add_master(&key(2), &OPERATOR, at(2)).await.unwrap();
    store.add_master(&key(1), &OPERATOR, at(3)).await.unwrap();
    assert_eq!(store.retire_masters(&key(1), &OPERATOR, at(4)).await.unwrap(), Some(1));
    drop(world);
    assert!(Keyed::new(&disk, 2).refused());
    still_there(&World::reopened(Keyed::new(&disk, 1))).await;
}

#[tokio::test]
async fn a_backup_from_before_opens_with_the_old_key_alone() {
    let disk = Arc::new(Disk::new());
    let world = story(&disk).await;
    let old = Disk::new();
    backup(&disk, &old.path());
    world.store().add_master(&key(2), &OPERATOR, at(2)).await.unwrap();
    world.store().retire_masters(&key(2), &OPERATOR, at(3)).await.unwrap();
    drop(world);
    let old = Arc::new(old);
    assert!(Keyed::unwitnessed(&old, 2).refused());
    still_there(&World::reopened(Keyed::unwitnessed(&old, 1))).await;
}

#[tokio::test]
async fn participants_keys_are_wrapped_anew_while_messages_flow() {
    let disk = Arc::new(Disk::new());
    let world = story(&disk).await;
    let people: Vec<String> = (0..450).map(synthetic).collect();
    for number in &people {
        let id = person(number);
        world.store().set_protected(&id, false, &OPERATOR, at(1)).await.unwrap();
    }
    let wrapped = || {
        let conn = Connection::open(disk.path()).unwrap();
        let mut statement = conn
            .prepare("SELECT wrapped_key FROM participant ORDER BY ref")
            .unwrap();
        let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>()
    };
    let before = wrapped();
    assert!(world.store().new_wrapping(&OPERATOR, at(2)).await.unwrap());
    let ring = world.store().key_ring().await.unwrap();
    assert_eq!((ring.wrapping, ring.to_rewrap), (2, 451));
    // A second request while the first is unfinished continues with the same key.
    assert!(world.store().new_wrapping(&OPERATOR, at(2)).await.unwrap());
    assert_eq!(world.store().key_ring().await.unwrap().wrapping, 2);
    assert_eq!(world.store().sweep(at(3)).await.unwrap(), 200);
    assert_eq!(world.store().key_ring().await.unwrap().to_rewrap, 251);
    still_there(&world).await;
    // A new participant and a stop come in the middle of the change.
    world
        .store()
        .set_protected(&person(&synthetic(450)), false, &OPERATOR, at(3))
        .await
        .unwrap();
    drop(world);
    let world = World::reopened(Keyed::new(&disk, 1));
    still_there(&world).await;
    for (second, left) in [(4, 51), (5, 0), (6, 0)] {
        world.store().sweep(at(second)).await.unwrap();
        assert_eq!(world.store().key_ring().await.unwrap().to_rewrap, left);
    }
    assert_eq!(world.store().sweep(at(7)).await.unwrap(), 0);
    assert_eq!(world.audited("participants-rewrapped").await, 1);
    let after = wrapped();
    assert_eq!(after.len(), 452);
    assert!(after.iter().all(|now| now[0] == 2 && !before.contains(now)));
    drop(world);
    let world = World::reopened(Keyed::new(&disk, 1));
    still_there(&world).await;
    for number in &people {
        assert!(world.store().participant(&person(number)).await.unwrap().is_some());
    }
    let old: i64 = Connection::open(disk.path())
        .unwrap()
        .query_row(
            "SELECT count(*) FROM key_ring WHERE purpose = 'wrap' AND version < 2",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(old, 0);
}

#[tokio::test]
async fn a_wrapping_key_is_not_made_that_a_master_key_of_the_ring_would_not_open() {
    let disk = Arc::new(Disk::new());
    let world = story(&disk).await;
    world.store().add_master(&key(2), &OPERATOR, at(2)).await.unwrap();
    drop(world);
    // This hub was started with the new key, and has never seen the old one.
    let world = World::reopened(Keyed::new(&disk, 2));
    assert!(!world.store().new_wrapping(&OPERATOR, at(3)).await.unwrap());
    world.store().retire_masters(&key(2), &OPERATOR, at(4)).await.unwrap();
    assert!(world.store().new_wrapping(&OPERATOR, at(5)).await.unwrap());
    drop(world);
    still_there(&World::reopened(Keyed::new(&disk, 2))).await;
}

#[tokio::test]
async fn a_master_key_that_was_just_added_takes_a_new_wrapping_key_too() {
    let disk = Arc::new(Disk::new());
    let world = story(&disk).await;
    world.store().add_master(&key(2), &OPERATOR, at(2)).await.unwrap();
    assert!(world.store().new_wrapping(&OPERATOR, at(3)).await.unwrap());
    drop(world);
    let world = World::reopened(Keyed::new(&disk, 2));
    still_there(&world).await;
}

#[tokio::test]
async fn a_ring_that_was_changed_is_damage_and_not_another_key() {
    let disk = Arc::new(Disk::new());
    drop(story(&disk).await);
    let conn = Connection::open(disk.path()).unwrap();
    let swap =
        "UPDATE key_ring SET wrapped = (SELECT wrapped FROM key_ring WHERE purpose = 'names') WHERE purpose = 'hub'";
    conn.execute_batch(swap).unwrap();
    let error = SqliteStore::open(Keyed::new(&disk, 1).options()).err().unwrap();
    assert!(
        matches!(&error, OpenError::Damaged(what) if what.contains("key_ring")),
        "{error}"
    );
}

/// Returns the `n`th of some synthetic numbers (month plus 80), with valid check digits.
fn synthetic(n: usize) -> String {
    let check = |digits: &[u32], weights: &[u32]| {
        let sum: u32 = digits.iter().zip(weights).map(|(d, w)| d * w).sum();
        (11 - sum % 11) % 11
    };
    let weights: [&[u32]; 2] = [&[3, 7, 6, 1, 8, 9, 4, 5, 2], &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]];
    let candidates = (0..).filter_map(|serial: usize| {
        let raw = format!(
            "{:02}{:02}{:02}500",
            1 + serial % 28,
            81 + serial / 28 % 12,
            50 + serial / 336 % 50
        );
        let mut digits: Vec<u32> = raw.chars().filter_map(|c| c.to_digit(10)).collect();
        for weights in weights {
            let digit = check(&digits, weights);
            if digit == 10 {
                return None;
            }
            digits.push(digit);
        }
        Some(digits.into_iter().filter_map(|d| char::from_digit(d, 10)).collect())
    });
    candidates.skip(n).map(|id: String| id).next().unwrap()
}
