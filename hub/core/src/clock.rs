//! Trust in the calendar clock. The hub compares it with its own newest trace, and with a monotonic clock that
//! nobody sets.
//!
//! A calendar clock that jumps ahead would end waiting deliveries for good, delete kept data, and
//! open periods of consent too early. A jump therefore stops these steps. The hub keeps its own
//! time until the calendar clock is right again, or an operator accepts it.

use jiff::{SignedDuration, Timestamp};

/// Maximum time that the calendar clock may be behind the newest trace at a start. The clocks of
/// two machines differ by less.
const BEHIND_AT_MOST: SignedDuration = SignedDuration::from_mins(10);
/// Maximum time that the calendar clock may be past the newest trace at a start. After a longer
/// stop an operator has to accept the clock.
const AWAY_AT_MOST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Maximum time that the calendar clock may get ahead while the hub runs. The clock of a machine
/// that was paused may be corrected by as much.
const AHEAD_AT_MOST: SignedDuration = SignedDuration::from_hours(2);

/// A reading of both clocks at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Calendar clock, which a person or a service may set.
    pub wall: Timestamp,
    /// Uptime of the machine, which nobody can set.
    pub up: SignedDuration,
}

/// The hub's trust in the calendar clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The clock is right.
    Right,
    /// The clock is behind, by this much.
    Behind(SignedDuration),
    /// The clock is ahead, by this much.
    Ahead(SignedDuration),
}

/// Keeps the hub's time. Only [`Timekeeper::look`] and [`Timekeeper::accept`] change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timekeeper {
    /// The calendar clock has not been plausible since the start. The hub only knows that `newest` has passed.
    Doubtful {
        /// Newest trace of the hub.
        newest: Timestamp,
        /// Uptime of the machine when the hub started.
        up: SignedDuration,
    },
    /// The calendar clock was right at this reading.
    Kept(Reading),
}

/// The result of comparing the two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubTime {
    /// Time of the hub: the calendar clock if it is right; else its last right reading plus the
    /// time since then.
    pub now: Timestamp,
    /// Trust in the calendar clock.
    pub trust: Trust,
}

impl Timekeeper {
    /// Starts the hub's time. `newest` is the time of the hub's last trace; `None` for a new store.
    #[must_use]
    pub fn start(reading: Reading, newest: Option<Timestamp>) -> Self {
        let Some(newest) = newest else {
            return Self::Kept(reading);
        };
        let mut keeper = Self::Doubtful { newest, up: reading.up };
        keeper.look(reading);
        keeper
    }

    /// Compares the clocks, and returns the hub's time.
    pub fn look(&mut self, reading: Reading) -> HubTime {
        let (expected, behind, ahead) = self.expects(reading.up);
        let off = reading.wall.duration_since(expected);
        let trust = if off < -behind {
            Trust::Behind(-off)
        } else if off > ahead {
            Trust::Ahead(off)
        } else {
            Trust::Right
        };
        if trust != Trust::Right {
            return HubTime { now: expected, trust };
        }
        if matches!(self, Self::Doubtful { .. }) {
            *self = Self::Kept(reading);
        }
        HubTime {
            now: reading.wall,
            trust,
        }
    }

    /// Accepts the calendar clock as right, because an operator says so.
    pub const fn accept(&mut self, reading: Reading) {
        *self = Self::Kept(reading);
    }

    /// Returns the expected calendar time, and how much the clock may be behind or ahead of it.
    fn expects(&self, up: SignedDuration) -> (Timestamp, SignedDuration, SignedDuration) {
        let since = |at: Timestamp, then: SignedDuration| {
            let passed = up.saturating_sub(then);
            (at.checked_add(passed).unwrap_or(Timestamp::MAX), passed)
        };
        match self {
            Self::Doubtful { newest, up: then } => {
                let (expected, _) = since(*newest, *then);
                (expected, BEHIND_AT_MOST, AWAY_AT_MOST)
            }
            Self::Kept(believed) => {
                let (expected, passed) = since(believed.wall, believed.up);
                // NTP corrects a clock against the monotonic one by less than a thousandth.
                let slew = passed / 1000;
                (
                    expected,
                    BEHIND_AT_MOST.saturating_add(slew),
                    AHEAD_AT_MOST.saturating_add(slew),
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 3600;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    /// A reading of the calendar clock and the monotonic one, each this many seconds on.
    fn read(wall: i64, up: i64) -> Reading {
        Reading {
            wall: at(wall),
            up: SignedDuration::from_secs(5000 + up),
        }
    }

    fn looked(keeper: &mut Timekeeper, wall: i64, up: i64) -> (i64, Trust) {
        let HubTime { now, trust } = keeper.look(read(wall, up));
        (now.duration_since(at(0)).as_secs(), trust)
    }

    #[test]
    fn a_new_store_believes_the_clock() {
        let mut keeper = Timekeeper::start(read(0, 0), None);
        assert_eq!(looked(&mut keeper, 60, 60), (60, Trust::Right));
    }

    #[test]
    fn a_jump_ahead_stops_time_from_jumping_and_is_over_when_the_clock_is_back() {
        let mut keeper = Timekeeper::start(read(0, 0), Some(at(-60)));
        let ahead = Trust::Ahead(SignedDuration::from_secs(100 * DAY));
        assert_eq!(looked(&mut keeper, 100 * DAY + 5, 5), (5, ahead));
        assert_eq!(looked(&mut keeper, 100 * DAY + 8, 8), (8, ahead));
        assert_eq!(looked(&mut keeper, 9, 9), (9, Trust::Right));
    }

    #[test]
    fn many_small_jumps_come_no_further_than_one() {
        let mut keeper = Timekeeper::start(read(0, 0), None);
        let mut last = Trust::Right;
        for n in 1..=100 {
            last = looked(&mut keeper, n * 3600, n).1;
        }
        assert_eq!(last, Trust::Ahead(SignedDuration::from_secs(100 * 3600 - 100)));
    }

    #[test]
    fn a_clock_that_is_kept_right_is_believed_for_years() {
        let mut keeper = Timekeeper::start(read(0, 0), None);
        // NTP corrects a clock by 500 ppm at most.
        let up = 3 * 365 * DAY;
        for slew in [-up / 2000, up / 2000] {
            assert_eq!(looked(&mut keeper, up + slew, up), (up + slew, Trust::Right));
        }
        assert_eq!(
            looked(&mut keeper, up + 3 * DAY, up).1,
            Trust::Ahead(SignedDuration::from_secs(3 * DAY))
        );
    }

    #[test]
    fn a_clock_behind_the_hubs_own_log_is_not_believed_at_a_start() {
        let year = 365 * DAY;
        let mut keeper = Timekeeper::start(read(-year, 0), Some(at(0)));
        assert_eq!(
            looked(&mut keeper, -year + 30, 30),
            (30, Trust::Behind(SignedDuration::from_secs(year)))
        );
        // An operator corrects the clock while the hub runs.
        assert_eq!(looked(&mut keeper, 3600, 60), (3600, Trust::Right));
        assert_eq!(
            looked(&mut keeper, -year, 120),
            (3660, Trust::Behind(SignedDuration::from_secs(year + 3660)))
        );
    }

    #[test]
    fn a_stop_of_days_is_usual_and_one_of_months_is_for_an_operator_to_accept() {
        let mut keeper = Timekeeper::start(read(6 * DAY, 0), Some(at(0)));
        assert_eq!(looked(&mut keeper, 6 * DAY + 1, 1), (6 * DAY + 1, Trust::Right));
        let mut keeper = Timekeeper::start(read(90 * DAY, 0), Some(at(0)));
        assert_eq!(
            looked(&mut keeper, 90 * DAY + 1, 1),
            (1, Trust::Ahead(SignedDuration::from_secs(90 * DAY)))
        );
        keeper.accept(read(90 * DAY + 2, 2));
        assert_eq!(looked(&mut keeper, 90 * DAY + 3, 3), (90 * DAY + 3, Trust::Right));
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_panic() {
        for wall in [Timestamp::MIN, Timestamp::MAX] {
            let mut keeper = Timekeeper::start(read(0, 0), Some(Timestamp::MAX));
            let up = SignedDuration::MAX;
            assert_ne!(
                keeper.look(Reading { wall, up }).trust,
                Trust::Ahead(SignedDuration::ZERO)
            );
            keeper.accept(Reading { wall, up });
            let up = SignedDuration::MIN;
            keeper.look(Reading { wall: at(0), up });
        }
    }
}
