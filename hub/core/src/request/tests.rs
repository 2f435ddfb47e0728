use bindeledd_catalogue::{Category, CategorySet};
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::consent::Moment;
use crate::form::{Form, question, to_text};
use crate::testing::{PURPOSE, at, party};

fn grant(from: &str, to: &str, categories: &[Category]) -> Grant {
    Grant {
        from: party(from),
        to: party(to),
        purpose: PURPOSE,
        categories: CategorySet::of(categories),
        basis: Basis::Consent,
        period: None,
        confirmed: true,
    }
}

fn period(end: Option<Timestamp>) -> Period {
    Period {
        start: Moment::Instant(at(0)),
        end: end.map(Moment::Instant),
    }
}

fn asked() -> Asked {
    Asked {
        grants: vec![
            grant("nordvik", "klinikken", &[Category::Goals, Category::Progress]),
            grant("klinikken", "nordvik", &[Category::Function]),
        ],
        period: period(None),
        text_version: "bindeledd-form/1".to_owned(),
        texts: vec![AskedText {
            language: Language::Bokmal,
            lines: vec![Line::Title("Tittel".to_owned())],
            sha256: "0".repeat(64),
        }],
    }
}

const DAY: i64 = 24 * 3600;

#[test]
fn a_request_waits_for_its_days_and_never_longer_than_the_consent_would_hold() {
    let sent = |days, end: Option<i64>| RequestState::sent(days, &period(end.map(at)), at(10));
    let until = |second| Some(RequestState::Waiting { until: at(second) });
    assert_eq!(sent(30, None), until(10 + 30 * DAY));
    assert_eq!(sent(7, Some(60 * DAY)), until(10 + 7 * DAY));
    assert_eq!(sent(30, Some(5 * DAY)), until(5 * DAY));
    assert_eq!(sent(30, Some(10)), None, "the consent would be over");
    assert_eq!(sent(31, None), None, "the form has no such number");
    assert!(DAYS.contains(&USUAL_DAYS));
}

/// The rule in another shape: the first event before the end counts, and any other is refused.
fn model(events: &[(RequestEvent, i64)], until: i64) -> RequestState {
    let first = events.iter().find(|(_, second)| *second < until);
    match first {
        Some((RequestEvent::Yes, second)) => RequestState::Yes { at: at(*second) },
        Some((RequestEvent::No, second)) => RequestState::No { at: at(*second) },
        Some((RequestEvent::Withdraw, second)) => RequestState::Withdrawn { at: at(*second) },
        None => RequestState::Waiting { until: at(until) },
    }
}

fn events() -> impl Strategy<Value = Vec<(RequestEvent, i64)>> {
    let event = prop_oneof![
        Just(RequestEvent::Yes),
        Just(RequestEvent::No),
        Just(RequestEvent::Withdraw)
    ];
    prop::collection::vec((event, 0_i64..40), 0..6).prop_map(|mut events| {
        events.sort_by_key(|(_, second)| *second);
        events
    })
}

proptest! {
    #[test]
    fn the_first_event_in_time_decides(events in events(), until in 1_i64..30) {
        let mut state = RequestState::Waiting { until: at(until) };
        for (event, second) in &events {
            let now = at(*second);
            let expected = state.at(now);
            match state.apply(*event, now) {
                Ok(after) => {
                    // An answered request keeps the time of its first answer.
                    prop_assert!(after == expected || expected.is_waiting());
                    state = after;
                }
                Err(RequestOver(over)) => {
                    prop_assert_eq!(over, expected);
                    prop_assert!(!over.is_waiting());
                }
            }
        }
        let last = at(50);
        prop_assert_eq!(state.at(last), model(&events, until).at(last));
        prop_assert!(state.at(last).ended_at().is_some());
    }

    #[test]
    fn a_yes_gives_what_was_ticked_and_nothing_else(ticks in prop::collection::btree_set(0_usize..6, 0..6)) {
        let asked = asked();
        let given = asked.ticked(&ticks);
        let choices = asked.choices();
        for (n, choice) in choices.iter().enumerate() {
            let of = &asked.grants[choice.grant];
            let has = given
                .iter()
                .any(|grant| grant.from == of.from && grant.to == of.to && grant.categories.contains(choice.category));
            prop_assert_eq!(has, ticks.contains(&n));
        }
        let count: usize = given.iter().map(|grant| grant.categories.iter().count()).sum();
        prop_assert_eq!(count, ticks.iter().filter(|n| **n < choices.len()).count());
        prop_assert_eq!(asked.covers(&given), !given.is_empty());
    }
}

#[test]
fn a_yes_is_never_wider_than_the_question() {
    let asked = asked();
    assert!(asked.covers(&asked.grants));
    assert!(!asked.covers(&[]));
    for wider in [
        grant("nordvik", "klinikken", &[Category::Outcome]),
        grant("nordvik", "klinikken", &[]),
        grant("nordvik", "nav", &[Category::Goals]),
        Grant {
            basis: Basis::Duty {
                reference: "avtalen".to_owned(),
            },
            ..asked.grants[0].clone()
        },
        Grant {
            period: Some(period(None)),
            ..asked.grants[0].clone()
        },
    ] {
        assert!(!asked.covers(&[asked.grants[0].clone(), wider.clone()]), "{wider:?}");
    }
    // Whether the sender has confirmed an exchange is decided at the answer.
    let waiting = Grant {
        confirmed: false,
        ..asked.grants[1].clone()
    };
    assert!(asked.covers(&[waiting]));
}

#[test]
fn the_boxes_are_those_of_the_text() {
    let asked = asked();
    let form = Form {
        grants: &asked.grants,
        period: asked.period,
        controller: &party("nordvik"),
        contact: None,
        lifts_secrecy: false,
        label: &|id| id.as_str().to_owned(),
    };
    for language in Language::ALL {
        let lines = question(&form, language);
        let shown = lines.iter().filter(|line| matches!(line, Line::Choice(_)));
        let words = asked
            .choices()
            .into_iter()
            .map(|choice| crate::form::category(language, choice.category));
        let words: Vec<_> = words.map(|words| Line::Choice(words.to_owned())).collect();
        assert_eq!(shown.cloned().collect::<Vec<_>>(), words);
        // It asks as the paper does, and has no place for a pen.
        let paper = to_text(&crate::form::form(&form, language));
        for line in &lines {
            assert!(!matches!(line, Line::Blank(_)));
            assert!(paper.contains(to_text(std::slice::from_ref(line)).trim()), "{line:?}");
        }
        assert_eq!(lines.first(), crate::form::form(&form, language).first());
    }
}

#[test]
fn the_evidence_has_the_sign_in_and_the_text_and_no_number() {
    let asked = asked();
    let by = AtLevel {
        issuer: "https://issuer.example".to_owned(),
        level: "idporten-loa-high".to_owned(),
    };
    let evidence = evidence(&by, &asked.texts[0], at(0));
    assert_eq!(evidence.kind, SIGNED_IN_YES);
    assert!(Evidence::is_type(&evidence.kind));
    assert_eq!(evidence.sha256.as_deref(), Some(asked.texts[0].sha256.as_str()));
    for part in ["https://issuer.example", "idporten-loa-high", "nb"] {
        assert!(evidence.reference.contains(part), "{}", evidence.reference);
    }
    assert!(!bindeledd_catalogue::guard::has_identity_number(&evidence.reference));
}

#[test]
fn so_many_requests_wait_at_once() {
    let waiting = RequestState::Waiting { until: at(10) };
    let mut earlier = vec![waiting; WAITING_AT_MOST];
    assert!(!may_send(&earlier, at(9)));
    assert!(may_send(&earlier, at(10)), "they have lapsed");
    earlier[0] = RequestState::No { at: at(3) };
    assert!(may_send(&earlier, at(9)));
}
