//! The binary as callers see it: help, exit codes, errors, and the output that scripts rely on.
#![expect(
    clippy::unwrap_used,
    reason = "the test allowances do not reach helpers of test crates"
)]

mod bokmal;
mod cases;
mod command_line;
mod decide;
mod form;
mod language;
mod parties;
mod plugins;
mod serve;
mod support;
mod users;
mod versions;
