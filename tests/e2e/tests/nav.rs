//! Nav as a counterpart: it approves, rejects and replaces proposals, and is unavailable for a time. Also a Nav without an
//! address, whose documents a person enters.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use bindeledd_e2e::{World, cli, eventually, out, person};
use bindeledd_simulators::ControlClient;
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(30);

/// Starts Nav's system as a process, and adds its party with thirty days to answer. Returns its control port.
async fn nav(world: &mut World) -> ControlClient {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let party = json!({"id": "nav-nordvik", "name": "Nav Nordvik", "kind": "nav-office", "endpoint": {
        "adapter": "nav-measure", "address": format!("https://localhost:{port}"), "settings": {},
        "orgNumber": "889640782", "limits": {"receiptSeconds": 2_592_000}}});
    let key = world.hub.add_party(&party).await;
    let key_file = world.key_file("nav.key", &key);
    let (hub, ca) = (world.hub.address().to_owned(), world.hub.dir().join("tls/hub.crt"));
    let listen = format!("127.0.0.1:{port}");
    let arguments = [
        ["--listen", &listen],
        ["--hub", &hub],
        ["--hub-ca", &ca.display().to_string()],
        ["--party", "nav-nordvik"],
        ["--key-file", &key_file],
    ];
    let (_, control) = world.counterpart("nav-measure", &arguments.concat()).await;
    control
}

/// Registers that the provider may send reports to Nav by a legal duty, and all else by consent. Returns the consent's id.
async fn agreed(world: &World, who: &str, nav: &str) -> String {
    let grant = |from: &str, to: &str, categories: &[&str], basis: Value| json!({"from": from, "to": to, "purpose": "work-oriented-followup", "categories": categories, "basis": basis});
    let consent = json!({
        "schema": "bindeledd/consent/1", "participant": {"nationalId": who}, "givenAt": "2026-01-02T09:00:00+01:00",
        "givenBy": {"role": "participant"}, "controller": "nordvik",
        "evidence": {"type": "signed-form", "reference": "arkiv-1"}, "textVersion": "1.0",
        "period": {"start": "2026-01-02"}, "grants": [
            grant("nordvik", nav, &["outcome", "progress"], json!({"duty": "Tiltaksforskriften § 13-9"})),
            grant("nordvik", nav, &["goals", "dialogue"], json!("consent")),
            grant(nav, "nordvik", &["progress", "outcome", "dialogue"], json!("consent")),
        ],
    });
    let consent = world.hub.operator("POST", "/v1/consents", Some(&consent)).await;
    consent["id"].as_str().unwrap().to_owned()
}

async fn send(world: &World, key: &str, kind: &str, reference: &str, who: &str, more: Value) -> String {
    let mut message = json!({
        "kind": kind, "senderReference": reference, "participant": {"nationalId": who, "name": "Snill Tester"},
        "to": ["nav-nordvik"], "sentAt": "2026-11-20T10:00:00+01:00",
    });
    message
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let (status, answer) = world.hub.call(Some(key), "POST", "/v1/messages", Some(&message)).await;
    assert_eq!(status, 202, "{answer}");
    answer["messages"][0]["id"].as_str().unwrap().to_owned()
}

fn end(reason: &str) -> Value {
    json!({"body": {"reason": reason, "proposedDate": "2026-12-31"}})
}

/// Waits for a state, and returns the only delivery.
async fn comes_to(world: &World, id: &str, state: &str) -> Value {
    world.hub.settled(id, &[state], SOON).await["deliveries"][0].clone()
}

/// Waits for a delivery's state, and returns the receiver's own words as the sender sees them. The operator does not see them.
async fn words(world: &World, key: &str, id: &str, state: &str) -> String {
    let seen_by_operator = comes_to(world, id, state).await["reason"]["text"].to_string();
    assert!(seen_by_operator.contains("the sender can read"), "{seen_by_operator}");
    let path = format!("/v1/messages/{id}");
    let (_, message) = world.hub.call(Some(key), "GET", &path, None).await;
    message["deliveries"][0]["reason"]["text"].as_str().unwrap().to_owned()
}

/// Returns the content of a party's inbox, once it is not empty.
async fn inbox(world: &World, key: &str, party: &str) -> Vec<Value> {
    let path = format!("/v1/parties/{party}/inbox");
    let looked = eventually(SOON, || async {
        let (_, inbox) = world.hub.call(Some(key), "GET", &path, None).await;
        inbox["items"].as_array().filter(|items| !items.is_empty()).cloned()
    });
    looked.await.unwrap_or_default()
}

/// Makes the participant's page in a file of this name, and returns its text.
fn participants_page(world: &World, who: &str, name: &str) -> String {
    let (number, page) = (world.dir.path().join("number"), world.dir.path().join(name));
    fs::write(&number, who).unwrap();
    let of = [
        "--national-id-file",
        number.to_str().unwrap(),
        "--page",
        page.to_str().unwrap(),
    ];
    let (ok, said) = command(world, &[&["participant", "disclosures"], &of[..]].concat());
    assert!(ok, "{said}");
    fs::read_to_string(page).unwrap()
}

/// Runs `bindeledd` with these arguments, as the operator. Returns whether it succeeded, and its output.
fn command(world: &World, arguments: &[&str]) -> (bool, String) {
    let output = cli(world, &[arguments, &["--url", world.hub.address()]].concat());
    (output.status.success(), out(&output))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proposal_is_delivered_when_nav_says_so_and_not_before() {
    let mut world = World::new(&[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    let nav = nav(&mut world).await;
    let who = person(0);
    let consent = agreed(&world, &who, "nav-nordvik").await;

    let approved = send(&world, &key, "measure-end-proposed", "e1", &who, end("FATT_JOBB")).await;
    let waiting = comes_to(&world, &approved, "awaiting-receipt").await;
    assert_eq!(waiting["state"], "awaiting-receipt", "Nav has it and has not answered");
    let arrival = nav
        .arrival(0, SOON, |a| a["ids"]["id"] == approved.as_str())
        .await
        .unwrap();
    let document: Value = serde_json::from_str(arrival["document"].as_str().unwrap()).unwrap();
    assert_eq!(document["endring"]["aarsak"], json!({"type": "FattJobb"}));
    let said = nav.send(&json!({"what": "approve"})).await.unwrap();
    assert_eq!(
        (&said["id"], said["status"].as_u64()),
        (&json!(approved), Some(202)),
        "{said}"
    );
    comes_to(&world, &approved, "delivered").await;

    let rejected = send(&world, &key, "measure-end-proposed", "e2", &who, end("UTDANNING")).await;
    comes_to(&world, &rejected, "awaiting-receipt").await;
    let order = json!({"what": "reject", "id": rejected, "why": "Vi tar et møte først."});
    nav.send(&order).await.unwrap();
    let why = words(&world, &key, &rejected, "refused").await;
    assert!(why.contains("AVVIST") && why.contains("Vi tar et møte først."), "{why}");

    // A newer proposal of the same type replaces the waiting one. Nav has received the older proposal, and will not answer it.
    let older = send(&world, &key, "measure-end-proposed", "e3", &who, end("IKKE_MOTT")).await;
    comes_to(&world, &older, "awaiting-receipt").await;
    let newer = send(&world, &key, "measure-end-proposed", "e4", &who, end("FATT_JOBB")).await;
    let replaced = comes_to(&world, &older, "delivered").await;
    assert_eq!(replaced["reason"]["code"], "BL-4006", "{replaced}");
    let why = words(&world, &key, &older, "delivered").await;
    assert!(why.contains(&newer), "{why}");
    comes_to(&world, &newer, "awaiting-receipt").await;

    // A proposal that was sent by mistake is withdrawn, and both deliveries show their results.
    let mistake =
        json!({"supersedes": "e4", "body": {"action": "sent-by-mistake", "correctedKind": "measure-end-proposed"}});
    let withdrawal = send(&world, &key, "correction", "e5", &who, mistake).await;
    comes_to(&world, &withdrawal, "delivered").await;
    let why = words(&world, &key, &newer, "delivered").await;
    assert!(why.contains("TILBAKEKALT"), "{why}");

    // After a withdrawal, reports by legal duty go on, and messages by consent do not.
    let path = format!("/v1/consents/{consent}/withdraw");
    world.hub.operator("POST", &path, Some(&json!({}))).await;
    let note = json!({"body": {"status": "DELTAR", "percent": 60, "changedFrom": "2026-12-07"}});
    let reported = send(&world, &key, "progress-update", "p1", &who, note).await;
    comes_to(&world, &reported, "awaiting-receipt").await;
    // A progress report without a change proposes nothing, and does not replace the waiting proposal.
    let routine = json!({"body": {"status": "DELTAR", "percent": 60}});
    let routine = send(&world, &key, "progress-update", "p2", &who, routine).await;
    comes_to(&world, &routine, "delivered").await;
    comes_to(&world, &reported, "awaiting-receipt").await;
    let goals = json!({"body": {"goals": ["Fast jobb"]}});
    let blocked = send(&world, &key, "goals-agreed", "g1", &who, goals).await;
    comes_to(&world, &blocked, "blocked").await;
    let proposals = nav.proposals().await.unwrap();
    let types: Vec<_> = proposals.iter().map(|p| p["type"].as_str().unwrap()).collect();
    assert_eq!(
        types.iter().filter(|t| **t == "Deltakelsesmengde").count(),
        1,
        "{types:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cards_are_receipted_and_nav_asks_tells_and_is_answered() {
    let mut world = World::new(&[]).await;
    let key = world.provider("nordvik", None, json!({"orgNumber": "915933149"})).await;
    let nav = nav(&mut world).await;
    let who = person(0);
    agreed(&world, &who, "nav-nordvik").await;

    let goals = json!({"body": {"goals": ["Fast jobb"], "from": "2026-12-01"}});
    let plan = send(&world, &key, "goals-agreed", "g1", &who, goals).await;
    comes_to(&world, &plan, "delivered").await;

    nav.send(&json!({"what": "status", "person": who, "status": "DELTAR", "percent": 80}))
        .await
        .unwrap();
    let items = inbox(&world, &key, "nordvik").await;
    assert_eq!(items[0]["document"]["kind"], "progress-update", "{items:?}");
    assert_eq!(items[0]["document"]["body"], json!({"status": "DELTAR", "percent": 80}));
    let ack = format!(
        "/v1/parties/nordvik/inbox/{}/ack",
        items[0]["delivery"].as_str().unwrap()
    );
    world.hub.call(Some(&key), "POST", &ack, Some(&json!({}))).await;

    let order = json!({"what": "question", "person": who, "text": "Hvordan går det?", "to": "915933149"});
    let asked = nav.send(&order).await.unwrap();
    assert_eq!(asked["status"], 202, "{asked}");
    let items = inbox(&world, &key, "nordvik").await;
    let question = &items[0]["document"];
    assert_eq!(
        (&question["kind"], &question["body"]["text"]),
        (&json!("question"), &json!("Hvordan går det?"))
    );
    let answer = json!({"inReplyTo": question["id"], "body": {"text": "Bra.", "about": ["dialogue"]}});
    let answer = send(&world, &key, "answer", "a1", &who, answer).await;
    comes_to(&world, &answer, "delivered").await;
    let arrival = nav
        .arrival(0, SOON, |a| a["ids"]["id"] == answer.as_str())
        .await
        .unwrap();
    let document: Value = serde_json::from_str(arrival["document"].as_str().unwrap()).unwrap();
    assert_eq!(document["type"], "PATIENT_REQUEST_RESPONSE");
    assert_eq!(document["conversationReference"]["parentMessageId"], asked["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_nav_is_away_nothing_is_lost_and_the_order_is_kept() {
    let mut world = World::new(&[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    let nav = nav(&mut world).await;
    let who = person(0);
    agreed(&world, &who, "nav-nordvik").await;

    nav.behave(&json!({"mode": "down"})).await.unwrap();
    let mut ids = Vec::new();
    for n in 1..=5 {
        let note = json!({"conversation": "samtale-1", "body": {"status": "DELTAR", "percent": n, "changedFrom": "2026-12-07"}});
        ids.push(send(&world, &key, "progress-update", &format!("p{n}"), &who, note).await);
    }
    let tried = eventually(SOON, || async {
        let attempts = world.hub.message(&ids[0]).await["deliveries"][0]["attempts"].as_u64();
        (attempts.unwrap_or(0) > 0).then_some(())
    });
    assert!(tried.await.is_some(), "{}", world.hub.message(&ids[0]).await);
    nav.behave(&json!({"mode": "lost-answer", "times": 1})).await.unwrap();
    // Each proposal but the last is replaced by the next, since they have the same type.
    for id in &ids[..4] {
        comes_to(&world, id, "delivered").await;
    }
    comes_to(&world, &ids[4], "awaiting-receipt").await;
    let arrivals = nav.arrivals(0).await.unwrap();
    let order: Vec<_> = arrivals.iter().map(|a| a["ids"]["id"].as_str().unwrap()).collect();
    let mut expected = vec![ids[0].as_str()];
    expected.extend(ids.iter().map(String::as_str));
    assert_eq!(order, expected, "the first came twice, since its answer was lost");
    assert_eq!(arrivals[0]["sha256"], arrivals[1]["sha256"], "with the same bytes");
    assert_eq!(nav.proposals().await.unwrap().len(), 5, "and is there once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_address_a_person_enters_it_and_says_when_nav_has_it() {
    let world = World::new(&[]).await;
    let provider = world.provider("nordvik", None, json!({})).await;
    let party = json!({"id": "nav-nordvik", "name": "Nav Nordvik", "kind": "nav-office",
        "endpoint": {"adapter": "nav-measure", "settings": {}}});
    let key = world.hub.add_party(&party).await;
    let who = person(0);
    agreed(&world, &who, "nav-nordvik").await;

    let id = send(&world, &provider, "measure-end-proposed", "e1", &who, end("FATT_JOBB")).await;
    assert_eq!(world.hub.message(&id).await["deliveries"][0]["state"], "waiting");
    let items = inbox(&world, &key, "nav-nordvik").await;
    assert_eq!(items[0]["mediaType"], "application/vnd.bindeledd.nav+json");
    let document = &items[0]["document"];
    let manual = &document["tilManuellRegistrering"];
    assert_eq!(manual["tittel"], "Forslag om avslutning");
    assert_eq!(
        manual["felter"],
        json!([{"felt": "Årsak", "verdi": "Fått jobb"}, {"felt": "Sluttdato", "verdi": "31. desember 2026"}])
    );
    assert_eq!(document["nav"]["id"], id.as_str());
    comes_to(&world, &id, "awaiting-receipt").await;
    let ack = format!(
        "/v1/parties/nav-nordvik/inbox/{}/ack",
        items[0]["delivery"].as_str().unwrap()
    );
    // The document is with the person who took it, and Nav does not have it. Even Nav's own office still has to enter it.
    let (status, taken) = world.hub.call(Some(&key), "POST", &ack, Some(&json!({}))).await;
    assert_eq!(
        (status, taken["state"].as_str()),
        (200, Some("with-a-person")),
        "{taken}"
    );
    let with_person = comes_to(&world, &id, "with-a-person").await;
    assert_eq!(with_person["reason"]["code"], "BL-4031", "{with_person}");
    let page = participants_page(&world, &who, "before.html");
    assert!(
        page.contains("Vi vet ikke ennå om det kom fram.") && !page.contains("Kom fram."),
        "{page}"
    );
    let entered = ack.replace("/ack", "/entered");
    assert_eq!(world.hub.call(Some(&provider), "POST", &entered, None).await.0, 403);
    let how = json!({"how": "glemt"});
    let (status, refused) = world.hub.call(Some(&key), "POST", &entered, Some(&how)).await;
    assert_eq!((status, refused["code"].as_str()), (422, Some("BL-1005")), "{refused}");
    for _ in 0..2 {
        assert_eq!(
            world.hub.call(Some(&key), "POST", &entered, Some(&json!({}))).await.0,
            204
        );
    }
    comes_to(&world, &id, "delivered").await;
    assert!(participants_page(&world, &who, "after.html").contains("Kom fram."));

    printed_and_entered(&world, &provider, &who).await;
    no_shape_for_it(&world, (&provider, &key), &who).await;
}

/// Prints and enters the documents by the operator's command line.
async fn printed_and_entered(world: &World, provider: &str, who: &str) {
    let post = world.dir.path().join("post");
    let id = send(world, provider, "measure-end-proposed", "e2", who, end("FATT_JOBB")).await;
    let (ok, printed) = command(
        world,
        &[
            "party",
            "print",
            "nav-nordvik",
            "--reason",
            "entered for the office",
            "--out",
            post.to_str().unwrap(),
        ],
    );
    let delivery = world.hub.message(&id).await["deliveries"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let next = format!("bindeledd party entered nav-nordvik {delivery}");
    assert!(ok && printed.contains(&next), "{printed}");
    comes_to(world, &id, "with-a-person").await;
    let (ok, shown) = command(world, &["message", "show", &id]);
    assert!(
        ok && shown.contains("with-a-person") && shown.contains(&next),
        "{shown}"
    );
    let (ok, said) = command(world, &["party", "entered", "nav-nordvik", &delivery]);
    assert_eq!((ok, said), (true, format!("{delivery}: delivered\n")));
    comes_to(world, &id, "delivered").await;
    let (ok, said) = command(world, &["party", "entered", "nav-nordvik", &id]);
    assert!(!ok && said.contains("BL-4033"), "{said}");
    let audit = world.hub.operator("GET", "/v1/admin/audit?limit=500", None).await;
    let entered = audit["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["action"] == "entered");
    let by: Vec<_> = entered.map(|row| row["actor"].as_str().unwrap()).collect();
    assert_eq!(by, ["party:nav-nordvik", "operator"]);
}

/// A message without a form at Nav fails with a remedy, and does not stay in the queue.
async fn no_shape_for_it(world: &World, (provider, key): (&str, &str), who: &str) {
    world.consent(who, &[("nordvik", "nav-nordvik", &["function"])]).await;
    let body = json!({"body": {"manages": ["Lett arbeid"]}});
    let id = send(world, provider, "function-update", "f1", who, body).await;
    let looked = eventually(SOON, || async {
        world
            .hub
            .call(Some(key), "GET", "/v1/parties/nav-nordvik/inbox", None)
            .await;
        let delivery = world.hub.message(&id).await["deliveries"][0].clone();
        (delivery["state"] == "failed").then_some(delivery)
    });
    let failed = looked.await.unwrap();
    assert_eq!(failed["reason"]["code"], "BL-3102");
    assert!(
        failed["reason"]["text"].as_str().unwrap().contains("Fastlegen"),
        "{failed}"
    );
}
