//! The way of a request for a page: the session, the language, the right, the form's token, the page, the answer.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, get, on};
use bindeledd_console::view::meg_door;
use bindeledd_console::view::meg_frame::MegFrame;
use bindeledd_console::{Frame, Lang, Text, address, assets};
use bindeledd_engine::ports::{Actor, on_behalf_of};
use bindeledd_http::{PageCall, Problem, Verb};

use crate::answer::{Answer, Trouble};
use crate::asked::asked_first;
use crate::compose;
use crate::consent_draft;
use crate::frame;
use crate::live;
use crate::meg;
use crate::needs::Needs;
use crate::openid;
use crate::route::{Cookies, PageRoute};
use crate::routes;
use crate::session;
use crate::state::State;
use crate::trouble;
use crate::visit::Visit;

/// Makes the router of all pages and their files.
pub(crate) fn router(state: &Arc<State>) -> Router {
    let mut router = Router::new();
    for route in routes::all() {
        let Ok(method) = MethodFilter::try_from(route.method.method()) else {
            continue;
        };
        let state = Arc::clone(state);
        let mut methods = on(method, move |request| {
            let state = Arc::clone(&state);
            async move { page(&state, route, request).await }
        });
        // A page with content is opened by GET alone: HEAD would log a reading that nobody made.
        if route.method == Verb::Get && route.needs == Needs::Mailbox {
            methods = methods.on(MethodFilter::HEAD, no_head);
        }
        router = router.route(route.path, methods);
    }
    router.route(
        "/assets/{name}",
        get(async |Path(name): Path<String>| match assets::find(&name) {
            Some(asset) => Answer::Asset(asset).into_response(Vec::new()),
            None => StatusCode::NOT_FOUND.into_response(),
        }),
    )
}

async fn no_head() -> Response {
    let allow = [(header::ALLOW, "GET")];
    (StatusCode::METHOD_NOT_ALLOWED, allow).into_response()
}

pub(crate) async fn page(state: &Arc<State>, route: &'static PageRoute, request: Request) -> Response {
    // A form's address is no page to come back to.
    let here = match (route.method, request.uri().path_and_query()) {
        (Verb::Get, Some(here)) => here.to_string(),
        _ => String::new(),
    };
    let answer = async |call: PageCall| answered(state, route, call, here).await;
    let problem = |headers: &HeaderMap, problem: Problem| {
        if route.needs.is_of_participant() {
            return meg_problem(state, route, headers, problem);
        }
        let frame = Frame::signed_out(state.engine.now(), Text::new(&state.hub_name), Text::default());
        trouble::page(&problem.into(), frame, spoken(None, headers), None).into_response(Vec::new())
    };
    state
        .web
        .serve_page((route.method, route.path), request, answer, problem)
        .await
}

/// Makes the page of a problem that the web layer found, for a participant: before the request was read, or after its time.
fn meg_problem(state: &State, route: &PageRoute, headers: &HeaderMap, problem: Problem) -> Response {
    let (status, told) = meg::meg_trouble(route, &problem.into());
    let view = meg_door::View {
        frame: MegFrame {
            now: state.engine.now(),
            place: Text::new(&state.hub_name),
            csrf: String::new(),
            is_open: false,
            left: String::new(),
            here: String::new(),
        },
        door: meg_door::Door::Trouble(told),
    };
    let html = meg_door::render(&view, meg::spoken(None, headers));
    Answer::Page(status, html).into_response(Vec::new())
}

async fn answered(state: &Arc<State>, route: &'static PageRoute, call: PageCall, here: String) -> Response {
    let lang = spoken(call.cookie(session::LANGUAGE), &call.headers);
    let mut visit = Visit {
        state: Arc::clone(state),
        now: state.engine.now(),
        lang,
        signed: None,
        own: None,
        here,
        call,
        is_live: live::is_live(route),
    };
    let mut cookies = Vec::new();
    let answer = match admitted(&mut visit, route).await {
        // The work of a person's page waits in that person's line at the store, not in the hub's own.
        Ok(()) => on_behalf_of(by(&visit), made(&visit, route, &mut cookies)).await,
        Err(trouble) => Err(trouble),
    };
    let answer = match answer {
        Err(Trouble::SignedOut) if route.method == Verb::Post => {
            let draft = match compose::kept_for_later(&visit, route.path).await {
                Some(draft) => Some(draft),
                None => consent_draft::draft_of(&visit, route.path).await,
            };
            match draft {
                Some(draft) => Ok(to_sign_in(&visit, route, &draft, &mut cookies)),
                None => Err(Trouble::SignedOut),
            }
        }
        answer => answer,
    };
    let answer = answer.unwrap_or_else(|found| match found {
        found if route.needs.is_of_participant() => meg::trouble(&visit, route, &found, &mut cookies),
        Trouble::SignedOut if route.method == Verb::Get => to_sign_in(&visit, route, &visit.here, &mut cookies),
        found => {
            // A page that failed while it was read can be tried again; a form is not sent twice by a link.
            let again = (route.method == Verb::Get).then(|| visit.here.clone());
            trouble::page(&found, frame::bare(&visit), lang, again)
        }
    });
    answer.into_response(cookies)
}

async fn made(visit: &Visit, route: &PageRoute, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let page = (route.handler)(visit, cookies);
    if visit.wants_regions() {
        live::regions(visit, page).await
    } else {
        page.await
    }
}

fn by(visit: &Visit) -> Actor {
    if let Some((own, _)) = &visit.own {
        return own.actor();
    }
    let signed = visit.signed.as_ref();
    signed.map_or(Actor::Hub, |(signed, _)| Actor::Person(signed.account.id))
}

/// Returns whether a page makes the request by itself, and not the person.
fn is_by_itself(visit: &Visit, route: &PageRoute) -> bool {
    visit.wants_regions() || route.path == address::STREAM
}

/// Sends a person to the sign-in page, which leads to a page of theirs.
fn to_sign_in(visit: &Visit, route: &PageRoute, to: &str, cookies: &mut Cookies) -> Answer {
    let had_session = visit.call.cookie(session::SESSION).is_some();
    // A tab may refresh with the cookie of an ended session while the person signs in again in another tab.
    let removes = had_session && !is_by_itself(visit, route);
    cookies.extend(removes.then(|| session::end(session::SESSION)).flatten());
    let over = if had_session { "over=1&" } else { "" };
    Answer::See(format!("{}?{over}to={}", address::SIGN_IN, address::segment(to)))
}

/// Returns whether a page takes a step of a sign-in, with a session or without.
fn is_sign_in(route: &PageRoute) -> bool {
    route.needs == Needs::Nobody && (route.method == Verb::Post || route.path.starts_with(openid::FOLDER))
}

/// Reads the session, and refuses a person without the right and a form that is not this session's.
async fn admitted(visit: &mut Visit, route: &PageRoute) -> Result<(), Trouble> {
    if route.needs.is_of_participant() {
        return meg::admitted(visit, route).await;
    }
    let token = visit.call.cookie(session::SESSION).unwrap_or_default().to_owned();
    if !token.is_empty() {
        let accounts = &visit.state.accounts;
        let found = if is_by_itself(visit, route) {
            accounts.look_at_session(&token, visit.now).await?
        } else {
            accounts.session(&token, visit.now).await?
        };
        visit.signed = found.map(|signed| (signed, token));
    }
    // Every sign-in and every page of an unknown person count against the address.
    if (visit.signed.is_none() || is_sign_in(route)) && route.path != openid::BACK_CHANNEL {
        visit.state.web.count_stranger(visit.call.address)?;
    }
    if route.method == Verb::Post && !visit.call.is_same_origin() {
        return Err(Trouble::StrangeForm);
    }
    let Some((signed, token)) = &visit.signed else {
        return match route.needs {
            Needs::Nobody => Ok(()),
            _ => Err(Trouble::SignedOut),
        };
    };
    if !route.needs.admits(&signed.account.roles) {
        return Err(Trouble::NoRight);
    }
    if route.needs == Needs::Mailbox {
        let directory = visit.engine().directory();
        let own = signed.account.party.as_ref().and_then(|party| directory.get(party));
        if own.is_some_and(|party| party.suspended) {
            return Err(Problem::suspended().into());
        }
    }
    let is_posted = route.method == Verb::Post && route.needs != Needs::Nobody;
    if is_posted && !session::is_own_form(token, visit.call.field("csrf")) {
        return Err(Trouble::StrangeForm);
    }
    Ok(())
}

/// Returns the language of a page: the one that the person chose, else the one that the browser asks for first.
fn spoken(chosen: Option<&str>, headers: &HeaderMap) -> Lang {
    let first = || {
        asked_first(headers, |tag| match tag {
            "nb" | "nn" | "no" | "da" | "sv" => Some(Lang::Bokmal),
            "en" => Some(Lang::English),
            _ => None,
        })
    };
    chosen.and_then(Lang::parse).or_else(first).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    #[test]
    fn a_page_speaks_the_chosen_language_or_the_browsers_first() {
        let asks = |line: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(line));
            headers
        };
        assert_eq!(spoken(None, &HeaderMap::new()), Lang::Bokmal);
        assert_eq!(spoken(None, &asks("en-GB,en;q=0.9,nb;q=0.8")), Lang::English);
        assert_eq!(spoken(None, &asks("de, nn-NO;q=0.9, en;q=0.8")), Lang::Bokmal);
        assert_eq!(spoken(Some("en"), &asks("nb")), Lang::English);
        assert_eq!(spoken(Some("xx"), &asks("en")), Lang::English);
    }
}
