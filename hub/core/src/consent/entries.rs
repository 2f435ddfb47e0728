//! Withdrawal entries: compares a new withdrawal with the entries on file, and adds what they lack.
//!
//! A repeated withdrawal adds no entry: an existing entry covers every withdrawal with the same or
//! a narrower scope. An existing entry with the same scope and an earlier time is extended.

use jiff::Timestamp;

use crate::consent::withdrawal::TakenBack;

/// A withdrawal on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Row number in the store.
    pub row: i64,
    /// Scope of the withdrawal.
    pub said: TakenBack,
}

/// A participant's withdrawals on file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entries {
    /// Entries, in the order of their rows.
    pub entries: Vec<Entry>,
    /// Order number of the participant's newest consent registration; 0 if there is none.
    pub newest_registration: u64,
}

/// A change of the entries on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryChange {
    /// A new entry.
    Add(TakenBack),
    /// An existing entry is extended to later grants.
    Extend {
        /// Row number of the entry.
        row: i64,
        /// New limit of the entry: it ends grants of consents with this date or an earlier one.
        given_until: Timestamp,
        /// New limit of the entry: it ends grants of consents with this order number of
        /// registration or a lower one.
        registered_until: Option<u64>,
    },
}

/// The entries on file after a withdrawal, and the changes that lead there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// All entries, in the order of their rows.
    pub entries: Vec<TakenBack>,
    /// Changes, in the order in which the store writes them.
    pub changes: Vec<EntryChange>,
}

impl Entries {
    /// Returns whether the entries cover all of a withdrawal. The entries never cover a withdrawal
    /// without scope; only the audit log records it.
    #[must_use]
    pub fn cover(&self, said: &[TakenBack]) -> bool {
        let is_covered = |said| self.entries.iter().any(|entry| self.covers(&entry.said, said));
        !said.is_empty() && said.iter().all(is_covered)
    }

    /// Returns whether `entry` ends every grant that `said` ends. Grants that were registered after
    /// the entry are not covered.
    fn covers(&self, entry: &TakenBack, said: &TakenBack) -> bool {
        let reaches_as_far = match (said.registered_until, entry.registered_until) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(said), Some(entry)) => entry >= said.min(self.newest_registration),
        };
        is_as_wide(entry.party.as_ref(), said.party.as_ref())
            && is_as_wide(entry.from.as_ref(), said.from.as_ref())
            && is_as_wide(entry.to.as_ref(), said.to.as_ref())
            && is_as_wide(entry.purpose, said.purpose)
            && is_as_wide(entry.registrar.as_ref(), said.registrar.as_ref())
            && said.categories.is_subset(entry.categories)
            && entry.given_until >= said.given_until
            && reaches_as_far
    }

    /// Returns the entries with a withdrawal added. A covered part of the withdrawal adds no entry.
    /// A part with the scope of an existing entry and a later time extends the newest such entry.
    #[must_use]
    pub fn with(&self, said: &[TakenBack]) -> Written {
        let mut all: Vec<(Option<i64>, TakenBack)> =
            self.entries.iter().map(|e| (Some(e.row), e.said.clone())).collect();
        for said in said {
            if all.iter().any(|(_, entry)| self.covers(entry, said)) {
                continue;
            }
            match all
                .iter_mut()
                .rev()
                .find(|(_, entry)| says_the_same_until_earlier(entry, said))
            {
                Some((_, entry)) => {
                    entry.given_until = said.given_until;
                    // An extension never reaches less far than before.
                    entry.registered_until = entry.registered_until.max(said.registered_until);
                }
                None => all.push((None, said.clone())),
            }
        }
        let mut changes = Vec::new();
        for (place, (row, said)) in all.iter().enumerate() {
            match (row, self.entries.get(place)) {
                (Some(_), Some(before)) if before.said == *said => {}
                (Some(row), _) => changes.push(EntryChange::Extend {
                    row: *row,
                    given_until: said.given_until,
                    registered_until: said.registered_until,
                }),
                (None, _) => changes.push(EntryChange::Add(said.clone())),
            }
        }
        Written {
            entries: all.into_iter().map(|(_, said)| said).collect(),
            changes,
        }
    }
}

/// Returns whether a field of an entry is open, or has the same value as that of the withdrawal.
fn is_as_wide<T: PartialEq>(entry: Option<T>, said: Option<T>) -> bool {
    entry.is_none() || entry == said
}

fn says_the_same_until_earlier(entry: &TakenBack, said: &TakenBack) -> bool {
    let is_same = entry.party == said.party
        && entry.from == said.from
        && entry.to == said.to
        && entry.purpose == said.purpose
        && entry.categories == said.categories
        && entry.registrar == said.registrar
        && entry.registered_until.is_some() == said.registered_until.is_some();
    is_same && entry.given_until < said.given_until
}

#[cfg(test)]
mod tests {
    use bindeledd_catalogue::{Category, CategorySet};
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::consent::GrantOnFile;
    use crate::testing::{PARTIES, PURPOSE, at, categories, ledgers, party};

    fn words() -> impl Strategy<Value = TakenBack> {
        let name = || option::weighted(0.4, select(&PARTIES).prop_map(party));
        let sides = (name(), name(), name(), option::weighted(0.4, Just(PURPOSE)));
        let until = (0_i64..6, option::weighted(0.7, 0_u64..6), name());
        (sides, categories(), until).prop_map(
            |((party, from, to, purpose), categories, (given_until, registered_until, registrar))| TakenBack {
                party,
                from,
                to,
                purpose,
                categories,
                given_until: at(given_until * 10),
                registered_until,
                registrar,
            },
        )
    }

    fn on_file(said: Vec<TakenBack>) -> Entries {
        Entries {
            entries: (1..).zip(said).map(|(row, said)| Entry { row, said }).collect(),
            newest_registration: 4,
        }
    }

    /// The model: the categories of a grant that these withdrawals end.
    fn taken_back(grant: &GrantOnFile, said: &[TakenBack]) -> CategorySet {
        let ending = said.iter().filter(|words| words.ends(grant));
        ending
            .fold(CategorySet::EMPTY, |all, words| all.union(words.categories))
            .intersection(grant.grant.categories)
    }

    fn said_of(entries: &Entries) -> Vec<TakenBack> {
        entries.entries.iter().map(|entry| entry.said.clone()).collect()
    }

    /// The entries as a store holds them after the changes are written.
    fn written(before: &Entries, changes: &[EntryChange]) -> Vec<TakenBack> {
        let mut rows = before.entries.clone();
        for change in changes {
            match change {
                EntryChange::Add(said) => {
                    let row = i64::try_from(rows.len()).unwrap() + 1;
                    rows.push(Entry {
                        row,
                        said: said.clone(),
                    });
                }
                EntryChange::Extend {
                    row,
                    given_until,
                    registered_until,
                } => {
                    let entry = rows.iter_mut().find(|entry| entry.row == *row).unwrap();
                    entry.said.given_until = *given_until;
                    entry.said.registered_until = *registered_until;
                }
            }
        }
        rows.into_iter().map(|entry| entry.said).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

        /// The ledgers register consents at order numbers 1 to 4, so that no registration is later.
        #[test]
        fn the_entries_take_back_what_they_did_and_what_was_said_and_no_more(
            before in prop::collection::vec(words(), 0..5), said in prop::collection::vec(words(), 0..3), ledger in ledgers(),
        ) {
            let entries = on_file(before);
            let after = entries.with(&said);
            prop_assert_eq!(&written(&entries, &after.changes), &after.entries);
            for grant in ledger.grants.iter().filter(|g| g.registered <= entries.newest_registration) {
                let expected = taken_back(grant, &said_of(&entries)).union(taken_back(grant, &said));
                prop_assert_eq!(taken_back(grant, &after.entries), expected, "{:?}", grant);
                if entries.cover(&said) {
                    let before = taken_back(grant, &said_of(&entries));
                    prop_assert!(taken_back(grant, &said).is_subset(before), "{:?}", grant);
                }
            }
        }

        #[test]
        fn the_same_said_again_is_on_file_and_later_grows_nothing(
            before in prop::collection::vec(words(), 0..5), said in prop::collection::vec(words(), 1..3),
        ) {
            let entries = on_file(before);
            let once = on_file(entries.with(&said).entries);
            prop_assert!(once.cover(&said));
            prop_assert_eq!(once.with(&said).changes, vec![]);
            let later = |second| said.iter().map(|words| TakenBack { given_until: at(second), ..words.clone() }).collect::<Vec<_>>();
            let twice = on_file(once.with(&later(100)).entries);
            prop_assert_eq!(twice.with(&later(110)).entries.len(), twice.entries.len());
        }
    }

    fn everything(given_until: i64, registered_until: Option<u64>) -> TakenBack {
        TakenBack {
            party: None,
            from: None,
            to: None,
            purpose: None,
            categories: CategorySet::of(&Category::ALL),
            given_until: at(given_until),
            registered_until,
            registrar: None,
        }
    }

    #[test]
    fn nothing_said_is_never_on_file() {
        assert!(!on_file(vec![everything(50, None)]).cover(&[]));
    }

    #[test]
    fn what_was_registered_since_then_is_said_anew() {
        let entries = |newest_registration| Entries {
            newest_registration,
            ..on_file(vec![everything(50, Some(4))])
        };
        let said = [everything(50, Some(9))];
        assert!(entries(4).cover(&said), "nothing was registered since");
        assert!(!entries(5).cover(&said));
        assert!(
            entries(5).cover(&[everything(50, None)]),
            "what was given later stands in any case"
        );
        assert!(!on_file(vec![everything(50, None)]).cover(&[everything(50, Some(0))]));
    }

    #[test]
    fn the_newest_entry_of_the_same_words_is_extended() {
        let entries = on_file(vec![
            everything(10, Some(1)),
            everything(20, Some(2)),
            everything(90, None),
        ]);
        let extended = |row| EntryChange::Extend {
            row,
            given_until: at(30),
            registered_until: Some(4),
        };
        assert_eq!(entries.with(&[everything(30, Some(4))]).changes, [extended(2)]);
        let narrower = TakenBack {
            categories: CategorySet::of(&[Category::Goals]),
            ..everything(95, None)
        };
        assert_eq!(
            entries.with(std::slice::from_ref(&narrower)).changes,
            [EntryChange::Add(narrower)]
        );
    }

    #[test]
    fn an_open_side_covers_every_name_and_no_name_covers_an_open_side() {
        let nav = || Some(party("nav"));
        let mut named = vec![everything(20, Some(3)); 5];
        named[0].party = nav();
        named[1].from = nav();
        named[2].to = nav();
        named[3].purpose = Some(PURPOSE);
        named[4].registrar = nav();
        for named in named {
            assert!(
                on_file(vec![everything(20, Some(3))]).cover(std::slice::from_ref(&named)),
                "{named:?}"
            );
            assert!(
                !on_file(vec![named.clone()]).cover(&[everything(20, Some(3))]),
                "{named:?}"
            );
        }
    }

    #[test]
    fn an_extended_entry_reaches_no_fewer_registrations_than_before() {
        let later = everything(30, Some(2));
        let extended = EntryChange::Extend {
            row: 1,
            given_until: at(30),
            registered_until: Some(3),
        };
        assert_eq!(
            on_file(vec![everything(20, Some(3))]).with(&[later]).changes,
            [extended]
        );
    }

    #[test]
    fn an_entry_of_a_later_time_is_not_set_back() {
        let later_registrations = everything(40, Some(4));
        let entries = on_file(vec![everything(50, Some(1))]);
        assert_eq!(
            entries.with(std::slice::from_ref(&later_registrations)).changes,
            [EntryChange::Add(later_registrations)]
        );
    }

    #[test]
    fn an_entry_that_lets_later_grants_stand_and_one_that_does_not_stay_apart() {
        let (stands, ends) = (everything(20, None), everything(20, Some(1)));
        for (before, said) in [(stands, everything(30, Some(4))), (ends, everything(30, None))] {
            let changes = on_file(vec![before]).with(std::slice::from_ref(&said)).changes;
            assert_eq!(changes, [EntryChange::Add(said)]);
        }
    }
}
