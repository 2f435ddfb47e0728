//! Drift: the state of the store, the log, the second place and the targets of alerts.

use std::time::Duration;

use bindeledd_console::view::hub::Place;
use bindeledd_console::view::hub_state::{SecondPlace, Target, View, render};
use bindeledd_console::{Section, Text, address};
use bindeledd_core::alert::{AlertKind, Severity};
use bindeledd_core::clock::Trust;
use bindeledd_engine::ports::TargetPushes;

use crate::answer::{Answer, Trouble};
use crate::log::Log;
use crate::route::{Cookies, PageRoute, get};
use crate::visit::Visit;
use crate::{frame, hub, matters, selection};

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[get!(address::STATE, Console, show)];

/// Longest time of a look at the second place. The disk of a network may never answer.
const LOOK: Duration = Duration::from_secs(2);
/// Maximum number of failed pushes that are counted.
const PUSHES: usize = 500;

/// `GET /console/hub/state`
pub(crate) async fn show(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let engine = visit.engine();
    // A refreshed region needs neither a write to the store nor the alerts.
    let is_region = visit.wants_regions();
    let is_ready = is_region || engine.health().ready().await.is_ok();
    let second_place = second_place(visit).await;
    let is_halted = second_place.is_some_and(|place| place.is_halted);
    let view = View {
        is_ready,
        has_room: engine.health().has_room(),
        is_clock_right: engine.clock_state().trust == Trust::Right,
        rows: if is_region {
            0
        } else {
            Log::newest(visit, 1).await?.size
        },
        is_whole: !is_halted && (is_region || !has(visit, AlertKind::AuditMismatch).await?),
        is_held: !is_region && has(visit, AlertKind::StoreHeld).await?,
        second_place,
        targets: targets(visit).await?,
        nav: hub::nav(visit, Place::State)?,
        frame: frame::of(visit, Some(Section::Hub)).await?,
    };
    Ok(Answer::page(render(&view, visit.lang)))
}

/// Returns whether an alert of a kind is not closed.
async fn has(visit: &Visit, kind: AlertKind) -> Result<bool, Trouble> {
    Ok(!matters::unclosed(visit, Some(kind)).await?.is_empty())
}

async fn second_place(visit: &Visit) -> Option<SecondPlace> {
    let standing = visit.engine().health().second_place()?;
    Some(SecondPlace {
        written_at: standing.written_at,
        is_behind: standing.is_behind,
        is_halted: standing.is_halted,
        distance: visit.state.distance.within(LOOK).await,
    })
}

async fn targets(visit: &Visit) -> Result<Vec<Target>, Trouble> {
    let engine = visit.engine();
    let failed = engine.failed_pushes(PUSHES).await?;
    let target = |(name, least): (String, Severity)| {
        let of = failed.iter().filter(|pushes| pushes.target == name);
        let is_given_up = |pushes: &TargetPushes| {
            pushes
                .failed
                .is_some_and(|failed| failed.is_given_up(pushes.raised_at, visit.now))
        };
        let (given_up, waiting): (Vec<_>, Vec<_>) = of.partition(|pushes| is_given_up(pushes));
        Target {
            name: Text::new(&name),
            is_all: least == Severity::CanWait,
            waiting: selection::count(waiting.len()),
            given_up: selection::count(given_up.len()),
        }
    };
    Ok(engine.push_targets().into_iter().map(target).collect())
}
