//! A participant asks for the data that the hub holds. The test acts as the person who answers, by the command line over a running
//! hub.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use bindeledd_e2e::{World, built_binary, person};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(20);

/// Returns a command's exit code, and its standard output followed by standard error.
fn run(world: &World, arguments: &[&str], input: &str) -> (i32, String) {
    let mut child = Command::new(built_binary("bindeledd"))
        .arg("--config")
        .arg(world.hub.dir().join("bindeledd.toml"))
        .args(arguments)
        .args(["--url", world.hub.address()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), said)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

async fn send(world: &World, key: &str, draft: &Value) -> Value {
    let (status, answer) = world.hub.call(Some(key), "POST", "/v1/messages", Some(draft)).await;
    assert_eq!(status, 202, "{answer}");
    let id = answer["messages"][0]["id"].as_str().unwrap().to_owned();
    world.hub.settled(&id, &["delivered", "awaiting-receipt"], SOON).await
}

fn draft(kind: &str, reference: &str, who: &str, to: &Value, body: &Value) -> Value {
    json!({
        "kind": kind, "senderReference": reference, "conversation": "samtale-1",
        "participant": {"nationalId": who, "name": "Snill Tester"}, "to": to,
        "sentAt": "2026-11-20T10:00:00+01:00", "body": body,
    })
}

/// Makes a provider that told two receivers something wrong and corrected it to one of them. Returns the world, and the
/// participant's number and pseudonym.
async fn corrected_to_one() -> (World, String, String) {
    let mut world = World::new(&[]).await;
    let (address, _receiver) = world.counterpart("provider", &[]).await;
    let (other, _also) = world.counterpart("provider", &[]).await;
    let phone = json!({"phone": "22112233", "publicPhone": "22334455", "publicLabel": "Nordvik Vekst"});
    let key = world.provider("nordvik", None, phone).await;
    let hidden = json!({"publicLabel": "Havna <b>& sønn</b>"});
    world.provider("havna-for-rus", Some(&address), hidden).await;
    world.provider("lageret", Some(&other), json!({})).await;
    let who = person(0);
    let grants: [(&str, &str, &[&str]); 2] = [
        ("nordvik", "havna-for-rus", &["goals"]),
        ("nordvik", "lageret", &["goals", "facilitation"]),
    ];
    let consent = world.consent(&who, &grants).await;
    let participant = consent["participant"]["ref"].as_str().unwrap().to_owned();
    let body = json!({"goals": ["Fast jobb på lager"], "adaptations": ["Rolig rom"]});
    send(
        &world,
        &key,
        &draft("start-meeting-summary", "r1", &who, &json!("circle"), &body),
    )
    .await;
    let body = json!({
        "action": "corrected", "correctedKind": "start-meeting-summary", "corrected": {"goals": ["Fast jobb i butikk"]},
    });
    let mut correction = draft("correction", "r2", &who, &json!(["lageret"]), &body);
    correction["supersedes"] = "r1".into();
    send(&world, &key, &correction).await;
    (world, who, participant)
}

/// Returns for each disclosure the receiver, the kind, the withheld categories, and whether a correction reached the receiver.
fn told(answer: &Value) -> Vec<(String, String, Value, Value)> {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let disclosures = answer["disclosures"].as_array().unwrap().iter();
    let told = disclosures.map(|d| {
        let reached = d["corrected"]["reached"].clone();
        (text(&d["to"]), text(&d["kind"]), d["withheld"].clone(), reached)
    });
    let mut told: Vec<_> = told.collect();
    told.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_participant_who_asks_is_told_who_got_what() {
    let (world, who, participant) = corrected_to_one().await;
    let file = |name: &str| world.dir.path().join(name).display().to_string();
    // The participant is found by a number, which is not given as an argument.
    let (page, fhir) = (file("innsyn.html"), file("innsyn.fhir.json"));
    let files = ["--page", &page, "--fhir", &fhir];
    let arguments = ["participant", "disclosures", "--national-id-file", "-", "--json"];
    let (code, said) = run(&world, &[&arguments[..], &files].concat(), &format!("{who}\n"));
    assert_eq!(code, 0, "{said}");
    let answer: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(answer["participant"], participant);
    let expected = [
        (
            "havna-for-rus",
            "start-meeting-summary",
            json!(["facilitation"]),
            json!(false),
        ),
        ("lageret", "correction", json!([]), Value::Null),
        ("lageret", "start-meeting-summary", json!([]), json!(true)),
    ];
    let expected = expected.map(|(to, kind, withheld, reached)| (to.to_owned(), kind.to_owned(), withheld, reached));
    assert_eq!(
        told(&answer),
        expected,
        "what was wrong, what corrected it, and whom that did not reach"
    );
    let html = fs::read_to_string(&page).unwrap();
    for there in [
        "Nordvik Vekst: telefon 22334455",
        "Havna &lt;b&gt;&amp; sønn&lt;/b&gt;",
        "Mottakeren har ikke fått rettelsen",
    ] {
        assert!(html.contains(there), "{there}\n{html}");
    }
    for absent in [who.as_str(), "havna-for-rus", "22112233", "Fast jobb", "<b>"] {
        assert!(!html.contains(absent), "{absent}");
    }
    assert_eq!(read_json(Path::new(&fhir))["entry"].as_array().unwrap().len(), 3);
    assert_eq!((mode(Path::new(&page)), mode(Path::new(&fhir))), (0o600, 0o600));
    // A person reads the same data in a table. An existing file is not overwritten.
    let (code, said) = run(&world, &["participant", "disclosures", &participant], "");
    assert!(code == 0 && said.contains("which has not been sent there"), "{said}");
    let (code, said) = run(
        &world,
        &["participant", "disclosures", &participant, "--page", &page],
        "",
    );
    assert!(code == 1 && said.contains("is not written over"), "{code} {said}");
    let (code, said) = run(
        &world,
        &["participant", "disclosures", "--national-id-file", "-"],
        &person(9),
    );
    assert!(
        code == 3 && said.contains("BL-1107") && !said.contains(&person(9)),
        "{code} {said}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_participant_who_asks_gets_who_got_what_and_a_copy_of_everything() {
    let (world, who, participant) = corrected_to_one().await;
    let out = world.dir.path().join("utskrift");
    let export = |reason: &str| {
        let arguments = [
            "participant",
            "export",
            &participant,
            "--reason",
            reason,
            "--fhir",
            "--language",
            "en",
        ];
        run(
            &world,
            &[&arguments[..], &["--out", out.to_str().unwrap()]].concat(),
            "",
        )
    };
    let (code, said) = export(&format!("{who} spør"));
    assert!(code == 2 && !out.exists(), "{code} {said}");
    let (code, said) = export("innsynskrav 2026/17");
    assert_eq!(code, 0, "{said}");
    let files: Vec<PathBuf> = ["export.json", "disclosures.html", "disclosures.fhir.json"]
        .map(|name| out.join(name))
        .into();
    assert_eq!(mode(&out), 0o700);
    assert!(files.iter().all(|file| mode(file) == 0o600));
    let whole = read_json(&files[0]);
    assert_eq!(whole["identity"]["nationalId"], who);
    assert_eq!(whole["messages"].as_array().unwrap().len(), 2);
    let (original, correction) = (&whole["messages"][0], &whole["messages"][1]);
    assert_eq!(original["content"]["body"]["goals"], json!(["Fast jobb på lager"]));
    assert_eq!(
        correction["content"]["body"]["corrected"]["goals"],
        json!(["Fast jobb i butikk"])
    );
    assert_eq!(
        (&original["correctedBy"][0], &correction["corrects"]),
        (&correction["id"], &original["id"])
    );
    let page = fs::read_to_string(&files[1]).unwrap();
    assert!(page.contains("Who has been told what about you"));
    assert_eq!(read_json(&files[2])["entry"].as_array().unwrap().len(), 3);
    // An unwritable file is detected before any content is opened.
    let (code, said) = export("innsynskrav 2026/18");
    assert!(code == 1 && said.contains("is not written over"), "{code} {said}");

    // The audit log has a row for the export and still verifies; no log contains the number.
    let log = world.hub.operator("GET", "/v1/admin/audit?limit=1000", None).await;
    let exported = log["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|r| r["action"] == "exported");
    assert_eq!(exported.count(), 1);
    assert!(!log.to_string().contains(&who) && !world.hub.log().contains(&who));
    let verified = Command::new(built_binary("bindeledd"))
        .arg("--config")
        .arg(world.hub.dir().join("bindeledd.toml"))
        .args(["audit", "verify"])
        .env("BINDELEDD__OUTBOUND__CA_FILES", world.dir.path().join("ca.pem"))
        .output()
        .unwrap();
    assert!(
        verified.status.success(),
        "{}",
        String::from_utf8_lossy(&verified.stderr)
    );
}
