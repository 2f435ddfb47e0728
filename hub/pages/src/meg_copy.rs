//! Everything that was shared about a participant, as a list; and the copy to take home, for one who signed in at level high.

use bindeledd_console::address;
use bindeledd_console::view::meg_shared::{View, render};
use bindeledd_core::DeliveryId;
use bindeledd_core::disclosure::{self, Disclosure, PublicParty};
use bindeledd_engine::ports::DisclosureFilter;

use crate::answer::{Answer, Trouble};
use crate::meg::{Own, frame, language_of, nobody, shared};
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::OWN_SHARED, OwnPage, list),
    post!(address::OWN_COPY, OwnPage, copy),
];

/// Disclosures on a page of the list.
const ROWS: usize = 100;
/// Disclosures that are read at a time for a copy.
const AT_A_TIME: usize = 500;

/// `GET /meg/shared`
pub(crate) async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let Some(own) = Own::read(visit).await? else {
        return Ok(nobody(visit));
    };
    let filter = DisclosureFilter {
        participant: own.session.participant,
        party: own.session.party().cloned(),
        before: visit.call.asked("before").and_then(DeliveryId::parse),
        limit: ROWS + 1,
    };
    let found = visit.engine().disclosures(&filter, &own.actor()).await?;
    let found = found.unwrap_or_default();
    let last = found.get(ROWS - 1).filter(|_| found.len() > ROWS);
    let view = View {
        frame: frame(visit),
        shared: found.iter().take(ROWS).map(|one| shared(visit, one)).collect(),
        older: last.map(|last| format!("{}?before={}", address::OWN_SHARED, last.delivery)),
    };
    Ok(Answer::page(render(&view, language_of(visit))))
}

/// `POST /meg/copy`
pub(crate) async fn copy(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let Some(own) = Own::read(visit).await? else {
        return Ok(nobody(visit));
    };
    // A code has no right to a copy.
    if own.session.party().is_some() {
        return Err(Trouble::NotFound);
    }
    if visit.call.field("as") == "list" {
        return readable(visit, &own).await;
    }
    let engine = visit.engine();
    let export = engine.own_copy(own.session).await?.ok_or(Trouble::NotFound)?;
    Ok(Answer::File {
        name: "mine-samarbeid.json".to_owned(),
        media_type: "application/json",
        body: (visit.state.write_copy)(&export, visit.now, &engine.directory()),
    })
}

/// Returns the list as a page to keep, in the words of core.
async fn readable(visit: &Visit, own: &Own<'_>) -> Result<Answer, Trouble> {
    let engine = visit.engine();
    let disclosures = all(visit, own).await?;
    let looks = engine.looks(own.session.participant).await?.unwrap_or_default();
    let directory = engine.directory();
    let page = disclosure::Page {
        disclosures: &disclosures,
        looks: &looks,
        made_at: visit.now,
        party: &|id| {
            let party = directory.get(id).map(|party| party.as_others_see_it());
            PublicParty {
                phone: party.as_ref().and_then(|party| party.phone).map(ToOwned::to_owned),
                name: party.map_or_else(|| id.to_string(), |party| party.name.to_owned()),
            }
        },
    };
    let language = language_of(visit);
    Ok(Answer::File {
        name: "mine-samarbeid.html".to_owned(),
        media_type: "text/html; charset=utf-8",
        body: disclosure::to_page(&disclosure::page(&page, language), language),
    })
}

async fn all(visit: &Visit, own: &Own<'_>) -> Result<Vec<Disclosure>, Trouble> {
    let mut filter = DisclosureFilter {
        participant: own.session.participant,
        party: None,
        before: None,
        limit: AT_A_TIME,
    };
    let mut found = Vec::new();
    loop {
        let next = visit.engine().disclosures(&filter, &own.actor()).await?;
        let next = next.unwrap_or_default();
        let is_last = next.len() < AT_A_TIME;
        filter.before = next.last().map(|one| one.delivery);
        found.extend(next);
        if is_last {
            return Ok(found);
        }
    }
}
