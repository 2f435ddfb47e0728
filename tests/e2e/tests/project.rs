//! Rules for the whole project: dependencies between crates, the map of the code, the pages of error codes.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

#[path = "project/modules.rs"]
mod modules;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Returns every workspace crate with its dependencies, except those for tests.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let name = |v: &Value| v["name"].as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .map(|package| {
            let named = package["dependencies"].as_array().unwrap().iter();
            (name(package), named.filter(|d| d["kind"].is_null()).map(name).collect())
        })
        .collect()
}

/// The crates of the hub that each crate may name.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("bindeledd-catalogue", &[]),
    ("bindeledd-page", &[]),
    ("bindeledd-manifest", &["bindeledd-catalogue"]),
    // Natively, for the tests of an adapter.
    (
        "bindeledd-sdk",
        &["bindeledd-catalogue", "bindeledd-manifest", "bindeledd-page"],
    ),
    ("provider-json", &["bindeledd-sdk"]),
    ("gp-dialogmelding", &["bindeledd-sdk"]),
    ("specialist-fhir", &["bindeledd-sdk"]),
    ("nav-measure", &["bindeledd-sdk"]),
    ("print-letter", &["bindeledd-sdk"]),
    ("bindeledd-core", &["bindeledd-catalogue", "bindeledd-page"]),
    ("bindeledd-texts", &["bindeledd-core"]),
    ("bindeledd-engine", &["bindeledd-core", "bindeledd-texts"]),
    ("bindeledd-tlog", &[]),
    ("bindeledd-files", &[]),
    (
        "bindeledd-store",
        &[
            "bindeledd-core",
            "bindeledd-engine",
            "bindeledd-files",
            "bindeledd-texts",
            "bindeledd-tlog",
        ],
    ),
    (
        "bindeledd-host",
        &[
            "bindeledd-core",
            "bindeledd-engine",
            "bindeledd-files",
            "bindeledd-texts",
        ],
    ),
    (
        "bindeledd-accounts",
        &["bindeledd-core", "bindeledd-engine", "bindeledd-texts"],
    ),
    ("bindeledd-fields", &["bindeledd-core"]),
    ("bindeledd-consent-document", &["bindeledd-core", "bindeledd-fields"]),
    (
        "bindeledd-http",
        &["bindeledd-core", "bindeledd-engine", "bindeledd-texts"],
    ),
    (
        "bindeledd-gateway",
        &[
            "bindeledd-accounts",
            "bindeledd-consent-document",
            "bindeledd-core",
            "bindeledd-engine",
            "bindeledd-fields",
            "bindeledd-http",
            "bindeledd-texts",
        ],
    ),
    (
        "bindeledd-console",
        &["bindeledd-core", "bindeledd-page", "bindeledd-texts"],
    ),
    (
        "bindeledd-pages",
        &[
            "bindeledd-accounts",
            "bindeledd-console",
            "bindeledd-core",
            "bindeledd-engine",
            "bindeledd-fields",
            "bindeledd-http",
        ],
    ),
    (
        "bindeledd-watch",
        &[
            "bindeledd-core",
            "bindeledd-engine",
            "bindeledd-http",
            "bindeledd-texts",
        ],
    ),
];

#[test]
fn the_arrows_between_crates_hold() {
    let crates = dependencies();
    let own: BTreeSet<&str> = crates.keys().map(String::as_str).collect();
    for (name, allowed) in MAY_NAME {
        let named = crates[*name].iter().map(String::as_str).filter(|d| own.contains(d));
        let wrong: Vec<_> = named.filter(|d| !allowed.contains(d)).collect();
        assert!(wrong.is_empty(), "{name} must not name {wrong:?}");
    }
}

#[test]
fn only_one_crate_names_each_of_the_worlds_things() {
    let crates = dependencies();
    let owners = [
        ("rusqlite", &["bindeledd-store"] as &[&str]),
        ("wasmtime", &["bindeledd-host"]),
        ("axum", &["bindeledd-http", "bindeledd-gateway", "bindeledd-pages"]),
        ("lettre", &["bindeledd-gateway"]),
        ("argon2", &["bindeledd-accounts"]),
        ("reqwest", &["bindeledd-gateway", "bindeledd"]),
    ];
    let hub = |name: &str| {
        name.starts_with("bindeledd")
            && !["simulators", "e2e", "bench", "contract", "demo", "componentize"]
                .iter()
                .any(|t| name.ends_with(t))
    };
    for (thing, owners) in owners {
        let naming: Vec<_> = crates
            .iter()
            .filter(|(n, d)| hub(n) && d.contains(thing))
            .map(|(n, _)| n.as_str())
            .collect();
        assert!(naming.iter().all(|n| owners.contains(n)), "{naming:?} name {thing}");
        assert!(
            !naming.is_empty(),
            "nobody names {thing} any longer; take it out of this list"
        );
    }
}

#[test]
fn drivers_are_named_in_one_folder_of_the_store() {
    let src = root().join("hub/store/src");
    let mut sources = Vec::new();
    files(&src, &[".rs"], &mut sources);
    for path in sources {
        let at = path.strip_prefix(&src).unwrap();
        if !at.starts_with("conn") && !at.starts_with("sqlite") {
            let code = read(&path);
            for driver in ["rusqlite", ".sqlite()", "tokio_postgres"] {
                assert!(!code.contains(driver), "{} names `{driver}`", path.display());
            }
        }
    }
}

/// A module and its children in one folder may import each other; no other cycle is allowed.
#[test]
fn modules_name_each_other_in_no_circle() {
    let mut crates = vec![root().join("xtask")];
    for group in ["hub", "sdk", "plugins", "tests", "xtask"] {
        let entries = fs::read_dir(root().join(group)).unwrap();
        crates.extend(entries.map(|entry| entry.unwrap().path()));
    }
    crates.retain(|krate| krate.join("Cargo.toml").exists() && krate.join("src").is_dir());
    assert!(crates.len() > 20, "{crates:?}");
    for krate in crates {
        let edges = modules::edges(&krate.join("src"));
        assert!(
            edges.len() == 1 || edges.values().any(|named| !named.is_empty()),
            "nothing was read of {}",
            krate.display()
        );
        let found = modules::cycles(&edges);
        assert!(found.is_empty(), "{} has circles: {found:#?}", krate.display());
    }
}

/// The store's read-only traits. Callers of the engine get only these.
const READ_ONLY: [&str; 3] = ["Views", "Audit", "Health"];

/// The crate that signs persons in, and the store's trait that it holds. The trait touches no message.
const ACCOUNTS: (&str, &str) = ("accounts", "Accounts");

/// Withdrawals, acceptances and releases go through the engine, which does more than the store: it waits for sendings that have
/// begun, and wakes pumps. No other part of the hub thus names a store trait that changes data.
#[test]
fn the_engine_alone_holds_the_store() {
    let ports = root().join("hub/engine/src/ports/store");
    let mut files_of_ports = Vec::new();
    files(&ports, &[".rs"], &mut files_of_ports);
    let mut traits: BTreeSet<String> = BTreeSet::new();
    for file in &files_of_ports {
        let code = read(file);
        let named = code.split("pub trait ").skip(1);
        traits.extend(named.map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned()));
    }
    assert!(traits.len() > 10 && traits.contains("Store"), "{traits:?}");
    traits.retain(|name| !READ_ONLY.contains(&name.as_str()));
    let engine = read(&root().join("hub/engine/src/engine.rs"));
    for handle in engine.split("pub fn ").skip(1) {
        let signature = handle.split('{').next().unwrap();
        assert!(
            !signature.contains("dyn Store"),
            "the engine hands out its store: {signature}"
        );
    }
    for folder in fs::read_dir(root().join("hub"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if ["engine", "store"].iter().any(|own| folder.ends_with(own)) || !folder.join("src").is_dir() {
            continue;
        }
        let own = folder.ends_with(ACCOUNTS.0).then_some(ACCOUNTS.1);
        let mut sources = Vec::new();
        files(&folder.join("src"), &[".rs"], &mut sources);
        let is_for_tests =
            |path: &Path| path.components().any(|c| c.as_os_str() == "tests") || path.ends_with("testing.rs");
        for path in sources.into_iter().filter(|path| !is_for_tests(path)) {
            let code = read(&path);
            let uses = code.split("use ").skip(1).filter_map(|rest| rest.split(';').next());
            for named in uses.filter(|named| named.starts_with("bindeledd_engine") && named.contains("ports")) {
                let words: BTreeSet<&str> = named.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
                let is_wrong = |name: &&String| words.contains(name.as_str()) && own != Some(name.as_str());
                let wrong: Vec<_> = traits.iter().filter(is_wrong).collect();
                assert!(wrong.is_empty(), "{} names {wrong:?}", path.display());
            }
            assert!(
                own.is_some() || !code.contains("ports::Accounts"),
                "{} names the accounts of the store",
                path.display()
            );
            assert!(
                !code.contains("dyn Store"),
                "{} has a handle on the whole store",
                path.display()
            );
        }
    }
}

#[test]
fn a_circle_that_is_planted_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, code: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, code).unwrap();
    };
    put("lib.rs", "mod a;\nmod b;\nmod c;\npub use a::A;\n");
    put(
        "a/mod.rs",
        "mod one;\nmod two;\npub(crate) use one::One;\npub(crate) struct A;\n",
    );
    put("a/one.rs", "use super::A;\npub(crate) struct One; // crate::b::B\n");
    put("a/two.rs", "const NAME: &str = \"crate::c::C\";\n");
    put(
        "b.rs",
        "use crate::a::{A, One};\npub(crate) struct B;\n#[cfg(test)]\nmod tests { use crate::c::C; }\n\
         #[cfg(all(test, unix))]\nmod more { use crate::c::C; }\n",
    );
    put("c.rs", "pub(crate) struct C(crate::b::B);\n");
    let found = || modules::cycles(&modules::edges(folder.path()));
    assert!(found().is_empty(), "{:?}", found());
    // A `mod.rs` and its child are not a cycle.
    put(
        "a/mod.rs",
        "mod one;\nmod two;\npub(crate) use one::One;\npub(crate) struct A;\nfn f(_: one::One) {}\n",
    );
    assert!(found().is_empty(), "{:?}", found());
    // Two children that import each other are a cycle; an import through a re-export counts too.
    put("a/two.rs", "use super::one::One;\npub(crate) struct Two;\n");
    put("a/one.rs", "pub(crate) struct One(super::two::Two);\n");
    assert_eq!(found(), ["a::one -> a::two -> a::one"]);
    put("a/two.rs", "");
    put("a/one.rs", "use crate::{c::C};\npub(crate) struct One;\n");
    assert_eq!(found(), ["a -> a::one -> c -> b -> a"]);
}

/// Returns every package that is compiled for these dependency edges, with its features. Dependencies of procedural macros have
/// features of their own.
fn features(edges: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--workspace",
            "--prefix",
            "none",
            "--format",
            "{p} [{f}]",
        ])
        .args(["--edges", edges])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let plain = |line: &str| line.trim_end_matches(" (*)").to_owned();
    lines.lines().filter(|line| !line.starts_with('[')).map(plain).collect()
}

#[test]
fn what_the_demo_compiles_is_what_the_tests_compile() {
    let tests = features("normal,dev,no-proc-macro");
    let otherwise: Vec<_> = features("normal,no-proc-macro")
        .into_iter()
        .filter(|p| !tests.contains(p))
        .collect();
    assert!(
        otherwise.is_empty(),
        "the tests compile these once more, with other features: {otherwise:#?}\nName the features in xtask/demo/Cargo.toml"
    );
}

#[test]
fn core_and_catalogue_touch_nothing() {
    let crates = dependencies();
    for pure in [
        "bindeledd-catalogue",
        "bindeledd-page",
        "bindeledd-core",
        "bindeledd-texts",
        "bindeledd-sdk",
    ] {
        for world in ["tokio", "reqwest", "rusqlite", "axum", "ring", "tracing", "config"] {
            assert!(!crates[pure].contains(world), "{pure} names {world}");
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn the_map_of_the_code_names_every_crate_and_nothing_that_is_not_there() {
    let map = read(&root().join("docs/architecture.md"));
    for name in dependencies().keys() {
        assert!(
            map.contains(&format!("`{name}`")),
            "docs/architecture.md does not name {name}"
        );
    }
    let named = map
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|w| w.contains('/') && !w.contains([' ', '{', '<']));
    for path in named {
        let path = path.trim_end_matches('/');
        if path.starts_with("GET") || path.starts_with("POST") || path.starts_with('/') {
            continue;
        }
        // A path starts at the root, or at `hub/` if the crate is clear from the context.
        let there = [root().join(path), root().join("hub").join(path)];
        assert!(
            there.iter().any(|p| p.exists()),
            "docs/architecture.md names {path}, which is not there"
        );
    }
}

/// Collects every file of `dir` with one of these endings, except build output.
fn files(dir: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with("target") && name != "node_modules" && !(name.starts_with('.') && name != ".ci") {
                files(&path, endings, found);
            }
        } else if endings.iter().any(|e| name.ends_with(e)) {
            found.push(path);
        }
    }
}

fn codes_in(text: &str) -> BTreeSet<String> {
    let places = text.match_indices("BL-").map(|(i, _)| &text[i..]);
    places
        .filter(|t| t.len() >= 7 && t.is_char_boundary(7) && t[3..7].bytes().all(|b| b.is_ascii_digit()))
        .map(|t| t[..7].to_owned())
        .collect()
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let mut sources = Vec::new();
    for dir in ["hub", "sdk"] {
        files(&root().join(dir).canonicalize().unwrap(), &[".rs"], &mut sources);
    }
    let own_code = |p: &PathBuf| p.components().any(|c| c.as_os_str() == "src");
    let used: BTreeSet<String> = sources
        .iter()
        .filter(|p| own_code(p))
        .flat_map(|p| codes_in(&read(p)))
        .collect();
    let mut pages = Vec::new();
    files(&root().join("docs/errors"), &[".md"], &mut pages);
    let paged: BTreeSet<String> = pages
        .iter()
        .map(|p| p.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let paged: BTreeSet<String> = paged.into_iter().filter(|n| n.starts_with("BL-")).collect();
    let missing: Vec<_> = used.difference(&paged).collect();
    let stale: Vec<_> = paged.difference(&used).collect();
    assert!(missing.is_empty(), "no page in docs/errors for {missing:?}");
    assert!(
        stale.is_empty(),
        "docs/errors has pages for codes that nothing gives: {stale:?}"
    );
    for page in pages {
        let text = read(&page);
        for heading in ["What happened", "What to do"] {
            let index = page.file_name().unwrap() == "README.md";
            assert!(
                index || text.contains(heading),
                "{} has no part `{heading}`",
                page.display()
            );
        }
    }
}

#[test]
fn no_file_speaks_of_the_machine_that_it_was_written_on() {
    let mut all = Vec::new();
    files(
        &root(),
        &[".rs", ".md", ".toml", ".json", ".sh", ".mjs", "run"],
        &mut all,
    );
    for path in all {
        if path.ends_with("tests/e2e/tests/project.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        for word in [
            "/root/",
            "/work/",
            "/tmp/target",
            "registry.npmjs",
            "index.crates.io",
            "pypi.org",
        ] {
            assert!(!text.contains(word), "{} has `{word}`", path.display());
        }
    }
}
