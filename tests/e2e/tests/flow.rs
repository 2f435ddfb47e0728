//! The main functions over real sockets: the receivers' documents, order, isolation, recovery, and bad input.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use bindeledd_e2e::{World, person};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(20);

fn message(kind: &str, reference: &str, person: &str, to: Value, body: Value) -> Value {
    json!({
        "kind": kind, "senderReference": reference, "participant": {"nationalId": person, "name": "Snill Tester"},
        "to": to, "sentAt": "2026-11-20T10:00:00+01:00", "body": body,
    })
}

async fn post(world: &World, key: &str, message: &Value) -> (u16, Value) {
    world.hub.call(Some(key), "POST", "/v1/messages", Some(message)).await
}

async fn accepted(world: &World, key: &str, message: &Value) -> Value {
    let (status, answer) = post(world, key, message).await;
    assert_eq!(status, 202, "{answer}");
    answer["messages"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_receiver_gets_what_it_may_and_no_more() {
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;
    let nav = world.provider("nav-nordvik", None, json!({"kind": "nav-office"})).await;
    let who = person(0);
    world
        .consent(
            &who,
            &[
                ("nordvik", "havna", &["goals"]),
                ("nordvik", "nav-nordvik", &["goals", "facilitation"]),
            ],
        )
        .await;

    let body = json!({"goals": ["Fast jobb på lager"], "adaptations": ["Rolig rom"]});
    let summary = message("start-meeting-summary", "r1", &who, json!("circle"), body);
    let first = accepted(&world, &key, &summary).await;
    let withheld: Vec<_> = first["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["to"].clone(), d["withheld"].clone()))
        .collect();
    assert_eq!(
        withheld,
        [
            (json!("havna"), json!(["facilitation"])),
            (json!("nav-nordvik"), json!([]))
        ]
    );

    let arrival = receiver.arrival(0, SOON, |_| true).await.unwrap();
    let got = arrival["body"].as_str().unwrap();
    assert!(
        got.contains("Fast jobb på lager") && !got.contains("Rolig rom"),
        "{got}"
    );
    assert!(!got.contains("nav-nordvik"), "another receiver is never named: {got}");

    let (_, inbox) = world
        .hub
        .call(Some(&nav), "GET", "/v1/parties/nav-nordvik/inbox", None)
        .await;
    let item = &inbox["items"][0];
    assert_eq!(item["document"]["body"]["adaptations"], json!(["Rolig rom"]), "{inbox}");
    let ack = format!(
        "/v1/parties/nav-nordvik/inbox/{}/ack",
        item["delivery"].as_str().unwrap()
    );
    assert_eq!(world.hub.call(Some(&nav), "POST", &ack, Some(&json!({}))).await.0, 204);
    assert_eq!(
        world.hub.call(Some(&nav), "POST", &ack, Some(&json!({}))).await.0,
        204,
        "twice is once"
    );
    world
        .hub
        .settled(first["id"].as_str().unwrap(), &["delivered"], SOON)
        .await;

    the_same_again(&world, &key, &summary, &first).await;
    without_a_grant(&world, &key, &who).await;
    assert_eq!(receiver.arrivals(0).await.unwrap().len(), 1, "nothing else was sent");
}

/// A repeated message gets the first answer; the same reference with other content is refused.
async fn the_same_again(world: &World, key: &str, summary: &Value, first: &Value) {
    let (status, again) = post(world, key, summary).await;
    assert_eq!((status, &again["messages"][0]["id"]), (202, &first["id"]));
    let mut other = summary.clone();
    other["body"]["goals"] = json!(["Noe annet"]);
    let (status, problem) = post(world, key, &other).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("BL-1106")), "{problem}");
}

/// A message without a grant is blocked, which does not count as the caller's error.
async fn without_a_grant(world: &World, key: &str, who: &str) {
    let note = message(
        "progress-update",
        "r2",
        who,
        json!(["havna"]),
        json!({"status": "DELTAR"}),
    );
    let blocked = accepted(world, key, &note).await;
    assert_eq!(blocked["deliveries"][0]["state"], "blocked", "{blocked}");
    assert_eq!(blocked["deliveries"][0]["reason"]["code"], "BL-2002");
    let unknown = message(
        "progress-update",
        "r3",
        &person(1),
        json!("circle"),
        json!({"status": "DELTAR"}),
    );
    let nobody = accepted(world, key, &unknown).await;
    assert_eq!(nobody["deliveries"][0]["to"], "circle");
    assert_eq!(nobody["deliveries"][0]["state"], "blocked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_endpoint_delays_only_itself_and_a_conversation_keeps_its_order() {
    let mut world = World::new(&[]).await;
    let (good_address, good) = world.counterpart("provider", &[]).await;
    let (bad_address, bad) = world.counterpart("provider", &[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&good_address), json!({})).await;
    world.provider("skogen", Some(&bad_address), json!({})).await;
    let who = person(0);
    world
        .consent(
            &who,
            &[
                ("nordvik", "havna", &["progress"]),
                ("nordvik", "skogen", &["progress"]),
            ],
        )
        .await;

    bad.behave(&json!({"mode": "lost-answer", "times": 1})).await.unwrap();
    let mut ids = Vec::new();
    for n in 0..5 {
        let mut note = message(
            "progress-update",
            &format!("r{n}"),
            &who,
            json!(["havna", "skogen"]),
            json!({"status": "DELTAR", "percent": n}),
        );
        note["conversation"] = json!("samtale-1");
        ids.push(accepted(&world, &key, &note).await["id"].as_str().unwrap().to_owned());
    }
    for id in &ids {
        world.hub.settled(id, &["delivered"], SOON).await;
    }
    let order = |arrivals: Vec<Value>| {
        arrivals
            .iter()
            .map(|a| a["headers"]["x-bindeledd-melding"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(order(good.arrivals(0).await.unwrap()), ids);
    let at_bad = bad.arrivals(0).await.unwrap();
    assert_eq!(
        at_bad[0]["sha256"], at_bad[1]["sha256"],
        "the repetition is equal to the byte"
    );
    let mut with_repetition = vec![ids[0].clone()];
    with_repetition.extend(ids.clone());
    assert_eq!(
        order(at_bad),
        with_repetition,
        "the head's retry came before the others"
    );

    // A receiver that does not answer delays no other receiver.
    bad.behave(&json!({"mode": "hang"})).await.unwrap();
    for n in 5..30 {
        let note = message(
            "progress-update",
            &format!("r{n}"),
            &who,
            json!(["havna", "skogen"]),
            json!({"status": "DELTAR"}),
        );
        accepted(&world, &key, &note).await;
    }
    let all = bindeledd_e2e::eventually(Duration::from_secs(5), || async {
        (good.summary().await.unwrap()["distinct"] == 30).then_some(())
    });
    assert!(
        all.await.is_some(),
        "the good endpoint waited for the bad one: {}",
        good.summary().await.unwrap()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_costs_its_sender_a_clear_error() {
    let world = World::new(&[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    let other = world.provider("havna", None, json!({})).await;
    let who = person(0);
    world.consent(&who, &[("nordvik", "havna", &["progress"])]).await;
    let good = message(
        "progress-update",
        "g1",
        &who,
        json!(["havna"]),
        json!({"status": "DELTAR"}),
    );
    let with = |path: &[&str], value: Value| {
        let mut message = good.clone();
        let last = path.iter().fold(&mut message, |v, key| &mut v[*key]);
        *last = value;
        message
    };
    let cases = [
        (with(&["kind"], json!("journal")), "BL-1005", "kind"),
        (with(&["purpose"], json!("research")), "BL-1005", "purpose"),
        (with(&["body", "status"], json!("SYKMELDT")), "BL-1005", "body.status"),
        (with(&["body", "diagnosis"], json!("F32")), "BL-1003", "body.diagnosis"),
        (
            with(&["participant", "nationalId"], json!("12345678901")),
            "BL-1004",
            "participant.nationalId",
        ),
        (with(&["to"], json!(["ukjent-aktor"])), "BL-1104", "to[0]"),
        (with(&["sentAt"], json!("i går")), "BL-1004", "sentAt"),
    ];
    for (message, code, path) in cases {
        let (status, problem) = post(&world, &key, &message).await;
        assert_eq!(
            (status, problem["code"].as_str(), problem["path"].as_str()),
            (422, Some(code), Some(path)),
            "{problem}"
        );
        assert!(
            !problem.to_string().contains("12345678901"),
            "a problem never repeats a value: {problem}"
        );
    }
    assert_eq!(post(&world, "blk_no-such-key", &good).await.0, 401);
    let documents = "/v1/parties/nordvik/documents";
    assert_eq!(
        world.hub.call(Some(&other), "POST", documents, Some(&good)).await.0,
        403
    );
    assert_eq!(raw(&world, &key, vec![b' '; 20 << 20]).await.0, 413);
    for bytes in [
        b"{\"kind\": \"ques".to_vec(),
        [b"{\"a\":".repeat(5000), b"1".to_vec()].concat(),
        b"\"\xff\xfe\"".to_vec(),
    ] {
        let (status, problem) = raw(&world, &key, bytes).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some("BL-1001")), "{problem}");
    }
    // None of these documents used up the reference, and no other party was affected.
    let first = accepted(&world, &key, &good).await;
    assert_eq!(first["deliveries"][0]["state"], "waiting");
}

async fn raw(world: &World, key: &str, bytes: Vec<u8>) -> (u16, Value) {
    let request = world
        .hub
        .client
        .post(format!("{}/v1/messages", world.hub.address()))
        .bearer_auth(key);
    let answer = request
        .header("content-type", "application/json")
        .body(bytes)
        .send()
        .await
        .unwrap();
    (
        answer.status().as_u16(),
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or(Value::Null),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ending_a_measure_for_treatment_without_a_word_raises_the_alarm() {
    let world = World::new(&[]).await;
    let provider = world.provider("nordvik", None, json!({})).await;
    let clinic = world
        .provider("klinikken", None, json!({"kind": "specialist-service"}))
        .await;
    let who = person(0);
    let grants: &[(&str, &str, &[&str])] = &[
        ("nordvik", "klinikken", &["outcome", "treatment-status", "meeting"]),
        ("klinikken", "nordvik", &["treatment-status", "meeting", "dialogue"]),
    ];
    world.consent(&who, grants).await;
    let alerts = || async {
        let found = world
            .hub
            .operator("GET", "/v1/admin/alerts?kind=ending-without-dialogue", None)
            .await;
        found["alerts"].as_array().unwrap().len()
    };
    let started = message(
        "treatment-status",
        "t1",
        &who,
        json!(["nordvik"]),
        json!({"status": "started"}),
    );
    accepted(&world, &clinic, &started).await;
    let end = |r: &str, reason: &str| {
        let body = json!({"reason": reason, "proposedDate": "2026-12-15"});
        message("measure-end-proposed", r, &who, json!(["klinikken"]), body)
    };
    accepted(&world, &provider, &end("e1", "FATT_JOBB")).await;
    assert_eq!(alerts().await, 0, "a job is no treatment");
    let proposed = accepted(&world, &provider, &end("e2", "SYK")).await;
    assert_eq!(proposed["deliveries"][0]["state"], "waiting", "it is delivered as well");
    assert_eq!(alerts().await, 1);
    let meeting = message(
        "meeting-response",
        "m1",
        &who,
        json!(["nordvik"]),
        json!({"answer": "accepted"}),
    );
    accepted(&world, &clinic, &meeting).await;
    accepted(&world, &provider, &end("e3", "SYK")).await;
    assert_eq!(alerts().await, 1, "they have talked since");
}
