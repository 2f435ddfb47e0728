//! The parties (a provider, a GP, a specialist service, a reader and a mailbox), Kari's consent, and some messages.

use bindeledd_core::consent::{Basis, Evidence, GivenBy, Grant, Moment, Period};
use bindeledd_core::{
    AdapterId, Category, CategorySet, ConsentId, Draft, Endpoint, EndpointAddress, EndpointLimits, NationalId, Party,
    PartyId, PartyKind, Purpose,
};
use bindeledd_engine::ports::NewConsent;
use jiff::SignedDuration;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::ManualClock;

/// Number of a synthetic person.
pub const KARI: &str = "15720255178";
/// Party that sends, registers consents, and fetches its deliveries.
pub const PROVIDER: &str = "nordvik-aft";
/// Party with an address.
pub const GP: &str = "fjellvik-legekontor";
/// Party with another address.
pub const SPECIALIST: &str = "nordvik-dps";
/// Party that fetches from its inbox.
pub const READER: &str = "fontenehuset";
/// Party behind a mailbox from which the hub fetches.
pub const MAILBOX: &str = "havna-legesenter";

/// Makes a party's id.
#[must_use]
pub fn party_id(raw: &str) -> PartyId {
    PartyId::parse(raw).unwrap()
}

/// Makes a party with the adapter `obedient`. If `has_address`, its address contains its name.
#[must_use]
pub fn party(raw: &str, kind: PartyKind, has_address: bool) -> Party {
    Party {
        id: party_id(raw),
        name: format!("Navnet til {raw}"),
        public_label: None,
        public_phone: None,
        kind,
        part_of: None,
        org_number: None,
        her_id: None,
        person: None,
        phone: None,
        handlers: Vec::new(),
        registrar: raw == PROVIDER,
        trusts: Vec::new(),
        endpoint: Some(Endpoint {
            adapter: AdapterId::parse("obedient").unwrap(),
            address: EndpointAddress::parse(&format!("https://{raw}.example/api")).filter(|_| has_address),
            credential: None,
            settings: "{}".into(),
            her_id: None,
            org_number: None,
            limits: EndpointLimits {
                receipt_seconds: 3600,
                poll_seconds: 30,
                ..EndpointLimits::default()
            },
        }),
        notify: None,
        paused: false,
        suspended: false,
    }
}

pub(crate) fn parties() -> Vec<Party> {
    vec![
        party(PROVIDER, PartyKind::AftProvider, false),
        party(GP, PartyKind::Gp, true),
        party(SPECIALIST, PartyKind::SpecialistService, true),
        party(READER, PartyKind::Clubhouse, false),
        party(MAILBOX, PartyKind::Gp, true),
    ]
}

/// Makes a consent of Kari's for these categories from one party to another, given the day before the test begins.
#[must_use]
pub fn consent(number: u128, from: &str, to: &str, categories: &[Category]) -> NewConsent {
    let yesterday = ManualClock::begin() - SignedDuration::from_hours(24);
    NewConsent {
        id: ConsentId(Uuid::from_u128(number)),
        participant: NationalId::parse(KARI).unwrap(),
        given_at: yesterday,
        given_by: GivenBy::Participant,
        controller: party_id(PROVIDER),
        registrar: party_id(PROVIDER),
        evidence: Evidence {
            kind: "signed-form".into(),
            reference: "arkiv 2026/17".into(),
            sha256: None,
        },
        text_version: "1.0".into(),
        period: Period {
            start: Moment::Instant(yesterday),
            end: None,
        },
        grants: vec![Grant {
            from: party_id(from),
            to: party_id(to),
            purpose: Purpose::WorkOrientedFollowup,
            categories: CategorySet::of(categories),
            basis: Basis::Consent,
            period: None,
            confirmed: true,
        }],
    }
}

/// Makes a draft about Kari to a party, in its sender's form.
#[must_use]
pub fn draft(reference: &str, conversation: &str, to: &str, kind: &str, body: Value) -> Value {
    json!({
        "kind": kind, "senderReference": reference, "conversation": conversation,
        "participant": {"nationalId": KARI}, "to": [to], "purpose": "work-oriented-followup",
        "sentAt": "2026-09-01T10:00:00+02:00", "body": body,
    })
}

/// Makes a progress update to a party.
#[must_use]
pub fn progress(reference: &str, conversation: &str, to: &str) -> Value {
    draft(
        reference,
        conversation,
        to,
        "progress-update",
        json!({"status": "DELTAR"}),
    )
}

/// Makes a question to a party, about progress.
#[must_use]
pub fn question(reference: &str, to: &str) -> Value {
    let body = json!({"text": "Hvordan går det?", "about": ["progress"]});
    draft(reference, reference, to, "question", body)
}

/// Returns true if the parser accepts the draft.
pub(crate) fn is_draft(raw: &Value) -> bool {
    Draft::from_json(raw.clone()).is_ok()
}
