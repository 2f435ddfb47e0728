//! Drift: the local navigation.

use bindeledd_console::view::hub::{Nav, Place};

use crate::answer::Trouble;
use crate::routes;
use crate::visit::Visit;

/// Makes the local navigation: the pages that the person may open.
pub(crate) fn nav(visit: &Visit, at: Place) -> Result<Nav, Trouble> {
    let roles = &visit.signed()?.account.roles;
    let is_open = |place: &Place| {
        let route = routes::all().find(|route| route.path == place.address());
        route.is_some_and(|route| route.needs.admits(roles))
    };
    Ok(Nav {
        at,
        places: Place::ALL.into_iter().filter(is_open).collect(),
    })
}
