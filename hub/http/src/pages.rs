//! Requests of browsers: the limits, the bounded body, the log line and the figures of a page.
//!
//! Pages have tables of routes of their own, since a page answers with HTML and knows persons instead of parties.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use tokio::time::{Instant, timeout_at};

use crate::body::{self, Bounds};
use crate::path::PathValue;
use crate::problem::Problem;
use crate::route::Verb;
use crate::server::Link;
use crate::web::{Web, params};

/// Maximum size of a form.
const FORM_BYTES: usize = 256 * 1024;

/// A request for a page.
#[derive(Debug)]
pub struct PageCall {
    /// The address of the browser, or the one that a trusted proxy names.
    pub address: IpAddr,
    /// The headers.
    pub headers: HeaderMap,
    /// The query, as names and values.
    pub query: Vec<(String, String)>,
    /// The fields of the form; empty on a route that takes none.
    pub form: Vec<(String, String)>,
    params: HashMap<String, String>,
}

impl PageCall {
    /// Returns the value of the path parameter with this name; `None` if the text is not such a value.
    #[must_use]
    pub fn param<T: PathValue>(&self, name: &str) -> Option<T> {
        self.params.get(name).and_then(|raw| T::read(raw))
    }

    /// Returns the text of the path parameter with this name.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    /// Returns the value of a query parameter, without white space around it; `None` if it is empty or stands with two values.
    #[must_use]
    pub fn asked(&self, name: &str) -> Option<&str> {
        only(&self.query, name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Returns the value of a form field; `""` if the form does not have it, or has it with two values.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        only(&self.form, name).unwrap_or_default()
    }

    /// Returns every value of a form field.
    pub fn fields<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.form
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the value of the cookie with this name.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let lines = self.headers.get_all(header::COOKIE).iter();
        let pairs = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'));
        pairs
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(n, value)| (n == name).then_some(value))
    }

    /// Returns whether the browser says that the request comes from a page of this hub.
    ///
    /// Every browser since 2020 sends `Sec-Fetch-Site` or `Origin` with a form (Fetch Metadata Request Headers, W3C). A request
    /// with neither is not a browser's, and no cookie of a browser comes with it.
    #[must_use]
    pub fn is_same_origin(&self) -> bool {
        let said = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(site) = said("sec-fetch-site") {
            return matches!(site, "same-origin" | "none");
        }
        match (said("origin"), said("host")) {
            (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, of)| of == host),
            (Some(_), None) => false,
            (None, _) => true,
        }
    }
}

/// Returns the value of a name. Of two values, neither wins.
fn only<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut values = pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let value = values.next()?;
    values.all(|other| other == value).then_some(value)
}

fn pairs(raw: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(raw).into_owned().collect()
}

impl Web {
    /// Serves a request for a page. `path` is the route's path. `problem` makes the page of a problem that the web layer finds by
    /// itself.
    pub async fn serve_page(
        &self,
        (verb, path): (Verb, &'static str),
        request: Request,
        answer: impl AsyncFnOnce(PageCall) -> Response,
        problem: impl FnOnce(&HeaderMap, Problem) -> Response,
    ) -> Response {
        let headers = request.headers().clone();
        let answered = async {
            let deadline = Instant::now() + self.request_timeout;
            let served = async { Ok(answer(self.page_call(request, verb).await?).await) };
            let mut response = match timeout_at(deadline, served).await {
                Ok(Ok(response)) => response,
                Ok(Err(found)) => problem(&headers, found),
                Err(_) => problem(&headers, Problem::slow_answer()),
            };
            response
                .headers_mut()
                .entry(header::CACHE_CONTROL)
                .or_insert(HeaderValue::from_static("no-store"));
            response
        };
        self.record((verb, path), true, answered).await
    }

    async fn page_call(&self, request: Request, verb: Verb) -> Result<PageCall, Problem> {
        let (mut parts, body) = request.into_parts();
        let link = parts.extensions.get::<Arc<Link>>();
        let address = link.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |link| link.address(&parts.headers));
        let params = params(&mut parts).await?;
        // HTTP/2 names the host in the address, and has no such header (RFC 9113, section 8.3.1).
        if let (None, Some(of)) = (parts.headers.get(header::HOST), parts.uri.authority())
            && let Ok(host) = HeaderValue::from_str(of.as_str())
        {
            parts.headers.insert(header::HOST, host);
        }
        let form = match verb {
            Verb::Get => Vec::new(),
            Verb::Post => {
                let bounds = Bounds {
                    bytes: FORM_BYTES,
                    time: self.body_timeout,
                };
                pairs(&body::read(&parts.headers, body, bounds, |_| Ok(())).await?)
            }
        };
        Ok(PageCall {
            address,
            query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
            form,
            params,
            headers: parts.headers,
        })
    }

    /// Counts a sign-in, or another request of a person whom the hub does not know yet, against the browser's address.
    ///
    /// # Errors
    /// The address has asked too often.
    pub fn count_stranger(&self, address: IpAddr) -> Result<(), Problem> {
        self.limits.count_unknown(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(headers: &[(&'static str, &'static str)]) -> PageCall {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        PageCall {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            headers: map,
            query: pairs(b"q=%20a%20&empty=&kind=a&kind=b"),
            form: pairs("navn=%C3%85se+B&valg=1&valg=2&same=1&same=1".as_bytes()),
            params: HashMap::new(),
        }
    }

    #[test]
    fn a_form_and_a_query_are_read_by_name() {
        let call = call(&[]);
        assert_eq!(
            (call.asked("q"), call.asked("empty"), call.asked("x")),
            (Some("a"), None, None)
        );
        assert_eq!((call.field("navn"), call.field("x")), ("Åse B", ""));
        assert_eq!(call.fields("valg").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(
            (call.asked("kind"), call.field("valg"), call.field("same")),
            (None, "", "1"),
            "of two values neither wins"
        );
    }

    #[test]
    fn a_cookie_is_found_among_others_and_by_its_whole_name() {
        let call = call(&[("cookie", "a=1; __Host-bl=xyz"), ("cookie", "other=2")]);
        assert_eq!(call.cookie("__Host-bl"), Some("xyz"));
        assert_eq!(call.cookie("other"), Some("2"));
        assert_eq!(call.cookie("Host-bl"), None);
    }

    #[test]
    fn a_form_of_another_origin_is_told_from_an_own_one() {
        let host = ("host", "hub.example:8443");
        for own in [
            &[host, ("sec-fetch-site", "same-origin")][..],
            &[host, ("sec-fetch-site", "none")],
            &[host, ("origin", "https://hub.example:8443")],
            &[host],
        ] {
            assert!(call(own).is_same_origin(), "{own:?}");
        }
        for other in [
            &[host, ("sec-fetch-site", "cross-site")][..],
            &[
                host,
                ("sec-fetch-site", "same-site"),
                ("origin", "https://hub.example:8443"),
            ],
            &[host, ("origin", "https://hub.example")],
            &[host, ("origin", "null")],
            &[("origin", "https://hub.example:8443")],
        ] {
            assert!(!call(other).is_same_origin(), "{other:?}");
        }
    }
}
