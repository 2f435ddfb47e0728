//! Routes of the search for messages.

use bindeledd_http::{Access, Answer, Body, LIMIT, Route, handler};

use super::errors::{INPUT_AND_QUERY, QUERY, READ};
use super::parameters::{ABOUT, BEFORE, ERROR_CODE, ID, MESSAGE_KIND, OF_PARTY, PARTY, SELECTION, SINCE, UNTIL};
use crate::inbound::api::{CountsJson, ErrorsJson, FlowsJson, HitsJson, MessagesJson, PartyMessagesJson, TimelineJson};
use crate::inbound::requests::{AnyId, MessageNames};
use crate::inbound::search;
use crate::inbound::state::Inner;

pub(super) static ROUTES: [Route<Inner>; 7] = [
    Route {
        id: "searchMessages",
        summary: "List messages by names that a sender or a receiver gave them, newest first",
        query: &SELECTION,
        body: Some(Body::json::<MessageNames>()),
        answers: &[Answer::json::<MessagesJson<'_>>(200)],
        errors: INPUT_AND_QUERY,
        ..Route::post("/v1/admin/messages/search", handler!(search::search))
    },
    Route {
        id: "countMessages",
        summary: "Count the deliveries of a selection by state, up to 10,000 for each",
        query: &[OF_PARTY, MESSAGE_KIND, ERROR_CODE, ABOUT, SINCE, UNTIL],
        answers: &[Answer::json::<CountsJson>(200)],
        errors: QUERY,
        ..Route::get("/v1/admin/messages/counts", handler!(search::counts))
    },
    Route {
        id: "countErrors",
        summary: "Count causes by code and receiver over a time, the last seven days if none is given",
        query: &[OF_PARTY, SINCE, UNTIL],
        answers: &[Answer::json::<ErrorsJson<'_>>(200)],
        errors: QUERY,
        ..Route::get("/v1/admin/messages/errors", handler!(search::errors))
    },
    Route {
        id: "countFlow",
        summary: "Count deliveries by pair of parties over a time, in whole quarters of an hour; the hub keeps 31 days",
        query: &[SINCE, UNTIL],
        answers: &[Answer::json::<FlowsJson<'_>>(200)],
        errors: QUERY,
        ..Route::get("/v1/admin/messages/flow", handler!(search::flow))
    },
    Route {
        id: "find",
        summary: "Find a message, a participant, a consent, an alert or a party by any id",
        body: Some(Body::json::<AnyId>()),
        answers: &[Answer::json::<HitsJson<'_>>(200)],
        errors: INPUT_AND_QUERY,
        ..Route::post("/v1/admin/find", handler!(search::find))
    },
    Route {
        id: "getTimeline",
        summary: "Read the way of a message, step by step: decisions, attempts, receipts and what comes next; never content",
        params: &[ID],
        answers: &[Answer::json::<TimelineJson<'_>>(200)],
        errors: READ,
        ..Route::get("/v1/messages/{id}/timeline", handler!(search::timeline))
    },
    Route {
        id: "listPartyMessages",
        summary: "List the messages that the party sent or may know of, newest first; never content",
        access: Access::PartyInPath,
        params: &[PARTY],
        query: &[MESSAGE_KIND, SINCE, UNTIL, LIMIT, BEFORE],
        answers: &[Answer::json::<PartyMessagesJson<'_>>(200)],
        errors: QUERY,
        ..Route::get("/v1/parties/{party}/messages", handler!(search::of_party))
    },
];
