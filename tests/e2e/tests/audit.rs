//! The audit log as an operator and an outsider see it: verified, exported, proved, and compared after a backup was restored.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use bindeledd_e2e::{World, cli, copy, out, person};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_backup_delivers_nothing_under_a_withdrawn_consent() {
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;
    let kari = person(0);
    let consent = world.consent(&kari, &[("nordvik", "havna", &["progress"])]).await;
    world.hub.operator("POST", "/v1/admin/parties/havna/pause", None).await;
    let waiting = world.send_progress(&key, &kari, "r-1").await;

    world.hub.kill();
    let (data, backup) = (world.hub.dir().join("data"), world.dir.path().join("backup"));
    copy(&data, &backup);
    world.hub.restart().await;
    let id = consent["id"].as_str().unwrap();
    let answer = world
        .hub
        .operator("POST", &format!("/v1/consents/{id}/withdraw"), Some(&json!({})))
        .await;
    assert_eq!(answer["cancelled"].as_array().unwrap().len(), 1, "{answer}");
    world.hub.kill();
    fs::remove_dir_all(&data).unwrap();
    copy(&backup, &data);

    for command in ["serve", "check"] {
        let refused = cli(&world, &[command]);
        assert!(
            !refused.status.success() && out(&refused).contains("BL-5010"),
            "{command}: {}",
            out(&refused)
        );
    }
    assert_eq!(cli(&world, &["audit", "verify", "--json"]).status.code(), Some(3));
    let accepted = cli(
        &world,
        &["audit", "accept-rollback", "--reason", "the disk failed", "--json"],
    );
    let accepted: Value = serde_json::from_slice(&accepted.stdout).unwrap_or_else(|_| panic!("{}", out(&accepted)));
    assert_eq!(
        (&accepted["accepted"], &accepted["replayed"], &accepted["cancelled"]),
        (&json!(true), &json!(1), &json!(1))
    );

    world.hub.restart().await;
    world.hub.operator("POST", "/v1/admin/parties/havna/resume", None).await;
    let cancelled = world
        .hub
        .settled(
            waiting["id"].as_str().unwrap(),
            &["cancelled", "delivered"],
            Duration::from_secs(20),
        )
        .await;
    assert_eq!(cancelled["deliveries"][0]["state"], "cancelled", "{cancelled}");
    let later = world.send_progress(&key, &kari, "r-2").await;
    assert_eq!(later["deliveries"][0]["state"], "blocked", "{later}");
    // The message under another participant's consent was sent last; when it arrives, nothing else has arrived.
    let ola = person(1);
    world.consent(&ola, &[("nordvik", "havna", &["progress"])]).await;
    let message = world.send_progress(&key, &ola, "r-3").await;
    let id = message["id"].as_str().unwrap();
    world.hub.settled(id, &["delivered"], Duration::from_secs(20)).await;
    assert_eq!(receiver.arrivals(0).await.unwrap().len(), 1);
    let verified = cli(&world, &["audit", "verify"]);
    assert!(verified.status.success(), "{}", out(&verified));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_checks_an_export_and_a_proof() {
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;
    let consent = world.consent(&person(0), &[("nordvik", "havna", &["progress"])]).await;
    // The messages make enough entries for a full tile.
    let mut message = Value::Null;
    for n in 0..100 {
        message = world.send_progress(&key, &person(0), &format!("r-{n}")).await;
        let id = message["id"].as_str().unwrap();
        world.hub.settled(id, &["delivered"], Duration::from_secs(20)).await;
    }
    let delivery = message["deliveries"][0]["id"].as_str().unwrap();

    // The export runs while the hub runs.
    let dir = world.dir.path().join("export");
    let exported = cli(&world, &["audit", "export", dir.to_str().unwrap()]);
    assert!(exported.status.success(), "{}", out(&exported));
    let export = ["audit", "verify", "--json", "--export", dir.to_str().unwrap()];
    let verified = cli(&world, &export);
    assert!(verified.status.success(), "{}", out(&verified));
    // The hub's HTTP answer is the same, byte for byte.
    let tile = dir.join("tile/entries/000");
    let url = format!("{}/v1/admin/audit/tile/entries/000", world.hub.address());
    let operator = fs::read_to_string(world.hub.dir().join("data/operator.key")).unwrap();
    let answer = world
        .hub
        .client
        .get(url)
        .bearer_auth(operator.trim())
        .send()
        .await
        .unwrap();
    let bytes = fs::read(&tile).unwrap();
    assert_eq!(answer.bytes().await.unwrap(), bytes);
    assert!(!String::from_utf8_lossy(&bytes).contains(&person(0)));
    // Changes one letter of an entry.
    let at = String::from_utf8_lossy(&bytes).find("consent-registered").unwrap();
    let mut changed = bytes.clone();
    changed[at] = b'k';
    fs::write(&tile, changed).unwrap();
    let found = cli(&world, &export);
    let answer: Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(found.status.code(), Some(3));
    let problem = &answer["problem"];
    assert_eq!(
        (&problem["code"], &problem["problems"][0]["finding"]),
        (&json!("BL-5011"), &json!("edited")),
        "{answer}"
    );
    let entry = problem["problems"][0]["entry"].as_u64().unwrap();
    assert!(
        problem["problems"].as_array().unwrap().len() == 1 && entry > 1,
        "{answer}"
    );

    // The bytes that the receiver got for the newest message, and for the one before.
    let arrivals = receiver.arrivals(0).await.unwrap();
    let bytes = |arrival: &Value| arrival["body"].as_str().unwrap().as_bytes().to_vec();
    let sent = [bytes(&arrivals[99]), bytes(&arrivals[98])];
    let plain = arrivals[99]["sha256"].as_str().unwrap();
    check_the_proof(&world, delivery, (&sent, plain));
    let participant = consent["participant"]["ref"].as_str().unwrap();
    let erase = format!("/v1/admin/participants/{participant}/erase");
    world.hub.operator("POST", &erase, None).await;
    let file = world.dir.path().join("sent");
    let prove = ["audit", "prove", delivery, "--document", file.to_str().unwrap()];
    let refused = cli(&world, &prove);
    assert_eq!(refused.status.code(), Some(3), "{}", out(&refused));
    assert!(out(&refused).contains("BL-5040"), "{}", out(&refused));
}

/// The hub tells whether exactly these bytes were sent. An outsider checks the answer with nothing of the hub.
fn check_the_document(
    world: &World,
    delivery: &str,
    (sent, plain): (&[Vec<u8>; 2], &str),
    check: &impl Fn() -> Command,
) {
    let file = world.dir.path().join("sent");
    let proof_file = world.dir.path().join("sent.json");
    let prove = || {
        cli(
            world,
            &["audit", "prove", delivery, "--document", file.to_str().unwrap()],
        )
    };
    let checked = || {
        let output = check().arg(&proof_file).arg("--document").arg(&file).output().unwrap();
        (output.status.success(), out(&output))
    };
    fs::write(&file, &sent[0]).unwrap();
    let proved = prove();
    assert!(proved.status.success(), "{}", out(&proved));
    let proof: Value = serde_json::from_slice(&proved.stdout).unwrap();
    assert_eq!(proof["document"]["sent"], true, "{proof:#}");
    // The content can not be found by trying digests from the log.
    assert!(!proof["entries"].to_string().contains(plain), "{proof:#}");
    let released = proof["entries"].to_string();
    assert!(
        released.contains("adapterSha256") && released.contains("provider-json"),
        "{released}"
    );
    fs::write(&proof_file, &proved.stdout).unwrap();
    let (held, said) = checked();
    assert!(held && said.contains("these bytes were given to the wire"), "{said}");
    let changed = [sent[0].as_slice(), b" "].concat();
    for other in [&changed, &sent[1]] {
        fs::write(&file, other).unwrap();
        let (held, said) = checked();
        assert!(!held, "{said}");
        let refused = prove();
        assert_eq!(refused.status.code(), Some(3), "{}", out(&refused));
        assert!(out(&refused).contains("BL-5041"), "{}", out(&refused));
    }
    // A made-up salt does not fit the digest.
    let mut forged = proof;
    forged["document"]["salt"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    fs::write(&file, &sent[0]).unwrap();
    fs::write(&proof_file, forged.to_string()).unwrap();
    assert!(!checked().0);
}

/// A proof verifies for an outsider who has only Node; a changed proof does not.
fn check_the_proof(world: &World, delivery: &str, sent: (&[Vec<u8>; 2], &str)) {
    let proved = cli(world, &["audit", "prove", delivery]);
    assert!(proved.status.success(), "{}", out(&proved));
    let proof: Value = serde_json::from_slice(&proved.stdout).unwrap();
    let entries = proof["entries"].as_array().unwrap();
    assert!(entries.len() >= 3, "accepted, released, delivered: {proof:#}");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/audit/check-proof.mjs");
    let Some(check) = stranger(&script) else {
        println!("Node is not here, so nobody else checks the proof");
        return;
    };
    let file = world.dir.path().join("proof.json");
    let holds = |proof: &Value, key: Option<&str>| {
        fs::write(&file, proof.to_string()).unwrap();
        let mut run = check();
        run.arg(&file).args(key);
        let output = run.output().unwrap();
        (output.status.success(), out(&output))
    };
    let (held, said) = holds(&proof, None);
    assert!(held && said.contains("delivered by hub"), "{said}");
    check_the_document(world, delivery, sent, &check);
    assert!(holds(&proof, proof["key"].as_str()).0);
    // The checkpoint at the second place has an extra line about the journal there, which other readers ignore.
    let size = |note: &str| note.lines().nth(1).map(str::to_owned);
    let second = || fs::read_to_string(world.hub.dir().join("second-place/checkpoint")).unwrap();
    let wanted = size(proof["checkpoint"].as_str().unwrap());
    let caught_up = (0..150).any(|_| {
        std::thread::sleep(Duration::from_millis(200));
        size(&second()) == wanted
    });
    assert!(caught_up && second().contains("\nbindeledd-journal/1 "), "{}", second());
    let mut with_more = proof.clone();
    with_more["checkpoint"] = json!(second());
    let (held, said) = holds(&with_more, proof["key"].as_str());
    assert!(held, "{said}");
    for (pointer, value) in [
        ("/entries/0/index", json!(0)),
        (
            "/entries/0/hashes/0",
            json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ),
        (
            "/entries/0/entry",
            json!(entries[0]["entry"].as_str().unwrap().replace("accepted", "Accepted")),
        ),
        (
            "/checkpoint",
            json!(proof["checkpoint"].as_str().unwrap().replacen('\n', "\n1", 1)),
        ),
        ("/entries", json!([])),
    ] {
        let mut changed = proof.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        let (held, said) = holds(&changed, None);
        assert!(!held, "{pointer}: {said}");
    }
}

/// Returns a function that makes commands to run the script with Node; `None` if Node is not installed.
fn stranger(script: &Path) -> Option<impl Fn() -> Command> {
    Command::new("node").arg("--version").output().ok()?;
    let script = script.to_owned();
    Some(move || {
        let mut command = Command::new("node");
        command.arg(&script);
        command
    })
}
