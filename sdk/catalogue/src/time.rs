//! Times on the wire: RFC 3339; a time without a zone is in Europe/Oslo.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

/// A point in time, as every part of Bindeledd keeps it.
pub use jiff::Timestamp;
use jiff::Zoned;

/// The zone of times without a zone, and of whole days.
static OSLO: TimeZone = jiff::tz::get!("Europe/Oslo");

/// Reads a point in time from 1900 on: `YYYY-MM-DDThh:mm`, optionally with seconds and a zone. A date alone is refused.
/// `24:00` is the midnight that ends the day, as in XML Schema and ISO 8601.
#[must_use]
pub fn parse_instant(raw: &str) -> Option<Timestamp> {
    let bytes = raw.as_bytes();
    let ok = is_date(bytes.get(..10)?) && matches!(bytes.get(10), Some(b'T' | b't')) && bytes.get(13) == Some(&b':');
    if !ok {
        return None;
    }
    let instant = if bytes.get(11..13) == Some(b"24") {
        end_of_that_day(raw)?
    } else {
        raw.parse::<Timestamp>().ok().or_else(|| {
            let local = raw.parse::<DateTime>().ok()?;
            local.to_zoned(OSLO.clone()).ok().map(|zoned| zoned.timestamp())
        })?
    };
    (instant >= EARLIEST).then_some(instant)
}

/// Reads a point in time with the hour 24. Only zeros may follow that hour.
fn end_of_that_day(raw: &str) -> Option<Timestamp> {
    let rest = raw.get(13..)?.strip_prefix(":00")?;
    let rest = rest.strip_prefix(":00").map_or(rest, |rest| {
        let fraction = rest.strip_prefix(['.', ',']);
        fraction.map_or(rest, |digits| digits.trim_start_matches('0'))
    });
    let day: Date = raw.get(..10)?.parse().ok()?;
    if rest.is_empty() {
        return Some(end_of_day(day));
    }
    let next = day.tomorrow().ok()?;
    format!("{next}T00:00:00{rest}").parse().ok()
}

/// The earliest time that is accepted. No participant was born before then, and times before Oslo's first whole-hour offset have
/// no canonical form.
const EARLIEST: Timestamp = Timestamp::constant(-2_208_988_800, 0);

/// Reads a calendar day, `YYYY-MM-DD`.
#[must_use]
pub fn parse_date(raw: &str) -> Option<Date> {
    if is_date(raw.as_bytes()) {
        raw.parse().ok()
    } else {
        None
    }
}

/// Reads an `xs:date`: a calendar day, optionally followed by a zone. The day is the written one, whatever the zone.
#[must_use]
pub fn parse_xs_date(raw: &str) -> Option<Date> {
    let (day, zone) = raw.trim().split_at_checked(10)?;
    let two = |digits: &[u8], most: u8| match digits {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => (tens - b'0') * 10 + (ones - b'0') <= most,
        _ => false,
    };
    let is_zone = match zone.as_bytes() {
        [] | [b'Z' | b'z'] => true,
        [b'+' | b'-', hours @ .., b':', m1, m2] | [b'+' | b'-', hours @ .., m1, m2] => {
            two(hours, 14) && two(&[*m1, *m2], 59)
        }
        _ => false,
    };
    parse_date(day).filter(|_| is_zone)
}

fn is_date(raw: &[u8]) -> bool {
    raw.len() == 10
        && raw.iter().enumerate().all(|(i, b)| {
            if matches!(i, 4 | 7) {
                *b == b'-'
            } else {
                b.is_ascii_digit()
            }
        })
}

/// Returns the first instant of `day` in Europe/Oslo.
#[must_use]
pub fn start_of_day(day: Date) -> Timestamp {
    day.to_zoned(OSLO.clone())
        .map_or(Timestamp::MIN, |zoned| zoned.timestamp())
}

/// Returns the first instant after `day` in Europe/Oslo, so that a period "until `day`" includes that whole day.
#[must_use]
pub fn end_of_day(day: Date) -> Timestamp {
    day.tomorrow().map_or(Timestamp::MAX, start_of_day)
}

/// Returns the time in Europe/Oslo at `instant`.
#[must_use]
pub fn local(instant: Timestamp) -> Zoned {
    instant.to_zoned(OSLO.clone())
}

/// Returns the calendar day in Europe/Oslo at `instant`.
#[must_use]
pub fn local_date(instant: Timestamp) -> Date {
    local(instant).date()
}

/// Writes the instant as RFC 3339 with Oslo's offset, to the second, as documents for people are dated.
#[must_use]
pub fn local_rfc3339(instant: Timestamp) -> String {
    local(instant).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Writes a point in time for a person: `1. desember 2026 kl. 09.00`.
#[must_use]
pub fn norwegian_instant(instant: Timestamp) -> String {
    let local = local(instant);
    format!(
        "{} kl. {:02}.{:02}",
        norwegian_date(local.date()),
        local.hour(),
        local.minute()
    )
}

/// Writes a point in time for a person without losing precision. It gives seconds if they are not 0. In the hour that
/// occurs twice in autumn it adds summer or winter time: `25. oktober 2026 kl. 02.30.15 vintertid`.
/// [`parse_norwegian_instant`] reads the same instant from it.
#[must_use]
pub fn norwegian_instant_whole(instant: Timestamp) -> String {
    let local = local(instant);
    let mut said = norwegian_instant(instant);
    if local.second() != 0 {
        said.push_str(&format!(".{:02}", local.second()));
    }
    if OSLO.to_ambiguous_timestamp(local.datetime()).is_ambiguous() {
        said.push_str(if local.offset() == SUMMER {
            SUMMER_TIME
        } else {
            WINTER_TIME
        });
    }
    said
}

/// Oslo's offset in summer.
const SUMMER: Offset = jiff::tz::offset(2);
const SUMMER_TIME: &str = " sommertid";
const WINTER_TIME: &str = " vintertid";

/// Writes a day for a person: `1. desember 2026`.
#[must_use]
pub fn norwegian_date(day: Date) -> String {
    let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
    format!("{}. {month} {}", day.day(), day.year())
}

/// Reads a day that [`norwegian_date`] wrote.
#[must_use]
pub fn parse_norwegian_date(raw: &str) -> Option<Date> {
    let mut words = raw.split(' ');
    let day = words.next()?.strip_suffix('.')?.parse().ok()?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|m| *m == month)? + 1;
    let year = words.next()?.parse().ok()?;
    if words.next().is_some() {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, day).ok()
}

/// Reads an instant that [`norwegian_instant_whole`] or [`norwegian_instant`] wrote. In the hour that occurs twice it
/// is the first one, unless the text says otherwise.
#[must_use]
pub fn parse_norwegian_instant(raw: &str) -> Option<Timestamp> {
    let (day, time) = raw.split_once(" kl. ")?;
    let (time, is_later) = match (time.strip_suffix(SUMMER_TIME), time.strip_suffix(WINTER_TIME)) {
        (Some(time), _) => (time, false),
        (None, Some(time)) => (time, true),
        (None, None) => (time, false),
    };
    let mut parts = time.split('.');
    let (hour, minute) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let second = parts.next().map_or(Some(0), |raw| raw.parse().ok())?;
    let local = DateTime::from_parts(parse_norwegian_date(day)?, Time::new(hour, minute, second, 0).ok()?);
    let ambiguous = OSLO.to_ambiguous_timestamp(local);
    let instant = match is_later {
        true => ambiguous.later(),
        false => ambiguous.compatible(),
    };
    instant.ok().filter(|_| parts.next().is_none())
}

/// Names of the months in Norwegian, from January on.
pub const MONTHS: [&str; 12] = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_zone_is_in_oslo() {
        assert_eq!(
            parse_instant("2026-07-01T12:00:00").unwrap().to_string(),
            "2026-07-01T10:00:00Z"
        );
        assert_eq!(
            parse_instant("2026-01-15T09:30:00.123456").unwrap().to_string(),
            "2026-01-15T08:30:00.123456Z"
        );
        assert_eq!(
            parse_instant("2026-01-15T09:30:00Z").unwrap().to_string(),
            "2026-01-15T09:30:00Z"
        );
        assert_eq!(parse_instant("2026-01-15"), None);
    }

    #[test]
    fn hour_24_is_the_midnight_that_ends_the_day() {
        for (raw, instant) in [
            ("2026-11-03T24:00:00", "2026-11-03T23:00:00Z"),
            ("2026-11-03T24:00", "2026-11-03T23:00:00Z"),
            ("2026-11-03T24:00:00.000", "2026-11-03T23:00:00Z"),
            ("2026-11-03T24:00:00Z", "2026-11-04T00:00:00Z"),
            ("2026-11-03T24:00:00.0+01:00", "2026-11-03T23:00:00Z"),
            ("2026-12-31T24:00:00+01:00", "2026-12-31T23:00:00Z"),
            ("2026-10-25T24:00:00", "2026-10-25T23:00:00Z"),
            ("2026-03-28T24:00:00", "2026-03-28T23:00:00Z"),
        ] {
            assert_eq!(
                parse_instant(raw).map(|i| i.to_string()).as_deref(),
                Some(instant),
                "{raw}"
            );
        }
        for raw in [
            "2026-11-03T24:00:01",
            "2026-11-03T24:01:00",
            "2026-11-03T24:00:00.5",
            "2026-11-31T24:00:00",
            "2026-11-03T25:00:00",
            "2026-11-03T24",
            "2026-11-03T24:00:00x",
        ] {
            assert_eq!(parse_instant(raw), None, "{raw}");
        }
    }

    #[test]
    fn an_xs_date_is_the_day_that_is_written_whatever_its_zone() {
        let day = parse_date("2026-11-20");
        for raw in [
            "2026-11-20",
            "2026-11-20Z",
            "2026-11-20z",
            "2026-11-20+01:00",
            "2026-11-20-05:00",
            "2026-11-20+0100",
            "2026-11-20+14:00",
            " 2026-11-20+01:00\n",
        ] {
            assert_eq!(parse_xs_date(raw), day, "{raw}");
        }
        for raw in [
            "2026-11-20+15:00",
            "2026-11-20+01:60",
            "2026-11-20 +01:00",
            "2026-11-20+1:00",
            "2026-11-20T00:00:00",
            "2026-11-31Z",
            "20261120",
            "20.11.2026",
            "2026-11-20+",
            "2026-11-20+01:0å",
            "",
        ] {
            assert_eq!(parse_xs_date(raw), None, "{raw}");
        }
    }

    #[test]
    fn a_day_ends_when_the_next_begins_also_when_the_clocks_change() {
        let day = parse_date("2026-10-25").unwrap();
        assert_eq!(start_of_day(day).to_string(), "2026-10-24T22:00:00Z");
        assert_eq!(end_of_day(day).to_string(), "2026-10-25T23:00:00Z");
    }

    #[test]
    fn what_a_person_reads_is_read_back() {
        let instant = parse_instant("2026-12-01T09:05:00+01:00").unwrap();
        assert_eq!(norwegian_instant(instant), "1. desember 2026 kl. 09.05");
        assert_eq!(parse_norwegian_instant("1. desember 2026 kl. 09.05"), Some(instant));
        assert_eq!(parse_norwegian_date("31. februar 2026"), None);
    }

    #[test]
    fn seconds_and_the_hour_that_comes_twice_are_said_for_a_person() {
        for (raw, said) in [
            ("2026-12-01T09:05:00+01:00", "1. desember 2026 kl. 09.05"),
            ("2026-12-01T09:05:07+01:00", "1. desember 2026 kl. 09.05.07"),
            ("2026-10-25T02:30:00+02:00", "25. oktober 2026 kl. 02.30 sommertid"),
            ("2026-10-25T02:30:15+01:00", "25. oktober 2026 kl. 02.30.15 vintertid"),
            ("2026-10-25T03:00:00+01:00", "25. oktober 2026 kl. 03.00"),
            ("2026-03-29T03:30:00+02:00", "29. mars 2026 kl. 03.30"),
        ] {
            let instant = parse_instant(raw).unwrap();
            assert_eq!(norwegian_instant_whole(instant), said);
            assert_eq!(parse_norwegian_instant(said), Some(instant), "{said}");
        }
        for raw in [
            "1. desember 2026 kl. 24.00",
            "1. desember 2026 kl. 09",
            "1. desember 2026 kl. 09.05.07.01",
        ] {
            assert_eq!(parse_norwegian_instant(raw), None, "{raw}");
        }
    }
}
