//! The console in a real browser, over TLS: the first administrator signs in, and the browser follows every link, in both languages,
//! in two widths, in light and dark, and without script. axe-core looks at every page.
//!
//! `cargo xtask test --long` installs Chromium and the packages of `tests/browser`. Without them the test prints a note and passes.
//! With `BINDELEDD_SHOTS` the browser takes pictures of the pages into that folder.

use std::path::Path;
use std::time::Duration;

use bindeledd_e2e::{Browser, World, first_link, path_of, person, shots};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_can_be_used_by_everybody() {
    let Some(browser) = Browser::find() else { return };
    let world = World::new(&[]).await;
    let key = world.provider("nordvik", None, json!({"registrar": true})).await;
    world.provider("havna", None, json!({})).await;
    world.provider("fjord", None, json!({})).await;
    let (who, stranger) = (person(0), person(1));
    world.consent(&who, &[("nordvik", "havna", &["progress"])]).await;
    world.consent(&stranger, &[("nordvik", "fjord", &["progress"])]).await;
    world.send_progress(&key, &who, "p1").await;
    // No consent covers this one.
    world.send_progress(&key, &stranger, "p2").await;

    let order = json!({
        "base": world.hub.address(),
        "setup": first_link(&world),
        "login": "kari.nordmann",
        "name": "Kari <b>Nordmann</b> čáhci",
        "password": "et langt nok passord",
        "pages": ["/console", "/console/account", "/console/help"],
        "chromium": browser.program,
        "shots": shots(),
    });
    let found = browser.run("walk.mjs", world.dir.path(), &order);
    for kind in ["failed", "policy", "axe", "wide", "script_off"] {
        assert_eq!(found[kind], json!([]), "{kind}");
    }
    assert_eq!(found["recovery"], 10);
    let pages = found["pages"].as_array().unwrap().len();
    assert!(
        pages >= 4 && found["looked"].as_u64().unwrap() >= 8 * 4,
        "{pages} pages"
    );
}

/// The clicks of an operator's ten tasks from the first page, as the design's table promises them.
const TASKS: [(&str, u64); 12] = [
    ("what fails, and since when", 0),
    ("find by any id", 0),
    ("why, hop by hop", 1),
    ("rerun one", 3),
    ("rerun many after an outage", 3),
    ("pause", 3),
    ("pause and resume", 5),
    ("backlog", 1),
    ("its alarm", 2),
    ("set up a party and test it", 3),
    ("error statistics", 2),
    ("who changed what, roll back", 2),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_tasks_take_as_few_clicks_as_promised() {
    let Some(browser) = Browser::find() else { return };
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &[]).await;
    let key = world.provider("nordvik", None, json!({"registrar": true})).await;
    world.provider("havna", Some(&address), json!({})).await;
    // Nobody listens at this address.
    world.provider("vika", Some("https://127.0.0.1:9"), json!({})).await;
    let (who, other) = (person(0), person(1));
    world.consent(&who, &[("nordvik", "havna", &["progress"])]).await;
    world.consent(&other, &[("nordvik", "vika", &["progress"])]).await;
    receiver.behave(&json!({"mode": "refuse", "times": 1})).await.unwrap();
    let refused = world.send_progress(&key, &who, "p1").await;
    let id = refused["id"].as_str().unwrap();
    let message = world.hub.settled(id, &["refused"], Duration::from_secs(30)).await;
    for n in 0..3 {
        world.send_progress_to("vika", &key, &other, &format!("v{n}")).await;
    }
    let order = json!({
        "base": world.hub.address(),
        "setup": first_link(&world),
        "login": "kari.nordmann",
        "name": "Kari Nordmann",
        "password": "et langt nok passord",
        "chromium": browser.program,
        "ids": [id, message["deliveries"][0]["id"], "p1"],
        "away": "Aktør vika",
        "address": address,
    });
    let found = browser.run("tasks.mjs", world.dir.path(), &order);
    assert_eq!((&found["failed"], &found["policy"]), (&json!([]), &json!([])));
    for (task, most) in TASKS {
        let clicks = found["clicks"][task].as_u64();
        assert!(
            clicks.is_some_and(|clicks| clicks <= most),
            "{task}: {clicks:?} for {most}"
        );
    }
}

/// Words that only the content of the message has.
const CONTENT: &str = "Verksted og varelager";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_is_shown_to_the_person_who_asked_after_a_second_persons_answer_alone() {
    let Some(browser) = Browser::find() else { return };
    let world = World::new(&[("BINDELEDD__CONSOLE__BREAK_GLASS", "true".to_owned())]).await;
    let key = world.provider("nordvik", None, json!({"registrar": true})).await;
    world.provider("havna", None, json!({})).await;
    let who = person(0);
    world.consent(&who, &[("nordvik", "havna", &["progress"])]).await;
    let message = json!({
        "kind": "progress-update", "senderReference": "p1", "conversation": "p1", "participant": {"nationalId": who},
        "to": ["havna"], "sentAt": "2026-11-20T10:00:00+01:00", "body": {"status": "DELTAR", "activity": CONTENT}
    });
    let (status, answer) = world.hub.call(Some(&key), "POST", "/v1/messages", Some(&message)).await;
    assert_eq!(status, 202, "{answer}");
    let account = json!({
        "login": "siv", "name": "Siv Berg", "roles": ["mailbox-user"], "party": "nordvik"
    });
    let second = world.hub.operator("POST", "/v1/admin/users", Some(&account)).await;
    let second = second["link"]["address"].as_str().unwrap();
    let order = json!({
        "base": world.hub.address(),
        "setup": first_link(&world),
        "login": "kari.nordmann",
        "name": "Kari Nordmann",
        "password": "et langt nok passord",
        "chromium": browser.program,
        "shots": shots(),
        "message": answer["messages"][0]["id"],
        "content": CONTENT,
        "second": {"setup": path_of(second), "password": "et annet langt passord"},
    });
    let found = browser.run("glass.mjs", world.dir.path(), &order);
    for kind in ["failed", "policy", "axe", "wide", "told"] {
        assert_eq!(found[kind], json!([]), "{kind}");
    }
    assert_eq!(found["shown"], json!(["content"]), "the places that show the content");
}

#[test]
fn every_state_of_every_page_can_be_used_by_everybody() {
    let Some(browser) = Browser::find() else { return };
    let console = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hub/console");
    let dir = tempfile::TempDir::new().unwrap();
    let order = json!({
        "pages": console.join("src/view/expected"),
        "assets": console.join("assets"),
        "chromium": browser.program,
    });
    let found = browser.run("samples.mjs", dir.path(), &order);
    for kind in ["failed", "axe", "wide"] {
        assert_eq!(found[kind], json!([]), "{kind}");
    }
    assert!(found["looked"].as_u64().unwrap() >= 2 * 100);
}
