//! What the tests of this adapter share: contexts, messages, and finding the published standards.

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
use bindeledd_sdk::{Adapter as _, Context, Document, Reading, Refusal};
use serde_json::{Value, json};
use specialist_fhir::SpecialistFhir;

/// A synthetic fødselsnummer.
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

/// The messages of a document that has some, and what was left out.
pub(crate) fn messages(reading: Reading) -> (Vec<Draft>, Vec<String>) {
    match reading {
        Reading::Messages { messages, left_out, .. } => (messages, left_out),
        other => panic!("no messages: {other:?}"),
    }
}

/// The one message of a document that has one.
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

/// The code that a document is refused with.
pub(crate) fn refused(value: &Value) -> String {
    refusal(read_value(value)).code
}

/// The published standards, where they are at hand.
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

/// A fixture of the adapter's own.
pub(crate) fn fixture(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A message of `kind` with `body`, as the hub gives it to the adapter.
pub(crate) fn outgoing(kind: Kind, body: Value) -> Message {
    let draft = Draft::from_json(json!({
        "kind": kind.code(), "senderReference": "ref-1", "conversation": "sak-17", "inReplyTo": "m-16",
        "participant": {"nationalId": BIRTH_NUMBER, "name": "Rita Prøve"},
        "handler": {"name": "Ola Veileder", "role": "jobbkonsulent", "unit": "Avdeling vest", "phone": "22 11 22 33"},
        "to": ["her:8142952", "org:915933149", "fjellvik-legekontor"], "purpose": "work-oriented-followup",
        "sentAt": "2026-12-01T09:00:00+01:00", "expiresAt": "2027-01-01T00:00:00+01:00", "body": body,
    }))
    .unwrap();
    Message {
        id: MessageId("0199d2f0-0000-7000-8000-000000000001".parse().unwrap()),
        from: PartyId::parse("nordvik-aft").unwrap(),
        draft,
    }
}

/// One full body of every kind that the adapter covers.
pub(crate) fn full_bodies() -> Vec<(Kind, Value)> {
    let time = |hour: u8| json!({"start": format!("2026-12-10T{hour:02}:00:00+01:00"), "end": format!("2026-12-10T{hour:02}:45:00+01:00")});
    vec![
        (
            Kind::FunctionUpdate,
            json!({"manages": ["Rolig kontorarbeid", "Kan ta buss alene"], "conditions": ["Pause hver time"],
                   "limitations": ["Ikke tunge løft"], "hoursPerWeek": 12.5, "percent": 40, "validUntil": "2027-03-01"}),
        ),
        (
            Kind::TreatmentStatus,
            json!({"status": "started", "from": "2026-12-01", "until": "2027-02-01", "combinesWithWork": "partly",
                   "availableWhen": "Tirsdag og torsdag, <helst> før \"kl. 12\" & ikke fredag\nAndre linje"}),
        ),
        (
            Kind::MeetingRequest,
            json!({"proposedTimes": [time(9), {"start": "2026-12-11T09:00:00+01:00"}], "place": "Nav Fjellvik",
                   "topic": "Videre løp", "answerBy": "2026-12-05"}),
        ),
        (
            Kind::MeetingResponse,
            json!({"answer": "accepted", "time": time(9), "place": "Video", "comment": "Tar med behandler"}),
        ),
        (
            Kind::MeetingResponse,
            json!({"answer": "other-time", "proposedTimes": [time(11), time(13)]}),
        ),
        (
            Kind::Question,
            json!({"text": "Er gradvis opptrapping til 60 % tilrådelig?", "answerBy": "2026-12-20",
                   "about": ["function", "treatment-status"]}),
        ),
        (
            Kind::Answer,
            json!({"text": "Ja, 10 % økning annenhver uke.", "about": ["dialogue"]}),
        ),
    ]
}
