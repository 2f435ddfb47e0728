//! The surroundings of a page: the menu by the person's roles, the form's token, the address in the other language.

use bindeledd_console::{Frame, Person, Section, Text, address};

use bindeledd_engine::ports::Topic;

use crate::answer::Trouble;
use crate::matters;
use crate::needs::Needs;
use crate::selection;
use crate::session;
use crate::visit::Visit;

/// The version of the hub.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the frame of a page without a menu.
pub(crate) fn bare(visit: &Visit) -> Frame {
    let mut frame = Frame::signed_out(visit.now, Text::new(&visit.state.hub_name), Text::new(VERSION));
    if visit.wants_regions() {
        frame.is_fragment = true;
        frame.is_live = true;
        return frame;
    }
    frame.is_live = visit.is_live && visit.signed.is_some();
    if !visit.here.is_empty() {
        let (to, back) = (visit.lang.other().tag(), address::segment(&visit.here));
        frame.other_language = format!("{}?to={to}&back={back}", address::LANGUAGE);
    }
    if let Some((signed, token)) = &visit.signed {
        let roles = &signed.account.roles;
        frame.person = Some(Person {
            name: Text::new(signed.account.name.as_str()),
        });
        frame.csrf = session::form_token(token);
        let sections = visit.state.sections.iter();
        frame.menu = sections
            .filter(|(_, needs)| needs.admits(roles))
            .map(|(section, _)| *section)
            .collect();
        frame.is_mailbox = Needs::Mailbox.admits(roles);
        if frame.is_mailbox && Needs::Opening.admits(roles) {
            frame.openings = Some(0);
        }
    }
    frame
}

/// Makes the frame of a page, with the number of matters for a person who sees the console. For a person of a mailbox it has
/// the number of deliveries that await the person, and of requests to answer.
pub(crate) async fn of(visit: &Visit, section: Option<Section>) -> Result<Frame, Trouble> {
    let mut frame = bare(visit);
    frame.section = section;
    let sees = visit
        .signed
        .as_ref()
        .is_some_and(|(signed, _)| signed.account.roles.may_see_console());
    if sees && !frame.is_fragment {
        frame.matters = matters::count(visit).await?;
    }
    let account = visit.signed.as_ref().map(|(signed, _)| &signed.account);
    if let Some(account) = account.filter(|account| Needs::Mailbox.admits(&account.roles)) {
        frame.inbox = selection::count(visit.engine().letters_waiting(account).await?);
        if frame.is_live {
            let topic = account.party.clone().map(Topic::Party);
            frame.inbox_topic = topic.map(|topic| topic.to_string()).unwrap_or_default();
        }
    }
    if frame.openings.is_some() {
        frame.openings = Some(selection::count(matters::openings_to_answer(visit).await?.len()));
    }
    Ok(frame)
}
