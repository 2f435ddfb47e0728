//! The authorisation matrix: every route of a table, asked by every kind of caller.
//!
//! For the tests of the crates that have tables. The walk holds a table to its rows: the callers whom a row's access keeps out
//! are refused, and every problem has a code that the row documents.

use crate::problem::listed_code;
use crate::route::{Access, Route};

/// A kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// Nobody: no key at all.
    Nobody,
    /// Somebody with a key that the hub does not know.
    WrongKey,
    /// A party that has no part in the thing.
    OtherParty,
    /// The party that the thing belongs to.
    Party,
    /// The operator.
    Operator,
}

impl Asker {
    /// All of them, in the order of the walk.
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
    /// The status that the problem says, where it is one.
    pub said: Option<u16>,
    /// The problem's code.
    pub code: Option<String>,
}

/// The decision of a route's access about a kind of caller: `Some(false)` keeps it out, none where it depends on the thing.
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

/// Asks a route as every kind of caller, and gives every fault that it finds. `expected` are the statuses for a party without a
/// part in the thing, the party itself and the operator.
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
