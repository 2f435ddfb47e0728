//! The consent that a path names, as its caller may see it, and the parties that a request about it names.

use bindeledd_core::consent::Consent;
use bindeledd_core::{ConsentId, PartyId, PartyName};
use bindeledd_engine::EngineError;
use bindeledd_http::{Call, Caller, Problem};

use super::state::Inner;

/// A consent that the caller has no part in looks like none.
fn unknown() -> Problem {
    Problem::not_found("there is no such consent")
}

/// The consent of the path.
pub(super) async fn find(inner: &Inner, call: &Call) -> Result<Consent, Problem> {
    let id = call.param::<ConsentId>("id")?;
    let consent = inner.engine.consent(id).await?.ok_or_else(unknown)?;
    Ok(match call.caller()? {
        Caller::Operator => consent,
        Caller::Party(_) => consent.seen_by_parties(),
    })
}

/// The party that sees only its own grants of a consent; none for a caller that sees all of it.
pub(super) fn seen_by<'a>(consent: &Consent, call: &'a Call) -> Result<Option<&'a PartyId>, Problem> {
    match call.caller()? {
        Caller::Operator => Ok(None),
        Caller::Party(party) if *party == consent.registrar => Ok(None),
        Caller::Party(party) if consent.grants.iter().any(|g| g.from == *party || g.to == *party) => Ok(Some(party)),
        Caller::Party(_) => Err(unknown()),
    }
}

/// The party of a name in a request, which stands at `path`.
pub(super) fn resolve(inner: &Inner, name: &PartyName, path: &str) -> Result<PartyId, EngineError> {
    let found = inner.engine.directory().resolve(name).map(|party| party.id.clone());
    found.ok_or_else(|| EngineError::UnknownParty {
        name: name.to_string(),
        path: path.to_owned(),
    })
}
