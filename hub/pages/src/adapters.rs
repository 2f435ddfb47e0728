//! Drift: the installed adapters.

use bindeledd_console::view::adapters::{Limits, Row, Shadow, Version, VersionState, View, render};
use bindeledd_console::view::hub::Place;
use bindeledd_console::{Section, Text, address};
use bindeledd_core::account::Act;
use bindeledd_core::adapter_life::{AdapterDigest, Chosen};
use bindeledd_core::alert::AlertKind;
use bindeledd_core::{AdapterId, Kind};
use bindeledd_engine::ports::{Actor, AdapterFault, ListedAdapter, ShadowReport};
use bindeledd_engine::{AdapterLine, EngineError};

use crate::answer::{Answer, Trouble};
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;
use crate::{frame, hub, matters, people, selection};

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
    let lines = engine.adapter_lines().await?;
    let persons = people::names(visit).await?;
    let listed = engine.adapters().listed();
    let row = |line: &AdapterLine| {
        let uses = directory.iter().filter(|party| {
            let endpoint = party.endpoint.as_ref();
            endpoint.is_some_and(|endpoint| endpoint.adapter == line.id)
        });
        // The alert's code names the adapter behind the code itself.
        let of_adapter = |code: &str| code.split(' ').nth(1) == Some(line.id.as_str());
        let alert = alerts
            .iter()
            .find(|alert| alert.code.as_deref().is_some_and(of_adapter));
        let adapter = listed.iter().find(|adapter| adapter.id == line.id);
        let is_aside = line.not_loaded || adapter.is_some_and(|adapter| adapter.set_aside);
        let by = |actor: &Actor| people::told(actor, &persons, &directory, visit.lang);
        Row {
            parties: selection::count(uses.count()),
            aside: is_aside.then(|| alert.map(|alert| alert.raised_at)),
            not_loaded: line.not_loaded,
            versions: versions(line, by),
            switched: line.switched().map(|switch| {
                let why = switch.why.as_ref().map(|why| Text::new(why));
                (switch.at, by(&switch.by), why)
            }),
            has_before: line.before.is_some(),
            shadow: engine.shadow_report(&line.id).map(|report| shadow(line, report)),
            ..of_manifest(&line.id, adapter)
        }
    };
    let view = View {
        rows: lines.iter().map(row).collect(),
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

/// Returns the row of an adapter by its manifest, without its versions. An adapter that could not be loaded has none.
fn of_manifest(id: &AdapterId, adapter: Option<&ListedAdapter>) -> Row {
    let kinds = |codes: &[String]| codes.iter().filter_map(|code| Kind::parse(code)).collect();
    let manifest = adapter.map(|adapter| &adapter.manifest);
    let text = |text: Option<&String>| Text::new(text.map(String::as_str).unwrap_or_default());
    let digest = adapter.map(|adapter| AdapterDigest(adapter.sha256).to_string());
    Row {
        id: Text::new(id.as_str()),
        description: text(manifest.map(|m| &m.description)),
        version: text(manifest.map(|m| &m.version)),
        contract: text(manifest.map(|m| &m.contract)),
        digest: text(digest.as_ref()),
        formats: manifest.map_or_else(Vec::new, |m| {
            m.formats.iter().map(|f| Text::new(&f.description)).collect()
        }),
        reads: manifest.map_or_else(Vec::new, |m| kinds(&m.reads)),
        writes: manifest.map_or_else(Vec::new, |m| kinds(&m.writes)),
        by_hand: manifest.is_some_and(|m| m.entered_by_hand),
        parties: 0,
        aside: None,
        not_loaded: false,
        versions: Vec::new(),
        switched: None,
        has_before: false,
        shadow: None,
    }
}

/// Differences of a shadow that the page lists.
const PATHS: usize = 12;

fn shadow(line: &AdapterLine, report: ShadowReport) -> Shadow {
    let name = line.version_of(Chosen::Installed(report.version)).unwrap_or_default();
    let mut paths: Vec<_> = report.paths.into_iter().collect();
    paths.sort_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
    paths.truncate(PATHS);
    Shadow {
        name: Text::new(name),
        runs: report.ended.is_none(),
        until: report.until,
        documents: report.documents,
        different: report.different,
        dropped: report.dropped,
        paths: paths.iter().map(|(path, count)| (Text::new(path), *count)).collect(),
    }
}

/// Returns the versions of an adapter that has installed ones: that of the configuration first, then the newest first.
fn versions(line: &AdapterLine, by: impl Fn(&Actor) -> Text) -> Vec<Version> {
    if line.facts.versions.is_empty() {
        return Vec::new();
    }
    let state = |chosen, waits: bool| match line.in_use == Some(chosen) {
        true => VersionState::InUse,
        false if waits => VersionState::Waits,
        false => VersionState::Ready,
    };
    let configured = line.configured.as_ref().map(|configured| Version {
        name: Text::new(&configured.manifest.version),
        digest: Text::new(&configured.sha256.to_string()),
        key: Text::new(&Chosen::Configured.to_string()),
        state: state(Chosen::Configured, false),
        installed: None,
        signed_by: None,
        waits: None,
    });
    let installed = line.facts.versions.iter().rev().map(|version| {
        let chosen = Chosen::Installed(version.new.sha256);
        let waits = line.waits.get(&version.new.sha256);
        Version {
            name: Text::new(&version.new.version),
            digest: Text::new(&version.new.sha256.to_string()),
            key: Text::new(&chosen.to_string()),
            state: state(chosen, waits.is_some()),
            installed: Some((version.at, by(&version.by))),
            signed_by: version.new.signed_by.as_ref().map(|signer| Text::new(signer)),
            waits: waits.map(|needs| Text::new(&needs.to_string())),
        }
    });
    configured.into_iter().chain(installed).collect()
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
