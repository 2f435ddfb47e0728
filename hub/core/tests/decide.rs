//! `decide` against a model that is written as naively as the design's sentences, over random ledgers.

#![expect(clippy::unwrap_used, reason = "tests")]

use bindeledd_core::consent::{Basis, Grant, GrantOnFile, Ledger, Moment, Period, Withdrawal};
use bindeledd_core::{Category, CategorySet, ConsentId, ParticipantRef, PartyId, Purpose, Verdict, decide};
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

const PURPOSE: Purpose = Purpose::WorkOrientedFollowup;

fn party(n: u8) -> PartyId {
    PartyId::parse(["nordvik", "fjellvik", "klinikken"][usize::from(n % 3)]).unwrap()
}

/// The model: for each category by itself, is there a grant for which nothing speaks against it?
fn naive(ledger: &Ledger, from: &PartyId, to: &PartyId, asked: CategorySet, now: Timestamp) -> CategorySet {
    let may = |category: Category| {
        if ledger.protected {
            return false;
        }
        for file in &ledger.grants {
            let g = &file.grant;
            let mut speaks_against = false;
            speaks_against |= g.from != *from || g.to != *to;
            speaks_against |= !g.categories.contains(category);
            speaks_against |= !g.confirmed;
            speaks_against |= file.given_at > now;
            speaks_against |= outside(&file.consent_period, now);
            speaks_against |= g.period.as_ref().is_some_and(|p| outside(p, now));
            if g.basis == Basis::Consent {
                speaks_against |= file.withdrawn;
                for w in &ledger.withdrawals {
                    let same = w.from == g.from && w.to == g.to && w.purpose == g.purpose;
                    speaks_against |= same && w.at >= file.given_at && w.categories.contains(category);
                }
            }
            if !speaks_against {
                return true;
            }
        }
        false
    };
    asked.iter().filter(|c| may(*c)).collect()
}

fn outside(period: &Period, now: Timestamp) -> bool {
    let first = match period.start {
        Moment::Day(day) => bindeledd_core::time::start_of_day(day),
        Moment::Instant(instant) => instant,
    };
    let over = match period.end {
        None => false,
        Some(Moment::Day(day)) => now >= bindeledd_core::time::start_of_day(day.tomorrow().unwrap()),
        Some(Moment::Instant(instant)) => now >= instant,
    };
    now < first || over
}

fn instant() -> impl Strategy<Value = Timestamp> {
    // Few distinct times, close together, so that edges meet.
    (0_i64..40).prop_map(|half_days| Timestamp::from_second(1_793_487_600 + half_days * 43_200).unwrap())
}

fn moment() -> impl Strategy<Value = Moment> {
    prop_oneof![
        (1_i8..20).prop_map(|day| Moment::Day(date(2026, 11, day))),
        instant().prop_map(Moment::Instant),
    ]
}

fn period() -> impl Strategy<Value = Period> {
    (moment(), prop::option::of(moment())).prop_map(|(start, end)| Period { start, end })
}

fn categories() -> impl Strategy<Value = CategorySet> {
    any::<u8>().prop_map(|bits| CategorySet::from_bits(bits).unwrap())
}

fn on_file() -> impl Strategy<Value = GrantOnFile> {
    let grant = (
        any::<u8>(),
        any::<u8>(),
        categories(),
        any::<bool>(),
        prop::option::of(period()),
        any::<u8>(),
    );
    (grant, instant(), any::<u8>(), period(), any::<u8>()).prop_map(
        |((from, to, categories, duty, period, confirmed), given_at, withdrawn, consent_period, n)| GrantOnFile {
            consent: ConsentId(Uuid::from_u128(u128::from(n))),
            version: 1,
            index: 0,
            given_at,
            withdrawn: withdrawn % 4 == 0,
            consent_period,
            grant: Grant {
                from: party(from),
                to: party(to),
                purpose: PURPOSE,
                categories,
                basis: if duty {
                    Basis::Duty {
                        reference: "lov".into(),
                    }
                } else {
                    Basis::Consent
                },
                period,
                confirmed: confirmed % 4 != 0,
            },
        },
    )
}

fn withdrawal() -> impl Strategy<Value = Withdrawal> {
    (any::<u8>(), any::<u8>(), categories(), instant()).prop_map(|(from, to, categories, at)| Withdrawal {
        from: party(from),
        to: party(to),
        purpose: PURPOSE,
        categories,
        at,
    })
}

fn ledger() -> impl Strategy<Value = Ledger> {
    (
        prop::collection::vec(on_file(), 0..6),
        prop::collection::vec(withdrawal(), 0..3),
        any::<u8>(),
    )
        .prop_map(|(grants, withdrawals, protected)| Ledger {
            participant: ParticipantRef(Uuid::from_u128(7)),
            protected: protected % 16 == 0,
            grants,
            withdrawals,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn decide_permits_what_the_naive_model_permits(
        ledger in ledger(), from in any::<u8>(), to in any::<u8>(), asked in categories(), now in instant(),
    ) {
        let (from, to) = (party(from), party(to));
        let decision = decide(&ledger, &from, &to, PURPOSE, asked, now);
        let expected = naive(&ledger, &from, &to, asked, now);
        prop_assert_eq!(decision.permitted(), expected);
        prop_assert_eq!(decision.permitted().union(decision.withheld()), asked);
        prop_assert!(decision.permitted().intersection(decision.withheld()).is_empty());
        let verdict = match (expected.is_empty(), expected == asked) {
            (true, _) => Verdict::Deny,
            (false, true) => Verdict::Permit,
            (false, false) => Verdict::Partial,
        };
        prop_assert_eq!(decision.verdict(), verdict);
        prop_assert_eq!(decision.grants().is_empty(), expected.is_empty());
    }

    #[test]
    fn a_whole_withdrawal_leaves_nothing_that_rests_on_consent(
        mut ledger in ledger(), from in any::<u8>(), to in any::<u8>(), now in instant(),
    ) {
        let (from, to) = (party(from), party(to));
        for file in &mut ledger.grants {
            file.grant.basis = Basis::Consent;
        }
        let everything = Category::ALL.into_iter().collect();
        ledger.withdrawals.push(Withdrawal {
            from: from.clone(), to: to.clone(), purpose: PURPOSE, categories: everything, at: now,
        });
        let decision = decide(&ledger, &from, &to, PURPOSE, everything, now);
        prop_assert_eq!(decision.verdict(), Verdict::Deny);
    }
}

/// A few thousand in every run; `PROPTEST_CASES=1000000` for the long one.
#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(20_000)
}
