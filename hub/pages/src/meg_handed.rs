//! The changes of the persons who follow a participant up, for the participant's own page.

use bindeledd_console::Text;
use bindeledd_console::view::meg::Handed;
use bindeledd_core::{ParticipantRef, PartyId};

use crate::answer::Trouble;
use crate::people::name;
use crate::visit::Visit;

/// Returns the changes at these parties, the newest first. A person is named while the participant should call that person.
pub(crate) async fn handed(
    visit: &Visit,
    participant: ParticipantRef,
    parties: &[PartyId],
) -> Result<Vec<Handed>, Trouble> {
    let found = visit.engine().hand_overs_about(participant, parties).await?;
    let row = found.into_iter().map(|one| Handed {
        at: one.at,
        party: name(visit, &one.party),
        is_stand_in: one.is_stand_in,
        contact: one.contact.map(|name| Text::new(name.as_str())),
    });
    Ok(row.collect())
}
