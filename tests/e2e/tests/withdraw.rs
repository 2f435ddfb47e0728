//! Withdrawals raced against deliveries over real sockets: no send begins after the answer.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bindeledd_e2e::{World, person};
use serde_json::{Value, json};

const WITHDRAWALS: usize = 200;
/// Messages that are on their way around each withdrawal.
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
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &[]).await;
    receiver.behave(&json!({"mode": "slow", "ms": 10})).await.unwrap();
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;

    let mut answered: HashMap<String, (i64, HashSet<String>)> = HashMap::new();
    let (mut cancelled, mut named) = (0, 0);
    for n in 0..WITHDRAWALS {
        let person = person(n);
        let consent = world.consent(&person, &[("nordvik", "havna", &["progress"])]).await;
        let id = consent["id"].as_str().unwrap().to_owned();
        let sending = (0..AROUND).map(|m| send(&world, &key, &person, n * AROUND + m));
        let withdrawing = async {
            // Somewhere in the middle of it: 0 to 15 ms after the first is sent.
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
    // Whatever could still be sent has been by now: every delivery is over.
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
            // Word of the withdrawal itself goes after it, and has nothing of what was withdrawn.
            let body = arrival["body"].as_str().unwrap();
            assert!(body.contains("\"SAMTYKKE_TRUKKET_TILBAKE\""), "{arrival}");
            continue;
        };
        match arrival["unixMicros"].as_i64().unwrap() - at {
            after if after <= 0 => before += 1,
            // Its first byte left before the answer, and the answer named it; it was read a moment later.
            after if !named.is_empty() => late = late.max(after),
            after => wrong.push((message, after)),
        }
    }
    println!(
        "{WITHDRAWALS} withdrawals: {before} arrivals before their answer, {cancelled} cancelled, {named} named as sending or \
         handed over; latest arrival of a named one {late} µs after; unnamed after the answer: {}",
        wrong.len()
    );
    assert!(wrong.is_empty(), "sent after the answer: {wrong:?}");
    assert!(
        cancelled > 0 && before > 0,
        "the race was no race: {cancelled} cancelled, {before} sent"
    );
}

fn ids(list: &Value) -> impl Iterator<Item = String> + '_ {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(|id| id.as_str().map(str::to_owned))
}

async fn join_all<T>(futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut out = Vec::new();
    // They are all under way at once: each is polled before any is waited for.
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
    let message = json!({
        "kind": "progress-update", "senderReference": format!("r-{number}"), "conversation": format!("c-{number}"),
        "participant": {"nationalId": person}, "to": ["havna"], "sentAt": "2026-11-20T10:00:00+01:00",
        "body": {"status": "DELTAR"}
    });
    let (status, answer) = world.hub.call(Some(key), "POST", "/v1/messages", Some(&message)).await;
    assert_eq!(status, 202, "{answer}");
    let first = &answer["messages"][0];
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    (text(&first["id"]), text(&first["deliveries"][0]["id"]))
}
