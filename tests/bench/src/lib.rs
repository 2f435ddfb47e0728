//! Benchmarks that print ratios to a ceiling measured in the same run.
