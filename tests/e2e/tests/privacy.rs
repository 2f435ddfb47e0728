//! Checks the pages for the people who approve a hub, and the threat model: every file, test and command that they name exists.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const NOT_YET: &str = "Ikke på plass ennå";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Returns every page with its name.
fn pages() -> Vec<(String, String)> {
    let pages = fs::read_dir(root().join("docs/privacy")).unwrap();
    let pages = pages.map(|page| {
        let path = page.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    pages.collect()
}

/// Returns the texts between single backquotes, each with the text that precedes it.
fn quoted(page: &str) -> Vec<(&str, &str)> {
    let parts: Vec<_> = page.split('`').collect();
    assert!(parts.len() % 2 == 1, "a backquote has no other");
    parts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

/// Returns true if a word is a path: it contains a folder, or is a file at the root by its ending.
fn is_path(word: &str) -> bool {
    let plain = !word.contains([' ', '<', '…']);
    plain && (word.contains('/') || word.ends_with(".toml"))
}

/// Returns true if the text before a name shows that it names a test: `path` (test: `name`), or `path`, test: `name`.
fn names_a_test(before: &str) -> bool {
    before.trim_end().ends_with("test:")
}

/// Returns true if `text` has a function of this name.
fn has_function(text: &str, name: &str) -> bool {
    text.match_indices(&format!("fn {name}")).any(|(place, found)| {
        let next = text[place + found.len()..].chars().next();
        !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[test]
fn every_path_and_every_test_that_the_pages_name_is_there() {
    let (mut paths, mut tests) = (0, 0);
    let threats = fs::read_to_string(root().join("docs/security.md")).unwrap();
    for (name, page) in pages().into_iter().chain([("security.md".to_owned(), threats)]) {
        let mut last = None;
        for (before, word) in quoted(&page) {
            if names_a_test(before) {
                let path: &PathBuf = last
                    .as_ref()
                    .unwrap_or_else(|| panic!("{name}: `{word}` stands behind no path"));
                let text = fs::read_to_string(path).unwrap();
                assert!(
                    has_function(&text, word),
                    "{name}: {} has no test `{word}`",
                    path.display()
                );
                tests += 1;
            } else if is_path(word) {
                let path = root().join(word);
                assert!(path.exists(), "{name} names {word}, which is not there");
                paths += 1;
                last = Some(path);
            }
        }
    }
    assert!(
        paths >= 200 && tests >= 150,
        "{paths} paths and {tests} tests were found"
    );
}

#[test]
fn the_pages_link_to_pages_that_are_there_and_the_index_to_all() {
    let pages = pages();
    let names: BTreeSet<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    for (name, page) in &pages {
        let linked: BTreeSet<&str> = page
            .split("](")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap())
            .collect();
        for link in &linked {
            assert!(names.contains(link), "{name} links to {link}");
        }
        if name == "README.md" {
            let missing: Vec<_> = names.difference(&linked).filter(|n| **n != "README.md").collect();
            assert!(missing.is_empty(), "the index lacks {missing:?}");
        }
    }
}

#[test]
fn a_command_that_the_pages_tell_to_use_is_there_or_said_not_to_be() {
    let commands = root().join("hub/cli/src/command");
    for (name, page) in pages() {
        for (_, word) in quoted(&page) {
            let Some(words) = word.strip_prefix("bindeledd ") else {
                continue;
            };
            let words: Vec<_> = words
                .split(' ')
                .take_while(|w| !w.starts_with('-') && w.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
                .collect();
            let places = [words.join("/"), words.join("_")].map(|p| commands.join(p.replace('-', "_")));
            let there = places.iter().any(|p| p.with_extension("rs").is_file());
            assert!(there, "{name} tells to use `{word}`, which is no command");
        }
    }
}

/// The index lists the parts that are not built yet, and only these.
#[test]
fn what_is_not_there_yet_is_said_on_the_index_and_stands_nowhere_as_if_it_were() {
    let pages = pages();
    let (_, index) = pages.iter().find(|(name, _)| name == "README.md").unwrap();
    assert!(index.contains(NOT_YET));
    let built = root().join("hub/cli/src/command/participant");
    for command in ["disclosures", "export", "erase"] {
        let named = index.contains(&format!("participant {command}"));
        let there = built.join(format!("{command}.rs")).exists();
        assert!(
            named != there,
            "`participant {command}`: built is {there}, listed as missing is {named}"
        );
    }
}
