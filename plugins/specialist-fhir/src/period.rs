//! Determines whether a FHIR period has ended.

use bindeledd_sdk::catalogue::time;
use jiff::Timestamp;
use serde_json::Value;

/// Returns true if a period has ended at `now`. An end that is a day, a month or a year includes all of that time. A period with
/// an unreadable end has not ended.
pub(crate) fn has_ended(period: Option<&Value>, now: Timestamp) -> bool {
    let end = period.and_then(|period| period.get("end")).and_then(Value::as_str);
    end.and_then(after).is_some_and(|after| after <= now)
}

/// Returns the first instant after the end of a period.
fn after(end: &str) -> Option<Timestamp> {
    let end = end.trim();
    let first_day =
        |year: u16, month: u8| time::parse_date(&format!("{year:04}-{month:02}-01")).map(time::start_of_day);
    match (end.len(), end.as_bytes()) {
        (4, _) => first_day(end.parse::<u16>().ok()? + 1, 1),
        (7, [.., b'-', _, _]) => {
            let (year, month) = (end[..4].parse::<u16>().ok()?, end[5..].parse::<u8>().ok()?);
            match month {
                1..=11 => first_day(year, month + 1),
                12 => first_day(year + 1, 1),
                _ => None,
            }
        }
        _ => time::parse_date(end)
            .map(time::end_of_day)
            .or_else(|| time::parse_instant(end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_period_ends_after_the_whole_of_what_its_end_names() {
        let now = time::parse_instant("2026-11-29T12:00:00+01:00").unwrap();
        for (end, ended) in [
            ("2025", true),
            ("2026", false),
            ("2026-10", true),
            ("2026-11", false),
            ("2025-12", true),
            ("2026-12", false),
            ("2026-11-28", true),
            ("2026-11-29", false),
            ("2026-11-29T11:59:59+01:00", true),
            ("2026-11-29T11:30:00Z", false),
            ("9999", false),
            ("2026-13", false),
            ("20\u{e5}5", false),
            ("snart", false),
            ("", false),
        ] {
            assert_eq!(has_ended(Some(&json!({"end": end})), now), ended, "{end}");
        }
        assert!(!has_ended(None, now) && !has_ended(Some(&json!({"start": "2020-01-01"})), now));
        assert!(!has_ended(Some(&json!("2020")), now) && !has_ended(Some(&json!({"end": 2020})), now));
    }
}
