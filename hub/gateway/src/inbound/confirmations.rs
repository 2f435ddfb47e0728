//! Confirmations: what waits for one, and who can give it.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use bindeledd_core::consent::{Consent, Evidence};
use bindeledd_core::{Category, ConsentId, InputCode, InputError, PartyId, PartyName, Purpose};
use bindeledd_engine::EngineError;
use serde_json::{Value, json};

use super::Inner;
use super::api::{GrantJson, WaitingJson, place_shown};
use super::auth::has_a_way_in;
use super::call::Call;
use super::consents::{find, seen_by};
use super::problem::Problem;
use super::routes::Op;
use crate::consent_document::read_evidence;
use crate::strict::{self, Fields};

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
    Ok(Json(json!({ "confirmed": confirmed })).into_response())
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
    let mut fields = Fields::of(strict::parse(body)?, "")?;
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
    let limit = call.query.limit(Op::ListWaiting.page())?;
    let caller = call.caller()?;
    let found = inner.engine.waiting_grants(caller.party(), limit).await?;
    let shown = found.iter().map(|waiting| {
        let grant = (waiting.index, &waiting.grant.from, &waiting.grant.to);
        let how = how(inner, grant, (waiting.consent, &waiting.registrar), caller.party());
        let mut value = json!(GrantJson::of(&waiting.grant));
        if let Some(map) = value.as_object_mut() {
            map.remove("confirmed");
            map.insert("consent".into(), waiting.consent.to_string().into());
            // The place among others' grants is for who sees them.
            if caller.party().is_none_or(|party| *party == waiting.registrar) {
                map.insert("grant".into(), waiting.index.into());
            }
            map.insert("participant".into(), json!({ "ref": waiting.participant.to_string() }));
            map.insert("registrar".into(), waiting.registrar.as_str().into());
            map.insert("ways".into(), json!(how.ways));
            map.insert("whatToDo".into(), how.what_to_do.into());
        }
        value
    });
    let shown: Vec<Value> = shown.collect();
    Ok(Json(json!({ "waiting": shown })).into_response())
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
    let can_itself = has_a_way_in(inner, from);
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

/// The JSON of a confirmation, for the OpenAPI document.
pub(super) fn confirmation_schema() -> Value {
    let party = json!({ "type": "string" });
    let text = json!({ "type": "string", "minLength": 1, "maxLength": 500 });
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "from": party, "to": party,
            "evidence": {
                "type": "object", "additionalProperties": false, "required": ["type", "reference"],
                "description": "What shows the sender's word, where the operator confirms: where it is kept, never its content.",
                "properties": {
                    "type": { "type": "string", "pattern": "^[a-z][a-z0-9-]{0,39}$" }, "reference": text,
                    "sha256": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
                },
            },
        },
    })
}

/// The JSON of the grants that wait, for the OpenAPI document.
pub(super) fn waiting_schema() -> Value {
    let text = json!({ "type": "string" });
    let grant = json!({
        "type": "object",
        "required": ["consent", "participant", "registrar", "from", "to", "purpose", "categories", "ways", "whatToDo"],
        "properties": {
            "consent": text, "grant": { "type": "integer", "minimum": 0 }, "participant": { "type": "object" }, "registrar": text,
            "from": text, "to": text, "purpose": { "enum": [Purpose::WorkOrientedFollowup.code()] },
            "categories": { "type": "array", "items": { "enum": Category::ALL.map(Category::code) } },
            "ways": { "type": "array", "items": { "enum": ["sender", "registrar", "operator", "trust"] } }, "whatToDo": text,
            "basis": {}, "period": {},
        },
    });
    json!({
        "type": "object", "required": ["waiting"], "properties": { "waiting": { "type": "array", "items": grant } },
    })
}
