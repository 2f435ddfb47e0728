//! All pages, area by area. A row names the roles that its page needs; the tests walk the tables with every role.

use bindeledd_console::Section;
use bindeledd_console::view::hub::Place;

use crate::answer::{Answer, Trouble};
use crate::needs::Needs;
use crate::route::{Cookies, PageRoute, get};
use crate::visit::Visit;
use crate::{
    account, adapter_switch, adapters, alerts, audit, compose, confirm, consent_draft, consents, entry, followed, help,
    hub_state, keys, letter, letter_answer, live, mailbox, meg, meg_back, meg_copy, meg_door, meg_openid, meg_yes,
    message, messages, now, openid, opening, own_consents, parties, party_acts, party_back, party_form, request_send,
    requests, retry, retry_many, settings, sign_in, users, withdraw,
};

/// The pages of each area.
const TABLES: &[&[PageRoute]] = &[
    now::ROUTES,
    messages::ROUTES,
    opening::ROUTES,
    message::ROUTES,
    retry::ROUTES,
    retry_many::ROUTES,
    parties::ROUTES,
    party_acts::ROUTES,
    party_back::ROUTES,
    party_form::ROUTES,
    consents::ROUTES,
    confirm::ROUTES,
    withdraw::ROUTES,
    alerts::ROUTES,
    hub_state::ROUTES,
    audit::ROUTES,
    adapters::ROUTES,
    adapter_switch::ROUTES,
    keys::ROUTES,
    settings::ROUTES,
    users::ROUTES,
    sign_in::ROUTES,
    openid::ROUTES,
    account::ROUTES,
    help::ROUTES,
    live::ROUTES,
    mailbox::ROUTES,
    letter::ROUTES,
    letter_answer::ROUTES,
    entry::ROUTES,
    followed::ROUTES,
    compose::ROUTES,
    own_consents::ROUTES,
    consent_draft::ROUTES,
    request_send::ROUTES,
    requests::ROUTES,
    meg_door::ROUTES,
    meg_openid::ROUTES,
    meg_copy::ROUTES,
    meg_back::ROUTES,
    meg_yes::ROUTES,
    meg::ROUTES,
    ELSEWHERE,
];

/// Addresses below the console and the mailbox that no page has. They sort behind every other row.
const ELSEWHERE: &[PageRoute] = &[
    get!("/console/{*rest}", Person, nothing),
    get!("/mailbox/{*rest}", Person, nothing),
];

async fn nothing(_: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    Err(Trouble::NotFound)
}

/// Returns every page.
pub(crate) fn all() -> impl Iterator<Item = &'static PageRoute> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// Returns the sections that have a page, with the role that each needs.
pub(crate) fn sections() -> Vec<(Section, Needs)> {
    let sections = Section::ALL.into_iter();
    sections
        .filter_map(|section| Some((section, needed_at(section.address())?)))
        .collect()
}

/// Returns the pages of the local navigation, with the role that each needs.
pub(crate) fn places() -> Vec<(Place, Needs)> {
    let places = Place::ALL.into_iter();
    places
        .filter_map(|place| Some((place, needed_at(place.address())?)))
        .collect()
}

fn needed_at(address: &str) -> Option<Needs> {
    all().find(|route| route.path == address).map(|route| route.needs)
}
