//! Counts failures. A sender whose input makes an adapter fail again and again rests for a while, and all other senders
//! go on.

use std::collections::HashMap;
use std::time::Duration;

/// Failures within [`WINDOW`] after which one party rests.
pub(crate) const BY_PARTY: u32 = 5;
/// Failures within [`WINDOW`] after which a whole organisation rests. The limit is higher than for a party, so that one
/// unit's faulty system does not stop the others at once.
pub(crate) const BY_ORGANISATION: u32 = 20;
/// Time during which a failure counts.
pub(crate) const WINDOW: Duration = Duration::from_secs(600);
/// Time for which a sender rests after too many failures.
pub(crate) const REST: Duration = Duration::from_secs(600);
/// Number of entries from which expired entries are removed.
const MANY: usize = 1_000;

/// The failures of one party or organisation.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    since: Duration,
    failures: u32,
    rests_until: Duration,
}

impl Tally {
    fn fail(&mut self, limit: u32, now: Duration) -> bool {
        if now.saturating_sub(self.since) >= WINDOW || self.failures == 0 {
            self.since = now;
            self.failures = 0;
        }
        self.failures += 1;
        let rests = self.failures >= limit;
        if rests {
            self.failures = 0;
            self.rests_until = now + REST;
        }
        rests
    }

    const fn is_over(&self, now: Duration) -> bool {
        let counts_until = self.since.saturating_add(WINDOW);
        now.as_nanos() >= counts_until.as_nanos() && now.as_nanos() >= self.rests_until.as_nanos()
    }
}

/// The failures of all parties and organisations, by a digest of their names.
#[derive(Debug, Default)]
pub(crate) struct Account {
    parties: HashMap<u64, Tally>,
    organisations: HashMap<u64, Tally>,
}

impl Account {
    /// Records a failure of this party's input. Returns whether the party or its organisation rests from now on.
    pub(crate) fn fail(&mut self, party: u64, organisation: u64, now: Duration) -> bool {
        for tallies in [&mut self.parties, &mut self.organisations] {
            if tallies.len() >= MANY {
                tallies.retain(|_, tally| !tally.is_over(now));
            }
        }
        let party = self.parties.entry(party).or_default().fail(BY_PARTY, now);
        let organisation = self
            .organisations
            .entry(organisation)
            .or_default()
            .fail(BY_ORGANISATION, now);
        party || organisation
    }

    /// Returns the remaining rest of this party.
    pub(crate) fn rests(&self, party: u64, organisation: u64, now: Duration) -> Option<Duration> {
        let of = |tally: Option<&Tally>| tally.map_or(Duration::ZERO, |t| t.rests_until.saturating_sub(now));
        let left = of(self.parties.get(&party)).max(of(self.organisations.get(&organisation)));
        Some(left).filter(|left| !left.is_zero())
    }

    /// Returns whether there were no failures lately.
    pub(crate) fn is_empty(&self) -> bool {
        self.parties.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_party_rests_after_its_failures_and_nobody_else_does() {
        let mut account = Account::default();
        for second in 0..4 {
            assert!(!account.fail(1, 10, at(second)));
        }
        assert_eq!(account.rests(1, 10, at(4)), None);
        assert!(account.fail(1, 10, at(4)));
        assert_eq!(account.rests(1, 10, at(4)), Some(REST));
        assert_eq!(account.rests(2, 10, at(4)), None, "another unit");
        assert_eq!(account.rests(3, 30, at(4)), None, "another organisation");
        assert_eq!(account.rests(1, 10, at(4) + REST), None, "it is over");
    }

    #[test]
    fn an_organisation_that_spreads_over_its_units_rests_as_a_whole() {
        let mut account = Account::default();
        let rests = (0..u64::from(BY_ORGANISATION)).map(|unit| account.fail(unit, 10, at(unit)));
        assert_eq!(rests.filter(|rests| *rests).count(), 1);
        assert!(account.rests(999, 10, at(30)).is_some(), "a unit that did nothing yet");
        assert!(account.rests(999, 11, at(30)).is_none());
    }

    #[test]
    fn failures_far_apart_are_no_row_and_nothing_is_kept_for_ever() {
        let mut account = Account::default();
        for n in 0..100 {
            assert!(!account.fail(1, 10, at(n * 300)), "{n}");
        }
        for who in 0..5_000 {
            account.fail(who, who, at(100_000 + who));
        }
        assert!(account.parties.len() < 2 * MANY, "{}", account.parties.len());
    }
}
