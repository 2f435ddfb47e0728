//! An example of every kind: the adapter's own output for the catalogue's fixture, in both syntaxes.

use bindeledd_catalogue::fixtures;
use bindeledd_sdk::catalogue::{Kind, Message};
use bindeledd_sdk::{Adapter as _, Context, Document, Reading};
use serde_json::{Value, json};

use super::pretty;
use crate::SpecialistFhir;

fn written(kind: Kind, format: &str) -> Vec<u8> {
    let message = Message::parse(fixtures::json(kind).as_bytes()).unwrap();
    let context = Context {
        settings: json!({"format": format}),
        ..Context::example()
    };
    SpecialistFhir::write(&message, &context).unwrap().body
}

pub(super) fn all() -> Vec<(String, String)> {
    let mut out = Vec::new();
    for kind in Kind::ALL {
        let bundle: Value = serde_json::from_slice(&written(kind, "json")).unwrap();
        out.push((format!("examples/{kind}.json"), pretty(&bundle)));
        let xml = String::from_utf8(written(kind, "xml")).unwrap();
        out.push((format!("examples/{kind}.xml"), xml));
    }
    out
}

#[test]
fn every_committed_example_is_read_as_what_it_is_an_example_of() {
    for kind in Kind::ALL {
        let message = Message::parse(fixtures::json(kind).as_bytes()).unwrap();
        for format in ["json", "xml"] {
            let path = super::folder().join(format!("examples/{kind}.{format}"));
            let body = std::fs::read(path).unwrap();
            let document = Document {
                media_type: "application/octet-stream",
                body: &body,
            };
            let reading = SpecialistFhir::read(document, &Context::example());
            if kind.spec().by_hub {
                let Reading::Refused(refusal) = reading else {
                    panic!("{kind} in {format} was taken from a party");
                };
                assert_eq!(refusal.code, "by-hub-only", "{}", refusal.text);
                continue;
            }
            let Reading::Messages { messages, left_out, .. } = reading else {
                panic!("{kind} in {format} is no message");
            };
            assert_eq!(messages[0].body, message.draft.body, "{kind} in {format}");
            assert_eq!(left_out, Vec::<String>::new(), "{kind} in {format}");
        }
    }
}
