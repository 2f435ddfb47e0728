//! The outgoing part of an adapter's request: its path below the endpoint's address, and the allowed headers.

use std::net::IpAddr;

use bindeledd_core::EndpointAddress;
use bindeledd_core::contract::Method;
use bindeledd_engine::ports::SendError;
use bindeledd_texts::outbound::Unanswered;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// Headers that an adapter may set; all others are dropped.
const ALLOWED: [&str; 8] = [
    "content-type",
    "accept",
    "accept-language",
    "api-version",
    "nhn-source-system",
    "prefer",
    "if-match",
    "x-request-id",
];
const OWN_PREFIX: &str = "x-bindeledd-";

pub(super) const fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// Joins the endpoint's address and a path. A path that a URL parser would change, such as `/../x`, is refused.
pub(super) fn url(address: &EndpointAddress, path: &str, allow_http_loopback: bool) -> Result<Url, SendError> {
    let mut whole = String::with_capacity(address.origin.len() + address.base_path.len() + path.len());
    whole.push_str(&address.origin);
    whole.push_str(&address.base_path);
    let outside = whole.len();
    whole.push_str(path);
    let url = Url::parse(&whole).map_err(|_| permanent(Unanswered::NoUrl))?;
    let legal = |b: u8| b.is_ascii_graphic() && !matches!(b, b'#' | b'\\' | b'"' | b'<' | b'>' | b'`' | b'{' | b'}');
    let plain = (path.is_empty() || path.starts_with('/')) && !path.starts_with("//") && path.bytes().all(legal);
    let as_written = url.as_str().ends_with(&whole[outside - address.base_path.len()..]);
    if !plain || !as_written {
        return Err(permanent(Unanswered::LeavesAddress));
    }
    if is_reachable(&url, allow_http_loopback) {
        Ok(url)
    } else {
        Err(permanent(Unanswered::NotHttps))
    }
}

/// Returns whether the hub may connect to an address: https, or http to this machine if that is allowed.
pub(super) fn is_reachable(url: &Url, allow_http_loopback: bool) -> bool {
    match url.scheme() {
        "https" => url.host_str().is_some(),
        "http" => allow_http_loopback && is_loopback(url),
        _ => false,
    }
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || literal.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

pub(super) fn headers(wanted: &[(String, String)]) -> Result<HeaderMap, SendError> {
    let mut headers = HeaderMap::with_capacity(wanted.len() + 2);
    for (name, value) in wanted {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| permanent(Unanswered::HeaderName))?;
        if ALLOWED.contains(&name.as_str()) || name.as_str().starts_with(OWN_PREFIX) {
            let value = HeaderValue::from_str(value).map_err(|_| permanent(Unanswered::HeaderValue))?;
            headers.append(name, value);
        }
    }
    Ok(headers)
}

fn permanent(what: Unanswered) -> SendError {
    SendError::Permanent(what.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(address: &str, path: &str) -> Result<String, SendError> {
        url(&EndpointAddress::parse(address).unwrap(), path, true).map(Into::into)
    }

    #[test]
    fn a_path_stays_below_its_address() {
        assert_eq!(
            to("https://gp.example/api", "/Messages?x=1").unwrap(),
            "https://gp.example/api/Messages?x=1"
        );
        assert_eq!(
            to("https://gp.example:443", "/Messages").unwrap(),
            "https://gp.example/Messages"
        );
        assert_eq!(to("https://GP.example", "/").unwrap(), "https://gp.example/");
        for path in [
            "/../other",
            "/%2e%2e/other",
            "/%2E./other",
            "//evil.example/",
            "@evil.example/",
            ".evil.example/",
            ":8443/",
            "/a b",
            "/a#b",
            "/a\\..\\b",
            "Messages",
            "/æ",
            "/a/./b",
            "/a\n",
            "?x=1",
        ] {
            assert!(
                matches!(to("https://gp.example/api", path), Err(SendError::Permanent(_))),
                "{path:?}"
            );
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for address in [
            "http://127.0.0.1:9",
            "http://localhost:9",
            "http://[::1]:9",
            "http://127.8.8.8",
        ] {
            to(address, "/x").unwrap();
            url(&EndpointAddress::parse(address).unwrap(), "/x", false).unwrap_err();
        }
        for address in [
            "http://gp.example",
            "http://localhost.evil.example",
            "http://10.0.0.1",
            "http://127.0.0.1.evil.example",
        ] {
            to(address, "/x").unwrap_err();
        }
    }

    #[test]
    fn headers_that_are_not_on_the_list_are_dropped() {
        let wanted = [
            ("Content-Type", "text/xml"),
            ("X-Bindeledd-Kind", "question"),
            ("Authorization", "Bearer stolen"),
            ("Host", "evil.example"),
            ("Cookie", "a=b"),
            ("Transfer-Encoding", "chunked"),
            ("Content-Length", "3"),
            ("X-Forwarded-For", "::1"),
            ("api-version", "2"),
        ];
        let wanted = wanted.map(|(n, v)| (n.to_owned(), v.to_owned()));
        let kept = headers(&wanted).unwrap();
        let mut names: Vec<_> = kept.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["api-version", "content-type", "x-bindeledd-kind"]);
        headers(&[("accept".into(), "a\r\nx: y".into())]).unwrap_err();
    }
}
