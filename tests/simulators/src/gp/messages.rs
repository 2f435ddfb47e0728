//! Meldingstjener v2 by its OpenAPI page: the form that it requires of requests, and its answers.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{GpSystem, Messages, mime, new_id, quoted};
use crate::judged::{Answer, FollowUp, Judged};
use crate::letter::Letter;
use crate::serve::Incoming;

/// `PostMessageRequest`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PostMessage {
    business_document: String,
    content_type: String,
    content_transfer_encoding: String,
    #[serde(default)]
    eb_xml_overrides: Option<EbXmlInfo>,
    #[serde(default)]
    receiver_her_ids_subset: Option<Vec<i32>>,
}

/// `EbXmlInfo`, which is read only to check its form.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[derive(Default)]
struct EbXmlInfo {
    #[serde(rename = "cpaId")]
    _cpa_id: Option<String>,
    #[serde(rename = "conversationId")]
    _conversation_id: Option<String>,
    #[serde(rename = "service")]
    _service: Option<String>,
    #[serde(rename = "serviceType")]
    _service_type: Option<String>,
    #[serde(rename = "action")]
    _action: Option<String>,
    #[serde(rename = "senderRole")]
    _sender_role: Option<String>,
    #[serde(rename = "useSenderLevel1HerId")]
    _use_sender_level1_her_id: Option<bool>,
    #[serde(rename = "receiverRole")]
    _receiver_role: Option<String>,
    #[serde(rename = "applicationName")]
    _application_name: Option<String>,
    #[serde(rename = "applicationVersion")]
    _application_version: Option<String>,
    #[serde(rename = "middlewareName")]
    _middleware_name: Option<String>,
    #[serde(rename = "middlewareVersion")]
    _middleware_version: Option<String>,
    #[serde(rename = "compressPayload")]
    _compress_payload: Option<bool>,
}

/// `PostAppRecRequest`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PostAppRec {
    app_rec_status: AppRecStatus,
    #[serde(default, rename = "appRecErrorList")]
    _app_rec_error_list: Option<Vec<AppRecError>>,
    #[serde(default, rename = "ebXmlOverrides")]
    _eb_xml_overrides: Option<EbXmlInfo>,
}

#[derive(Debug, Deserialize)]
enum AppRecStatus {
    Ok,
    Rejected,
    OkErrorInMessagePart,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AppRecError {
    #[serde(rename = "errorCode")]
    _error_code: Option<String>,
    #[serde(rename = "details")]
    _details: Option<String>,
    #[serde(default, rename = "description")]
    _description: Option<String>,
    #[serde(default, rename = "oid")]
    _oid: Option<String>,
}

/// Makes an `ErrorMessage`.
pub(super) fn error(status: u16, code: u32, text: &str, validation: &[String]) -> Answer {
    let validation = if validation.is_empty() {
        Value::Null
    } else {
        json!(validation)
    };
    Answer::json(
        status,
        &json!({"error": text, "errorCode": code, "validationErrors": validation, "stackTrace": null, "requestId": new_id()}),
    )
}

fn invalid(what: impl Into<String>) -> Answer {
    error(400, 1000, "Model validation error occurred", &[what.into()])
}

fn not_found() -> Answer {
    error(404, 0, "Could not find database document", &[])
}

impl GpSystem {
    pub(crate) fn judge(&self, incoming: &Incoming) -> Judged {
        let path: Vec<&str> = incoming.path.trim_matches('/').split('/').collect();
        let is_post_of_a_message =
            incoming.method == "POST" && path.len() == 1 && path[0].eq_ignore_ascii_case("messages");
        if incoming.header("api-version") == Some("2")
            && let Some(wrong) = self.openapi.as_ref().and_then(|page| page.wrong(incoming))
        {
            let ids = vec![("against-openapi", wrong.clone())];
            return Judged::arrival(invalid(wrong), ids);
        }
        if let Some(refused) = headers(incoming) {
            return if is_post_of_a_message {
                Judged::arrival(refused, Vec::new())
            } else {
                Judged::question(refused)
            };
        }
        if is_post_of_a_message {
            return post_message(incoming);
        }
        let names: Vec<String> = path.iter().map(|p| p.to_ascii_lowercase()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match (incoming.method.as_str(), names.as_slice()) {
            ("GET", ["messages"]) => Judged::question(self.list(&incoming.query)),
            ("GET", ["messages", id]) => Judged::question(self.one(id)),
            ("GET", ["messages", id, "business-document"]) => {
                Judged::arrival(self.document(id), vec![("fetched", (*id).to_owned())])
            }
            ("GET", ["notifications"]) => Judged::question(self.notifications(&incoming.query)),
            ("GET", ["messages", id, "status"]) => Judged::question(self.status(id)),
            ("GET", ["messages", id, "apprec"]) => Judged::question(self.app_rec_info(id)),
            // v3 calls this `downloaded`, v2 `read`.
            ("PUT", ["messages", id, "read" | "downloaded", her]) => {
                Judged::arrival(self.mark_read(id, her), vec![("read", (*id).to_owned())])
            }
            ("POST", ["messages", id, "apprec", her]) => self.post_app_rec(incoming, id, her),
            _ => Judged::question(Answer::empty(404)),
        }
    }

    fn list(&self, query: &str) -> Answer {
        let query = match Query::read(query) {
            Ok(query) => query,
            Err(problem) => return invalid(problem),
        };
        let messages = self.messages();
        let mut found: Vec<_> = messages
            .queue
            .iter()
            .filter(|m| !m.read && query.receivers.contains(&m.receiver_her))
            .filter(|m| query.sender.is_none_or(|sender| sender == m.sender_her))
            .filter(|m| query.document.as_ref().is_none_or(|id| *id == m.msg_id))
            .collect();
        found.sort_by(|a, b| a.gen_date.cmp(&b.gen_date));
        if query.descending {
            found.reverse();
        }
        let rows = found
            .into_iter()
            .take(query.count)
            .map(|m| if query.metadata { m.to_json() } else { m.to_short_json() });
        Answer::json(200, &rows.collect())
    }

    fn one(&self, id: &str) -> Answer {
        match self.messages().queue.iter().find(|m| m.id == id) {
            Some(message) => Answer::json(200, &message.to_json()),
            None => not_found(),
        }
    }

    fn document(&self, id: &str) -> Answer {
        match self.messages().queue.iter().find(|m| m.id == id) {
            Some(message) => Answer::json(
                200,
                &json!({
                    "businessDocument": mime::encode(&message.document),
                    "contentType": "application/xml",
                    "contentTransferEncoding": "base64",
                }),
            ),
            None => not_found(),
        }
    }

    fn status(&self, id: &str) -> Answer {
        let messages = self.messages();
        let Some(outgoing) = messages.outgoing.get(id) else {
            return not_found();
        };
        let status = outgoing.receipt.as_ref().and_then(|r| r.api_status());
        let state = match status {
            None => "Unconfirmed",
            Some("Rejected") => "Rejected",
            Some(_) => "Acknowledged",
        };
        let receiver = outgoing.letter.receiver.her;
        Answer::json(
            200,
            &json!([{"receiverHerId": receiver, "transportDeliveryState": state, "appRecStatus": status}]),
        )
    }

    fn app_rec_info(&self, id: &str) -> Answer {
        let messages = self.messages();
        let Some(outgoing) = messages.outgoing.get(id) else {
            return not_found();
        };
        let rows: Vec<_> = outgoing
            .receipt
            .iter()
            .filter_map(|receipt| {
                let errors: Vec<_> =
                    receipt.errors.iter().map(|e| json!({"errorCode": e.code, "details": e.text})).collect();
                Some(json!({"receiverHerId": outgoing.letter.receiver.her, "appRecStatus": receipt.api_status()?, "appRecErrorList": errors}))
            })
            .collect();
        Answer::json(200, &rows.into())
    }

    fn mark_read(&self, id: &str, her: &str) -> Answer {
        let mut messages: std::sync::MutexGuard<'_, Messages> = self.messages();
        match messages
            .queue
            .iter_mut()
            .find(|m| m.id == id && m.receiver_her.to_string() == her)
        {
            Some(message) => {
                message.read = true;
                Answer::empty(204)
            }
            None => not_found(),
        }
    }

    fn post_app_rec(&self, incoming: &Incoming, id: &str, her: &str) -> Judged {
        let known = self
            .messages()
            .queue
            .iter()
            .any(|m| m.id == id && m.receiver_her.to_string() == her);
        let (answer, status) = match (known, serde_json::from_slice::<PostAppRec>(&incoming.body)) {
            (_, Err(e)) => (invalid(e.to_string()), None),
            (false, Ok(_)) => (not_found(), None),
            (true, Ok(request)) => (quoted(&new_id()), Some(request.app_rec_status)),
        };
        let mut ids = vec![("apprec-for", id.to_owned())];
        ids.extend(status.map(|status| ("status", format!("{status:?}"))));
        Judged::arrival(answer, ids)
    }
}

impl super::Queued {
    fn to_short_json(&self) -> Value {
        json!({"id": self.id, "receiverHerId": self.receiver_her})
    }

    fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "contentType": "application/xml",
            "receiverHerId": self.receiver_her,
            "senderHerId": self.sender_her,
            "businessDocumentId": self.msg_id,
            "businessDocumentGenDate": self.gen_date,
            "isAppRec": self.is_app_rec,
        })
    }
}

/// Checks the headers that every call must have.
fn headers(incoming: &Incoming) -> Option<Answer> {
    if !matches!(incoming.header("api-version"), Some("2" | "3")) {
        return Some(error(
            400,
            0,
            "The HTTP resource requires the header api-version with a supported version",
            &[],
        ));
    }
    let source = incoming.header("nhn-source-system").unwrap_or_default();
    source
        .trim()
        .is_empty()
        .then(|| invalid("The nhn-source-system header is required."))
}

fn post_message(incoming: &Incoming) -> Judged {
    match read_message(incoming) {
        Err(answer) => Judged::arrival(answer, Vec::new()),
        Ok((letter, document)) => {
            let letter = Arc::new(letter);
            let transport_id = new_id();
            let mut ids = vec![("msgid", letter.msg_id.clone()), ("type", letter.type_code.clone())];
            let mut also = |name, value: &Option<String>| ids.extend(value.iter().map(|v| (name, v.clone())));
            also("refers-to", &letter.refers_to);
            also("status", &letter.status);
            also("conversation", &letter.conversation);
            ids.push(("nhn-message", transport_id.clone()));
            Judged {
                document: Some(document),
                follow_up: Some(FollowUp::Letter {
                    transport_id: transport_id.clone(),
                    letter,
                }),
                ..Judged::arrival(
                    Answer {
                        status: if incoming.header("api-version") == Some("3") {
                            202
                        } else {
                            201
                        },
                        ..quoted(&transport_id)
                    },
                    ids,
                )
            }
        }
    }
}

fn read_message(incoming: &Incoming) -> Result<(Letter, String), Answer> {
    let media_type = incoming.media_type();
    let is_json = matches!(media_type.as_str(), "application/json" | "text/json")
        || (media_type.starts_with("application/") && media_type.ends_with("+json"));
    if !is_json {
        return Err(Answer::empty(415));
    }
    let request: PostMessage = serde_json::from_slice(&incoming.body).map_err(|e| invalid(e.to_string()))?;
    drop((request.eb_xml_overrides, request.receiver_her_ids_subset));
    if request.content_type != "application/xml" {
        return Err(invalid("ContentType must be application/xml"));
    }
    if request.content_transfer_encoding != "base64" {
        return Err(invalid("ContentTransferEncoding must be base64"));
    }
    let bytes = mime::decode(&request.business_document).filter(|b| !b.is_empty());
    let bytes = bytes.ok_or_else(|| invalid("BusinessDocument is not base64"))?;
    let xml = String::from_utf8(bytes).map_err(|_| invalid("BusinessDocument is not UTF-8"))?;
    let first_line = xml
        .lines()
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
        .replace('\'', "\"");
    if !first_line.trim_start_matches('\u{feff}').starts_with("<?xml") || !first_line.contains("encoding=\"utf-8\"") {
        return Err(invalid(
            "BusinessDocument must declare encoding=\"UTF-8\" in its first line",
        ));
    }
    let letter = Letter::read(&xml).map_err(invalid)?;
    Ok((letter, xml))
}

/// The query of `GET /Messages`. Names ignore case, as in the service.
struct Query {
    receivers: Vec<u32>,
    sender: Option<u32>,
    document: Option<String>,
    metadata: bool,
    count: usize,
    descending: bool,
}

impl Query {
    fn read(raw: &str) -> Result<Self, String> {
        let mut query = Self {
            receivers: Vec::new(),
            sender: None,
            document: None,
            metadata: false,
            count: 10,
            descending: false,
        };
        for pair in raw.split('&').filter(|p| !p.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let number = || {
                value
                    .parse::<u32>()
                    .map_err(|_| format!("The value '{value}' is not valid for {name}."))
            };
            match name.to_ascii_lowercase().as_str() {
                "receiverherids" => query.receivers.push(number()?),
                "senderherid" => query.sender = Some(number()?),
                "businessdocumentid" => query.document = Some(value.to_owned()),
                "includemetadata" => query.metadata = value.eq_ignore_ascii_case("true"),
                "messagestofetch" => query.count = usize::try_from(number()?).unwrap_or(0),
                "orderby" => query.descending = matches!(value, "2" | "Descending"),
                _ => {}
            }
        }
        match (query.receivers.is_empty(), query.count) {
            (true, _) => Err("The ReceiverHerIds field is required.".into()),
            (_, 1..=100) => Ok(query),
            _ => Err("The field MessagesToFetch must be between 1 and 100.".into()),
        }
    }
}
