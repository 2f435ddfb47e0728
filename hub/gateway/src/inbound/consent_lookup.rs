//! Looks up the consent that a path names, and the parties that a request names.

use bindeledd_core::consent::Consent;
use bindeledd_core::{ConsentId, PartyId, PartyName};
use bindeledd_engine::EngineError;
use bindeledd_http::{Call, Caller, Problem};
use bindeledd_texts::problem::Detail;

use super::state::Inner;

/// A consent without a role for the caller is answered like a missing one.
fn unknown() -> Problem {
    Problem::not_found(Detail::NoConsent)
}

/// Returns the consent that the path names.
pub(super) async fn find(inner: &Inner, call: &Call) -> Result<Consent, Problem> {
    let id = call.param::<ConsentId>("id")?;
    let consent = inner.engine.consent(id).await?.ok_or_else(unknown)?;
    Ok(match call.caller()? {
        Caller::Operator => consent,
        Caller::Party(_) => consent.seen_by_parties(),
    })
}

/// Returns the party if the caller sees only its own grants of a consent; `None` if the caller sees all of it.
pub(super) fn seen_by<'a>(consent: &Consent, call: &'a Call) -> Result<Option<&'a PartyId>, Problem> {
    match call.caller()? {
        Caller::Operator => Ok(None),
        Caller::Party(party) if *party == consent.registrar => Ok(None),
        Caller::Party(party) if consent.grants.iter().any(|g| g.from == *party || g.to == *party) => Ok(Some(party)),
        Caller::Party(_) => Err(unknown()),
    }
}

/// Returns the party with a name that occurs at `path` in a request.
pub(super) fn resolve(inner: &Inner, name: &PartyName, path: &str) -> Result<PartyId, EngineError> {
    let found = inner.engine.directory().resolve(name).map(|party| party.id.clone());
    found.ok_or_else(|| EngineError::UnknownParty {
        name: name.to_string(),
        path: path.to_owned(),
    })
}
