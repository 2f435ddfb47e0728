//! The hub is killed in the middle of a load: every acknowledged message is delivered or in a named state, and repeated arrivals
//! are equal.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bindeledd_e2e::{Load, Sent, World, eventually, person, strength};
use serde_json::{Value, json};

const KILLS: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_by_five_kills() {
    let messages = strength(4_000, 10_000);
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &["--record", "summary"]).await;
    let key = world.provider("nordvik", Some(&address), json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;
    let people: Vec<String> = (0..50).map(person).collect();
    for person in &people {
        world.consent(person, &[("nordvik", "havna", &["progress"])]).await;
    }
    let load = Load {
        url: format!("{}/v1/parties/nordvik/documents", world.hub.address()),
        key,
        to: "havna".into(),
        people,
        callers: 16,
        first: 0,
        count: messages,
    };
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let client = world.hub.client.clone();
    let sending = {
        let (load, acknowledged) = (load.clone(), Arc::clone(&acknowledged));
        tokio::spawn(async move { load.run(&client, &acknowledged).await })
    };
    for kill in 1..=KILLS {
        let at = messages * kill / (KILLS + 1);
        let reached = eventually(Duration::from_secs(120), || async {
            (acknowledged.load(Ordering::Relaxed) >= at).then_some(())
        });
        assert!(
            reached.await.is_some(),
            "the load came no further than {}",
            acknowledged.load(Ordering::Relaxed)
        );
        world.hub.kill();
        world.hub.restart().await;
    }
    let sent = sending.await.unwrap();
    assert_eq!(sent.len(), messages, "every message is acknowledged in the end");
    let summary = wait_for_all(&receiver, messages).await;
    let states = states(&world, &sent).await;
    println!("arrivals {summary}; states {states:?}; {KILLS} kills");
    assert_eq!(states, [("delivered".to_owned(), messages)], "{}", world.hub.log());
    assert_eq!(
        summary["distinct"], messages,
        "every acknowledged message arrived, and no other"
    );
    assert_eq!(summary["changed"], 0, "what arrived twice was equal in id and bytes");
}

async fn wait_for_all(receiver: &bindeledd_simulators::ControlClient, count: usize) -> Value {
    let all = eventually(Duration::from_secs(120), || async {
        let summary = receiver.summary().await.unwrap();
        (summary["distinct"].as_u64().unwrap() >= count as u64).then_some(summary)
    });
    match all.await {
        Some(summary) => summary,
        None => panic!("only {} of {count} arrived", receiver.summary().await.unwrap()),
    }
}

/// Counts the acknowledged messages in each state, once nothing is in flight.
async fn states(world: &World, sent: &[Sent]) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for sent in sent {
        let message = world
            .hub
            .settled(
                &sent.message,
                &["delivered", "failed", "refused", "expired"],
                Duration::from_secs(60),
            )
            .await;
        let state = message["deliveries"][0]["state"].as_str().unwrap().to_owned();
        *counts.entry(state).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}
