//! Every kind that is written can be read back with every field, and equals the committed fixtures.
#![expect(clippy::unwrap_used, reason = "a test tells by panicking")]

mod support;

use std::path::Path;

use bindeledd_catalogue::{CategorySet, Kind, arbitrary, fixtures};
use bindeledd_sdk::catalogue::Message;
use bindeledd_sdk::{Adapter, Context, Method, Reading, Reference, References};
use proptest::prelude::*;
use provider_json::{MEDIA_TYPE, ProviderJson};
use serde_json::{Value, json};
use support::{message, read_bytes, written};

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// Lays JSON out over several lines, keeping the order of its keys.
fn laid_out(json: &[u8]) -> String {
    let (mut out, mut depth, mut in_text, mut escaped) = (String::new(), 0, false, false);
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    for c in std::str::from_utf8(json).unwrap().chars() {
        if in_text {
            out.push(c);
            (in_text, escaped) = (escaped || c != '"', c == '\\' && !escaped);
            continue;
        }
        match c {
            '{' | '[' => {
                depth += 1;
                out.push(c);
                line(&mut out, depth);
            }
            '}' | ']' => {
                depth -= 1;
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c => {
                in_text = c == '"';
                out.push(c);
            }
        }
    }
    out.push('\n');
    out
}

const SET_BY_THE_HUB: [&str; 2] = [
    "Feltet avsender settes av Bindeledd og ble ikke brukt.",
    "Feltet id settes av Bindeledd og ble ikke brukt.",
];

/// Lists the reports about fields that the hub sets, in a message that somebody forwards unchanged.
fn set_by_the_hub(kind: Kind) -> Vec<&'static str> {
    let mut told = SET_BY_THE_HUB.to_vec();
    if kind == Kind::Correction {
        told.push("Feltet retterMelding settes av Bindeledd og ble ikke brukt.");
    }
    told
}

#[test]
fn the_committed_fixtures_are_what_is_written_and_are_read_back() {
    for kind in Kind::ALL {
        let original = fixtures::message(kind).unwrap();
        let native = laid_out(&written(&original, &Context::example()));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/{kind}.json"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &native).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        let how = "run `UPDATE=1 cargo test -p provider-json --test round_trip` and commit what it writes";
        assert_eq!(committed, native, "{}: {how}", path.display());
        if kind.spec().by_hub {
            let Reading::Refused(refusal) = read_bytes(committed.as_bytes()) else {
                panic!("{kind} was taken from a party");
            };
            assert!(refusal.text.contains("meldingstype"), "{}", refusal.text);
            continue;
        }
        let (draft, left_out) = message(&parsed(committed.as_bytes()));
        assert_eq!(draft.to_json(), original.draft.to_json(), "{kind}");
        assert_eq!(left_out, set_by_the_hub(kind));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(original in arbitrary::message()) {
        let (draft, left_out) = message(&parsed(&written(&original, &Context::example())));
        prop_assert_eq!(left_out, set_by_the_hub(original.draft.kind()));
        prop_assert_eq!(draft, original.draft);
    }

    #[test]
    fn every_field_that_was_granted_is_written_and_no_other(original in arbitrary::message(), bits: u8) {
        let permitted = CategorySet::from_bits(bits).unwrap();
        let kept = original.draft.body.keep(permitted);
        let minimised = Message { draft: bindeledd_catalogue::Draft { body: kept.clone(), ..original.draft.clone() }, ..original };
        let native = parsed(&written(&minimised, &Context::example()));
        prop_assert_eq!(leaves(&native["innhold"]), leaves(&kept.to_json()));
        if kept.is_complete() {
            prop_assert_eq!(message(&native).0.body, kept);
        }
    }
}

/// Counts the leaf values of a JSON value, at every depth.
fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(map) => map.values().map(leaves).sum(),
        Value::Array(items) => items.iter().map(leaves).sum(),
        _ => 1,
    }
}

#[test]
fn the_request_says_where_to_and_what_it_is() {
    let original = fixtures::message(Kind::Answer).unwrap();
    let id = original.id.to_string();
    let request = ProviderJson::write(&original, &Context::example()).unwrap();
    assert_eq!(
        (request.method, request.path.as_str()),
        (Method::Post, "/bindeledd/meldinger")
    );
    assert_eq!(
        request.headers,
        [
            ("content-type".to_owned(), MEDIA_TYPE.to_owned()),
            ("x-bindeledd-melding".to_owned(), id.clone()),
        ]
    );
    assert_eq!(request.credential.as_deref(), Some("transport"));
    assert_eq!(request.references, [Reference::new("melding", id)]);

    let at = |path: &str| Context {
        settings: json!({"path": path}),
        ..Context::example()
    };
    assert_eq!(ProviderJson::write(&original, &at("/inn")).unwrap().path, "/inn");
    assert_eq!(ProviderJson::write(&original, &at("inn")).unwrap_err().code, "settings");
}

#[test]
fn what_the_receiver_may_know_comes_from_the_context() {
    let original = fixtures::message(Kind::Question).unwrap();
    let context = Context::example();
    let native = parsed(&written(&original, &context));
    assert_eq!(
        native["avsender"],
        json!({
        "id": "nordvik-aft", "navn": "Nordvik Arbeid og Kompetanse", "organisasjonsnummer": "915933149",
        "telefon": "22112233"})
    );
    assert_eq!(native.get("holdtTilbake"), None);
    let own = References {
        in_reply_to: Some("deres-1".into()),
        conversation: Some("deres-2".into()),
        supersedes: Some("deres-3".into()),
    };
    let native = parsed(&written(
        &original,
        &Context {
            withheld: true,
            sender: None,
            references: own,
            ..context
        },
    ));
    assert_eq!(native["holdtTilbake"], json!(true));
    assert_eq!(native.get("avsender"), None);
    assert_eq!(
        [&native["svarPaa"], &native["samtalegruppe"], &native["retter"]],
        ["deres-1", "deres-2", "deres-3"]
    );
}
