//! Routes for consents.

use bindeledd_http::{Access, Answer, Body, Content, Contents, LIMIT, Page, Route, handler};

use super::errors::{CONFIRM, CONSENT, READ, REGISTER};
use super::parameters::ID;
use crate::inbound::api::{ConsentJson, WithdrawalJson};
use crate::inbound::confirmations::{ConfirmedJson, WaitingGrantsJson};
use crate::inbound::consent_requests::ConsentRequestsJson;
use crate::inbound::consents::FHIR;
use crate::inbound::requests::{ConfirmationRequest, WithdrawalRequest};
use crate::inbound::schema::published::Consent;
use crate::inbound::state::Inner;
use crate::inbound::{confirmations, consent_requests, consents};

pub(super) static ROUTES: [Route<Inner>; 6] = [
    Route {
        id: "registerConsent",
        summary: "Register a consent: the project's JSON, or a FHIR R4 Consent as application/fhir+json",
        access: Access::AnyCaller,
        body: Some(Body {
            contents: Contents::OneOf(&[Content::json::<Consent>(), Content::Object(FHIR)]),
            ..Body::json::<Consent>()
        }),
        answers: &[
            Answer::json::<ConsentJson<'_>>(201),
            Answer::json::<ConsentJson<'_>>(200),
        ],
        errors: REGISTER,
        ..Route::post("/v1/consents", handler!(consents::register))
    },
    Route {
        id: "getConsent",
        summary: "Read a consent, as JSON or by Accept as a FHIR R4 Consent; a party of it sees the grants that name it",
        access: Access::AnyCaller,
        params: &[ID],
        answers: &[Answer {
            contents: Contents::OneOf(&[Content::json::<ConsentJson<'_>>(), Content::Untold(FHIR)]),
            ..Answer::empty(200)
        }],
        errors: READ,
        ..Route::get("/v1/consents/{id}", handler!(consents::get))
    },
    Route {
        id: "confirmConsent",
        summary: "Confirm grants that another party registered: as their sender, as a registrar that the sender trusts, or as the operator with evidence",
        access: Access::AnyCaller,
        params: &[ID],
        body: Some(Body::optional_json::<ConfirmationRequest>()),
        answers: &[Answer::json::<ConfirmedJson>(200)],
        errors: CONFIRM,
        ..Route::post("/v1/consents/{id}/confirm", handler!(confirmations::confirm))
    },
    Route {
        id: "listWaitingGrants",
        summary: "List the grants that wait for a confirmation, with the ways to get it: those that the party sends or has registered, or all for the operator",
        access: Access::AnyCaller,
        query: &[LIMIT],
        page: Page { usual: 100, most: 500 },
        answers: &[Answer::json::<WaitingGrantsJson<'_>>(200)],
        errors: &["BL-1003", "BL-1004"],
        ..Route::get("/v1/grants/waiting", handler!(confirmations::waiting))
    },
    Route {
        id: "listWaitingRequests",
        summary: "List the drafted consents that wait for the participant's answer on the own page: those of the party, or all for the operator",
        access: Access::AnyCaller,
        query: &[LIMIT],
        page: Page { usual: 100, most: 500 },
        answers: &[Answer::json::<ConsentRequestsJson<'_>>(200)],
        errors: &["BL-1003", "BL-1004"],
        ..Route::get("/v1/consent-requests/waiting", handler!(consent_requests::waiting))
    },
    Route {
        id: "withdrawConsent",
        summary: "Withdraw a consent, or a part of it; the answer comes when nothing under it can begin to leave any more",
        access: Access::AnyCaller,
        params: &[ID],
        body: Some(Body::optional_json::<WithdrawalRequest>()),
        answers: &[Answer::json::<WithdrawalJson<'_>>(200)],
        errors: CONSENT,
        ..Route::post("/v1/consents/{id}/withdraw", handler!(consents::withdraw))
    },
];
