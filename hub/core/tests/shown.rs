//! `{:?}` of types with personal data prints nothing about the person, so that an accidental log line is no leak.

use bindeledd_core::consent::{Evidence, GivenBy};
use bindeledd_core::contract::{Document, Item, Receipt, ReceiptError, ReceiptStatus, Request, Response};
use bindeledd_core::delivery::Cause;
use bindeledd_core::{Draft, NationalId};
use serde_json::json;

const CANARIES: [&str; 6] = [
    "15720255178",
    "Kanarilenestol",
    "Kanarivits",
    "98401577",
    "Kanarifuglen",
    "kanari-4711",
];

#[track_caller]
fn shows_nothing(shown: &str) {
    for canary in CANARIES {
        assert!(!shown.contains(canary), "{canary} in {shown}");
        // `Debug` prints bytes as numbers.
        let numbers: Vec<_> = canary.bytes().map(|b| b.to_string()).collect();
        assert!(!shown.contains(&numbers.join(", ")), "{canary} in {shown}");
    }
}

#[test]
fn a_message_shows_what_it_is_and_not_what_it_says() {
    let message = json!({
        "schema": "bindeledd/message/1", "kind": "question", "senderReference": "kanari-4711", "conversation": "kanari-4711",
        "participant": {"nationalId": "15720255178", "name": "Bruno Kanarilenestol"},
        "handler": {"name": "Vigdis Kanarivits", "phone": "98401577"}, "to": ["fjellvik"],
        "purpose": "work-oriented-followup", "sentAt": "2026-11-20T09:00:00+01:00",
        "body": {"text": "Kanarifuglen trives", "about": ["function"]},
    });
    let draft = Draft::from_json(message).unwrap();
    shows_nothing(&format!("{draft:?} {draft:#?} {:?}", draft.body));
    shows_nothing(&format!("{:?}", NationalId::parse("15720255178").unwrap()));
}

#[test]
fn what_goes_over_a_wire_shows_how_much_it_is_and_not_what() {
    let text = "15720255178 Bruno Kanarilenestol: Kanarifuglen trives";
    let mut request = Request::post("/inn/kanari-4711", "application/json", text.into());
    request.headers.push(("x-navn".into(), "Kanarivits".into()));
    let shown = format!("{request:?}");
    shows_nothing(&shown);
    assert!(shown.contains(&text.len().to_string()), "{shown}");
    let response = Response {
        status: 422,
        headers: vec![("location".into(), "/feil?kanari-4711".into())],
        body: text.into(),
    };
    let shown = format!("{response:?}");
    shows_nothing(&shown);
    assert!(shown.contains("422"), "{shown}");
    shows_nothing(&format!(
        "{:?}",
        Document {
            media_type: "text/plain",
            body: text.as_bytes()
        }
    ));
    let item = Item {
        id: "1".into(),
        sender: "her:8142952".into(),
        note: text.into(),
    };
    shows_nothing(&format!("{item:?}"));
    let receipt = Receipt {
        status: ReceiptStatus::Refused,
        refers_to: "1".into(),
        errors: vec![ReceiptError {
            code: "E21".into(),
            text: text.into(),
        }],
        scheme: "msgid".into(),
    };
    let shown = format!("{receipt:?}");
    shows_nothing(&shown);
    assert!(shown.contains("E21"), "{shown}");
}

#[test]
fn a_consents_evidence_and_a_deliverys_cause_show_their_codes_alone() {
    let evidence = Evidence {
        kind: "signed-form".into(),
        reference: "arkiv/Bruno Kanarilenestol".into(),
        sha256: None,
    };
    let guardian = GivenBy::Guardian {
        basis: "vedtak om Kanarilenestol".into(),
    };
    let cause = Cause::new("BL-4003", "the receiver says: Kanarifuglen finnes ikke");
    let shown = format!("{evidence:?} {guardian:?} {cause:?}");
    shows_nothing(&shown);
    assert!(
        shown.contains("signed-form") && shown.contains("Guardian") && shown.contains("BL-4003"),
        "{shown}"
    );
}
