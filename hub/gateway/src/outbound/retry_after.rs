//! Reads `Retry-After` as seconds. A server may also send a date (RFC 9110, 10.2.3), and adapters have no clock.

use std::time::SystemTime;

use jiff::Timestamp;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// Maximum wait that is passed on.
const LONGEST: i64 = 24 * 3600;

/// Returns the number of seconds that an answer asks to wait, if it states that in a known form. A date counts from the answer's
/// own `Date`, since the two clocks may differ; without that header, from the hub's clock.
pub(super) fn seconds(answer: &HeaderMap, now: Timestamp) -> Option<u32> {
    let said = answer.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !said.is_empty() && said.bytes().all(|b| b.is_ascii_digit()) {
        return Some(bounded(said.parse().unwrap_or(LONGEST)));
    }
    let until = date(said)?;
    let own = answer.get(DATE).and_then(|value| date(value.to_str().ok()?));
    let left = until.as_millisecond() - own.unwrap_or(now).as_millisecond();
    // Part of a second counts as a whole one, so that the retry does not come before the stated time.
    Some(bounded((left.max(0) + 999) / 1000))
}

fn bounded(seconds: i64) -> u32 {
    u32::try_from(seconds.clamp(0, LONGEST)).unwrap_or(0)
}

/// Replaces a date in `Retry-After` by seconds, for adapters.
pub(super) fn in_seconds(headers: &mut [(String, String)], answer: &HeaderMap, now: Timestamp) {
    let Some(seconds) = seconds(answer, now) else { return };
    for (name, value) in headers {
        if name.eq_ignore_ascii_case(RETRY_AFTER.as_str()) {
            *value = seconds.to_string();
        }
    }
}

/// Parses an HTTP date, in any of its three forms.
fn date(raw: &str) -> Option<Timestamp> {
    let time: SystemTime = httpdate::parse_http_date(raw.trim()).ok()?;
    Timestamp::try_from(time).ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn wait(said: &'static str, own: Option<&'static str>) -> Option<u32> {
        let mut answer = HeaderMap::new();
        answer.insert(RETRY_AFTER, HeaderValue::from_static(said));
        if let Some(own) = own {
            answer.insert(DATE, HeaderValue::from_static(own));
        }
        let now = "2026-11-03T08:00:00.250Z".parse().unwrap();
        let mut headers = vec![("Retry-After".to_owned(), said.to_owned()), ("date".into(), "x".into())];
        in_seconds(&mut headers, &answer, now);
        let seconds = seconds(&answer, now);
        let passed_on = seconds.map_or_else(|| said.to_owned(), |s| s.to_string());
        assert_eq!(headers[0].1, passed_on, "{said}");
        assert_eq!(headers[1].1, "x");
        seconds
    }

    #[test]
    fn seconds_and_dates_in_every_form_are_understood() {
        assert_eq!(wait("12", None), Some(12));
        assert_eq!(wait(" 7 ", None), Some(7));
        for date in [
            "Tue, 03 Nov 2026 08:00:12 GMT",
            "Tuesday, 03-Nov-26 08:00:12 GMT",
            "Tue Nov  3 08:00:12 2026",
        ] {
            assert_eq!(wait(date, None), Some(12), "{date}");
        }
    }

    #[test]
    fn a_date_counts_by_the_clock_of_who_named_it() {
        let until = "Tue, 03 Nov 2026 11:30:12 GMT";
        assert_eq!(wait(until, Some("Tue, 03 Nov 2026 11:30:00 GMT")), Some(12));
        assert_eq!(wait(until, Some("i dag")), Some(3 * 3600 + 30 * 60 + 12));
    }

    #[test]
    fn what_is_past_is_no_wait_and_what_is_far_off_is_bounded() {
        assert_eq!(wait("Tue, 03 Nov 2026 07:59:00 GMT", None), Some(0));
        assert_eq!(wait("Mon, 03 Nov 2036 07:59:00 GMT", None), Some(86_400));
        assert_eq!(wait("99999999999999999999999", None), Some(86_400));
    }

    #[test]
    fn anything_else_says_nothing() {
        for said in [
            "",
            "soon",
            "-5",
            "1.5",
            "2026-11-03T08:00:12Z",
            "Tue, 03 Nov 2026 08:00:12 CET",
        ] {
            assert_eq!(wait(said, None), None, "{said}");
        }
    }
}
