//! Validates all written and published documents with HAPI's validator, which shares no code with the others. It is
//! slow, so it runs only with `HAPI=full`, which `cargo xtask test --long` sets.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use bindeledd_catalogue::{Conversation, Kind, Message, fixtures};
use bindeledd_sdk::{Adapter as _, Context, Request};
use serde_json::json;
use specialist_fhir::SpecialistFhir;

/// Returns the validator's folder and classpath, if both are available.
fn hapi() -> Option<(PathBuf, String)> {
    if std::env::var_os("HAPI").is_none_or(|v| v != "full") {
        println!("HAPI=full is not set: nothing was validated with HAPI");
        return None;
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fhir-hapi");
    let classpath = std::fs::read_to_string(folder.join("target/classpath.txt"));
    let java = Command::new("java")
        .arg("--version")
        .output()
        .is_ok_and(|o| o.status.success());
    match classpath {
        Ok(classpath) if java => Some((folder, classpath.trim().to_owned())),
        _ => {
            println!("Java, Maven or HAPI's packages are not here: nothing was validated with HAPI");
            None
        }
    }
}

fn published() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/fhir")
        .canonicalize()
        .unwrap()
}

/// Returns all published documents, in both syntaxes.
fn publications() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![published()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "json" || e == "xml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Makes an envelope odd but legal: ids that look like addresses, texts outside Latin-1, a name with markup.
fn odd(mut message: Message, n: usize) -> Message {
    let ids = [
        "urn:|x",
        "http://|7",
        "https://a.example/x|K 7",
        "sak/17",
        "0199d2f0-0000-7000-8000-00000000000A",
        "urn:oid:1.x",
    ];
    let id = ids[n % ids.len()].replace(' ', "-");
    message.draft.in_reply_to = Conversation::parse(&id);
    message.draft.conversation = Conversation::parse(&id);
    if let Some(handler) = &mut message.draft.handler {
        handler.name = "Åse <Prøve> & \u{201c}Ĝi\u{201d} 😀".into();
    }
    message
}

fn contexts() -> Vec<(&'static str, Context)> {
    let plain = Context::example();
    let mut answered = Context::example();
    answered.references.in_reply_to = Some("https://epj.example/id|4711".into());
    answered.references.supersedes = Some("K-17".into());
    let mut withheld = Context::example();
    withheld.withheld = true;
    withheld.sender = None;
    vec![("plain", plain), ("answered", answered), ("withheld", withheld)]
}

/// Writes documents of every kind, in both syntaxes.
fn written(into: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut put = |name: String, format: &str, request: &Request| {
        let path = into.join(format!("{name}.{format}"));
        std::fs::write(&path, &request.body).unwrap();
        out.push(path);
    };
    for format in support::FORMATS {
        for (said, mut context) in contexts() {
            context.settings = json!({"format": format, "respond": "message"});
            for (n, (kind, body)) in support::full_bodies().into_iter().enumerate() {
                let message = support::outgoing(kind, body);
                let message = if said == "plain" { message } else { odd(message, n) };
                let request = SpecialistFhir::write(&message, &context).unwrap();
                put(format!("{said}-{n}-{}", kind.code()), format, &request);
            }
            let notice = fixtures::message(Kind::ConsentWithdrawn).unwrap();
            put(
                format!("{said}-withdrawn"),
                format,
                &SpecialistFhir::write(&notice, &context).unwrap(),
            );
            for states in [&["waiting"][..], &["blocked"], &["waiting", "blocked"]] {
                put(
                    format!("{said}-response-{}", states.join("-")),
                    format,
                    &response(&context, states),
                );
            }
        }
    }
    out
}

fn response(context: &Context, states: &[&str]) -> Request {
    let kinds = "https://bindeledd.example/fhir/CodeSystem/message-kind";
    let origin = json!({"header": "h1", "endpoint": "urn:her:1", "event": {"system": kinds, "code": "question"}});
    SpecialistFhir::acknowledge(&support::outcome_of(states), &origin, context).unwrap()
}

#[test]
fn hapi_finds_no_fault_in_what_is_written_and_published() {
    let Some((folder, classpath)) = hapi() else { return };
    let scratch = tempfile::tempdir().unwrap();
    let mut files = publications();
    assert!(files.len() > 120, "{}", files.len());
    files.extend(written(scratch.path()));
    let output = Command::new("java")
        .current_dir(&folder)
        .args(["-cp", &classpath, "Validate.java"])
        .arg(published())
        .args(&files)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    println!("HAPI: {} documents", files.len());
    assert!(
        output.status.success() && said.contains(&format!("validated {}", files.len())),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A change that makes a document invalid, and a word of HAPI's message about it.
type Damage = (&'static str, fn(&mut serde_json::Value), &'static str);

#[test]
fn hapi_finds_what_is_wrong() {
    let Some((folder, classpath)) = hapi() else { return };
    let damages: [Damage; 4] = [
        (
            "status",
            |b| b["entry"][1]["resource"]["status"] = "sendt".into(),
            "status",
        ),
        (
            "subject",
            |b| drop(b["entry"][1]["resource"].as_object_mut().unwrap().remove("subject")),
            "subject",
        ),
        (
            "response",
            |b| b["entry"][0]["resource"]["response"] = json!({"code": "ok"}),
            "identifier",
        ),
        (
            "reference",
            |b| b["entry"][0]["resource"]["focus"][0]["reference"] = "urn:uuid:ikke-en".into(),
            "urn:uuid",
        ),
    ];
    let scratch = tempfile::tempdir().unwrap();
    let example: serde_json::Value =
        serde_json::from_slice(&std::fs::read(published().join("examples/question.json")).unwrap()).unwrap();
    let mut command = Command::new("java");
    command
        .current_dir(&folder)
        .args(["-cp", &classpath, "Validate.java"])
        .arg(published());
    for (name, damage, _) in &damages {
        let mut document = example.clone();
        damage(&mut document);
        let path = scratch.path().join(format!("{name}.json"));
        std::fs::write(&path, document.to_string()).unwrap();
        command.arg(path);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{said}");
    for (name, _, word) in damages {
        let of_it = said.lines().filter(|line| line.contains(&format!("/{name}.json:")));
        assert!(of_it.clone().any(|line| line.contains(word)), "{name}: {said}");
    }
}
