//! Drift: the local navigation.

use bindeledd_console::view::hub::{Nav, Place};

use crate::answer::Trouble;
use crate::visit::Visit;

/// Makes the local navigation: the pages that the person may open.
pub(crate) fn nav(visit: &Visit, at: Place) -> Result<Nav, Trouble> {
    let roles = &visit.signed()?.account.roles;
    let open = visit.state.places.iter().filter(|(_, needs)| needs.admits(roles));
    Ok(Nav {
        at,
        places: open.map(|(place, _)| *place).collect(),
    })
}
