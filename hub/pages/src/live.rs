//! The stream of topics, and the regions of pages that refresh by it.
//!
//! The stream says that something of a topic changed, never what. A browser then fetches its page anew with `region`,
//! and gets the page without its surroundings. That answer has no name and no form's token. So all
//! persons who may see the same share one copy of it. A person of a mailbox hears the topic of the own party alone, and
//! gets a copy of their own.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::account::Account;
use bindeledd_engine::ports::{Actor, Heard, Listener, Subject, Topic, on_behalf_of};
use http_body::Frame;
use jiff::Timestamp;

use crate::answer::{Answer, Trouble};
use crate::needs::Needs;
use crate::route::{Cookies, PageRoute, get};
use crate::state::State;
use crate::streams::{LONGEST, Place, Shown};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[get!(address::STREAM, Person, stream)];

/// The routes of pages with regions that refresh.
const PAGES: &[&str] = &[
    address::NOW,
    address::MESSAGES,
    address::PARTIES,
    address::LOG,
    address::HUB,
    address::STATE,
    "/console/messages/{id}",
    "/console/messages/runs/{run}",
    "/console/parties/{party}",
    address::MAILBOX,
];

/// Time after which a stream without news says that it stands, and its session is looked at.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Maximum number of topics of one stream.
const TOPICS: usize = 16;
/// Longest address of a page whose regions are copied.
const LONGEST_ADDRESS: usize = 2000;

/// Returns whether a page has regions that refresh.
pub(crate) fn is_live(route: &PageRoute) -> bool {
    PAGES.contains(&route.path)
}

/// Answers with the regions of a page: with the copy that others who may see the same have got, or with a new one. At
/// most one is made at a time. The inbox of a mailbox differs from person to person, and so does the first page under
/// break-glass, which has requests to answer.
pub(crate) async fn regions(
    visit: &Visit,
    page: impl Future<Output = Result<Answer, Trouble>>,
) -> Result<Answer, Trouble> {
    let account = &visit.signed()?.account;
    let page_of = visit.here.split('?').next();
    let is_own = match page_of {
        Some(address::NOW) => visit.engine().has_break_glass(),
        page_of => page_of == Some(address::MAILBOX),
    };
    let who = match is_own {
        true => account.id.to_string(),
        false => account.roles.codes().collect::<Vec<_>>().join(" "),
    };
    let address = visit.address_of_regions();
    if address.len() > LONGEST_ADDRESS {
        return page.await;
    }
    let slot = visit.state.live.slot((address, visit.lang.tag(), who));
    let mut held = slot.copy.lock().await;
    let engine = visit.engine();
    if let Some(copy) = held.as_ref().filter(|copy| copy.holds(engine)) {
        return Ok(Answer::page(copy.html.to_string()));
    }
    let ((tick, _), at) = (engine.tick(), engine.now());
    let answer = page.await?;
    if let Answer::Page(StatusCode::OK, html) = &answer {
        *held = Some(Shown {
            tick,
            at,
            html: html.as_str().into(),
        });
    }
    Ok(answer)
}

/// `GET /console/live`
pub(crate) async fn stream(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let names = visit.call.asked("topics").unwrap_or_default().split(',');
    let mut topics: Vec<_> = names.filter_map(Topic::parse).take(TOPICS).collect();
    let (signed, token) = visit.signed.as_ref().ok_or(Trouble::SignedOut)?;
    topics.retain(|topic| may_hear(&signed.account, topic));
    if topics.is_empty() {
        return Err(Trouble::NotFound);
    }
    let place = visit.state.live.enter(signed.session.id).ok_or(Trouble::Away)?;
    let heard = topics.iter().cloned().chain([Topic::Of(Subject::Sessions)]);
    let source = Source {
        heard: topics.clone(),
        listener: visit.engine().listen(heard.collect()),
        state: Arc::clone(&visit.state),
        person: Actor::Person(signed.account.id),
        token: token.clone(),
        began: visit.now,
        stage: Stage::Begins(topics),
        _place: place,
    };
    Ok(Answer::Stream(Body::new(Events(Some(Box::pin(source.next()))))))
}

/// Returns whether a person may hear a topic: on the console each one but the sessions, and in a mailbox the own party's.
fn may_hear(account: &Account, topic: &Topic) -> bool {
    match topic {
        Topic::Of(Subject::Sessions) => false,
        _ if Needs::Console.admits(&account.roles) => true,
        Topic::Party(party) => Needs::Mailbox.admits(&account.roles) && account.party.as_ref() == Some(party),
        Topic::Of(_) => false,
    }
}

/// The stage of a stream.
enum Stage {
    /// Nothing was sent. These topics may have changed since the page was made.
    Begins(Vec<Topic>),
    /// The stream stands.
    Stands,
    /// The last event was sent.
    Over,
}

/// The source of a stream's events.
struct Source {
    heard: Vec<Topic>,
    listener: Listener,
    state: Arc<State>,
    person: Actor,
    token: String,
    began: Timestamp,
    stage: Stage,
    _place: Place,
}

/// The event that tells a page that its session is over, or that its person lost the right.
const ENDED: &str = "event: ended\ndata: session\n\n";
/// A comment, which a browser passes over.
const STANDS: &str = ":\n\n";

fn changed(topics: &[Topic]) -> String {
    let names: Vec<_> = topics.iter().map(Topic::to_string).collect();
    format!("event: changed\ndata: {}\n\n", names.join(" "))
}

impl Source {
    /// Waits for the next event; `None` at the end.
    async fn next(mut self) -> Option<(Bytes, Self)> {
        match std::mem::replace(&mut self.stage, Stage::Stands) {
            Stage::Over => return None,
            Stage::Begins(topics) => return Some((format!("retry: 3000\n{}", changed(&topics)).into(), self)),
            Stage::Stands => {}
        }
        loop {
            let is_old = self.state.engine.now().duration_since(self.began).unsigned_abs() >= LONGEST;
            let heard = self.listener.next(HEARTBEAT).await;
            let (topics, has_to_look) = match heard {
                Heard::Closed => return None,
                Heard::Nothing => (Vec::new(), true),
                Heard::Changed(mut topics) => {
                    let all = topics.len();
                    topics.retain(|topic| *topic != Topic::Of(Subject::Sessions));
                    let has_to_look = topics.len() < all;
                    (topics, has_to_look)
                }
            };
            if is_old {
                return None;
            }
            if has_to_look && !self.may_go_on().await? {
                self.stage = Stage::Over;
                return Some((ENDED.into(), self));
            }
            if !topics.is_empty() {
                return Some((changed(&topics).into(), self));
            }
            if has_to_look {
                return Some((STANDS.into(), self));
            }
        }
    }

    /// Returns whether the session is open and has the right; `None` if the store does not answer.
    async fn may_go_on(&self) -> Option<bool> {
        let (accounts, now) = (&self.state.accounts, self.state.engine.now());
        let found = on_behalf_of(self.person.clone(), accounts.look_at_session(&self.token, now)).await;
        let signed = found.ok()?;
        Some(signed.is_some_and(|signed| self.heard.iter().all(|topic| may_hear(&signed.account, topic))))
    }
}

/// The next event of a stream, with the source of those after it.
type Next = Pin<Box<dyn Future<Output = Option<(Bytes, Source)>> + Send>>;

/// The body of a stream.
struct Events(Option<Next>);

impl HttpBody for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(next) = &mut self.0 else {
            return Poll::Ready(None);
        };
        match std::task::ready!(next.as_mut().poll(cx)) {
            None => {
                self.0 = None;
                Poll::Ready(None)
            }
            Some((bytes, source)) => {
                self.0 = Some(Box::pin(source.next()));
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
        }
    }
}
