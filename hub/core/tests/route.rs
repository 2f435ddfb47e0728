//! The receivers of a message, and the categories that each gets.

#![expect(clippy::unwrap_used, reason = "tests")]

use bindeledd_core::consent::{Basis, Grant, GrantOnFile, Ledger, Moment, Period};
use bindeledd_core::{
    Category, CategorySet, ConsentId, Draft, Message, MessageId, ParticipantRef, PartyId, PartyKind, Planned,
    PlannedState, Purpose, Reason, Receivers, Target, route,
};
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::{Value, json};
use uuid::Uuid;

use Category::{Facilitation, Goals, Meeting, Outcome, Progress, TreatmentStatus};

fn party(slug: &str) -> PartyId {
    PartyId::parse(slug).unwrap()
}

fn now() -> Timestamp {
    "2026-12-01T08:00:00Z".parse().unwrap()
}

fn ledger(grants: &[(&str, &[Category])]) -> Ledger {
    let on_file = |(i, (to, categories)): (usize, &(&str, &[Category]))| GrantOnFile {
        consent: ConsentId(Uuid::from_u128(1)),
        version: 1,
        index: u16::try_from(i).unwrap(),
        given_at: "2026-11-20T08:00:00Z".parse().unwrap(),
        registered: 0,
        registrar: None,
        withdrawn: false,
        consent_period: Period {
            start: Moment::Day(date(2026, 11, 20)),
            end: None,
        },
        grant: Grant {
            from: party("nordvik"),
            to: party(to),
            purpose: Purpose::WorkOrientedFollowup,
            categories: CategorySet::of(categories),
            basis: Basis::Consent,
            period: None,
            confirmed: true,
        },
    };
    Ledger {
        participant: ParticipantRef(Uuid::from_u128(2)),
        protected: false,
        differs: false,
        grants: grants.iter().enumerate().map(on_file).collect(),
        withdrawals: Vec::new(),
    }
}

fn message(kind: &str, body: Value) -> Message {
    let draft = json!({
        "kind": kind, "senderReference": "r1", "participant": {"nationalId": "15720255178"}, "to": "circle",
        "sentAt": "2026-12-01T08:00:00Z", "supersedes": "r0", "body": body,
    });
    Message {
        id: MessageId(Uuid::from_u128(3)),
        from: party("nordvik"),
        corrects: None,
        draft: Draft::from_json(draft).unwrap(),
    }
}

fn summary() -> Message {
    message(
        "start-meeting-summary",
        json!({"goals": ["Fast jobb"], "adaptations": ["Rolig rom"]}),
    )
}

fn kinds(id: &PartyId) -> Option<PartyKind> {
    Some(if id.as_str() == "fjellvik" {
        PartyKind::Gp
    } else {
        PartyKind::Other
    })
}

fn planned(message: &Message, ledger: &Ledger, to: &[&str]) -> Vec<Planned> {
    let receivers = match to {
        [] => Receivers::Circle,
        named => Receivers::Parties(named.iter().map(|p| party(p)).collect()),
    };
    route(message, &receivers, None, ledger, &kinds, now())
}

fn names(planned: &[Planned]) -> Vec<String> {
    planned.iter().map(|p| p.to.to_string()).collect()
}

fn withheld(planned: &Planned) -> CategorySet {
    match &planned.state {
        PlannedState::Waiting { withheld, .. } => *withheld,
        PlannedState::Blocked(blocked) => blocked.would_need,
    }
}

#[test]
fn a_circle_is_whoever_may_have_something_of_it() {
    let ledger = ledger(&[
        ("nav", &[Goals]),
        ("klinikken", &[Goals, Facilitation]),
        ("aukra", &[Meeting]),
    ]);
    let planned = planned(&summary(), &ledger, &[]);
    assert_eq!(names(&planned), ["klinikken", "nav"]);
    assert_eq!(withheld(&planned[0]), CategorySet::EMPTY);
    assert_eq!(withheld(&planned[1]), CategorySet::of(&[Facilitation]));
}

#[test]
fn an_empty_circle_and_an_unknown_participant_look_the_same() {
    let unknown = planned(&summary(), &Ledger::empty(ParticipantRef(Uuid::from_u128(9))), &[]);
    let elsewhere = planned(&summary(), &ledger(&[("aukra", &[Meeting])]), &[]);
    assert_eq!(unknown, elsewhere);
    assert_eq!(unknown[0].to, Target::Circle);
    let mut protected = ledger(&[("nav", &[Goals, Facilitation])]);
    protected.protected = true;
    assert_eq!(planned(&summary(), &protected, &[]), unknown);
}

#[test]
fn a_ledger_that_is_not_what_was_registered_permits_nothing_and_says_so() {
    let whole = ledger(&[("nav", &[Goals, Facilitation])]);
    let differs = Ledger { differs: true, ..whole };
    for to in [&[][..], &["nav"], &["aukra"]] {
        for planned in planned(&summary(), &differs, to) {
            let PlannedState::Blocked(blocked) = &planned.state else {
                panic!("{planned:?}");
            };
            assert_eq!(blocked.reason, Reason::Differs, "{to:?}");
        }
    }
    // The reason does not reveal whether the person is protected.
    let protected = Ledger {
        protected: true,
        ..differs
    };
    for to in [&[][..], &["nav"]] {
        for planned in planned(&summary(), &protected, to) {
            let PlannedState::Blocked(blocked) = &planned.state else {
                panic!("{planned:?}");
            };
            assert_eq!(blocked.reason, Reason::Differs, "{to:?}");
        }
    }
}

#[test]
fn a_gp_gets_progress_notes_only_by_name() {
    let ledger = ledger(&[("fjellvik", &[Progress]), ("nav", &[Progress])]);
    let note = message("progress-update", json!({"status": "DELTAR"}));
    assert_eq!(names(&planned(&note, &ledger, &[])), ["nav"]);
    assert!(matches!(
        planned(&note, &ledger, &["fjellvik"])[0].state,
        PlannedState::Waiting { .. }
    ));
}

#[test]
fn a_required_field_that_is_held_back_blocks_and_names_what_would_be_needed() {
    let ended = message("measure-ended", json!({"reason": "SYK", "date": "2026-12-01"}));
    let planned = planned(&ended, &ledger(&[("nav", &[Outcome])]), &["nav"]);
    let PlannedState::Blocked(blocked) = planned[0].state else {
        panic!("it should be blocked")
    };
    assert_eq!(blocked.reason, Reason::OtherCategories);
    assert_eq!(blocked.would_need, CategorySet::of(&[TreatmentStatus]));
}

#[test]
fn a_receiver_sees_neither_the_others_nor_what_is_held_back() {
    let ledger = ledger(&[("nav", &[Goals])]);
    let planned = planned(&summary(), &ledger, &["nav", "klinikken"]);
    let PlannedState::Waiting { decision, .. } = &planned[0].state else {
        panic!("it should wait")
    };
    let minimised = decision.minimise(&summary()).unwrap();
    let json = minimised.content().to_json();
    assert_eq!(json["to"], json!(["nav"]));
    assert_eq!(json["body"], json!({"goals": ["Fast jobb"]}));
    assert!(matches!(planned[1].state, PlannedState::Blocked(_)));
}

#[test]
fn a_decision_for_another_sender_lets_nothing_leave() {
    let ledger = ledger(&[("nav", &[Goals])]);
    let planned = planned(&summary(), &ledger, &["nav"]);
    let PlannedState::Waiting { decision, .. } = &planned[0].state else {
        panic!("it should wait")
    };
    let mut from_another = summary();
    from_another.from = party("klinikken");
    assert!(decision.minimise(&from_another).is_err());
}
