//! `plugin read|write|inspect|install|list` with the built adapters.
use std::path::PathBuf;

use crate::support::{root, run};
use serde_json::{Value, json};

/// A built adapter.
fn adapter(id: &str) -> String {
    let named = std::env::vars_os()
        .find(|(name, _)| name == "BINDELEDD_PLUGINS")
        .map(|(_, path)| PathBuf::from(path));
    let file = named
        .unwrap_or_else(|| root().join("target/debug/plugins"))
        .join(format!("{id}.wasm"));
    assert!(
        file.exists(),
        "{} is missing: run `cargo xtask test bindeledd/cli`, which builds the adapters",
        file.display()
    );
    file.display().to_string()
}

fn fixture(kind: &str) -> String {
    root()
        .join(format!("sdk/catalogue/fixtures/{kind}.json"))
        .display()
        .to_string()
}

#[test]
fn what_an_adapter_writes_it_reads_back() {
    let dir = tempfile::tempdir().unwrap();
    let adapter = adapter("provider-json");
    let written = run(dir.path(), &["plugin", "write", &adapter, &fixture("goals-agreed")]);
    assert_eq!(written.code, 0, "{}", written.err);
    let request = written.json();
    for key in ["method", "path", "headers", "body", "credential", "references"] {
        assert!(request.get(key).is_some(), "{key} is not in {request}");
    }
    let body = run(
        dir.path(),
        &["plugin", "write", &adapter, &fixture("goals-agreed"), "--body"],
    );
    assert_eq!(body.out, request["body"].as_str().unwrap());
    std::fs::write(dir.path().join("document"), &body.out).unwrap();
    let read = run(dir.path(), &["plugin", "read", &adapter, "document", "--json"]);
    assert_eq!(read.code, 0, "{}{}", read.out, read.err);
    let answer = read.json();
    assert_eq!(
        (answer["outcome"].as_str(), &answer["receipt"], &answer["problem"]),
        (Some("messages"), &Value::Null, &Value::Null)
    );
    let fixture: Value = serde_json::from_slice(&std::fs::read(fixture("goals-agreed")).unwrap()).unwrap();
    assert_eq!(answer["messages"][0]["kind"], "goals-agreed");
    assert_eq!(answer["messages"][0]["body"], fixture["body"]);
}

#[test]
fn a_document_that_is_refused_ends_with_3_and_says_why() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("bad"), "\0 this is no document").unwrap();
    let refused = run(
        dir.path(),
        &[
            "plugin",
            "read",
            &adapter("provider-json"),
            "bad",
            "--media-type",
            "application/json",
            "--json",
        ],
    );
    let answer = refused.json();
    assert_eq!(
        (refused.code, answer["outcome"].as_str()),
        (3, Some("refused")),
        "{}",
        refused.out
    );
    assert_eq!(
        (&answer["messages"], &answer["leftOut"], &answer["receipt"]),
        (&json!([]), &json!([]), &Value::Null)
    );
    assert!(!answer["problem"]["code"].as_str().unwrap().is_empty());
    assert!(!answer["problem"]["text"].as_str().unwrap().is_empty());
}

#[test]
fn a_document_of_another_format_ends_with_3_and_names_the_formats() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.csv"), "a;b").unwrap();
    let adapter = adapter("provider-json");
    let arguments = [
        "plugin",
        "read",
        &adapter,
        "a.csv",
        "--media-type",
        "text/csv",
        "--json",
    ];
    let other = run(dir.path(), &arguments);
    let problem = &other.json()["problem"];
    assert_eq!(
        (other.code, problem["code"].as_str()),
        (3, Some("BL-3033")),
        "{}",
        other.out
    );
    assert!(problem["text"].as_str().unwrap().contains("application/json"));
}

#[test]
fn a_document_over_the_limit_ends_with_4() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("large"), vec![b' '; 65 * 1024 * 1024]).unwrap();
    let over = run(
        dir.path(),
        &[
            "plugin",
            "read",
            &adapter("provider-json"),
            "large",
            "--media-type",
            "application/json",
            "--json",
        ],
    );
    assert_eq!(
        (over.code, over.json()["problem"]["code"].as_str()),
        (4, Some("BL-3003")),
        "{}",
        over.out
    );
}

#[test]
fn a_message_that_is_not_right_is_refused_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let mut message: Value = serde_json::from_slice(&std::fs::read(fixture("question")).unwrap()).unwrap();
    message["body"]["diagnosis"] = "x".into();
    std::fs::write(dir.path().join("m.json"), message.to_string()).unwrap();
    let refused = run(
        dir.path(),
        &["plugin", "write", &adapter("provider-json"), "m.json", "--json"],
    );
    let problem = &refused.json()["problem"];
    assert_eq!(
        (refused.code, problem["code"].as_str()),
        (3, Some("BL-1003")),
        "{}",
        refused.out
    );
    assert_eq!(problem["path"], "body.diagnosis");
}

#[test]
fn the_document_inside_of_an_envelope_comes_out() {
    let dir = tempfile::tempdir().unwrap();
    let run = run(
        dir.path(),
        &[
            "plugin",
            "write",
            &adapter("gp-dialogmelding"),
            &fixture("question"),
            "--document",
        ],
    );
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with('<') && run.out.contains("MsgHead"), "{}", run.out);
}

#[test]
fn install_pins_once_and_never_replaces() {
    let dir = tempfile::tempdir().unwrap();
    let made = run(dir.path(), &["init", "--plugins", dir.path().to_str().unwrap()]);
    assert_eq!(made.code, 0, "{}", made.err);
    let adapter = adapter("provider-json");
    let first = run(dir.path(), &["plugin", "install", &adapter, "--json"]);
    assert_eq!(
        (first.code, &first.json()["installed"]),
        (0, &json!(true)),
        "{}",
        first.out
    );
    assert_eq!(
        run(dir.path(), &["plugin", "install", &adapter, "--json"]).json()["installed"],
        json!(false)
    );
    let listed = run(dir.path(), &["plugin", "list", "--json"]);
    assert_eq!(
        (listed.code, listed.json()["adapters"][0]["id"].as_str()),
        (0, Some("provider-json")),
        "{}",
        listed.out
    );
    let named = run(dir.path(), &["plugin", "inspect", "provider-json", "--json"]);
    assert_eq!(named.json()["sha256"], first.json()["sha256"]);
    // Another file at the pinned path is reported, and not run.
    std::fs::write(dir.path().join("plugins/provider-json.wasm"), "changed").unwrap();
    let listed = run(dir.path(), &["plugin", "list"]);
    assert!(listed.code == 1 && listed.out.contains("BL-3011"), "{}", listed.out);
    let named = run(dir.path(), &["plugin", "read", "provider-json", "bindeledd.toml"]);
    assert!(
        named.code == 3 && named.err.contains("BL-3011"),
        "{} {}",
        named.code,
        named.err
    );
    let again = run(dir.path(), &["plugin", "install", &adapter, "--id", "provider-json@2"]);
    assert_eq!(again.code, 0, "{}", again.err);
}

#[test]
fn what_is_no_component_is_told_in_words() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("x.wasm"), "not wasm").unwrap();
    let run = run(dir.path(), &["plugin", "inspect", "x.wasm"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err
            .starts_with("error BL-3012: x.wasm is not a WebAssembly component"),
        "{}",
        run.err
    );
}
