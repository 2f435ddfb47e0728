//! A fake hub, which records the parties' requests and answers on command.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use bindeledd_simulators::{ControlClient, Gp, HubOptions, Kind, Options, Simulator};
use serde_json::{Value, json};

/// A request to the hub: party, media type, bytes.
pub type Sent = (String, String, Vec<u8>);

#[derive(Default)]
pub struct HubState {
    pub documents: Mutex<Vec<Sent>>,
    /// Statuses of the first answers; later answers are 202.
    pub statuses: Mutex<Vec<u16>>,
    pub inbox: Mutex<Vec<Value>>,
}

pub struct FakeHub {
    pub state: Arc<HubState>,
    pub url: String,
}

pub const KEY: &str = "blk_test";

impl FakeHub {
    pub async fn start() -> Self {
        let state = Arc::new(HubState::default());
        let router = Router::new()
            .route("/v1/parties/{party}/documents", post(document))
            .route("/v1/messages", post(message))
            .route("/v1/parties/{party}/inbox", get(inbox))
            .route("/v1/parties/{party}/inbox/{delivery}/ack", post(ack))
            .with_state(state.clone());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = axum_server::from_tcp(listener).unwrap();
        tokio::spawn(async move { server.serve(router.into_make_service()).await });
        Self { state, url }
    }

    pub fn options(&self, party: &str) -> HubOptions {
        HubOptions {
            url: self.url.clone(),
            ca: None,
            party: party.into(),
            key: KEY.into(),
        }
    }

    pub fn documents(&self) -> Vec<Sent> {
        self.state.documents.lock().unwrap().clone()
    }
}

type Shared = State<Arc<HubState>>;

fn keep(state: &HubState, party: String, headers: &HeaderMap, body: &Bytes) -> (StatusCode, String) {
    if headers.get("authorization").and_then(|h| h.to_str().ok()) != Some("Bearer blk_test") {
        return (StatusCode::UNAUTHORIZED, "{}".into());
    }
    let media_type = headers.get("content-type").unwrap().to_str().unwrap().to_owned();
    state.documents.lock().unwrap().push((party, media_type, body.to_vec()));
    let mut statuses = state.statuses.lock().unwrap();
    let status = if statuses.is_empty() { 202 } else { statuses.remove(0) };
    (
        StatusCode::from_u16(status).unwrap(),
        json!({"messages": []}).to_string(),
    )
}

async fn document(
    State(state): Shared,
    Path(party): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    keep(&state, party, &headers, &body)
}

async fn message(State(state): Shared, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    keep(&state, "(message)".into(), &headers, &body)
}

async fn inbox(State(state): Shared) -> String {
    json!({"items": *state.inbox.lock().unwrap()}).to_string()
}

async fn ack(State(state): Shared, Path((_, delivery)): Path<(String, String)>) -> StatusCode {
    let mut inbox = state.inbox.lock().unwrap();
    let before = inbox.len();
    inbox.retain(|item| item["delivery"] != delivery.as_str());
    if inbox.len() < before {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

/// Starts a simulator in this process, with its control port.
pub async fn start(kind: Kind, hub: Option<HubOptions>) -> (Simulator, ControlClient, String) {
    let simulator = Simulator::start(Options {
        hub,
        ..Options::plain(kind)
    })
    .await
    .unwrap();
    let control = ControlClient::new(&simulator.control().to_string()).unwrap();
    let address = simulator.address().map(|a| format!("http://{a}")).unwrap_or_default();
    (simulator, control, address)
}

pub async fn start_gp(hub: Option<&FakeHub>) -> (Simulator, ControlClient, String) {
    start(Kind::Gp(Gp::default()), hub.map(|h| h.options("fjellvik-legekontor"))).await
}

/// Makes a request to the GP, as a hub writes it.
pub fn request_xml(msg_id: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<m:MsgHead xmlns:m="http://www.kith.no/xmlstds/msghead/2006-05-24"><m:MsgInfo><m:Type V="DIALOG_FORESPORSEL" DN="Forespørsel"/><m:MIGversion>v1.2 2006-05-24</m:MIGversion><m:GenDate>2026-12-01T09:00:00+01:00</m:GenDate><m:MsgId>{msg_id}</m:MsgId><m:Ack V="J" DN="Ja"/><m:ConversationRef><m:RefToParent>{msg_id}</m:RefToParent><m:RefToConversation>samtale-1</m:RefToConversation></m:ConversationRef><m:Sender><m:Organisation><m:OrganisationName>Bindeledd Eksempel</m:OrganisationName><m:Ident><m:Id>8094866</m:Id><m:TypeId V="HER" S="2.16.578.1.12.4.1.1.9051" DN="HER-id"/></m:Ident></m:Organisation></m:Sender><m:Receiver><m:Organisation><m:OrganisationName>Fjellvik legekontor</m:OrganisationName><m:Ident><m:Id>8142952</m:Id><m:TypeId V="HER" S="2.16.578.1.12.4.1.1.9051" DN="HER-id"/></m:Ident></m:Organisation></m:Receiver><m:Patient><m:FamilyName>Tester</m:FamilyName><m:GivenName>Snill</m:GivenName><m:Ident><m:Id>15720255178</m:Id><m:TypeId V="FNR" S="2.16.578.1.12.4.1.1.8116" DN="Fødselsnummer"/></m:Ident></m:Patient></m:MsgInfo><m:Document><m:RefDoc><m:MsgType V="XML" DN="XML-instans"/><m:Content><d:Dialogmelding xmlns:d="http://www.kith.no/xmlstds/dialog/2006-10-11"><d:Foresporsel><d:TypeForesp V="1" S="2.16.578.1.12.4.1.1.9152" DN="Forespørsel"/><d:Sporsmal>Kan deltakeren arbeide to dager i uken?</d:Sporsmal></d:Foresporsel></d:Dialogmelding></m:Content></m:RefDoc></m:Document></m:MsgHead>"#
    )
}

pub fn post_body(xml: &str) -> Value {
    use base64::Engine as _;
    let document = base64::engine::general_purpose::STANDARD.encode(xml);
    json!({"businessDocument": document, "contentType": "application/xml", "contentTransferEncoding": "base64"})
}

/// Makes `POST /Messages` with the headers of every call.
pub fn post_message(address: &str, body: &Value) -> reqwest::RequestBuilder {
    with_headers(client().post(format!("{address}/Messages"))).json(body)
}

pub fn with_headers(request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    request
        .header("api-version", "2")
        .header("nhn-source-system", "Bindeledd test")
}

pub fn client() -> reqwest::Client {
    bindeledd_simulators::http_client(None).unwrap()
}
