//! The participant's own yes: a question of a party, as the printed form asks it, and the answer. Only a session at level high
//! shows a question and answers it.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_console::view::meg_yes::{Ask, End, Fault, Step, View, render};
use bindeledd_core::request::{ConsentRequest, RequestState};
use bindeledd_engine::OwnAnswer;
use bindeledd_engine::ports::AnswerRefused;

use crate::answer::{Answer, Trouble};
use crate::meg::{Own, frame, language_of, nobody};
use crate::meg_asked::{place, request_handle};
use crate::people::name;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::OWN_YES, OwnPage, ask),
    post!(address::OWN_YES, OwnPage, answer),
];

/// `GET /meg/yes`
async fn ask(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let Some(own) = Own::read(visit).await? else {
        return Ok(nobody(visit));
    };
    if own.session.party().is_some() {
        return Ok(page(visit, Step::ByCode, StatusCode::OK));
    }
    let what = visit.call.asked("what").unwrap_or_default();
    let request = chosen(visit, &own, what).ok_or(Trouble::NotFound)?;
    shown(visit, request, None).await
}

/// Returns the question of a handle. A handle of another session names none.
fn chosen<'o>(visit: &Visit, own: &'o Own<'_>, what: &str) -> Option<&'o ConsentRequest> {
    let mut all = own.requests.iter();
    all.find(|request| what == request_handle(visit, request))
}

/// Returns the page of a question: the form, or its end.
async fn shown(visit: &Visit, request: &ConsentRequest, fault: Option<Fault>) -> Result<Answer, Trouble> {
    let party = name(visit, &request.party);
    let end = match request.state {
        RequestState::Waiting { until } => {
            let text = request.asked.text(language_of(visit));
            let text = text.or_else(|| request.asked.texts.first()).ok_or(Trouble::NotFound)?;
            let ask = Ask {
                party,
                until,
                lines: text.lines.clone(),
                what: request_handle(visit, request),
                sha256: text.sha256.clone(),
                fault,
            };
            let status = match fault {
                None => StatusCode::OK,
                Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            };
            return Ok(page(visit, Step::Ask(ask), status));
        }
        RequestState::Yes { at } => {
            let consent = visit.engine().consent(request.id).await?;
            let grants = consent.iter().flat_map(|consent| &consent.grants);
            let given = grants.map(|grant| (name(visit, &grant.from), name(visit, &grant.to), grant.categories));
            End::Yes {
                at,
                given: given.collect(),
                is_waiting: consent
                    .iter()
                    .flat_map(|consent| &consent.grants)
                    .any(|grant| !grant.confirmed),
            }
        }
        RequestState::No { at } => End::No { at },
        RequestState::Withdrawn { .. } => End::Withdrawn,
        RequestState::Expired { .. } => End::Expired,
    };
    Ok(page(visit, Step::Over { party, end }, StatusCode::OK))
}

/// `POST /meg/yes`
async fn answer(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let Some(own) = Own::read(visit).await? else {
        return Ok(nobody(visit));
    };
    if own.session.party().is_some() {
        return Ok(page(visit, Step::ByCode, StatusCode::NOT_FOUND));
    }
    let request = chosen(visit, &own, visit.call.field("what")).ok_or(Trouble::NotFound)?;
    let said = match visit.call.field("answer") {
        "no" => OwnAnswer::No,
        "yes" => match ticks(visit, request) {
            Some(ticks) => OwnAnswer::Yes(ticks),
            // A box that the text does not have could have been meant.
            None => return shown(visit, request, Some(Fault::Text)).await,
        },
        _ => return shown(visit, request, Some(Fault::Tick)).await,
    };
    if matches!(&said, OwnAnswer::Yes(ticks) if ticks.is_empty()) && request.state.is_waiting() {
        return shown(visit, request, Some(Fault::Tick)).await;
    }
    let text = visit.call.field("text");
    let engine = visit.engine();
    match engine.answer_request(own.session, (request.id, text), &said).await? {
        // A second click, the back button, another tab, or an answer that came too late: the page tells how the question ended.
        Ok(_) | Err(AnswerRefused::Over(_) | AnswerRefused::Taken) => Ok(Answer::See(place(visit, request))),
        Err(AnswerRefused::OtherText) => shown(visit, request, Some(Fault::Text)).await,
        Err(AnswerRefused::NotAsked) => shown(visit, request, Some(Fault::Tick)).await,
        Err(AnswerRefused::NotNow) => {
            let party = name(visit, &request.party);
            Ok(page(visit, Step::NotNow { party }, StatusCode::CONFLICT))
        }
        // Protected, or erased, in between.
        Err(AnswerRefused::Unknown) => Ok(nobody(visit)),
    }
}

/// Reads the ticked boxes, by their numbers. `None` if one of them is no box of the text.
fn ticks(visit: &Visit, request: &ConsentRequest) -> Option<BTreeSet<usize>> {
    let boxes = request.asked.choices().len();
    let ticked = visit.call.fields("tick").map(|raw| raw.parse().ok());
    ticked
        .map(|number: Option<usize>| number.filter(|number| *number < boxes))
        .collect()
}

fn page(visit: &Visit, step: Step, status: StatusCode) -> Answer {
    let view = View {
        frame: frame(visit),
        step,
    };
    Answer::Page(status, render(&view, language_of(visit)))
}
