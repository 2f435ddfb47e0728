//! SQLite's own features: opening, locking, a full disk, a damaged file, and hot queries without table scans.

#![expect(clippy::unwrap_used, reason = "tests")]

mod place;

use std::sync::Arc;

use bindeledd_core::audit::AuditAction;
use bindeledd_core::delivery::Taker;
use bindeledd_core::{AdapterId, Category, Receivers};
use bindeledd_engine::ports::{
    AcceptedClock, Acknowledged, Actor, Audit as _, BuiltAnswer, DeliveryAccount, DisclosureFilter, Health as _,
    Origin, Outcome, Records as _, StoreError, Taken,
};
use bindeledd_store::{AuditLog, OpenError, SqliteOptions, SqliteStore, verify};
use bindeledd_store_contract::world::{AFT, GP, KARI, World, at, grant, id, progress};
use place::Disk;
use rusqlite::Connection;

fn refused(options: SqliteOptions) -> OpenError {
    SqliteStore::open(options).err().unwrap()
}

#[tokio::test]
async fn two_hubs_never_open_the_same_file() {
    let disk = Disk::new();
    let store = SqliteStore::open(disk.options()).unwrap();
    let error = refused(disk.options());
    assert!(matches!(&error, OpenError::InUse(path) if *path == disk.path()));
    assert!(error.to_string().contains("hub.db") && error.to_string().contains("stop that one first"));
    store.ready().await.unwrap();
    drop(store);
    SqliteStore::open(disk.options()).unwrap().ready().await.unwrap();
}

#[test]
fn only_its_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let disk = Disk::new();
    let _store = SqliteStore::open(disk.options()).unwrap();
    let files = std::fs::read_dir(disk.path().parent().unwrap()).unwrap();
    for file in files.map(Result::unwrap) {
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
    }
}

#[test]
fn another_master_key_is_refused() {
    let disk = Disk::new();
    drop(SqliteStore::open(disk.options()).unwrap());
    let other = SqliteOptions {
        master_key: [8; 32].into(),
        ..disk.options()
    };
    let error = refused(other);
    assert!(
        matches!(&error, OpenError::WrongKey { known, .. } if known.len() == 1),
        "{error}"
    );
    drop(SqliteStore::open(disk.options()).unwrap());
}

#[test]
fn a_newer_schema_and_a_foreign_file_are_refused_and_left_alone() {
    let disk = Disk::new();
    drop(SqliteStore::open(disk.options()).unwrap());
    let sql = |statement: &str| Connection::open(disk.path()).unwrap().execute_batch(statement).unwrap();
    sql("PRAGMA user_version = 99");
    let error = refused(disk.options());
    let OpenError::Newer { found: 99, known } = error else {
        panic!("{error}");
    };
    sql(&format!("PRAGMA user_version = {known}"));
    drop(SqliteStore::open(disk.options()).unwrap());

    let foreign = Disk::new();
    let conn = Connection::open(foreign.path()).unwrap();
    conn.execute_batch("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)")
        .unwrap();
    assert!(matches!(refused(foreign.options()), OpenError::Foreign(_)));
    let kept: i64 = conn.query_row("SELECT x FROM theirs", [], |r| r.get(0)).unwrap();
    assert_eq!(kept, 1);

    let text = Disk::new();
    std::fs::write(
        text.path(),
        "This is no database at all, but it is long enough to be taken for one.".repeat(40),
    )
    .unwrap();
    assert!(matches!(refused(text.options()), OpenError::Damaged(_)));
    let missing = SqliteOptions {
        path: text.path().join("no/such/directory"),
        ..text.options()
    };
    assert!(matches!(refused(missing), OpenError::Unreachable(..)));
}

/// A step and the audit row about it are committed together. If the row can not be written, the step is not done.
#[tokio::test]
async fn a_step_and_the_row_that_tells_of_it_are_one_commit() {
    let world = World::new(Disk::new()).await;
    let sql = |statements: &str| {
        Connection::open(world.place.path())
            .unwrap()
            .execute_batch(statements)
            .unwrap()
    };
    world.usual_consent().await;
    let new = world.new_message(progress("r1", KARI, "c"), Receivers::Parties(vec![id(GP)]), at(1));
    let mut acceptance = world.acceptance(AFT, vec![new]);
    acceptance.origin = Some(Origin {
        adapter: AdapterId::parse("gp-dialogmelding").unwrap(),
        origin: serde_json::json!({}),
    });
    let accepted = world.accept(acceptance, at(1)).await.unwrap();
    let delivery = accepted[0].deliveries[0].id;
    let handed_over = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(900),
    };
    world.carry(delivery, handed_over, at(2)).await;
    let pending = world.store().pending_answers(1).await.unwrap()[0].id;
    let by_operator = Taken {
        by: Actor::Operator,
        taker: Taker::Operator,
        ..Taken::by_itself(id(GP))
    };
    let clock = AcceptedClock {
        reason: "set right".into(),
        hub: at(5),
        machine: at(9_000),
    };
    let answer = || {
        let not_given = BuiltAnswer::NotGiven { code: "BL-3002" };
        world.store().put_answer(pending, not_given, at(900), at(3))
    };
    let take = || world.store().acknowledge(delivery, &by_operator, at(3));
    let accept_clock = || world.store().accept_clock(&clock, &Actor::Operator);

    sql(
        "CREATE TRIGGER no_row BEFORE INSERT ON audit WHEN NEW.action IN ('answer-not-given', 'acknowledged-for')
            BEGIN SELECT RAISE(ABORT, 'broken'); END;
        CREATE TRIGGER no_trace BEFORE INSERT ON meta WHEN NEW.name = 'clock.seen'
            BEGIN SELECT RAISE(ABORT, 'broken'); END",
    );
    let rows = world.audit().await.len();
    assert!(answer().await.is_err() && take().await.is_err() && accept_clock().await.is_err());
    assert_eq!(world.audit().await.len(), rows, "no row tells of what was not done");
    assert_eq!(world.store().pending_answers(1).await.unwrap().len(), 1);
    assert_eq!(world.state_name(delivery).await, "awaiting-receipt");

    sql("DROP TRIGGER no_row; DROP TRIGGER no_trace");
    answer().await.unwrap();
    assert_eq!(take().await.unwrap(), Acknowledged::WithPerson);
    accept_clock().await.unwrap();
    for action in [
        "answer-not-given",
        "taken-by-person",
        "acknowledged-for",
        "clock-accepted",
    ] {
        assert_eq!(world.audited(action).await, 1, "{action}");
    }
    assert_eq!(world.store().newest_trace().await.unwrap(), Some(at(9_000)));
}

async fn story(disk: Disk) -> World<Disk> {
    let world = World::new(disk).await;
    world.usual_consent().await;
    for i in 0..20 {
        world
            .send(AFT, &[GP], progress(&format!("r{i}"), KARI, "c"), at(1))
            .await;
    }
    world
}

#[tokio::test]
async fn a_store_whose_newest_audit_rows_were_changed_is_not_opened() {
    let disk = Disk::new();
    let store = SqliteStore::open(disk.options()).unwrap();
    for i in 0..5 {
        store
            .note(
                AuditAction::InboxRead,
                &Actor::Operator,
                &serde_json::json!({"n": i}),
                at(i),
            )
            .await
            .unwrap();
    }
    drop(store);
    let conn = Connection::open(disk.path()).unwrap();
    conn.execute_batch("DELETE FROM audit WHERE seq = 4").unwrap();
    drop(conn);
    let error = refused(disk.options());
    assert!(
        matches!(&error, OpenError::LogDiffers(what) if what.to_string().contains("entry 4 was dropped")),
        "{error}"
    );
}

#[tokio::test]
async fn sealed_bytes_that_were_changed_are_damage_and_nothing_else() {
    let disk = Disk::new();
    let path = disk.path();
    let world = story(disk).await;
    let delivery = world.due(GP, at(9)).await[0];
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("UPDATE body SET sealed = zeroblob(length(sealed))")
        .unwrap();
    let error = world.store().release_input(delivery).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Damaged(what) if what.contains("body")),
        "{error}"
    );
    // The sealed bytes of one message can not be opened in another message's row.
    let next = world.send(AFT, &[GP], progress("next", KARI, "d"), at(2)).await;
    let last = world.send(AFT, &[GP], progress("last", KARI, "e"), at(2)).await;
    let swap = "UPDATE body SET sealed = (SELECT sealed FROM body WHERE message = ?2) WHERE message = ?1";
    conn.execute(swap, [next.id.0.as_bytes(), last.id.0.as_bytes()])
        .unwrap();
    assert!(matches!(
        world.store().release_input(next.deliveries[0].id).await,
        Err(StoreError::Damaged(_))
    ));
    assert!(world.store().release_input(last.deliveries[0].id).await.is_ok());
}

#[tokio::test]
async fn commands_that_come_together_are_committed_together_and_answered_apart() {
    let disk = Disk::new();
    let store = Arc::new(SqliteStore::open(disk.options()).unwrap());
    let tasks: Vec<_> = (0..500)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                store
                    .note(AuditAction::InboxRead, &Actor::Hub, &serde_json::json!({"n": n}), at(0))
                    .await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let rows = store.audit(1, 1000).await.unwrap();
    assert_eq!(rows.len(), 500);
    let report = verify(&mut AuditLog::open(&disk.path()).unwrap(), &[], &mut |_| {}).unwrap();
    assert_eq!((report.size, report.findings), (500, Vec::new()));
}

#[tokio::test]
async fn who_stops_waiting_does_not_undo_what_was_committed() {
    let disk = Disk::new();
    let store = SqliteStore::open(disk.options()).unwrap();
    for n in 0..50 {
        let detail = serde_json::json!({ "n": n });
        let noting = store.note(AuditAction::InboxRead, &Actor::Hub, &detail, at(0));
        let _ = tokio::time::timeout(std::time::Duration::from_micros(1), noting).await;
    }
    store.ready().await.unwrap();
    let report = verify(&mut AuditLog::open(&disk.path()).unwrap(), &[], &mut |_| {}).unwrap();
    assert_eq!(report.findings, []);
}

#[tokio::test]
async fn consents_of_many_grants_and_parties_are_no_trouble() {
    let world = World::new(Disk::new()).await;
    let grants = (0..300)
        .map(|n| grant(AFT, &format!("part-{n}"), &[Category::Progress]))
        .collect();
    let kari = world.consent(1, KARI, grants).await;
    assert_eq!(world.store().ledger(kari).await.unwrap().grants.len(), 300);
    assert_eq!(
        world
            .send(AFT, &["part-299"], progress("r", KARI, "c"), at(1))
            .await
            .deliveries[0]
            .state,
        "waiting"
    );
    assert_eq!(world.store().next_due(&id("part-299")).await.unwrap(), Some(at(1)));
}

#[tokio::test]
async fn a_store_from_before_disclosures_tells_of_what_it_had_released() {
    let mut world = World::new(Disk::new()).await;
    let kari = world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    world.carry(delivery, Outcome::Delivered, at(2)).await;
    let filter = DisclosureFilter {
        participant: kari,
        party: None,
        before: None,
        limit: 10,
    };
    let before = world.store().disclosures(&filter).await.unwrap();
    assert_eq!(before.as_ref().unwrap()[0].categories.codes(), ["progress"]);
    let conn = Connection::open(world.place.path()).unwrap();
    conn.execute_batch(
        "DROP INDEX message_supersedes; ALTER TABLE message DROP COLUMN supersedes;
        ALTER TABLE release DROP COLUMN categories; DROP INDEX alert_participant",
    )
    .unwrap();
    conn.execute_batch(include_str!("../migrations/0005_disclosures.sql"))
        .unwrap();
    drop(conn);
    world.reopen();
    assert_eq!(world.store().disclosures(&filter).await.unwrap(), before);
}

#[tokio::test]
async fn a_delivery_in_an_unknown_state_is_in_no_part_of_the_account() {
    let world = World::new(Disk::new()).await;
    world.usual_consent().await;
    for n in 1..=2 {
        let draft = progress(&format!("r{n}"), KARI, &format!("c{n}"));
        world.deliver(AFT, GP, draft, at(n)).await;
    }
    let sum = |account: &DeliveryAccount| account.parts.iter().map(|(_, n)| n).sum::<u64>();
    let account = world.store().account_of(at(0)).await.unwrap();
    assert_eq!((account.all, sum(&account)), (2, 2));
    let conn = Connection::open(world.place.path()).unwrap();
    conn.execute_batch("UPDATE delivery SET state = 77 WHERE id = (SELECT max(id) FROM delivery)")
        .unwrap();
    let account = world.store().account_of(at(0)).await.unwrap();
    assert_eq!((account.all, sum(&account)), (2, 1));
}
