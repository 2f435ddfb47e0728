//! Nav's own system: one pending proposal of each type, answers on command, receipts of cards, participants' status.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]
#![expect(unreachable_pub, dead_code, reason = "helpers of tests, some of them for others")]

mod support;

use std::time::Duration;

use bindeledd_simulators::{Kind, eventually};
use serde_json::{Value, json};
use support::{FakeHub, client, start};

const SOON: Duration = Duration::from_secs(10);
const PERSON: &str = "15720255178";

fn proposal(id: &str, person: &str, change: &Value) -> Value {
    json!({"format": "bindeledd/nav/1", "form": "Forslag", "id": id, "deltaker": {"personIdent": person},
        "nav": {"type": "Forslag", "id": id, "opprettet": "2026-12-01T09:00:00", "endring": change,
            "status": {"type": "VenterPaSvar"}}})
}

fn end(id: &str, person: &str) -> Value {
    proposal(id, person, &json!({"type": "Sluttdato", "sluttdato": "2026-12-31"}))
}

async fn post(address: &str, body: &Value) -> (u16, Value) {
    let answer = client()
        .post(format!("{address}/bindeledd/nav"))
        .json(body)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

async fn documents(hub: &FakeHub, count: usize) -> Vec<Value> {
    let sent = eventually(SOON, || async { Some(hub.documents()).filter(|d| d.len() >= count) }).await;
    let parsed = |bytes: Vec<u8>| serde_json::from_slice(&bytes).unwrap();
    sent.unwrap().into_iter().map(|(_, _, bytes)| parsed(bytes)).collect()
}

#[tokio::test]
async fn a_newer_proposal_of_the_same_type_replaces_the_one_that_waits() {
    let hub = FakeHub::start().await;
    let (_nav, control, address) = start(Kind::NavMeasure, Some(hub.options("nav"))).await;
    let (status, answer) = post(&address, &end("f-1", PERSON)).await;
    assert_eq!((status, &answer["status"]["type"]), (200, &json!("VenterPaSvar")));
    let amount = json!({"type": "Deltakelsesmengde", "deltakelsesprosent": 50});
    post(&address, &proposal("f-2", PERSON, &amount)).await;
    post(&address, &end("f-3", "31777207884")).await;
    post(&address, &end("f-4", PERSON)).await;
    let told = documents(&hub, 1).await;
    assert_eq!(told[0]["id"], "f-1");
    assert_eq!(told[0]["status"]["type"], "Erstattet");
    assert_eq!(told[0]["status"]["erstattetMedForslagId"], "f-4");
    let all = control.proposals().await.unwrap();
    let status: Vec<_> = all.iter().map(|p| p["status"].as_str().unwrap()).collect();
    assert_eq!(status, ["Erstattet", "VenterPaSvar", "VenterPaSvar", "VenterPaSvar"]);
    // A repeated proposal changes nothing, and is answered with its status.
    let (_, again) = post(&address, &end("f-1", PERSON)).await;
    assert_eq!(again["status"]["type"], "Erstattet");
    assert_eq!(control.proposals().await.unwrap().len(), 4);

    control.send(&json!({"what": "approve"})).await.unwrap();
    control
        .send(&json!({"what": "reject", "id": "f-2", "why": "Nei"}))
        .await
        .unwrap();
    let told = documents(&hub, 3).await;
    assert_eq!(
        (&told[1]["id"], &told[1]["status"]["type"]),
        (&json!("f-4"), &json!("Godkjent"))
    );
    assert_eq!(told[2]["status"]["begrunnelseFraNav"], "Nei");
    let problem = control
        .send(&json!({"what": "approve", "id": "f-2"}))
        .await
        .unwrap_err();
    assert!(problem.to_string().contains("waits for an answer"), "{problem}");
}

#[tokio::test]
async fn what_lacks_a_member_is_refused_and_a_card_is_receipted() {
    let hub = FakeHub::start().await;
    let (_nav, control, address) = start(Kind::NavMeasure, Some(hub.options("nav"))).await;
    let without = |path: &[&str]| {
        let mut body = end("f-1", PERSON);
        let (last, above) = path.split_last().unwrap();
        let place = above.iter().fold(&mut body, |value, name| &mut value[*name]);
        place.as_object_mut().unwrap().remove(*last);
        body
    };
    for path in [
        &["format"][..],
        &["form"],
        &["deltaker", "personIdent"],
        &["nav", "id"],
        &["nav", "endring", "type"],
        &["nav", "endring", "sluttdato"],
    ] {
        assert_eq!(post(&address, &without(path)).await.0, 422, "{path:?}");
    }
    let mut card = json!({"format": "bindeledd/nav/1", "form": "Aktivitetskort", "id": "k-1",
        "deltaker": {"personIdent": PERSON}, "nav": {"messageId": "m-1", "source": "TEAM_KOMET", "aktivitetskortType": "ARBFORB",
        "actionType": "UPSERT_AKTIVITETSKORT_V1", "aktivitetskort": {"id": "k-1", "personIdent": PERSON, "tittel": "x",
        "aktivitetStatus": "PLANLAGT", "endretAv": {}, "endretTidspunkt": "x", "avtaltMedNav": false}}});
    assert_eq!(post(&address, &card).await.0, 202);
    let told = documents(&hub, 1).await;
    assert_eq!(
        (&told[0]["aktivitetId"], &told[0]["suksess"]),
        (&json!("k-1"), &json!(true))
    );
    card["nav"]["messageId"] = json!("k-1");
    assert_eq!(post(&address, &card).await.0, 422);
    assert_eq!(control.proposals().await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_participants_status_is_sent_and_served() {
    let hub = FakeHub::start().await;
    let (_nav, control, address) = start(Kind::NavMeasure, Some(hub.options("nav"))).await;
    let order = json!({"what": "status", "person": PERSON, "status": "DELTAR", "percent": 60});
    let sent = control.send(&order).await.unwrap();
    let told = documents(&hub, 1).await;
    assert_eq!(told[0]["status"]["type"], "DELTAR");
    let url = format!("{address}/deltakere/{}", sent["id"].as_str().unwrap());
    let served: Value = client().get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(served, told[0]);
    let nobody = client().get(format!("{address}/deltakere/x")).send().await.unwrap();
    assert_eq!(nobody.status(), 404);
}
