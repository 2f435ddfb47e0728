//! Quarantine of an adapter version, so that messages wait for a better version instead of failing one by one.
//!
//! A sender chooses the content that is read and written, and the other system chooses the responses. Therefore no
//! sender and no other system may be able to quarantine a version for others, however it mixes failures and successes.
//! A quarantine needs failures of several unrelated organisations, and of more organisations than the version works
//! for.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::account::Account;
use crate::input_source::InputSource;

/// Number of different inputs that must fail.
const INPUTS: usize = 5;
/// Number of unrelated organisations whose input must fail, and of origins whose answers must fail.
const SOURCES: usize = 3;
/// Maximum number of failures of a source that are remembered. Fewer are enough for a quarantine.
const REMEMBERED: usize = 16;

/// The kinds of call that an adapter gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Task {
    Read,
    Acknowledge,
    Write,
    Settle,
    Ask,
    Answered,
}

impl Task {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Acknowledge => "acknowledge",
            Self::Write => "write",
            Self::Settle => "settle",
            Self::Ask => "ask",
            Self::Answered => "answered",
        }
    }
}

impl Task {
    /// Returns whether the task's input comes from a party, so that later input of that party can be recognised and
    /// rest.
    const fn is_of_a_sender(self) -> bool {
        matches!(self, Self::Read | Self::Acknowledge | Self::Write)
    }

    /// Returns whether the task waits while its party rests. The answer to an accepted document never waits.
    const fn can_wait(self) -> bool {
        matches!(self, Self::Read | Self::Write)
    }
}

/// The effect of a failure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// The version is quarantined from now on.
    pub(crate) set_aside: bool,
    /// The sender of the input rests from now on.
    pub(crate) rests: bool,
}

/// The record of one version since the version was loaded or reset.
#[derive(Debug, Default)]
pub(crate) struct Record {
    hasher: RandomState,
    /// Results by task and source. Their number is bounded by the number of parties.
    lately: HashMap<(Task, u64), Lately>,
    account: Account,
    set_aside: bool,
}

/// The results of a task for one source since its last success.
#[derive(Debug, Default)]
struct Lately {
    organisation: u64,
    /// Digests of the different inputs that failed.
    failed: HashSet<u64>,
}

impl Record {
    pub(crate) const fn is_set_aside(&self) -> bool {
        self.set_aside
    }

    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    fn source(&self, task: Task, source: &InputSource) -> u64 {
        let name = if task.is_of_a_sender() {
            &source.organisation
        } else {
            &source.origin
        };
        self.hasher.hash_one(name)
    }

    /// Returns the remaining rest of the sender; `None` if the task does not wait for it.
    pub(crate) fn rests(&self, task: Task, source: &InputSource, now: Duration) -> Option<Duration> {
        if self.account.is_empty() || !task.can_wait() {
            return None;
        }
        let hash = |name: &String| self.hasher.hash_one(name);
        self.account.rests(hash(&source.party), hash(&source.organisation), now)
    }

    /// Records a success. A success ends the series of failures of its own source, and of no other.
    pub(crate) fn success(&mut self, task: Task, source: &InputSource) {
        let organisation = self.hasher.hash_one(&source.organisation);
        let lately = self.lately.entry((task, self.source(task, source))).or_default();
        lately.organisation = organisation;
        if !lately.failed.is_empty() {
            lately.failed.clear();
        }
    }

    /// Records a failure, and returns its effect.
    pub(crate) fn failure(&mut self, task: Task, source: &InputSource, input: &[&[u8]], now: Duration) -> Change {
        let organisation = self.hasher.hash_one(&source.organisation);
        let input = self.hasher.hash_one(input);
        let lately = self.lately.entry((task, self.source(task, source))).or_default();
        lately.organisation = organisation;
        if lately.failed.len() < REMEMBERED {
            lately.failed.insert(input);
        }
        let rests = task.is_of_a_sender() && {
            let party = self.hasher.hash_one(&source.party);
            self.account.fail(party, organisation, now)
        };
        let newly = !self.set_aside && self.fails_for_most(task);
        self.set_aside |= newly;
        Change {
            set_aside: newly,
            rests,
        }
    }

    fn fails_for_most(&self, task: Task) -> bool {
        let of_task = || {
            self.lately
                .iter()
                .filter(|((of, _), _)| *of == task)
                .map(|(_, lately)| lately)
        };
        let failing = || of_task().filter(|lately| !lately.failed.is_empty());
        let inputs: HashSet<_> = failing().flat_map(|lately| &lately.failed).collect();
        let organisations: HashSet<_> = failing().map(|lately| lately.organisation).collect();
        let (sources, all) = (failing().count(), of_task().count());
        inputs.len() >= INPUTS && organisations.len() >= SOURCES && sources >= SOURCES && sources > all - sources
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Duration = Duration::from_secs(1_000);
    const TASKS: [Task; 6] = [
        Task::Read,
        Task::Acknowledge,
        Task::Write,
        Task::Settle,
        Task::Ask,
        Task::Answered,
    ];

    fn unit(party: &str, organisation: &str, origin: &str) -> InputSource {
        InputSource {
            party: party.into(),
            organisation: organisation.into(),
            origin: origin.into(),
        }
    }

    fn alone(name: &str) -> InputSource {
        unit(name, name, name)
    }

    fn fail(record: &mut Record, task: Task, source: &str, input: u8) -> bool {
        record.failure(task, &alone(source), &[&[input]], NOW).set_aside
    }

    #[test]
    fn five_inputs_of_three_organisations_set_a_version_aside_once() {
        for task in TASKS {
            let mut record = Record::default();
            for (input, source) in ["a", "b", "c", "a"].into_iter().enumerate() {
                assert!(!fail(&mut record, task, source, u8::try_from(input).unwrap()));
            }
            assert!(fail(&mut record, task, "a", 9), "the fifth");
            assert!(record.is_set_aside());
            assert!(!fail(&mut record, task, "a", 10), "told once");
            record.reset();
            assert!(!record.is_set_aside());
        }
    }

    #[test]
    fn the_same_input_counts_once() {
        let mut record = Record::default();
        for source in ["a", "b", "c", "d", "e", "f"] {
            assert!(!fail(&mut record, Task::Write, source, 1));
        }
    }

    #[test]
    fn whoever_it_works_for_counts() {
        let mut record = Record::default();
        for well in ["u", "v", "w", "x", "y", "z"] {
            record.success(Task::Read, &alone(well));
        }
        for input in 0..50 {
            for source in ["a", "b", "c", "d", "e", "f"] {
                assert!(!fail(&mut record, Task::Read, source, input), "six against six");
            }
        }
        assert!(fail(&mut record, Task::Read, "g", 1), "one more than it works for");
    }

    #[test]
    fn one_that_works_for_one_does_not_excuse_what_fails_for_the_rest() {
        let mut record = Record::default();
        for input in 0..4 {
            assert!(!fail(
                &mut record,
                Task::Read,
                ["a", "b", "c", "d"][usize::from(input)],
                input
            ));
            record.success(Task::Read, &alone("attacker"));
            record.success(Task::Settle, &alone("a"));
        }
        assert!(fail(&mut record, Task::Read, "a", 9));
    }

    #[test]
    fn a_source_is_well_again_by_its_own_success() {
        let mut record = Record::default();
        for (input, source) in ["a", "b", "c", "d"].into_iter().enumerate() {
            fail(&mut record, Task::Read, source, u8::try_from(input).unwrap());
        }
        for source in ["a", "b", "c", "d"] {
            record.success(Task::Read, &alone(source));
        }
        assert!(!fail(&mut record, Task::Read, "e", 9));
    }

    #[test]
    fn who_fails_often_rests_and_is_owed_answers_all_the_same() {
        let mut record = Record::default();
        let (bad, unit_of_it, other) = (unit("a1", "a", "a"), unit("a2", "a", "a"), alone("b"));
        for input in 0..5 {
            assert_eq!(record.rests(Task::Read, &bad, NOW), None);
            record.failure(Task::Read, &bad, &[&[input]], NOW);
        }
        assert!(record.rests(Task::Read, &bad, NOW).is_some());
        assert!(
            record.rests(Task::Write, &bad, NOW).is_some(),
            "what it sends to others"
        );
        for task in [Task::Acknowledge, Task::Settle, Task::Ask, Task::Answered] {
            assert_eq!(record.rests(task, &bad, NOW), None, "{task:?}");
        }
        assert_eq!(record.rests(Task::Read, &unit_of_it, NOW), None);
        assert_eq!(record.rests(Task::Read, &other, NOW), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// If one organisation sends through any number of units, and mixes failures with successes of its own and of
        /// others, the version is not quarantined.
        #[test]
        fn no_interleaving_of_one_organisations_input_sets_a_version_aside(
            steps in prop::collection::vec((0..6_usize, 0..8_u8, any::<u8>(), 0..4_u8, 0..900_u64), 1..400)
        ) {
            let mut record = Record::default();
            let mut now = NOW;
            for (task, party, input, what, later) in steps {
                now += Duration::from_secs(later);
                let attacker = unit(&format!("a{party}"), "a", "https://a");
                match what {
                    0 => record.success(TASKS[task], &attacker),
                    1 => record.success(TASKS[task], &alone(&format!("b{party}"))),
                    _ => {
                        let change = record.failure(TASKS[task], &attacker, &[&[input]], now);
                        prop_assert!(!change.set_aside);
                    }
                }
                prop_assert!(!record.is_set_aside());
                for task in TASKS {
                    prop_assert_eq!(record.rests(task, &alone("b0"), now), None, "nor does anybody else rest");
                }
            }
        }

        /// Answers of one system for many parties do not quarantine a version either.
        #[test]
        fn no_answers_of_one_place_set_a_version_aside(
            steps in prop::collection::vec((0..3_usize, 0..20_u8, any::<u8>(), any::<bool>()), 1..400)
        ) {
            let mut record = Record::default();
            for (task, party, input, well) in steps {
                let task = [Task::Settle, Task::Ask, Task::Answered][task];
                let behind = unit(&format!("p{party}"), &format!("o{party}"), "https://mailbox");
                if well {
                    record.success(task, &behind);
                } else {
                    prop_assert!(!record.failure(task, &behind, &[&[input]], NOW).set_aside);
                }
            }
        }
    }
}
