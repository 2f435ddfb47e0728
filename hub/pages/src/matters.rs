//! Matters that need a person: open alerts, and endpoints that fail.

use bindeledd_console::view::now::{Cause, Matter};
use bindeledd_console::{Text, address};
use bindeledd_core::PartyId;
use bindeledd_core::account::{Account, Act};
use bindeledd_core::alert::{Alert, AlertKind, AlertStanding, AlertState};
use bindeledd_core::opening::OpeningState;
use bindeledd_engine::Directory;
use bindeledd_engine::ports::{AlertFilter, Failing, OpeningFilter, OpeningView};

use crate::answer::Trouble;
use crate::people;
use crate::people::Names;
use crate::selection;
use crate::visit::Visit;

/// Most alerts of one standing that a page reads.
const AT_MOST: usize = 500;

/// The matters of now.
pub(crate) struct Matters {
    /// Alerts that nobody has closed.
    pub(crate) alerts: Vec<Alert>,
    /// Parties whose endpoint failed three times in a row, without those that have an alert for it.
    pub(crate) failing: Vec<Failing>,
    /// Requests to see content that this person may answer.
    pub(crate) openings: Vec<OpeningView>,
}

/// Reads the alerts that nobody has closed: of one kind, or all.
pub(crate) async fn unclosed(visit: &Visit, kind: Option<AlertKind>) -> Result<Vec<Alert>, Trouble> {
    let mut alerts = Vec::new();
    for standing in [AlertStanding::Open, AlertStanding::Taken] {
        let filter = AlertFilter {
            kind,
            state: Some(standing),
            limit: AT_MOST,
            ..AlertFilter::default()
        };
        alerts.extend(visit.engine().views().alerts(&filter).await?);
    }
    Ok(alerts)
}

/// Returns whether a person may see a request: one of the console every one, another one those about messages of the
/// person's own party.
pub(crate) fn sees(account: &Account, view: &OpeningView) -> bool {
    account.may(Act::ApproveOpening) || account.party.as_ref() == Some(&view.sender)
}

/// Returns the requests that await an answer of this person: not the person's own, and for a person of a mailbox those about
/// messages of the own party.
pub(crate) async fn openings_to_answer(visit: &Visit) -> Result<Vec<OpeningView>, Trouble> {
    let account = &visit.signed()?.account;
    let may = [Act::ApproveOpening, Act::ApproveForSender]
        .into_iter()
        .any(|act| account.may(act));
    if !visit.engine().has_break_glass() || !may {
        return Ok(Vec::new());
    }
    let filter = OpeningFilter {
        is_open: true,
        limit: AT_MOST,
        ..OpeningFilter::default()
    };
    let mut open = visit.engine().openings(&filter).await?;
    open.retain(|view| {
        let awaits = matches!(view.opening.state, OpeningState::Asked { .. });
        awaits && view.opening.asked_by != account.id && sees(account, view)
    });
    Ok(open)
}

/// Reads the matters.
pub(crate) async fn read(visit: &Visit) -> Result<Matters, Trouble> {
    let alerts = unclosed(visit, None).await?;
    let mut failing = visit.engine().glance().failing().await?;
    failing.retain(|party| !alerts.iter().any(|alert| is_silence_of(alert, &party.party)));
    Ok(Matters {
        alerts,
        failing,
        openings: openings_to_answer(visit).await?,
    })
}

fn is_silence_of(alert: &Alert, party: &PartyId) -> bool {
    alert.kind == AlertKind::EndpointSilent && alert.party.as_ref() == Some(party)
}

/// Counts the matters, for every page: it reads no alert but those of silence, and these only while an endpoint fails.
pub(crate) async fn count(visit: &Visit) -> Result<u64, Trouble> {
    let counts = visit.engine().views().alert_counts().await?;
    let mut failing = visit.engine().glance().failing().await?;
    if !failing.is_empty() {
        let silent = unclosed(visit, Some(AlertKind::EndpointSilent)).await?;
        failing.retain(|party| !silent.iter().any(|alert| is_silence_of(alert, &party.party)));
    }
    let alerts = counts.open_now + counts.taken_now + counts.open_can_wait + counts.taken_can_wait;
    let openings = openings_to_answer(visit).await?;
    Ok(alerts + selection::count(failing.len() + openings.len()))
}

/// Returns the rows of the matters, in order: those that can not wait, then failing endpoints, then the oldest.
pub(crate) fn rows(matters: &Matters, directory: &Directory, names: &Names) -> Vec<Matter> {
    let mut rows: Vec<_> = matters
        .alerts
        .iter()
        .map(|alert| of_alert(alert, directory, names))
        .collect();
    rows.extend(matters.failing.iter().map(|failing| of_failing(failing, directory)));
    rows.extend(matters.openings.iter().map(|view| of_opening(view, directory)));
    rows.sort_by_key(|row| (row.can_wait(), row.cause != Cause::Failing, row.since));
    rows
}

/// Returns the page of the thing that an alert concerns.
pub(crate) fn page_of(alert: &Alert) -> Option<String> {
    match (&alert.message, &alert.party, &alert.participant) {
        (Some(message), ..) => Some(address::message(&message.to_string())),
        (None, Some(party), _) => Some(address::party(party.as_str())),
        (None, None, Some(participant)) => Some(address::participant(&participant.to_string())),
        (None, None, None) => None,
    }
}

fn of_alert(alert: &Alert, directory: &Directory, names: &Names) -> Matter {
    let address = page_of(alert).unwrap_or_else(|| address::HUB.to_owned());
    let step = match (alert.kind, &alert.participant) {
        // The next step is the confirmation, which begins at the circle.
        (AlertKind::GrantAwaits, Some(participant)) => address::participant(&participant.to_string()),
        _ => address.clone(),
    };
    Matter {
        step: Some(step),
        to: alert.party.as_ref().map(|party| people::label(directory, party)),
        participant: alert.participant.as_ref().map(|p| Text::new(&p.to_string())),
        times: alert.times.into(),
        code: alert.code.as_deref().map(Text::new),
        taken_by: match &alert.state {
            AlertState::Taken { by, .. } => Some(people::text(by, names, directory)),
            AlertState::Open | AlertState::Closed { .. } => None,
        },
        ..Matter::new(Cause::Alert(alert.kind), alert.raised_at, address)
    }
}

fn of_failing(failing: &Failing, directory: &Directory) -> Matter {
    let address = address::party(failing.party.as_str());
    Matter {
        to: Some(people::label(directory, &failing.party)),
        waiting: Some(failing.waiting),
        next_attempt: Some(failing.next_attempt_at),
        code: failing.code.as_deref().map(Text::new),
        ..Matter::new(Cause::Failing, failing.since, address)
    }
}

fn of_opening(view: &OpeningView, directory: &Directory) -> Matter {
    let address = address::opening(&view.opening.id.to_string());
    Matter {
        from: Some(people::label(directory, &view.sender)),
        ..Matter::new(Cause::Opening, view.opening.asked_at, address)
    }
}
