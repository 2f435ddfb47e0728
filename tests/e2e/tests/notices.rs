//! After a withdrawal, every party that received something under the consent is told once, in its own format. No other party is
//! told.

#![expect(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use bindeledd_e2e::{World, eventually, standards};
use bindeledd_simulators::ControlClient;
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(30);
const WHO: &str = "15720255178";
const HUB: u32 = 8_094_866;
const TITLE: &str = "Samtykke er trukket tilbake";
const WORDS: &str = "plikten til å føre journal gjelder som før";
/// The parties that received something, over their own wire or from an inbox.
const TOLD: [&str; 6] = [
    "fjellvik",
    "fontenehuset",
    "havna",
    "klinikken",
    "nav-nordvik",
    "ukjent",
];

struct Circle {
    world: World,
    key: String,
    gp: ControlClient,
    specialist: ControlClient,
    provider: ControlClient,
    nav: ControlClient,
    /// The system of a provider that receives nothing.
    idle: ControlClient,
    inbox_key: String,
    print_key: String,
}

impl Circle {
    async fn new() -> Self {
        let mut world = World::new(&[]).await;
        let key = world
            .provider("nordvik", None, json!({"phone": "22112233", "orgNumber": "915933149"}))
            .await;
        let (to_gp, gp) = world.counterpart("gp", &[]).await;
        gp.receipts(&json!({"via": "status"})).await.unwrap();
        let party = json!({
            "id": "fjellvik", "name": "Fjellvik legekontor", "kind": "gp", "herId": 8_142_952, "orgNumber": "974760924",
            "endpoint": {"adapter": "gp-dialogmelding", "address": to_gp, "herId": HUB, "settings": {},
                "limits": {"pollSeconds": 1, "timeoutSeconds": 5, "receiptSeconds": 3600}},
        });
        world.hub.add_party(&party).await;
        let (to_specialist, specialist) = world.counterpart("specialist", &[]).await;
        let party = json!({
            "id": "klinikken", "name": "Nordvik DPS", "kind": "specialist-service", "herId": 8_143_025,
            "endpoint": {"adapter": "specialist-fhir", "address": to_specialist, "settings": {}},
        });
        world.hub.add_party(&party).await;
        let (to_provider, provider) = world.counterpart("provider", &[]).await;
        world.provider("havna", Some(&to_provider), json!({})).await;
        let (to_idle, idle) = world.counterpart("provider", &[]).await;
        world.provider("skogen", Some(&to_idle), json!({})).await;
        let nav = nav(&mut world).await;
        let inbox_key = world.provider("ukjent", None, json!({"kind": "employer"})).await;
        let party = json!({"id": "fontenehuset", "name": "Fontenehuset", "kind": "clubhouse",
            "endpoint": {"adapter": "print-letter", "settings": {"format": "text"}}});
        let print_key = world.hub.add_party(&party).await;
        Self {
            world,
            key,
            gp,
            specialist,
            provider,
            nav,
            idle,
            inbox_key,
            print_key,
        }
    }

    /// Fetches and acknowledges the content of an inbox, and returns it.
    async fn fetched(&self, party: &str) -> Vec<Value> {
        let key = if party == "ukjent" {
            &self.inbox_key
        } else {
            &self.print_key
        };
        let path = format!("/v1/parties/{party}/inbox");
        let (status, inbox) = self.world.hub.call(Some(key), "GET", &path, None).await;
        assert_eq!(status, 200, "{inbox}");
        let items = inbox["items"].as_array().unwrap().clone();
        for item in &items {
            let ack = format!("{path}/{}/ack", item["delivery"].as_str().unwrap());
            let (status, _) = self.world.hub.call(Some(key), "POST", &ack, Some(&json!({}))).await;
            assert_eq!(status, 204);
        }
        items
    }

    async fn rows(&self, action: &str) -> Vec<Value> {
        let audit = self.world.hub.operator("GET", "/v1/admin/audit?limit=500", None).await;
        let rows = audit["rows"].as_array().unwrap().iter();
        rows.filter(|row| row["action"] == action).cloned().collect()
    }

    /// Returns the withdrawal notices among the documents of a wire.
    async fn told(&self, wire: &ControlClient) -> Vec<String> {
        let arrivals = wire.arrivals(0).await.unwrap();
        let text = |a: &Value| {
            a["document"]
                .as_str()
                .or_else(|| a["body"].as_str())
                .unwrap_or_default()
                .to_owned()
        };
        let all = arrivals.iter().map(text);
        all.filter(|text| text.contains(TITLE) || text.contains("SAMTYKKE_TRUKKET_TILBAKE"))
            .collect()
    }
}

/// Starts Nav's system as a process, adds its party, and returns its control port.
async fn nav(world: &mut World) -> ControlClient {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let party = json!({"id": "nav-nordvik", "name": "Nav Nordvik", "kind": "nav-office", "endpoint": {
        "adapter": "nav-measure", "address": format!("https://localhost:{port}"), "settings": {}, "orgNumber": "889640782"}});
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
    world.counterpart("nav-measure", &arguments.concat()).await.1
}

/// Validates a document against KITH's own schemas, if these and `xmllint` are available.
fn valid_by_the_schemas(document: &str, folder: &std::path::Path) {
    let Some(standards) = standards() else {
        println!("not validated: the standards are not there");
        return;
    };
    let path = folder.join("notice.xml");
    std::fs::write(&path, document).unwrap();
    let schema = standards.join("xsd/all.xsd");
    let run = Command::new("xmllint")
        .args(["--noout", "--schema"])
        .args([&schema, &path])
        .output();
    match run {
        Ok(run) => assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr)),
        Err(_) => println!("not validated: xmllint is not there"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_who_got_something_is_told_once_in_its_own_format_and_nobody_else() {
    let mut circle = Circle::new().await;
    let meeting: &[&str] = &["meeting"];
    let mut grants: Vec<_> = TOLD.iter().map(|to| ("nordvik", *to, meeting)).collect();
    grants.push(("nordvik", "skogen", meeting));
    let consent = circle.world.consent(WHO, &grants).await;
    let draft = json!({
        "kind": "meeting-request", "senderReference": "m-1", "participant": {"nationalId": WHO, "name": "Snill Tester"},
        "to": TOLD, "sentAt": "2026-11-20T09:00:00+01:00",
        "body": {"proposedTimes": [{"start": "2026-12-10T10:00:00+01:00"}], "topic": "Veien videre"},
    });
    let hub = &circle.world.hub;
    let (status, answer) = hub.call(Some(&circle.key), "POST", "/v1/messages", Some(&draft)).await;
    assert_eq!(status, 202, "{answer}");
    for party in ["ukjent", "fontenehuset"] {
        assert_eq!(circle.fetched(party).await.len(), 1, "{party}");
    }
    hub.settled(answer["messages"][0]["id"].as_str().unwrap(), &["delivered"], SOON)
        .await;

    // One receiver is unavailable, and the hub is killed before it can tell that receiver.
    circle.provider.behave(&json!({"mode": "down"})).await.unwrap();
    let path = format!("/v1/consents/{}/withdraw", consent["id"].as_str().unwrap());
    let answer = hub.operator("POST", &path, Some(&json!({}))).await;
    assert_eq!(answer["notified"], json!(TOLD), "{answer}");
    assert_eq!(answer["handedOver"].as_array().unwrap().len(), TOLD.len(), "{answer}");
    circle.world.hub.kill();
    circle.world.hub.restart().await;
    circle.provider.behave(&json!({"mode": "ok"})).await.unwrap();

    let mut inboxes = Vec::new();
    for party in ["ukjent", "fontenehuset"] {
        let items = circle.fetched(party).await;
        assert_eq!(items.len(), 1, "{party}: {items:?}");
        inboxes.push(items[0].clone());
    }
    over(&circle).await;
    in_their_formats(&circle, &inboxes).await;

    // After a repeated withdrawal and another stop, no party is told again. Parties that received nothing were never told.
    let again = circle.world.hub.operator("POST", &path, Some(&json!({}))).await;
    assert_eq!(again["notified"], json!([]), "{again}");
    circle.world.hub.kill();
    circle.world.hub.restart().await;
    assert_eq!(circle.rows("notice-decided").await.len(), TOLD.len());
    over(&circle).await;
    for wire in [&circle.gp, &circle.specialist, &circle.nav] {
        assert_eq!(circle.told(wire).await.len(), 1);
    }
    assert_eq!(circle.idle.arrivals(0).await.unwrap().len(), 0);
    not_from_a_party(&circle, &inboxes[0]["document"]).await;
}

/// Waits until every notice is delivered.
async fn over(circle: &Circle) {
    let decided = circle.rows("notice-decided").await;
    let there = eventually(SOON, || async {
        let mut done = Vec::new();
        for action in ["delivered", "acknowledged", "receipt-ok"] {
            done.extend(circle.rows(action).await);
        }
        let is_done = |notice: &Value| {
            done.iter()
                .any(|d| d["detail"]["delivery"] == notice["detail"]["delivery"])
        };
        decided.iter().all(is_done).then_some(())
    });
    if there.await.is_none() {
        let audit = circle
            .world
            .hub
            .operator("GET", "/v1/admin/audit?limit=500", None)
            .await;
        let of = |notice: &Value| {
            let rows = audit["rows"].as_array().unwrap().iter();
            let own = rows.filter(|row| row["detail"]["delivery"] == notice["detail"]["delivery"]);
            own.map(|row| format!("{} {}", row["action"], row["detail"]))
                .collect::<Vec<_>>()
        };
        let ways: Vec<_> = decided.iter().map(of).collect();
        panic!("not every notice came through: {ways:#?}\n{}", circle.world.hub.log());
    }
}

async fn in_their_formats(circle: &Circle, inboxes: &[Value]) {
    let [letter] = circle.told(&circle.gp).await.try_into().unwrap();
    assert!(
        letter.contains("<MsgHead") && letter.contains(WORDS) && letter.contains("Gjelder: møter"),
        "{letter}"
    );
    assert!(letter.contains("Avsender: Aktør nordvik"), "whom to ask: {letter}");
    valid_by_the_schemas(&letter, circle.world.dir.path());
    let [bundle] = circle.told(&circle.specialist).await.try_into().unwrap();
    let bundle: Value = serde_json::from_str(&bundle).unwrap();
    let header = &bundle["entry"][0]["resource"];
    assert_eq!(header["eventCoding"]["code"], "consent-withdrawn", "{bundle}");
    let payload = &bundle["entry"][1]["resource"]["payload"][0]["contentString"];
    assert!(payload.as_str().unwrap().contains(WORDS), "{bundle}");
    let found = circle.told(&circle.provider).await;
    let native: Value = serde_json::from_str(&found[0]).unwrap();
    assert_eq!(
        (
            found.len(),
            &native["meldingstype"],
            &native["innhold"]["opplysningstyper"]
        ),
        (1, &json!("SAMTYKKE_TRUKKET_TILBAKE"), &json!(["MOTER"]))
    );
    let [dialog] = circle.told(&circle.nav).await.try_into().unwrap();
    assert!(dialog.contains(WORDS), "{dialog}");
    let own = &inboxes[0]["document"];
    assert_eq!(
        (&own["kind"], &own["from"]),
        (&json!("consent-withdrawn"), &json!("nordvik"))
    );
    assert_eq!(own["body"]["categories"], json!(["meeting"]), "{own}");
    assert_eq!(inboxes[1]["mediaType"], "text/plain; charset=utf-8", "{}", inboxes[1]);
    // The notices contain nothing about the participant except the identity.
    for text in [letter, bundle.to_string(), native.to_string(), dialog, own.to_string()] {
        assert!(text.contains(WHO), "{text}");
        for never in ["Snill Tester", "Veien videre", "skogen", "havna", "ukjent"] {
            let others = text.replace("\"havna\"", "").replace("\"ukjent\"", "");
            assert!(!others.contains(never), "{never} is in {text}");
        }
    }
}

/// The hub refuses its own kinds from a party, both in its own JSON and from an adapter.
async fn not_from_a_party(circle: &Circle, notice: &Value) {
    let hub = &circle.world.hub;
    let mut forged = notice.clone();
    forged["to"] = json!(["havna"]);
    let (status, problem) = hub.call(Some(&circle.key), "POST", "/v1/messages", Some(&forged)).await;
    assert_eq!(
        (status, problem["code"].as_str(), problem["path"].as_str()),
        (422, Some("BL-1004"), Some("kind")),
        "{problem}"
    );
    let native: Value = serde_json::from_str(&circle.told(&circle.provider).await[0]).unwrap();
    let (status, problem) = hub
        .call(None, "POST", "/v1/parties/havna/documents", Some(&native))
        .await;
    assert_eq!(status, 422, "{problem}");
    assert!(problem.to_string().contains("meldingstype"), "{problem}");
}
