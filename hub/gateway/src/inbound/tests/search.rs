//! Search for messages, by the operator and by a party.

use serde_json::{Value, json};

use crate::testing::{GP, Hub, OPERATOR, OUTSIDER, PROVIDER, consent, key_of, message};

async fn sent(hub: &Hub, reference: &str, to: &str) -> String {
    let body = Value::Object({
        let mut body = message(reference).as_object().unwrap().clone();
        body.insert("to".into(), json!([to]));
        body
    });
    let (status, answer) = hub.ask("POST", "/v1/messages", Some(&key_of(PROVIDER)), &body).await;
    assert_eq!(status, 202, "{answer}");
    answer["messages"][0]["id"].as_str().unwrap().to_owned()
}

fn ids(answer: &Value) -> Vec<String> {
    let messages = answer["messages"].as_array().unwrap();
    messages.iter().map(|m| m["id"].as_str().unwrap().to_owned()).collect()
}

async fn registered() -> Hub {
    let hub = Hub::start().await;
    let (status, _) = hub
        .ask("POST", "/v1/consents", Some(&key_of(PROVIDER)), &consent())
        .await;
    assert_eq!(status, 201);
    hub
}

#[tokio::test]
async fn an_operator_finds_messages_by_every_filter_and_counts_them() {
    let hub = registered().await;
    let first = sent(&hub, "m-1", GP).await;
    let blocked = sent(&hub, "m-2", OUTSIDER).await;
    let get = async |path: &str| hub.ask("GET", path, Some(OPERATOR), &Value::Null).await;
    let (status, listed) = get("/v1/admin/messages?since=2026-01-01T00:00:00Z&until=2999-01-01T00:00:00Z").await;
    assert_eq!((status, ids(&listed)), (200, vec![blocked.clone(), first.clone()]));
    let (_, none) = get("/v1/admin/messages?until=2026-01-01T00:00:00Z").await;
    assert_eq!(ids(&none), [""; 0]);
    let (_, caused) = get("/v1/admin/messages?code=BL-2001").await;
    assert_eq!(ids(&caused), [blocked.as_str()]);
    for wrong in ["since=yesterday", "until=2026-01-01", "code=2001", "code=BL-20011"] {
        assert_eq!(get(&format!("/v1/admin/messages?{wrong}")).await.0, 422, "{wrong}");
    }
    let search = async |body: Value| {
        let path = "/v1/admin/messages/search?limit=10";
        let (status, answer) = hub.ask("POST", path, Some(OPERATOR), &body).await;
        assert_eq!(status, 200, "{answer}");
        ids(&answer)
    };
    assert_eq!(search(json!({"reference": "m-1"})).await, [first.as_str()]);
    assert_eq!(
        search(json!({"externalId": first.to_uppercase()})).await,
        [first.as_str()]
    );
    assert_eq!(search(json!({"reference": "m-1", "externalId": "m-2"})).await, [""; 0]);
    assert_eq!(search(json!({})).await.len(), 2);
    let (_, counts) = get("/v1/admin/messages/counts").await;
    let of = |state: &str| {
        let counts = counts["counts"].as_array().unwrap();
        counts.iter().find(|c| c["state"] == state).unwrap()["deliveries"].as_u64()
    };
    assert_eq!(
        (of("waiting"), of("blocked"), of("delivered")),
        (Some(1), Some(1), Some(0))
    );
    let (_, errors) = get("/v1/admin/messages/errors").await;
    let errors = errors["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1);
    assert_eq!(
        (&errors[0]["code"], &errors[0]["party"]),
        (&json!("BL-2001"), &json!(OUTSIDER))
    );
    assert_eq!(
        (&errors[0]["deliveries"], &errors[0]["waiting"]),
        (&json!(1), &json!(0))
    );
    let (_, flow) = get("/v1/admin/messages/flow").await;
    let pairs = flow["pairs"].as_array().unwrap();
    let to = |party: &str| pairs.iter().find(|pair| pair["to"] == party).unwrap();
    assert_eq!((&to(GP)["sent"], &to(GP)["blocked"]), (&json!(1), &json!(0)));
    assert_eq!(
        (&to(OUTSIDER)["sent"], &to(OUTSIDER)["blocked"]),
        (&json!(1), &json!(1))
    );
    let (_, none) = get("/v1/admin/messages/flow?until=2026-01-01T00:00:00Z").await;
    assert_eq!(none["pairs"], json!([]));
}

#[tokio::test]
async fn one_field_finds_things_of_every_kind() {
    let hub = registered().await;
    let first = sent(&hub, "m-1", GP).await;
    let find = async |id: &str| {
        let (status, answer) = hub
            .ask("POST", "/v1/admin/find", Some(OPERATOR), &json!({ "id": id }))
            .await;
        assert_eq!(status, 200, "{answer}");
        answer["hits"].as_array().unwrap().clone()
    };
    let hits = find(&format!(" {first} ")).await;
    assert_eq!(
        (&hits[0]["what"], &hits[0]["message"]),
        (&json!("message"), &json!(first))
    );
    let hits = find("m-1").await;
    assert_eq!(
        (&hits[0]["what"], &hits[0]["message"]),
        (&json!("reference"), &json!(first))
    );
    assert_eq!(find("0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01").await[0]["what"], "consent");
    assert_eq!(find(GP).await[0]["what"], "party");
    assert_eq!(find("915933149").await[0]["id"], PROVIDER);
    assert!(find("nothing").await.is_empty());
}

#[tokio::test]
async fn a_party_lists_its_own_messages_page_by_page() {
    let hub = registered().await;
    let mut all = Vec::new();
    for n in 0..5 {
        all.push(sent(&hub, &format!("m-{n}"), if n == 2 { OUTSIDER } else { GP }).await);
    }
    all.reverse();
    let list = async |party: &str, key: &str, query: &str| {
        let path = format!("/v1/parties/{party}/messages?{query}");
        let (status, answer) = hub.ask("GET", &path, Some(key), &Value::Null).await;
        assert_eq!(status, 200, "{answer}");
        answer
    };
    let pages = async |party: &str, key: &str| {
        let (mut found, mut query) = (Vec::new(), "limit=2".to_owned());
        loop {
            let page = list(party, key, &query).await;
            found.extend(ids(&page));
            match page["next"].as_str() {
                Some(next) => query = format!("limit=2&before={next}"),
                None => return found,
            }
        }
    };
    assert_eq!(pages(PROVIDER, &key_of(PROVIDER)).await, all);
    assert_eq!(pages(PROVIDER, OPERATOR).await, all);
    let to_gp: Vec<_> = all
        .iter()
        .enumerate()
        .filter(|(n, _)| *n != 2)
        .map(|(_, id)| id.clone())
        .collect();
    assert_eq!(pages(GP, &key_of(GP)).await, to_gp);
    assert_eq!(
        pages(OUTSIDER, &key_of(OUTSIDER)).await,
        [""; 0],
        "a block is not told to its receiver"
    );
    let own = list(PROVIDER, &key_of(PROVIDER), "limit=1").await;
    assert!(own["messages"][0]["deliveries"][0]["withheld"].is_array());
    assert!(own["messages"][0].get("participant").is_none());
    let got = list(GP, &key_of(GP), "limit=1").await;
    assert!(got["messages"][0]["deliveries"][0].get("withheld").is_none());
    let other = list(PROVIDER, &key_of(PROVIDER), "kind=answer").await;
    assert_eq!(ids(&other), [""; 0]);
}

#[tokio::test]
async fn the_way_of_a_message_is_told_step_by_step() {
    let hub = registered().await;
    let sent = sent(&hub, "m-1", GP).await;
    let way = async || {
        let path = format!("/v1/messages/{sent}/timeline");
        let (status, answer) = hub.ask("GET", &path, Some(OPERATOR), &Value::Null).await;
        assert_eq!(status, 200, "{answer}");
        answer
    };
    let before = way().await;
    assert_eq!(before["message"]["id"], json!(sent));
    assert_eq!(before["ways"][0]["next"]["what"], "attempt");
    assert_eq!(before["ways"][0]["attempts"], json!([]));
    let path = format!("/v1/parties/{GP}/inbox");
    let (_, inbox) = hub.ask("GET", &path, Some(&key_of(GP)), &Value::Null).await;
    let fetched = way().await;
    let attempt = &fetched["ways"][0]["attempts"][0];
    assert_eq!(
        (&attempt["number"], &attempt["result"]),
        (&json!(1), &json!("awaiting-receipt"))
    );
    assert!(attempt["tookMs"].is_u64() && attempt["writtenBy"]["adapter"].is_string());
    let release = &fetched["ways"][0]["releases"][0];
    assert_eq!(
        (&release["mayHaveLeft"], &release["categories"]),
        (&json!(true), &json!(["progress"]))
    );
    assert_eq!(release["grants"][0]["consent"], "0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01");
    assert_eq!(fetched["ways"][0]["next"]["what"], "receipt");
    let delivery = inbox["items"][0]["delivery"].as_str().unwrap();
    let path = format!("/v1/parties/{GP}/inbox/{delivery}/ack");
    let (status, _) = hub.ask("POST", &path, Some(&key_of(GP)), &Value::Null).await;
    assert_eq!(status, 204);
    let done = way().await;
    assert!(done["ways"][0]["receiptAt"].is_string(), "{done}");
    assert_eq!(done["ways"][0]["next"], json!({"what": "nothing"}));
}

#[tokio::test]
async fn a_retry_is_previewed_and_then_does_exactly_that() {
    let hub = registered().await;
    let blocked = sent(&hub, "m-1", OUTSIDER).await;
    let ended = sent(&hub, "m-2", GP).await;
    let post = async |path: &str, body: Value| hub.ask("POST", path, Some(OPERATOR), &body).await;
    let (status, _) = post(&format!("/v1/messages/{ended}/cancel"), json!({})).await;
    assert_eq!(status, 200);
    let (status, preview) = post("/v1/admin/retries/preview", Value::Null).await;
    assert_eq!(status, 200, "{preview}");
    let of = |group: &str| {
        let group = preview[group].as_array().unwrap();
        group
            .iter()
            .map(|c| c["message"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (of("goes"), of("blocked"), of("tooLate")),
        (vec![ended.clone()], vec![blocked], vec![])
    );
    let (_, none) = post("/v1/admin/retries/preview?state=failed", Value::Null).await;
    assert_eq!(none["goes"], json!([]));
    let start = json!({"token": preview["token"], "reason": "an outage is over"});
    let (status, run) = post("/v1/admin/retries", start.clone()).await;
    assert_eq!((status, &run["total"]), (202, &json!(1)), "{run}");
    let id = run["id"].as_str().unwrap();
    let done = async || {
        for _ in 0..600 {
            let (_, run) = hub
                .ask("GET", &format!("/v1/admin/retries/{id}"), Some(OPERATOR), &Value::Null)
                .await;
            if run["status"] == "done" {
                return run;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the run does not end");
    };
    let run = done().await;
    assert_eq!(
        (&run["done"], &run["left"], &run["failed"]),
        (&json!(1), &json!(0), &json!([]))
    );
    let (status, again) = post("/v1/admin/retries", start).await;
    assert_eq!(
        (status, &again["id"]),
        (202, &run["id"]),
        "a second click starts nothing"
    );
    let (_, runs) = hub.ask("GET", "/v1/admin/retries", Some(OPERATOR), &Value::Null).await;
    assert_eq!(runs["runs"].as_array().unwrap().len(), 1);
    let (status, stopped) = post(&format!("/v1/admin/retries/{id}/stop"), json!({})).await;
    assert_eq!((status, &stopped["status"]), (200, &json!("done")));
    let wrong = json!({"token": "0".repeat(32), "reason": "an outage is over"});
    let (status, problem) = post("/v1/admin/retries", wrong).await;
    assert_eq!((status, &problem["code"]), (409, &json!("BL-4035")));
    let (_, audit) = hub
        .ask("GET", "/v1/admin/audit?limit=1000", Some(OPERATOR), &Value::Null)
        .await;
    let rows = audit["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["action"] == "replayed").unwrap();
    assert_eq!(row["detail"]["reason"], "an outage is over");
    assert_eq!(row["detail"]["run"], id);
}

#[tokio::test]
async fn the_audit_log_is_listed_newest_first_by_its_filters() {
    let hub = registered().await;
    sent(&hub, "m-1", GP).await;
    let get = async |query: &str| {
        let path = format!("/v1/admin/audit?{query}");
        let (status, answer) = hub.ask("GET", &path, Some(OPERATOR), &Value::Null).await;
        assert_eq!(status, 200, "{answer}");
        answer["rows"].as_array().unwrap().clone()
    };
    let of = |rows: &[Value], name: &str| -> Vec<Value> { rows.iter().map(|row| row[name].clone()).collect() };
    let accepted = get("action=accepted").await;
    assert_eq!(of(&accepted, "actor"), [json!(format!("party:{PROVIDER}"))]);
    let participant = accepted[0]["detail"]["participant"].as_str().unwrap();
    let about = get(&format!("participant={participant}&actor=party")).await;
    assert_eq!(
        of(&about, "action"),
        [json!("consent-registered")],
        "rows of every message are asked for by name"
    );
    let named = get(&format!("participant={participant}&actor=party&action=accepted")).await;
    assert_eq!(named, accepted);
    let by_party = get(&format!(
        "party={PROVIDER}&since=2026-01-01T00:00:00Z&until=2999-01-01T00:00:00Z"
    ))
    .await;
    let numbers: Vec<_> = by_party.iter().map(|row| row["seq"].as_u64().unwrap()).collect();
    assert!(numbers.len() > 1 && numbers.is_sorted_by(|a, b| a > b), "{numbers:?}");
    let older = get(&format!("party={PROVIDER}&limit=1&before={}", numbers[0])).await;
    assert_eq!(older[0]["seq"], numbers[1]);
    assert_eq!(get("until=2026-01-01T00:00:00Z").await, [] as [Value; 0]);
}
