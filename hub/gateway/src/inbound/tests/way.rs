//! The way from a consent to an acknowledged delivery and a withdrawal, as callers see it.

use bindeledd_engine::EngineError;
use bindeledd_engine::ports::{AdapterFault, StoreError, WasDone};
use bindeledd_http::Problem;
use bindeledd_texts::Lang;
use serde_json::{Value, json};

use crate::testing::{GP, Hub, OPERATOR, OUTSIDER, PROVIDER, PROVIDER_ORG, consent, key_of, message};

#[tokio::test]
async fn a_consent_is_registered_once_and_never_changed() {
    let hub = Hub::start().await;
    let key = key_of(PROVIDER);
    let (status, answer) = hub.ask("POST", "/v1/consents", Some(&key), &consent()).await;
    assert_eq!(status, 201, "{answer}");
    assert_eq!(answer["id"], consent()["id"]);
    assert_eq!(
        answer["grants"][0]["from"], PROVIDER,
        "parties are answered by their ids"
    );
    assert_eq!(answer["grants"][0]["confirmed"], true);
    assert_eq!(
        answer["grants"][1]["confirmed"], false,
        "another party's grant awaits it"
    );
    assert_eq!(answer["grants"][0]["basis"], "consent");
    assert!(answer["participant"]["ref"].is_string() && answer["participant"]["nationalId"].is_null());
    assert!(!answer.to_string().contains("15720255178"));
    assert_eq!(hub.ask("POST", "/v1/consents", Some(&key), &consent()).await.0, 200);
    // The evidence of a yes on the own page is the hub's alone.
    let mut own = consent();
    own["id"] = "0197a3c2-0000-4000-8000-0000000000e1".into();
    own["evidence"]["type"] = "signed-in-yes".into();
    let (status, problem) = hub.ask("POST", "/v1/consents", Some(&key), &own).await;
    assert_eq!((status, problem["code"].as_str()), (403, Some("BL-1102")), "{problem}");
    let mut wider = consent();
    wider["grants"][0]["categories"] = json!(["meeting", "progress", "outcome"]);
    let (status, problem) = hub.ask("POST", "/v1/consents", Some(&key), &wider).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("BL-1108")));
}

#[tokio::test]
async fn a_consent_that_does_not_hold_or_names_strangers_is_not_registered() {
    let hub = Hub::start().await;
    let key = key_of(PROVIDER);
    let mut withdrawn = consent();
    withdrawn["status"] = "withdrawn".into();
    let (status, problem) = hub.ask("POST", "/v1/consents", Some(&key), &withdrawn).await;
    assert_eq!((status, problem["path"].as_str()), (422, Some("status")));
    let mut stranger = consent();
    stranger["grants"][0]["to"] = "her:8094866".into();
    let (status, problem) = hub.ask("POST", "/v1/consents", Some(&key), &stranger).await;
    assert_eq!(
        (status, problem["code"].as_str(), problem["path"].as_str()),
        (422, Some("BL-1104"), Some("grants[0].to"))
    );
}

#[tokio::test]
async fn a_party_of_a_consent_sees_its_own_grants_and_confirms_them() {
    let hub = Hub::start().await;
    let mut wide = consent();
    let further = json!({
        "from": PROVIDER, "to": OUTSIDER, "purpose": "work-oriented-followup", "categories": ["meeting"],
        "basis": {"duty": "NAV-loven § 14"},
    });
    wide["grants"].as_array_mut().unwrap().push(further);
    let by_duty = wide.clone();
    let (status, problem) = hub.ask("POST", "/v1/consents", Some(&key_of(PROVIDER)), &by_duty).await;
    assert_eq!(
        (status, problem["code"].as_str()),
        (403, Some("BL-1102")),
        "duty is the operator's"
    );
    wide["grants"][2]["basis"] = json!("consent");
    assert_eq!(
        hub.ask("POST", "/v1/consents", Some(&key_of(PROVIDER)), &wide).await.0,
        201
    );
    let path = format!("/v1/consents/{}", consent()["id"].as_str().unwrap());
    let seen_by = |party: &'static str| {
        let (hub, path) = (&hub, &path);
        async move { hub.ask("GET", path, Some(&key_of(party)), &Value::Null).await.1 }
    };
    assert_eq!(seen_by(PROVIDER).await["grants"].as_array().unwrap().len(), 3);
    let gp = seen_by(GP).await;
    assert_eq!(gp["grants"].as_array().unwrap().len(), 2);
    assert!(
        !gp.to_string().contains(OUTSIDER),
        "a party does not learn who else takes part"
    );
    let confirmed = hub
        .ask("POST", &format!("{path}/confirm"), Some(&key_of(GP)), &Value::Null)
        .await;
    assert_eq!(confirmed, (200, json!({"confirmed": 1})));
    assert_eq!(seen_by(GP).await["grants"][1]["confirmed"], true);
    let receiver = hub
        .ask(
            "POST",
            &format!("{path}/confirm"),
            Some(&key_of(OUTSIDER)),
            &Value::Null,
        )
        .await;
    assert_eq!(receiver.0, 403, "a receiver confirms nothing");
    let (status, answer) = hub
        .ask("POST", &format!("{path}/withdraw"), Some(OPERATOR), &json!({}))
        .await;
    assert_eq!((status, &answer["remains"]), (200, &json!([])));

    let mut by_duty = by_duty;
    by_duty["id"] = json!("0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6aff");
    assert_eq!(hub.ask("POST", "/v1/consents", Some(OPERATOR), &by_duty).await.0, 201);
    let path = "/v1/consents/0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6aff/withdraw";
    let (_, answer) = hub.ask("POST", path, Some(OPERATOR), &json!({})).await;
    assert_eq!(answer["remains"][0]["basis"], json!({"duty": "NAV-loven § 14"}));
    assert_eq!(answer["remains"].as_array().unwrap().len(), 1);
}

/// The answer to a registration lists the grants that wait and the ways to confirm each. Each of these ways confirms the grant,
/// and no other way does.
#[tokio::test]
async fn a_grant_that_waits_is_told_of_and_confirmed_by_who_may() {
    let hub = Hub::start().await;
    let provider = key_of(PROVIDER);
    let (_, answer) = hub.ask("POST", "/v1/consents", Some(&provider), &consent()).await;
    let waiting = &answer["waiting"];
    assert_eq!(waiting.as_array().unwrap().len(), 1, "{answer}");
    let first = json!([
        waiting[0]["grant"],
        waiting[0]["from"],
        waiting[0]["to"],
        waiting[0]["ways"]
    ]);
    assert_eq!(first, json!([1, GP, PROVIDER, ["sender", "operator", "trust"]]));
    let confirm = format!("/v1/consents/{}/confirm", consent()["id"].as_str().unwrap());
    let asked = async |key: &str, body: Value| hub.ask("POST", &confirm, Some(key), &body).await;
    let code = |(status, problem): (u16, Value)| (status, problem["code"].as_str().unwrap_or_default().to_owned());
    // A registrar can not confirm a grant on evidence that it made itself.
    let evidence = json!({"type": "agreement", "reference": "arkiv 2026/114"});
    let (refused, needs) = ((403, "BL-1102".to_owned()), (422, "BL-2020".to_owned()));
    assert_eq!(code(asked(&provider, json!({"from": GP})).await), refused);
    assert_eq!(
        code(asked(&provider, json!({"from": GP, "evidence": evidence})).await),
        refused
    );
    assert_eq!(code(asked(OPERATOR, json!({"from": GP})).await), needs);
    let text = json!({"from": GP, "evidence": {"type": "Ola sa ja", "reference": "x"}});
    assert_eq!(code(asked(OPERATOR, text).await), (422, "BL-1004".into()));
    let content = json!({"from": GP, "evidence": {"type": "letter", "reference": "x", "content": "Hei"}});
    assert_eq!(code(asked(OPERATOR, content).await), (422, "BL-1003".into()));
    let list = async |key: &str| {
        let (status, list) = hub.ask("GET", "/v1/grants/waiting", Some(key), &Value::Null).await;
        assert_eq!(status, 200, "{list}");
        let of = |w: &Value| format!("{} {}", w["consent"].as_str().unwrap(), w["from"].as_str().unwrap());
        list["waiting"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let one = [format!("{} {GP}", consent()["id"].as_str().unwrap())];
    for key in [OPERATOR, &provider, &key_of(GP)] {
        assert_eq!(list(key).await, one);
        let (_, list) = hub.ask("GET", "/v1/grants/waiting", Some(key), &Value::Null).await;
        assert!(list["waiting"][0]["since"].is_string(), "{list}");
    }
    assert_eq!(list(&key_of(OUTSIDER)).await, [""; 0]);
    let by_operator = json!({"from": GP, "to": PROVIDER, "evidence": evidence});
    assert_eq!(asked(OPERATOR, by_operator).await, (200, json!({"confirmed": 1})));
    let path = confirm.trim_end_matches("/confirm");
    let (_, seen) = hub.ask("GET", path, Some(&provider), &Value::Null).await;
    assert_eq!(seen["waiting"], Value::Null, "{seen}");
    assert_eq!(seen["confirmations"][0]["by"], "operator");
    assert_eq!(seen["confirmations"][0]["evidence"], evidence);
    assert_eq!(seen["grants"][1]["categories"], consent()["grants"][1]["categories"]);
    assert_eq!(list(OPERATOR).await, [""; 0]);
}

/// A grant may cover kinds that the receiver's adapter does not write. The registration's answer lists them, and all other kinds
/// are delivered.
#[tokio::test]
async fn kinds_that_an_adapter_does_not_write_are_told_at_set_up() {
    let hub = Hub::start().await;
    let mut wide = consent();
    wide["grants"][0]["categories"] = json!(["meeting", "outcome"]);
    let (status, answer) = hub.ask("POST", "/v1/consents", Some(&key_of(PROVIDER)), &wide).await;
    assert_eq!(status, 201, "{answer}");
    assert_eq!(answer["notWritten"], json!([{"to": GP, "kinds": ["after-follow-up"]}]));
    let (_, test) = hub
        .ask(
            "POST",
            &format!("/v1/admin/parties/{GP}/test"),
            Some(OPERATOR),
            &Value::Null,
        )
        .await;
    let told = test["findings"].to_string();
    assert!(
        test["ok"] == true && told.contains("after-follow-up") && told.contains("BL-3031"),
        "{test}"
    );
    let (_, parties) = hub.ask("GET", "/v1/admin/parties", Some(OPERATOR), &Value::Null).await;
    let gp = parties["parties"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["id"] == GP)
        .unwrap();
    let (status, put) = hub.ask("POST", "/v1/admin/parties", Some(OPERATOR), gp).await;
    assert_eq!(status, 200, "{put}");
    assert!(put["notes"][0].as_str().unwrap().contains("after-follow-up"), "{put}");
}

/// If the operator later lets the sender trust the registrar, the registrar can confirm. A trusted receiver can not.
#[tokio::test]
async fn a_registrar_that_is_trusted_since_confirms() {
    let hub = Hub::start().await;
    let provider = key_of(PROVIDER);
    hub.ask("POST", "/v1/consents", Some(&provider), &consent()).await;
    let (_, parties) = hub.ask("GET", "/v1/admin/parties", Some(OPERATOR), &Value::Null).await;
    let mut gp = parties["parties"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["id"] == GP)
        .unwrap()
        .clone();
    gp["trusts"] = json!([PROVIDER]);
    gp.as_object_mut().unwrap().remove("suspended");
    let (status, answer) = hub.ask("POST", "/v1/admin/parties", Some(OPERATOR), &gp).await;
    assert_eq!(status, 200, "{answer}");
    let path = format!("/v1/consents/{}", consent()["id"].as_str().unwrap());
    let (_, seen) = hub.ask("GET", &path, Some(&provider), &Value::Null).await;
    assert_eq!(
        seen["waiting"][0]["ways"],
        json!(["sender", "registrar", "operator"]),
        "{seen}"
    );
    let confirmed = hub
        .ask(
            "POST",
            &format!("{path}/confirm"),
            Some(&provider),
            &json!({"from": GP}),
        )
        .await;
    assert_eq!(confirmed, (200, json!({"confirmed": 1})));
}

#[tokio::test]
async fn a_message_goes_through_an_inbox_and_is_seen_by_those_who_may() {
    let hub = Hub::start().await;
    hub.ask("POST", "/v1/consents", Some(&key_of(PROVIDER)), &consent())
        .await;
    let (_, sent) = hub
        .ask("POST", "/v1/messages", Some(&key_of(PROVIDER)), &message("m-1"))
        .await;
    let id = sent["messages"][0]["id"].as_str().unwrap().to_owned();
    let delivery = sent["messages"][0]["deliveries"][0]["id"].as_str().unwrap().to_owned();

    let inbox = format!("/v1/parties/{GP}/inbox");
    let (status, items) = hub.ask("GET", &inbox, Some(&key_of(GP)), &Value::Null).await;
    assert_eq!(status, 200);
    assert_eq!(items["items"][0]["delivery"], delivery.as_str());
    assert_eq!(items["items"][0]["mediaType"], "application/json");
    assert_eq!(items["items"][0]["document"]["kind"], "progress-update");
    let ack = format!("{inbox}/{delivery}/ack");
    assert_eq!(hub.ask("POST", &ack, Some(&key_of(GP)), &Value::Null).await.0, 204);
    let others = ack.replace(GP, OUTSIDER);
    let (status, problem) = hub.ask("POST", &others, Some(&key_of(OUTSIDER)), &Value::Null).await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("BL-4007")));

    let path = format!("/v1/messages/{id}");
    let (_, own) = hub.ask("GET", &path, Some(&key_of(PROVIDER)), &Value::Null).await;
    assert_eq!(own["deliveries"][0]["state"], "delivered");
    assert!(own["deliveries"][0]["withheld"].is_array() && own["participant"].is_null());
    let (_, receivers) = hub.ask("GET", &path, Some(&key_of(GP)), &Value::Null).await;
    assert_eq!(receivers["deliveries"][0]["state"], "delivered");
    assert!(receivers["deliveries"][0]["withheld"].is_null() && receivers["participant"].is_null());
    let (_, operators) = hub.ask("GET", &path, Some(OPERATOR), &Value::Null).await;
    assert!(operators["participant"].is_string());
    assert_eq!(
        hub.ask("POST", &format!("{path}/retry"), Some(&key_of(GP)), &Value::Null)
            .await
            .0,
        403
    );
}

#[tokio::test]
async fn a_receiver_does_not_learn_of_what_was_stopped() {
    let hub = Hub::start().await;
    let (_, sent) = hub
        .ask("POST", "/v1/messages", Some(&key_of(PROVIDER)), &message("m-1"))
        .await;
    let path = format!("/v1/messages/{}", sent["messages"][0]["id"].as_str().unwrap());
    assert_eq!(hub.ask("GET", &path, Some(&key_of(GP)), &Value::Null).await.0, 404);
    let (_, own) = hub.ask("GET", &path, Some(&key_of(PROVIDER)), &Value::Null).await;
    assert_eq!(own["deliveries"][0]["reason"]["code"], "BL-2001");
}

#[tokio::test]
async fn a_withdrawal_names_what_it_stopped() {
    let hub = Hub::start().await;
    hub.ask("POST", "/v1/consents", Some(&key_of(PROVIDER)), &consent())
        .await;
    let (_, sent) = hub
        .ask("POST", "/v1/messages", Some(&key_of(PROVIDER)), &message("m-1"))
        .await;
    let delivery = &sent["messages"][0]["deliveries"][0]["id"];
    let path = format!("/v1/consents/{}/withdraw", consent()["id"].as_str().unwrap());
    for (bad, at) in [
        (json!({"party": "x y"}), "party"),
        (json!({"from": PROVIDER}), "to"),
        (json!({"everything": true}), "everything"),
        (json!({"from": PROVIDER, "to": GP, "categories": []}), "categories"),
        (
            json!({"from": PROVIDER, "to": GP, "categories": ["x"]}),
            "categories[0]",
        ),
        (json!({"from": PROVIDER, "to": GP, "purpose": "research"}), "purpose"),
        (json!({"party": GP, "from": PROVIDER}), "from"),
    ] {
        let (status, problem) = hub.ask("POST", &path, Some(&key_of(GP)), &bad).await;
        assert_eq!((status, problem["path"].as_str()), (422, Some(at)), "{bad}");
    }
    let exchange = json!({"from": format!("org:{PROVIDER_ORG}"), "to": GP, "categories": ["progress"]});
    let (status, answer) = hub.ask("POST", &path, Some(&key_of(GP)), &exchange).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        answer,
        json!({"cancelled": [delivery], "sending": [], "handedOver": [], "notified": [], "remains": []})
    );
}

#[tokio::test]
async fn a_new_key_works_at_once_and_older_ones_stay() {
    let hub = Hub::start().await;
    let (status, answer) = hub
        .ask(
            "POST",
            &format!("/v1/admin/parties/{GP}/keys"),
            Some(OPERATOR),
            &Value::Null,
        )
        .await;
    let key = answer["key"].as_str().unwrap();
    assert_eq!((status, key.len(), &key[..4]), (201, 47, "blk_"));
    for key in [key, &key_of(GP)] {
        assert_eq!(
            hub.ask("GET", &format!("/v1/parties/{GP}/inbox"), Some(key), &Value::Null)
                .await
                .0,
            200
        );
    }
}

#[tokio::test]
async fn a_revoked_key_is_nobodys_from_the_answer_on() {
    let hub = Hub::start().await;
    let path = format!("/v1/admin/parties/{GP}/keys");
    let (status, made) = hub.ask("POST", &path, Some(OPERATOR), &Value::Null).await;
    assert_eq!(status, 201);
    let (new, id) = (made["key"].as_str().unwrap(), made["id"].as_str().unwrap());
    let inbox = async |key: &str| {
        let path = format!("/v1/parties/{GP}/inbox");
        hub.ask("GET", &path, Some(key), &Value::Null).await.0
    };
    let listed = async || hub.ask("GET", &path, Some(OPERATOR), &Value::Null).await.1["keys"].clone();
    let keys = listed().await;
    let of = |keys: &Value, id: &str| keys.as_array().unwrap().iter().find(|key| key["id"] == id).cloned();
    assert_eq!((keys.as_array().unwrap().len(), id.len()), (2, 16));
    assert!(of(&keys, id).unwrap()["addedAt"].is_string() && of(&keys, id).unwrap().get("lastUsed").is_none());
    assert_eq!(inbox(new).await, 200);
    assert!(of(&listed().await, id).unwrap()["lastUsed"].is_string());
    let revoke = async |body: Value| hub.ask("POST", &format!("{path}/revoke"), Some(OPERATOR), &body).await;
    for (body, code) in [
        (json!({}), "BL-1002"),
        (json!({"keys": []}), "BL-1004"),
        (json!({"keys": ["x"]}), "BL-1004"),
        (json!({"all": false}), "BL-1004"),
        (json!({"all": true, "keys": [id]}), "BL-1004"),
        (json!({"keys": [id, "0123456789abcdef"]}), "BL-1107"),
    ] {
        let (_, problem) = revoke(body.clone()).await;
        assert_eq!(problem["code"], code, "{body}");
    }
    assert_eq!(inbox(new).await, 200, "what was refused has revoked nothing");
    let (status, answer) = revoke(json!({"keys": [id.to_uppercase()]})).await;
    assert_eq!(
        (status, &answer["revoked"], answer["keys"].as_array().unwrap().len()),
        (200, &json!(1), 1)
    );
    assert_eq!((inbox(new).await, inbox(&key_of(GP)).await), (401, 200));
    assert!(!answer.to_string().contains(new) && !keys.to_string().contains("blk_"));
    let (status, answer) = revoke(json!({"all": true})).await;
    assert_eq!((status, &answer["keys"]), (200, &json!([])));
    assert_eq!(inbox(&key_of(GP)).await, 401);
    assert_eq!(
        hub.ask("GET", "/v1/admin/parties", Some(&key_of(PROVIDER)), &Value::Null)
            .await
            .0,
        403,
        "others' stay"
    );
}

#[tokio::test]
async fn a_suspended_party_is_let_in_by_nothing_until_that_is_lifted() {
    let hub = Hub::start().await;
    let key = key_of(PROVIDER);
    let act = async |action: &str| {
        let path = format!("/v1/admin/parties/{PROVIDER}/{action}");
        hub.ask("POST", &path, Some(OPERATOR), &Value::Null).await
    };
    let (status, party) = act("suspend").await;
    assert_eq!(
        (status, &party["suspended"], &party["paused"]),
        (200, &json!(true), &json!(false))
    );
    for (method, path, body) in [
        ("GET", format!("/v1/parties/{PROVIDER}/inbox"), Value::Null),
        ("POST", "/v1/consents".to_owned(), consent()),
        ("POST", "/v1/messages".to_owned(), message("m-1")),
        ("GET", format!("/v1/directory/{GP}"), Value::Null),
    ] {
        let (status, problem) = hub.ask(method, &path, Some(&key), &body).await;
        assert_eq!((status, problem["code"].as_str()), (403, Some("BL-6022")), "{path}");
    }
    // Neither a change of the party nor an import ends the suspension.
    let mut changed = party.clone();
    changed["suspended"] = false.into();
    let (status, problem) = hub.ask("POST", "/v1/admin/parties", Some(OPERATOR), &changed).await;
    assert_eq!((status, problem["path"].as_str()), (422, Some("suspended")));
    changed.as_object_mut().unwrap().remove("suspended");
    let (_, answer) = hub.ask("POST", "/v1/admin/parties", Some(OPERATOR), &changed).await;
    assert_eq!(answer["suspended"], true);
    assert_eq!(act("unsuspend").await.1["suspended"], false);
    let (status, _) = hub.ask("POST", "/v1/consents", Some(&key), &consent()).await;
    assert_eq!(status, 201);
}

#[tokio::test]
async fn a_party_is_added_read_back_and_paused() {
    let hub = Hub::start().await;
    let party = json!({
        "id": "nordvik-dps", "name": "Nordvik DPS", "publicLabel": "Spesialisthelsetjenesten", "kind": "specialist-service",
        "orgNumber": "974760673", "herId": 8094866, "phone": "22 11 22 33", "registrar": false, "trusts": [PROVIDER], "paused": false, "suspended": false,
        "person": {"givenName": "Grønn", "familyName": "Vits", "hpr": "565501872"},
        "endpoint": {
            "adapter": "obedient", "address": "https://dps.example/fhir", "credential": "dps", "settings": {"a": 1}, "herId": 1234,
            "limits": {"inFlight": 4, "timeoutSeconds": 5, "receiptSeconds": 60, "pollSeconds": 90},
        },
    });
    assert_eq!(
        hub.ask("POST", "/v1/admin/parties", Some(OPERATOR), &party).await,
        (201, party.clone())
    );
    let (status, paused) = hub
        .ask(
            "POST",
            "/v1/admin/parties/her:8094866/pause",
            Some(OPERATOR),
            &Value::Null,
        )
        .await;
    assert_eq!((status, &paused["paused"]), (200, &json!(true)));
    let mut changed = party.clone();
    changed["name"] = "Nordvik".into();
    changed.as_object_mut().unwrap().remove("paused");
    let (status, answer) = hub.ask("POST", "/v1/admin/parties", Some(OPERATOR), &changed).await;
    assert_eq!(
        (status, &answer["paused"]),
        (200, &json!(true)),
        "a change leaves it paused"
    );
    let (_, test) = hub
        .ask(
            "POST",
            "/v1/admin/parties/nordvik-dps/test",
            Some(OPERATOR),
            &Value::Null,
        )
        .await;
    assert_eq!(test["ok"], false);
    let (_, all) = hub.ask("GET", "/v1/admin/parties", Some(OPERATOR), &Value::Null).await;
    assert_eq!(all["parties"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_pause_has_a_reason_and_an_end_where_they_are_given() {
    let hub = Hub::start().await;
    let at = |what: &str| format!("/v1/admin/parties/{GP}{what}");
    let pause = async |body: Value| hub.ask("POST", &at("/pause"), Some(OPERATOR), &body).await;
    let ahead = "2999-12-02T06:00:00+01:00";
    let why = "de flytter tjeneren";
    for (body, code, place) in [
        (json!({"reason": "x"}), "BL-1004", "reason"),
        (json!({"reason": "Ola Nordmann, 15720255178"}), "BL-1004", "reason"),
        (json!({"reason": "de flytter\u{202e} tjeneren"}), "BL-1004", "reason"),
        (json!({"until": ahead}), "BL-1002", "reason"),
        (json!({"reason": why, "until": "i morgen"}), "BL-1004", "until"),
        (
            json!({"reason": why, "until": "2020-01-01T00:00:00Z"}),
            "BL-1004",
            "until",
        ),
        (json!({"reason": why, "to": ahead}), "BL-1003", "to"),
    ] {
        let (status, problem) = pause(body.clone()).await;
        let found = (status, problem["code"].as_str(), problem["path"].as_str());
        assert_eq!(found, (422, Some(code), Some(place)), "{body}: {problem}");
    }
    let (_, party) = hub.ask("GET", &at(""), Some(OPERATOR), &Value::Null).await;
    assert_eq!((&party["paused"], &party["pause"]), (&json!(false), &Value::Null));

    let body = json!({"reason": why, "until": ahead});
    for _ in 0..2 {
        let (status, party) = pause(body.clone()).await;
        assert_eq!((status, &party["paused"]), (200, &json!(true)), "{party}");
        let pause = &party["pause"];
        assert_eq!(
            (&pause["reason"], &pause["until"]),
            (&json!(why), &json!(ahead)),
            "{pause}"
        );
        assert_eq!(pause["by"], "operator");
    }
    // Another reason changes nothing, and says so; no reason leaves the pause as it is.
    let (status, problem) = pause(json!({"reason": "noe annet"})).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("BL-1108")), "{problem}");
    assert_eq!(pause(Value::Null).await.1["pause"]["reason"], why);
    let (_, all) = hub.ask("GET", "/v1/admin/parties", Some(OPERATOR), &Value::Null).await;
    let listed = all["parties"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["id"] == GP)
        .unwrap();
    assert_eq!(listed["pause"]["reason"], why);
    // The answer can be sent back.
    let (status, answer) = hub.ask("POST", "/v1/admin/parties", Some(OPERATOR), listed).await;
    assert_eq!((status, &answer["pause"]["until"]), (200, &json!(ahead)), "{answer}");
    let (_, resumed) = hub.ask("POST", &at("/resume"), Some(OPERATOR), &Value::Null).await;
    assert_eq!((&resumed["paused"], &resumed["pause"]), (&json!(false), &Value::Null));
    let (status, _) = pause(json!({"reason": "noe annet"})).await;
    assert_eq!(status, 200);
    // A change that resumes a party forgets the reason.
    let mut changed = listed.clone();
    changed["paused"] = false.into();
    let (_, answer) = hub.ask("POST", "/v1/admin/parties", Some(OPERATOR), &changed).await;
    assert_eq!(answer["pause"], Value::Null, "{answer}");
    assert_eq!(pause(Value::Null).await.1["pause"], Value::Null);
    let (status, _) = hub
        .ask("GET", "/v1/admin/parties/ingen", Some(OPERATOR), &Value::Null)
        .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn figures_and_the_audit_log_name_nobody() {
    let hub = Hub::start().await;
    hub.ask("POST", "/v1/messages", Some(&key_of(PROVIDER)), &message("m-1"))
        .await;
    let response = hub
        .http
        .get(format!("{}/metrics", hub.base))
        .bearer_auth(OPERATOR)
        .send()
        .await
        .unwrap();
    assert!(response.headers().contains_key("x-request-id"));
    let text = response.text().await.unwrap();
    let line = "bindeledd_http_request_seconds_count{method=\"POST\",route=\"/v1/messages\",status=\"202\"} 1";
    assert!(text.lines().any(|l| l == line), "{text}");
    assert!(text.contains("bindeledd_deliveries{state=\"blocked\"} 1"), "{text}");
    assert!(!text.contains(PROVIDER));
    let (_, audit) = hub
        .ask("GET", "/v1/admin/audit?from=1&limit=1000", Some(OPERATOR), &Value::Null)
        .await;
    let rows = audit["rows"].as_array().unwrap();
    assert!(
        rows.iter().any(|r| r["action"] == "accepted") && !audit.to_string().contains("15720255178"),
        "{audit}"
    );
    assert_eq!(rows[0]["hash"].as_str().unwrap().len(), 64);
    let get = |path: &str| {
        let request = hub
            .http
            .get(format!("{}/v1/admin/audit/{path}", hub.base))
            .bearer_auth(OPERATOR);
        async { request.send().await.unwrap() }
    };
    let note = get("checkpoint").await.text().await.unwrap();
    let mut lines = note.lines();
    assert_eq!(
        (lines.next(), lines.next()),
        (Some("Bindeledd"), Some(rows.len().to_string().as_str())),
        "{note}"
    );
    let tile = get(&format!("tile/0/000.p/{}", rows.len()))
        .await
        .bytes()
        .await
        .unwrap();
    assert_eq!(tile.len(), rows.len() * 32);
    for none in ["tile/0/000", "tile/0/001.p/1", "tile/x", "tile/0/../000.p/1"] {
        assert_eq!(get(none).await.status().as_u16(), 404, "{none}");
    }
}

#[test]
fn each_trouble_of_the_hub_has_its_status() {
    let adapter = || "gp".to_owned();
    for (error, status, done) in [
        (EngineError::Store(StoreError::Full), 507, Some("no")),
        (EngineError::Store(StoreError::Away(None)), 503, Some("no")),
        (EngineError::Store(StoreError::Damaged("x".into())), 500, Some("no")),
        (EngineError::Store(StoreError::Unwitnessed(None)), 503, Some("yes")),
        (EngineError::Store(StoreError::Unknown(None)), 503, Some("unknown")),
        (EngineError::NotSettled { what: "x".into() }, 503, Some("yes")),
        (EngineError::Adapter(AdapterFault::Unknown(adapter())), 500, None),
        (
            EngineError::Adapter(AdapterFault::Limit {
                adapter: adapter(),
                limit: "fuel".into(),
            }),
            422,
            None,
        ),
        (EngineError::Adapter(AdapterFault::Quarantined(adapter())), 503, None),
        (EngineError::Adapter(AdapterFault::Busy), 503, None),
    ] {
        let code = error.code();
        assert_eq!(error.was_done().map(WasDone::code), done, "{code}");
        let says_nothing_was_done = error.what_to_do().to_string().contains("nothing was done");
        assert_eq!(
            says_nothing_was_done,
            done == Some("no"),
            "{code}: what is said is what is known"
        );
        let response = Problem::from(error).into_answer(Lang::English);
        assert_eq!(response.status().as_u16(), status, "{code}");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
}
