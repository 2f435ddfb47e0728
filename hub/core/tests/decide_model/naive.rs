//! The model. Each function is a sentence of the design, in the slowest and plainest form.

use crate::history::{GivenGrant, History, Moment, Nanos, Question, Span};

/// "Permitted = the union of the active grants for exactly (from, to, purpose)." Only one purpose exists so far.
pub(crate) fn permitted(history: &History, question: &Question) -> Vec<&'static str> {
    let mut permitted = Vec::new();
    for grant in about(history, question) {
        for category in &grant.categories {
            if speaks_against(history, grant, category, question.now).is_none() {
                permitted.push(*category);
            }
        }
    }
    permitted
}

/// Every grant that permits an asked category, in the order of consent, version and index.
pub(crate) fn used(history: &History, question: &Question) -> Vec<(u128, u32, u16)> {
    let mut used = Vec::new();
    for grant in about(history, question) {
        let permits = |category: &&&'static str| {
            question.asked.contains(category) && speaks_against(history, grant, category, question.now).is_none()
        };
        if grant.categories.iter().any(|c| permits(&c)) {
            used.push((grant.consent, grant.version, grant.index));
        }
    }
    used.sort_unstable();
    used
}

/// Returns the reason: "granted" or "partly granted" if something is permitted, else the weakest obstacle.
pub(crate) fn reason(history: &History, question: &Question) -> &'static str {
    if question.asked.is_empty() {
        return "nothing asked";
    }
    // "A protected person looks like one who has taken everything back." A duty would stay then, so that it is
    // hidden.
    if history.protected {
        let mut taken_back = history.clone();
        taken_back.protected = false;
        taken_back.grants.retain(|grant| !grant.duty);
        taken_back
            .grants
            .iter_mut()
            .for_each(|grant| grant.consent_withdrawn = true);
        return reason(&taken_back, question);
    }
    let permitted = permitted(history, question);
    let granted = question.asked.iter().filter(|c| permitted.contains(c)).count();
    if granted == question.asked.len() {
        return "granted";
    }
    if granted > 0 {
        return "partly granted";
    }
    let against: Vec<_> = about(history, question)
        .map(|grant| against_all(history, grant, question.now).unwrap_or("other categories"))
        .collect();
    // Ordered from the reason nearest to a permission to the farthest.
    let nearest = ["not confirmed", "not yet", "expired", "withdrawn", "other categories"];
    nearest.into_iter().find(|r| against.contains(r)).unwrap_or("no grant")
}

/// "Exactly (from, to)": the grants between these two, in this direction.
fn about<'a>(history: &'a History, question: &'a Question) -> impl Iterator<Item = &'a GivenGrant> {
    history
        .grants
        .iter()
        .filter(|g| g.from == question.from && g.to == question.to)
}

/// The obstacle to a whole grant; `None` if one of its categories is active. For a grant without categories:
/// the obstacle that any category would meet.
fn against_all(history: &History, grant: &GivenGrant, now: Nanos) -> Option<&'static str> {
    let against = |category| speaks_against(history, grant, category, now);
    if grant.categories.is_empty() {
        return against("none at all");
    }
    let all: Option<Vec<_>> = grant.categories.iter().map(|c| against(c)).collect();
    // A grant that is withdrawn in part has the obstacle of its other categories.
    all.map(|all| all.iter().copied().find(|r| *r != "withdrawn").unwrap_or("withdrawn"))
}

/// The obstacle to one category of one grant; `None` if the category is active.
fn speaks_against(history: &History, grant: &GivenGrant, category: &str, now: Nanos) -> Option<&'static str> {
    // "A person under address protection is a flag: version 1 carries nothing for them."
    if history.protected {
        return Some("protected");
    }
    // A consent permits nothing before it was given.
    if now < grant.given_at {
        return Some("not yet");
    }
    // The period of the consent, and the grant's own period inside it.
    if let Some(why) = outside(grant.consent_span, now) {
        return Some(why);
    }
    if let Some(why) = grant.span.and_then(|span| outside(span, now)) {
        return Some(why);
    }
    // "A withdrawal removes every grant for the same (from, to, purpose) given before it", except one of duty.
    // If both have the same time, the withdrawal counts.
    if !grant.duty {
        if grant.consent_withdrawn {
            return Some("withdrawn");
        }
        for withdrawal in &history.withdrawals {
            let same = withdrawal.from == grant.from && withdrawal.to == grant.to;
            // "A withdrawal of everything ends what was registered before it, whatever its dates."
            let place = withdrawal.registered_until.unwrap_or(0);
            let before = grant.given_at <= withdrawal.at || grant.registered <= place;
            // "Who withdraws as a registrar ends what it registered itself."
            let theirs = withdrawal.registrar.is_none() || withdrawal.registrar == Some(grant.registrar);
            if same && theirs && before && withdrawal.categories.contains(&category) {
                return Some("withdrawn");
            }
        }
    }
    // "A grant whose `from` is another party is inactive until that party confirms it."
    if !grant.confirmed {
        return Some("not confirmed");
    }
    None
}

/// "An end date includes that whole day in Europe/Oslo."
fn outside(span: Span, now: Nanos) -> Option<&'static str> {
    let begins = match span.start {
        Moment::Day(day) => midnight(day),
        Moment::Time(time) => time,
    };
    if now < begins {
        return Some("not yet");
    }
    let over = match span.end {
        None => return None,
        Some(Moment::Day(day)) => midnight(next(day)),
        Some(Moment::Time(time)) => time,
    };
    (now >= over).then_some("expired")
}

type Day = (i64, i64, i64);

const HOUR: Nanos = 3_600 * SECOND;
const SECOND: Nanos = 1_000_000_000;

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn next((year, month, day): Day) -> Day {
    if day < days_in(year, month) {
        (year, month, day + 1)
    } else if month < 12 {
        (year, month + 1, 1)
    } else {
        (year + 1, 1, 1)
    }
}

/// Days since the first of January 1970, counted one year and one month at a time.
fn days_since_1970((year, month, day): Day) -> i64 {
    let years: i64 = (1970..year).map(|y| if is_leap(y) { 366 } else { 365 }).sum();
    let months: i64 = (1..month).map(|m| days_in(year, m)).sum();
    years + months + day - 1
}

/// The last Sunday of a month; the first of January 1970 was a Thursday.
fn last_sunday(year: i64, month: i64) -> Day {
    let mut day = (year, month, days_in(year, month));
    while (days_since_1970(day) + 4) % 7 != 0 {
        day.2 -= 1;
    }
    day
}

fn midnight_utc(day: Day) -> Nanos {
    Nanos::from(days_since_1970(day)) * 24 * HOUR
}

/// Midnight in Oslo, one hour before midnight in UTC. From the last Sunday of March at 01:00 UTC to the last Sunday of
/// October it is two hours before. The clocks change after midnight, so that the offset at the UTC midnight before the
/// day is right.
pub(crate) fn midnight(day: Day) -> Nanos {
    let summer_begins = midnight_utc(last_sunday(day.0, 3)) + HOUR;
    let summer_ends = midnight_utc(last_sunday(day.0, 10)) + HOUR;
    let as_winter = midnight_utc(day) - HOUR;
    let as_summer = midnight_utc(day) - 2 * HOUR;
    if summer_begins <= as_summer && as_summer < summer_ends {
        as_summer
    } else {
        as_winter
    }
}
