//! Meldingstjener as an inbox: an item is fetched, becomes a message, is receipted, and is only then marked as read, whatever
//! happens in between.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use base64::Engine as _;
use bindeledd_e2e::{World, eventually};
use bindeledd_simulators::ControlClient;
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(30);
/// HER-ids of the hub, and of two practices behind the same Meldingstjener.
const HUB: u32 = 8_094_866;
const GP: u32 = 8_142_952;
const OTHER_GP: u32 = 8_142_953;
const WHO: &str = "15720255178";

/// A provider whose system accepts everything, and a GP behind Meldingstjener.
struct Practice {
    world: World,
    provider: ControlClient,
    gp: ControlClient,
    key: String,
}

impl Practice {
    async fn new(settings: Value, poll_seconds: u32) -> Self {
        Self::at(settings, poll_seconds, &[]).await
    }

    async fn at(settings: Value, poll_seconds: u32, configured: &[(&str, String)]) -> Self {
        let mut world = World::new(configured).await;
        let (to_provider, provider) = world.counterpart("provider", &[]).await;
        let standard = bindeledd_e2e::standards().map(|dir| dir.join("nhn-msh/openapi-v2.json"));
        let page = standard.as_ref().map(|file| file.display().to_string());
        let arguments: Vec<&str> = page.iter().flat_map(|file| ["--openapi", file]).collect();
        let (to_gp, gp) = world.counterpart("gp", &arguments).await;
        // The provider has the HER-id under which the hub fetches, so that letters that answer nothing are for the provider.
        let key = world
            .provider("nordvik", Some(&to_provider), json!({"herId": HUB}))
            .await;
        for (id, her, org) in [("fjellvik", GP, "974760924"), ("dalen", OTHER_GP, "883974832")] {
            let party = json!({
                "id": id, "name": id, "kind": "gp", "herId": her, "orgNumber": org,
                "person": {"givenName": "Grønn", "familyName": "Vits", "hpr": "565501872"},
                "endpoint": {
                    "adapter": "gp-dialogmelding", "address": to_gp, "herId": HUB, "settings": settings,
                    "limits": {"pollSeconds": poll_seconds, "timeoutSeconds": 5, "receiptSeconds": 3600},
                },
            });
            world.hub.add_party(&party).await;
        }
        let all: &[&str] = &["dialogue", "meeting", "function", "treatment-status"];
        world
            .consent(
                WHO,
                &[
                    ("nordvik", "fjellvik", all),
                    ("fjellvik", "nordvik", all),
                    ("nordvik", "dalen", all),
                    ("dalen", "nordvik", all),
                ],
            )
            .await;
        Self {
            world,
            provider,
            gp,
            key,
        }
    }

    /// Asks the GP a question, and returns the message's id.
    async fn ask(&self, reference: &str, to: &str) -> String {
        let message = json!({
            "schema": "bindeledd/message/1", "kind": "question", "senderReference": reference,
            "participant": {"nationalId": WHO, "name": "Bruno Lenestol"},
            "to": [to], "purpose": "work-oriented-followup", "sentAt": "2026-11-20T09:00:00+01:00",
            "body": {"text": "Hvilke oppgaver klarer han nå?", "about": ["function"]},
        });
        let (status, answer) = self
            .world
            .hub
            .call(Some(&self.key), "POST", "/v1/messages", Some(&message))
            .await;
        assert_eq!(status, 202, "{answer}");
        answer["messages"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Puts a letter for the hub's HER-id into Meldingstjener, and returns its id there.
    async fn queue(&self, order: Value) -> String {
        let mut all = json!({
            "via": "queue", "to": {"name": "Bindeledd", "herId": HUB},
            "patient": {"nationalId": WHO, "givenName": "Bruno", "familyName": "Lenestol"},
        });
        for (name, value) in order.as_object().unwrap() {
            all[name] = value.clone();
        }
        if all["what"] == "raw" {
            all.as_object_mut().unwrap().remove("patient");
        }
        let sent = self.gp.send(&all).await.unwrap();
        sent["queued"].as_str().unwrap().to_owned()
    }

    /// Returns the requests to Meldingstjener about an item, in order: `fetched`, `apprec-for`, `read`.
    async fn steps(&self, item: &str) -> Vec<(String, Value)> {
        let arrivals = self.gp.arrivals(0).await.unwrap();
        arrivals.iter().filter_map(|a| step_of(a, item)).collect()
    }

    async fn read(&self, item: &str) -> Vec<(String, Value)> {
        let read = eventually(SOON, || async {
            let steps = self.steps(item).await;
            steps.iter().any(|(step, _)| step == "read").then_some(steps)
        });
        match read.await {
            Some(steps) => steps,
            None => panic!(
                "{item} was not marked: {:?}\n{}",
                self.steps(item).await,
                self.world.hub.log()
            ),
        }
    }

    async fn arrived(&self, text: &str) -> Value {
        self.provider
            .arrival(0, SOON, |a| a["body"].as_str().is_some_and(|b| b.contains(text)))
            .await
            .unwrap()
    }

    /// Checks that every request to v2 obeyed the service's own OpenAPI document.
    async fn held_to_the_openapi_page(&self) {
        let arrivals = self.gp.arrivals(0).await.unwrap();
        let wrong: Vec<_> = arrivals
            .iter()
            .filter(|a| !a["ids"]["against-openapi"].is_null())
            .collect();
        assert_eq!(wrong, Vec::<&Value>::new());
    }
}

fn step_of(arrival: &Value, item: &str) -> Option<(String, Value)> {
    let ids = arrival["ids"].as_object()?;
    let step = ["fetched", "apprec-for", "read"]
        .into_iter()
        .find(|step| ids.get(*step).and_then(Value::as_str) == Some(item))?;
    Some((step.to_owned(), arrival.clone()))
}

fn names(steps: &[(String, Value)]) -> Vec<&str> {
    steps.iter().map(|(name, _)| name.as_str()).collect()
}

fn app_rec(steps: &[(String, Value)]) -> Value {
    let (_, arrival) = steps.iter().find(|(name, _)| name == "apprec-for").unwrap();
    serde_json::from_str(arrival["body"].as_str().unwrap()).unwrap()
}

/// Plays a question and its answer through a hub that fetches: the question goes out, its AppRec and its answer are fetched,
/// receipted and marked.
async fn question_and_answer(settings: Value, poll_seconds: u32) {
    let practice = Practice::new(settings, poll_seconds).await;
    practice.gp.receipts(&json!({"via": "queue"})).await.unwrap();
    let asked = practice.ask("q-1", "fjellvik").await;
    practice.world.hub.settled(&asked, &["delivered"], SOON).await;
    let order = json!({"what": "answer", "inReplyTo": "last", "text": "Han klarer lett lagerarbeid fire timer."});
    let item = practice.queue(order).await;
    practice.arrived("lett lagerarbeid").await;
    let steps = practice.read(&item).await;
    assert_eq!(names(&steps), ["fetched", "apprec-for", "read"]);
    assert_eq!(app_rec(&steps)["appRecStatus"], "Ok");
    practice.held_to_the_openapi_page().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v2_is_listed_fetched_receipted_and_marked() {
    question_and_answer(json!({}), 1).await;
}

/// In v3 the hub does not poll within the test's time, since the stream of notifications announces everything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v3_is_told_by_its_stream() {
    question_and_answer(json!({"api": "3"}), 3600).await;
}

/// A faulty item is set aside with its reason and a negative receipt, and the next item is processed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_item_costs_nobody_else_anything() {
    let practice = Practice::new(json!({"alwaysAcknowledge": true}), 1).await;
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let garbage = practice
        .queue(json!({"what": "raw", "base64": base64("<dette er ikke XML")}))
        .await;
    let stranger = practice
        .queue(json!({"what": "note", "text": "fra en fremmed", "senderHerId": 4711}))
        .await;
    // A suspended party is treated as an unknown one, whatever it sends.
    let path = "/v1/admin/parties/dalen/suspend";
    practice.world.hub.operator("POST", path, Some(&Value::Null)).await;
    let suspended = practice
        .queue(json!({"what": "note", "text": "fra den stjålne", "senderHerId": OTHER_GP}))
        .await;
    let referral = practice.queue(json!({"what": "referral", "text": "henvises"})).await;
    let good = practice
        .queue(json!({"what": "question", "text": "Kan han ha fri hver onsdag?"}))
        .await;
    practice.arrived("fri hver onsdag").await;
    for item in [&garbage, &stranger, &suspended, &referral] {
        let steps = practice.read(item).await;
        assert_eq!(names(&steps), ["fetched", "apprec-for", "read"], "{item}");
        let receipt = app_rec(&steps);
        assert_eq!(receipt["appRecStatus"], "Rejected", "{receipt}");
        assert!(!receipt["appRecErrorList"][0]["details"].as_str().unwrap().is_empty());
    }
    assert_eq!(app_rec(&practice.read(&good).await)["appRecStatus"], "Ok");
    // There is one alert for each party and code, with a count.
    let path = "/v1/admin/alerts?kind=item-set-aside";
    let alerts = practice.world.hub.operator("GET", path, None).await;
    let mut told: Vec<_> = alerts["alerts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| (a["code"].as_str().unwrap(), a["times"].as_u64().unwrap()))
        .collect();
    told.sort_unstable();
    assert_eq!(told, [("BL-3101", 2), ("BL-4012", 2)], "{alerts}");
    let aside = practice.world.hub.operator("GET", "/v1/admin/fetched", None).await;
    let codes: Vec<_> = aside["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["BL-3101", "BL-4012", "BL-4012", "BL-3101"], "{aside}");
    practice.held_to_the_openapi_page().await;
}

/// Returns a document containing this text that was posted to Meldingstjener.
async fn posted(gp: &ControlClient, says: &str) -> String {
    let posted = eventually(SOON, || async {
        let arrivals = gp.arrivals(0).await.unwrap();
        arrivals.iter().find_map(|arrival| {
            let body: Value = serde_json::from_str(arrival["body"].as_str()?).ok()?;
            let document = base64::engine::general_purpose::STANDARD.decode(body["businessDocument"].as_str()?);
            String::from_utf8(document.ok()?)
                .ok()
                .filter(|document| document.contains(says))
        })
    });
    posted.await.unwrap()
}

/// The receipt names the field of a forbidden text, both if the message is accepted and if it is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_with_a_diagnosis_code_is_told_of_in_the_receipt() {
    for free_text in ["flag", "refuse"] {
        let configured = [("BINDELEDD__GUARD__FREE_TEXT", free_text.to_owned())];
        let practice = Practice::at(json!({"alwaysAcknowledge": true}), 1, &configured).await;
        let text = "Kan han ha fri hver onsdag? Diagnose F32.1, kona er 31777207884.";
        let item = practice.queue(json!({"what": "question", "text": text})).await;
        let receipt = if free_text == "flag" {
            practice.arrived("fri hver onsdag").await;
            // Meldingstjener's own receipt call has no partial status, so that an AppRec document reports it.
            let document = posted(&practice.gp, "<AppRec").await;
            assert!(
                document.contains("<Status V=\"3\"") && document.contains("Meldingen er sendt videre"),
                "{document}"
            );
            document
        } else {
            let receipt = app_rec(&practice.read(&item).await);
            assert_eq!(receipt["appRecStatus"], "Rejected", "{receipt}");
            let aside = practice.world.hub.operator("GET", "/v1/admin/fetched", None).await;
            assert_eq!(aside["items"][0]["code"], "BL-1007", "{aside}");
            assert_eq!(practice.provider.arrivals(0).await.unwrap().len(), 0);
            let details = receipt["appRecErrorList"][0]["details"].as_str().unwrap();
            assert!(details.contains("ikke tatt imot"), "{details}");
            details.to_owned()
        };
        assert!(
            receipt.contains("Feltet «Spørsmål» har noe som ligner en diagnosekode."),
            "{receipt}"
        );
        assert!(receipt.contains("fødselsnummer"), "{receipt}");
        let rows = practice
            .world
            .hub
            .operator("GET", "/v1/admin/audit?limit=500", None)
            .await
            .to_string();
        for told in [&receipt, &practice.world.hub.log(), &rows] {
            assert!(!told.contains("F32") && !told.contains("31777207884"), "{told}");
        }
        assert!(
            rows.contains("diagnosis-code body.text") && rows.contains("identity-number body.text"),
            "{rows}"
        );
    }
}

/// If no document brings a receipt, the hub asks for it, and gets the receiver's words.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_is_asked_for_where_none_comes() {
    let practice = Practice::new(json!({}), 1).await;
    let plan = json!({"status": "refused", "via": "status", "errors": [{"code": "E31", "text": "Ukjent pasient"}], "times": 1});
    practice.gp.receipts(&plan).await.unwrap();
    let refused = practice.ask("q-1", "fjellvik").await;
    let seen_by_operator = practice.world.hub.settled(&refused, &["refused"], SOON).await;
    let path = format!("/v1/messages/{refused}");
    let (_, seen_by_sender) = practice.world.hub.call(Some(&practice.key), "GET", &path, None).await;
    let reason = |message: &Value| message["deliveries"][0]["reason"].to_string();
    let words = reason(&seen_by_sender);
    assert!(words.contains("E31") && words.contains("Ukjent pasient"), "{words}");
    let words = reason(&seen_by_operator);
    assert!(words.contains("BL-4004") && !words.contains("pasient"), "{words}");
    practice.gp.receipts(&json!({"via": "status"})).await.unwrap();
    let taken = practice.ask("q-2", "fjellvik").await;
    practice.world.hub.settled(&taken, &["delivered"], SOON).await;
    practice.held_to_the_openapi_page().await;
}

/// A receipt for an unknown document, or from another party, settles nothing; the receipt is stored and reported.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_strange_receipt_settles_nothing() {
    let practice = Practice::new(json!({}), 1).await;
    practice.gp.receipts(&json!({"status": "none"})).await.unwrap();
    let asked = practice.ask("q-1", "fjellvik").await;
    practice.world.hub.settled(&asked, &["awaiting-receipt"], SOON).await;
    let sent = practice
        .gp
        .arrival(0, SOON, |a| !a["ids"]["msgid"].is_null())
        .await
        .unwrap();
    let msg_id = sent["ids"]["msgid"].as_str().unwrap().to_owned();
    let receipt = |id: &str| {
        let xml = format!(
            "<AppRec xmlns=\"http://www.kith.no/xmlstds/apprec/2004-11-21\"><MsgType V=\"APPREC\"/><MIGversion>1.0 2004-11-21</MIGversion>\
             <GenDate>2026-11-20T09:00:00</GenDate><Id>1</Id><Status V=\"1\" DN=\"OK\"/>\
             <OriginalMsgId><MsgType V=\"DIALOG_FORESPORSEL\"/><IssueDate>2026-11-20T09:00:00</IssueDate><Id>{id}</Id></OriginalMsgId></AppRec>"
        );
        base64::engine::general_purpose::STANDARD.encode(xml)
    };
    let unknown = practice
        .queue(json!({"what": "raw", "base64": receipt("11111111-2222-3333-4444-555555555555")}))
        .await;
    let others = practice
        .queue(json!({"what": "raw", "base64": receipt(&msg_id), "senderHerId": OTHER_GP}))
        .await;
    for item in [&unknown, &others] {
        assert_eq!(
            names(&practice.read(item).await),
            ["fetched", "read"],
            "a receipt is never receipted"
        );
    }
    let message = practice.world.hub.message(&asked).await;
    assert_eq!(message["deliveries"][0]["state"], "awaiting-receipt", "{message}");
    let alerts = practice
        .world
        .hub
        .operator("GET", "/v1/admin/alerts?kind=strange-receipt", None)
        .await;
    assert_eq!(alerts["alerts"].as_array().unwrap().len(), 2, "{alerts}");
    let right = practice.queue(json!({"what": "raw", "base64": receipt(&msg_id)})).await;
    practice.read(&right).await;
    practice.world.hub.settled(&asked, &["delivered"], SOON).await;
}

/// While Meldingstjener is unavailable, no item is lost. Afterwards the items come in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_absence_loses_nothing_and_keeps_the_order() {
    let practice = Practice::new(json!({}), 1).await;
    practice
        .gp
        .behave(&json!({"mode": "status", "status": 503}))
        .await
        .unwrap();
    let asked = practice.ask("q-1", "fjellvik").await;
    let mut items = Vec::new();
    for n in 0..5 {
        items.push(
            practice
                .queue(json!({"what": "question", "text": format!("spørsmål nummer {n} her")}))
                .await,
        );
    }
    let tried = eventually(SOON, || async {
        let message = practice.world.hub.message(&asked).await;
        (message["deliveries"][0]["attempts"].as_u64()? >= 2).then_some(())
    });
    assert!(tried.await.is_some(), "{}", practice.world.hub.message(&asked).await);
    practice.gp.behave(&json!({"mode": "ok"})).await.unwrap();
    practice
        .world
        .hub
        .settled(&asked, &["delivered", "awaiting-receipt"], SOON)
        .await;
    for item in &items {
        practice.read(item).await;
    }
    let arrivals = practice.gp.arrivals(0).await.unwrap();
    let fetched: Vec<_> = arrivals
        .iter()
        .filter(|a| a["answered"] == 200)
        .filter_map(|a| a["ids"]["fetched"].as_str())
        .collect();
    assert_eq!(fetched, items, "in the order in which they came");
    practice.held_to_the_openapi_page().await;
}

const KILLS: usize = 100;

/// The hub is killed a hundred times, at each step of an item. Each item is accepted once, receipted once in effect, and marked as
/// read only after that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_kills_lose_nothing_and_double_nothing() {
    let mut practice = Practice::new(json!({"alwaysAcknowledge": true}), 1).await;
    // Meldingstjener is slow enough for a kill to come during a request.
    practice.gp.behave(&json!({"mode": "slow", "ms": 15})).await.unwrap();
    let mut items = Vec::new();
    for n in 0..KILLS {
        let text = format!("spørsmål {n:03} om onsdager");
        let item = practice.queue(json!({"what": "question", "text": text})).await;
        wait_for_the_moment(&practice, &item, n).await;
        practice.world.hub.kill();
        practice.world.hub.restart().await;
        items.push((item, text));
    }
    practice.gp.behave(&json!({"mode": "ok"})).await.unwrap();
    for (item, text) in &items {
        let steps = practice.read(item).await;
        let receipts: Vec<_> = steps.iter().filter(|(name, _)| name == "apprec-for").collect();
        let same = receipts.iter().all(|(_, a)| a["sha256"] == receipts[0].1["sha256"]);
        assert!(same, "{item}: a repeated receipt is the same receipt");
        assert_eq!(app_rec(&steps)["appRecStatus"], "Ok");
        let taken = |name: &str| steps.iter().position(|(n, a)| n == name && a["taken"] == true).unwrap();
        let read = steps.iter().position(|(name, _)| name == "read").unwrap();
        assert!(
            taken("fetched") < taken("apprec-for") && taken("apprec-for") < read,
            "{item}: {:?}",
            names(&steps)
        );
        practice.arrived(text).await;
    }
    let accepted = practice
        .world
        .hub
        .operator("GET", "/v1/admin/messages?party=fjellvik&limit=500", None)
        .await;
    assert_eq!(
        accepted["messages"].as_array().unwrap().len(),
        KILLS,
        "each was accepted once"
    );
    let arrived = practice.provider.summary().await.unwrap();
    assert_eq!(
        (&arrived["distinct"], &arrived["changed"]),
        (&json!(KILLS), &json!(0)),
        "{arrived}"
    );
    let steps = audited_steps(&practice.world).await;
    assert_eq!(steps.len(), KILLS);
    for (place, steps) in steps {
        let in_order: Vec<_> = steps.iter().filter(|s| !matches!(s.as_str(), "item-retry")).collect();
        assert_eq!(
            in_order[..4],
            ["item-listed", "item-fetched", "item-accepted", "item-answered"],
            "{place}"
        );
        // A mark whose answer was lost is made again, and no other step is.
        assert!(
            in_order[4..]
                .iter()
                .all(|s| matches!(s.as_str(), "item-marked" | "item-listed-again")),
            "{place}: {steps:?}"
        );
    }
    println!(
        "{KILLS} kills; {} requests at the mailbox",
        practice.gp.arrivals(0).await.unwrap().len()
    );
    practice.held_to_the_openapi_page().await;
}

/// Waits for the moment of a kill: the item's fetch, its receipt or its mark, or a point in time.
async fn wait_for_the_moment(practice: &Practice, item: &str, n: usize) {
    let step = match n % 4 {
        0 => "fetched",
        1 => "apprec-for",
        2 => "read",
        _ => {
            tokio::time::sleep(Duration::from_millis((n as u64 * 37) % 400)).await;
            return;
        }
    };
    let came = eventually(SOON, || async {
        let steps = practice.steps(item).await;
        steps.iter().any(|(name, _)| name == step).then_some(())
    });
    assert!(
        came.await.is_some(),
        "{step} of {item} did not come\n{}",
        practice.world.hub.log()
    );
}

/// Returns each item's audit rows, in order.
async fn audited_steps(world: &World) -> std::collections::BTreeMap<i64, Vec<String>> {
    let mut steps = std::collections::BTreeMap::<i64, Vec<String>>::new();
    let mut from = 1;
    loop {
        let page = world
            .hub
            .operator("GET", &format!("/v1/admin/audit?from={from}&limit=1000"), None)
            .await;
        let rows = page["rows"].as_array().unwrap().clone();
        let Some(last) = rows.last() else { return steps };
        from = last["seq"].as_i64().unwrap() + 1;
        for row in rows {
            let action = row["action"].as_str().unwrap();
            if let (true, Some(place)) = (action.starts_with("item-"), row["detail"]["place"].as_i64()) {
                steps.entry(place).or_default().push(action.to_owned());
            }
        }
    }
}

/// Writes the id of the hub's letter in a spelling that another system may use.
fn respelled(id: &str, times: usize) -> String {
    match times {
        0 => id.to_ascii_uppercase(),
        1 => format!("{{{}}}", id.to_ascii_uppercase()),
        _ => format!("\n  urn:uuid:{id}\n"),
    }
}

/// A receipt and an answer spell the question's MsgId in their own ways. The receipt still settles the question, and the answer is
/// matched to it. The provider's system gets its own reference in its own spelling.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_and_an_answer_may_spell_the_id_in_their_own_way() {
    let practice = Practice::new(json!({}), 1).await;
    practice.gp.receipts(&json!({"status": "none"})).await.unwrap();
    for times in 0..3 {
        let reference = format!("5B1F0C52-1111-4A00-8000-00000000007{times}");
        let asked = practice.ask(&reference, "fjellvik").await;
        practice.world.hub.settled(&asked, &["awaiting-receipt"], SOON).await;
        let sent = practice.gp.arrival(0, SOON, |a| {
            a["document"].as_str().is_some_and(|d| d.contains("Foresporsel")) && a["ids"]["msgid"].is_string()
        });
        sent.await.unwrap();
        let arrivals = practice.gp.arrivals(0).await.unwrap();
        let mut newest = arrivals.iter().rev().filter_map(|a| a["ids"]["msgid"].as_str());
        let msg_id = newest.next().unwrap().to_owned();
        let spelled = respelled(&msg_id, times);
        let xml = format!(
            "<AppRec xmlns=\"http://www.kith.no/xmlstds/apprec/2004-11-21\"><MsgType V=\"APPREC\"/><MIGversion>1.0 2004-11-21</MIGversion>\
             <GenDate>2026-11-20T10:00:00</GenDate><Id>0c8f3d36-f9e7-4e3f-9d5c-c820fa9b5773</Id><Status V=\"1\"/>\
             <OriginalMsgId><MsgType V=\"DIALOG_FORESPORSEL\"/><IssueDate>2026-11-20T09:00:00</IssueDate><Id>{spelled}</Id></OriginalMsgId></AppRec>"
        );
        let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        practice.queue(json!({"what": "raw", "base64": base64(&xml)})).await;
        practice.world.hub.settled(&asked, &["delivered"], SOON).await;
        let text = format!("Han klarer {} timer.", times + 4);
        let answer = format!(
            "<MsgHead xmlns=\"http://www.kith.no/xmlstds/msghead/2006-05-24\"><MsgInfo><Type V=\"DIALOG_SVAR\"/>\
             <MIGversion>v1.2 2006-05-24</MIGversion><GenDate>2026-11-20T10:01:00</GenDate>\
             <MsgId>0B6F1E50-0000-4000-8000-0000000000A{times}</MsgId><Ack V=\"J\"/>\
             <ConversationRef><RefToParent>{spelled}</RefToParent><RefToConversation>{spelled}</RefToConversation></ConversationRef>\
             <Sender><Organisation><OrganisationName>Fjellvik</OrganisationName><Ident><Id>{GP}</Id><TypeId V=\"HER\"/></Ident></Organisation></Sender>\
             <Receiver><Organisation><OrganisationName>Nordvik</OrganisationName><Ident><Id>{HUB}</Id><TypeId V=\"HER\"/></Ident></Organisation></Receiver>\
             <Patient><FamilyName>Lenestol</FamilyName><Ident><Id>{WHO}</Id><TypeId V=\"FNR\"/></Ident></Patient></MsgInfo>\
             <Document><RefDoc><MsgType V=\"XML\"/><Content><Dialogmelding xmlns=\"http://www.kith.no/xmlstds/dialog/2006-10-11\"><Notat>\
             <TemaKodet V=\"5\" S=\"2.16.578.1.12.4.1.1.9069\"/><TekstNotatInnhold>{text}</TekstNotatInnhold></Notat></Dialogmelding></Content>\
             </RefDoc></Document></MsgHead>"
        );
        practice.queue(json!({"what": "raw", "base64": base64(&answer)})).await;
        let arrived = practice.arrived(&text).await;
        let told: Value = serde_json::from_str(arrived["body"].as_str().unwrap()).unwrap();
        assert_eq!(told["svarPaa"], reference, "{told}");
    }
}

/// If the party's system sends to the hub by itself, the hub does not list the inbox, but still fetches receipts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receipts_are_asked_for_where_nothing_is_fetched() {
    let practice = Practice::new(json!({"fetch": false}), 1).await;
    for (status, state) in [("ok", "delivered"), ("refused", "refused")] {
        let plan = json!({"status": status, "via": "status"});
        practice.gp.receipts(&plan).await.unwrap();
        // The earlier question's pauses have ended, so that the next question's begin from the shortest.
        let asked = practice.ask(&format!("q-{status}"), "fjellvik").await;
        practice.world.hub.settled(&asked, &[state], SOON).await;
    }
    let item = practice.queue(json!({"what": "note", "text": "ligger i ro"})).await;
    let asked = practice.ask("q-3", "fjellvik").await;
    practice.world.hub.settled(&asked, &["refused"], SOON).await;
    assert_eq!(practice.steps(&item).await, []);
}
