//! The inboxes from which receivers fetch.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Json;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bindeledd_core::DeliveryId;
use bindeledd_core::delivery::ByHand;
use bindeledd_engine::ports::Acknowledged;
use bindeledd_engine::{InboxLook, Leave, OpenedInbox};
use bindeledd_http::{Call, Problem};
use bindeledd_texts::Text as _;
use bindeledd_texts::problem::{Detail, Next};
use http_body::{Frame, SizeHint};
use schemars::JsonSchema;
use serde::Serialize;

use super::admin;
use super::api::{InboxItemJson, InboxJson};
use super::requests::{self, ByHandRequest, OpenInboxRequest};
use super::state::Inner;

pub(super) async fn list(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let limit = call.limit()?;
    let InboxLook { items, leave } = inner
        .engine
        .inbox(call.path_party()?, limit, call.caller()?.acting())
        .await?;
    let answer = InboxJson {
        items: items.iter().map(InboxItemJson::of).collect(),
    };
    Ok(leaving(Json(answer).into_response(), leave).await)
}

/// Items of one look of the operator.
const ITEMS: usize = 50;

/// The operator opens a party's inbox with a reason.
pub(super) async fn open(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let party = admin::named(inner, call)?;
    let OpenInboxRequest { reason } = requests::read(&call.body)?;
    let OpenedInbox { items, leave } = inner
        .engine
        .open_inbox(&party, ITEMS, &reason, call.caller()?.acting())
        .await?;
    let answer = InboxJson {
        items: items.iter().map(|item| InboxItemJson::of(item.content())).collect(),
    };
    Ok(leaving(Json(answer).into_response(), leave).await)
}

/// Wraps a response, so that its bytes go to the socket only while its documents may be released.
async fn leaving(response: Response, leave: Leave) -> Response {
    let (parts, body) = response.into_parts();
    // The body is in memory, so that reading it neither waits nor fails.
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let length = HeaderValue::from(bytes.len());
    let body = Body::new(LeavingBody {
        bytes: Some(bytes),
        leave,
    });
    let mut response = Response::from_parts(parts, body);
    response.headers_mut().insert(header::CONTENT_LENGTH, length);
    response
}

/// A body that asks for permission to release its documents when the connection polls it. If permission comes too late, the body
/// fails, and the documents are there at the next fetch.
struct LeavingBody {
    bytes: Option<Bytes>,
    leave: Leave,
}

impl HttpBody for LeavingBody {
    type Data = Bytes;
    type Error = TooLate;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(match self.bytes.take() {
            Some(bytes) if self.leave.begin() => Some(Ok(Frame::data(bytes))),
            Some(_) => Some(Err(TooLate)),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |b| b.len() as u64))
    }
}

/// The error of a response that may no longer begin.
#[derive(Debug, thiserror::Error)]
#[error("the inbox's answer took too long; look again")]
struct TooLate;

pub(super) async fn acknowledge(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let nothing =
        || Problem::new(StatusCode::NOT_FOUND, "BL-4007", Detail::NotHandedOver).what_to_do(Next::AcknowledgeId);
    let delivery = call.param::<DeliveryId>("delivery").map_err(|_| nothing())?;
    let by = call.caller()?.acting();
    match inner.engine.acknowledge(call.path_party()?, delivery, by).await? {
        Acknowledged::Delivered => Ok(StatusCode::NO_CONTENT.into_response()),
        Acknowledged::WithPerson => {
            let answer = WithPersonJson {
                state: WITH_PERSON,
                what_to_do: Next::EnterThenSay.text(inner.web.language(&call.headers)),
            };
            Ok(Json(answer).into_response())
        }
        Acknowledged::Nothing => Err(nothing()),
    }
}

const WITH_PERSON: &str = "with-a-person";

/// Item that a person still has to enter in a system or hand over.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "WithPerson")]
pub(crate) struct WithPersonJson {
    /// State of the delivery.
    #[schemars(extend("const" = WITH_PERSON))]
    state: &'static str,
    /// Next step for a person.
    what_to_do: String,
}

/// A person reports the outcome of an item that they took.
pub(super) async fn entered(inner: &Arc<Inner>, call: &Call) -> Result<Response, Problem> {
    let nothing =
        || Problem::new(StatusCode::NOT_FOUND, "BL-4033", Detail::NotWithPerson).what_to_do(Next::NameWithPerson);
    let ByHandRequest { how } = requests::read_or_default(&call.body)?;
    let how = how.unwrap_or(ByHand::Entered);
    let delivery = call.param::<DeliveryId>("delivery").map_err(|_| nothing())?;
    let by = call.caller()?.acting();
    match inner.engine.by_hand(call.path_party()?, delivery, how, by).await? {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Err(nothing()),
    }
}
