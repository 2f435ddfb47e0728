//! Alerts: lists for the operator and for a party, and what operators do with an alert.

use std::sync::Arc;

use axum::Json;
use axum::http::header::CONTENT_LANGUAGE;
use axum::response::{IntoResponse, Response};
use bindeledd_core::alert::{AlertEvent, AlertKind, AlertStanding, ClosingWord};
use bindeledd_core::{AlertId, InputCode, InputError, PartyId};
use bindeledd_engine::ports::AlertFilter;
use bindeledd_fields::Fields;
use bindeledd_http::{Call, Problem, accepted_language};
use bindeledd_texts::Lang;
use bindeledd_texts::problem::Detail;
use schemars::JsonSchema;
use serde_json::json;

use super::api::{AlertActedJson, AlertJson, AlertShownJson, AlertsJson};
use super::requests::{self, Request};
use super::state::Inner;

pub(super) async fn list(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let names: Vec<_> = AlertStanding::ALL.into_iter().map(AlertStanding::code).collect();
    let expected = format!("one of {}", names.join(", "));
    let state = call
        .query
        .get("state", InputCode::UnknownCode, &expected, AlertStanding::parse)?;
    page(inner, call, None, state).await
}

pub(super) async fn of_party(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    page(inner, call, Some(call.path_party()?.clone()), None).await
}

async fn page(
    inner: &Inner,
    call: &Call,
    party: Option<PartyId>,
    state: Option<AlertStanding>,
) -> Result<Response, Problem> {
    let kinds: Vec<_> = AlertKind::ALL.into_iter().map(AlertKind::code).collect();
    let expected = format!("one of {}", kinds.join(", "));
    let kind = call
        .query
        .get("kind", InputCode::UnknownCode, &expected, AlertKind::parse)?;
    let filter = AlertFilter {
        kind,
        party,
        state,
        before: call
            .query
            .get("before", InputCode::Invalid, "an alert's id", AlertId::parse)?,
        limit: call.limit()?,
    };
    let alerts = inner.engine.views().alerts(&filter).await?;
    let to_operator = call.caller()?.is_operator();
    let is_list_of_all = filter.party.is_none();
    // The people of a party read Norwegian, unless its system asks for another language.
    let lang = match to_operator {
        true => inner.web.language(&call.headers),
        false => accepted_language(&call.headers).unwrap_or(Lang::Bokmal),
    };
    let directory = inner.engine.directory();
    let ids: Vec<_> = alerts.iter().map(|alert| alert.id).collect();
    let pushes = match is_list_of_all {
        true => inner.engine.pushes_of(&ids).await?,
        false => Vec::new(),
    };
    let now = inner.engine.now();
    let alerts = alerts.iter().map(|alert| {
        let json = match is_list_of_all {
            true => AlertJson::with_state(alert, lang).with_pushes(alert, &pushes, now),
            false => AlertJson::of(alert, to_operator, lang),
        };
        json.with_phone(alert, &directory, to_operator)
    });
    let alerts = alerts.collect();
    Ok(([(CONTENT_LANGUAGE, lang.tag())], Json(AlertsJson { alerts })).into_response())
}

pub(super) async fn one(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let id: AlertId = call.param("id")?;
    let found = inner.engine.views().alert(id).await?;
    let alert = found.ok_or_else(|| Problem::not_found(Detail::NoAlert))?;
    let pushes = inner.engine.pushes_of(&[id]).await?;
    let (lang, directory) = (inner.web.language(&call.headers), inner.engine.directory());
    let alert = AlertJson::with_state(&alert, lang)
        .with_pushes(&alert, &pushes, inner.engine.now())
        .with_phone(&alert, &directory, true);
    Ok(([(CONTENT_LANGUAGE, lang.tag())], Json(AlertShownJson { alert })).into_response())
}

/// Closing of an alert, with a word.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, example = json!({ "word": "called the practice, their system is back" }))]
pub(crate) struct AlertClosing {
    /// Action that was taken, without names and identity numbers of persons. It goes into the audit log.
    #[schemars(with = "String", length(min = 1, max = 300), regex(pattern = r"\S"))]
    pub(crate) word: ClosingWord,
}

impl Request for AlertClosing {
    fn take(mut fields: Fields) -> Result<Self, InputError> {
        let expected = "a line of 1 to 300 characters, without names and identity numbers of persons";
        let word = fields.need_read("word", expected, |raw| ClosingWord::parse(raw).ok())?;
        fields.finish("word")?;
        Ok(Self { word })
    }
}

pub(super) async fn take(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    act(inner, call, AlertEvent::Take).await
}

pub(super) async fn release(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    act(inner, call, AlertEvent::Release).await
}

pub(super) async fn close(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let AlertClosing { word } = requests::read(&call.body)?;
    act(inner, call, AlertEvent::Close(word)).await
}

pub(super) async fn reopen(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    act(inner, call, AlertEvent::Reopen).await
}

async fn act(inner: &Inner, call: &Call, event: AlertEvent) -> Result<Response, Problem> {
    let id: AlertId = call.param("id")?;
    let alert = inner.engine.act_on_alert(id, &event, &call.caller()?.actor()).await?;
    let lang = inner.web.language(&call.headers);
    let acted = AlertActedJson {
        alert: AlertJson::with_state(&alert, lang),
    };
    Ok(([(CONTENT_LANGUAGE, lang.tag())], Json(acted)).into_response())
}
