//! Questions to participants, for the persons of the mailbox that asks: the list, one of them, and taking it back.

use bindeledd_console::view::inbox::Answered;
use bindeledd_console::view::request::{Request, Seen, State, View, render};
use bindeledd_console::{Section, address};
use bindeledd_core::ConsentId;
use bindeledd_core::consent::{Consent, Grant};
use bindeledd_core::request::RequestState;
use bindeledd_engine::OwnRequest;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::people::{self, name, whom};
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!("/mailbox/consents/requests/{request}", Mailbox, one),
    post!("/mailbox/consents/requests/{request}/withdraw", Mailbox, withdraw),
    post!(address::ANSWERS_SEEN, Mailbox, seen),
];

/// Returns the questions of the mailbox, for the list of its consents.
pub(crate) async fn list(visit: &Visit) -> Result<Vec<Request>, Trouble> {
    let all = visit.engine().own_requests(&visit.signed()?.account).await?;
    let mut rows = Vec::new();
    for own in &all {
        let given = given(visit, own).await?;
        rows.push(row(own, given.as_ref()));
    }
    Ok(rows)
}

/// Returns the answers that the person has not seen, for the inbox.
pub(crate) async fn unseen(visit: &Visit) -> Result<Vec<Answered>, Trouble> {
    let unseen = visit.engine().unseen_answers(&visit.signed()?.account).await?;
    let row = unseen.into_iter().map(|one| Answered {
        id: one.id.to_string(),
        whom: whom(one.participant, one.name.as_ref()),
        at: one.at,
    });
    Ok(row.collect())
}

/// Returns the consent of a yes.
async fn given(visit: &Visit, own: &OwnRequest) -> Result<Option<Consent>, Trouble> {
    match own.request.state {
        RequestState::Yes { .. } => Ok(visit.engine().consent(own.request.id).await?),
        _ => Ok(None),
    }
}

fn row(own: &OwnRequest, given: Option<&Consent>) -> Request {
    let request = &own.request;
    let is_all = given.is_none_or(|consent| categories(&consent.grants) == categories(&request.asked.grants));
    Request {
        id: request.id.to_string(),
        whom: whom(request.participant, own.name.as_ref()),
        state: match request.state {
            RequestState::Waiting { until } => State::Waits(until),
            RequestState::Yes { at } if is_all => State::Yes(at),
            RequestState::Yes { at } => State::Part(at),
            RequestState::No { at } => State::No(at),
            RequestState::Withdrawn { at } => State::Withdrawn(at),
            RequestState::Expired { at } => State::Expired(at),
        },
    }
}

/// Returns the number of boxes of grants. A yes has none beyond those that were asked.
fn categories(grants: &[Grant]) -> usize {
    grants.iter().map(|grant| grant.categories.iter().count()).sum()
}

/// Reads the question of the address.
async fn read(visit: &Visit) -> Result<OwnRequest, Trouble> {
    let id: ConsentId = visit.call.param("request").ok_or(Trouble::NotFound)?;
    let found = visit.engine().own_request(id, &visit.signed()?.account).await?;
    found.ok_or(Trouble::NotFound)
}

/// `GET /mailbox/consents/requests/{request}`
async fn one(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let own = read(visit).await?;
    let given = given(visit, &own).await?;
    let names = people::names(visit).await?;
    let rows = |grants: &[Grant]| {
        let named = grants.iter();
        named
            .map(|grant| (name(visit, &grant.from), name(visit, &grant.to), grant.categories))
            .collect()
    };
    let view = View {
        frame: frame::of(visit, Some(Section::OwnConsents)).await?,
        request: row(&own, given.as_ref()),
        sent_by: people::person(own.request.sent_by, &names),
        sent_at: own.request.sent_at,
        seen: own.may_see.then(|| Seen {
            asked: rows(&own.request.asked.grants),
            given: rows(given.as_ref().map_or(&[], |consent| &consent.grants)),
        }),
    };
    Ok(Answer::page(render(&view, visit.lang)))
}

/// `POST /mailbox/consents/requests/{request}/withdraw`. A second click, or an answer that came first: the page tells.
async fn withdraw(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let own = read(visit).await?;
    let account = &visit.signed()?.account;
    let moved = visit.engine().withdraw_own_request(own.request.id, account).await?;
    let _over = moved.ok_or(Trouble::NotFound)?;
    Ok(Answer::See(address::request(&own.request.id.to_string())))
}

/// `POST /mailbox/answers-seen`. A second click finds nothing more to do.
async fn seen(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let ids: Vec<_> = visit.call.fields("seen").filter_map(ConsentId::parse).collect();
    visit.engine().answers_seen(&visit.signed()?.account, &ids).await?;
    Ok(Answer::See(address::MAILBOX.to_owned()))
}
