//! The addresses that a request may reach: public ones, and the private ones that configuration allows.
//!
//! The check is made where a name is resolved, so that no other answer of the name service is used for the connection.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use bindeledd_http::AddressRange;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A name or an address leads to private addresses only.
#[derive(Debug, thiserror::Error)]
#[error("the address is private")]
pub(super) struct PrivateAddress;

/// Allows public addresses, and private ones in the named ranges.
#[derive(Debug, Clone)]
pub(super) struct AddressGuard(Arc<[AddressRange]>);

impl AddressGuard {
    pub(super) fn new(allowed: Vec<AddressRange>) -> Self {
        Self(allowed.into())
    }

    fn allows(&self, address: IpAddr) -> bool {
        is_public(address) || self.0.iter().any(|range| range.has(address))
    }

    /// Checks an address in a URL, which no resolver sees.
    pub(super) fn check(&self, url: &Url) -> Result<(), PrivateAddress> {
        let host = url.host_str().unwrap_or_default();
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        match literal.parse::<IpAddr>() {
            Ok(address) if !self.allows(address) => Err(PrivateAddress),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

impl Resolve for AddressGuard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| guard.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Returns whether an address belongs to the public internet, by IANA's registries of special addresses.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

const fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || matches!(
            (a, b, c),
            // This network, shared address space, protocol assignments, relays, benchmarks, multicast and reserved.
            (0 | 224..=255, _, _) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18 | 19, _)
        );
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Only 2000::/3 is assigned to the public internet. Translated addresses are as public as the address within them.
    match segments {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        // Protocol assignments with Teredo, documentation, and tunnels to IPv4 addresses.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002 | 0x3ffe, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_public_or_allowed() {
        let guard = AddressGuard::new(vec![AddressRange::parse("10.20.0.0/16").unwrap()]);
        let allows = |address: &str| guard.allows(address.parse().unwrap());
        for public in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "2a00:1450:4001::1",
            "2001:4860:4860::8888",
            "64:ff9b::101:101",
            "::ffff:1.1.1.1",
        ] {
            assert!(allows(public), "{public}");
        }
        for private in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "3fff::1",
        ] {
            assert!(!allows(private), "{private}");
        }
        assert!(allows("10.20.1.1") && allows("::ffff:10.20.1.1"));
        let check = |url: &str| guard.check(&Url::parse(url).unwrap()).is_ok();
        assert!(check("https://10.20.1.1/x") && check("https://alarm.example/x"));
        // A URL parser reads other spellings of the same address.
        for private in [
            "https://10.21.1.1",
            "https://[::1]:8443/",
            "https://0x7f.1/",
            "https://2130706433/",
        ] {
            assert!(!check(private), "{private}");
        }
    }
}
