//! All pages, area by area. A row names the roles that its page needs; the tests walk the tables with every role.

use std::pin::Pin;

use axum::http::HeaderValue;
use bindeledd_http::Verb;

use crate::answer::{Answer, Trouble};
use crate::visit::{Needs, Visit};
use crate::{
    account, consents, help, message, messages, now, parties, party_acts, party_form, retry, retry_many, sign_in,
    withdraw,
};

/// The future that a page's function returns.
pub(crate) type Answering<'a> = Pin<Box<dyn Future<Output = Result<Answer, Trouble>> + Send + 'a>>;
/// A page's function. It may set cookies.
pub(crate) type Handler = for<'a> fn(&'a Visit, &'a mut Vec<HeaderValue>) -> Answering<'a>;

/// A row of the table.
pub(crate) struct PageRoute {
    pub(crate) method: Verb,
    pub(crate) path: &'static str,
    pub(crate) needs: Needs,
    pub(crate) handler: Handler,
}

/// Makes a row that reads a page.
macro_rules! get {
    ($path:expr, $needs:ident, $function:path) => {
        $crate::routes::PageRoute {
            method: bindeledd_http::Verb::Get,
            path: $path,
            needs: $crate::visit::Needs::$needs,
            handler: |visit, cookies| Box::pin($function(visit, cookies)),
        }
    };
}

/// Makes a row that takes a form.
macro_rules! post {
    ($path:expr, $needs:ident, $function:path) => {
        $crate::routes::PageRoute {
            method: bindeledd_http::Verb::Post,
            path: $path,
            needs: $crate::visit::Needs::$needs,
            handler: |visit, cookies| Box::pin($function(visit, cookies)),
        }
    };
}

pub(crate) use {get, post};

/// The pages of each area.
const TABLES: &[&[PageRoute]] = &[
    now::ROUTES,
    messages::ROUTES,
    message::ROUTES,
    retry::ROUTES,
    retry_many::ROUTES,
    parties::ROUTES,
    party_acts::ROUTES,
    party_form::ROUTES,
    consents::ROUTES,
    withdraw::ROUTES,
    sign_in::ROUTES,
    account::ROUTES,
    help::ROUTES,
    ELSEWHERE,
];

/// Addresses below the console that no page has. They sort behind every other row.
const ELSEWHERE: &[PageRoute] = &[get!("/console/{*rest}", Person, nothing)];

async fn nothing(_: &Visit, _: &mut Vec<HeaderValue>) -> Result<Answer, Trouble> {
    Err(Trouble::NotFound)
}

/// Returns every page.
pub(crate) fn all() -> impl Iterator<Item = &'static PageRoute> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// Returns whether each thing of a folder has a page of its own.
pub(crate) fn has_each(folder: &str) -> bool {
    let is_each = |rest: &str| rest.starts_with("/{") && rest.ends_with('}') && !rest[1..].contains('/');
    all().any(|route| route.path.strip_prefix(folder).is_some_and(is_each))
}

/// Returns whether a page has this address.
pub(crate) fn has(path: &str) -> bool {
    all().any(|route| route.path == path)
}
