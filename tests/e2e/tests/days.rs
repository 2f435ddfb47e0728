//! Days in a mailbox and on a participant's own page, in a real browser over TLS: the clicks that they take, what is kept when a
//! session is lost, what a code does not see, and what stands on paper. axe-core looks at every page on the way.
//!
//! It needs Chromium, as `pages.rs` does. With `BINDELEDD_SHOTS` the browser takes pictures and prints into that folder.

#![expect(clippy::unwrap_used, reason = "tests")]

use bindeledd_e2e::{Browser, Peer, World, path_of, person, shots};
use bindeledd_simulators::{Authority, write_secret};
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

/// Makes the account of a person who also leads the team, and returns the order of their day in this party's mailbox.
async fn order(world: &World, browser: &Browser, party: &str, of_day: Value) -> Value {
    let account = json!({
        "login": "blid", "name": "Blid Måke", "roles": ["mailbox-user", "team-leader"], "party": party,
    });
    let account = world.hub.operator("POST", "/v1/admin/users", Some(&account)).await;
    let mut order = json!({
        "base": world.hub.address(),
        "setup": path_of(account["link"]["address"].as_str().unwrap()),
        "login": "blid",
        "name": "Blid Måke",
        "password": "et langt nok passord",
        "chromium": browser.program,
        "shots": shots(),
    });
    let (order_of, more) = (order.as_object_mut().unwrap(), of_day.as_object().unwrap());
    order_of.extend(more.clone());
    order
}

/// Asserts that a day found nothing, and took no more clicks than these.
fn nothing_found(found: &Value, clicks: &[(&str, u64)]) {
    for kind in ["failed", "policy", "axe", "wide", "script_off", "told"] {
        assert_eq!(found[kind], json!([]), "{kind}");
    }
    for (act, most) in clicks {
        let clicks = found["clicks"][act].as_u64();
        assert!(
            clicks.is_some_and(|clicks| clicks <= *most),
            "{act}: {clicks:?} for {most}"
        );
    }
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
    let id = consent["id"].as_str().unwrap();
    let consent = world.hub.operator("GET", &format!("/v1/consents/{id}"), None).await;
    let participant = consent["participant"]["ref"].as_str().unwrap();
    let path = format!("/v1/participants/{participant}/code");
    let (status, code) = world.hub.call(Some(&own_key), "POST", &path, Some(&json!({}))).await;
    assert_eq!(status, 201, "{code}");
    let of_day = json!({"question": QUESTION, "from": "Nordvik AFT", "hidden": HIDDEN, "own": code["code"]});
    let order = order(&world, &browser, "fontenehuset", of_day).await;
    let found = browser.run("days.mjs", world.dir.path(), &order);
    nothing_found(&found, &CLICKS);
    assert!(
        found["said"].as_array().unwrap().len() > 10,
        "the page reads itself aloud"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_providers_day_from_the_start_up_meeting_to_the_first_message() {
    let Some(browser) = Browser::find() else { return };
    let world = World::new(&[]).await;
    let provider = json!({"registrar": true, "name": "Nordvik AFT"});
    world.provider("nordvik", None, provider).await;
    world
        .provider("fjellvik", None, json!({"kind": "gp", "name": HIDDEN}))
        .await;
    let of_day = json!({"gp": HIDDEN, "number": person(0)});
    let order = order(&world, &browser, "nordvik", of_day).await;
    let found = browser.run("provider.mjs", world.dir.path(), &order);
    nothing_found(&found, &[("start-up meeting to first message", 9)]);
    let log = world.hub.log();
    assert!(!log.contains(&person(0)), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_coach_enters_at_nav() {
    let Some(browser) = Browser::find() else { return };
    let world = World::new(&[]).await;
    let key = world.provider("nordvik", None, json!({"name": "Nordvik AFT"})).await;
    let nav = json!({"id": "nav-nordvik", "name": "Nav Nordvik", "kind": "nav-office",
        "endpoint": {"adapter": "nav-measure", "settings": {}, "orgNumber": "889640782"}});
    world.hub.add_party(&nav).await;
    let who = person(0);
    let grant: (&str, &str, &[&str]) = ("nordvik", "nav-nordvik", &["outcome", "progress", "goals"]);
    world.consent(&who, &[grant]).await;
    let content = "Fortsetter i et tiltak ved havna.";
    let message = json!({
        "kind": "measure-ended", "senderReference": "e1", "to": ["nav-nordvik"], "sentAt": "2026-11-20T10:00:00+01:00",
        "participant": {"nationalId": who, "name": "Snill Tester"},
        "body": {"date": "2026-12-31", "reason": "ANNET", "reasonText": content},
    });
    let (status, answer) = world.hub.call(Some(&key), "POST", "/v1/messages", Some(&message)).await;
    assert_eq!(status, 202, "{answer}");
    let today = jiff::Zoned::now().date().to_string();
    let of_day = json!({"content": content, "today": today});
    let order = order(&world, &browser, "nordvik", of_day).await;
    let found = browser.run("entry.mjs", world.dir.path(), &order);
    nothing_found(&found, &[("enter at Nav", 3), ("enter Nav's answer", 1)]);
}

/// The values that an issuer of one shape needs: settings of the hub, and the persons with and without a level that is high enough.
type Shape = (&'static [(&'static str, &'static str)], Value, Value);

fn shapes(number: &str) -> [Shape; 2] {
    let with = |acr: &str, claims: Value| json!({"sub": "deltaker", "acr": acr, "claims": claims});
    let nested = |level: &str| json!({"subject": {"nin": number, "nin_type": "PERSON"}, "loa": [level]});
    [
        (
            &[("CLAIM", "pid"), ("ACR", "idporten-loa-high")],
            with("idporten-loa-high", json!({ "pid": number })),
            with("idporten-loa-substantial", json!({ "pid": number })),
        ),
        (
            &[
                ("CLAIM", "/subject/nin"),
                ("ACR_CLAIM", "loa"),
                ("ACR", "urn:bankid:bid"),
            ],
            with("high", nested("urn:bankid:bid")),
            with("high", nested("urn:bankid:other")),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_participant_signs_in_at_level_high_and_takes_back() {
    let Some(browser) = Browser::find() else { return };
    let who = person(0);
    for (settings, strong, weak) in shapes(&who) {
        let folder = tempfile::TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        let authority = Authority::new().unwrap();
        authority.write_ca(&at("ca.pem")).unwrap();
        authority.write_leaf(&at("tls.crt"), &at("tls.key")).unwrap();
        write_secret(&at("hub.secret"), "a-secret of: the tests\n").unwrap();
        let mut world = World::new(&[("BINDELEDD__OUTBOUND__CA_FILES", at("ca.pem").display().to_string())]).await;
        let base = world.hub.address().to_owned();
        let of_hub = world.hub.dir().join("tls/hub.crt");
        let Some(peer) = Peer::start(folder.path(), &base, &of_hub) else {
            return;
        };
        let secret = at("hub.secret").display().to_string();
        let common = [
            ("FOR", "participants"),
            ("TITLE", "ID-porten"),
            ("ISSUER", peer.issuer.as_str()),
            ("CLIENT_ID", "hub-of-participants"),
            ("SECRET_FILE", secret.as_str()),
        ];
        for (key, value) in common.iter().chain(settings) {
            world.hub.set(&format!("BINDELEDD__CONSOLE_ISSUERS__OWN__{key}"), value);
        }
        world.hub.set("BINDELEDD__CONSOLE__URL", &base);
        world.hub.kill();
        world.hub.restart().await;
        for (id, name, kind) in [
            ("nordvik", "Nordvik AFT", "aft-provider"),
            ("fontenehuset", "Fontenehuset Nordvik", "clubhouse"),
            ("fjellvik", HIDDEN, "gp"),
        ] {
            world.provider(id, None, json!({"name": name, "kind": kind})).await;
        }
        let of: &[&str] = &["progress", "meeting"];
        world
            .consent(&who, &[("nordvik", "fontenehuset", of), ("nordvik", "fjellvik", of)])
            .await;
        let order = json!({
            "base": base,
            "chromium": browser.program,
            "shots": shots(),
            "issuer": peer.issuer,
            "strong": strong,
            "weak": weak,
            "from": "Nordvik AFT",
            "others": ["Fontenehuset Nordvik", HIDDEN],
            "number": who,
        });
        let found = browser.run("own.mjs", world.dir.path(), &order);
        nothing_found(&found, &[("sign in and take back", 4)]);
        assert!(!world.hub.log().contains(&who), "{}", world.hub.log());
    }
}
