//! Figures of the flow from one party to another in a quarter of an hour: counts, and a histogram of latencies.

use jiff::{SignedDuration, Timestamp};

use crate::delivery::{End, State};

/// Seconds of a quarter of an hour.
const QUARTER: i64 = 900;

/// The upper bound of each class of latencies but the last, in milliseconds. The last class has no bound.
const CLASSES: [i64; 15] = [
    50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000, 86_400_000,
];

/// A quarter of an hour, counted from 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(pub i64);

impl Quarter {
    /// Returns the quarter of a time.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self(at.as_second().div_euclid(QUARTER))
    }

    /// Returns the beginning of the quarter.
    #[must_use]
    pub fn begin(self) -> Timestamp {
        Timestamp::from_second(self.0.saturating_mul(QUARTER)).unwrap_or(Timestamp::MAX)
    }
}

/// Counts of deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flow {
    /// New deliveries.
    pub sent: u64,
    /// Deliveries that no consent covers.
    pub blocked: u64,
    /// Deliveries that began to wait for the receiver, again or for the first time.
    pub entered: u64,
    /// Deliveries that wait no longer: they were handed over, or they ended.
    pub departed: u64,
    /// Deliveries that the receiver has.
    pub delivered: u64,
    /// Deliveries that were refused, expired or failed.
    pub bad: u64,
    /// Delivered ones by the time since the message was accepted.
    pub latencies: [u64; CLASSES.len() + 1],
}

impl Flow {
    /// Number of classes of latencies.
    pub const CLASSES: usize = CLASSES.len() + 1;

    /// Returns the counts of a new delivery.
    #[must_use]
    pub fn of_new(state: &State) -> Self {
        Self {
            sent: 1,
            blocked: u64::from(is_end(state, End::Blocked)),
            entered: u64::from(waits(state)),
            ..Self::default()
        }
    }

    /// Returns the counts of a step. `took` is the time since the message was accepted; a control delivery has none.
    #[must_use]
    pub fn of_step(before: &State, after: &State, took: Option<SignedDuration>) -> Self {
        let ends = |how: End| is_end(after, how) && !is_end(before, how);
        let mut flow = Self {
            entered: u64::from(!waits(before) && waits(after)),
            departed: u64::from(waits(before) && !waits(after)),
            delivered: u64::from(ends(End::Delivered)),
            blocked: u64::from(ends(End::Blocked)),
            bad: u64::from([End::Refused, End::Expired, End::Failed].into_iter().any(ends)),
            ..Self::default()
        };
        if let (1, Some(took)) = (flow.delivered, took) {
            let class = CLASSES.iter().position(|most| took.as_millis() <= i128::from(*most));
            flow.latencies[class.unwrap_or(CLASSES.len())] = 1;
        }
        flow
    }

    /// Returns whether everything is zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds other counts.
    pub fn add(&mut self, other: &Self) {
        for (own, more) in self.numbers_mut().zip(other.numbers()) {
            *own = own.saturating_add(more);
        }
    }

    /// Returns every count, in a fixed order.
    pub fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        let counts = [
            self.sent,
            self.blocked,
            self.entered,
            self.departed,
            self.delivered,
            self.bad,
        ];
        counts.into_iter().chain(self.latencies)
    }

    /// Makes counts from the numbers of [`Flow::numbers`]. Missing ones are zero.
    #[must_use]
    pub fn from_numbers(numbers: impl IntoIterator<Item = u64>) -> Self {
        let mut flow = Self::default();
        for (own, number) in flow.numbers_mut().zip(numbers) {
            *own = number;
        }
        flow
    }

    fn numbers_mut(&mut self) -> impl Iterator<Item = &mut u64> {
        let counts = [
            &mut self.sent,
            &mut self.blocked,
            &mut self.entered,
            &mut self.departed,
            &mut self.delivered,
            &mut self.bad,
        ];
        counts.into_iter().chain(&mut self.latencies)
    }

    /// Returns the latency that this share of the delivered ones did not exceed, in parts of a thousand. It lies
    /// within its class, which it divides evenly; the last class has its lower bound. `None` if none was delivered.
    #[must_use]
    pub fn latency(&self, per_mille: u64) -> Option<SignedDuration> {
        let all: u64 = self.latencies.iter().sum();
        if all == 0 {
            return None;
        }
        let sought = (all * per_mille).div_ceil(1000).clamp(1, all);
        let mut before = 0;
        let mut low = 0;
        for (n, high) in self.latencies.iter().zip(CLASSES.iter().map(Some).chain([None])) {
            let Some(high) = high else { break };
            if before + n >= sought {
                let within = i64::try_from((sought - before) * 1000 / n).unwrap_or(1000);
                return Some(SignedDuration::from_millis(low + (high - low) * within / 1000));
            }
            before += n;
            low = *high;
        }
        Some(SignedDuration::from_millis(low))
    }
}

/// Returns whether a delivery waits for its receiver: it was not handed over yet.
const fn waits(state: &State) -> bool {
    match state {
        State::Waiting(_) | State::Reserved(_) | State::Sending(_) => true,
        State::AwaitingReceipt(_) | State::WithPerson(_) | State::Ended(_) => false,
    }
}

fn is_end(state: &State, how: End) -> bool {
    matches!(state, State::Ended(ended) if ended.how == how)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{at, events, states};

    #[test]
    fn a_quarter_begins_at_a_quarter() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(
            Quarter::of(at("2026-10-06T08:29:59.999Z")).begin(),
            at("2026-10-06T08:15:00Z")
        );
        assert_eq!(
            Quarter::of(at("1969-12-31T23:59:59Z")).begin(),
            at("1969-12-31T23:45:00Z")
        );
    }

    #[test]
    fn a_latency_lies_within_its_class() {
        let mut flow = Flow::default();
        assert_eq!(flow.latency(500), None);
        // 50 took up to 50 ms, 50 up to 5 s.
        (flow.latencies[0], flow.latencies[6]) = (50, 50);
        assert_eq!(flow.latency(500), Some(SignedDuration::from_millis(50)));
        assert_eq!(flow.latency(250), Some(SignedDuration::from_millis(25)));
        assert_eq!(flow.latency(950), Some(SignedDuration::from_millis(4_700)));
        flow.latencies[15] = 1_000;
        assert_eq!(flow.latency(950), Some(SignedDuration::from_hours(24)));
        let numbers: Vec<_> = flow.numbers().collect();
        assert_eq!(numbers.len(), 6 + Flow::CLASSES);
        assert_eq!(Flow::from_numbers(numbers), flow);
        let mut twice = flow;
        twice.add(&flow);
        assert_eq!(twice.latencies[0], 100);
    }

    proptest! {
        #[test]
        fn a_step_counts_what_it_changes(state in states(), event in events(), ms in 0_i64..100_000_000) {
            let Ok(after) = state.apply(&event, at(50)) else { return Ok(()) };
            let flow = Flow::of_step(&state, &after, Some(SignedDuration::from_millis(ms)));
            let (was, is) = (waits(&state), waits(&after));
            prop_assert_eq!(flow.entered + u64::from(was), flow.departed + u64::from(is));
            prop_assert_eq!(flow.sent, 0);
            prop_assert_eq!(flow.delivered, flow.latencies.iter().sum::<u64>());
            prop_assert!(flow.delivered + flow.blocked + flow.bad <= 1);
        }
    }
}
