//! Routes for parties and their keys.

use bindeledd_http::{Access, Answer, Body, BodyLimit, LIMIT, Route, handler};

use super::errors::{CONSENT, READ};
use super::parameters::{PARTY_ID, PARTY_NAMED, VERSION_BEFORE};
use crate::inbound::admin::{ImportAnswerJson, PartiesJson};
use crate::inbound::api::{InboxJson, PartyJson, PartyVersionsJson, PublicPartyJson, RolledBackJson, TestJson};
use crate::inbound::party_keys::{KeysJson, NewKeyJson, RevocationAnswerJson};
use crate::inbound::requests::{
    ImportRequest, OpenInboxRequest, PartyRequest, PauseRequest, Revocation, RollBackRequest,
};
use crate::inbound::state::Inner;
use crate::inbound::{admin, inbox, party_keys, party_versions};

pub(super) static ROUTES: [Route<Inner>; 16] = [
    Route {
        id: "listParties",
        summary: "List all parties",
        answers: &[Answer::json::<PartiesJson<'_>>(200)],
        ..Route::get("/v1/admin/parties", handler!(admin::list_parties))
    },
    Route {
        id: "putParty",
        summary: "Add a party, or change it",
        body: Some(Body::json::<PartyRequest>()),
        answers: &[Answer::json::<PartyJson<'_>>(201), Answer::json::<PartyJson<'_>>(200)],
        errors: CONSENT,
        ..Route::post("/v1/admin/parties", handler!(admin::put_party))
    },
    Route {
        id: "importParties",
        summary: "Add or change many parties: all of them or none, or only try it",
        body: Some(Body {
            limit: BodyLimit::Bytes(16 * 1024 * 1024),
            ..Body::json::<ImportRequest>()
        }),
        answers: &[Answer::json::<ImportAnswerJson>(200)],
        errors: &["BL-1001", "BL-1003", "BL-1004", "BL-1005"],
        ..Route::post("/v1/admin/parties/import", handler!(admin::import_parties))
    },
    Route {
        id: "lookUpParty",
        summary: "Look a party up by its id, org:<number> or her:<id>",
        access: Access::AnyCaller,
        params: &[PARTY_NAMED],
        answers: &[Answer::json::<PublicPartyJson<'_>>(200)],
        errors: READ,
        ..Route::get("/v1/directory/{name}", handler!(admin::look_up))
    },
    Route {
        id: "getParty",
        summary: "Read a party, with the reason and the end of its pause",
        params: &[PARTY_ID],
        answers: &[Answer::json::<PartyJson<'_>>(200)],
        errors: &["BL-1107"],
        ..Route::get("/v1/admin/parties/{id}", handler!(admin::show))
    },
    Route {
        id: "pauseParty",
        summary: "Pause a party's endpoint, with a reason and an end or without: deliveries to it wait",
        params: &[PARTY_ID],
        body: Some(Body::optional_json::<PauseRequest>()),
        answers: &[Answer::json::<PartyJson<'_>>(200)],
        errors: &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1107", "BL-1108"],
        ..Route::post("/v1/admin/parties/{id}/pause", handler!(admin::pause))
    },
    Route {
        id: "resumeParty",
        summary: "Resume a party's endpoint",
        params: &[PARTY_ID],
        answers: &[Answer::json::<PartyJson<'_>>(200)],
        errors: &["BL-1107"],
        ..Route::post("/v1/admin/parties/{id}/resume", handler!(admin::resume))
    },
    Route {
        id: "listPartyVersions",
        summary: "List the versions of a party, newest first: who changed what, field by field",
        params: &[PARTY_ID],
        query: &[LIMIT, VERSION_BEFORE],
        answers: &[Answer::json::<PartyVersionsJson>(200)],
        errors: &["BL-1003", "BL-1004", "BL-1107"],
        ..Route::get("/v1/admin/parties/{id}/versions", handler!(party_versions::list))
    },
    Route {
        id: "rollBackParty",
        summary: "Bring the set-up of an earlier version of a party back, as a new version; the newest version is named, so that no \
            other change is lost",
        params: &[PARTY_ID],
        body: Some(Body::json::<RollBackRequest>()),
        answers: &[Answer::json::<RolledBackJson<'_>>(200)],
        errors: &[
            "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1107", "BL-1162", "BL-1163",
        ],
        ..Route::post("/v1/admin/parties/{id}/rollback", handler!(party_versions::roll_back))
    },
    Route {
        id: "testParty",
        summary: "Test the way to a party: its adapter, its settings and its address; nothing is delivered",
        params: &[PARTY_ID],
        answers: &[Answer::json::<TestJson>(200)],
        errors: &["BL-1107", "BL-3001"],
        ..Route::post("/v1/admin/parties/{id}/test", handler!(admin::test_party))
    },
    Route {
        id: "newKey",
        summary: "Make a new key for a party; it is shown once, and older keys stay until they are revoked",
        params: &[PARTY_ID],
        answers: &[Answer::json::<NewKeyJson>(201)],
        errors: &["BL-1107"],
        ..Route::post("/v1/admin/parties/{id}/keys", handler!(party_keys::new_key))
    },
    Route {
        id: "listKeys",
        summary: "List a party's keys by their ids, with the times of making and last use; never a key",
        params: &[PARTY_ID],
        answers: &[Answer::json::<KeysJson>(200)],
        errors: &["BL-1107"],
        ..Route::get("/v1/admin/parties/{id}/keys", handler!(party_keys::list))
    },
    Route {
        id: "revokeKeys",
        summary: "Revoke keys of a party by their ids, or all; from the answer on the hub refuses them",
        params: &[PARTY_ID],
        body: Some(Body::json::<Revocation>()),
        answers: &[Answer::json::<RevocationAnswerJson>(200)],
        errors: &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1107"],
        ..Route::post("/v1/admin/parties/{id}/keys/revoke", handler!(party_keys::revoke))
    },
    Route {
        id: "openInbox",
        summary: "Open a party's inbox for the operator, with a reason, as `bindeledd party print` does; the participants are told",
        params: &[PARTY_ID],
        body: Some(Body::json::<OpenInboxRequest>()),
        answers: &[Answer::json::<InboxJson>(200)],
        errors: &[
            "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1107", "BL-1108", "BL-4030",
        ],
        ..Route::post("/v1/admin/parties/{id}/inbox", handler!(inbox::open))
    },
    Route {
        id: "suspendParty",
        summary: "Suspend a party: its keys, tokens and certificates are refused and nothing is delivered to it",
        params: &[PARTY_ID],
        answers: &[Answer::json::<PartyJson<'_>>(200)],
        errors: &["BL-1107"],
        ..Route::post("/v1/admin/parties/{id}/suspend", handler!(party_keys::suspend))
    },
    Route {
        id: "unsuspendParty",
        summary: "Lift a party's suspension: its calls are taken again, and the deliveries that waited go on",
        params: &[PARTY_ID],
        answers: &[Answer::json::<PartyJson<'_>>(200)],
        errors: &["BL-1107"],
        ..Route::post("/v1/admin/parties/{id}/unsuspend", handler!(party_keys::unsuspend))
    },
];
