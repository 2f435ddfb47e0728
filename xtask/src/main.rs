//! The two commands, demo and test, and what they need.
fn main() {}
