//! The API for parties and the operator.
//!
//! [`routes`] has every route; each row names the function that answers it. The web layer (`bindeledd_http`) identifies the
//! caller, applies its limits and authorisation, and reads the body.

mod adapters;
mod admin;
mod alerts;
mod api;
mod confirmations;
mod consent_lookup;
mod consent_requests;
mod consents;
mod documents;
mod health;
mod inbox;
mod keys;
mod messages;
mod metrics;
mod openapi;
mod openings;
mod own_pages;
mod participant_admin;
mod participants;
mod party_keys;
mod party_versions;
mod requests;
mod retries;
mod routes;
mod schema;
mod search;
mod state;
mod users;

use std::sync::Arc;

use axum::Router;
use bindeledd_accounts::Accounts;
use bindeledd_engine::Engine;
use bindeledd_engine::ports::{MasterKeys, StoreError};
use bindeledd_http::{Options, Web};

pub use participants::participant_copy;
use state::{Inner, Readiness};

/// The API over an engine. A clone shares the same state.
#[derive(Clone)]
pub struct Gateway {
    inner: Arc<Inner>,
}

/// The parts of the API.
pub struct Parts {
    /// Engine.
    pub engine: Engine,
    /// Accounts of persons who sign in.
    pub accounts: Accounts,
    /// Settings of the web layer.
    pub options: Options,
    /// Source of master keys; `None` if they can not be changed over the API.
    pub master_keys: Option<Arc<dyn MasterKeys>>,
    /// Base address of the console, such as `https://hub.example`; `None` if the hub serves none.
    pub console: Option<String>,
}

impl Gateway {
    /// Makes the API, with the keys that its store has.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn new(parts: Parts) -> Result<Self, StoreError> {
        let inner = Inner {
            web: Arc::new(Web::new(parts.engine.clone(), parts.options).await?),
            engine: parts.engine,
            accounts: parts.accounts,
            master_keys: parts.master_keys,
            console: parts.console,
            readiness: Readiness::default(),
            openapi: openapi::document().to_string().into(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Reads the parties' keys from the store again, after another program has changed them.
    ///
    /// # Errors
    /// The store does not answer; the keys then stay as they were.
    pub async fn refresh_keys(&self) -> Result<(), StoreError> {
        self.inner.web.refresh_keys().await
    }

    /// Returns the web layer, on which pages can stand as well.
    #[must_use]
    pub fn web(&self) -> &Arc<Web> {
        &self.inner.web
    }

    /// Returns the routes, for [`bindeledd_http::Server::start`].
    pub fn router(&self) -> Router {
        self.inner.web.router(&self.inner, routes::all())
    }
}

#[cfg(test)]
mod tests;
