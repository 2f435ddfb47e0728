//! Meldingstjener as an inbox: list, fetch, receipt, mark as read, and the state of sent messages.
//!
//! v2 has a list of unread messages. v3 has notifications from an offset, a stream that announces new ones, and `downloaded`
//! instead of `read`. This module implements once all that the versions share.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bindeledd_sdk::catalogue::{canonical_id, ungrouped};
use bindeledd_sdk::{
    Context, InboxAnswer, InboxAsk, Item, Listing, Method, Receipt, ReceiptError, ReceiptStatus, Reference, Request,
    Response,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use crate::receipt_codes::{Fault, Status};
use crate::transport::{self, Api};

/// Largest number of messages in one list, which is the service's own limit.
const PAGE: usize = 100;

/// The cursor of v2, which tells the order of the next list.
const NEWEST_FIRST: &str = "newest";
const OLDEST_FIRST: &str = "oldest";

/// Base64 with or without padding, since mail and other systems in transit may drop the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Scheme of the transport's own ids.
pub(crate) const SCHEME: &str = "msh";

/// Makes a request to the inbox; `None` if the endpoint does not fetch.
pub(crate) fn ask(what: &InboxAsk, context: &Context) -> Option<Request> {
    let api = Api::of(context);
    let own = context.endpoint.her_id?;
    let fetches = context.settings.get("fetch").and_then(Value::as_bool) != Some(false);
    let messages = api.messages();
    let get = |path: String| Some(transport::call(Method::Get, path, context));
    let from = |cursor: &Option<String>| {
        let offset = cursor.as_deref().and_then(|raw| raw.parse::<u64>().ok());
        offset.unwrap_or(0).to_string()
    };
    match (what, api) {
        (InboxAsk::List { .. }, _) | (InboxAsk::Listen { .. }, _) if !fetches => None,
        (InboxAsk::List { cursor }, Api::V2) => {
            let order = if cursor.as_deref() == Some(NEWEST_FIRST) {
                "&OrderBy=Descending"
            } else {
                ""
            };
            get(format!(
                "{messages}?ReceiverHerIds={own}&IncludeMetadata=true&MessagesToFetch={PAGE}{order}"
            ))
        }
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

/// Makes the receipt for a fetched message, as Meldingstjener's own call. `None` if Meldingstjener does not support the status.
pub(crate) fn receipt_for(id: &str, status: Status, faults: &[Fault], context: &Context) -> Option<Request> {
    let own = context.endpoint.her_id?;
    let status = match status {
        Status::Ok => "Ok",
        Status::Refused => "Rejected",
        // The API has this status, but the service calls it "not supported as of this writing". An AppRec document carries the
        // status instead.
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

/// Returns the id if it is a UUID, as the service's ids are. No other text may become part of a path.
fn uuid(id: &str) -> Option<&str> {
    let fits = id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    fits.then_some(id)
}

fn is_media_type(said: &str) -> bool {
    (1..=200).contains(&said.len()) && said.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
}

fn own_id(references: &[Reference]) -> Option<&str> {
    references
        .iter()
        .find(|r| r.scheme == SCHEME)
        .and_then(|r| uuid(&r.value))
}

/// A message in v2's list. v3's notifications have the same fields.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(alias = "messageId")]
    id: Option<String>,
    sender_her_id: Option<Value>,
    #[serde(alias = "sequenceNumber")]
    offset: Option<u64>,
}

/// v3's notifications, alone or in an object.
#[derive(Deserialize)]
#[serde(untagged)]
enum Notifications {
    Bare(Vec<Value>),
    Wrapped { notifications: Vec<Value> },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BusinessDocument {
    business_document: String,
    content_type: Option<String>,
    content_transfer_encoding: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PerReceiver {
    receiver_her_id: Option<Value>,
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

/// Translates a response. A response that does not have the service's own form has no meaning: the hub asks again later, and does
/// not give up, receipt or mark an item because of it.
pub(crate) fn answered(what: &InboxAsk, response: &Response, context: &Context) -> InboxAnswer {
    let later = InboxAnswer::Later(response.retry_after());
    match response.status {
        _ if response.is_in_between() => later,
        200..=299 => taken(what, response, context).unwrap_or(later),
        // The service answers 404 in JSON; any server can send a bare 404.
        404 | 410 if response.json::<Map<String, Value>>().is_some() => match what {
            InboxAsk::Fetch(_) | InboxAsk::Mark(_) => InboxAnswer::Gone,
            // The document is not known yet, or no longer known. The delivery's own deadline ends the wait.
            InboxAsk::Status(_) | InboxAsk::Receipt(_) => InboxAnswer::Done,
            InboxAsk::List { .. } | InboxAsk::Listen { .. } | InboxAsk::Decline { .. } => later,
        },
        // 401: the hub fetches a new token. 403: somebody must restore the access. 423: another client with the same
        // HER-id holds the inbox.
        _ => later,
    }
}

fn taken(what: &InboxAsk, response: &Response, context: &Context) -> Option<InboxAnswer> {
    Some(match what {
        InboxAsk::List { cursor } => InboxAnswer::Listing(match Api::of(context) {
            Api::V2 => {
                let listing = listing(listed(response.json()?));
                // v2 has no second page. If the first page is full of items that can not be processed, the next list begins at the
                // other end.
                let other_end = listing.more && cursor.as_deref() != Some(NEWEST_FIRST);
                let next = if other_end { NEWEST_FIRST } else { OLDEST_FIRST };
                Listing {
                    cursor: Some(next.into()),
                    ..listing
                }
            }
            Api::V3 => {
                let mut notifications = match response.json()? {
                    Notifications::Bare(all) | Notifications::Wrapped { notifications: all } => listed(all),
                };
                // The cursor stops before the items that were not taken, so that the next list begins there.
                notifications.sort_by_key(|n| n.offset);
                let page = notifications.iter().take(PAGE);
                let newest = page.filter_map(|n| n.offset).max();
                Listing {
                    cursor: newest
                        .map(|n| n.saturating_add(1).to_string())
                        .or_else(|| cursor.clone()),
                    ..listing(notifications)
                }
            }
        }),
        InboxAsk::Fetch(_) => return document(response),
        InboxAsk::Status(references) => {
            let receiver = receiver_of(response, context)?;
            match receiver {
                None => InboxAnswer::Done,
                Some(PerReceiver {
                    app_rec_status: Some(_),
                    ..
                }) => InboxAnswer::Ready,
                Some(state) if is_word(state.transport_delivery_state.as_deref(), "Rejected") => {
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
            let words = [
                ("Ok", ReceiptStatus::Ok),
                ("Rejected", ReceiptStatus::Refused),
                ("OkErrorInMessagePart", ReceiptStatus::Partial),
            ];
            let known = words.into_iter().find(|(word, _)| is_word(Some(&status), word));
            let status = known.map_or(ReceiptStatus::Unknown, |(_, status)| status);
            let errors = errors.into_iter().map(|e| {
                let text = [e.details, e.description].into_iter().flatten().find(|t| !t.is_empty());
                (e.error_code.unwrap_or_default(), text.unwrap_or_default())
            });
            receipt(references, status, errors.collect())?
        }
        // The service answers 204 or JSON. An empty 200 comes from another server.
        InboxAsk::Mark(_) | InboxAsk::Decline { .. } | InboxAsk::Listen { .. } => {
            let is_said = response.status == 204 || response.json::<IgnoredAny>().is_some();
            return is_said.then_some(InboxAnswer::Done);
        }
    })
}

/// Reads the document of a fetched item; `None` if it is not ready, or the response is not in the service's own form.
fn document(response: &Response) -> Option<InboxAnswer> {
    let document: BusinessDocument = response.json()?;
    // The service passes the sender's own text on. MIME names ignore case, and MIME's base64 has line breaks.
    let encoding = document.content_transfer_encoding.unwrap_or_default();
    if !matches!(encoding.trim().to_ascii_lowercase().as_str(), "base64" | "") {
        return None;
    }
    // An empty document means that the service has not assembled the document yet.
    let body = BASE64.decode(ungrouped(&document.business_document).as_bytes()).ok()?;
    if body.is_empty() {
        return None;
    }
    // The sender's media type is only a hint. A text that is not a media type is ignored.
    let said = document.content_type.map(|said| said.trim().to_owned());
    let said = said.filter(|said| is_media_type(said));
    Some(InboxAnswer::Document {
        media_type: said.unwrap_or_else(|| "application/xml".into()),
        body,
    })
}

/// Reads a list. An unreadable entry keeps its position, so that the hub can count it.
fn listed(all: Vec<Value>) -> Vec<Listed> {
    let read = |entry| serde_json::from_value(entry).unwrap_or_default();
    all.into_iter().map(read).collect()
}

fn listing(listed: Vec<Listed>) -> Listing {
    let more = listed.len() >= PAGE;
    let items = listed.into_iter().take(PAGE).map(|message| Item {
        // An id of another form than the service's cannot be fetched: the hub sets the item aside.
        id: canonical_id(&message.id.unwrap_or_default()).into_owned(),
        // Without metadata the service names no sender. `her:0` never names a party.
        sender: format!("her:{}", message.sender_her_id.as_ref().and_then(her_id).unwrap_or(0)),
        note: String::new(),
    });
    Listing {
        items: items.collect(),
        more,
        ..Listing::default()
    }
}

/// Finds the entry about the party at the other end. `None` if the response can not be read. Other receivers' entries belong to
/// other deliveries.
fn receiver_of(response: &Response, context: &Context) -> Option<Option<PerReceiver>> {
    let all: Vec<PerReceiver> = response.json()?;
    let wanted = context.party.her_id;
    let alone = all.len() == 1;
    let is_wanted = |r: &PerReceiver| wanted.is_some() && r.receiver_her_id.as_ref().and_then(her_id) == wanted;
    Some(all.into_iter().find(|r| alone || is_wanted(r)))
}

/// Reads a HER-id from a number or a text.
fn her_id(raw: &Value) -> Option<u32> {
    let number = || raw.as_u64().and_then(|number| u32::try_from(number).ok());
    raw.as_str().map_or_else(number, |text| ungrouped(text).parse().ok())
}

/// Compares a word with one of the service's, ignoring case.
fn is_word(said: Option<&str>, word: &str) -> bool {
    said.is_some_and(|said| said.trim().eq_ignore_ascii_case(word))
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
