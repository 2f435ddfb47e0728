//! A written document can be read back with every granted field.

use bindeledd_catalogue::{CategorySet, Draft, Kind, Message, arbitrary, prose};
use bindeledd_sdk::{Adapter, Reading};
use nav_measure::{NavMeasure, shape_of};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::common::{context, known_at_nav, message, read_in, written_in};
use crate::schemas::Schemas;

/// Adds the receivers, which a written document lacks, as the writer on Nav's side would.
fn addressed(mut native: Value) -> Value {
    native["mottakere"] = json!(["nordvik-aft"]);
    native
}

fn one(reading: Reading) -> Draft {
    match reading {
        Reading::Messages { mut messages, .. } if messages.len() == 1 => messages.remove(0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_wrapping_is_read_back_for_every_kind() {
    for kind in Kind::by_parties().filter(|kind| shape_of(*kind).is_some()) {
        let original = message(kind);
        let draft = one(read_in(&addressed(written_in(&original, &known_at_nav())), &context()));
        assert_eq!(draft.body, original.draft.body, "{kind}");
        assert_eq!(draft.participant, original.draft.participant);
        assert_eq!(draft.handler, original.draft.handler);
        assert_eq!(draft.sender_reference, original.draft.sender_reference);
        assert_eq!(draft.sent_at, original.draft.sent_at);
        assert_eq!(draft.expires_at, original.draft.expires_at);
        let named = |reference: Option<&str>| reference.map(str::to_owned);
        assert_eq!(
            named(draft.in_reply_to.as_ref().map(|c| c.as_str())),
            named(Some("nav-1"))
        );
        assert_eq!(
            named(draft.conversation.as_ref().map(|c| c.as_str())),
            named(Some("nav-0"))
        );
    }
}

#[test]
fn what_only_the_hub_makes_is_written_and_taken_from_nobody() {
    let native = addressed(written_in(&message(Kind::ConsentWithdrawn), &context()));
    let text = native["tekst"].as_str().unwrap();
    assert!(
        text.starts_with("Samtykke er trukket tilbake\n") && text.contains("Gjelder: mål og plan, "),
        "{text}"
    );
    // The text reads the same in the wrapping and as a dialog message.
    let dialog = json!({
        "version": 1, "id": "nav-1", "type": "NAV_MESSAGE", "patientIdent": "15720255178", "providerId": "nordvik-aft",
        "message": text,
    });
    for document in [native, dialog] {
        let Reading::Refused(refusal) = read_in(&document, &context()) else {
            panic!("{document} was taken");
        };
        assert_eq!(refusal.code, "by-hub-only", "{}", refusal.text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_field_that_was_granted_is_there_and_no_other(original in arbitrary::message(), bits: u8) {
        let permitted = CategorySet::from_bits(bits).unwrap();
        let kept = original.draft.body.keep(permitted);
        let draft = Draft { body: kept.clone(), ..original.draft.clone() };
        let minimised = Message { draft, ..original };
        let request = match NavMeasure::write(&minimised, &known_at_nav()) {
            Ok(request) => request,
            Err(refusal) => {
                let expected = ["no-shape-at-nav", "nothing-to-propose"];
                prop_assert!(expected.contains(&refusal.code.as_str()), "{}", refusal.code);
                return Ok(());
            }
        };
        let native: Value = serde_json::from_slice(&request.body).unwrap();
        let read = prose::read(native["tekst"].as_str().unwrap());
        prop_assert_eq!(read.map(|b| b.to_json()).unwrap_or_else(|| json!({})), kept.to_json());
        if let Some(schemas) = Schemas::here() {
            prop_assert_eq!(schemas.problem(&native), None);
        }
        let limits = [("begrunnelse", 200)];
        for (field, most) in limits {
            prop_assert!(native["nav"][field].as_str().unwrap_or_default().chars().count() <= most);
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_trap(bytes: Vec<u8>) {
        let _ = crate::common::read_bytes(&bytes, &context());
    }
}
