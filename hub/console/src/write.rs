//! Times, spans and numbers in words.
//!
//! Times are those of Europe/Oslo, with 24 hours and a full stop. Numbers have a narrow space in thousands and a decimal
//! comma in bokmål, a full stop in English.

use bindeledd_core::time::{MONTHS, local, local_rfc3339, norwegian_instant};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::lang::Lang;
use crate::markup::Html;

/// Writes times and numbers in one language, as seen at one time.
#[derive(Debug, Clone, Copy)]
pub struct Write {
    /// Language.
    pub lang: Lang,
    /// Time of the page.
    pub now: Timestamp,
}

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Write {
    /// Makes a writer.
    #[must_use]
    pub const fn new(lang: Lang, now: Timestamp) -> Self {
        Self { lang, now }
    }

    /// Picks the text of the language.
    const fn pick<'t>(self, bokmal: &'t str, english: &'t str) -> &'t str {
        match self.lang {
            Lang::Bokmal => bokmal,
            Lang::English => english,
        }
    }

    /// Writes a time as near as a reader needs it: `38 min siden`, `10.42`, `i går 14.05`, `2. oktober`, `2. oktober 2025`.
    #[must_use]
    pub fn near(self, at: Timestamp) -> String {
        let away = at.duration_since(self.now).as_secs();
        if (-MINUTE..=0).contains(&away) {
            return self.pick("nå nettopp", "just now").to_owned();
        }
        if away.abs() < HOUR {
            let minutes = (away.abs() / MINUTE).max(1);
            return match (self.lang, away < 0) {
                (Lang::Bokmal, true) => format!("{minutes} min siden"),
                (Lang::English, true) => format!("{minutes} min ago"),
                (Lang::Bokmal, false) => format!("om {minutes} min"),
                (Lang::English, false) => format!("in {minutes} min"),
            };
        }
        let (then, now) = (local(at), local(self.now));
        let clock = hours_minutes(&then);
        match days_between(now.date(), then.date()) {
            0 => clock,
            -1 => format!("{} {clock}", self.pick("i går", "yesterday")),
            1 => format!("{} {clock}", self.pick("i morgen", "tomorrow")),
            _ if then.year() == now.year() => self.day_month(&then),
            _ => self.date(&then),
        }
    }

    /// Writes a time as near as a reader needs it, in an element that has the exact time as well.
    #[must_use]
    pub fn when(self, at: Timestamp) -> Html {
        self.element(at, &self.near(at), true)
    }

    /// Writes a time to the second: `10.42.07`, with the day if it is another one.
    #[must_use]
    pub fn exact(self, at: Timestamp) -> Html {
        let (then, now) = (local(at), local(self.now));
        let seconds = then.strftime("%H.%M.%S").to_string();
        let text = if then.date() == now.date() {
            seconds
        } else {
            format!("{} {seconds}", self.short_day(&then))
        };
        self.element(at, &text, false)
    }

    /// Writes a time as it stands on paper, where nobody sees which day "today" was: `6. oktober 2026 kl. 10.42`.
    #[must_use]
    pub fn on_paper(self, at: Timestamp) -> Html {
        let text = match self.lang {
            Lang::Bokmal => norwegian_instant(at),
            Lang::English => local(at).strftime("%-d %B %Y at %H.%M").to_string(),
        };
        self.element(at, &text, false)
    }

    /// Writes hours and minutes: `10.42`, with the day if it is another one.
    #[must_use]
    pub fn clock(self, at: Timestamp) -> Html {
        let (then, now) = (local(at), local(self.now));
        let clock = hours_minutes(&then);
        let text = if then.date() == now.date() {
            clock
        } else {
            format!("{} {clock}", self.short_day(&then))
        };
        self.element(at, &text, false)
    }

    /// Writes a day with its year: `29. oktober 2026`.
    #[must_use]
    pub fn day(self, at: Timestamp) -> Html {
        self.element(at, &self.date(&local(at)), false)
    }

    /// Writes a day of the calendar: `9. oktober`, `9. oktober 2025`.
    #[must_use]
    pub fn civil_day(self, day: Date) -> Html {
        let Ok(then) = day.to_zoned(local(self.now).time_zone().clone()) else {
            return Html::default();
        };
        let text = if then.year() == local(self.now).year() {
            self.day_month(&then)
        } else {
            self.date(&then)
        };
        Html::trusted(format!(r#"<time datetime="{day}">{text}</time>"#))
    }

    /// Writes a day with the hours and minutes on a line of their own, for a thread.
    #[must_use]
    pub fn day_over_clock(self, at: Timestamp) -> Html {
        let then = local(at);
        let year = if then.year() == local(self.now).year() {
            String::new()
        } else {
            format!(" {}", then.year())
        };
        let text = format!(
            "{}{year} <small>{}</small>",
            self.short_day(&then),
            hours_minutes(&then)
        );
        self.element(at, &text, false)
    }

    fn element(self, at: Timestamp, text: &str, is_relative: bool) -> Html {
        let then = local(at);
        let machine = local_rfc3339(at);
        let full = format!(
            "{} {} {}",
            self.date(&then),
            self.pick("kl.", "at"),
            then.strftime("%H.%M.%S")
        );
        let live = if is_relative { " data-near" } else { "" };
        Html::trusted(format!(
            r#"<time datetime="{machine}" title="{full}"{live}>{text}</time>"#
        ))
    }

    fn month(self, at: &Zoned) -> &'static str {
        let names = match self.lang {
            Lang::Bokmal => MONTHS,
            Lang::English => ENGLISH_MONTHS,
        };
        names[usize::try_from(at.month() - 1).unwrap_or(0) % 12]
    }

    fn day_month(self, at: &Zoned) -> String {
        match self.lang {
            Lang::Bokmal => format!("{}. {}", at.day(), self.month(at)),
            Lang::English => format!("{} {}", at.day(), self.month(at)),
        }
    }

    fn date(self, at: &Zoned) -> String {
        format!("{} {}", self.day_month(at), at.year())
    }

    fn short_day(self, at: &Zoned) -> String {
        let month: String = self.month(at).chars().take(3).collect();
        match self.lang {
            Lang::Bokmal => format!("{}. {month}", at.day()),
            Lang::English => format!("{} {month}", at.day()),
        }
    }

    /// Writes a span: `45 s`, `38 min`, `2 t 15 min`, `13 dager`.
    #[must_use]
    pub fn span(self, span: SignedDuration) -> String {
        let seconds = span.as_secs().abs();
        let hour = self.pick("t", "h");
        match seconds {
            s if s < MINUTE => format!("{s} s"),
            s if s < HOUR => format!("{} min", s / MINUTE),
            s if s < 2 * DAY => {
                let minutes = s % HOUR / MINUTE;
                let hours = s / HOUR;
                if minutes == 0 || s >= DAY {
                    format!("{hours} {hour}")
                } else {
                    format!("{hours} {hour} {minutes} min")
                }
            }
            s => format!("{} {}", s / DAY, self.pick("dager", "days")),
        }
    }

    /// Writes the span since a time.
    #[must_use]
    pub fn since(self, at: Timestamp) -> String {
        self.span(self.now.duration_since(at))
    }

    /// Writes the time that something took, or a dash where it is not known.
    #[must_use]
    pub(crate) fn took_or_dash(self, span: Option<SignedDuration>) -> String {
        span.map_or_else(|| "–".to_owned(), |span| self.took(span))
    }

    /// Writes the time that something took: `13 ms`, `2,1 s`, `4 min`.
    #[must_use]
    pub fn took(self, span: SignedDuration) -> String {
        let millis = span.as_millis().abs();
        if millis < 1000 {
            return format!("{millis} ms");
        }
        if millis >= 60_000 {
            return self.span(span);
        }
        format!("{}{}{} s", millis / 1000, self.point(), millis % 1000 / 100)
    }

    /// Writes a number with a narrow space in thousands.
    #[must_use]
    pub fn number(self, number: u64) -> String {
        let digits = number.to_string();
        let mut out = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push('\u{202f}');
            }
            out.push(digit);
        }
        out
    }

    /// Writes a size: `812 B`, `3,1 kB`, `2,0 MB`.
    #[must_use]
    pub fn size(self, bytes: u64) -> String {
        let (unit, name) = match bytes {
            0..1_000 => return format!("{bytes} B"),
            1_000..1_000_000 => (1_000, "kB"),
            _ => (1_000_000, "MB"),
        };
        let whole = self.number(bytes / unit);
        format!("{whole}{}{} {name}", self.point(), bytes % unit * 10 / unit)
    }

    const fn point(self) -> char {
        match self.lang {
            Lang::Bokmal => ',',
            Lang::English => '.',
        }
    }
}

pub(crate) fn hours_minutes(at: &Zoned) -> String {
    at.strftime("%H.%M").to_string()
}

/// Returns the days from one date to another.
fn days_between(from: Date, to: Date) -> i64 {
    let hours = to.duration_since(from).as_hours();
    hours / 24
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn write(lang: Lang) -> Write {
        Write::new(lang, at("2026-10-06T10:42:07+02:00"))
    }

    #[test]
    fn times_are_as_near_as_a_reader_needs() {
        for (then, bokmal, english) in [
            ("2026-10-06T10:41:40+02:00", "nå nettopp", "just now"),
            ("2026-10-06T10:04:12+02:00", "37 min siden", "37 min ago"),
            ("2026-10-06T10:48:10+02:00", "om 6 min", "in 6 min"),
            ("2026-10-06T08:27:00+02:00", "08.27", "08.27"),
            ("2026-10-05T14:05:00+02:00", "i går 14.05", "yesterday 14.05"),
            ("2026-10-07T09:33:00+02:00", "i morgen 09.33", "tomorrow 09.33"),
            ("2026-10-02T09:33:00+02:00", "2. oktober", "2 October"),
            ("2025-10-02T09:33:00+02:00", "2. oktober 2025", "2 October 2025"),
            ("2026-10-05T23:30:00Z", "01.30", "01.30"),
        ] {
            assert_eq!(write(Lang::Bokmal).near(at(then)), bokmal, "{then}");
            assert_eq!(write(Lang::English).near(at(then)), english, "{then}");
        }
    }

    #[test]
    fn a_day_of_the_calendar_has_its_year_where_it_is_another_one() {
        let day = |text: &str| write(Lang::Bokmal).civil_day(text.parse().unwrap());
        assert_eq!(
            day("2026-10-09").as_str(),
            r#"<time datetime="2026-10-09">9. oktober</time>"#
        );
        assert!(day("2027-01-02").as_str().ends_with(">2. januar 2027</time>"));
    }

    #[test]
    fn an_element_has_the_exact_time() {
        let html = write(Lang::Bokmal).when(at("2026-01-06T08:27:00Z"));
        assert_eq!(
            html.as_str(),
            r#"<time datetime="2026-01-06T09:27:00+01:00" title="6. januar 2026 kl. 09.27.00" data-near>6. januar</time>"#
        );
        let html = write(Lang::English).exact(at("2026-10-05T08:04:12Z"));
        assert!(html.as_str().ends_with(">5 Oct 10.04.12</time>"), "{html}");
    }

    #[test]
    fn spans_and_numbers() {
        let write = write(Lang::Bokmal);
        let span = |seconds| write.span(SignedDuration::from_secs(seconds));
        assert_eq!(
            [45, 2300, 8100, 7200, 93600, 13 * DAY].map(span),
            ["45 s", "38 min", "2 t 15 min", "2 t", "26 t", "13 dager"]
        );
        assert_eq!(write.took(SignedDuration::from_millis(2130)), "2,1 s");
        assert_eq!(write.took(SignedDuration::from_millis(13)), "13 ms");
        assert_eq!(
            [0, 412, 1000, 48_211, 1_000_000].map(|n| write.number(n)),
            ["0", "412", "1\u{202f}000", "48\u{202f}211", "1\u{202f}000\u{202f}000"]
        );
        assert_eq!(
            [812, 3140, 2_000_000].map(|n| write.size(n)),
            ["812 B", "3,1 kB", "2,0 MB"]
        );
    }
}
