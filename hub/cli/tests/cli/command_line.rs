//! Help, exit codes and error texts, as people and scripts see them.
use std::path::Path;

use crate::support::{root, run, run_with, snapshot};

/// Returns the commands in a help text, without `help` itself.
fn listed(help: &str) -> Vec<String> {
    let lines = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    let names = lines
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Finds every command that takes arguments of its own, in all groups.
fn every_command(path: &[String], found: &mut Vec<(Vec<String>, String)>) {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let help = run(Path::new("/"), &arguments);
    assert_eq!(help.code, 0, "{arguments:?}: {}", help.err);
    let below = listed(&help.out);
    if below.is_empty() {
        found.push((path.to_vec(), help.out));
        return;
    }
    for name in below {
        every_command(&[path, &[name]].concat(), found);
    }
}

#[test]
fn the_help_is_as_it_was() {
    let mut found = Vec::new();
    every_command(&[], &mut found);
    snapshot("help.txt", &run(Path::new("/"), &["--help"]).out);
    for (path, help) in &found {
        snapshot(&format!("help-{}.txt", path.join("-")), help);
    }
}

#[test]
fn every_command_has_an_example_and_json() {
    let mut found = Vec::new();
    every_command(&[], &mut found);
    let names: Vec<_> = found.iter().map(|(path, _)| path.join(" ")).collect();
    for expected in [
        "init",
        "serve",
        "check",
        "config show",
        "plugin read",
        "plugin write",
        "plugin list",
        "plugin install",
        "plugin inspect",
        "party add",
        "party list",
        "party test",
        "party show",
        "party pause",
        "party resume",
        "party suspend",
        "party unsuspend",
        "party history",
        "party roll-back",
        "party key list",
        "party key new",
        "party key revoke",
        "party print",
        "party entered",
        "consent register",
        "consent form",
        "consent show",
        "consent withdraw",
        "consent decide",
        "consent confirm",
        "consent waiting",
        "consent asked",
        "message send",
        "message show",
        "message list",
        "message find",
        "message timeline",
        "message errors",
        "message retry",
        "message cancel",
        "participant disclosures",
        "participant export",
        "user add",
        "user list",
        "user show",
        "user disable",
        "user enable",
        "user reset",
        "user roles",
        "user sessions",
        "user sign-out",
        "alert list",
        "alert show",
        "alert take",
        "alert release",
        "alert close",
        "alert reopen",
        "audit list",
    ] {
        assert!(
            names.iter().any(|name| name == expected),
            "there is no `{expected}` in {names:?}"
        );
    }
    for (path, help) in &found {
        let example = format!("Example:\n  bindeledd {}", path.join(" "));
        assert!(help.contains(&example), "{path:?} has no example of its own:\n{help}");
        assert!(help.contains("--json"), "{path:?}");
    }
}

#[test]
fn every_exit_code_can_be_met() {
    let dir = tempfile::tempdir().unwrap();
    let empty = dir.path();
    assert_eq!(run(empty, &["--version"]).code, 0);
    assert_eq!(run(empty, &["consent", "decide"]).code, 2);
    assert_eq!(run(empty, &["message", "show", "not-an-id"]).code, 2);
    assert_eq!(run(empty, &["plugin", "inspect", "nowhere.wasm"]).code, 1);
    assert_eq!(run(empty, &["check"]).code, 6);
    std::fs::write(empty.join("key"), "blk_abc").unwrap();
    let hub = ["--url", "http://127.0.0.1:9", "--key-file", "key"];
    assert_eq!(run(empty, &[&["alert", "list"], &hub[..]].concat()).code, 5);
    std::fs::write(empty.join("consent.json"), "{}").unwrap();
    let decide = [
        "consent",
        "decide",
        "--consent",
        "consent.json",
        "--from",
        "aa",
        "--to",
        "bb",
        "--at",
        "2026-01-01",
    ];
    let rest = ["--purpose", "work-oriented-followup", "--category", "goals"];
    assert_eq!(run(empty, &[&decide[..], &rest].concat()).code, 3);
}

#[test]
fn errors_say_what_happened_to_what_and_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let missing = run(dir.path(), &["config", "show"]);
    assert_eq!(
        missing.err,
        "error BL-6001: the configuration file bindeledd.toml can not be read\n  \
         cause: No such file or directory (os error 2)\n  \
         next: make one with `bindeledd init`, or name it with --config or BINDELEDD_CONFIG\n  \
         page: docs/errors/BL-6001.md\n"
    );
    assert_eq!(missing.out, "");
    std::fs::write(dir.path().join("bindeledd.toml"), "[store]\nretention_day = 3\n").unwrap();
    let unknown = run(dir.path(), &["config", "show", "--json"]);
    let problem = &unknown.json()["problem"];
    assert_eq!((unknown.code, problem["code"].as_str()), (6, Some("BL-6002")));
    let first = &problem["problems"][0];
    assert_eq!(
        (first["key"].as_str(), first["source"].as_str()),
        (Some("store.retention_day"), Some("file bindeledd.toml"))
    );
    assert_eq!(first["whatToDo"], "did you mean `store.retention_days`?");
    let away = run_with(
        dir.path(),
        &["party", "list", "--url", "http://127.0.0.1:9"],
        &[("BINDELEDD_KEY", "blk_x")],
    );
    assert_eq!(away.code, 5);
    assert!(
        away.err
            .starts_with("error BL-6006: no hub answers at http://127.0.0.1:9\n"),
        "{}",
        away.err
    );
    assert!(away.err.contains("start it with `bindeledd serve`"), "{}", away.err);
    assert!(!away.err.contains("blk_x"));
}

#[test]
fn every_page_that_an_error_names_is_there() {
    for code in [
        "6001", "6002", "6003", "6004", "6005", "6006", "6007", "6008", "6009", "6010", "6011", "6012",
    ] {
        let page = root().join(format!("docs/errors/BL-{code}.md"));
        assert!(page.exists(), "{} is missing", page.display());
    }
}

#[test]
fn config_show_tells_where_each_value_came_from() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("hub.toml"), "[hub]\nname = \"Nordvik\"\n").unwrap();
    let variables = [("BINDELEDD_CONFIG", "hub.toml"), ("BINDELEDD__LOG__LEVEL", "warn")];
    let shown = run_with(dir.path(), &["config", "show"], &variables);
    assert_eq!(shown.code, 0, "{}", shown.err);
    let line = |key: &str| {
        shown
            .out
            .lines()
            .find(|line| line.starts_with(key))
            .unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
    };
    assert_eq!(line("hub.name"), ["hub.name", "\"Nordvik\"", "file", "hub.toml"]);
    assert_eq!(
        line("log.level"),
        ["log.level", "\"warn\"", "environment", "BINDELEDD__LOG__LEVEL"]
    );
    assert_eq!(line("store.retention_days"), ["store.retention_days", "90", "default"]);
}
