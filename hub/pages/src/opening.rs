//! Break-glass: asking to see the content of one message, answering as a second person, and the content while it is
//! open. The content is the answer to a form, and never has an address of its own.

use axum::http::StatusCode;
use bindeledd_console::view::{opened, opening, opening_ask, openings};
use bindeledd_console::{Errors, Fault, Section, Text, address};
use bindeledd_core::account::{Act, Acting};
use bindeledd_core::opening::{NotDecided, OpeningState};
use bindeledd_core::{AccessReason, AccountId, Message, MessageId, Minimised, OpeningId, prose};
use bindeledd_engine::ports::{MessageView, OpenedMessage, OpeningAnswer, OpeningFilter, OpeningView};
use bindeledd_engine::{EngineError, OpeningError};

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::matters::sees;
use crate::people;
use crate::people::Names;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!("/console/messages/{id}/open", AskToOpen, form),
    post!("/console/messages/{id}/open", AskToOpen, ask),
    get!(address::OPENINGS, Opening, list),
    get!("/console/openings/{id}", Opening, one),
    post!("/console/openings/{id}/approve", Opening, approve),
    post!("/console/openings/{id}/refuse", Opening, refuse),
    post!("/console/openings/{id}/end", AskToOpen, end),
    post!("/console/openings/{id}/read", AskToOpen, read),
];

/// Requests of the list.
const ROWS: usize = 100;
/// Characters of one line of content.
const LINE: usize = 4_000;

/// `GET /console/openings`
async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let account = &visit.signed()?.account;
    let sees_all = account.may(Act::ApproveOpening);
    let filter = OpeningFilter {
        sender: account.party.clone().filter(|_| !sees_all),
        limit: ROWS,
        ..OpeningFilter::default()
    };
    let all = visit.engine().openings(&filter).await?;
    let names = people::names(visit).await?;
    let row = |view: &OpeningView| openings::Row {
        id: view.opening.id.to_string(),
        state: view.opening.state,
        who: (view.opening.asked_by != account.id).then(|| people::person(view.opening.asked_by, &names)),
        sender: people::name(visit, &view.sender),
        asked_at: view.opening.asked_at,
        reason: Text::of_at_most(view.opening.reason.as_str(), 300),
    };
    let view = openings::View {
        frame: frame::of(visit, Some(Section::Messages)).await?,
        rows: all.iter().filter(|view| sees(account, view)).map(row).collect(),
        is_on: visit.engine().has_break_glass(),
    };
    Ok(Answer::page(openings::render(&view, visit.lang)))
}

/// `GET /console/openings/{id}`
async fn one(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    Ok(Answer::page(request(visit, None).await?))
}

/// Reads the request of the address, if the person may see it.
async fn named(visit: &Visit) -> Result<OpeningView, Trouble> {
    let id: OpeningId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    let found = visit.engine().opening(id).await?;
    let account = &visit.signed()?.account;
    found.filter(|view| sees(account, view)).ok_or(Trouble::NotFound)
}

/// Writes the page of the request.
async fn request(visit: &Visit, not_yours: Option<NotDecided>) -> Result<String, Trouble> {
    let found = named(visit).await?;
    let account = &visit.signed()?.account;
    let names = people::names(visit).await?;
    let opening = &found.opening;
    let is_own = opening.asked_by == account.id;
    let view = opening::View {
        frame: frame::of(visit, Some(Section::Messages)).await?,
        id: opening.id.to_string(),
        state: opening.state,
        who: (!is_own).then(|| people::person(opening.asked_by, &names)),
        second: second(&opening.state, &names),
        sender: people::name(visit, &found.sender),
        message: account
            .may(Act::SeeConsole)
            .then(|| address::message(&opening.message.to_string())),
        asked_at: opening.asked_at,
        reason: Text::of_at_most(opening.reason.as_str(), 300),
        may_answer: visit.engine().has_break_glass() && !is_own,
        not_yours,
    };
    Ok(opening::render(&view, visit.lang))
}

fn second(state: &OpeningState, names: &Names) -> Option<Text> {
    let by: AccountId = match state {
        OpeningState::Approved { by, .. } | OpeningState::Open { by, .. } | OpeningState::Refused { by, .. } => *by,
        OpeningState::Asked { .. } | OpeningState::Lapsed { .. } | OpeningState::Ended { .. } => return None,
    };
    Some(people::person(by, names))
}

/// Returns the page of a message to open, if opening is allowed here.
async fn message(visit: &Visit) -> Result<MessageView, Trouble> {
    let id: MessageId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    if !visit.engine().has_break_glass() {
        return Err(EngineError::from(OpeningError::Off).into());
    }
    visit.engine().views().message(id).await?.ok_or(Trouble::NotFound)
}

/// `GET /console/messages/{id}/open`
async fn form(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let message = message(visit).await?;
    Ok(Answer::page(asking(visit, &message, Errors::none()).await?))
}

async fn asking(visit: &Visit, message: &MessageView, errors: Errors) -> Result<String, Trouble> {
    let id = message.id.to_string();
    let view = opening_ask::View {
        frame: frame::of(visit, Some(Section::Messages)).await?,
        kind: message.kind,
        sender: people::name(visit, &message.from),
        reason: visit.call.field("reason").to_owned(),
        errors,
        action: address::message_open(&id),
        back: address::message(&id),
    };
    Ok(opening_ask::render(&view, visit.lang))
}

/// `POST /console/messages/{id}/open`
async fn ask(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let message = message(visit).await?;
    let Ok(reason) = AccessReason::parse(visit.call.field("reason")) else {
        let errors = Errors::none().and("reason", Fault::ReasonToOpen.text(visit.lang));
        let html = asking(visit, &message, errors).await?;
        return Ok(Answer::Page(StatusCode::UNPROCESSABLE_ENTITY, html));
    };
    let by = Acting::Person(&visit.signed()?.account);
    let opening = visit.engine().ask_to_open(message.id, &reason, by).await?;
    Ok(Answer::See(address::opening(&opening.id.to_string())))
}

/// `POST /console/openings/{id}/approve`
async fn approve(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    answer(visit, OpeningAnswer::Approve).await
}

/// `POST /console/openings/{id}/refuse`
async fn refuse(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    answer(visit, OpeningAnswer::Refuse).await
}

async fn answer(visit: &Visit, said: OpeningAnswer) -> Result<Answer, Trouble> {
    let id = named(visit).await?.opening.id;
    let by = Acting::Person(&visit.signed()?.account);
    match visit.engine().answer_opening(id, said, by).await {
        Ok(opening) => Ok(Answer::See(address::opening(&opening.id.to_string()))),
        Err(EngineError::Opening(OpeningError::NotSecond(why))) => {
            let html = request(visit, Some(why)).await?;
            Ok(Answer::Page(StatusCode::FORBIDDEN, html))
        }
        // The page of the request says what somebody else, or time, did first.
        Err(EngineError::Opening(OpeningError::Over(_))) => {
            Ok(Answer::Page(StatusCode::CONFLICT, request(visit, None).await?))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /console/openings/{id}/end`
async fn end(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id = named(visit).await?.opening.id;
    let by = Acting::Person(&visit.signed()?.account);
    match visit.engine().end_opening(id, by).await {
        Ok(_) | Err(EngineError::Opening(OpeningError::Over(_))) => Ok(Answer::See(address::opening(&id.to_string()))),
        Err(error) => Err(error.into()),
    }
}

/// `POST /console/openings/{id}/read`
async fn read(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let id = named(visit).await?.opening.id;
    let by = Acting::Person(&visit.signed()?.account);
    let read = match visit.engine().read_opening(id, by).await {
        Ok(read) => read,
        Err(EngineError::Opening(OpeningError::Over(_))) => {
            return Ok(Answer::Page(StatusCode::CONFLICT, request(visit, None).await?));
        }
        Err(error) => return Err(error.into()),
    };
    let back = address::opening(&id.to_string());
    let until = read.opening.state.until().unwrap_or(visit.now);
    // The browser leaves the page when the time is over, with no script.
    let seconds = until.duration_since(visit.now).as_secs().max(0).unsigned_abs();
    let html = content(visit, &read).await?;
    Ok(Answer::ForSeconds(html, seconds, back))
}

async fn content(visit: &Visit, read: &OpenedMessage) -> Result<String, Trouble> {
    let part = |part: &Minimised<Message>| opened::Part {
        to: people::name(visit, part.receiver()),
        lines: prose::write_message(part.content())
            .lines()
            .map(|line| Text::of_at_most(line, LINE))
            .collect(),
        withheld: part.withheld(),
    };
    let view = opened::View {
        frame: frame::of(visit, Some(Section::Messages)).await?,
        id: read.opening.id.to_string(),
        until: read.opening.state.until().unwrap_or(visit.now),
        audit_row: read.audit_row.get(),
        parts: read.parts.iter().map(|opened| part(opened.content())).collect(),
    };
    Ok(opened::render(&view, visit.lang))
}
