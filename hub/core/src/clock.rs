//! Whether the calendar clock is to be believed: held against the hub's own newest trace, and against a clock that nobody sets.
//!
//! A clock that jumps can expire what waits for good, delete what is kept, and open periods of consent that are not now. So a
//! jump stops those steps, and the hub goes on by its own time until the clock is right again or an operator accepts it.

use jiff::{SignedDuration, Timestamp};

/// At a start the clock may be so far behind the newest trace: two machines' clocks differ by less.
const BEHIND_AT_MOST: SignedDuration = SignedDuration::from_mins(10);
/// At a start the clock may be so far past the newest trace: a hub that was away longer is told of by an operator.
const AWAY_AT_MOST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// While the hub runs the clock may come so far ahead: a machine that was paused is set right by so much.
const AHEAD_AT_MOST: SignedDuration = SignedDuration::from_hours(2);

/// Both clocks, read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The calendar clock, which somebody may set.
    pub wall: Timestamp,
    /// How long the machine has been up, which nobody sets.
    pub up: SignedDuration,
}

/// What is held of the calendar clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It is believed.
    Right,
    /// It is behind where it should be.
    Behind(SignedDuration),
    /// It is ahead of where it should be.
    Ahead(SignedDuration),
}

/// Keeps the hub's time. Every transition is made by [`Timekeeper::look`] or [`Timekeeper::accept`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timekeeper {
    /// Since a start the calendar clock was never where it could be: at least `newest` is behind us.
    Doubtful {
        /// The hub's newest trace.
        newest: Timestamp,
        /// How long the machine had been up when the hub started.
        up: SignedDuration,
    },
    /// The calendar clock was believed at this reading.
    Kept(Reading),
}

/// What a look gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The hub's time: the calendar clock where it is believed, else what has passed since it was.
    pub now: Timestamp,
    /// What is held of the calendar clock.
    pub trust: Trust,
}

impl Timekeeper {
    /// At a start. `newest` is when the hub last left a trace; none in a store that is new.
    #[must_use]
    pub fn start(reading: Reading, newest: Option<Timestamp>) -> Self {
        let Some(newest) = newest else {
            return Self::Kept(reading);
        };
        let mut keeper = Self::Doubtful { newest, up: reading.up };
        keeper.look(reading);
        keeper
    }

    /// Looks at the clocks.
    pub fn look(&mut self, reading: Reading) -> Told {
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
            return Told { now: expected, trust };
        }
        if matches!(self, Self::Doubtful { .. }) {
            *self = Self::Kept(reading);
        }
        Told {
            now: reading.wall,
            trust,
        }
    }

    /// An operator says that the calendar clock is right as it is.
    pub const fn accept(&mut self, reading: Reading) {
        *self = Self::Kept(reading);
    }

    /// Where the calendar clock should be, and by how much it may be behind or ahead of that.
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
                // A clock that is kept right is slewed against the other one, by less than a thousandth.
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

    /// The calendar clock and the other one, each so many seconds on.
    fn read(wall: i64, up: i64) -> Reading {
        Reading {
            wall: at(wall),
            up: SignedDuration::from_secs(5000 + up),
        }
    }

    fn looked(keeper: &mut Timekeeper, wall: i64, up: i64) -> (i64, Trust) {
        let Told { now, trust } = keeper.look(read(wall, up));
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
        // 500 ppm is as fast as a clock is slewed.
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
        // Set right by hand, while the hub runs.
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
