//! The fate of a document, as the API tells it.

use serde_json::{Value, json};

use crate::testing::{GP, Hub, PROVIDER, consent, key_of, message};

async fn document(hub: &Hub, body: &[u8]) -> (u16, Value) {
    let path = format!("/v1/parties/{PROVIDER}/documents");
    hub.send("POST", &path, Some(&key_of(PROVIDER)), "application/xml", body.to_vec())
        .await
}

#[tokio::test]
async fn a_document_is_accepted_with_what_becomes_of_it() {
    let hub = Hub::start().await;
    let (status, answer) = document(&hub, message("m-1").to_string().as_bytes()).await;
    assert_eq!(status, 202, "no consent is not an error of the caller: {answer}");
    let delivery = &answer["messages"][0]["deliveries"][0];
    assert_eq!((&delivery["to"], &delivery["state"]), (&json!(GP), &json!("blocked")));
    assert_eq!(delivery["reason"]["code"], "BL-2001");
    assert_eq!(answer["messages"][0]["kind"], "progress-update");
    assert_eq!(answer["leftOut"], json!([]));
    hub.ask("POST", "/v1/consents", Some(&key_of(PROVIDER)), &consent())
        .await;
    let (_, answer) = document(&hub, message("m-2").to_string().as_bytes()).await;
    assert_eq!(answer["messages"][0]["deliveries"][0]["state"], "waiting");
    assert_eq!(answer["messages"][0]["deliveries"][0]["withheld"], json!([]));
}

#[tokio::test]
async fn the_same_reference_is_the_same_message_or_refused() {
    let hub = Hub::start().await;
    let first = document(&hub, message("m-1").to_string().as_bytes()).await;
    assert_eq!(document(&hub, message("m-1").to_string().as_bytes()).await, first);
    let mut other = message("m-1");
    other["body"]["attendancePercent"] = 40.into();
    let (status, problem) = document(&hub, other.to_string().as_bytes()).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("BL-1106")));
}

#[tokio::test]
async fn a_receipt_and_nothing_are_answered_as_such() {
    let hub = Hub::start().await;
    let receipt = json!({"status": "ok", "refersTo": "m-1", "settled": false});
    assert_eq!(
        document(&hub, b"receipt").await,
        (202, json!({"messages": [], "receipt": receipt}))
    );
    assert_eq!(
        document(&hub, b"nothing").await,
        (202, json!({"messages": [], "nothing": "a bekreftelse"}))
    );
}

#[tokio::test]
async fn a_refusal_says_why_and_brings_the_receipt_of_the_format() {
    let hub = Hub::start().await;
    let (status, problem) = document(&hub, b"refuse").await;
    assert_eq!(status, 422);
    assert_eq!(problem["code"], "BL-3101");
    assert_eq!(problem["reasonCode"], "is-a-record");
    assert_eq!(problem["detail"], "Dette er en henvisning.");
    assert_eq!(problem["type"], "https://bindeledd.example/errors/BL-3101");
    assert_eq!(
        problem["receipt"],
        json!({"mediaType": "application/xml", "document": {"base64": "PEFwcFJlYy8+"}})
    );
}

#[tokio::test]
async fn an_adapter_that_traps_costs_its_sender_that_document_alone() {
    let hub = Hub::start().await;
    let (status, problem) = document(&hub, b"trap").await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("BL-3002")));
    assert_eq!(document(&hub, b"nothing").await.0, 202);
}

#[tokio::test]
async fn what_is_wrong_in_a_message_is_named_with_its_place() {
    let hub = Hub::start().await;
    let key = key_of(PROVIDER);
    let with = |name: &str, value: Value| {
        let mut message = message("m-1");
        message[name] = value;
        message
    };
    for (message, code, path) in [
        (with("kind", json!("diagnosis")), "BL-1005", "kind"),
        (with("purpose", json!("research")), "BL-1005", "purpose"),
        (with("to", json!(["finnes-ikke"])), "BL-1104", "to[0]"),
        (with("sentAt", json!("i går")), "BL-1004", "sentAt"),
        (
            with("participant", json!({"nationalId": "15720255179"})),
            "BL-1004",
            "participant.nationalId",
        ),
        (with("note", json!("x")), "BL-1003", "note"),
    ] {
        let (status, problem) = hub.ask("POST", "/v1/messages", Some(&key), &message).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some(code)), "{problem}");
        assert_eq!(problem["path"], path);
        assert!(problem["expected"].is_string() && problem["whatToDo"].is_string());
        assert!(!problem.to_string().contains("15720255179"), "an error shows no number");
    }
}
