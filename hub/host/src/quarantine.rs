//! When a version of an adapter is set aside, so that messages wait for a better one instead of failing one by one.
//!
//! One sender must not be able to take an adapter down for everybody. So the same input counts once, and what failed has to
//! come from several sources; a version that never did anything right needs no such witnesses, except for what it reads,
//! since anyone may send anything.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Different inputs that must fail in a row.
const INPUTS: usize = 5;
/// Different parties whose input must have failed.
const SOURCES: usize = 3;
/// What is remembered of a row of failures, so that it does not grow; more than decides.
const REMEMBERED: usize = 256;

/// What an adapter was asked.
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

/// How one version has done since it was loaded or reset.
#[derive(Debug, Default)]
pub(crate) struct Record {
    hasher: RandomState,
    /// The failures since the last success: task and input.
    inputs: HashSet<(Task, u64)>,
    /// Whose input they were.
    sources: HashSet<u64>,
    worked: bool,
    set_aside: bool,
}

impl Record {
    pub(crate) const fn is_set_aside(&self) -> bool {
        self.set_aside
    }

    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    /// A call went well: a row of failures is over. One that began before its version was set aside changes nothing.
    pub(crate) fn success(&mut self) {
        self.worked = true;
        if !self.inputs.is_empty() {
            self.inputs.clear();
            self.sources.clear();
        }
    }

    /// A call failed. Says whether the version is set aside by it, once.
    pub(crate) fn failure(&mut self, task: Task, source: &str, input: &[&[u8]]) -> bool {
        if self.inputs.len() < REMEMBERED {
            self.inputs.insert((task, self.hasher.hash_one(input)));
            self.sources.insert(self.hasher.hash_one(source));
        }
        let trusted_inputs = self.inputs.iter().filter(|(task, _)| *task != Task::Read).count();
        let by_many = self.inputs.len() >= INPUTS && self.sources.len() >= SOURCES;
        let never_worked = !self.worked && trusted_inputs >= INPUTS;
        let newly = !self.set_aside && (by_many || never_worked);
        self.set_aside |= newly;
        newly
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(record: &mut Record, task: Task, source: &str, input: u8) -> bool {
        record.failure(task, source, &[&[input]])
    }

    fn proven() -> Record {
        let mut record = Record::default();
        record.success();
        record
    }

    #[test]
    fn five_inputs_of_three_parties_set_a_version_aside_once() {
        let mut record = proven();
        for (input, source) in ["a", "b", "c", "a"].into_iter().enumerate() {
            assert!(!fail(&mut record, Task::Read, source, u8::try_from(input).unwrap()));
        }
        assert!(fail(&mut record, Task::Read, "a", 9), "the fifth");
        assert!(record.is_set_aside());
        assert!(!fail(&mut record, Task::Read, "a", 10), "told once");
        record.reset();
        assert!(!record.is_set_aside());
    }

    #[test]
    fn one_sender_takes_no_adapter_down() {
        let mut record = proven();
        for input in 0..200 {
            assert!(!fail(&mut record, Task::Read, "a", input));
            assert!(!fail(&mut record, Task::Write, "a", input));
        }
        let mut fresh = Record::default();
        for input in 0..200 {
            assert!(
                !fail(&mut fresh, Task::Read, "a", input),
                "not even one that has not shown yet what it can"
            );
        }
    }

    #[test]
    fn the_same_input_counts_once() {
        let mut record = proven();
        for source in ["a", "b", "c", "d", "e", "f"] {
            assert!(!fail(&mut record, Task::Write, source, 1));
        }
    }

    #[test]
    fn a_success_ends_the_row() {
        let mut record = proven();
        for (input, source) in ["a", "b", "c", "d"].into_iter().enumerate() {
            fail(&mut record, Task::Read, source, u8::try_from(input).unwrap());
        }
        record.success();
        assert!(!fail(&mut record, Task::Read, "e", 9));
    }

    #[test]
    fn a_version_that_never_worked_needs_one_source_only_for_what_the_hub_wrote() {
        let mut record = Record::default();
        for input in 0..4 {
            assert!(!fail(&mut record, Task::Write, "a", input));
        }
        assert!(fail(&mut record, Task::Write, "a", 4));
    }
}
