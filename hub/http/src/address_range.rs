//! Ranges of addresses in configuration.

use std::net::IpAddr;

/// An address, or a network: an address and the number of its leading bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    address: IpAddr,
    bits: u32,
}

impl AddressRange {
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

    /// Returns whether the range has an address.
    #[must_use]
    pub fn has(self, address: IpAddr) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_an_address_or_a_network() {
        let has = |range: &str, address: &str| AddressRange::parse(range).unwrap().has(address.parse().unwrap());
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
            assert_eq!(AddressRange::parse(wrong), None, "{wrong}");
        }
    }
}
