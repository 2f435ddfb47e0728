//! Meldingstjener as an inbox: list, fetch, receipt, mark as read, and what became of what was sent.
//!
//! v2 has a list of unread messages. v3 has notifications from an offset on, a stream that tells of new ones, and `downloaded`
//! in the place of `read`; what the two have in common is said once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindeledd_sdk::{
    Context, InboxAnswer, InboxAsk, Item, Listing, Method, Receipt, ReceiptError, ReceiptStatus, Reference, Refusal,
    Request, Response,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::apprec::{Fault, Status};
use crate::transport::{self, Api};

/// The most that one list gives; the service's own limit.
const PAGE: usize = 100;

/// The scheme of the transport's own ids.
pub(crate) const SCHEME: &str = "msh";

/// The request for something; `None` where the endpoint does not fetch.
pub(crate) fn ask(what: &InboxAsk, context: &Context) -> Option<Request> {
    let api = Api::of(context);
    let own = context.endpoint.her_id?;
    let fetches = context.settings.get("fetch").and_then(Value::as_bool) != Some(false);
    let messages = api.messages();
    let get = |path: String| Some(transport::call(Method::Get, path, context));
    let from = |cursor: &Option<String>| cursor.clone().unwrap_or_else(|| "0".into());
    match (what, api) {
        (InboxAsk::List { .. }, _) | (InboxAsk::Listen { .. }, _) if !fetches => None,
        (InboxAsk::List { .. }, Api::V2) => get(format!(
            "{messages}?ReceiverHerIds={own}&IncludeMetadata=true&MessagesToFetch={PAGE}"
        )),
        (InboxAsk::List { cursor }, Api::V3) => get(format!("/notifications?herIds={own}&offset={}", from(cursor))),
        (InboxAsk::Listen { .. }, Api::V2) => None,
        (InboxAsk::Listen { cursor }, Api::V3) => {
            let mut request = get(format!("/notifications/stream?herIds={own}&offset={}", from(cursor)))?;
            request.headers.push(("accept".into(), "text/event-stream".into()));
            Some(request)
        }
        (InboxAsk::Fetch(item), _) => get(format!("{messages}/{}/business-document", uuid(&item.id)?)),
        (InboxAsk::Mark(item), Api::V2) => {
            let path = format!("{messages}/{}/read/{own}", uuid(&item.id)?);
            Some(transport::call(Method::Put, path, context))
        }
        (InboxAsk::Mark(item), Api::V3) => {
            let path = format!("{messages}/{}/downloaded/{own}", uuid(&item.id)?);
            Some(transport::call(Method::Put, path, context))
        }
        (InboxAsk::Decline { item, text, .. }, _) => {
            let fault = Fault {
                code: "X99",
                text: sentence(text),
            };
            receipt_for(&item.id, Status::Refused, &[fault], context)
        }
        (InboxAsk::Status(references), _) => get(format!("{messages}/{}/status", own_id(references)?)),
        (InboxAsk::Receipt(references), _) => get(format!("{messages}/{}/apprec", own_id(references)?)),
    }
}

/// The receipt for what was fetched, which Meldingstjener writes by itself. `None` where it can not say this.
pub(crate) fn receipt_for(id: &str, status: Status, faults: &[Fault], context: &Context) -> Option<Request> {
    let own = context.endpoint.her_id?;
    let status = match status {
        Status::Ok => "Ok",
        Status::Refused => "Rejected",
        // In its interface, and "not supported as of this writing" by its own words: an AppRec document says it instead.
        Status::Partial => return None,
    };
    let errors: Vec<Value> = faults
        .iter()
        .map(|f| json!({"errorCode": f.code, "details": f.text}))
        .collect();
    let body = json!({"appRecStatus": status, "appRecErrorList": errors});
    let messages = Api::of(context).messages();
    let path = format!("{messages}/{}/apprec/{own}", uuid(id)?);
    Some(transport::post_json(path, &body, context))
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    let all = first.unwrap_or_default() + chars.as_str();
    if all.ends_with('.') { all } else { all + "." }
}

/// The service's ids are UUIDs; nothing else becomes a part of a path.
fn uuid(id: &str) -> Option<&str> {
    let fits = id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    fits.then_some(id)
}

fn own_id(references: &[Reference]) -> Option<&str> {
    references
        .iter()
        .find(|r| r.scheme == SCHEME)
        .and_then(|r| uuid(&r.value))
}

/// A message in v2's list. v3's notifications name the same things.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(alias = "messageId")]
    id: Option<String>,
    sender_her_id: Option<u32>,
    #[serde(alias = "sequenceNumber")]
    offset: Option<u64>,
}

/// v3's notifications, alone or with what stands around them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Notifications {
    Bare(Vec<Listed>),
    Wrapped { notifications: Vec<Listed> },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BusinessDocument {
    business_document: String,
    content_type: String,
    content_transfer_encoding: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PerReceiver {
    receiver_her_id: u32,
    transport_delivery_state: Option<String>,
    app_rec_status: Option<String>,
    #[serde(default)]
    app_rec_error_list: Option<Vec<AppRecError>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AppRecError {
    error_code: Option<String>,
    details: Option<String>,
    description: Option<String>,
}

/// What a response means.
pub(crate) fn answered(what: &InboxAsk, response: &Response, context: &Context) -> InboxAnswer {
    match response.status {
        200..=299 => taken(what, response, context).unwrap_or_else(unexpected),
        404 | 410 => match what {
            InboxAsk::Fetch(_) | InboxAsk::Mark(_) => InboxAnswer::Gone,
            // It is not known yet, or no longer: its own deadline ends the waiting.
            InboxAsk::Status(_) | InboxAsk::Receipt(_) => InboxAnswer::Done,
            InboxAsk::List { .. } | InboxAsk::Listen { .. } | InboxAsk::Decline { .. } => InboxAnswer::Later(None),
        },
        // 401: a new token is fetched. 403: accesses are mended. 423: another client of the same HER-id has it for now.
        _ => InboxAnswer::Later(response.retry_after()),
    }
}

fn unexpected() -> InboxAnswer {
    InboxAnswer::Refused(Refusal::new(
        "unexpected",
        "Meldingstjeneren svarte noe som ikke kan leses. Kontroller adressen og versjonen i oppsettet av endepunktet.",
    ))
}

fn taken(what: &InboxAsk, response: &Response, context: &Context) -> Option<InboxAnswer> {
    Some(match what {
        InboxAsk::List { cursor } => InboxAnswer::Listing(match Api::of(context) {
            Api::V2 => listing(serde_json::from_slice(&response.body).ok()?),
            Api::V3 => {
                let notifications = match serde_json::from_slice(&response.body).ok()? {
                    Notifications::Bare(all) | Notifications::Wrapped { notifications: all } => all,
                };
                let newest = notifications.iter().filter_map(|n| n.offset).max();
                Listing {
                    cursor: newest.map(|n| (n + 1).to_string()).or_else(|| cursor.clone()),
                    ..listing(notifications)
                }
            }
        }),
        InboxAsk::Fetch(_) => {
            let document: BusinessDocument = serde_json::from_slice(&response.body).ok()?;
            if document.content_transfer_encoding != "base64" {
                return None;
            }
            InboxAnswer::Document {
                media_type: document.content_type,
                body: STANDARD.decode(document.business_document.trim()).ok()?,
            }
        }
        InboxAsk::Status(references) => {
            let receiver = receiver_of(response, context)?;
            match receiver {
                None => InboxAnswer::Done,
                Some(PerReceiver {
                    app_rec_status: Some(_),
                    ..
                }) => InboxAnswer::Ready,
                Some(state) if state.transport_delivery_state.as_deref() == Some("Rejected") => {
                    let text = "Mottakerens meldingssystem avviste meldingen før den nådde frem.";
                    receipt(references, ReceiptStatus::Refused, vec![("transport", text.into())])?
                }
                Some(_) => InboxAnswer::Done,
            }
        }
        InboxAsk::Receipt(references) => {
            let Some((status, errors)) = receiver_of(response, context)?.and_then(|r| {
                let status = r.app_rec_status?;
                Some((status, r.app_rec_error_list.unwrap_or_default()))
            }) else {
                return Some(InboxAnswer::Done);
            };
            let status = match status.as_str() {
                "Ok" => ReceiptStatus::Ok,
                "Rejected" => ReceiptStatus::Refused,
                "OkErrorInMessagePart" => ReceiptStatus::Partial,
                _ => ReceiptStatus::Unknown,
            };
            let errors = errors.into_iter().map(|e| {
                let text = [e.details, e.description].into_iter().flatten().find(|t| !t.is_empty());
                (e.error_code.unwrap_or_default(), text.unwrap_or_default())
            });
            receipt(references, status, errors.collect())?
        }
        InboxAsk::Mark(_) | InboxAsk::Decline { .. } | InboxAsk::Listen { .. } => InboxAnswer::Done,
    })
}

fn listing(listed: Vec<Listed>) -> Listing {
    let more = listed.len() >= PAGE;
    let items = listed.into_iter().filter_map(|message| {
        Some(Item {
            id: uuid(&message.id?)?.to_ascii_lowercase(),
            // Without metadata the service does not say who sent it; nobody is called her:0.
            sender: format!("her:{}", message.sender_her_id.unwrap_or(0)),
            note: String::new(),
        })
    });
    Listing {
        items: items.collect(),
        cursor: None,
        more,
    }
}

/// What stands about the party at the other end; a copy's receiver is another delivery. `None` where it can not be read.
fn receiver_of(response: &Response, context: &Context) -> Option<Option<PerReceiver>> {
    let all: Vec<PerReceiver> = serde_json::from_slice(&response.body).ok()?;
    let wanted = context.party.her_id;
    let alone = all.len() == 1;
    Some(all.into_iter().find(|r| alone || Some(r.receiver_her_id) == wanted))
}

fn receipt(
    references: &[Reference],
    status: ReceiptStatus,
    errors: Vec<(impl Into<String>, String)>,
) -> Option<InboxAnswer> {
    let errors = errors.into_iter().map(|(code, text)| ReceiptError {
        code: code.into(),
        text,
    });
    Some(InboxAnswer::Receipt(Receipt {
        status,
        refers_to: own_id(references)?.to_owned(),
        scheme: SCHEME.into(),
        errors: errors.collect(),
    }))
}
