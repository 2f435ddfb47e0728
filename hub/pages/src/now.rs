//! Nå: the account of the day, the matters, what stands well, the last acts.

use std::collections::BTreeSet;

use axum::http::HeaderValue;
use bindeledd_console::view::now::{Balance, Done, Fact, Part, Start, View, render};
use bindeledd_console::{Section, Text, address};
use bindeledd_core::alert::AlertKind;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::time::local;
use bindeledd_engine::ports::{AuditRow, MessageFilter, StateCount};
use jiff::Timestamp;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::matters::{self, Matters};
use crate::route::{PageRoute, get};
use crate::selection;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[get!(address::NOW, Console, page)];

/// Rows of the log that the page looks through for acts of persons.
const LOOKS_BACK: u64 = 500;
/// Acts that the page shows.
const ACTS: usize = 6;

/// `GET /console`
pub(crate) async fn page(visit: &Visit, _: &mut Vec<HeaderValue>) -> Result<Answer, Trouble> {
    let matters = matters::read(visit).await?;
    let mut frame = frame::bare(visit);
    frame.section = Some(Section::Now);
    frame.matters = matters.count();
    let directory = visit.engine().directory();
    let balance = balance(visit).await?;
    let log = Log::read(visit).await?;
    let view = View {
        start: start(visit, &balance).await?,
        well: well(visit, &matters, &log),
        done: done(visit, &log).await?,
        matters: matters::rows(&matters, &directory, &selection::names(visit).await?),
        balance,
        solved: None,
        coming: Vec::new(),
        frame,
    };
    Ok(Answer::page(render(&view, visit.lang)))
}

/// Returns the time when the day began in Norway.
fn midnight(now: Timestamp) -> Timestamp {
    local(now).start_of_day().map_or(now, |start| start.timestamp())
}

/// Makes the account of the deliveries of messages that were accepted today. Each is counted once, by its state; the number of
/// all is counted by itself, so that the page can tell whether the parts add up.
async fn balance(visit: &Visit) -> Result<Balance, Trouble> {
    let filter = MessageFilter {
        since: Some(midnight(visit.now)),
        ..MessageFilter::default()
    };
    let counts = visit.engine().views().message_counts(&filter).await?;
    let parts = parts(&counts);
    Ok(Balance {
        all: parts.iter().map(|(_, n)| n).sum(),
        oldest_waiting: visit.engine().glance().oldest_waiting().await?,
        parts,
    })
}

fn parts(counts: &[StateCount]) -> Vec<(Part, u64)> {
    let mut parts = [
        Part::Delivered,
        Part::AwaitingReceipt,
        Part::Waiting,
        Part::Blocked,
        Part::Bad,
        Part::Off,
    ]
    .map(|part| (part, 0));
    for count in counts {
        let part = part(count.state);
        if let Some((_, n)) = parts.iter_mut().find(|(p, _)| *p == part) {
            *n += count.n;
        }
    }
    parts.to_vec()
}

/// Returns the part of a state. A state without a part of its own is one that needs a look.
fn part(state: &str) -> Part {
    match state {
        "delivered" => Part::Delivered,
        "awaiting-receipt" | "with-a-person" => Part::AwaitingReceipt,
        "waiting" | "reserved" | "sending" => Part::Waiting,
        "blocked" => Part::Blocked,
        "cancelled" => Part::Off,
        _ => Part::Bad,
    }
}

/// The newest rows of the log.
struct Log {
    rows: Vec<AuditRow>,
    size: u64,
}

impl Log {
    async fn read(visit: &Visit) -> Result<Self, Trouble> {
        let audit = visit.engine().audit();
        // The second line of a checkpoint is the number of rows (C2SP tlog-checkpoint).
        let checkpoint = audit.audit_checkpoint().await?;
        let size = checkpoint
            .lines()
            .nth(1)
            .and_then(|line| line.parse().ok())
            .unwrap_or(0);
        let from = u64::saturating_sub(size, LOOKS_BACK) + 1;
        let at_most = usize::try_from(LOOKS_BACK).unwrap_or(usize::MAX);
        let rows = audit.audit(from, at_most).await?;
        Ok(Self { rows, size })
    }
}

fn well(visit: &Visit, matters: &Matters, log: &Log) -> Vec<Fact> {
    let engine = visit.engine();
    let has = |kind| matters.alerts.iter().any(|alert| alert.kind == kind);
    let directory = engine.directory();
    let with_endpoint: Vec<_> = directory.iter().filter(|party| party.endpoint.is_some()).collect();
    let silent = matters
        .alerts
        .iter()
        .filter(|alert| alert.kind == AlertKind::EndpointSilent);
    let deaf: BTreeSet<_> = matters
        .failing
        .iter()
        .map(|failing| &failing.party)
        .chain(silent.filter_map(|alert| alert.party.as_ref()))
        .collect();
    let adapters: BTreeSet<_> = with_endpoint
        .iter()
        .filter_map(|party| Some(&party.endpoint.as_ref()?.adapter))
        .collect();
    let aside = matters
        .alerts
        .iter()
        .filter(|alert| alert.kind == AlertKind::AdapterQuarantined)
        .count();
    let facts = vec![
        Fact::Store {
            // The page has been read from the store.
            is_ready: true,
            has_room: engine.health().has_room(),
        },
        Fact::Log {
            rows: log.size,
            is_whole: !has(AlertKind::AuditMismatch),
        },
        Fact::Parties {
            accepting: count(with_endpoint.iter().filter(|party| !deaf.contains(&party.id)).count()),
            all: count(with_endpoint.len()),
        },
        Fact::Adapters {
            working: count(adapters.len().saturating_sub(aside)),
            all: count(adapters.len()),
        },
    ];
    let is_about_something =
        |fact: &Fact| !matches!(fact, Fact::Parties { all: 0, .. } | Fact::Adapters { all: 0, .. });
    facts.into_iter().filter(is_about_something).collect()
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Returns the last acts of persons and of the operator key, the newest first.
async fn done(visit: &Visit, log: &Log) -> Result<Vec<Done>, Trouble> {
    let acts: Vec<_> = log.rows.iter().rev().filter_map(act).take(ACTS).collect();
    if acts.is_empty() {
        return Ok(Vec::new());
    }
    let names = selection::names(visit).await?;
    let row = |(row, actor, act): (&AuditRow, Actor, AuditAction)| Done {
        who: match actor {
            Actor::Person(id) => Some(names.get(&id).cloned().unwrap_or_else(|| Text::new(&id.to_string()))),
            Actor::Operator | Actor::Hub | Actor::Party(_) => None,
        },
        act,
        at: row.at,
        about: None,
        // The log has no page yet.
        address: None,
    };
    Ok(acts.into_iter().map(row).collect())
}

/// Reads the act of a row, if a person or the operator key did it. Sign-ins are no acts.
fn act(row: &AuditRow) -> Option<(&AuditRow, Actor, AuditAction)> {
    let actor = Actor::parse(&row.actor)?;
    let act = AuditAction::parse(&row.action)?;
    let is_sign_in = matches!(
        act,
        AuditAction::SessionBegan
            | AuditAction::SessionEnded
            | AuditAction::SessionRefused
            | AuditAction::UserPassword
            | AuditAction::UserSecondFactor
    );
    (matches!(actor, Actor::Person(_) | Actor::Operator) && !is_sign_in).then_some((row, actor, act))
}

/// Returns the steps of a hub without messages.
async fn start(visit: &Visit, balance: &Balance) -> Result<Option<Start>, Trouble> {
    if balance.all > 0 {
        return Ok(None);
    }
    let any = MessageFilter {
        limit: 1,
        ..MessageFilter::default()
    };
    if !visit.engine().views().messages(&any).await?.is_empty() {
        return Ok(None);
    }
    let has_parties = visit.engine().directory().iter().next().is_some();
    Ok(Some(Start {
        party: (has_parties, address::PARTIES.to_owned()),
        consent: (
            visit.engine().glance().has_consents().await?,
            address::PARTICIPANTS.to_owned(),
        ),
        message: (false, address::MESSAGES.to_owned()),
    }))
}

#[cfg(test)]
mod tests {
    use bindeledd_core::delivery::State;

    use super::*;

    #[test]
    fn every_state_is_in_one_part_and_nothing_is_counted_twice() {
        let counts: Vec<_> = State::NAMES
            .into_iter()
            .zip(1..)
            .map(|(state, n)| StateCount {
                state,
                n,
                is_over: false,
            })
            .collect();
        let all: u64 = counts.iter().map(|count| count.n).sum();
        assert_eq!(parts(&counts).iter().map(|(_, n)| n).sum::<u64>(), all);
        assert_eq!(part("failed"), Part::Bad);
    }

    #[test]
    fn the_day_begins_at_midnight_in_norway() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(
            midnight(at("2026-10-06T00:30:00+02:00")),
            at("2026-10-06T00:00:00+02:00")
        );
        assert_eq!(
            midnight(at("2026-10-25T12:00:00+01:00")),
            at("2026-10-25T00:00:00+02:00")
        );
    }
}
