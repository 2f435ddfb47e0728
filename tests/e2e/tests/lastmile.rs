//! Receivers without a system: printed letters, and mails that only announce that a message waits.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindeledd_e2e::{World, built_binary, eventually};
use bindeledd_simulators::ControlClient;
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(30);
const WHO: &str = "15720255178";
const NAME: &str = "Snill Tester";
const WORDS: &str = "Butter det i pausene";
const ADDRESS: &str = "post@fontenehuset.example";
const LOOK: &str = "https://hub.nordvik.example/post";

/// The result of a command: exit code, standard output, standard error.
type Run = (i32, String, String);

struct LastMile {
    world: World,
    key: String,
    sent: usize,
}

impl LastMile {
    /// Makes a provider, and a clubhouse that has a printer.
    async fn new(world: World, notify: Option<&str>) -> Self {
        let key = world.provider("nordvik", None, json!({"phone": "22112233"})).await;
        let mut party = json!({
            "id": "fontenehuset", "name": "Fontenehuset Nordvik", "kind": "clubhouse",
            "endpoint": {"adapter": "print-letter", "settings": {"format": "html"}},
        });
        if let Some(email) = notify {
            party["notify"] = json!({ "email": email });
        }
        world.hub.add_party(&party).await;
        world
            .consent(WHO, &[("nordvik", "fontenehuset", &["facilitation"])])
            .await;
        Self { world, key, sent: 0 }
    }

    /// Sends a message to the clubhouse, and returns its id.
    async fn send(&mut self) -> String {
        self.send_with("this-week").await
    }

    async fn send_with(&mut self, urgency: &str) -> String {
        self.sent += 1;
        let draft = json!({
            "kind": "support-request", "senderReference": format!("NAK-{}", self.sent), "conversation": "samtale-1",
            "participant": {"nationalId": WHO, "name": NAME}, "to": ["fontenehuset"], "sentAt": "2026-08-20T10:15:00+02:00",
            "body": {"what": WORDS, "urgency": urgency},
        });
        let (status, answer) = self
            .world
            .hub
            .call(Some(&self.key), "POST", "/v1/messages", Some(&draft))
            .await;
        assert_eq!(status, 202, "{answer}");
        answer["messages"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Runs `bindeledd party print` as the operator.
    fn print(&self, out: &Path, more: &[&str]) -> Run {
        let config = self.world.hub.dir().join("bindeledd.toml");
        let run = Command::new(built_binary("bindeledd"))
            .args([
                "party",
                "print",
                "fontenehuset",
                "--url",
                self.world.hub.address(),
                "--config",
            ])
            .args([config.as_os_str(), "--out".as_ref(), out.as_os_str()])
            .args(["--reason", "printed and posted for the party"])
            .args(more)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (run.status.code().unwrap_or(-1), text(run.stdout), text(run.stderr))
    }

    async fn state(&self, message: &str) -> String {
        self.world.hub.message(message).await["deliveries"][0]["state"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    async fn audited(&self, action: &str) -> usize {
        let rows = self.world.hub.operator("GET", "/v1/admin/audit?limit=500", None).await;
        let rows = rows["rows"].as_array().unwrap();
        rows.iter().filter(|r| r["action"] == action).count()
    }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_for_a_party_with_a_printer_becomes_a_page_and_is_delivered() {
    let mut last = LastMile::new(World::new(&[]).await, None).await;
    let out = last.world.dir.path().join("post");
    let (code, said, _) = last.print(&out, &[]);
    assert_eq!((code, said.as_str()), (0, "nothing waits for fontenehuset\n"));
    assert!(!out.exists());

    // Both messages belong to one conversation, so that the second comes after the first was handed over.
    let (first, second) = (last.send().await, last.send().await);
    assert_eq!(last.state(&first).await, "waiting");
    // If the file can not be written, no message is acknowledged.
    let in_the_way = last.world.dir.path().join("in-the-way");
    std::fs::write(&in_the_way, "x").unwrap();
    let (code, _, err) = last.print(&in_the_way, &[]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("BL-6008") && err.contains("nothing is lost"), "{err}");
    assert_eq!(last.state(&first).await, "awaiting-receipt");

    // The audit log had a row for the operator's reading before anything was shown.
    assert_eq!(last.audited("content-opened").await, 1);
    let (code, said, err) = last.print(&out, &["--json"]);
    assert_eq!(code, 0, "{err}");
    let said: Value = serde_json::from_str(&said).unwrap();
    let named: Vec<_> = said["printed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["file"].as_str().unwrap())
        .collect();
    let there = files(&out);
    assert_eq!((named.len(), there.len()), (2, 2));
    for file in &there {
        assert!(named.contains(&file.to_str().unwrap()), "{}", file.display());
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(file.extension().unwrap(), "html");
        let page = std::fs::read_to_string(file).unwrap();
        for must in [
            WORDS,
            NAME,
            WHO,
            "Aktør nordvik",
            "22 11 22 33",
            "Til Fontenehuset Nordvik",
            "lang=\"nb\"",
        ] {
            assert!(page.contains(must), "{must} is not in {page}");
        }
    }
    // The operator has the letters, and the clubhouse does not have them yet.
    for message in [&first, &second] {
        assert_eq!(last.state(message).await, "with-a-person");
    }
    assert_eq!(last.audited("taken-by-person").await, 2);
    for printed in said["printed"].as_array().unwrap() {
        assert_eq!(printed["state"], "with-a-person");
        let delivery = printed["delivery"].as_str().unwrap();
        let path = format!("/v1/parties/fontenehuset/inbox/{delivery}/entered");
        let how = json!({"how": "posted"});
        assert_eq!(last.world.hub.call(None, "POST", &path, Some(&how)).await.0, 204);
    }
    for message in [&first, &second] {
        assert_eq!(last.state(message).await, "delivered");
    }
    assert_eq!(
        (last.audited("entered").await, last.audited("acknowledged").await),
        (2, 0)
    );
    assert_eq!(last.print(&out, &[]).1, "nothing waits for fontenehuset\n");

    // A printer sends no documents.
    let document = json!({"hei": "hei"});
    let path = "/v1/parties/fontenehuset/documents";
    let (status, answer) = last.world.hub.call(None, "POST", path, Some(&document)).await;
    assert_eq!(
        (status, answer["reasonCode"].as_str()),
        (422, Some("print-only")),
        "{answer}"
    );
    // A party with an address has no inbox to print.
    let party = json!({"id": "havna", "name": "Havna", "kind": "employer", "notify": {"email": ADDRESS},
        "endpoint": {"adapter": "print-letter", "address": "https://print.example"}});
    let (status, answer) = last
        .world
        .hub
        .call(None, "POST", "/v1/admin/parties", Some(&party))
        .await;
    assert_eq!((status, answer["path"].as_str()), (422, Some("notify")), "{answer}");
}

/// Decodes the text of a header, which is in base64 if it is not ASCII.
fn decoded(header: &str) -> String {
    let words = header.split_whitespace().map(|word| {
        let coded = word.strip_prefix("=?utf-8?b?").and_then(|w| w.strip_suffix("?="));
        coded.map_or_else(
            || word.to_owned(),
            |c| String::from_utf8(STANDARD.decode(c).unwrap()).unwrap(),
        )
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Checks that a mail only announces that a message waits, and where to read it.
fn tells_nothing(mail: &Value) {
    assert_eq!(mail["path"], ADDRESS);
    let header = |name: &str| mail["headers"][name].as_str().unwrap_or_default().to_owned();
    assert_eq!(header("auto-submitted"), "auto-generated");
    assert_eq!(
        (header("x-tls"), header("x-user")),
        ("true".to_owned(), "(present)".to_owned())
    );
    let text = mail["document"].as_str().unwrap();
    assert!(
        text.contains("Det ligger noe og venter på dere i Nordvik-huben.") && text.contains(LOOK),
        "{text}"
    );
    let whole = format!(
        "{}\n{}\n{text}",
        decoded(&header("subject")),
        mail["body"].as_str().unwrap()
    );
    assert!(whole.starts_with("Noe venter på dere i Nordvik-huben\n"), "{whole}");
    for never in [
        WHO,
        NAME,
        "Snill",
        "Tester",
        WORDS,
        "NAK-",
        "samtale-1",
        "nordvik",
        "Aktør",
        "support",
        "istand",
        "bistand",
    ] {
        let own = whole
            .replace("hub@nordvik.example", "")
            .replace("@nordvik.example", "")
            .replace(LOOK, "");
        assert!(!own.contains(never), "`{never}` is in {own}");
    }
}

async fn mails(server: &ControlClient) -> Vec<Value> {
    server.arrivals(0).await.unwrap()
}

async fn mails_are(server: &ControlClient, count: usize) -> Vec<Value> {
    let found = eventually(SOON, || async {
        Some(mails(server).await).filter(|m| m.len() >= count)
    })
    .await;
    let found = found.unwrap_or_else(|| panic!("{count} mails did not come"));
    assert_eq!(found.len(), count, "no more than {count}");
    found
}

/// Starts a hub that sends its mail through a mail server of the test.
async fn hub_that_mails() -> (World, ControlClient) {
    let mut world = World::new(&[]).await;
    let server = world.mail_server(LOOK).await;
    (world, server)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_fetches_is_told_once_by_mail_and_of_nothing_but_that_something_waits() {
    let (world, server) = hub_that_mails().await;
    let mut last = LastMile::new(world, Some(ADDRESS)).await;
    // A party whose address the mail server does not know has to wait, and delays nobody.
    let unknown =
        json!({"id": "ukjent", "name": "Ukjent", "kind": "employer", "notify": {"email": "ukjent@nordvik.example"}});
    last.world.hub.add_party(&unknown).await;
    last.world
        .consent(WHO, &[("nordvik", "ukjent", &["facilitation"])])
        .await;

    let parties = last.world.hub.operator("GET", "/v1/admin/parties", None).await;
    let parties = parties["parties"].as_array().unwrap();
    assert!(
        parties.iter().any(|p| p["notify"] == json!({"email": ADDRESS})),
        "{parties:?}"
    );

    // The server is unavailable at first.
    server.behave(&json!({"mode": "down"})).await.unwrap();
    let message = last.send().await;
    let refused = eventually(SOON, || async {
        last.world.hub.log().contains("BL-4020").then_some(())
    })
    .await;
    assert!(refused.is_some(), "{}", last.world.hub.log());
    assert_eq!(last.audited("notice-mailed").await, 0);
    server
        .behave(&json!({"mode": "status", "status": 451, "times": 1}))
        .await
        .unwrap();
    tells_nothing(&mails_are(&server, 1).await[0]);
    let told = eventually(SOON, || async {
        (last.audited("notice-mailed").await == 1).then_some(())
    })
    .await;
    assert!(told.is_some());

    // No mail is repeated, neither after some time nor after a restart. The next message is announced, and a repeated mail would
    // have come before.
    last.world.hub.kill();
    last.world.hub.restart().await;
    let second = last.send().await;
    for mail in mails_are(&server, 2).await {
        tells_nothing(&mail);
    }
    let told = eventually(SOON, || async {
        (last.audited("notice-mailed").await == 2).then_some(())
    })
    .await;
    assert!(told.is_some());

    // Only new letters are announced, not printed ones.
    let out = last.world.dir.path().join("post");
    assert_eq!(last.print(&out, &[]).0, 0);
    for message in [&message, &second] {
        assert_eq!(last.state(message).await, "with-a-person");
    }
    let other = json!({
        "kind": "support-request", "senderReference": "NAK-U", "participant": {"nationalId": WHO}, "to": ["ukjent"],
        "sentAt": "2026-08-20T10:15:00+02:00", "body": {"what": WORDS, "urgency": "can-wait"},
    });
    let (status, answer) = last
        .world
        .hub
        .call(Some(&last.key), "POST", "/v1/messages", Some(&other))
        .await;
    assert_eq!(status, 202, "{answer}");
    let refused = eventually(SOON, || async {
        last.world.hub.log().contains("answered 550").then_some(())
    })
    .await;
    assert!(refused.is_some(), "{}", last.world.hub.log());
    last.send().await;
    mails_are(&server, 3).await;
    let log = last.world.hub.log();
    for never in ["@", "hemmelig-passord", WHO, NAME, WORDS] {
        assert!(!log.contains(never), "`{never}` is in the log:\n{log}");
    }
}

/// The people on duty learn by mail and by webhook that somebody has to call, and nothing about the person.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn something_urgent_reaches_the_people_on_duty_and_names_nobody() {
    let (mut world, server) = hub_that_mails().await;
    let (address, alarm) = world.counterpart("provider", &[]).await;
    let secret = format!("whsec_{}", STANDARD.encode([7; 32]));
    let secret = world.key_file("alarm.secret", &secret);
    world.hub.kill();
    for (variable, value) in [
        ("BINDELEDD__HUB__LANGUAGE", "nb"),
        ("BINDELEDD__ALERTS__LINK", "https://hub.nordvik.example/alerts/"),
        ("BINDELEDD__ALERTS__WEBHOOK_NETWORKS", "127.0.0.0/8, ::1"),
        ("BINDELEDD__ALERT_TARGETS__PHONE__KIND", "webhook"),
        ("BINDELEDD__ALERT_TARGETS__PHONE__SEVERITY", "now"),
        ("BINDELEDD__ALERT_TARGETS__PHONE__URL", &format!("{address}/vakt")),
        ("BINDELEDD__ALERT_TARGETS__PHONE__SECRET_FILE", &secret),
        ("BINDELEDD__ALERT_TARGETS__OFFICE__KIND", "mail"),
        ("BINDELEDD__ALERT_TARGETS__OFFICE__SEVERITY", "now"),
        ("BINDELEDD__ALERT_TARGETS__OFFICE__TO", "vakt@nordvik.example"),
    ] {
        world.hub.set(variable, value);
    }
    world.hub.restart().await;
    let mut last = LastMile::new(world, Some(ADDRESS)).await;
    last.send_with("today").await;
    let pushed = eventually(SOON, || async { alarm.arrivals(0).await.unwrap().first().cloned() }).await;
    let pushed = pushed.unwrap_or_else(|| panic!("no push came:\n{}", last.world.hub.log()));
    assert_eq!(pushed["path"], "/vakt");
    let body: Value = serde_json::from_str(pushed["body"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&body["kind"], &body["severity"]),
        (&json!("urgent-waits"), &json!("now"))
    );
    let link = format!("https://hub.nordvik.example/alerts/{}", body["id"].as_str().unwrap());
    assert_eq!(body["link"], link);
    let mailed = eventually(SOON, || async {
        let mails = mails(&server).await;
        mails.into_iter().find(|mail| mail["path"] == "vakt@nordvik.example")
    })
    .await;
    let mailed = mailed.unwrap_or_else(|| panic!("no mail came:\n{}", last.world.hub.log()));
    let text = mailed["document"].as_str().unwrap();
    assert!(
        text.contains("bare får beskjed på e-post") && text.contains(&link),
        "{text}"
    );
    let told = format!("{body}{}{text}", mailed["body"].as_str().unwrap());
    for never in [WHO, NAME, "Snill", WORDS, "NAK-", "samtale-1", "ontenehuset"] {
        assert!(!told.contains(never), "`{never}` is in {told}");
    }
    let audited = eventually(SOON, || async {
        (last.audited("alert-pushed").await == 2).then_some(())
    })
    .await;
    assert!(audited.is_some());
}
