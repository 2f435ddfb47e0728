//! Benchmarks that print ratios to a ceiling measured in the same run, so that a noisy machine does not matter.
//!
//! `way` measures the time from accepted to delivered through the hub. The ceiling is a skeleton with the least work of a durable
//! hub: TLS in, one group-committed row, TLS out, done. Both get the same load and the same receiver, in turns. No measurement is
//! ever asserted. Start at [`way::run`].
//!
//! `console` measures the pages over a full store, and the price of open pages for the flow.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program that measures: what fails ends it, and it prints"
)]

mod console;
mod skeleton;
mod way;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "bindeledd-bench")]
struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Accepted to delivered, hub against skeleton.
    Way {
        /// Messages a round.
        #[arg(long, default_value_t = 10_000)]
        messages: usize,
        /// Rounds, hub and skeleton in turns.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Callers at a time.
        #[arg(long, default_value_t = 64)]
        callers: usize,
    },
    /// Every page of the console over a full store, and the flow with and without open pages.
    Console {
        /// Messages in the store before the pages are measured.
        #[arg(long, default_value_t = 100_000)]
        messages: usize,
        /// Open pages, each with a stream.
        #[arg(long, default_value_t = 50)]
        consoles: usize,
        /// Messages a round of the flow.
        #[arg(long, default_value_t = 10_000)]
        flow: usize,
        /// Rounds, with and without open pages in turns.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
    },
    /// The skeleton itself, as a process.
    #[command(hide = true)]
    Skeleton(skeleton::Options),
}

fn main() {
    let Bench { what } = Bench::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        match what {
            What::Way {
                messages,
                rounds,
                callers,
            } => way::run(messages, rounds, callers).await,
            What::Console {
                messages,
                consoles,
                flow,
                rounds,
            } => console::run(messages, consoles, flow, rounds).await,
            What::Skeleton(options) => skeleton::run(options).await,
        }
    });
}
