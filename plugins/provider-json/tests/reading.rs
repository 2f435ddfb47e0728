//! Tests reading: the message, the parts left out, the refusals, and the receipts.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test tells by panicking")]

mod support;

use bindeledd_catalogue::{Kind, arbitrary};
use bindeledd_sdk::{Adapter, Context, Outcome, Reading, ReceiptStatus, Refusal, Response, Settlement};
use proptest::prelude::*;
use provider_json::{ProviderJson, names};
use serde_json::{Value, json};
use support::{message, read, read_bytes};

fn refusal(document: &Value) -> Refusal {
    match read(document) {
        Reading::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

/// A document as a provider's system sends it: empty fields, Nav's spellings, a time without a zone.
fn progress() -> Value {
    json!({
        "meldingstype": "FREMDRIFT", "referanse": "A-1", "samtalegruppe": null,
        "deltaker": {"personIdent": "15720255178", "navn": " Snill Tester "},
        "mottakere": ["nav-nordvik", "org:974760924", "nav-nordvik"],
        "sendt": "2026-10-24T11:47:48.254204",
        "innhold": {"status": {"type": "DELTAR"}, "deltakelsesprosent": 50.0, "dagerPerUke": 3.0, "bekymring": null}
    })
}

/// Sets the value at `pointer`, and returns the document.
fn with(mut document: Value, pointer: &str, value: Value) -> Value {
    let (above, name) = pointer.rsplit_once('/').unwrap();
    let above = document.pointer_mut(above).unwrap();
    above[name] = value;
    document
}

fn ended(content: Value) -> Value {
    with(
        with(progress(), "/meldingstype", json!("AVSLUTNING")),
        "/innhold",
        content,
    )
}

#[test]
fn a_document_as_systems_send_it_is_read() {
    let (draft, left_out) = message(&progress());
    assert_eq!(
        draft.to_json(),
        json!({
        "schema": "bindeledd/message/1", "kind": "progress-update", "senderReference": "A-1",
        "participant": {"nationalId": "15720255178", "name": "Snill Tester"}, "to": ["nav-nordvik", "org:974760924"],
        "purpose": "work-oriented-followup", "sentAt": "2026-10-24T11:47:48+02:00",
        "body": {"status": "DELTAR", "percent": 50, "daysPerWeek": 3}})
    );
    assert_eq!(left_out, Vec::<String>::new());
    let flat = message(&with(progress(), "/innhold/status", json!("DELTAR"))).0;
    assert_eq!(flat, draft);
    let mut marked = b"\xef\xbb\xbf".to_vec();
    marked.extend(serde_json::to_vec(&progress()).unwrap());
    assert!(matches!(read_bytes(&marked), Reading::Messages { .. }));
}

#[test]
fn the_readmes_examples_are_read_and_its_table_is_whole() {
    let readme = include_str!("../README.md");
    let mut examples = readme
        .split("```json\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap());
    let (draft, left_out) = message(&serde_json::from_str(examples.next().unwrap()).unwrap());
    assert_eq!((draft.kind(), left_out.len()), (Kind::ProgressUpdate, 0));
    let receipt = read_bytes(examples.next().unwrap().as_bytes());
    assert!(matches!(receipt, Reading::Receipt(receipt) if receipt.status == ReceiptStatus::Refused));
    assert_eq!(examples.next(), None);
    for kind in Kind::ALL {
        let native = names::kind(kind);
        assert!(
            readme.contains(&format!(
                "| `{native}` | `{kind}` | [{kind}.json](fixtures/{kind}.json) |"
            )),
            "{kind}"
        );
    }
}

#[test]
fn what_is_not_used_is_named() {
    let document = with(progress(), "/innhold/humor", json!("god"));
    let document = with(document, "/innhold/status/tekst", json!("Deltar"));
    let document = with(document, "/deltaker/kallenavn", json!("Snille"));
    let document = with(document, "/15720255178", json!(1));
    let document = with(
        document,
        "/vedlegg",
        json!([{"navn": "plan.pdf", "innhold": "JVBERi0="}, "notat.docx", 7]),
    );
    let (draft, mut left_out) = message(&document);
    assert_eq!(draft, message(&progress()).0);
    left_out.sort();
    assert_eq!(
        left_out,
        [
            "Et vedlegg ble ikke sendt videre.",
            "Feltet ? er ukjent og ble ikke brukt.",
            "Feltet deltaker.kallenavn er ukjent og ble ikke brukt.",
            "Feltet innhold.humor er ukjent og ble ikke brukt.",
            "Feltet innhold.status.tekst er ukjent og ble ikke brukt.",
            "Vedlegget «notat.docx» ble ikke sendt videre.",
            "Vedlegget «plan.pdf» ble ikke sendt videre.",
        ]
    );
    let many: serde_json::Map<_, _> = (0..1000).map(|i| (format!("felt-{i}"), json!(1))).collect();
    let mut document = progress();
    document.as_object_mut().unwrap().extend(many);
    let (_, left_out) = message(&document);
    assert_eq!(left_out.len(), 31);
    assert_eq!(left_out[30], "I tillegg ble 970 ukjente felt ikke brukt.");
}

#[test]
fn a_diagnosis_is_refused_wherever_it_stands() {
    for (pointer, value) in [
        ("/innhold/diagnose", json!("F32")),
        ("/innhold/icd10", json!("F32")),
        ("/innhold/ICPC-2", json!(["P76"])),
        ("/innhold/status/hovedDiagnoseKode", json!("F32")),
        ("/deltaker/diagnoser", json!([])),
        ("/helse", json!({"tilstander": [{"bidiagnose": "P76"}]})),
        ("/helse", json!([{"kodeverk": "ICD-10", "kode": "F32"}])),
        (
            "/helse",
            json!({"system": "urn:oid:2.16.578.1.12.4.1.1.7170", "code": "P76"}),
        ),
    ] {
        let refusal = refusal(&with(progress(), pointer, value));
        assert_eq!(refusal.code, "diagnosis", "{pointer}");
        assert!(!refusal.text.contains("F32") && !refusal.text.contains("P76"));
    }
    // Some systems always send the field, so that null has no meaning.
    assert!(matches!(
        read(&with(progress(), "/innhold/diagnose", Value::Null)),
        Reading::Messages { .. }
    ));
}

/// Checks that each document is refused with its code and a text that begins like this.
fn refused(cases: &[(Value, &str, &str)]) {
    for (document, code, text) in cases {
        let refusal = refusal(document);
        assert_eq!(refusal.code, *code, "{}", refusal.text);
        assert!(refusal.text.starts_with(text), "{} is not\n{text}", refusal.text);
    }
}

#[test]
fn what_is_wrong_with_a_value_is_said_with_its_place() {
    let percent = "Feltet innhold.deltakelsesprosent er ikke riktig: ventet et helt tall fra 0 til 100.";
    refused(&[
        (
            with(progress(), "/meldingstype", Value::Null),
            "missing",
            "Feltet meldingstype mangler: ventet en av OPPSTARTSSAMTALE",
        ),
        (
            with(progress(), "/meldingstype", json!("progress-update")),
            "unknown-code",
            "Feltet meldingstype har en ukjent kode",
        ),
        (
            with(progress(), "/innhold/deltakelsesprosent", json!("50")),
            "invalid",
            percent,
        ),
        (
            with(progress(), "/innhold/deltakelsesprosent", json!(101)),
            "invalid",
            percent,
        ),
        (
            with(progress(), "/innhold/status", json!({})),
            "missing",
            "Feltet innhold.status.type mangler: ventet en av VENTER_PA_OPPSTART",
        ),
        (
            with(progress(), "/innhold/status", json!(["DELTAR"])),
            "invalid",
            "Feltet innhold.status er ikke riktig: ventet et objekt.",
        ),
        (
            with(progress(), "/innhold/status/type", json!("BORTE")),
            "unknown-code",
            "Feltet innhold.status.type har en ukjent kode: ventet en av",
        ),
        (
            with(progress(), "/innhold", json!([1])),
            "invalid",
            "Feltet innhold er ikke riktig: ventet et objekt.",
        ),
    ]);
}

#[test]
fn what_is_wrong_around_the_content_is_said_with_its_place() {
    refused(&[
        (
            with(progress(), "/deltaker/personIdent", json!("15720255179")),
            "invalid",
            "Feltet deltaker.norskIdent er ikke riktig: ventet et fødselsnummer eller D-nummer, 11 siffer.",
        ),
        (
            with(progress(), "/deltaker/navn", json!("A\nB")),
            "invalid",
            "Feltet deltaker.navn er ikke riktig: ventet tekst på 1 til 200 tegn på én linje.",
        ),
        (
            with(progress(), "/referanse", json!("Å 1")),
            "invalid",
            "Feltet referanse er ikke riktig: ventet 1 til 200 synlige tegn",
        ),
        (
            with(progress(), "/sendt", json!("2026-10-24")),
            "invalid",
            "Feltet sendt er ikke riktig: ventet et tidspunkt",
        ),
        (
            with(progress(), "/formaal", json!("FORSKNING")),
            "unknown-code",
            "Feltet formaal har en ukjent kode: ventet ARBEIDSRETTET_OPPFOLGING.",
        ),
        (
            with(progress(), "/mottakere", json!(["Nav Nordvik"])),
            "invalid",
            "Feltet mottakere[0] er ikke riktig: ventet mottakerens navn i Bindeledd",
        ),
        (
            with(progress(), "/mottakere", json!([])),
            "missing",
            "Feltet mottakere mangler: ventet SAMARBEIDSKRETS eller en liste på 1 til 20 mottakere.",
        ),
        (
            with(progress(), "/veileder", json!({"rolle": "jobbkonsulent"})),
            "missing",
            "Feltet veileder.navn mangler",
        ),
    ]);
}

#[test]
fn what_is_wrong_deep_in_the_content_is_said_with_its_place() {
    let times = |times: Value| with(with(progress(), "/meldingstype", json!("MOTEONSKE")), "/innhold", times);
    let correction = |content: Value| {
        let document = with(progress(), "/meldingstype", json!("RETTING"));
        with(with(document, "/retter", json!("A-0")), "/innhold", content)
    };
    refused(&[
        (
            times(json!({"foreslaatteTidspunkter": [{"fra": "2026-11-05T10:00:00"}, {"fra": "i morgen"}]})),
            "invalid",
            "Feltet innhold.foreslaatteTidspunkter[1].fra er ikke riktig: ventet et tidspunkt, som 2026-12-01T09:00:00+01:00.",
        ),
        (
            times(json!({"foreslaatteTidspunkter": [{"til": "2026-11-05T10:00:00"}]})),
            "missing",
            "Feltet innhold.foreslaatteTidspunkter[0].fra mangler: ventet et tidspunkt",
        ),
        (
            ended(json!({"aarsak": {"type": "SYK", "beskrivelse": "x"}, "sluttDato": "2026-12-01"})),
            "invalid",
            "Feltet innhold.aarsak.beskrivelse er ikke riktig: ventet ingenting, for egne ord står bare sammen med årsaken ANNET.",
        ),
        (
            ended(json!({"aarsak": "SYK", "sluttdato": "1. mai"})),
            "invalid",
            "Feltet innhold.sluttdato er ikke riktig: ventet en dato, ÅÅÅÅ-MM-DD.",
        ),
        (
            correction(json!({"handling": "RETTET", "rettetMeldingstype": "FREMDRIFT"})),
            "invalid",
            "Feltet innhold.rettetInnhold er ikke riktig: ventet hele det rettede innholdet.",
        ),
        (
            correction(
                json!({"handling": "RETTET", "rettetMeldingstype": "FREMDRIFT", "rettetInnhold": {"status": "DELTAR", "oppmoteprosent": "80"}}),
            ),
            "invalid",
            "Feltet innhold.rettetInnhold.oppmoteprosent er ikke riktig: ventet et helt tall fra 0 til 100.",
        ),
        (json!([progress()]), "unreadable", "Dokumentet er ikke et JSON-objekt"),
    ]);
}

#[test]
fn a_question_goes_to_named_parties_and_a_correction_says_what_it_corrects() {
    let question = with(progress(), "/meldingstype", json!("SPORSMAL"));
    let question = with(
        question,
        "/innhold",
        json!({"tekst": "Hva nå?", "opplysningstyper": ["FUNKSJON"]}),
    );
    assert_eq!(message(&question).0.kind(), Kind::Question);
    let to_all = refusal(&with(question, "/mottakere", json!("SAMARBEIDSKRETS")));
    assert_eq!(to_all.code, "invalid");
    assert!(to_all.text.contains("aldri til en hel samarbeidskrets"));
    let correction = with(progress(), "/meldingstype", json!("RETTING"));
    let correction = with(
        correction,
        "/innhold",
        json!({"handling": "FEILSENDT", "rettetMeldingstype": "SVAR"}),
    );
    assert_eq!(
        refusal(&correction).text,
        "Feltet retter mangler: ventet referansen til meldingen som rettes."
    );
}

#[test]
fn a_receipt_is_a_receipt() {
    let receipt = |raw: Value| match read(&json!({"kvittering": raw})) {
        Reading::Receipt(receipt) => receipt,
        other => panic!("{other:?}"),
    };
    let ok = receipt(json!({"gjelder": "id-1", "status": "mottatt"}));
    assert_eq!(
        (ok.status, ok.refers_to.as_str(), ok.scheme.as_str()),
        (ReceiptStatus::Ok, "id-1", "melding")
    );
    let errors = json!([{"kode": "E21", "tekst": "Ukjent deltaker"}, "Feil avdeling"]);
    let refused = receipt(json!({"gjelder": "id-1", "status": "avvist", "feil": errors}));
    assert_eq!(refused.status, ReceiptStatus::Refused);
    let errors: Vec<_> = refused
        .errors
        .iter()
        .map(|e| (e.code.as_str(), e.text.as_str()))
        .collect();
    assert_eq!(errors, [("E21", "Ukjent deltaker"), ("", "Feil avdeling")]);
    assert_eq!(
        receipt(json!({"gjelder": "id-1", "status": "lest"})).status,
        ReceiptStatus::Unknown
    );
    assert_eq!(refusal(&json!({"kvittering": {"status": "mottatt"}})).code, "missing");
    for odd in ["", " ", "a b", "a\u{0}", "\u{85}", "å", &"x".repeat(201)] {
        let wrong = refusal(&json!({"kvittering": {"gjelder": odd, "status": "mottatt"}}));
        assert_eq!(wrong.code, "invalid", "{odd:?}");
    }
}

#[test]
fn answers_settle_by_their_status_and_nothing_is_acknowledged() {
    let said = |status, body: &str| {
        ProviderJson::settle(
            &Response {
                status,
                headers: Vec::new(),
                body: body.as_bytes().to_vec(),
            },
            &Context::example(),
        )
    };
    let settled = |status| said(status, "");
    assert_eq!(said(200, "{\"mottatt\": true}"), Settlement::Delivered);
    for (status, body) in [
        (200, ""),
        (200, "OK"),
        (202, "<html>"),
        (404, "<!doctype html>"),
        (302, ""),
        (203, "{}"),
    ] {
        assert_eq!(said(status, body), Settlement::RetryAfter(None), "{status} {body}");
    }
    assert_eq!(settled(202), Settlement::Delivered);
    assert_eq!(settled(503), Settlement::RetryAfter(None));
    assert!(matches!(settled(422), Settlement::Refused(_)));
    let outcome = Outcome {
        messages: Vec::new(),
        refused: None,
    };
    assert_eq!(
        ProviderJson::acknowledge(&outcome, &Value::Null, &Context::example()),
        None
    );
    let manifest = ProviderJson::manifest();
    assert_eq!(
        (manifest.reads.len(), manifest.writes.len()),
        (Kind::ALL.len() - 1, Kind::ALL.len())
    );
}

/// Makes a random change at a random position.
fn changed() -> impl Strategy<Value = Value> {
    let other = prop_oneof![
        Just(Value::Null),
        Just(json!(true)),
        Just(json!([])),
        Just(json!({"a": [{}]})),
        Just(json!(1e300)),
        Just(json!("HEMMELIG")),
        Just(json!({"HEMMELIG-1": "HEMMELIG"})),
        Just(json!(["HEMMELIG"])),
    ];
    (arbitrary::message(), any::<prop::sample::Index>(), other).prop_map(|(original, place, other)| {
        let mut document = serde_json::from_slice(&support::written(&original, &Context::example())).unwrap();
        let mut places = Vec::new();
        pointers(&document, "", &mut places);
        let pointer = place.get(&places);
        *document.pointer_mut(pointer).unwrap() = other;
        document
    })
}

fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, value)| pointers(value, &format!("{at}/{key}"), out)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(i, v)| pointers(v, &format!("{at}/{i}"), out)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_document_is_read_or_refused_without_repeating_it(document in changed()) {
        match read(&document) {
            Reading::Messages { messages, left_out, .. } => {
                prop_assert_eq!(messages.len(), 1);
                prop_assert!(left_out.iter().all(|text| !text.contains("«HEMMELIG»") && !text.contains(": HEMMELIG")));
            }
            Reading::Refused(refusal) => prop_assert!(!refusal.text.contains("HEMMELIG"), "{}", refusal.text),
            other => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes: Vec<u8>, text in "[{}\\[\\]\":,a-z0-9]{0,80}") {
        prop_assert!(matches!(read_bytes(&bytes), Reading::Refused(_)));
        let _ = read_bytes(text.as_bytes());
    }
}
