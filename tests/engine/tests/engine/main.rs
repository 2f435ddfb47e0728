//! The way of a message through the engine, with scripted adapters, courier and clock.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod accepting;
mod alerts;
mod answers;
mod clock;
mod entry;
mod feed;
mod fetching;
mod histories;
mod inbox;
mod mails;
mod order;
mod parties;
mod pushes;
mod restart;
mod retry;
mod revision;
mod runs;
mod settling;
mod versions;
mod withdrawal;

use std::time::Duration;

/// Makes a duration in seconds.
const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Returns the origin of a party's address.
fn origin(party: &str) -> String {
    format!("https://{party}.example")
}
