//! Routes for documents, messages and their deliveries.

use bindeledd_http::{Access, Answer, Body, BodyLimit, Content, Contents, LIMIT, Page, Route, handler};

use super::errors::{INPUT, QUERY, READ};
use super::parameters::{DELIVERY, ID, PARTY, SELECTION, SENDER};
use crate::inbound::api::{DeliveriesJson, DocumentAnswerJson, FetchedJson, InboxJson, MessageJson, MessagesJson};
use crate::inbound::inbox::WithPersonJson;
use crate::inbound::requests::ByHandRequest;
use crate::inbound::schema::published::MessageDraft;
use crate::inbound::state::Inner;
use crate::inbound::{admin, documents, inbox, messages};

pub(super) static ROUTES: [Route<Inner>; 10] = [
    Route {
        id: "postDocument",
        summary: "Send a document in the party's own format",
        access: Access::PartyInPath,
        params: &[PARTY],
        body: Some(Body {
            required: true,
            limit: BodyLimit::Document,
            contents: Contents::One(Content::Untold("*/*")),
        }),
        answers: &[Answer::json::<DocumentAnswerJson<'_>>(202)],
        errors: &[
            "BL-1001", "BL-1002", "BL-1003", "BL-1004", "BL-1005", "BL-1006", "BL-1007", "BL-1103", "BL-1104",
            "BL-1106", "BL-1108", "BL-1132", "BL-1133", "BL-1160", "BL-3001", "BL-3002", "BL-3003", "BL-3004",
            "BL-3005", "BL-3006", "BL-3020", "BL-3030", "BL-3032", "BL-3033", "BL-3034", "BL-3101", "BL-4030",
        ],
        ..Route::post("/v1/parties/{party}/documents", handler!(documents::post_document))
    },
    Route {
        id: "postMessage",
        summary: "Send a message in the project's own JSON",
        access: Access::AnyCaller,
        query: &[SENDER],
        body: Some(Body {
            limit: BodyLimit::Bytes(256 * 1024),
            ..Body::json::<MessageDraft>()
        }),
        answers: &[Answer::json::<DocumentAnswerJson<'_>>(202)],
        errors: INPUT,
        ..Route::post("/v1/messages", handler!(documents::post_message))
    },
    Route {
        id: "getMessage",
        summary: "Read the deliveries of a message, with their states and reasons; never content",
        access: Access::AnyCaller,
        params: &[ID],
        answers: &[Answer::json::<MessageJson<'_>>(200)],
        errors: READ,
        ..Route::get("/v1/messages/{id}", handler!(messages::get))
    },
    Route {
        id: "retryMessage",
        summary: "Send the deliveries again that ended undelivered; each is decided anew",
        access: Access::AnyCaller,
        params: &[ID],
        answers: &[Answer::json::<DeliveriesJson>(200)],
        errors: READ,
        ..Route::post("/v1/messages/{id}/retry", handler!(messages::retry))
    },
    Route {
        id: "cancelMessage",
        summary: "Cancel the deliveries that wait",
        access: Access::AnyCaller,
        params: &[ID],
        answers: &[Answer::json::<DeliveriesJson>(200)],
        errors: READ,
        ..Route::post("/v1/messages/{id}/cancel", handler!(messages::cancel))
    },
    Route {
        id: "getInbox",
        summary: "Fetch the items of the inbox, as many as an answer holds; each stays until it is acknowledged",
        access: Access::PartyInPath,
        params: &[PARTY],
        query: &[LIMIT],
        page: Page { usual: 50, most: 200 },
        answers: &[Answer::json::<InboxJson>(200)],
        errors: &["BL-1003", "BL-1004", "BL-1107", "BL-1108", "BL-1176", "BL-4030"],
        ..Route::get("/v1/parties/{party}/inbox", handler!(inbox::list))
    },
    Route {
        id: "acknowledgeDelivery",
        summary: "Acknowledge an item of the inbox; 200 where a person still has to enter it or hand it over",
        access: Access::PartyInPath,
        params: &[PARTY, DELIVERY],
        answers: &[Answer::empty(204), Answer::json::<WithPersonJson>(200)],
        errors: &["BL-1107", "BL-4007"],
        ..Route::post("/v1/parties/{party}/inbox/{delivery}/ack", handler!(inbox::acknowledge))
    },
    Route {
        id: "enteredDelivery",
        summary: "Report the outcome of an item that a person took out of the inbox: entered, posted, handed over, or not possible",
        access: Access::PartyInPath,
        params: &[PARTY, DELIVERY],
        body: Some(Body::optional_json::<ByHandRequest>()),
        answers: &[Answer::empty(204)],
        errors: &["BL-1001", "BL-1003", "BL-1004", "BL-1005", "BL-1107", "BL-4033"],
        ..Route::post("/v1/parties/{party}/inbox/{delivery}/entered", handler!(inbox::entered))
    },
    Route {
        id: "listMessages",
        summary: "List messages, newest first",
        query: &SELECTION,
        answers: &[Answer::json::<MessagesJson<'_>>(200)],
        errors: QUERY,
        ..Route::get("/v1/admin/messages", handler!(messages::list))
    },
    Route {
        id: "listFetched",
        summary: "List the items that were fetched from mailboxes and set aside, with the reasons, newest first",
        query: &[LIMIT],
        answers: &[Answer::json::<FetchedJson<'_>>(200)],
        errors: QUERY,
        ..Route::get("/v1/admin/fetched", handler!(admin::list_fetched))
    },
];
