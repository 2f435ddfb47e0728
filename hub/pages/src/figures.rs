//! The figures of the flow: of the day, and of one party.

use std::collections::{BTreeMap, HashSet};

use bindeledd_console::address;
use bindeledd_console::view::figures::{Figures, Half, Pair};
use bindeledd_console::view::party_figures;
use bindeledd_console::view::query::{Filter, Query, Span, Tab};
use bindeledd_core::PartyId;
use bindeledd_core::delivery::flow::{Flow, Quarter};
use bindeledd_core::time::local;
use bindeledd_engine::ports::{Failing, PairFlow, QuarterFlow};
use jiff::civil::Weekday;
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::answer::Trouble;
use crate::people;
use crate::selection;
use crate::visit::Visit;

/// Time within which 95 of 100 deliveries should arrive.
const GOAL: SignedDuration = SignedDuration::from_secs(10);
/// Half an hour.
const HALF: SignedDuration = SignedDuration::from_mins(30);
/// Hours that the charts show at least.
const HOURS: i64 = 6;
/// Outages that the charts name.
const OUTAGES: usize = 3;

/// Returns the figures of the day so far; `None` while there are none.
pub(crate) async fn of_day(visit: &Visit, failing: &[Failing]) -> Result<Option<Figures>, Trouble> {
    let glance = visit.engine().glance();
    let begin = selection::begin(Span::Today, visit.now);
    let end = visit.now.checked_add(HALF).unwrap_or(visit.now);
    let today = glance.flow_by_quarter(None, begin, end).await?;
    // By the calendar, since a week can have an hour more or less.
    let (begin_before, end_before) = (week_before(begin), week_before(next_day(begin)));
    let before = glance.flow_by_quarter(None, begin_before, end_before).await?;
    if today.is_empty() && before.is_empty() {
        return Ok(None);
    }
    let pairs = glance.flow_by_pair(begin, end).await?;
    let all = sum(&today);
    let directory = visit.engine().directory();
    let outages = failing.iter().take(OUTAGES);
    Ok(Some(Figures {
        halves: halves(&today, (&before, begin_before), begin, visit.now),
        weekday: weekday(begin),
        outages: outages
            .map(|failing| (people::label(&directory, &failing.party), failing.since))
            .collect(),
        median: all.latency(500),
        most: all.latency(950),
        goal: GOAL,
        pairs: rows(visit, &pairs, failing),
    }))
}

fn sum(quarters: &[QuarterFlow]) -> Flow {
    let mut all = Flow::default();
    for quarter in quarters {
        all.add(&quarter.flow);
    }
    all
}

/// Quarters of an hour.
const QUARTERS: i64 = 4;

/// Returns the figures of a party to which this many deliveries wait now; `None` if there are none.
pub(crate) async fn of_party(
    visit: &Visit,
    party: &PartyId,
    waiting: u64,
) -> Result<Option<party_figures::Figures>, Trouble> {
    let now = visit.now;
    let since = selection::begin(Span::Month, now);
    let end = now.checked_add(HALF).unwrap_or(now);
    let quarters = visit.engine().glance().flow_by_quarter(Some(party), since, end).await?;
    if quarters.is_empty() {
        return Ok(None);
    }
    Ok(Some(party_figures::Figures {
        backlog: backlog(&quarters, selection::begin(Span::Today, now), now, waiting),
        month: sum(&quarters),
    }))
}

/// Returns the number of deliveries that waited at the end of each quarter of the day, from the number that waits now.
fn backlog(quarters: &[QuarterFlow], begin: Timestamp, now: Timestamp, waiting: u64) -> Vec<(Timestamp, u64)> {
    let flows: BTreeMap<_, _> = quarters.iter().map(|quarter| (quarter.quarter, quarter.flow)).collect();
    let (first, present) = (Quarter::of(begin).0, Quarter::of(now).0);
    let first = first.min(present - HOURS * QUARTERS);
    // The axis has whole hours.
    let first = first - first.rem_euclid(QUARTERS);
    let mut waits = waiting;
    let mut backlog = Vec::new();
    for quarter in (first..=present).rev().map(Quarter) {
        backlog.push((quarter.begin(), waits));
        if let Some(flow) = flows.get(&quarter) {
            waits = (waits + flow.departed).saturating_sub(flow.entered);
        }
    }
    backlog.reverse();
    backlog
}

fn weekday(at: Timestamp) -> Weekday {
    local(at).weekday()
}

/// Returns the time at the same clock a week before.
fn week_before(at: Timestamp) -> Timestamp {
    shifted(at, -7)
}

fn next_day(at: Timestamp) -> Timestamp {
    shifted(at, 1)
}

fn shifted(at: Timestamp, days: i64) -> Timestamp {
    let there = local(at).checked_add(jiff::Span::new().days(days));
    there.map_or(at, |there: Zoned| there.timestamp())
}

/// Sums quarters by half hours since a time.
fn by_half(quarters: &[QuarterFlow], begin: Timestamp) -> BTreeMap<i64, Flow> {
    let mut halves: BTreeMap<i64, Flow> = BTreeMap::new();
    for quarter in quarters {
        let since = quarter.quarter.begin().duration_since(begin).as_secs();
        halves
            .entry(since.div_euclid(HALF.as_secs()))
            .or_default()
            .add(&quarter.flow);
    }
    halves
}

/// Returns the half hours of the day from the first with figures on, in whole hours.
fn halves(
    today: &[QuarterFlow],
    (before, begin_before): (&[QuarterFlow], Timestamp),
    begin: Timestamp,
    now: Timestamp,
) -> Vec<Half> {
    let (today, before) = (by_half(today, begin), by_half(before, begin_before));
    let present = now.duration_since(begin).as_secs().div_euclid(HALF.as_secs());
    let known = |halves: &BTreeMap<i64, Flow>| {
        let sent = halves.iter().find(|(_, flow)| flow.sent > 0);
        sent.map(|(half, _)| *half)
    };
    let first = [known(&today), known(&before)].into_iter().flatten().min();
    let first = first.unwrap_or(present).min(present - 2 * HOURS).max(0).div_euclid(2) * 2;
    // The hour of now is whole, with a half hour to come.
    let end = (present.div_euclid(2) + 1) * 2;
    let half = |at: i64| {
        let flow = today.get(&at).copied().unwrap_or_default();
        Half {
            begin: begin
                .checked_add(HALF * i32::try_from(at).unwrap_or(0))
                .unwrap_or(begin),
            today: (at <= present).then_some(flow.sent),
            before: before.get(&at).map_or(0, |flow| flow.sent),
            median: flow.latency(500),
            most: flow.latency(950),
        }
    };
    (first..end).map(half).collect()
}

fn rows(visit: &Visit, pairs: &[PairFlow], failing: &[Failing]) -> Vec<Pair> {
    let directory = visit.engine().directory();
    let failing: HashSet<_> = failing.iter().map(|failing| &failing.party).collect();
    let messages = |to: &str| {
        let today = Query::default().with(Filter::Time, Span::Today.name());
        today.with(Filter::Party, to)
    };
    let row = |pair: &PairFlow| {
        let named = |id: &PartyId| (id.as_str().to_owned(), people::label(&directory, id));
        let to = messages(pair.to.as_str());
        Pair {
            from: named(&pair.from),
            to: named(&pair.to),
            sent: pair.flow.sent,
            blocked: pair.flow.blocked.min(pair.flow.sent),
            is_failing: failing.contains(&pair.to),
            blocked_address: to.with(Filter::State, Tab::Blocked.name()).at(address::MESSAGES),
            address: to.at(address::MESSAGES),
        }
    };
    pairs.iter().filter(|pair| pair.flow.sent > 0).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarter(at: &str, sent: u64) -> QuarterFlow {
        QuarterFlow {
            quarter: Quarter::of(at.parse().unwrap()),
            flow: Flow {
                sent,
                ..Flow::default()
            },
        }
    }

    #[test]
    fn a_backlog_is_counted_back_from_now() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let with = |at: &str, entered, departed| QuarterFlow {
            quarter: Quarter::of(at.parse().unwrap()),
            flow: Flow {
                entered,
                departed,
                ..Flow::default()
            },
        };
        let quarters = [
            with("2026-10-06T08:15:00+02:00", 5, 1),
            with("2026-10-06T08:45:00+02:00", 3, 2),
        ];
        let (begin, now) = (at("2026-10-06T00:00:00+02:00"), at("2026-10-06T09:05:00+02:00"));
        let backlog = backlog(&quarters, begin, now, 5);
        assert_eq!(backlog[0], (begin, 0));
        let newest: Vec<_> = backlog[32..].iter().map(|(_, n)| *n).collect();
        assert_eq!(newest, [0, 4, 4, 5, 5]);
    }

    #[test]
    fn a_day_is_compared_by_the_clock_with_the_same_weekday_before() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        // Summer time ended between the two days.
        let (begin, now) = (at("2026-10-27T00:00:00+01:00"), at("2026-10-27T10:10:00+01:00"));
        assert_eq!(week_before(begin), at("2026-10-20T00:00:00+02:00"));
        let today = [
            quarter("2026-10-27T08:00:00+01:00", 3),
            quarter("2026-10-27T08:15:00+01:00", 4),
            quarter("2026-10-27T10:00:00+01:00", 5),
        ];
        let before = [quarter("2026-10-20T08:15:00+02:00", 9)];
        let halves = halves(&today, (&before, week_before(begin)), begin, now);
        assert_eq!(halves[0].begin, at("2026-10-27T04:00:00+01:00"), "six hours at least");
        assert_eq!(halves.len(), 14);
        let eight = &halves[8];
        assert_eq!(
            (eight.begin, eight.today, eight.before),
            (at("2026-10-27T08:00:00+01:00"), Some(7), 9)
        );
        assert_eq!((halves[12].today, halves[13].today), (Some(5), None));
    }
}
