//! When an alert is pushed to the people on duty: by its urgency, the time of the week, and the pushes before.

use bindeledd_catalogue::time::local;
use jiff::{SignedDuration, Timestamp};

use super::{AlertStanding, Severity};
use crate::backoff;

/// Time for which an alert may wait for its first push. An older alert is in the list only, so that a new target is not
/// flooded with old alerts.
const FRESH: SignedDuration = SignedDuration::from_hours(8 * 24);
/// Number of refusals after which a push is given up. With the growing pauses between them, they take about half a day.
const REFUSALS: u32 = 100;
/// Names of the days, in the order of the week.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// The duty that never ends.
const ALWAYS: &str = "always";
/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// The times of a week at which somebody is on duty, in Europe/Oslo. Holidays count as other days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyHours(Vec<Span>);

/// A period on some days of each week.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    days: [bool; 7],
    /// First minute of the day.
    from: u16,
    /// Minute of the day after the last one.
    until: u16,
}

impl DutyHours {
    /// Reads `always`, or periods such as `mon-fri 08:00-16:00, sat 10:00-14:00`.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        if raw.trim() == ALWAYS {
            return Some(Self(vec![Span {
                days: [true; 7],
                from: 0,
                until: DAY,
            }]));
        }
        raw.split(',')
            .map(|part| Span::parse(part.trim()))
            .collect::<Option<_>>()
            .map(Self)
    }

    /// Returns whether somebody is on duty.
    #[must_use]
    pub fn cover(&self, at: Timestamp) -> bool {
        let local = local(at);
        let day = usize::from(local.weekday().to_monday_zero_offset().unsigned_abs());
        let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
        self.0
            .iter()
            .any(|span| span.days.get(day) == Some(&true) && (span.from..span.until).contains(&minute))
    }
}

impl Span {
    fn parse(raw: &str) -> Option<Self> {
        let (days, hours) = raw.split_once(' ')?;
        let day = |name: &str| DAYS.iter().position(|day| *day == name);
        let (first, last) = match days.split_once('-') {
            Some((first, last)) => (day(first)?, day(last)?),
            None => (day(days)?, day(days)?),
        };
        let mut on = [false; 7];
        let length = (last + 7 - first) % 7;
        for offset in 0..=length {
            on[(first + offset) % 7] = true;
        }
        let (from, until) = hours.trim().split_once('-')?;
        let (from, until) = (minute_of_day(from)?, minute_of_day(until)?);
        (from < until).then_some(Self { days: on, from, until })
    }
}

/// Reads `hh:mm`, up to `24:00`.
fn minute_of_day(raw: &str) -> Option<u16> {
    let is_digits = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    let (hour, minute) = raw.split_once(':').filter(|(h, m)| is_digits(h) && is_digits(m))?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let whole = hour * 60 + minute;
    (minute < 60 && whole <= DAY).then_some(whole)
}

/// The rule of pushes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushRule {
    /// Hours of duty.
    pub duty: DutyHours,
    /// Time until an alert that can not wait, and that nobody takes, is pushed again.
    pub again: SignedDuration,
}

/// The last push of an alert to one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pushed {
    /// Number of pushes.
    pub times: u32,
    /// Time of the last push.
    pub at: Timestamp,
}

/// The tries of a push to one target that failed, since the last push that the target took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailedPush {
    /// Number of tries.
    pub times: u32,
    /// Number of tries that the target refused.
    pub refused: u32,
    /// Time of the last try.
    pub at: Timestamp,
    /// Answer of the target to the last try; `None` if the target could not be reached.
    pub answer: Option<u16>,
    /// Time of the next try; `None` if the push is given up.
    pub next: Option<Timestamp>,
}

/// The way in which a try of a push failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryFailed {
    /// The target refused this push.
    Refused(u16),
    /// The target answered that it takes no push now.
    NotNow(u16),
    /// The target could not be reached.
    Unreached,
}

impl TryFailed {
    /// Returns the answer of the target; `None` if the try did not reach it.
    #[must_use]
    pub const fn answer(self) -> Option<u16> {
        match self {
            Self::Refused(answer) | Self::NotNow(answer) => Some(answer),
            Self::Unreached => None,
        }
    }
}

impl FailedPush {
    /// Counts one more failed try.
    ///
    /// A push that the target refuses waits by itself, longer after each refusal, so that it holds up no other one. After
    /// many refusals it is given up. A push that did not reach the target, or that the target takes not now, goes once more
    /// when the target is tried again.
    #[must_use]
    pub fn after(before: Option<Self>, how: TryFailed, random: u64, now: Timestamp) -> Self {
        let (times, refused) = before.map_or((0, 0), |before| (before.times, before.refused));
        let refused = refused.saturating_add(u32::from(matches!(how, TryFailed::Refused(_))));
        let next = match how {
            TryFailed::Refused(_) if refused >= REFUSALS => None,
            TryFailed::Refused(_) => now.checked_add(backoff::wait(refused, random, None)).ok(),
            TryFailed::NotNow(_) | TryFailed::Unreached => Some(now),
        };
        Self {
            times: times.saturating_add(1),
            refused,
            at: now,
            answer: how.answer(),
            next,
        }
    }

    /// Returns whether the push of an alert that was raised at this time is not tried again.
    #[must_use]
    pub fn is_given_up(&self, raised_at: Timestamp, now: Timestamp) -> bool {
        self.next.is_none() || raised_at < fresh_since(now)
    }
}

/// Returns the earliest time of raising of an alert that is pushed now.
#[must_use]
pub fn fresh_since(now: Timestamp) -> Timestamp {
    now.checked_sub(FRESH).unwrap_or(Timestamp::MIN)
}

/// The alerts of one urgency for which a push is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DuePushes {
    /// Earliest time of raising.
    pub raised_since: Timestamp,
    /// Latest time of the last push of an alert that is pushed again; `None` if only alerts without a push are due.
    pub pushed_before: Option<Timestamp>,
    /// Latest time of the next try of a push that failed; `None` if only pushes without a failed try are due.
    pub tried_until: Option<Timestamp>,
}

impl PushRule {
    /// Returns the alerts of an urgency for which a push is due now; `None` if none is.
    ///
    /// An alert that can not wait is pushed at once, at any hour. While nobody takes it, it is pushed again in hours of
    /// duty. An alert that can wait is pushed once, in hours of duty.
    #[must_use]
    pub fn due(&self, severity: Severity, now: Timestamp) -> Option<DuePushes> {
        let before = |time: SignedDuration| now.checked_sub(time).unwrap_or(Timestamp::MIN);
        let on_duty = self.duty.cover(now);
        let due = |pushed_before| {
            Some(DuePushes {
                raised_since: fresh_since(now),
                pushed_before,
                tried_until: Some(now),
            })
        };
        match severity {
            Severity::Now => due(on_duty.then(|| before(self.again))),
            Severity::CanWait if on_duty => due(None),
            Severity::CanWait => None,
        }
    }
}

impl DuePushes {
    /// Returns those of them that no try has failed for.
    #[must_use]
    pub const fn untried(self) -> Self {
        Self {
            tried_until: None,
            ..self
        }
    }

    /// Returns whether an alert is among them. Only an open alert is: somebody acts on a taken one.
    #[must_use]
    pub fn include(
        &self,
        standing: AlertStanding,
        raised_at: Timestamp,
        last: Option<Pushed>,
        failed: Option<FailedPush>,
    ) -> bool {
        let is_due = match last {
            None => true,
            Some(last) => self.pushed_before.is_some_and(|before| last.at <= before),
        };
        let is_tried = match failed {
            None => true,
            Some(failed) => (failed.next.zip(self.tried_until)).is_some_and(|(next, until)| next <= until),
        };
        standing == AlertStanding::Open && raised_at >= self.raised_since && is_due && is_tried
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(raw: &str) -> Timestamp {
        raw.parse().unwrap()
    }

    fn rule() -> PushRule {
        PushRule {
            duty: DutyHours::parse("mon-fri 08:00-16:00").unwrap(),
            again: SignedDuration::from_hours(1),
        }
    }

    /// The times of 2026-11-30, a Monday, in winter: Oslo is an hour ahead.
    const MORNING: &str = "2026-11-30T08:00:00Z";
    const NIGHT: &str = "2026-11-30T22:00:00Z";

    #[test]
    fn duty_is_by_the_clock_on_the_wall_in_oslo() {
        let duty = DutyHours::parse("mon-fri 08:00-16:00, sat 10:00-14:00").unwrap();
        for (on, off) in [
            ("2026-11-30T07:00:00Z", "2026-11-30T06:59:59Z"),
            ("2026-11-30T14:59:59Z", "2026-11-30T15:00:00Z"),
            // In summer Oslo is two hours ahead.
            ("2026-06-29T06:00:00Z", "2026-06-29T05:59:59Z"),
            ("2026-12-05T09:00:00Z", "2026-12-05T08:00:00Z"),
            ("2026-12-04T09:00:00Z", "2026-12-06T09:00:00Z"),
        ] {
            assert!(duty.cover(at(on)) && !duty.cover(at(off)), "{on} {off}");
        }
        let always = DutyHours::parse("always").unwrap();
        assert!(always.cover(at(NIGHT)) && always.cover(at("2026-12-06T09:00:00Z")));
        let over_the_weekend = DutyHours::parse("fri-mon 00:00-24:00").unwrap();
        let covered = |day: u8| over_the_weekend.cover(at(&format!("2026-12-0{day}T12:00:00Z")));
        assert_eq!(
            [1, 2, 3, 4, 5, 6, 7].map(covered),
            [false, false, false, true, true, true, true]
        );
        for wrong in [
            "",
            "mon-fri",
            "08:00-16:00",
            "mon-fri 16:00-08:00",
            "mon-fri 08:00-08:00",
            "mon-fri 8-16",
            "mon-fri 08:00-24:01",
            "mon-fri 08:60-16:00",
            "man-fre 08:00-16:00",
            "mon-fri 08:00-16:00,",
            "mon 08:00-16:00 sat",
            "+1:00-16:00",
        ] {
            assert_eq!(DutyHours::parse(wrong), None, "{wrong}");
        }
    }

    /// A row for each urgency, hour and last push: whether a push is due.
    #[test]
    fn urgency_and_duty_decide_when_an_alert_is_pushed() {
        let pushed = |minutes: i64, now: &str| {
            Some(Pushed {
                times: 1,
                at: at(now) - SignedDuration::from_mins(minutes),
            })
        };
        let due = |severity, now: &str, last: Option<Pushed>| {
            let raised = at(now) - SignedDuration::from_hours(3);
            let due = rule().due(severity, at(now));
            due.is_some_and(|due| due.include(AlertStanding::Open, raised, last, None))
        };
        for (severity, now, last, expected) in [
            (Severity::Now, MORNING, None, true),
            (Severity::Now, NIGHT, None, true),
            (Severity::Now, MORNING, pushed(59, MORNING), false),
            (Severity::Now, MORNING, pushed(60, MORNING), true),
            (Severity::Now, NIGHT, pushed(120, NIGHT), false),
            (Severity::CanWait, MORNING, None, true),
            (Severity::CanWait, NIGHT, None, false),
            (Severity::CanWait, MORNING, pushed(120, MORNING), false),
            (Severity::CanWait, NIGHT, pushed(120, NIGHT), false),
        ] {
            assert_eq!(due(severity, now, last), expected, "{severity:?} {now} {last:?}");
        }
    }

    #[test]
    fn an_alert_that_somebody_took_or_that_is_old_is_not_pushed() {
        let due = rule().due(Severity::Now, at(MORNING)).unwrap();
        let raised = at(MORNING) - SignedDuration::from_hours(1);
        assert!(due.include(AlertStanding::Open, raised, None, None));
        for standing in [AlertStanding::Taken, AlertStanding::Closed] {
            assert!(!due.include(standing, raised, None, None), "{standing:?}");
        }
        assert!(due.include(AlertStanding::Open, at(MORNING) - FRESH, None, None));
        let older = at(MORNING) - FRESH - SignedDuration::from_secs(1);
        assert!(!due.include(AlertStanding::Open, older, None, None));
    }

    #[test]
    fn a_refused_push_waits_longer_each_time_and_is_given_up() {
        let mut failed = None;
        let mut now = at(MORNING);
        let mut pauses = Vec::new();
        while let Some(next) = failed.map_or(Some(now), |failed: FailedPush| failed.next) {
            pauses.push((next - now).total(jiff::Unit::Second).unwrap());
            now = next;
            failed = Some(FailedPush::after(failed, TryFailed::Refused(410), u64::MAX, now));
        }
        let failed = failed.unwrap();
        assert_eq!((failed.times, failed.refused, failed.answer), (100, 100, Some(410)));
        assert!(pauses[1] <= 1.0 && pauses[99] >= 300.0, "{pauses:?}");
        assert!(failed.is_given_up(at(MORNING), now));
        let hours = (now - at(MORNING)).total(jiff::Unit::Hour).unwrap();
        assert!((7.0..17.0).contains(&hours), "{hours}");
    }

    #[test]
    fn a_push_that_nobody_refused_is_not_given_up_while_its_alert_is_fresh() {
        let now = at(MORNING);
        for (how, answer) in [(TryFailed::Unreached, None), (TryFailed::NotNow(503), Some(503))] {
            let mut failed = None;
            for _ in 0..1000 {
                failed = Some(FailedPush::after(failed, how, 0, now));
            }
            let failed = failed.unwrap();
            assert_eq!((failed.times, failed.refused, failed.next), (1000, 0, Some(now)));
            assert_eq!(failed.answer, answer);
            assert!(!failed.is_given_up(now - FRESH, now));
            assert!(failed.is_given_up(now - FRESH - SignedDuration::from_secs(1), now));
        }
    }

    #[test]
    fn a_failed_push_is_due_at_its_own_time() {
        let (now, raised) = (at(MORNING), at(MORNING) - SignedDuration::from_hours(1));
        let due = rule().due(Severity::Now, now).unwrap();
        let refused = FailedPush::after(None, TryFailed::Refused(400), 0, now);
        let next = refused.next.unwrap();
        let later = rule().due(Severity::Now, next).unwrap();
        let include = |due: DuePushes, failed| due.include(AlertStanding::Open, raised, None, Some(failed));
        assert!(!include(due, refused) && include(later, refused) && !include(later.untried(), refused));
        assert!(later.untried().include(AlertStanding::Open, raised, None, None));
        assert!(!include(later, FailedPush { next: None, ..refused }), "it is given up");
    }
}
