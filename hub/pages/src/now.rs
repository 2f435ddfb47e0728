//! Nå: the account of the day, the matters, what stands well, the last acts.

use std::collections::BTreeSet;

use bindeledd_console::view::now::{Balance, Done, Fact, Part, Start, View, render};
use bindeledd_console::view::query::Span;
use bindeledd_console::{Section, address};
use bindeledd_core::alert::AlertKind;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_engine::ports::{AuditRow, MessageFilter, StateCount};

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::log::Log;
use crate::matters::{self, Matters};
use crate::people;
use crate::people::Names;
use crate::route::{Cookies, PageRoute, get};
use crate::selection;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[get!(address::NOW, Console, page)];

/// Rows of the log that the page looks through for acts of persons.
const LOOKS_BACK: u64 = 500;
/// Acts that the page shows.
const ACTS: usize = 6;

/// `GET /console`
pub(crate) async fn page(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let matters = matters::read(visit).await?;
    let mut frame = frame::bare(visit);
    frame.section = Some(Section::Now);
    frame.matters = matters.count();
    let directory = visit.engine().directory();
    let balance = balance(visit).await?;
    let log = Log::newest(visit, LOOKS_BACK).await?;
    let names = people::names(visit).await?;
    let view = View {
        start: start(visit, &balance).await?,
        well: well(visit, &matters, &log),
        done: done(&names, &log),
        matters: matters::rows(&matters, &directory, &names),
        balance,
        solved: None,
        coming: Vec::new(),
        frame,
    };
    Ok(Answer::page(render(&view, visit.lang)))
}

/// Makes the account of the deliveries of messages that were accepted today. Each is counted once, by its state.
async fn balance(visit: &Visit) -> Result<Balance, Trouble> {
    let filter = MessageFilter {
        since: Some(selection::begin(Span::Today, visit.now)),
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
            accepting: selection::count(with_endpoint.iter().filter(|party| !deaf.contains(&party.id)).count()),
            all: selection::count(with_endpoint.len()),
        },
        Fact::Adapters {
            working: selection::count(adapters.len().saturating_sub(aside)),
            all: selection::count(adapters.len()),
        },
    ];
    let is_about_something =
        |fact: &Fact| !matches!(fact, Fact::Parties { all: 0, .. } | Fact::Adapters { all: 0, .. });
    facts.into_iter().filter(is_about_something).collect()
}

/// Returns the last acts of persons and of the operator key, the newest first.
fn done(names: &Names, log: &Log) -> Vec<Done> {
    let row = |(row, actor, act): (&AuditRow, Actor, AuditAction)| Done {
        who: match actor {
            Actor::Person(id) => Some(people::person(id, names)),
            Actor::Operator | Actor::Hub | Actor::Party(_) => None,
        },
        act,
        at: row.at,
        about: None,
        // The log has no page yet.
        address: None,
    };
    log.rows.iter().rev().filter_map(act).take(ACTS).map(row).collect()
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
}
