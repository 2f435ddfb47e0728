//! The rules of withdrawal against a model that states them grant by grant: who may withdraw, which grants end, and
//! what a caller sees.

#![expect(clippy::unwrap_used, reason = "tests")]

mod bounds;

use bindeledd_core::consent::{Basis, Grant, GrantOnFile, Ledger, Moment, Period};
use bindeledd_core::withdrawal::{Asker, Between, Scope, ended, may_withdraw, said};
use bindeledd_core::{Category, CategorySet, ConsentId, ParticipantRef, PartyId, Purpose};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

const PARTIES: [&str; 4] = ["nordvik", "fjellvik", "klinikken", "nav"];
const NOW: i64 = 100;
/// Order number of the newest registration.
const NEWEST: u64 = 9;

fn party(name: &str) -> PartyId {
    PartyId::parse(name).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn consent(n: u8) -> ConsentId {
    ConsentId(Uuid::from_u128(u128::from(n)))
}

fn grant() -> impl Strategy<Value = (&'static str, &'static str, bool)> {
    // Two different parties.
    let two = (0_usize..4, 1_usize..4).prop_map(|(from, on)| (PARTIES[from], PARTIES[(from + on) % 4]));
    (two, prop::bool::weighted(0.2)).prop_map(|((from, to), duty)| (from, to, duty))
}

/// A grant of consent `n`, which is also its place among the registrations.
fn on_file(n: u8, registrar: &str, (from, to): (&str, &str), duty: bool) -> GrantOnFile {
    GrantOnFile {
        consent: consent(n),
        version: 1,
        index: 0,
        given_at: at(10),
        registered: u64::from(n),
        registrar: Some(party(registrar)),
        withdrawn: false,
        consent_period: Period {
            start: Moment::Instant(at(0)),
            end: None,
        },
        grant: Grant {
            from: party(from),
            to: party(to),
            purpose: Purpose::WorkOrientedFollowup,
            categories: CategorySet::of(&[Category::Progress, Category::Goals]),
            basis: match duty {
                true => Basis::Duty {
                    reference: "forskrift".into(),
                },
                false => Basis::Consent,
            },
            period: None,
            confirmed: true,
        },
    }
}

/// Consents of one participant, with their registrar, date (some in the future) and grants.
fn ledger() -> impl Strategy<Value = Ledger> {
    let registered = (select(&PARTIES), 0_i64..200, prop::collection::vec(grant(), 1..4));
    prop::collection::vec(registered, 0..5).prop_map(|consents| {
        let mut grants = Vec::new();
        for (n, (registrar, given_at, of_it)) in (1_u8..).zip(consents) {
            for (index, (from, to, duty)) in (0_u16..).zip(of_it) {
                grants.push(GrantOnFile {
                    index,
                    given_at: at(given_at),
                    ..on_file(n, registrar, (from, to), duty)
                });
            }
        }
        Ledger {
            grants,
            ..Ledger::empty(ParticipantRef(Uuid::from_u128(7)))
        }
    })
}

fn asker() -> impl Strategy<Value = Asker> {
    prop_oneof![
        1 => Just(Asker::Participant),
        5 => select(&PARTIES).prop_map(|p| Asker::Party(party(p))),
        2 => select(&PARTIES).prop_map(|p| Asker::ParticipantWith(party(p))),
    ]
}

fn scope() -> impl Strategy<Value = Scope> {
    let exchange = (select(&PARTIES), select(&PARTIES), any::<bool>()).prop_map(|(from, to, whole)| Scope::Exchange {
        from: party(from),
        to: party(to),
        purpose: Purpose::WorkOrientedFollowup,
        categories: match whole {
            true => CategorySet::of(&Category::ALL),
            false => CategorySet::of(&[Category::Goals]),
        },
    });
    prop_oneof![
        Just(Scope::Everything),
        (1_u8..6).prop_map(|n| Scope::Consent(consent(n))),
        select(&PARTIES).prop_map(|p| Scope::Party(party(p))),
        exchange,
    ]
}

/// The model: the categories of a grant that a withdrawal ends, one statement for each sentence of the rule.
fn ends(ledger: &Ledger, asker: &Asker, scope: &Scope, on_file: &GrantOnFile) -> CategorySet {
    let grant = &on_file.grant;
    if grant.basis != Basis::Consent {
        return CategorySet::EMPTY;
    }
    // A participant by a code asks for exchanges of the code's party, and for nothing else.
    if let Asker::ParticipantWith(own) = asker {
        let is_asked = match scope {
            Scope::Everything | Scope::Consent(_) => false,
            Scope::Party(named) => named == own,
            Scope::Exchange { from, to, .. } => from == own || to == own,
        };
        if !is_asked {
            return CategorySet::EMPTY;
        }
    }
    // A party has a right to grants from it or to it, and to those that it registered.
    let is_own = |g: &GrantOnFile| match asker {
        Asker::Participant => true,
        Asker::ParticipantWith(own) | Asker::Party(own) => g.grant.from == *own || g.grant.to == *own,
    };
    let has_right =
        |g: &GrantOnFile| is_own(g) || matches!(asker, Asker::Party(own) if g.registrar.as_ref() == Some(own));
    let all = CategorySet::of(&Category::ALL);
    let asked = match scope {
        Scope::Everything if has_right(on_file) => all,
        Scope::Party(p) if has_right(on_file) && (grant.from == *p || grant.to == *p) => all,
        Scope::Exchange {
            from, to, categories, ..
        } if has_right(on_file) && grant.from == *from && grant.to == *to => *categories,
        // Any party of a consent may withdraw the whole consent. This also ends earlier grants of its registrar for the
        // same parties. It ends grants of other registrars only if the party itself has a right to them.
        Scope::Consent(id) => {
            let may = ledger.grants.iter().any(|g| g.consent == *id && has_right(g));
            let same = |g: &GrantOnFile| {
                let between = g.grant.from == grant.from && g.grant.to == grant.to;
                g.consent == *id && g.grant.basis == Basis::Consent && between && on_file.given_at <= g.given_at
            };
            let by_same = |g: &GrantOnFile| is_own(on_file) || g.registrar == on_file.registrar;
            match may && ledger.grants.iter().any(|g| same(g) && by_same(g)) {
                true => all,
                false => CategorySet::EMPTY,
            }
        }
        Scope::Everything | Scope::Party(_) | Scope::Exchange { .. } => CategorySet::EMPTY,
    };
    asked.intersection(grant.categories)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_withdrawal_ends_what_the_model_ends(ledger in ledger(), asker in asker(), scope in scope()) {
        let said = said(&asker, &scope, &ledger, at(NOW), NEWEST);
        let mut expected = Vec::new();
        for on_file in &ledger.grants {
            let ends = ends(&ledger, &asker, &scope, on_file);
            if !ends.is_empty() {
                expected.push((on_file, ends));
            }
        }
        prop_assert_eq!(ended(&ledger, &said), expected);
    }

    #[test]
    fn who_may_not_ask_ends_nothing(ledger in ledger(), asker in asker(), scope in scope()) {
        if !may_withdraw(&asker, &scope, &ledger) {
            prop_assert!(said(&asker, &scope, &ledger, at(NOW), NEWEST).is_empty());
        }
    }

    /// A withdrawal by a party never ends a grant between two other parties that only another registrar's consent
    /// contains.
    #[test]
    fn no_party_reaches_what_is_others_alone(ledger in ledger(), own in select(&PARTIES), scope in scope()) {
        let own = party(own);
        let asker = Asker::Party(own.clone());
        let said = said(&asker, &scope, &ledger, at(NOW), NEWEST);
        for (on_file, _) in ended(&ledger, &said) {
            let is_own = on_file.grant.from == own || on_file.grant.to == own;
            let registrar = on_file.registrar.clone().unwrap();
            // A party that a consent names acts for the participant when it withdraws that consent.
            let names_it = matches!(&scope, Scope::Consent(id) if ledger.grants.iter().any(|g| {
                g.consent == *id && g.registrar.as_ref() == Some(&registrar)
                    && (g.grant.from == own || g.grant.to == own)
            }));
            prop_assert!(is_own || registrar == own || names_it, "{:?}", on_file);
        }
    }

    /// A participant can end a whole exchange through either of its parties.
    #[test]
    fn each_party_of_an_exchange_can_end_it(ledger in ledger(), from in any::<bool>(), place in any::<prop::sample::Index>()) {
        if ledger.grants.is_empty() {
            return Ok(());
        }
        let grant = &place.get(&ledger.grants).grant;
        let own = if from { &grant.from } else { &grant.to };
        let scope = Scope::Exchange {
            from: grant.from.clone(),
            to: grant.to.clone(),
            purpose: grant.purpose,
            categories: CategorySet::of(&Category::ALL),
        };
        let words = said(&Asker::Party(own.clone()), &scope, &ledger, at(NOW), NEWEST);
        for on_file in ledger.grants.iter().filter(|g| g.grant.from == grant.from && g.grant.to == grant.to) {
            let falls = on_file.grant.basis == Basis::Consent;
            prop_assert_eq!(words.iter().any(|w| w.ends(on_file)), falls);
        }
    }

    #[test]
    fn a_caller_sees_its_own_exchanges(asker in asker(), from in select(&PARTIES), to in select(&PARTIES)) {
        let between = Between { from: party(from), to: party(to) };
        let expected = match &asker {
            Asker::Participant => true,
            Asker::ParticipantWith(own) | Asker::Party(own) => own.as_str() == from || own.as_str() == to,
        };
        prop_assert_eq!(asker.sees(&between), expected);
    }
}
