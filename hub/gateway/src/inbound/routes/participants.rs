//! Participants.

use bindeledd_http::{Access, Answer, Body, Content, Contents, LIMIT, Route, handler};

use super::errors::{CONSENT, READ};
use super::parameters::{BEFORE, LANGUAGE, PARTICIPANT};
use crate::inbound::api::{DisclosuresJson, ParticipantRefJson, WithdrawalJson};
use crate::inbound::participant_admin::{ErasureAnswerJson, ErasureJson, LinkJson, ProtectionJson};
use crate::inbound::schema::published::ParticipantExport;
use crate::inbound::schema::requests::{ExportRequest, NationalId, ParticipantLookup, Protection, Withdrawal};
use crate::inbound::state::Inner;
use crate::inbound::{participant_admin, participants};

const DISCLOSURES: Answer = Answer {
    contents: Contents::OneOf(&[
        Content::json::<DisclosuresJson<'_>>(),
        Content::Object("application/fhir+json"),
        Content::Untold("text/html"),
    ]),
    description: "As `accept` asks: a page of JSON; all of it as a FHIR R4 Bundle of AuditEvents; or all of it as a page to hand over, \
                  for the operator.",
    ..Answer::empty(200)
};

pub(super) static ROUTES: [Route<Inner>; 8] = [
    Route {
        id: "withdrawForParticipant",
        summary: "Withdraw on a participant's behalf, from every consent at once; answered when nothing under them can begin to leave any more",
        params: &[PARTICIPANT],
        body: Some(Body::optional_json::<Withdrawal>()),
        answers: &[Answer::json::<WithdrawalJson<'_>>(200)],
        errors: CONSENT,
        ..Route::post(
            "/v1/admin/participants/{ref}/withdraw",
            handler!(participant_admin::withdraw),
        )
    },
    Route {
        id: "eraseParticipant",
        summary: "Destroy a participant's key and what tells of them; says who has what beyond the hub's reach; 202 while it has not left the disk",
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
        summary: "When a participant was erased, and whether what was destroyed has left the disk",
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
        body: Some(Body::json::<NationalId>()),
        answers: &[Answer::json::<LinkJson>(200)],
        errors: CONSENT,
        ..Route::post("/v1/admin/participants/{ref}/link", handler!(participant_admin::link))
    },
    Route {
        id: "protectPerson",
        summary: "Set or lift address protection (kode 6, 7): nothing is carried for a protected person",
        body: Some(Body::json::<Protection>()),
        answers: &[Answer::json::<ProtectionJson>(200)],
        errors: CONSENT,
        ..Route::post("/v1/admin/participants/protect", handler!(participant_admin::protect))
    },
    Route {
        id: "lookUpParticipant",
        summary: "The pseudonym of a person, by the national identity number: in the body, never in an address",
        body: Some(Body::json::<ParticipantLookup>()),
        answers: &[Answer::json::<ParticipantRefJson>(200)],
        errors: &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1107"],
        ..Route::post("/v1/admin/participants/lookup", handler!(participants::look_up))
    },
    Route {
        id: "listDisclosures",
        summary: "Who got what about a participant, newest first; a party sees what it sent or received",
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
        summary: "Everything that the hub holds about a participant, content too, for the participant's own right",
        params: &[PARTICIPANT],
        body: Some(Body::json::<ExportRequest>()),
        answers: &[Answer::json::<ParticipantExport>(200)],
        errors: &["BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1107"],
        ..Route::post("/v1/participants/{ref}/export", handler!(participants::export))
    },
];
