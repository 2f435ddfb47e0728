//! The consents of a mailbox: the list, the page after a registration, and the confirmation of the party's own grants.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use bindeledd_console::view::circle::Status;
use bindeledd_console::view::{consent_registered, own_confirm, own_consents};
use bindeledd_console::{Errors, Frame, Section, Text, address};
use bindeledd_core::account::Account;
use bindeledd_core::consent::{Basis, Consent, GrantOnFile, Ledger};
use bindeledd_core::follow_up::FollowUp;
use bindeledd_core::{CategorySet, ConsentId, NationalId, PartyId};
use bindeledd_engine::OwnConsents;

use crate::answer::{Answer, Trouble};
use crate::consents::{end, status, withdrawn_of};
use crate::frame;
use crate::people::whom;
use crate::people::{self, Names, name};
use crate::requests;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::MAILBOX_CONSENTS, Mailbox, list),
    get!("/mailbox/consents/registered/{consent}", Mailbox, registered),
    get!("/mailbox/consents/confirm/{consent}", Mailbox, ask),
    post!("/mailbox/consents/confirm/{consent}", Mailbox, confirm),
];

pub(crate) async fn frame(visit: &Visit) -> Result<Frame, Trouble> {
    frame::of(visit, Some(Section::OwnConsents)).await
}

/// Returns the party of the person's mailbox.
pub(crate) fn own(account: &Account) -> Result<&PartyId, Trouble> {
    account.party.as_ref().ok_or(Trouble::NoRight)
}

/// Returns whether the party of the person's mailbox may register consents.
pub(crate) fn may_register(visit: &Visit) -> Result<bool, Trouble> {
    let own = own(&visit.signed()?.account)?;
    Ok(visit.engine().directory().get(own).is_some_and(|party| party.registrar))
}

/// `GET /mailbox/consents`
async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let account = &visit.signed()?.account;
    let party = own(account)?;
    let mut all = visit.engine().own_consents(account).await?;
    all.sort_by_key(|of| {
        let name = of.name.as_ref().map(|name| name.0.to_lowercase());
        (name.is_none(), name, of.participant)
    });
    let names = people::names(visit).await?;
    let (seen, others): (Vec<_>, Vec<_>) = all.iter().partition(|of| of.may_see);
    let view = own_consents::View {
        frame: frame(visit).await?,
        may_register: may_register(visit)?,
        waiting: all.iter().flat_map(|of| waiting(visit, party, of)).collect(),
        requests: requests::list(visit).await?,
        participants: seen.into_iter().map(|of| participant(visit, party, of)).collect(),
        others: others.into_iter().map(|of| other(visit, of, &names)).collect(),
    };
    Ok(Answer::page(own_consents::render(&view, visit.lang)))
}

/// Returns the consents of a participant in which grants of the party wait for it.
fn waiting(visit: &Visit, party: &PartyId, of: &OwnConsents) -> Vec<own_consents::Waiting> {
    let mut by_consent: BTreeMap<ConsentId, own_consents::Waiting> = BTreeMap::new();
    for one in of.waiting.iter().filter(|one| one.grant.from == *party) {
        let row = by_consent.entry(one.consent).or_insert_with(|| own_consents::Waiting {
            consent: one.consent.to_string(),
            whom: whom(of.participant, of.name.as_ref()),
            registrar: name(visit, &one.registrar),
            to: Vec::new(),
            since: one.since,
        });
        row.to.push((name(visit, &one.grant.to), one.grant.categories));
    }
    by_consent.into_values().collect()
}

fn participant(visit: &Visit, party: &PartyId, of: &OwnConsents) -> own_consents::Participant {
    let grants = of.ledger.grants.iter().rev();
    let grants: Vec<_> = grants.map(|on_file| grant(visit, party, on_file, &of.ledger)).collect();
    let is_left = |on_file: &GrantOnFile| {
        on_file.grant.basis == Basis::Consent && withdrawn_of(on_file, &of.ledger) != on_file.grant.categories
    };
    own_consents::Participant {
        whom: whom(of.participant, of.name.as_ref()),
        may_withdraw: of.ledger.grants.iter().any(is_left),
        grants,
    }
}

fn grant(visit: &Visit, party: &PartyId, on_file: &GrantOnFile, ledger: &Ledger) -> own_consents::Grant {
    let withdrawn = withdrawn_of(on_file, ledger);
    own_consents::Grant {
        from: name(visit, &on_file.grant.from),
        to: name(visit, &on_file.grant.to),
        categories: on_file.grant.categories,
        withdrawn,
        is_duty: on_file.grant.basis != Basis::Consent,
        is_own: on_file.grant.from == *party,
        status: status(on_file, withdrawn, visit.now),
        until: end(on_file),
    }
}

fn other(visit: &Visit, of: &OwnConsents, names: &Names) -> own_consents::Other {
    let in_force = of.ledger.grants.iter().filter(|on_file| {
        let withdrawn = withdrawn_of(on_file, &of.ledger);
        status(on_file, withdrawn, visit.now) == Status::InForce
    });
    let ends: Vec<_> = in_force.map(end).collect();
    let last = match ends.iter().any(Option::is_none) {
        true => None,
        false => ends.iter().flatten().max().copied(),
    };
    own_consents::Other {
        whom: whom(of.participant, of.name.as_ref()),
        ends: (!ends.is_empty()).then_some(last),
        holders: of
            .followed_by
            .iter()
            .map(|row| people::person(row.person, names))
            .collect(),
    }
}

/// Reads the consent of the address, in which the party has a part.
async fn consent(visit: &Visit) -> Result<Consent, Trouble> {
    let id: ConsentId = visit.call.param("consent").ok_or(Trouble::NotFound)?;
    let found = visit.engine().own_consent(id, &visit.signed()?.account).await?;
    found.ok_or(Trouble::NotFound)
}

/// `GET /mailbox/consents/registered/{consent}`
async fn registered(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let account = &visit.signed()?.account;
    let consent = consent(visit).await?;
    let party = own(account)?;
    if consent.registrar != *party {
        return Err(Trouble::NotFound);
    }
    let follows = visit.engine().followers(consent.participant, account).await?;
    let is_own = follows.iter().any(|row| row.person == account.id);
    let names = people::names(visit).await?;
    let contact = follows.iter().find(|row| FollowUp::is_contact(row));
    let ledger = Ledger {
        grants: consent.on_file(),
        ..visit.engine().ledger(consent.participant).await?
    };
    // The party's system may have registered exchanges between others in the same consent.
    let ledger = ledger.seen_by_party(party);
    let grants = ledger.grants.iter();
    let grants = grants.map(|on_file| grant(visit, party, on_file, &ledger));
    let view = consent_registered::View {
        frame: frame(visit).await?,
        contact: contact.map(|row| people::person(row.person, &names)),
        seen: is_own.then(|| consent_registered::Seen {
            participant: consent.participant.to_string(),
            grants: grants.collect(),
        }),
    };
    Ok(Answer::page(consent_registered::render(&view, visit.lang)))
}

/// A consent of the address, with what waits in it for the party.
struct Confirming {
    consent: Consent,
    of: OwnConsents,
    /// Receivers, and what the party would confirm to each.
    waiting: BTreeMap<PartyId, CategorySet>,
}

impl Confirming {
    /// Reads the consent, if the person follows its participant up or leads the team.
    async fn read(visit: &Visit) -> Result<Self, Trouble> {
        let account = &visit.signed()?.account;
        let consent = consent(visit).await?;
        let of = visit.engine().own_consents_of(consent.participant, account).await?;
        let of = of.ok_or(Trouble::NotFound)?;
        let party = own(account)?;
        let mut waiting: BTreeMap<PartyId, CategorySet> = BTreeMap::new();
        let own = of.waiting.iter().filter(|one| one.consent == consent.id);
        for one in own.filter(|one| one.grant.from == *party) {
            let set = waiting.entry(one.grant.to.clone()).or_insert(CategorySet::EMPTY);
            *set = set.union(one.grant.categories);
        }
        Ok(Self { consent, of, waiting })
    }

    /// Returns whether the person has to show by the identity number that they know whom it is about.
    fn asks_number(&self) -> bool {
        !self.of.may_see || self.of.name.is_none()
    }

    async fn page(&self, visit: &Visit, errors: Errors) -> Result<Answer, Trouble> {
        let party = own(&visit.signed()?.account)?;
        let confirmed = self.consent.confirmations.iter().filter_map(|confirmation| {
            let grant = self.consent.grants.get(usize::from(confirmation.grant))?;
            let told = || (name(visit, &grant.to), grant.categories, confirmation.at);
            (grant.from == *party).then(told)
        });
        let waiting = self.waiting.iter();
        let view = own_confirm::View {
            frame: frame(visit).await?,
            consent: self.consent.id.to_string(),
            whom: self.whom(visit),
            registrar: name(visit, &self.consent.registrar),
            waiting: waiting
                .map(|(to, set)| (to.to_string(), name(visit, to), *set))
                .collect(),
            confirmed: confirmed.collect(),
            asks_number: self.asks_number(),
            to: visit.call.field("to").to_owned(),
            errors,
        };
        let status = match view.errors.is_empty() {
            true => StatusCode::OK,
            false => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Ok(Answer::Page(status, own_confirm::render(&view, visit.lang)))
    }

    fn whom(&self, visit: &Visit) -> Text {
        whom(self.of.participant, self.of.name.as_ref()).words(visit.lang)
    }
}

/// `GET /mailbox/consents/confirm/{consent}`
async fn ask(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    Confirming::read(visit).await?.page(visit, Errors::none()).await
}

/// `POST /mailbox/consents/confirm/{consent}`
async fn confirm(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let confirming = Confirming::read(visit).await?;
    let account = &visit.signed()?.account;
    let here = Answer::See(address::own_confirmation(&confirming.consent.id.to_string()));
    // A second click, or somebody else was first: the page tells.
    if confirming.waiting.is_empty() {
        return Ok(here);
    }
    let to = match visit.call.field("to") {
        "" => None,
        raw => match PartyId::parse(raw)
            .ok()
            .filter(|to| confirming.waiting.contains_key(to))
        {
            Some(to) => Some(to),
            None => return confirming.page(visit, own_confirm::wrong_scope(visit.lang)).await,
        },
    };
    if confirming.asks_number() {
        let typed: String = visit.call.field("number").split_whitespace().collect();
        let found = match NationalId::parse(&typed) {
            Ok(number) => visit.engine().find_participant(&number, &visit.actor()?).await?,
            Err(_) => None,
        };
        if found != Some(confirming.consent.participant) {
            return confirming.page(visit, own_confirm::other_person(visit.lang)).await;
        }
    }
    visit
        .engine()
        .confirm_own_consent(&confirming.consent, to.as_ref(), account)
        .await?;
    Ok(here)
}
