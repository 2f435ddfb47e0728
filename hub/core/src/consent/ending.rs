//! The effect of a withdrawal on a ledger: the grants that end, the consents that change, and the ledger afterwards.

use std::collections::BTreeSet;

use bindeledd_catalogue::CategorySet;

use crate::consent::entries::{Entries, EntryChange, Written};
use crate::consent::withdrawal::{EndedGrant, TakenBack, ended, left_of, withdrawn_exchanges};
use crate::consent::{Basis, Ledger};
use crate::id::ConsentId;

/// A withdrawal's effect on a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending<'l> {
    /// Grants that end, wholly or in part, each with the categories that end.
    pub ended: Vec<EndedGrant<'l>>,
    /// Changes to the withdrawal entries on file.
    pub changes: Vec<EntryChange>,
    /// Consents that the withdrawal changes. Each gets a new version.
    pub touched: BTreeSet<ConsentId>,
    /// Consents among the touched ones that are withdrawn as a whole.
    pub withdrawn: BTreeSet<ConsentId>,
    /// Ledger after the withdrawal, as the store would load it.
    pub after: Ledger,
}

/// Ends grants by a withdrawal. `whole` is the id of a consent that is withdrawn as a whole.
#[must_use]
pub fn end<'l>(before: &'l Ledger, entries: &Entries, said: &[TakenBack], whole: Option<ConsentId>) -> Ending<'l> {
    let ended = ended(before, said);
    let touched: BTreeSet<ConsentId> = ended.iter().map(|(grant, _)| grant.consent).collect();
    let Written { entries, changes } = entries.with(said);
    let mut after = Ledger {
        withdrawals: withdrawn_exchanges(&entries, &before.grants),
        ..before.clone()
    };
    let is_over = |id: &ConsentId| whole == Some(*id) || nothing_is_left(&after, *id);
    let withdrawn: BTreeSet<ConsentId> = touched.iter().copied().filter(is_over).collect();
    for on_file in &mut after.grants {
        on_file.version += u32::from(touched.contains(&on_file.consent));
        on_file.withdrawn |= withdrawn.contains(&on_file.consent);
    }
    Ending {
        ended,
        changes,
        touched,
        withdrawn,
        after,
    }
}

/// Returns the grants that lose something by a withdrawal that ends these, each with the categories that it loses. A grant
/// that was withdrawn before loses nothing more.
#[must_use]
pub fn lost<'l>(before: &Ledger, ended: &[EndedGrant<'l>]) -> Vec<EndedGrant<'l>> {
    let lost = |(on_file, categories): &EndedGrant<'l>| {
        let lost = left_of(on_file, before).intersection(*categories);
        (!on_file.withdrawn && !lost.is_empty()).then_some((*on_file, lost))
    };
    ended.iter().filter_map(lost).collect()
}

/// Returns whether a consent has nothing left that could be withdrawn.
fn nothing_is_left(ledger: &Ledger, id: ConsentId) -> bool {
    let of_it = ledger
        .grants
        .iter()
        .filter(|g| g.consent == id && g.grant.basis == Basis::Consent);
    let left = of_it.fold(CategorySet::EMPTY, |all, g| all.union(left_of(g, ledger)));
    left.is_empty()
}

/// Returns whether the whole withdrawal is already on file. The withdrawal of a whole consent is on
/// file once the consent is marked as withdrawn.
#[must_use]
pub fn is_on_file(ledger: &Ledger, entries: &Entries, said: &[TakenBack], whole: Option<ConsentId>) -> bool {
    let is_marked = |id| ledger.grants.iter().any(|g| g.consent == id && g.withdrawn);
    entries.cover(said) && whole.is_none_or(is_marked)
}

#[cfg(test)]
mod tests {
    use bindeledd_catalogue::Category;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::consent::GrantOnFile;
    use crate::consent::entries::Entry;
    use crate::consent::withdrawal::{Asker, Scope, said};
    use crate::testing::{PARTIES, PURPOSE, at, categories, consent, grant, ledger, ledgers, party};

    fn scopes() -> impl Strategy<Value = Scope> {
        let exchange =
            (select(&PARTIES), select(&PARTIES), categories()).prop_map(|(from, to, categories)| Scope::Exchange {
                from: party(from),
                to: party(to),
                purpose: PURPOSE,
                categories,
            });
        prop_oneof![
            Just(Scope::Everything),
            (1_u8..5).prop_map(|n| Scope::Consent(consent(n))),
            select(&PARTIES).prop_map(|p| Scope::Party(party(p))),
            exchange,
        ]
    }

    fn whole(scope: &Scope) -> Option<ConsentId> {
        match scope {
            Scope::Consent(id) => Some(*id),
            Scope::Everything | Scope::Party(_) | Scope::Exchange { .. } => None,
        }
    }

    fn entries(said: &[TakenBack]) -> Entries {
        Entries {
            entries: (1..)
                .zip(said.iter().cloned())
                .map(|(row, said)| Entry { row, said })
                .collect(),
            newest_registration: 9,
        }
    }

    /// A ledger after earlier withdrawals, and their entries.
    fn withdrawn_before() -> impl Strategy<Value = (Ledger, Entries)> {
        (ledgers(), prop::collection::vec(scopes(), 0..2)).prop_map(|(mut ledger, scopes)| {
            let mut all = Vec::new();
            for scope in scopes {
                all.extend(said(&Asker::Participant, &scope, &ledger, at(20), 2));
            }
            ledger.withdrawals = withdrawn_exchanges(&all, &ledger.grants);
            (ledger, entries(&all))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

        /// For each grant, the withdrawal leaves the earlier categories without the withdrawn ones.
        #[test]
        fn afterwards_as_much_is_left_as_the_model_leaves((before, entries) in withdrawn_before(), scope in scopes()) {
            let said = said(&Asker::Participant, &scope, &before, at(50), 9);
            let ending = end(&before, &entries, &said, whole(&scope));
            let takes = |g: &GrantOnFile| said.iter().filter(|w| w.ends(g))
                .fold(CategorySet::EMPTY, |all, w| all.union(w.categories));
            let is_touched = |g: &GrantOnFile| !takes(g).intersection(g.grant.categories).is_empty();
            prop_assert_eq!(before.grants.len(), ending.after.grants.len());
            for (old, new) in before.grants.iter().zip(&ending.after.grants) {
                prop_assert_eq!(left_of(new, &ending.after), left_of(old, &before).difference(takes(old)));
                let changes = before.grants.iter().any(|g| g.consent == old.consent && is_touched(g));
                let of_it = || ending.after.grants.iter().filter(|g| g.consent == old.consent);
                let mut can_be_withdrawn = of_it().filter(|g| g.grant.basis == Basis::Consent);
                let is_over = can_be_withdrawn.all(|g| left_of(g, &ending.after).is_empty());
                let ends = changes && (is_over || whole(&scope) == Some(old.consent));
                prop_assert_eq!(ending.touched.contains(&old.consent), changes);
                prop_assert_eq!(ending.withdrawn.contains(&old.consent), ends);
                let expected = GrantOnFile {
                    version: old.version + u32::from(changes),
                    withdrawn: old.withdrawn || ends,
                    ..old.clone()
                };
                prop_assert_eq!(new, &expected);
            }
            prop_assert_eq!((ending.after.protected, ending.after.differs), (before.protected, before.differs));
            let after = Entries { entries: entries.with(&said).entries.into_iter().map(|said| Entry { row: 0, said }).collect(), ..entries };
            if !said.is_empty() {
                prop_assert!(is_on_file(&ending.after, &after, &said, None));
            }
        }
    }

    #[test]
    fn a_consent_as_a_whole_is_over_even_where_something_of_it_is_left() {
        let before = ledger(vec![
            grant(1, "nordvik", "klinikken", &[Category::Goals, Category::Progress]),
            grant(2, "nordvik", "klinikken", &[Category::Goals]),
        ]);
        let scope = Scope::Exchange {
            from: party("nordvik"),
            to: party("klinikken"),
            purpose: PURPOSE,
            categories: CategorySet::of(&[Category::Goals]),
        };
        let said = said(&Asker::Participant, &scope, &before, at(50), 9);
        let none = Entries::default();
        let withdrawn = |whole| {
            end(&before, &none, &said, whole)
                .withdrawn
                .into_iter()
                .collect::<Vec<_>>()
        };
        assert_eq!(withdrawn(None), [consent(2)]);
        assert_eq!(withdrawn(Some(consent(1))), [consent(1), consent(2)]);
    }

    #[test]
    fn a_whole_consent_is_on_file_as_withdrawn_once_it_is_marked() {
        let before = ledger(vec![grant(1, "nordvik", "klinikken", &[Category::Goals])]);
        let said = said(&Asker::Participant, &Scope::Consent(consent(1)), &before, at(50), 9);
        let all = entries(&said);
        assert!(is_on_file(&before, &all, &said, None));
        assert!(!is_on_file(&before, &all, &said, Some(consent(1))));
        let after = end(&before, &Entries::default(), &said, Some(consent(1))).after;
        assert!(is_on_file(&after, &all, &said, Some(consent(1))));
        assert!(!is_on_file(&after, &all, &said, Some(consent(2))));
        assert!(!is_on_file(&after, &Entries::default(), &said, Some(consent(1))));
    }

    #[test]
    fn a_withdrawal_on_file_leaves_nothing_to_lose() {
        let scope = Scope::Everything;
        let before = ledger(vec![grant(1, "aft", "nav", &Category::ALL)]);
        let said = said(&Asker::Participant, &scope, &before, at(100), 9);
        let once = end(&before, &entries(&[]), &said, None);
        let first = lost(&before, &once.ended);
        assert_eq!(first.len(), 1);
        let again = end(&once.after, &entries(&said), &said, None);
        assert_eq!(again.ended.len(), 1, "the words still match the grant");
        assert_eq!(lost(&once.after, &again.ended), vec![]);
    }
}
