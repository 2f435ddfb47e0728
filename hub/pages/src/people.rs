//! Parties and persons as pages name them.

use std::collections::HashMap;

use bindeledd_console::view::way::Who;
use bindeledd_console::view::whom::Whom;
use bindeledd_console::{Lang, Text};
use bindeledd_core::audit::Actor;
use bindeledd_core::{AccountId, ParticipantRef, PartyId, guard};
use bindeledd_engine::Directory;
use bindeledd_engine::ports::KnownName;
use uuid::Uuid;

use crate::answer::Trouble;
use crate::visit::Visit;

/// Returns whether a typed text has an identity number, in any spelling. Such a text must leave the address at once.
pub(crate) fn has_number(typed: &str) -> bool {
    Uuid::try_parse(typed).is_err() && guard::has_identity_number(typed)
}

/// Returns whether a field of the address has an identity number.
pub(crate) fn is_number_asked(visit: &Visit) -> bool {
    visit.call.query.iter().any(|(_, value)| has_number(value))
}

/// The names of the persons who have an account.
pub(crate) type Names = HashMap<AccountId, Text>;

/// Returns the name of a party as others may see it.
pub(crate) fn label(directory: &Directory, party: &PartyId) -> Text {
    directory.get(party).map_or_else(
        || Text::new(party.as_str()),
        |party| Text::new(party.as_others_see_it().name),
    )
}

/// Returns the name of a party as others may see it, by the directory of now.
pub(crate) fn name(visit: &Visit, party: &PartyId) -> Text {
    label(&visit.engine().directory(), party)
}

/// Returns a party by its own name, for a person of its mailbox.
pub(crate) fn own_name(visit: &Visit, party: &PartyId) -> Text {
    let directory = visit.engine().directory();
    directory.get(party).map_or_else(
        || Text::new(party.as_str()),
        |party| Text::new(party.as_it_sees_itself().name),
    )
}

/// Returns the names of the persons who have an account.
pub(crate) async fn names(visit: &Visit) -> Result<Names, Trouble> {
    let accounts = visit.state.accounts.list().await?;
    let named = accounts.into_iter().map(|a| (a.id, Text::new(a.name.as_str())));
    Ok(named.collect())
}

/// Returns the name of a person; the account's id if the account is gone.
pub(crate) fn person(id: AccountId, names: &Names) -> Text {
    names.get(&id).cloned().unwrap_or_else(|| Text::new(&id.to_string()))
}

/// Returns the one that did something.
pub(crate) fn who(actor: &Actor, names: &Names, directory: &Directory) -> Who {
    match actor {
        Actor::Person(id) => Who::Person(person(*id, names)),
        Actor::Operator => Who::Key,
        Actor::Party(party) => Who::Party(label(directory, party)),
        Actor::Participant(_) | Actor::SignedParticipant => Who::Participant,
        Actor::Hub => Who::Hub,
    }
}

/// Returns the one that did something, in the language of the page.
pub(crate) fn told(actor: &Actor, names: &Names, directory: &Directory, lang: Lang) -> Text {
    Text::new(who(actor, names, directory).name(lang))
}

/// Returns the one that did something, as a text.
pub(crate) fn text(actor: &Actor, names: &Names, directory: &Directory) -> Text {
    match actor {
        Actor::Person(id) => person(*id, names),
        Actor::Party(party) => label(directory, party),
        Actor::Operator | Actor::Hub | Actor::Participant(_) | Actor::SignedParticipant => Text::new(&actor.text()),
    }
}

/// Returns a participant as the people of a mailbox know them.
pub(crate) fn whom(participant: ParticipantRef, name: Option<&KnownName>) -> Whom {
    Whom {
        name: name.map(|name| Text::new(&name.0)).filter(|name| !name.is_empty()),
        pseudonym: participant.to_string(),
    }
}
