//! The addresses of pages in the documentation, the configuration and the command line's texts.

use std::path::{Path, PathBuf};

use crate::routes;

/// Returns the files below a folder that tell people addresses.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_dir() {
            files(&path, found);
        } else if matches!(ending, Some("md" | "toml" | "rs")) {
            found.push(path);
        }
    }
}

/// Returns the paths of the console's pages in a text, with something in the place of a part that the reader fills in.
fn addresses(text: &str) -> Vec<String> {
    let ends = |c: char| c.is_whitespace() || "\"'`()<>,;|\\".contains(c);
    let path = |word: &str| {
        let path = match word.split_once("://") {
            Some((_, rest)) => &rest[rest.find('/')?..],
            None => word,
        };
        let path = path.split(['?', '#']).next()?.trim_end_matches(['.', ':']);
        let is_page = path == "/console" || path.starts_with("/console/");
        let whole = if path.ends_with('/') {
            format!("{path}x")
        } else {
            path.to_owned()
        };
        is_page.then_some(whole)
    };
    text.split(ends).filter_map(path).collect()
}

fn is_there(address: &str) -> bool {
    let fits = |path: &str| {
        let (parts, named) = (path.split('/'), address.split('/'));
        parts.clone().count() == named.clone().count()
            && parts
                .zip(named)
                .all(|(part, named)| part.starts_with('{') || part == named)
    };
    routes::all().any(|route| !route.path.contains("{*") && fits(route.path))
}

#[test]
fn each_address_that_people_are_told_has_a_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = vec![root.join("README.md")];
    for folder in ["docs", "config", "hub/texts/src"] {
        files(&root.join(folder), &mut found);
    }
    let mut told = 0;
    for file in found {
        for address in addresses(&std::fs::read_to_string(&file).unwrap()) {
            told += 1;
            assert!(
                is_there(&address),
                "{} tells {address}, which has no page",
                file.display()
            );
        }
    }
    assert!(told > 5, "{told}");
    assert!(!is_there("/console/alerts/x"));
}
