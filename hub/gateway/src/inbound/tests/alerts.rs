//! Acts of operators on an alert, over the API.

use bindeledd_core::alert::{Alert, AlertKind, AlertState, FailedPush, Pushed};
use bindeledd_core::{AlertId, Party, PartyId, PartyKind};
use bindeledd_engine::Directory;
use bindeledd_engine::ports::TargetPushes;
use bindeledd_texts::Lang;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::api::AlertJson;
use crate::testing::{GP, Hub, OPERATOR, OUTSIDER, PROVIDER, key_of, message, party};

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
    let shown = async |key: &str, id: &str| {
        let path = format!("/v1/admin/alerts/{id}");
        hub.ask("GET", &path, Some(key), &Value::Null).await
    };
    let (status, alert) = shown(OPERATOR, &id).await;
    assert_eq!((status, &alert["alert"]["id"]), (200, &json!(id)), "{alert}");
    assert_eq!(alert["alert"], listed("open").await[0]);
    assert_eq!(alert["alert"]["pushes"], json!([]));
    assert_eq!(shown(&provider, &id).await.0, 403);
    let (status, problem) = shown(OPERATOR, "0190b7a0-1111-7222-8333-444455556666").await;
    assert_eq!((status, &problem["code"]), (404, &json!("BL-1107")));
    // A party sees its alert as before, without the operators' acts.
    let path = format!("/v1/parties/{PROVIDER}/alerts");
    let (_, own) = hub.ask("GET", &path, Some(&provider), &Value::Null).await;
    let own = own["alerts"].as_array().unwrap();
    assert!(own.iter().any(|alert| alert["id"] == id.as_str()));
    assert!(own.iter().all(|alert| alert.get("state").is_none()), "{own:?}");
}

#[test]
fn the_pushes_of_an_alert_tell_the_target_the_times_and_the_answer() {
    let second = |n: i64| Timestamp::from_second(1_800_000_000 + n).unwrap();
    let alert = alert(AlertKind::UrgentWaits, GP);
    let failed = |answer, next| FailedPush {
        times: 3,
        refused: 0,
        at: second(20),
        answer,
        next,
    };
    let to = |target: &str, failed| TargetPushes {
        alert: alert.id,
        kind: alert.kind,
        raised_at: second(0),
        target: target.to_owned(),
        last: None,
        failed,
    };
    let taken = TargetPushes {
        last: Some(Pushed {
            times: 2,
            at: second(10),
        }),
        ..to("mail", None)
    };
    let of_another = TargetPushes {
        alert: AlertId(uuid::Uuid::max()),
        ..taken.clone()
    };
    let pushes = [
        taken,
        of_another,
        to("busy", Some(failed(Some(503), Some(second(30))))),
        to("away", Some(failed(None, None))),
    ];
    let json = AlertJson::with_state(&alert, Lang::English).with_pushes(&alert, &pushes, second(25));
    assert_eq!(
        serde_json::to_value(&json).unwrap()["pushes"],
        json!([
            {"target": "mail", "pushes": 2, "pushedAt": "2027-01-15T08:00:10Z"},
            {"target": "busy", "pushes": 0, "failed":
                {"tries": 3, "at": "2027-01-15T08:00:20Z", "answer": 503, "nextAt": "2027-01-15T08:00:30Z"}},
            {"target": "away", "pushes": 0, "failed": {"tries": 3, "at": "2027-01-15T08:00:20Z"}},
        ])
    );
}

fn alert(kind: AlertKind, about: &str) -> Alert {
    Alert {
        id: AlertId(uuid::Uuid::nil()),
        kind,
        raised_at: Timestamp::UNIX_EPOCH,
        participant: None,
        message: None,
        delivery: None,
        party: Some(PartyId::parse(about).unwrap()),
        code: None,
        times: 1,
        last_at: Timestamp::UNIX_EPOCH,
        ended_at: None,
        state: AlertState::Open,
    }
}

#[test]
fn the_number_to_call_is_beside_an_alert_as_its_reader_may_see_it() {
    let labelled = |phone: Option<&str>| Party {
        public_label: Some("Et tjenestested".to_owned()),
        public_phone: Some("22 00 00 00".to_owned()),
        phone: phone.map(str::to_owned),
        ..party(GP, PartyKind::SpecialistService)
    };
    let plain = Party {
        phone: Some("22 11 22 33".to_owned()),
        ..party(OUTSIDER, PartyKind::Clubhouse)
    };
    let directory = Directory::new(vec![labelled(Some("22 99 99 99")), plain]);
    let phone = |kind, about: &str, to_operator| {
        let alert = alert(kind, about);
        let json = AlertJson::of(&alert, to_operator, Lang::Bokmal).with_phone(&alert, &directory, to_operator);
        serde_json::to_value(&json).unwrap()["phone"].clone()
    };
    let waits = AlertKind::UrgentWaits;
    assert_eq!(phone(waits, OUTSIDER, false), "22 11 22 33");
    assert_eq!(phone(waits, GP, false), "22 00 00 00", "its own number would reveal it");
    assert_eq!(phone(waits, GP, true), "22 99 99 99");
    assert_eq!(phone(AlertKind::UrgentBlocked, OUTSIDER, false), "22 11 22 33");
    assert_eq!(
        phone(AlertKind::StrangeReceipt, OUTSIDER, true),
        Value::Null,
        "nobody has to call"
    );
    assert_eq!(phone(waits, "unknown", true), Value::Null);
}
