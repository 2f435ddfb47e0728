//! A day in a mailbox and a participant's withdrawal by a code, in a real browser over TLS: the clicks that they take, what is
//! kept when a session is lost, what a code does not see, and what stands on paper. axe-core looks at every page on the way.
//!
//! It needs Chromium, as `pages.rs` does. With `BINDELEDD_SHOTS` the browser takes pictures and prints into that folder.

use bindeledd_e2e::{Browser, World, path_of, person, shots};
use serde_json::{Value, json};

/// A text that only the question has.
const QUESTION: &str = "Klarer Snill to dager på rad?";
/// The name of a party that the mailbox has nothing to do with.
const HIDDEN: &str = "Fjellvik legekontor";

/// The clicks of a day, as the design promises them. The link in a mail is the first of the answer's.
const CLICKS: [(&str, u64); 4] = [
    ("answer a question", 4),
    ("begin a message", 2),
    ("look over and send", 2),
    ("take back", 3),
];

async fn message(world: &World, key: &str, who: &str, reference: &str, (kind, body): (&str, Value)) {
    let message = json!({
        "kind": kind, "senderReference": reference, "conversation": reference, "to": ["fontenehuset"],
        "participant": {"nationalId": who, "name": "Snill Tester"}, "sentAt": "2026-11-20T10:00:00+01:00", "body": body,
    });
    let (status, answer) = world.hub.call(Some(key), "POST", "/v1/messages", Some(&message)).await;
    assert_eq!(status, 202, "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_in_a_mailbox_and_a_withdrawal_by_code() {
    let Some(browser) = Browser::find() else { return };
    let world = World::new(&[]).await;
    let provider = json!({"registrar": true, "name": "Nordvik AFT"});
    let key = world.provider("nordvik", None, provider).await;
    let clubhouse = json!({"kind": "clubhouse", "name": "Fontenehuset Nordvik"});
    let own_key = world.provider("fontenehuset", None, clubhouse).await;
    world
        .provider("fjellvik", None, json!({"kind": "gp", "name": HIDDEN}))
        .await;
    let who = person(0);
    let categories: &[&str] = &["progress", "meeting", "dialogue"];
    let consent = world
        .consent(
            &who,
            &[
                ("nordvik", "fontenehuset", categories),
                ("fontenehuset", "nordvik", categories),
                ("nordvik", "fjellvik", &["goals"]),
            ],
        )
        .await;
    let question = json!({"text": QUESTION, "about": ["progress"]});
    message(&world, &key, &who, "q1", ("question", question)).await;
    let account = json!({
        "login": "blid", "name": "Blid Måke", "roles": ["mailbox-user", "team-leader"], "party": "fontenehuset",
    });
    let account = world.hub.operator("POST", "/v1/admin/users", Some(&account)).await;
    let setup = path_of(account["link"]["address"].as_str().unwrap());
    let id = consent["id"].as_str().unwrap();
    let consent = world.hub.operator("GET", &format!("/v1/consents/{id}"), None).await;
    let participant = consent["participant"]["ref"].as_str().unwrap();
    let path = format!("/v1/participants/{participant}/code");
    let (status, code) = world.hub.call(Some(&own_key), "POST", &path, Some(&json!({}))).await;
    assert_eq!(status, 201, "{code}");
    let order = json!({
        "base": world.hub.address(),
        "setup": setup,
        "login": "blid",
        "name": "Blid Måke",
        "password": "et langt nok passord",
        "chromium": browser.program,
        "shots": shots(),
        "question": QUESTION,
        "from": "Nordvik AFT",
        "hidden": HIDDEN,
        "own": code["code"],
    });
    let found = browser.run("days.mjs", world.dir.path(), &order);
    for kind in ["failed", "policy", "axe", "wide", "script_off", "told"] {
        assert_eq!(found[kind], json!([]), "{kind}");
    }
    for (act, most) in CLICKS {
        let clicks = found["clicks"][act].as_u64();
        assert!(
            clicks.is_some_and(|clicks| clicks <= most),
            "{act}: {clicks:?} for {most}"
        );
    }
    assert!(
        found["said"].as_array().unwrap().len() > 10,
        "the page reads itself aloud"
    );
}
