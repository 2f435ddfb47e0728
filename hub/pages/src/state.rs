//! The state that all pages share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bindeledd_accounts::Accounts;
use bindeledd_console::Section;
use bindeledd_console::view::hub::Place;
use bindeledd_console::view::hub_state::Distance;
use bindeledd_console::view::party::Test;
use bindeledd_core::PartyId;
use bindeledd_engine::Engine;
use bindeledd_http::{OpenId, Web};

use crate::needs::Needs;
use crate::setting::Setting;
use crate::streams::Live;

/// Looks at the distance of the second place from the store. The look reads the file system.
pub type LookAtPlace = Arc<dyn Fn() -> Distance + Send + Sync>;

/// The engine, the accounts and the web layer below the pages.
pub(crate) struct State {
    pub(crate) engine: Engine,
    pub(crate) accounts: Accounts,
    pub(crate) web: Arc<Web>,
    /// Issuers with which persons sign in, if there is one.
    pub(crate) openid: Option<OpenId>,
    /// Sections that have a page, with the role that each needs.
    pub(crate) sections: Vec<(Section, Needs)>,
    /// Pages of the local navigation, with the role that each needs.
    pub(crate) places: Vec<(Place, Needs)>,
    /// Name of the hub, for the pages' head.
    pub(crate) hub_name: String,
    /// Address of the console as browsers see it, without a path; none if the configuration names none.
    pub(crate) console_url: Option<String>,
    /// Open streams, and copies of regions.
    pub(crate) live: Live,
    /// Newest test of each party since the hub started.
    pub(crate) tests: Tests,
    /// Settings in force.
    pub(crate) settings: Vec<Setting>,
    /// Looks at the distance of the second place from the store.
    pub(crate) distance: LookAtPlace,
}

/// Newest test of each party since the hub started.
#[derive(Default)]
pub(crate) struct Tests(Mutex<HashMap<PartyId, Test>>);

impl Tests {
    pub(crate) fn of(&self, party: &PartyId) -> Option<Test> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(party)
            .cloned()
    }

    pub(crate) fn keep(&self, party: PartyId, test: Test) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(party, test);
    }
}
