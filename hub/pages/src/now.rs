//! Nå: the account of the day, the matters, what stands well, the last acts.

use std::collections::BTreeSet;

use bindeledd_console::view::now::{Balance, Cause, Done, Fact, Matter, Part, RunUnderWay, Start, View, render};
use bindeledd_console::view::query::Span;
use bindeledd_console::{Section, Text, address};
use bindeledd_core::account::Act;
use bindeledd_core::alert::AlertKind;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_engine::ports::{AuditRow, DeliveryAccount, MessageFilter, RetryRun};
use jiff::Timestamp;

use crate::answer::{Answer, Trouble};
use crate::changes;
use crate::figures;
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

/// Rows of persons and of the operator key that the page looks through for acts.
const LOOKS_BACK: usize = 100;
/// Acts that the page shows.
const ACTS: usize = 6;

/// `GET /console`
pub(crate) async fn page(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let matters = matters::read(visit).await?;
    let directory = visit.engine().directory();
    let balance = balance(visit).await?;
    let log = Log::of_people(visit, LOOKS_BACK).await?;
    let names = people::names(visit).await?;
    let mut rows = matters::rows(&matters, &directory, &names);
    rows.splice(..0, of_balance(&balance, visit.now));
    let mut frame = frame::bare(visit);
    frame.section = Some(Section::Now);
    frame.matters = selection::count(rows.len());
    let view = View {
        figures: figures::of_day(visit, &matters.failing).await?,
        start: start(visit, &balance).await?,
        well: well(visit, &matters, &log),
        runs: runs(visit, &names).await?,
        done: done(visit, &names, &log).await?,
        matters: rows,
        balance,
        solved: None,
        coming: Vec::new(),
        frame,
    };
    Ok(Answer::page(render(&view, visit.lang)))
}

/// Makes the account of the deliveries of messages that were accepted today. Each is counted once, by its state.
async fn balance(visit: &Visit) -> Result<Balance, Trouble> {
    let glance = visit.engine().glance();
    let account = glance.account_of(selection::begin(Span::Today, visit.now)).await?;
    Ok(Balance {
        all: account.all,
        parts: parts(&account),
        oldest_waiting: glance.oldest_waiting().await?,
    })
}

/// Returns the matter of an account that does not add up.
fn of_balance(balance: &Balance, now: Timestamp) -> Option<Matter> {
    let address = format!("{}?time={}", address::MESSAGES, Span::Today.name());
    (!balance.adds_up()).then(|| Matter::new(Cause::Unbalanced, now, address))
}

fn parts(account: &DeliveryAccount) -> Vec<(Part, u64)> {
    let mut parts = Part::ALL.map(|part| (part, 0));
    for (state, counted) in &account.parts {
        if let Some((_, n)) = parts.iter_mut().find(|(p, _)| Some(*p) == part(state)) {
            *n += counted;
        }
    }
    parts.to_vec()
}

/// Returns the part of a state.
fn part(state: &str) -> Option<Part> {
    Some(match state {
        "delivered" => Part::Delivered,
        "awaiting-receipt" | "with-a-person" => Part::AwaitingReceipt,
        "waiting" | "reserved" | "sending" => Part::Waiting,
        "blocked" => Part::Blocked,
        "cancelled" => Part::Off,
        "refused" | "expired" | "failed" => Part::Bad,
        _ => return None,
    })
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
    let place = engine.health().second_place().map(|place| Fact::SecondPlace {
        written_at: place.written_at,
        is_well: place.is_well(),
        is_apart: !has(AlertKind::SecondPlaceNear),
    });
    let mut facts = vec![
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
    facts.extend(place);
    let is_about_something =
        |fact: &Fact| !matches!(fact, Fact::Parties { all: 0, .. } | Fact::Adapters { all: 0, .. });
    facts.into_iter().filter(is_about_something).collect()
}

/// Returns the runs that are not over.
async fn runs(visit: &Visit, names: &Names) -> Result<Vec<RunUnderWay>, Trouble> {
    let runs = visit.engine().retry_runs_under_way().await?;
    let run = |run: &RetryRun| RunUnderWay {
        id: run.id.to_string(),
        who: who(&run.by, names),
        began_at: run.began_at,
        total: selection::count(run.total),
        done: selection::count(run.done),
    };
    Ok(runs.iter().map(run).collect())
}

/// Returns the person of an actor; `None` for the operator key.
fn who(actor: &Actor, names: &Names) -> Option<Text> {
    match actor {
        Actor::Person(id) => Some(people::person(*id, names)),
        Actor::Operator | Actor::Hub | Actor::Party(_) | Actor::Participant(_) | Actor::SignedParticipant => None,
    }
}

/// Returns the last acts of persons and of the operator key, the newest first. Those who may read the log get a link
/// to the row. Those who may change parties get a link to the way back, beside the newest change of a party.
async fn done(visit: &Visit, names: &Names, log: &Log) -> Result<Vec<Done>, Trouble> {
    let (roles, directory) = (&visit.signed()?.account.roles, visit.engine().directory());
    let mut done = Vec::new();
    for (row, actor, act) in log.rows.iter().rev().filter_map(act).take(ACTS) {
        let party = changes::of_row(row);
        let roll_back = match &party {
            Some((party, Some(made))) if roles.may(Act::ChangeParties) => changes::undo(visit, party, *made).await?,
            _ => None,
        };
        done.push(Done {
            who: who(&actor, names),
            act,
            at: row.at,
            about: party.map(|(party, _)| people::label(&directory, &party)),
            address: roles
                .may_audit()
                .then(|| format!("{}?before={}", address::LOG, row.seq + 1)),
            roll_back,
        });
    }
    Ok(done)
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
            | AuditAction::UserIdentity
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

    fn account() -> DeliveryAccount {
        let parts: Vec<_> = State::NAMES.into_iter().zip(1..).collect();
        DeliveryAccount {
            all: parts.iter().map(|(_, n)| n).sum(),
            parts,
        }
    }

    fn balance(account: &DeliveryAccount) -> Balance {
        Balance {
            all: account.all,
            parts: parts(account),
            oldest_waiting: None,
        }
    }

    #[test]
    fn every_state_is_in_one_part_and_nothing_is_counted_twice() {
        let balance = balance(&account());
        assert!(balance.adds_up());
        assert!(of_balance(&balance, Timestamp::UNIX_EPOCH).is_none());
        assert_eq!(part("failed"), Some(Part::Bad));
    }

    #[test]
    fn a_delivery_in_no_part_makes_a_matter_that_can_not_wait() {
        let mut counted = account();
        counted.parts.push(("lost", 1));
        counted.all += 1;
        let matter = of_balance(&balance(&counted), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(matter.cause, Cause::Unbalanced);
    }
}
