//! Random bodies that the catalogue accepts, for property tests of this crate and of adapters. They are canonical:
//! [`Body::parse`] returns them unchanged.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::category::Category;
use crate::field::{FieldSpec, FieldType};
use crate::identifier::NationalId;
use crate::kind::Kind;
use crate::message::{
    Conversation, Corrects, Draft, Handler, Message, MessageId, Participant, PersonName, Purpose, Recipients,
    SenderReference, Supersedes,
};
use crate::party::{PartyId, PartyName};
use crate::time;

/// Draws any kind that parties send.
pub fn kind() -> impl Strategy<Value = Kind> {
    select(Kind::by_parties().collect::<Vec<_>>())
}

/// Draws a body of any kind that parties send, with any of its optional fields.
pub fn body() -> impl Strategy<Value = Body> {
    kind().prop_flat_map(body_of)
}

/// Draws a body of `kind`, with any of its optional fields.
pub fn body_of(kind: Kind) -> BoxedStrategy<Body> {
    let drawn = if kind == Kind::Correction {
        correction()
    } else {
        plain(kind)
    };
    drawn
        .prop_filter_map("right across fields", move |raw| Body::parse(kind, raw).ok())
        .boxed()
}

/// Draws a message as an adapter gets it, with any of the envelope's optional fields.
pub fn message() -> impl Strategy<Value = Message> {
    body().prop_flat_map(message_with)
}

/// Draws a message that has this body.
pub fn message_with(body: Body) -> impl Strategy<Value = Message> {
    let reference = || "[!-~]{1,40}";
    let optional = || proptest::option::of(reference());
    let short = || words(60).prop_filter("on one line", |t| !t.contains(['\n', '\t']));
    let person = (select(&NATIONAL_IDS[..]), proptest::option::of(short()));
    let handler = (short(), [(); 3].map(|()| proptest::option::of(short())));
    let references = (reference(), optional(), optional(), reference());
    let named_only = body.kind().spec().named_parties_only;
    let times = (instant(), proptest::option::of(instant()));
    (
        any::<u128>(),
        references,
        person,
        proptest::option::of(handler),
        recipients(named_only),
        times,
    )
        .prop_filter_map(
            "identifiers by their rules",
            move |(id, (reference, conversation, in_reply_to, superseded), (national_id, name), handler, to, times)| {
                let supersedes = (body.kind() == Kind::Correction).then_some(superseded);
                let corrects = supersedes
                    .as_deref()
                    .and_then(SenderReference::parse)
                    .map(|reference| Corrects {
                        id: MessageId(uuid::Uuid::from_u128(!id)),
                        reference,
                        sent_at: times.0,
                    });
                let draft = Draft {
                    sender_reference: SenderReference::parse(&reference)?,
                    conversation: conversation.and_then(|c| Conversation::parse(&c)),
                    in_reply_to: in_reply_to.and_then(|c| Conversation::parse(&c)),
                    supersedes: supersedes.and_then(|raw| Supersedes::parse(&raw)),
                    participant: Participant {
                        national_id: NationalId::parse(national_id).ok()?,
                        name: name.map(PersonName),
                    },
                    handler: handler.map(|(name, [role, unit, phone])| Handler {
                        name,
                        role,
                        unit,
                        phone,
                    }),
                    to,
                    purpose: Purpose::WorkOrientedFollowup,
                    sent_at: times.0,
                    expires_at: times.1,
                    body: body.clone(),
                };
                Some(Message {
                    id: MessageId(uuid::Uuid::from_u128(id)),
                    from: PartyId::parse("nordvik-aft").ok()?,
                    corrects,
                    draft,
                })
            },
        )
}

/// Synthetic numbers of every scheme, including a D-number.
const NATIONAL_IDS: [&str; 5] = [
    "15720255178",
    "31777207884",
    "13897248098",
    "53897248081",
    "13527248013",
];

fn recipients(named_only: bool) -> BoxedStrategy<Recipients> {
    let names = ["fjellvik-legekontor", "nav-nordvik", "org:974760924", "her:8142952"];
    let parties = subsequence(names.to_vec(), 1..=names.len())
        .prop_map(|names| Recipients::Parties(names.into_iter().filter_map(|n| PartyName::parse(n).ok()).collect()));
    if named_only {
        parties.boxed()
    } else {
        prop_oneof![parties, Just(Recipients::Circle)].boxed()
    }
}

/// Draws a body of any kind except a correction. `reasonText` occurs only with the reason for which Nav accepts own words.
fn plain(kind: Kind) -> BoxedStrategy<Value> {
    record(kind.spec().fields)
        .prop_map(|mut raw| {
            if raw.get("reasonText").is_some() {
                raw["reason"] = "ANNET".into();
            }
            for (from, until) in [("from", "until"), ("measureFrom", "measureUntil")] {
                if let (Some(first), Some(last)) = (raw.get(from).cloned(), raw.get(until).cloned())
                    && first.as_str() > last.as_str()
                {
                    raw[from] = last;
                    raw[until] = first;
                }
            }
            raw
        })
        .boxed()
}

fn correction() -> BoxedStrategy<Value> {
    let kinds = Kind::ALL
        .into_iter()
        .filter(|k| k.can_be_corrected())
        .collect::<Vec<_>>();
    let corrected = |kind: Kind| {
        plain(kind).prop_map(
            move |inner| serde_json::json!({"action": "corrected", "correctedKind": kind.code(), "corrected": inner}),
        )
    };
    let mistaken = |kind: Kind| serde_json::json!({"action": "sent-by-mistake", "correctedKind": kind.code()});
    prop_oneof![
        4 => select(kinds.clone()).prop_flat_map(corrected),
        1 => select(kinds).prop_map(mistaken),
    ]
    .boxed()
}

fn record(fields: &'static [FieldSpec]) -> BoxedStrategy<Value> {
    let drawn: Vec<_> = fields
        .iter()
        .map(|f| {
            let present = if f.required {
                Just(true).boxed()
            } else {
                proptest::bool::weighted(0.6).boxed()
            };
            (present, value(&f.ty)).prop_map(|(present, value)| (f.name, present.then_some(value)))
        })
        .collect();
    drawn
        .prop_map(|fields| {
            let there = fields
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?)));
            Value::Object(there.collect::<Map<_, _>>())
        })
        .boxed()
}

/// Draws a value of a field's type.
pub fn value(ty: &'static FieldType) -> BoxedStrategy<Value> {
    match ty {
        FieldType::Text { max } => words(*max).prop_map(Value::from).boxed(),
        FieldType::Date => day().prop_map(Value::from).boxed(),
        FieldType::Instant => instant().prop_map(|i| Value::from(time::local_rfc3339(i))).boxed(),
        FieldType::Code(codes) => (0..codes.len()).prop_map(|i| Value::from(codes[i].code)).boxed(),
        FieldType::Integer { min, max, .. } => (*min..=*max).prop_map(Value::from).boxed(),
        FieldType::Number { min, max, .. } => {
            let (min, max) = (*min, *max);
            (0_u16..=1000)
                .prop_map(move |share| {
                    let n = (min + (max - min) * f64::from(share) / 1000.0) * 10.0;
                    let n = n.round() / 10.0;
                    // A number without a fraction has a canonical form without a decimal.
                    let whole = n.to_string().parse::<i64>();
                    whole.map_or_else(|_| Value::from(n), Value::from)
                })
                .boxed()
        }
        FieldType::About => subsequence(Category::ALL.map(Category::code).to_vec(), 1..=Category::ALL.len())
            .prop_map(Value::from)
            .boxed(),
        FieldType::List { of, max } => vec(value(of), 1..=(*max).min(4)).prop_map(Value::from).boxed(),
        FieldType::Record(fields) => record(fields),
        FieldType::CorrectedKind => Just(Value::from(Kind::Answer.code())).boxed(),
        FieldType::CorrectedBody => Just(Value::Object(Map::new())).boxed(),
    }
}

/// Draws text of 1 to `max` characters with everything that breaks formats: line breaks, blank lines, list marks,
/// labels, indentation, markup, and characters outside the basic plane.
pub fn words(max: usize) -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[a-zæøåA-ZÆØÅ0-9]{1,8}",
        2 => select(&TRICKY[..]).prop_map(str::to_owned),
        1 => proptest::char::any().prop_filter("legal in XML", |c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
            .prop_map(String::from),
    ];
    let gap = select(&[" ", "  ", "\n", "\n\n", "\n  ", "\t", ""][..]);
    vec((word, gap), 1..12).prop_filter_map("not empty", move |words| {
        let text: String = words
            .into_iter()
            .flat_map(|(word, gap)| [word, gap.to_owned()])
            .collect();
        // The catalogue removes marks that turn the direction of reading from every text.
        let text = crate::hidden::without_turns(text);
        let text: String = text.trim().chars().take(max).collect();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    })
}

const TRICKY: [&str; 16] = [
    "- ",
    "Mål:",
    "Fra: 1. mai 2026",
    "\n- ",
    " | ",
    "||",
    "|",
    "\nStatus: Deltar",
    "Tema: x | Sted: y",
    "<b>&amp;]]>",
    "\"\\",
    "😀",
    "\nRettet innhold:",
    "\u{a0}",
    "\u{2028}",
    "Ønske om samarbeidsmøte",
];

/// Draws a day in its form on the wire.
fn day() -> impl Strategy<Value = String> {
    (1900_i16..2200, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}"))
}

/// Draws a point in time to the second, most often to the minute as people give it.
pub fn instant() -> impl Strategy<Value = jiff::Timestamp> {
    // The range is from 1900 to 2200.
    let seconds = prop_oneof![
        3 => (-36_815_000_i64..120_958_000).prop_map(|minute| minute * 60),
        1 => -2_208_900_000_i64..7_257_400_000,
    ];
    seconds.prop_filter_map("in range", |s| jiff::Timestamp::from_second(s).ok())
}
