//! One party uses everything that it may, while the other parties and the operator are still served.
//!
//! Each attack compares measurements of the same run. No time is asserted.

#![expect(clippy::print_stdout, reason = "an attack says what it came to")]

mod disk;
mod raw;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use bindeledd_e2e::{World, eventually, person, strength};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::Instant;

/// Maximum factor by which other callers may slow down while one party attacks with many callers. They share the machine's few
/// processors with the attacker, which encrypts megabytes for each request. Without the budgets, other callers would get no answer
/// at all.
const SLOWER: f64 = 100.0;

/// Returns an answer to the operator as text, for answers that are not JSON.
async fn text(world: &World, path: &str) -> String {
    let hub = &world.hub;
    let key = std::fs::read_to_string(hub.dir().join("data/operator.key")).unwrap();
    let url = format!("{}{path}", hub.address());
    let answer = hub.client.get(url).bearer_auth(key.trim()).send().await.unwrap();
    answer.text().await.unwrap()
}

/// Returns the number of rows in the hub's audit log.
async fn rows(world: &World) -> u64 {
    let note = text(world, "/v1/admin/audit/checkpoint").await;
    let size = note.lines().nth(1).and_then(|size| size.parse().ok());
    size.unwrap_or_else(|| panic!("this is no checkpoint: {note}"))
}

/// Two providers and an office that fetches. The first provider is the attacker.
struct Town {
    world: World,
    /// The attacker's key.
    attacker: String,
    other: String,
    office: String,
}

impl Town {
    async fn new(extra: &[(&str, String)]) -> Self {
        let world = World::new(extra).await;
        let attacker = world.provider("angriper", None, json!({"registrar": true})).await;
        let other = world.provider("nordvik", None, json!({})).await;
        let office = json!({"id": "kontoret", "name": "Kontoret", "kind": "nav-office"});
        let office = world.hub.add_party(&office).await;
        for n in [0, 1] {
            let grants: [(&str, &str, &[&str]); 2] = [
                ("angriper", "kontoret", &["progress"]),
                ("nordvik", "kontoret", &["progress"]),
            ];
            world.consent(&person(n), &grants).await;
        }
        Self {
            world,
            attacker,
            other,
            office,
        }
    }

    /// Sends as the other provider and asks as the operator, in turn. Returns the duration of a pair.
    async fn others(&self, name: &str, times: usize) -> f64 {
        let began = Instant::now();
        for n in 0..times {
            let message = message(&person(1), &format!("{}-{n}", name.replace(' ', "-")));
            let (status, answer) = self
                .world
                .hub
                .call(Some(&self.other), "POST", "/v1/messages", Some(&message))
                .await;
            assert_eq!(status, 202, "another party's message: {answer}");
            let (status, answer) = self
                .world
                .hub
                .call(None, "GET", "/v1/admin/messages?limit=1", None)
                .await;
            assert_eq!(status, 200, "the operator's question: {answer}");
        }
        began.elapsed().as_secs_f64() / f64::from(u32::try_from(times).unwrap())
    }

    /// Measures the other callers alone, and again while the attacker's callers repeat `attack` at the same time. Returns the
    /// statuses of the answers to the attacker.
    async fn during<F>(
        &self,
        name: &str,
        callers: usize,
        attack: impl Fn(Attacker) -> F + Send + Clone + 'static,
    ) -> Attacked
    where
        F: Future<Output = u16> + Send + 'static,
    {
        let times = strength(20, 200);
        let alone = self.others(&format!("{name}-alone"), times).await;
        let stop = Arc::new(AtomicBool::new(false));
        let repeat = |attacker: Attacker| {
            let (stop, attack) = (Arc::clone(&stop), attack.clone());
            async move {
                let mut statuses = Vec::new();
                while !stop.load(Relaxed) {
                    statuses.push(attack(attacker.clone()).await);
                }
                statuses
            }
        };
        let tasks: Vec<_> = (0..callers).map(|_| tokio::spawn(repeat(self.attacker()))).collect();
        let beside = self.others(&format!("{name}-beside"), times).await;
        stop.store(true, Relaxed);
        let mut statuses = Vec::new();
        for task in tasks {
            statuses.extend(task.await.unwrap());
        }
        let slower = beside / alone;
        println!(
            "{name}: {} answers to {callers} callers of the attacker; the others {:.1} ms alone, {:.1} ms beside it: {slower:.1} times",
            statuses.len(),
            alone * 1000.0,
            beside * 1000.0
        );
        assert!(slower < SLOWER, "{name}: the others became {slower:.1} times slower");
        Attacked { statuses }
    }

    fn attacker(&self) -> Attacker {
        Attacker {
            client: self.world.hub.client.clone(),
            address: self.world.hub.address().to_owned(),
            key: self.attacker.clone(),
        }
    }
}

/// The attacking party as a caller.
#[derive(Clone)]
struct Attacker {
    client: reqwest::Client,
    address: String,
    key: String,
}

impl Attacker {
    /// Sends a request and returns the status, or 0 without an answer.
    async fn ask(&self, method: &str, path: &str, body: impl Into<reqwest::Body>) -> u16 {
        let request = self
            .client
            .request(method.parse().unwrap(), format!("{}{path}", self.address))
            .bearer_auth(&self.key)
            .header("content-type", "application/json")
            .body(body);
        let Ok(answer) = request.send().await else { return 0 };
        let status = answer.status().as_u16();
        // The content of the answer does not matter.
        let _ = answer.bytes().await;
        status
    }
}

struct Attacked {
    statuses: Vec<u16>,
}

impl Attacked {
    fn had(&self, status: u16) -> usize {
        self.statuses.iter().filter(|s| **s == status).count()
    }
}

fn message(person: &str, reference: &str) -> Value {
    json!({
        "kind": "progress-update", "senderReference": reference, "conversation": reference,
        "participant": {"nationalId": person}, "to": ["kontoret"], "sentAt": "2026-11-20T10:00:00+01:00",
        "body": {"status": "DELTAR"}
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_that_is_repeated_writes_nothing_and_slows_nobody() {
    let town = Town::new(&[]).await;
    let person = person(0);
    let consent = json!({
        "schema": "bindeledd/consent/1", "participant": {"nationalId": person}, "givenAt": "2026-01-02T09:00:00+01:00",
        "givenBy": {"role": "participant"}, "controller": "angriper",
        "evidence": {"type": "signed-form", "reference": "arkiv-1"}, "textVersion": "1.0", "period": {"start": "2026-01-02"},
        "grants": [{"from": "angriper", "to": "kontoret", "purpose": "work-oriented-followup", "categories": ["progress"]}],
    });
    let (status, consent) = town
        .world
        .hub
        .call(Some(&town.attacker), "POST", "/v1/consents", Some(&consent))
        .await;
    assert_eq!(status, 201, "{consent}");
    let path = format!("/v1/consents/{}/withdraw", consent["id"].as_str().unwrap());
    let attacker = town.attacker();
    assert_eq!(attacker.ask("POST", &path, "{}").await, 200);
    let before = rows(&town.world).await;
    for _ in 0..20 {
        assert_eq!(attacker.ask("POST", &path, "{}").await, 200);
    }
    assert_eq!(rows(&town.world).await, before, "a repeat has no row");
    let attacked = town
        .during("repeated withdrawals", 32, move |attacker| {
            let path = path.clone();
            async move { attacker.ask("POST", &path, "{}").await }
        })
        .await;
    assert_eq!(attacked.had(200), attacked.statuses.len(), "each is answered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inbox_that_is_polled_all_the_time_writes_one_row_an_item_a_day() {
    let town = Town::new(&[]).await;
    let items = strength(20, 200);
    for n in 0..items {
        let (status, answer) = town
            .world
            .hub
            .call(
                Some(&town.other),
                "POST",
                "/v1/messages",
                Some(&message(&person(1), &format!("m-{n}"))),
            )
            .await;
        assert_eq!(status, 202, "{answer}");
    }
    let poll = async || {
        let path = "/v1/parties/kontoret/inbox?limit=200";
        let (status, inbox) = town.world.hub.call(Some(&town.office), "GET", path, None).await;
        assert_eq!(status, 200, "{inbox}");
        inbox["items"].as_array().unwrap().len()
    };
    let all = eventually(Duration::from_secs(60), || async {
        (poll().await == items).then_some(())
    });
    all.await.expect("all of them come into the inbox");
    poll().await;
    let before = rows(&town.world).await;
    let polls = strength(50, 2000);
    for _ in 0..polls {
        assert_eq!(poll().await, items);
    }
    let after = rows(&town.world).await;
    println!("{polls} polls of {items} items: {} rows", after - before);
    assert!(after - before <= 5, "{} rows for {polls} polls", after - before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_documents_of_one_party_leave_the_others_room() {
    let town = Town::new(&[]).await;
    let party = json!({
        "id": "angriper", "name": "Angriper", "kind": "aft-provider", "registrar": true,
        "endpoint": {"adapter": "provider-json", "settings": {}},
    });
    town.world.hub.operator("POST", "/v1/admin/parties", Some(&party)).await;
    let filler = "Lager og logistikk. ".repeat(240_000);
    let sample = json!({
        "meldingstype": "FREMDRIFT", "referanse": "stor", "samtalegruppe": "stor",
        "deltaker": {"norskIdent": person(0), "navn": "Snill Tester"},
        "veileder": {"navn": "Grønn Vits", "rolle": "jobbkonsulent", "enhet": "Havna", "telefon": "22112233"},
        "mottakere": ["kontoret"], "sendt": "2026-11-20T10:15:00+01:00",
        "innhold": {"status": {"type": "DELTAR"}, "aktivitet": filler},
    })
    .to_string();
    assert!(sample.len() > 4 * 1024 * 1024 && sample.len() < 5 * 1024 * 1024);
    let attacked = town
        .during("large documents", 24, move |attacker| {
            let sample = sample.clone();
            async move { attacker.ask("POST", "/v1/parties/angriper/documents", sample).await }
        })
        .await;
    println!("large documents: {} refused with 429", attacked.had(429));
    assert!(
        attacked.had(429) > 0,
        "24 documents of 5 MB at once are more than a party's share"
    );
    assert_eq!(attacked.had(503), 0, "nobody's places but its own were spent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_bodies_and_unread_answers_cost_their_own_party_alone() {
    let few = [
        ("BINDELEDD__LIMITS__IN_FLIGHT", "64".to_owned()),
        ("BINDELEDD__LIMITS__IN_FLIGHT_PER_PARTY", "48".to_owned()),
        ("BINDELEDD__LIMITS__BYTES_PER_PARTY_MB", "8".to_owned()),
    ];
    let town = Town::new(&few).await;
    let alone = town.others("slow-alone", 20).await;
    // The attacker announces bodies that never come, more than the party may have in flight.
    let mut slow = Vec::new();
    for _ in 0..60 {
        let head = raw::head(&town.world, "POST", "/v1/messages", &town.attacker, Some(1000));
        let mut line = raw::connect(&town.world).await;
        raw::write(&mut line, head.as_bytes()).await;
        slow.push(line);
    }
    // The last requests were refused, since the party has used its share.
    let refused = async {
        loop {
            let own = town
                .attacker()
                .ask("GET", "/v1/consents/0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01", "")
                .await;
            if own == 429 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), refused).await.unwrap();
    let beside = town.others("slow-beside", 20).await;
    println!(
        "slow bodies: 60 of one party; the others {:.1} ms alone, {:.1} ms beside them",
        alone * 1000.0,
        beside * 1000.0
    );
    assert!(beside / alone < SLOWER);
    drop(slow);
    unread_answers(&town).await;
}

/// Large answers that are never read hold none of the shared places, and their bytes count for the caller.
async fn unread_answers(town: &Town) {
    let long = "Lager og logistikk. ".repeat(90);
    let count = strength(150, 200);
    for n in 0..count {
        let mut message = message(&person(1), &format!("fyll-{n}"));
        message["body"]["activity"] = json!(long);
        message["body"]["concern"] = json!(long);
        let (status, answer) = town
            .world
            .hub
            .call(Some(&town.other), "POST", "/v1/messages", Some(&message))
            .await;
        assert_eq!(status, 202, "{answer}");
    }
    let path = "/v1/parties/kontoret/inbox?limit=200";
    let whole = eventually(Duration::from_secs(60), || async {
        let (status, inbox) = town.world.hub.call(Some(&town.office), "GET", path, None).await;
        assert_eq!(status, 200);
        (inbox["items"].as_array().unwrap().len() >= count).then_some(inbox)
    });
    let size = whole.await.expect("all of them come into the inbox").to_string().len();
    let lines = 16 * 1024 * 1024 / size;
    // One HTTP/2 connection has tiny windows, so that the answers begin and are not read.
    let client = raw::narrow_client(&town.world);
    let mut unread = Vec::new();
    for _ in 0..lines {
        let url = format!("{}{path}", town.world.hub.address());
        let asked = client.get(url).bearer_auth(&town.office).send();
        // A request that was refused, or that the hub ended, holds no place or bytes any longer.
        if let Ok(Ok(answer)) = tokio::time::timeout(Duration::from_secs(10), asked).await {
            unread.push(answer);
        }
    }
    let metrics = text(&town.world, "/metrics").await;
    let most = "bindeledd_http_bytes_held{of=\"most\"} ";
    let held = metrics.lines().find_map(|line| line.strip_prefix(most));
    let held: usize = held.and_then(|bytes| bytes.parse().ok()).unwrap();
    println!("unread answers: {lines} of {size} bytes each were asked for, {held} bytes are held");
    assert!(
        held <= 8 * 1024 * 1024 + 2 * size,
        "past its share a party gets no further answers"
    );
    town.others("unread", 20).await;
    drop(unread);
    let let_in = async {
        while town.world.hub.call(Some(&town.office), "GET", path, None).await.0 != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), let_in).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_about_people_without_a_consent_end_at_a_days_measure() {
    let measure = strength(20, 900);
    // Each repetition of an alert about the same block gets a row when the hub next checks.
    let extra = [
        ("BINDELEDD__LIMITS__BLOCKED_PER_DAY", measure.to_string()),
        ("BINDELEDD__ALERTS__REPEATED_BLOCKS", "1000".to_owned()),
    ];
    let town = Town::new(&extra).await;
    let all = strength(100, 3000);
    let mut answers = Vec::new();
    let began = rows(&town.world).await;
    let mut at_measure = None;
    for n in 0..all {
        let status = send_as(&town, &person(100 + n), &format!("ukjent-{n}")).await;
        answers.push(status);
        if status == 429 && at_measure.is_none() {
            at_measure = Some(rows(&town.world).await);
        }
    }
    assert_eq!(answers.iter().filter(|s| **s == 202).count(), measure);
    assert_eq!(answers.iter().filter(|s| **s == 429).count(), all - measure);
    assert_eq!(
        Some(rows(&town.world).await),
        at_measure,
        "what is refused leaves no row"
    );
    // Messages about a known, a protected and an unknown person are refused alike; messages about a person with a consent go on.
    let protect = json!({"nationalId": person(50), "protected": true});
    town.world
        .hub
        .operator("POST", "/v1/admin/participants/protect", Some(&protect))
        .await;
    let known = [("nordvik", "kontoret", &["progress"] as &[&str])];
    town.world.consent(&person(51), &known).await;
    let mut problems = Vec::new();
    for n in [49, 50, 51] {
        let message = message(&person(n), &format!("forsok-{n}"));
        let (status, mut problem) = town
            .world
            .hub
            .call(Some(&town.attacker), "POST", "/v1/messages", Some(&message))
            .await;
        assert_eq!(status, 429, "{problem}");
        problem.as_object_mut().unwrap().remove("requestId");
        problems.push(problem);
    }
    assert!(problems.iter().all(|p| *p == problems[0]), "{problems:?}");
    assert_eq!(problems[0]["code"], "BL-1133");
    assert_eq!(send_as(&town, &person(0), "lovlig").await, 202);
    town.others("nowhere", 5).await;
    println!(
        "{all} messages about unknown people: {measure} taken, {} rows in all",
        at_measure.unwrap() - began
    );
}

async fn send_as(town: &Town, person: &str, reference: &str) -> u16 {
    let body = message(person, reference).to_string();
    town.attacker().ask("POST", "/v1/messages", body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_party_stores_ends_at_its_quota() {
    let town = Town::new(&[("BINDELEDD__LIMITS__STORED_PER_PARTY_MB", "1".to_owned())]).await;
    let mut sent = 0;
    let refusal = loop {
        let mut body = message(&person(0), &format!("lager-{sent}"));
        body["body"]["activity"] = json!("Lager og logistikk. ".repeat(90));
        let (status, answer) = town
            .world
            .hub
            .call(Some(&town.attacker), "POST", "/v1/messages", Some(&body))
            .await;
        if status != 202 {
            break (status, answer);
        }
        sent += 1;
        assert!(sent < 2000, "a party stores without end");
    };
    assert_eq!(refusal.0, StatusCode::INSUFFICIENT_STORAGE.as_u16(), "{}", refusal.1);
    assert_eq!(refusal.1["code"], "BL-1132");
    // A repeated message stores nothing, and gets the same answer.
    let mut again = message(&person(0), "lager-0");
    again["body"]["activity"] = json!("Lager og logistikk. ".repeat(90));
    let (status, answer) = town
        .world
        .hub
        .call(Some(&town.attacker), "POST", "/v1/messages", Some(&again))
        .await;
    assert_eq!(status, 202, "{answer}");
    town.others("quota", 10).await;
    let metrics = text(&town.world, "/metrics").await;
    let most = |l: &&str| l.starts_with("bindeledd_stored_bytes{of=\"most\"}");
    let stored = metrics.lines().find(most).unwrap();
    println!("{sent} messages until the quota of 1 MB: {stored}");
    assert!(sent > 100);
}
