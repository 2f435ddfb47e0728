//! The versions of a party, and the way back to one.

use serde_json::{Value, json};

use crate::testing::{Hub, OPERATOR};

const PARTIES: &str = "/v1/admin/parties";

async fn put(hub: &Hub, party: &Value) {
    let (status, problem) = hub.ask("POST", PARTIES, Some(OPERATOR), party).await;
    assert!(status < 300, "{problem}");
}

#[tokio::test]
async fn versions_tell_who_changed_what_and_a_roll_back_names_the_newest() {
    let hub = Hub::start().await;
    let first = json!({"id": "havna", "name": "Havna", "kind": "clubhouse"});
    put(&hub, &first).await;
    put(
        &hub,
        &json!({"id": "havna", "name": "Havna hus", "kind": "clubhouse", "phone": "22334455"}),
    )
    .await;
    let versions = async |query: &str| {
        let path = format!("{PARTIES}/havna/versions{query}");
        hub.ask("GET", &path, Some(OPERATOR), &Value::Null).await
    };
    let (status, listed) = versions("").await;
    assert_eq!(status, 200);
    let listed = listed["versions"].as_array().unwrap();
    assert_eq!((listed.len(), &listed[0]["version"]), (2, &json!(2)));
    assert_eq!(listed[0]["madeBy"], "operator");
    assert!(listed[0]["madeAt"].is_string());
    let changes = json!([
        {"field": "name", "from": "Havna", "to": "Havna hus"},
        {"field": "phone", "to": "22334455"},
    ]);
    assert_eq!((&listed[0]["changes"], &listed[1]["changes"]), (&changes, &json!([])));
    let (_, page) = versions("?limit=1").await;
    assert_eq!(
        page["versions"],
        json!([listed[0]]),
        "the last one of a page tells its changes too"
    );
    let (_, page) = versions("?before=2").await;
    assert_eq!(page["versions"], json!([listed[1]]));
    for wrong in ["?before=0", "?before=x", "?limit=0"] {
        assert_eq!(versions(wrong).await.1["code"], "BL-1004", "{wrong}");
    }

    let back = async |body: Value| {
        let path = format!("{PARTIES}/havna/rollback");
        hub.ask("POST", &path, Some(OPERATOR), &body).await
    };
    for (body, code) in [
        (json!({"to": 1}), "BL-1002"),
        (json!({"to": 0, "from": 2}), "BL-1004"),
        (json!({"to": 1, "from": 2, "reason": "x"}), "BL-1004"),
        (json!({"to": 1, "from": 1}), "BL-1162"),
        (json!({"to": 9, "from": 2}), "BL-1107"),
    ] {
        let (_, problem) = back(body.clone()).await;
        assert_eq!(problem["code"], code, "{body}");
    }
    let (status, answer) = back(json!({"to": 1, "from": 2, "reason": "feil telefon"})).await;
    assert_eq!((status, &answer["version"]), (200, &json!(3)));
    assert_eq!(
        (&answer["party"]["name"], answer["party"].get("phone")),
        (&json!("Havna"), None)
    );
    let (_, listed) = versions("?limit=1").await;
    let newest = &listed["versions"][0];
    assert_eq!(
        (&newest["backTo"], &newest["reason"]),
        (&json!(1), &json!("feil telefon"))
    );
    let path = format!("{PARTIES}/ingen-slik/versions");
    assert_eq!(hub.ask("GET", &path, Some(OPERATOR), &Value::Null).await.0, 404);
}
