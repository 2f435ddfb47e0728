//! The state that all pages share.

use std::sync::Arc;

use bindeledd_accounts::Accounts;
use bindeledd_console::Section;
use bindeledd_engine::Engine;
use bindeledd_http::Web;

/// The engine, the accounts and the web layer below the pages.
pub(crate) struct State {
    pub(crate) engine: Engine,
    pub(crate) accounts: Accounts,
    pub(crate) web: Arc<Web>,
    /// Sections that have a page.
    pub(crate) sections: Vec<Section>,
    /// Name of the hub, for the pages' head.
    pub(crate) hub_name: String,
}
