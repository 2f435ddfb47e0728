//! The reverse proxies whose statement of the client's address is trusted. The statement of any other peer is ignored.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

use crate::address_range::AddressRange;

/// A proxy's address, or a network of proxies.
pub type TrustedProxy = AddressRange;

pub(super) fn any(proxies: &[TrustedProxy], address: IpAddr) -> bool {
    proxies.iter().any(|proxy| proxy.has(address))
}

/// Returns the client's address for a connection from `from`: the last address in `x-forwarded-for` that is not a trusted proxy's.
/// The client may have written the addresses before that one. If no address can be read, returns the proxy's own.
pub(super) fn behind(proxies: &[TrustedProxy], from: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut address = from;
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    let mut named = lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
    while any(proxies, address) {
        let next = named.next().map(str::trim);
        let read = |raw: &str| raw.parse().or_else(|_| raw.parse::<SocketAddr>().map(|a| a.ip())).ok();
        match next.and_then(read) {
            Some(next) => address = next,
            None => break,
        }
    }
    address
}

/// Returns whether a request's headers say that it went through a proxy.
pub(super) fn tells_of_one(headers: &HeaderMap) -> bool {
    let names = [
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
    ];
    names.iter().any(|name| headers.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(raw: &str) -> IpAddr {
        raw.parse().unwrap()
    }

    #[test]
    fn only_a_trusted_proxy_says_for_whom_it_asks_and_only_its_own_word_counts() {
        let proxies = ["10.0.0.0/24", "127.0.0.1"].map(|raw| TrustedProxy::parse(raw).unwrap());
        let of = |from: &str, lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", axum::http::HeaderValue::from_static(line));
            }
            behind(&proxies, ip(from), &headers).to_string()
        };
        assert_eq!(
            of("192.0.2.1", &["198.51.100.1"]),
            "192.0.2.1",
            "a stranger's word is nothing"
        );
        assert_eq!(of("127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            of("127.0.0.1", &["6.6.6.6, 198.51.100.1"]),
            "198.51.100.1",
            "what a caller wrote before"
        );
        assert_eq!(of("127.0.0.1", &["6.6.6.6", "198.51.100.1, 10.0.0.7"]), "198.51.100.1");
        assert_eq!(of("127.0.0.1", &["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(of("127.0.0.1", &["198.51.100.1, unknown"]), "127.0.0.1");
        assert_eq!(of("127.0.0.1", &[]), "127.0.0.1");
    }
}
