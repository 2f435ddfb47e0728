//! Answers in both directions: the meaning of a response, receipts as messages, the hub's own response messages.

#![expect(clippy::panic, reason = "helpers of tests")]

mod support;

use bindeledd_sdk::catalogue::Kind;
use bindeledd_sdk::{Adapter as _, Context, Outcome, Reading, ReceiptStatus, Refusal, Response, Settlement};
use serde_json::{Value, json};
use specialist_fhir::SpecialistFhir;
use support::{fixture, outcome_of, outgoing, read_in, read_value, refusal};

fn settle(status: u16, body: &Value) -> Settlement {
    let body = if body.is_null() {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    };
    let headers = vec![("Retry-After".into(), "30".into())];
    SpecialistFhir::settle(&Response { status, headers, body }, &Context::example())
}

fn outcome(severity: &str, code: &str) -> Value {
    json!({"resourceType": "OperationOutcome",
           "issue": [{"severity": severity, "code": code, "diagnostics": "Kari, 15720255178"}]})
}

fn response(code: &str) -> Value {
    json!({"resourceType": "Bundle", "type": "message", "entry": [
        {"resource": {"resourceType": "MessageHeader", "response": {"identifier": "x", "code": code}}}]})
}

fn refused_with(settlement: Settlement) -> Refusal {
    match settlement {
        Settlement::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_status_alone_settles() {
    for status in [201, 202, 204] {
        assert_eq!(settle(status, &Value::Null), Settlement::Delivered);
    }
    assert_eq!(
        settle(200, &Value::Null),
        Settlement::RetryAfter(Some(30)),
        "a 200 has an answer in it"
    );
    for status in [408, 425, 429, 500, 502, 503, 504] {
        assert_eq!(
            settle(status, &Value::Null),
            Settlement::RetryAfter(Some(30)),
            "{status}"
        );
    }
    assert_eq!(
        settle(401, &Value::Null),
        Settlement::RetryAfter(Some(30)),
        "credentials may be on their way"
    );
    for status in [400, 403, 404, 410, 422] {
        assert_eq!(refused_with(settle(status, &Value::Null)).code, "http-status");
    }
}

#[test]
fn an_outcome_makes_it_finer() {
    assert_eq!(settle(200, &outcome("warning", "processing")), Settlement::Delivered);
    assert_eq!(
        refused_with(settle(200, &outcome("error", "required"))).code,
        "operation-outcome"
    );
    assert_eq!(
        refused_with(settle(201, &outcome("fatal", "unheard-of"))).code,
        "operation-outcome"
    );
    assert_eq!(
        settle(200, &outcome("error", "transient")),
        Settlement::RetryAfter(Some(30))
    );
    assert_eq!(
        settle(409, &outcome("error", "duplicate")),
        Settlement::Delivered,
        "it had arrived before"
    );
    assert_eq!(
        settle(503, &outcome("error", "required")),
        Settlement::RetryAfter(Some(30))
    );
    let refusal = refused_with(settle(422, &outcome("error", "required")));
    assert!(refusal.text.contains("required"), "{}", refusal.text);
    assert!(
        !refusal.text.contains("Kari") && !refusal.text.contains("15720255178"),
        "{}",
        refusal.text
    );
}

#[test]
fn a_response_message_settles() {
    assert_eq!(settle(200, &response("ok")), Settlement::Delivered);
    assert_eq!(
        settle(200, &response("transient-error")),
        Settlement::RetryAfter(Some(30))
    );
    assert_eq!(
        refused_with(settle(200, &response("fatal-error"))).code,
        "operation-outcome"
    );
}

#[test]
fn what_is_no_resource_is_not_the_servers_word() {
    let body = |status: u16, body: &[u8]| {
        let response = Response {
            status,
            headers: Vec::new(),
            body: body.to_vec(),
        };
        SpecialistFhir::settle(&response, &Context::example())
    };
    let later = Settlement::RetryAfter(None);
    for wrong in [
        &b"<html>OK</html>"[..],
        b"<!DOCTYPE html>",
        b"{\"resourceType\": [1]",
        b"{\"resourceType\": [1]}",
        b"{\"ok\": true}",
        b"OK",
        b" ",
    ] {
        assert_eq!(body(200, wrong), later, "{}", String::from_utf8_lossy(wrong));
    }
    for status in [201, 202, 400, 404, 409, 422] {
        assert_eq!(body(status, b"<html>OK</html>"), later, "{status}");
    }
    assert_eq!(body(201, b"OK"), later);
    for status in [302, 307, 407, 511] {
        assert_eq!(body(status, b""), later, "{status}");
    }
}

#[test]
fn a_receipt_names_what_it_is_for_and_what_was_wrong() {
    let Reading::Receipt(receipt) = read_value(&fixture("receipt-fatal-error.json")) else {
        panic!("no receipt")
    };
    assert_eq!(receipt.status, ReceiptStatus::Refused);
    assert_eq!(receipt.refers_to, "33333333-0000-4000-8000-000000000001");
    assert_eq!(receipt.scheme, "bundle");
    let errors: Vec<_> = receipt
        .errors
        .iter()
        .map(|e| (e.code.as_str(), e.text.as_str()))
        .collect();
    assert_eq!(
        errors,
        [
            ("not-found", "Pasienten er ikke kjent her."),
            ("unknown", "Mottakerens system fant en feil i meldingen."),
        ]
    );
    for (code, status) in [
        ("ok", ReceiptStatus::Partial),
        ("transient-error", ReceiptStatus::Unknown),
        ("x", ReceiptStatus::Unknown),
    ] {
        let mut value = fixture("receipt-fatal-error.json");
        value["entry"][0]["resource"]["response"]["code"] = code.into();
        assert!(
            matches!(read_value(&value), Reading::Receipt(r) if r.status == status),
            "{code}"
        );
    }
}

#[test]
fn a_response_that_carries_a_message_is_read_as_it() {
    let mut value = fixture("bundle-treatment-status.json");
    value["entry"][0]["resource"]["response"] = json!({"identifier": "urn:uuid:abc", "code": "ok"});
    assert_eq!(support::message(&value).in_reply_to.unwrap().as_str(), "abc");
}

#[test]
fn what_is_sent_can_be_settled_by_whatever_id_the_receiver_names() {
    let context = Context::example();
    let (kind, body) = support::full_bodies().remove(0);
    let request = SpecialistFhir::write(&outgoing(kind, body), &context).unwrap();
    let bundle: Value = serde_json::from_slice(&request.body).unwrap();
    let [reference, message] = request.references.as_slice() else {
        panic!("{:?}", request.references)
    };
    assert_eq!(message.scheme, "message");
    let focus = &bundle["entry"][1]["resource"]["identifier"][0]["value"];
    assert_eq!(*focus, format!("urn:uuid:{}", message.value));
    assert_eq!(reference.scheme, "bundle");
    for id in [&bundle["id"], &bundle["entry"][0]["resource"]["id"]] {
        assert_eq!(*id, reference.value);
    }
    assert_eq!(bundle["identifier"]["value"], format!("urn:uuid:{}", reference.value));
    assert_eq!(request.path, "/$process-message");
    assert_eq!(request.credential.as_deref(), Some("transport"));
    assert_eq!(
        request.headers[0],
        ("content-type".into(), "application/fhir+json".into())
    );
}

#[test]
fn the_path_can_be_set() {
    let context = Context {
        settings: json!({"path": "/fhir/Bundle"}),
        ..Context::example()
    };
    let (kind, body) = support::full_bodies().remove(0);
    assert_eq!(
        SpecialistFhir::write(&outgoing(kind, body), &context).unwrap().path,
        "/fhir/Bundle"
    );
}

#[test]
fn a_receiver_learns_that_something_was_left_out_and_never_what() {
    let written = |withheld| {
        let context = Context {
            withheld,
            ..Context::example()
        };
        let (kind, body) = support::full_bodies().remove(1);
        String::from_utf8(SpecialistFhir::write(&outgoing(kind, body), &context).unwrap().body).unwrap()
    };
    assert!(written(true).contains("something-withheld") && !written(false).contains("something-withheld"));
}

#[test]
fn labels_say_what_is_inside() {
    let (kind, body) = support::full_bodies()
        .into_iter()
        .find(|(kind, _)| *kind == Kind::Question)
        .unwrap();
    let request = SpecialistFhir::write(&outgoing(kind, body), &Context::example()).unwrap();
    let bundle: Value = serde_json::from_slice(&request.body).unwrap();
    let labels = bundle["entry"][1]["resource"]["meta"]["security"].as_array().unwrap();
    let codes: Vec<_> = labels.iter().map(|l| l["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["R", "function", "treatment-status", "dialogue"]);
}

#[test]
fn what_means_nothing_is_refused() {
    let mut bare = outgoing(Kind::TreatmentStatus, json!({"status": "started"}));
    bare.draft.body = bare.draft.body.keep(bindeledd_sdk::catalogue::CategorySet::EMPTY);
    assert_eq!(
        SpecialistFhir::write(&bare, &Context::example()).unwrap_err().code,
        "incomplete"
    );
}

#[test]
fn a_response_message_is_sent_only_where_it_is_wanted_and_says_what_happened() {
    let plain = Context::example();
    let wanting = Context {
        settings: json!({"respond": "message"}),
        ..Context::example()
    };
    let document = fixture("bundle-treatment-status.json").to_string();
    let of = |context: &Context| match read_in(document.as_bytes(), context) {
        Reading::Messages {
            origin, wants_receipt, ..
        } => (origin, wants_receipt),
        other => panic!("{other:?}"),
    };
    let (origin, wants_receipt) = of(&plain);
    assert!(!wants_receipt && SpecialistFhir::acknowledge(&outcome_of(&["waiting"]), &origin, &plain).is_none());
    let (origin, wants_receipt) = of(&wanting);
    assert!(wants_receipt);
    assert!(!origin.to_string().contains("31777207884"));
    for (states, code, severity) in [
        (&["waiting"][..], "ok", "information"),
        (&["waiting", "blocked"], "ok", "warning"),
        (&["blocked"], "fatal-error", "error"),
    ] {
        let request = SpecialistFhir::acknowledge(&outcome_of(states), &origin, &wanting).unwrap();
        let bundle: Value = serde_json::from_slice(&request.body).unwrap();
        let response = &bundle["entry"][0]["resource"]["response"];
        assert_eq!(response["identifier"], "11111111-0000-4000-8000-000000000002");
        assert_eq!(response["code"], code);
        assert_eq!(bundle["entry"][1]["resource"]["issue"][0]["severity"], severity);
        assert_eq!(response["details"]["reference"], bundle["entry"][1]["fullUrl"]);
        // One hub's answer is a receipt for another hub.
        assert!(matches!(read_value(&bundle), Reading::Receipt(_)));
    }
}

#[test]
fn a_response_message_names_what_a_consent_would_have_to_cover_and_the_fields_that_were_flagged() {
    let wanting = Context {
        settings: json!({"respond": "message"}),
        ..Context::example()
    };
    let origin = json!({"header": "h1", "endpoint": "urn:her:1", "event": {"system": "urn:x", "code": "question"}});
    let answer = |outcome: &Outcome| -> Value {
        let request = SpecialistFhir::acknowledge(outcome, &origin, &wanting).unwrap();
        serde_json::from_slice(&request.body).unwrap()
    };
    let mut outcome = outcome_of(&["blocked", "waiting"]);
    outcome.messages[0].deliveries[0].would_need = vec!["function".into(), "goals".into()];
    outcome.messages[0].remark = Some("Feltet «Får til» har noe som ligner en diagnosekode.".into());
    let told = answer(&outcome);
    let issues = &told["entry"][1]["resource"]["issue"];
    assert!(
        issues[0]["details"]["text"]
            .as_str()
            .unwrap()
            .ends_with("Det trengs samtykke til: mål og plan, funksjonsopplysninger."),
        "{issues}"
    );
    assert_eq!(
        issues[1]["details"]["text"],
        "Feltet «Får til» har noe som ligner en diagnosekode."
    );
    assert_eq!(issues[1]["severity"], "warning");
    assert_eq!(told["entry"][0]["resource"]["response"]["code"], "ok");
    let refused = Outcome {
        messages: Vec::new(),
        refused: Some("Meldingen er ikke tatt imot.".into()),
    };
    let told = answer(&refused);
    assert_eq!(told["entry"][0]["resource"]["response"]["code"], "fatal-error");
    assert_eq!(
        told["entry"][1]["resource"]["issue"][0]["details"]["text"],
        "Meldingen er ikke tatt imot."
    );
}

#[test]
fn a_refused_message_is_answered_where_that_is_wanted() {
    let mut value = fixture("bundle-treatment-status.json");
    value["entry"][1]["resource"]["status"] = "entered-in-error".into();
    let wanting = Context {
        settings: json!({"respond": "message"}),
        ..Context::example()
    };
    let answer = refusal(read_in(value.to_string().as_bytes(), &wanting)).answer.unwrap();
    let bundle: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(bundle["entry"][0]["resource"]["response"]["code"], "fatal-error");
    assert!(refusal(read_value(&value)).answer.is_none());
}
