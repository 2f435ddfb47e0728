//! The problems of one part of a section whose parts the operator names.

use bindeledd_texts::Said;
use bindeledd_texts::cli::config::Config;

/// A problem of one part: its key with a dot before it (empty for the whole part), the fault, and the remedy.
pub(super) type Wrong = (String, Said, Said);

pub(super) fn wrong(key: &str, what: impl Into<Said>, fix: impl Into<Said>) -> Wrong {
    let key = if key.is_empty() {
        String::new()
    } else {
        format!(".{key}")
    };
    (key, what.into(), fix.into())
}

/// Reads the value of a key of the part.
pub(super) type Value<'a> = &'a dyn Fn(&str) -> Option<&'a str>;

/// Returns a problem for each key that has to have a value and has none.
pub(super) fn missing(needed: &[&str], value: Value<'_>) -> Vec<Wrong> {
    needed
        .iter()
        .filter(|name| value(name).is_none())
        .map(|name| wrong(name, Config::NeedsValue, Config::SeeMeaning))
        .collect()
}
