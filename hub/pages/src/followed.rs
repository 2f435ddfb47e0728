//! The participants of a mailbox, and the acts on the persons who follow them up.

use axum::http::StatusCode;
use bindeledd_console::view::{followed, followed_one};
use bindeledd_console::{Errors, Fault, Said, Section, Text, address};
use bindeledd_core::account::{Account, Act};
use bindeledd_core::follow_up::{Change, FollowUp, NotChanged, Part};
use bindeledd_core::time::{end_of_day, parse_date};
use bindeledd_core::{AccountId, ParticipantRef};
use bindeledd_engine::ports::Followed;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::people;
use crate::people::Names;
use crate::people::whom;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::MAILBOX_PARTICIPANTS, Mailbox, list),
    get!("/mailbox/participants/{ref}", Mailbox, one),
    post!("/mailbox/participants/{ref}/give", Mailbox, give),
    post!("/mailbox/participants/{ref}/stand-in", Mailbox, stand_in),
    post!("/mailbox/participants/{ref}/end", Mailbox, end),
];

/// `GET /mailbox/participants`
async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let account = &visit.signed()?.account;
    let names = people::names(visit).await?;
    let (mut all, has_more) = visit.engine().followed(account).await?;
    all.sort_by_key(|followed| {
        let name = followed.name.as_ref().map(|name| name.0.to_lowercase());
        (!followed.by.is_empty(), name.is_none(), name, followed.participant)
    });
    let view = followed::View {
        frame: frame::of(visit, Some(Section::Followed)).await?,
        rows: all.iter().map(|followed| row(followed, &names)).collect(),
        has_more,
        is_leader: account.may(Act::LeadTeam),
    };
    Ok(Answer::page(followed::render(&view, visit.lang)))
}

fn row(followed: &Followed, names: &Names) -> followed::Row {
    let name = |row: &FollowUp| people::person(row.person, names);
    let stand_in = |row: &FollowUp| row.part.until().map(|until| (name(row), until));
    followed::Row {
        whom: whom(followed.participant, followed.name.as_ref()),
        contact: followed.by.iter().find(|row| row.is_contact()).map(name),
        stand_ins: followed.by.iter().filter_map(stand_in).collect(),
    }
}

/// `GET /mailbox/participants/{ref}`
async fn one(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let html = shown(visit, &named(visit).await?, Errors::none(), None).await?;
    Ok(Answer::page(html))
}

/// Reads the participant of the address, if the person may see them.
async fn named(visit: &Visit) -> Result<Followed, Trouble> {
    let id: ParticipantRef = visit.call.param("ref").ok_or(Trouble::NotFound)?;
    let found = visit.engine().followed_one(id, &visit.signed()?.account).await?;
    found.ok_or(Trouble::NotFound)
}

/// Returns the persons of this mailbox.
async fn persons(visit: &Visit) -> Result<Vec<Account>, Trouble> {
    let own = visit.signed()?.account.party.clone();
    let mut all = visit.state.accounts.list().await?;
    all.retain(|account| account.party == own && account.may(Act::UseMailbox));
    all.sort_by_key(|account| account.name.as_str().to_lowercase());
    Ok(all)
}

async fn shown(visit: &Visit, found: &Followed, errors: Errors, notice: Option<Said>) -> Result<String, Trouble> {
    let account = &visit.signed()?.account;
    let names = people::names(visit).await?;
    let leads = account.may(Act::LeadTeam);
    let contact = found.by.iter().find(|row| row.is_contact()).map(|row| row.person);
    let is_own = contact == Some(account.id);
    let may_end = |row: &FollowUp| match row.part {
        Part::Contact => leads,
        Part::StandIn { .. } => leads || is_own || row.person == account.id,
    };
    let persons = found.by.iter().map(|row| followed_one::Person {
        id: row.person.to_string(),
        name: people::person(row.person, &names),
        until: row.part.until(),
        since: row.since,
        by: people::person(row.by, &names),
        may_end: may_end(row),
    });
    let choices = self::persons(visit).await?.into_iter();
    let choices = choices.filter(|person| Some(person.id) != contact);
    let mut view = followed_one::View {
        frame: frame::of(visit, Some(Section::Followed)).await?,
        whom: whom(found.participant, found.name.as_ref()),
        persons: persons.collect(),
        seen: contact.map(|contact| contact.to_string()).unwrap_or_default(),
        choices: choices
            .map(|person| (person.id.to_string(), Text::new(person.name.as_str())))
            .collect(),
        may_change: leads || is_own,
        until: visit.call.field("until").chars().take(40).collect(),
        errors,
    };
    view.frame.notice = notice.map(|said| said.notice(visit.lang));
    Ok(followed_one::render(&view, visit.lang))
}

/// `POST /mailbox/participants/{ref}/give`
async fn give(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let Some(to) = AccountId::parse(visit.call.field("to")) else {
        return wrong(visit, "to", Fault::Person).await;
    };
    let seen = AccountId::parse(visit.call.field("seen"));
    changed(visit, Change::Give { to, seen }, "to").await
}

/// `POST /mailbox/participants/{ref}/stand-in`
async fn stand_in(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let Some(person) = AccountId::parse(visit.call.field("person")) else {
        return wrong(visit, "person", Fault::Person).await;
    };
    let Some(day) = parse_date(visit.call.field("until").trim()) else {
        return wrong(visit, "until", Fault::StandInDay).await;
    };
    let until = end_of_day(day);
    changed(visit, Change::StandIn { person, until }, "person").await
}

/// `POST /mailbox/participants/{ref}/end`
async fn end(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let person = AccountId::parse(visit.call.field("person")).ok_or(Trouble::NotFound)?;
    changed(visit, Change::End { person }, "person").await
}

async fn wrong(visit: &Visit, field: &'static str, fault: Fault) -> Result<Answer, Trouble> {
    let found = named(visit).await?;
    let errors = Errors::none().and(field, fault.text(visit.lang));
    let html = shown(visit, &found, errors, None).await?;
    Ok(Answer::Page(StatusCode::UNPROCESSABLE_ENTITY, html))
}

/// Makes a change, and leads to the page that shows it.
async fn changed(visit: &Visit, change: Change, field: &'static str) -> Result<Answer, Trouble> {
    let found = named(visit).await?;
    let account = &visit.signed()?.account;
    let done = visit
        .engine()
        .change_follow_up(found.participant, change, account)
        .await?;
    let fault = match done {
        Ok(_) => {
            let is_gone = change == Change::End { person: account.id } && !account.may(Act::LeadTeam);
            let is_given = matches!(change, Change::Give { to, .. } if to != account.id);
            // A person who no longer follows the participant up sees the list instead.
            let to_list = is_gone || (is_given && !account.may(Act::LeadTeam));
            return Ok(Answer::See(match to_list {
                true => address::MAILBOX_PARTICIPANTS.to_owned(),
                false => address::followed(&found.participant.to_string()),
            }));
        }
        Err(NotChanged::NoRight) => return Err(Trouble::NoRight),
        Err(NotChanged::Unknown) => return Err(Trouble::NotFound),
        Err(NotChanged::SomebodyFirst) => {
            let html = shown(visit, &named(visit).await?, Errors::none(), Some(Said::SomebodyFirst)).await?;
            return Ok(Answer::Page(StatusCode::CONFLICT, html));
        }
        Err(NotChanged::NotHere) => (field, Fault::Person),
        Err(NotChanged::IsContact) => (field, Fault::IsContact),
        Err(NotChanged::Until) => ("until", Fault::StandInDay),
    };
    wrong(visit, fault.0, fault.1).await
}
