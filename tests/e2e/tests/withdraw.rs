//! Withdrawals race against deliveries over real sockets, with kills in between: no sending begins after the withdrawal's answer.
//!
//! `WITHDRAWALS=1000` and `KILLS=300` run more rounds than the test suite does.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bindeledd_e2e::{World, person};
use serde_json::{Value, json};

/// Returns the number of rounds, which the environment may set.
#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
fn times(name: &str, usual: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|raw| raw.parse().ok())
        .unwrap_or(usual)
}

/// Number of messages in flight around each withdrawal.
const AROUND: usize = 4;

fn now_micros() -> i64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test compares two processes' clocks on one machine"
    )]
    let now = SystemTime::now();
    i64::try_from(now.duration_since(UNIX_EPOCH).unwrap().as_micros()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_send_begins_after_a_withdrawal_is_answered() {
    let withdrawals = times("WITHDRAWALS", 200);
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &[]).await;
    receiver.behave(&json!({"mode": "slow", "ms": 10})).await.unwrap();
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;

    let mut answered: HashMap<String, (i64, HashSet<String>)> = HashMap::new();
    let (mut cancelled, mut named) = (0, 0);
    for n in 0..withdrawals {
        let person = person(n);
        let consent = world.consent(&person, &[("nordvik", "havna", &["progress"])]).await;
        let id = consent["id"].as_str().unwrap().to_owned();
        let sending = (0..AROUND).map(|m| send(&world, &key, &person, n * AROUND + m));
        let withdrawing = async {
            // The withdrawal comes 0 to 15 ms after the first message was sent.
            tokio::time::sleep(Duration::from_micros((n as u64 * 7919) % 15_000)).await;
            let answer = world
                .hub
                .operator("POST", &format!("/v1/consents/{id}/withdraw"), Some(&json!({})))
                .await;
            (now_micros(), answer)
        };
        let (accepted, (at, answer)) = tokio::join!(join_all(sending.collect()), withdrawing);
        let left: HashSet<String> = ids(&answer["sending"]).chain(ids(&answer["handedOver"])).collect();
        cancelled += ids(&answer["cancelled"]).count();
        named += left.len();
        for (message, delivery) in accepted {
            answered.insert(
                message,
                (at, left.iter().filter(|d| **d == delivery).cloned().collect()),
            );
        }
    }
    // Every delivery has ended, so nothing can be sent any more.
    for message in answered.keys() {
        world
            .hub
            .settled(message, &["delivered", "cancelled", "blocked"], Duration::from_secs(30))
            .await;
    }
    let (mut before, mut late, mut wrong) = (0, 0, Vec::new());
    for arrival in receiver.arrivals(0).await.unwrap() {
        let message = arrival["headers"]["x-bindeledd-melding"].as_str().unwrap().to_owned();
        let Some((at, named)) = answered.get(&message) else {
            is_word_of_a_withdrawal(&arrival);
            continue;
        };
        match arrival["unixMicros"].as_i64().unwrap() - at {
            after if after <= 0 => before += 1,
            // The first byte left before the answer, and the answer named the delivery. The receiver read the byte a moment later.
            after if !named.is_empty() => late = late.max(after),
            after => wrong.push((message, after)),
        }
    }
    println!(
        "{withdrawals} withdrawals: {before} arrivals before their answer, {cancelled} cancelled, {named} named as sending or \
         handed over; latest arrival of a named one {late} µs after; unnamed after the answer: {}",
        wrong.len()
    );
    assert!(wrong.is_empty(), "sent after the answer: {wrong:?}");
    assert!(
        cancelled > 0 && before > 0,
        "the race was no race: {cancelled} cancelled, {before} sent"
    );
}

/// Checks that an arrival is the withdrawal notice itself, and contains no withdrawn content.
fn is_word_of_a_withdrawal(arrival: &Value) {
    let body = arrival["body"].as_str().unwrap();
    assert!(body.contains("\"SAMTYKKE_TRUKKET_TILBAKE\""), "{arrival}");
}

fn ids(list: &Value) -> impl Iterator<Item = String> + '_ {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(|id| id.as_str().map(str::to_owned))
}

async fn join_all<T>(futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut out = Vec::new();
    // All run at once: each is polled before any is awaited.
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    std::future::poll_fn(|cx| {
        futures.retain_mut(|f| match f.as_mut().poll(cx) {
            std::task::Poll::Ready(done) => {
                out.push(done);
                false
            }
            std::task::Poll::Pending => true,
        });
        if futures.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    out
}

async fn send(world: &World, key: &str, person: &str, number: usize) -> (String, String) {
    let message = message(person, number);
    let (status, answer) = world.hub.call(Some(key), "POST", "/v1/messages", Some(&message)).await;
    assert_eq!(status, 202, "{answer}");
    let first = &answer["messages"][0];
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    (text(&first["id"]), text(&first["deliveries"][0]["id"]))
}

/// The result of one round.
struct Round {
    participant: String,
    /// Time of the answer to the last withdrawal, and the deliveries that the answer named as begun.
    answered: i64,
    named: HashSet<String>,
}

/// Sends a request to a hub that may have been killed. Returns the body of a success, and its time.
async fn try_operator(world: &World, key: &str, path: &str, body: &Value) -> Option<(i64, Value)> {
    let url = format!("{}{path}", world.hub.address());
    let answer = world
        .hub
        .client
        .post(url)
        .bearer_auth(key)
        .json(body)
        .send()
        .await
        .ok()?;
    let went_well = answer.status().is_success();
    let body = answer.json().await.ok()?;
    went_well.then(|| (now_micros(), body))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_at_any_step_lets_nothing_begin_after_a_withdrawal_was_answered() {
    let kills = times("KILLS", 20);
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &[]).await;
    receiver.behave(&json!({"mode": "slow", "ms": 10})).await.unwrap();
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;
    let operator = std::fs::read_to_string(world.hub.dir().join("data/operator.key")).unwrap();
    let operator = operator.trim().to_owned();
    let (mut rounds, mut before_the_kill) = (Vec::new(), 0);
    let mut within = 24_000;
    for n in 0..kills {
        let person = person(n);
        let consent = world.consent(&person, &[("nordvik", "havna", &["progress"])]).await;
        let participant = consent["participant"]["ref"].as_str().unwrap().to_owned();
        let path = format!("/v1/consents/{}/withdraw", consent["id"].as_str().unwrap());
        let sending = (0..AROUND).map(|m| {
            let message = message(&person, n * AROUND + m);
            let (world, key) = (&world, &key);
            async move { try_operator(world, key, "/v1/messages", &message).await }
        });
        let withdrawing = async {
            tokio::time::sleep(Duration::from_micros((n as u64 * 7919) % 15_000)).await;
            try_operator(&world, &operator, &path, &json!({})).await
        };
        // Another process sends SIGKILL at a random moment.
        let pid = world.hub.pid().to_string();
        let killing = async {
            tokio::time::sleep(Duration::from_micros((n as u64 * 10_007) % within)).await;
            let killed = tokio::task::spawn_blocking(move || {
                std::process::Command::new("kill").args(["-9", &pid]).status().unwrap()
            });
            assert!(killed.await.unwrap().success());
        };
        let (_, answer, ()) = tokio::join!(join_all(sending.collect()), withdrawing, killing);
        world.hub.kill();
        before_the_kill += usize::from(answer.is_some());
        // The duration of a withdrawal depends on machine and profile. The test needs kills both before and after its answer.
        if n % 4 == 3 && before_the_kill == 0 {
            within *= 2;
        } else if n % 4 == 3 && before_the_kill == n + 1 {
            within /= 2;
        }
        world.hub.restart().await;
        // A request without an answer is repeated.
        let (answered, answer) = match answer {
            Some(answer) => answer,
            None => try_operator(&world, &operator, &path, &json!({})).await.unwrap(),
        };
        rounds.push(Round {
            participant,
            answered,
            named: ids(&answer["sending"]).chain(ids(&answer["handedOver"])).collect(),
        });
    }
    judge(&world, &receiver, &rounds, before_the_kill).await;
}

/// Compares every arrival with the answer of its round, and prints the steps at which the kills came.
#[expect(clippy::print_stdout, reason = "the figures are what one runs more of them for")]
async fn judge(
    world: &World,
    receiver: &bindeledd_simulators::ControlClient,
    rounds: &[Round],
    before_the_kill: usize,
) {
    let mut of_message: HashMap<String, (usize, String)> = HashMap::new();
    for (n, round) in rounds.iter().enumerate() {
        let path = format!("/v1/admin/messages?participant={}", round.participant);
        let listed = world.hub.operator("GET", &path, None).await;
        for message in listed["messages"].as_array().unwrap() {
            let id = message["id"].as_str().unwrap().to_owned();
            let ended = ["delivered", "cancelled", "blocked"];
            let settled = world.hub.settled(&id, &ended, Duration::from_secs(30)).await;
            let delivery = settled["deliveries"][0]["id"].as_str().unwrap().to_owned();
            of_message.insert(id, (n, delivery));
        }
    }
    let mut wrong = Vec::new();
    let mut arrivals = 0;
    for arrival in receiver.arrivals(0).await.unwrap() {
        let message = arrival["headers"]["x-bindeledd-melding"].as_str().unwrap().to_owned();
        let Some((n, delivery)) = of_message.get(&message) else {
            is_word_of_a_withdrawal(&arrival);
            continue;
        };
        arrivals += 1;
        let after = arrival["unixMicros"].as_i64().unwrap() - rounds[*n].answered;
        if after > 0 && !rounds[*n].named.contains(delivery) {
            wrong.push((message, after));
        }
    }
    println!(
        "{} kills, {before_the_kill} after the withdrawal's answer: {} messages, {arrivals} arrivals; steps at which a kill \
         found a delivery: {:?}; unnamed after the answer: {}",
        rounds.len(),
        of_message.len(),
        steps_found(world).await,
        wrong.len()
    );
    assert!(wrong.is_empty(), "sent after the answer: {wrong:?}");
    assert!(
        before_the_kill > 0 && before_the_kill < rounds.len(),
        "the kills came too early or too late"
    );
}

/// Returns the step before each `recovered` row, which is the work that a restart found half done.
async fn steps_found(world: &World) -> std::collections::BTreeMap<String, usize> {
    let mut last: HashMap<String, String> = HashMap::new();
    let mut found = std::collections::BTreeMap::new();
    let mut from = 1;
    loop {
        let page = world
            .hub
            .operator("GET", &format!("/v1/admin/audit?from={from}&limit=500"), None)
            .await;
        let rows = page["rows"].as_array().unwrap().clone();
        let Some(newest) = rows.last().and_then(|row| row["seq"].as_u64()) else {
            return found;
        };
        from = newest + 1;
        for row in rows {
            let detail = match &row["detail"] {
                Value::String(raw) => serde_json::from_str(raw).unwrap(),
                other => other.clone(),
            };
            let Some(delivery) = detail["delivery"].as_str() else {
                continue;
            };
            let action = row["action"].as_str().unwrap().to_owned();
            if action == "recovered" {
                let before = last.get(delivery).cloned().unwrap_or_default();
                *found.entry(before).or_insert(0) += 1;
            }
            last.insert(delivery.to_owned(), action);
        }
    }
}

fn message(person: &str, number: usize) -> Value {
    json!({
        "kind": "progress-update", "senderReference": format!("r-{number}"), "conversation": format!("c-{number}"),
        "participant": {"nationalId": person}, "to": ["havna"], "sentAt": "2026-11-20T10:00:00+01:00",
        "body": {"status": "DELTAR"}
    })
}
