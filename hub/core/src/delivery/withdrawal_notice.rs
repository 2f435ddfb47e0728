//! Notices of a withdrawal: the parties to tell, and the categories to name.

use std::collections::{BTreeMap, BTreeSet};

use bindeledd_catalogue::{Category, CategorySet, PartyId, Purpose};
use jiff::Timestamp;

use crate::consent::Ledger;
use crate::consent::withdrawal::{Asker, EndedGrant};
use crate::decide::{Reason, decide};

/// A sender, a receiver and a purpose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exchange {
    /// The sender.
    pub from: PartyId,
    /// The receiver.
    pub to: PartyId,
    /// The purpose.
    pub purpose: Purpose,
}

/// A notice that is due to the receiver of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeDue {
    /// Exchange whose grants ended.
    pub exchange: Exchange,
    /// Categories that the receiver got and gets no more of.
    pub categories: CategorySet,
}

/// Returns the notices of a withdrawal that ended these grants. A party is told if it may have got
/// data of a category and gets no more of that category. The party that withdrew is not told.
/// `before` and `after` are the ledgers around the withdrawal; `disclosed` holds every disclosure
/// so far.
#[must_use]
pub fn due(
    (before, after): (&Ledger, &Ledger),
    ended: &[EndedGrant<'_>],
    disclosed: impl IntoIterator<Item = (Exchange, CategorySet)>,
    asker: &Asker,
    now: Timestamp,
) -> Vec<NoticeDue> {
    let mut got: BTreeMap<Exchange, CategorySet> = BTreeMap::new();
    for (exchange, categories) in disclosed {
        let all = got.entry(exchange).or_default();
        *all = all.union(categories);
    }
    let exchanges: BTreeSet<Exchange> = ended
        .iter()
        .map(|(on_file, _)| &on_file.grant)
        .map(|grant| Exchange {
            from: grant.from.clone(),
            to: grant.to.clone(),
            purpose: grant.purpose,
        })
        .collect();
    let notice = |exchange: Exchange| {
        let Exchange { from, to, purpose } = &exchange;
        let every = CategorySet::of(&Category::ALL);
        let permitted = |ledger| decide(ledger, from, to, *purpose, every, now).permitted();
        let lost = permitted(before).difference(permitted(after));
        let categories = got.get(&exchange).copied().unwrap_or_default().intersection(lost);
        let withdrew_itself = matches!(asker, Asker::Party(own) if own == to);
        (!categories.is_empty() && !withdrew_itself).then_some(NoticeDue { exchange, categories })
    };
    exchanges.into_iter().filter_map(notice).collect()
}

/// Returns whether a notice about this participant may be sent now. Nothing is sent about a person
/// under address protection.
///
/// # Errors
/// The reason why the notice may not be sent. [`Reason::Differs`] lasts until the operator has
/// checked the ledger.
pub const fn may_go(ledger: &Ledger) -> Result<(), Reason> {
    match (ledger.protected, ledger.differs) {
        (true, _) => Err(Reason::Withdrawn),
        (false, true) => Err(Reason::Differs),
        (false, false) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::consent::GrantOnFile;
    use crate::consent::ending::end;
    use crate::consent::entries::Entries;
    use crate::consent::withdrawal::{Scope, said};
    use crate::testing::{PARTIES, PURPOSE, at, categories, grant, ledger, ledgers, party, two};

    fn disclosed() -> impl Strategy<Value = Vec<(Exchange, CategorySet)>> {
        let one = (two(), categories()).prop_map(|((from, to), categories)| {
            let exchange = Exchange {
                from,
                to,
                purpose: PURPOSE,
            };
            (exchange, categories)
        });
        prop::collection::vec(one, 0..8)
    }

    fn can_have(ledger: &Ledger, from: &PartyId, to: &PartyId, category: Category) -> bool {
        !decide(ledger, from, to, PURPOSE, CategorySet::of(&[category]), at(50))
            .permitted()
            .is_empty()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// A party that has data of a category and gets no more of it is told of exactly that
        /// category, once. The party that withdrew is not told.
        #[test]
        fn every_party_is_told_of_what_it_has_and_gets_no_more(
            before in ledgers(), disclosed in disclosed(), own in select(&PARTIES), as_party in any::<bool>(),
        ) {
            let asker = if as_party { Asker::Party(party(own)) } else { Asker::Participant };
            let words = said(&asker, &Scope::Everything, &before, at(50), 9);
            let ending = end(&before, &Entries::default(), &words, None);
            let due = due((&before, &ending.after), &ending.ended, disclosed.clone(), &asker, at(50));
            for (from, to) in PARTIES.iter().flat_map(|from| PARTIES.iter().map(move |to| (party(from), party(to)))) {
                let has = |category| disclosed.iter().any(|(e, all)| e.from == from && e.to == to && all.contains(category));
                let lost: CategorySet = Category::ALL.into_iter()
                    .filter(|category| has(*category))
                    .filter(|category| can_have(&before, &from, &to, *category) && !can_have(&ending.after, &from, &to, *category))
                    .collect();
                let expected: Vec<_> = [lost].into_iter()
                    .filter(|lost| !(lost.is_empty() || as_party && to == party(own)))
                    .collect();
                let told: Vec<_> = due.iter()
                    .filter(|notice| notice.exchange.from == from && notice.exchange.to == to)
                    .map(|notice| notice.categories)
                    .collect();
                prop_assert_eq!(told, expected, "{} -> {}", from, to);
            }
        }
    }

    #[test]
    fn a_party_that_got_nothing_of_what_was_ended_is_not_told() {
        let on_file = grant(1, "nordvik", "klinikken", &[Category::Goals, Category::Progress]);
        let before = ledger(vec![on_file.clone()]);
        let ended: [(&GrantOnFile, CategorySet); 1] = [(&on_file, on_file.grant.categories)];
        let exchange = |to: &str| Exchange {
            from: party("nordvik"),
            to: party(to),
            purpose: PURPOSE,
        };
        let goals = CategorySet::of(&[Category::Goals]);
        let told = |disclosed: Vec<(Exchange, CategorySet)>| {
            due(
                (&before, &ledger(Vec::new())),
                &ended,
                disclosed,
                &Asker::Participant,
                at(50),
            )
        };
        assert_eq!(told(vec![(exchange("nav"), goals)]), []);
        assert_eq!(
            told(vec![(exchange("klinikken"), CategorySet::of(&[Category::Meeting]))]),
            []
        );
        let expected = NoticeDue {
            exchange: exchange("klinikken"),
            categories: goals,
        };
        assert_eq!(
            told(vec![(exchange("klinikken"), goals), (exchange("klinikken"), goals)]),
            [expected]
        );
    }

    #[test]
    fn nothing_is_told_about_a_protected_person_or_before_the_operator_has_looked() {
        let with = |protected, differs| Ledger {
            protected,
            differs,
            ..ledger(Vec::new())
        };
        assert_eq!(may_go(&with(false, false)), Ok(()));
        assert_eq!(may_go(&with(false, true)), Err(Reason::Differs));
        assert_eq!(may_go(&with(true, false)), Err(Reason::Withdrawn));
        assert_eq!(may_go(&with(true, true)), Err(Reason::Withdrawn));
    }
}
