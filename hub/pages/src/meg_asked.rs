//! The questions of parties to a participant, for the overview of the own page.

use bindeledd_console::address;
use bindeledd_console::view::meg::{Answered, Asked};
use bindeledd_core::own_page::OwnSession;
use bindeledd_core::request::{ConsentRequest, RequestState};

use crate::people::name;
use crate::session;
use crate::visit::Visit;

/// Returns the value that stands for a question in this session alone.
pub(crate) fn request_handle(visit: &Visit, request: &ConsentRequest) -> String {
    let token = visit.own.as_ref().map_or("", |(_, token)| token.as_str());
    session::handle(token, &format!("request {}", request.id))
}

/// Returns the address of a question in this session.
pub(crate) fn place(visit: &Visit, request: &ConsentRequest) -> String {
    format!("{}?what={}", address::OWN_YES, request_handle(visit, request))
}

/// Returns the questions that wait. A session by a code learns that its party asks, and nothing more.
pub(crate) fn asked(visit: &Visit, own: &OwnSession, requests: &[ConsentRequest]) -> Vec<Asked> {
    let is_whole = own.party().is_none();
    let waiting = requests.iter().filter_map(|request| match request.state {
        RequestState::Waiting { until } => Some(Asked {
            party: name(visit, &request.party),
            until,
            address: is_whole.then(|| place(visit, request)),
        }),
        _ => None,
    });
    waiting.collect()
}

/// Returns the questions that were answered here. A session by a code shows none.
pub(crate) fn answered(visit: &Visit, own: &OwnSession, requests: &[ConsentRequest]) -> Vec<Answered> {
    if own.party().is_some() {
        return Vec::new();
    }
    let answered = requests.iter().filter(|request| request.state.is_answered());
    answered
        .filter_map(|request| {
            Some(Answered {
                party: name(visit, &request.party),
                at: request.state.ended_at()?,
                is_yes: matches!(request.state, RequestState::Yes { .. }),
                address: place(visit, request),
            })
        })
        .collect()
}
