//! The outputs of the command line in bokmål, whole: one of each kind.

use std::fs;
use std::path::{Path, PathBuf};

use crate::serve::{Hub, new_hub};
use crate::support::{Run, run, run_with, snapshot};

const NOBODY: &str = "0190b7a0-1111-7222-8333-444455556666";
const ADD_PARTY: [&str; 8] = [
    "party",
    "add",
    "--id",
    "nordvik-aft",
    "--name",
    "Nordvik",
    "--kind",
    "aft-provider",
];
const ADD_USER: [&str; 7] = ["user", "add", "kari", "--name", "Kari", "--role", "administrator"];

/// Replaces the words that differ from run to run. Columns are as wide as such words, so one space divides them.
fn without_values(line: &str) -> String {
    let indent = line.len() - line.trim_start().len();
    let words = line.split_whitespace().map(|word| {
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_time = bare.starts_with("20") && bare.contains('T') && bare.ends_with('Z');
        let is_id = bare.len() == 36 && bare.matches('-').count() == 4 && bare != NOBODY;
        let is_token = bare.len() == 32 && bare.chars().all(|c| c.is_ascii_hexdigit());
        let is_hash = is_token || bare.len() >= 40 && !bare.contains('/') || bare.contains('+');
        match (is_time, is_id, is_hash) {
            (true, ..) => word.replace(bare, "<time>"),
            (_, true, _) => word.replace(bare, "<id>"),
            _ if word.contains("127.0.0.1:") => "<address>".to_owned(),
            (.., true) => word.replace(bare, "<hash>"),
            _ => word.to_owned(),
        }
    });
    format!("{}{}", " ".repeat(indent), words.collect::<Vec<_>>().join(" "))
}

/// Writes the outputs of some commands, each under its command line.
fn outputs(commands: &[&[&str]], call: impl Fn(&[&str]) -> Run) -> String {
    let mut text = String::new();
    for command in commands {
        let run = call(&[&["--language", "nb"], *command].concat());
        text.push_str(&format!("$ bindeledd {}\n", command.join(" ")));
        for line in run.out.lines().chain(run.err.lines()) {
            text.push_str(without_values(line).trim_end());
            text.push('\n');
        }
        text.push_str(&format!("[{}]\n\n", run.code));
    }
    text
}

#[test]
fn lists_details_and_refusals_of_a_hub_are_as_they_were() {
    let dir = new_hub();
    let dir = dir.path();
    let hub = Hub::start(dir);
    let call = |arguments: &[&str]| hub.call(dir, arguments);
    for add in [&ADD_PARTY[..], &ADD_USER] {
        let added = call(add);
        assert_eq!(added.code, 0, "{}", added.err);
    }
    let lists: &[&[&str]] = &[
        &["party", "list"],
        &["user", "list"],
        &["message", "list"],
        &["alert", "list", "--kind", "delivery-failed"],
        &["consent", "waiting"],
        &["consent", "asked"],
        &["plugin", "list"],
    ];
    snapshot("nb-lists.txt", &outputs(lists, call));
    let details: &[&[&str]] = &[
        &["user", "show", "kari"],
        &["party", "test", "nordvik-aft"],
        &["party", "suspend", "nordvik-aft"],
        &["message", "retry", "--preview", "--state", "failed"],
        &["clock", "show"],
    ];
    snapshot("nb-details.txt", &outputs(details, call));
    let refusals: &[&[&str]] = &[
        &["user", "add", "kari", "--name", "Kari", "--role", "operator"],
        &["party", "pause", "nobody"],
        &["message", "show", NOBODY],
        &["alert", "show", NOBODY],
        &["alert", "take", NOBODY],
        &[
            "message",
            "retry",
            "--token",
            "0123456789abcdef0123456789abcdef",
            "--reason",
            "linjen er oppe",
        ],
    ];
    snapshot("nb-refusals.txt", &outputs(refusals, call));
}

#[test]
fn faults_of_a_configuration_and_of_files_are_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let wrong = "[store]\nretention_day = 3\n[log]\nformat = \"xml\"\n";
    fs::write(dir.join("wrong.toml"), wrong).unwrap();
    fs::write(dir.join("columns.csv"), "id,nme\na,b\n").unwrap();
    fs::write(dir.join("x.wasm"), "no component").unwrap();
    let commands: &[&[&str]] = &[
        &["config", "show"],
        &["--config", "wrong.toml", "check"],
        &["plugin", "inspect", "x.wasm"],
        &["message", "send", "nowhere.json"],
        &["party", "import", "columns.csv"],
    ];
    snapshot("nb-faults.txt", &outputs(commands, |arguments| run(dir, arguments)));
}

#[test]
fn a_hub_that_can_not_start_says_why() {
    let dir = new_hub();
    let dir = dir.path();
    // A file stands where the operator's socket would be, and a token has a character that no header can have.
    fs::write(dir.join("taken"), "").unwrap();
    fs::write(dir.join("token"), "a\u{1}b").unwrap();
    let start = |arguments: &[&str]| {
        let variables = [
            ("BINDELEDD__OPERATOR_LISTEN__ADDRESS", "unix:taken"),
            ("BINDELEDD__LISTEN__ADDRESS", "127.0.0.1:0"),
            ("BINDELEDD__LOG__LEVEL", "off"),
        ];
        run_with(dir, arguments, &variables)
    };
    let mut text = outputs(&[&["serve"]], start);
    let file = dir.join("bindeledd.toml");
    let with_token =
        fs::read_to_string(&file).unwrap() + "\n[credentials.gp]\nkind = \"bearer\"\ntoken_file = \"token\"\n";
    fs::write(&file, with_token).unwrap();
    text.push_str(&outputs(&[&["check"]], |arguments| run(dir, arguments)));
    snapshot("nb-start.txt", &text.replace(&dir.display().to_string(), "<dir>"));
}

/// Returns the file of an export that holds its entries.
fn entries(folder: &Path) -> PathBuf {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().contains("entries") {
                return path;
            }
        }
    }
    unreachable!("an export has entries")
}

#[test]
fn verifications_of_a_log_are_as_they_were() {
    let dir = new_hub();
    let dir = dir.path();
    let mut hub = Hub::start(dir);
    assert_eq!(hub.call(dir, &ADD_PARTY).code, 0);
    hub.stop();
    let exported = run(dir, &["audit", "export", "export"]);
    assert_eq!(exported.code, 0, "{}", exported.err);
    let call = |arguments: &[&str]| run(dir, arguments);
    let whole: &[&[&str]] = &[&["audit", "verify"], &["audit", "verify", "--export", "export"]];
    let mut text = outputs(whole, call);
    let file = entries(&dir.join("export"));
    let mut bytes = fs::read(&file).unwrap();
    let actor = b"\"actor\":\"";
    let at = bytes.windows(actor.len()).position(|part| part == actor).unwrap() + actor.len();
    bytes[at] = b'x';
    fs::write(&file, bytes).unwrap();
    fs::write(dir.join("other.key"), "no key").unwrap();
    let changed: &[&[&str]] = &[
        &["audit", "verify", "--export", "export"],
        &["audit", "verify", "--export", "export", "--key", "other.key"],
        &["audit", "verify", "--export", "export", "--checkpoint", "export/key"],
        &["audit", "prove", NOBODY],
    ];
    text.push_str(&outputs(changed, call));
    snapshot("nb-verifications.txt", &text);
}

#[test]
fn help_is_english_in_every_language() {
    let help = |language: &str| run(Path::new("/"), &["--language", language, "party", "add", "--help"]).out;
    assert_eq!(help("nb"), help("en"));
}
