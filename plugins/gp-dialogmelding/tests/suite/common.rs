//! Shared helpers: calling the adapter, printing a reading in one line, the folder of real documents, and xmllint.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can not go on fails")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use bindeledd_sdk::catalogue::{Draft, Message, MessageId, PartyId, Recipients};
use bindeledd_sdk::{Adapter as _, Context, Document, Reading, ReceiptStatus, Request};
use gp_dialogmelding::Gp;

/// Reads a document as the hub would give it.
pub(crate) fn read(body: &[u8]) -> Reading {
    read_as("application/xml", body)
}

pub(crate) fn read_as(media_type: &str, body: &[u8]) -> Reading {
    Gp::read(Document { media_type, body }, &Context::example())
}

/// Returns the single message of a reading.
pub(crate) fn draft(reading: Reading) -> Draft {
    match reading {
        Reading::Messages { mut messages, .. } if messages.len() == 1 => messages.remove(0),
        other => panic!("not one message: {}", say(&other)),
    }
}

/// Returns the code of a refusal, and its AppRec.
pub(crate) fn refusal(reading: Reading) -> (String, Option<String>) {
    match reading {
        Reading::Refused(refusal) => (refusal.code, refusal.answer.map(|answer| document(&answer))),
        other => panic!("not refused: {}", say(&other)),
    }
}

/// Returns the XML inside a request to Meldingstjener.
pub(crate) fn document(request: &Request) -> String {
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["contentType"], "application/xml");
    assert_eq!(body["contentTransferEncoding"], "base64");
    let document = body["businessDocument"].as_str().unwrap();
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(document).unwrap()).unwrap()
}

/// Makes a message as the hub gives it to the adapter.
pub(crate) fn message(draft: Draft) -> Message {
    let id = "018f0000-0000-7000-8000-000000000001".parse().unwrap();
    Message {
        id: MessageId(id),
        from: PartyId::parse("nordvik-aft").unwrap(),
        corrects: None,
        draft,
    }
}

/// Writes a reading in one line.
pub(crate) fn say(reading: &Reading) -> String {
    match reading {
        Reading::Messages {
            messages,
            left_out,
            wants_receipt,
            ..
        } => {
            let mut said: Vec<String> = messages.iter().map(say_draft).collect();
            said.push(format!(
                "left out: {}",
                if left_out.is_empty() {
                    "nothing".into()
                } else {
                    left_out.join(", ")
                }
            ));
            said.push(
                if *wants_receipt {
                    "receipt wanted"
                } else {
                    "no receipt wanted"
                }
                .into(),
            );
            said.join("; ")
        }
        Reading::Receipt(receipt) => {
            let status = match receipt.status {
                ReceiptStatus::Ok => "ok",
                ReceiptStatus::Refused => "refused",
                ReceiptStatus::Partial => "partial",
                ReceiptStatus::Unknown => "unknown",
            };
            let errors = receipt
                .errors
                .iter()
                .map(|e| format!("; {} {}", e.code, e.text))
                .collect::<String>();
            format!("receipt {status} of {}{errors}", receipt.refers_to)
        }
        Reading::Nothing(why) => format!("nothing: {why}"),
        Reading::Refused(refusal) => {
            let answer = if refusal.answer.is_some() {
                "answered by AppRec 2"
            } else {
                "not answered"
            };
            format!("refused: {}, {answer}", refusal.code)
        }
    }
}

fn say_draft(draft: &Draft) -> String {
    let to = match &draft.to {
        Recipients::Circle => "circle".to_owned(),
        Recipients::Parties(parties) => parties.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    };
    let answers = draft
        .in_reply_to
        .as_ref()
        .map(|r| format!(" answering {}", r.as_str()))
        .unwrap_or_default();
    format!("{} to {to}{answers}", draft.kind())
}

/// Returns the folder of real documents and schemas; prints a line and returns `None` if it does not exist.
pub(crate) fn standards() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards");
    let folder = std::env::var_os("BINDELEDD_STANDARDS").map_or_else(beside, PathBuf::from);
    let found = folder.join("kith").is_dir();
    if !found {
        println!("skipped: the standards are not there; BINDELEDD_STANDARDS can name their folder");
    }
    found.then_some(folder)
}

/// Fails unless every document is valid by the XSDs. Without the schemas or xmllint it prints a line and passes.
pub(crate) fn assert_valid(documents: &[(String, String)]) {
    let Some(standards) = standards() else { return };
    if Command::new("xmllint").arg("--version").output().is_err() {
        println!("skipped: xmllint is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = documents
        .iter()
        .map(|(name, document)| {
            let path = folder.path().join(format!("{name}.xml"));
            std::fs::write(&path, document).unwrap();
            path
        })
        .collect();
    let schema = standards.join("xsd/all.xsd");
    let output = Command::new("xmllint")
        .args(["--noout", "--schema"])
        .arg(schema)
        .args(&paths)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.matches(" validates").count(), documents.len(), "{said}");
}

/// Reads one of the plugin's own fixtures.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).unwrap()
}
