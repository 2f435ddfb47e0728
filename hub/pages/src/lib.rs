//! Serves the console.
//!
//! Owns: the routes of the pages with the roles that they need, the cookies of sign-in and sessions, and the tokens of forms. Its
//! code fills the view models of `bindeledd_console` from the engine. Never writes markup, never decides about consent, and never
//! names SQL. A page shows no content of a message. Start at [`Pages`], then at `routes.rs`; a request goes through `serve.rs`.

mod account;
mod alerts;
mod answer;
mod audit;
mod consents;
mod figures;
mod frame;
mod help;
mod live;
mod log;
mod matters;
mod message;
mod messages;
mod now;
mod openid;
mod opening;
mod parties;
mod party_acts;
mod party_form;
mod people;
mod retry;
mod retry_many;
mod route;
mod routes;
mod selection;
mod serve;
mod session;
mod sign_in;
mod state;
mod streams;
#[cfg(test)]
mod tests;
mod trouble;
mod visit;
mod withdraw;

use std::sync::Arc;

use axum::Router;
use bindeledd_accounts::Accounts;
use bindeledd_engine::Engine;
use bindeledd_http::{OpenId, Web};

use state::State;
use streams::Live;

/// The pages over an engine.
#[derive(Clone)]
pub struct Pages {
    state: Arc<State>,
}

impl Pages {
    /// Makes the pages of a hub with this name. `openid` has the issuers with which persons sign in.
    #[must_use]
    pub fn new(web: Arc<Web>, engine: Engine, accounts: Accounts, openid: Option<OpenId>, hub_name: String) -> Self {
        Self {
            state: Arc::new(State {
                engine,
                accounts,
                web,
                openid,
                sections: routes::sections(),
                hub_name,
                live: Live::default(),
                tests: state::Tests::default(),
            }),
        }
    }

    /// Returns the routes of the pages and their files, to be merged with the API's or served on a listener of their own.
    pub fn router(&self) -> Router {
        serve::router(&self.state)
    }
}
