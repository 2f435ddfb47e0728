//! A row of the tables of pages.

use std::pin::Pin;

use axum::http::HeaderValue;
use bindeledd_http::Verb;

use crate::answer::{Answer, Trouble};
use crate::needs::Needs;
use crate::visit::Visit;

/// The future that a page's function returns.
pub(crate) type Answering<'a> = Pin<Box<dyn Future<Output = Result<Answer, Trouble>> + Send + 'a>>;
/// The cookies that an answer sets.
pub(crate) type Cookies = Vec<HeaderValue>;
/// A page's function.
pub(crate) type Handler = for<'a> fn(&'a Visit, &'a mut Cookies) -> Answering<'a>;

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
        $crate::route::PageRoute {
            method: bindeledd_http::Verb::Get,
            path: $path,
            needs: $crate::needs::Needs::$needs,
            handler: |visit, cookies| Box::pin($function(visit, cookies)),
        }
    };
}

/// Makes a row that takes a form.
macro_rules! post {
    ($path:expr, $needs:ident, $function:path) => {
        $crate::route::PageRoute {
            method: bindeledd_http::Verb::Post,
            path: $path,
            needs: $crate::needs::Needs::$needs,
            handler: |visit, cookies| Box::pin($function(visit, cookies)),
        }
    };
}

pub(crate) use {get, post};
