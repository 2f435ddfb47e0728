//! Every route of the API: its callers, its parameters, its body, its answers, its problems and its handler.
//!
//! The router, the authorisation, the OpenAPI document and the tests all read these rows and nothing else.

mod consents;
mod errors;
mod hub;
mod messages;
mod operations;
mod parameters;
mod participants;
mod parties;

use bindeledd_http::Route;

use crate::inbound::state::Inner;

/// Every route.
pub(crate) fn all() -> impl Iterator<Item = &'static Route<Inner>> {
    let groups: [&'static [Route<Inner>]; 6] = [
        &messages::ROUTES,
        &consents::ROUTES,
        &participants::ROUTES,
        &parties::ROUTES,
        &operations::ROUTES,
        &hub::ROUTES,
    ];
    groups.into_iter().flatten()
}
