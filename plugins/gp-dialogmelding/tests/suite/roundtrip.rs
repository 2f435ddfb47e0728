//! Every written document can be read back with every field, is valid by the schemas, and is the same each time.
#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

use crate::common;
use bindeledd_sdk::catalogue::{
    Body, Category, Corrects, Draft, FieldSpec, FieldType, Handler, Kind, Message, MessageId, NationalId, Participant,
    PartyName, PersonName, Purpose, Recipients, SenderReference, Supersedes,
};
use bindeledd_sdk::{Adapter as _, Context, Identity, Reading, References};
use gp_dialogmelding::Gp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Texts as people write them, and texts that look like the adapter's own frame.
fn text(max: usize) -> BoxedStrategy<Value> {
    let line = prop_oneof![
        8 => "[a-zæøåA-ZÆØÅ0-9 .,:;|/<>&\"'()-]{1,40}",
        1 => Just("--- Om meldingen ---".to_owned()),
        1 => Just("Kontaktperson: Ingen".to_owned()),
        1 => Just("- et punkt".to_owned()),
        1 => Just("Svar: Ja".to_owned()),
        1 => Just("]]> <![CDATA[ &amp; <b>".to_owned()),
        1 => Just(String::new()),
    ];
    prop::collection::vec(line, 1..5)
        .prop_map(move |lines| {
            lines
                .join("\n")
                .trim()
                .chars()
                .take(max)
                .collect::<String>()
                .trim()
                .to_owned()
        })
        .prop_map(|text| Value::from(if text.is_empty() { "En tekst".to_owned() } else { text }))
        .boxed()
}

fn day() -> impl Strategy<Value = String> {
    (2020..2035, 1..13, 1..29).prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"))
}

fn value(ty: &'static FieldType) -> BoxedStrategy<Value> {
    match ty {
        FieldType::Text { max } => text(*max),
        FieldType::Date => day().prop_map(Value::from).boxed(),
        FieldType::Instant => (day(), 0..24, 0..60, prop::sample::select(vec![0, 0, 30]))
            .prop_map(|(day, hour, minute, second)| json!(format!("{day}T{hour:02}:{minute:02}:{second:02}+02:00")))
            .boxed(),
        FieldType::Code(codes) => prop::sample::select(codes.iter().map(|c| json!(c.code)).collect::<Vec<_>>()).boxed(),
        FieldType::Integer { min, max, .. } => (*min..=*max).prop_map(Value::from).boxed(),
        FieldType::Number { max, .. } => {
            let max = *max;
            (0..=10_u32)
                .prop_map(move |tenths| json!(max * f64::from(tenths) / 10.0))
                .boxed()
        }
        FieldType::About => {
            prop::sample::subsequence(Category::ALL.map(Category::code).to_vec(), 1..=Category::ALL.len())
                .prop_map(Value::from)
                .boxed()
        }
        FieldType::List { of, max } => prop::collection::vec(value(of), 1..=(*max).min(4))
            .prop_map(Value::from)
            .boxed(),
        FieldType::Record(fields) => record(fields).prop_map(Value::Object).boxed(),
        FieldType::CorrectedKind | FieldType::CorrectedBody => unreachable!("a correction is made by itself"),
    }
}

/// Draws required fields, and any of the others.
fn record(fields: &'static [FieldSpec]) -> BoxedStrategy<Map<String, Value>> {
    let parts: Vec<_> = fields
        .iter()
        .map(|spec| {
            let there = if spec.required {
                Just(true).boxed()
            } else {
                prop::bool::weighted(0.6).boxed()
            };
            (there, value(&spec.ty)).prop_map(|(there, v)| there.then(|| (spec.name.to_owned(), v)))
        })
        .collect();
    parts.prop_map(|parts| parts.into_iter().flatten().collect()).boxed()
}

fn body(kind: Kind) -> BoxedStrategy<Body> {
    if kind != Kind::Correction {
        return record(kind.spec().fields)
            .prop_map(move |fields| Body::parse(kind, fitting(fields)).unwrap())
            .boxed();
    }
    let corrected = Kind::ALL
        .into_iter()
        .filter(|k| k.can_be_corrected() && k.spec().to_gp)
        .collect::<Vec<_>>();
    let corrected = prop::sample::select(corrected).prop_flat_map(|kind| (Just(kind), body(kind)));
    (corrected, any::<bool>())
        .prop_map(|((kind, inner), mistake)| {
            let raw = if mistake {
                json!({"action": "sent-by-mistake", "correctedKind": kind.code()})
            } else {
                json!({"action": "corrected", "correctedKind": kind.code(), "corrected": inner.to_json()})
            };
            Body::parse(Kind::Correction, raw).unwrap()
        })
        .boxed()
}

/// Makes fields fit each other: own words go with one reason, and the days of a period are in order.
fn fitting(mut fields: Map<String, Value>) -> Value {
    if fields.contains_key("reasonText") {
        fields.insert("reason".into(), "ANNET".into());
    }
    for (from, until) in [("from", "until"), ("measureFrom", "measureUntil")] {
        if let (Some(first), Some(last)) = (fields.get(from).cloned(), fields.get(until).cloned())
            && last.as_str() < first.as_str()
        {
            fields.insert(from.into(), last);
            fields.insert(until.into(), first);
        }
    }
    Value::Object(fields)
}

fn draft(body: Body) -> Draft {
    Draft {
        sender_reference: SenderReference::parse("NAK-1").unwrap(),
        conversation: None,
        in_reply_to: None,
        supersedes: Supersedes::parse("NAK-0"),
        participant: Participant {
            national_id: NationalId::parse("15720255178").unwrap(),
            name: Some(PersonName("Brun Lav Lenestol".into())),
        },
        handler: Some(Handler {
            name: "Kari <Eva> Nordmann".into(),
            role: Some("jobbkonsulent".into()),
            unit: Some("Avdeling Øst & Vest".into()),
            phone: Some("+47 22 11 22 33".into()),
        }),
        to: Recipients::Parties(vec![PartyName::parse("her:8142952").unwrap()]),
        purpose: Purpose::WorkOrientedFollowup,
        sent_at: "2026-11-20T07:15:42Z".parse().unwrap(),
        expires_at: Some("2026-12-24T11:00:00Z".parse().unwrap()),
        body,
    }
}

fn context(version: &str, replies: bool) -> Context {
    let references = References {
        in_reply_to: replies.then(|| "6f0d5d0c-0000-4000-8000-000000000001".into()),
        conversation: replies.then(|| "6f0d5d0c-0000-4000-8000-000000000002".into()),
        supersedes: None,
    };
    Context {
        settings: json!({"dialogmelding": version}),
        references,
        withheld: replies,
        ..Context::example()
    }
}

fn kinds() -> impl Iterator<Item = Kind> {
    Kind::ALL.into_iter().filter(|kind| kind.spec().to_gp)
}

/// Makes the context; for a correction it names the corrected message.
fn context_for(kind: Kind, version: &str, replies: bool) -> Context {
    let mut context = context(version, replies);
    if kind == Kind::Correction {
        context.references.supersedes = Some("6f0d5d0c-0000-4000-8000-000000000003".into());
    }
    context
}

/// Returns the kinds that a GP can send.
fn sent_by_gps() -> impl Iterator<Item = Kind> {
    kinds().filter(|kind| !kind.spec().by_hub)
}

/// Draws a body with every field of its kind, the same one each time.
fn full(kind: Kind) -> Body {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let most = |bodies: Vec<Body>| {
        bodies
            .into_iter()
            .max_by_key(|b| b.to_json().to_string().len())
            .unwrap()
    };
    most(
        (0..20)
            .map(|_| body(kind).new_tree(&mut runner).unwrap().current())
            .collect(),
    )
}

#[test]
fn every_kind_is_valid_by_the_schemas_in_both_versions() {
    let mut documents = Vec::new();
    for kind in kinds() {
        for version in ["1.0", "1.1"] {
            for replies in [false, true] {
                let context = context_for(kind, version, replies);
                let request = Gp::write(&common::message(draft(full(kind))), &context).unwrap();
                documents.push((format!("{kind}-{version}-{replies}"), common::document(&request)));
            }
        }
    }
    common::assert_valid(&documents);
}

#[test]
fn organisations_on_two_levels_and_sparse_identities_are_valid_too() {
    let above = Identity {
        name: "Fjellvik & sønn".into(),
        her_id: Some(1),
        ..Identity::default()
    };
    let nameless = Identity {
        name: "Uten id".into(),
        part_of: Some(Box::new(above)),
        ..Identity::default()
    };
    let mut context = Context::example();
    context.party.part_of = Some(Box::new(nameless.clone()));
    context.endpoint.part_of = Some(Box::new(nameless));
    context.party.org_number = None;
    let mut sparse = Context::example();
    sparse.party.person = None;
    sparse.sender = None;
    sparse.endpoint.org_number = None;
    let bare = Draft {
        handler: None,
        participant: Participant {
            national_id: NationalId::parse("45888649046").unwrap(),
            name: None,
        },
        ..draft(full(Kind::Question))
    };
    let mut documents = Vec::new();
    for (name, context, draft) in [
        ("levels", &context, draft(full(Kind::Question))),
        ("sparse", &sparse, bare),
    ] {
        for version in ["1.0", "1.1"] {
            let context = Context {
                settings: json!({"dialogmelding": version}),
                ..context.clone()
            };
            let request = Gp::write(&common::message(draft.clone()), &context).unwrap();
            documents.push((format!("{name}-{version}"), common::document(&request)));
        }
    }
    assert!(
        documents[0]
            .1
            .contains("<OrganisationName>Fjellvik &amp; sønn</OrganisationName>")
    );
    assert!(
        !documents[0].1.contains("Uten id"),
        "a level without an id is not written"
    );
    assert!(documents[2].1.contains("V=\"DNR\""));
    common::assert_valid(&documents);
}

#[test]
fn what_only_the_hub_makes_is_written_and_taken_from_nobody() {
    for version in ["1.0", "1.1"] {
        let context = context(version, false);
        let request = Gp::write(&common::message(draft(full(Kind::ConsentWithdrawn))), &context).unwrap();
        let document = common::document(&request);
        assert!(
            document.contains("<Tema>Samtykke er trukket tilbake</Tema>"),
            "{document}"
        );
        assert!(
            document.contains("plikten til å føre journal gjelder som før"),
            "{document}"
        );
        let Reading::Refused(refusal) = common::read(document.as_bytes()) else {
            panic!("it was taken from a GP");
        };
        assert_eq!(refusal.code, "by-hub-only", "{}", refusal.text);
    }
}

/// Returns the text of each element with this name.
fn all<'a>(document: &'a roxmltree::Document<'_>, name: &str) -> Vec<&'a str> {
    let elements = document.descendants().filter(|n| n.tag_name().name() == name);
    elements
        .map(|n| n.text().or_else(|| n.attribute("V")).unwrap_or_default())
        .collect()
}

/// The document has the time of sending, the expiry and the reference: as data if the format has an element for them, and in the
/// text.
#[test]
fn a_gp_sees_when_the_sender_sent_it_and_by_what_it_is_known() {
    let context = context("1.0", false);
    let request = Gp::write(&common::message(draft(full(Kind::TreatmentStatus))), &context).unwrap();
    let document = common::document(&request);
    let xml = roxmltree::Document::parse(&document).unwrap();
    assert_eq!(
        all(&xml, "GenDate"),
        ["2026-12-01T09:00:00+01:00"],
        "the envelope is made now"
    );
    assert_eq!(all(&xml, "IssueDate"), ["2026-11-20T08:15:42+01:00"]);
    assert_eq!(all(&xml, "DatoNotat"), ["2026-11-20"]);
    let text = all(&xml, "TekstNotatInnhold").concat();
    for said in [
        "Sendt: 20. november 2026 kl. 08.15.42\n",
        "Gjelder til: 24. desember 2026 kl. 12.00\n",
        "Referanse: NAK-1\n",
    ] {
        assert!(text.contains(said), "{said} is not in {text}");
    }
}

/// A name is written whole, as its sender gave it. A text that is not a telephone number is not written as one.
#[test]
fn names_are_not_split_and_digits_are_not_glued_together() {
    let mut documents = Vec::new();
    for (name, phone, number) in [
        ("Nordmann, Ola", "22 11 22 33 (kl. 9-15)", None),
        ("Ola Nordmann jr.", "22112233 / 90012345", None),
        ("Kari von der Lippe", "+47 22 11 22 33", Some("tel:+4722112233")),
        ("Ola", "spør etter 22112233", None),
        ("Ola Nordmann", "900 12 345", Some("tel:90012345")),
    ] {
        let mut draft = draft(full(Kind::Question));
        draft.participant.name = Some(PersonName(name.into()));
        let handler = draft.handler.as_mut().unwrap();
        (handler.name, handler.phone) = (name.to_owned(), Some(phone.to_owned()));
        for version in ["1.0", "1.1"] {
            let context = context(version, true);
            let document = common::document(&Gp::write(&common::message(draft.clone()), &context).unwrap());
            let xml = roxmltree::Document::parse(&document).unwrap();
            let families = all(&xml, "FamilyName");
            assert_eq!(
                families.iter().filter(|family| **family == name).count(),
                2,
                "{families:?}"
            );
            let dialled = all(&xml, "TeleAddress");
            assert_eq!(dialled.first().copied(), number, "{phone}");
            assert!(
                document.contains(&format!("Telefon: {phone}\n")),
                "it stays text: {document}"
            );
            documents.push((format!("{}-{version}", name.replace([' ', ',', '.'], "-")), document));
        }
    }
    common::assert_valid(&documents);
}

/// Without these facts, a GP could take the correction for that of another message, and disregard that message.
#[test]
fn a_correction_names_what_it_corrects_by_its_date_and_reference() {
    let body = json!({"action": "sent-by-mistake", "correctedKind": "question"});
    let message = Message {
        corrects: Some(Corrects {
            id: MessageId("018f0000-0000-7000-8000-00000000000a".parse().unwrap()),
            reference: SenderReference::parse("NAK-0").unwrap(),
            sent_at: "2026-11-18T12:30:00Z".parse().unwrap(),
        }),
        ..common::message(draft(Body::parse(Kind::Correction, body).unwrap()))
    };
    for version in ["1.0", "1.1"] {
        let context = context_for(Kind::Correction, version, true);
        let document = common::document(&Gp::write(&message, &context).unwrap());
        let xml = roxmltree::Document::parse(&document).unwrap();
        let text = all(&xml, "TekstNotatInnhold").concat();
        let begins = "Retting\nRetter: meldingen som ble sendt 18. november 2026 kl. 13.30, med referanse NAK-0\n\
                      Hva er gjort: Meldingen var feilsendt, se bort fra den\n";
        assert!(text.starts_with(begins), "{text}");
        assert_eq!(
            common::draft(common::read(document.as_bytes())).body,
            message.draft.body
        );
    }
}

#[test]
fn a_message_that_replaces_another_names_it_below_its_text() {
    let body = json!({"text": "Kan hun begynne mandag?", "about": ["dialogue"]});
    let message = Message {
        corrects: Some(Corrects {
            id: MessageId("018f0000-0000-7000-8000-00000000000a".parse().unwrap()),
            reference: SenderReference::parse("NAK-0").unwrap(),
            sent_at: "2026-11-18T12:30:00Z".parse().unwrap(),
        }),
        ..common::message(draft(Body::parse(Kind::Question, body).unwrap()))
    };
    for version in ["1.0", "1.1"] {
        let context = context_for(Kind::Question, version, false);
        let document = common::document(&Gp::write(&message, &context).unwrap());
        let told =
            "--- Om meldingen ---\nRetter: meldingen som ble sendt 18. november 2026 kl. 13.30, med referanse NAK-0\n";
        assert!(document.contains(told), "{document}");
        assert_eq!(
            common::draft(common::read(document.as_bytes())).body,
            message.draft.body
        );
    }
}

/// Writes a draft twice, reads it back and returns the result.
fn there_and_back(draft: &Draft, context: &Context) -> Draft {
    let request = Gp::write(&common::message(draft.clone()), context).unwrap();
    let again = Gp::write(&common::message(draft.clone()), context).unwrap();
    assert_eq!(request, again, "the same message is written the same each time");
    let document = common::document(&request);
    assert!(document.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    assert!(!document.contains("1.8125"), "8125 is Nav's own");
    let reading = common::read(document.as_bytes());
    assert!(
        matches!(&reading, Reading::Messages { left_out, .. } if left_out.is_empty()),
        "{}",
        common::say(&reading)
    );
    common::draft(reading)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(
        body in prop::sample::select(sent_by_gps().collect::<Vec<_>>()).prop_flat_map(body),
        version in prop::sample::select(vec!["1.0", "1.1"]),
        replies: bool,
    ) {
        let kind = body.kind();
        let draft = draft(body);
        let context = context_for(kind, version, replies);
        let read = there_and_back(&draft, &context);
        prop_assert_eq!(read.body.to_json(), draft.body.to_json());
        prop_assert_eq!(read.kind(), kind);
        prop_assert!(read.handler == draft.handler);
        prop_assert_eq!((read.sent_at, read.expires_at), (draft.sent_at, draft.expires_at), "the sender's own times");
        prop_assert_eq!(&read.participant, &draft.participant);
        prop_assert_eq!(read.sender_reference.as_str(), context.uuid("msgid").to_string());
        prop_assert_eq!(read.to, Recipients::Parties(vec![PartyName::parse("her:8142952").unwrap()]));
        let parent = read.in_reply_to.map(|r| r.as_str().to_owned());
        let corrected = read.supersedes.map(|r| r.as_str().to_owned());
        prop_assert_eq!(corrected, context.references.supersedes);
        prop_assert_eq!(parent, context.references.in_reply_to.filter(|_| kind != Kind::Correction));
    }

    /// Fields without consent are gone, and all other fields are still there.
    #[test]
    fn what_is_left_of_a_minimised_message_is_read_back(
        body in prop::sample::select(sent_by_gps().collect::<Vec<_>>()).prop_flat_map(body),
        permitted in prop::sample::subsequence(Category::ALL.to_vec(), 1..8),
    ) {
        let kept = body.keep(permitted.into_iter().collect());
        prop_assume!(!kept.fields().is_empty());
        let draft = draft(kept);
        let context = context_for(draft.kind(), "1.0", true);
        if draft.body.is_complete() {
            prop_assert_eq!(there_and_back(&draft, &context).body.to_json(), draft.body.to_json());
        } else {
            // A required field was withheld from this receiver; the hub would refuse such a document from a sender.
            let request = Gp::write(&common::message(draft), &context).unwrap();
            let reading = common::read(common::document(&request).as_bytes());
            prop_assert!(matches!(reading, Reading::Refused(_)), "{}", common::say(&reading));
        }
    }
}
