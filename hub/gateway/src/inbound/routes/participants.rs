//! Routes for participants.

use bindeledd_http::{Access, Answer, Body, Content, Contents, LIMIT, Route, handler};

use super::errors::{CONSENT, READ};
use super::parameters::{BEFORE, LANGUAGE, PARTICIPANT};
use crate::inbound::api::{DisclosuresJson, ParticipantRefJson, WithdrawalJson, WithdrawalPreviewJson};
use crate::inbound::own_pages::OwnCodeJson;
use crate::inbound::participant_admin::{ErasureAnswerJson, ErasureJson, LinkJson, ProtectionJson};
use crate::inbound::requests::{ExportRequest, LinkRequest, ParticipantLookup, ProtectionRequest, WithdrawalRequest};
use crate::inbound::schema::published::ParticipantExport;
use crate::inbound::state::Inner;
use crate::inbound::{own_pages, participant_admin, participants};

const DISCLOSURES: Answer = Answer {
    contents: Contents::OneOf(&[
        Content::json::<DisclosuresJson<'_>>(),
        Content::Object("application/fhir+json"),
        Content::Untold("text/html"),
    ]),
    description: "Page of JSON; or, by `accept`, all as a FHIR R4 Bundle of AuditEvents, or for the operator as a page to hand over.",
    ..Answer::empty(200)
};

pub(super) static ROUTES: [Route<Inner>; 10] = [
    Route {
        id: "makeOwnPageCode",
        summary: "Make a one-time code for a participant's own page, to be handed over in person; the page shows the exchanges of the calling party alone, and can only narrow them",
        access: Access::AnyCaller,
        params: &[PARTICIPANT],
        answers: &[Answer::json::<OwnCodeJson>(201)],
        errors: &["BL-1107"],
        ..Route::post("/v1/participants/{ref}/code", handler!(own_pages::hand_over))
    },
    Route {
        id: "withdrawForParticipant",
        summary: "Withdraw on a participant's behalf, from every consent at once; the answer comes when nothing under them can begin to leave any more",
        params: &[PARTICIPANT],
        body: Some(Body::optional_json::<WithdrawalRequest>()),
        answers: &[Answer::json::<WithdrawalJson<'_>>(200)],
        errors: CONSENT,
        ..Route::post(
            "/v1/admin/participants/{ref}/withdraw",
            handler!(participant_admin::withdraw),
        )
    },
    Route {
        id: "previewWithdrawalForParticipant",
        summary: "Read the effect that a withdrawal on a participant's behalf would have now; nothing is withdrawn",
        params: &[PARTICIPANT],
        body: Some(Body::optional_json::<WithdrawalRequest>()),
        answers: &[Answer::json::<WithdrawalPreviewJson<'_>>(200)],
        errors: CONSENT,
        ..Route::post(
            "/v1/admin/participants/{ref}/withdraw/preview",
            handler!(participant_admin::preview_withdrawal),
        )
    },
    Route {
        id: "eraseParticipant",
        summary: "Erase a participant: destroy the key and the traces; the answer names the parties that hold content; 202 while the bytes are still on disk",
        params: &[PARTICIPANT],
        answers: &[
            Answer::json::<ErasureAnswerJson<'_>>(200),
            Answer::json::<ErasureAnswerJson<'_>>(202),
        ],
        errors: READ,
        ..Route::post("/v1/admin/participants/{ref}/erase", handler!(participant_admin::erase))
    },
    Route {
        id: "getErasure",
        summary: "Read the time of an erasure, and its state on disk",
        params: &[PARTICIPANT],
        answers: &[Answer::json::<ErasureJson>(200)],
        errors: READ,
        ..Route::get(
            "/v1/admin/participants/{ref}/erasure",
            handler!(participant_admin::erasure),
        )
    },
    Route {
        id: "linkParticipant",
        summary: "Link another number to a participant, such as the one that followed a D-number",
        params: &[PARTICIPANT],
        body: Some(Body::json::<LinkRequest>()),
        answers: &[Answer::json::<LinkJson>(200)],
        errors: CONSENT,
        ..Route::post("/v1/admin/participants/{ref}/link", handler!(participant_admin::link))
    },
    Route {
        id: "protectPerson",
        summary: "Set or lift address protection (kode 6, 7): nothing is carried for a protected person",
        body: Some(Body::json::<ProtectionRequest>()),
        answers: &[Answer::json::<ProtectionJson>(200)],
        errors: CONSENT,
        ..Route::post("/v1/admin/participants/protect", handler!(participant_admin::protect))
    },
    Route {
        id: "lookUpParticipant",
        summary: "Look up the pseudonym of a person by the national identity number, which stands in the body and never in an address",
        body: Some(Body::json::<ParticipantLookup>()),
        answers: &[Answer::json::<ParticipantRefJson>(200)],
        errors: &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1107"],
        ..Route::post("/v1/admin/participants/lookup", handler!(participants::look_up))
    },
    Route {
        id: "listDisclosures",
        summary: "List disclosures about a participant, newest first; a party sees those that it sent or received",
        access: Access::AnyCaller,
        params: &[PARTICIPANT],
        query: &[BEFORE, LIMIT, LANGUAGE],
        answers: &[DISCLOSURES],
        errors: &["BL-1003", "BL-1004", "BL-1005", "BL-1107"],
        ..Route::get(
            "/v1/participants/{ref}/disclosures",
            handler!(participants::disclosures),
        )
    },
    Route {
        id: "exportParticipant",
        summary: "Export everything that the hub holds about a participant, with content, for the participant's right of access",
        params: &[PARTICIPANT],
        body: Some(Body::json::<ExportRequest>()),
        answers: &[Answer::json::<ParticipantExport>(200)],
        errors: &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1107"],
        ..Route::post("/v1/participants/{ref}/export", handler!(participants::export))
    },
];
