//! Routes of requests to see content.

use bindeledd_http::{Answer, Body, LIMIT, Route, handler};

use super::parameters::ID;
use crate::inbound::openings::{self, OpeningsJson};
use crate::inbound::requests::OpeningRequest;
use crate::inbound::state::Inner;

pub(super) static ROUTES: [Route<Inner>; 2] = [
    Route {
        id: "listOpenings",
        summary: "List requests to see the content of messages, with their states; never content",
        query: &[LIMIT],
        answers: &[Answer::json::<OpeningsJson>(200)],
        errors: &["BL-1003", "BL-1004"],
        ..Route::get("/v1/admin/openings", handler!(openings::list))
    },
    Route {
        id: "askToOpen",
        summary: "Ask to see the content of a message: only a person on the console may, so that every key is refused",
        params: &[ID],
        body: Some(Body::json::<OpeningRequest>()),
        answers: &[Answer::empty(204)],
        errors: &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1171"],
        ..Route::post("/v1/admin/messages/{id}/openings", handler!(openings::ask))
    },
];
