//! Shared helpers for this adapter's tests: contexts, messages, and the published standards.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests"
)]
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test file uses its own part of the helpers"
)]

use std::path::PathBuf;

use bindeledd_sdk::catalogue::{Draft, Kind, Message, MessageId, PartyId};
use bindeledd_sdk::{Adapter as _, Context, DeliveryOutcome, Document, MessageOutcome, Outcome, Reading, Refusal};
use serde_json::{Value, json};
use specialist_fhir::SpecialistFhir;

/// A valid synthetic fødselsnummer.
pub(crate) const BIRTH_NUMBER: &str = "15720255178";

/// Reads a document as FHIR JSON in the example context.
pub(crate) fn read(body: &[u8]) -> Reading {
    read_in(body, &Context::example())
}

pub(crate) fn read_in(body: &[u8], context: &Context) -> Reading {
    SpecialistFhir::read(
        Document {
            media_type: "application/fhir+json",
            body,
        },
        context,
    )
}

pub(crate) fn read_value(value: &Value) -> Reading {
    read(value.to_string().as_bytes())
}

/// Makes the outcome of a document with one message, whose deliveries to the circle are in these states.
pub(crate) fn outcome_of(states: &[&str]) -> Outcome {
    let deliveries = states.iter().map(|state| DeliveryOutcome {
        to: "circle".into(),
        state: (*state).into(),
        withheld: Vec::new(),
        would_need: Vec::new(),
        reason: None,
    });
    Outcome {
        messages: vec![MessageOutcome {
            id: "m".into(),
            kind: "question".into(),
            deliveries: deliveries.collect(),
            flags: Vec::new(),
            remark: None,
        }],
        refused: None,
    }
}

/// Returns the messages of a document, and the parts left out.
pub(crate) fn messages(reading: Reading) -> (Vec<Draft>, Vec<String>) {
    match reading {
        Reading::Messages { messages, left_out, .. } => (messages, left_out),
        other => panic!("no messages: {other:?}"),
    }
}

/// Returns the only message of a document.
pub(crate) fn message(value: &Value) -> Draft {
    let (mut messages, _) = messages(read_value(value));
    assert_eq!(messages.len(), 1);
    messages.remove(0)
}

pub(crate) fn refusal(reading: Reading) -> Refusal {
    match reading {
        Reading::Refused(refusal) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// Returns the code of a document's refusal.
pub(crate) fn refused(value: &Value) -> String {
    refusal(read_value(value)).code
}

/// Returns the folder of published standards, if it exists.
pub(crate) fn standards() -> Option<PathBuf> {
    let root = std::env::var_os("BINDELEDD_STANDARDS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards"),
        PathBuf::from,
    );
    let found = root.join("fhir").is_dir().then(|| root.join("fhir"));
    if found.is_none() {
        println!("the published standards are not here: this test has nothing to read");
    }
    found
}

/// Reads a fixture of the adapter's own.
pub(crate) fn fixture(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Makes a message of `kind` with `body`, as the hub gives it to the adapter.
pub(crate) fn outgoing(kind: Kind, body: Value) -> Message {
    let mut draft = json!({
        "kind": kind.code(), "senderReference": "ref-1", "conversation": "sak-17", "inReplyTo": "m-16",
        "participant": {"nationalId": BIRTH_NUMBER, "name": "Rita Prøve"},
        "handler": {"name": "Ola Veileder", "role": "jobbkonsulent", "unit": "Avdeling vest", "phone": "22 11 22 33"},
        "to": ["her:8142952", "org:915933149", "fjellvik-legekontor"], "purpose": "work-oriented-followup",
        "sentAt": "2026-12-01T09:00:00+01:00", "expiresAt": "2027-01-01T00:00:00+01:00", "body": body,
    });
    if kind == Kind::Correction {
        draft["supersedes"] = "0199d2f0-0000-7000-8000-000000000000".into();
    }
    let draft = Draft::from_json(draft).unwrap();
    Message {
        id: MessageId("0199d2f0-0000-7000-8000-000000000001".parse().unwrap()),
        from: PartyId::parse("nordvik-aft").unwrap(),
        corrects: None,
        draft,
    }
}

/// Returns full bodies of every kind that parties send: the catalogue's fixtures, which use every field, and variants of some
/// kinds. Each is also returned as a correction, and as sent by mistake.
pub(crate) fn full_bodies() -> Vec<(Kind, Value)> {
    let time = |hour: u8| json!({"start": format!("2026-12-10T{hour:02}:00:00+01:00"), "end": format!("2026-12-10T{hour:02}:45:00+01:00")});
    let fixture = |kind: Kind| {
        let message: Value = serde_json::from_str(bindeledd_catalogue::fixtures::json(kind)).unwrap();
        (kind, message["body"].clone())
    };
    let mut bodies: Vec<_> = Kind::by_parties().map(fixture).collect();
    bodies.extend([
        (
            Kind::TreatmentStatus,
            json!({"status": "started", "until": "2027-02-01", "combinesWithWork": "partly",
                   "availableWhen": "Tirsdag og torsdag, <helst> før \"kl. 12\" & ikke fredag\nAndre linje"}),
        ),
        (Kind::FunctionUpdate, json!({"manages": ["Kan ta buss alene"]})),
        (
            Kind::MeetingRequest,
            json!({"proposedTimes": [time(9), {"start": "2026-12-11T09:00:00+01:00"}], "place": "Nav Fjellvik"}),
        ),
        (Kind::MeetingResponse, json!({"answer": "declined"})),
        (
            Kind::MeetingResponse,
            json!({"answer": "other-time", "proposedTimes": [time(11), time(13)]}),
        ),
        (Kind::MeasureEnded, json!({"reason": "FATT_JOBB", "date": "2026-12-01"})),
        (
            Kind::SupportRequest,
            json!({"what": "Det butter", "urgency": "can-wait"}),
        ),
    ]);
    let plain: Vec<_> = bodies
        .iter()
        .filter(|(kind, _)| *kind != Kind::Correction)
        .cloned()
        .collect();
    for (kind, body) in plain {
        bodies.push((
            Kind::Correction,
            json!({"action": "corrected", "correctedKind": kind.code(), "corrected": body}),
        ));
        bodies.push((
            Kind::Correction,
            json!({"action": "sent-by-mistake", "correctedKind": kind.code()}),
        ));
    }
    bodies
}

/// Makes a context whose endpoint wants this FHIR syntax.
pub(crate) fn writing(format: &str) -> Context {
    Context {
        settings: json!({"format": format}),
        ..Context::example()
    }
}

/// The syntaxes of FHIR.
pub(crate) const FORMATS: [&str; 2] = ["json", "xml"];

/// Writes a resource in XML by rules of the tests: in the resource's own order instead of R4's, without narratives.
pub(crate) fn to_xml(resource: &Value) -> String {
    let mut out = String::new();
    resource_to_xml(&mut out, resource, " xmlns=\"http://hl7.org/fhir\"");
    out
}

fn resource_to_xml(out: &mut String, resource: &Value, namespace: &str) {
    let name = resource["resourceType"].as_str().unwrap();
    out.push_str(&format!("<{name}{namespace}>"));
    members_to_xml(out, resource, &["resourceType"]);
    out.push_str(&format!("</{name}>"));
}

fn members_to_xml(out: &mut String, of: &Value, without: &[&str]) {
    for (name, member) in of.as_object().unwrap() {
        let is_narrative = name == "text" && member.get("div").is_some();
        // A value's extensions would be in the value's own element, but no test message has any there.
        if without.contains(&name.as_str()) || is_narrative || name.starts_with('_') {
            continue;
        }
        match member {
            Value::Array(items) => items.iter().for_each(|item| element_to_xml(out, name, item)),
            one => element_to_xml(out, name, one),
        }
    }
}

fn element_to_xml(out: &mut String, name: &str, value: &Value) {
    let escaped = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;")
            .replace('\n', "&#xA;")
            .replace('\t', "&#x9;")
    };
    match value {
        Value::Object(members) if members.contains_key("resourceType") => {
            out.push_str(&format!("<{name}>"));
            resource_to_xml(out, value, "");
            out.push_str(&format!("</{name}>"));
        }
        Value::Object(members) => {
            out.push_str(&format!("<{name}"));
            let in_tag: &[&str] = if name.ends_with("xtension") {
                &["id", "url"]
            } else {
                &["id"]
            };
            for attribute in in_tag {
                if let Some(value) = members.get(*attribute).and_then(Value::as_str) {
                    out.push_str(&format!(" {attribute}=\"{}\"", escaped(value)));
                }
            }
            out.push('>');
            members_to_xml(out, value, in_tag);
            out.push_str(&format!("</{name}>"));
        }
        Value::String(text) => out.push_str(&format!("<{name} value=\"{}\"/>", escaped(text))),
        other => out.push_str(&format!("<{name} value=\"{other}\"/>")),
    }
}

/// Reads a document in both syntaxes, checks that the readings are equal, and returns the reading.
pub(crate) fn read_in_both(value: &Value) -> Reading {
    let reading = read_value(value);
    let xml = to_xml(value);
    let document = Document {
        media_type: "application/fhir+xml",
        body: xml.as_bytes(),
    };
    let other = SpecialistFhir::read(document, &Context::example());
    match (&reading, &other) {
        (Reading::Messages { messages: a, .. }, Reading::Messages { messages: b, .. }) => assert_eq!(a, b, "{xml}"),
        (Reading::Refused(a), Reading::Refused(b)) => assert_eq!(a.code, b.code, "{}", b.text),
        (Reading::Receipt(a), Reading::Receipt(b)) => assert_eq!(a, b, "{xml}"),
        _ => panic!("{reading:?} in JSON, {other:?} in XML"),
    }
    reading
}

/// Makes a treatment status without a Bundle, or a Communication marked as `kind`.
pub(crate) fn communication(kind: &str) -> Value {
    json!({
        "resourceType": "Communication", "id": "m1", "status": "completed",
        "identifier": [{"value": "K-1"}],
        "category": [{"coding": [
            {"system": "https://bindeledd.example/fhir/CodeSystem/message-kind", "code": kind}]}],
        "subject": {"identifier": {"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": BIRTH_NUMBER}},
        "recipient": [{"identifier": {"system": "urn:oid:2.16.578.1.12.4.1.2", "value": "8142952"}}],
        "topic": {"coding": [
            {"system": "https://bindeledd.example/fhir/CodeSystem/treatment-phase", "code": "started"}]},
        "payload": [{"contentString": "Ledig tirsdag."}],
    })
}

/// Returns the value of an extension of the message's own resource.
pub(crate) fn extension<'a>(resource: &'a Value, name: &str, value: &str) -> &'a Value {
    let url = format!("https://bindeledd.example/fhir/StructureDefinition/{name}");
    let found = resource["extension"]
        .as_array()
        .unwrap()
        .iter()
        .find(|e| e["url"] == url);
    &found.unwrap_or(&Value::Null)[value]
}
