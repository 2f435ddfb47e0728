//! Confirmations: what waits for one, and who can give it.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use bindeledd_consent_document::read_evidence;
use bindeledd_core::consent::{Consent, Evidence};
use bindeledd_core::{ConsentId, InputCode, InputError, PartyId, PartyName};
use bindeledd_engine::EngineError;
use bindeledd_fields::Fields;
use bindeledd_http::{Call, Problem};
use schemars::JsonSchema;
use serde::Serialize;

use super::api::{AgreedJson, ParticipantRefJson, WaitingJson, place_shown, ways};
use super::consent_lookup::{find, seen_by};
use super::state::Inner;

pub(super) async fn confirm(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let consent = find(inner, call).await?;
    seen_by(&consent, call)?;
    let caller = call.caller()?;
    let asked = read(inner, &call.body)?;
    let Some(sender) = asked.from.or_else(|| caller.party().cloned()) else {
        let expected = "the party whose grants are confirmed: its id, org:<organisation number> or her:<HER-id>";
        return Err(InputError::new(InputCode::Missing, "from", expected).into());
    };
    // Of others' grants a party learns nothing here: its own refusal comes before what there is.
    if caller.party() == Some(&sender) && !consent.grants.iter().any(|g| g.from == sender) {
        return Err(Problem::forbidden(
            "a grant is confirmed by its sender, and this consent has none of yours",
        ));
    }
    let what = (&sender, asked.to.as_ref());
    let confirmed = inner
        .engine
        .confirm_consent(&consent, what, asked.evidence, &caller.actor())
        .await?;
    Ok(Json(ConfirmedJson { confirmed }).into_response())
}

/// What somebody confirms.
#[derive(Default)]
struct Asked {
    from: Option<PartyId>,
    to: Option<PartyId>,
    evidence: Option<Evidence>,
}

fn read(inner: &Inner, body: &[u8]) -> Result<Asked, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Asked::default());
    }
    let mut fields = Fields::of(bindeledd_fields::parse(body)?, "")?;
    let party = |fields: &mut Fields, name: &str| -> Result<Option<PartyId>, Problem> {
        if !fields.has(name) {
            return Ok(None);
        }
        let expected = "a party: its id, org:<organisation number> or her:<HER-id>";
        let named = fields.need_read(name, expected, |raw| PartyName::parse(raw).ok())?;
        let found = inner.engine.directory().resolve(&named).map(|party| party.id.clone());
        let unknown = || EngineError::UnknownParty {
            name: named.to_string(),
            path: fields.path(name),
        };
        Ok(Some(found.ok_or_else(unknown)?))
    };
    let asked = Asked {
        from: party(&mut fields, "from")?,
        to: party(&mut fields, "to")?,
        evidence: match fields.has("evidence") {
            true => Some(evidence(&mut fields)?),
            false => None,
        },
    };
    fields.finish("one of from, to, evidence")?;
    Ok(asked)
}

/// Evidence of a sender's word. Its type stands in the audit log, so it is a word of its own and no text.
fn evidence(fields: &mut Fields) -> Result<Evidence, InputError> {
    let evidence = read_evidence(fields)?;
    let is_word = |raw: &str| {
        raw.len() <= 40 && raw.starts_with(|c: char| c.is_ascii_lowercase()) && raw.bytes().all(is_of_a_word)
    };
    match is_word(&evidence.kind) {
        true => Ok(evidence),
        false => {
            let expected = "a word of lower-case letters, digits and hyphens, such as agreement or phone-call";
            Err(InputError::new(InputCode::Invalid, "evidence.type", expected))
        }
    }
}

const fn is_of_a_word(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')
}

pub(super) async fn waiting(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let limit = call.limit()?;
    let caller = call.caller()?;
    let found = inner.engine.waiting_grants(caller.party(), limit).await?;
    let shown = found.iter().map(|waiting| {
        let grant = (waiting.index, &waiting.grant.from, &waiting.grant.to);
        let how = how(inner, grant, (waiting.consent, &waiting.registrar), caller.party());
        // The place among others' grants is for callers who see those.
        let sees_all = caller.party().is_none_or(|party| *party == waiting.registrar);
        WaitingGrantJson {
            consent: waiting.consent.to_string(),
            grant: sees_all.then_some(waiting.index),
            participant: ParticipantRefJson::of(waiting.participant),
            registrar: waiting.registrar.as_str(),
            agreed: AgreedJson::of(&waiting.grant),
            ways: how.ways,
            what_to_do: how.what_to_do,
        }
    });
    let answer = WaitingGrantsJson {
        waiting: shown.collect(),
    };
    Ok(Json(answer).into_response())
}

/// How many grants were confirmed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Confirmed")]
pub(crate) struct ConfirmedJson {
    confirmed: usize,
}

/// The grants that wait for a confirmation.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WaitingGrants")]
pub(crate) struct WaitingGrantsJson<'a> {
    waiting: Vec<WaitingGrantJson<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct WaitingGrantJson<'a> {
    consent: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<u16>,
    participant: ParticipantRefJson,
    registrar: &'a str,
    #[serde(flatten)]
    agreed: AgreedJson<'a>,
    #[schemars(schema_with = "ways")]
    ways: Vec<&'static str>,
    what_to_do: String,
}

/// The grants of a consent that wait, as a caller may see them.
pub(super) fn waiting_of(
    inner: &Inner,
    consent: &Consent,
    caller: Option<&PartyId>,
    only_for: Option<&PartyId>,
) -> Vec<WaitingJson> {
    let waiting = consent.waiting(inner.engine.now());
    let seen = waiting.filter(|(_, grant)| only_for.is_none_or(|party| grant.from == *party || grant.to == *party));
    let registered = (consent.id, &consent.registrar);
    let shown = |index| place_shown(consent, only_for, index);
    seen.map(|(index, grant)| how(inner, (shown(index), &grant.from, &grant.to), registered, caller))
        .collect()
}

/// How a grant can be confirmed: by whom, and with which words for this caller.
fn how(
    inner: &Inner,
    (index, from, to): (u16, &PartyId, &PartyId),
    (consent, registrar): (ConsentId, &PartyId),
    caller: Option<&PartyId>,
) -> WaitingJson {
    let directory = inner.engine.directory();
    let is_trusted = directory
        .get(from)
        .is_some_and(|party| party.trusts.contains(registrar));
    let can_itself = inner.web.callers.has_a_way_in(from);
    let path = format!("POST /v1/consents/{consent}/confirm");
    let ways = [
        (can_itself, "sender"),
        (is_trusted, "registrar"),
        (true, "operator"),
        (!is_trusted, "trust"),
    ];
    let what_to_do = match caller {
        Some(party) if party == from => format!("{path}, if you will send this"),
        Some(party) if party == registrar && is_trusted => format!("{path} with from `{from}`, which trusts you"),
        _ if can_itself => {
            format!("`{from}` confirms it itself: {path}; or the operator does, with evidence of its word")
        }
        _ => format!(
            "`{from}` can not call this hub. The operator confirms it, with evidence of its word: `bindeledd consent confirm \
             {consent} --for {from}`; or sets `{from}` to trust the registrar, who then confirms"
        ),
    };
    WaitingJson {
        grant: index,
        from: from.to_string(),
        to: to.to_string(),
        ways: ways
            .into_iter()
            .filter(|(is_open, _)| *is_open)
            .map(|(_, way)| way)
            .collect(),
        what_to_do,
    }
}
