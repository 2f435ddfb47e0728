//! Drift: the installed adapters.

use bindeledd_console::view::adapters::{Limits, Row, View, render};
use bindeledd_console::view::hub::Place;
use bindeledd_console::{Section, Text, address};
use bindeledd_core::account::Act;
use bindeledd_core::alert::AlertKind;
use bindeledd_core::{AdapterId, Kind};
use bindeledd_engine::EngineError;
use bindeledd_engine::ports::{AdapterFault, ListedAdapter};

use crate::answer::{Answer, Trouble};
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;
use crate::{frame, hub, matters, selection};

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::ADAPTERS, Console, list),
    post!("/console/hub/adapters/{id}/reset", Administrator, reset),
];

/// `GET /console/hub/adapters`
pub(crate) async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let engine = visit.engine();
    let alerts = matters::unclosed(visit, Some(AlertKind::AdapterQuarantined)).await?;
    let directory = engine.directory();
    let row = |adapter: &ListedAdapter| {
        let uses = directory.iter().filter(|party| {
            let endpoint = party.endpoint.as_ref();
            endpoint.is_some_and(|endpoint| endpoint.adapter == adapter.id)
        });
        // The alert's code names the adapter behind the code itself.
        let of_adapter = |code: &str| code.split(' ').nth(1) == Some(adapter.id.as_str());
        let alert = alerts
            .iter()
            .find(|alert| alert.code.as_deref().is_some_and(of_adapter));
        let kinds = |codes: &[String]| codes.iter().filter_map(|code| Kind::parse(code)).collect();
        let manifest = &adapter.manifest;
        Row {
            id: Text::new(adapter.id.as_str()),
            description: Text::new(&manifest.description),
            version: Text::new(&manifest.version),
            contract: Text::new(&manifest.contract),
            digest: Text::new(
                &adapter
                    .sha256
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<String>(),
            ),
            formats: manifest
                .formats
                .iter()
                .map(|format| Text::new(&format.description))
                .collect(),
            reads: kinds(&manifest.reads),
            writes: kinds(&manifest.writes),
            by_hand: manifest.entered_by_hand,
            parties: selection::count(uses.count()),
            aside: adapter.set_aside.then(|| alert.map(|alert| alert.raised_at)),
        }
    };
    let view = View {
        rows: engine.adapters().listed().iter().map(row).collect(),
        limits: engine.adapters().limits().map(|limits| Limits {
            memory: limits.memory_bytes,
            fuel: limits.fuel,
            fuel_per_byte: limits.fuel_per_byte,
            input: limits.input_bytes,
            output: limits.output_bytes,
        }),
        may_reset: visit.signed()?.account.roles.may(Act::ChangeHub),
        nav: hub::nav(visit, Place::Adapters)?,
        frame: frame::of(visit, Some(Section::Hub)).await?,
    };
    Ok(Answer::page(render(&view, visit.lang)))
}

/// `POST /console/hub/adapters/{id}/reset`. A second click meets an adapter that works, and does no harm.
pub(crate) async fn reset(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let adapter: AdapterId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    let listed = visit.engine().adapters().listed();
    let found = listed
        .iter()
        .find(|listed| listed.id == adapter)
        .ok_or(Trouble::NotFound)?;
    if found.set_aside {
        match visit.engine().reset_adapter(&adapter, &visit.actor()?).await {
            Ok(_) => {}
            Err(EngineError::Adapter(AdapterFault::Unknown(_))) => return Err(Trouble::NotFound),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Answer::See(address::ADAPTERS.to_owned()))
}
