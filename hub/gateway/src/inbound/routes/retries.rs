//! Routes of retries by filter.

use bindeledd_http::{Answer, Body, Route, handler};

use super::errors::READ;
use super::parameters::{ABOUT, ERROR_CODE, ID, MESSAGE_KIND, OF_PARTY, SINCE, STATE, UNTIL};
use crate::inbound::api::{PreviewJson, RunJson, RunsJson};
use crate::inbound::requests::{MessageNames, RetryStart};
use crate::inbound::retries;
use crate::inbound::state::Inner;

pub(super) static ROUTES: [Route<Inner>; 5] = [
    Route {
        id: "previewRetry",
        summary: "Preview a retry of a selection: at most 1,000 deliveries that go, are blocked now or are too late",
        query: &[OF_PARTY, STATE, MESSAGE_KIND, ERROR_CODE, ABOUT, SINCE, UNTIL],
        body: Some(Body::optional_json::<MessageNames>()),
        answers: &[Answer::json::<PreviewJson<'_>>(200)],
        errors: &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1005", "BL-4030"],
        ..Route::post("/v1/admin/retries/preview", handler!(retries::preview))
    },
    Route {
        id: "startRetry",
        summary: "Start exactly the previewed retry; a used token answers with its run and does nothing more",
        body: Some(Body::json::<RetryStart>()),
        answers: &[Answer::json::<RunJson<'_>>(202)],
        errors: &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-4035"],
        ..Route::post("/v1/admin/retries", handler!(retries::start))
    },
    Route {
        id: "listRetries",
        summary: "List the runs of retries, newest first",
        answers: &[Answer::json::<RunsJson<'_>>(200)],
        ..Route::get("/v1/admin/retries", handler!(retries::list))
    },
    Route {
        id: "getRetry",
        summary: "Read the progress of a run",
        params: &[ID],
        answers: &[Answer::json::<RunJson<'_>>(200)],
        errors: READ,
        ..Route::get("/v1/admin/retries/{id}", handler!(retries::get))
    },
    Route {
        id: "stopRetry",
        summary: "Stop a run; deliveries that wait already go on",
        params: &[ID],
        answers: &[Answer::json::<RunJson<'_>>(200)],
        errors: READ,
        ..Route::post("/v1/admin/retries/{id}/stop", handler!(retries::stop))
    },
];
