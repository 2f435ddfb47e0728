//! The inbox of a party's mailbox: deliveries without their content.

use bindeledd_console::view::inbox::{self, Mailed, Reader};
use bindeledd_console::{Section, Text, address};
use bindeledd_core::account::{Account, Act};
use bindeledd_core::delivery::State;
use bindeledd_core::time::local_date;
use bindeledd_core::{AccountId, HandOverId, Party};
use bindeledd_engine::Listed;
use bindeledd_engine::ports::HandOver;
use jiff::Timestamp;

use crate::answer::{Answer, Trouble};
use crate::entry;
use crate::frame;
use crate::people;
use crate::people::{Names, whom};
use crate::requests;
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::MAILBOX, Mailbox, list),
    post!(address::HAND_OVERS_SEEN, Mailbox, seen),
];

/// `GET /mailbox`
async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let account = &visit.signed()?.account;
    let listed = visit.engine().letters(account).await?;
    let hand_overs = visit.engine().unseen_hand_overs(account).await?;
    // A page that refreshes itself is not read.
    if !visit.wants_regions() {
        visit.engine().mailbox_opened(account).await?;
    }
    let names = people::names(visit).await?;
    let directory = visit.engine().directory();
    let own = account.party.as_ref().and_then(|party| directory.get(party));
    let mut view = inbox::View {
        frame: frame::of(visit, Some(Section::Inbox)).await?,
        urgent: listed.all.iter().filter_map(|listed| urgent(visit, listed)).collect(),
        waiting: Vec::new(),
        to_enter: Vec::new(),
        fresh: Vec::new(),
        read: Vec::new(),
        unit: Vec::new(),
        entries: entry::count(visit).await?,
        has_own_system: own.is_some_and(|party| !party.fetches()),
        is_leader: account.may(Act::LeadTeam),
        has_more_open: listed.has_more_open,
        has_more_read: listed.has_more_read,
        hand_overs: hand_overs.iter().map(|one| hand_over(account, one, &names)).collect(),
        answers: requests::unseen(visit).await?,
        mail: mailed(visit, own.map(AsRef::as_ref)).await?,
    };
    let (mut waiting, mut rest): (Vec<Listed>, Vec<Listed>) = listed.all.into_iter().partition(awaits_answer);
    waiting.sort_by_key(|listed| (listed.view.answer_by.is_none(), listed.view.answer_by, listed.view.at));
    rest.sort_by_key(|listed| std::cmp::Reverse(last_read(listed).unwrap_or(listed.view.at)));
    for listed in waiting.iter().chain(&rest) {
        let place = match listed.view.state {
            _ if !listed.may_read => &mut view.unit,
            State::WithPerson(_) => &mut view.to_enter,
            _ if awaits_answer(listed) => &mut view.waiting,
            _ if listed.view.reads.is_empty() => &mut view.fresh,
            _ => &mut view.read,
        };
        place.push(row(visit, account, listed, &names));
    }
    Ok(Answer::page(inbox::render(&view, visit.lang)))
}

/// Returns whom a mail tells when something comes for the person.
async fn mailed(visit: &Visit, own: Option<&Party>) -> Result<Mailed, Trouble> {
    let mail = visit.engine().person_mail(visit.signed()?.account.id).await?;
    Ok(match (mail.email, own.and_then(|party| party.notify.as_ref())) {
        (Some(email), _) if !mail.is_off => Mailed::You(Text::new(email.reveal())),
        (Some(_), _) => Mailed::Off,
        (None, Some(notify)) => Mailed::Party(Text::new(notify.email.reveal())),
        (None, None) => Mailed::Nobody,
    })
}

fn hand_over(account: &Account, one: &HandOver, names: &Names) -> inbox::HandOver {
    inbox::HandOver {
        id: one.id.to_string(),
        whom: whom(one.participant, one.name.as_ref()),
        to: reader(account, one.person, names),
        by: people::person(one.by, names),
        at: one.at,
        until: one.until,
    }
}

fn reader(account: &Account, person: AccountId, names: &Names) -> Reader {
    match person == account.id {
        true => Reader::You,
        false => Reader::Other(people::person(person, names)),
    }
}

/// `POST /mailbox/hand-overs/seen`. A second click finds nothing more to do.
async fn seen(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let ids: Vec<_> = visit.call.fields("seen").filter_map(HandOverId::parse).collect();
    visit.engine().hand_overs_seen(&visit.signed()?.account, &ids).await?;
    Ok(Answer::See(address::MAILBOX.to_owned()))
}

fn last_read(listed: &Listed) -> Option<Timestamp> {
    listed.view.reads.first().map(|read| read.at)
}

fn awaits_answer(listed: &Listed) -> bool {
    listed.view.kind.answer().is_some() && listed.view.reply.is_none()
}

/// Returns whom to phone about an urgent delivery that nobody has answered.
fn urgent(visit: &Visit, listed: &Listed) -> Option<inbox::Urgent> {
    let call = listed.view.urgent.as_ref()?;
    let from = listed.view.from.as_ref()?;
    if listed.view.reply.is_some() || (!awaits_answer(listed) && !listed.view.reads.is_empty()) {
        return None;
    }
    let handler = call.handler.as_ref();
    Some(inbox::Urgent {
        from: people::name(visit, from),
        who: handler.map(|handler| Text::new(&handler.name)),
        phone: handler.and_then(|handler| handler.phone.as_deref()).map(Text::new),
    })
}

fn row(visit: &Visit, account: &Account, listed: &Listed, names: &Names) -> inbox::Row {
    let view = &listed.view;
    let reader = view.reads.first().map(|read| reader(account, read.person, names));
    let holders = listed.followed_by.iter().map(|row| people::person(row.person, names));
    inbox::Row {
        delivery: view.delivery.to_string(),
        kind: view.kind,
        whom: whom(view.participant, view.name.as_ref()),
        from: view.from.as_ref().map(|from| people::name(visit, from)),
        at: view.at,
        answer_by: view.answer_by.filter(|_| awaits_answer(listed)),
        is_late: view.answer_by.is_some_and(|day| day < local_date(visit.now)),
        is_partial: view.is_partial,
        is_new: view.reads.is_empty(),
        read_by: reader,
        holders: (!listed.may_read).then(|| holders.collect()),
        may_open: listed.may_read,
    }
}
