//! The wait after failed attempts to sign in.

use std::time::Duration;

use jiff::Timestamp;

/// Failures in a row that cost no wait.
pub const FREE_FAILURES: u32 = 4;
/// The longest wait.
pub const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// The first wait, which doubles with each further failure.
const FIRST_WAIT: Duration = Duration::from_secs(15);
/// Time after the last failure when all of them are forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// The failed attempts of one account since its last sign-in. A wait ends by itself, and an attempt during a wait does
/// not lengthen it: so an account is never locked for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// Number of failures in a row.
    pub failures: u32,
    /// Time of the last failure; none without a failure.
    pub last_at: Option<Timestamp>,
}

impl Attempts {
    /// Begins an attempt. The attempt counts as failed until [`Attempts::passed`] takes that back: many attempts at the
    /// same time then get no more tries than one after the other.
    ///
    /// # Errors
    /// The remaining wait, if the account has to wait.
    pub fn begin(self, now: Timestamp) -> Result<Self, Duration> {
        let so_far = self.remembered(now);
        match so_far.wait(now) {
            Some(wait) => Err(wait),
            None => Ok(Self {
                failures: so_far.failures.saturating_add(1),
                last_at: Some(now),
            }),
        }
    }

    /// Takes back the failure that the attempt counted as. The failures before it still count.
    #[must_use]
    pub const fn passed(self) -> Self {
        Self {
            failures: self.failures.saturating_sub(1),
            last_at: self.last_at,
        }
    }

    /// Returns the remaining wait; none if an attempt may begin now.
    #[must_use]
    pub fn wait(self, now: Timestamp) -> Option<Duration> {
        let over = self.failures.checked_sub(FREE_FAILURES + 1)?;
        let doubled = 1_u32.checked_shl(over).unwrap_or(u32::MAX);
        let wait = FIRST_WAIT.saturating_mul(doubled).min(LONGEST_WAIT);
        let since = self.since_last(now)?;
        wait.checked_sub(since).filter(|left| !left.is_zero())
    }

    /// Forgets failures that are old.
    fn remembered(self, now: Timestamp) -> Self {
        match self.since_last(now) {
            Some(since) if since < FORGOTTEN_AFTER => self,
            Some(_) | None => Self::default(),
        }
    }

    /// Time since the last failure. It is zero if the clock was set back, so that a wait is never longer than the
    /// longest one.
    fn since_last(self, now: Timestamp) -> Option<Duration> {
        let last = self.last_at?;
        Some(Duration::try_from(now.duration_since(last)).unwrap_or(Duration::ZERO))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn failed(n: u32) -> Attempts {
        Attempts {
            failures: n,
            last_at: (n > 0).then(|| at(0)),
        }
    }

    #[test]
    fn the_wait_begins_with_the_fifth_failure_and_grows_to_fifteen_minutes() {
        let waits: Vec<_> = (0..13)
            .map(|n| failed(n).wait(at(0)).map_or(0, |wait| wait.as_secs()))
            .collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(failed(u32::MAX).wait(at(0)), Some(LONGEST_WAIT));
    }

    #[test]
    fn an_attempt_during_a_wait_changes_nothing_and_one_after_it_counts() {
        let state = failed(6);
        assert_eq!(state.begin(at(29)), Err(Duration::from_secs(1)));
        let next = state.begin(at(30)).unwrap();
        assert_eq!(
            next,
            Attempts {
                failures: 7,
                last_at: Some(at(30))
            }
        );
        assert_eq!(next.passed().failures, 6);
    }

    #[test]
    fn failures_of_a_day_ago_are_forgotten() {
        assert_eq!(failed(40).begin(at(24 * 3600)).unwrap().failures, 1);
        assert_eq!(failed(4).begin(at(24 * 3600 - 1)).unwrap().failures, 5);
    }

    #[test]
    fn a_right_password_does_not_free_an_account_from_its_wait() {
        // Five wrong codes, each after a right password.
        let mut state = Attempts::default();
        for _ in 0..5 {
            state = state.begin(at(0)).unwrap().passed();
            state = state.begin(at(0)).unwrap();
        }
        assert!(state.begin(at(0)).is_err());
    }

    proptest! {
        #[test]
        fn a_wait_always_ends_within_fifteen_minutes(failures in any::<u32>(), last in -100_000_i64..100_000, now in -100_000_i64..100_000) {
            let state = Attempts { failures, last_at: Some(at(last)) };
            let wait = state.wait(at(now)).unwrap_or_default();
            prop_assert!(wait <= LONGEST_WAIT);
            let over = at(now.max(last)).checked_add(LONGEST_WAIT).unwrap();
            prop_assert!(state.begin(over).is_ok());
        }
    }
}
