//! The adapter as a hub calls it: writing, reading, settling and refusing.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test tells by panicking, and says what it could not check"
)]

mod cases;
mod common;
mod reading;
mod round_trip;
mod schemas;
mod settling;
mod writing;
