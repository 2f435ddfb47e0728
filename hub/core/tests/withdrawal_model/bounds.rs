//! Examples at the edges of the rules: equal times, equal order numbers, exchanges of others.

use bindeledd_core::consent::{Consent, ConsentStatus, Evidence, GIVEN_AHEAD_AT_MOST, GivenBy, When, is_given};
use bindeledd_core::withdrawal::{TakenBack, withdrawn_exchanges};

use super::*;

fn agreed(n: u8, registrar: &str, from: &str, to: &str) -> GrantOnFile {
    on_file(n, registrar, (from, to), false)
}

fn ledger_of(grants: Vec<GrantOnFile>) -> Ledger {
    Ledger {
        grants,
        ..Ledger::empty(ParticipantRef(Uuid::from_u128(7)))
    }
}

fn exchange(from: &str, to: &str) -> Scope {
    Scope::Exchange {
        from: party(from),
        to: party(to),
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(&Category::ALL),
    }
}

#[test]
fn a_registrar_may_ask_for_the_exchanges_that_it_registered_alone() {
    let ledger = ledger_of(vec![
        agreed(1, "nav", "nordvik", "fjellvik"),
        agreed(2, "klinikken", "nordvik", "klinikken"),
        agreed(3, "klinikken", "klinikken", "fjellvik"),
    ]);
    let may = |from, to| {
        let scope = exchange(from, to);
        may_withdraw(&Asker::Party(party("nav")), &scope, &ledger)
    };
    assert!(may("nordvik", "fjellvik"));
    assert!(!may("nordvik", "klinikken") && !may("klinikken", "fjellvik"));
}

#[test]
fn an_exchange_that_two_consents_cover_is_answered_once() {
    let ledger = ledger_of(vec![
        agreed(1, "nav", "nordvik", "fjellvik"),
        agreed(2, "nav", "nordvik", "fjellvik"),
    ]);
    let parts = said(&Asker::Participant, &Scope::Everything, &ledger, at(NOW), NEWEST);
    assert_eq!(withdrawn_exchanges(&parts, &ledger.grants).len(), 1);
}

#[test]
fn a_withdrawal_reaches_the_newest_registration_and_no_later_one() {
    let later = GrantOnFile {
        given_at: at(NOW + 1),
        ..agreed(5, "nav", "nordvik", "fjellvik")
    };
    let reaches = |given_until, registered_until| {
        let part = TakenBack {
            given_until: at(given_until),
            registered_until,
            ..said(
                &Asker::Participant,
                &Scope::Everything,
                &ledger_of(vec![]),
                at(NOW),
                NEWEST,
            )
            .remove(0)
        };
        part.ends(&later)
    };
    assert!(reaches(NOW, Some(5)));
    assert!(!reaches(NOW, Some(4)) && !reaches(NOW, None));
    assert!(reaches(NOW + 1, None));
}

#[test]
fn a_consent_may_be_dated_ahead_by_the_clocks_difference_and_no_more() {
    let now = at(NOW);
    assert!(is_given(now + GIVEN_AHEAD_AT_MOST, now));
    assert!(!is_given(
        now + GIVEN_AHEAD_AT_MOST + jiff::SignedDuration::from_nanos(1),
        now
    ));
}

#[test]
fn a_period_holds_from_its_start_and_not_at_its_end() {
    let period = Period {
        start: Moment::Instant(at(10)),
        end: Some(Moment::Instant(at(20))),
    };
    let found = [9, 10, 19, 20].map(|second| period.at(at(second)));
    assert_eq!(found, [When::Before, When::During, When::During, When::After]);
}

#[test]
fn the_consent_of_a_protected_person_looks_withdrawn_if_it_can_be_withdrawn() {
    let seen = |basis: Basis| {
        let mut grant = agreed(1, "nav", "nordvik", "fjellvik").grant;
        grant.basis = basis;
        let consent = Consent {
            id: consent(1),
            version: 3,
            participant: ParticipantRef(Uuid::from_u128(7)),
            given_at: at(10),
            given_by: GivenBy::Participant,
            controller: party("nordvik"),
            registrar: party("nordvik"),
            registered: 1,
            evidence: Evidence {
                kind: "signed-form".into(),
                reference: "arkiv 1".into(),
                sha256: None,
            },
            text_version: "1".into(),
            period: Period {
                start: Moment::Instant(at(0)),
                end: None,
            },
            grants: vec![grant],
            confirmations: Vec::new(),
            status: ConsentStatus::Active,
            protected_since: Some(at(50)),
        };
        let seen = consent.seen_by_parties();
        (seen.version, seen.status)
    };
    assert_eq!(seen(Basis::Consent), (4, ConsentStatus::Withdrawn { at: at(50) }));
    let duty = Basis::Duty {
        reference: "forskrift".into(),
    };
    assert_eq!(seen(duty), (3, ConsentStatus::Active));
}
