//! Consents and withdrawals by parties that have no part in them.

use std::time::Duration;

use bindeledd_e2e::{World, eventually, person, strength};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

#[expect(clippy::disallowed_methods, reason = "the hub's own process has the machine's time")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn consent_document(who: &str, given_at: Timestamp, grants: &[(&str, &str)]) -> Value {
    let grants: Vec<_> = grants
        .iter()
        .map(|(from, to)| json!({"from": from, "to": to, "purpose": "work-oriented-followup", "categories": ["progress"]}))
        .collect();
    json!({
        "schema": "bindeledd/consent/1", "participant": {"nationalId": who}, "givenAt": given_at.to_string(),
        "givenBy": {"role": "participant"}, "controller": grants[0]["from"],
        "evidence": {"type": "signed-form", "reference": "arkiv-1"}, "textVersion": "1.0",
        "period": {"start": "2026-01-02"}, "grants": grants,
    })
}

fn progress(reference: &str, who: &str, to: &[&str]) -> Value {
    json!({
        "kind": "progress-update", "senderReference": reference, "participant": {"nationalId": who}, "to": to,
        "sentAt": "2026-11-20T10:00:00+01:00", "body": {"status": "DELTAR", "activity": "Lagerpraksis"},
    })
}

/// Sends a message with `key`, and returns its deliveries.
async fn send(world: &World, key: &str, message: &Value) -> Vec<Value> {
    let (status, answer) = world.hub.call(Some(key), "POST", "/v1/messages", Some(message)).await;
    assert_eq!(status, 202, "{answer}");
    answer["messages"][0]["deliveries"].as_array().unwrap().clone()
}

async fn state(world: &World, delivery: &Value) -> String {
    let messages = world.hub.operator("GET", "/v1/admin/messages?limit=500", None).await;
    let all = messages["messages"].as_array().unwrap().iter();
    let mut deliveries = all.flat_map(|m| m["deliveries"].as_array().unwrap());
    let found = deliveries.find(|d| d["id"] == delivery["id"]).unwrap();
    found["state"].as_str().unwrap().to_owned()
}

fn lists_nothing(answer: &Value) -> bool {
    let lists = ["cancelled", "sending", "handedOver", "notified"];
    lists
        .iter()
        .all(|list| answer[*list].as_array().is_some_and(Vec::is_empty))
}

/// A registrar registers consents about a person. One of them is for an exchange between two other parties.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registrar_ends_and_learns_of_nothing_between_others() {
    let world = World::new(&[]).await;
    let nordvik = world.provider("nordvik", None, json!({"registrar": true})).await;
    let havna = world.provider("havna", None, json!({})).await;
    let stranger = world.provider("fremmed", None, json!({"registrar": true})).await;
    let rounds = strength(2, 100);
    let mut asked = 0;
    for n in 0..rounds {
        let who = person(n);
        let given_at = now();
        let register = async |key: &str, grants: &[(&str, &str)]| {
            let document = consent_document(&who, given_at, grants);
            let (status, consent) = world.hub.call(Some(key), "POST", "/v1/consents", Some(&document)).await;
            assert_eq!(status, 201, "{consent}");
            format!("/v1/consents/{}", consent["id"].as_str().unwrap())
        };
        let theirs = register(&nordvik, &[("nordvik", "havna")]).await;
        let waits = send(&world, &nordvik, &progress(&format!("v{n}"), &who, &["havna"]))
            .await
            .remove(0);
        assert_eq!(waits["state"], "waiting");
        let own = register(&stranger, &[("fremmed", "nordvik")]).await;
        let foreign = register(&stranger, &[("nordvik", "havna")]).await;
        let exchange = json!({"from": "nordvik", "to": "havna"});
        for (path, body) in [
            (&own, exchange.clone()),
            (&own, json!({"party": "havna"})),
            (&own, json!({"party": "nordvik"})),
            (&foreign, exchange.clone()),
            (&foreign, json!({"party": "havna"})),
            (&foreign, json!({})),
            (&own, json!({})),
        ] {
            let path = format!("{path}/withdraw");
            let (status, answer) = world.hub.call(Some(&stranger), "POST", &path, Some(&body)).await;
            assert!(matches!(status, 200 | 403), "{status} {answer}");
            assert!(status == 403 || lists_nothing(&answer), "{body}: {answer}");
            assert_eq!(state(&world, &waits).await, "waiting", "{body}");
            asked += 1;
        }
        let (status, answer) = world
            .hub
            .call(Some(&stranger), "POST", &format!("{theirs}/withdraw"), Some(&json!({})))
            .await;
        assert_eq!(status, 404, "{answer}");
        // Either party of the exchange can withdraw it, on the participant's behalf.
        let (status, answer) = world
            .hub
            .call(Some(&havna), "POST", &format!("{theirs}/withdraw"), Some(&exchange))
            .await;
        assert_eq!((status, &answer["cancelled"][0]), (200, &waits["id"]), "{answer}");
    }
    println!(
        "{asked} withdrawals by a registrar about {rounds} persons: nothing between others ended, nothing was told"
    );
}

/// Any party of a consent may withdraw the whole consent. The answer to that party has only its own exchanges.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_withdraws_a_consent_sees_its_own_deliveries() {
    let world = World::new(&[]).await;
    let nordvik = world.provider("nordvik", None, json!({"registrar": true})).await;
    let havna = world.provider("havna", None, json!({})).await;
    let klinikken = world.provider("klinikken", None, json!({})).await;
    for n in 0..strength(1, 50) {
        let who = person(n);
        let document = consent_document(&who, now(), &[("nordvik", "havna"), ("nordvik", "klinikken")]);
        let (_, consent) = world
            .hub
            .call(Some(&nordvik), "POST", "/v1/consents", Some(&document))
            .await;
        let both = ["havna", "klinikken"];
        let handed = send(&world, &nordvik, &progress(&format!("h{n}"), &who, &both)).await;
        for key in [("havna", &havna), ("klinikken", &klinikken)] {
            let inbox = format!("/v1/parties/{}/inbox", key.0);
            let fetched = eventually(Duration::from_secs(20), || async {
                let (_, inbox) = world.hub.call(Some(key.1), "GET", &inbox, None).await;
                let items = inbox["items"]
                    .as_array()
                    .or_else(|| inbox["deliveries"].as_array())?
                    .clone();
                (!items.is_empty()).then_some(items)
            });
            for item in fetched.await.unwrap() {
                let path = format!("{inbox}/{}/ack", item["delivery"].as_str().unwrap());
                world.hub.call(Some(key.1), "POST", &path, None).await;
            }
        }
        let waiting = send(&world, &nordvik, &progress(&format!("w{n}"), &who, &both)).await;
        let path = format!("/v1/consents/{}/withdraw", consent["id"].as_str().unwrap());
        let (status, answer) = world.hub.call(Some(&havna), "POST", &path, Some(&json!({}))).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["cancelled"], json!([waiting[0]["id"]]), "{answer}");
        assert_eq!(answer["handedOver"], json!([handed[0]["id"]]), "{answer}");
        assert_eq!(
            answer["notified"],
            json!([]),
            "havna withdrew, and klinikken is no matter of its: {answer}"
        );
        for delivery in &waiting {
            assert_eq!(state(&world, delivery).await, "cancelled");
        }
        // The sender takes part in all exchanges of the consent.
        let (_, answer) = world.hub.call(Some(&nordvik), "POST", &path, Some(&json!({}))).await;
        assert_eq!(answer["handedOver"].as_array().unwrap().len(), 2, "{answer}");
    }
}

/// A consent with a future date is refused, and does not survive a withdrawal.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_date_ahead_outlives_no_withdrawal() {
    // The sender repeats the message until the consent's date has come; each time the message goes to nobody.
    let world = World::new(&[("BINDELEDD__LIMITS__BLOCKED_PER_DAY", "1000000".to_owned())]).await;
    let nordvik = world.provider("nordvik", None, json!({"registrar": true})).await;
    world.provider("havna", None, json!({})).await;
    let rounds = strength(2, 20);
    for n in 0..rounds {
        let who = person(n);
        let ahead = |seconds| now().checked_add(SignedDuration::from_secs(seconds)).unwrap();
        for seconds in [6 * 60, 86_400, 3_650 * 86_400] {
            let document = consent_document(&who, ahead(seconds), &[("nordvik", "havna")]);
            for key in [Some(nordvik.as_str()), None] {
                let (status, answer) = world.hub.call(key, "POST", "/v1/consents", Some(&document)).await;
                assert_eq!((status, answer["code"].as_str()), (422, Some("BL-2010")), "{answer}");
            }
        }
        let document = consent_document(&who, ahead(2), &[("nordvik", "havna")]);
        let (status, consent) = world
            .hub
            .call(Some(&nordvik), "POST", "/v1/consents", Some(&document))
            .await;
        assert_eq!(status, 201, "within the skew of clocks: {consent}");
        let path = format!(
            "/v1/admin/participants/{}/withdraw",
            consent["participant"]["ref"].as_str().unwrap()
        );
        world.hub.operator("POST", &path, None).await;
        let code = eventually(Duration::from_secs(20), || async {
            let reference = now().as_microsecond().to_string();
            let sent = send(&world, &nordvik, &progress(&reference, &who, &["havna"]))
                .await
                .remove(0);
            assert_eq!(sent["state"], "blocked", "{sent}");
            // The answer stays the same until the consent's date.
            let code = sent["reason"]["code"].as_str().unwrap().to_owned();
            (code != "BL-2005").then_some(code)
        });
        assert_eq!(code.await.as_deref(), Some("BL-2003"));
    }
    println!("{rounds} consents dated ahead: none outlived a withdrawal of everything");
}

/// A message from a party without a grant reaches nobody. It neither suppresses nor raises the alert about an ending without
/// dialogue.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_got_is_no_dialogue() {
    let world = World::new(&[]).await;
    let nordvik = world.provider("nordvik", None, json!({"registrar": true})).await;
    world.provider("nav", None, json!({"kind": "nav-office"})).await;
    let stranger = world.provider("fremmed", None, json!({"registrar": true})).await;
    let rounds = strength(2, 100);
    for n in 0..rounds {
        let who = person(n);
        world
            .consent(&who, &[("nordvik", "nav", &["outcome", "treatment-status"])])
            .await;
        let message = |kind: &str, to: &str, body: Value| {
            json!({
                "kind": kind, "senderReference": format!("{kind}-{n}"), "participant": {"nationalId": who}, "to": [to],
                "sentAt": "2026-11-20T10:00:00+01:00", "body": body,
            })
        };
        let response = message("meeting-response", "nordvik", json!({"answer": "accepted"}));
        assert_eq!(send(&world, &stranger, &response).await[0]["state"], "blocked");
        let ending = message(
            "measure-end-proposed",
            "nav",
            json!({"reason": "SYK", "proposedDate": "2026-12-01"}),
        );
        assert_eq!(send(&world, &stranger, &ending).await[0]["state"], "blocked");
        let (_, told) = world
            .hub
            .call(Some(&stranger), "GET", "/v1/parties/fremmed/alerts", None)
            .await;
        let about_endings = |alert: &&Value| alert["kind"] == "ending-without-dialogue";
        let told = told["alerts"].as_array().unwrap().iter().find(about_endings);
        assert_eq!(told, None, "whether somebody talked is no stranger's to know");
        send(&world, &nordvik, &ending).await;
        let path = "/v1/admin/alerts?kind=ending-without-dialogue&limit=500";
        let alerts = world.hub.operator("GET", path, None).await;
        assert_eq!(alerts["alerts"].as_array().unwrap().len(), n + 1, "{alerts}");
    }
    println!("{rounds} meeting responses by a stranger: none silenced an alert");
}

/// Unknown receipts raise one alert with a count, and do not push other alerts out of the list.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_strange_receipts_is_one_alert() {
    let world = World::new(&[]).await;
    let nordvik = world.provider("nordvik", Some("https://localhost:9"), json!({})).await;
    let receipts = strength(40, 620);
    for n in 0..receipts {
        let receipt = json!({"kvittering": {"gjelder": format!("ukjent-{n}"), "status": "mottatt"}});
        let path = "/v1/parties/nordvik/documents";
        let (status, answer) = world.hub.call(Some(&nordvik), "POST", path, Some(&receipt)).await;
        assert_eq!(status, 202, "{answer}");
        assert_eq!(answer["receipt"]["settled"], false, "{answer}");
    }
    let alerts = world
        .hub
        .operator("GET", "/v1/admin/alerts?kind=strange-receipt&limit=500", None)
        .await;
    let found = alerts["alerts"].as_array().unwrap();
    assert_eq!((found.len(), &found[0]["times"]), (1, &json!(receipts)), "{alerts}");
    let next = format!(
        "/v1/admin/alerts?kind=strange-receipt&before={}",
        found[0]["id"].as_str().unwrap()
    );
    assert_eq!(world.hub.operator("GET", &next, None).await["alerts"], json!([]));
    println!("{receipts} strange receipts: one alert");
}

/// A reply that also goes to a third party contains no id of the answered exchange, in any format. A consent that was erased with
/// its participant does not become active when it is posted again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_third_party_learns_no_names_and_an_erased_consent_stays_away() {
    let world = World::new(&[]).await;
    let nordvik = world.provider("nordvik", None, json!({"registrar": true})).await;
    let havna = world
        .provider(
            "havna",
            None,
            json!({"endpoint": {"adapter": "provider-json", "settings": {}}}),
        )
        .await;
    let third = json!({"endpoint": {"adapter": "provider-json", "settings": {}}});
    let tredje = world.provider("tredje", None, third).await;
    let who = person(0);
    let mut document = consent_document(
        &who,
        now(),
        &[("nordvik", "havna"), ("havna", "nordvik"), ("havna", "tredje")],
    );
    document["id"] = "0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6d01".into();
    let consent = world.hub.operator("POST", "/v1/consents", Some(&document)).await;
    let mut first = progress("hos-nordvik-1", &who, &["havna"]);
    first["conversation"] = "samtale-hos-nordvik".into();
    let (_, sent) = world
        .hub
        .call(Some(&nordvik), "POST", "/v1/messages", Some(&first))
        .await;
    let first = sent["messages"][0]["id"].as_str().unwrap().to_owned();
    let fetch = async |party: &str, key: &str| {
        let path = format!("/v1/parties/{party}/inbox");
        let fetched = eventually(Duration::from_secs(20), || async {
            let (_, inbox) = world.hub.call(Some(key), "GET", &path, None).await;
            inbox["items"].as_array()?.first().cloned()
        });
        let item = fetched.await.unwrap();
        let path = format!("{path}/{}/ack", item["delivery"].as_str().unwrap());
        world.hub.call(Some(key), "POST", &path, None).await;
        item
    };
    let got = fetch("havna", &havna).await;
    assert!(got.to_string().contains("samtale-hos-nordvik"), "{got}");
    let mut reply = progress("svar-1", &who, &["nordvik", "tredje"]);
    reply["inReplyTo"] = first.clone().into();
    send(&world, &havna, &reply).await;
    let to_third = fetch("tredje", &tredje).await.to_string();
    assert!(
        !to_third.contains("samtale-hos-nordvik") && !to_third.contains(&first),
        "{to_third}"
    );
    assert!(!to_third.contains("hos-nordvik-1"), "{to_third}");
    let erase = format!(
        "/v1/admin/participants/{}/erase",
        consent["participant"]["ref"].as_str().unwrap()
    );
    world.hub.operator("POST", &erase, None).await;
    let mut without_id = document.clone();
    without_id.as_object_mut().unwrap().remove("id");
    for again in [document, without_id] {
        let (status, answer) = world.hub.call(None, "POST", "/v1/consents", Some(&again)).await;
        assert_eq!((status, answer["code"].as_str()), (409, Some("BL-2011")), "{answer}");
    }
}
