//! A participant's rights: the look-up, whose URL holds no id; the disclosures; and the export of everything.

use std::sync::Arc;

use axum::Json;
use axum::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bindeledd_core::disclosure::{Disclosure, Page, PublicParty, page, to_page};
use bindeledd_core::form::Language;
use bindeledd_core::{DeliveryId, InputCode, ParticipantRef, PartyId};
use bindeledd_engine::Directory;
use bindeledd_engine::ports::{DisclosureFilter, SubjectExport};
use bindeledd_http::{Call, Caller, Problem};
use bindeledd_texts::problem::Detail;
use jiff::Timestamp;

use super::api::{DisclosureJson, DisclosuresJson, LookJson, ParticipantRefJson, Viewer, audit_events, export_json};
use super::requests::{self, ExportRequest, ParticipantLookup};
use super::state::Inner;

/// Number of disclosures that are read at a time if the caller asks for all.
const AT_A_TIME: usize = 500;

pub(super) async fn look_up(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let ParticipantLookup { national_id } = requests::read(&call.body)?;
    let found = inner
        .engine
        .find_participant(&national_id, &call.caller()?.actor())
        .await?;
    let participant = found.ok_or_else(unknown)?;
    Ok(Json(ParticipantRefJson::of(participant)).into_response())
}

/// The form of the answer that a caller wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Json,
    Fhir,
    Page,
}

/// Returns the first available media type of `Accept`; JSON if it names none.
fn wanted(call: &Call) -> Wanted {
    let said = call.headers.get_all(ACCEPT).into_iter();
    let types = said.filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(','));
    let known = |media: &str| match media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
        .as_str()
    {
        "application/fhir+json" => Some(Wanted::Fhir),
        "text/html" => Some(Wanted::Page),
        "application/json" | "*/*" => Some(Wanted::Json),
        _ => None,
    };
    types.into_iter().find_map(known).unwrap_or(Wanted::Json)
}

pub(super) async fn disclosures(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let participant = participant(call)?;
    let caller = call.caller()?;
    let mut filter = DisclosureFilter {
        participant,
        party: caller.party().cloned(),
        before: call
            .query
            .get("before", InputCode::Invalid, "a delivery's id", DeliveryId::parse)?,
        limit: call.limit()?,
    };
    let codes = Language::ALL.map(Language::code).join(", ");
    let language = call.query.get(
        "language",
        InputCode::UnknownCode,
        &format!("one of {codes}"),
        Language::parse,
    )?;
    let directory = inner.engine.directory();
    match wanted(call) {
        Wanted::Json => {
            let found = inner.engine.disclosures(&filter, &caller.actor()).await?;
            let found = found.ok_or_else(unknown)?;
            let shown = found.iter().map(|d| DisclosureJson::of(d, &viewer(caller, d)));
            let looks = match caller.is_operator() && filter.before.is_none() {
                true => inner.engine.looks(participant).await?,
                false => None,
            };
            let answer = DisclosuresJson {
                disclosures: shown.collect(),
                looks: looks.map(|looks| looks.iter().map(LookJson::of).collect()),
            };
            Ok(Json(answer).into_response())
        }
        Wanted::Fhir => {
            filter.before = None;
            let found = all(inner, filter, caller).await?;
            let bundle = audit_events(
                &found,
                participant,
                &directory,
                &|d| viewer(caller, d),
                inner.engine.now(),
            );
            let headers = [(CONTENT_TYPE, "application/fhir+json; charset=utf-8")];
            Ok((headers, bundle.to_string()).into_response())
        }
        Wanted::Page if caller.is_operator() => {
            filter.before = None;
            let found = all(inner, filter, caller).await?;
            let language = language.unwrap_or(Language::Bokmal);
            let looks = inner.engine.looks(participant).await?.unwrap_or_default();
            let about = Page {
                disclosures: &found,
                looks: &looks,
                made_at: inner.engine.now(),
                party: &|id| public(&directory, id),
            };
            let html = to_page(&page(&about, language), language);
            let headers = [
                (CONTENT_TYPE, "text/html; charset=utf-8"),
                (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
            ];
            Ok((headers, html).into_response())
        }
        // A page with only a part of the disclosures would look complete to the participant.
        Wanted::Page => Err(Problem::forbidden(Detail::PageForOperator)),
    }
}

/// Returns every disclosure that matches a filter, whatever its limit.
async fn all(inner: &Inner, mut filter: DisclosureFilter, caller: &Caller) -> Result<Vec<Disclosure>, Problem> {
    filter.limit = AT_A_TIME;
    let mut found = Vec::new();
    loop {
        let next = inner.engine.disclosures(&filter, &caller.actor()).await?;
        let next = next.ok_or_else(unknown)?;
        let is_last = next.len() < AT_A_TIME;
        filter.before = next.last().map(|d| d.delivery);
        found.extend(next);
        if is_last {
            return Ok(found);
        }
    }
}

fn viewer(caller: &Caller, disclosure: &Disclosure) -> Viewer {
    match caller {
        Caller::Operator => Viewer::Operator,
        Caller::Party(party) if *party == disclosure.from => Viewer::Sender,
        Caller::Party(party) => Viewer::Receiver(party.clone()),
    }
}

/// Returns the public part of a party; only its id if the party is no longer known.
fn public(directory: &Directory, id: &PartyId) -> PublicParty {
    let party = directory.get(id).map(|party| party.as_others_see_it());
    PublicParty {
        phone: party.as_ref().and_then(|party| party.phone).map(ToOwned::to_owned),
        name: party.map_or_else(|| id.to_string(), |party| party.name.to_owned()),
    }
}

pub(super) async fn export(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let participant = participant(call)?;
    let ExportRequest { reason } = requests::read(&call.body)?;
    let export = inner
        .engine
        .export(participant, &reason, call.caller()?.acting())
        .await?;
    let export = export.ok_or_else(unknown)?;
    let directory = inner.engine.directory();
    let bundle = export_json(&export, inner.engine.now(), &|id| public(&directory, id));
    let headers = [(CONTENT_DISPOSITION, "attachment; filename=\"export.json\"")];
    Ok((headers, Json(bundle)).into_response())
}

/// Writes the participant's own copy of everything, as the API gives it.
#[must_use]
pub fn participant_copy(export: &SubjectExport, made_at: Timestamp, directory: &Directory) -> String {
    let copy = export_json(export, made_at, &|id| public(directory, id));
    format!("{copy:#}")
}

fn participant(call: &Call) -> Result<ParticipantRef, Problem> {
    call.param("ref")
}

/// A participant without a relation to the caller is answered like an unknown one.
fn unknown() -> Problem {
    Problem::not_found(Detail::NoParticipant)
}
