//! The effects of a decision for every combination of categories: its outcome, its grants, and the bytes that it
//! releases.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::path::Path;

use bindeledd_core::consent::{
    Basis, Consent, ConsentStatus, Evidence, GivenBy, Grant, Ledger, Moment, Period, Withdrawal,
};
use bindeledd_core::{
    Blocked, Category, CategorySet, ConsentId, ControlNotice, Decision, DeliveryId, Draft, GrantRef, Message,
    MessageId, NationalId, ParticipantRef, PartyId, Purpose, Reason, Released, Verdict, WithdrawalNotice, Withdrawn,
    decide,
};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

const WHO: ParticipantRef = ParticipantRef(Uuid::from_u128(2));

fn party(slug: &str) -> PartyId {
    PartyId::parse(slug).unwrap()
}

fn at(raw: &str) -> Timestamp {
    raw.parse().unwrap()
}

fn consent(categories: CategorySet) -> Consent {
    let grant = |to: &str, categories, basis| Grant {
        from: party("nordvik"),
        to: party(to),
        purpose: Purpose::WorkOrientedFollowup,
        categories,
        basis,
        period: None,
        confirmed: true,
    };
    let reference = "forskrift".to_owned();
    Consent {
        id: ConsentId(Uuid::from_u128(1)),
        version: 3,
        participant: WHO,
        given_at: at("2026-11-20T08:00:00Z"),
        given_by: GivenBy::Participant,
        controller: party("nordvik"),
        registrar: party("nordvik"),
        registered: 0,
        evidence: Evidence {
            kind: "signed-form".into(),
            reference: "arkiv 1".into(),
            sha256: None,
        },
        text_version: "1".into(),
        period: Period {
            start: Moment::parse("2026-11-20").unwrap(),
            end: None,
        },
        grants: vec![
            grant("klinikken", CategorySet::of(&[Category::Meeting]), Basis::Consent),
            grant("fjellvik", categories, Basis::Consent),
            grant("nav", categories, Basis::Duty { reference }),
        ],
        confirmations: Vec::new(),
        status: ConsentStatus::Active,
        protected_since: None,
    }
}

fn ledger(consent: &Consent) -> Ledger {
    Ledger {
        grants: consent.on_file(),
        ..Ledger::empty(WHO)
    }
}

fn decision(ledger: &Ledger, to: &str, asked: CategorySet) -> Decision {
    let (from, to, now) = (party("nordvik"), party(to), at("2026-12-01T08:00:00Z"));
    decide(ledger, &from, &to, Purpose::WorkOrientedFollowup, asked, now)
}

fn all() -> CategorySet {
    Category::ALL.into_iter().collect()
}

fn message() -> Message {
    let draft = json!({
        "kind": "start-meeting-summary", "senderReference": "r1", "participant": {"nationalId": "15720255178"},
        "to": "circle", "sentAt": "2026-12-01T08:00:00Z", "body": {"goals": ["Fast jobb"], "adaptations": ["Rolig rom"]},
    });
    Message {
        id: MessageId(Uuid::from_u128(3)),
        from: party("nordvik"),
        corrects: None,
        draft: Draft::from_json(draft).unwrap(),
    }
}

#[test]
fn bytes_are_released_under_a_decision_that_covers_all_that_they_were_frozen_with_and_no_other() {
    let delivery = DeliveryId(Uuid::from_u128(4));
    for permitted in 0..=u8::MAX {
        let permitted = CategorySet::from_bits(permitted).unwrap();
        let decision = decision(&ledger(&consent(permitted)), "fjellvik", all());
        assert_eq!(decision.permitted(), permitted);
        for frozen in 0..=u8::MAX {
            let frozen = CategorySet::from_bits(frozen).unwrap();
            let covered = frozen != CategorySet::EMPTY && frozen.iter().all(|c| permitted.contains(c));
            match Released::under(&decision, delivery, frozen, "bytes") {
                Ok(released) => {
                    assert!(covered, "{frozen} was released under {permitted}");
                    assert_eq!((released.delivery(), *released.bytes()), (delivery, "bytes"));
                    assert!(!released.is_receipt());
                    assert_eq!(released.into_bytes(), "bytes");
                }
                Err(reason) => {
                    assert!(!covered, "{frozen} was held back under {permitted}");
                    assert_eq!(reason, decision.reason());
                }
            }
        }
    }
}

#[test]
fn what_leaves_names_the_grants_that_it_rests_on_and_what_was_left_out() {
    let goals = CategorySet::of(&[Category::Goals]);
    let decision = decision(&ledger(&consent(goals)), "fjellvik", all());
    let minimised = decision.minimise(&message()).unwrap();
    let rests_on = [GrantRef {
        consent: ConsentId(Uuid::from_u128(1)),
        version: 3,
        index: 1,
    }];
    assert_eq!(minimised.grants(), rests_on);
    assert_eq!(minimised.receiver(), &party("fjellvik"));
    assert_eq!(minimised.permitted(), goals);
    assert_eq!(minimised.withheld(), CategorySet::of(&[Category::Facilitation]));
}

#[test]
fn a_decision_that_denies_blocks_with_its_own_reason_and_what_would_be_needed() {
    let mut ledger = ledger(&consent(all()));
    ledger.withdrawals.push(Withdrawal {
        from: party("nordvik"),
        to: party("fjellvik"),
        purpose: Purpose::WorkOrientedFollowup,
        categories: all(),
        at: at("2026-11-30T08:00:00Z"),
        registered_until: None,
        registrar: None,
    });
    let blocked = Blocked {
        reason: Reason::Withdrawn,
        would_need: CategorySet::of(&[Category::Goals, Category::Facilitation]),
    };
    assert_eq!(
        decision(&ledger, "fjellvik", all()).minimise(&message()).unwrap_err(),
        blocked
    );
    // Grants of duty remain after the withdrawal.
    assert_eq!(decision(&ledger, "nav", all()).verdict(), Verdict::Permit);
}

#[test]
fn a_consents_grants_are_on_file_each_in_its_place() {
    let mut consent = consent(all());
    let on_file = consent.on_file();
    assert_eq!(on_file.len(), 3);
    for (place, on_file) in on_file.iter().enumerate() {
        assert_eq!(usize::from(on_file.index), place);
        assert_eq!((on_file.consent, on_file.version), (consent.id, 3));
        assert_eq!(
            (on_file.given_at, on_file.consent_period),
            (consent.given_at, consent.period)
        );
        assert_eq!(on_file.grant, consent.grants[place]);
        assert!(!on_file.withdrawn);
    }
    consent.status = ConsentStatus::Withdrawn {
        at: at("2026-11-30T08:00:00Z"),
    };
    assert!(consent.on_file().iter().all(|g| g.withdrawn));
}

#[test]
fn a_receipt_goes_to_the_sender_and_names_what_it_is_about() {
    let about = Some(MessageId(Uuid::from_u128(3)));
    let notice = ControlNotice::receipt_to_sender(party("nordvik"), about);
    assert_eq!((notice.receiver(), notice.about()), (&party("nordvik"), about));
    let delivery = DeliveryId(Uuid::from_u128(4));
    let released = Released::notice(&notice, delivery, "bytes");
    assert!(released.is_receipt());
    assert_eq!((released.delivery(), released.into_bytes()), (delivery, "bytes"));
}

fn withdrawn(categories: CategorySet) -> Withdrawn {
    Withdrawn {
        id: MessageId("019d0000-0000-7000-8000-000000000012".parse().unwrap()),
        participant: NationalId::parse("15720255178").unwrap(),
        from: party("nordvik-aft"),
        to: party("nav-nordvik"),
        purpose: Purpose::WorkOrientedFollowup,
        at: at("2026-08-20T08:15:00.25Z"),
        categories,
    }
}

#[test]
fn word_of_a_withdrawal_is_the_catalogues_fixture_and_goes_to_its_receiver() {
    let categories = CategorySet::of(&[Category::Goals, Category::Progress, Category::Function]);
    let notice = WithdrawalNotice::new(withdrawn(categories)).unwrap();
    let fixture = include_str!("../../../sdk/catalogue/fixtures/consent-withdrawn.json");
    let fixture: serde_json::Value = serde_json::from_str(fixture).unwrap();
    assert_eq!(notice.content().to_json(), fixture);
    let control = ControlNotice::consent_withdrawn(&notice);
    assert_eq!((control.receiver(), control.about()), (&party("nav-nordvik"), None));
    assert_eq!(notice.receiver(), control.receiver());
    // A receiver's system answers a withdrawal notice as it answers a message.
    assert!(!Released::notice(&control, DeliveryId(Uuid::from_u128(4)), "bytes").is_receipt());
    assert_eq!(WithdrawalNotice::new(withdrawn(CategorySet::EMPTY)), None);
}

#[test]
fn no_consent_lets_word_of_a_withdrawal_go_the_way_of_messages() {
    let consent = consent(all());
    let to = party("fjellvik");
    let told = Withdrawn {
        from: party("nordvik"),
        to: to.clone(),
        ..withdrawn(all())
    };
    let notice = WithdrawalNotice::new(told).unwrap();
    let message = notice.content();
    for asked in [message.draft.body.all_needs(), all()] {
        let blocked = decision(&ledger(&consent), to.as_str(), asked)
            .minimise(message)
            .unwrap_err();
        assert_eq!(blocked.reason, Reason::NothingAsked, "{asked}");
    }
}

#[test]
fn every_reason_for_holding_something_back_has_its_words_and_a_page() {
    let reasons = [
        (Reason::NothingAsked, "BL-2007"),
        (Reason::CorrectsNothing, "BL-4034"),
        (Reason::NoGrant, "BL-2001"),
        (Reason::OtherCategories, "BL-2002"),
        (Reason::Withdrawn, "BL-2003"),
        (Reason::Expired, "BL-2004"),
        (Reason::NotYet, "BL-2005"),
        (Reason::NotConfirmed, "BL-2006"),
        (Reason::Differs, "BL-5021"),
    ];
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    let mut texts = BTreeSet::new();
    for (reason, code) in reasons {
        assert_eq!(reason.code(), code);
        assert!(pages.join(format!("{code}.md")).is_file(), "{code} has no page");
        assert!(texts.insert(reason.text()), "{code} says what another says");
        assert!(reason.text().len() > 20, "{code} says nothing");
    }
    assert_eq!(
        (Reason::Granted.code(), Reason::PartlyGranted.code()),
        ("granted", "granted")
    );
    let verdicts = [Verdict::Permit, Verdict::Partial, Verdict::Deny].map(Verdict::code);
    assert_eq!(verdicts, ["permit", "partial", "deny"]);
}

#[test]
fn a_moment_is_read_as_it_is_written() {
    for raw in [
        "2026-11-20",
        "2026-10-25T02:30:00+01:00",
        "2026-10-25T02:30:00+02:00",
        "2026-07-01T12:00:00+02:00",
    ] {
        let moment = Moment::parse(raw).unwrap_or_else(|| panic!("{raw}"));
        assert_eq!(moment.to_string(), raw);
    }
    assert_eq!(Moment::parse("2026"), None);
}
