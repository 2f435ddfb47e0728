//! A correction reaches the receivers of the corrected message, names that message, and reaches nobody else.

use base64::Engine as _;
use bindeledd_e2e::{World, person};
use serde_json::{Value, json};

async fn post(world: &World, key: &str, message: &Value) -> (u16, Value) {
    world.hub.call(Some(key), "POST", "/v1/messages", Some(message)).await
}

fn message(kind: &str, reference: &str, who: &str, to: Value, more: Value) -> Value {
    let mut message = json!({
        "kind": kind, "senderReference": reference, "participant": {"nationalId": who}, "to": to,
        "sentAt": "2026-11-20T10:00:00+01:00",
    });
    if let (Value::Object(into), Value::Object(more)) = (&mut message, more) {
        into.extend(more);
    }
    message
}

/// Returns the receiver, state and cause of each delivery of the first message.
fn deliveries(answer: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let deliveries = answer["messages"][0]["deliveries"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let told = deliveries
        .iter()
        .map(|d| (text(&d["to"]), text(&d["state"]), text(&d["reason"]["code"])));
    told.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sent_by_mistake_is_said_to_who_got_it_and_to_nobody_else() {
    let world = World::new(&[]).await;
    let sender = world.provider("nordvik", None, json!({})).await;
    let havna = world.provider("havna", None, json!({})).await;
    world.provider("lageret", None, json!({})).await;
    let letters = json!({"id": "brev", "name": "Fontenehuset", "kind": "clubhouse",
        "endpoint": {"adapter": "print-letter", "settings": {"format": "text"}}});
    let brev = world.hub.add_party(&letters).await;
    let who = person(0);
    let all: &[&str] = &["dialogue", "progress"];
    world
        .consent(
            &who,
            &[
                ("nordvik", "havna", all),
                ("nordvik", "brev", all),
                ("nordvik", "lageret", all),
            ],
        )
        .await;
    let question = json!({"body": {"text": "Kan vi møtes?", "about": ["dialogue"]}});
    let (status, answer) = post(
        &world,
        &sender,
        &message("question", "q1", &who, json!(["havna", "brev"]), question),
    )
    .await;
    assert_eq!(status, 202, "{answer}");
    let mistake =
        |named: &str| json!({"supersedes": named, "body": {"action": "sent-by-mistake", "correctedKind": "question"}});

    // A correction of a message that was never sent is refused, whatever receivers it names.
    for to in [json!(["havna"]), json!("circle")] {
        let (status, problem) = post(&world, &sender, &message("correction", "c1", &who, to, mistake("q2"))).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some("BL-1160")), "{problem}");
        assert_eq!(problem["path"], "supersedes");
    }
    // The correction is blocked for a party that was never sent the message. A correction to the circle goes to the parties that
    // were.
    let told = |to: &str| (to.to_owned(), "waiting".to_owned(), String::new());
    let never = ("lageret".to_owned(), "blocked".to_owned(), "BL-4034".to_owned());
    let named = message("correction", "c1", &who, json!(["havna", "lageret"]), mistake("q1"));
    let (status, answer) = post(&world, &sender, &named).await;
    assert_eq!(
        (status, deliveries(&answer)),
        (202, vec![told("havna"), never]),
        "{answer}"
    );
    let (status, answer) = post(
        &world,
        &sender,
        &message("correction", "c2", &who, json!("circle"), mistake("q1")),
    )
    .await;
    assert_eq!(
        (status, deliveries(&answer)),
        (202, vec![told("brev"), told("havna")]),
        "{answer}"
    );

    // Both corrections come after the question, and refer to it.
    let inbox = async |key: &str, party: &str| {
        let path = format!("/v1/parties/{party}/inbox");
        let (_, answer) = world.hub.call(Some(key), "GET", &path, None).await;
        answer["items"].as_array().cloned().unwrap_or_default()
    };
    let items = inbox(&havna, "havna").await;
    let kinds: Vec<_> = items.iter().map(|item| item["document"]["kind"].clone()).collect();
    assert_eq!(kinds, ["question", "correction", "correction"], "{items:?}");
    let corrects = &items[1]["document"]["corrects"];
    assert_eq!(corrects["senderReference"], "q1");
    assert_eq!(corrects["sentAt"], "2026-11-20T10:00:00+01:00");
    assert_eq!(corrects["id"], items[0]["document"]["id"]);
    let letters = inbox(&brev, "brev").await;
    let letter = letters
        .last()
        .and_then(|item| item["document"]["base64"].as_str())
        .and_then(|base64| base64::engine::general_purpose::STANDARD.decode(base64).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default();
    assert!(letter.contains("RETTING"), "{letters:?}");
    let letter = letter.split_whitespace().collect::<Vec<_>>().join(" ");
    let which = "Retter: meldingen som ble sendt 20. november 2026 kl. 10.00, med referanse q1";
    assert!(letter.contains(which), "{letter}");
}

/// A message that was stopped before it left can not be corrected.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_never_left_is_not_corrected() {
    let world = World::new(&[]).await;
    let sender = world.provider("nordvik", None, json!({})).await;
    let havna = world.provider("havna", None, json!({})).await;
    let who = person(0);
    world
        .consent(&who, &[("nordvik", "havna", &["dialogue", "progress"])])
        .await;
    let progress = json!({"body": {"status": "DELTAR"}});
    let (_, answer) = post(
        &world,
        &sender,
        &message("progress-update", "p1", &who, json!(["havna"]), progress),
    )
    .await;
    let original = answer["messages"][0]["id"].as_str().unwrap_or_default().to_owned();
    let mistake =
        json!({"supersedes": "p1", "body": {"action": "sent-by-mistake", "correctedKind": "progress-update"}});
    let (status, answer) = post(
        &world,
        &sender,
        &message("correction", "c1", &who, json!(["havna"]), mistake),
    )
    .await;
    assert_eq!(status, 202, "{answer}");
    let correction = answer["messages"][0]["id"].as_str().unwrap_or_default().to_owned();
    world
        .hub
        .operator("POST", &format!("/v1/messages/{original}/cancel"), None)
        .await;
    let (_, looked) = world
        .hub
        .call(Some(&havna), "GET", "/v1/parties/havna/inbox", None)
        .await;
    assert_eq!(looked["items"], json!([]), "{looked}");
    let correction = world.hub.message(&correction).await;
    assert_eq!(correction["deliveries"][0]["state"], "cancelled", "{correction}");
    assert_eq!(correction["deliveries"][0]["reason"]["code"], "BL-4034");
}
