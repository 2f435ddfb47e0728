//! A hub from `init` to SIGTERM, as an operator runs it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::{Run, run, run_with};

/// A running hub. Dropping this value kills the hub.
pub(crate) struct Hub {
    child: Child,
    pub(crate) url: String,
}

impl Hub {
    /// Starts a hub on a free port, and waits until the hub reports that it is ready.
    pub(crate) fn start(dir: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bindeledd"))
            .arg("serve")
            .current_dir(dir)
            .env("BINDELEDD__LISTEN__ADDRESS", "127.0.0.1:0")
            .env_remove("BINDELEDD_CONFIG")
            .env_remove("BINDELEDD_LANGUAGE")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let mut hub = Self {
            child,
            url: String::new(),
        };
        let url = line.trim().strip_prefix("bindeledd is ready on ").map(str::to_owned);
        hub.url = url.unwrap_or_else(|| unreachable!("{line}{}", hub.log()));
        hub
    }

    fn signal(&self, name: &str) {
        let kill = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(kill.success());
    }

    /// Returns everything on standard error, after the hub has ended.
    fn log(&mut self) -> String {
        let mut text = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        text
    }

    /// Stops the hub, and returns its log.
    pub(crate) fn stop(&mut self) -> String {
        self.signal("TERM");
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        self.log()
    }

    /// Calls the hub as the command line does.
    pub(crate) fn call(&self, dir: &Path, arguments: &[&str]) -> Run {
        run_with(dir, arguments, &[("BINDELEDD_URL", &self.url)])
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        // The hub may already have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn new_hub() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let empty = tempfile::tempdir().unwrap();
    let made = run(dir.path(), &["init", "--plugins", empty.path().to_str().unwrap()]);
    assert_eq!(made.code, 0, "{}", made.err);
    dir
}

#[test]
fn a_hub_made_by_init_serves_until_it_is_told_to_stop() {
    let dir = new_hub();
    let dir = dir.path();
    let checked = run(dir, &["check", "--json"]);
    assert_eq!(
        (checked.code, checked.json()["ok"].as_bool()),
        (0, Some(true)),
        "{}",
        checked.out
    );
    let mut hub = Hub::start(dir);
    let add = [
        "party",
        "add",
        "--id",
        "nordvik-aft",
        "--name",
        "Nordvik",
        "--kind",
        "aft-provider",
    ];
    let added = hub.call(dir, &[&add[..], &["--org-number", "915933149", "--registrar"]].concat());
    assert_eq!(added.code, 0, "{}", added.err);
    let key = hub.call(dir, &["party", "key", "org:915933149"]);
    assert!(
        key.out.starts_with("blk_") && key.out.trim().len() == 47,
        "{}{}",
        key.out,
        key.err
    );
    std::fs::write(dir.join("nordvik.key"), &key.out).unwrap();
    // The operator's key comes from the configuration, and a party's key from its file. Each key identifies its caller.
    let listed = hub.call(dir, &["party", "list", "--json"]);
    assert_eq!(listed.json()["parties"][0]["id"], "nordvik-aft");
    let other = hub.call(dir, &["party", "list", "--key-file", "nordvik.key"]);
    assert!(
        other.code == 3 && other.err.starts_with("error BL-1102"),
        "{}",
        other.err
    );
    let nobody = run_with(
        dir,
        &["party", "list"],
        &[("BINDELEDD_URL", &hub.url), ("BINDELEDD_KEY", "blk_nobody")],
    );
    assert!(
        nobody.code == 3 && nobody.err.starts_with("error BL-1101"),
        "{}",
        nobody.err
    );
    for arguments in [
        &["message", "list"][..],
        &["alert", "list"],
        &["audit", "list"],
        &["party", "pause", "nordvik-aft"],
    ] {
        let run = hub.call(dir, arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
    }
    let unknown = hub.call(dir, &["message", "show", "0190b7a0-1111-7222-8333-444455556666"]);
    assert!(
        unknown.code == 3 && unknown.err.starts_with("error BL-1107"),
        "{}",
        unknown.err
    );
    // Only one hub can have a store open.
    let second = run_with(dir, &["serve"], &[("BINDELEDD__LISTEN__ADDRESS", "127.0.0.1:0")]);
    assert!(second.code == 1 && second.err.contains("BL-6012"), "{}", second.err);
    hub.signal("TERM");
    assert_eq!(hub.child.wait().unwrap().code(), Some(0));
    let log = hub.log();
    assert!(log.contains("the hub has stopped"), "{log}");
    assert!(!log.contains('\u{1b}'), "a log that goes into a file has no colours");
    assert_eq!(hub.call(dir, &["party", "list"]).code, 5);
    // Messages that the hub acknowledged are still there after a restart.
    let hub = Hub::start(dir);
    assert_eq!(
        hub.call(dir, &["party", "list", "--json"]).json()["parties"][0]["paused"],
        true
    );
}

#[test]
fn a_hub_that_is_not_right_does_not_start_and_says_everything() {
    let dir = new_hub();
    let dir = dir.path();
    std::fs::remove_file(dir.join("tls/hub.crt")).unwrap();
    std::fs::write(dir.join("data/master.key"), "short").unwrap();
    let chmod = Command::new("chmod")
        .args(["644", "data/operator.key"])
        .current_dir(dir)
        .status()
        .unwrap();
    assert!(chmod.success());
    for command in ["serve", "check"] {
        let run = run(dir, &[command]);
        assert_eq!(run.code, 6, "{}", run.err);
        for expected in [
            "`listen.tls_certificate`: tls/hub.crt can not be read",
            "64 hexadecimal",
            "chmod 600 data/operator.key",
        ] {
            let found = run.err.replace("./", "");
            assert!(found.contains(expected), "{command}: {expected} is not in\n{found}");
        }
    }
    assert!(!dir.join("data/hub.sqlite").exists());
}

#[test]
fn another_master_key_does_not_open_the_store() {
    let dir = new_hub();
    let dir = dir.path();
    let mut hub = Hub::start(dir);
    hub.signal("INT");
    assert_eq!(hub.child.wait().unwrap().code(), Some(0));
    std::fs::write(dir.join("data/master.key"), "00".repeat(32)).unwrap();
    for command in ["check", "serve"] {
        let run = run_with(dir, &[command], &[("BINDELEDD__LISTEN__ADDRESS", "127.0.0.1:0")]);
        assert!(
            run.code == 6 && run.err.contains("BL-6016") && run.err.contains("which opens with id"),
            "{command}: {}",
            run.err
        );
    }
}

#[test]
fn an_address_in_use_is_told() {
    let dir = new_hub();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = run_with(dir.path(), &["serve"], &[("BINDELEDD__LISTEN__ADDRESS", &address)]);
    assert!(run.code == 1 && run.err.contains("error BL-6005"), "{}", run.err);
    assert!(run.err.contains(&address), "{}", run.err);
}
