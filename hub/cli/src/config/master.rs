//! Rules between the keys of `[master_key]`: there is exactly one source.

use super::problem::Problem;
use super::values::{Leaf, Origin, text};

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
    let mut wrong = |code: &'static str, key: &str, what: String, fix: &str| {
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
        let what = format!("the master key has more than one source: `{first}` and `{last}`");
        wrong("BL-6015", last, what, "name one source, and take the other lines out");
    }
    let next: Vec<&str> = [MAY_BE_EMPTY[2], MAY_BE_EMPTY[3]]
        .into_iter()
        .filter(|key| !value(key).is_empty())
        .collect();
    if let [first, last] = next[..] {
        let what = format!("the next master key has more than one source: `{first}` and `{last}`");
        wrong("BL-6015", last, what, "name one source, and take the other line out");
    }
    let by_hand = named.iter().any(|key| *key != "master_key.file");
    if let (Some(next), false) = (next.first(), by_hand) {
        let what = "a key from a file is followed by one that the hub makes itself".to_owned();
        wrong(
            "BL-6015",
            next,
            what,
            "take this line out; `bindeledd key rotate` makes the next key",
        );
    }
    for key in [MAY_BE_EMPTY[0], MAY_BE_EMPTY[2]] {
        let name = value(key);
        let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && name.len() < 64;
        if !is_name {
            // The value is not repeated in the error, since it may be the key itself.
            let what = "this is not the name of a variable".to_owned();
            wrong(
                "BL-6003",
                key,
                what,
                "write a name such as \"BINDELEDD_MASTER_KEY\", and never the key itself",
            );
        }
    }
    for key in [MAY_BE_EMPTY[1], MAY_BE_EMPTY[3]] {
        if value(key).contains('/') || value(key).len() > 63 || value(key).starts_with('.') {
            let what = "this is not the name of a credential".to_owned();
            wrong(
                "BL-6003",
                key,
                what,
                "write the name that LoadCredential= has, without a path",
            );
        }
    }
}
