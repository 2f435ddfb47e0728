//! Clocks that jump, and processes that are stopped and wake.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bindeledd_e2e::{World, ask, eventually, person, strength};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const SOON: Duration = Duration::from_secs(30);

/// Number of deliveries that have permission to begin, but no socket yet, when the hub is stopped.
const AT_ONCE: usize = 8;

/// Forwards bytes to a receiver, but none while the gate is shut. The hub's connections then wait in the handshake, after the
/// store has permitted the sending.
struct Gate {
    address: String,
    open: watch::Sender<bool>,
    waiting: Arc<AtomicUsize>,
}

impl Gate {
    async fn before(receiver: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let to = receiver.trim_start_matches("https://").to_owned();
        let open = watch::channel(false).0;
        let waiting = Arc::new(AtomicUsize::new(0));
        let (opens, counts) = (open.clone(), Arc::clone(&waiting));
        tokio::spawn(async move {
            while let Ok((from, _)) = listener.accept().await {
                let (to, mut is_open, counts) = (to.clone(), opens.subscribe(), Arc::clone(&counts));
                tokio::spawn(async move {
                    counts.fetch_add(1, Ordering::SeqCst);
                    let _ = is_open.wait_for(|open| *open).await;
                    counts.fetch_sub(1, Ordering::SeqCst);
                    if let Ok(to) = TcpStream::connect(&to).await {
                        carry(from, to).await;
                    }
                });
            }
        });
        Self { address, open, waiting }
    }

    fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }
}

/// Forwards one request and its answer. The connection ends then, so that the next request waits at the gate again.
async fn carry(from: TcpStream, to: TcpStream) {
    let (mut from_in, mut from_out) = from.into_split();
    let (mut to_in, mut to_out) = to.into_split();
    let out = async {
        let _ = tokio::io::copy(&mut from_in, &mut to_out).await;
        let _ = to_out.shutdown().await;
    };
    let back = tokio::io::copy(&mut to_in, &mut from_out);
    let _ = tokio::time::timeout(Duration::from_secs(5), async { tokio::join!(out, back) }).await;
}

fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args([name, &pid.to_string()]).status().unwrap();
    assert!(sent.success(), "kill {name} {pid}");
}

fn now_micros() -> i64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test compares two processes' clocks on one machine"
    )]
    let now = std::time::SystemTime::now();
    i64::try_from(now.duration_since(std::time::UNIX_EPOCH).unwrap().as_micros()).unwrap()
}

/// The process is stopped while sendings have permission to begin but no socket yet, for longer than the permission lasts.
/// Sendings, timers, withdrawals and receivers then all wake at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_was_stopped_sends_nothing_after_a_withdrawal_was_answered() {
    let rounds = strength(2, 60);
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &[]).await;
    let gate = Gate::before(&address).await;
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&gate.address), json!({})).await;
    let (mut answered, mut cancelled, mut named) = (Vec::new(), 0, 0);
    for round in 0..rounds {
        gate.open.send_replace(false);
        let sent = before_the_gate(&world, &gate, &key, round).await;
        let pid = world.hub.pid();
        let stopping = async {
            // The withdrawals are in flight, and some are committed.
            tokio::time::sleep(Duration::from_micros((round as u64 * 7919) % 20_000)).await;
            signal(pid, "-STOP");
            // The stop lasts longer than the permission. The gate opens shortly before or after the hub wakes.
            tokio::time::sleep(Duration::from_millis(2400)).await;
            if round % 2 == 0 {
                gate.open.send_replace(true);
            }
            signal(pid, "-CONT");
            tokio::time::sleep(Duration::from_micros((round as u64 * 10_007) % 3000)).await;
            gate.open.send_replace(true);
        };
        let (answers, ()) = tokio::join!(withdraw(&world, sent), stopping);
        for (message, at, answer) in answers {
            cancelled += ids(&answer["cancelled"]);
            named += ids(&answer["sending"]) + ids(&answer["handedOver"]);
            answered.push((message, at));
        }
    }
    for (message, _) in &answered {
        let over = ["delivered", "cancelled", "blocked"];
        world.hub.settled(message, &over, SOON).await;
    }
    let (mut late, mut arrived) = (Vec::new(), 0);
    for arrival in receiver.arrivals(0).await.unwrap() {
        let message = arrival["headers"]["x-bindeledd-melding"].as_str().unwrap();
        let Some((_, at)) = answered.iter().find(|(sent, _)| sent == message) else {
            continue;
        };
        arrived += 1;
        // Bytes that left just before the answer are read shortly after it.
        let after = arrival["unixMicros"].as_i64().unwrap() - at;
        if after > 500_000 {
            late.push((message.to_owned(), after));
        }
    }
    println!(
        "{rounds} stops of 2.4 s with {} withdrawals: {cancelled} cancelled, {named} named as sending, {arrived} arrived, \
         after the answer: {}",
        answered.len(),
        late.len()
    );
    assert!(late.is_empty(), "sent after the answer: {late:?}");
    assert!(named > 0, "the stop found nothing between its leave and the socket");
}

/// Sends messages about as many persons as can wait before the gate at once. Returns each message with its consent.
async fn before_the_gate(world: &World, gate: &Gate, key: &str, round: usize) -> Vec<(String, String)> {
    let mut sent = Vec::new();
    for n in 0..AT_ONCE {
        let who = person(round * AT_ONCE + n);
        let consent = world.consent(&who, &[("nordvik", "havna", &["progress"])]).await;
        let draft = progress(&who, round * AT_ONCE + n);
        let (status, answer) = world.hub.call(Some(key), "POST", "/v1/messages", Some(&draft)).await;
        assert_eq!(status, 202, "{answer}");
        let message = answer["messages"][0]["id"].as_str().unwrap().to_owned();
        sent.push((message, consent["id"].as_str().unwrap().to_owned()));
    }
    let there = eventually(SOON, || async { (gate.waiting() >= AT_ONCE).then_some(()) });
    assert!(
        there.await.is_some(),
        "{} before the gate\n{}",
        gate.waiting(),
        world.hub.log()
    );
    sent
}

/// Withdraws all consents at once. Returns each message with its answer, and the time of the answer.
async fn withdraw(world: &World, sent: Vec<(String, String)>) -> Vec<(String, i64, Value)> {
    let operator = std::fs::read_to_string(world.hub.dir().join("data/operator.key")).unwrap();
    let mut answers = tokio::task::JoinSet::new();
    for (message, consent) in sent {
        let url = format!("{}/v1/consents/{consent}/withdraw", world.hub.address());
        let asked = world.hub.client.post(url).bearer_auth(operator.trim()).json(&json!({}));
        answers.spawn(async move {
            let answer: Value = asked.send().await.unwrap().json().await.unwrap();
            (message, now_micros(), answer)
        });
    }
    answers.join_all().await
}

fn ids(list: &Value) -> usize {
    list.as_array().map_or(0, Vec::len)
}

fn progress(who: &str, number: usize) -> Value {
    json!({
        "kind": "progress-update", "senderReference": format!("r-{number}"), "conversation": format!("c-{number}"),
        "participant": {"nationalId": who}, "to": ["havna"], "sentAt": "2026-11-20T10:00:00+01:00",
        "body": {"status": "DELTAR"}
    })
}

/// A clock of the hub alone, which a test sets: libfaketime reads the time from a file. The monotonic clocks are not changed.
struct SetClock(PathBuf);

impl SetClock {
    /// Prepares the clock; `None` if libfaketime is not installed.
    #[expect(clippy::print_stdout, reason = "a test that could not be done says so")]
    fn of(world: &mut World) -> Option<Self> {
        let libraries = ["x86_64-linux-gnu", "aarch64-linux-gnu"];
        let found = libraries
            .iter()
            .map(|arch| PathBuf::from(format!("/usr/lib/{arch}/faketime/libfaketime.so.1")))
            .find(|file| file.is_file());
        let Some(library) = found else {
            println!("libfaketime is not here (Debian's package libfaketime): no clock was set");
            return None;
        };
        let clock = Self(world.dir.path().join("clock"));
        clock.set("+0");
        world.hub.set("LD_PRELOAD", &library.display().to_string());
        world.hub.set("FAKETIME_TIMESTAMP_FILE", &clock.0.display().to_string());
        world.hub.set("FAKETIME_NO_CACHE", "1");
        world.hub.set("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        Some(clock)
    }

    /// Sets the clock to an offset, such as `+100d`.
    fn set(&self, ahead: &str) {
        let beside = self.0.with_extension("new");
        std::fs::write(&beside, format!("{ahead}\n")).unwrap();
        std::fs::rename(&beside, &self.0).unwrap();
    }
}

/// Waits until `/readyz` answers `status`, and returns the answer.
async fn ready(world: &World, status: u16) -> Value {
    let looked = eventually(SOON, || async {
        let (found, answer) = world.hub.call(None, "GET", "/readyz", None).await;
        (found == status).then_some(answer)
    });
    looked
        .await
        .unwrap_or_else(|| panic!("never {status}\n{}", world.hub.log()))
}

async fn audited(world: &World, action: &str) -> usize {
    let page = world
        .hub
        .operator("GET", "/v1/admin/audit?from=1&limit=1000", None)
        .await;
    let rows = page["rows"].as_array().unwrap().iter();
    rows.filter(|row| row["action"] == action).count()
}

/// Returns how often the operator was alerted to the wrong clock. Within a day there is one alert with a count.
async fn told(world: &World) -> u64 {
    let page = world
        .hub
        .operator("GET", "/v1/admin/alerts?kind=clock-wrong", None)
        .await;
    let alerts = page["alerts"].as_array().unwrap().iter();
    alerts.map(|alert| alert["times"].as_u64().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_ahead_and_back_ends_and_deletes_nothing() {
    let mut world = World::new(&[]).await;
    let Some(clock) = SetClock::of(&mut world) else { return };
    let (address, receiver) = world.counterpart("provider", &[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;
    world.hub.kill();
    world.hub.restart().await;
    let who = person(0);
    let consent = world.consent(&who, &[("nordvik", "havna", &["progress"])]).await;
    let participant = consent["participant"]["ref"].as_str().unwrap().to_owned();
    let send = async |number: usize| {
        let draft = progress(&who, number);
        let (status, answer) = world.hub.call(Some(&key), "POST", "/v1/messages", Some(&draft)).await;
        (status, answer)
    };
    let (_, first) = send(0).await;
    let first = first["messages"][0]["id"].as_str().unwrap().to_owned();
    world.hub.settled(&first, &["delivered"], SOON).await;
    receiver
        .behave(&json!({"mode": "status", "status": 503}))
        .await
        .unwrap();
    let (_, waits) = send(1).await;
    let waits = waits["messages"][0]["id"].as_str().unwrap().to_owned();
    for (jump, seconds) in [("+100d", 8), ("+200d", 3)] {
        clock.set(jump);
        let problem = ready(&world, 503).await;
        assert_eq!(problem["code"], "BL-4030", "{problem}");
        // Several sweeps run in this time, and change nothing.
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let (status, refused) = send(2).await;
        assert_eq!((status, refused["code"].as_str()), (503, Some("BL-4030")));
        let shown = world.hub.operator("GET", "/v1/admin/clock", None).await;
        assert_eq!(shown["right"], false, "{shown}");
        assert!(shown["offBySeconds"].as_i64().unwrap() > 99 * 86_400, "{shown}");
        clock.set("+0");
        ready(&world, 200).await;
    }
    // The alert counts each wrong period. If the clock was right for less than a second in between, the hub may not have noticed.
    let times = told(&world).await;
    assert!((1..=2).contains(&times), "told {times} times of 2");
    for action in ["expired", "retired", "failed", "sending-abandoned"] {
        assert_eq!(audited(&world, action).await, 0, "{action}");
    }
    receiver.behave(&json!({"mode": "ok"})).await.unwrap();
    world.hub.settled(&waits, &["delivered"], Duration::from_secs(60)).await;
    let path = format!("/v1/participants/{participant}/export");
    let export = world
        .hub
        .operator("POST", &path, Some(&json!({"reason": "innsyn 2026/1"})))
        .await;
    assert_eq!(
        export.to_string().matches("DELTAR").count(),
        2,
        "both bodies are there: {export}"
    );
    println!("100 days ahead for 8 s and 200 days for 3 s: nothing expired, nothing was deleted, two alerts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_behind_the_hubs_own_log_or_far_past_it_is_not_believed_at_a_start() {
    let mut world = World::new(&[]).await;
    let Some(clock) = SetClock::of(&mut world) else { return };
    let (address, receiver) = world.counterpart("provider", &[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;
    let who = person(0);
    let consent = world.consent(&who, &[("nordvik", "havna", &["progress"])]).await;
    receiver
        .behave(&json!({"mode": "status", "status": 503}))
        .await
        .unwrap();
    let draft = progress(&who, 0);
    let (_, waits) = world.hub.call(Some(&key), "POST", "/v1/messages", Some(&draft)).await;
    let waits = waits["messages"][0]["id"].as_str().unwrap().to_owned();
    for set in ["-365d", "+200d"] {
        world.hub.kill();
        clock.set(set);
        receiver.behave(&json!({"mode": "ok"})).await.unwrap();
        world.hub.launch().await;
        let problem = ready(&world, 503).await;
        assert_eq!(problem["code"], "BL-4030", "{problem}");
        let alerted = eventually(SOON, || async { (told(&world).await > 0).then_some(()) });
        assert!(alerted.await.is_some(), "{}", world.hub.log());
        let message = world.hub.message(&waits).await;
        assert_eq!(message["deliveries"][0]["state"], "waiting", "{message}");
        assert_eq!(audited(&world, "expired").await, 0);
    }
    // A withdrawal is accepted whatever the clock says.
    let other = person(1);
    let registered = world.consent(&other, &[("nordvik", "havna", &["progress"])]).await;
    let path = format!("/v1/consents/{}/withdraw", registered["id"].as_str().unwrap());
    world.hub.operator("POST", &path, Some(&json!({}))).await;
    // The operator checks the clock, and gives a reason why it is right. The log records the reason, and the hub goes on.
    let shown = ask(&world, &["clock", "show"]);
    assert!(
        shown.contains("is not") || shown.contains("nothing is released"),
        "{shown}"
    );
    let _ = ask(
        &world,
        &["clock", "accept", "--reason", "the hub was off over the winter"],
    );
    ready(&world, 200).await;
    assert_eq!(audited(&world, "clock-accepted").await, 1);
    let expired = eventually(SOON, || async { (audited(&world, "expired").await > 0).then_some(()) });
    assert!(
        expired.await.is_some(),
        "what is long past is ended once the clock is accepted"
    );
    // The accepted time is kept, so that the next start is an ordinary one.
    world.hub.kill();
    world.hub.restart().await;
    assert!(consent["id"].is_string());
    println!("a year behind and 200 days past its own log: not ready, nothing released, and accepted by the operator");
}
