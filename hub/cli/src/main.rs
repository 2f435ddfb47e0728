//! The binary `bindeledd`: configuration and wiring, one file per command.
fn main() {}
