//! The meaning of Nav's HTTP answers: nothing counts as delivered before an answer names it.

use bindeledd_sdk::{Adapter, Reference, Response, Settlement};
use nav_measure::NavMeasure;
use serde_json::{Value, json};

use crate::common::context;
use crate::reading::{card_failure, card_receipt};

const PROPOSAL: &str = "019d0000-0000-7000-8000-00000000000e";

fn settle_bytes(status: u16, body: &[u8]) -> Settlement {
    let response = Response {
        status,
        headers: vec![("retry-after".into(), "7".into())],
        body: body.to_vec(),
    };
    NavMeasure::settle(&response, &context())
}

fn settle(status: u16, body: &Value) -> Settlement {
    settle_bytes(status, &serde_json::to_vec(body).unwrap())
}

fn refused(settlement: Settlement) -> (String, String) {
    match settlement {
        Settlement::Refused(refusal) => (refusal.code, refusal.text),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answer_that_names_nothing_confirms_nothing() {
    let waits = Settlement::AwaitingReceipt(Vec::new());
    for body in [
        &b"{}"[..],
        br#"{"mottatt": true}"#,
        br#"{"status": {"type": "Godkjent"}}"#,
    ] {
        for status in [200, 201, 202] {
            assert_eq!(settle_bytes(status, body), waits, "{}", String::from_utf8_lossy(body));
        }
    }
    for status in [201, 202, 204] {
        assert_eq!(settle_bytes(status, b""), waits, "{status}");
    }
}

/// Nav may not have received the message: a page, an empty 200 or bytes that are not an object mean a retry.
#[test]
fn what_nav_did_not_say_is_later() {
    let later = Settlement::RetryAfter(Some(7));
    for body in [
        &b"OK"[..],
        b"\x00\xff\xfe<<",
        b"[]",
        b"\"mottatt\"",
        b"<!doctype html><title>Logg inn",
        b"{\"type\": \"Forslag\"",
    ] {
        for status in [200, 201, 202] {
            assert_eq!(settle_bytes(status, body), later, "{}", String::from_utf8_lossy(body));
        }
    }
    assert_eq!(settle_bytes(200, b""), later);
    for status in [400, 403, 404, 409, 422] {
        assert_eq!(settle_bytes(status, b"<html>"), later, "{status}");
    }
    for status in [203, 302, 307, 407, 511] {
        assert_eq!(settle_bytes(status, b"{}"), later, "{status}");
    }
}

#[test]
fn a_proposal_waits_for_nav_to_answer_it() {
    let said = |status: Value| settle(200, &json!({"type": "Forslag", "id": PROPOSAL, "status": status}));
    assert_eq!(
        said(json!({"type": "VenterPaSvar"})),
        Settlement::AwaitingReceipt(vec![Reference::new("msgid", PROPOSAL)])
    );
    for settled in ["Godkjent", "Erstattet", "Tilbakekalt"] {
        assert_eq!(said(json!({"type": settled})), Settlement::Delivered, "{settled}");
    }
    let (code, text) = refused(said(
        json!({"type": "Avvist", "begrunnelseFraNav": "Vi snakker først."}),
    ));
    assert_eq!(code, "AVVIST");
    assert!(text.contains("Vi snakker først."));
    assert_eq!(said(json!({"type": "Utsatt"})), Settlement::AwaitingReceipt(Vec::new()));
}

#[test]
fn a_receipt_in_the_answer_settles_at_once() {
    let plain = |status: &str| settle(200, &json!({"kvittering": {"gjelder": PROPOSAL, "status": status}}));
    assert_eq!(plain("mottatt"), Settlement::Delivered);
    assert_eq!(
        refused(plain("avvist")).1,
        "Nav tok ikke imot meldingen. Spør Nav-veilederen hva som mangler."
    );
    assert_eq!(plain("lest"), Settlement::AwaitingReceipt(Vec::new()));
    assert_eq!(settle(200, &card_receipt(true)), Settlement::Delivered);
    assert_eq!(refused(settle(200, &card_receipt(false))).0, "UGYLDIG_IDENT");
}

#[test]
fn of_a_refusal_only_navs_code_is_told() {
    let body = json!({"kode": "DELTAKER_HAR_SLUTTET", "melding": "15720255178 har sluttet"});
    for status in [409, 422] {
        let (code, text) = refused(settle(status, &body));
        assert_eq!(code, "DELTAKER_HAR_SLUTTET");
        assert_eq!(
            text,
            format!("Nav tok ikke imot meldingen ({status}, DELTAKER_HAR_SLUTTET).")
        );
    }
    let (code, text) = refused(settle(400, &json!({"kode": "feil for 15720255178"})));
    assert_eq!(
        (code.as_str(), text.as_str()),
        ("http-status", "Nav tok ikke imot meldingen (400).")
    );
    // A text with a long number is not a code, whatever precedes the number.
    assert_eq!(refused(settle(422, &json!({"kode": "P15720255178"}))).0, "http-status");
    assert!(refused(settle_bytes(401, b"")).1.contains("nøkkelen"));
    assert_eq!(refused(settle(422, &card_failure())).0, "MANGLER_OPPFOLGINGSPERIODE");
}

#[test]
fn a_card_that_nav_has_already_is_delivered_and_nothing_else_by_409() {
    let body = json!({"errorType": "DUPLIKATMELDINGFEIL"});
    assert_eq!(settle(409, &body), Settlement::Delivered);
    assert_eq!(refused(settle(422, &body)).0, "DUPLIKATMELDINGFEIL");
}

#[test]
fn later_is_later() {
    for status in [408, 425, 429, 500, 503] {
        assert_eq!(settle_bytes(status, b""), Settlement::RetryAfter(Some(7)), "{status}");
    }
    assert!(matches!(settle_bytes(405, b""), Settlement::Refused(_)));
}
