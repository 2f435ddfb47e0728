//! A full disk: senders are told, `readyz` reports it, and withdrawals and starts still work.
//!
//! The hub's folder is on a small tmpfs, which only root may mount. If the tmpfs can not be mounted, the test prints a note and
//! passes.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use bindeledd_e2e::{Hub, eventually, person, strength};
use serde_json::{Value, json};
use tempfile::TempDir;

const SOON: Duration = Duration::from_secs(30);

/// A mounted file system, which is unmounted when the value is dropped.
struct Tmpfs(TempDir);

impl Tmpfs {
    fn mount(megabytes: usize) -> Option<Self> {
        let dir = TempDir::new().unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(dir.path())
            .output();
        mounted.is_ok_and(|done| done.status.success()).then_some(Self(dir))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file until the disk is full, and returns its path.
    fn fill(&self) -> PathBuf {
        let path = self.path().join("something-else");
        let mut file = fs::File::options().create(true).append(true).open(&path).unwrap();
        for size in [1 << 20, 4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        // The file system is unmounted lazily, since the hub may have it open for a moment longer.
        let _ = Command::new("umount").arg("-l").arg(self.path()).output();
    }
}

async fn consent(hub: &Hub, n: usize) -> String {
    let consent = json!({
        "schema": "bindeledd/consent/1", "participant": {"nationalId": person(n)}, "givenAt": "2026-01-02T09:00:00+01:00",
        "givenBy": {"role": "participant"}, "controller": "nordvik",
        "evidence": {"type": "signed-form", "reference": "arkiv-1"}, "textVersion": "1.0", "period": {"start": "2026-01-02"},
        "grants": [{"from": "nordvik", "to": "kontoret", "purpose": "work-oriented-followup", "categories": ["progress"]}],
    });
    let answer = hub.operator("POST", "/v1/consents", Some(&consent)).await;
    answer["id"].as_str().unwrap().to_owned()
}

async fn send(hub: &Hub, key: &str, n: usize, reference: &str) -> (u16, Value) {
    let body = super::message(&person(n), reference);
    hub.call(Some(key), "POST", "/v1/messages", Some(&body)).await
}

async fn ready(hub: &Hub) -> (u16, Value) {
    hub.call(None, "GET", "/readyz", None).await
}

async fn withdraw(hub: &Hub, consent: &str) -> (u16, Value) {
    hub.call(
        None,
        "POST",
        &format!("/v1/consents/{consent}/withdraw"),
        Some(&json!({})),
    )
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_takes_withdrawals_and_a_start_and_nothing_else() {
    let Some(disk) = Tmpfs::mount(256) else {
        println!("no tmpfs can be mounted here, which takes root: nothing was tried");
        return;
    };
    let reserve = [("BINDELEDD__STORE__RESERVE_MB", "8".to_owned())];
    let mut hub = Hub::start(&disk.path().join("hub"), &reserve).await;
    let nordvik = json!({"id": "nordvik", "name": "Nordvik", "kind": "aft-provider"});
    let key = hub.add_party(&nordvik).await;
    hub.add_party(&json!({"id": "kontoret", "name": "Kontoret", "kind": "nav-office"}))
        .await;
    let people = strength(20, 200);
    let mut consents = Vec::new();
    for n in 0..people {
        consents.push(consent(&hub, n).await);
        assert_eq!(send(&hub, &key, n, &format!("for-{n}")).await.0, 202);
    }

    let filler = disk.fill();
    // Each sender is told that its message was not accepted, and the hub reports that it is not ready.
    let refused = eventually(SOON, || async {
        let (status, problem) = send(&hub, &key, 0, "full").await;
        (status == 507).then_some(problem)
    });
    let problem = refused.await.unwrap();
    assert_eq!(problem["code"], "BL-5001", "{problem}");
    let unready = eventually(SOON, || async { (ready(&hub).await.0 == 503).then_some(()) });
    unready.await.expect("readyz says that nothing is taken in");
    let problem = ready(&hub).await.1;
    assert!(problem["detail"].as_str().unwrap().contains("full"), "{problem}");

    // Withdrawals still work.
    let half = people / 2;
    for consent in consents.iter().take(half) {
        let (status, answer) = withdraw(&hub, consent).await;
        assert_eq!(status, 200, "{answer}\n{}", hub.log());
        assert_eq!(answer["cancelled"].as_array().unwrap().len(), 1, "{answer}");
    }
    // The remaining room is filled again, and the hub is killed and started.
    disk.fill();
    hub.kill();
    disk.fill();
    // A full disk does not prevent a start.
    hub.launch().await;
    assert_eq!(ready(&hub).await.0, 503);
    assert_eq!(send(&hub, &key, 0, "full-again").await.0, 507);
    for (n, consent) in consents.iter().enumerate().skip(half) {
        let (status, answer) = withdraw(&hub, consent).await;
        assert_eq!(status, 200, "withdrawal {n} after the start: {answer}\n{}", hub.log());
    }

    // Once there is room, the hub goes on by itself. It has kept every withdrawal.
    fs::remove_file(filler).unwrap();
    let again = eventually(SOON, || async { (ready(&hub).await.0 == 200).then_some(()) });
    assert!(again.await.is_some(), "it becomes ready by itself:\n{}", hub.log());
    for n in 0..people {
        let (status, answer) = send(&hub, &key, n, &format!("etter-{n}")).await;
        let delivery = &answer["messages"][0]["deliveries"][0];
        assert_eq!((status, &delivery["state"]), (202, &json!("blocked")), "{answer}");
    }
    println!("{people} withdrawals on a full disk, half of them after a kill and a start");
}
