//! The operator's queries and commands.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bindeledd_core::audit::{Actor, ActorFilter, AuditAction};
use bindeledd_core::{AdapterId, InputCode, InputError, ParticipantRef, Party, PartyId, PartyName};
use bindeledd_engine::ports::{ActOutcome, AdapterFault, AuditFilter, PartyAct};
use bindeledd_engine::{EngineError, Imported};
use bindeledd_http::{Call, PathValue, Problem, whole};
use bindeledd_texts::Text as _;
use bindeledd_texts::problem::Detail;
use schemars::JsonSchema;
use serde::Serialize;

use super::api::{AuditJson, AuditRowJson, FetchedJson, ItemJson, PartyJson, PublicPartyJson, TestJson};
use super::requests::{self, Held, ImportRequest, PartyRequest, PauseRequest};
use super::search;
use super::state::Inner;

/// All parties of the hub.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Parties")]
pub(crate) struct PartiesJson<'a> {
    /// Parties, by their ids.
    parties: Vec<PartyJson<'a>>,
}

pub(super) async fn list_parties(inner: &Arc<Inner>, _: &Call) -> Result<Response, Problem> {
    let directory = inner.engine.directory();
    let mut parties: Vec<_> = directory.iter().collect();
    parties.sort_by(|a, b| a.id.cmp(&b.id));
    let mut shown = Vec::new();
    for party in parties {
        shown.push(party_json(inner, party).await?);
    }
    Ok(Json(PartiesJson { parties: shown }).into_response())
}

pub(super) async fn put_party(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let directory = inner.engine.directory();
    let request: PartyRequest = requests::read(&call.body)?;
    let party = request.into_party(|id| Held::of(directory.get(id)))?;
    let known = directory.get(&party.id).is_some();
    let id = party.id.clone();
    match inner.engine.put_party(party, &call.caller()?.actor()).await {
        Ok(()) => {}
        // The operator named the adapter here; the error does not come from a document that could not be read.
        Err(EngineError::Adapter(AdapterFault::Unknown(_))) => {
            let expected = "an adapter of the configuration; `bindeledd plugin list` names them";
            return Err(InputError::new(InputCode::UnknownCode, "endpoint.adapter", expected).into());
        }
        Err(error) => return Err(error.into()),
    }
    let status = if known { StatusCode::OK } else { StatusCode::CREATED };
    let note = inner.engine.told_of_kinds(&id).await.ok().flatten();
    let directory = inner.engine.directory();
    let party = directory.get(&id).ok_or_else(unknown)?;
    let note = note.map(|note| note.text(inner.web.language(&call.headers)));
    Ok((status, Json(party_json(inner, party).await?.with_note(note))).into_response())
}

pub(super) async fn import_parties(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let directory = inner.engine.directory();
    let request: ImportRequest = requests::read(&call.body)?;
    let lang = inner.web.language(&call.headers);
    let dry_run = request.is_dry_run();
    let read = request.into_parties(|id| Held::of(directory.get(id)));
    let unreadable = read.iter().any(Result::is_err);
    let parties: Vec<Party> = read.iter().filter_map(|r| r.as_ref().ok()).cloned().collect();
    // One unreadable party stops the whole import. The other parties are still checked, so that one answer reports every fault.
    let by = call.caller()?.actor();
    let mut outcomes = inner
        .engine
        .import(parties, dry_run || unreadable, &by)
        .await?
        .into_iter();
    let mut refused = unreadable;
    let rows = read.iter().map(|read| match read {
        Err((id, error)) => import_row(
            id.as_deref().unwrap_or_default(),
            "refused",
            Some((error.code.code(), Detail::from(error).text(lang), &error.path)),
        ),
        Ok(party) => match outcomes.next() {
            Some((_, Imported::Refused(error))) => {
                refused = true;
                let path = match &error {
                    EngineError::UnknownParty { path, .. } => path.as_str(),
                    EngineError::Input(error) => error.path.as_str(),
                    _ => "",
                };
                import_row(
                    party.id.as_str(),
                    "refused",
                    Some((error.code(), error.detail().text(lang), path)),
                )
            }
            Some((_, Imported::Added)) => import_row(party.id.as_str(), "added", None),
            Some((_, Imported::Changed)) => import_row(party.id.as_str(), "changed", None),
            Some((_, Imported::Same)) | None => import_row(party.id.as_str(), "same", None),
        },
    });
    let parties: Vec<_> = rows.collect();
    let answer = ImportAnswerJson {
        applied: !dry_run && !refused,
        dry_run,
        parties,
    };
    Ok(Json(answer).into_response())
}

/// Outcome of an import.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ImportAnswer")]
pub(crate) struct ImportAnswerJson {
    /// True if the parties were changed.
    applied: bool,
    /// True if the import was only tried.
    dry_run: bool,
    /// Outcome for each party, in the order of the request.
    parties: Vec<ImportRowJson>,
}

/// Outcome for one party of an import.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct ImportRowJson {
    /// Id of the party; empty where the request has none.
    id: String,
    /// Outcome for the party.
    #[schemars(extend("enum" = ["added", "changed", "same", "refused"]))]
    outcome: &'static str,
    /// Problem with the party, where it is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ImportProblemJson>,
}

/// Problem with one party of an import.
#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct ImportProblemJson {
    /// Stable code, with a page in the documentation.
    code: String,
    /// Text for a person.
    text: String,
    /// Place of the fault in the party.
    path: String,
}

fn import_row(id: &str, outcome: &'static str, problem: Option<(&str, String, &str)>) -> ImportRowJson {
    ImportRowJson {
        id: id.to_owned(),
        outcome,
        problem: problem.map(|(code, text, path)| ImportProblemJson {
            code: code.to_owned(),
            text,
            path: path.to_owned(),
        }),
    }
}

pub(super) async fn look_up(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let name: PartyName = call.param("name")?;
    let directory = inner.engine.directory();
    let party = directory.resolve(&name).filter(|party| party.is_found_by_others(&name));
    let party = party.cloned().ok_or_else(unknown)?;
    Ok(Json(PublicPartyJson::of(&party)).into_response())
}

pub(super) async fn show(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    party_answer(inner, &named(inner, call)?).await
}

pub(super) async fn pause(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let party = named(inner, call)?;
    let by = call.caller()?.actor();
    let PauseRequest { reason, until } = requests::read_or_default(&call.body)?;
    let Some(why) = reason else {
        return set_paused(inner, &party, true, &by).await;
    };
    let act = PartyAct::Pause { until };
    if until.is_some_and(|until| until <= inner.engine.now()) {
        let expected = "a time that lies ahead";
        return Err(InputError::new(InputCode::Invalid, "until", expected).into());
    }
    match inner.engine.act_on_party(&party, &act, &why, &by).await? {
        ActOutcome::Unknown => Err(unknown()),
        ActOutcome::Done => party_answer(inner, &party).await,
        ActOutcome::Already => {
            // The same request again is done; another pause stays as it is.
            let stands = inner.engine.pause_of(&party).await?;
            let is_same = stands.is_some_and(|pause| (pause.by, pause.why, pause.until) == (by, why, until));
            if !is_same {
                let what = Detail::PausedBefore {
                    party: party.to_string(),
                };
                return Err(EngineError::Conflict { what }.into());
            }
            party_answer(inner, &party).await
        }
    }
}

pub(super) async fn resume(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let party = named(inner, call)?;
    set_paused(inner, &party, false, &call.caller()?.actor()).await
}

async fn set_paused(inner: &Inner, party: &PartyId, paused: bool, by: &Actor) -> Result<Response, Problem> {
    if !inner.engine.pause(party, paused, by).await? {
        return Err(unknown());
    }
    party_answer(inner, party).await
}

pub(super) async fn reset_adapter(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let nobody = || EngineError::NotFound {
        what: Detail::NoAdapterOfName,
    };
    let adapter = call.param::<AdapterId>("id").map_err(|_| nobody())?;
    let was_set_aside = match inner.engine.reset_adapter(&adapter, &call.caller()?.actor()).await {
        Err(EngineError::Adapter(AdapterFault::Unknown(_))) => return Err(nobody().into()),
        answered => answered?,
    };
    let answer = AdapterResetJson {
        adapter: adapter.to_string(),
        was_set_aside,
    };
    Ok(Json(answer).into_response())
}

/// Adapter that was taken back into use.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AdapterReset")]
pub(crate) struct AdapterResetJson {
    /// Name of the adapter.
    adapter: String,
    /// True if it had been set aside.
    was_set_aside: bool,
}

pub(super) async fn test_party(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let test = inner.engine.test_party(&named(inner, call)?).await?;
    let lang = inner.web.language(&call.headers);
    Ok(([(CONTENT_LANGUAGE, lang.tag())], Json(TestJson::of(&test, lang))).into_response())
}

pub(super) async fn list_fetched(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let items = inner.engine.views().items_aside(call.limit()?).await?;
    let items = items.iter().map(ItemJson::of).collect();
    Ok(Json(FetchedJson { items }).into_response())
}

pub(super) async fn list_audit(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let from = call
        .query
        .get("from", InputCode::Invalid, "the number of a row, from 1", row_number)?;
    let filter = audit_filter(inner, call)?;
    let limit = filter.limit;
    let is_bare = filter
        == AuditFilter {
            limit,
            ..AuditFilter::default()
        };
    let rows = match from {
        Some(_) if !is_bare => {
            let expected = "`from` alone; with a filter or `before` the rows come newest first";
            return Err(InputError::new(InputCode::Invalid, "query.from", expected).into());
        }
        None if !is_bare => inner.engine.audit().audit_rows(&filter).await?,
        from => inner.engine.audit().audit(from.unwrap_or(1), limit).await?,
    };
    let rows = rows.iter().map(AuditRowJson::of).collect();
    Ok(Json(AuditJson { rows }).into_response())
}

/// Parses the number of a row. SQLite's integers and the document of the API end at `i64::MAX`.
fn row_number(raw: &str) -> Option<u64> {
    whole(raw).filter(|number| (1..=i64::MAX.cast_unsigned()).contains(number))
}

/// Reads the filters of a query over the audit log.
fn audit_filter(inner: &Inner, call: &Call) -> Result<AuditFilter, InputError> {
    let query = &call.query;
    let actors = "person, party, operator, hub, person:<account> or party:<id>";
    let participant = "a participant's pseudonym";
    Ok(AuditFilter {
        action: query.get(
            "action",
            InputCode::UnknownCode,
            "an action of the log, as docs/audit/actions.md lists them",
            AuditAction::parse,
        )?,
        actor: query.get("actor", InputCode::Invalid, actors, ActorFilter::parse)?,
        party: search::party(inner, call)?,
        participant: query.get("participant", InputCode::Invalid, participant, ParticipantRef::parse)?,
        since: search::time(call, "since")?,
        until: search::time(call, "until")?,
        before: query.get("before", InputCode::Invalid, "the number of a row, from 1", row_number)?,
        limit: call.limit()?,
    })
}

pub(super) async fn audit_checkpoint(inner: &Arc<Inner>, _: &Call) -> Result<Response, Problem> {
    let note = inner.engine.audit().audit_checkpoint().await?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response())
}

/// The path of a tile below `tile/`. The store knows which tiles exist.
struct TilePath(String);

impl PathValue for TilePath {
    const ABSENT: Detail = Detail::NoTile;

    fn read(raw: &str) -> Option<Self> {
        Some(Self(raw.to_owned()))
    }
}

pub(super) async fn audit_tile(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let TilePath(tile) = call.param("tile")?;
    let path = format!("tile/{tile}");
    let tile = inner.engine.audit().audit_tile(&path).await?;
    let tile = tile.ok_or_else(|| Problem::not_found(Detail::NoTileYet))?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], tile).into_response())
}

pub(super) fn unknown() -> Problem {
    Problem::not_found(Detail::NoParty)
}

pub(super) fn named(inner: &Inner, call: &Call) -> Result<PartyId, Problem> {
    let name: PartyName = call.param("id")?;
    inner
        .engine
        .directory()
        .resolve(&name)
        .map(|party| party.id.clone())
        .ok_or_else(unknown)
}

pub(super) async fn party_answer(inner: &Inner, id: &PartyId) -> Result<Response, Problem> {
    let directory = inner.engine.directory();
    let party: &Arc<Party> = directory.get(id).ok_or_else(unknown)?;
    Ok(Json(party_json(inner, party).await?).into_response())
}

/// Returns a party for the operator, with its pause.
async fn party_json<'p>(inner: &Inner, party: &'p Party) -> Result<PartyJson<'p>, Problem> {
    let pause = match party.paused {
        true => inner.engine.pause_of(&party.id).await?,
        false => None,
    };
    Ok(PartyJson::of(party).with_pause(pause.as_ref()))
}
