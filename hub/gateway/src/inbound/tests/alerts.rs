//! What operators do with an alert, over the API.

use serde_json::{Value, json};

use crate::testing::{GP, Hub, OPERATOR, PROVIDER, key_of, message};

#[tokio::test]
async fn an_alert_is_taken_closed_and_opened_again_by_the_operator_alone() {
    let hub = Hub::start().await;
    let provider = key_of(PROVIDER);
    let mut urgent = message("urgent");
    urgent["kind"] = json!("support-request");
    urgent["body"] = json!({"what": "Det butter", "urgency": "today"});
    urgent["to"] = json!([GP]);
    let (status, sent) = hub.ask("POST", "/v1/messages", Some(&provider), &urgent).await;
    assert_eq!(status, 202, "{sent}");
    let listed = async |state: &str| {
        let path = format!("/v1/admin/alerts?kind=urgent-blocked&state={state}");
        let (status, listed) = hub.ask("GET", &path, Some(OPERATOR), &Value::Null).await;
        assert_eq!(status, 200, "{listed}");
        listed["alerts"].as_array().unwrap().clone()
    };
    let open = listed("open").await;
    assert_eq!((open.len(), &open[0]["state"]), (1, &json!("open")));
    let id = open[0]["id"].as_str().unwrap().to_owned();
    let act = async |key: &str, act: &str, body: Value| {
        let path = format!("/v1/admin/alerts/{id}/{act}");
        let (status, answer) = hub.ask("POST", &path, Some(key), &body).await;
        let told = answer["alert"]["state"].as_str().or_else(|| answer["code"].as_str());
        (status, told.unwrap_or_default().to_owned(), answer)
    };
    let brief = |(status, told, _): (u16, String, Value)| (status, told);
    assert_eq!(brief(act(&provider, "take", json!({})).await), (403, "BL-1102".into()));
    assert_eq!(brief(act(OPERATOR, "take", json!({})).await), (200, "taken".into()));
    assert_eq!(listed("open").await, [] as [Value; 0]);
    assert_eq!(listed("taken").await[0]["stateBy"], "operator");
    for (word, code) in [
        (json!({}), "BL-1002"),
        (json!({"word": "gjelder 15720255178"}), "BL-1004"),
    ] {
        assert_eq!(brief(act(OPERATOR, "close", word).await), (422, code.into()));
    }
    assert_eq!(
        brief(act(OPERATOR, "close", json!({"word": "ringte"})).await),
        (200, "closed".into())
    );
    let (status, code, problem) = act(OPERATOR, "take", json!({})).await;
    assert_eq!((status, code.as_str()), (409, "BL-1161"));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("operator closed the alert at "), "{detail}");
    assert_eq!(listed("closed").await[0]["word"], "ringte");
    assert_eq!(
        brief(act(OPERATOR, "release", json!({})).await),
        (409, "BL-1108".into())
    );
    assert_eq!(brief(act(OPERATOR, "reopen", json!({})).await), (200, "open".into()));
    // A party sees its alert as before, without the operators' acts.
    let path = format!("/v1/parties/{PROVIDER}/alerts");
    let (_, own) = hub.ask("GET", &path, Some(&provider), &Value::Null).await;
    let own = own["alerts"].as_array().unwrap();
    assert!(own.iter().any(|alert| alert["id"] == id.as_str()));
    assert!(own.iter().all(|alert| alert.get("state").is_none()), "{own:?}");
}
