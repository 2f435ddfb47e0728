//! The master key is changed under traffic: no call fails and nothing is lost, even if the hub is killed in the middle.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bindeledd_e2e::{Load, World, built_binary, eventually, person, strength};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(60);

struct Rotating {
    world: World,
    key: String,
    inbox: String,
    people: Vec<String>,
}

impl Rotating {
    async fn new() -> Self {
        let world = World::new(&[]).await;
        let key = world.provider("nordvik", Some("https://localhost:9"), json!({})).await;
        let inbox = world.provider("havna", None, json!({})).await;
        let people: Vec<String> = (0..300).map(person).collect();
        for person in &people {
            world.consent(person, &[("nordvik", "havna", &["progress"])]).await;
        }
        Self {
            world,
            key,
            inbox,
            people,
        }
    }

    fn load(&self) -> Load {
        Load {
            url: format!("{}/v1/parties/nordvik/documents", self.world.hub.address()),
            key: self.key.clone(),
            to: "havna".into(),
            people: self.people.clone(),
            callers: 1,
            first: 0,
            count: 0,
        }
    }

    fn key_file(&self) -> PathBuf {
        self.world.hub.dir().join("data/master.key")
    }

    async fn ring(&self) -> Value {
        self.world.hub.operator("GET", "/v1/admin/key", None).await
    }

    /// Runs `bindeledd` with these arguments on the stopped hub's folder. Returns exit code and standard error.
    fn command(&self, arguments: &[&str]) -> (i32, String) {
        let config = self.world.hub.dir().join("bindeledd.toml");
        let run = Command::new(built_binary("bindeledd"))
            .args(["--config".as_ref(), config.as_os_str()])
            .args(arguments)
            .env("BINDELEDD__LISTEN__ADDRESS", "127.0.0.1:9")
            .output()
            .unwrap();
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&run.stdout),
            String::from_utf8_lossy(&run.stderr)
        );
        (run.status.code().unwrap_or(-1), text)
    }

    /// Sends messages until told to stop, and returns the number of calls. Every call must get 202 at the first attempt.
    async fn without_a_failed_call(&self, caller: usize, stop: &AtomicBool) -> usize {
        let load = self.load();
        let mut sent = 0;
        while !stop.load(Ordering::Relaxed) {
            let document = load.document(caller * 1_000_000 + sent);
            let (status, answer) = self
                .world
                .hub
                .call(
                    Some(&self.key),
                    "POST",
                    "/v1/parties/nordvik/documents",
                    Some(&document),
                )
                .await;
            assert_eq!(status, 202, "{answer}");
            assert_eq!(answer["messages"][0]["deliveries"][0]["state"], "waiting", "{answer}");
            sent += 1;
        }
        sent
    }

    /// Empties the inbox, and returns the number of items; every item could be opened.
    async fn take_all(&self) -> usize {
        let mut taken = 0;
        loop {
            let path = "/v1/parties/havna/inbox?limit=100";
            let (status, inbox) = self.world.hub.call(Some(&self.inbox), "GET", path, None).await;
            assert_eq!(status, 200, "{inbox}\n{}", self.world.hub.log());
            let items = inbox["items"].as_array().unwrap();
            if items.is_empty() {
                return taken;
            }
            for item in items {
                assert!(item["document"].to_string().contains("Lageret på Havna"), "{item}");
                let ack = format!("/v1/parties/havna/inbox/{}/ack", item["delivery"].as_str().unwrap());
                assert_eq!(self.world.hub.call(Some(&self.inbox), "POST", &ack, None).await.0, 204);
                taken += 1;
            }
        }
    }

    /// Finishes the interrupted change of the key, and changes the key once more.
    async fn finish(&mut self) {
        self.world
            .hub
            .operator("POST", "/v1/admin/key/rotate", Some(&json!({})))
            .await;
        let ring = self.world.hub.operator("POST", "/v1/admin/key/retire", None).await;
        assert_eq!(ring["masters"].as_array().unwrap().len(), 1, "{ring}");
        self.world
            .hub
            .operator("POST", "/v1/admin/key/rotate", Some(&json!({"rewrap": true})))
            .await;
        self.world.hub.operator("POST", "/v1/admin/key/retire", None).await;
        self.rewrapped().await;
        self.world.hub.kill();
        self.world.hub.restart().await;
    }

    async fn rewrapped(&self) {
        let through = eventually(SOON, || async { (self.ring().await["toRewrap"] == 0).then_some(()) });
        assert!(through.await.is_some(), "{}", self.ring().await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_changed_under_load_without_a_failed_call() {
    let mut rotating = Rotating::new().await;
    let old = std::fs::read_to_string(rotating.key_file()).unwrap();
    let hub = &rotating.world.hub;
    let stop = AtomicBool::new(false);
    let change = async {
        for round in 0..3 {
            let rotated = hub
                .operator("POST", "/v1/admin/key/rotate", Some(&json!({"rewrap": true})))
                .await;
            assert_eq!(rotated["masters"].as_array().unwrap().len(), 2, "{rotated}");
            let ring = hub.operator("POST", "/v1/admin/key/retire", None).await;
            assert_eq!(ring["masters"], json!([rotated["key"]]), "{ring}");
            rotating.rewrapped().await;
            assert_eq!(rotating.ring().await["wrapping"], round + 2);
        }
        stop.store(true, Ordering::Relaxed);
    };
    let senders = async {
        let (a, b) = tokio::join!(
            rotating.without_a_failed_call(1, &stop),
            rotating.without_a_failed_call(2, &stop)
        );
        a + b
    };
    let ((), sent) = tokio::join!(change, senders);
    assert!(sent > 50, "there was a load: {sent}");
    // The key file has new content, the earlier keys are kept beside it, and no other user can read any of them.
    assert_ne!(std::fs::read_to_string(rotating.key_file()).unwrap(), old);
    let keys: Vec<PathBuf> = std::fs::read_dir(rotating.world.hub.dir().join("data"))
        .unwrap()
        .map(|f| f.unwrap().path())
        .filter(|f| f.file_name().unwrap().to_str().unwrap().starts_with("master.key"))
        .collect();
    assert_eq!(keys.len(), 4, "{keys:?}");
    for key in &keys {
        assert_eq!(std::fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    rotating.world.hub.kill();
    rotating.world.hub.restart().await;
    assert_eq!(rotating.take_all().await, sent);

    // The old key no longer opens anything, and the error says so.
    rotating.world.hub.kill();
    let new = std::fs::read_to_string(rotating.key_file()).unwrap();
    for command in ["check", "serve"] {
        std::fs::write(rotating.key_file(), &old).unwrap();
        let (code, told) = rotating.command(&[command]);
        assert_eq!(code, 6, "{told}");
        assert!(
            told.contains("BL-6016") && told.contains("which opens with id") && !told.contains(old.trim()),
            "{told}"
        );
        assert!(!told.contains("damaged"), "{told}");
    }
    std::fs::write(rotating.key_file(), &new).unwrap();
    let (code, told) = rotating.command(&["check"]);
    assert!(
        code == 0 && told.contains("master key: file ") && !told.contains(new.trim()),
        "{told}"
    );
    let (code, told) = rotating.command(&["audit", "verify"]);
    assert_eq!(code, 0, "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_is_killed_while_its_key_is_changed_starts_and_has_lost_nothing() {
    const MOMENTS: u64 = 16;
    let rounds = strength(8, 16) as u64;
    let mut rotating = Rotating::new().await;
    let client = rotating.world.hub.client.clone();
    let load = Load {
        callers: 4,
        count: usize::MAX / 2,
        ..rotating.load()
    };
    let (acknowledged, in_time) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let sending = {
        let (acknowledged, in_time) = (Arc::clone(&acknowledged), Arc::clone(&in_time));
        tokio::spawn(async move {
            let mut first = 0;
            let mut sent = Vec::new();
            while !in_time.load(Ordering::Relaxed) {
                let some = Load {
                    first,
                    count: 8,
                    ..load.clone()
                };
                sent.extend(some.run(&client, &acknowledged).await);
                first += 8;
            }
            sent
        })
    };
    for round in 0..rounds {
        let body = json!({"rewrap": round % 2 == 0});
        let before = acknowledged.load(Ordering::Relaxed);
        let flows = eventually(SOON, || async {
            (acknowledged.load(Ordering::Relaxed) > before + 3).then_some(())
        });
        assert!(
            flows.await.is_some(),
            "messages flow after kill {round}\n{}",
            rotating.world.hub.log()
        );
        {
            let hub = &rotating.world.hub;
            let change = async {
                hub.call(None, "POST", "/v1/admin/key/rotate", Some(&body)).await;
                hub.call(None, "POST", "/v1/admin/key/retire", None).await;
            };
            // In each round the change is interrupted at another moment: before, between and after the steps.
            let moment = round * MOMENTS / rounds;
            let _ = tokio::time::timeout(Duration::from_micros(300 + moment * moment * 400), change).await;
        }
        rotating.world.hub.kill();
        rotating.world.hub.restart().await;
    }
    in_time.store(true, Ordering::Relaxed);
    let sent = sending.await.unwrap();
    rotating.finish().await;
    let taken = rotating.take_all().await;
    // A message that was being accepted when the hub was killed may have been stored too.
    assert!(taken >= sent.len());
    for sent in &sent {
        rotating.world.hub.settled(&sent.message, &["delivered"], SOON).await;
    }
    println!(
        "{rounds} kills, {} acknowledged, {taken} taken, ring {}",
        sent.len(),
        rotating.ring().await
    );
    rotating.world.hub.kill();
    let (code, told) = rotating.command(&["audit", "verify"]);
    assert_eq!(code, 0, "{told}");
    if rotating.key_file().with_extension("key.next").exists() {
        panic!("a key that was never used lies there");
    }
}
