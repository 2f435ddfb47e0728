//! Serves the console, the mailbox and the participant's own page.
//!
//! Owns: the routes of the pages with the roles that they need, the cookies of sign-in and sessions, and the tokens of forms. Its
//! code fills the view models of `bindeledd_console` from the engine. Never writes markup, never decides about consent, and never
//! names SQL. Two pages show content of a message: the reading under break-glass, and a letter in a mailbox. Start at [`Pages`], then at `routes.rs`; a request goes through `serve.rs`.

mod account;
mod adapter_switch;
mod adapters;
mod alerts;
mod answer;
mod asked;
mod audit;
mod changes;
mod compose;
mod confirm;
mod consent_draft;
mod consents;
mod entry;
mod figures;
mod followed;
mod frame;
mod help;
mod hub;
mod hub_state;
mod keys;
mod leaving;
mod letter;
mod letter_answer;
mod letter_page;
mod live;
mod log;
mod mailbox;
mod matters;
mod meg;
mod meg_asked;
mod meg_back;
mod meg_copy;
mod meg_door;
mod meg_handed;
mod meg_openid;
mod meg_yes;
mod message;
mod messages;
mod needs;
mod now;
mod openid;
mod opening;
mod own_consents;
mod parties;
mod party_acts;
mod party_back;
mod party_contacts;
mod party_form;
mod party_reader;
mod people;
mod request_send;
mod requests;
mod retry;
mod retry_many;
mod route;
mod routes;
mod selection;
mod serve;
mod session;
mod setting;
mod settings;
mod sign_in;
mod sign_in_step;
mod state;
mod streams;
#[cfg(test)]
mod tests;
mod trouble;
mod users;
mod visit;
mod withdraw;

use std::sync::Arc;

use axum::Router;
use bindeledd_accounts::Accounts;
use bindeledd_engine::Engine;
use bindeledd_http::{OpenId, Web};

pub use bindeledd_console::view::hub_state::Distance;
pub use setting::{Setting, SettingOrigin};
use state::State;
pub use state::{LookAtPlace, WriteCopy};
use streams::Live;

/// The parts of the pages.
#[derive(Clone)]
pub struct Parts {
    /// The web layer below.
    pub web: Arc<Web>,
    /// The engine.
    pub engine: Engine,
    /// The accounts of persons.
    pub accounts: Accounts,
    /// Issuers with which persons sign in, if there is one.
    pub openid: Option<OpenId>,
    /// Issuer with which participants sign in on their own pages, if there is one.
    pub own_issuer: Option<OpenId>,
    /// Writes the participant's own copy of everything.
    pub write_copy: WriteCopy,
    /// Name of the hub.
    pub hub_name: String,
    /// Address of the console as browsers see it, without a path; none if the configuration names none.
    pub console_url: Option<String>,
    /// Contact of those who run the hub, for participants.
    pub contact: Option<String>,
    /// Settings in force, for the page that shows them.
    pub settings: Vec<Setting>,
    /// Looks at the distance of the second place from the store.
    pub distance: LookAtPlace,
}

/// The pages over an engine.
#[derive(Clone)]
pub struct Pages {
    state: Arc<State>,
}

impl Pages {
    /// Makes the pages of a hub.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            state: Arc::new(State {
                engine: parts.engine,
                accounts: parts.accounts,
                web: parts.web,
                openid: parts.openid,
                own_issuer: parts.own_issuer,
                write_copy: parts.write_copy,
                sections: routes::sections(),
                places: routes::places(),
                hub_name: parts.hub_name,
                console_url: parts.console_url,
                contact: parts.contact,
                live: Live::default(),
                tests: state::Tests::default(),
                settings: parts.settings,
                distance: state::Look::new(parts.distance),
            }),
        }
    }

    /// Returns the routes of the pages and their files, to be merged with the API's or served on a listener of their own.
    pub fn router(&self) -> Router {
        serve::router(&self.state)
    }
}
