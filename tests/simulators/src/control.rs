//! The control port, with which a test observes and commands a simulator. The crate's `README.md` describes it.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::behaviour::Order;
use crate::data_port::Inner;
use crate::gp::ReceiptPlan;
use crate::judged::Answer;
use crate::serve::respond;
use crate::system::System;

pub(crate) fn router(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/_control/health", get(health))
        .route("/_control/arrivals", get(arrivals).delete(forget))
        .route("/_control/summary", get(summary))
        .route("/_control/behave", get(behaviour).post(behave))
        .route("/_control/receipts", get(receipts).post(plan_receipts))
        .route("/_control/proposals", get(proposals))
        .route("/_control/send", post(send))
        .route("/_control/sent", get(sent))
        .with_state(inner)
}

type Shared = State<Arc<Inner>>;

fn ok(body: &Value) -> Response {
    respond(Answer::json(200, body))
}

fn wrong(status: u16, problem: impl std::fmt::Display) -> Response {
    respond(Answer::json(status, &json!({"error": problem.to_string()})))
}

fn order<T: DeserializeOwned>(body: &[u8]) -> Result<T, Box<Response>> {
    serde_json::from_slice(body).map_err(|e| Box::new(wrong(400, e)))
}

async fn health(State(inner): Shared) -> Response {
    ok(&json!({"kind": inner.shared.kind, "address": inner.address().map(|a| a.to_string())}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    #[serde(default)]
    since: usize,
    #[serde(default = "Page::usual")]
    limit: usize,
}

impl Page {
    const fn usual() -> usize {
        1000
    }
}

async fn arrivals(State(inner): Shared, Query(page): Query<Page>) -> Response {
    ok(&inner.shared.arrivals.page(page.since, page.limit))
}

async fn forget(State(inner): Shared) -> Response {
    inner.shared.arrivals.forget();
    respond(Answer::empty(204))
}

async fn summary(State(inner): Shared) -> Response {
    ok(&inner.shared.arrivals.summary())
}

async fn behaviour(State(inner): Shared) -> Response {
    ok(&json!(inner.shared.behaviour.get()))
}

async fn behave(State(inner): Shared, body: Bytes) -> Response {
    let order: Order = match order(&body) {
        Ok(order) => order,
        Err(refused) => return *refused,
    };
    if let Some(problem) = order.problem() {
        return wrong(400, problem);
    }
    match inner.behave(order).await {
        Ok(()) => ok(&json!(inner.shared.behaviour.get())),
        Err(problem) => wrong(500, problem),
    }
}

async fn receipts(State(inner): Shared) -> Response {
    match &inner.shared.system {
        System::Gp(gp) => ok(&json!(gp.receipt_plan())),
        System::Provider | System::Specialist | System::Nav | System::NavMeasure(_) => {
            wrong(404, "only a GP's system sends receipts")
        }
    }
}

async fn plan_receipts(State(inner): Shared, body: Bytes) -> Response {
    let System::Gp(gp) = &inner.shared.system else {
        return wrong(404, "only a GP's system sends receipts");
    };
    match order::<ReceiptPlan>(&body) {
        Ok(plan) => {
            gp.plan_receipts(plan);
            ok(&json!(gp.receipt_plan()))
        }
        Err(refused) => *refused,
    }
}

async fn proposals(State(inner): Shared) -> Response {
    match &inner.shared.system {
        System::NavMeasure(nav) => ok(&nav.proposals()),
        System::Gp(_) | System::Provider | System::Specialist | System::Nav => {
            wrong(404, "only Nav's system has proposals")
        }
    }
}

async fn send(State(inner): Shared, body: Bytes) -> Response {
    let order = order::<Value>(&body);
    // A hub fetches items from Meldingstjener by itself, so that the simulator does not have to know the hub.
    if let (System::Gp(gp), Ok(order)) = (&inner.shared.system, &order)
        && order["via"] == "queue"
    {
        return match gp.queue(order.clone()) {
            Ok(queued) => ok(&queued),
            Err(problem) => wrong(400, problem),
        };
    }
    let Some(hub) = &inner.shared.hub else {
        return wrong(409, "this simulator was started without a hub");
    };
    match order {
        Ok(order) => match inner.shared.system.send(order, hub).await {
            Ok(sent) => ok(&sent),
            Err(problem) => wrong(400, problem),
        },
        Err(refused) => *refused,
    }
}

async fn sent(State(inner): Shared) -> Response {
    match &inner.shared.hub {
        Some(hub) => ok(&hub.sent()),
        None => wrong(409, "this simulator was started without a hub"),
    }
}
