//! The findings in free texts, and the consent that they would need: senders are told of both, receivers are not.

use serde_json::{Value, json};

use crate::testing::{GP, Hub, OPERATOR, PROVIDER, consent, key_of, message};

const OTHER: &str = "31777207884";

fn telling(reference: &str) -> Value {
    let mut message = message(reference);
    message["body"]["activity"] = format!("Har fått diagnose F32.1. Søsteren er {OTHER}.").into();
    message["handler"] = json!({"name": format!("Kari {OTHER}")});
    message
}

fn flags() -> Value {
    json!([
        {"path": "body.activity", "what": "diagnosis-code"},
        {"path": "body.activity", "what": "identity-number"},
        {"path": "handler.name", "what": "identity-number"},
    ])
}

async fn audit(hub: &Hub) -> Value {
    hub.ask("GET", "/v1/admin/audit?limit=500", Some(OPERATOR), &Value::Null)
        .await
        .1
}

#[tokio::test]
async fn a_text_is_flagged_to_its_sender_and_to_nobody_else() {
    let hub = Hub::start().await;
    let (provider, gp) = (key_of(PROVIDER), key_of(GP));
    hub.ask("POST", "/v1/consents", Some(&provider), &consent()).await;
    let (status, answer) = hub.ask("POST", "/v1/messages", Some(&provider), &telling("m-1")).await;
    assert_eq!(status, 202, "{answer}");
    assert_eq!(answer["messages"][0]["flags"], flags());
    let (_, again) = hub.ask("POST", "/v1/messages", Some(&provider), &telling("m-1")).await;
    assert_eq!(again["messages"][0], answer["messages"][0]);
    let path = format!("/v1/messages/{}", answer["messages"][0]["id"].as_str().unwrap());
    for key in [provider.as_str(), OPERATOR] {
        assert_eq!(hub.ask("GET", &path, Some(key), &Value::Null).await.1["flags"], flags());
    }
    let (status, seen) = hub.ask("GET", &path, Some(&gp), &Value::Null).await;
    assert_eq!((status, &seen["flags"]), (200, &Value::Null));
    // The audit log names the field of a finding, and quotes none of the text.
    let log = audit(&hub).await.to_string();
    assert!(
        log.contains("text-flagged") && log.contains("diagnosis-code body.activity"),
        "{log}"
    );
    assert!(!log.contains("F32") && !log.contains(OTHER) && !log.contains("Kari"));
    // An ordinary text has no flags at all.
    let (_, plain) = hub.ask("POST", "/v1/messages", Some(&provider), &message("m-2")).await;
    assert_eq!(plain["messages"][0]["flags"], Value::Null);
}

#[tokio::test]
async fn a_text_is_refused_by_field_where_the_hub_says_so_and_its_reference_is_free() {
    let hub = Hub::that_refuses_texts().await;
    let key = key_of(PROVIDER);
    hub.ask("POST", "/v1/consents", Some(&key), &consent()).await;
    let document = format!("/v1/parties/{PROVIDER}/documents");
    for path in ["/v1/messages", document.as_str()] {
        let (status, problem) = hub.ask("POST", path, Some(&key), &telling("m-1")).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some("BL-1007")), "{problem}");
        assert_eq!(
            (problem["path"].as_str(), &problem["flags"]),
            (Some("body.activity"), &flags())
        );
        let told = problem["told"].as_str().unwrap();
        assert!(
            told.contains("«Aktivitet»") && told.contains("«Kontaktperson»"),
            "{told}"
        );
        let whole = problem.to_string();
        assert!(
            !whole.contains("F32") && !whole.contains(OTHER) && !whole.contains("Kari"),
            "{whole}"
        );
    }
    let (_, listed) = hub
        .ask("GET", "/v1/admin/messages?limit=10", Some(OPERATOR), &Value::Null)
        .await;
    assert_eq!(listed["messages"], json!([]));
    let log = audit(&hub).await.to_string();
    assert_eq!(log.matches("text-refused").count(), 2);
    assert!(!log.contains("F32") && !log.contains(OTHER));
    assert_eq!(
        hub.ask("POST", "/v1/messages", Some(&key), &message("m-1")).await.0,
        202
    );
}

#[tokio::test]
async fn a_blocked_delivery_tells_its_sender_which_categories_it_would_need() {
    let hub = Hub::start().await;
    let (provider, gp) = (key_of(PROVIDER), key_of(GP));
    hub.ask("POST", "/v1/consents", Some(&provider), &consent()).await;
    let mut ending = message("m-1");
    ending["kind"] = "measure-end-proposed".into();
    ending["body"] = json!({"reason": "SYK", "proposedDate": "2026-12-01"});
    let (_, answer) = hub.ask("POST", "/v1/messages", Some(&provider), &ending).await;
    let delivery = &answer["messages"][0]["deliveries"][0];
    assert_eq!(delivery["state"], "blocked");
    assert_eq!(delivery["wouldNeed"], json!(["treatment-status", "outcome"]));
    let path = format!("/v1/messages/{}", answer["messages"][0]["id"].as_str().unwrap());
    let (_, own) = hub.ask("GET", &path, Some(&provider), &Value::Null).await;
    assert_eq!(
        own["deliveries"][0]["wouldNeed"],
        json!(["treatment-status", "outcome"])
    );
    let (status, _) = hub.ask("GET", &path, Some(&gp), &Value::Null).await;
    assert_eq!(status, 404, "that it was stopped is not for its receiver");

    // Part of the message is withheld: the sender sees which part, the receiver learns nothing of it.
    let mut partly = message("m-2");
    partly["kind"] = "start-meeting".into();
    partly["body"] = json!({"proposedTimes": [{"start": "2026-12-01T09:00:00+01:00"}], "measureFrom": "2026-12-01"});
    let (_, answer) = hub.ask("POST", "/v1/messages", Some(&provider), &partly).await;
    let delivery = &answer["messages"][0]["deliveries"][0];
    assert_eq!(
        (delivery["state"].as_str(), &delivery["withheld"]),
        (Some("waiting"), &json!(["goals"]))
    );
    assert_eq!(delivery["wouldNeed"], Value::Null);
    let inbox = format!("/v1/parties/{GP}/inbox");
    let (_, items) = hub.ask("GET", &inbox, Some(&gp), &Value::Null).await;
    assert_eq!(items["items"][0]["document"]["kind"], "start-meeting");
    let path = format!("/v1/messages/{}", answer["messages"][0]["id"].as_str().unwrap());
    let (_, seen) = hub.ask("GET", &path, Some(&gp), &Value::Null).await;
    for text in [items.to_string(), seen.to_string()] {
        assert!(
            !text.contains("goals") && !text.contains("withheld") && !text.contains("wouldNeed"),
            "{text}"
        );
    }
}
