//! Rules between the keys of `[listen]`, `[operator_listen]` and `[console]`.

use std::net::SocketAddr;
use std::path::PathBuf;

use bindeledd_http::server::TrustedProxy;
use config::ValueKind;

use super::problem::Problem;
use super::values::{Leaf, text, texts};

/// Texts that may be empty: the operator's own listener, the console's and the watcher's key are optional.
pub(super) const MAY_BE_EMPTY: [&str; 4] = [
    "listen.metrics_key_file",
    "operator_listen.address",
    CONSOLE,
    CONSOLE_URL,
];

const OPERATOR: &str = "operator_listen.address";
const CONSOLE: &str = "console.address";
const CONSOLE_URL: &str = "console.url";

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
    let mut wrong = |key: &str, what: String, fix: &str| {
        problems.push(Problem {
            origin: find(key).map(|leaf| leaf.origin.clone()),
            ..Problem::of("BL-6003", key, what, fix)
        });
    };
    for raw in texts(leaves, "listen.trusted_proxies") {
        if TrustedProxy::parse(raw).is_none() {
            let fix = "write one like \"10.1.2.3\" or \"10.1.0.0/16\"";
            wrong(
                "listen.trusted_proxies",
                format!("`{raw}` is no address and no network"),
                fix,
            );
        }
    }
    if !texts(leaves, "listen.client_crl_files").is_empty() && texts(leaves, "listen.client_ca_files").is_empty() {
        let what = "lists of revoked certificates mean nothing without their authorities".to_owned();
        wrong("listen.client_crl_files", what, "set listen.client_ca_files too");
    }
    let http = find("listen.allow_http").is_some_and(|leaf| leaf.value == ValueKind::Boolean(true));
    let taken = |address: SocketAddr, by: &str| value(by).parse() == Ok(address);
    let own = value(OPERATOR);
    let fix = "write one like \"unix:operator.sock\" or \"127.0.0.1:8444\"";
    match OperatorAddress::parse(own) {
        None if own.is_empty() => {}
        None => wrong(
            OPERATOR,
            "this is neither an address with a port nor a Unix socket".into(),
            fix,
        ),
        Some(OperatorAddress::SocketFile(path)) if path.as_os_str().len() > LONGEST_PATH => {
            let what = format!("the path of a Unix socket has {LONGEST_PATH} characters at most");
            wrong(
                OPERATOR,
                what,
                "name a shorter one, such as \"unix:/run/bindeledd.sock\"",
            );
        }
        Some(OperatorAddress::SocketFile(_)) => {}
        Some(OperatorAddress::Address(address)) => {
            if http && !address.ip().is_loopback() {
                wrong(OPERATOR, PLAIN.into(), PLAIN_FIX);
            }
            if taken(address, "listen.address") {
                wrong(OPERATOR, "it is the same as listen.address".into(), fix);
            }
        }
    }
    let own = value(CONSOLE);
    let fix = "write one like \"127.0.0.1:8445\"";
    match own.parse::<SocketAddr>() {
        Err(_) if own.is_empty() => {}
        Err(_) => wrong(CONSOLE, "this is no address with a port".into(), fix),
        Ok(address) if http && !address.ip().is_loopback() => wrong(CONSOLE, PLAIN.into(), PLAIN_FIX),
        Ok(address) => {
            for other in ["listen.address", OPERATOR] {
                if taken(address, other) {
                    wrong(CONSOLE, format!("it is the same as {other}"), fix);
                }
            }
        }
    }
    let url = value(CONSOLE_URL);
    if !url.is_empty() && !is_origin(url) {
        let what = "this is no https address without a path".to_owned();
        wrong(CONSOLE_URL, what, "write one like \"https://hub.example\"");
    }
}

/// Returns whether a text is `https://` and a host, perhaps with a port, and nothing more.
fn is_origin(url: &str) -> bool {
    let host = url.strip_prefix("https://").unwrap_or_default();
    let host = host.strip_suffix('/').unwrap_or(host);
    let is_legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    !host.is_empty() && host.chars().all(is_legal)
}

const PLAIN: &str = "http is only allowed on a loopback address, and this is none";
const PLAIN_FIX: &str = "set listen.allow_http = false, or take a loopback address";
