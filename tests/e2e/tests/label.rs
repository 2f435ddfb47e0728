//! A party with a public label: nothing that other parties get reveals its identity.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindeledd_e2e::{World, ask, person};
use serde_json::{Value, json};

const LABEL: &str = "Havna spesialisthelsetjeneste";
const SWITCHBOARD: &str = "70001122";

/// Every text that would reveal the party's identity.
const OWN: [&str; 11] = [
    "Psykiatrisk poliklinikk Havna",
    "883974832",
    "8143060",
    "77889900",
    "66554433",
    "Ruspoliklinikken",
    "psykologspesialist",
    "565501872",
    "Klinikksjefen",
    "974760924",
    "8142952",
];

const ALL: [&str; 8] = [
    "progress",
    "goals",
    "meeting",
    "dialogue",
    "facilitation",
    "function",
    "treatment-status",
    "outcome",
];

/// The receivers: one for each adapter, and one without an adapter.
const RECEIVERS: [(&str, Option<&str>); 6] = [
    ("json", Some("provider-json")),
    ("legen", Some("gp-dialogmelding")),
    ("fhir", Some("specialist-fhir")),
    ("nav", Some("nav-measure")),
    ("brev", Some("print-letter")),
    ("bar", None),
];

/// Makes a clinic with a label, inside another party with a label, and a receiver for each adapter.
async fn world() -> (World, String, Vec<(String, String)>) {
    let world = World::new(&[]).await;
    let whole = json!({"id": "foretaket", "name": "Psykiatrisk poliklinikk Havna", "kind": "specialist-service",
        "publicLabel": "Helseforetaket", "orgNumber": "974760924", "herId": 8_142_952, "phone": "77889900"});
    world.hub.add_party(&whole).await;
    let clinic = json!({
        "id": "avsender", "name": "Psykiatrisk poliklinikk Havna", "publicLabel": LABEL, "publicPhone": SWITCHBOARD,
        "kind": "specialist-service", "partOf": "foretaket", "orgNumber": "883974832", "herId": 8_143_060, "phone": "77889900",
        "person": {"givenName": "Klinikksjefen", "familyName": "Vits", "hpr": "565501872"},
        "handlers": [{"name": "Grønn Vits", "role": "psykologspesialist", "unit": "Ruspoliklinikken", "phone": "66554433"}],
        "registrar": true,
    });
    let key = world.hub.add_party(&clinic).await;
    let mut receivers = Vec::new();
    for (id, adapter) in RECEIVERS {
        let mut party = json!({"id": id, "name": format!("Mottaker {id}"), "kind": "other"});
        let endpoint = adapter
            .map(|adapter| json!({"adapter": adapter, "settings": {}, "herId": 8_094_866, "orgNumber": "915933149"}));
        if let Some(endpoint) = endpoint {
            party["endpoint"] = endpoint;
        }
        if id == "legen" {
            party["herId"] = json!(8_094_999);
        }
        receivers.push((id.to_owned(), world.hub.add_party(&party).await));
    }
    (world, key, receivers)
}

/// Checks that a text contains nothing that identifies the clinic.
fn holds(text: &str, place: &str) {
    for own in OWN {
        let parted = own.bytes().all(|b| b.is_ascii_digit()).then(|| grouped(own));
        for form in std::iter::once(own.to_owned()).chain(parted.into_iter().flatten()) {
            assert!(!text.contains(&form), "{place} tells `{form}`: {text}");
        }
    }
}

/// Returns a number in the groupings that pages for people use.
fn grouped(number: &str) -> [String; 2] {
    let by = |n: usize| {
        let digits: Vec<_> = number.as_bytes().chunks(n).map(String::from_utf8_lossy).collect();
        digits.join(" ")
    };
    [by(2), by(3)]
}

/// Returns a document as its receiver reads it, decoded from base64 if needed.
fn readable(item: &Value) -> String {
    let decoded = |text: &str| {
        let bytes = STANDARD.decode(text).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let document = &item["document"];
    let text = document["base64"]
        .as_str()
        .map_or_else(|| document.to_string(), decoded);
    let inside: Option<Value> = serde_json::from_str(&text).ok();
    match inside.as_ref().and_then(|inside| inside["businessDocument"].as_str()) {
        Some(inside) => format!("{text}\n{}", decoded(inside)),
        None => text,
    }
}

fn fixtures() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/catalogue/fixtures");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut found: Vec<_> = files
        .map(|file| {
            let draft: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            (draft["kind"].as_str().unwrap().to_owned(), draft)
        })
        // Only the hub writes this kind; it is among the items that are fetched at the end.
        .filter(|(kind, _)| kind != "consent-withdrawn")
        .collect();
    // A corrected message comes before its correction.
    found.sort_by_key(|(kind, _)| (kind == "correction", kind.clone()));
    found
}

/// Sends every kind to every receiver, and returns each kind's message.
async fn send_every_kind(world: &World, key: &str, who: &str) -> Vec<String> {
    let to: Vec<&str> = RECEIVERS.iter().map(|(id, _)| *id).collect();
    let mut messages = Vec::new();
    for (kind, mut draft) in fixtures() {
        let map = draft.as_object_mut().unwrap();
        for gone in ["id", "from", "inReplyTo", "expiresAt", "conversation"] {
            map.remove(gone);
        }
        if kind == "correction" {
            draft["supersedes"] = "label-progress-update".into();
        }
        draft["senderReference"] = format!("label-{kind}").into();
        draft["participant"] = json!({"nationalId": who, "name": "Snill Tester"});
        draft["to"] = json!(to);
        draft["handler"] = json!({
            "name": "Grønn Vits", "role": "psykologspesialist", "unit": "Ruspoliklinikken", "phone": "66554433",
        });
        let (status, answer) = world.hub.call(Some(key), "POST", "/v1/messages", Some(&draft)).await;
        assert_eq!(status, 202, "{kind}: {answer}");
        messages.push(answer["messages"][0]["id"].as_str().unwrap().to_owned());
    }
    messages
}

#[derive(Default)]
struct Found {
    documents: usize,
    with_label: usize,
    with_phone: usize,
}

/// Fetches everything from the inboxes, and checks that none of it identifies the clinic.
async fn look(world: &World, receivers: &[(String, String)], found: &mut Found) {
    for (id, key) in receivers {
        loop {
            let path = format!("/v1/parties/{id}/inbox?limit=100");
            let (status, inbox) = world.hub.call(Some(key), "GET", &path, None).await;
            assert_eq!(status, 200, "{inbox}");
            let items = inbox["items"].as_array().unwrap();
            if items.is_empty() {
                break;
            }
            for item in items {
                let document = readable(item);
                holds(&document, &format!("a document for {id}"));
                found.documents += 1;
                found.with_label += usize::from(document.contains(LABEL));
                let dense = document.replace(' ', "");
                found.with_phone += usize::from(dense.contains(SWITCHBOARD));
                let ack = format!("/v1/parties/{id}/inbox/{}/ack", item["delivery"].as_str().unwrap());
                world.hub.call(Some(key), "POST", &ack, None).await;
            }
        }
    }
}

/// Requests a path in every media type, and checks that no answer identifies the clinic.
async fn answers_hold(world: &World, key: &str, path: &str) {
    for accept in ["application/json", "application/fhir+json", "text/html", "text/plain"] {
        let asked = world.hub.client.get(format!("{}{path}", world.hub.address()));
        let answer = asked.bearer_auth(key).header("accept", accept).send().await.unwrap();
        holds(&answer.text().await.unwrap(), &format!("{path} as {accept}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_document_and_no_answer_leads_to_a_labelled_partys_own_name() {
    let (world, key, receivers) = world().await;
    let who = person(0);
    let grants: Vec<_> = RECEIVERS.iter().map(|(to, _)| ("avsender", *to, &ALL[..])).collect();
    let consent = world.consent(&who, &grants).await;
    let participant = consent["participant"]["ref"].as_str().unwrap();
    let consent = consent["id"].as_str().unwrap();
    let messages = send_every_kind(&world, &key, &who).await;
    let mut found = Found::default();
    look(&world, &receivers, &mut found).await;
    // The answers to other parties, and the documents for the participant, which other people may see.
    let (_, other) = &receivers[0];
    let operator = std::fs::read_to_string(world.hub.dir().join("data/operator.key")).unwrap();
    let disclosures = format!("/v1/participants/{participant}/disclosures");
    answers_hold(&world, operator.trim(), &disclosures).await;
    let mut paths = vec![
        disclosures,
        "/v1/directory/avsender".to_owned(),
        format!("/v1/consents/{consent}"),
        "/v1/parties/json/alerts".to_owned(),
    ];
    paths.extend(messages.iter().map(|message| format!("/v1/messages/{message}")));
    for path in &paths {
        answers_hold(&world, other, path).await;
    }
    let (_, shown) = world.hub.call(Some(other), "GET", "/v1/directory/avsender", None).await;
    assert_eq!((&shown["name"], &shown["phone"]), (&json!(LABEL), &json!(SWITCHBOARD)));
    // A number must not find the party, since that would link the number with the label.
    for name in ["her:8143060", "org:883974832"] {
        let (status, answer) = world
            .hub
            .call(Some(other), "GET", &format!("/v1/directory/{name}"), None)
            .await;
        assert_eq!(status, 404, "{answer}");
    }
    for arguments in [
        vec!["participant", "disclosures", participant],
        vec!["consent", "form", "--consent", consent],
        vec!["consent", "show", consent, "--fhir"],
    ] {
        holds(&ask(&world, &arguments), &arguments.join(" "));
    }
    let path = format!("/v1/participants/{participant}/export");
    let export = world
        .hub
        .operator("POST", &path, Some(&json!({"reason": "innsyn 2026/1"})))
        .await;
    holds(&export["parties"].to_string(), "the export's parties");
    // The withdrawal notice must not identify the clinic either.
    let path = format!("/v1/consents/{consent}/withdraw");
    world.hub.operator("POST", &path, Some(&json!({}))).await;
    let before = found.documents;
    look(&world, &receivers, &mut found).await;
    let Found {
        documents,
        with_label,
        with_phone,
    } = found;
    println!(
        "{} kinds, {} adapters and none: {documents} documents, {with_label} with the label, {with_phone} with its telephone",
        messages.len(),
        RECEIVERS.len() - 1
    );
    assert!(messages.len() >= 17 && documents > before);
    assert!(
        documents > 60 && with_label > 30 && with_phone > 30,
        "{documents} {with_label} {with_phone}"
    );
}
