//! What the adapter writes, it reads back: every field of every kind, and the whole envelope.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use bindeledd_sdk::catalogue::{Category, Draft, FieldSpec, FieldType, Kind, Message};
use bindeledd_sdk::{Adapter as _, Context};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use specialist_fhir::SpecialistFhir;

/// Writes and reads back.
fn there_and_back(message: &Message, context: &Context) -> (Draft, Vec<String>) {
    let request = SpecialistFhir::write(message, context).unwrap();
    let (mut drafts, left_out) = support::messages(support::read_in(&request.body, context));
    assert_eq!(drafts.len(), 1);
    (drafts.remove(0), left_out)
}

/// The draft as its reader sees it: known by the hub's id, and where it answers a task, by the document's.
fn expected(message: &Message, context: &Context) -> Value {
    let mut expected = message.draft.to_json();
    let id = if message.draft.kind() == Kind::MeetingResponse {
        context.uuid("bundle").to_string()
    } else {
        message.id.to_string()
    };
    expected["senderReference"] = id.into();
    expected
}

#[test]
fn every_kind_comes_back_whole_and_nothing_is_left_out() {
    let context = Context::example();
    for (kind, body) in support::full_bodies() {
        let message = support::outgoing(kind, body);
        let (draft, left_out) = there_and_back(&message, &context);
        assert_eq!(draft.to_json(), expected(&message, &context), "{kind}");
        assert_eq!(left_out, Vec::<String>::new(), "{kind}");
    }
}

#[test]
fn every_field_of_the_catalogue_is_in_a_full_body() {
    let bodies = support::full_bodies();
    for kind in SpecialistFhir::kinds() {
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
    let context = Context::example();
    for (kind, body) in support::full_bodies() {
        let message = support::outgoing(kind, body);
        assert_eq!(
            SpecialistFhir::write(&message, &context),
            SpecialistFhir::write(&message, &context)
        );
    }
}

fn text(max: usize) -> BoxedStrategy<String> {
    let any = proptest::collection::vec(
        prop_oneof![Just('æ'), Just('\n'), Just('<'), Just('&'), any::<char>()],
        1..40,
    );
    any.prop_map(|chars| {
        chars
            .into_iter()
            .filter(|c| *c == '\n' || !c.is_control())
            .collect::<String>()
    })
    .prop_map(|s| s.replace(['\u{fffe}', '\u{ffff}'], "x").trim().to_owned())
    .prop_filter("not empty", move |s| !s.is_empty() && s.chars().count() <= max)
    .boxed()
}

fn instant() -> BoxedStrategy<Value> {
    (0_i64..2_000_000_000)
        .prop_map(|s| jiff::Timestamp::from_second(s).unwrap().to_string().into())
        .boxed()
}

fn value(ty: &'static FieldType) -> BoxedStrategy<Value> {
    match ty {
        FieldType::Text { max } => text(*max).prop_map(Value::from).boxed(),
        FieldType::Date => (2000_i32..2100, 1_u32..13, 1_u32..29)
            .prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}").into())
            .boxed(),
        FieldType::Instant => instant(),
        FieldType::Code(codes) => (0..codes.len()).prop_map(|i| codes[i].code.into()).boxed(),
        FieldType::Integer { min, max, .. } => (*min..=*max).prop_map(Value::from).boxed(),
        FieldType::Number { max, .. } => {
            #[expect(clippy::cast_possible_truncation, reason = "small")]
            let halves = (*max * 2.0) as u32;
            (0..=halves).prop_map(|n| (f64::from(n) / 2.0).into()).boxed()
        }
        FieldType::About => proptest::sample::subsequence(Category::ALL.to_vec(), 1..=8)
            .prop_map(|set| set.into_iter().map(Category::code).collect())
            .boxed(),
        FieldType::List { of, max } => proptest::collection::vec(value(of), 1..=*max)
            .prop_map(Value::from)
            .boxed(),
        FieldType::Record(fields) => record(fields).prop_map(Value::Object).boxed(),
        FieldType::CorrectedKind | FieldType::CorrectedBody => Just(Value::Null).boxed(),
    }
}

fn record(fields: &'static [FieldSpec]) -> BoxedStrategy<Map<String, Value>> {
    let each: Vec<_> = fields
        .iter()
        .map(|f| {
            let there = if f.required {
                Just(true).boxed()
            } else {
                any::<bool>().boxed()
            };
            (there, value(&f.ty)).prop_map(|(there, value)| there.then(|| (f.name.to_owned(), value)))
        })
        .collect();
    each.prop_map(|fields| fields.into_iter().flatten().collect()).boxed()
}

fn line() -> BoxedStrategy<String> {
    text(40).prop_map(|s| s.replace('\n', " ")).boxed()
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

fn message() -> impl Strategy<Value = Message> {
    let kinds: Vec<Kind> = SpecialistFhir::kinds().collect();
    let envelope = (
        proptest::option::of(reference()),
        proptest::option::of(reference()),
        proptest::option::of(reference()),
        proptest::option::of(line()),
        proptest::option::of((
            line(),
            proptest::option::of(line()),
            proptest::option::of(line()),
            proptest::option::of(line()),
        )),
        proptest::sample::subsequence(
            vec![
                "her:8142952",
                "org:915933149",
                "fjellvik-legekontor",
                "her:17",
                "org:889640782",
            ],
            0..=5,
        ),
        instant(),
        proptest::option::of(instant()),
        prop_oneof![Just("15720255178"), Just("31777207884"), Just("55720200170")],
    );
    (proptest::sample::select(kinds), envelope).prop_flat_map(|(kind, envelope)| {
        record(kind.spec().fields)
            .prop_map(move |body| assemble(kind, body, envelope.clone()))
            .prop_filter_map("across fields", |draft| Draft::from_json(draft).ok())
            .prop_map(|draft| {
                let mut message = support::outgoing(Kind::Answer, json!({"text": "x", "about": ["meeting"]}));
                message.draft = draft;
                message
            })
    })
}

type Envelope = (
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<(String, Option<String>, Option<String>, Option<String>)>,
    Vec<&'static str>,
    Value,
    Option<Value>,
    &'static str,
);

fn assemble(kind: Kind, body: Map<String, Value>, envelope: Envelope) -> Value {
    let (conversation, in_reply_to, supersedes, name, handler, to, sent, expires, national_id) = envelope;
    let without_nulls = |value: Value| match value {
        Value::Object(map) => Value::Object(map.into_iter().filter(|(_, v)| !v.is_null()).collect()),
        other => other,
    };
    let to: Value = match (to.is_empty(), kind.spec().named_parties_only) {
        (true, false) => "circle".into(),
        (true, true) => json!(["her:17"]),
        (false, _) => json!(to),
    };
    let handler = handler.map(|(name, role, unit, phone)| {
        without_nulls(json!({"name": name, "role": role, "unit": unit, "phone": phone}))
    });
    without_nulls(json!({
        "kind": kind.code(), "senderReference": "r", "conversation": conversation, "inReplyTo": in_reply_to,
        "supersedes": supersedes, "participant": without_nulls(json!({"nationalId": national_id, "name": name})),
        "handler": handler, "to": to, "sentAt": sent, "expiresAt": expires, "body": body,
    }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_message_comes_back_equal(message in message()) {
        let context = Context::example();
        let (draft, left_out) = there_and_back(&message, &context);
        prop_assert_eq!(draft.to_json(), expected(&message, &context));
        prop_assert_eq!(left_out, Vec::<String>::new());
    }
}
