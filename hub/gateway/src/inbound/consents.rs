//! Consents: registration, reading, confirmation, withdrawal.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bindeledd_consent_document::{ConsentDocument, DocumentParticipant, DocumentStatus, read_consent};
use bindeledd_core::consent::Consent;
use bindeledd_core::withdrawal::Scope;
use bindeledd_core::{
    Category, CategorySet, ConsentId, InputCode, InputError, Kind, NationalId, ParticipantRef, PartyId, Purpose,
};
use bindeledd_engine::EngineError;
use bindeledd_engine::ports::NewConsent;
use bindeledd_http::{Call, Problem};

use super::api::{ConsentJson, NotWritten, WithdrawalJson, remains};
use super::confirmations::waiting_of;
use super::consent_lookup::{find, resolve, seen_by};
use super::requests::{self, WithdrawalRequest};
use super::state::Inner;

/// The media type of a FHIR `Consent`.
pub(super) const FHIR: &str = "application/fhir+json";

pub(super) async fn register(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let caller = call.caller()?;
    let document = read_consent(&call.body, call.media_type())?;
    if document.status != DocumentStatus::Active {
        let expected = "active: register what holds, and withdraw it with POST /v1/consents/{id}/withdraw";
        return Err(InputError::new(InputCode::Invalid, "status", expected).into());
    }
    let directory = inner.engine.directory();
    let participant = match &document.participant {
        DocumentParticipant::NationalId(id) => id.clone(),
        DocumentParticipant::Pseudonym(pseudonym) => known(inner, *pseudonym).await?,
    };
    let resolved = document.resolve(|name| directory.resolve(name).map(|party| party.id.clone()));
    let resolved = resolved.map_err(|u| EngineError::UnknownParty {
        name: u.name.to_string(),
        path: u.path,
    })?;
    let id = document.id.unwrap_or_else(|| ConsentId(inner.engine.random_id()));
    let registrar = caller.party().unwrap_or(&resolved.controller).clone();
    let known = match document.id {
        Some(id) => inner.engine.consent(id).await?.is_some(),
        None => false,
    };
    let consent = NewConsent {
        id,
        participant,
        given_at: document.given_at,
        given_by: document.given_by,
        controller: resolved.controller,
        registrar,
        evidence: document.evidence,
        text_version: document.text_version,
        period: document.period,
        grants: resolved.grants,
    };
    let consent = inner.engine.register_consent(consent, &caller.actor()).await?;
    let (status, consent) = match known {
        true if !caller.is_operator() => (StatusCode::OK, consent.seen_by_parties()),
        true => (StatusCode::OK, consent),
        false => (StatusCode::CREATED, consent),
    };
    let reader = (caller.party(), inner.web.language(&call.headers));
    let waiting = waiting_of(inner, &consent, reader, None);
    let not_written = not_written(inner, &consent).await;
    let answer = ConsentJson::of(&consent, None).with(waiting).warning(not_written);
    Ok((status, Json(answer)).into_response())
}

/// Returns, for each receiver, the kinds of message that the grants cover and the receiver's adapter does not write.
async fn not_written(inner: &Inner, consent: &Consent) -> Vec<NotWritten> {
    let mut covered: BTreeMap<&PartyId, CategorySet> = BTreeMap::new();
    for grant in &consent.grants {
        let of_party = covered.entry(&grant.to).or_insert(CategorySet::EMPTY);
        *of_party = of_party.union(grant.categories);
    }
    let mut found = Vec::new();
    for (to, categories) in covered {
        // A missing adapter is reported by the party's test.
        let kinds = inner.engine.not_written(to, categories).await.unwrap_or_default();
        if !kinds.is_empty() {
            let kinds = kinds.into_iter().map(Kind::code).collect();
            found.push(NotWritten {
                to: to.to_string(),
                kinds,
            });
        }
    }
    found
}

pub(super) async fn get(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let consent = find(inner, call).await?;
    let only_for = seen_by(&consent, call)?;
    if !call.accepts_rather(FHIR, "application/json") {
        let reader = (call.caller()?.party(), inner.web.language(&call.headers));
        let waiting = waiting_of(inner, &consent, reader, only_for);
        return Ok(Json(ConsentJson::of(&consent, only_for).with(waiting)).into_response());
    }
    let ledger = inner.engine.ledger(consent.participant).await?;
    let document = ConsentDocument::on_file(&consent, &ledger.withdrawals, only_for);
    let fhir = match only_for {
        None => document.to_fhir(),
        Some(_) => document.to_fhir_in_part(),
    };
    Ok(([(header::CONTENT_TYPE, FHIR)], fhir.to_string()).into_response())
}

/// Returns the national identity number of the person behind a pseudonym.
async fn known(inner: &Inner, pseudonym: ParticipantRef) -> Result<NationalId, Problem> {
    let found = inner.engine.national_id(pseudonym).await?;
    let expected = "the pseudonym of a participant whom this hub knows, or the national identity number";
    found.ok_or_else(|| InputError::new(InputCode::Invalid, "participant", expected).into())
}

pub(super) async fn withdraw(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let consent = find(inner, call).await?;
    let only_for = seen_by(&consent, call)?;
    let request = requests::read_or_default(&call.body)?;
    let scope = scope_of(inner, request, Scope::Consent(consent.id))?;
    let answer = inner
        .engine
        .withdraw(consent.participant, scope, &call.caller()?.actor())
        .await?;
    let remains = remains(&consent, only_for);
    Ok(Json(WithdrawalJson::of(&answer, &remains)).into_response())
}

/// Returns the extent of a withdrawal. `whole` is the most that the route can withdraw.
pub(super) fn scope_of(inner: &Inner, request: WithdrawalRequest, whole: Scope) -> Result<Scope, Problem> {
    Ok(match request {
        WithdrawalRequest::Whole {} => whole,
        WithdrawalRequest::Party { party } => Scope::Party(resolve(inner, &party, "party")?),
        WithdrawalRequest::Exchange {
            from,
            to,
            purpose,
            categories,
        } => Scope::Exchange {
            from: resolve(inner, &from, "from")?,
            to: resolve(inner, &to, "to")?,
            // Only one purpose exists. Once there are more, an absent purpose will have to mean all of them.
            purpose: purpose.unwrap_or(Purpose::WorkOrientedFollowup),
            categories: categories.unwrap_or_else(|| Category::ALL.into_iter().collect()),
        },
    })
}
