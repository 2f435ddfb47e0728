//! The operator's routes for monitoring and administration.

use bindeledd_http::{Access, Answer, Body, Content, LIMIT, Page, Route, handler};

use super::errors::{QUERY, READ};
use super::parameters::{
    ABOUT, ALERT_KIND, ALERT_STATE, AUDIT_ACTION, AUDIT_ACTOR, AUDIT_PARTY, BEFORE, FIRST_ROW, ID, PARTY, ROW_BEFORE,
    SINCE, TILE, UNTIL,
};
use crate::inbound::alerts::AlertClosing;
use crate::inbound::api::{AlertActedJson, AlertShownJson, AlertsJson, AuditJson};
use crate::inbound::health::ClockJson;
use crate::inbound::keys::KeyRingJson;
use crate::inbound::requests::{ClockAcceptance, Rotation};
use crate::inbound::state::Inner;
use crate::inbound::{admin, alerts, health, keys};

pub(super) static ROUTES: [Route<Inner>; 15] = [
    Route {
        id: "listPartyAlerts",
        summary: "List the alerts that the party may see, newest first; one for each episode",
        access: Access::PartyInPath,
        params: &[PARTY],
        query: &[ALERT_KIND, LIMIT, BEFORE],
        answers: &[Answer::json::<AlertsJson<'_>>(200)],
        errors: QUERY,
        ..Route::get("/v1/parties/{party}/alerts", handler!(alerts::of_party))
    },
    Route {
        id: "listAlerts",
        summary: "List alerts, newest first; one for each episode",
        query: &[ALERT_KIND, ALERT_STATE, LIMIT, BEFORE],
        answers: &[Answer::json::<AlertsJson<'_>>(200)],
        errors: QUERY,
        ..Route::get("/v1/admin/alerts", handler!(alerts::list))
    },
    Route {
        id: "getAlert",
        summary: "Read an alert, with its pushes to each target",
        params: &[ID],
        answers: &[Answer::json::<AlertShownJson<'_>>(200)],
        errors: READ,
        ..Route::get("/v1/admin/alerts/{id}", handler!(alerts::one))
    },
    Route {
        id: "takeAlert",
        summary: "Take an alert, so that others see who acts on it",
        params: &[ID],
        answers: &[Answer::json::<AlertActedJson<'_>>(200)],
        errors: &["BL-1107", "BL-1108", "BL-1161"],
        ..Route::post("/v1/admin/alerts/{id}/take", handler!(alerts::take))
    },
    Route {
        id: "releaseAlert",
        summary: "Give back an alert that was taken",
        params: &[ID],
        answers: &[Answer::json::<AlertActedJson<'_>>(200)],
        errors: &["BL-1107", "BL-1108", "BL-1161"],
        ..Route::post("/v1/admin/alerts/{id}/release", handler!(alerts::release))
    },
    Route {
        id: "closeAlert",
        summary: "Close an alert, with a word about the action that was taken",
        params: &[ID],
        body: Some(Body::json::<AlertClosing>()),
        answers: &[Answer::json::<AlertActedJson<'_>>(200)],
        errors: &[
            "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1107", "BL-1108", "BL-1161",
        ],
        ..Route::post("/v1/admin/alerts/{id}/close", handler!(alerts::close))
    },
    Route {
        id: "reopenAlert",
        summary: "Open a closed alert again",
        params: &[ID],
        answers: &[Answer::json::<AlertActedJson<'_>>(200)],
        errors: &["BL-1107", "BL-1108", "BL-1161"],
        ..Route::post("/v1/admin/alerts/{id}/reopen", handler!(alerts::reopen))
    },
    Route {
        id: "listAudit",
        summary: "List rows of the audit log: oldest first, or newest first with a filter or `before`. A list of one actor, party or \
            participant leaves out the actions of every message (accepted, reserved, sending, delivered), unless `action` names one",
        query: &[
            FIRST_ROW,
            AUDIT_ACTION,
            AUDIT_ACTOR,
            AUDIT_PARTY,
            ABOUT,
            SINCE,
            UNTIL,
            LIMIT,
            ROW_BEFORE,
        ],
        page: Page { usual: 100, most: 1000 },
        answers: &[Answer::json::<AuditJson<'_>>(200)],
        errors: QUERY,
        ..Route::get("/v1/admin/audit", handler!(admin::list_audit))
    },
    Route {
        id: "getAuditCheckpoint",
        summary: "Read a signed checkpoint of the audit log (C2SP tlog-checkpoint)",
        answers: &[Answer::one(200, Content::Untold("text/plain"))],
        errors: &["BL-5020"],
        ..Route::get("/v1/admin/audit/checkpoint", handler!(admin::audit_checkpoint))
    },
    Route {
        id: "getAuditTile",
        summary: "Read a tile of the audit log (C2SP tlog-tiles): hashes, or entries under `entries`",
        params: &[TILE],
        answers: &[Answer::one(200, Content::Untold("application/octet-stream"))],
        errors: &["BL-1107"],
        ..Route::get("/v1/admin/audit/tile/{*tile}", handler!(admin::audit_tile))
    },
    Route {
        id: "getKeyRing",
        summary: "Read the ids of the master keys that open the store, and the progress of a change; never a key",
        answers: &[Answer::json::<KeyRingJson>(200)],
        ..Route::get("/v1/admin/key", handler!(keys::show))
    },
    Route {
        id: "rotateKey",
        summary: "Change to the next master key while the hub runs; the old one opens the store until it is retired",
        body: Some(Body::optional_json::<Rotation>()),
        answers: &[Answer::json::<KeyRingJson>(200)],
        errors: &["BL-1001", "BL-1003", "BL-1004", "BL-6017"],
        ..Route::post("/v1/admin/key/rotate", handler!(keys::rotate))
    },
    Route {
        id: "retireKey",
        summary: "Let the store open with the newest master key alone",
        answers: &[Answer::json::<KeyRingJson>(200)],
        errors: &["BL-6017"],
        ..Route::post("/v1/admin/key/retire", handler!(keys::retire))
    },
    Route {
        id: "getClock",
        summary: "Read the state of the machine's clock, beside the hub's own log and a clock that nobody sets",
        answers: &[Answer::json::<ClockJson>(200)],
        ..Route::get("/v1/admin/clock", handler!(health::clock))
    },
    Route {
        id: "acceptClock",
        summary: "Accept the machine's clock as it is, for example after a long stop",
        body: Some(Body::json::<ClockAcceptance>()),
        answers: &[Answer::json::<ClockJson>(200)],
        errors: &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1108"],
        ..Route::post("/v1/admin/clock/accept", handler!(health::accept_clock))
    },
];
