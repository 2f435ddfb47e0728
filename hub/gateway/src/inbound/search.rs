//! Lists of messages, counts by state, causes, and things by any id.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use bindeledd_core::delivery::{Cause, State};
use bindeledd_core::{InputCode, InputError, Kind, MessageId, ParticipantRef, PartyId, PartyName};
use bindeledd_engine::ports::{ErrorFilter, MessageFilter};
use bindeledd_http::{Call, Problem};
use bindeledd_texts::problem::Detail;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::api::{
    CountJson, CountsJson, ErrorJson, ErrorsJson, FlowJson, FlowsJson, HitJson, HitsJson, MessageJson, MessagesJson,
    PartyMessagesJson, TimelineJson, Viewer,
};
use super::requests::{self, AnyId, MessageNames};
use super::state::Inner;

/// Time over which causes are counted if the caller names none.
const USUAL_TIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Reads the filters of a query.
pub(super) fn filter(inner: &Inner, call: &Call) -> Result<MessageFilter, Problem> {
    let query = &call.query;
    let state = |raw: &str| State::NAMES.contains(&raw).then(|| raw.to_owned());
    let code = |raw: &str| Cause::is_code(raw).then(|| raw.to_owned());
    let states = format!("one of {}", State::NAMES.join(", "));
    Ok(MessageFilter {
        party: party(inner, call)?,
        participant: query.get(
            "participant",
            InputCode::Invalid,
            "a participant's pseudonym",
            ParticipantRef::parse,
        )?,
        state: query.get("state", InputCode::UnknownCode, &states, state)?,
        code: query.get("code", InputCode::Invalid, "a code such as BL-4002", code)?,
        ..time_and_kind(call)?
    })
}

pub(super) fn party(inner: &Inner, call: &Call) -> Result<Option<PartyId>, InputError> {
    let directory = inner.engine.directory();
    let party = |raw: &str| directory.resolve(&PartyName::parse(raw).ok()?).map(|p| p.id.clone());
    call.query
        .get("party", InputCode::Invalid, "a party that the hub knows", party)
}

fn time_and_kind(call: &Call) -> Result<MessageFilter, InputError> {
    let message_id = |raw: &str| Uuid::try_parse(raw).ok().map(MessageId);
    Ok(MessageFilter {
        kind: call
            .query
            .get("kind", InputCode::UnknownCode, "a message kind", Kind::parse)?,
        since: time(call, "since")?,
        until: time(call, "until")?,
        before: call
            .query
            .get("before", InputCode::Invalid, "a message's id", message_id)?,
        limit: call.limit()?,
        ..MessageFilter::default()
    })
}

pub(super) fn time(call: &Call, name: &str) -> Result<Option<Timestamp>, InputError> {
    let expected = "a time with its zone, such as 2026-12-01T08:00:00Z";
    call.query
        .get(name, InputCode::Invalid, expected, |raw| raw.parse().ok())
}

/// Returns the messages of a filter, as the operator sees them.
pub(super) async fn listed(inner: &Inner, filter: &MessageFilter) -> Result<Response, Problem> {
    let messages = inner.engine.views().messages(filter).await?;
    let shown = messages.iter().filter_map(|m| MessageJson::of(m, &Viewer::Operator));
    let answer = MessagesJson {
        messages: shown.collect(),
    };
    Ok(Json(answer).into_response())
}

/// Reads the filters of a query, and the names of a body.
pub(super) fn named(inner: &Inner, call: &Call) -> Result<MessageFilter, Problem> {
    let names: MessageNames = requests::read_or_default(&call.body)?;
    Ok(MessageFilter {
        reference: names.reference.map(String::from),
        external_id: names.external_id.map(String::from),
        ..filter(inner, call)?
    })
}

pub(super) async fn search(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    listed(inner, &named(inner, call)?).await
}

pub(super) async fn counts(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let counts = inner.engine.views().message_counts(&filter(inner, call)?).await?;
    let answer = CountsJson {
        counts: counts.iter().map(CountJson::of).collect(),
    };
    Ok(Json(answer).into_response())
}

pub(super) async fn errors(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let now = inner.engine.now();
    let usual = now.checked_sub(USUAL_TIME).unwrap_or(Timestamp::MIN);
    let filter = ErrorFilter {
        since: time(call, "since")?.unwrap_or(usual),
        until: time(call, "until")?,
        party: party(inner, call)?,
    };
    let errors = inner.engine.views().errors(&filter).await?;
    let answer = ErrorsJson {
        errors: errors.iter().map(ErrorJson::of).collect(),
    };
    Ok(Json(answer).into_response())
}

/// Counts deliveries by pair of parties, in whole quarters of an hour.
pub(super) async fn flow(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let now = inner.engine.now();
    let usual = now.checked_sub(USUAL_TIME).unwrap_or(Timestamp::MIN);
    let since = time(call, "since")?.unwrap_or(usual);
    // The quarter of the end is not among them, and that of now is.
    let soon = now.checked_add(SignedDuration::from_mins(15)).unwrap_or(now);
    let until = time(call, "until")?.unwrap_or(soon);
    let pairs = inner.engine.glance().flow_by_pair(since, until).await?;
    let answer = FlowsJson {
        pairs: pairs.iter().map(FlowJson::of).collect(),
    };
    Ok(Json(answer).into_response())
}

pub(super) async fn find(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let AnyId { id } = requests::read(&call.body)?;
    let hits = inner.engine.views().find(&String::from(id)).await?;
    let answer = HitsJson {
        hits: hits.iter().map(HitJson::of).collect(),
    };
    Ok(Json(answer).into_response())
}

/// Lists a party's own messages: those that it sent, and those to it that it may know of.
pub(super) async fn of_party(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let party = call.path_party()?.clone();
    let filter = MessageFilter {
        party: Some(party.clone()),
        only_shown: true,
        ..time_and_kind(call)?
    };
    let messages = inner.engine.views().messages(&filter).await?;
    let is_full = messages.len() == filter.limit;
    let next = messages
        .last()
        .filter(|_| is_full)
        .map(|message| message.id.to_string());
    let is_operator = call.caller()?.is_operator();
    let shown = messages.iter().filter_map(|message| {
        let viewer = match message.from == party {
            _ if is_operator => Viewer::Operator,
            true => Viewer::Sender,
            false => Viewer::Receiver(party.clone()),
        };
        MessageJson::of(message, &viewer)
    });
    let answer = PartyMessagesJson {
        messages: shown.collect(),
        next,
    };
    Ok(Json(answer).into_response())
}

pub(super) async fn timeline(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let unknown = || Problem::not_found(Detail::NoMessage);
    let timeline = inner.engine.views().timeline(call.param("id")?).await?;
    let timeline = timeline.ok_or_else(unknown)?;
    let answer = TimelineJson::of(&timeline).ok_or_else(unknown)?;
    Ok(Json(answer).into_response())
}
