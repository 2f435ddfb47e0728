//! Cost of a call: `cargo run --release -p bindeledd-host --example call_cost`, after `cargo xtask build`.
//!
//! For each task this prints microseconds natively and in the sandbox, and their ratio. The ratio is the figure to use:
//! rounds of both are interleaved, so that a noisy machine disturbs both alike.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints, for developers"
)]

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/shipped/mod.rs"]
mod shipped;

use std::time::Duration;

use bindeledd_core::{AdapterId, Kind};
use bindeledd_engine::ports::Adapters;
use bindeledd_host::{Host, HostOptions, PinnedAdapter};
use bindeledd_sdk::Adapter;
use provider_json::ProviderJson;
use tokio::time::Instant;

const ROUNDS: usize = 60;
const CALLS: u32 = 100;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let id = AdapterId::parse("provider-json").unwrap();
    let plugins = vec![PinnedAdapter {
        id: id.clone(),
        path: shipped::plugin("provider-json"),
        sha256: None,
    }];
    let began = Instant::now();
    let host = Host::new(HostOptions {
        plugins,
        ..HostOptions::default()
    })
    .unwrap();
    println!("loaded and compiled in {} ms", began.elapsed().as_millis());

    let told = common::context("nordvik-aft");
    let message = common::message(Kind::FunctionUpdate);
    let body = ProviderJson::write(message.content(), &told).unwrap().body;
    let document = common::document(&body);
    let response = common::response(200);
    println!(
        "a document of {} bytes; median of {ROUNDS} rounds of {CALLS} calls",
        body.len()
    );
    println!("{:8} {:>10} {:>10} {:>7}", "task", "native µs", "hub µs", "ratio");

    let mut rows = [
        ("read", Vec::new(), Vec::new()),
        ("write", Vec::new(), Vec::new()),
        ("settle", Vec::new(), Vec::new()),
    ];
    for _ in 0..ROUNDS {
        rows[0].1.push(natively(|| drop(ProviderJson::read(document, &told))));
        let began = Instant::now();
        for _ in 0..CALLS {
            host.read(&id, document, &told).await.unwrap();
        }
        rows[0].2.push(began.elapsed());
        rows[1]
            .1
            .push(natively(|| drop(ProviderJson::write(message.content(), &told))));
        let began = Instant::now();
        for _ in 0..CALLS {
            host.write(&id, &message, &told).await.unwrap().unwrap();
        }
        rows[1].2.push(began.elapsed());
        rows[2]
            .1
            .push(natively(|| drop(ProviderJson::settle(&response, &told))));
        let began = Instant::now();
        for _ in 0..CALLS {
            host.settle(&id, &response, &told).await.unwrap();
        }
        rows[2].2.push(began.elapsed());
    }
    for (task, native, hub) in rows {
        let (native, hub) = (median(native), median(hub));
        println!("{task:8} {native:>10.1} {hub:>10.1} {:>7.1}", hub / native);
    }
}

fn natively(call: impl Fn()) -> Duration {
    let began = Instant::now();
    (0..CALLS).for_each(|_| call());
    began.elapsed()
}

/// Median of the rounds, in microseconds for each call.
fn median(mut rounds: Vec<Duration>) -> f64 {
    rounds.sort();
    rounds[rounds.len() / 2].as_secs_f64() * 1e6 / f64::from(CALLS)
}
