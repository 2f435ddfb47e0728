//! Every written document can be read back: every field of every kind, and the whole envelope.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use bindeledd_catalogue::arbitrary;
use bindeledd_sdk::catalogue::{Conversation, Draft, Kind, Message, Supersedes, canonical_id, time};
use bindeledd_sdk::{Adapter as _, Context};
use proptest::prelude::*;
use serde_json::Value;
use specialist_fhir::SpecialistFhir;
use support::extension;

/// Writes a message, reads it back, and returns the draft and the parts left out.
fn there_and_back(message: &Message, context: &Context) -> (Draft, Vec<String>) {
    let request = SpecialistFhir::write(message, context).unwrap();
    let (mut drafts, left_out) = support::messages(support::read_in(&request.body, context));
    assert_eq!(drafts.len(), 1);
    (drafts.remove(0), left_out)
}

/// Returns the draft as its reader sees it: under the hub's id, or the document's id if it answers a task.
fn expected(message: &Message, context: &Context) -> Value {
    let mut expected = message.draft.to_json();
    let kind = message
        .draft
        .body
        .corrected_kind()
        .unwrap_or_else(|| message.draft.kind());
    let id = if matches!(kind, Kind::MeetingResponse | Kind::SupportResponse) {
        context.uuid("bundle").to_string()
    } else {
        message.id.to_string()
    };
    expected["senderReference"] = id.into();
    expected
}

#[test]
fn every_kind_comes_back_whole_in_both_syntaxes_and_nothing_is_left_out() {
    for format in support::FORMATS {
        let context = support::writing(format);
        for (kind, body) in support::full_bodies() {
            let message = support::outgoing(kind, body);
            let (draft, left_out) = there_and_back(&message, &context);
            assert_eq!(draft.to_json(), expected(&message, &context), "{kind} in {format}");
            assert_eq!(left_out, Vec::<String>::new(), "{kind} in {format}");
        }
    }
}

#[test]
fn a_receiver_sees_when_the_sender_sent_it_until_when_it_holds_and_the_senders_reference() {
    let context = support::writing("json");
    for (kind, body) in support::full_bodies() {
        let mut message = support::outgoing(kind, body);
        message.draft.sent_at = time::parse_instant("2026-11-30T12:00:00+01:00").unwrap();
        message.draft.expires_at = time::parse_instant("2026-12-24T12:00:00+01:00");
        let request = SpecialistFhir::write(&message, &context).unwrap();
        let bundle: Value = serde_json::from_slice(&request.body).unwrap();
        let resource = &bundle["entry"][1]["resource"];
        let sent = time::local_rfc3339(message.draft.sent_at);
        let said = ["sent", "authoredOn", "created"].map(|member| resource[member].as_str());
        assert!(said.contains(&Some(sent.as_str())), "{kind}: {resource}");
        assert_eq!(
            extension(resource, "expires-at", "valueDateTime"),
            "2026-12-24T12:00:00+01:00",
            "{kind}"
        );
        assert_eq!(
            extension(resource, "sender-reference", "valueString"),
            message.draft.sender_reference.as_str(),
            "{kind}"
        );
    }
}

#[test]
fn every_field_of_the_catalogue_is_in_a_full_body() {
    let bodies = support::full_bodies();
    assert_eq!(SpecialistFhir::kinds().collect::<Vec<_>>(), Kind::ALL);
    for kind in Kind::by_parties() {
        for field in kind.spec().fields {
            let there = bodies
                .iter()
                .any(|(k, body)| *k == kind && body.get(field.name).is_some());
            assert!(there, "{kind}.{} is written and read back in no test", field.name);
        }
    }
}

#[test]
fn the_same_call_gives_the_same_bytes() {
    let context = support::writing("xml");
    for (kind, body) in support::full_bodies() {
        let message = support::outgoing(kind, body);
        assert_eq!(
            SpecialistFhir::write(&message, &context),
            SpecialistFhir::write(&message, &context)
        );
    }
}

fn reference() -> BoxedStrategy<String> {
    prop_oneof![
        "[!-~]{1,200}",
        "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "http://[a-z]{1,9}\\|[!-~]{1,20}",
        "urn:ietf:rfc:3986\\|[!-~]{1,20}",
    ]
    .boxed()
}

/// Writes each UUID in its canonical form, since FHIR has such ids as URNs.
fn by_meaning(mut draft: Value) -> Value {
    for name in ["conversation", "inReplyTo", "supersedes"] {
        if let Some(id) = draft.get(name).and_then(Value::as_str) {
            draft[name] = canonical_id(id).into_owned().into();
        }
    }
    draft
}

/// Draws any message of the catalogue, with references of every form that FHIR has.
fn message() -> impl Strategy<Value = Message> {
    let references = (
        proptest::option::of(reference()),
        proptest::option::of(reference()),
        proptest::option::of(reference()),
    );
    (arbitrary::message(), references).prop_map(|(mut message, (conversation, in_reply_to, supersedes))| {
        message.draft.conversation = conversation.and_then(|c| Conversation::parse(&c));
        message.draft.in_reply_to = in_reply_to.and_then(|c| Conversation::parse(&c));
        if let Some(superseded) = supersedes.and_then(|s| Supersedes::parse(&s)) {
            message.draft.supersedes = Some(superseded);
        }
        message
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_message_comes_back_equal(message in message(), format in proptest::sample::select(&support::FORMATS[..])) {
        let context = support::writing(format);
        let (draft, left_out) = there_and_back(&message, &context);
        prop_assert_eq!(by_meaning(draft.to_json()), by_meaning(expected(&message, &context)));
        prop_assert_eq!(left_out, Vec::<String>::new());
    }
}
