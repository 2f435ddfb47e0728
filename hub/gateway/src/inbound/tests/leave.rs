//! The time in which a sending, or an inbox's answer, has to begin. It starts before the store is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::response::IntoResponse;
use bindeledd_core::{EndpointAddress, PartyKind};
use bindeledd_engine::Settings;
use bindeledd_engine::ports::{Clock, Uptime};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::outbound::{CourierOptions, HttpCourier, Surroundings};
use crate::testing::{Dice, GP, Hub, Now, OPERATOR, PROVIDER, consent, gateway_that_sends, key_of, message, party};

/// A machine that pauses for two seconds between any two steps while `stops` is set. Its calendar clock goes on as usual.
#[derive(Default)]
struct Halting {
    stops: AtomicBool,
    slept: AtomicU64,
}

impl Clock for Halting {
    fn now(&self) -> Timestamp {
        if self.stops.load(Ordering::SeqCst) {
            self.slept.fetch_add(2, Ordering::SeqCst);
        }
        Now.now()
    }

    fn uptime(&self) -> Uptime {
        Uptime(Now.uptime().0 + Duration::from_secs(self.slept.load(Ordering::SeqCst)))
    }
}

/// Makes a hub on such a machine, and a counter of requests to the GP. The GP has an address if `sends` is true.
async fn hub(sends: bool) -> (Hub, Arc<Halting>, Arc<AtomicU64>) {
    let arrived = Arc::new(AtomicU64::new(0));
    let counts = Arc::clone(&arrived);
    let router = Router::new().fallback(move |_: axum::body::Bytes| {
        counts.fetch_add(1, Ordering::SeqCst);
        async { axum::http::StatusCode::CREATED.into_response() }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let options = CourierOptions {
        allow_http_loopback: true,
        system_roots: false,
        ..CourierOptions::default()
    };
    let around = Surroundings {
        clock: Arc::new(Now),
        entropy: Arc::new(Dice),
        on_refused: Arc::new(|_| {}),
        on_given: Arc::new(|_| {}),
    };
    let courier = Arc::new(HttpCourier::new(options, around).unwrap());
    let machine = Arc::new(Halting::default());
    let clock: Arc<dyn Clock> = Arc::<Halting>::clone(&machine);
    let folder = tempfile::tempdir().unwrap();
    let gateway = gateway_that_sends(folder.path(), clock, courier, Settings::default(), |_| {}).await;
    let hub = Hub::over(&gateway, folder, &[], |_| {});
    if sends {
        let mut gp = party(GP, PartyKind::Gp);
        gp.endpoint.as_mut().unwrap().address = EndpointAddress::parse(&address);
        let put = json!(super::super::api::PartyJson::of(&gp));
        let (status, answer) = hub.ask("POST", "/v1/admin/parties", Some(OPERATOR), &put).await;
        assert_eq!(status, 200, "{answer}");
    }
    let (status, _) = hub
        .ask("POST", "/v1/consents", Some(&key_of(PROVIDER)), &consent())
        .await;
    assert_eq!(status, 201);
    (hub, machine, arrived)
}

async fn eventually(what: &str, looks: impl AsyncFn() -> bool) {
    let until = Now.uptime().0 + Duration::from_secs(20);
    while !looks().await {
        assert!(Now.uptime().0 < until, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_machine_that_stopped_while_the_store_was_asked_sends_nothing() {
    let (hub, machine, arrived) = hub(true).await;
    machine.stops.store(true, Ordering::SeqCst);
    let (status, sent) = hub
        .ask("POST", "/v1/messages", Some(&key_of(PROVIDER)), &message("m-1"))
        .await;
    assert_eq!(status, 202, "{sent}");
    let path = format!("/v1/messages/{}", sent["messages"][0]["id"].as_str().unwrap());
    eventually("it was tried", async || {
        let (_, seen) = hub.ask("GET", &path, Some(OPERATOR), &Value::Null).await;
        let delivery = &seen["deliveries"][0];
        delivery["state"] == "waiting" && delivery["attempts"].as_u64() >= Some(1)
    })
    .await;
    assert_eq!(arrived.load(Ordering::SeqCst), 0, "nothing was handed to the socket");
    machine.stops.store(false, Ordering::SeqCst);
    eventually("it arrives once the machine goes on", async || {
        arrived.load(Ordering::SeqCst) == 1
    })
    .await;
}

#[tokio::test]
async fn a_machine_that_stopped_after_a_hand_over_shows_nothing_of_the_inbox() {
    let (hub, machine, _) = hub(false).await;
    let (status, _) = hub
        .ask("POST", "/v1/messages", Some(&key_of(PROVIDER)), &message("m-1"))
        .await;
    assert_eq!(status, 202);
    let path = format!("{}/v1/parties/{GP}/inbox", hub.base);
    // The machine stops before the response begins, so that the response shows no document. The next fetch shows it.
    machine.stops.store(true, Ordering::SeqCst);
    let look = hub.http.get(&path).bearer_auth(key_of(GP)).send().await;
    let shown = match look {
        Ok(response) => response.text().await.unwrap_or_default(),
        Err(_) => String::new(),
    };
    assert!(!shown.contains("DELTAR"), "{shown}");
    machine.stops.store(false, Ordering::SeqCst);
    let path = format!("/v1/parties/{GP}/inbox");
    let (status, inbox) = hub.ask("GET", &path, Some(&key_of(GP)), &json!(null)).await;
    assert_eq!(
        (status, inbox["items"].as_array().map(Vec::len)),
        (200, Some(1)),
        "{inbox}"
    );
    assert!(inbox.to_string().contains("DELTAR"));
}
