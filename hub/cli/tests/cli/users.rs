//! The accounts of persons, from the command line through a running hub.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use serde_json::json;

use crate::serve::{Hub, new_hub};
use crate::support::run;

/// Stops a hub, and looks that its log has neither a link's token nor a login name.
fn tells_no_log(hub: &mut Hub, token: &str) {
    let log = hub.stop();
    assert!(!log.contains(token) && !log.contains("kari"), "{log}");
}

#[test]
fn the_operator_makes_the_first_administrator_and_changes_accounts() {
    let dir = new_hub();
    let dir = dir.path();
    let mut hub = Hub::start(dir);
    let none = hub.call(dir, &["user", "list"]);
    assert_eq!(
        (none.code, none.out.trim()),
        (0, "nobody has an account"),
        "{}",
        none.err
    );

    let add = [
        "user",
        "add",
        "kari@hub.example",
        "--name",
        "Kari",
        "--role",
        "administrator",
    ];
    let added = hub.call(dir, &add);
    assert_eq!(added.code, 0, "{}", added.err);
    // The link alone is on standard output.
    let link = added.out.trim().to_owned();
    let (address, token_of_link) = link.split_once("/console/set-up/").unwrap();
    assert!(
        address.starts_with("https://127.0.0.1:") && token_of_link.len() == 43,
        "{link}"
    );
    assert!(added.err.contains("works once"), "{}", added.err);
    let again = hub.call(dir, &add);
    assert!(
        again.code == 3 && again.err.starts_with("error BL-1201"),
        "{}",
        again.err
    );

    let shown = hub.call(dir, &["user", "show", "KARI@hub.example", "--json"]).json();
    assert_eq!(
        (&shown["login"], &shown["roles"]),
        (&json!("kari@hub.example"), &json!(["administrator"]))
    );
    let id = shown["id"].as_str().unwrap();
    assert_eq!(hub.call(dir, &["user", "show", id, "--json"]).json(), shown);
    let listed = hub.call(dir, &["user", "list"]).out;
    assert!(
        listed.contains("kari@hub.example") && listed.contains("no password yet"),
        "{listed}"
    );

    tells_no_log(&mut hub, token_of_link);
}

#[test]
fn accounts_are_changed_by_login_name_and_by_id() {
    let dir = new_hub();
    let dir = dir.path();
    let mut hub = Hub::start(dir);
    let add = [
        "user",
        "add",
        "kari@hub.example",
        "--name",
        "Kari",
        "--role",
        "viewer",
        "--json",
    ];
    let added = hub.call(dir, &add).json();
    let id = added["user"]["id"].as_str().unwrap();
    let disabled = hub.call(dir, &["user", "disable", "kari@hub.example"]);
    assert!(
        disabled.out.contains("state: disabled since"),
        "{}{}",
        disabled.out,
        disabled.err
    );
    assert_eq!(hub.call(dir, &["user", "enable", id]).code, 0);
    let roles = ["user", "roles", id, "--role", "operator", "--role", "auditor", "--json"];
    assert_eq!(hub.call(dir, &roles).json()["roles"], json!(["operator", "auditor"]));
    let mixed = [
        "user",
        "roles",
        id,
        "--role",
        "operator",
        "--role",
        "mailbox-user",
        "--party",
        "nordvik-aft",
    ];
    let mixed = hub.call(dir, &mixed);
    assert!(mixed.code == 3 && mixed.err.contains("not both"), "{}", mixed.err);
    assert_eq!(hub.call(dir, &["user", "roles", id, "--role", "owner"]).code, 2);

    let reset = hub.call(dir, &["user", "reset", id, "--json"]).json();
    let token = reset["token"].as_str().unwrap();
    assert_ne!(token, added["link"]["token"]);
    let sessions = hub.call(dir, &["user", "sessions", id]);
    assert!(sessions.out.contains("no session"), "{}{}", sessions.out, sessions.err);
    assert_eq!(hub.call(dir, &["user", "sign-out", id]).out.trim(), "0 ended");
    let unknown = hub.call(dir, &["user", "show", "ola"]);
    assert!(
        unknown.code == 3 && unknown.err.starts_with("error BL-1107"),
        "{}",
        unknown.err
    );

    tells_no_log(&mut hub, token);
}

#[test]
fn without_the_operators_key_a_command_is_told_so() {
    let dir = new_hub();
    let dir = dir.path();
    let file = dir.join("bindeledd.toml");
    let configuration = std::fs::read_to_string(&file).unwrap();
    let without = configuration.replace("\n#operator_key = true\n", "\noperator_key = false\n");
    assert_ne!(without, configuration);
    std::fs::write(&file, without).unwrap();
    let checked = run(dir, &["check", "--json"]);
    let warnings = checked.json()["warnings"].to_string();
    assert!(checked.code == 0 && warnings.contains("BL-1116"), "{warnings}");
    let hub = Hub::start(dir);
    let listed = hub.call(dir, &["user", "list"]);
    assert!(
        listed.code == 3 && listed.err.starts_with("error BL-1116"),
        "{}",
        listed.err
    );
}

#[test]
fn a_hub_that_nobody_can_administer_writes_a_link_that_its_owner_alone_reads() {
    let dir = new_hub();
    let dir = dir.path();
    let file = dir.join("data/first-administrator.link");
    let read = || std::fs::read_to_string(&file).ok();
    let mut hub = Hub::start(dir);
    let link = until(read);
    let (_, token) = link.trim().split_once("/console/set-up/").unwrap();
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!((token.len(), mode & 0o777), (43, 0o600));
    let log = hub.stop();
    assert!(
        log.contains("first-administrator.link") && !log.contains(token),
        "{log}"
    );

    // Each start makes a new link, in place of the earlier one.
    let mut hub = Hub::start(dir);
    until(|| read().filter(|again| *again != link));
    let add = ["user", "add", "kari", "--name", "Kari", "--role", "administrator"];
    assert_eq!(hub.call(dir, &add).code, 0);
    hub.stop();
    // Somebody can administer.
    let mut hub = Hub::start(dir);
    until(|| (!file.exists()).then_some(()));
    hub.stop();
}

/// Waits until `there` has a value, at most half a minute.
fn until<T>(there: impl Fn() -> Option<T>) -> T {
    for _ in 0..1500 {
        if let Some(found) = there() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    unreachable!("it did not come in time");
}
