//! `decide` against a model. The model follows the sentences of the design and shares no code: it has its own days,
//! clock changes and sets.
//!
//! `DECIDE_CASES` sets the number of cases for each property; a long run uses `DECIDE_CASES=1000000`. [`naive`] is
//! the model. [`history`] makes the random ledgers for both.

#![expect(clippy::unwrap_used, reason = "tests")]

mod history;
mod naive;

use bindeledd_core::consent::Withdrawal;
use bindeledd_core::{Category, CategorySet, PartyId, Purpose, Reason, Verdict, decide};
use history::{History, Question, history, question};
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence};

const PURPOSE: Purpose = Purpose::WorkOrientedFollowup;

fn party(name: &str) -> PartyId {
    PartyId::parse(name).unwrap()
}

/// Number of cases: twenty thousand in every run.
#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
fn cases() -> u32 {
    std::env::var("DECIDE_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(20_000)
}

fn config() -> Config {
    Config {
        cases: cases(),
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..Config::default()
    }
}

fn set(names: &[&'static str]) -> CategorySet {
    names.iter().map(|name| Category::parse(name).unwrap()).collect()
}

fn asked(history: &History, question: &Question) -> bindeledd_core::Decision {
    let (from, to) = (party(question.from), party(question.to));
    decide(
        &history.ledger(),
        &from,
        &to,
        PURPOSE,
        set(&question.asked),
        history::timestamp(question.now),
    )
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_permitted_is_what_the_model_permits(history in history(), question in question()) {
        let decision = asked(&history, &question);
        let permitted = naive::permitted(&history, &question);
        let all: Vec<_> = question.asked.iter().copied().filter(|c| permitted.contains(c)).collect();
        let held: Vec<_> = question.asked.iter().copied().filter(|c| !permitted.contains(c)).collect();
        prop_assert_eq!(decision.permitted(), set(&all), "permitted");
        prop_assert_eq!(decision.withheld(), set(&held), "withheld");
        let verdict = match (all.is_empty(), held.is_empty()) {
            (true, _) => Verdict::Deny,
            (false, true) => Verdict::Permit,
            (false, false) => Verdict::Partial,
        };
        prop_assert_eq!(decision.verdict(), verdict);
        prop_assert_eq!(decision.from(), &party(question.from));
        prop_assert_eq!(decision.to(), &party(question.to));
        prop_assert_eq!(decision.purpose(), PURPOSE);
        prop_assert_eq!(decision.participant(), history.ledger().participant);
    }

    #[test]
    fn the_grants_that_it_names_are_those_that_permit_something(history in history(), question in question()) {
        let decision = asked(&history, &question);
        let named: Vec<_> = decision.grants().iter().map(|g| (g.consent.0.as_u128(), g.version, g.index)).collect();
        prop_assert_eq!(named, naive::used(&history, &question));
    }

    #[test]
    fn the_reason_is_the_models(history in history(), question in question()) {
        prop_assert_eq!(reason(asked(&history, &question).reason()), naive::reason(&history, &question));
    }

    #[test]
    fn a_whole_withdrawal_leaves_nothing_that_rests_on_consent(history in history(), question in question()) {
        let mut history = history;
        for grant in &mut history.grants {
            grant.duty = false;
        }
        let mut ledger = history.ledger();
        let now = history::timestamp(question.now);
        let (from, to) = (party(question.from), party(question.to));
        let everything = Category::ALL.into_iter().collect();
        ledger.withdrawals.push(Withdrawal {
            from: from.clone(), to: to.clone(), purpose: PURPOSE, categories: everything, at: now,
            registered_until: None, registrar: None,
        });
        prop_assert_eq!(decide(&ledger, &from, &to, PURPOSE, everything, now).verdict(), Verdict::Deny);
    }

    #[test]
    fn neither_the_order_of_a_ledger_nor_what_is_between_others_matters(history in history(), question in question()) {
        let decision = asked(&history, &question);
        let mut turned = history;
        turned.grants.reverse();
        turned.withdrawals.reverse();
        turned.grants.retain(|g| g.from == question.from && g.to == question.to);
        prop_assert_eq!(asked(&turned, &question), decision);
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NothingAsked => "nothing asked",
        Reason::Differs => "differs",
        // This reason comes from the message, not from grants.
        Reason::CorrectsNothing => "corrects nothing",
        Reason::NoGrant => "no grant",
        Reason::OtherCategories => "other categories",
        Reason::Withdrawn => "withdrawn",
        Reason::Expired => "expired",
        Reason::NotYet => "not yet",
        Reason::NotConfirmed => "not confirmed",
        Reason::PartlyGranted => "partly granted",
        Reason::Granted => "granted",
    }
}

/// The model proves nothing if random ledgers never permit anything, or never come near the limits
/// of time.
#[test]
fn random_ledgers_meet_every_outcome() {
    use proptest::strategy::ValueTree;
    use std::collections::BTreeMap;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let both = (history(), question());
    let mut seen = BTreeMap::new();
    for _ in 0..20_000 {
        let (history, question) = both.new_tree(&mut runner).unwrap().current();
        *seen.entry(naive::reason(&history, &question)).or_insert(0) += 1;
    }
    println!("{seen:?}");
    for reason in [
        "nothing asked",
        "no grant",
        "other categories",
        "withdrawn",
        "expired",
        "not yet",
        "not confirmed",
        "partly granted",
        "granted",
    ] {
        let times = seen.get(reason).copied().unwrap_or(0);
        assert!(times >= 200, "`{reason}` came up {times} times in 20000");
    }
}

/// The model's calendar, compared with days that are known from elsewhere.
#[test]
fn the_models_days_begin_when_they_begin_in_oslo() {
    for (day, begins) in [
        ((2026, 3, 29), "2026-03-28T23:00:00Z"),
        ((2026, 3, 30), "2026-03-29T22:00:00Z"),
        ((2026, 10, 25), "2026-10-24T22:00:00Z"),
        ((2026, 10, 26), "2026-10-25T23:00:00Z"),
        ((2028, 2, 29), "2028-02-28T23:00:00Z"),
        ((2028, 3, 1), "2028-02-29T23:00:00Z"),
        ((2027, 1, 1), "2026-12-31T23:00:00Z"),
    ] {
        assert_eq!(history::timestamp(naive::midnight(day)).to_string(), begins, "{day:?}");
    }
}
