//! Measures the console: every page over a full store, then the flow with and without open pages.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bindeledd_e2e::{Load, Visitor, World, kind_of_page, person};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::way::{Candidate, measure, median};

/// Times that each page is fetched.
const LOOKS: usize = 20;
/// The page that reads nothing from the store: the ceiling.
const CEILING: &str = "/console/help";

/// Runs both measurements and prints their results.
pub(crate) async fn run(messages: usize, consoles: usize, flow: usize, rounds: usize) {
    // One sender sends all of the messages that no consent covers. The usual limit would end the filling.
    let limit = ("BINDELEDD__LIMITS__BLOCKED_PER_DAY", "1000000".to_owned());
    let mut world = World::new(&[limit]).await;
    let (address, receiver) = world.counterpart("provider", &["--record", "summary"]).await;
    let key = world.provider("nordvik", Some(&address), json!({})).await;
    world.provider("havna", Some(&address), json!({"endpoint": {"adapter": "provider-json", "address": address, "settings": {}, "limits": {"inFlight": 200, "timeoutSeconds": 20, "receiptSeconds": 3600}}})).await;
    // Nobody listens at this address, so that a part of the messages waits.
    world.provider("vika", Some("https://127.0.0.1:9"), json!({})).await;
    world.provider("fjord", Some(&address), json!({})).await;
    let people: Vec<String> = (0..500).map(person).collect();
    for person in &people {
        let grants: [(&str, &str, &[&str]); 2] =
            [("nordvik", "havna", &["progress"]), ("nordvik", "vika", &["progress"])];
        world.consent(person, &grants).await;
    }
    let mut hub = Candidate {
        name: "hub",
        load: Load {
            url: format!("{}/v1/parties/nordvik/documents", world.hub.address()),
            key,
            to: "havna".into(),
            people,
            callers: 64,
            first: 0,
            count: messages * 9 / 10,
        },
        client: world.hub.client.clone(),
        pid: world.hub.pid(),
    };
    let filled = measure(&hub, &receiver).await;
    hub.load.first += hub.load.count;
    println!(
        "{} messages delivered, {:.0} a second",
        hub.load.count, filled.per_second
    );
    for (to, what) in [
        ("fjord", "not sent, since no consent covers them"),
        ("vika", "waiting for a receiver that is away"),
    ] {
        let part = Load {
            to: to.into(),
            count: messages / 20,
            ..hub.load.clone()
        };
        let sent = part.run(&hub.client, &Arc::new(AtomicUsize::new(0))).await;
        hub.load.first += part.count;
        println!("{} messages {what}", sent.len());
    }
    let mut visitor = Visitor::first_administrator(&world.hub).await;
    pages(&mut visitor).await;
    open_pages(&mut hub, &visitor, &receiver, consoles, flow, rounds).await;
}

/// Fetches one page of each kind several times, found by the links from the first page.
async fn pages(visitor: &mut Visitor) {
    let mut kinds = BTreeMap::new();
    let mut todo = vec!["/console".to_owned(), CEILING.to_owned()];
    // Filters of the list, each of which is a statement of its own.
    todo.extend(
        [
            "state=waiting",
            "state=blocked",
            "to=havna",
            "q=last-77",
            "since=2026-01-01",
        ]
        .map(|filter| format!("/console/messages?{filter}")),
    );
    while let Some(address) = todo.pop() {
        let kind = match address.split_once("/messages?") {
            Some((_, filter)) if !filter.contains('&') => address.clone(),
            _ => kind_of_page(&address),
        };
        let leaves = ["/console/language", "/console/sign", "/console/live"]
            .iter()
            .any(|start| address.starts_with(start));
        if leaves || kinds.len() > 60 || kinds.contains_key(&kind) {
            continue;
        }
        let page = visitor.get(&address).await;
        if page.status == 200 {
            todo.extend(page.links());
            kinds.insert(kind, address);
        }
    }
    let mut measured = Vec::new();
    for (kind, address) in &kinds {
        let mut took = Vec::new();
        for _ in 0..LOOKS {
            took.push(visitor.get(address).await.took);
        }
        took.sort();
        measured.push((took[LOOKS / 2], took[LOOKS - 1], kind));
    }
    let ceiling = measured
        .iter()
        .find(|(_, _, kind)| *kind == CEILING)
        .map_or(Duration::ZERO, |found| found.0);
    measured.sort();
    println!("pages, median and slowest of {LOOKS}, and how often the median holds the time of {CEILING}:");
    for (middle, slowest, kind) in measured {
        let ratio = middle.as_secs_f64() / ceiling.as_secs_f64();
        println!(
            "{:>8.1} ms {:>8.1} ms {ratio:>6.1}  {kind}",
            middle.as_secs_f64() * 1e3,
            slowest.as_secs_f64() * 1e3
        );
    }
}

/// Measures rounds of the flow in turns: without open pages, and with them.
async fn open_pages(
    hub: &mut Candidate,
    visitor: &Visitor,
    receiver: &bindeledd_simulators::ControlClient,
    consoles: usize,
    flow: usize,
    rounds: usize,
) {
    hub.load.count = flow;
    let mut totals = [Vec::new(), Vec::new()];
    for round in 1..=rounds {
        for (open, total) in [0, consoles].into_iter().zip(&mut totals) {
            let (tasks, looks) = open_consoles(visitor, open).await;
            let measured = measure(hub, receiver).await;
            hub.load.first += flow;
            tasks.iter().for_each(JoinHandle::abort);
            println!(
                "round {round}  {open:>3} pages open  {:>7.0}/s  {:>6.0} µs CPU each, {} looks",
                measured.per_second,
                measured.cpu_micros,
                looks.load(Ordering::Relaxed)
            );
            total.push(measured);
        }
    }
    let [without, with] = &totals;
    println!(
        "with {consoles} open pages: {:.1} % of the deliveries a second, {:.3} times the CPU a message",
        100.0 * median(with, |r| r.per_second) / median(without, |r| r.per_second),
        median(with, |r| r.cpu_micros) / median(without, |r| r.cpu_micros)
    );
}

/// Opens the first page as many times as a browser would: a stream each, and a new look at the page's region when the stream names it.
async fn open_consoles(visitor: &Visitor, count: usize) -> (Vec<JoinHandle<()>>, Arc<AtomicUsize>) {
    let looks = Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::new();
    for _ in 0..count {
        let mut stream = visitor.stream("/console/live?topics=now").await.unwrap();
        assert_eq!(stream.status(), 200, "no stream");
        let (mut visitor, looks) = (visitor.clone(), Arc::clone(&looks));
        tasks.push(tokio::spawn(async move {
            while let Ok(Some(chunk)) = stream.chunk().await {
                if chunk.windows(7).any(|part| part == b"changed") {
                    visitor.get("/console?region=now").await;
                    looks.fetch_add(1, Ordering::Relaxed);
                }
            }
        }));
    }
    (tasks, looks)
}
