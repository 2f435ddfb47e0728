//! The reverse proxies whose statement of the client's address is trusted. The statement of any other peer is ignored.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

/// A proxy's address, or a network of proxies (an address and the number of its leading bits).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustedProxy {
    address: IpAddr,
    bits: u32,
}

impl TrustedProxy {
    /// Reads `10.1.2.3`, `10.1.0.0/16`, `2001:db8::1` or `2001:db8::/32`.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let (address, bits) = match raw.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (raw.trim(), None),
        };
        let address: IpAddr = address.parse().ok()?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(whole);
        (bits <= whole).then_some(Self { address, bits })
    }

    fn has(self, address: IpAddr) -> bool {
        let same = |own: u128, other: u128, width: u32| {
            let shift = width - self.bits;
            shift >= 128 || own >> shift == other >> shift
        };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => same(own.to_bits().into(), other.to_bits().into(), 32),
            (IpAddr::V6(own), IpAddr::V6(other)) => same(own.to_bits(), other.to_bits(), 128),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

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
    fn a_proxy_is_an_address_or_a_network() {
        let has = |proxy: &str, address: &str| TrustedProxy::parse(proxy).unwrap().has(ip(address));
        assert!(has("10.1.2.3", "10.1.2.3") && !has("10.1.2.3", "10.1.2.4"));
        assert!(has("10.1.0.0/16", "10.1.255.1") && !has("10.1.0.0/16", "10.2.0.1"));
        assert!(has("10.1.2.3", "::ffff:10.1.2.3") && has("0.0.0.0/0", "1.2.3.4") && has("::/0", "2001:db8::1"));
        assert!(has("2001:db8::/32", "2001:db8:1::1") && !has("2001:db8::/32", "2001:db9::1"));
        for wrong in [
            "",
            "10.1.2",
            "10.1.2.3/33",
            "::1/129",
            "proxy.example",
            "10.0.0.0/-1",
            "10.0.0.0/",
        ] {
            assert_eq!(TrustedProxy::parse(wrong), None, "{wrong}");
        }
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
