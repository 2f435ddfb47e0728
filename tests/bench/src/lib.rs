//! Benchmarks that print ratios to a ceiling, which is measured in the same run.
