//! Measures hub and skeleton in turns, with the same load and the same receiver.

use std::net::TcpListener;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use bindeledd_e2e::{Load, World, eventually, person, process_cpu_seconds};
use bindeledd_simulators::{Authority, ControlClient};
use serde_json::json;

/// The result of one round.
pub(crate) struct Round {
    pub(crate) per_second: f64,
    pub(crate) cpu_micros: f64,
}

/// Returns the median of one figure.
pub(crate) fn median(rounds: &[Round], of: fn(&Round) -> f64) -> f64 {
    let mut all: Vec<f64> = rounds.iter().map(of).collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// A measured program, and its address.
pub(crate) struct Candidate {
    pub(crate) name: &'static str,
    pub(crate) load: Load,
    pub(crate) client: reqwest::Client,
    pub(crate) pid: u32,
}

/// Runs the rounds and prints their results.
pub(crate) async fn run(messages: usize, rounds: usize, callers: usize) {
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &["--record", "summary"]).await;
    let key = world.provider("nordvik", Some(&address), json!({})).await;
    world.provider("havna", Some(&address), json!({"endpoint": {"adapter": "provider-json", "address": address, "settings": {}, "limits": {"inFlight": 200, "timeoutSeconds": 20, "receiptSeconds": 3600}}})).await;
    let people: Vec<String> = (0..100).map(person).collect();
    for person in &people {
        world.consent(person, &[("nordvik", "havna", &["progress"])]).await;
    }
    let (skeleton, skeleton_url, skeleton_client) = start_skeleton(&world, &address).await;
    let load = |url: String| Load {
        url,
        key: key.clone(),
        to: "havna".into(),
        people: people.clone(),
        callers,
        first: 0,
        count: messages,
    };
    let mut candidates = [
        Candidate {
            name: "skeleton",
            load: load(format!("{skeleton_url}/v1/messages")),
            client: skeleton_client,
            pid: skeleton.0.id(),
        },
        Candidate {
            name: "hub",
            load: load(format!("{}/v1/parties/nordvik/documents", world.hub.address())),
            client: world.hub.client.clone(),
            pid: world.hub.pid(),
        },
    ];
    println!("{messages} messages a round, {callers} callers; deliveries a second, and CPU of the process alone");
    let mut totals = [Vec::new(), Vec::new()];
    for round in 1..=rounds {
        for (candidate, total) in candidates.iter_mut().zip(&mut totals) {
            let measured = measure(candidate, &receiver).await;
            candidate.load.first += messages;
            println!(
                "round {round}  {:<9} {:>7.0}/s  {:>6.0} µs CPU each  hub memory {:>4} MB",
                candidate.name,
                measured.per_second,
                measured.cpu_micros,
                world.hub.resident_bytes() >> 20
            );
            total.push(measured);
        }
    }
    let [skeleton, hub] = &totals;
    println!(
        "hub / skeleton: {:.0} % of its deliveries a second, {:.1} times its CPU a message",
        100.0 * median(hub, |r| r.per_second) / median(skeleton, |r| r.per_second),
        median(hub, |r| r.cpu_micros) / median(skeleton, |r| r.cpu_micros)
    );
}

/// Sends the candidate's load, and waits until the receiver has everything.
pub(crate) async fn measure(candidate: &Candidate, receiver: &ControlClient) -> Round {
    receiver.forget().await.unwrap();
    let count = candidate.load.count;
    let cpu = process_cpu_seconds(candidate.pid);
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    let start = Instant::now();
    let sent = candidate
        .load
        .run(&candidate.client, &Arc::new(AtomicUsize::new(0)))
        .await;
    assert_eq!(sent.len(), count, "{} did not take everything", candidate.name);
    let all = eventually(Duration::from_secs(120), || async {
        (receiver.summary().await.unwrap()["total"].as_u64() >= Some(count as u64)).then_some(())
    });
    assert!(
        all.await.is_some(),
        "{} did not deliver everything: {}",
        candidate.name,
        receiver.summary().await.unwrap()
    );
    let seconds = start.elapsed().as_secs_f64();
    let cpu = process_cpu_seconds(candidate.pid) - cpu;
    Round {
        per_second: count as f64 / seconds,
        cpu_micros: cpu * 1e6 / count as f64,
    }
}

/// A process that is killed when the value is dropped.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn start_skeleton(world: &World, to: &str) -> (Killed, String, reqwest::Client) {
    let dir = world.dir.path();
    let authority = Authority::new().unwrap();
    let (ca, cert, key) = (
        dir.join("skeleton-ca.pem"),
        dir.join("skeleton.crt"),
        dir.join("skeleton.key"),
    );
    authority.write_ca(&ca).unwrap();
    authority.write_leaf(&cert, &key).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["skeleton", "--listen", &format!("127.0.0.1:{port}"), "--to", to])
        .arg("--cert")
        .arg(&cert)
        .arg("--key")
        .arg(&key)
        .arg("--ca")
        .arg(dir.join("ca.pem"))
        .arg("--database")
        .arg(dir.join("skeleton.sqlite"))
        .spawn()
        .unwrap();
    let child = Killed(child);
    let client = bindeledd_simulators::http_client(Some(&ca)).unwrap();
    let url = format!("https://localhost:{port}");
    let ready = eventually(Duration::from_secs(10), || async {
        client
            .get(format!("{url}/readyz"))
            .send()
            .await
            .ok()?
            .status()
            .is_success()
            .then_some(())
    });
    assert!(ready.await.is_some(), "the skeleton did not come up");
    (child, url, client)
}
