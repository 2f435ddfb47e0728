//! Confirmations: the grants that wait for one, and the parties that can give it.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use bindeledd_core::consent::{Consent, Evidence};
use bindeledd_core::{ConsentId, InputCode, InputError, PartyId, PartyName, time};
use bindeledd_http::{Call, Problem};
use bindeledd_texts::problem::{Detail, Next};
use bindeledd_texts::{Lang, Text as _};
use schemars::JsonSchema;
use serde::Serialize;

use super::api::{AgreedJson, ParticipantRefJson, WaitingJson, place_shown, ways};
use super::consent_lookup::{find, resolve, seen_by};
use super::requests::{self, ConfirmationRequest};
use super::state::Inner;

pub(super) async fn confirm(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let consent = find(inner, call).await?;
    seen_by(&consent, call)?;
    let caller = call.caller()?;
    let request: ConfirmationRequest = requests::read_or_default(&call.body)?;
    let named = |name: Option<PartyName>, path| name.map(|name| resolve(inner, &name, path)).transpose();
    let (from, to) = (named(request.from, "from")?, named(request.to, "to")?);
    let Some(sender) = from.or_else(|| caller.party().cloned()) else {
        let expected = "the party whose grants are confirmed: its id, org:<organisation number> or her:<HER-id>";
        return Err(InputError::new(InputCode::Missing, "from", expected).into());
    };
    // A sender learns nothing here about other parties' grants: its refusal comes before any detail of the consent.
    if caller.party() == Some(&sender) && !consent.grants.iter().any(|g| g.from == sender) {
        return Err(Problem::forbidden(Detail::NoGrantOfYours));
    }
    let between = (&sender, to.as_ref());
    let evidence = request.evidence.map(Evidence::from);
    let confirmed = inner
        .engine
        .confirm_consent(&consent, between, evidence, &caller.actor())
        .await?;
    Ok(Json(ConfirmedJson { confirmed }).into_response())
}

pub(super) async fn waiting(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let limit = call.limit()?;
    let caller = call.caller()?;
    let lang = inner.web.language(&call.headers);
    let found = inner.engine.waiting_grants(caller.party(), limit).await?;
    let shown = found.iter().map(|waiting| {
        let grant = (waiting.index, &waiting.grant.from, &waiting.grant.to);
        let how = how(
            inner,
            grant,
            (waiting.consent, &waiting.registrar),
            (caller.party(), lang),
        );
        // The position among all grants is only for callers that see all of them.
        let sees_all = caller.party().is_none_or(|party| *party == waiting.registrar);
        WaitingGrantJson {
            consent: waiting.consent.to_string(),
            grant: sees_all.then_some(waiting.index),
            participant: ParticipantRefJson::of(waiting.participant),
            registrar: waiting.registrar.as_str(),
            since: time::local_rfc3339(waiting.since),
            // A message belongs to its sender; a registrar may not learn of it.
            blocked_messages: match caller.party() {
                None => waiting.blocked.iter().map(ToString::to_string).collect(),
                Some(_) => Vec::new(),
            },
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

/// Outcome of a confirmation.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Confirmed")]
pub(crate) struct ConfirmedJson {
    /// Number of grants that were confirmed.
    confirmed: usize,
}

/// Grants that wait for a confirmation.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WaitingGrants")]
pub(crate) struct WaitingGrantsJson<'a> {
    /// Grants that the caller may see.
    waiting: Vec<WaitingGrantJson<'a>>,
}

/// Grant that waits for a confirmation.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
struct WaitingGrantJson<'a> {
    /// Id of the consent.
    consent: String,
    /// Place of the grant in the consent, from 0; for callers that see all of the consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<u16>,
    /// Participant who gave the consent.
    participant: ParticipantRefJson,
    /// Id of the party that registered the consent.
    registrar: &'a str,
    /// Time since which it waits.
    #[schemars(extend("format" = "date-time"))]
    since: String,
    /// Ids of messages that are blocked because it waits; for the operator.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blocked_messages: Vec<String>,
    #[serde(flatten)]
    agreed: AgreedJson<'a>,
    /// Ways in which it can be confirmed.
    #[schemars(schema_with = "ways")]
    ways: Vec<&'static str>,
    /// Next step for a person.
    what_to_do: String,
}

/// The grants of a consent that wait, as a caller may see them.
pub(super) fn waiting_of(
    inner: &Inner,
    consent: &Consent,
    (caller, lang): (Option<&PartyId>, Lang),
    only_for: Option<&PartyId>,
) -> Vec<WaitingJson> {
    let waiting = consent.waiting(inner.engine.now());
    let seen = waiting.filter(|(_, grant)| only_for.is_none_or(|party| grant.from == *party || grant.to == *party));
    let registered = (consent.id, &consent.registrar);
    let shown = |index| place_shown(consent, only_for, index);
    seen.map(|(index, grant)| {
        how(
            inner,
            (shown(index), &grant.from, &grant.to),
            registered,
            (caller, lang),
        )
    })
    .collect()
}

/// Returns the ways in which a grant can be confirmed, and the next step for this caller.
fn how(
    inner: &Inner,
    (index, from, to): (u16, &PartyId, &PartyId),
    (consent, registrar): (ConsentId, &PartyId),
    (caller, lang): (Option<&PartyId>, Lang),
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
        Some(party) if party == from => Next::ConfirmOwn { path },
        Some(party) if party == registrar && is_trusted => Next::ConfirmTrusted {
            path,
            from: from.to_string(),
        },
        _ if can_itself => Next::ConfirmsItself {
            path,
            from: from.to_string(),
        },
        _ => Next::ConfirmFor {
            consent: consent.to_string(),
            from: from.to_string(),
        },
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
        what_to_do: what_to_do.text(lang),
    }
}
