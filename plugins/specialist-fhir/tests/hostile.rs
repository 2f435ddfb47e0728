//! Hostile documents: damaged, truncated, or with content that only one syntax shows.

mod support;

use bindeledd_sdk::{Adapter as _, Context, Document, Reading};
use proptest::prelude::*;
use serde_json::{Value, json};
use specialist_fhir::SpecialistFhir;
use support::{communication, fixture, read, read_in_both, read_value, refusal, to_xml};

/// Draws a fixture to damage.
fn any_fixture() -> impl Strategy<Value = String> {
    let names = [
        "bundle-treatment-status.json",
        "task-meeting-response-other-time.json",
        "observation-function.json",
        "receipt-fatal-error.json",
        "care-communication.json",
    ];
    proptest::sample::select(names.to_vec()).prop_map(|name| fixture(name).to_string())
}

/// Draws a hostile value of any type.
fn junk() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let name = proptest::sample::select(vec![
            "resourceType",
            "reference",
            "coding",
            "value",
            "system",
            "entry",
            "id",
        ]);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map(name, inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    })
}

/// Replaces the `nth` value by `junk`.
fn damage(value: &mut Value, nth: &mut usize, junk: &Value) {
    if *nth == 0 {
        *value = junk.clone();
    }
    *nth = nth.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| damage(item, nth, junk)),
        Value::Object(members) => members.values_mut().for_each(|member| damage(member, nth, junk)),
        _ => {}
    }
}

#[test]
fn another_encoding_than_utf_8_is_refused_with_what_to_do() {
    let xml = to_xml(&communication("treatment-status"));
    let latin: Vec<u8> = format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{xml}")
        .replace("Ledig", "Ledig p\u{e5}")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect();
    let utf16: Vec<u8> = format!("\u{feff}{xml}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for body in [&latin, &utf16] {
        let document = Document {
            media_type: "text/xml; charset=iso-8859-1",
            body,
        };
        let refusal = refusal(SpecialistFhir::read(document, &Context::example()));
        assert_eq!(refusal.code, "xml");
        assert!(refusal.text.contains("UTF-8"), "{}", refusal.text);
    }
    let bomb = "<!DOCTYPE b [<!ENTITY a \"x\">]><Communication xmlns=\"http://hl7.org/fhir\"><status value=\"&a;\"/></Communication>";
    assert_eq!(refusal(read(bomb.as_bytes())).code, "doctype");
}

/// Both syntaxes have the same rules. Without them, XML could hide a code in an element that JSON can not repeat.
#[test]
fn nothing_is_hidden_by_the_syntax() {
    let inside = |what: &str| {
        let xml = to_xml(&communication("treatment-status"));
        let body = xml.replace("</Communication>", &format!("{what}</Communication>"));
        let document = Document {
            media_type: "application/fhir+xml",
            body: body.as_bytes(),
        };
        refusal(SpecialistFhir::read(document, &Context::example())).code
    };
    let icd = "<system value=\"http://hl7.org/fhir/sid/icd-10\"/>";
    for (what, code) in [
        (format!("<reasonCode><coding>{icd}</coding></reasonCode>"), "diagnosis"),
        (format!("<unheard><of>{icd}{icd}</of></unheard>"), "diagnosis"),
        (
            format!("<contained><Encounter><type><coding>{icd}</coding></type></Encounter></contained>"),
            "diagnosis",
        ),
        (
            "<extension url=\"x\"><valueUri value=\"http://snomed.info/sct\"/></extension>".into(),
            "diagnosis",
        ),
        ("<contained><Condition/></contained>".into(), "is-a-record"),
        ("<modifierExtension url=\"x\"/>".into(), "modifier-extension"),
        ("<implicitRules value=\"x\"/>".into(), "implicit-rules"),
        ("<status value=\"completed\"/>".into(), "duplicate-member"),
    ] {
        assert_eq!(inside(&what), code, "{what}");
    }
}

#[test]
fn an_answer_in_xml_counts_as_one_in_json() {
    let settle = |body: &Value| {
        let response = bindeledd_sdk::Response {
            status: 200,
            headers: Vec::new(),
            body: to_xml(body).into_bytes(),
        };
        SpecialistFhir::settle(&response, &Context::example())
    };
    let outcome =
        |code: &str| json!({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code}]});
    assert!(matches!(
        settle(&outcome("required")),
        bindeledd_sdk::Settlement::Refused(_)
    ));
    assert!(matches!(
        settle(&outcome("transient")),
        bindeledd_sdk::Settlement::RetryAfter(_)
    ));
    assert!(matches!(
        settle(&outcome("duplicate")),
        bindeledd_sdk::Settlement::Delivered
    ));
    assert!(matches!(
        read_in_both(&fixture("receipt-fatal-error.json")),
        Reading::Receipt(_)
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_have_a_reading(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(matches!(read(&bytes), Reading::Refused(_)));
    }

    #[test]
    fn a_cut_document_is_refused(document in any_fixture(), at in 0.0_f64..1.0) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a short text")]
        let at = (document.len() as f64 * at) as usize;
        prop_assert!(matches!(read(&document.as_bytes()[..at]), Reading::Refused(_)));
    }

    #[test]
    fn a_cut_or_damaged_document_in_xml_has_a_reading(document in any_fixture(), at in 0.0_f64..1.0, damage in "[<>/\"&a=! \\[]{0,3}") {
        let value: Value = serde_json::from_str(&document).unwrap_or_default();
        let xml = to_xml(&value);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a short text")]
        let mut at = (xml.len() as f64 * at) as usize;
        while !xml.is_char_boundary(at) {
            at -= 1;
        }
        prop_assert!(matches!(read(&xml.as_bytes()[..at]), Reading::Refused(_)));
        // Reading ends, whatever the damage is.
        let damaged = format!("{}{damage}{}", &xml[..at], &xml[at..]);
        if let Reading::Messages { messages, .. } = read(damaged.as_bytes()) {
            for draft in messages {
                prop_assert!(draft.body.is_complete());
            }
        }
    }

    #[test]
    fn a_damaged_document_never_panics(document in any_fixture(), nth in 0_usize..150, junk in junk()) {
        let mut value: Value = serde_json::from_str(&document).unwrap_or_default();
        damage(&mut value, &mut { nth }, &junk);
        // Reading ends, and the catalogue accepts every message in the result.
        if let Reading::Messages { messages, .. } = read_value(&value) {
            for draft in messages {
                prop_assert!(draft.body.is_complete());
            }
        }
    }
}
