//! Routes for the hub itself.

use bindeledd_http::{Access, Answer, Content, Route, handler};

use crate::inbound::health;
use crate::inbound::state::Inner;

pub(super) static ROUTES: [Route<Inner>; 4] = [
    Route {
        id: "getOpenApi",
        summary: "Read this document",
        access: Access::Anyone,
        answers: &[Answer::one(200, Content::Untold("application/json"))],
        ..Route::get("/v1/openapi.json", handler!(health::openapi))
    },
    Route {
        id: "healthz",
        summary: "Check that the hub runs",
        access: Access::Anyone,
        answers: &[Answer::one(200, Content::Untold("application/json"))],
        watching: true,
        ..Route::get("/healthz", handler!(health::healthz))
    },
    Route {
        id: "readyz",
        summary: "Check that the hub can take documents now",
        access: Access::Anyone,
        answers: &[Answer::one(200, Content::Untold("application/json"))],
        errors: &["BL-1131", "BL-4030", "BL-5020"],
        watching: true,
        ..Route::get("/readyz", handler!(health::readyz))
    },
    Route {
        id: "metrics",
        summary: "Read figures for Prometheus, without personal data",
        access: Access::OperatorOrWatcher,
        answers: &[Answer::one(200, Content::Untold("text/plain"))],
        watching: true,
        ..Route::get("/metrics", handler!(health::metrics))
    },
];
