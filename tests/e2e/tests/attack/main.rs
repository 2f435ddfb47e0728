//! Attacks on a running hub: each module carries out some attacks of `docs/security.md`.
//!
//! The suite runs them at a small strength; `cargo xtask test --long` runs them at full strength.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod adapters;
mod audit;
mod budgets;
mod clock;
mod connections;
mod consents;
mod second_place;
mod secrets;
