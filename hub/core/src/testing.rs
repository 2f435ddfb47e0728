//! Parties, times and ledgers for the unit tests of this crate, fixed and random.

use bindeledd_catalogue::{Category, CategorySet, Draft, Message, MessageId, PartyId, Purpose};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::consent::{Basis, Grant, GrantOnFile, Ledger, Moment, Period};
use crate::delivery::{AwaitingReceipt, End, Ended, Event, Reserved, Sending, State, Waiting, WithPerson};
use crate::id::{ConsentId, DeliveryId, ParticipantRef};

pub(crate) const PURPOSE: Purpose = Purpose::WorkOrientedFollowup;
pub(crate) const PARTIES: [&str; 3] = ["nordvik", "klinikken", "nav"];

pub(crate) fn party(name: &str) -> PartyId {
    PartyId::parse(name).unwrap()
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub(crate) fn consent(n: u8) -> ConsentId {
    ConsentId(Uuid::from_u128(u128::from(n)))
}

pub(crate) fn delivery(n: u128) -> DeliveryId {
    DeliveryId(Uuid::from_u128(n))
}

pub(crate) fn message_id(n: u128) -> MessageId {
    MessageId(Uuid::from_u128(n))
}

/// A grant given at second 10, the only grant of its consent.
pub(crate) fn grant(id: u8, from: &str, to: &str, categories: &[Category]) -> GrantOnFile {
    GrantOnFile {
        consent: consent(id),
        version: 1,
        index: 0,
        given_at: at(10),
        registered: u64::from(id),
        registrar: Some(party(from)),
        withdrawn: false,
        consent_period: Period {
            start: Moment::Instant(at(0)),
            end: None,
        },
        grant: Grant {
            from: party(from),
            to: party(to),
            purpose: PURPOSE,
            categories: CategorySet::of(categories),
            basis: Basis::Consent,
            period: None,
            confirmed: true,
        },
    }
}

pub(crate) fn ledger(grants: Vec<GrantOnFile>) -> Ledger {
    Ledger {
        grants,
        ..Ledger::empty(ParticipantRef(Uuid::from_u128(7)))
    }
}

/// A message from Nordvik to the circle.
pub(crate) fn message(n: u128, kind: &str, body: &Value) -> Message {
    let draft = json!({
        "kind": kind, "senderReference": format!("r{n}"), "participant": {"nationalId": "15720255178"}, "to": "circle",
        "sentAt": "2026-12-01T08:00:00Z", "purpose": PURPOSE.code(), "body": body,
    });
    Message {
        id: message_id(n),
        from: party("nordvik"),
        corrects: None,
        draft: Draft::from_json(draft).unwrap(),
    }
}

pub(crate) fn categories() -> impl Strategy<Value = CategorySet> {
    subsequence(Category::ALL[..3].to_vec(), 0..=3).prop_map(|some| some.into_iter().collect())
}

/// Two different parties.
pub(crate) fn two() -> impl Strategy<Value = (PartyId, PartyId)> {
    (0_usize..3, 1_usize..3).prop_map(|(from, on)| (party(PARTIES[from]), party(PARTIES[(from + on) % 3])))
}

/// Random ledgers. Registrars and times of giving and registration vary; some grants are of duty, expired or
/// unconfirmed.
pub(crate) fn ledgers() -> impl Strategy<Value = Ledger> {
    let of_it = (
        two(),
        categories(),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.9),
    );
    let registered = (select(&PARTIES), 0_i64..60, prop::collection::vec(of_it, 1..4));
    let consents = prop::collection::vec(registered, 0..5);
    (consents, prop::bool::weighted(0.1), prop::bool::weighted(0.1)).prop_map(|(consents, protected, differs)| {
        let mut grants = Vec::new();
        for (n, (registrar, given_at, of_it)) in (1_u8..).zip(consents) {
            for (index, ((from, to), categories, duty, confirmed)) in (0_u16..).zip(of_it) {
                let mut on_file = grant(n, from.as_str(), to.as_str(), &[]);
                on_file.index = index;
                on_file.given_at = at(given_at);
                on_file.registrar = Some(party(registrar));
                on_file.grant.categories = categories;
                on_file.grant.confirmed = confirmed;
                if duty {
                    on_file.grant.basis = Basis::Duty {
                        reference: "forskrift".into(),
                    };
                }
                grants.push(on_file);
            }
        }
        Ledger {
            protected,
            differs,
            ..ledger(grants)
        }
    })
}

/// Every state, with past attempts and with times around `at(50)`.
pub(crate) fn states() -> impl Strategy<Value = State> {
    (0_u32..3, 40_i64..60, 0_usize..11).prop_map(|(attempts, second, which)| match which {
        0 => State::Waiting(Waiting {
            attempts,
            due: at(second),
        }),
        1 => State::Reserved(Reserved {
            attempts,
            until: at(second),
        }),
        2 => State::Sending(Sending { attempts }),
        3 => State::AwaitingReceipt(AwaitingReceipt {
            attempts,
            until: at(second),
        }),
        4 => State::WithPerson(WithPerson {
            attempts,
            until: at(second),
        }),
        ended => State::Ended(Ended {
            how: End::ALL[ended - 5],
            attempts,
        }),
    })
}

/// Every event, with times around `at(50)`.
pub(crate) fn events() -> impl Strategy<Value = Event> {
    (40_i64..60).prop_flat_map(|second| {
        select(vec![
            Event::Reserve { until: at(second) },
            Event::BeginSending,
            Event::Delivered,
            Event::HandedOver { receipt_by: at(second) },
            Event::TakenByPerson,
            Event::Refused,
            Event::TryAgain { due: at(second) },
            Event::Cancel,
            Event::Expire,
            Event::Fail,
            Event::Replay { due: at(second) },
        ])
    })
}
