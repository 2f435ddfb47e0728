//! An attacker edits, deletes or restores rows without the hub, while the hub runs.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use bindeledd_e2e::{World, eventually, person, strength};
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::time::Instant;

/// Makes a hub with a sender and a receiver, so that messages can leave.
async fn world() -> (World, String) {
    let mut world = World::new(&[("BINDELEDD__AUDIT__CHECKPOINT_SECONDS", "1".to_owned())]).await;
    let (address, _receiver) = world.counterpart("provider", &[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;
    world.provider("lageret", Some(&address), json!({})).await;
    (world, key)
}

fn sql(world: &World, statements: &str) {
    let conn = Connection::open(world.hub.dir().join("data/hub.sqlite")).unwrap();
    conn.busy_timeout(Duration::from_secs(10)).unwrap();
    conn.execute_batch(&format!("PRAGMA foreign_keys = OFF; {statements}"))
        .unwrap();
}

fn checkpoint(world: &World) -> PathBuf {
    world.hub.dir().join("second-place/checkpoint")
}

fn witnessed(world: &World) -> String {
    fs::read_to_string(checkpoint(world)).unwrap_or_default()
}

async fn send(world: &World, key: &str, whose: &str, reference: &str, to: &str) -> Value {
    let message = json!({
        "kind": "progress-update", "senderReference": reference, "conversation": reference,
        "participant": {"nationalId": whose}, "to": [to], "sentAt": "2026-11-20T10:00:00+01:00",
        "body": {"status": "DELTAR"}
    });
    let (status, answer) = world.hub.call(Some(key), "POST", "/v1/messages", Some(&message)).await;
    assert_eq!(status, 202, "{answer}");
    answer["messages"][0].clone()
}

async fn readyz(world: &World) -> (u16, Value) {
    world.hub.call(None, "GET", "/readyz", None).await
}

async fn alerts(world: &World, kind: &str) -> usize {
    let answer = world
        .hub
        .operator("GET", &format!("/v1/admin/alerts?kind={kind}"), None)
        .await;
    answer["alerts"].as_array().map_or(0, Vec::len)
}

/// Edits of the audit log's rows, of every kind.
const LOG: [&str; 6] = [
    "UPDATE audit SET detail = replace(detail, 'progress', 'outcome') WHERE action = 'consent-registered'",
    "UPDATE audit SET actor = 'party:havna' WHERE seq = 8",
    "UPDATE audit SET at = at - 1000000 WHERE seq = 8",
    "UPDATE audit SET hash = randomblob(32) WHERE seq = 8",
    "DELETE FROM audit WHERE seq = 8",
    "INSERT INTO audit SELECT seq + 1, at, 'consent-confirmed', actor, detail, hash FROM audit ORDER BY seq DESC LIMIT 1",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edited_log_is_not_laundered_and_nothing_leaves() {
    let count = strength(2, LOG.len());
    let mut slowest = Duration::ZERO;
    for edit in &LOG[..count] {
        let (world, key) = world().await;
        let consent = world.consent(&person(0), &[("nordvik", "havna", &["progress"])]).await;
        let sent = send(&world, &key, &person(0), "before", "havna").await;
        let id = sent["id"].as_str().unwrap();
        world.hub.settled(id, &["delivered"], Duration::from_secs(20)).await;
        let before = eventually(Duration::from_secs(10), || async {
            let note = witnessed(&world);
            (note.lines().count() > 3).then_some(note)
        });
        before.await.unwrap();
        sql(&world, edit);
        let began = Instant::now();
        let found = eventually(Duration::from_secs(30), || async {
            let (status, answer) = readyz(&world).await;
            (status == 503).then_some(answer)
        });
        let found = found
            .await
            .unwrap_or_else(|| panic!("{edit}: not found\n{}", world.hub.log()));
        slowest = slowest.max(began.elapsed());
        assert_eq!(found["code"], "BL-5020", "{edit}: {found}");
        // After an edit of rows, the second place may still have been updated before the edit was detected: its leaves are the
        // original ones. From now on the second place does not change.
        let stands = witnessed(&world);
        let (status, answer) = world.hub.call(None, "GET", "/v1/admin/audit/checkpoint", None).await;
        assert_eq!(status, 503, "{edit}: {answer}");
        // The message is accepted, but not sent.
        let late = send(&world, &key, &person(0), "after", "havna").await;
        let told = eventually(Duration::from_secs(10), || async {
            (alerts(&world, "audit-mismatch").await == 1).then_some(())
        });
        told.await.unwrap_or_else(|| panic!("{edit}: no alert"));
        // A withdrawal is answered, and cancels the delivery.
        let path = format!("/v1/consents/{}/withdraw", consent["id"].as_str().unwrap());
        let (status, answer) = world.hub.call(None, "POST", &path, Some(&json!({}))).await;
        assert_eq!(status, 200, "{edit}: {answer}");
        let message = world.hub.message(late["id"].as_str().unwrap()).await;
        assert_eq!(message["deliveries"][0]["state"], "cancelled", "{edit}: {message}");
        assert_eq!(witnessed(&world), stands, "{edit}: it was witnessed");
    }
    println!(
        "{count} edits of the audit log in a running hub: each found, the slowest after {slowest:?}, none witnessed"
    );
}

/// Edits of a participant's ledger, one for each table.
const LEDGER: [&str; 8] = [
    "UPDATE grant_row SET categories = 255 WHERE participant = P",
    "UPDATE grant_row SET to_party = 'lageret' WHERE participant = P",
    "INSERT INTO grant_row SELECT participant, from_party, consent, 7, 'lageret', purpose, 255, NULL, NULL, NULL, 1,
        NULL, NULL, NULL FROM grant_row WHERE participant = P LIMIT 1",
    "DELETE FROM withdrawal WHERE participant = P",
    "UPDATE consent SET given_at = given_at + 1 WHERE participant = P",
    "UPDATE consent SET content = randomblob(32) WHERE participant = P",
    "UPDATE participant SET ledger_version = NULL, ledger_salt = NULL, ledger_beside = NULL, ledger_mac = NULL WHERE ref = P",
    "UPDATE participant SET lookup = randomblob(32) WHERE ref = P",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edited_ledger_blocks_its_participant_and_nobody_else() {
    let (world, key) = world().await;
    let count = strength(3, LEDGER.len());
    let grants: &[(&str, &str, &[&str])] = &[("nordvik", "havna", &["progress"]), ("nordvik", "lageret", &["goals"])];
    for (n, edit) in LEDGER[..count].iter().enumerate() {
        let (whose, other) = (person(2 * n), person(2 * n + 1));
        let consent = world.consent(&whose, grants).await;
        world.consent(&other, grants).await;
        let participant = consent["participant"]["ref"].as_str().unwrap().to_owned();
        let scope = json!({"from": "nordvik", "to": "lageret"});
        let path = format!("/v1/consents/{}/withdraw", consent["id"].as_str().unwrap());
        let (status, answer) = world.hub.call(None, "POST", &path, Some(&scope)).await;
        assert_eq!(status, 200, "{answer}");
        sql(
            &world,
            &edit.replace("= P", &format!("= x'{}'", participant.replace('-', ""))),
        );
        let told = eventually(Duration::from_secs(30), || async {
            (alerts(&world, "ledger-mismatch").await == n + 1).then_some(())
        });
        told.await
            .unwrap_or_else(|| panic!("{edit}: no alert\n{}", world.hub.log()));
        if !edit.contains("lookup") {
            let sent = send(&world, &key, &whose, &format!("edited-{n}"), "havna").await;
            let delivery = &sent["deliveries"][0];
            assert_eq!(
                (&delivery["state"], &delivery["reason"]["code"]),
                (&json!("blocked"), &json!("BL-5021")),
                "{edit}: {sent}"
            );
        }
        let sent = send(&world, &key, &other, &format!("other-{n}"), "havna").await;
        let id = sent["id"].as_str().unwrap();
        world.hub.settled(id, &["delivered"], Duration::from_secs(20)).await;
        assert_eq!(readyz(&world).await.0, 200, "{edit}: everybody else's messages go on");
    }
    println!("{count} edits of ledgers in a running hub: each participant blocked, everybody else's message delivered");
}
