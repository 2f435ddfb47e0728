//! The network of an address. It counts as one caller if no credential identifies the caller.

use std::net::{IpAddr, Ipv6Addr};

/// Returns the network of an address: the address itself for IPv4, its /64 for IPv6, since one caller usually has a whole /64.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}
