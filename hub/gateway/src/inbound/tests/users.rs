//! The accounts of persons, as the operator manages them.

use serde_json::{Value, json};

use crate::testing::{Hub, OPERATOR, PROVIDER};

const USERS: &str = "/v1/admin/users";

async fn get(hub: &Hub, path: &str) -> Value {
    let (status, answer) = hub.ask("GET", path, Some(OPERATOR), &Value::Null).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

async fn post(hub: &Hub, path: &str, body: &Value) -> (u16, Value) {
    hub.ask("POST", path, Some(OPERATOR), body).await
}

#[tokio::test]
async fn an_account_is_made_changed_and_shown_and_its_link_is_shown_once() {
    let hub = Hub::start().await;
    assert_eq!(get(&hub, USERS).await, json!({ "users": [] }));
    let new = json!({"login": "Kari@Hub.example", "name": "Kari Ødegård", "roles": ["auditor", "operator"]});
    let (status, added) = post(&hub, USERS, &new).await;
    assert_eq!(status, 201, "{added}");
    let (user, link) = (&added["user"], &added["link"]);
    assert_eq!(user["login"], "kari@hub.example");
    assert_eq!(user["roles"], json!(["operator", "auditor"]));
    assert_eq!(
        (&user["madeBy"], &user["secondFactor"]),
        (&json!("operator"), &json!("none"))
    );
    let token = link["token"].as_str().unwrap();
    assert_eq!(link["address"], format!("https://hub.example/console/set-up/{token}"));
    let (status, taken) = post(&hub, USERS, &new).await;
    assert_eq!((status, &taken["code"]), (409, &json!("BL-1201")));

    let (status, found) = post(&hub, &format!("{USERS}/lookup"), &json!({"login": "kari@hub.example"})).await;
    assert_eq!((status, &found), (200, user));
    let path = format!("{USERS}/{}", user["id"].as_str().unwrap());
    assert_eq!(&get(&hub, &path).await, user);
    assert_eq!(get(&hub, USERS).await["users"], json!([user]));

    let roles = json!({"roles": ["mailbox-user"], "party": PROVIDER});
    let (status, changed) = post(&hub, &format!("{path}/roles"), &roles).await;
    assert_eq!((status, &changed["roles"]), (200, &json!(["mailbox-user"])));
    assert_eq!(changed["party"], PROVIDER);
    let (_, disabled) = post(&hub, &format!("{path}/disable"), &Value::Null).await;
    assert!(disabled["disabledAt"].is_string(), "{disabled}");
    let (_, enabled) = post(&hub, &format!("{path}/enable"), &Value::Null).await;
    assert!(
        enabled["disabledAt"].is_null() && enabled["id"] == user["id"],
        "{enabled}"
    );

    let (status, renewed) = post(&hub, &format!("{path}/reset"), &Value::Null).await;
    assert_eq!(status, 200);
    assert_ne!(renewed["token"], link["token"]);
    assert_eq!(get(&hub, &format!("{path}/sessions")).await, json!({ "sessions": [] }));
    for body in [Value::Null, json!({}), json!({"session": user["id"]})] {
        let (status, ended) = post(&hub, &format!("{path}/sign-out"), &body).await;
        assert_eq!((status, ended), (200, json!({ "ended": 0 })));
    }

    let log = get(&hub, "/v1/admin/audit").await.to_string();
    assert!(log.contains("user.added") && log.contains(user["id"].as_str().unwrap()));
    assert!(!log.contains("kari") && !log.contains(token), "{log}");
}

#[tokio::test]
async fn an_account_that_can_not_be_is_refused_with_its_place() {
    let hub = Hub::start().await;
    let new = |roles: Value, party: Value| {
        let mut body = json!({"login": "kari", "name": "Kari", "roles": roles});
        if party.is_string() {
            body["party"] = party;
        }
        body
    };
    for (body, status, code, path) in [
        (new(json!([]), json!(null)), 422, "BL-1004", "roles"),
        (new(json!(["owner"]), json!(null)), 422, "BL-1005", "roles[0]"),
        (
            new(json!(["viewer", "mailbox-user"]), json!(PROVIDER)),
            422,
            "BL-1004",
            "roles",
        ),
        (new(json!(["mailbox-user"]), json!(null)), 422, "BL-1004", "party"),
        (new(json!(["viewer"]), json!(PROVIDER)), 422, "BL-1004", "party"),
        (
            new(json!(["team-leader"]), json!("finnes-ikke")),
            422,
            "BL-1104",
            "party",
        ),
        (
            json!({"login": "ab", "name": "Kari", "roles": ["viewer"]}),
            422,
            "BL-1004",
            "login",
        ),
        (
            json!({"login": "kari", "name": "Ka\u{202e}ri", "roles": ["viewer"]}),
            422,
            "BL-1004",
            "name",
        ),
        (json!({"login": "kari", "roles": ["viewer"]}), 422, "BL-1002", "name"),
    ] {
        let (answered, problem) = post(&hub, USERS, &body).await;
        assert_eq!(
            (answered, problem["code"].as_str()),
            (status, Some(code)),
            "{body}: {problem}"
        );
        assert_eq!(problem["path"], path, "{body}");
    }
    assert_eq!(get(&hub, USERS).await, json!({ "users": [] }));
}

/// The operator holds the hub itself, and can always make another administrator.
#[tokio::test]
async fn the_operator_may_disable_the_last_administrator() {
    let hub = Hub::start().await;
    let new = json!({"login": "kari", "name": "Kari", "roles": ["administrator"]});
    let (_, added) = post(&hub, USERS, &new).await;
    let path = format!("{USERS}/{}/disable", added["user"]["id"].as_str().unwrap());
    assert_eq!(post(&hub, &path, &Value::Null).await.0, 200);
}
