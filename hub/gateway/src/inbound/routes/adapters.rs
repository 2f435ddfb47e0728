//! The operator's routes for the versions of adapters.

use bindeledd_http::{Answer, Body, BodyLimit, Content, Contents, Parameter, Route, handler};
use serde_json::json;

use super::parameters::ADAPTER;
use crate::inbound::adapters;
use crate::inbound::admin::{self, AdapterResetJson};
use crate::inbound::api::{
    AdapterInstalledJson, AdapterRemovedJson, AdapterShadowJson, AdapterSwitchedJson, AdaptersJson,
};
use crate::inbound::requests::{AdapterBackRequest, AdapterRemovalRequest, AdapterShadowRequest, AdapterUseRequest};
use crate::inbound::state::Inner;

const REASON: Parameter = Parameter::new(
    "reason",
    "Reason, without names of persons. It goes into the audit log.",
    || json!({ "type": "string", "minLength": 5, "maxLength": 300 }),
);
const VERSION: Parameter = Parameter::new(
    "version",
    "SHA-256 of the version, or `configured`.",
    || json!({ "type": "string", "pattern": "^(configured|[0-9a-f]{64})$" }),
);
/// Largest file that the API takes. `adapter_limits.file_mb` may allow fewer bytes.
const FILE: BodyLimit = BodyLimit::Bytes(128 * 1024 * 1024);

pub(super) static ROUTES: [Route<Inner>; 10] = [
    Route {
        id: "listAdapters",
        summary: "List the adapters with their versions: the one in use, the one before, and those that wait for a grant",
        answers: &[Answer::json::<AdaptersJson>(200)],
        ..Route::get("/v1/admin/adapters", handler!(adapters::list))
    },
    Route {
        id: "installAdapter",
        summary: "Install a version of an adapter beside the others; it is checked and compiled, and not yet in use",
        params: &[ADAPTER],
        query: &[REASON],
        body: Some(Body {
            required: true,
            limit: FILE,
            contents: Contents::One(Content::Untold("application/wasm")),
        }),
        answers: &[
            Answer::json::<AdapterInstalledJson>(201),
            Answer {
                description: "This version was installed already.",
                ..Answer::json::<AdapterInstalledJson>(200)
            },
        ],
        errors: &[
            "BL-3012", "BL-3013", "BL-3014", "BL-3015", "BL-3016", "BL-3021", "BL-3040", "BL-3045", "BL-3046",
            "BL-3047", "BL-3048",
        ],
        ..Route::post("/v1/admin/adapters/{id}/versions", handler!(adapters::install))
    },
    Route {
        id: "useAdapter",
        summary: "Take a version of an adapter into use, without a pause; calls that run end on the version before",
        params: &[ADAPTER],
        body: Some(Body::json::<AdapterUseRequest>()),
        answers: &[Answer::json::<AdapterSwitchedJson>(200)],
        errors: &[
            "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-3040", "BL-3041", "BL-3042", "BL-3048",
        ],
        ..Route::post("/v1/admin/adapters/{id}/use", handler!(adapters::take_into_use))
    },
    Route {
        id: "rollBackAdapter",
        summary: "Take the version of an adapter before into use again; each further call leads one version further back",
        params: &[ADAPTER],
        body: Some(Body::optional_json::<AdapterBackRequest>()),
        answers: &[Answer::json::<AdapterSwitchedJson>(200)],
        errors: &[
            "BL-1001", "BL-1003", "BL-1004", "BL-3040", "BL-3041", "BL-3042", "BL-3044",
        ],
        ..Route::post("/v1/admin/adapters/{id}/rollback", handler!(adapters::roll_back))
    },
    Route {
        id: "removeAdapterVersion",
        summary: "Remove a version of an adapter that is not in use",
        params: &[ADAPTER],
        body: Some(Body::json::<AdapterRemovalRequest>()),
        answers: &[Answer::json::<AdapterRemovedJson>(200)],
        errors: &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-3040", "BL-3043"],
        ..Route::post("/v1/admin/adapters/{id}/remove", handler!(adapters::remove))
    },
    Route {
        id: "shadowAdapter",
        summary: "Let a version of an adapter run in the shadow of the one in use: its output is compared and thrown away",
        params: &[ADAPTER],
        body: Some(Body::json::<AdapterShadowRequest>()),
        answers: &[Answer::json::<AdapterShadowJson>(200)],
        errors: &[
            "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-3040", "BL-3042", "BL-3043", "BL-3048",
        ],
        ..Route::post("/v1/admin/adapters/{id}/shadow", handler!(adapters::shadow))
    },
    Route {
        id: "endAdapterShadow",
        summary: "End the shadow of an adapter before its time",
        params: &[ADAPTER],
        answers: &[Answer::json::<AdapterShadowJson>(200)],
        errors: &["BL-1107"],
        ..Route::post("/v1/admin/adapters/{id}/shadow/end", handler!(adapters::end_shadow))
    },
    Route {
        id: "getAdapterShadow",
        summary: "Read the report of an adapter's newest shadow since the start of the hub: counts and paths, and never a value",
        params: &[ADAPTER],
        answers: &[Answer::json::<AdapterShadowJson>(200)],
        errors: &["BL-1107"],
        ..Route::get("/v1/admin/adapters/{id}/shadow", handler!(adapters::shadow_report))
    },
    Route {
        id: "getAdapterFile",
        summary: "Read the file of a version of an adapter, to replay samples with it",
        params: &[ADAPTER, VERSION],
        answers: &[Answer::one(200, Content::Untold("application/wasm"))],
        errors: &["BL-3040", "BL-3047"],
        ..Route::get(
            "/v1/admin/adapters/{id}/versions/{version}/file",
            handler!(adapters::file),
        )
    },
    Route {
        id: "resetAdapter",
        summary: "Take an adapter back into use that was set aside, with the parties that wait because of it",
        params: &[ADAPTER],
        answers: &[Answer::json::<AdapterResetJson>(200)],
        errors: &["BL-1107"],
        ..Route::post("/v1/admin/adapters/{id}/reset", handler!(admin::reset_adapter))
    },
];
