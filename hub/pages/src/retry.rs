//! Acts on one delivery: sending it again, and cancelling it. Each asks why, and does what the person saw or nothing.

use axum::http::StatusCode;
use bindeledd_console::view::retry::{Act, Fate, First, View, render};
use bindeledd_console::{Errors, Fault, Section, Text, address};
use bindeledd_core::audit::{Actor, AuditAction, reason_of_act};
use bindeledd_core::delivery::State;
use bindeledd_core::{DeliveryId, MessageId};
use bindeledd_engine::ports::{AuditRow, Candidate, DeliveryView, MessageView, Selection};
use jiff::Timestamp;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::log::Log;
use crate::people;
use crate::route::{Cookies, PageRoute, get, post};
use crate::selection;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!("/console/messages/{id}/{delivery}/retry", Operator, ask_retry),
    post!("/console/messages/{id}/{delivery}/retry", Operator, retry),
    get!("/console/messages/{id}/{delivery}/cancel", Operator, ask_cancel),
    post!("/console/messages/{id}/{delivery}/cancel", Operator, cancel),
];

/// Rows of the log that are searched for the act that came first.
const LOOKS_BACK: u64 = 1000;

/// `GET /console/messages/{id}/{delivery}/retry`
pub(crate) async fn ask_retry(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let shown = Shown::read(visit).await?;
    let view = shown.view(visit, Act::Retry, Errors::none()).await?;
    Ok(Answer::page(render(&view, visit.lang)))
}

/// `GET /console/messages/{id}/{delivery}/cancel`
pub(crate) async fn ask_cancel(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let shown = Shown::read(visit).await?;
    let view = shown.view(visit, Act::Cancel, Errors::none()).await?;
    Ok(Answer::page(render(&view, visit.lang)))
}

/// `POST /console/messages/{id}/{delivery}/retry`
pub(crate) async fn retry(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    act(visit, Act::Retry).await
}

/// `POST /console/messages/{id}/{delivery}/cancel`
pub(crate) async fn cancel(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    act(visit, Act::Cancel).await
}

async fn act(visit: &Visit, act: Act) -> Result<Answer, Trouble> {
    let shown = Shown::read(visit).await?;
    let Some(seen) = shown.as_seen(visit.call.field("seen")) else {
        return Err(Trouble::StrangeForm);
    };
    let Some(reason) = reason_of_act(visit.call.field("reason")) else {
        let errors = Errors::none().and("reason", Fault::Reason.text(visit.lang));
        let html = render(&shown.view(visit, act, errors).await?, visit.lang);
        return Ok(Answer::Page(StatusCode::UNPROCESSABLE_ENTITY, html));
    };
    let (engine, by) = (visit.engine(), visit.actor()?);
    let is_done = match act {
        Act::Retry => !engine.retry_seen(&seen, reason, &by).await?.goes.is_empty(),
        Act::Cancel => engine.cancel_seen(&seen, reason, &by).await?,
    };
    if is_done {
        return Ok(shown.done(act));
    }
    came_second(visit, act, &by).await
}

/// Answers an act that changed nothing, since the delivery had changed or may no longer be sent.
async fn came_second(visit: &Visit, act: Act, by: &Actor) -> Result<Answer, Trouble> {
    let shown = Shown::read(visit).await?;
    let last = last_act(visit, shown.delivery.id).await?;
    let own = last.as_ref().filter(|last| last.by == *by).map(|last| last.action);
    // A second click on the same button.
    let is_second_click = matches!(
        (own, act),
        (Some(AuditAction::Replayed), Act::Retry) | (Some(AuditAction::Cancelled), Act::Cancel)
    );
    if is_second_click {
        return Ok(shown.done(act));
    }
    let mut view = shown.view(visit, act, Errors::none()).await?;
    // The person's own act may have been denied; the page then says why it can not be sent.
    if own != Some(AuditAction::ReplayDenied) {
        let names = people::names(visit).await?;
        let directory = visit.engine().directory();
        view.first = Some(First {
            who: last.as_ref().map(|last| people::who(&last.by, &names, &directory)),
            at: last.map_or(shown.delivery.changed_at, |last| last.at),
        });
    }
    Ok(Answer::Page(StatusCode::CONFLICT, render(&view, visit.lang)))
}

/// An act on a delivery, out of the log.
struct LastAct {
    by: Actor,
    action: AuditAction,
    at: Timestamp,
}

/// Returns the newest act of a person, a key or a party on a delivery.
async fn last_act(visit: &Visit, delivery: DeliveryId) -> Result<Option<LastAct>, Trouble> {
    let log = Log::newest(visit, LOOKS_BACK).await?;
    let id = delivery.to_string();
    let act = |row: &AuditRow| {
        let (by, action) = (Actor::parse(&row.actor)?, AuditAction::parse(&row.action)?);
        let is_act = matches!(
            action,
            AuditAction::Replayed | AuditAction::ReplayDenied | AuditAction::Cancelled
        );
        (is_act && by != Actor::Hub && is_about(row, &id)).then_some(LastAct { by, action, at: row.at })
    };
    Ok(log.rows.iter().rev().find_map(act))
}

/// Returns whether a row is about a delivery. A reason may name another delivery.
fn is_about(row: &AuditRow, delivery: &str) -> bool {
    let detail: Option<serde_json::Value> = serde_json::from_str(&row.detail).ok();
    detail.is_some_and(|detail| detail["delivery"] == delivery)
}

/// A delivery as it is now.
struct Shown {
    message: MessageView,
    delivery: DeliveryView,
}

impl Shown {
    async fn read(visit: &Visit) -> Result<Self, Trouble> {
        let id: MessageId = visit.call.param("id").ok_or(Trouble::NotFound)?;
        let delivery: DeliveryId = visit.call.param("delivery").ok_or(Trouble::NotFound)?;
        let message = visit.engine().views().message(id).await?.ok_or(Trouble::NotFound)?;
        let found = message.deliveries.iter().find(|of| of.id == delivery).cloned();
        Ok(Self {
            delivery: found.ok_or(Trouble::NotFound)?,
            message,
        })
    }

    /// Returns the stamp of the delivery as it is now.
    fn stamp(&self) -> String {
        format!("{} {}", self.delivery.state.name(), self.delivery.changed_at)
    }

    /// Returns the delivery as a form's stamp has it.
    fn as_seen(&self, stamp: &str) -> Option<Candidate> {
        let (state, changed_at) = stamp.split_once(' ')?;
        Some(Candidate {
            message: self.message.id,
            kind: self.message.kind,
            accepted_at: self.message.accepted_at,
            delivery: self.delivery.id,
            to: self.delivery.to.clone(),
            state: State::NAMES.into_iter().find(|name| *name == state)?,
            code: None,
            changed_at: changed_at.parse().ok()?,
        })
    }

    fn address(&self) -> String {
        address::delivery(&self.message.id.to_string(), &self.delivery.id.to_string())
    }

    fn done(&self, act: Act) -> Answer {
        let done = match act {
            Act::Retry => "sent",
            Act::Cancel => "cancelled",
        };
        Answer::See(format!("{}&done={done}", self.address()))
    }

    async fn fate(&self, visit: &Visit, act: Act) -> Result<Fate, Trouble> {
        if act == Act::Cancel {
            let waits = matches!(self.delivery.state, State::Waiting(_));
            return Ok(if waits { Fate::Goes } else { Fate::UnderWay });
        }
        let selection = Selection::Deliveries(vec![self.delivery.id]);
        let effect = visit.engine().retry_effect(&selection).await?;
        if !effect.goes.is_empty() {
            return Ok(Fate::Goes);
        }
        Ok(match effect.blocked.first() {
            Some(blocked) => Fate::Blocked(Text::new(blocked.code.as_deref().unwrap_or_default())),
            None if effect.too_late.is_empty() => Fate::UnderWay,
            None => Fate::TooLate,
        })
    }

    async fn view(&self, visit: &Visit, act: Act, errors: Errors) -> Result<View, Trouble> {
        let directory = visit.engine().directory();
        let (id, delivery) = (self.message.id.to_string(), self.delivery.id.to_string());
        let is_posted_again = !errors.is_empty();
        Ok(View {
            frame: frame::of(visit, Some(Section::Messages)).await?,
            act,
            kind: self.message.kind,
            from: people::label(&directory, &self.message.from),
            to: selection::receiver(&directory, &self.delivery.to),
            accepted_at: self.message.accepted_at,
            standing: selection::standing(&self.delivery),
            fate: self.fate(visit, act).await?,
            // A form that comes back keeps what the person saw first.
            seen: if is_posted_again {
                visit.call.field("seen").to_owned()
            } else {
                self.stamp()
            },
            reason: visit.call.field("reason").to_owned(),
            errors,
            action: match act {
                Act::Retry => address::delivery_retry(&id, &delivery),
                Act::Cancel => address::delivery_cancel(&id, &delivery),
            },
            back: self.address(),
            first: None,
        })
    }
}
