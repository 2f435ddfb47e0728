//! Drift: the alerts, and the acts on them.

use axum::http::StatusCode;
use bindeledd_console::view::NEWER_AT_MOST;
use bindeledd_console::view::alerts::{Failed, Limit, Push, Row, Threshold, View, render};
use bindeledd_console::view::hub::Place;
use bindeledd_console::{Errors, Fault, Said, Section, Text, address};
use bindeledd_core::AlertId;
use bindeledd_core::alert::{Alert, AlertEvent, AlertStanding, AlertState, ClosingWord};
use bindeledd_core::audit::Actor;
use bindeledd_engine::EngineError;
use bindeledd_engine::ports::{AlertFilter, TargetPushes};
use uuid::Uuid;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::hub;
use crate::matters;
use crate::people;
use crate::route::{Cookies, PageRoute, get, post};
use crate::selection;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::HUB, Console, list),
    get!("/console/hub/alerts/{id}", Console, one),
    post!("/console/hub/alerts/{id}/take", Operator, take),
    post!("/console/hub/alerts/{id}/release", Operator, release),
    post!("/console/hub/alerts/{id}/close", Operator, close),
    post!("/console/hub/alerts/{id}/reopen", Operator, reopen),
];

/// Alerts of one page.
const ROWS: usize = 50;

/// `GET /console/hub`
pub(crate) async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let standing = match visit.call.asked("state") {
        Some(raw) => AlertStanding::parse(raw).ok_or(Trouble::NotFound)?,
        None => AlertStanding::Open,
    };
    let before = match visit.call.asked("before") {
        Some(raw) => Some(AlertId::parse(raw).ok_or(Trouble::NotFound)?),
        None => None,
    };
    let mut view = view(visit, standing, before).await?;
    if visit.call.asked("first").is_some() {
        view.frame.notice = Some(Said::SomebodyFirst.notice(visit.lang));
    }
    Ok(Answer::page(render(&view, visit.lang)))
}

/// Returns the position in the list from which the first alert is this one, however many are newer.
fn from(id: AlertId) -> AlertId {
    AlertId(Uuid::from_u128(id.0.as_u128().saturating_add(1)))
}

/// `GET /console/hub/alerts/{id}`, as pushes name it: leads to the alert in the list in which it stands.
pub(crate) async fn one(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id = id(visit)?;
    let alert = visit.engine().views().alert(id).await?.ok_or(Trouble::NotFound)?;
    let (standing, from) = (alert.state.standing().code(), from(id));
    Ok(Answer::See(format!(
        "{}?state={standing}&before={from}#{}",
        address::HUB,
        address::alert_row(&id.to_string())
    )))
}

/// Returns the page in a browser with the line about newer alerts, which refreshes, and with nothing else.
async fn newer(visit: &Visit, standing: AlertStanding) -> Result<View, Trouble> {
    let known = visit.call.asked("newest").and_then(AlertId::parse);
    let filter = AlertFilter {
        state: Some(standing),
        limit: usize::try_from(NEWER_AT_MOST).unwrap_or(usize::MAX),
        ..AlertFilter::default()
    };
    let alerts = visit.engine().views().alerts(&filter).await?;
    let is_newer = |alert: &&Alert| known.is_some_and(|known| alert.id > known);
    Ok(View {
        rows: Vec::new(),
        frame: frame::bare(visit),
        nav: hub::nav(visit, Place::Alerts)?,
        standing,
        older: None,
        newest: known.map(|known| known.to_string()),
        newer: selection::count(alerts.iter().filter(is_newer).count()),
        limits: Vec::new(),
        may_operate: false,
        wrong: None,
    })
}

async fn view(visit: &Visit, standing: AlertStanding, before: Option<AlertId>) -> Result<View, Trouble> {
    if visit.wants_regions() {
        return newer(visit, standing).await;
    }
    let filter = AlertFilter {
        state: Some(standing),
        before,
        limit: ROWS,
        ..AlertFilter::default()
    };
    let alerts = visit.engine().views().alerts(&filter).await?;
    let ids: Vec<_> = alerts.iter().map(|alert| alert.id).collect();
    let pushes = visit.engine().pushes_of(&ids).await?;
    let newest = ids.first().copied().unwrap_or(AlertId(Uuid::nil()));
    let older = alerts.last().filter(|_| alerts.len() == ROWS);
    let older = older.map(|last| format!("{}?state={}&before={}", address::HUB, standing.code(), last.id));
    let names = people::names(visit).await?;
    let directory = visit.engine().directory();
    let by = |actor: &Actor| match actor {
        Actor::Hub => None,
        Actor::Person(_) | Actor::Operator | Actor::Party(_) | Actor::Participant(_) | Actor::SignedParticipant => {
            Some(people::text(actor, &names, &directory))
        }
    };
    let row = |alert: &Alert| {
        let party = alert.party.as_ref();
        let phone = party
            .filter(|_| alert.kind.asks_for_a_call())
            .and_then(|id| directory.get(id));
        Row {
            id: alert.id.to_string(),
            kind: alert.kind,
            since: alert.raised_at,
            times: alert.times.into(),
            party: party.map(|id| people::label(&directory, id)),
            phone: phone.and_then(|party| party.as_others_see_it().phone.map(Text::new)),
            code: alert.code.as_deref().map(Text::new),
            address: matters::page_of(alert),
            by: match &alert.state {
                AlertState::Open => None,
                AlertState::Taken { by: who, at } | AlertState::Closed { by: who, at, .. } => Some((by(who), *at)),
            },
            word: match &alert.state {
                AlertState::Closed { word: Some(word), .. } => Some(Text::of_at_most(word.as_str(), 300)),
                AlertState::Open | AlertState::Taken { .. } | AlertState::Closed { word: None, .. } => None,
            },
            pushes: pushes
                .iter()
                .filter(|pushes| pushes.alert == alert.id)
                .map(|pushes| push(visit, pushes))
                .collect(),
        }
    };
    Ok(View {
        rows: alerts.iter().map(row).collect(),
        frame: frame::of(visit, Some(Section::Hub)).await?,
        nav: hub::nav(visit, Place::Alerts)?,
        standing,
        older,
        newest: before.is_none().then(|| newest.to_string()),
        newer: 0,
        limits: limits(visit),
        may_operate: visit.signed()?.account.roles.may_operate(),
        wrong: None,
    })
}

fn push(visit: &Visit, pushes: &TargetPushes) -> Push {
    Push {
        target: Text::new(&pushes.target),
        at: pushes.last.map(|last| last.at),
        failed: pushes.failed.map(|failed| Failed {
            tries: failed.times.into(),
            at: failed.at,
            answer: failed.answer,
            next: failed.next.filter(|_| !failed.is_given_up(pushes.raised_at, visit.now)),
        }),
    }
}

/// Returns the limits of alerts among the settings in force.
fn limits(visit: &Visit) -> Vec<Limit> {
    let value = |of: Threshold| visit.state.settings.iter().find(|setting| setting.key == of.key());
    let limit = |of| {
        value(of).map(|setting| Limit {
            of,
            value: Text::new(setting.value.trim_matches('"')),
        })
    };
    Threshold::ALL.into_iter().filter_map(limit).collect()
}

/// `POST /console/hub/alerts/{id}/take`
pub(crate) async fn take(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    act(visit, &AlertEvent::Take, AlertStanding::Taken).await
}

/// `POST /console/hub/alerts/{id}/release`
pub(crate) async fn release(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    act(visit, &AlertEvent::Release, AlertStanding::Open).await
}

/// `POST /console/hub/alerts/{id}/reopen`
pub(crate) async fn reopen(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    act(visit, &AlertEvent::Reopen, AlertStanding::Open).await
}

/// `POST /console/hub/alerts/{id}/close`
pub(crate) async fn close(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let typed = visit.call.field("word");
    let Ok(word) = ClosingWord::parse(typed) else {
        let id = id(visit)?;
        let from = Some(from(id));
        let is_shown = |view: &View| view.rows.iter().any(|row| row.id == id.to_string());
        let mut view = view(visit, AlertStanding::Open, from).await?;
        if !is_shown(&view) {
            view = self::view(visit, AlertStanding::Taken, from).await?;
        }
        if !is_shown(&view) {
            return Err(Trouble::NotFound);
        }
        let errors = Errors::none().and("word", Fault::Word.text(visit.lang));
        view.wrong = Some((id.to_string(), typed.chars().take(400).collect(), errors));
        return Ok(Answer::Page(
            StatusCode::UNPROCESSABLE_ENTITY,
            render(&view, visit.lang),
        ));
    };
    act(visit, &AlertEvent::Close(word), AlertStanding::Closed).await
}

fn id(visit: &Visit) -> Result<AlertId, Trouble> {
    visit.call.param("id").ok_or(Trouble::NotFound)
}

/// Acts on the alert of the address, and leads to the list in which it now stands.
async fn act(visit: &Visit, event: &AlertEvent, standing: AlertStanding) -> Result<Answer, Trouble> {
    let (id, by) = (id(visit)?, visit.actor()?);
    let to =
        |standing: AlertStanding, more: &str| Answer::See(format!("{}?state={}{more}", address::HUB, standing.code()));
    match visit.engine().act_on_alert(id, event, &by).await {
        Ok(_) => Ok(to(standing, "")),
        Err(EngineError::SomebodyElse { .. }) => Ok(to(AlertStanding::Taken, "&first=1")),
        Err(error) => Err(error.into()),
    }
}
