//! The adapter's tests, in one crate: real documents, own fixtures, round trips, and hostile input.

mod common;
mod fixtures;
mod hostile;
mod inbox;
mod roundtrip;
mod standards;
