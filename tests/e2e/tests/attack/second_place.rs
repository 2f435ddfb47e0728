//! The second place, where the audit log is witnessed, is truncated, missing, full or restored.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bindeledd_e2e::{World, cli, copy, out, person, strength};
use bindeledd_simulators::ControlClient;
use serde_json::{Value, json};

/// The second place's files: the checkpoint and the journal.
fn files(world: &World) -> [PathBuf; 2] {
    let mut found = Vec::new();
    walk(world.dir.path(), &mut found);
    let journal = found
        .into_iter()
        .find(|path| path.to_string_lossy().ends_with(".withdrawals"));
    let journal = journal.unwrap();
    [journal.with_extension(""), journal]
}

fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            walk(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}

/// Returns named variants of the journal as an attacker might leave it: removed, emptied, truncated, swapped, without a line, with
/// repeated lines.
fn changed_journals(lines: &[&str]) -> Vec<(String, Option<String>)> {
    let mut attacks: Vec<(String, Option<String>)> =
        vec![("removed".into(), None), ("emptied".into(), Some(String::new()))];
    for kept in 1..lines.len() {
        attacks.push((format!("cut to {kept} lines"), Some(lines[..kept].concat())));
        let mut swapped = lines.to_vec();
        swapped.swap(kept - 1, kept);
        attacks.push((format!("lines {kept} and {} swapped", kept + 1), Some(swapped.concat())));
        let without = [&lines[..kept], &lines[kept + 1..]].concat().concat();
        attacks.push((format!("line {} taken out", kept + 1), Some(without)));
        let twice = [&lines[..kept], lines].concat().concat();
        attacks.push((format!("{kept} lines twice"), Some(twice)));
    }
    attacks
}

/// Of every three people, one withdraws, one is erased, and one gets address protection.
async fn take_back(world: &World, people: &[String], consents: &[Value]) {
    for (n, (person, consent)) in people.iter().zip(consents).enumerate() {
        let participant = format!(
            "/v1/admin/participants/{}",
            consent["participant"]["ref"].as_str().unwrap()
        );
        let (path, body) = match n % 3 {
            0 => (format!("{participant}/withdraw"), json!({})),
            1 => (format!("{participant}/erase"), json!({})),
            _ => (
                "/v1/admin/participants/protect".to_owned(),
                json!({"nationalId": person, "protected": true}),
            ),
        };
        world.hub.operator("POST", &path, Some(&body)).await;
    }
}

/// Checks that with such a journal, every command that would go on is refused.
fn refuse_all(world: &World) {
    for command in [
        &["serve"][..],
        &["check"],
        &["audit", "new-key", "--reason", "the key was seen"],
    ] {
        let refused = cli(world, command);
        assert!(
            !refused.status.success() && out(&refused).contains("BL-5030"),
            "{command:?}: {}",
            out(&refused)
        );
    }
}

/// Checks that nothing has arrived except a message under another participant's consent, which was sent last.
async fn only_another_persons_message_arrives(world: &World, receiver: &ControlClient, key: &str, whom: usize) {
    let other = person(whom);
    world.consent(&other, &[("nordvik", "havna", &["progress"])]).await;
    let message = world.send_progress(key, &other, "r-other").await;
    let id = message["id"].as_str().unwrap();
    world.hub.settled(id, &["delivered"], Duration::from_secs(20)).await;
    assert_eq!(receiver.arrivals(0).await.unwrap().len(), 1);
}

/// A backup is restored beside a truncated, removed, replaced or reordered journal. The hub does not start and no command accepts
/// the rollback, until the journal is back or an operator explicitly accepts its loss.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_backup_beside_a_journal_that_was_tampered_with_delivers_nothing() {
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;
    // After the backup, one of every three people withdraws, one is erased, and one gets address protection.
    let people: Vec<String> = (0..strength(6, 60)).map(person).collect();
    let mut consents = Vec::new();
    for person in &people {
        consents.push(world.consent(person, &[("nordvik", "havna", &["progress"])]).await);
    }
    world.hub.operator("POST", "/v1/admin/parties/havna/pause", None).await;
    for (n, person) in people.iter().enumerate() {
        world.send_progress(&key, person, &format!("r-{n}")).await;
    }
    world.hub.kill();
    let (data, backup) = (world.hub.dir().join("data"), world.dir.path().join("backup"));
    copy(&data, &backup);
    world.hub.restart().await;
    take_back(&world, &people, &consents).await;
    let operator = fs::read_to_string(data.join("operator.key")).unwrap();
    let url = format!("{}/v1/admin/audit/checkpoint", world.hub.address());
    let given = world
        .hub
        .client
        .get(url)
        .bearer_auth(operator.trim())
        .send()
        .await
        .unwrap();
    let given = given.text().await.unwrap();
    world.hub.kill();
    fs::remove_dir_all(&data).unwrap();
    copy(&backup, &data);

    let [checkpoint, journal] = files(&world);
    let whole = fs::read_to_string(&journal).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    assert_eq!(lines.len(), people.len());
    let mut attacks = changed_journals(&lines);
    attacks.truncate(strength(10, attacks.len()).max(8));
    for (what, text) in &attacks {
        match text {
            Some(text) => fs::write(&journal, text).unwrap(),
            None => fs::remove_file(&journal).unwrap(),
        }
        let accepted = cli(&world, &["audit", "accept-rollback", "--reason", "the disk failed"]);
        assert!(
            !accepted.status.success() && out(&accepted).contains("BL-5030"),
            "{what}: {}",
            out(&accepted)
        );
    }
    refuse_all(&world);
    // A checkpoint that the hub gave to a reader of its log does not prove anything about the journal.
    let signed = fs::read_to_string(&checkpoint).unwrap();
    fs::write(&checkpoint, &given).unwrap();
    fs::write(&journal, lines[0]).unwrap();
    let refused = cli(&world, &["serve"]);
    assert!(
        !refused.status.success() && out(&refused).contains("BL-5030"),
        "{}",
        out(&refused)
    );
    assert_eq!(receiver.arrivals(0).await.unwrap().len(), 0);

    fs::write(&checkpoint, &signed).unwrap();
    fs::write(&journal, &whole).unwrap();
    let accepted = cli(
        &world,
        &["audit", "accept-rollback", "--reason", "the disk failed", "--json"],
    );
    let accepted: Value = serde_json::from_slice(&accepted.stdout).unwrap_or_else(|_| panic!("{}", out(&accepted)));
    assert_eq!(accepted["replayed"], people.len(), "{accepted}");
    world.hub.restart().await;
    world.hub.operator("POST", "/v1/admin/parties/havna/resume", None).await;
    only_another_persons_message_arrives(&world, &receiver, &key, people.len()).await;
    println!(
        "{} people withdrew, were erased or protected after the backup; {} changed journals refused; 0 messages about them",
        people.len(),
        attacks.len()
    );
}

/// The operator's remedies for a lost audit key and for a flipped bit; each leaves a row in the log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_audit_key_and_a_flipped_bit_have_a_way_out_that_is_in_the_log() {
    let mut world = World::new(&[]).await;
    world.provider("nordvik", None, json!({})).await;
    world.provider("havna", None, json!({})).await;
    let consent = world.consent(&person(0), &[("nordvik", "havna", &["progress"])]).await;
    let id = consent["id"].as_str().unwrap();
    let path = format!("/v1/consents/{id}/withdraw");
    world.hub.operator("POST", &path, Some(&json!({}))).await;
    world.hub.kill();
    let [_, journal] = files(&world);
    let mut flipped = fs::read(&journal).unwrap();
    flipped[30] ^= 1;
    fs::write(&journal, &flipped).unwrap();
    assert!(out(&cli(&world, &["serve"])).contains("BL-5030"));
    let reason = "a block of the share is not readable";
    let accepted = cli(&world, &["audit", "accept-journal", "--reason", reason, "--json"]);
    let accepted: Value = serde_json::from_slice(&accepted.stdout).unwrap_or_else(|_| panic!("{}", out(&accepted)));
    assert_eq!((&accepted["kept"], &accepted["lost"]), (&json!(0), &json!(1)));

    fs::remove_file(world.hub.dir().join("data/audit.key")).unwrap();
    for command in ["serve", "check"] {
        assert!(out(&cli(&world, &[command])).contains("BL-5031"), "{command}");
    }
    let made = cli(
        &world,
        &["audit", "new-key", "--reason", "the key was in no backup", "--json"],
    );
    let made: Value = serde_json::from_slice(&made.stdout).unwrap_or_else(|_| panic!("{}", out(&made)));
    assert_eq!((&made["kept"], &made["journal"]), (&json!(1), &Value::Null));
    world.hub.restart().await;
    let rows = world.hub.operator("GET", "/v1/admin/audit?limit=200", None).await;
    for action in ["journal-accepted", "audit-key-changed"] {
        let there = rows["rows"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["action"] == action);
        assert!(there, "{action}: {rows}");
    }
    let verified = cli(&world, &["audit", "verify"]);
    assert!(verified.status.success(), "{}", out(&verified));
}

/// The second place is full or unavailable. Each step that waits for it is answered as done but not witnessed. Once the place is
/// back, a repeated step is answered as usual.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_place_that_can_not_be_written_is_told_as_what_it_is() {
    let world = World::new(&[]).await;
    world.provider("nordvik", None, json!({})).await;
    world.provider("havna", None, json!({})).await;
    let mut consents = Vec::new();
    for n in 0..4 {
        consents.push(world.consent(&person(n), &[("nordvik", "havna", &["progress"])]).await);
    }
    let participant = |n: usize| {
        format!(
            "/v1/admin/participants/{}",
            consents[n]["participant"]["ref"].as_str().unwrap()
        )
    };
    // The folder must have content before it is removed.
    world
        .hub
        .operator("POST", &format!("{}/withdraw", participant(3)), None)
        .await;
    let [checkpoint, _] = files(&world);
    let folder = checkpoint.parent().unwrap().to_owned();
    let aside = folder.with_extension("aside");
    let steps = [
        (
            format!("/v1/consents/{}/withdraw", consents[0]["id"].as_str().unwrap()),
            json!({}),
            200,
        ),
        (format!("{}/withdraw", participant(1)), json!({}), 200),
        (
            "/v1/admin/participants/protect".to_owned(),
            json!({"nationalId": person(9), "protected": true}),
            200,
        ),
        (
            format!("{}/link", participant(3)),
            json!({"nationalId": person(0)}),
            200,
        ),
        // At the second time, the participant no longer exists.
        (format!("{}/erase", participant(2)), json!({}), 404),
    ];
    for (path, body, then) in &steps {
        fs::rename(&folder, &aside).unwrap();
        fs::write(&folder, "in the way").unwrap();
        for again in [false, true] {
            let (status, answer) = world.hub.call(None, "POST", path, Some(body)).await;
            assert_eq!(
                (status, &answer["code"], &answer["done"]),
                (503, &json!("BL-5034"), &json!("yes")),
                "{path}, again: {again}: {answer}"
            );
        }
        fs::remove_file(&folder).unwrap();
        fs::rename(&aside, &folder).unwrap();
        let (status, answer) = world.hub.call(None, "POST", path, Some(body)).await;
        assert_eq!(status, *then, "{path}: {answer}");
    }
    let consent = format!("/v1/consents/{}", consents[1]["id"].as_str().unwrap());
    let withdrawn = world.hub.operator("GET", &consent, None).await;
    assert!(withdrawn.to_string().contains("withdrawn"), "{withdrawn}");
    let erasure = world
        .hub
        .operator("GET", &format!("{}/erasure", participant(2)), None)
        .await;
    assert!(erasure["erasedAt"].is_string(), "{erasure}");
    println!(
        "{} kinds of steps, each twice without a second place and once with it",
        steps.len()
    );
}
