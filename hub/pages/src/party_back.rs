//! The way back to an earlier version of a party: the question with its changes, and the act.

use axum::http::StatusCode;
use bindeledd_console::view::party_back::{Undone, View, render};
use bindeledd_console::{Errors, Fault, Section, Text, address};
use bindeledd_core::audit::reason_of_act;
use bindeledd_core::{Party, VersionNumber};
use bindeledd_engine::{EngineError, RollBack};

use crate::answer::{Answer, Trouble};
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;
use crate::{changes, frame, parties, party_acts, people};

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!("/console/parties/{party}/roll-back/{version}", Operator, ask),
    post!("/console/parties/{party}/roll-back/{version}", Operator, roll_back),
];

/// Undone versions that the page lists.
const UNDONE: usize = 20;

/// `GET /console/parties/{party}/roll-back/{version}`
async fn ask(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let party = parties::named(visit)?;
    page(visit, StatusCode::OK, &party, Errors::none()).await
}

/// Returns the version of the address.
fn to(visit: &Visit) -> Result<VersionNumber, Trouble> {
    VersionNumber::parse(visit.call.text("version")).ok_or(Trouble::NotFound)
}

async fn page(visit: &Visit, status: StatusCode, party: &Party, errors: Errors) -> Result<Answer, Trouble> {
    let (engine, directory) = (visit.engine(), visit.engine().directory());
    let version = engine.party_version(&party.id, to(visit)?).await?;
    let versions = engine.party_versions(&party.id, None, UNDONE).await?;
    let newest = versions.first().ok_or(Trouble::NotFound)?;
    let persons = people::names(visit).await?;
    let undone = versions.iter().take_while(|later| later.number > version.number);
    let undone = undone.map(|later| Undone {
        version: later.number.get().into(),
        made: later
            .made
            .as_ref()
            .map(|(at, by)| (*at, people::told(by, &persons, &directory, visit.lang))),
    });
    let misfit = match engine.version_fits(&version).await {
        Err(error @ EngineError::VersionMisfit { .. }) => {
            let fault = match party.public_label {
                // The fault could name a value that leads to the party's own name.
                Some(_) => Text::default(),
                None => Text::new(&error.said().text(visit.lang)),
            };
            Some((fault, Text::new(error.code())))
        }
        fits => {
            fits?;
            None
        }
    };
    let view = View {
        id: Text::new(party.id.as_str()),
        name: people::name(visit, &party.id),
        to: version.number.get().into(),
        from: newest.number.get().into(),
        changes: changes::fields(&directory, &newest.party, &version.party),
        undone: undone.collect(),
        misfit,
        why: visit.call.field("why").to_owned(),
        errors,
        frame: frame::of(visit, Some(Section::Parties)).await?,
    };
    Ok(Answer::Page(status, render(&view, visit.lang)))
}

/// `POST /console/parties/{party}/roll-back/{version}`. The form names the version that the page showed as the newest one, so that a
/// second click and a change of somebody else do no harm.
async fn roll_back(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let party = parties::named(visit)?;
    let Some(why) = reason_of_act(visit.call.field("why")) else {
        let errors = Errors::none().and("why", Fault::Reason.text(visit.lang));
        return page(visit, StatusCode::UNPROCESSABLE_ENTITY, &party, errors).await;
    };
    let back = RollBack {
        to: to(visit)?,
        from: VersionNumber::parse(visit.call.field("from")).unwrap_or(VersionNumber::FIRST),
        why: Some(why.to_owned()),
    };
    match visit.engine().roll_back(&party.id, &back, &visit.actor()?).await {
        Ok(_) => Ok(Answer::See(address::party(party.id.as_str()))),
        Err(EngineError::PartyChanged { .. }) => party_acts::somebody_was_first(visit, &party).await,
        Err(EngineError::VersionMisfit { .. }) => page(visit, StatusCode::CONFLICT, &party, Errors::none()).await,
        Err(error) => Err(error.into()),
    }
}
