//! Times as they come on the wire: RFC 3339, and where the zone is left out, Europe/Oslo.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// A point in time, as every part of Bindeledd keeps it.
pub use jiff::Timestamp;

/// The zone of a time that names none, and of a day that is a whole day.
static OSLO: TimeZone = jiff::tz::get!("Europe/Oslo");

/// Reads a point in time from 1900 on: `YYYY-MM-DDThh:mm`, then seconds and a zone or neither. A date alone is not one.
#[must_use]
pub fn parse_instant(raw: &str) -> Option<Timestamp> {
    let bytes = raw.as_bytes();
    let ok = is_date(bytes.get(..10)?) && matches!(bytes.get(10), Some(b'T' | b't')) && bytes.get(13) == Some(&b':');
    if !ok {
        return None;
    }
    let instant = raw.parse::<Timestamp>().ok().or_else(|| {
        let local = raw.parse::<DateTime>().ok()?;
        local.to_zoned(OSLO.clone()).ok().map(|zoned| zoned.timestamp())
    })?;
    (instant >= EARLIEST).then_some(instant)
}

/// Nobody who takes part was born before; and what comes before Oslo's first whole-hour offset has no canonical form.
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

/// The first instant of `day` in Europe/Oslo.
#[must_use]
pub fn start_of_day(day: Date) -> Timestamp {
    day.to_zoned(OSLO.clone())
        .map_or(Timestamp::MIN, |zoned| zoned.timestamp())
}

/// The first instant after `day` in Europe/Oslo, so that a period "until `day`" holds that whole day.
#[must_use]
pub fn end_of_day(day: Date) -> Timestamp {
    day.tomorrow().map_or(Timestamp::MAX, start_of_day)
}

/// The calendar day in Europe/Oslo at `instant`.
#[must_use]
pub fn local_date(instant: Timestamp) -> Date {
    instant.to_zoned(OSLO.clone()).date()
}

/// The instant as RFC 3339 with Oslo's offset, to the second: how documents that people read are dated.
#[must_use]
pub fn local_rfc3339(instant: Timestamp) -> String {
    instant
        .to_zoned(OSLO.clone())
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

/// A point in time for a person: `1. desember 2026 kl. 09.00`.
#[must_use]
pub fn norwegian_instant(instant: Timestamp) -> String {
    let local = instant.to_zoned(OSLO.clone());
    format!(
        "{} kl. {:02}.{:02}",
        norwegian_date(local.date()),
        local.hour(),
        local.minute()
    )
}

/// A day for a person: `1. desember 2026`.
#[must_use]
pub fn norwegian_date(day: Date) -> String {
    let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
    format!("{}. {month} {}", day.day(), day.year())
}

/// Reads what [`norwegian_date`] writes.
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

/// Reads what [`norwegian_instant`] writes; the minute is as fine as it goes.
#[must_use]
pub fn parse_norwegian_instant(raw: &str) -> Option<Timestamp> {
    let (day, time) = raw.split_once(" kl. ")?;
    let (hour, minute) = time.split_once('.')?;
    let day = parse_norwegian_date(day)?;
    let local = day.at(hour.parse().ok()?, minute.parse().ok()?, 0, 0);
    local.to_zoned(OSLO.clone()).ok().map(|zoned| zoned.timestamp())
}

const MONTHS: [&str; 12] = [
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
}
