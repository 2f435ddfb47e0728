//! Drift: the keys, by id and age.

use bindeledd_console::view::hub::Place;
use bindeledd_console::view::keys::{Row, View, render};
use bindeledd_console::{Section, Text, address};
use bindeledd_engine::ports::{ApiKey, key_id};

use crate::answer::{Answer, Trouble};
use crate::route::{Cookies, PageRoute, get};
use crate::visit::Visit;
use crate::{frame, hub, people};

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[get!(address::KEYS, Console, list)];

/// `GET /console/hub/keys`
pub(crate) async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let ring = visit.engine().key_ring().await?;
    let directory = visit.engine().directory();
    let mut keys = visit.engine().keys().await?;
    keys.sort_by_key(|key| (key.added_at, key.hash));
    let row = |key: &ApiKey| Row {
        party: Text::new(key.party.as_str()),
        name: people::label(&directory, &key.party),
        id: Text::new(&key_id(&key.hash)),
        added: key.added_at,
    };
    let view = View {
        masters: ring
            .masters
            .iter()
            .map(|master| Text::new(&master.to_string()))
            .collect(),
        wrapping: ring.wrapping.into(),
        to_rewrap: ring.to_rewrap,
        keys: keys.iter().map(row).collect(),
        nav: hub::nav(visit, Place::Keys)?,
        frame: frame::of(visit, Some(Section::Hub)).await?,
    };
    Ok(Answer::page(render(&view, visit.lang)))
}
