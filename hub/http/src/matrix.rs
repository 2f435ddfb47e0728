//! The authorisation matrix: every kind of caller calls every route of a table.
//!
//! For the tests of the crates that have tables of routes. The walk holds each route to its row: callers that the row's access
//! keeps out are refused, and every problem has a code that the row documents.

use crate::problem::listed_code;
use crate::route::{Access, Route};

/// A kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// A caller without a key.
    Nobody,
    /// A caller with a key that the hub does not know.
    WrongKey,
    /// A party that has no access to the addressed thing.
    OtherParty,
    /// The party that owns the addressed thing.
    Party,
    /// The operator.
    Operator,
}

impl Asker {
    /// All kinds of callers, in the order of the walk.
    pub const ALL: [Self; 5] = [
        Self::Nobody,
        Self::WrongKey,
        Self::OtherParty,
        Self::Party,
        Self::Operator,
    ];
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// The status in the problem's body, if the answer is a problem.
    pub said: Option<u16>,
    /// The problem's code, if the answer is a problem.
    pub code: Option<String>,
}

/// Returns whether a route's access admits a kind of caller; `None` if that depends on the addressed thing.
#[must_use]
pub const fn lets_in(access: Access, asker: Asker) -> Option<bool> {
    match (access, asker) {
        (Access::Anyone, _) | (_, Asker::Operator) => None,
        (_, Asker::Nobody | Asker::WrongKey) => Some(false),
        (Access::AnyCaller, Asker::OtherParty | Asker::Party) | (Access::PartyInPath, Asker::Party) => None,
        (Access::PartyInPath, Asker::OtherParty) => Some(false),
        (Access::Operator | Access::OperatorOrWatcher, Asker::OtherParty | Asker::Party) => Some(false),
    }
}

/// Calls a route as every kind of caller, and returns every fault. `expected` are the statuses for a party without access to the
/// thing, for the party that owns it and for the operator.
pub async fn ask_as_everyone<S>(
    route: &Route<S>,
    expected: [u16; 3],
    ask: impl AsyncFn(Asker) -> Answered,
) -> Vec<String> {
    let mut faults = Vec::new();
    let open = if route.access == Access::Anyone { 200 } else { 401 };
    let [other, party, operator] = expected;
    for (asker, wanted) in Asker::ALL.into_iter().zip([open, open, other, party, operator]) {
        let answered = ask(asker).await;
        let mut fault = |what: String| faults.push(format!("{} {} as {asker:?}: {what}", route.method, route.path));
        let status = answered.status;
        if status != wanted {
            fault(format!("answers {status}, and not {wanted}"));
        }
        if lets_in(route.access, asker) == Some(false) && !matches!(status, 401 | 403) {
            fault(format!("answers {status} to a caller whom its access keeps out"));
        }
        if status < 400 {
            continue;
        }
        if answered.said != Some(status) {
            fault(format!("answers {status} with a problem that says {:?}", answered.said));
        }
        let code = answered.code.unwrap_or_default();
        if !route.all_errors().contains(&code.as_str()) {
            fault(format!("answers {code:?}, which it does not document"));
        }
        let listed = listed_code(&code).map(|listed| listed.status);
        if listed != Some(status) {
            fault(format!("answers {status} with {code}, which is listed with {listed:?}"));
        }
    }
    faults
}
