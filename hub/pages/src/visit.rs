//! A request for a page: the person, the language and the form.

use std::sync::Arc;

use bindeledd_accounts::Signed;
use bindeledd_console::{Errors, Fault, Lang, address};
use bindeledd_core::own_page::OwnSession;
use bindeledd_engine::Engine;
use bindeledd_engine::ports::Actor;
use bindeledd_http::PageCall;
use jiff::Timestamp;

use crate::answer::Trouble;
use crate::state::State;

/// A request for a page.
pub(crate) struct Visit {
    pub(crate) state: Arc<State>,
    pub(crate) call: PageCall,
    pub(crate) lang: Lang,
    /// The signed-in person, with the token of the session.
    pub(crate) signed: Option<(Signed, String)>,
    /// The participant on their own page, with the token of the session.
    pub(crate) own: Option<(OwnSession, String)>,
    /// The address of this page with its query, to come back to; empty for a form.
    pub(crate) here: String,
    pub(crate) now: Timestamp,
    /// Whether the page has regions that refresh.
    pub(crate) is_live: bool,
}

impl Visit {
    pub(crate) fn engine(&self) -> &Engine {
        &self.state.engine
    }

    /// Returns whether the browser refreshes the regions of a page, by itself. The answer has nothing of one person.
    pub(crate) fn wants_regions(&self) -> bool {
        self.is_live && self.call.asked("region").is_some()
    }

    /// Returns the address of the page whose regions are asked for, with everything that chooses its content.
    pub(crate) fn address_of_regions(&self) -> String {
        let path = self.here.split('?').next().unwrap_or_default();
        let pairs = self.call.query.iter().filter(|(name, _)| name != "region");
        pairs.fold(path.to_owned(), |address, (name, value)| {
            format!("{address}&{}={}", address::segment(name), address::segment(value))
        })
    }

    /// Returns faults of fields in the person's language.
    pub(crate) fn errors(&self, faults: Vec<(&'static str, Fault)>) -> Errors {
        let faults = faults.into_iter();
        faults.fold(Errors::none(), |errors, (field, fault)| {
            errors.and(field, fault.text(self.lang))
        })
    }

    /// Returns the signed-in person.
    pub(crate) fn signed(&self) -> Result<&Signed, Trouble> {
        self.signed.as_ref().map(|(signed, _)| signed).ok_or(Trouble::SignedOut)
    }

    /// Returns the session of the participant on their own page.
    pub(crate) fn own(&self) -> Result<&OwnSession, Trouble> {
        self.own.as_ref().map(|(own, _)| own).ok_or(Trouble::SignedOut)
    }

    /// Returns the signed-in person as the actor of the audit log.
    pub(crate) fn actor(&self) -> Result<Actor, Trouble> {
        Ok(Actor::Person(self.signed()?.account.id))
    }
}
