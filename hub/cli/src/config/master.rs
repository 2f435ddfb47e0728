//! Rules between the keys of `[master_key]`: there is exactly one source.

use super::problem::Problem;
use super::values::{Leaf, Origin, text};
use bindeledd_texts::cli::config::Config;

/// Texts that may be empty: an unnamed source is not used.
pub(super) const MAY_BE_EMPTY: [&str; 4] = [
    "master_key.environment",
    "master_key.credential",
    "master_key.next_environment",
    "master_key.next_credential",
];

/// Finds the problems of combinations of keys whose single values are valid.
pub(super) fn problems(leaves: &[Leaf], problems: &mut Vec<Problem>) {
    let find = |key: &str| leaves.iter().find(|leaf| leaf.key == key);
    let value = |key: &str| find(key).and_then(text).unwrap_or_default().trim();
    let mut wrong = |code: &'static str, key: &str, what: Config, fix: Config| {
        problems.push(Problem {
            origin: find(key).map(|leaf| leaf.origin.clone()),
            ..Problem::of(code, key, what, fix)
        });
    };
    // The file's name has a default. It is a source if no other source is set, or if the operator set it.
    let file_is_set = find("master_key.file").is_some_and(|leaf| leaf.origin != Origin::Default);
    let mut named: Vec<&str> = [&MAY_BE_EMPTY[0], &MAY_BE_EMPTY[1]]
        .into_iter()
        .filter(|key| !value(key).is_empty())
        .copied()
        .collect();
    if file_is_set {
        named.push("master_key.file");
    }
    if let [first, .., last] = named[..] {
        let what = Config::TwoSources {
            first: (*first).to_owned(),
            last: (*last).to_owned(),
        };
        wrong("BL-6015", last, what, Config::OneSource);
    }
    let next: Vec<&str> = [MAY_BE_EMPTY[2], MAY_BE_EMPTY[3]]
        .into_iter()
        .filter(|key| !value(key).is_empty())
        .collect();
    if let [first, last] = next[..] {
        let what = Config::TwoNextSources {
            first: (*first).to_owned(),
            last: (*last).to_owned(),
        };
        wrong("BL-6015", last, what, Config::OneNextSource);
    }
    let by_hand = named.iter().any(|key| *key != "master_key.file");
    if let (Some(next), false) = (next.first(), by_hand) {
        let what = Config::NextOfFile;
        wrong("BL-6015", next, what, Config::LetRotate);
    }
    for key in [MAY_BE_EMPTY[0], MAY_BE_EMPTY[2]] {
        let name = value(key);
        let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && name.len() < 64;
        if !is_name {
            // The value is not repeated in the error, since it may be the key itself.
            let what = Config::NoVariable;
            wrong("BL-6003", key, what, Config::WriteVariable);
        }
    }
    for key in [MAY_BE_EMPTY[1], MAY_BE_EMPTY[3]] {
        if value(key).contains('/') || value(key).len() > 63 || value(key).starts_with('.') {
            let what = Config::NoCredentialName;
            wrong("BL-6003", key, what, Config::WriteCredentialName);
        }
    }
}
