//! The adapter's tests in one crate: real documents, own fixtures, round trips, and hostile input.

mod cases;
mod common;
mod fixtures;
mod hostile;
mod inbox;
mod odd;
mod roundtrip;
mod standards;
