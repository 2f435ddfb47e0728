//! The engine's errors as problems.

use axum::http::StatusCode;
use bindeledd_core::contract::Request;
use bindeledd_engine::ports::{AdapterFault, OverBudget, StoreError};
use bindeledd_engine::{AdapterLifeError, EngineError, OpeningError, RotateError};
use bindeledd_texts::problem::Detail;

use super::body::Receipt;
use super::{Problem, chain};
use crate::json::{document_json, flags_json};

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        EngineError::Store(error).into()
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        let (code, what_to_do) = (error.code(), error.what_to_do());
        let was_done = error.was_done();
        let made = |status, detail: Detail| {
            let problem = Self::new(status, code, detail).what_to_do(what_to_do);
            match was_done {
                Some(done) => problem.done(done),
                None => problem,
            }
        };
        let detail = error.detail();
        match error {
            EngineError::Input(error) => error.into(),
            EngineError::FreeText { flags, told, answer } => {
                let first = flags.first().map(|f| f.path.clone()).unwrap_or_default();
                let mut problem = made(StatusCode::UNPROCESSABLE_ENTITY, detail).at(first);
                problem.members.flags = Some(flags_json(&flags));
                problem.members.told = Some(told);
                problem.members.receipt = answer.map(receipt);
                problem
            }
            EngineError::UnknownParty { path, .. } => made(StatusCode::UNPROCESSABLE_ENTITY, detail)
                .at(path)
                .expected("a party that the hub knows: its id, org:<organisation number> or her:<HER-id>"),
            EngineError::CorrectsNothing => made(StatusCode::UNPROCESSABLE_ENTITY, detail).at("supersedes"),
            EngineError::NotYetGiven => made(StatusCode::UNPROCESSABLE_ENTITY, detail).at("givenAt"),
            EngineError::NoEvidence => made(StatusCode::UNPROCESSABLE_ENTITY, detail).at("evidence"),
            EngineError::ReferenceTaken { .. }
            | EngineError::Conflict { .. }
            | EngineError::SomebodyElse { .. }
            | EngineError::PartyChanged { .. }
            | EngineError::VersionMisfit { .. }
            | EngineError::ErasedBefore
            | EngineError::PreviewOver => made(StatusCode::CONFLICT, detail),
            EngineError::Refused(refusal) => {
                let mut problem = made(StatusCode::UNPROCESSABLE_ENTITY, detail);
                problem.members.reason_code = Some(refusal.code);
                problem.members.receipt = refusal.answer.map(receipt);
                problem
            }
            EngineError::Adapter(fault) => {
                tracing::warn!(code, %fault, "an adapter failed on a document");
                let problem = made(adapter_status(&fault), detail);
                match fault {
                    AdapterFault::Resting { seconds, .. } => problem.retry_after(seconds),
                    fault => problem.retry_if(fault.is_transient()),
                }
            }
            EngineError::Store(StoreError::OverBudget(over)) => match over {
                OverBudget::Stored => made(StatusCode::INSUFFICIENT_STORAGE, detail),
                OverBudget::Nowhere { seconds } => made(StatusCode::TOO_MANY_REQUESTS, detail).retry_after(seconds),
            },
            EngineError::Store(store) => {
                tracing::error!(code, error = %chain(&store), "the store could not");
                let (status, seconds) = of_store(&store);
                let problem = made(status, detail);
                match seconds {
                    Some(seconds) => problem.retry_after(seconds),
                    None => problem,
                }
            }
            EngineError::NotSettled { .. } => made(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(1),
            EngineError::Clock { .. } => made(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(30),
            EngineError::AdapterLife(refused) => made(life_status(&refused), detail),
            EngineError::Opening(refused) => made(opening_status(&refused), detail),
            EngineError::NotAllowed { .. } => made(StatusCode::FORBIDDEN, detail),
            EngineError::NotFound { .. } => made(StatusCode::NOT_FOUND, detail),
        }
    }
}

/// Returns the status of versions of an adapter that stay as they are.
const fn life_status(refused: &AdapterLifeError) -> StatusCode {
    match refused {
        AdapterLifeError::File { .. } | AdapterLifeError::OtherId { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        AdapterLifeError::Disk(_) => StatusCode::INSUFFICIENT_STORAGE,
        AdapterLifeError::NoVersion { .. } => StatusCode::NOT_FOUND,
        AdapterLifeError::Meanwhile { .. }
        | AdapterLifeError::NeedsGrant { .. }
        | AdapterLifeError::InUse { .. }
        | AdapterLifeError::NothingBefore { .. }
        | AdapterLifeError::TooMany { .. } => StatusCode::CONFLICT,
    }
}

/// Returns the status of content that is not opened.
const fn opening_status(refused: &OpeningError) -> StatusCode {
    match refused {
        OpeningError::Off | OpeningError::PersonsOnly | OpeningError::NeedsReason | OpeningError::NotSecond(_) => {
            StatusCode::FORBIDDEN
        }
        OpeningError::TooMany | OpeningError::Over(_) | OpeningError::NotCovered(_) | OpeningError::ContentGone => {
            StatusCode::CONFLICT
        }
    }
}

/// Returns the status of the answer to a store error, and the seconds after which the caller may retry.
const fn of_store(error: &StoreError) -> (StatusCode, Option<u32>) {
    use StatusCode as S;
    match error {
        StoreError::Full => (S::INSUFFICIENT_STORAGE, None),
        StoreError::Away(_) => (S::SERVICE_UNAVAILABLE, Some(1)),
        StoreError::Unwitnessed(_) | StoreError::Unknown(_) => (S::SERVICE_UNAVAILABLE, Some(5)),
        StoreError::LogDiffers(_) | StoreError::LedgerDiffers => (S::SERVICE_UNAVAILABLE, None),
        StoreError::OverBudget(_) | StoreError::Damaged(_) => (S::INTERNAL_SERVER_ERROR, None),
    }
}

impl Problem {
    const fn retry_if(self, transient: bool) -> Self {
        if transient { self.retry_after(5) } else { self }
    }
}

const fn adapter_status(fault: &AdapterFault) -> StatusCode {
    match fault {
        AdapterFault::Unknown(_) => StatusCode::INTERNAL_SERVER_ERROR,
        AdapterFault::Trapped { .. }
        | AdapterFault::Defect { .. }
        | AdapterFault::Limit { .. }
        | AdapterFault::Broken { .. }
        | AdapterFault::ReadUndeclared { .. }
        | AdapterFault::WriteUndeclared { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        AdapterFault::OtherFormat { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        AdapterFault::NotLoaded(_) | AdapterFault::Quarantined(_) | AdapterFault::Busy => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        AdapterFault::Resting { .. } => StatusCode::TOO_MANY_REQUESTS,
    }
}

/// Returns the refusal in the sender's own format, for systems that read their receipt from the answer.
fn receipt(answer: Request) -> Receipt {
    let media_type = answer
        .headers
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let media_type = media_type.map_or_else(|| "application/octet-stream".into(), |(_, value)| value);
    Receipt {
        document: document_json(&media_type, &answer.body),
        media_type,
    }
}

impl From<RotateError> for Problem {
    fn from(error: RotateError) -> Self {
        match error {
            RotateError::Keys(what) => {
                tracing::warn!(code = "BL-6017", %what, "the master key was not changed");
                Self::key_not_changed(what)
            }
            RotateError::Store(error) => error.into(),
        }
    }
}
