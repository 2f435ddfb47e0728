//! One example for each kind of party, in `config/examples`, and a message that takes its route. `docs/routes.md`
//! describes them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use bindeledd_e2e::{World, built_binary};
use bindeledd_simulators::ControlClient;
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(30);
const WHO: &str = "15720255178";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Returns every example, by its file's name.
fn examples() -> BTreeMap<String, Value> {
    let folder = std::fs::read_dir(root().join("config/examples")).unwrap();
    let files = folder.map(|entry| entry.unwrap().path());
    // One example is a consent, not a party.
    let json = files.filter(|path| path.extension().is_some_and(|e| e == "json") && !path.ends_with("consent.json"));
    json.map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap())
    })
    .collect()
}

/// The counterparts for the examples' addresses, and every example as a party.
struct Field {
    world: World,
    wires: BTreeMap<&'static str, ControlClient>,
    keys: BTreeMap<String, String>,
}

/// Returns the counterpart that speaks an adapter's format.
fn system_of(adapter: &str) -> &'static str {
    match adapter {
        "gp-dialogmelding" => "gp",
        "specialist-fhir" => "specialist",
        "provider-json" => "provider",
        other => panic!("no counterpart speaks {other}"),
    }
}

impl Field {
    async fn new(examples: &BTreeMap<String, Value>) -> Self {
        let mut world = World::new(&[]).await;
        let mut wires = BTreeMap::new();
        let mut addresses = BTreeMap::new();
        for kind in ["gp", "specialist", "provider"] {
            let (address, control) = world.counterpart(kind, &[]).await;
            addresses.insert(kind, address);
            wires.insert(kind, control);
        }
        // Receipts can be fetched in both versions of Meldingstjener.
        wires["gp"].receipts(&json!({"via": "status"})).await.unwrap();
        let mut keys = BTreeMap::new();
        for (name, example) in examples {
            let mut party = example.clone();
            if let Some(endpoint) = party.get_mut("endpoint").and_then(Value::as_object_mut) {
                // The systems here need no credential, and have addresses of their own.
                endpoint.remove("credential");
                if endpoint.contains_key("address") {
                    let system = system_of(endpoint["adapter"].as_str().unwrap());
                    endpoint.insert("address".into(), addresses[system].clone().into());
                    endpoint.insert("limits".into(), json!({"pollSeconds": 1}));
                }
            }
            keys.insert(name.clone(), world.hub.add_party(&party).await);
        }
        Self { world, wires, keys }
    }

    async fn send(&self, from: &str, key: &str, to: &str, topic: &str) -> String {
        let message = json!({
            "kind": "meeting-request", "senderReference": format!("{from}-{to}"), "participant": {"nationalId": WHO, "name": "Bruno Lenestol"},
            "to": [to], "sentAt": "2026-11-20T09:00:00+01:00",
            "body": {"proposedTimes": [{"start": "2026-12-10T10:00:00+01:00"}], "place": "Storgata 1", "topic": topic},
        });
        let (status, answer) = self
            .world
            .hub
            .call(Some(key), "POST", "/v1/messages", Some(&message))
            .await;
        assert_eq!(status, 202, "{from} to {to}: {answer}");
        let message = &answer["messages"][0];
        assert_eq!(message["deliveries"][0]["state"], "waiting", "{from} to {to}: {answer}");
        message["id"].as_str().unwrap().to_owned()
    }

    /// Returns the document that reaches a party: over its wire, or from its inbox, where the test acknowledges it.
    async fn arrived(&self, name: &str, example: &Value, topic: &str) {
        let endpoint = &example["endpoint"];
        if !endpoint["address"].is_null() {
            let wire = &self.wires[system_of(endpoint["adapter"].as_str().unwrap())];
            let arrival = wire
                .arrival(0, SOON, |a| {
                    [&a["body"], &a["document"]]
                        .iter()
                        .any(|text| text.as_str().is_some_and(|t| t.contains(topic)))
                })
                .await;
            assert!(arrival.is_ok(), "{name}: {arrival:?}\n{}", self.world.hub.log());
            return;
        }
        let (id, key) = (example["id"].as_str().unwrap(), &self.keys[name]);
        let (status, inbox) = self
            .world
            .hub
            .call(Some(key), "GET", &format!("/v1/parties/{id}/inbox"), None)
            .await;
        assert_eq!(status, 200, "{name}: {inbox}");
        let item = &inbox["items"][0];
        // A page or a letter is in the inbox as bytes, a JSON document as JSON.
        let bytes = item["document"]["base64"].as_str().map(|text| {
            let decoded = base64::engine::general_purpose::STANDARD.decode(text).unwrap();
            String::from_utf8(decoded).unwrap()
        });
        let text = bytes.unwrap_or_else(|| item.to_string());
        assert!(text.contains(topic), "{name}: {text}");
        let ack = format!("/v1/parties/{id}/inbox/{}/ack", item["delivery"].as_str().unwrap());
        let acknowledged = self.world.hub.call(Some(key), "POST", &ack, Some(&json!({}))).await;
        // A document for manual entry is delivered once a person reports it.
        if acknowledged.0 == 200 {
            let entered = ack.replace("/ack", "/entered");
            let said = self.world.hub.call(Some(key), "POST", &entered, None).await;
            assert_eq!((name, said.0), ("nav-office", 204), "{said:?}");
            return;
        }
        assert_eq!(acknowledged.0, 204, "{name}: {acknowledged:?}");
    }
}

/// A message goes to each party, and back from each party that writes the hub's own JSON.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_carries_a_message() {
    let examples = examples();
    let field = Field::new(&examples).await;
    let provider = examples["aft-provider"]["id"].as_str().unwrap();
    let others: Vec<(&String, &Value)> = examples.iter().filter(|(name, _)| *name != "aft-provider").collect();
    let mut grants: Vec<(&str, &str, &[&str])> = Vec::new();
    for (_, example) in &others {
        let id = example["id"].as_str().unwrap();
        grants.push((provider, id, &["meeting"]));
        grants.push((id, provider, &["meeting"]));
    }
    field.world.consent(WHO, &grants).await;
    for (name, example) in &others {
        let id = example["id"].as_str().unwrap();
        let topic = format!("Samarbeid med {name} om veien videre");
        let out = field.send(provider, &field.keys["aft-provider"], id, &topic).await;
        field.arrived(name, example, &topic).await;
        field.world.hub.settled(&out, &["delivered"], SOON).await;
        let back = format!("Svar fra {name} om veien videre");
        let answered = field.send(id, &field.keys[*name], provider, &back).await;
        field.arrived("aft-provider", &examples["aft-provider"], &back).await;
        field.world.hub.settled(&answered, &["delivered"], SOON).await;
    }
}

/// A provider registers consents for every example. The other parties' grants wait for confirmation, the answer names them, and
/// the operator confirms them with evidence. Before that the message is blocked and an alert is open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_is_confirmed_as_the_answer_of_registering_says() {
    let examples = examples();
    let field = Field::new(&examples).await;
    let hub = &field.world.hub;
    let (provider, key) = (
        examples["aft-provider"]["id"].as_str().unwrap(),
        &field.keys["aft-provider"],
    );
    let others: Vec<&str> = examples
        .values()
        .map(|e| e["id"].as_str().unwrap())
        .filter(|id| *id != provider)
        .collect();
    let grant = |from: &&str| json!({"from": from, "to": provider, "purpose": "work-oriented-followup", "categories": ["meeting"]});
    let consent = json!({
        "schema": "bindeledd/consent/1", "participant": {"nationalId": WHO}, "givenAt": "2026-11-01T10:00:00+01:00",
        "givenBy": {"role": "participant"}, "controller": provider, "textVersion": "2026-1",
        "evidence": {"type": "signed-form", "reference": "arkiv 2026/1"}, "period": {"start": "2026-11-01"},
        "grants": others.iter().map(grant).collect::<Vec<_>>(),
    });
    let (status, answer) = hub.call(Some(key), "POST", "/v1/consents", Some(&consent)).await;
    assert_eq!(status, 201, "{answer}");
    let waiting = answer["waiting"].as_array().unwrap();
    let waits_for: Vec<_> = waiting.iter().map(|w| w["from"].as_str().unwrap()).collect();
    assert_eq!(waits_for, others);
    let employer = examples["employer"]["id"].as_str().unwrap();
    let message = json!({
        "kind": "meeting-request", "senderReference": "venter-1", "participant": {"nationalId": WHO},
        "to": [provider], "sentAt": "2026-11-20T09:00:00+01:00",
        "body": {"proposedTimes": [{"start": "2026-12-10T10:00:00+01:00"}], "place": "Storgata 1", "topic": "Oppstart"},
    });
    let (_, sent) = hub
        .call(Some(&field.keys["employer"]), "POST", "/v1/messages", Some(&message))
        .await;
    assert_eq!(
        sent["messages"][0]["deliveries"][0]["reason"]["code"], "BL-2006",
        "{sent}"
    );
    let alerts = async || {
        let path = "/v1/admin/alerts?kind=grant-awaits-confirmation";
        let (_, alerts) = hub.call(None, "GET", path, None).await;
        alerts["alerts"].as_array().unwrap().clone()
    };
    assert_eq!(alerts().await[0]["party"], employer);
    assert_eq!(alerts().await[0]["endedAt"], Value::Null);
    let confirm = format!("/v1/consents/{}/confirm", answer["id"].as_str().unwrap());
    for from in others {
        let said = json!({"from": from, "evidence": {"type": "agreement", "reference": "arkiv 2026/114"}});
        let (status, confirmed) = hub.call(None, "POST", &confirm, Some(&said)).await;
        assert_eq!(
            (status, &confirmed["confirmed"]),
            (200, &json!(1)),
            "{from}: {confirmed}"
        );
    }
    assert!(alerts().await[0]["endedAt"].is_string());
    let id = sent["messages"][0]["id"].as_str().unwrap();
    let (status, _) = hub
        .call(
            Some(&field.keys["employer"]),
            "POST",
            &format!("/v1/messages/{id}/retry"),
            None,
        )
        .await;
    assert_eq!(status, 200);
    field
        .arrived("aft-provider", &examples["aft-provider"], "Oppstart")
        .await;
    hub.settled(id, &["delivered"], SOON).await;
}

/// Every kind of party has an example, and `docs/routes.md` describes each example.
#[test]
fn every_kind_of_party_has_an_example_that_is_told_of() {
    let page = std::fs::read_to_string(root().join("docs/routes.md")).unwrap();
    let examples = examples();
    for name in examples.keys() {
        assert!(page.contains(&format!("config/examples/{name}.json")), "{name}");
    }
    let kinds: Vec<&str> = examples.values().map(|e| e["kind"].as_str().unwrap()).collect();
    let all = [
        "aft-provider",
        "gp",
        "specialist-service",
        "nav-office",
        "aids-centre",
        "employer",
        "clubhouse",
        "job-mastery-centre",
        "health-at-work",
        "rehabilitation",
        "municipality",
        "other",
    ];
    for kind in all {
        assert!(kinds.contains(&kind), "{kind}");
    }
}

fn import(field: &Field, file: &str, more: &[&str]) -> (i32, Value) {
    let config = field.world.hub.dir().join("bindeledd.toml");
    let output = std::process::Command::new(built_binary("bindeledd"))
        .args(["--config".as_ref(), config.as_os_str()])
        .args(["party", "import", "--json", "--url", field.world.hub.address(), file])
        .args(more)
        .output()
        .unwrap();
    let answer = serde_json::from_slice(&output.stdout);
    let answer = answer.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), answer)
}

fn outcomes(answer: &Value) -> Vec<&str> {
    let parties = answer["parties"].as_array().unwrap();
    parties.iter().map(|p| p["outcome"].as_str().unwrap()).collect()
}

/// A file with fifteen sites is checked, and refused as a whole while one is faulty; then it is accepted. Importing it again
/// changes nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifteen_sites_are_imported_from_one_file() {
    let all = examples();
    let only: BTreeMap<String, Value> = [("aft-provider".to_owned(), all["aft-provider"].clone())].into();
    let field = Field::new(&only).await;
    let sites = root().join("config/examples/aft-sites.csv");
    let path = sites.display().to_string();
    let count = async || {
        let parties = field.world.hub.operator("GET", "/v1/admin/parties", None).await;
        parties["parties"].as_array().unwrap().len()
    };

    let (code, tried) = import(&field, &path, &["--dry-run"]);
    assert_eq!((code, outcomes(&tried)), (0, vec!["added"; 15]), "{tried}");
    assert_eq!(
        (count().await, &tried["applied"]),
        (1, &json!(false)),
        "a dry run does nothing"
    );

    let broken = field.world.dir.path().join("broken.csv");
    let text = std::fs::read_to_string(&sites)
        .unwrap()
        .replace("nordvik-gol;", "nordvik-alta;");
    let text = text.replace(";nordvik-aft;22112242", ";finnes-ikke;22112242");
    std::fs::write(&broken, text).unwrap();
    let (code, refused) = import(&field, &broken.display().to_string(), &[]);
    let wrong: Vec<_> = refused["parties"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|p| p["outcome"] == "refused")
        .map(|p| (p["id"].as_str().unwrap(), p["problem"]["code"].as_str().unwrap()))
        .collect();
    assert_eq!(code, 3, "{refused}");
    assert_eq!(
        wrong,
        [("nordvik-dovre", "BL-1104"), ("nordvik-alta", "BL-1108")],
        "{refused}"
    );
    assert_eq!(count().await, 1, "all or none");

    let (code, taken) = import(&field, &path, &[]);
    assert_eq!(
        (code, outcomes(&taken), &taken["applied"]),
        (0, vec!["added"; 15], &json!(true))
    );
    assert_eq!(count().await, 16);
    let (_, again) = import(&field, &path, &[]);
    assert_eq!(outcomes(&again), ["same"; 15]);
    let (_, found) = field
        .world
        .hub
        .call(
            Some(&field.keys["aft-provider"]),
            "GET",
            "/v1/directory/nordvik-gol",
            None,
        )
        .await;
    assert_eq!(found["partOf"], "nordvik-aft");
    assert_eq!(found["handlers"][0]["name"], "Kontakt Gol", "{found}");
}
