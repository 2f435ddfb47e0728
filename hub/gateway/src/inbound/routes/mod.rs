//! A registrar can not confirm a grant that it registered itself, with or without evidence.

mod adapters;
mod consents;
mod errors;
mod hub;
mod messages;
mod openings;
mod operations;
mod parameters;
mod participants;
mod parties;
mod retries;
mod search;
mod users;

use bindeledd_http::Route;

use crate::inbound::state::Inner;

/// Returns every route.
pub(crate) fn all() -> impl Iterator<Item = &'static Route<Inner>> {
    let groups: [&'static [Route<Inner>]; 11] = [
        &messages::ROUTES,
        &consents::ROUTES,
        &participants::ROUTES,
        &parties::ROUTES,
        &operations::ROUTES,
        &search::ROUTES,
        &openings::ROUTES,
        &retries::ROUTES,
        &users::ROUTES,
        &hub::ROUTES,
        &adapters::ROUTES,
    ];
    groups.into_iter().flatten()
}
