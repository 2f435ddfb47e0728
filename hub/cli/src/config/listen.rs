//! Rules between the keys of `[listen]`, `[operator_listen]` and `[console]`.

use std::net::SocketAddr;
use std::path::PathBuf;

use bindeledd_http::server::TrustedProxy;
use bindeledd_texts::cli::config::Config;
use config::ValueKind;

use super::problem::Problem;
use super::values::{Leaf, text, texts};

/// Texts that may be empty: the operator's own listener, the console's and the watcher's key are optional.
pub(super) const MAY_BE_EMPTY: [&str; 5] = [
    "listen.metrics_key_file",
    "operator_listen.address",
    CONSOLE,
    CONSOLE_URL,
    CONSOLE_CONTACT,
];

const OPERATOR: &str = "operator_listen.address";
const CONSOLE: &str = "console.address";
const CONSOLE_URL: &str = "console.url";
const CONSOLE_CONTACT: &str = "console.contact";

/// The address of the operator's own listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OperatorAddress {
    /// An address with a port.
    Address(SocketAddr),
    /// A Unix socket, as in the configuration.
    SocketFile(PathBuf),
}

/// Prefix of a Unix socket's path.
pub(crate) const UNIX: &str = "unix:";
/// Longest path of a Unix socket, in bytes, with room for the temporary name of its binding.
const LONGEST_PATH: usize = 95;

impl OperatorAddress {
    /// Parses an address with a port, or `unix:` and a path. `None` for an empty text or any other form.
    pub(crate) fn parse(raw: &str) -> Option<Self> {
        match raw.trim().strip_prefix(UNIX) {
            Some(path) => (!path.is_empty()).then(|| Self::SocketFile(path.into())),
            None => raw.trim().parse().ok().map(Self::Address),
        }
    }
}

/// Finds the problems between keys of the right types.
pub(super) fn problems(leaves: &[Leaf], problems: &mut Vec<Problem>) {
    let find = |key: &str| leaves.iter().find(|leaf| leaf.key == key);
    let value = |key: &str| find(key).and_then(text).unwrap_or_default().trim();
    let mut wrong = |key: &str, what: Config, fix: Config| {
        problems.push(Problem {
            origin: find(key).map(|leaf| leaf.origin.clone()),
            ..Problem::of("BL-6003", key, what, fix)
        });
    };
    for raw in texts(leaves, "listen.trusted_proxies") {
        if TrustedProxy::parse(raw).is_none() {
            let fix = Config::WriteNetwork;
            wrong(
                "listen.trusted_proxies",
                Config::NoNetwork { value: raw.to_owned() },
                fix,
            );
        }
    }
    if !texts(leaves, "listen.client_crl_files").is_empty() && texts(leaves, "listen.client_ca_files").is_empty() {
        let what = Config::ListsWithoutAuthorities;
        wrong("listen.client_crl_files", what, Config::SetAuthorities);
    }
    let http = find("listen.allow_http").is_some_and(|leaf| leaf.value == ValueKind::Boolean(true));
    let taken = |address: SocketAddr, by: &str| value(by).parse() == Ok(address);
    let own = value(OPERATOR);
    let fix = Config::WriteListener;
    match OperatorAddress::parse(own) {
        None if own.is_empty() => {}
        None => wrong(OPERATOR, Config::NoListener, fix),
        Some(OperatorAddress::SocketFile(path)) if path.as_os_str().len() > LONGEST_PATH => {
            let what = Config::LongSocket {
                most: LONGEST_PATH.try_into().unwrap_or(u64::MAX),
            };
            wrong(OPERATOR, what, Config::ShorterSocket);
        }
        Some(OperatorAddress::SocketFile(_)) => {}
        Some(OperatorAddress::Address(address)) => {
            if http && !address.ip().is_loopback() {
                wrong(OPERATOR, Config::HttpHere, Config::NoHttpOrLoopback);
            }
            if taken(address, "listen.address") {
                let other = "listen.address".to_owned();
                wrong(OPERATOR, Config::SameAddress { other }, fix);
            }
        }
    }
    let own = value(CONSOLE);
    let fix = Config::WriteConsole;
    match own.parse::<SocketAddr>() {
        Err(_) if own.is_empty() => {}
        Err(_) => wrong(CONSOLE, Config::NoConsoleAddress, fix),
        Ok(address) if http && !address.ip().is_loopback() => {
            wrong(CONSOLE, Config::HttpHere, Config::NoHttpOrLoopback)
        }
        Ok(address) => {
            for other in ["listen.address", OPERATOR] {
                if taken(address, other) {
                    let other = other.to_owned();
                    wrong(CONSOLE, Config::SameAddress { other }, fix.clone());
                }
            }
        }
    }
    let url = value(CONSOLE_URL);
    if !url.is_empty() && !is_origin(url) {
        wrong(CONSOLE_URL, Config::NoConsoleUrl, Config::WriteConsoleUrl);
    }
}

/// Returns whether a text is `https://` and a host, perhaps with a port, and nothing more.
fn is_origin(url: &str) -> bool {
    let host = url.strip_prefix("https://").unwrap_or_default();
    let host = host.strip_suffix('/').unwrap_or(host);
    let is_legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    !host.is_empty() && host.chars().all(is_legal)
}
