//! Intermediaries, odd documents and full mailboxes cost nobody a message, and no other sender its adapter.

#![expect(clippy::print_stdout, reason = "an attack says how much of what it did")]

use std::time::Duration;

use base64::Engine as _;
use bindeledd_e2e::{World, eventually, person, strength};
use bindeledd_simulators::ControlClient;
use serde_json::{Value, json};

/// Time limit for every step. At full strength the portals stay for minutes, and the hub's pause between attempts grows to ten
/// minutes.
fn soon() -> Duration {
    Duration::from_secs(strength(60, 720) as u64)
}
const HUB: u32 = 8_094_866;
const GP: u32 = 8_142_952;
const OTHER_GP: u32 = 8_142_953;

/// A provider with a system, and two practices behind one Meldingstjener from which the hub fetches.
struct Practices {
    world: World,
    provider: ControlClient,
    mailbox: ControlClient,
}

impl Practices {
    async fn new(api: &str) -> Self {
        let mut world = World::new(&[]).await;
        let (to_provider, provider) = world.counterpart("provider", &[]).await;
        let (to_mailbox, mailbox) = world.counterpart("gp", &[]).await;
        world
            .provider("nordvik", Some(&to_provider), json!({"herId": HUB}))
            .await;
        for (id, her, org) in [("fjellvik", GP, "974760924"), ("dalen", OTHER_GP, "883974832")] {
            let party = json!({
                "id": id, "name": id, "kind": "gp", "herId": her, "orgNumber": org,
                "endpoint": {
                    "adapter": "gp-dialogmelding", "address": to_mailbox, "herId": HUB,
                    "settings": {"alwaysAcknowledge": true, "api": api},
                    "limits": {"pollSeconds": 1, "timeoutSeconds": 5, "receiptSeconds": 3600},
                },
            });
            world.hub.add_party(&party).await;
        }
        let all: &[&str] = &["dialogue", "meeting", "function", "treatment-status"];
        let grants = [
            ("nordvik", "fjellvik", all),
            ("fjellvik", "nordvik", all),
            ("nordvik", "dalen", all),
            ("dalen", "nordvik", all),
        ];
        world.consent(WHO, &grants).await;
        Self {
            world,
            provider,
            mailbox,
        }
    }

    async fn queue(&self, text: &str, sender: u32) -> String {
        let order = json!({
            "via": "queue", "to": {"name": "Bindeledd", "herId": HUB}, "what": "note", "text": text, "senderHerId": sender,
            "patient": {"nationalId": WHO, "givenName": "Bruno", "familyName": "Lenestol"},
        });
        let sent = self.mailbox.send(&order).await.unwrap();
        sent["queued"].as_str().unwrap().to_owned()
    }

    async fn queue_raw(&self, document: &str, sender: u32) -> String {
        let order = json!({
            "via": "queue", "to": {"herId": HUB}, "what": "raw", "senderHerId": sender,
            "base64": base64::engine::general_purpose::STANDARD.encode(document),
        });
        let sent = self.mailbox.send(&order).await.unwrap();
        sent["queued"].as_str().unwrap().to_owned()
    }

    async fn arrived(&self, text: &str) {
        let came = self
            .provider
            .arrival(0, soon(), |a| {
                a["taken"] == true && a["body"].as_str().is_some_and(|b| b.contains(text))
            })
            .await;
        assert!(came.is_ok(), "`{text}` did not arrive\n{}", self.world.hub.log());
    }

    /// Returns the hub's requests to the mailbox about an item, in order.
    async fn steps(&self, item: &str) -> Vec<String> {
        let arrivals = self.mailbox.arrivals(0).await.unwrap();
        let step = |arrival: &Value| {
            let is_it = |name: &&str| arrival["ids"][*name].as_str() == Some(item);
            let step = ["fetched", "apprec-for", "read"].into_iter().find(is_it)?;
            (arrival["taken"] == true)
                .then(|| format!("{step} {}", arrival["ids"]["status"].as_str().unwrap_or_default()))
        };
        arrivals.iter().filter_map(step).collect()
    }

    async fn marked(&self, item: &str) -> Vec<String> {
        let read = eventually(soon(), || async {
            let steps = self.steps(item).await;
            steps.iter().any(|step| step.starts_with("read")).then_some(steps)
        });
        match read.await {
            Some(steps) => steps,
            None => panic!("{item}: {:?}\n{}", self.steps(item).await, self.world.hub.log()),
        }
    }
}

const WHO: &str = "15720255178";

/// Answers of an intermediary: with 200 and with success, empty or with a page.
fn portals() -> [Value; 6] {
    [
        json!({"mode": "page", "status": 200}),
        json!({"mode": "empty", "status": 200}),
        json!({"mode": "garbage"}),
        json!({"mode": "page", "status": 404}),
        json!({"mode": "page", "status": 403}),
        json!({"mode": "status", "status": 302}),
    ]
}

async fn alerts(world: &World, kind: &str) -> Vec<Value> {
    let answer = world
        .hub
        .operator("GET", &format!("/v1/admin/alerts?kind={kind}&limit=100"), None)
        .await;
    answer["alerts"].as_array().unwrap().clone()
}

async fn nothing_was_set_aside(world: &World) {
    assert_eq!(
        alerts(world, "adapter-quarantined").await,
        Vec::<Value>::new(),
        "{}",
        world.hub.log()
    );
}

/// Row 16: a portal answers in front of a mailbox for some seconds, at any step. It causes no rejection. No item is set aside or
/// marked, and every item arrives.
async fn a_portal_before_a_mailbox(api: &str) {
    let practices = Practices::new(api).await;
    let rounds = strength(1, 12);
    let mut items = Vec::new();
    for round in 0..rounds {
        for (n, portal) in portals().iter().enumerate() {
            let text = format!("notat {round} {n} om lager");
            let sender = if n % 2 == 0 { GP } else { OTHER_GP };
            let item = practices.queue(&text, sender).await;
            // Each round hits another step: before the list, after the list, or while it is answered.
            tokio::time::sleep(Duration::from_millis(
                ((round * 6 + n) as u64 * 137) % strength(900, 4_000) as u64,
            ))
            .await;
            practices.mailbox.behave(portal).await.unwrap();
            tokio::time::sleep(Duration::from_millis(strength(400, 3_000) as u64)).await;
            practices.mailbox.behave(&json!({"mode": "ok"})).await.unwrap();
            items.push((item, text));
        }
    }
    for (item, text) in &items {
        practices.arrived(text).await;
        let steps = practices.marked(item).await;
        assert!(steps.iter().any(|s| s == "apprec-for Ok"), "{item}: {steps:?}");
        assert!(!steps.iter().any(|s| s.contains("Rejected")), "{item}: {steps:?}");
    }
    let aside = practices.world.hub.operator("GET", "/v1/admin/fetched", None).await;
    assert_eq!(aside["items"], json!([]), "{}", practices.world.hub.log());
    let strange = alerts(&practices.world, "strange-answer").await;
    assert_eq!(
        strange.len(),
        1,
        "one alert for all that came and went within the hour: {strange:?}"
    );
    nothing_was_set_aside(&practices.world).await;
    println!(
        "api {api}: {} items behind portals, none lost, {} alert",
        items.len(),
        strange.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portal_before_a_mailbox_of_v2_loses_nothing() {
    a_portal_before_a_mailbox("2").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portal_before_a_mailbox_of_v3_loses_nothing() {
    a_portal_before_a_mailbox("3").await;
}

fn question(reference: &str, to: &str) -> Value {
    json!({
        "schema": "bindeledd/message/1", "kind": "question", "senderReference": reference,
        "participant": {"nationalId": WHO, "name": "Bruno Lenestol"},
        "to": [to], "purpose": "work-oriented-followup", "sentAt": "2026-11-20T09:00:00+01:00",
        "body": {"text": "Hvilke oppgaver klarer han nå?", "about": ["dialogue"]},
    })
}

/// Row 16, other direction: an intermediary's answer does not count as the receiver's, for any transport.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_before_a_receiver_takes_nothing() {
    let mut world = World::new(&[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    let mut receivers = Vec::new();
    for (id, kind, simulator, adapter) in [
        ("tiltak", "aft-provider", "provider", "provider-json"),
        ("sykehus", "specialist-service", "specialist", "specialist-fhir"),
        ("nav-nordvik", "nav-office", "nav-measure", "nav-measure"),
        ("fjellvik", "gp", "gp", "gp-dialogmelding"),
        ("brev", "aft-provider", "provider", "provider-json"),
    ] {
        let (address, control) = world.counterpart(simulator, &[]).await;
        let mut endpoint = json!({
            "adapter": adapter, "address": address, "settings": {}, "limits": {"receiptSeconds": 3600, "timeoutSeconds": 5},
        });
        let mut party = json!({"id": id, "name": id, "kind": kind});
        match adapter {
            "gp-dialogmelding" => {
                endpoint["herId"] = json!(HUB);
                endpoint["settings"] = json!({"fetch": false});
                party["herId"] = json!(GP);
                party["person"] = json!({"givenName": "Grønn", "familyName": "Vits", "hpr": "565501872"});
            }
            "nav-measure" => endpoint["orgNumber"] = json!("889640782"),
            _ => {}
        }
        party["endpoint"] = endpoint;
        world.hub.add_party(&party).await;
        world
            .consent(WHO, &[("nordvik", id, &["dialogue", "meeting", "function"])])
            .await;
        receivers.push((id, control));
    }
    let mut tried = 0;
    for round in 0..strength(1, 5) {
        for (n, portal) in portals().iter().enumerate() {
            let mut sent = Vec::new();
            let mut before = Vec::new();
            for (id, control) in &receivers {
                before.push(control.arrivals(0).await.unwrap().len());
                control.behave(portal).await.unwrap();
                let question = question(&format!("q-{round}-{n}-{id}"), id);
                let (status, answer) = world
                    .hub
                    .call(Some(&key), "POST", "/v1/messages", Some(&question))
                    .await;
                assert_eq!(status, 202, "{answer}");
                sent.push(answer["messages"][0]["id"].as_str().unwrap().to_owned());
            }
            for (((id, control), message), before) in receivers.iter().zip(&sent).zip(before) {
                // The document was sent at least once, and the portal's answer did no harm.
                let arrival = control.arrival(before, soon(), |a| a["taken"] == false).await;
                assert!(arrival.is_ok(), "{id} was not tried");
                let state = world.hub.message(message).await["deliveries"][0]["state"].clone();
                assert!(
                    matches!(state.as_str(), Some("waiting" | "sending" | "reserved")),
                    "{id}, {portal}: {state}\n{}",
                    world.hub.log()
                );
            }
            for ((id, control), message) in receivers.iter().zip(&sent) {
                control.behave(&json!({"mode": "ok"})).await.unwrap();
                world
                    .hub
                    .settled(message, &["delivered", "awaiting-receipt"], soon())
                    .await;
                let arrivals = control.arrivals(0).await.unwrap();
                assert!(arrivals.iter().any(|a| a["taken"] == true), "{id}");
                tried += 1;
            }
        }
    }
    let strange = alerts(&world, "strange-answer").await;
    assert_eq!(strange.len(), receivers.len(), "one an address: {strange:?}");
    println!(
        "{tried} deliveries met something else than their receiver and arrived, {} alerts",
        strange.len()
    );
}

/// Row 15: a sender's values in the small fields of its documents count as its own errors, each with a code. Other senders'
/// documents are read as usual.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_references_cost_their_sender_alone() {
    let world = World::new(&[]).await;
    let bad = world
        .provider(
            "uvettig",
            Some("https://localhost:9"),
            json!({"orgNumber": "915933149"}),
        )
        .await;
    let hospital = json!({"id": "sykehus", "name": "Sykehus", "kind": "specialist-service",
        "endpoint": {"adapter": "specialist-fhir", "address": "https://localhost:9", "settings": {}}});
    let hospital = world.hub.add_party(&hospital).await;
    let good = world.provider("nordvik", Some("https://localhost:9"), json!({})).await;
    let odd: Vec<String> = ["", " ", "\u{0}", "\u{7f}\u{85}", "a\nb", "\u{202e}å"]
        .into_iter()
        .map(str::to_owned)
        .chain([30, 200, 501, 5_000, 100_000].map(|n| "x".repeat(n)))
        .collect();
    let mut codes = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..strength(2, 40) {
        for value in &odd {
            let native = [
                (
                    &bad,
                    "uvettig",
                    json!({"kvittering": {"gjelder": value, "status": value, "feil": [{"kode": value, "tekst": value}, value]}}),
                ),
                (
                    &bad,
                    "uvettig",
                    json!({"kvittering": {"gjelder": "1", "status": "avvist", "feil": [{"kode": value, "tekst": value}]}}),
                ),
                (
                    &bad,
                    "uvettig",
                    json!({"meldingstype": "SVAR", "referanse": value, "samtalegruppe": value, "vedlegg": [{"navn": value}]}),
                ),
                (
                    &hospital,
                    "sykehus",
                    json!({"resourceType": "Bundle", "type": "message", "entry": [{"resource": {
                    "resourceType": "MessageHeader", "id": value, "eventCoding": {"system": value, "code": value},
                    "response": {"identifier": value, "code": value}}}]}),
                ),
            ];
            for (key, party, document) in native {
                let path = format!("/v1/parties/{party}/documents");
                let (status, answer) = world.hub.call(Some(key), "POST", &path, Some(&document)).await;
                let code = answer["code"].as_str().unwrap_or_default().to_owned();
                assert!(
                    matches!(status, 202 | 422)
                        && !matches!(code.as_str(), "BL-3002" | "BL-3003" | "BL-3004" | "BL-3020"),
                    "{party}: {status} {answer}"
                );
                *codes.entry(format!("{status} {code}")).or_default() += 1;
            }
        }
    }
    let fine = json!({"kvittering": {"gjelder": "ukjent", "status": "mottatt"}});
    let (status, answer) = world
        .hub
        .call(Some(&good), "POST", "/v1/parties/nordvik/documents", Some(&fine))
        .await;
    assert_eq!(status, 202, "{answer}");
    nothing_was_set_aside(&world).await;
    println!("odd references: {codes:?}");
}

/// Row 15 at a mailbox: odd AppRecs of one practice, with a note of the other practice among them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_receipts_in_a_mailbox_cost_their_sender_alone() {
    let practices = Practices::new("2").await;
    let apprec = |id: &str, text: &str| {
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><AppRec xmlns="http://www.kith.no/xmlstds/apprec/2004-11-21"><Status V="2"/><Error V="{text}" DN="{text}"/><OriginalMsgId><Id>{id}</Id></OriginalMsgId></AppRec>"#
        )
    };
    let mut odd = Vec::new();
    for n in 0..strength(8, 60) {
        let id = ["", " ", "&#x85;", &"x".repeat(501), "&#x9;a&#xA;b"][n % 5].to_owned();
        odd.push(practices.queue_raw(&apprec(&id, &"å".repeat(5_000)), GP).await);
    }
    let item = practices.queue("fra den andre legen", OTHER_GP).await;
    practices.arrived("fra den andre legen").await;
    practices.marked(&item).await;
    for item in &odd {
        practices.marked(item).await;
    }
    nothing_was_set_aside(&practices.world).await;
    let aside = practices
        .world
        .hub
        .operator("GET", "/v1/admin/fetched?limit=100", None)
        .await;
    let codes: Vec<_> = aside["items"].as_array().unwrap().iter().map(|i| &i["code"]).collect();
    assert!(
        codes.iter().all(|code| **code == "BL-3101"),
        "refused by the adapter, which none of them failed: {codes:?}"
    );
    println!("{} odd receipts, one note beside them", odd.len());
}

/// Row 7: all units of one organisation send documents that exceed an adapter's limits, while another organisation sends normal
/// ones. The first organisation's next documents wait, the second's are accepted, and the operator can end the wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_documents_of_one_organisation_stop_nobody_else() {
    let mut world = World::new(&[("BINDELEDD__ADAPTER_LIMITS__MEMORY_MB", "8".to_owned())]).await;
    let (address, system) = world.counterpart("provider", &[]).await;
    let units = strength(3, 8);
    let mut keys = Vec::new();
    for unit in 0..units {
        let more = if unit == 0 {
            json!({"orgNumber": "915933149"})
        } else {
            json!({"partOf": "unit-0"})
        };
        keys.push(world.provider(&format!("unit-{unit}"), Some(&address), more).await);
    }
    let good = world
        .provider("nordvik", Some(&address), json!({"orgNumber": "974760924"}))
        .await;
    world.provider("mottaker", Some(&address), json!({})).await;
    let who = person(3);
    world
        .consent(&who, &[("nordvik", "mottaker", &["dialogue", "goals", "progress"])])
        .await;
    let large = json!({"meldingstype": "SVAR", "x": vec![0; 1_500_000]});
    let (mut breaches, mut waits) = (0, 0);
    for _ in 0..strength(8, 20) {
        for (unit, key) in keys.iter().enumerate() {
            let path = format!("/v1/parties/unit-{unit}/documents");
            let (status, answer) = world.hub.call(Some(key), "POST", &path, Some(&large)).await;
            match (status, answer["code"].as_str()) {
                (422, Some("BL-3002" | "BL-3003")) => breaches += 1,
                (429, Some("BL-3020")) => waits += 1,
                _ => panic!("{status} {answer}"),
            }
        }
    }
    assert!(
        (5..=20).contains(&breaches) && waits > 0,
        "{breaches} breaches, {waits} waits"
    );
    let mut fine = question("etter-angrepet", "mottaker");
    fine["participant"]["nationalId"] = json!(who);
    let (status, answer) = world.hub.call(Some(&good), "POST", "/v1/messages", Some(&fine)).await;
    assert_eq!(status, 202, "{answer}");
    let message = answer["messages"][0]["id"].as_str().unwrap();
    world.hub.settled(message, &["delivered"], soon()).await;
    assert_eq!(
        system.arrivals(0).await.unwrap().len(),
        1,
        "written by the adapter that was attacked"
    );
    let own = json!({"kvittering": {"gjelder": "ukjent", "status": "mottatt"}});
    let (status, answer) = world
        .hub
        .call(Some(&good), "POST", "/v1/parties/nordvik/documents", Some(&own))
        .await;
    assert_eq!(status, 202, "{answer}");
    let (status, _) = world
        .hub
        .call(Some(&keys[0]), "POST", "/v1/parties/unit-0/documents", Some(&own))
        .await;
    assert_eq!(status, 429);
    nothing_was_set_aside(&world).await;
    let reset = world
        .hub
        .operator("POST", "/v1/admin/adapters/provider-json/reset", None)
        .await;
    assert_eq!(reset, json!({"adapter": "provider-json", "wasSetAside": false}));
    let (status, answer) = world
        .hub
        .call(Some(&keys[0]), "POST", "/v1/parties/unit-0/documents", Some(&own))
        .await;
    assert_eq!(status, 202, "{answer}");
    let audit = world.hub.operator("GET", "/v1/admin/audit?limit=1000", None).await;
    let rows = audit["rows"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["action"] == "adapter-reset"), "{rows:?}");
    println!("{breaches} breaches of {units} units, then {waits} documents turned away; nobody else noticed");
}

/// Row 27: a mailbox of two practices has more items than a page, and some can not be read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_mailbox_goes_on_past_what_is_bad_in_it() {
    let practices = Practices::new("2").await;
    let count = strength(110, 300);
    let mut bad = Vec::new();
    for n in 0..count {
        bad.push(practices.queue_raw(&format!("<dette er ikke XML {n}"), GP).await);
    }
    let last = practices.queue("den siste i en full postkasse", OTHER_GP).await;
    practices.arrived("den siste i en full postkasse").await;
    practices.marked(&last).await;
    for item in &bad {
        practices.marked(item).await;
    }
    // From here on the mailbox has no new item: no row is written, however often the mailbox is listed.
    let rows = || async {
        let audit = practices
            .world
            .hub
            .operator("GET", "/v1/admin/audit?from=1&limit=1000", None)
            .await;
        let mut rows = audit["rows"].as_array().unwrap().clone();
        loop {
            let from = rows.last().and_then(|row| row["seq"].as_i64()).unwrap_or(0) + 1;
            let path = format!("/v1/admin/audit?from={from}&limit=1000");
            let page = practices.world.hub.operator("GET", &path, None).await;
            match page["rows"].as_array() {
                Some(more) if !more.is_empty() => rows.extend(more.iter().cloned()),
                _ => break,
            }
        }
        let of_items = rows
            .iter()
            .filter(|r| r["action"].as_str().is_some_and(|a| a.starts_with("item-")));
        of_items.count()
    };
    let before = rows().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(rows().await, before);
    nothing_was_set_aside(&practices.world).await;
    println!("{count} items that can not be read, and one behind them that was: {before} rows");
}
